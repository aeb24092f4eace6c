//! What a proposal would write, whole: nothing that reaches a system is outside of it, so nothing can change unseen.

mod fields;
mod problem;
mod validate;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::hash::ContentHash;
use super::money::Money;
use super::precondition::Precondition;
use crate::connector::Undo;
use crate::json;
use crate::time::Timestamp;
use crate::workflow::Operation;

pub use fields::changes_between;
pub use problem::ContentProblem;

/// Operations of one proposal at most.
pub const MAX_OPERATIONS: usize = 50;

/// What a proposal would write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// The writes, in the order they are sent.
    pub operations: Vec<PlannedWrite>,
    /// The effect in words.
    pub summary: String,
    /// Money that moves, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<Money>,
    /// After this time nobody decides any more.
    pub expires_at: Timestamp,
}

/// One write of a proposal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedWrite {
    /// The system it goes to, by the name people know; two accounts of one product are two systems.
    pub system: String,
    /// The record it is about.
    pub record: Record,
    /// What happens to the record.
    pub kind: WriteKind,
    /// The action, `accounting.create_invoice`.
    #[serde(with = "operation_text")]
    pub action: Operation,
    /// Connection name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    /// The action's input, as it will be sent.
    pub input: Value,
    /// What changes, by JSON Pointer of the field.
    pub fields: BTreeMap<String, FieldChange>,
    /// What must still hold when it is sent; absent where the system lets nothing be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precondition: Option<Precondition>,
    /// The key it is sent with.
    pub idempotency_key: String,
    /// Can it be taken back?
    pub undo: Undo,
    /// How it would be taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compensation: Option<Compensation>,
    /// False: the preview could not read everything, `fields` is the best it could say.
    pub complete: bool,
}

/// Which record a write is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Record {
    /// One that is there.
    Existing {
        /// Record type: `invoice`.
        record_type: String,
        /// Its id in the system.
        id: String,
    },
    /// One that the write makes, by its business key (the order an invoice is for), never by its customer: two
    /// invoices of one customer have nothing to wait for.
    New {
        /// Record type.
        record_type: String,
        /// Its business key.
        key: String,
    },
}

/// What happens to the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteKind {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is removed.
    Delete,
    /// Something is sent: a mail.
    Send,
    /// Something happens that is none of these.
    Call,
}

/// One field, before and after.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Before, if there is a value and it could be read.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// After; absent: the field is removed.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// What the truth map says; absent where it does not cover the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<TruthVerdict>,
}

/// May this write change this field?
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TruthVerdict {
    /// The owner writes its own field.
    AllowOwner,
    /// The owner's value is carried to a declared copy.
    AllowPropagation,
    /// The value is there already: nothing is written.
    CoOwn,
    /// A person must look first.
    Hold,
    /// It may not.
    Deny,
    /// It may, by a role, with a reason and for a time, and it is recorded.
    NeedsForce,
}

/// How a write would be taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Compensation {
    /// The connector's own `compensate`, with the receipt.
    Connector,
    /// Another action.
    Action {
        /// Which.
        #[serde(with = "operation_text")]
        action: Operation,
        /// Its input.
        input: Value,
    },
    /// A person, as these words say.
    Hand {
        /// What to do.
        words: String,
    },
}

impl Content {
    /// RFC 8785 bytes: the same for every order of fields.
    pub fn to_bytes(&self) -> Vec<u8> {
        json::canonical(&self.to_json())
    }

    pub(super) fn to_json(&self) -> Value {
        // Names of fields are texts and numbers are finite: there is nothing that could fail.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The hash a decision is bound to.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(&self.to_bytes())
    }

    /// Reads the bytes a hash is of.
    pub fn from_bytes(bytes: &[u8], hash: &ContentHash) -> Result<Self, ContentProblem> {
        if ContentHash::of(bytes) != *hash {
            return Err(ContentProblem::OtherBytes);
        }
        serde_json::from_slice(bytes).map_err(|error| ContentProblem::Unreadable(error.to_string()))
    }

    /// Something in it cannot be taken back.
    pub fn is_irreversible(&self) -> bool {
        self.operations.iter().any(|write| write.undo == Undo::Irreversible)
    }

    /// Money moves, or something cannot be taken back: those who edited it do not decide, and a code alone is not
    /// enough.
    pub fn is_sensitive(&self) -> bool {
        self.money.is_some() || self.is_irreversible()
    }
}

impl Record {
    /// Record type.
    pub fn record_type(&self) -> &str {
        match self {
            Self::Existing { record_type, .. } | Self::New { record_type, .. } => record_type,
        }
    }

    /// Its id, or the business key it will be known by.
    pub fn name(&self) -> &str {
        match self {
            Self::Existing { id, .. } => id,
            Self::New { key, .. } => key,
        }
    }
}

impl std::fmt::Display for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Existing { record_type, id } => write!(f, "{record_type} {id}"),
            Self::New { record_type, key } => write!(f, "new {record_type} for {key}"),
        }
    }
}

/// Null is a value; only what is not there is absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

mod operation_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::workflow::Operation;

    pub(super) fn serialize<S: Serializer>(action: &Operation, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(action)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Operation, D::Error> {
        let text = String::deserialize(deserializer)?;
        Operation::parse(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is not an action")))
    }
}
