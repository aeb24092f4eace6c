//! The record of every call: what was asked, what was answered, what changed.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::call::Call;
use crate::failure::FailureMode;
use crate::journal::Journal;
use crate::service::SimulatorError;

/// One call as the ledger keeps it; a line of `ledger.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The call's number, from 1, without gaps.
    pub seq: u64,
    /// When the call was carried out: UTC, RFC 3339 with microseconds. Strictly increasing.
    pub at: String,
    /// The HTTP method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query, as received.
    pub query: Option<String>,
    /// The `Idempotency-Key` header.
    pub idempotency_key: Option<String>,
    /// SHA-256 of the body's bytes, in hex.
    pub body_sha256: String,
    /// The body: JSON if it is JSON, else text. A webhook secret in it is replaced by `***`.
    pub body: Value,
    /// The status sent; nothing if the connection was dropped instead.
    pub status: Option<u16>,
    /// Whether the call changed the service's state.
    pub applied: bool,
    /// The failure that was switched on for this call.
    pub failure: Option<FailureMode>,
    /// What changed, from which the state is rebuilt. Only in the file: the API leaves it out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Value>,
}

impl LedgerEntry {
    /// The entry of a call, not numbered yet.
    pub(crate) fn new(call: &Call, at: String) -> Self {
        Self {
            seq: 0,
            at,
            method: call.method.clone(),
            path: call.path.clone(),
            query: call.query.clone(),
            idempotency_key: call.idempotency_key.clone(),
            body_sha256: hex::encode(Sha256::digest(&call.body)),
            body: readable(&call.body),
            status: None,
            applied: false,
            failure: None,
            changes: Vec::new(),
        }
    }
}

fn readable(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else {
        return Value::String(String::from_utf8_lossy(body).into_owned());
    };
    if let Some(secret) = value.get_mut("secret") {
        *secret = Value::String("***".to_owned());
    }
    value
}

/// The ledger file.
pub(crate) struct Ledger {
    journal: Journal,
}

impl Ledger {
    /// Opens `ledger.jsonl` in `dir` and returns its entries.
    pub(crate) fn open(dir: &Path) -> Result<(Self, Vec<LedgerEntry>), SimulatorError> {
        let path = dir.join("ledger.jsonl");
        let (journal, lines) =
            Journal::open(&path).map_err(|source| SimulatorError::opening(&path, source))?;
        let mut entries = Vec::with_capacity(lines.len());
        for (index, line) in lines.iter().enumerate() {
            let number = index as u64 + 1;
            let entry: LedgerEntry = serde_json::from_str(line)
                .map_err(|error| SimulatorError::corrupt(&path, number, error.to_string()))?;
            if entry.seq != number {
                let what = format!("sequence number {} instead of {number}", entry.seq);
                return Err(SimulatorError::corrupt(&path, number, what));
            }
            entries.push(entry);
        }
        Ok((Self { journal }, entries))
    }

    /// Writes the entry and returns its number.
    pub(crate) fn append(&self, mut entry: LedgerEntry) -> io::Result<u64> {
        self.journal.append(|number| {
            entry.seq = number;
            serde_json::to_vec(&entry)
        })
    }

    /// Returns once entry `seq` is on disk.
    pub(crate) async fn sync(&self, seq: u64) -> io::Result<()> {
        self.journal.sync(seq).await
    }

    /// Entries after number `after`, without their changes.
    pub(crate) async fn entries(&self, after: u64) -> io::Result<Vec<LedgerEntry>> {
        let lines = self.journal.lines().await?;
        let skip = usize::try_from(after).unwrap_or(usize::MAX);
        lines.iter().skip(skip).map(|line| Ok(without_changes(serde_json::from_str(line)?))).collect()
    }

    /// Lets go of the file.
    pub(crate) fn release(&self) {
        self.journal.release();
    }
}

fn without_changes(entry: LedgerEntry) -> LedgerEntry {
    LedgerEntry { changes: Vec::new(), ..entry }
}
