//! What makes a proposal stale, and what a person sees of it: how the source moved, and what would be written now.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::content::Content;
use super::difference::{Change, Difference};
use super::precondition::{Moved, MovedWhy};
use crate::json;

/// What a content rests on besides the records. Publishing another version of the workflow is not in it: that leaves
/// open proposals valid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Version of the truth map, once there is one.
    pub map_version: Option<u32>,
    /// The account behind each connection, as its test recorded it.
    pub accounts: BTreeMap<String, String>,
}

/// Why a proposal is stale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum StaleReason {
    /// A record moved.
    RecordMoved {
        /// Which operation, from 0.
        operation: usize,
        /// How.
        why: MovedWhy,
    },
    /// The truth map has another version.
    MapChanged,
    /// A connection speaks for another account.
    AccountChanged {
        /// Which.
        connection: String,
    },
    /// The same step would write something else now.
    PayloadChanged,
}

/// Does what the content rests on still stand?
pub fn compare_basis(content: &Content, then: &Basis, now: &Basis) -> Vec<StaleReason> {
    let mut reasons = Vec::new();
    if then.map_version != now.map_version {
        reasons.push(StaleReason::MapChanged);
    }
    let used: BTreeSet<&String> =
        content.operations.iter().filter_map(|write| write.connection.as_ref()).collect();
    let other = used.into_iter().filter(|name| then.accounts.get(*name) != now.accounts.get(*name));
    reasons.extend(other.map(|name| StaleReason::AccountChanged { connection: name.clone() }));
    reasons
}

impl StaleReason {
    /// The reason for what a check found.
    pub const fn moved(operation: usize, moved: &Moved) -> Self {
        Self::RecordMoved { operation, why: moved.why }
    }

    /// For a person.
    pub fn words(&self) -> String {
        match self {
            Self::RecordMoved { operation, why } => {
                let how = match why {
                    MovedWhy::Changed => "was changed since this was proposed",
                    MovedWhy::Gone => "is not there any more",
                    MovedWhy::Appeared => "is there already",
                    MovedWhy::NoVersion => "no longer says which version it has",
                };
                format!("the record of operation {} {how}", operation + 1)
            }
            Self::MapChanged => "the truth map was changed".to_owned(),
            Self::AccountChanged { connection } => {
                format!("connection `{connection}` now speaks for another account")
            }
            Self::PayloadChanged => "the same step would write something else now".to_owned(),
        }
    }
}

/// One field whose value in the source moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldMoved {
    /// Which operation, from 0.
    pub operation: usize,
    /// JSON Pointer of the field.
    pub field: String,
    /// What it was when it was shown.
    pub then: Option<Value>,
    /// What it is.
    pub now: Option<Value>,
}

/// Both differences a person sees after a proposal went stale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BothDifferences {
    /// How the source moved under the old proposal.
    pub source: Vec<FieldMoved>,
    /// How what would be written differs from what would have been.
    pub planned: Vec<Change>,
}

impl BothDifferences {
    /// Between the stale content and the one that takes its place.
    pub fn between(stale: &Content, renewed: &Content) -> Self {
        let mut source = Vec::new();
        for (operation, (old, new)) in stale.operations.iter().zip(&renewed.operations).enumerate() {
            let names: BTreeSet<&String> = old.fields.keys().chain(new.fields.keys()).collect();
            for field in names {
                // A field that only one of the two would write says nothing about the other's view of the source.
                let (Some(old), Some(new)) = (old.fields.get(field), new.fields.get(field)) else { continue };
                let bytes = |value: &Option<Value>| value.as_ref().map(json::canonical);
                if bytes(&old.before) != bytes(&new.before) {
                    let (then, now) = (old.before.clone(), new.before.clone());
                    source.push(FieldMoved { operation, field: field.clone(), then, now });
                }
            }
        }
        let planned = Difference::between(stale, renewed).changes;
        let planned = planned.into_iter().filter(|change| !is_source(&change.path)).collect();
        Self { source, planned }
    }
}

/// Part of what the source was, not of what is written.
fn is_source(path: &str) -> bool {
    let inner =
        path.strip_prefix("/operations/").and_then(|rest| rest.split_once('/')).map(|(_, inner)| inner);
    inner.is_some_and(|inner| {
        let before = inner
            .strip_prefix("fields/")
            .and_then(|rest| rest.split_once('/'))
            .is_some_and(|(_, side)| side == "before" || side.starts_with("before/"));
        before || inner.starts_with("precondition")
    })
}
