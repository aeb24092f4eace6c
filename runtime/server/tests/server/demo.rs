//! The demo as a newcomer sees it, and as a power cut leaves it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::harness::{Data, eventually};

const PATIENCE: Duration = Duration::from_secs(90);

/// Both runs of the demo, at rest, by job.
fn runs_at_rest(data: &Data) -> BTreeMap<String, Value> {
    eventually("both runs at rest", PATIENCE, || {
        let rows = data.json(&["run", "list", "--workflow", "invoice-readiness"]);
        let by_job: BTreeMap<String, Value> = rows
            .as_array()?
            .iter()
            .filter(|row| matches!(row["status"].as_str(), Some("succeeded" | "failed" | "waiting")))
            .filter_map(|row| Some((row["keys"]["job"].as_str()?.to_owned(), row.clone())))
            .collect();
        (by_job.len() == 2).then_some(by_job)
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
fn heavy_the_demo_ends_with_a_finished_run_and_an_owned_exception() {
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
    server.stop();
    // The second start finds everything in place.
    let mut server = data.serve(&["--demo"]);
    server.line_with("Read more:", PATIENCE);
    assert_eq!(data.json(&["run", "list"]).as_array().unwrap().len(), 2);
    assert_eq!(invoices_made(&data), 1);
    let grants = data.json(&["--workspace", "demo", "grant", "list"]);
    assert_eq!(grants.as_array().unwrap().len(), 3, "{grants}");
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
        assert_eq!(data.json(&["run", "list"]).as_array().unwrap().len(), 2, "killed after {wait_ms} ms");
    }
}
