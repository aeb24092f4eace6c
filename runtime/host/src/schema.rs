//! JSON Schemas of a manifest, compiled once per plugin.

mod cost;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;
use throughline_domain::connector::Manifest;
use throughline_domain::failure::FieldIssue;

use crate::error::HostError;

/// Most problems reported for one value.
const MAX_ISSUES: usize = 20;

/// Which schema of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Input(String),
    Output(String),
    Config(String),
    Event(String),
    Fields(String),
}

/// Validators by part, each compiled at its first use.
pub(crate) struct Schemas(BTreeMap<Part, (Value, OnceLock<Result<Checker, String>>)>);

/// A compiled schema and what a value's node costs it.
struct Checker {
    validator: Validator,
    steps: u64,
}

impl Schemas {
    pub(crate) fn new(manifest: &Manifest) -> Self {
        Self(parts(manifest).map(|(part, schema)| (part, (schema.clone(), OnceLock::new()))).collect())
    }

    /// Problems of a value; none if the manifest says nothing about it.
    pub(crate) fn issues(&self, part: &Part, value: &Value) -> Vec<FieldIssue> {
        let Some((schema, cell)) = self.0.get(part) else { return Vec::new() };
        match cell.get_or_init(|| compile(schema)) {
            Ok(checker) => checker.issues(value),
            Err(reason) => vec![FieldIssue {
                path: String::new(),
                message: format!("the connector's schema is not valid: {reason}"),
            }],
        }
    }
}

/// Compiles every schema of a manifest and throws the result away.
pub(crate) fn check_manifest(manifest: &Manifest) -> Result<(), HostError> {
    for (part, schema) in parts(manifest) {
        compile(schema).map_err(|reason| {
            HostError::Manifest(format!("has a schema that does not compile ({part:?}): {reason}"))
        })?;
    }
    Ok(())
}

fn parts(manifest: &Manifest) -> impl Iterator<Item = (Part, &Value)> {
    let actions = manifest.actions.iter().flat_map(|(id, action)| {
        [(Part::Input(id.clone()), &action.input), (Part::Output(id.clone()), &action.output)]
    });
    let triggers = manifest.triggers.iter().flat_map(|(id, trigger)| {
        [(Part::Config(id.clone()), &trigger.config), (Part::Event(id.clone()), &trigger.output)]
    });
    let records = manifest.records.iter().map(|(id, record)| (Part::Fields(id.clone()), &record.fields));
    actions.chain(triggers).chain(records)
}

fn compile(schema: &Value) -> Result<Checker, String> {
    // Before compiling: that would follow every reference too.
    let steps = cost::steps(schema)?;
    // Linear in the text: a pattern that backtracks for ever would hold up the server, not the guest.
    let patterns = PatternOptions::regex().size_limit(1 << 20);
    let validator = jsonschema::draft202012::options()
        .with_pattern_options(patterns)
        .build(schema)
        .map_err(|error| error.to_string())?;
    Ok(Checker { validator, steps })
}

impl Checker {
    fn issues(&self, value: &Value) -> Vec<FieldIssue> {
        if !cost::affordable(self.steps, value) {
            let message = "is too large for a schema of this size".to_owned();
            return vec![FieldIssue { path: String::new(), message }];
        }
        if self.validator.is_valid(value) {
            return Vec::new();
        }
        let place = |error: &jsonschema::ValidationError<'_>| FieldIssue {
            path: error.instance_path().to_string(),
            message: shorten(&error.to_string()),
        };
        self.validator.iter_errors(value).take(MAX_ISSUES).map(|error| place(&error)).collect()
    }
}

/// Messages quote the value, which may be large.
fn shorten(message: &str) -> String {
    const LONGEST: usize = 300;
    if message.len() <= LONGEST {
        return message.to_owned();
    }
    let end = (0..=LONGEST).rev().find(|&i| message.is_char_boundary(i)).unwrap_or(0);
    format!("{}…", &message[..end])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems(schema: &Value, value: &Value) -> Vec<FieldIssue> {
        compile(schema).unwrap().issues(value)
    }

    #[test]
    fn problems_name_their_place() {
        let schema =
            json!({ "type": "object", "properties": { "a": { "type": "integer" } }, "required": ["b"] });
        let found = problems(&schema, &json!({ "a": "x" }));
        assert_eq!(found.len(), 2);
        assert!(found.iter().any(|issue| issue.path == "/a"), "{found:?}");
    }

    #[test]
    fn a_schema_cannot_reach_out() {
        for target in ["https://example.org/s.json", "file:///etc/passwd"] {
            assert!(compile(&json!({ "$ref": target })).is_err());
        }
    }

    #[test]
    fn a_pattern_cannot_run_for_ever() {
        let schema = json!({ "pattern": "^(a+)+$" });
        let started = std::time::Instant::now();
        assert_eq!(problems(&schema, &json!(format!("{}!", "a".repeat(50_000)))).len(), 1);
        assert!(started.elapsed().as_secs() < 2);
        assert!(compile(&json!({ "pattern": "(a{1000}){1000}" })).is_err());
    }
}
