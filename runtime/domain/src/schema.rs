//! JSON Schema checks of inputs and answers.

use serde_json::Value;

/// Checks a value against a JSON Schema (2020-12). The problems are words with the JSON Pointer of the place.
pub fn check(schema: &Value, value: &Value) -> Result<(), Vec<String>> {
    let validator =
        jsonschema::draft202012::new(schema).map_err(|error| vec![format!("the schema itself: {error}")])?;
    let problems: Vec<String> = validator
        .iter_errors(value)
        .take(20)
        .map(|error| {
            let place = error.instance_path().to_string();
            if place.is_empty() { error.to_string() } else { format!("{place}: {error}") }
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn problems_name_their_place() {
        let schema =
            json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "integer" } } });
        assert_eq!(check(&schema, &json!({ "a": 1 })), Ok(()));
        assert!(check(&schema, &json!({ "a": "x" })).unwrap_err()[0].starts_with("/a: "));
        assert!(check(&schema, &json!({})).is_err());
        assert!(check(&json!({ "type": 7 }), &json!({})).unwrap_err()[0].starts_with("the schema itself"));
    }
}
