//! An empty server with simulated systems beside it, from nothing to a run.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Data, Server, eventually, http};

const PATIENCE: Duration = Duration::from_mins(1);

/// A call with the token of the data directory.
fn call(server: &Server, token: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let (status, text) = http(method, &format!("{}/api/v1{path}", server.url), &headers, &body);
    (status, serde_json::from_str(&text).unwrap_or_default())
}

fn of<'v>(list: &'v Value, connector: &str) -> &'v Value {
    list["items"].as_array().unwrap().iter().find(|one| one["connector"] == connector).unwrap()
}

#[test]
fn heavy_what_ships_is_installed_by_consent_and_simulated_systems_are_connected_by_a_request() {
    let data = Data::new();
    let server = data.serve(&["--simulators"]);
    let token = data.token();
    let ask = |method: &str, path: &str, body: Value| call(&server, &token, method, path, &body);

    let (_, shipped) = ask("GET", "/plugins/shipped", Value::Null);
    let projects = of(&shipped, "projects").clone();
    assert_eq!((&projects["installed"], &projects["replaces"]), (&json!(false), &Value::Null));
    assert!(!projects["asks_for"].as_array().unwrap().is_empty(), "{projects}");
    let (_, installed) = ask("GET", "/plugins", Value::Null);
    assert_eq!(installed["items"], json!([]), "nothing is installed by itself");
    let (status, refused) = ask("POST", "/plugins/shipped/projects", Value::Null);
    assert_eq!((status, &refused["error"]["code"]), (409, &json!("TL0350")), "{refused}");
    let (status, _) = ask("POST", "/plugins/shipped/projects?accept=sha256:00", Value::Null);
    assert_eq!(status, 409);
    let (status, missing) = ask("POST", "/plugins/shipped/nothing", Value::Null);
    assert_eq!(status, 404, "{missing}");

    let (_, nothing) = ask("POST", "/practice", Value::Null);
    assert!(nothing["items"].as_array().unwrap().iter().all(|one| one["connected"] == false), "{nothing}");
    for connector in ["projects", "accounting", "crm"] {
        let accept = of(&shipped, connector)["permissions"].as_str().unwrap().to_owned();
        let (status, row) =
            ask("POST", &format!("/plugins/shipped/{connector}?accept={accept}"), Value::Null);
        assert_eq!(status, 201, "{row}");
    }
    assert_eq!(of(&ask("GET", "/plugins/shipped", Value::Null).1, "crm")["installed"], true);
    let (_, connected) = ask("POST", "/practice", Value::Null);
    for (connector, there) in [("projects", true), ("accounting", true), ("crm", true), ("mail", false)] {
        assert_eq!(of(&connected, connector)["connected"], there, "{connector}: {connected}");
    }
    let (_, tested) = ask("POST", "/connections/projects/test", Value::Null);
    assert_eq!(tested["ok"], true, "{tested}");

    let (status, refused) =
        ask("POST", "/practice/jobs", json!({ "workflow": "invoice-readiness", "with_proof": false }));
    assert_eq!(
        (status, &refused["error"]["code"]),
        (409, &json!("TL0727")),
        "nothing listens yet: {refused}"
    );
    let pack = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/invoice-readiness");
    let text = std::fs::read_to_string(pack.join("invoice-readiness.yaml")).unwrap();
    let (status, published) = ask("POST", "/workflows", json!({ "text": text }));
    assert!(status < 300, "{published}");
    let (status, job) =
        ask("POST", "/practice/jobs", json!({ "workflow": "invoice-readiness", "with_proof": false }));
    assert_eq!(status, 201, "{job}");
    let run = eventually("a run of the job", PATIENCE, || {
        let (_, runs) = ask("GET", "/runs", Value::Null);
        runs["items"].as_array()?.iter().find(|run| run["keys"]["job"] == job["job_id"]).cloned()
    });
    assert_eq!(run["workflow"], "invoice-readiness");
    server.stop();

    // Without them there is nothing to practise with; what ships is still there.
    let server = data.serve(&[]);
    let token = data.token();
    assert_eq!(call(&server, &token, "GET", "/practice", &Value::Null).1["items"], json!([]));
    assert_eq!(call(&server, &token, "POST", "/practice", &Value::Null).0, 404);
    server.stop();
}
