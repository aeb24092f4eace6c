//! What was rejected is not proposed again for a while: nobody is worn down by being asked.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::SourceRecord;
use super::content::{Content, FieldChange};
use crate::id::{DecisionId, ProposalId};
use crate::json;
use crate::time::Timestamp;

/// How long a rejection is remembered: 30 days, in milliseconds.
pub const REJECTION_MS: u64 = 30 * 86_400_000;

/// Hex SHA-256 of what was asked for: workflow, source record and the writes with their values. Not of what a new run
/// changes by itself: keys, versions, values before, the deadline, words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestHash(String);

impl RequestHash {
    pub(crate) fn of(workflow: &str, source: Option<&SourceRecord>, content: &Content) -> Self {
        let operations: Vec<Value> = content
            .operations
            .iter()
            .map(|write| {
                let after = |(path, change): (&String, &FieldChange)| {
                    // Removed is not null.
                    (path.clone(), change.after.clone().map_or_else(|| json!([]), |value| json!([value])))
                };
                json!({
                    "system": write.system,
                    "record": write.record,
                    "action": write.action.to_string(),
                    "input": write.input,
                    "after": write.fields.iter().map(after).collect::<Map<_, _>>(),
                })
            })
            .collect();
        Self(json::sha256(&json!({ "workflow": workflow, "source": source, "operations": operations })))
    }

    /// The hash as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A rejection that is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Of what.
    pub request: RequestHash,
    /// The proposal it ended.
    pub proposal: ProposalId,
    /// The decision, which the step names when it takes its rejection port.
    pub decision: DecisionId,
    /// When.
    pub at: Timestamp,
}

/// The latest rejection that still stands against asking for this.
pub fn repeats<'a>(request: &RequestHash, rejected: &'a [Rejected], now: Timestamp) -> Option<&'a Rejected> {
    let standing =
        rejected.iter().filter(|one| one.request == *request && now < one.at.plus_ms(REJECTION_MS));
    standing.max_by_key(|one| one.at)
}
