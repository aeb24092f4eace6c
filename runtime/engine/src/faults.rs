//! Faults that a crash campaign builds in to prove that it finds them: `make crash BREAK=…`. The feature `faults` is
//! in no default and no release build, and even then nothing happens until a fault is named.

use std::sync::atomic::{AtomicU8, Ordering};

static FAULT: AtomicU8 = AtomicU8::new(0);

const SKIP_INTENT: u8 = 1;
const RESEND_UNKNOWN: u8 = 2;
const APPLY_UNAPPROVED: u8 = 3;
const APPLY_TWICE: u8 = 4;

/// Builds a fault in, of this crate or of the store; false: there is none of that name.
pub fn build_in(name: &str) -> bool {
    let fault = match name {
        "skip-intent" => SKIP_INTENT,
        "resend-unknown" => RESEND_UNKNOWN,
        "apply-unapproved" => APPLY_UNAPPROVED,
        "apply-twice" => APPLY_TWICE,
        other => return throughline_store::faults::build_in(other),
    };
    FAULT.store(fault, Ordering::SeqCst);
    true
}

/// Writes leave the host before their intent is durable.
pub(crate) fn skips_intent() -> bool {
    FAULT.load(Ordering::SeqCst) == SKIP_INTENT
}

/// What nobody knows the outcome of is sent again.
pub(crate) fn resends_unknown() -> bool {
    FAULT.load(Ordering::SeqCst) == RESEND_UNKNOWN
}

/// A write of a workflow in review leaves without a decision.
pub(crate) fn skips_approval() -> bool {
    FAULT.load(Ordering::SeqCst) == APPLY_UNAPPROVED
}

/// A write that people approved leaves twice.
pub(crate) fn applies_twice() -> bool {
    FAULT.load(Ordering::SeqCst) == APPLY_TWICE
}
