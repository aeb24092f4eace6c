//! How much work a schema can make. A few nested references can ask for more steps than there are atoms,
//! and validation runs on the server's own threads, outside the guest's limits.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// Most steps of a schema, with every reference written out.
const MAX_STEPS: u64 = 20_000;
/// Most nesting, references included.
const MAX_DEPTH: usize = 200;
/// Most steps of a schema times nodes of a value.
const MAX_WORK: u64 = 400_000_000;

/// Keywords whose value is a schema.
const ONE: [&str; 12] = [
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords whose value is a list of schemas.
const LIST: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords whose value is a map of schemas.
const MAP: [&str; 3] = ["dependentSchemas", "patternProperties", "properties"];
/// Keywords that lead elsewhere in ways that cannot be followed here.
const REFUSED: [&str; 5] = ["$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef"];

/// Steps that checking one value node may take at most.
pub(crate) fn steps(schema: &Value) -> Result<u64, String> {
    let mut walk = Walk { root: schema, known: HashMap::new(), open: Vec::new() };
    let steps = walk.schema(schema)?;
    if steps > MAX_STEPS {
        return Err(format!("with its references written out it has more than {MAX_STEPS} steps"));
    }
    Ok(steps)
}

/// True if a value may be checked against a schema of so many steps.
pub(crate) fn affordable(steps: u64, value: &Value) -> bool {
    steps.saturating_mul(nodes(value)) <= MAX_WORK
}

fn nodes(value: &Value) -> u64 {
    match value {
        Value::Array(items) => 1 + items.iter().map(nodes).sum::<u64>(),
        Value::Object(map) => 1 + map.values().map(nodes).sum::<u64>(),
        _ => 1,
    }
}

struct Walk<'a> {
    root: &'a Value,
    known: HashMap<*const Value, u64>,
    open: Vec<*const Value>,
}

impl<'a> Walk<'a> {
    fn schema(&mut self, node: &'a Value) -> Result<u64, String> {
        let Value::Object(map) = node else { return Ok(1) };
        let place = std::ptr::from_ref(node);
        if let Some(&steps) = self.known.get(&place) {
            return Ok(steps);
        }
        if self.open.contains(&place) {
            return Err("it refers to itself; say what the inner value is, or leave it open".into());
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("it is nested more than {MAX_DEPTH} deep"));
        }
        self.open.push(place);
        let steps = self.keywords(map)?;
        self.open.pop();
        self.known.insert(place, steps);
        Ok(steps)
    }

    fn keywords(&mut self, map: &'a Map<String, Value>) -> Result<u64, String> {
        let mut steps = 1_u64;
        for (key, value) in map {
            let key = key.as_str();
            let inner: Vec<&Value> = if key == "$ref" {
                vec![self.target(value)?]
            } else if REFUSED.contains(&key) || (key == "$id" && self.open.len() > 1) {
                return Err(format!("the keyword {key} is not supported"));
            } else if LIST.contains(&key) || (key == "items" && value.is_array()) {
                value.as_array().map(|items| items.iter().collect()).unwrap_or_default()
            } else if MAP.contains(&key) {
                value.as_object().map(|map| map.values().collect()).unwrap_or_default()
            } else if ONE.contains(&key) {
                vec![value]
            } else {
                Vec::new()
            };
            for node in inner {
                steps = steps.saturating_add(self.schema(node)?);
            }
        }
        Ok(steps)
    }

    fn target(&self, reference: &Value) -> Result<&'a Value, String> {
        let text = reference.as_str().unwrap_or_default();
        let pointer = text.strip_prefix('#').filter(|rest| rest.is_empty() || rest.starts_with('/'));
        pointer
            .and_then(|pointer| self.root.pointer(pointer))
            .ok_or_else(|| format!("the reference {text:?} leads to nothing in the schema"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_count_each_time_they_are_used() {
        assert_eq!(steps(&json!(true)), Ok(1));
        assert_eq!(steps(&json!({ "type": "string", "enum": ["$ref"] })), Ok(1));
        let schema = json!({
            "$defs": { "a": { "properties": { "x": true, "$ref": true } }, "unused": { "$ref": "#/$defs/nothing" } },
            "allOf": [{ "$ref": "#/$defs/a" }, { "$ref": "#/$defs/a" }],
        });
        assert_eq!(steps(&schema), Ok(1 + 2 * (1 + 3)));
    }

    #[test]
    fn schemas_that_explode_are_refused() {
        let mut defs = Map::new();
        for i in 0..60 {
            let next = json!({ "$ref": format!("#/$defs/d{}", i + 1) });
            defs.insert(format!("d{i}"), json!({ "allOf": [next.clone(), next] }));
        }
        defs.insert("d60".into(), json!(true));
        let laughs = json!({ "$defs": defs, "$ref": "#/$defs/d0" });
        assert!(steps(&laughs).unwrap_err().contains("more than"));
        for refused in [
            json!({ "$ref": "#" }),
            json!({ "properties": { "a": { "allOf": [{ "$ref": "#" }, { "$ref": "#" }] } } }),
            json!({ "$dynamicRef": "#x" }),
            json!({ "$ref": "https://example.org/" }),
            json!({ "$ref": "#/nowhere" }),
        ] {
            assert!(steps(&refused).is_err(), "{refused}");
        }
        let chain: Map<String, Value> =
            (0..300).map(|i| (format!("d{i}"), json!({ "$ref": format!("#/$defs/d{}", i + 1) }))).collect();
        assert!(steps(&json!({ "$defs": chain, "$ref": "#/$defs/d0" })).unwrap_err().contains("deep"));
    }

    #[test]
    fn large_values_against_large_schemas_are_refused() {
        let many = json!(vec![0; 100_000]);
        assert!(affordable(1_000, &many));
        assert!(!affordable(20_000, &many));
    }
}
