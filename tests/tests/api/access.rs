//! What tokens and workspaces come to; the whole table is tried in `matrix`.

use axum::body::Body;
use http::{StatusCode, header};
use serde_json::json;

use crate::support::{Stack, read, request};

#[tokio::test]
async fn open_routes_show_nothing_of_anybody() {
    let stack = Stack::start().await;
    stack.publish(&crate::support::greet()).await;
    let page =
        crate::support::text(stack.send(request("GET", "/plain").body(Body::empty()).unwrap()).await).await;
    assert!(page.contains("not signed in") && !page.contains("greet"), "{page}");
    let run = stack
        .send(request("GET", "/plain/runs/run_00000000000000000000000000").body(Body::empty()).unwrap())
        .await;
    assert_eq!(run.status(), StatusCode::SEE_OTHER);
    for path in ["/api/v1/nothing", "/api/v1/runs/x/y/z"] {
        let (status, body) = read(stack.send(request("GET", path).body(Body::empty()).unwrap()).await).await;
        assert_eq!(
            (status, body["error"]["code"].as_str()),
            (StatusCode::UNAUTHORIZED, Some("TL0701")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_revoked_or_expired_token_is_refused_and_a_workspace_token_stays_at_home() {
    let stack = Stack::start().await;
    stack.post("/api/v1/workspaces", json!({ "workspace": "demo" })).await;
    stack.publish_in("default", &crate::support::greet()).await;
    let made = stack.post("/api/v1/tokens", json!({ "name": "one", "workspace": "demo" })).await;
    let (secret, id) = (made["token"].as_str().unwrap(), made["token_id"].as_str().unwrap());
    let get = |path: &str| {
        request("GET", path)
            .header(header::AUTHORIZATION, format!("Bearer {secret}"))
            .body(Body::empty())
            .unwrap()
    };
    let (status, seen) = read(stack.send(get("/api/v1/workspaces")).await).await;
    assert_eq!((status, seen["items"].as_array().map(Vec::len)), (StatusCode::OK, Some(1)));
    let (_, workflows) = read(stack.send(get("/api/v1/workflows")).await).await;
    assert_eq!(workflows["items"], json!([]));
    let (status, other) = read(stack.send(get("/api/v1/workflows?workspace=default")).await).await;
    assert_eq!((status, other["error"]["code"].as_str()), (StatusCode::NOT_FOUND, Some("TL0714")));
    let (status, _) = read(stack.send(get("/api/v1/tokens")).await).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    stack.call("DELETE", &format!("/api/v1/tokens/{id}"), None).await;
    let (status, body) = read(stack.send(get("/api/v1/workspaces")).await).await;
    assert_eq!((status, body["error"]["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("TL0702")));
    let listed = stack.get("/api/v1/tokens").await.to_string();
    assert!(!listed.contains(secret), "a list never shows a token");
}

#[tokio::test]
async fn a_change_in_several_workspaces_must_name_one() {
    let stack = Stack::start().await;
    stack.post("/api/v1/workspaces", json!({ "workspace": "demo" })).await;
    let (status, body) =
        stack.call("POST", "/api/v1/workflows", Some(json!({ "text": crate::support::greet() }))).await;
    assert_eq!((status, body["error"]["code"].as_str()), (StatusCode::BAD_REQUEST, Some("TL0713")));
    stack.publish_in("demo", &crate::support::greet()).await;
    stack.publish_in("default", &crate::support::greet()).await;
    let rows = stack.get("/api/v1/workflows?limit=1").await;
    assert_eq!(
        (rows["items"][0]["workspace"].as_str(), rows["next"].as_str()),
        (Some("default"), Some("default:greet"))
    );
    let rows = stack.get("/api/v1/workflows?limit=1&after=default%3Agreet").await;
    assert_eq!(rows["items"][0]["workspace"], "demo");
}
