//! What is different between two contents: for the answer to a decision on what is no longer shown, and for the person
//! who sees a proposal again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::content::{Content, changes_between};

/// One place where two contents differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// JSON Pointer into the content: `/operations/0/fields/~1amount/after`.
    pub path: String,
    /// What stood there; absent: nothing.
    pub was: Option<Value>,
    /// What stands there; absent: nothing.
    pub is: Option<Value>,
}

/// All places where two contents differ, in the order of their pointers. Empty exactly when their hashes are equal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The places.
    pub changes: Vec<Change>,
}

impl Difference {
    /// From the content that was to the one that is.
    pub fn between(was: &Content, is: &Content) -> Self {
        let mut changes = Vec::new();
        let (was, is) = (was.to_json(), is.to_json());
        let rest = |whole: &Value| {
            let mut whole = whole.clone();
            if let Some(fields) = whole.as_object_mut() {
                fields.shift_remove("operations");
            }
            whole
        };
        changes.extend(leaves("", Some(&rest(&was)), Some(&rest(&is))));
        let operations = |whole: &Value| whole["operations"].as_array().cloned().unwrap_or_default();
        let (was, is) = (operations(&was), operations(&is));
        for index in 0..was.len().max(is.len()) {
            changes.extend(leaves(&format!("/operations/{index}"), was.get(index), is.get(index)));
        }
        Self { changes }
    }

    /// Nothing differs.
    pub const fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The fields whose value after the write differs: operation from 0, JSON Pointer. What an edit counts by.
    pub fn fields(&self) -> BTreeSet<(usize, String)> {
        self.changes.iter().filter_map(Change::field).collect()
    }
}

fn leaves(at: &str, was: Option<&Value>, is: Option<&Value>) -> Vec<Change> {
    let changes = changes_between(was, is).into_iter();
    changes
        .map(|(path, change)| Change { path: format!("{at}{path}"), was: change.before, is: change.after })
        .collect()
}

impl Change {
    fn field(&self) -> Option<(usize, String)> {
        let (operation, rest) = self.path.strip_prefix("/operations/")?.split_once('/')?;
        let name = rest.strip_prefix("fields/")?.split('/').next()?;
        let after = rest.strip_prefix("fields/")?[name.len()..].starts_with("/after");
        let name = name.replace("~1", "/").replace("~0", "~");
        after.then(|| operation.parse().ok().map(|operation| (operation, name)))?
    }

    /// The change as a line for a person.
    pub fn words(&self) -> String {
        let show = |value: &Option<Value>| match value {
            None => "nothing".to_owned(),
            Some(Value::String(text)) => format!("\"{text}\""),
            Some(other) => other.to_string(),
        };
        format!("{}: {} became {}", self.place(), show(&self.was), show(&self.is))
    }

    fn place(&self) -> String {
        let parts: Vec<String> =
            self.path.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
        match parts.split_first() {
            Some((first, rest)) if first == "operations" => {
                let number = rest.first().and_then(|index| index.parse::<usize>().ok()).unwrap_or(0) + 1;
                let inner = rest.get(1..).unwrap_or_default();
                match inner.split_first() {
                    None => format!("operation {number}"),
                    Some((fields, [name, rest @ ..])) if fields == "fields" => {
                        let name = name.trim_start_matches('/');
                        let side =
                            if rest.is_empty() { String::new() } else { format!(", {}", rest.join(".")) };
                        format!("operation {number}, field {name}{side}")
                    }
                    Some(_) => format!("operation {number}, {}", inner.join(".").replace('_', " ")),
                }
            }
            _ => parts.join(".").replace('_', " "),
        }
    }
}
