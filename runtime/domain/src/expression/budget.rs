//! Bytes an evaluation may still make. Fuel counts steps, not what a step makes, so every operator and filter
//! that makes a value charges it here first.

use std::cell::Cell;

use minijinja::{Error, ErrorKind, Value, value::ValueKind};

use super::MAX_WORK_BYTES;

/// How the error of an exhausted budget begins.
pub(super) const WORDS: &str = "the expression makes too much data";

/// What one element of a list costs.
const ELEMENT: usize = 32;

thread_local! {
    // Lazy values are consumed on the thread that evaluates, so the budget can live beside it.
    static LEFT: Cell<usize> = const { Cell::new(MAX_WORK_BYTES) };
}

/// Begins an evaluation.
pub(super) fn refill() {
    LEFT.set(MAX_WORK_BYTES);
}

/// Takes `bytes` from what is left.
pub(super) fn charge(bytes: usize) -> Result<(), Error> {
    LEFT.with(|left| match left.get().checked_sub(bytes) {
        Some(rest) => {
            left.set(rest);
            Ok(())
        }
        None => Err(Error::new(ErrorKind::InvalidOperation, format!("{WORDS} (over 64 MiB)"))),
    })
}

/// What a copy of a value costs, its elements not followed.
pub(super) fn weight(value: &Value) -> usize {
    match value.kind() {
        ValueKind::String => value.as_str().map_or(ELEMENT, str::len).max(ELEMENT),
        ValueKind::Bytes => value.as_bytes().map_or(ELEMENT, <[u8]>::len),
        ValueKind::Seq | ValueKind::Map => value.len().unwrap_or(1).saturating_mul(ELEMENT).max(ELEMENT),
        // Only `range` and lazy filters give these; all are at most as long as what they came from.
        ValueKind::Iterable => value.len().unwrap_or(100_000).saturating_mul(ELEMENT),
        _ => ELEMENT,
    }
}
