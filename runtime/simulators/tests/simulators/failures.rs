//! Each way to fail, seen from the caller and from the books.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use throughline_simulators::{FailureMode, FailureSpec, Kind};

use crate::support::{Bench, read};

fn invoice() -> Value {
    json!({ "customer": "c", "lines": [{ "description": "d", "quantity": "1", "unit_price": "9.99" }] })
}

/// Whether the last write is on record as applied, and its status.
async fn last_write(bench: &Bench) -> (bool, Option<u16>, Option<FailureMode>) {
    let entries = bench.sim.ledger().await.unwrap();
    let entry = entries.iter().rev().find(|entry| entry.method == "POST").unwrap();
    (entry.applied, entry.status, entry.failure)
}

#[tokio::test]
async fn a_timeout_after_applying_leaves_the_invoice_and_no_reply() {
    let bench = Bench::new(Kind::Accounting).await;
    bench.fail(FailureMode::TimeoutAfterApplying);
    let request = bench.request(Method::POST, "/v1/invoices").header("Idempotency-Key", "k").json(&invoice());
    let error = request.send().await.unwrap_err();
    assert!(!error.is_timeout(), "the connection is closed, not held: {error}");
    assert_eq!(last_write(&bench).await, (true, None, Some(FailureMode::TimeoutAfterApplying)));
    // Sent again with its key, it is the same invoice.
    let again = bench.post_with_key("/v1/invoices", "k", &invoice()).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, Some("true")));
    assert_eq!(bench.count("/v1/invoices").await, 1);
}

#[tokio::test]
async fn a_held_connection_ends_when_the_caller_gives_up() {
    let bench = Bench::new(Kind::Accounting).await;
    let spec = FailureSpec { delay_ms: Some(60_000), ..FailureSpec::next(FailureMode::TimeoutAfterApplying) };
    bench.sim.set_failure(spec).unwrap();
    let request =
        bench.request(Method::POST, "/v1/invoices").timeout(Duration::from_millis(300)).json(&invoice());
    assert!(request.send().await.unwrap_err().is_timeout());
    assert_eq!(bench.count("/v1/invoices").await, 1);
}

#[tokio::test]
async fn a_held_connection_is_cut_after_its_delay() {
    let bench = Bench::new(Kind::Accounting).await;
    let spec = FailureSpec { delay_ms: Some(200), ..FailureSpec::next(FailureMode::DropBeforeApplying) };
    bench.sim.set_failure(spec).unwrap();
    let began = Instant::now();
    let error = bench.request(Method::POST, "/v1/invoices").json(&invoice()).send().await.unwrap_err();
    assert!(!error.is_timeout() && began.elapsed() >= Duration::from_millis(200));
    assert_eq!(last_write(&bench).await, (false, None, Some(FailureMode::DropBeforeApplying)));
    assert_eq!(bench.count("/v1/invoices").await, 0);
}

#[tokio::test]
async fn a_500_after_applying_leaves_the_invoice() {
    let bench = Bench::new(Kind::Accounting).await;
    bench.fail(FailureMode::ServerErrorAfterApplying);
    let got = bench.post("/v1/invoices", &invoice()).await;
    assert_eq!((got.status, got.code()), (500, "internal"));
    assert_eq!(last_write(&bench).await, (true, Some(500), Some(FailureMode::ServerErrorAfterApplying)));
    assert_eq!(bench.count("/v1/invoices").await, 1);
    // What would have been refused anyway is not applied by failing.
    bench.fail(FailureMode::ServerErrorAfterApplying);
    assert_eq!(bench.post("/v1/invoices", &json!({})).await.status, 500);
    assert!(!last_write(&bench).await.0);
}

#[tokio::test]
async fn a_slow_call_is_answered_late() {
    let bench = Bench::new(Kind::Accounting).await;
    let spec = FailureSpec { delay_ms: Some(250), ..FailureSpec::next(FailureMode::Slow) };
    bench.sim.set_failure(spec).unwrap();
    let began = Instant::now();
    assert_eq!(bench.post("/v1/invoices", &invoice()).await.status, 201);
    assert!(began.elapsed() >= Duration::from_millis(250));
}

#[tokio::test]
async fn a_slow_call_is_applied_though_the_caller_has_gone() {
    let bench = Bench::new(Kind::Accounting).await;
    let spec = FailureSpec { delay_ms: Some(400), ..FailureSpec::next(FailureMode::Slow) };
    bench.sim.set_failure(spec).unwrap();
    let request =
        bench.request(Method::POST, "/v1/invoices").timeout(Duration::from_millis(100)).json(&invoice());
    assert!(request.send().await.unwrap_err().is_timeout());
    assert_eq!(bench.count("/v1/invoices").await, 0);
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(bench.count("/v1/invoices").await, 1);
}

#[tokio::test]
async fn refusals_apply_nothing_and_say_why() {
    let bench = Bench::new(Kind::Accounting).await;
    let next = FailureSpec::next;
    let cases = [
        (
            FailureSpec { retry_after_s: Some(7), ..next(FailureMode::RateLimit) },
            429,
            "rate_limited",
            Some("7"),
            None,
        ),
        (next(FailureMode::RateLimit), 429, "rate_limited", Some("1"), None),
        (next(FailureMode::Reject), 422, "rejected", None, None),
        (FailureSpec { status: Some(409), ..next(FailureMode::Reject) }, 409, "rejected", None, None),
        (next(FailureMode::Unavailable), 503, "unavailable", None, None),
        (FailureSpec { status: Some(502), ..next(FailureMode::Unavailable) }, 502, "unavailable", None, None),
        (
            FailureSpec { location: Some("http://127.0.0.1:9/x".to_owned()), ..next(FailureMode::Redirect) },
            302,
            "moved",
            None,
            Some("http://127.0.0.1:9/x"),
        ),
    ];
    for (spec, status, code, retry_after, location) in cases {
        bench.sim.set_failure(spec.clone()).unwrap();
        let got = bench.post_with_key("/v1/invoices", "k", &invoice()).await;
        assert_eq!((got.status, got.code()), (status, code));
        assert_eq!((got.header("retry-after"), got.header("location")), (retry_after, location));
        assert_eq!(last_write(&bench).await, (false, Some(status), Some(spec.mode)));
        assert_eq!(bench.count("/v1/invoices").await, 0);
    }
    let spec = FailureSpec { reason: Some("period closed".to_owned()), ..next(FailureMode::Reject) };
    bench.sim.set_failure(spec).unwrap();
    assert_eq!(bench.post("/v1/invoices", &invoice()).await.body["reason"], "period closed");
    assert_eq!(bench.post_with_key("/v1/invoices", "k", &invoice()).await.status, 201);
}

#[tokio::test]
async fn switches_match_count_and_go_off() {
    let bench = Bench::new(Kind::Accounting).await;
    let set = json!({
        "mode": "unavailable", "count": 2, "match": { "method": "post", "path_prefix": "/v1/invoices" },
    });
    let got = bench.post("/_sim/failure", &set).await;
    assert_eq!((got.status, &got.body["failures"][0]["count"]), (201, &json!(2)));
    assert_eq!(bench.get("/v1/invoices").await.status, 200);
    assert_eq!(bench.post("/v1/payments", &json!({})).await.status, 422);
    assert_eq!(bench.post("/v1/invoices", &invoice()).await.status, 503);
    assert_eq!(bench.get("/_sim/failure").await.body["failures"][0]["count"], 1);
    assert_eq!(bench.post("/v1/invoices", &invoice()).await.status, 503);
    assert_eq!(bench.post("/v1/invoices", &invoice()).await.status, 201);
    assert_eq!(bench.get("/_sim/failure").await.body["failures"], json!([]));

    // Two switches for the same calls work one after the other, in the order they were set.
    bench.post("/_sim/failure", &json!({ "mode": "rate_limit" })).await;
    bench.post("/_sim/failure", &json!({ "mode": "500_after_applying", "count": 9 })).await;
    assert_eq!(bench.get("/v1/me").await.status, 429);
    assert_eq!(bench.get("/v1/me").await.status, 500);
    assert_eq!(bench.delete("/_sim/failure").await.status, 204);
    assert_eq!(bench.get("/v1/me").await.status, 200);
}

#[tokio::test]
async fn callers_without_a_token_do_not_use_switches_up() {
    let bench = Bench::new(Kind::Accounting).await;
    bench.fail(FailureMode::Unavailable);
    let bare = bench.client.get(format!("{}/v1/me", bench.sim.url())).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    assert_eq!(bench.get("/v1/me").await.status, 503);
}

#[tokio::test]
async fn switches_that_make_no_sense_are_refused() {
    let bench = Bench::new(Kind::Accounting).await;
    for bad in [
        json!({}),
        json!({ "mode": "explode" }),
        json!({ "mode": "slow" }),
        json!({ "mode": "reject", "count": 0 }),
        json!({ "mode": "reject", "count": -1 }),
        json!({ "mode": "reject", "status": 200 }),
        json!({ "mode": "rate_limit", "status": 429 }),
        json!({ "mode": "redirect" }),
        json!({ "mode": "redirect", "location": "a b" }),
        json!({ "mode": "reject", "surprise": 1 }),
        json!({ "mode": "reject", "match": { "host": "x" } }),
    ] {
        let got = bench.post("/_sim/failure", &bad).await;
        assert_eq!((got.status, got.code()), (422, "invalid_failure"), "{bad}");
    }
    let got = read(bench.request(Method::POST, "/_sim/failure").body("{").send().await.unwrap()).await;
    assert_eq!(got.status, 400);
    assert!(bench.sim.set_failure(FailureSpec::next(FailureMode::Slow)).is_err());
    assert_eq!(bench.get("/v1/me").await.status, 200);
}

#[tokio::test]
async fn stopping_does_not_wait_for_what_is_held_back() {
    let bench = Bench::new(Kind::Accounting).await;
    for mode in [FailureMode::Slow, FailureMode::TimeoutAfterApplying] {
        bench.sim.set_failure(FailureSpec { delay_ms: Some(60_000), ..FailureSpec::next(mode) }).unwrap();
    }
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let request = bench.request(Method::POST, "/v1/invoices").json(&invoice());
        calls.spawn(async move { request.send().await.map(|_| ()) });
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // A half-sent request holds its connection, too.
    let mut half = tokio::net::TcpStream::connect(bench.sim.address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut half, b"POST /v1/inv").await.unwrap();
    let began = Instant::now();
    let bench = bench.restart().await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(calls.join_all().await.iter().all(Result::is_err));
    // The slow one was not reached; the other was applied.
    assert_eq!(bench.count("/v1/invoices").await, 1);
}
