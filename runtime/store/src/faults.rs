//! Faults that a campaign builds in to prove that it finds them: `make crash BREAK=…`, `make power-cut BREAK=…`. The
//! feature `faults` is in no default and no release build, and even then nothing happens until a fault is named.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use crate::commit::{CommitOutcome, Committed, Release};
use crate::run::Lifecycle;

static FAULT: AtomicU8 = AtomicU8::new(0);

/// How long an acknowledged event is not durable.
pub(crate) const LATE: Duration = Duration::from_millis(50);

const ACK_BEFORE_COMMIT: u8 = 1;
const NO_FENCE: u8 = 2;
const NO_FLUSH: u8 = 3;
const FORGET_DECISION: u8 = 4;

/// Builds a fault in; false: this crate has none of that name.
pub fn build_in(name: &str) -> bool {
    let fault = match name {
        "ack-before-commit" => ACK_BEFORE_COMMIT,
        "no-fence" => NO_FENCE,
        "no-flush" => NO_FLUSH,
        "forget-decision" => FORGET_DECISION,
        _ => return false,
    };
    FAULT.store(fault, Ordering::SeqCst);
    true
}

/// Events are acknowledged before they are durable.
pub(crate) fn acks_before_commit() -> bool {
    FAULT.load(Ordering::SeqCst) == ACK_BEFORE_COMMIT
}

/// Decisions are acknowledged before they are durable.
pub(crate) fn forgets_decisions() -> bool {
    FAULT.load(Ordering::SeqCst) == FORGET_DECISION
}

/// A worker is not told that its lease was superseded.
pub(crate) fn no_fence() -> bool {
    FAULT.load(Ordering::SeqCst) == NO_FENCE
}

/// Commits are not flushed to the disk.
pub(crate) fn no_flush() -> bool {
    FAULT.load(Ordering::SeqCst) == NO_FLUSH
}

/// What a fenced worker is told instead.
pub(crate) fn unfenced(release: &Release) -> CommitOutcome {
    let released = !matches!(release, Release::Keep);
    CommitOutcome::Committed(Committed { released, lifecycle: Lifecycle::Active, matched: Vec::new() })
}
