//! What does not fit is refused with a code, words, and nothing kept.

use axum::body::Body;
use bytes::Bytes;
use http::{StatusCode, header};
use serde_json::json;

use crate::support::{ADMIN, Stack, read, request};

async fn post(
    stack: &Stack,
    path: &str,
    content_type: &str,
    body: impl Into<Body>,
) -> (StatusCode, serde_json::Value) {
    let request = request("POST", path)
        .header(header::AUTHORIZATION, format!("Bearer {ADMIN}"))
        .header(header::CONTENT_TYPE, content_type);
    read(stack.send(request.body(body.into()).unwrap()).await).await
}

fn is(answer: &(StatusCode, serde_json::Value), status: StatusCode, code: &str) {
    let error = &answer.1["error"];
    assert_eq!((answer.0, error["code"].as_str()), (status, Some(code)), "{answer:?}");
    assert!(error["message"].as_str().is_some_and(|words| words.len() > 10), "{error}");
    assert_eq!(error["docs"], format!("docs/errors/{code}.md"));
}

#[tokio::test]
async fn a_body_that_does_not_read_says_where() {
    let stack = Stack::start().await;
    stack.publish(&crate::support::greet()).await;
    let path = "/api/v1/workflows/greet/runs";
    let bad = post(&stack, path, "application/json", "{\"event\": {\n  \"a\": oops}}").await;
    is(&bad, StatusCode::BAD_REQUEST, "TL0708");
    assert_eq!(
        (&bad.1["error"]["problems"][0]["line"], &bad.1["error"]["problems"][0]["column"]),
        (&json!(2), &json!(8))
    );
    for body in [
        "{\"event\": {\"a\": 1, \"a\": 2}}",
        "{\"event\": {\"n\": 18446744073709551616}}",
        "{\"event\": 1e999}",
        "{\"event\": \"\\ud800\"}",
        "{\"evnt\": {}}",
        "[]",
        "{",
    ] {
        is(&post(&stack, path, "application/json", body).await, StatusCode::BAD_REQUEST, "TL0708");
    }
    let deep = format!("{{\"event\": {}{}}}", "[".repeat(500), "]".repeat(500));
    is(&post(&stack, path, "application/json", deep).await, StatusCode::BAD_REQUEST, "TL0708");
    is(&post(&stack, path, "text/plain", "{}").await, StatusCode::UNSUPPORTED_MEDIA_TYPE, "TL0709");
    assert_eq!(stack.get("/api/v1/runs").await["items"], json!([]), "nothing was kept");
    let (status, _) = post(
        &stack,
        path,
        "application/json; charset=utf-8",
        "{\"event\": {\"who\": \"\\u0000\", \"n\": 9223372036854775808}}",
    )
    .await;
    assert_eq!(status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn paths_methods_and_parameters_that_do_not_fit_are_named() {
    let stack = Stack::start().await;
    is(&stack.call("GET", "/api/v1/nothing", None).await, StatusCode::NOT_FOUND, "TL0706");
    is(&stack.call("PATCH", "/api/v1/runs", None).await, StatusCode::METHOD_NOT_ALLOWED, "TL0707");
    is(&stack.call("GET", "/nothing", None).await, StatusCode::NOT_FOUND, "TL0706");
    for query in ["limit=0", "limit=x", "status=done", "stauts=failed", "key=novalue", "since=yesterday"] {
        is(
            &stack.call("GET", &format!("/api/v1/runs?{query}"), None).await,
            StatusCode::BAD_REQUEST,
            "TL0712",
        );
    }
    is(&stack.call("GET", "/api/v1/runs/run_x", None).await, StatusCode::NOT_FOUND, "TL0715");
    is(&stack.call("GET", "/api/v1/workflows/none", None).await, StatusCode::NOT_FOUND, "TL0715");
    is(&stack.call("GET", "/api/v1/runs?after=%01", None).await, StatusCode::BAD_REQUEST, "TL0512");
    let long = format!("/api/v1/runs?key=a:{}", "x".repeat(10_000));
    is(&stack.call("GET", &long, None).await, StatusCode::URI_TOO_LONG, "TL0719");
    let fat = request("GET", "/plain").header("x-fat", "x".repeat(40_000)).body(Body::empty()).unwrap();
    is(&read(stack.send(fat).await).await, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "TL0719");
}

#[tokio::test]
async fn a_workflow_text_with_problems_is_refused_with_all_of_them() {
    let stack = Stack::start().await;
    let text = "workflow: Bad Id\nnodes:\n  - { id: a, set: 1, next: nowhere }\n";
    let answer = stack.call("POST", "/api/v1/workflows", Some(json!({ "text": text }))).await;
    assert_eq!(answer.0, StatusCode::UNPROCESSABLE_ENTITY, "{answer:?}");
    let problems = answer.1["error"]["problems"].as_array().unwrap();
    assert!(
        problems.len() > 3 && problems.iter().all(|problem| problem["line"].as_u64() > Some(0)),
        "{problems:#?}"
    );
    let lint = stack.post("/api/v1/workflows/lint", json!({ "text": text })).await;
    assert_eq!(
        (lint["ok"].as_bool(), lint["problems"].as_array().map(Vec::len)),
        (Some(false), Some(problems.len()))
    );
    assert_eq!(stack.get("/api/v1/workflows").await["items"], json!([]));
}

#[tokio::test]
async fn strange_hosts_are_not_answered() {
    let stack = Stack::start().await;
    for host in ["evil.example", "localhost.evil.example:8790", "10.1.2.3"] {
        let request = http::Request::builder()
            .uri("/api/v1/runs")
            .header(header::HOST, host)
            .header(header::AUTHORIZATION, format!("Bearer {ADMIN}"));
        let answer = read(stack.send(request.body(Body::empty()).unwrap()).await).await;
        is(&answer, StatusCode::MISDIRECTED_REQUEST, "TL0704");
    }
    let probe =
        http::Request::builder().uri("/livez").header(header::HOST, "10.1.2.3").body(Body::empty()).unwrap();
    assert_eq!(stack.send(probe).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_body_over_its_limit_is_refused() {
    let stack = Stack::with(|config| config.max_webhook_bytes = 2 << 20).await;
    let chunks =
        futures::stream::iter((0..100).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 64 << 10]))));
    let answer = post(&stack, "/api/v1/events", "application/json", Body::from_stream(chunks)).await;
    is(&answer, StatusCode::PAYLOAD_TOO_LARGE, "TL0710");
    let answer = post(&stack, "/hooks/default/x", "application/json", vec![b' '; 3 << 20]).await;
    is(&answer, StatusCode::PAYLOAD_TOO_LARGE, "TL0710");
}

#[tokio::test]
async fn webhooks_tell_strangers_nothing() {
    let stack = Stack::start().await;
    let trigger = "{ id: in, on: webhook.received, with: { path: orders } }";
    let nodes = "  - { id: hello, set: { text: \"Hello {{ event.who }}\" } }";
    stack.publish(&crate::support::workflow("orders", trigger, nodes, "")).await;
    let mut answers = Vec::new();
    for path in ["/hooks/default/nothing", "/hooks/nobody/orders", "/hooks/NOT!/orders"] {
        let answer = post(&stack, path, "application/json", "{}").await;
        is(&answer, StatusCode::NOT_FOUND, "TL0706");
        answers.push(answer.1);
    }
    let (status, get) =
        read(stack.send(request("GET", "/hooks/default/orders").body(Body::empty()).unwrap()).await).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    answers.push(get);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    let options = stack.send(request("OPTIONS", "/hooks/default/orders").body(Body::empty()).unwrap()).await;
    assert_eq!(options.status(), StatusCode::NO_CONTENT);

    let bad = post(&stack, "/hooks/default/orders", "application/json", "{ nope").await;
    is(&bad, StatusCode::BAD_REQUEST, "TL0204");
    let (status, taken) =
        post(&stack, "/hooks/default/orders", "application/json", "{\"who\": \"Ada\"}").await;
    assert_eq!(status, StatusCode::ACCEPTED, "{taken}");
    stack.until(taken["run_id"].as_str().unwrap(), "succeeded").await;
}
