//! The OpenAPI document as it is published: a change of it is a change for everybody who reads it.

use std::collections::BTreeSet;

#[test]
fn the_document_is_as_published() {
    insta::assert_json_snapshot!("openapi", throughline_api::document());
}

#[test]
fn each_operation_has_a_name_of_its_own() {
    let document = serde_json::to_value(throughline_api::document()).unwrap();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values().filter(|one| one.get("responses").is_some()) {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{path}: {name} is another's");
        }
    }
    assert!(names.contains("post_proposals_proposal_decision"), "{names:?}");
}

#[test]
fn every_body_has_an_example_that_fits_its_schema() {
    let document = serde_json::to_value(throughline_api::document()).unwrap();
    let mut looked_at = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let answers = operation["responses"].as_object().into_iter().flatten();
            let answers = answers.filter(|(status, _)| status.starts_with('2')).map(|(_, answer)| answer);
            for body in operation.get("requestBody").into_iter().chain(answers) {
                let Some(content) = body["content"].get("application/json") else { continue };
                let mut schema = content["schema"].clone();
                schema["components"] = document["components"].clone();
                let validator = jsonschema::validator_for(&schema).unwrap();
                let wrong: Vec<String> =
                    validator.iter_errors(&content["example"]).map(|error| error.to_string()).collect();
                assert!(wrong.is_empty(), "{method} {path}: {wrong:?} in {}", content["example"]);
                looked_at += 1;
            }
        }
    }
    assert!(looked_at > 150, "{looked_at}");
}

/// Two types of one name would be one schema, and the first of them would be wrong without a word.
#[test]
fn no_two_types_share_the_name_of_a_schema() {
    let mut seen = BTreeSet::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            for (_, behind) in text.match_indices("ToSchema)]").map(|(at, _)| text.split_at(at)) {
                let name = behind.split(['\n']).find_map(|line| {
                    let words = line.split_once("struct ").or_else(|| line.split_once("enum "))?.1;
                    words.split(|c: char| !c.is_alphanumeric()).next()
                });
                let name = name.unwrap().to_owned();
                assert!(seen.insert(name.clone()), "{name} of {} is another's", path.display());
            }
        }
    }
    assert!(seen.len() > 100, "{}", seen.len());
}
