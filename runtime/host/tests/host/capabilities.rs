//! Blobs, state and fan-out as guests use them.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;
use throughline_host::contract::RunInput;
use throughline_host::services::{BlobStore, StateScope};
use throughline_host::{Call, StateWrite};

use crate::guests::{action, actions_guest, relay};
use crate::support::{Server, bench, bench_with, call, connection, reply};

const BLOBS: &str = r#"
 (import "throughline:connector/blobs@0.1.0" "[constructor]blob-writer" (func $writer (param i32 i32 i32 i32 i32) (result i32)))
 (import "throughline:connector/blobs@0.1.0" "[method]blob-writer.write" (func $write (param i32 i32 i32 i32)))
 (import "throughline:connector/blobs@0.1.0" "[static]blob-writer.finish" (func $finish (param i32 i32)))
 (import "throughline:connector/blobs@0.1.0" "[method]blob.size" (func $size (param i32) (result i64)))
 (import "throughline:connector/blobs@0.1.0" "open" (func $open (param i32 i32 i32)))
 (global $w (mut i32) (i32.const 0))"#;

#[tokio::test]
async fn a_blob_is_written_and_kept_for_the_workspace() {
    let run = "(global.set $w (call $writer (i32.const 32768) (i32.const 5) (i32.const 0) (i32.const 0) (i32.const 0)))
      (call $write (global.get $w) (i32.const 32768) (i32.const 5) (i32.const 256))
      (call $write (global.get $w) (i32.const 32768) (i32.const 5) (i32.const 256))
      (call $finish (global.get $w) (i32.const 256))
      (if (i64.ne (call $size (i32.load (i32.const 260))) (i64.const 10)) (then unreachable))
      (call $done (i32.const 32778) (i32.const 4))";
    let bench = bench();
    let outcome = bench.go(&action("scribe", "read", BLOBS, run)).await;
    assert!(outcome.result.is_ok(), "{:?}", outcome.result);
    let reference = &outcome.report.blobs[0];
    let kept = bench.blobs.read("demo", reference, 0, 100).await.unwrap();
    assert_eq!(kept, Bytes::from_static(b"guestguest"));
    assert!(bench.blobs.read("other", reference, 0, 100).await.is_err());
}

#[tokio::test]
async fn only_blobs_of_the_input_open() {
    // Opens the reference `guest` (the first bytes of the texts); ok gives done(true), err is passed on.
    let run = "(call $open (i32.const 32768) (i32.const 5) (i32.const 256))
      (if (i32.eq (i32.load8_u (i32.const 256)) (i32.const 1))
        (then (return (call $fail (i32.load (i32.const 260)) (i32.load (i32.const 264))))))
      (call $done (i32.const 32778) (i32.const 4))";
    let bench = bench();
    let plugin = bench.load(&action("reader", "read", BLOBS, run)).await;
    let open = |input: serde_json::Value| {
        let (host, call) = (bench.host.clone(), call(&plugin, "go"));
        async move { host.run(call, RunInput::new(&input)).await.result.unwrap_err().message }
    };
    assert!(open(json!({})).await.contains("no such blob in this call's input"));
    assert!(
        open(json!({ "deep": [{ "$blob": "guest" }] })).await.contains("no blob guest"),
        "asked of the store"
    );
}

#[tokio::test]
async fn an_answer_goes_straight_into_a_blob() {
    let bench = bench_with(|config| config.limits.response_bytes = 10);
    let server = Server::start(|_| reply(200, vec![b'x'; 3 << 20])).await;
    let plugin = bench.load(&relay(&json!([{ "origin": "{base_url}" }]), &json!({ "g1nnib": {} }))).await;
    let outcome = bench.host.run(server.call(&plugin, "g1nnib"), RunInput::new(&server.url("/"))).await;
    assert!(outcome.result.is_ok(), "{:?}", outcome.result);
    let info = bench.blobs.open("demo", &outcome.report.blobs[0]).await.unwrap();
    assert_eq!(info.size, 3 << 20);
    assert!(outcome.report.memory_bytes < 1 << 20, "it never entered the guest");
    let bench = bench_with(|config| config.limits.blob_bytes = 1 << 20);
    let plugin = bench.load(&relay(&json!([{ "origin": "{base_url}" }]), &json!({ "g1nnib": {} }))).await;
    let outcome = bench.host.run(server.call(&plugin, "g1nnib"), RunInput::new(&server.url("/"))).await;
    assert!(outcome.report.requests[0].error.as_ref().unwrap().contains("too large"));
    assert!(outcome.report.blobs.is_empty());
}

const STATE: &str = r#"
 (import "throughline:connector/state@0.1.0" "set" (func $set (param i32 i32 i32 i32 i32 i32)))
 (import "throughline:connector/state@0.1.0" "get" (func $get (param i32 i32 i32 i32)))
 ;; Sets connection state `guest` to true, reads it back.
 (func $keep (result i32)
   (call $set (i32.const 1) (i32.const 32768) (i32.const 5) (i32.const 32778) (i32.const 4) (i32.const 256))
   (if (i32.eq (i32.load8_u (i32.const 256)) (i32.const 1))
     (then (return (call $fail (i32.load (i32.const 260)) (i32.load (i32.const 264))))))
   (call $get (i32.const 1) (i32.const 32768) (i32.const 5) (i32.const 256))
   (if (i32.eqz (i32.load8_u (i32.const 256))) (then unreachable))
   (call $done (i32.load (i32.const 260)) (i32.load (i32.const 264))))"#;

#[tokio::test]
async fn state_is_handed_to_the_engine_and_read_only_in_a_preview() {
    let manifest = json!({
        "contract": "0.1", "id": "relay", "version": "1.0.0", "name": "Keeper",
        "actions": { "go": { "title": "Go", "effect": "read", "input": true, "output": true, "sample": true, "preview": true } },
    });
    let bench = bench();
    let plugin = bench.load(&actions_guest(&manifest, STATE, "(call $keep)", "(call $keep)")).await;
    let connected =
        || Call { connection: Some(connection("127.0.0.1:1".parse().unwrap())), ..call(&plugin, "go") };
    let outcome = bench.host.run(connected(), RunInput::new(&json!({}))).await;
    assert!(outcome.result.is_ok(), "{:?}", outcome.result);
    let expected =
        StateWrite { scope: StateScope::Connection, key: "guest".into(), value: Some("true".into()) };
    assert_eq!(outcome.report.state_writes, [expected]);
    let preview = bench.host.preview(connected(), &json!({})).await;
    assert!(preview.result.unwrap_err().message.contains("read-only"));
    assert!(preview.report.state_writes.is_empty());
    let unconnected = bench.host.run(call(&plugin, "go"), RunInput::new(&json!({}))).await;
    assert!(unconnected.result.unwrap_err().message.contains("no connection"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_at_any_moment_the_host_stays_whole() {
    let bench = bench();
    let server = Server::start(|_| {
        std::thread::sleep(std::time::Duration::from_millis(3));
        reply(200, "1")
    })
    .await;
    let plugin = bench.load(&relay(&json!([{ "origin": "{base_url}" }]), &json!({ "g2nnn": {} }))).await;
    let host = Arc::new(bench.host.clone());
    for step in 0..60_u64 {
        let call = server.call(&plugin, "g2nnn");
        let cancel = call.cancel.clone();
        let (host, url) = (host.clone(), server.url("/"));
        let running = tokio::spawn(async move { host.run(call, RunInput::new(&url)).await });
        tokio::time::sleep(std::time::Duration::from_micros(step * 200)).await;
        if step % 2 == 0 {
            cancel.cancel();
            let _ = running.await.unwrap();
        } else {
            // The whole call dropped, as when a worker's task is aborted.
            running.abort();
            assert!(running.await.map_or_else(|error| error.is_cancelled(), |_| true));
        }
    }
    bench.still_works().await;
}
