//! What must still hold when a write is sent. It is looked at again right before, and, where the system can compare and
//! swap, once more by the system itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::content::{Content, FieldChange, PlannedWrite};
use crate::json;

/// What must still hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Precondition {
    /// The record's etag, handed back to the connector as it gave it.
    Etag {
        /// As given.
        value: Value,
    },
    /// The record's version or time of change, handed back to the connector as it gave it.
    Version {
        /// As given.
        value: Value,
    },
    /// The hash of the fields before: for systems that give no version. Only we can look, so another writer between the
    /// look and the write is not seen.
    BeforeHash {
        /// Hex SHA-256, see [`before_hash`].
        sha256: String,
    },
    /// There is no such record yet.
    Absent,
}

/// Hex SHA-256 of the values the fields of a write have before it, by pointer.
pub fn before_hash(fields: &BTreeMap<String, FieldChange>) -> String {
    hash_values(fields.iter().filter_map(|(path, change)| Some((path, change.before.as_ref()?))))
}

fn hash_values<'a>(values: impl Iterator<Item = (&'a String, &'a Value)>) -> String {
    let values: Map<String, Value> = values.map(|(path, value)| (path.clone(), value.clone())).collect();
    json::sha256(&Value::Object(values))
}

/// What a fresh preview sees.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// The record is there.
    pub exists: bool,
    /// Its etag or version, as the connector gives it.
    pub version: Option<Value>,
    /// The values of the write's fields, by pointer; what is not there is absent.
    pub values: BTreeMap<String, Value>,
}

/// The precondition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// It was compared.
    Checked,
    /// The system lets nothing be read: the receipt is all there will be. Shown as weaker.
    Unchecked,
}

/// The source moved.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// How.
    pub why: MovedWhy,
    /// The shown fields that have another value now: pointer, then and now. Empty: the record was touched, but nothing
    /// that was shown.
    pub fields: Vec<(String, Option<Value>, Option<Value>)>,
}

/// How a source moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovedWhy {
    /// It has another etag, version or other values.
    Changed,
    /// It is not there any more.
    Gone,
    /// It is there, and should not be.
    Appeared,
    /// It gives no version any more, so nothing can be compared.
    NoVersion,
}

/// Does the write's precondition still hold? What cannot be compared any more does not.
pub fn check(write: &PlannedWrite, seen: &Seen) -> Result<Held, Moved> {
    let why = match &write.precondition {
        None => return Ok(Held::Unchecked),
        Some(Precondition::Absent) => seen.exists.then_some(MovedWhy::Appeared),
        Some(_) if !seen.exists => Some(MovedWhy::Gone),
        Some(Precondition::Etag { value } | Precondition::Version { value }) => match &seen.version {
            None => Some(MovedWhy::NoVersion),
            Some(version) => differ(value, version).then_some(MovedWhy::Changed),
        },
        Some(Precondition::BeforeHash { sha256 }) => {
            let shown = seen.values.iter().filter(|(path, _)| write.fields.contains_key(*path));
            (hash_values(shown) != *sha256).then_some(MovedWhy::Changed)
        }
    };
    match why {
        None => Ok(Held::Checked),
        Some(why) => Err(Moved { why, fields: moved_fields(write, seen) }),
    }
}

fn differ(then: &Value, now: &Value) -> bool {
    json::canonical(then) != json::canonical(now)
}

fn moved_fields(write: &PlannedWrite, seen: &Seen) -> Vec<(String, Option<Value>, Option<Value>)> {
    let fields = write.fields.iter().filter_map(|(path, change)| {
        let (then, now) = (change.before.as_ref(), seen.values.get(path));
        let same = match (then, now) {
            (Some(then), Some(now)) => !differ(then, now),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        (!same).then(|| (path.clone(), then.cloned(), now.cloned()))
    });
    fields.collect()
}

impl Content {
    /// What the connector compares when it sends operation `index`. Nothing, where an earlier operation of the same
    /// proposal has written the same record: the version moved by our own hand.
    pub fn precondition_to_send(&self, index: usize) -> Option<&Value> {
        let write = self.operations.get(index)?;
        let earlier = self.operations.iter().take(index);
        let ours =
            earlier.clone().any(|before| before.system == write.system && before.record == write.record);
        match write.precondition.as_ref().filter(|_| !ours)? {
            Precondition::Etag { value } | Precondition::Version { value } => Some(value),
            Precondition::BeforeHash { .. } | Precondition::Absent => None,
        }
    }
}
