//! The record of every call: complete, in order, there before the reply, there after a restart.

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use throughline_simulators::{FailureMode, Kind, SimulatorError};

use crate::support::{Bench, read, start_in};

fn lines(dir: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(dir.join("ledger.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn customer(index: usize) -> Value {
    json!({ "name": format!("Customer {index}"), "email": format!("c{index}@example.org") })
}

#[tokio::test]
async fn every_call_is_recorded_with_what_it_carried() {
    let bench = Bench::new(Kind::Accounting).await;
    let body = r#"{"customer":"c", "lines":[{"description":"d","quantity":"1","unit_price":"1"}]}"#;
    let post = bench.request(Method::POST, "/v1/invoices").header("Idempotency-Key", "k").body(body);
    read(post.send().await.unwrap()).await;
    bench.get("/v1/invoices?idempotency_key=k").await;
    read(bench.request(Method::POST, "/v1/invoices").body("not json").send().await.unwrap()).await;
    let got = bench.get("/_sim/ledger").await.body;
    let entries = got["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 3);
    assert_eq!(entries.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
    let first = &entries[0];
    assert_eq!(first["body_sha256"], json!(hex::encode(Sha256::digest(body))));
    assert_eq!(first["body"], serde_json::from_str::<Value>(body).unwrap());
    assert_eq!((&first["idempotency_key"], &first["applied"]), (&json!("k"), &json!(true)));
    assert_eq!((&first["status"], &first["failure"]), (&json!(201), &json!(null)));
    assert_eq!(first["at"], "2023-11-14T22:13:20.000000Z");
    assert_eq!(entries[1]["query"], "idempotency_key=k");
    assert_eq!((&entries[2]["body"], &entries[2]["status"]), (&json!("not json"), &json!(400)));
    // The file has the same, and what changed.
    assert_eq!(lines(bench.dir.path())[0]["changes"][0]["set"], "invoice");
    assert_eq!(first.get("changes"), None);

    let tail = bench.get("/_sim/ledger?after=1&limit=1").await.body;
    assert_eq!(
        (&tail["entries"][0]["seq"], &tail["next"], &tail["more"]),
        (&json!(2), &json!(2), &json!(true))
    );
    assert_eq!(bench.get("/_sim/ledger?after=x").await.status, 400);
}

#[tokio::test]
async fn the_record_is_there_before_the_reply() {
    let bench = Bench::new(Kind::Crm).await;
    for index in 1..=20 {
        let made = bench.post("/v1/customers", &customer(index)).await;
        let last = lines(bench.dir.path()).pop().unwrap();
        assert_eq!(last["changes"][0]["record"], made.body);
    }
    bench.fail(FailureMode::TimeoutAfterApplying);
    bench.request(Method::POST, "/v1/customers").json(&customer(21)).send().await.unwrap_err();
    assert_eq!(lines(bench.dir.path()).len(), 21);
}

#[tokio::test]
async fn state_and_ledger_survive_a_restart() {
    let bench = Bench::new(Kind::Crm).await;
    for index in 1..=3 {
        bench.post("/v1/customers", &customer(index)).await;
    }
    bench.patch("/v1/customers/cus_0002", &json!({ "name": "Renamed" })).await;
    let before = bench.get("/v1/customers").await.body;
    let mut bench = bench.restart().await;
    assert_eq!(bench.get("/v1/customers").await.body, before);
    // Time goes on from the last entry, even if the clock was set back meanwhile.
    bench.clock.store(0, std::sync::atomic::Ordering::SeqCst);
    bench = bench.restart().await;
    let next = bench.post("/v1/customers", &customer(4)).await.body;
    assert_eq!(next["id"], "cus_0004");
    let entries = bench.sim.ledger().await.unwrap();
    assert!(entries.windows(2).all(|pair| pair[0].at < pair[1].at && pair[0].seq + 1 == pair[1].seq));
}

#[tokio::test]
async fn a_kill_at_any_byte_loses_nothing_that_was_answered() {
    let bench = Bench::new(Kind::Crm).await;
    for index in 1..=3 {
        bench.post("/v1/customers", &customer(index)).await;
    }
    let whole = std::fs::read(bench.dir.path().join("ledger.jsonl")).unwrap();
    let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for cut in [last, last + 1, whole.len() - 1, whole.len()] {
        let copy = tempfile::tempdir().unwrap();
        std::fs::write(copy.path().join("ledger.jsonl"), &whole[..cut]).unwrap();
        let sim = start_in(Kind::Crm, copy.path(), &bench.clock).await.unwrap();
        let expected = if cut == whole.len() { 3 } else { 2 };
        assert_eq!(sim.ledger().await.unwrap().len(), expected);
        assert_eq!(sim.seed().await.unwrap(), 8 - expected);
        sim.stop().await;
        assert_eq!(lines(copy.path()).len(), expected + 1);
    }
}

#[tokio::test]
async fn many_at_once_are_all_recorded_once() {
    let bench = Bench::new(Kind::Crm).await;
    let mut calls = tokio::task::JoinSet::new();
    for index in 0..200 {
        let request = bench.request(Method::POST, "/v1/customers").json(&customer(index));
        calls.spawn(async move { read(request.send().await.unwrap()).await.body["id"].clone().to_string() });
    }
    let mut ids = calls.join_all().await;
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 200);
    let entries = bench.sim.ledger().await.unwrap();
    assert!(entries.iter().zip(1..).all(|(entry, seq)| entry.seq == seq && entry.applied));
    let bench = bench.restart().await;
    assert_eq!(bench.count("/v1/customers?limit=500").await, 200);
}

#[tokio::test]
async fn a_folder_in_use_or_damaged_is_refused() {
    let bench = Bench::new(Kind::Crm).await;
    bench.post("/v1/customers", &customer(1)).await;
    let error = start_in(Kind::Crm, bench.dir.path(), &bench.clock).await.unwrap_err();
    assert!(matches!(error, SimulatorError::InUse { .. }), "{error}");

    let whole = std::fs::read_to_string(bench.dir.path().join("ledger.jsonl")).unwrap();
    let gap = whole.replace("\"seq\":1", "\"seq\":2");
    let strange = whole.replace("\"customer\"", "\"invoice\"");
    for text in ["nonsense\n", &gap, &strange, "\n"] {
        let copy = tempfile::tempdir().unwrap();
        std::fs::write(copy.path().join("ledger.jsonl"), text).unwrap();
        let error = start_in(Kind::Crm, copy.path(), &bench.clock).await.unwrap_err();
        assert!(matches!(error, SimulatorError::Corrupt { line: 1, .. }), "{error}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn secrets_stay_private() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new(Kind::Projects).await;
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let got = bench.post("/v1/webhooks", &json!({ "url": "http://127.0.0.1:9/", "secret": secret })).await;
    assert_eq!(got.status, 201);
    for path in ["/_sim/ledger", "/v1/webhooks"] {
        assert!(!bench.get(path).await.body.to_string().contains(secret));
    }
    let mode = std::fs::metadata(bench.dir.path().join("ledger.jsonl")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn while_calls_are_held_back_the_folder_is_a_state_that_can_be_copied() {
    let bench = Bench::new(Kind::Crm).await;
    bench.post("/v1/customers", &customer(1)).await;
    let held = bench.sim.hold().await;
    let (first, second) = (customer(2), customer(3));
    let late =
        async { tokio::join!(bench.post("/v1/customers", &first), bench.post("/v1/customers", &second)) };
    let look = async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let copied = lines(bench.dir.path()).len();
        drop(held);
        copied
    };
    let (copied, (second, third)) = tokio::join!(look, late);
    assert_eq!((copied, second.status, third.status), (1, 201, 201));
    assert_eq!(lines(bench.dir.path()).len(), 3);
}
