//! Idempotency keys: the same for every sending of one decision, and for no other.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use throughline_domain::id::RunId;
use throughline_domain::run::event::StepPath;

/// HMAC over run, step path (with the iteration in it) and logical attempt; 40 hexadecimal characters.
pub(crate) fn idempotency_key(key: &[u8; 32], run: &RunId, path: &StepPath, logical_attempt: u32) -> String {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key)
        .unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"));
    mac.update(run.as_str().as_bytes());
    mac.update(b"\n");
    mac.update(path.0.as_bytes());
    mac.update(b"\n");
    mac.update(&logical_attempt.to_be_bytes());
    hex::encode(&mac.finalize().into_bytes()[..20])
}

/// Hex SHA-256 of bytes.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_changes_with_each_part_and_with_nothing_else() {
        let run = RunId::new(1, 1);
        let path = StepPath("pay".into());
        let key = idempotency_key(&[7; 32], &run, &path, 1);
        assert_eq!(key.len(), 40);
        assert_eq!(key, idempotency_key(&[7; 32], &run, &path, 1));
        assert_ne!(key, idempotency_key(&[8; 32], &run, &path, 1));
        assert_ne!(key, idempotency_key(&[7; 32], &run, &path, 2));
        assert_ne!(key, idempotency_key(&[7; 32], &RunId::new(1, 2), &path, 1));
        assert_ne!(key, idempotency_key(&[7; 32], &run, &StepPath("pay2".into()), 1));
    }
}
