//! Odd but valid inputs: a connector may refuse them, but it must not fall over.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use throughline_domain::failure::FailureKind;
use throughline_host::contract::RunInput;
use throughline_host::{Call, Connection, Host, Plugin};

use super::check::Finding;

/// Deepest schema that is followed.
const DEPTH: usize = 8;

/// Calls each action with odd inputs, without network: every request is refused by the host.
pub(crate) async fn smoke(host: &Host, plugin: &Arc<Plugin>) -> Vec<Finding> {
    let manifest = plugin.manifest();
    let connection = Arc::new(Connection {
        id: "con_check".to_owned(),
        connector: manifest.id.clone(),
        public: json!({ "base_url": "http://127.0.0.1:9" }),
        secrets: std::collections::BTreeMap::new(),
        bound_to: None,
    });
    let mut findings = Vec::new();
    for (id, action) in &manifest.actions {
        let mut wrong = None;
        for text in odd_texts() {
            let input = value(&action.input, &action.input, &text, 0);
            let mut call = Call::new(Arc::clone(plugin), "check", id.clone());
            call.connection = Some(Arc::clone(&connection));
            "check".clone_into(&mut call.idempotency_key);
            let outcome = host.run(call, RunInput::new(&input)).await;
            if let Err(failure) = outcome.result
                && matches!(failure.kind, FailureKind::Trap)
            {
                wrong = Some(format!(
                    "it fell over ({}): {} with {}",
                    failure.code,
                    failure.message,
                    short(&input)
                ));
                break;
            }
        }
        findings.push(Finding::when(format!("action {id}: odd inputs do not make it fall over"), wrong));
    }
    findings
}

fn odd_texts() -> [String; 6] {
    [
        String::new(),
        "\u{202e}../../%00\r\nX: y".to_owned(),
        "\u{1F9FE}é\u{0}ß".to_owned(),
        "-1e309".to_owned(),
        "{{ event }}".to_owned(),
        "x".repeat(100_000),
    ]
}

fn short(input: &Value) -> String {
    input.to_string().chars().take(200).collect()
}

/// A value of about the schema's shape with the text wherever text is allowed.
fn value(schema: &Value, root: &Value, text: &str, depth: usize) -> Value {
    if depth > DEPTH {
        return Value::Null;
    }
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.strip_prefix('#').unwrap_or(name);
        return root.pointer(pointer).map_or(Value::Null, |found| value(found, root, text, depth + 1));
    }
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return first.clone();
    }
    for word in ["anyOf", "oneOf"] {
        if let Some(first) = schema[word].as_array().and_then(|values| values.first()) {
            return value(first, root, text, depth + 1);
        }
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("object");
    match kind {
        "string" => Value::String(text.to_owned()),
        "integer" => schema["minimum"].as_i64().map_or(json!(i64::from(i32::MAX)), |least| json!(least)),
        "number" => json!(1.0e300),
        "boolean" => Value::Bool(true),
        "array" => Value::Array(vec![value(&schema["items"], root, text, depth + 1)]),
        "object" => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            let filled: Map<String, Value> =
                fields.map(|(name, field)| (name.clone(), value(field, root, text, depth + 1))).collect();
            Value::Object(filled)
        }
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_follow_the_schema() {
        let schema = json!({
            "type": "object",
            "properties": { "a": { "type": "string" }, "b": { "$ref": "#/$defs/line" }, "c": { "type": ["integer", "null"], "minimum": 3 } },
            "$defs": { "line": { "type": "array", "items": { "enum": ["x", "y"] } } }
        });
        assert_eq!(value(&schema, &schema, "t", 0), json!({ "a": "t", "b": ["x"], "c": 3 }));
        let endless = json!({ "type": "array", "items": { "$ref": "#" } });
        assert!(value(&endless, &endless, "t", 0).is_array());
    }
}
