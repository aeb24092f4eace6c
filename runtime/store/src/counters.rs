//! Counted work: cheap figures for benchmarks and the health page.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters since the store was opened.
#[derive(Debug, Default)]
pub struct Counters {
    statements: AtomicU64,
    groups: AtomicU64,
    commits: AtomicU64,
    bytes: AtomicU64,
    reads: AtomicU64,
    replays: AtomicU64,
}

/// One reading of [`Counters`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Statements the writer ran; a multi-row statement counts once.
    pub statements: u64,
    /// Groups committed.
    pub groups: u64,
    /// Transactions committed.
    pub commits: u64,
    /// Bytes of arguments given to the writer.
    pub bytes: u64,
    /// Statements of readers.
    pub reads: u64,
    /// Batches that were rolled back and tried group by group.
    pub replays: u64,
}

impl Counters {
    pub(crate) fn statement(&self, bytes: usize) {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn commit(&self, groups: usize) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.groups.fetch_add(groups as u64, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) {
        self.reads.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn replay(&self) {
        self.replays.fetch_add(1, Ordering::Relaxed);
    }

    /// The figures now.
    pub fn now(&self) -> Counted {
        Counted {
            statements: self.statements.load(Ordering::Relaxed),
            groups: self.groups.load(Ordering::Relaxed),
            commits: self.commits.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            reads: self.reads.load(Ordering::Relaxed),
            replays: self.replays.load(Ordering::Relaxed),
        }
    }
}
