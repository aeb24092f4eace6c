//! The demo as a newcomer sees it, and as a power cut leaves it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Data, Server, eventually, http};

const PATIENCE: Duration = Duration::from_secs(90);

/// The runs of the demo, at rest, by job; the first one is approved.
fn runs_at_rest(data: &Data) -> BTreeMap<String, Value> {
    eventually("three runs at rest", PATIENCE, || {
        let rows = data.json(&["run", "list", "--workflow", "invoice-readiness"]);
        let by_job: BTreeMap<String, Value> = rows
            .as_array()?
            .iter()
            .filter(|row| match row["status"].as_str() {
                Some("succeeded" | "failed") => true,
                // One that will go on by itself, at a time, is not at rest.
                Some("waiting") => row["due_at"].is_null(),
                _ => false,
            })
            .filter_map(|row| Some((row["keys"]["job"].as_str()?.to_owned(), row.clone())))
            .collect();
        (by_job.len() == 3 && by_job["job_0001"]["status"] != "waiting").then_some(by_job)
    })
}

/// Invoices that the accounting system made.
fn invoices_made(data: &Data) -> usize {
    let made = |entry: &&Value| {
        entry["method"] == "POST" && entry["path"] == "/v1/invoices" && entry["applied"] == true
    };
    data.ledger("accounting").iter().filter(made).count()
}

#[test]
fn heavy_the_demo_ends_with_an_approved_run_an_owned_exception_and_an_open_proposal() {
    let data = Data::new();
    let mut server = data.serve(&["--demo"]);
    let runs = runs_at_rest(&data);
    let done = data.json(&["run", "show", runs["job_0001"]["run_id"].as_str().unwrap()]);
    assert_eq!(done["status"], "succeeded", "{done}");
    assert!(
        done["steps"].as_array().unwrap().iter().filter(|step| step["status"] == "succeeded").count() >= 4
    );
    let effects = done["effects"].as_array().unwrap();
    assert_eq!((effects.len(), &effects[0]["state"]), (1, &"confirmed".into()));
    let key = &effects[0]["idempotency_key"];
    let ledger = data.ledger("accounting");
    assert!(
        ledger.iter().any(|entry| entry["idempotency_key"] == *key && entry["applied"] == true),
        "{ledger:?}"
    );
    let waiting = data.json(&["run", "show", runs["job_0002"]["run_id"].as_str().unwrap()]);
    assert_eq!(waiting["status"], "waiting", "{waiting}");
    let exception = &waiting["exceptions"][0];
    assert_eq!(
        (&exception["reason"], &exception["owner"]),
        (&"missing_required".into(), &"role:field_lead".into())
    );
    assert!(exception["sentence"].as_str().unwrap().contains("signature"), "{exception}");
    assert!(exception["due_at"].is_string());
    server.line_with("Read more:", PATIENCE);
    let decided = data.json(&["proposal", "list", "--state", "applied"]);
    assert_eq!(decided[0]["run_id"], done["run_id"], "{decided}");
    let open = data.json(&["proposal", "list"]);
    assert_eq!(
        (open.as_array().unwrap().len(), &open[0]["run_id"]),
        (1, &runs["job_0004"]["run_id"]),
        "{open}"
    );
    // Whoever is asked has a mail that leads there.
    let path = format!("/d/{}", open[0]["proposal_id"].as_str().unwrap());
    eventually("a mail to the approver", PATIENCE, || {
        let mails = system(&data, "mail", "GET", "/v1/messages?to=ana@demo.example", &Value::Null);
        mails["items"]
            .as_array()?
            .iter()
            .any(|mail| mail["text"].as_str().unwrap().contains(&path))
            .then_some(())
    });
    server.stop();
    // The second start finds everything in place.
    let mut server = data.serve(&["--demo"]);
    server.line_with("Read more:", PATIENCE);
    assert_eq!(data.json(&["run", "list"]).as_array().unwrap().len(), 3);
    assert_eq!(invoices_made(&data), 1);
    let grants = data.json(&["--workspace", "demo", "grant", "list"]);
    assert_eq!(grants.as_array().unwrap().len(), 4, "{grants}");
    server.stop();
}

#[test]
fn heavy_a_kill_in_the_middle_of_the_demo_loses_nothing_and_sends_nothing_twice() {
    for wait_ms in [0, 60, 150, 300, 600] {
        let data = Data::new();
        let server = data.serve(&["--demo"]);
        std::thread::sleep(Duration::from_millis(wait_ms));
        server.kill();
        let mut server = data.serve(&["--demo"]);
        let runs = runs_at_rest(&data);
        assert_eq!(
            runs["job_0001"]["status"], "succeeded",
            "killed after {wait_ms} ms: {}",
            runs["job_0001"]
        );
        assert_eq!(runs["job_0002"]["status"], "waiting", "killed after {wait_ms} ms: {}", runs["job_0002"]);
        server.line_with("Read more:", PATIENCE);
        server.stop();
        assert_eq!(invoices_made(&data), 1, "killed after {wait_ms} ms");
        assert_eq!(data.json(&["run", "list"]).as_array().unwrap().len(), 3, "killed after {wait_ms} ms");
    }
}

/// A call of one of the demo's systems, as its own users make it.
fn system(data: &Data, name: &str, method: &str, path: &str, body: &Value) -> Value {
    let ports: Value = serde_json::from_slice(&std::fs::read(data.join("demo/ports.json")).unwrap()).unwrap();
    let token = std::fs::read_to_string(data.join(&format!("keys/demo-{name}.token"))).unwrap();
    let bearer = format!("Bearer {}", token.trim());
    let url = format!("http://127.0.0.1:{}{path}", ports[name]);
    let (status, text) = http(method, &url, &[("authorization", &bearer)], body.to_string().as_bytes());
    assert!((200..300).contains(&status), "{method} {path}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

/// The run of a job, once it has this status.
fn run_of(data: &Data, job: &str, status: &[&str]) -> Value {
    eventually(&format!("{job} {status:?}"), PATIENCE, || {
        let rows = data.json(&["run", "list"]);
        let row = rows.as_array()?.iter().find(|row| row["keys"]["job"] == job)?.clone();
        status.contains(&row["status"].as_str()?).then_some(row)
    })
}

/// A demo at rest, and a job with all its proof whose invoice is applied without review, but whose answer never comes.
fn invoice_without_answer(data: &Data, server: &mut Server) {
    server.line_with("Read more:", PATIENCE);
    let pack = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/invoice-readiness");
    let text = std::fs::read_to_string(pack.join("invoice-readiness.yaml")).unwrap();
    let live = data.write("live.yaml", &text.replace("stage: review", "stage: live"));
    data.json(&["workflow", "import", live.to_str().unwrap()]);
    let job = json!({
        "title": "Pump exchange", "customer_id": "cus_0001", "photos": ["a.jpg", "b.jpg"], "signature": "P. Nair",
        "lines": [{ "description": "Pump", "quantity": "1", "unit_price": "310.00" }],
    });
    system(data, "projects", "POST", "/v1/jobs", &job);
    let failure = json!({
        "mode": "timeout_after_applying", "delay_ms": 20_000,
        "match": { "method": "POST", "path_prefix": "/v1/invoices" }
    });
    system(data, "accounting", "POST", "/_sim/failure", &failure);
    system(data, "projects", "POST", "/v1/jobs/job_0007/complete", &json!({}));
    eventually("the invoice is applied", PATIENCE, || (invoices_made(data) == 2).then_some(()));
}

#[test]
fn heavy_a_kill_in_the_middle_of_a_write_does_not_write_twice() {
    let data = Data::new();
    let mut server = data.serve(&["--demo"]);
    invoice_without_answer(&data, &mut server);
    server.kill();
    let server = data.serve(&["--demo"]);
    let run = run_of(&data, "job_0007", &["succeeded"]);
    let shown = data.json(&["run", "show", run["run_id"].as_str().unwrap()]);
    assert_eq!(shown["effects"][0]["state"], "confirmed", "{shown}");
    assert_eq!(invoices_made(&data), 2, "one for each whole job");
    server.stop();
}

#[test]
fn heavy_a_cancel_in_the_middle_of_a_write_settles_it_first() {
    let data = Data::new();
    let mut server = data.serve(&["--demo"]);
    invoice_without_answer(&data, &mut server);
    let run = run_of(&data, "job_0007", &["running", "queued", "waiting"]);
    let id = run["run_id"].as_str().unwrap();
    data.json(&["run", "cancel", id]);
    let ended = run_of(&data, "job_0007", &["cancelled", "succeeded", "waiting"]);
    let shown = data.json(&["run", "show", id]);
    let state = shown["effects"][0]["state"].as_str().unwrap();
    // What happened is known before the run may end; if it is not, somebody is asked.
    if ended["status"] == "waiting" {
        assert!(matches!(state, "in_doubt" | "intended"), "{shown}");
    } else {
        assert!(matches!(state, "confirmed" | "not_applied"), "{shown}");
    }
    assert_eq!(invoices_made(&data), 2);
    server.stop();
}
