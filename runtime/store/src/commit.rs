//! The commit of a run: the log, and everything that must become durable with it, behind one fence.

use throughline_domain::id::RunId;
use throughline_domain::run::event::Entry;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::accept::{NewEvent, NewRun, event_ops, log_ops, run_ops};
use crate::ask::{AskChange, ask_ops};
use crate::changes::RunChange;
use crate::correlated::{NewCorrelated, NewWait, UNREGISTER_WAIT, publish_ops, wait_ops};
use crate::db::{Row, Sql, args, statements};
use crate::effect::{EffectChange, effect_ops};
use crate::error::Result;
use crate::exception::ExceptionChange;
use crate::exception::step::{LOOK_SOON, exception_ops};
use crate::proposal::change::{ProposalChange, proposal_ops};
use crate::reply::{Reply, reply_ops};
use crate::run::{Lifecycle, Snapshot};
use crate::scope::Scope;
use crate::signal::{NewSignal, READ_SIGNALS, Signal, signal_ops};
use crate::state::{StateWrite, state_ops};
use crate::waiter::Heard;
use crate::writer::{Group, Kind, Outcome};

/// What becomes of the lease with a commit.
#[derive(Clone, Debug, PartialEq)]
pub enum Release {
    /// The worker goes on.
    Keep,
    /// The run waits, at most until `wake_at`; not if an unread signal is there: then the lease is kept.
    ToWaiting {
        /// Claimable again then; `None`: only a signal wakes it.
        wake_at: Option<Timestamp>,
    },
    /// The run goes back to the queue.
    Requeue {
        /// Claimable from then on.
        due_at: Timestamp,
    },
    /// The run is over.
    Ended(Ending),
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// Well.
    Succeeded {
        /// When.
        at: Timestamp,
    },
    /// Badly.
    Failed {
        /// When.
        at: Timestamp,
        /// Code.
        code: String,
        /// Words.
        message: String,
    },
    /// By a person's wish.
    Cancelled {
        /// When.
        at: Timestamp,
    },
}

/// Everything one commit of a run makes durable. [`RunCommit::new`] is an empty one that keeps the lease.
#[derive(Clone, Debug, PartialEq)]
pub struct RunCommit {
    /// Workspace.
    pub scope: Scope,
    /// Run.
    pub run: RunId,
    /// Generation of the claim.
    pub generation: u64,
    /// Last entry committed before; part of the fence, so that nothing is appended twice.
    pub after_seq: u64,
    /// New entries, `after_seq + 1`, …
    pub entries: Vec<Entry>,
    /// What becomes of the lease.
    pub release: Release,
    /// A new snapshot of the state.
    pub snapshot: Option<Snapshot>,
    /// Intents and outcomes.
    pub effects: Vec<EffectChange>,
    /// Exceptions opened and closed.
    pub exceptions: Vec<ExceptionChange>,
    /// What the run's steps waited on is to be looked at: it went on, or wrote something.
    pub looks: bool,
    /// Questions asked and closed.
    pub asks: Vec<AskChange>,
    /// Proposals opened, applied and closed.
    pub proposals: Vec<ProposalChange>,
    /// Waits for correlated events to register.
    pub waits: Vec<NewWait>,
    /// Paths whose wait is over.
    pub waits_over: Vec<String>,
    /// The run has registered a wait at some time: its end removes what is left of them.
    pub waited: bool,
    /// Ids of signals whose effect is in `entries`.
    pub signals_read: Vec<String>,
    /// The answer to the waiting caller.
    pub reply: Option<Reply>,
    /// Runs called by this one; creating one again changes nothing.
    pub children: Vec<NewRun>,
    /// Signals to other runs of the workspace.
    pub signals_out: Vec<(RunId, NewSignal)>,
    /// Correlated events this run publishes.
    pub publishes: Vec<NewCorrelated>,
    /// Events this run emits to workflows that listen; their ids are derived, so emitting again changes nothing.
    pub events: Vec<NewEvent>,
    /// What plugins keep.
    pub state_writes: Vec<StateWrite>,
}

impl RunCommit {
    /// An empty commit that keeps the lease.
    pub fn new(scope: Scope, run: RunId, generation: u64, after_seq: u64) -> Self {
        Self {
            scope,
            run,
            generation,
            after_seq,
            entries: Vec::new(),
            release: Release::Keep,
            snapshot: None,
            effects: Vec::new(),
            exceptions: Vec::new(),
            looks: false,
            asks: Vec::new(),
            proposals: Vec::new(),
            waits: Vec::new(),
            waits_over: Vec::new(),
            waited: true,
            signals_read: Vec::new(),
            reply: None,
            children: Vec::new(),
            signals_out: Vec::new(),
            publishes: Vec::new(),
            events: Vec::new(),
            state_writes: Vec::new(),
        }
    }
}

/// What became of a commit.
#[derive(Clone, Debug, PartialEq)]
pub enum CommitOutcome {
    /// It is durable.
    Committed(Committed),
    /// The lease is lost, or the log has moved on: nothing was kept. Drop all work on the run.
    Fenced,
}

/// A durable commit.
#[derive(Clone, Debug, PartialEq)]
pub struct Committed {
    /// The lease was given up. False for [`Release::Keep`], and for [`Release::ToWaiting`] when an unread signal
    /// was there.
    pub released: bool,
    /// What people want of the run, as of this commit.
    pub lifecycle: Lifecycle,
    /// Waits of this commit that an earlier event satisfies; unread signals like any other.
    pub matched: Vec<Signal>,
}

statements! {
    Tenant FENCE = Sql::same(
        "UPDATE run SET last_seq = $5 WHERE workspace_id = $1 AND run_id = $2 AND generation = $3 AND last_seq = $4
             AND status = 'running' RETURNING lifecycle",
    ).many(
        &[1],
        "workspace_id text, run_id text, generation bigint, after_seq bigint, last_seq bigint",
        "UPDATE run SET last_seq = n.last_seq FROM n
         WHERE run.workspace_id = n.workspace_id AND run.run_id = n.run_id AND run.generation = n.generation
             AND run.last_seq = n.after_seq AND run.status = 'running' RETURNING run.run_id, lifecycle",
    );
    Tenant SAVE_SNAPSHOT = Sql::same(
        "INSERT INTO run_snapshot (workspace_id, run_id, seq, state) VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace_id, run_id) DO UPDATE SET seq = excluded.seq, state = excluded.state",
    );
    Tenant TO_WAITING = Sql::same(
        "UPDATE run SET status = 'waiting', due_at = $3, lease_worker = NULL, lease_until = NULL, claims = 0
         WHERE workspace_id = $1 AND run_id = $2 AND status = 'running'
             AND NOT EXISTS (SELECT 1 FROM run_signal WHERE run_signal.workspace_id = $1 AND run_signal.run_id = $2
                 AND run_signal.read_at IS NULL)",
    ).many(
        &[1],
        "workspace_id text, run_id text, due_at bigint",
        "UPDATE run SET status = 'waiting', due_at = n.due_at, lease_worker = NULL, lease_until = NULL, claims = 0 FROM n
         WHERE run.workspace_id = n.workspace_id AND run.run_id = n.run_id AND run.status = 'running'
             AND NOT EXISTS (SELECT 1 FROM run_signal WHERE run_signal.workspace_id = n.workspace_id
                 AND run_signal.run_id = n.run_id AND run_signal.read_at IS NULL)
         RETURNING run.run_id",
    );
    Tenant REQUEUE = Sql::same(
        "UPDATE run SET status = 'queued', due_at = $3, lease_worker = NULL, lease_until = NULL, claims = 0
         WHERE workspace_id = $1 AND run_id = $2 AND status = 'running'",
    );
    // The fence of the last commit ends the run in the same row change.
    Tenant FENCE_END = Sql::same(
        "UPDATE run SET last_seq = $5, status = $6, ended_at = $7, failure_code = $8, failure_message = $9,
             lease_worker = NULL, lease_until = NULL
         WHERE workspace_id = $1 AND run_id = $2 AND generation = $3 AND last_seq = $4
             AND status = 'running' RETURNING lifecycle",
    ).many(
        &[1],
        "workspace_id text, run_id text, generation bigint, after_seq bigint, last_seq bigint, status text, \
         ended_at bigint, code text, message text",
        "UPDATE run SET last_seq = n.last_seq, status = n.status, ended_at = n.ended_at, failure_code = n.code,
             failure_message = n.message, lease_worker = NULL, lease_until = NULL FROM n
         WHERE run.workspace_id = n.workspace_id AND run.run_id = n.run_id AND run.generation = n.generation
             AND run.last_seq = n.after_seq AND run.status = 'running' RETURNING run.run_id, lifecycle",
    );
    Tenant END_WAITS = Sql::same("DELETE FROM run_wait WHERE workspace_id = $1 AND run_id = $2");
}

/// Places of the operations whose rows the outcome needs.
#[derive(Default)]
struct Places {
    waits: Vec<usize>,
    release: Option<usize>,
    reply: Option<usize>,
}

impl Store {
    /// Commits for a claimed run. Durable when this returns `Committed`; nothing was kept when it returns `Fenced`.
    /// After an error nothing is known: drop the run's state, let the lease end and load the log again.
    pub async fn commit(&self, commit: RunCommit) -> Result<CommitOutcome> {
        let mut group = Group::new(kind_of(&commit.release));
        let places = self.run_commit(&mut group, &commit).await?;
        let mut done = match self.commit_group(group).await? {
            Outcome::Committed(done) => done,
            #[cfg(feature = "faults")]
            Outcome::Fenced if crate::faults::no_fence() => {
                return Ok(crate::faults::unfenced(&commit.release));
            }
            Outcome::Fenced => return Ok(CommitOutcome::Fenced),
            Outcome::Refused(name) => return Err(crate::error::StoreError::Busy(name)),
        };
        let lifecycle = done
            .first_mut()
            .and_then(|done| done.rows.first_mut())
            .map_or(Ok(Lifecycle::Active), Row::parse)?;
        let mut matched = Vec::new();
        for place in places.waits {
            for row in &mut done[place].rows {
                matched.push(crate::db::FromRow::from_row(row)?);
            }
        }
        self.tell_waiters(&commit, places.reply.map(|place| done[place].changed > 0));
        let released = matches!(commit.release, Release::Ended(_))
            || places.release.is_some_and(|place| done[place].changed > 0);
        Ok(CommitOutcome::Committed(Committed { released, lifecycle, matched }))
    }

    /// What a caller waits for is durable now.
    fn tell_waiters(&self, commit: &RunCommit, stored: Option<bool>) {
        let news = match (&commit.reply, stored) {
            (Some(reply), Some(true)) => Heard::Reply(Box::new(reply.clone())),
            (_, Some(false)) => Heard::Look,
            _ if matches!(commit.release, Release::Ended(_)) => Heard::Look,
            _ => return,
        };
        self.inner.waiters.tell(&commit.scope, &commit.run, || news);
    }

    async fn run_commit(&self, group: &mut Group, commit: &RunCommit) -> Result<Places> {
        let (scope, run) = (&commit.scope, &commit.run);
        let last_seq = commit.entries.last().map_or(commit.after_seq, |entry| entry.seq);
        let mut places = Places::default();
        group.key("run", scope, run.as_str());
        fence(group, commit, last_seq);
        log_ops(group, scope, run, commit.generation, &commit.entries)?;
        if let Some(snapshot) = &commit.snapshot {
            group.op(&SAVE_SNAPSHOT, args![scope, run, snapshot.seq, &snapshot.state]);
        }
        effect_ops(group, scope, run, commit.generation, &commit.effects)?;
        exception_ops(group, scope, run, &commit.exceptions)?;
        if commit.looks {
            group.op(&LOOK_SOON, args![scope, run]);
        }
        ask_ops(group, scope, run, &commit.asks)?;
        proposal_ops(group, scope, run, &commit.proposals)?;
        state_ops(group, scope, &commit.state_writes);
        for child in &commit.children {
            run_ops(group, scope, child, None)?;
        }
        for event in &commit.events {
            let blob = self.spill_event(scope, event).await?;
            event_ops(group, scope, event, blob.as_ref(), None)?;
        }
        if let Some(reply) = &commit.reply {
            places.reply = Some(reply_ops(group, scope, run, reply)?);
        }
        if !commit.signals_read.is_empty() {
            let ids = crate::db::Arg::keys(commit.signals_read.iter().map(String::as_str));
            let mut args = args![scope, run];
            args.push(ids);
            group.op(&READ_SIGNALS, args);
        }
        for path in &commit.waits_over {
            group.op(&UNREGISTER_WAIT, args![scope, run, path]);
        }
        for wait in &commit.waits {
            places.waits.push(wait_ops(group, scope, run, wait));
        }
        places.release = release_ops(group, commit);
        for event in &commit.publishes {
            publish_ops(group, scope, event)?;
        }
        for (other, signal) in &commit.signals_out {
            signal_ops(group, scope, other, signal);
        }
        let change = RunChange {
            ended: matches!(commit.release, Release::Ended(_)),
            replied: commit.reply.is_some(),
            ..RunChange::new(scope, run)
        };
        group.changes().runs.push(change);
        Ok(places)
    }
}

/// A commit that gives the lease up has failpoints of its own.
const fn kind_of(release: &Release) -> Kind {
    match release {
        Release::Keep | Release::Requeue { .. } => Kind::Run,
        Release::ToWaiting { .. } => Kind::Wait,
        Release::Ended(_) => Kind::End,
    }
}

fn release_ops(group: &mut Group, commit: &RunCommit) -> Option<usize> {
    let (scope, run) = (&commit.scope, &commit.run);
    match &commit.release {
        Release::Keep => None,
        Release::ToWaiting { wake_at } => {
            group.changes().due |= wake_at.is_some();
            Some(group.op(&TO_WAITING, args![scope, run, *wake_at]))
        }
        Release::Requeue { due_at } => {
            group.changes().due = true;
            Some(group.op(&REQUEUE, args![scope, run, *due_at]))
        }
        // The fence has ended the run; what it still waited for goes.
        Release::Ended(_) => {
            if commit.waited {
                group.op(&END_WAITS, args![scope, run]);
            }
            None
        }
    }
}

/// The first operation: nothing is kept unless the lease and the end of the log are as this worker knows them.
fn fence(group: &mut Group, commit: &RunCommit, last_seq: u64) {
    let mut args = args![&commit.scope, &commit.run, commit.generation, commit.after_seq, last_seq];
    let Release::Ended(ending) = &commit.release else {
        return group.fence(&FENCE, args);
    };
    let none: Option<&str> = None;
    args.extend(match ending {
        Ending::Succeeded { at } => args!["succeeded", *at, none, none],
        Ending::Failed { at, code, message } => args!["failed", *at, code, message],
        Ending::Cancelled { at } => args!["cancelled", *at, none, none],
    });
    group.fence(&FENCE_END, args);
}
