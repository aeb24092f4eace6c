//! The way out, against real servers on loopback.

use std::time::Duration;

use serde_json::{Value, json};
use throughline_domain::failure::FailureKind;
use throughline_host::contract::{RunInput, RunOutcome};
use throughline_host::{Call, EgressPolicy, Sent};

use crate::guests::{relay, relay_poll};
use crate::support::{Server, bench, bench_with, call, connection, reply};

fn base() -> Value {
    json!([{ "origin": "{base_url}" }])
}

#[tokio::test]
async fn an_opened_server_answers() {
    let bench = bench();
    let server = Server::start(|_| reply(200, r#"{"ok":1}"#)).await;
    let plugin = bench.load(&relay(&base(), &json!({ "g1nnn": {} }))).await;
    let url = server.url("/v1/me?q=private");
    let outcome = bench.host.run(server.call(&plugin, "g1nnn"), RunInput::new(&url)).await;
    assert_eq!(outcome.result.unwrap(), RunOutcome::Done { output: json!({ "ok": 1 }) });
    let request = &outcome.report.requests[0];
    assert_eq!(
        (request.method.as_str(), request.path.as_str(), request.status),
        ("GET", "/v1/me?q", Some(200))
    );
    assert!(request.safe && request.denied.is_none() && request.bytes_in == 8);
    assert_eq!(outcome.report.unsafe_sent, Sent::No);
    assert_eq!(server.seen()[0].method, "GET");
    assert!(server.seen()[0].headers["user-agent"].to_str().unwrap().starts_with("throughline/"));
}

#[tokio::test]
async fn loopback_is_refused_unless_opened() {
    let bench = bench();
    let server = Server::start(|_| reply(200, "1")).await;
    let plugin = bench.load(&relay(&base(), &json!({ "g1nnn": {} }))).await;
    let other_port = format!("127.0.0.1/32:{}", server.address.port() ^ 1);
    for ranges in [vec![], vec![other_port.parse().unwrap()]] {
        let egress = std::sync::Arc::new(EgressPolicy { open_ranges: ranges });
        let call = Call { egress, ..server.call(&plugin, "g1nnn") };
        let outcome = bench.host.run(call, RunInput::new(&server.url("/"))).await;
        let failure = outcome.result.unwrap_err();
        assert_eq!(failure.code, "TL0331", "{failure:?}");
        assert!(
            failure.message.contains("connector relay") && failure.message.contains("127.0.0.1"),
            "{}",
            failure.message
        );
        assert_eq!(outcome.report.requests[0].denied.as_ref().unwrap().code, "TL0331");
        assert_eq!(outcome.report.requests[0].sent, Sent::No);
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_name_that_leads_to_loopback_is_refused_by_its_address() {
    let bench = bench();
    let server = Server::start(|_| reply(200, "1")).await;
    let port = server.address.port();
    let hosts = json!([{ "origin": format!("https://localhost:{port}") }, { "origin": format!("http://localhost:{port}") }]);
    let plugin = bench.load(&relay(&hosts, &json!({ "g1nnn": {} }))).await;
    for scheme in ["http", "https"] {
        let url = json!(format!("{scheme}://localhost:{port}/"));
        let outcome = bench.host.run(call(&plugin, "g1nnn"), RunInput::new(&url)).await;
        let failure = outcome.result.unwrap_err();
        assert_eq!(failure.code, "TL0331", "{failure:?}");
        assert!(failure.message.contains("localhost"), "{}", failure.message);
    }
    // Opened, the name works: the address was vetted, not the name.
    let call = Call { egress: crate::support::open(server.address), ..call(&plugin, "g1nnn") };
    let outcome = bench.host.run(call, RunInput::new(&json!(format!("http://localhost:{port}/")))).await;
    assert!(outcome.result.is_ok(), "{:?}", outcome.result);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn an_undeclared_host_is_refused_and_named() {
    let bench = bench();
    let server = Server::start(|_| reply(200, "1")).await;
    let plugin = bench.load(&relay(&base(), &json!({ "g1nnn": {} }))).await;
    for (url, code) in [
        ("https://evil.example/x", "TL0330"),
        ("https://127.0.0.1/x", "TL0330"),
        ("https://good@evil.example/", "TL0335"),
        ("file:///etc/passwd", "TL0335"),
        ("http://169.254.169.254/latest/meta-data", "TL0330"),
    ] {
        let outcome = bench.host.run(server.call(&plugin, "g1nnn"), RunInput::new(&json!(url))).await;
        let failure = outcome.result.unwrap_err();
        assert_eq!(
            (failure.code.as_str(), &failure.kind),
            (code, &FailureKind::Permanent),
            "{url}: {failure:?}"
        );
        assert!(failure.message.contains("connector relay 1.0.0"), "{}", failure.message);
        assert_eq!(failure.detail.unwrap()["said"]["code"], "guest.http");
    }
    assert!(server.seen().is_empty());
    bench.still_works().await;
}

#[tokio::test]
async fn a_post_in_a_read_is_refused_even_if_the_guest_hides_it() {
    let bench = bench();
    let server = Server::start(|_| reply(200, "1")).await;
    let plugin = bench.load(&relay(&base(), &json!({ "p1nnn": {}, "p1nni": {} }))).await;
    for operation in ["p1nnn", "p1nni"] {
        let outcome =
            bench.host.run(server.call(&plugin, operation), RunInput::new(&server.url("/orders"))).await;
        let failure = outcome.result.unwrap_err();
        assert_eq!((failure.code.as_str(), &failure.kind), ("TL0332", &FailureKind::Permanent));
        assert!(
            failure.message.contains("POST /orders") && failure.message.contains(operation),
            "{}",
            failure.message
        );
        assert_eq!(outcome.report.gate_denials().count(), 1);
        assert_eq!(outcome.report.unsafe_sent, Sent::No);
    }
    assert!(server.seen().is_empty());
    bench.still_works().await;
}

#[tokio::test]
async fn a_preview_of_a_write_sends_nothing_unsafe() {
    let bench = bench();
    let server = Server::start(|_| reply(200, "1")).await;
    let actions = json!({ "p1nnn": { "effect": "write_once", "preview": true } });
    let plugin = bench.load(&relay(&base(), &actions)).await;
    let outcome = bench.host.preview(server.call(&plugin, "p1nnn"), &server.url("/orders")).await;
    assert_eq!(outcome.result.unwrap_err().code, "TL0332");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_declared_safe_post_may_leave_in_a_read() {
    let bench = bench();
    let server = Server::start(|_| reply(200, "1")).await;
    let plugin =
        bench.load(&relay(&base(), &json!({ "p1nnn": { "safe_requests": ["POST /graphql"] } }))).await;
    let ok = bench.host.run(server.call(&plugin, "p1nnn"), RunInput::new(&server.url("/graphql"))).await;
    assert!(ok.result.is_ok());
    assert_eq!(ok.report.unsafe_sent, Sent::No);
    let other = bench.host.run(server.call(&plugin, "p1nnn"), RunInput::new(&server.url("/x"))).await;
    assert_eq!(other.result.unwrap_err().code, "TL0332");
    assert_eq!((server.seen().len(), server.seen()[0].body.as_slice()), (1, b"body".as_slice()));
}

#[tokio::test]
async fn a_declared_safe_post_may_leave_in_a_poll_and_nothing_else() {
    let bench = bench();
    let server = Server::start(|_| reply(200, "1")).await;
    let safe = json!({ "p1nnn": { "safe_requests": ["POST /graphql"] }, "p2nni": {} });
    let plugin = bench.load(&relay_poll(&base(), &safe)).await;
    let poll = |trigger: &str, path: &str| {
        let (host, call, url) = (bench.host.clone(), server.call(&plugin, trigger), server.url(path));
        async move { host.poll(call, &url, None, 10).await }
    };
    let asked = poll("p1nnn", "/graphql").await;
    assert_eq!(asked.result.unwrap().cursor, json!(1));
    assert_eq!(asked.report.unsafe_sent, Sent::No);
    for path in ["/graphql/", "/graphql/mutate", "/x", "/%67raphql"] {
        let failure = poll("p1nnn", path).await.result.unwrap_err();
        assert_eq!(failure.code, "TL0332", "{path}: {failure:?}");
    }
    // What one trigger declares is not another's; a guest that ignores the refusal is named all the same.
    let other = poll("p2nni", "/graphql").await;
    assert_eq!(other.report.requests.iter().filter(|request| request.status.is_some()).count(), 0);
    assert_eq!((server.seen().len(), server.seen()[0].path.as_str()), (1, "/graphql"));
}

#[tokio::test]
async fn redirects_stay_on_their_origin() {
    let bench = bench();
    let inner = Server::start(|_| reply(200, r#""secret""#)).await;
    let target = format!("http://{}/admin", inner.address);
    let server = Server::start(move |seen| match seen.path.as_str() {
        "/same" => redirect(302, "/end"),
        "/end" => reply(200, r#""end""#),
        "/loop" => redirect(302, "/loop"),
        _ => redirect(302, &target),
    })
    .await;
    let plugin = bench.load(&relay(&base(), &json!({ "g1nsn": {}, "g1nni": {} }))).await;
    let run = |path: &str| {
        let (host, call, url) = (bench.host.clone(), server.call(&plugin, "g1nsn"), server.url(path));
        async move { host.run(call, RunInput::new(&url)).await }
    };
    assert_eq!(run("/same").await.result.unwrap(), RunOutcome::Done { output: json!("end") });
    let outcome = run("/away").await;
    let failure = outcome.result.unwrap_err();
    assert_eq!(failure.code, "TL0336", "{failure:?}");
    assert!(failure.message.contains(&inner.address.to_string()), "names the target: {}", failure.message);
    assert_eq!(run("/loop").await.result.unwrap_err().code, "TL0336");
    assert!(inner.seen().is_empty());
    // Without following, the answer is the redirect itself.
    let outcome = bench.host.run(server.call(&plugin, "g1nni"), RunInput::new(&server.url("/away"))).await;
    assert_eq!(outcome.report.requests[0].status, Some(302));
    assert!(inner.seen().is_empty());
}

fn redirect(status: u16, to: &str) -> axum::response::Response {
    axum::response::Response::builder()
        .status(status)
        .header("location", to)
        .body(axum::body::Body::empty())
        .unwrap()
}

#[tokio::test]
async fn the_budget_of_requests_holds() {
    let bench = bench_with(|config| config.limits.requests = 1);
    let server = Server::start(|_| reply(200, "1")).await;
    let plugin = bench.load(&relay(&base(), &json!({ "g2nnn": {} }))).await;
    let outcome = bench.host.run(server.call(&plugin, "g2nnn"), RunInput::new(&server.url("/"))).await;
    assert_eq!(outcome.result.unwrap_err().code, "guest.http");
    assert_eq!(server.seen().len(), 1);
    assert!(outcome.report.requests[1].error.as_ref().unwrap().contains("budget"));
}

#[tokio::test]
async fn a_body_over_the_cap_is_cut_off() {
    let bench = bench_with(|config| config.limits.response_bytes = 1000);
    // Chunked, so that no length announces it.
    let server = Server::start(|_| {
        let chunks = futures::stream::iter((0..1000).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 1000])));
        reply(200, axum::body::Body::from_stream(chunks))
    })
    .await;
    let plugin = bench.load(&relay(&base(), &json!({ "g1nnn": {} }))).await;
    let outcome = bench.host.run(server.call(&plugin, "g1nnn"), RunInput::new(&server.url("/"))).await;
    assert!(outcome.result.is_err());
    let request = &outcome.report.requests[0];
    assert!(request.error.as_ref().unwrap().contains("too large"), "{request:?}");
    assert!(request.bytes_in < 200_000);
}

#[tokio::test]
async fn cancelling_ends_a_slow_read_at_once() {
    let bench = bench();
    let server = Server::start(|_| {
        let never = futures::stream::pending::<Result<Vec<u8>, std::io::Error>>();
        reply(200, axum::body::Body::from_stream(never))
    })
    .await;
    let plugin = bench.load(&relay(&base(), &json!({ "g1nnn": {} }))).await;
    let call = server.call(&plugin, "g1nnn");
    let cancel = call.cancel.clone();
    let url = server.url("/");
    let host = bench.host.clone();
    let running = tokio::spawn(async move { host.run(call, RunInput::new(&url)).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    cancel.cancel();
    let outcome = tokio::time::timeout(Duration::from_secs(1), running).await.unwrap().unwrap();
    assert_eq!(outcome.result.unwrap_err().kind, FailureKind::Cancelled);
}

#[tokio::test]
async fn methods_are_granted_per_host() {
    let bench = bench();
    let server = Server::start(|_| reply(200, "1")).await;
    let hosts = json!([{ "origin": "{base_url}", "methods": ["GET"] }]);
    let plugin =
        bench.load(&relay(&hosts, &json!({ "p1nnn": { "effect": "write_once" }, "g1nnn": {} }))).await;
    let outcome = bench.host.run(server.call(&plugin, "p1nnn"), RunInput::new(&server.url("/"))).await;
    assert_eq!(outcome.result.unwrap_err().code, "TL0330");
    let outcome = bench.host.run(server.call(&plugin, "g1nnn"), RunInput::new(&server.url("/"))).await;
    assert!(outcome.result.is_ok());
}

#[tokio::test]
async fn a_connection_refused_is_certainly_not_sent() {
    let bench = bench();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let plugin = bench.load(&relay(&base(), &json!({ "p1nnn": { "effect": "write_once" } }))).await;
    let call = Call {
        connection: Some(connection(address)),
        egress: crate::support::open(address),
        ..call(&plugin, "p1nnn")
    };
    let outcome = bench.host.run(call, RunInput::new(&json!(format!("http://{address}/")))).await;
    let failure = outcome.result.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Permanent, "guest.http"));
    assert!(failure.message.contains("refused"), "{}", failure.message);
    assert_eq!(outcome.report.unsafe_sent, Sent::No);
    assert_eq!(outcome.report.requests[0].sent, Sent::No);
}
