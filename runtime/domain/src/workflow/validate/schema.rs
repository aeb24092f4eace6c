//! A template against the schema of what it will become: literal parts are checked, expressions may be anything.

use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use crate::hint::did_you_mean;
use crate::workflow::problem::Problems;

fn has_expression(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("{{") || text.contains("{%"),
        Value::Array(items) => items.iter().any(has_expression),
        Value::Object(fields) => fields.values().any(has_expression),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Adds a `TL0132` for each literal part that the schema refuses.
pub(super) fn check(template: &Value, schema: &Value, path: &str, what: &str, problems: &mut Problems<'_>) {
    // A schema that cannot be compiled is the connector's fault and is refused when it is installed.
    let Ok(validator) = jsonschema::validator_for(schema) else { return };
    for error in validator.iter_errors(template) {
        let pointer = error.instance_path().to_string();
        let at = format!("{path}{pointer}");
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                problems
                    .error("TL0132", &at, format!("{what} needs `{name}`"))
                    .maybe_hint(describe(schema, &pointer, name));
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let known = properties(schema, &pointer);
                for name in unexpected {
                    let close = did_you_mean(name, known.iter().map(String::as_str));
                    problems
                        .error_at_key(
                            "TL0132",
                            &format!("{at}/{}", crate::json::escape_pointer(name)),
                            format!("{what} has no `{name}`"),
                        )
                        .expected(format!("one of: {}", known.join(", ")))
                        .maybe_hint(close.map(|close| format!("did you mean `{close}`?")));
                }
            }
            _ if template.pointer(&pointer).is_some_and(has_expression) => {}
            _ => {
                problems.error("TL0132", &at, format!("{what}: {error}"));
            }
        }
    }
}

fn part<'s>(schema: &'s Value, pointer: &str) -> Option<&'s Value> {
    pointer.split('/').skip(1).try_fold(schema, |schema, name| {
        let name = name.replace("~1", "/").replace("~0", "~");
        schema.get("properties").and_then(|all| all.get(&name)).or_else(|| schema.get("items"))
    })
}

fn properties(schema: &Value, pointer: &str) -> Vec<String> {
    let all = part(schema, pointer).and_then(|part| part.get("properties")).and_then(Value::as_object);
    all.map(|all| all.keys().cloned().collect()).unwrap_or_default()
}

fn describe(schema: &Value, pointer: &str, name: &str) -> Option<String> {
    let property = part(schema, pointer)?.get("properties")?.get(name)?;
    let text = property.get("description").or_else(|| property.get("title"))?.as_str()?;
    Some(format!("{name}: {}", text.lines().next().unwrap_or_default()))
}
