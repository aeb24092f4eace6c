//! Before and after as a preview gives them, taken apart into fields.

use std::collections::BTreeMap;

use serde_json::Value;

use super::FieldChange;
use crate::json::{self, escape_pointer};

/// The fields that differ, by JSON Pointer. Objects are taken apart, lists are one value: what moved within a list is
/// for the eye. `before` or `after` absent: the record is not there, or will not be.
pub fn changes_between(before: Option<&Value>, after: Option<&Value>) -> BTreeMap<String, FieldChange> {
    let mut changes = BTreeMap::new();
    walk(String::new(), before, after, &mut changes);
    changes
}

fn walk(
    path: String,
    before: Option<&Value>,
    after: Option<&Value>,
    changes: &mut BTreeMap<String, FieldChange>,
) {
    let both = (before.and_then(Value::as_object), after.and_then(Value::as_object));
    let (old, new) = match both {
        (Some(old), Some(new)) => (Some(old), Some(new)),
        (Some(old), None) if after.is_none() && !old.is_empty() => (Some(old), None),
        (None, Some(new)) if before.is_none() && !new.is_empty() => (None, Some(new)),
        _ => {
            let same = match (before, after) {
                (Some(before), Some(after)) => json::canonical(before) == json::canonical(after),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            if !same {
                let change = FieldChange { before: before.cloned(), after: after.cloned(), verdict: None };
                changes.insert(path, change);
            }
            return;
        }
    };
    let names = old.into_iter().chain(new).flat_map(serde_json::Map::keys);
    for name in names.collect::<std::collections::BTreeSet<_>>() {
        let at = format!("{path}/{}", escape_pointer(name));
        walk(at, old.and_then(|old| old.get(name)), new.and_then(|new| new.get(name)), changes);
    }
}
