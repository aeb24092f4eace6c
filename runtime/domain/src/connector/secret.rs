//! What a schema says that nobody is to be shown.

use serde_json::{Map, Value};

/// Deepest schema that is followed; recursive ones end here.
const SCHEMA_DEPTH: usize = 24;

/// A path below a root: field names; an index is not needed, since a list stands for each of its items.
pub type Path = Vec<String>;

/// Paths of the fields that a JSON Schema marks `x-secret` or `x-sensitive`.
pub fn secret_paths(schema: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    walk(schema, schema, &mut Vec::new(), &mut found, SCHEMA_DEPTH);
    found
}

fn walk(root: &Value, schema: &Value, at: &mut Path, found: &mut Vec<Path>, depth: usize) {
    let (Some(fields), Some(depth)) = (schema.as_object(), depth.checked_sub(1)) else { return };
    if is_marked(fields) {
        if !found.contains(at) {
            found.push(at.clone());
        }
        return;
    }
    if let Some(target) = fields.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'))
        && let Some(target) = root.pointer(target)
    {
        walk(root, target, at, found, depth);
    }
    for (name, property) in fields.get("properties").and_then(Value::as_object).into_iter().flatten() {
        at.push(name.clone());
        walk(root, property, at, found, depth);
        at.pop();
    }
    for key in ["items", "then", "else"] {
        if let Some(inner) = fields.get(key) {
            walk(root, inner, at, found, depth);
        }
    }
    for key in ["allOf", "anyOf", "oneOf", "prefixItems"] {
        for inner in fields.get(key).and_then(Value::as_array).into_iter().flatten() {
            walk(root, inner, at, found, depth);
        }
    }
}

fn is_marked(schema: &Map<String, Value>) -> bool {
    ["x-secret", "x-sensitive"].iter().any(|mark| schema.get(*mark) == Some(&Value::Bool(true)))
}
