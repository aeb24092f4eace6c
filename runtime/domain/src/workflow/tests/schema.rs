//! The published schema is the one of the code, and takes what the check takes.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::workflow::schema::{schema, schema_text};

fn problems(value: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// `UPDATE_SCHEMA=1` writes the file anew.
#[test]
fn the_committed_file_is_this_schema() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/workflow.json");
    if option_env!("UPDATE_SCHEMA").is_some() {
        std::fs::write(&file, schema_text()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), schema_text(), "build the tests with UPDATE_SCHEMA=1");
    assert!(jsonschema::meta::is_valid(&schema()));
}

#[test]
fn the_example_fits_and_mistakes_do_not() {
    let (example, _) = source::Source::read(EXAMPLE);
    assert_eq!(problems(&example.value), Vec::<String>::new());
    for (pointer, wrong) in [
        ("/owner", "billing"),
        ("/review/stage", "revue"),
        ("/trigger/on", "projects"),
        ("/nodes/0/action", "x"),
    ] {
        let mut value = example.value.clone();
        *value.pointer_mut(pointer).unwrap() = wrong.into();
        assert!(!problems(&value).is_empty(), "{pointer}");
    }
    let mut value = example.value.clone();
    value.as_object_mut().unwrap().remove("log");
    assert!(!problems(&value).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_workflow_fits(workflow in any::workflow()) {
        prop_assert_eq!(problems(&workflow.to_json()), Vec::<String>::new());
    }
}
