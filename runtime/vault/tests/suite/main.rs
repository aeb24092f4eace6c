//! The vault's suite.

#![expect(clippy::unwrap_used, reason = "a test that meets an error has failed")]

#[macro_use]
mod place;

mod envelope;
mod root_file;
mod rotation;
mod service;
mod turning;

use std::sync::atomic::{AtomicU64, Ordering};

use throughline_vault::{Random, Result, SecretValue};

/// Bytes that differ each time; nothing a secret could rest on.
#[derive(Default)]
pub(crate) struct Counting(AtomicU64);

impl Random for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<()> {
        for chunk in buffer.chunks_mut(8) {
            let n = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&n.to_be_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

pub(crate) fn value(text: &str) -> SecretValue {
    SecretValue::new(text.to_owned()).unwrap()
}
