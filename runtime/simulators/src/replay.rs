//! Requests that may come again: what was answered under an idempotency key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::call::{Call, Outcome, Reply};

/// How long an idempotency key is remembered, in microseconds.
const KEY_LIFETIME: i64 = 24 * 60 * 60 * 1_000_000;

/// One answer and what it was given to.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Remembered {
    key: String,
    /// SHA-256 of the body in canonical form: spaces and field order do not make another request.
    body_sha256: String,
    status: u16,
    body: Value,
    at: i64,
}

/// The answers of a service by their keys.
#[derive(Default)]
pub(crate) struct Replays(BTreeMap<String, Remembered>);

impl Replays {
    /// Takes one in, new or from the ledger.
    pub(crate) fn keep(&mut self, remembered: Remembered) {
        self.0.insert(remembered.key.clone(), remembered);
    }

    /// The answer of before, if the call came under a key that is remembered; another body under it is refused.
    pub(crate) fn find(
        &self,
        call: &Call,
        fields: &Map<String, Value>,
        now: i64,
    ) -> Result<Option<Outcome>, Reply> {
        let remembered = call.idempotency_key.as_ref().and_then(|key| self.0.get(key));
        let Some(remembered) = remembered.filter(|remembered| now - remembered.at < KEY_LIFETIME) else {
            return Ok(None);
        };
        if remembered.body_sha256 != canonical_sha256(fields)? {
            let message = "this Idempotency-Key was used with another body";
            return Err(Reply::error(422, "idempotency_key_reused", message));
        }
        let reply = Reply::new(remembered.status, remembered.body.clone());
        Ok(Some(Outcome::unchanged(reply.with_header("idempotent-replayed", "true".to_owned()))))
    }
}

/// What is to be remembered of an answer, if the call has a key.
pub(crate) fn remember(
    call: &Call,
    fields: &Map<String, Value>,
    reply: &Reply,
    now: i64,
) -> Result<Option<Remembered>, Reply> {
    let Some(key) = call.idempotency_key.clone() else { return Ok(None) };
    let body_sha256 = canonical_sha256(fields)?;
    Ok(Some(Remembered { key, body_sha256, status: reply.status, body: reply.body.clone(), at: now }))
}

fn canonical_sha256(fields: &Map<String, Value>) -> Result<String, Reply> {
    let canonical = serde_json_canonicalizer::to_vec(fields)
        .map_err(|error| Reply::error(400, "bad_json", &format!("the body cannot be read: {error}")))?;
    Ok(hex::encode(Sha256::digest(canonical)))
}
