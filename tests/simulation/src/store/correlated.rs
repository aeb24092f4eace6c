//! `correlated.rs`: an event of a type and a key satisfies the steps that wait for it, whichever comes first.

use throughline_domain::id::{EventId, RunId};
use throughline_domain::run::event::{Payload, RunEvent, StepPath};

use super::{Signal, Store, WaitRow};

#[derive(Clone, Debug)]
pub(crate) struct NewCorrelated {
    pub(crate) id: EventId,
    pub(crate) event_type: String,
    pub(crate) key: String,
    pub(crate) data: Payload,
    pub(crate) received_at: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct NewWait {
    pub(crate) path: String,
    pub(crate) event_type: String,
    pub(crate) key: String,
    pub(crate) since: i64,
}

fn match_id(path: &str, event: &EventId) -> String {
    format!("match/{path}/{event}")
}

fn matched(path: &str, event: &NewCorrelated) -> Signal {
    Signal {
        id: match_id(path, &event.id),
        event: RunEvent::WaitMatched {
            path: StepPath(path.to_owned()),
            data: event.data.clone(),
            requested_by: std::collections::BTreeSet::new(),
        },
        sent_at: event.received_at,
    }
}

impl Store {
    /// `INSERT_CORRELATED`, `SATISFY_WAITS`, `WAKE_SATISFIED`, `SIGNAL_SATISFIED`. False: it was published before.
    pub(crate) fn publish(&mut self, event: &NewCorrelated, now: i64) -> bool {
        let first = !self.correlated.contains_key(&event.id);
        if first {
            self.correlated.insert(event.id.clone(), event.clone());
        }
        let mut satisfied = Vec::new();
        for ((run, path), wait) in &mut self.waits {
            let fits = wait.event_type == event.event_type && wait.key == event.key;
            let had = self.signals.get(run).is_some_and(|all| all.contains_key(&match_id(path, &event.id)));
            if fits && wait.event.is_none() && wait.since <= event.received_at && !had {
                wait.event = Some(event.id.clone());
            }
            if fits && wait.event.as_ref() == Some(&event.id) {
                satisfied.push((run.clone(), path.clone()));
            }
        }
        for (run, path) in satisfied {
            self.wake_satisfied(&run, now);
            self.insert_match(&run, matched(&path, event));
        }
        first
    }

    /// `REGISTER_WAIT`, `MATCH_WAIT` and `SIGNAL_MATCHED`: the oldest event this step has not had. True: one was here.
    pub(super) fn register_wait(&mut self, run: &RunId, wait: &NewWait) -> bool {
        let had = |event: &NewCorrelated| {
            self.signals.get(run).is_some_and(|all| all.contains_key(&match_id(&wait.path, &event.id)))
        };
        let found = self
            .correlated
            .values()
            .filter(|event| event.event_type == wait.event_type && event.key == wait.key)
            .filter(|event| event.received_at >= wait.since && !had(event))
            .min_by(|a, b| (a.received_at, &a.id).cmp(&(b.received_at, &b.id)))
            .cloned();
        let row = WaitRow {
            event_type: wait.event_type.clone(),
            key: wait.key.clone(),
            since: wait.since,
            event: found.as_ref().map(|event| event.id.clone()),
        };
        self.waits.insert((run.clone(), wait.path.clone()), row);
        found.is_some_and(|event| self.insert_match(run, matched(&wait.path, &event)))
    }

    /// `UNREGISTER_WAIT`.
    pub(super) fn unregister_wait(&mut self, run: &RunId, path: &str) {
        self.waits.remove(&(run.clone(), path.to_owned()));
    }

    /// `END_WAITS`.
    pub(super) fn end_waits(&mut self, run: &RunId) {
        self.waits.retain(|(of, _), _| of != run);
    }
}
