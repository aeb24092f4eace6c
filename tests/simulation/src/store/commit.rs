//! `commit.rs`: the log of a run, and everything that must become durable with it, behind one fence.

use throughline_domain::id::{AskId, EffectId, ExceptionId, RunId};
use throughline_domain::run::event::Entry;

use super::{
    AskRow, EffectRow, EffectState, ExceptionRow, Lifecycle, NewRun, NewSignal, NewWait, Segment, Status,
    Store,
};
use crate::Broken;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Release {
    Keep,
    ToWaiting { wake_at: Option<i64> },
    Requeue { due_at: i64 },
    Ended(Status),
}

/// What one commit of a run makes durable.
#[derive(Clone, Debug)]
pub(crate) struct RunCommit {
    pub(crate) run: RunId,
    pub(crate) generation: u64,
    pub(crate) after_seq: u64,
    pub(crate) entries: Vec<Entry>,
    pub(crate) release: Release,
    pub(crate) intents: Vec<(EffectId, EffectRow)>,
    pub(crate) settled: Vec<(EffectId, EffectState)>,
    pub(crate) exceptions: Vec<(ExceptionId, ExceptionRow)>,
    pub(crate) resolved: Vec<(ExceptionId, &'static str)>,
    pub(crate) asks: Vec<(AskId, AskRow)>,
    pub(crate) answered: Vec<AskId>,
    pub(crate) waits: Vec<NewWait>,
    pub(crate) waits_over: Vec<String>,
    pub(crate) signals_read: Vec<String>,
    pub(crate) replied: bool,
    pub(crate) children: Vec<NewRun>,
    pub(crate) signals_out: Vec<(RunId, NewSignal)>,
}

#[derive(Clone, Debug)]
pub(crate) enum CommitOutcome {
    Committed {
        released: bool,
        cancelling: bool,
        matched: bool,
    },
    Fenced,
    /// A constraint refused it: an effect was intended twice.
    Refused,
}

impl Store {
    /// The group of a run's commit, in the order of `run_commit`.
    pub(crate) fn commit(&mut self, commit: &RunCommit, now: i64) -> CommitOutcome {
        if !self.fence(commit) {
            return CommitOutcome::Fenced;
        }
        if commit.intents.iter().any(|(effect, _)| self.effects.contains_key(effect))
            && self.broken != Broken::NoFence
        {
            return CommitOutcome::Refused;
        }
        let cancelling = self.is_cancelling(&commit.run);
        self.append(commit);
        self.change_rows(commit);
        for child in &commit.children {
            self.create_run(child);
        }
        self.read_signals(&commit.run, &commit.signals_read);
        for path in &commit.waits_over {
            self.unregister_wait(&commit.run, path);
        }
        let mut matched = false;
        for wait in &commit.waits {
            matched |= self.register_wait(&commit.run, wait);
        }
        let released = self.release(commit);
        for (other, signal) in &commit.signals_out {
            self.signal_ops(other, signal, now);
        }
        self.changes.touched.insert(commit.run.clone());
        CommitOutcome::Committed { released, cancelling, matched }
    }

    /// `FENCE`: generation, last entry and status together; broken on purpose for [`Broken::NoFence`].
    fn fence(&mut self, commit: &RunCommit) -> bool {
        let last_seq = commit.entries.last().map_or(commit.after_seq, |entry| entry.seq);
        let no_fence = self.broken == Broken::NoFence;
        let Some(row) = self.runs.get_mut(&commit.run) else { return false };
        let holds = row.generation == commit.generation
            && row.last_seq == commit.after_seq
            && row.status == Status::Running;
        if !holds && !no_fence {
            return false;
        }
        self.stale_commits += u64::from(row.generation != commit.generation);
        row.last_seq = last_seq;
        true
    }

    /// `INSERT_LOG … ON CONFLICT (workspace_id, run_id, first_seq) DO NOTHING`.
    fn append(&mut self, commit: &RunCommit) {
        let Some(first) = commit.entries.first().map(|entry| entry.seq) else { return };
        let segments = self.log.entry(commit.run.clone()).or_default();
        let starts = |segment: &Segment| segment.entries.first().map(|entry| entry.seq);
        if segments.iter().any(|segment| starts(segment) == Some(first)) {
            return;
        }
        let (generation, entries) = (commit.generation, commit.entries.clone());
        segments.push(Segment { generation, entries });
    }

    fn change_rows(&mut self, commit: &RunCommit) {
        // INTEND, then SETTLE … AND state IN ('intended', 'in_doubt').
        for (effect, row) in &commit.intents {
            self.effects.insert(effect.clone(), row.clone());
        }
        for (effect, state) in &commit.settled {
            let open =
                |row: &&mut EffectRow| matches!(row.state, EffectState::Intended | EffectState::InDoubt);
            if let Some(row) = self.effects.get_mut(effect).filter(open) {
                row.state = *state;
            }
        }
        // OPEN … ON CONFLICT DO NOTHING, then RESOLVE … AND resolved_at IS NULL.
        for (exception, row) in &commit.exceptions {
            self.exceptions.entry(exception.clone()).or_insert_with(|| row.clone());
        }
        for (exception, resolution) in &commit.resolved {
            if let Some(row) = self.exceptions.get_mut(exception) {
                row.resolution.get_or_insert(resolution);
            }
        }
        for (ask, row) in &commit.asks {
            self.asks.entry(ask.clone()).or_insert_with(|| row.clone());
        }
        for ask in &commit.answered {
            if let Some(row) = self.asks.get_mut(ask) {
                row.closed = true;
            }
        }
        if let Some(row) = self.runs.get_mut(&commit.run).filter(|_| commit.replied) {
            row.replied = true;
        }
    }

    /// `TO_WAITING`, `REQUEUE` or `END`, each only of a running row; waiting only without an unread signal.
    fn release(&mut self, commit: &RunCommit) -> bool {
        let unread = self.has_unread(&commit.run) && self.broken != Broken::LoseWakeUp;
        let Some(row) = self.runs.get_mut(&commit.run) else { return false };
        if row.status != Status::Running {
            return false;
        }
        match commit.release {
            Release::Keep => return false,
            Release::ToWaiting { .. } if unread => return false,
            Release::ToWaiting { wake_at } => {
                (row.status, row.due_at, row.claims) = (Status::Waiting, wake_at, 0);
                self.changes.due |= wake_at.is_some();
            }
            Release::Requeue { due_at } => {
                (row.status, row.due_at, row.claims) = (Status::Queued, Some(due_at), 0);
                self.changes.due = true;
            }
            Release::Ended(status) => (row.status, row.ended) = (status, true),
        }
        (row.lease_worker, row.lease_until) = (None, None);
        if matches!(commit.release, Release::Ended(_)) {
            self.end_waits(&commit.run);
        }
        true
    }
}

impl Lifecycle {
    /// For traces.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Cancelling => "cancelling",
        }
    }
}
