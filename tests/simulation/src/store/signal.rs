//! `signal.rs`: storing a signal and making a waiting run claimable is one transaction.

use std::collections::BTreeMap;

use throughline_domain::id::RunId;
use throughline_domain::run::event::RunEvent;

use super::{Lifecycle, SignalRow, Status, Store};

#[derive(Clone, Debug)]
pub(crate) struct NewSignal {
    pub(crate) id: String,
    /// The entry it becomes; the product stores it as JSON.
    pub(crate) event: RunEvent,
    pub(crate) sent_at: i64,
    pub(crate) cancels: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Signal {
    pub(crate) id: String,
    pub(crate) event: RunEvent,
    pub(crate) sent_at: i64,
}

impl Store {
    /// `WAKE` as the fence, then `INSERT_SIGNAL`. `None`: no such open run; false: one of this id is unread, or what
    /// it is about was closed.
    pub(crate) fn signal(&mut self, run: &RunId, signal: &NewSignal, now: i64) -> Option<bool> {
        if !self.wake(run, signal.cancels, now) {
            return None;
        }
        Some(self.insert_signal(run, signal))
    }

    /// `WAKE`: a waiting run is queued, and due at once.
    fn wake(&mut self, run: &RunId, cancels: bool, now: i64) -> bool {
        let Some(row) = self.runs.get_mut(run).filter(|row| !row.ended) else { return false };
        if matches!(row.status, Status::Waiting | Status::Queued) && row.due_at.is_none_or(|due| due > now) {
            row.due_at = Some(now);
        }
        if row.status == Status::Waiting {
            row.status = Status::Queued;
        }
        if cancels {
            row.lifecycle = Lifecycle::Cancelling;
        }
        self.changes.due = true;
        self.changes.signalled.push(run.clone());
        self.changes.touched.insert(run.clone());
        true
    }

    /// `INSERT_SIGNAL`: not for what is closed; one that is unread stands, one that was read is sent anew.
    fn insert_signal(&mut self, run: &RunId, signal: &NewSignal) -> bool {
        let closed_exception = self
            .exceptions_of(run)
            .any(|(id, row)| row.resolution.is_some() && signal.id == format!("resolve/{id}"));
        let closed_ask = self.asks_of(run).any(|(id, row)| row.closed && signal.id == format!("answer/{id}"));
        if closed_exception || closed_ask {
            return false;
        }
        let all: &mut BTreeMap<String, SignalRow> = self.signals.entry(run.clone()).or_default();
        if all.get(&signal.id).is_some_and(|row| !row.read) {
            return false;
        }
        let NewSignal { id, event, sent_at, .. } = signal.clone();
        all.insert(id.clone(), SignalRow { signal: Signal { id, event, sent_at }, read: false });
        true
    }

    /// `signal_ops`: as part of another run's commit; to an ended or absent run it is nothing.
    pub(super) fn signal_ops(&mut self, run: &RunId, signal: &NewSignal, now: i64) {
        if self.wake(run, signal.cancels, now) {
            self.insert_signal(run, signal);
        }
    }

    /// `UNREAD`: in the order they were sent.
    pub(crate) fn unread_signals(&self, run: &RunId) -> Vec<Signal> {
        let mut unread: Vec<Signal> = self
            .signals
            .get(run)
            .into_iter()
            .flat_map(BTreeMap::values)
            .filter(|row| !row.read)
            .map(|row| row.signal.clone())
            .collect();
        unread.sort_by(|a, b| (a.sent_at, &a.id).cmp(&(b.sent_at, &b.id)));
        unread
    }

    /// `READ_SIGNALS`.
    pub(super) fn read_signals(&mut self, run: &RunId, ids: &[String]) {
        let all = self.signals.entry(run.clone()).or_default();
        for id in ids {
            if let Some(row) = all.get_mut(id) {
                row.read = true;
            }
        }
    }

    /// A signal of a match: inserted once, never anew.
    pub(super) fn insert_match(&mut self, run: &RunId, signal: Signal) -> bool {
        let all = self.signals.entry(run.clone()).or_default();
        if all.contains_key(&signal.id) {
            return false;
        }
        all.insert(signal.id.clone(), SignalRow { signal, read: false });
        true
    }

    /// `WAKE_SATISFIED`.
    pub(super) fn wake_satisfied(&mut self, run: &RunId, now: i64) {
        self.wake(run, false, now);
    }
}
