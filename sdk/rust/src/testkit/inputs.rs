//! An input made from a schema, for checks that need any valid one.

use serde_json::{Map, Value, json};

/// The first example, else the default, else something of the right type.
pub(super) fn example(schema: &Value) -> Value {
    let first = |key: &str| schema.get(key).and_then(Value::as_array).and_then(|all| all.first());
    if let Some(given) = first("examples")
        .or_else(|| schema.get("default"))
        .or_else(|| schema.get("const"))
        .or_else(|| first("enum"))
    {
        return given.clone();
    }
    if let Some(one) = first("oneOf").or_else(|| first("anyOf")) {
        return example(one);
    }
    let kind = schema.get("type").and_then(|t| t.as_str().or_else(|| t.as_array()?.first()?.as_str()));
    match kind {
        Some("object") => object(schema),
        Some("array") => match schema.get("minItems").and_then(Value::as_u64) {
            Some(1..) => json!([schema.get("items").map(example).unwrap_or_default()]),
            _ => json!([]),
        },
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("boolean") => json!(true),
        Some("null") => Value::Null,
        Some("string") => text(schema),
        _ => json!({}),
    }
}

fn object(schema: &Value) -> Value {
    let required =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let filled: Map<String, Value> = required
        .map(|name| {
            (name.to_owned(), example(schema.pointer(&format!("/properties/{name}")).unwrap_or(&Value::Null)))
        })
        .collect();
    Value::Object(filled)
}

fn text(schema: &Value) -> Value {
    match schema.get("format").and_then(Value::as_str) {
        Some("email") => json!("ada@example.com"),
        Some("date-time") => json!("2026-03-01T09:00:00Z"),
        Some("date") => json!("2026-03-01"),
        Some("uri") => json!("https://example.com/"),
        _ => json!("x1"),
    }
}
