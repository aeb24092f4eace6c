//! The plain pages: what is shown is escaped, hidden values stay hidden.

use axum::body::Body;
use http::{StatusCode, header};
use serde_json::json;

use crate::support::{ADMIN, Stack, request, text, workflow};

async fn page(stack: &Stack, path: &str) -> String {
    let request = request("GET", path).header(header::AUTHORIZATION, format!("Bearer {ADMIN}"));
    text(stack.send(request.body(Body::empty()).unwrap()).await).await
}

#[tokio::test]
async fn a_run_is_shown_escaped_and_redacted() {
    let stack = Stack::start().await;
    let nodes = "  - { id: hello, set: { text: \"{{ event.who }} at {{ event.phone }}\" } }";
    stack.publish(&workflow("hidden", "{ id: start, on: throughline.manual }", nodes, "event.phone")).await;
    let event = json!({ "who": "<script>alert(1)</script>", "phone": "+44 7700 900123" });
    let started = stack.post("/api/v1/workflows/hidden/runs", json!({ "event": &event })).await;
    let run = started["run_id"].as_str().unwrap();
    let detail = stack.until(run, "succeeded").await;
    assert_eq!(detail["input"]["phone"], "•••");
    assert_eq!(detail["steps"][0]["output"]["text"], "<script>alert(1)</script> at •••");
    let log = stack.get(&format!("/api/v1/runs/{run}?log=true")).await;
    assert!(log["log"].as_array().is_some_and(|log| log.len() >= 3));
    assert!(!log.to_string().contains("900123"), "{log}");

    let shown = page(&stack, &format!("/plain/runs/{run}")).await;
    assert!(!shown.contains("<script>") && shown.contains("&lt;script&gt;"), "{shown}");
    assert!(!shown.contains("900123") && shown.contains("•••"), "{shown}");
    let home = page(&stack, "/plain").await;
    assert!(home.contains(run) && !home.contains("<script>"), "{home}");
    let nodes = "  - { id: stop, raise: { reason: needs_judgement, sentence: \"Somebody must call {{ event.phone }} first\" } }";
    stack.publish(&workflow("calls", "{ id: start, on: throughline.manual }", nodes, "event.phone")).await;
    let started = stack.post("/api/v1/workflows/calls/runs", json!({ "event": event })).await;
    stack.until(started["run_id"].as_str().unwrap(), "waiting").await;
    let listed = stack.get("/api/v1/exceptions?state=open").await;
    assert_eq!(listed["items"][0]["sentence"], "Somebody must call ••• first");
    let home = page(&stack, "/plain").await;
    assert!(home.contains("Somebody must call •••") && !home.contains("900123"), "{home}");
    assert!(page(&stack, "/plain/runs/run_x").await.contains("no such run"));
}

/// What a person edits and sends back is never the mask of something hidden.
#[tokio::test]
async fn what_stands_for_something_hidden_is_not_written() {
    let stack = Stack::start().await;
    let trigger = "{ id: start, on: throughline.manual }";
    let nodes = "  - { id: hello, set: { text: \"{{ event.phone }}\" }, next: stop }\n  \
                 - { id: stop, raise: { reason: needs_judgement, sentence: Somebody must look at this first } }";
    stack.publish(&workflow("hidden", trigger, nodes, "event.phone")).await;
    let event = json!({ "who": "Ann", "phone": "+44 7700 900123" });
    let started = stack.post("/api/v1/workflows/hidden/runs", json!({ "event": event })).await;
    let run = started["run_id"].as_str().unwrap();
    stack.until(run, "waiting").await;
    let listed = stack.get("/api/v1/exceptions?state=open").await;
    let exception = listed["items"][0]["exception_id"].as_str().unwrap().to_owned();
    let masked = json!({ "phone": ["call", { "at": "•••" }] });
    let ways = [
        (
            format!("/api/v1/exceptions/{exception}/resolve"),
            json!({ "action": "edit_and_retry", "input": masked }),
        ),
        (
            format!("/api/v1/exceptions/{exception}/resolve"),
            json!({ "action": "complete_by_hand", "output": masked, "proof": "seen" }),
        ),
        (format!("/api/v1/runs/{run}/retry"), json!({ "from": "hello", "input": masked })),
    ];
    for (path, body) in ways {
        let (status, said) = stack.call("POST", &path, Some(body)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}: {said}");
        assert!(
            said["error"]["message"].as_str().unwrap().contains("write the whole value"),
            "{path}: {said}"
        );
    }
}

#[tokio::test]
async fn what_is_hidden_is_shown_to_who_says_why_and_everybody_sees_that() {
    let stack = Stack::start().await;
    let nodes = "  - { id: hello, set: { text: \"call {{ event.phone }}\" } }";
    stack.publish(&workflow("hidden", "{ id: start, on: throughline.manual }", nodes, "event.phone")).await;
    let event = json!({ "who": "Ann", "phone": "+44 7700 900123" });
    let started = stack.post("/api/v1/workflows/hidden/runs", json!({ "event": event })).await;
    let run = started["run_id"].as_str().unwrap();
    stack.until(run, "succeeded").await;
    let path = format!("/api/v1/runs/{run}/reveal");
    for reason in ["", "  ", &"x".repeat(501)] {
        let (status, said) = stack.call("POST", &path, Some(json!({ "reason": reason }))).await;
        assert_eq!(
            (status, said["error"]["code"].as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some("TL0453"))
        );
    }
    assert_eq!(stack.get(&format!("/api/v1/runs/{run}")).await["reveals"], json!([]), "nobody has looked");
    let shown = stack.post(&path, json!({ "reason": "The number is wrong" })).await;
    assert_eq!(
        (shown["steps"][0]["output"]["text"].as_str(), &shown["redacted"]),
        (Some("call +44 7700 900123"), &json!(false))
    );
    let seen = stack.get(&format!("/api/v1/runs/{run}")).await;
    assert_eq!(
        (&seen["reveals"][0]["reason"], &seen["reveals"][0]["by"]),
        (&json!("The number is wrong"), &json!("admin"))
    );
    assert!(!seen.to_string().contains("900123"), "{seen}");
}
