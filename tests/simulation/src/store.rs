//! The model store: the tables as maps, and one function for each statement of `throughline-store` that matters here.
//! A call is one transaction; `now` is always the database's clock. Each function names the statement it mirrors, and
//! keeps its conditions: what these leave out, no run can rely on.

mod accept;
mod commit;
mod correlated;
mod lease;
mod signal;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use throughline_domain::connector::Effect;
use throughline_domain::id::{AskId, EffectId, EventId, ExceptionId, RunId};
use throughline_domain::run::event::{Entry, Payload};

pub(crate) use accept::{Accepted, NewEvent, NewRun};
pub(crate) use commit::{CommitOutcome, Release, RunCommit};
pub(crate) use correlated::{NewCorrelated, NewWait};
pub(crate) use lease::Claim;
pub(crate) use signal::{NewSignal, Signal};

use crate::Broken;

/// `run.status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Queued,
    Running,
    Waiting,
    Succeeded,
    Failed,
    Cancelled,
}

/// `run.lifecycle`; nothing pauses a run yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifecycle {
    Active,
    Cancelling,
}

/// A row of `run`.
#[derive(Clone, Debug)]
pub(crate) struct RunRow {
    pub(crate) workflow: String,
    pub(crate) status: Status,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) due_at: Option<i64>,
    pub(crate) generation: u64,
    pub(crate) claims: u32,
    /// Worker process that holds it.
    pub(crate) lease_worker: Option<u64>,
    pub(crate) lease_until: Option<i64>,
    pub(crate) last_seq: u64,
    pub(crate) ended: bool,
    pub(crate) event: Option<EventId>,
    pub(crate) reply_wanted: bool,
    pub(crate) replied: bool,
}

/// A row of `run_log`.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub(crate) generation: u64,
    pub(crate) entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
pub(crate) struct SignalRow {
    pub(crate) signal: Signal,
    pub(crate) read: bool,
}

/// A row of `effect`, as far as the model needs it.
#[derive(Clone, Debug)]
pub(crate) struct EffectRow {
    pub(crate) run: RunId,
    pub(crate) path: String,
    pub(crate) logical_key: String,
    pub(crate) class: Effect,
    pub(crate) request_sha256: String,
    pub(crate) state: EffectState,
}

/// `effect.state`, with who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EffectState {
    Intended,
    Confirmed { by_person: bool },
    NotApplied { by_person: bool },
    InDoubt,
}

#[derive(Clone, Debug)]
pub(crate) struct ExceptionRow {
    pub(crate) run: RunId,
    pub(crate) path: String,
    pub(crate) unknown_outcome: bool,
    pub(crate) effect: Option<EffectId>,
    /// How, once it is closed.
    pub(crate) resolution: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(crate) struct AskRow {
    pub(crate) run: RunId,
    pub(crate) path: String,
    pub(crate) closed: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct WaitRow {
    pub(crate) event_type: String,
    pub(crate) key: String,
    pub(crate) since: i64,
    pub(crate) event: Option<EventId>,
}

/// What others are told once a transaction is durable.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    pub(crate) due: bool,
    pub(crate) signalled: Vec<RunId>,
    /// Runs whose rows changed: the checks look at them.
    pub(crate) touched: BTreeSet<RunId>,
}

#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) broken: Broken,
    pub(crate) runs: BTreeMap<RunId, RunRow>,
    pub(crate) log: BTreeMap<RunId, Vec<Segment>>,
    /// Key to event and run.
    pub(crate) dedupe: BTreeMap<String, (EventId, RunId)>,
    pub(crate) signals: BTreeMap<RunId, BTreeMap<String, SignalRow>>,
    pub(crate) waits: BTreeMap<(RunId, String), WaitRow>,
    pub(crate) correlated: BTreeMap<EventId, NewCorrelated>,
    pub(crate) exceptions: BTreeMap<ExceptionId, ExceptionRow>,
    pub(crate) asks: BTreeMap<AskId, AskRow>,
    pub(crate) effects: BTreeMap<EffectId, EffectRow>,
    pub(crate) blobs: BTreeMap<String, Value>,
    /// Violations of rules that only a broken product can reach.
    pub(crate) stale_commits: u64,
    changes: Changes,
}

impl Store {
    pub(crate) fn new(broken: Broken) -> Self {
        Self { broken, ..Self::default() }
    }

    pub(crate) fn take_changes(&mut self) -> Changes {
        std::mem::take(&mut self.changes)
    }

    /// `load_log`: the committed entries, in order.
    pub(crate) fn load_log(&self, run: &RunId) -> Vec<Entry> {
        let segments = self.log.get(run).map_or(&[][..], Vec::as_slice);
        segments.iter().flat_map(|segment| segment.entries.iter().cloned()).collect()
    }

    pub(crate) fn load(&self, payload: &Payload) -> Option<Value> {
        match payload {
            Payload::Inline(value) => Some(value.clone()),
            Payload::Blob(blob) => self.blobs.get(&blob.sha256).cloned(),
        }
    }

    pub(crate) fn exceptions_of<'a>(
        &'a self,
        run: &'a RunId,
    ) -> impl Iterator<Item = (&'a ExceptionId, &'a ExceptionRow)> {
        self.exceptions.iter().filter(move |(_, row)| row.run == *run)
    }

    pub(crate) fn asks_of<'a>(&'a self, run: &'a RunId) -> impl Iterator<Item = (&'a AskId, &'a AskRow)> {
        self.asks.iter().filter(move |(_, row)| row.run == *run)
    }

    pub(crate) fn effects_of<'a>(
        &'a self,
        run: &'a RunId,
    ) -> impl Iterator<Item = (&'a EffectId, &'a EffectRow)> {
        self.effects.iter().filter(move |(_, row)| row.run == *run)
    }

    /// `EXISTS run_signal … read_at IS NULL`.
    pub(crate) fn has_unread(&self, run: &RunId) -> bool {
        self.signals.get(run).is_some_and(|all| all.values().any(|row| !row.read))
    }
}
