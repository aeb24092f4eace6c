//! Writes: at most one in a write_once, its outcome never guessed.

use std::time::Duration;

use serde_json::{Value, json};
use throughline_domain::failure::FailureKind;
use throughline_host::contract::RunInput;
use throughline_host::{CallOutcome, Sent};

use crate::guests::relay;
use crate::support::{Bench, Server, bench, bench_with, reply};

fn actions() -> Value {
    let once = json!({ "effect": "write_once" });
    let keyed = json!({ "effect": "write_idempotent", "idempotency": { "header": "Idempotency-Key" } });
    json!({
        "p1nnn": once, "p2nnn": once, "p2nni": once, "p1nnf": once, "p1nnt": once, "p1nsn": once,
        "p1nnn-k": keyed, "p1nnf-k": keyed, "p2nnn-k": keyed
    })
}

async fn run(
    bench: &Bench,
    server: &Server,
    operation: &str,
) -> CallOutcome<throughline_host::contract::RunOutcome> {
    let plugin = bench.load(&relay(&json!([{ "origin": "{base_url}" }]), &actions())).await;
    bench.host.run(server.call(&plugin, operation), RunInput::new(&server.url("/pay"))).await
}

#[tokio::test]
async fn a_second_unsafe_request_of_a_write_once_is_refused() {
    let bench = bench();
    let server = Server::start(|_| reply(200, "1")).await;
    let outcome = run(&bench, &server, "p2nnn").await;
    let failure = outcome.result.unwrap_err();
    assert_eq!(failure.kind, FailureKind::OutcomeUnknown, "the first one landed: {failure:?}");
    assert!(failure.message.contains("one was sent already"), "{}", failure.message);
    assert_eq!(outcome.report.gate_denials().next().unwrap().denied.as_ref().unwrap().code, "TL0333");
    assert_eq!(server.seen().len(), 1);
    assert_eq!(run(&bench, &server, "p2nnn-k").await.report.requests.len(), 2, "a keyed write may send more");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn the_key_goes_with_every_unsafe_request_of_a_keyed_write() {
    let bench = bench();
    let server = Server::start(|_| reply(201, "1")).await;
    let outcome = run(&bench, &server, "p1nnn-k").await;
    assert!(outcome.result.is_ok());
    assert_eq!((outcome.report.unsafe_sent, outcome.report.unsafe_status), (Sent::Maybe, Some(201)));
    assert_eq!(server.seen()[0].headers["idempotency-key"], "key-1");
    run(&bench, &server, "p1nnn").await;
    assert!(!server.seen()[1].headers.contains_key("idempotency-key"));
}

#[tokio::test]
async fn what_a_guest_says_counts_only_after_a_definite_refusal() {
    let bench = bench();
    for (status, kind) in [
        (200, FailureKind::OutcomeUnknown),
        (500, FailureKind::OutcomeUnknown),
        (502, FailureKind::OutcomeUnknown),
        (408, FailureKind::OutcomeUnknown),
        (400, FailureKind::Permanent),
        (409, FailureKind::Permanent),
        (422, FailureKind::Permanent),
    ] {
        let server = Server::start(move |_| reply(status, "1")).await;
        let outcome = run(&bench, &server, "p1nnf").await;
        assert_eq!(outcome.result.unwrap_err().kind, kind, "{status}");
        assert_eq!(outcome.report.unsafe_status, Some(status));
    }
}

#[tokio::test]
async fn a_broken_connection_after_sending_is_unknown() {
    let bench = bench();
    // Accepts, reads and hangs up: the request arrived, no answer comes.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = [0; 1024];
            let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut buffer).await;
        }
    });
    let plugin = bench.load(&relay(&json!([{ "origin": "{base_url}" }]), &actions())).await;
    let call = |operation: &str| throughline_host::Call {
        connection: Some(crate::support::connection(address)),
        egress: crate::support::open(address),
        ..crate::support::call(&plugin, operation)
    };
    let url = json!(format!("http://{address}/pay"));
    for operation in ["p1nnn", "p1nnn-k"] {
        let outcome = bench.host.run(call(operation), RunInput::new(&url)).await;
        let failure = outcome.result.unwrap_err();
        assert_eq!(
            (&failure.kind, failure.code.as_str()),
            (&FailureKind::OutcomeUnknown, "TL0323"),
            "{failure:?}"
        );
        assert_eq!((outcome.report.unsafe_sent, outcome.report.unsafe_status), (Sent::Maybe, None));
    }
}

#[tokio::test]
async fn a_trap_after_a_write_is_unknown_and_still_counted() {
    let bench = bench();
    let server = Server::start(|_| reply(200, "1")).await;
    let outcome = run(&bench, &server, "p1nnt").await;
    assert_eq!(outcome.result.unwrap_err().kind, FailureKind::OutcomeUnknown);
    assert!(outcome.report.trapped.is_some());
}

#[tokio::test]
async fn time_running_out_after_a_write_left_is_unknown() {
    let bench = bench_with(|config| config.limits.wall = Duration::from_millis(300));
    let server = Server::start(|_| {
        std::thread::sleep(Duration::from_millis(600));
        reply(200, "1")
    })
    .await;
    let outcome = run(&bench, &server, "p1nnn").await;
    assert_eq!(outcome.result.unwrap_err().kind, FailureKind::OutcomeUnknown);
    assert_eq!(outcome.report.unsafe_sent, Sent::Maybe);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelling_waits_for_the_answer_of_a_write_that_left() {
    let bench = bench();
    let server = Server::start(|_| {
        std::thread::sleep(Duration::from_millis(300));
        reply(200, "1")
    })
    .await;
    let plugin = bench.load(&relay(&json!([{ "origin": "{base_url}" }]), &actions())).await;
    let call = server.call(&plugin, "p1nnn");
    let cancel = call.cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        cancel.cancel();
    });
    let outcome = bench.host.run(call, RunInput::new(&server.url("/pay"))).await;
    assert!(outcome.result.is_ok(), "the write was answered in time: {:?}", outcome.result);
    assert_eq!(outcome.report.unsafe_status, Some(200));
}

#[tokio::test]
async fn a_cross_origin_redirect_after_a_write_is_unknown() {
    let bench = bench();
    let server = Server::start(|_| {
        axum::response::Response::builder()
            .status(302)
            .header("location", "https://other.example/")
            .body("".into())
            .unwrap()
    })
    .await;
    let failure = run(&bench, &server, "p1nsn").await.result.unwrap_err();
    assert_eq!(failure.kind, FailureKind::OutcomeUnknown);
    assert!(failure.message.contains("other.example"), "{}", failure.message);
}
