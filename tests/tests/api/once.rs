//! `Idempotency-Key` on every change there is.

use axum::body::Body;
use futures::future::join_all;
use http::{Response, StatusCode, header};
use serde_json::json;
use throughline_api::Access;
use throughline_domain::access::Right;

use crate::support::{ADMIN, Stack, read, request, text};

async fn keyed(stack: &Stack, method: &str, path: &str, key: &str, body: &str) -> Response<Body> {
    let request = request(method, path)
        .header(header::AUTHORIZATION, format!("Bearer {ADMIN}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key);
    stack.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

fn replayed(response: &Response<Body>) -> bool {
    response.headers().get("idempotency-replayed").is_some_and(|value| value == "true")
}

#[tokio::test]
async fn every_change_with_a_key_is_done_once() {
    let stack = Stack::start().await;
    let mut tried = 0;
    for route in throughline_api::table() {
        if route.method == "GET" || route.access == Access::Open || !route.path.starts_with("/api/") {
            continue;
        }
        // A start keeps its key with the run; a test of runs has it.
        if ["/api/v1/runs", "/api/v1/workflows/{workflow}/runs"].contains(&route.path) {
            continue;
        }
        // Nothing of a password or a secret is kept.
        if route.path.starts_with("/api/v1/me/") || route.path.starts_with("/api/v1/secrets/") {
            continue;
        }
        // Nobody here is an approver, and the right is asked before the key.
        if route.access == Access::Needs(Right::Decide) {
            continue;
        }
        let path = crate::matrix::path(&route);
        let key = format!("key-{tried}");
        let first = keyed(&stack, route.method, &path, &key, "{}").await;
        let (status, given_once) = (first.status(), path.ends_with("/sign-in-links"));
        let first = text(first).await;
        let second = keyed(&stack, route.method, &path, &key, "{}").await;
        if given_once {
            assert_eq!(read(second).await.1["error"]["code"], "TL0723", "{route:?}");
        } else {
            let (again, second_status, second) = (replayed(&second), second.status(), text(second).await);
            assert!(again, "{route:?}: {first}, then {second}");
            assert_eq!((second_status, second), (status, first), "{route:?}");
        }
        let other = read(keyed(&stack, route.method, &path, &key, r#"{"other":1}"#).await).await;
        assert_eq!(other.1["error"]["code"], "TL0721", "{route:?}: {other:?}");
        tried += 1;
    }
    assert!(tried > 20, "{tried}");
}

#[tokio::test]
async fn of_many_at_once_one_is_done() {
    let stack = Stack::start().await;
    let body = json!({ "workspace": "client" }).to_string();
    let tries = (0..50).map(|_| keyed(&stack, "POST", "/api/v1/workspaces", "one", &body));
    let mut made = 0;
    for response in join_all(tries).await {
        let (again, (status, body)) = (replayed(&response), read(response).await);
        made += u32::from(status == StatusCode::CREATED && !again);
        assert!(status == StatusCode::CREATED || body["error"]["code"] == "TL0722", "{status} {body}");
    }
    assert_eq!(made, 1);
}

#[tokio::test]
async fn what_holds_a_secret_is_given_once_and_not_kept() {
    let stack = Stack::start().await;
    for (path, body) in [("/api/v1/tokens", r#"{"name":"ci"}"#), ("/api/v1/sign-in-links", "{}")] {
        let (status, first) = read(keyed(&stack, "POST", path, path, body).await).await;
        assert_eq!(status, StatusCode::CREATED, "{path}: {first}");
        let (status, second) = read(keyed(&stack, "POST", path, path, body).await).await;
        assert_eq!((status, &second["error"]["code"]), (StatusCode::CONFLICT, &json!("TL0723")), "{path}");
    }
}

#[tokio::test]
async fn keys_are_the_senders_own_and_of_a_form() {
    let stack = Stack::start().await;
    let long = "x".repeat(256);
    for bad in ["", "two words", long.as_str()] {
        let (status, body) = read(keyed(&stack, "POST", "/api/v1/workspaces", bad, "{}").await).await;
        assert_eq!((status, &body["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("TL0720")), "`{bad}`");
    }
    let body = r#"{"workspace":"client"}"#;
    assert_eq!(keyed(&stack, "POST", "/api/v1/workspaces", "mine", body).await.status(), StatusCode::CREATED);
    let made = stack.post("/api/v1/tokens", json!({ "name": "other" })).await;
    for (credential, may) in [(made["token"].as_str().unwrap(), true), ("tlt_wrong", false)] {
        let other = request("POST", "/api/v1/workspaces")
            .header(header::AUTHORIZATION, format!("Bearer {credential}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", "mine");
        let response = stack.send(other.body(Body::from(body)).unwrap()).await;
        assert!(!replayed(&response), "another's answer was shown");
        assert_eq!(response.status().is_success(), may);
    }
}
