//! The connectors beside the program: what the SDK writes is what the runner reads.

use std::path::Path;

use throughline_domain::connector::Manifest;
use throughline_host::inspect;

use crate::harness::PROGRAM;

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
