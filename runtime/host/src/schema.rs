//! JSON Schemas of a manifest, compiled once per plugin.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jsonschema::Validator;
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
pub(crate) struct Schemas(BTreeMap<Part, (Value, OnceLock<Result<Validator, String>>)>);

impl Schemas {
    pub(crate) fn new(manifest: &Manifest) -> Self {
        Self(parts(manifest).map(|(part, schema)| (part, (schema.clone(), OnceLock::new()))).collect())
    }

    /// Problems of a value; none if the manifest says nothing about it.
    pub(crate) fn issues(&self, part: &Part, value: &Value) -> Vec<FieldIssue> {
        let Some((schema, cell)) = self.0.get(part) else { return Vec::new() };
        match cell.get_or_init(|| compile(schema)) {
            Ok(validator) => issues(validator, value),
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

fn compile(schema: &Value) -> Result<Validator, String> {
    jsonschema::draft202012::options().build(schema).map_err(|error| error.to_string())
}

fn issues(validator: &Validator, value: &Value) -> Vec<FieldIssue> {
    if validator.is_valid(value) {
        return Vec::new();
    }
    validator
        .iter_errors(value)
        .take(MAX_ISSUES)
        .map(|error| FieldIssue {
            path: error.instance_path().to_string(),
            message: shorten(&error.to_string()),
        })
        .collect()
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
