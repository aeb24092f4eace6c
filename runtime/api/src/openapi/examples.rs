//! An example of each body of the document, from the schemas and the examples that their fields have.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use utoipa::openapi::{Content, OpenApi as Document, RefOr};

/// Deeper than any body; a schema that names itself ends here.
const DEEPEST: usize = 9;

/// What fields of these names hold, where their schema has no example of its own.
const BY_NAME: [(&str, &str); 34] = [
    ("workspace", "acme"),
    ("workflow", "invoice-readiness"),
    ("run_id", "run_01jq8x4m8tkz5v3w7y9a2b4c6d"),
    ("retry_of", "run_01jq8x4m8tkz5v3w7y9a2b4c6d"),
    ("event_id", "evt_01jq8x4m8tkz5v3w7y9a2b4c6d"),
    ("effect_id", "eff_01jq8x4m8tkz5v3w7y9a2b4c6d"),
    ("exception_id", "exc_01jq8x4m8tkz5v3w7y9a2b4c6d"),
    ("merged_into", "exc_01jq8x4m8tkz5v3w7y9a2b4c6d"),
    ("proposal_id", "prp_01jq8x4m8tkz5v3w7y9a2b4c6d"),
    ("decision_id", "dec_01jq8x4m8tkz5v3w7y9a2b4c6d"),
    ("person_id", "per_01jq8x4m8tkz5v3w7y9a2b4c6d"),
    ("saved_by", "per_01jq8x4m8tkz5v3w7y9a2b4c6d"),
    ("published_by", "per_01jq8x4m8tkz5v3w7y9a2b4c6d"),
    ("mail", "anna@example.com"),
    ("to", "anna@example.com"),
    ("handle", "anna"),
    ("owner", "team:billing"),
    ("team", "billing"),
    ("connector", "accounting"),
    ("connection", "accounting"),
    ("system", "accounting"),
    ("record_type", "invoice"),
    ("path", "invoice"),
    ("node", "invoice"),
    ("action", "accounting.create_invoice"),
    ("trigger", "projects.job_completed"),
    ("url", "https://accounting.example.com"),
    ("bound_to", "https://accounting.example.com"),
    ("account", "Acme Heating Ltd"),
    ("currency", "GBP"),
    ("amount", "1840.00"),
    ("reason", "missing_required"),
    ("sentence", "The customer's signature is missing"),
    ("note", "Asked by phone"),
];
const TIME: &str = "2026-01-31T08:15:00.000000Z";

/// Adds one to each body that is JSON and has none.
pub(super) fn add(document: &mut Document) {
    let schemas = document.components.iter().flat_map(|components| &components.schemas);
    let schemas: Schemas = schemas
        .map(|(name, schema)| (name.clone(), serde_json::to_value(schema).unwrap_or_default()))
        .collect();
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            if let Some(RefOr::T(body)) = &mut operation.request_body {
                body.content.iter_mut().for_each(|(kind, content)| fill(kind, content, &schemas));
            }
            for (status, response) in &mut operation.responses.responses {
                if let (true, RefOr::T(response)) = (status.starts_with('2'), response) {
                    response.content.iter_mut().for_each(|(kind, content)| fill(kind, content, &schemas));
                }
            }
        }
    }
}

type Schemas = BTreeMap<String, Value>;

fn fill(kind: &str, content: &mut RefOr<Content>, schemas: &Schemas) {
    let RefOr::T(content) = content else { return };
    if kind != "application/json" || content.example.is_some() {
        return;
    }
    let schema = content.schema.as_ref().and_then(|schema| serde_json::to_value(schema).ok());
    content.example = schema.map(|schema| example("", &schema, schemas, 0));
}

/// One value that fits a schema; `name` is that of the field it stands in.
fn example(name: &str, schema: &Value, schemas: &Schemas, depth: usize) -> Value {
    if let Some(known) = schema.get("example").or_else(|| schema.get("const")) {
        return known.clone();
    }
    if let Some(first) = schema["enum"].as_array().and_then(|words| words.first()) {
        return first.clone();
    }
    if let Some(other) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return schemas.get(other).map_or(Value::Null, |schema| example(name, schema, schemas, depth));
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let values = parts.iter().map(|part| example(name, part, schemas, depth));
        return values.filter_map(|value| value.as_object().cloned()).flatten().collect::<Map<_, _>>().into();
    }
    if let Some(some) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        let chosen = some.iter().find(|one| one["type"] != "null").filter(|_| depth < DEEPEST);
        return chosen.map_or(Value::Null, |one| example(name, one, schemas, depth));
    }
    match kind(schema) {
        Some("object") => object(schema, schemas, depth),
        Some("array") if depth < DEEPEST => {
            Value::Array(vec![example(name, &schema["items"], schemas, depth + 1)])
        }
        Some("array") => json!([]),
        Some("string") => text(name, schema).into(),
        Some("integer" | "number") => schema["minimum"].as_i64().unwrap_or_default().max(1).into(),
        Some("boolean") => true.into(),
        // Any JSON.
        _ => json!({}),
    }
}

/// The type, of several the first that is not null.
fn kind(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::String(one) => Some(one),
        Value::Array(several) => several.iter().filter_map(Value::as_str).find(|one| *one != "null"),
        _ => None,
    }
}

fn object(schema: &Value, schemas: &Schemas, depth: usize) -> Value {
    let fields = schema["properties"].as_object().into_iter().flatten();
    let mut value: Map<String, Value> = fields
        .filter(|_| depth < DEEPEST)
        .map(|(name, field)| (name.clone(), example(name, field, schemas, depth + 1)))
        .collect();
    if let (true, rest @ Value::Object(_)) =
        (value.is_empty() && depth < DEEPEST, &schema["additionalProperties"])
    {
        value.insert("name".to_owned(), example("name", rest, schemas, depth + 1));
    }
    value.into()
}

fn text(name: &str, schema: &Value) -> String {
    if let Some((_, known)) = BY_NAME.iter().find(|(known, _)| *known == name) {
        return (*known).to_owned();
    }
    // A closed list of words is told in the description, the first word first.
    let said = schema["description"].as_str().unwrap_or_default();
    if let Some((word, _)) = said.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
        return word.to_owned();
    }
    let is_time = ["_at", "until", "since"].iter().any(|ending| name.ends_with(ending)) || name == "at";
    if is_time { TIME.to_owned() } else { "text".to_owned() }
}
