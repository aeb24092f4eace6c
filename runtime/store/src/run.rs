//! Runs as rows and as logs.

use throughline_domain::id::{EventId, RunId};
use throughline_domain::run::event::{Entry, Parent, StepPath};
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::changes::RunChange;
use crate::db::{Arg, FromRow, Row, Sql, args, from_json, statements, words};
use crate::error::Result;
use crate::lease::Claim;
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

words! {
    /// Where a run stands.
    RunStatus {
        /// A worker may claim it.
        Queued = "queued",
        /// A worker holds it.
        Running = "running",
        /// It waits for a time, an event or a person.
        Waiting = "waiting",
        /// Ended well.
        Succeeded = "succeeded",
        /// Ended badly.
        Failed = "failed",
        /// Ended by a person's wish.
        Cancelled = "cancelled",
    }
}

words! {
    /// What people want of a run.
    Lifecycle {
        /// Nothing special.
        Active = "active",
        /// It is not claimed until it is resumed.
        Paused = "paused",
        /// It ends as soon as no intent is open.
        Cancelling = "cancelling",
    }
}

/// A run as a row.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRow {
    /// Workspace.
    pub scope: Scope,
    /// Run.
    pub run: RunId,
    /// Workflow.
    pub workflow: String,
    /// Pinned version.
    pub version: u32,
    /// Where it stands.
    pub status: RunStatus,
    /// What people want of it.
    pub lifecycle: Lifecycle,
    /// The event that started it.
    pub event: Option<EventId>,
    /// The calling step.
    pub parent: Option<Parent>,
    /// The run it retries.
    pub retry_of: Option<RunId>,
    /// A caller waits for a reply.
    pub reply_wanted: bool,
    /// Searchable keys.
    pub keys: Vec<(String, String)>,
    /// When it was created.
    pub created_at: Timestamp,
    /// First claim.
    pub started_at: Option<Timestamp>,
    /// Queued or waiting: claimable from then on.
    pub due_at: Option<Timestamp>,
    /// The worker that holds it.
    pub worker: Option<String>,
    /// Rises with each claim.
    pub generation: u64,
    /// Claims since it was last released.
    pub claims: u32,
    /// Last entry of its log.
    pub last_seq: u64,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Failed runs: code and words.
    pub failure: Option<RunFailure>,
}

/// Why a run failed, in short; the log has the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFailure {
    /// Code.
    pub code: String,
    /// Words.
    pub message: String,
}

/// A folded state, so that a long log is not folded from its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Last entry in it.
    pub seq: u64,
    /// The state, as the engine writes it.
    pub state: Vec<u8>,
}

macro_rules! columns {
    () => {
        "run.workspace_id, run.run_id, run.workflow_id, run.version, run.status, run.lifecycle, run.event_id,
         run.parent_run_id, run.parent_path, run.retry_of, run.reply_wanted, run.keys, run.created_at, run.started_at,
         run.due_at, run.lease_worker, run.generation, run.claims, run.last_seq, run.ended_at, run.failure_code,
         run.failure_message"
    };
}
// Behind `columns`, which it uses.
pub(crate) mod list;

pub use list::RunFilter;

macro_rules! children {
    ($from:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM ",
            $from,
            " WHERE workspace_id = $1 AND parent_run_id = $2 ORDER BY run_id LIMIT 1000"
        )
    };
}

macro_rules! in_place {
    ($from:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM ",
            $from,
            " WHERE workspace_id = $1 AND retry_of = $2 AND retry_of IS NOT NULL ORDER BY run_id DESC LIMIT 20"
        )
    };
}

statements! {
    Tenant GET = Sql::same(concat!("SELECT ", columns!(), " FROM run WHERE workspace_id = $1 AND run_id = $2"));
    Tenant CHILDREN = Sql::fork(children!("run INDEXED BY run_parent"), children!("run"));
    Tenant IN_PLACE = Sql::fork(in_place!("run INDEXED BY run_retry_of"), in_place!("run"));
    Tenant LOG = Sql::same(
        "SELECT entries FROM run_log WHERE workspace_id = $1 AND run_id = $2 AND last_seq > $3 ORDER BY first_seq",
    );
    Tenant LOG_PIECE = Sql::same(
        "SELECT entries FROM run_log WHERE workspace_id = $1 AND run_id = $2 AND first_seq > $3
         ORDER BY first_seq LIMIT 10",
    );
    Tenant SNAPSHOT = Sql::same("SELECT seq, state FROM run_snapshot WHERE workspace_id = $1 AND run_id = $2");
    Tenant LATE = Sql::same(
        "INSERT INTO late_result (workspace_id, run_id, generation, recorded_at, entries)
         VALUES ($1, $2, $3, (SELECT now FROM clock), $4)
         ON CONFLICT (workspace_id, run_id, generation, recorded_at) DO NOTHING",
    );
    Tenant LATE_OF = Sql::same(
        "SELECT generation, recorded_at, entries FROM late_result WHERE workspace_id = $1 AND run_id = $2
         ORDER BY recorded_at",
    );
    Tenant SET_LIFECYCLE = Sql::same(
        "UPDATE run SET lifecycle = $3 WHERE workspace_id = $1 AND run_id = $2 AND ended_at IS NULL
             AND lifecycle <> 'cancelling'",
    );
    Tenant SEGMENTS = Sql::same(
        "SELECT first_seq, last_seq, generation FROM run_log WHERE workspace_id = $1 AND run_id = $2
         ORDER BY first_seq",
    );
}

/// What a worker brought after it had lost its lease.
#[derive(Clone, Debug, PartialEq)]
pub struct LateResult {
    /// Generation of the lost claim.
    pub generation: u64,
    /// When it came.
    pub recorded_at: Timestamp,
    /// What it would have committed.
    pub entries: Vec<Entry>,
}

/// Where a piece of a log came from: the entries of one commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogSegment {
    /// First entry.
    pub first_seq: u64,
    /// Last entry.
    pub last_seq: u64,
    /// Generation of the claim that committed it; 0: the run was created with it.
    pub generation: u64,
}

impl FromRow for LogSegment {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { first_seq: row.count()?, last_seq: row.count()?, generation: row.count()? })
    }
}

impl Store {
    /// One run.
    pub async fn get_run(&self, scope: &Scope, run: &RunId) -> Result<Option<RunRow>> {
        self.one(&GET, args![scope, run]).await
    }

    /// The runs that were started to retry this one, the last first; at most 20.
    pub async fn runs_in_place_of(&self, scope: &Scope, run: &RunId) -> Result<Vec<RunRow>> {
        self.all(&IN_PLACE, args![scope, run]).await
    }

    /// The runs that steps of this run called; at most 1,000.
    pub async fn children(&self, scope: &Scope, run: &RunId) -> Result<Vec<RunRow>> {
        self.all(&CHILDREN, args![scope, run]).await
    }

    /// The whole committed log of a run.
    pub async fn load_log(&self, scope: &Scope, run: &RunId) -> Result<Vec<Entry>> {
        self.log_after(scope, run, 0).await
    }

    /// The log of a claimed run: from memory, if it was accepted here and nothing was added since. True: this is
    /// the whole of it from memory, and the run has never waited, so no signal but a cancel can be there.
    pub async fn claimed_log(&self, claim: &Claim) -> Result<(Vec<Entry>, bool)> {
        if let Some(log) = self.inner.fresh.take(&claim.scope, &claim.run, claim.last_seq) {
            return Ok((log, true));
        }
        Ok((self.load_log(&claim.scope, &claim.run).await?, false))
    }

    /// The committed log behind an entry.
    pub async fn log_after(&self, scope: &Scope, run: &RunId, seq: u64) -> Result<Vec<Entry>> {
        self.entries(&LOG, args![scope, run, seq], seq).await
    }

    /// The next 10 commits of a log behind the last entry of another piece; nothing: that was all.
    pub async fn log_piece(&self, scope: &Scope, run: &RunId, seq: u64) -> Result<Vec<Entry>> {
        self.entries(&LOG_PIECE, args![scope, run, seq], seq).await
    }

    async fn entries(&self, sql: &'static Sql, args: Vec<Arg>, after: u64) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for mut row in self.rows(sql, args).await? {
            let segment: Vec<Entry> = from_json(&row.bytes()?)?;
            entries.extend(segment.into_iter().filter(|entry| entry.seq > after));
        }
        Ok(entries)
    }

    /// Which claim wrote which entries of a run's log, in order.
    pub async fn log_segments(&self, scope: &Scope, run: &RunId) -> Result<Vec<LogSegment>> {
        self.all(&SEGMENTS, args![scope, run]).await
    }

    /// The last snapshot of a run's state, if one was made.
    pub async fn snapshot(&self, scope: &Scope, run: &RunId) -> Result<Option<Snapshot>> {
        self.one(&SNAPSHOT, args![scope, run]).await
    }

    /// Pauses, resumes or begins to cancel an open run; a cancel is not taken back. False: no such open run, or it
    /// is being cancelled. The run itself learns of it with its next commit or claim; send a signal to wake it.
    pub async fn set_lifecycle(&self, scope: &Scope, run: &RunId, lifecycle: Lifecycle) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.key("run", scope, run.as_str());
        group.fence(&SET_LIFECYCLE, args![scope, run, lifecycle]);
        let changes = group.changes();
        changes.due = true;
        changes.runs.push(RunChange::new(scope, run));
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Keeps what a fenced worker brought, as evidence.
    pub async fn late_evidence(
        &self,
        scope: &Scope,
        run: &RunId,
        generation: u64,
        entries: &[Entry],
    ) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        group.op(&LATE, args![scope, run, generation, crate::db::to_json(&entries)?]);
        self.commit_group(group).await?.done().map(drop)
    }

    /// The late results of a run.
    pub async fn late_results(&self, scope: &Scope, run: &RunId) -> Result<Vec<LateResult>> {
        self.all(&LATE_OF, args![scope, run]).await
    }
}

impl FromRow for RunRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            run: row.parse()?,
            workflow: row.text()?,
            version: row.small()?,
            status: row.parse()?,
            lifecycle: row.parse()?,
            event: row.opt_parse()?,
            parent: match (row.opt_parse::<RunId>()?, row.opt_text()?) {
                (Some(run), Some(path)) => Some(Parent { run, path: StepPath(path) }),
                (None, _) | (_, None) => None,
            },
            retry_of: row.opt_parse()?,
            reply_wanted: row.flag()?,
            keys: row.json()?,
            created_at: row.time()?,
            started_at: row.opt_time()?,
            due_at: row.opt_time()?,
            worker: row.opt_text()?,
            generation: row.count()?,
            claims: row.small()?,
            last_seq: row.count()?,
            ended_at: row.opt_time()?,
            failure: match (row.opt_text()?, row.opt_text()?) {
                (Some(code), Some(message)) => Some(RunFailure { code, message }),
                (None, _) | (_, None) => None,
            },
        })
    }
}

impl FromRow for Snapshot {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { seq: row.count()?, state: row.bytes()? })
    }
}

impl FromRow for LateResult {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { generation: row.count()?, recorded_at: row.time()?, entries: row.json()? })
    }
}
