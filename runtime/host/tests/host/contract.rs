//! Honest and careless guests: inputs, events, records of time, absent interfaces.

use serde_json::json;
use throughline_domain::failure::FailureKind;
use throughline_host::contract::{Inbound, RunInput, Verdict};

use crate::guests::{action, triggers_guest};
use crate::support::{bench, call};

#[tokio::test]
async fn input_is_checked_before_the_call() {
    let bench = bench();
    let plugin = bench.load(&crate::guests::relay(&json!([]), &json!({ "g1nnn": {} }))).await;
    let outcome = bench.host.run(call(&plugin, "g1nnn"), RunInput::new(&json!({ "a": 1 }))).await;
    let failure = outcome.result.unwrap_err();
    assert_eq!(failure.code, "TL0319");
    assert!(
        matches!(&failure.kind, FailureKind::InvalidInput { issues } if issues[0].message.contains("string")),
        "{failure:?}"
    );
}

#[tokio::test]
async fn absent_operations_and_interfaces_are_unsupported() {
    let bench = bench();
    let plugin = bench.load(&action("small", "read", "", "unreachable")).await;
    let failures = [
        bench.host.run(call(&plugin, "nope"), RunInput::new(&json!({}))).await.result.unwrap_err(),
        bench.host.poll(call(&plugin, "nope"), &json!({}), None, 10).await.result.unwrap_err(),
        bench.host.get(call(&plugin, "nope"), "1").await.result.unwrap_err(),
        bench.host.test_connection(call(&plugin, ""), "default").await.result.unwrap_err(),
    ];
    for failure in failures {
        assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Unsupported, "TL0320"));
        assert!(failure.message.contains("connector small 1.2.3 has no"), "{}", failure.message);
    }
}

#[tokio::test]
async fn a_call_may_run_on_another_thread_and_records_the_time() {
    let definitions = r#"(import "throughline:connector/clock@0.1.0" "now" (func $now (result i64)))"#;
    let run = "(if (i64.ne (call $now) (i64.const 1700000000000)) (then unreachable)) (call $done (i32.const 32778) (i32.const 4))";
    let bench = bench();
    let plugin = bench.load(&action("timely", "read", definitions, run)).await;
    let host = bench.host.clone();
    let outcome = tokio::spawn(async move { host.run(call(&plugin, "go"), RunInput::new(&json!({}))).await })
        .await
        .unwrap();
    assert!(outcome.result.is_ok(), "{:?}", outcome.result);
    assert_eq!(outcome.report.clock_reads, [1_700_000_000_000]);
    assert!(outcome.report.memory_bytes >= 2 << 16);
}

fn trigger(poll: &str) -> Vec<u8> {
    let manifest = json!({
        "contract": "0.1", "id": "events", "version": "1.0.0", "name": "Events",
        "triggers": { "new": { "title": "New", "kind": "poll", "output": { "type": "boolean" }, "sample": true } },
    });
    triggers_guest(&manifest, poll)
}

/// One event with an id of this length and the data `true`, and a cursor of this length (a JSON number).
fn page(id_len: u32, cursor_len: u32, events: u32) -> String {
    format!(
        "(memory.fill (i32.const 16) (i32.const 0) (i32.const 48))
         (memory.fill (i32.const 50000) (i32.const 49) (i32.const 20000))
         (i32.store (i32.const 24) (i32.const 400)) (i32.store (i32.const 28) (i32.const {events}))
         (i32.store (i32.const 32) (i32.const 50000)) (i32.store (i32.const 36) (i32.const {cursor_len}))
         (memory.fill (i32.const 400) (i32.const 0) (i32.const 32))
         (i32.store (i32.const 400) (i32.const 50000)) (i32.store (i32.const 404) (i32.const {id_len}))
         (i32.store (i32.const 424) (i32.const 32778)) (i32.store (i32.const 428) (i32.const 4))
         (i32.const 16)"
    )
}

#[tokio::test]
async fn pages_are_held_to_the_contracts_limits() {
    let bench = bench();
    let poll = |text: String| {
        let bench = &bench;
        async move {
            let plugin = bench.load(&trigger(&text)).await;
            bench.host.poll(call(&plugin, "new"), &json!({}), None, 100).await
        }
    };
    let good = poll(page(200, 3, 1)).await.result.unwrap();
    assert_eq!((good.events.len(), good.events[0].id.len(), good.cursor), (1, 200, json!(111)));
    assert_eq!(good.events[0].data, json!(true));
    assert_eq!(poll(page(201, 3, 1)).await.result.unwrap_err().code, "TL0324");
    assert_eq!(poll(page(0, 3, 1)).await.result.unwrap_err().code, "TL0324");
    assert_eq!(poll(page(5, 16_385, 1)).await.result.unwrap_err().code, "TL0324");
    assert_eq!(poll(page(5, 0, 1)).await.result.unwrap_err().code, "TL0318");
}

#[tokio::test]
async fn a_webhook_is_rejected_with_the_guests_status() {
    let bench = bench();
    let plugin = bench.load(&trigger(&page(1, 1, 1))).await;
    let request =
        Inbound { method: "POST".into(), path_and_query: "/x".into(), headers: vec![], body: b"{}".to_vec() };
    let outcome = bench.host.handle(call(&plugin, "new"), &json!({}), None, &request).await;
    assert_eq!(outcome.result.unwrap(), Verdict::Reject { status: 401 });
}
