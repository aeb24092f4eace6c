//! Tests across the parts: recurrence, fingerprints, answers, batches, bulk and releases.

mod batch;
mod fingerprint;
mod recurrence;
