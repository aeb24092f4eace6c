//! The beginnings of runs accepted here, kept until they are claimed: most are, at once, by this process, and need
//! not be read back. A committed prefix of a log never changes, so what is kept here cannot be out of date.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use throughline_domain::id::RunId;
use throughline_domain::run::event::Entry;

use crate::scope::Scope;

/// Bytes of payloads that are kept; the oldest go first.
const KEPT_BYTES: usize = 4 << 20;
/// Runs that are kept, for those that carry next to nothing.
const KEPT_RUNS: usize = 1024;

type Key = (Scope, RunId);

/// Logs of runs that nobody has claimed yet.
#[derive(Debug, Default)]
pub(crate) struct Fresh(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    logs: HashMap<Key, (Vec<Entry>, usize)>,
    order: VecDeque<Key>,
    bytes: usize,
}

impl Fresh {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the first entries of a run that is about to be committed; nobody can claim it before that.
    pub(crate) fn keep(&self, scope: &Scope, run: &RunId, log: &[Entry], bytes: usize) {
        let mut kept = self.kept();
        let key = (scope.clone(), run.clone());
        if kept.logs.insert(key.clone(), (log.to_vec(), bytes)).is_none() {
            kept.order.push_back(key);
            kept.bytes += bytes;
        }
        while kept.bytes > KEPT_BYTES || kept.order.len() > KEPT_RUNS {
            let Some(oldest) = kept.order.pop_front() else { return };
            kept.forget(&oldest);
        }
    }

    /// The log of a run, if it is kept and ends with this entry. It is forgotten.
    pub(crate) fn take(&self, scope: &Scope, run: &RunId, last_seq: u64) -> Option<Vec<Entry>> {
        let log = self.kept().forget(&(scope.clone(), run.clone()))?;
        (log.last()?.seq == last_seq).then_some(log)
    }
}

impl Kept {
    /// Takes a log out; its key leaves the order when its turn comes.
    fn forget(&mut self, key: &Key) -> Option<Vec<Entry>> {
        let (log, bytes) = self.logs.remove(key)?;
        self.bytes -= bytes;
        Some(log)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use throughline_domain::run::event::RunEvent;
    use throughline_domain::time::Timestamp;

    fn log(last: u64) -> Vec<Entry> {
        (1..=last).map(|seq| Entry { seq, at: Timestamp(0), event: RunEvent::RunCancelled }).collect()
    }

    #[test]
    fn a_beginning_is_given_once_and_only_whole() {
        let (fresh, scope) = (Fresh::default(), Scope::new("default").unwrap());
        let (one, two) = (RunId::new(1, 1), RunId::new(2, 2));
        fresh.keep(&scope, &one, &log(1), 10);
        fresh.keep(&scope, &two, &log(2), 10);
        assert_eq!(fresh.take(&scope, &one, 1), Some(log(1)));
        assert_eq!(fresh.take(&scope, &one, 1), None);
        assert_eq!(fresh.take(&scope, &two, 5), None, "the log has grown since");
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let (fresh, scope) = (Fresh::default(), Scope::new("default").unwrap());
        for n in 0..3000 {
            fresh.keep(&scope, &RunId::new(n, 0), &log(1), 10_000);
            if n % 3 == 0 {
                let _ = fresh.take(&scope, &RunId::new(n, 0), 1);
            }
        }
        let kept = fresh.kept();
        assert!(kept.bytes <= KEPT_BYTES && kept.order.len() <= KEPT_RUNS);
        assert_eq!(kept.bytes, kept.logs.values().map(|(_, bytes)| bytes).sum::<usize>());
    }
}
