//! Guests that mean harm: each is contained and named, and the host works afterwards.

use std::time::{Duration, Instant};

use serde_json::json;
use throughline_domain::failure::FailureKind;
use throughline_host::contract::RunInput;
use throughline_host::{HostError, Limits, TrapKind};

use crate::guests::{action, actions_guest};
use crate::support::{bench, bench_with, call};

/// Runs a hostile `run`, wants this trap and code, and looks that the host still works.
async fn contained(id: &str, definitions: &str, run: &str, trap: TrapKind, code: &str) {
    let bench = bench();
    let outcome = bench.go(&action(id, "read", definitions, run)).await;
    let failure = outcome.result.unwrap_err();
    assert_eq!(outcome.report.trapped, Some(trap), "{failure:?}");
    assert_eq!((&failure.kind, failure.code.as_str()), (&FailureKind::Trap, code), "{failure:?}");
    assert!(failure.message.contains(&format!("connector {id} 1.2.3, operation go")), "{}", failure.message);
    bench.still_works().await;
}

#[tokio::test]
async fn an_endless_loop_is_stopped_within_100_ms_of_its_budget() {
    let budget = Duration::from_millis(200);
    let bench = bench_with(|config| config.limits.cpu = budget);
    let plugin = bench.load(&action("loop", "read", "", "(loop $on (br $on)) unreachable")).await;
    let started = Instant::now();
    let outcome = bench.host.run(call(&plugin, "go"), RunInput::new(&json!({}))).await;
    let took = started.elapsed();
    assert_eq!(outcome.report.trapped, Some(TrapKind::Cpu));
    let failure = outcome.result.unwrap_err();
    assert_eq!(failure.code, "TL0311");
    assert!(failure.message.contains("connector loop"), "{}", failure.message);
    assert!(took >= budget / 2 && took < budget + Duration::from_millis(100), "{took:?}");
    bench.still_works().await;
}

#[tokio::test(flavor = "current_thread")]
async fn a_loop_leaves_the_thread_to_others() {
    // More than a busy machine needs for the others' turns.
    let bench = bench_with(|config| config.limits.cpu = Duration::from_secs(20));
    let plugin = bench.load(&action("loop", "read", "", "(loop $on (br $on)) unreachable")).await;
    bench.still_works().await;
    let call = call(&plugin, "go");
    let (host, cancel) = (bench.host.clone(), call.cancel.clone());
    let looping = tokio::spawn(async move { host.run(call, RunInput::new(&json!({}))).await.report.cpu_ms });
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        bench.still_works().await;
        assert!(!looping.is_finished());
    }
    cancel.cancel();
    assert!(looping.await.unwrap() >= 40, "it ran all the time");
}

#[tokio::test]
async fn cancelling_stops_a_loop_at_once() {
    let bench = bench();
    let plugin = bench.load(&action("loop", "read", "", "(loop $on (br $on)) unreachable")).await;
    let call = call(&plugin, "go");
    let cancel = call.cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        cancel.cancel();
    });
    let started = Instant::now();
    let outcome = bench.host.run(call, RunInput::new(&json!({}))).await;
    assert!(started.elapsed() < Duration::from_millis(500));
    let failure = outcome.result.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Cancelled, "TL0322"));
    bench.still_works().await;
}

#[tokio::test]
async fn wall_time_ends_a_call_too() {
    let bench = bench_with(|config| config.limits.wall = Duration::from_millis(100));
    let outcome = bench.go(&action("slow", "read", "", "(loop $on (br $on)) unreachable")).await;
    let failure = outcome.result.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::TimedOut, "TL0312"));
    assert_eq!(outcome.report.trapped, None, "a slow remote must not quarantine a connector");
    bench.still_works().await;
}

#[tokio::test]
async fn a_memory_bomb_reaches_its_limit() {
    let run = "(loop $on (drop (memory.grow (i32.const 16))) (br $on)) unreachable";
    contained("bomb", "", run, TrapKind::Memory, "TL0313").await;
}

#[tokio::test]
async fn several_memories_share_one_limit() {
    // Two memories of 40 MiB each: every one alone is below the limit of 64 MiB.
    let definitions = "(memory $b 1)";
    let run = "(drop (memory.grow 0 (i32.const 640))) (drop (memory.grow $b (i32.const 640))) unreachable";
    contained("twins", definitions, run, TrapKind::Memory, "TL0313").await;
}

#[tokio::test]
async fn endless_recursion_overflows_its_own_stack() {
    let definitions =
        "(func $deep (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))";
    contained("deep", definitions, "(call $deep (i32.const 1))", TrapKind::Stack, "TL0314").await;
}

#[tokio::test]
async fn a_panic_is_a_trap() {
    contained("panic", "", "unreachable", TrapKind::Panic, "TL0310").await;
}

#[tokio::test]
async fn a_flood_of_host_calls_is_stopped() {
    let definitions = r#"(import "throughline:connector/clock@0.1.0" "now" (func $now (result i64)))"#;
    let run = "(loop $on (drop (call $now)) (br $on)) unreachable";
    contained("flood", definitions, run, TrapKind::HostCalls, "TL0315").await;
}

#[tokio::test]
async fn a_huge_string_for_the_host_is_refused() {
    // 32 MiB in one log line.
    let definitions =
        r#"(import "throughline:connector/log@0.1.0" "log" (func $log (param i32 i32 i32 i32 i32 i32)))"#;
    let run = "(drop (memory.grow (i32.const 600))) (call $log (i32.const 1) (i32.const 0) (i32.const 33554432) (i32.const 0) (i32.const 0) (i32.const 0)) unreachable";
    contained("huge", definitions, run, TrapKind::HostData, "TL0315").await;
}

#[tokio::test]
async fn a_flood_of_handles_is_stopped() {
    let definitions = r#"(import "throughline:connector/blobs@0.1.0" "[constructor]blob-writer" (func $new (param i32 i32 i32 i32 i32) (result i32)))"#;
    let run = "(loop $on (drop (call $new (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))) (br $on)) unreachable";
    contained("handles", definitions, run, TrapKind::Handles, "TL0315").await;
}

#[tokio::test]
async fn pointers_out_of_bounds_are_a_trap() {
    contained("bounds", "", "(i32.const 2147483632)", TrapKind::Other, "TL0310").await;
}

#[tokio::test]
async fn a_flood_of_log_lines_is_counted_and_dropped() {
    let definitions = r#"
 (import "throughline:connector/log@0.1.0" "log" (func $log (param i32 i32 i32 i32 i32 i32)))
 (global $n (mut i32) (i32.const 5000))"#;
    let run = "(loop $on
      (call $log (i32.const 1) (i32.const 32768) (i32.const 10) (i32.const 0) (i32.const 0) (i32.const 0))
      (global.set $n (i32.sub (global.get $n) (i32.const 1))) (br_if $on (global.get $n)))
      (call $done (i32.const 32778) (i32.const 4))";
    let bench = bench();
    let outcome = bench.go(&action("chatty", "read", definitions, run)).await;
    assert!(outcome.result.is_ok());
    assert_eq!((outcome.report.logs.len(), outcome.report.logs_dropped), (200, 4800));
    assert_eq!(outcome.report.logs[0].message, "guest.http");
}

#[tokio::test]
async fn an_output_over_the_limit_is_refused() {
    // 5 MiB of output; the limit is 4.
    let run = "(drop (memory.grow (i32.const 100))) (call $done (i32.const 65536) (i32.const 5242880))";
    let bench = bench();
    let failure = bench.go(&action("bloated", "read", "", run)).await.result.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Permanent, "TL0317"));
    assert!(failure.message.contains("connector bloated") && failure.message.contains("5242880"));
    bench.still_works().await;
}

#[tokio::test]
async fn an_output_that_breaks_its_schema_is_refused() {
    let bench = bench();
    let failure = bench
        .go(&action("liar", "read", "", "(call $done (i32.const 32768) (i32.const 4))"))
        .await
        .result
        .unwrap_err();
    assert_eq!(failure.code, "TL0318", "not JSON: {}", failure.message);
    let number = action(
        "liar",
        "read",
        r#"(data (i32.const 40000) "12")"#,
        "(call $done (i32.const 40000) (i32.const 2))",
    );
    let failure = bench.go(&number).await.result.unwrap_err();
    assert_eq!(failure.code, "TL0318");
    assert!(failure.message.contains("boolean"), "{}", failure.message);
}

#[tokio::test]
async fn describe_may_not_call_an_import() {
    let manifest = json!({ "contract": "0.1", "id": "nosy", "version": "1.0.0", "name": "Nosy" });
    let definitions = r#"
 (import "throughline:connector/clock@0.1.0" "now" (func $now (result i64)))
 (func $start (drop (call $now)))
 (export "x" (func $start))"#;
    let wasm = actions_guest(&manifest, definitions, "unreachable", "unreachable");
    let bench = bench();
    // The honest describe of the same guest passes.
    let plugin = bench.load(&wasm).await;
    bench.host.verify(&plugin).await.unwrap();
    let plugin = bench.load(&nosy_describe(&manifest)).await;
    let error = bench.host.describe(&plugin).await.unwrap_err();
    assert!(matches!(&error, HostError::Describe { code, .. } if code == "TL0316"), "{error}");
    assert!(error.to_string().contains("nosy"), "{error}");
    bench.still_works().await;
}

/// A guest whose allocator, which `describe` does not need but `run` does, is honest, and whose describe
/// asks for the time.
fn nosy_describe(manifest: &serde_json::Value) -> Vec<u8> {
    let definitions = r#"
 (import "throughline:connector/clock@0.1.0" "now" (func $now (result i64)))"#;
    crate::guests::actions_guest_with_describe(manifest, definitions, "(drop (call $now))")
}

#[tokio::test]
async fn a_manifest_that_differs_from_describe_is_refused() {
    let wasm = action("shifty", "read", "", "unreachable");
    let inspection = throughline_host::inspect(&wasm).unwrap();
    let said = inspection.manifest_json.replace("\"read\"", "\"write_once\"");
    // Sections at the end are the embedded ones: cut them off and embed another manifest.
    let cut = wasm.len() - inspection.manifest_json.len() - "throughline:manifest".len() - 32;
    let at = (cut..wasm.len())
        .find(|&at| throughline_host::inspect(&throughline_host::embed_manifest(&wasm[..at], &said)).is_ok());
    let other = throughline_host::embed_manifest(&wasm[..at.unwrap()], &said);
    let bench = bench();
    let plugin = bench.load(&other).await;
    let error = bench.host.verify(&plugin).await.unwrap_err();
    assert_eq!(error.code(), "TL0305");
    assert!(error.to_string().contains("`actions`"), "{error}");
}

#[test]
fn forbidden_imports_and_other_contracts_are_named() {
    let inspect = |text: &str| throughline_host::inspect(&wat::parse_str(text).unwrap()).unwrap_err();
    let error = inspect(r#"(component (import "wasi:cli/environment@0.2.6" (instance)))"#);
    assert_eq!(error.code(), "TL0302");
    assert!(error.to_string().contains("wasi:cli/environment@0.2.6"));
    let error = inspect(r#"(component (import "throughline:connector/http@0.9.0" (instance)))"#);
    assert_eq!(error.code(), "TL0303");
    assert!(
        error.to_string().contains("0.9.0") && error.to_string().contains("Update the runner"),
        "{error}"
    );
    assert_eq!(inspect("(component)").code(), "TL0304");
    assert_eq!(inspect("(module)").code(), "TL0300");
    assert_eq!(throughline_host::inspect(b"hello").unwrap_err().code(), "TL0300");
    assert_eq!(throughline_host::inspect(&vec![0; 33 << 20]).unwrap_err().code(), "TL0301");
}

#[test]
fn features_outside_the_reduced_set_are_refused() {
    let wasm = action("threads", "read", "", "unreachable");
    assert!(throughline_host::inspect(&wasm).is_ok());
    for module in [
        "(module (memory 1 1 shared))",
        "(module (memory i64 1))",
        "(module (func $f return_call $f))",
        "(module (tag))",
        "(module (type (struct)))",
        "(module (memory 1) (memory 1) (memory 1) (memory 1) (memory 1))",
    ] {
        let manifest = json!({ "contract": "0.1", "id": "x", "version": "1.0.0", "name": "X" }).to_string();
        let component =
            wat::parse_str(format!("(component (core {}", module.trim_start_matches('(')) + ")").unwrap();
        let error =
            throughline_host::inspect(&throughline_host::embed_manifest(&component, &manifest)).unwrap_err();
        let reached = matches!(error, HostError::NotAPlugin(_) | HostError::Manifest(_));
        assert!(reached, "{module}: {error}");
    }
}

#[tokio::test]
async fn a_declared_minimum_beyond_the_limit_is_stopped() {
    let bench = bench();
    let wasm = action("hungry", "read", "(memory $b 2000)", "unreachable");
    let outcome = bench.go(&wasm).await;
    assert_eq!(outcome.report.trapped, Some(TrapKind::Memory));
    assert_eq!(outcome.result.unwrap_err().code, "TL0313");
    bench.still_works().await;
}

#[tokio::test]
async fn five_traps_set_a_connector_aside_until_the_pause_ends() {
    let bench = bench();
    let plugin = bench.load(&action("flaky", "read", "", "unreachable")).await;
    for _ in 0..5 {
        let outcome = bench.host.run(call(&plugin, "go"), RunInput::new(&json!({}))).await;
        assert_eq!(outcome.report.trapped, Some(TrapKind::Panic));
    }
    let outcome = bench.host.run(call(&plugin, "go"), RunInput::new(&json!({}))).await;
    let failure = outcome.result.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unavailable { after_ms: Some(60_000) });
    assert_eq!(failure.code, "TL0321");
    assert!(failure.message.contains("flaky") && failure.message.contains("panicked"), "{}", failure.message);
    assert_eq!(outcome.report.trapped, None, "it was not called");
    assert_eq!(bench.host.quarantined()[0].connector, "flaky");
    bench.still_works().await;
    bench.clock.advance_ms(60_000);
    assert!(bench.host.quarantined().is_empty());
    let outcome = bench.host.run(call(&plugin, "go"), RunInput::new(&json!({}))).await;
    assert_eq!(outcome.report.trapped, Some(TrapKind::Panic), "called again after the pause");
    assert_eq!(bench.host.quarantined().len(), 1, "and set aside again at once");
    assert!(bench.host.release(plugin.digest()));
    assert!(bench.host.quarantined().is_empty());
}

#[tokio::test]
async fn instances_wait_for_a_place() {
    let bench = bench_with(|config| {
        config.max_instances = 1;
        config.limits = Limits { cpu: Duration::from_millis(100), ..Limits::default() };
    });
    let plugin = bench.load(&action("loop", "read", "", "(loop $on (br $on)) unreachable")).await;
    let calls = (0..3).map(|_| {
        let (host, plugin) = (bench.host.clone(), plugin.clone());
        tokio::spawn(
            async move { host.run(call(&plugin, "go"), RunInput::new(&json!({}))).await.report.trapped },
        )
    });
    for trapped in futures::future::join_all(calls).await {
        assert_eq!(trapped.unwrap(), Some(TrapKind::Cpu));
    }
}
