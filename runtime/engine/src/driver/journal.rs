//! Entries of a run that are applied but not committed yet, and what must be committed with them.

use std::time::Duration;

use throughline_domain::run::event::Entry;
use throughline_domain::time::Timestamp;
use throughline_store::{NewEvent, NewRun, NewSignal, ProposalChange, RunCommit, StateWrite};

/// What the next commit of the run will carry.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    pub(crate) entries: Vec<Entry>,
    pub(crate) signals_read: Vec<String>,
    pub(crate) state_writes: Vec<StateWrite>,
    pub(crate) proposals: Vec<ProposalChange>,
    pub(crate) children: Vec<NewRun>,
    pub(crate) signals_out: Vec<(throughline_domain::id::RunId, NewSignal)>,
    pub(crate) events: Vec<NewEvent>,
    /// Among the entries is the outcome of a write: it must be durable before anything that depends on it leaves,
    /// and before the driver waits. Steps that only compute may join its commit.
    pub(crate) outcome: bool,
    appended: bool,
}

impl Journal {
    pub(crate) fn push(&mut self, entry: Entry) {
        self.appended = true;
        self.entries.push(entry);
    }

    /// True once after something was appended: the plan in hand is out of date.
    pub(crate) const fn plan_is_stale(&mut self) -> bool {
        std::mem::replace(&mut self.appended, false)
    }

    /// Nothing waits for a commit.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
            && self.signals_read.is_empty()
            && self.signals_out.is_empty()
            && self.state_writes.is_empty()
    }

    /// How long the oldest loose result may still wait for a commit; `None` when there is none.
    pub(crate) fn loose_for(&self, now: Timestamp, loose_ms: u64) -> Option<Duration> {
        let due = self.entries.first()?.at.plus_ms(loose_ms);
        Some(Duration::from_micros(u64::try_from(due.0.saturating_sub(now.0)).unwrap_or(0)))
    }

    /// Moves everything into a commit.
    pub(crate) fn drain_into(&mut self, commit: &mut RunCommit) {
        commit.entries = std::mem::take(&mut self.entries);
        commit.signals_read = std::mem::take(&mut self.signals_read);
        commit.state_writes = std::mem::take(&mut self.state_writes);
        commit.proposals = std::mem::take(&mut self.proposals);
        commit.children = std::mem::take(&mut self.children);
        commit.signals_out = std::mem::take(&mut self.signals_out);
        commit.events = std::mem::take(&mut self.events);
        self.outcome = false;
    }
}
