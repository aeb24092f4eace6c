//! The last changes, in a buffer of a fixed size.

use std::collections::{BTreeMap, VecDeque};

use throughline_store::{Scope, Standing, Subject};

/// Changes that are kept.
const KEPT: usize = 4_096;

/// Where something stands since a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) scope: Scope,
    pub(crate) subject: Subject,
    pub(crate) standing: Standing,
}

type Key = (Scope, Subject, String);

impl Change {
    fn key(&self) -> Key {
        (self.scope.clone(), self.subject, self.standing.id.clone())
    }
}

/// The buffer. Each change has the next number, from 1.
#[derive(Default)]
pub(crate) struct Ring {
    kept: VecDeque<(u64, Change)>,
    last: u64,
    /// After this number nothing is missing.
    floor: u64,
    /// What was told last of each thing that is kept: the same again is nothing new.
    told: BTreeMap<Key, (u64, String, u64)>,
}

impl Ring {
    /// The number of the last one.
    pub(crate) const fn last(&self) -> u64 {
        self.last
    }

    /// Keeps a change; one that was told already, as another node's echo, is passed over.
    pub(crate) fn keep(&mut self, change: Change) {
        let key = change.key();
        let (state, revision) = (change.standing.state.clone(), change.standing.revision);
        if self.told.get(&key).is_some_and(|(_, told, at)| *told == state && *at == revision) {
            return;
        }
        self.last += 1;
        self.told.insert(key, (self.last, state, revision));
        self.kept.push_back((self.last, change));
        if self.kept.len() > KEPT
            && let Some((number, old)) = self.kept.pop_front()
        {
            self.floor = number;
            let key = old.key();
            if self.told.get(&key).is_some_and(|(told, _, _)| *told == number) {
                self.told.remove(&key);
            }
        }
    }

    /// Something may be missing before what comes next.
    pub(crate) fn missed(&mut self) {
        self.last += 1;
        self.floor = self.last;
        self.kept.clear();
        self.told.clear();
    }

    /// What came after a number; nothing where some of it is not kept any more, or was never here.
    pub(crate) fn after(&self, number: u64) -> Option<Vec<(u64, Change)>> {
        if number < self.floor || number > self.last {
            return None;
        }
        let from = self.kept.partition_point(|(kept, _)| *kept <= number);
        Some(self.kept.iter().skip(from).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(n: usize, revision: u64) -> Change {
        Change {
            scope: Scope::new("main").unwrap(),
            subject: Subject::Run,
            standing: Standing { id: format!("run_{n}"), state: "waiting".to_owned(), revision },
        }
    }

    #[test]
    fn a_reader_goes_on_where_it_was() {
        let mut ring = Ring::default();
        assert_eq!(ring.after(0), Some(Vec::new()));
        ring.keep(change(1, 1));
        ring.keep(change(2, 1));
        ring.keep(change(1, 2));
        assert_eq!(ring.after(0).unwrap().len(), 3);
        assert_eq!(ring.after(1), Some(vec![(2, change(2, 1)), (3, change(1, 2))]));
        assert_eq!(ring.after(3), Some(Vec::new()));
        assert_eq!(ring.after(4), None, "a number of another process");
    }

    #[test]
    fn what_was_told_is_not_told_again() {
        let mut ring = Ring::default();
        ring.keep(change(1, 1));
        ring.keep(change(1, 1));
        assert_eq!(ring.last(), 1);
        ring.keep(change(1, 2));
        ring.keep(change(1, 1));
        assert_eq!(ring.last(), 3, "going back is a change");
    }

    #[test]
    fn it_does_not_grow_and_says_what_is_missing() {
        let mut ring = Ring::default();
        for n in 0..KEPT + 10 {
            ring.keep(change(n, 1));
        }
        assert_eq!((ring.kept.len(), ring.told.len()), (KEPT, KEPT));
        assert_eq!(ring.after(9), None);
        assert_eq!(ring.after(10).unwrap().len(), KEPT);
        ring.missed();
        assert_eq!(ring.after(ring.last() - 1), None);
        assert_eq!(ring.after(ring.last()), Some(Vec::new()));
    }
}
