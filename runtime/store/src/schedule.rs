//! Schedules: a planned instant fires once, whatever the clock does; missed ones are listed.

use throughline_domain::id::RunId;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::accept::{Accepted, NewEvent, event_ops};
use crate::db::{FromRow, Row, Sql, args, statements, words};
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

words! {
    /// What became of a planned instant.
    FireOutcome {
        /// It started a run.
        Fired = "fired",
        /// It passed while nothing could run.
        Missed = "missed",
    }
}

/// A schedule of a published workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleRow {
    /// Workspace.
    pub scope: Scope,
    /// Workflow.
    pub workflow: String,
    /// Configuration, JSON bytes.
    pub config: Vec<u8>,
    /// Next planned instant.
    pub next_at: Option<Timestamp>,
    /// Everything planned up to here is settled; moves forward only.
    pub mark_at: Timestamp,
    /// Version of the time zone data `next_at` was computed with.
    pub tzdata: String,
}

/// One planned instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FireRow {
    /// Workflow.
    pub workflow: String,
    /// The instant.
    pub planned_at: Timestamp,
    /// What became of it.
    pub outcome: FireOutcome,
    /// The run it started.
    pub run: Option<RunId>,
    /// When that was written.
    pub recorded_at: Timestamp,
}

/// What a due schedule leads to, in one commit.
#[derive(Clone, Debug, PartialEq)]
pub struct FireCommit {
    /// Workflow.
    pub workflow: String,
    /// The mark this was decided from: if it moved, another node was faster.
    pub mark_at: Timestamp,
    /// The new mark; later than `mark_at`.
    pub new_mark_at: Timestamp,
    /// Next planned instant.
    pub next_at: Option<Timestamp>,
    /// Version of the time zone data it was computed with.
    pub tzdata: String,
    /// Instants that fire, each with its event.
    pub fires: Vec<(Timestamp, NewEvent)>,
    /// Instants that do not.
    pub missed: Vec<Timestamp>,
    /// When this was decided.
    pub recorded_at: Timestamp,
}

statements! {
    Tenant SCHEDULE_ON = Sql::same(
        "INSERT INTO schedule (workspace_id, workflow_id, config, next_at, mark_at, tzdata, active)
         VALUES ($1, $2, $3, $4, $5, $6, 1)
         ON CONFLICT (workspace_id, workflow_id) DO UPDATE SET config = excluded.config, next_at = excluded.next_at,
             mark_at = CASE WHEN schedule.mark_at > excluded.mark_at THEN schedule.mark_at ELSE excluded.mark_at END,
             tzdata = excluded.tzdata, active = 1
         WHERE schedule.config <> excluded.config OR schedule.active = 0",
    );
    Tenant SCHEDULE_OFF = Sql::same(
        "UPDATE schedule SET active = 0 WHERE workspace_id = $1 AND workflow_id = $2 AND active = 1",
    );
    Tenant MOVE_MARK = Sql::same(
        "UPDATE schedule SET mark_at = $4, next_at = $5, tzdata = $6
         WHERE workspace_id = $1 AND workflow_id = $2 AND mark_at = $3 AND $4 > mark_at AND active = 1",
    );
    Tenant INSERT_FIRE = Sql::same(
        "INSERT INTO schedule_fire (workspace_id, workflow_id, planned_at, outcome, run_id, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace_id, workflow_id, planned_at) DO NOTHING",
    );
    Tenant LIST_FIRES = Sql::same(
        "SELECT workflow_id, planned_at, outcome, run_id, recorded_at FROM schedule_fire
         WHERE workspace_id = $1 AND workflow_id = $2 AND planned_at < $3
             AND (CAST($4 AS TEXT) IS NULL OR outcome = $4) ORDER BY planned_at DESC LIMIT $5",
    );
    Tenant GET = Sql::same(
        "SELECT workspace_id, workflow_id, config, next_at, mark_at, tzdata FROM schedule
         WHERE workspace_id = $1 AND workflow_id = $2 AND active = 1",
    );
    Tenant LIST = Sql::same(
        "SELECT workspace_id, workflow_id, config, next_at, mark_at, tzdata FROM schedule
         WHERE workspace_id = $1 AND active = 1 ORDER BY workflow_id",
    );
    All DUE = Sql::same(
        "SELECT s.workspace_id, s.workflow_id, s.config, s.next_at, s.mark_at, s.tzdata FROM schedule AS s
         JOIN workflow AS w ON w.workspace_id = s.workspace_id AND w.workflow_id = s.workflow_id
         WHERE s.active = 1 AND s.next_at <= $1 AND w.state = 'published' ORDER BY s.next_at LIMIT $2",
    );
    All NEXT = Sql::same(
        "SELECT CAST(min(s.next_at) AS BIGINT) FROM schedule AS s
         JOIN workflow AS w ON w.workspace_id = s.workspace_id AND w.workflow_id = s.workflow_id
         WHERE s.active = 1 AND s.next_at IS NOT NULL AND w.state = 'published'",
    );
}

impl Store {
    /// Commits a due schedule: mark, fires and their runs, misfires. `None`: another node was faster, nothing was
    /// kept.
    pub async fn accept_fire(&self, scope: &Scope, commit: &FireCommit) -> Result<Option<Vec<Accepted>>> {
        let mut group = Group::new(Kind::Fire);
        let (workflow, recorded_at) = (&commit.workflow, commit.recorded_at);
        group.key("schedule", scope, workflow);
        let (mark, new_mark) = (commit.mark_at, commit.new_mark_at);
        group.fence(&MOVE_MARK, args![scope, workflow, mark, new_mark, commit.next_at, &commit.tzdata]);
        let mut accepted = Vec::new();
        for (planned_at, event) in &commit.fires {
            let args = args![scope, workflow, *planned_at, FireOutcome::Fired, &event.run.id, recorded_at];
            group.must(&INSERT_FIRE, args, "the planned instant");
            let blob = self.spill_event(scope, event).await?;
            event_ops(&mut group, scope, event, blob.as_ref(), None)?;
            accepted.push(Accepted { event: event.id.clone(), run: event.run.id.clone(), duplicate: false });
        }
        let nobody: Option<&str> = None;
        for planned_at in &commit.missed {
            let args = args![scope, workflow, *planned_at, FireOutcome::Missed, nobody, recorded_at];
            group.op(&INSERT_FIRE, args);
        }
        match self.commit_group(group).await? {
            Outcome::Committed(_) => Ok(Some(accepted)),
            Outcome::Fenced | Outcome::Refused(_) => Ok(None),
        }
    }

    /// The schedule of a workflow.
    pub async fn get_schedule(&self, scope: &Scope, workflow: &str) -> Result<Option<ScheduleRow>> {
        self.one(&GET, args![scope, workflow]).await
    }

    /// The active schedules of a workspace.
    pub async fn list_schedules(&self, scope: &Scope) -> Result<Vec<ScheduleRow>> {
        self.all(&LIST, args![scope]).await
    }

    /// Schedules of every workspace whose instant has come, the longest overdue first.
    pub async fn due_schedules_all(&self, now: Timestamp, limit: u32) -> Result<Vec<ScheduleRow>> {
        self.all(&DUE, args![now, limit]).await
    }

    /// When the next schedule of any workspace fires.
    pub async fn next_schedule_all(&self) -> Result<Option<Timestamp>> {
        let mut rows = self.rows(&NEXT, Vec::new()).await?;
        rows.first_mut().map_or(Ok(None), Row::opt_time)
    }

    /// Planned instants of a workflow, newest first; misfires are those `Missed`.
    pub async fn list_fires(
        &self,
        scope: &Scope,
        workflow: &str,
        outcome: Option<FireOutcome>,
        page: &PageRequest,
    ) -> Result<Page<FireRow>> {
        let before = match page.after.as_deref() {
            None => i64::MAX,
            Some(text) => text.parse().map_err(|_| crate::StoreError::BadCursor(text.to_owned()))?,
        };
        let outcome = outcome.map(FireOutcome::as_str);
        let rows: Vec<FireRow> =
            self.all(&LIST_FIRES, args![scope, workflow, before, outcome, page.limit() + 1]).await?;
        Ok(Page::cut(rows, page, |row| row.planned_at.0.to_string()))
    }
}

impl FromRow for ScheduleRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            workflow: row.text()?,
            config: row.bytes()?,
            next_at: row.opt_time()?,
            mark_at: row.time()?,
            tzdata: row.text()?,
        })
    }
}

impl FromRow for FireRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            workflow: row.text()?,
            planned_at: row.time()?,
            outcome: row.parse()?,
            run: row.opt_parse()?,
            recorded_at: row.time()?,
        })
    }
}
