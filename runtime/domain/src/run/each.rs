//! The counters and results of a for-each under way.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::Failure;
use crate::run::event::Payload;
use crate::run::step::{Each, Segment};

/// Results in a segment, and results a for-each may have without any segment.
pub(crate) const SEGMENT: u64 = 256;
/// Results that may wait for neighbours before shorter segments are sealed too.
const MAX_TAIL: usize = 1_024;

impl Each {
    pub(crate) const fn new(items: Payload, count: u64) -> Self {
        Self {
            items,
            count,
            next: 0,
            flying: BTreeSet::new(),
            parked: BTreeSet::new(),
            finished: BTreeSet::new(),
            succeeded: 0,
            failed: 0,
            tail: BTreeMap::new(),
            runs: BTreeMap::new(),
            segments: BTreeMap::new(),
        }
    }

    /// Items that have ended.
    pub(crate) const fn ended(&self) -> u64 {
        self.succeeded + self.failed
    }

    /// Something is to be recorded, sealed or ended.
    pub(crate) fn needs_planner(&self) -> bool {
        !self.finished.is_empty() || self.ended() == self.count || self.to_seal().is_some()
    }

    /// Takes an item's result.
    pub(crate) fn end(&mut self, index: u64, result: Result<Payload, Failure>) {
        self.finished.remove(&index);
        if result.is_ok() {
            self.succeeded += 1;
        } else {
            self.failed += 1;
        }
        self.tail.insert(index, result);
        let mut first = index;
        let mut length = 1;
        if let Some(after) = self.runs.remove(&(index + 1)) {
            length += after;
        }
        if let Some((&start, &before)) = self.runs.range(..index).next_back()
            && start + before == index
        {
            first = start;
            length += before;
        }
        self.runs.insert(first, length);
    }

    /// Neighbouring results that should leave the state now: a full segment; the longest run when too many wait;
    /// at the end of a for-each that has segments, whatever is left.
    pub(crate) fn to_seal(&self) -> Option<(u64, u64)> {
        if self.ended() == self.count {
            let (&first, &length) = self.runs.iter().next()?;
            return (!self.segments.is_empty() || self.count > SEGMENT)
                .then_some((first, length.min(SEGMENT)));
        }
        if self.tail.len() < usize::try_from(SEGMENT).unwrap_or(usize::MAX) {
            return None;
        }
        let (&first, &length) = self.runs.iter().max_by_key(|(_, length)| **length)?;
        (length >= SEGMENT || self.tail.len() > MAX_TAIL).then_some((first, length.min(SEGMENT)))
    }

    /// The results are in a blob.
    pub(crate) fn seal(&mut self, first: u64, segment: Segment) {
        let last = first + segment.count - 1;
        for index in first..=last {
            self.tail.remove(&index);
        }
        if let Some((&start, &length)) = self.runs.range(..=first).next_back() {
            let end = start + length;
            self.runs.remove(&start);
            if start < first {
                self.runs.insert(start, first - start);
            }
            if last + 1 < end {
                self.runs.insert(last + 1, end - last - 1);
            }
        }
        self.segments.insert(first, segment);
    }
}
