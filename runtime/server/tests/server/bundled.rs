//! The connectors beside the program: what the SDK writes is what the runner reads.

use std::path::Path;

use serde_json::{Value, json};
use throughline_domain::connector::Manifest;
use throughline_domain::schedule::{MISFIRE_MAX, MISFIRE_WORDS, Schedule};
use throughline_host::inspect;

use crate::harness::PROGRAM;

#[test]
fn the_shipped_schema_takes_every_misfire_policy_that_the_runner_takes() {
    let file = Path::new(PROGRAM).with_file_name("bundle").join("plugins/schedule.wasm");
    let manifest = inspect(&std::fs::read(file).unwrap()).unwrap().manifest;
    let schema = jsonschema::draft202012::new(&manifest.triggers["tick"].config).unwrap();
    let config =
        |policy: &Value| json!({ "cron": "0 7 * * 1-5", "zone": "Europe/London", "misfire": policy });
    let both = |policy: &Value| {
        let config = config(policy);
        (schema.is_valid(&config), Schedule::from_config(config.as_object().unwrap()).is_ok())
    };
    let words = MISFIRE_WORDS.iter().map(|word| json!(word));
    for policy in words.chain([json!({ "all": 1 }), json!({ "all": 10 }), json!({ "all": MISFIRE_MAX })]) {
        assert_eq!(both(&policy), (true, true), "{policy}");
    }
    for policy in [
        json!("never"),
        json!({ "all": 0 }),
        json!({ "all": MISFIRE_MAX + 1 }),
        json!({ "all": 1, "more": 1 }),
        json!(3),
    ] {
        assert_eq!(both(&policy), (false, false), "{policy}");
    }
}

#[test]
fn every_bundled_manifest_survives_the_runner_byte_for_byte() {
    let folder = Path::new(PROGRAM).with_file_name("bundle").join("plugins");
    let files = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}; `make plugins` builds it", folder.display()));
    let mut seen = Vec::new();
    for file in files {
        let path = file.unwrap().path();
        let text = inspect(&std::fs::read(&path).unwrap()).unwrap().manifest_json;
        let manifest: Manifest = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&manifest).unwrap(), text, "{}", path.display());
        assert_eq!(path.file_stem().unwrap(), manifest.id.as_str(), "{}", path.display());
        seen.push(manifest.id);
    }
    assert!(seen.len() >= 8, "{seen:?}");
}
