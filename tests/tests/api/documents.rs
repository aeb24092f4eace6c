//! The OpenAPI document says what the router does, and health says how it is.

use std::collections::BTreeSet;

use axum::body::Body;
use http::{StatusCode, header};

use crate::support::{ADMIN, Stack, read, request, text};

/// What programs use outside of the API; everything else there are pages and forms, for people.
const PROGRAMS: [&str; 5] = ["/hooks/", "/callbacks/", "/livez", "/readyz", "/metrics"];

#[test]
fn every_route_is_in_the_document_and_the_other_way_round() {
    let document = serde_json::to_value(throughline_api::document()).unwrap();
    let mut written = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| ["get", "post", "put", "delete"].contains(&key.as_str()))
        {
            written.insert((method.to_uppercase(), path.clone()));
        }
    }
    let served: BTreeSet<_> = throughline_api::table()
        .into_iter()
        .filter(|route| {
            route.path.starts_with("/api/") || PROGRAMS.iter().any(|path| route.path.starts_with(path))
        })
        .map(|route| (route.method.replace("ANY", "POST"), route.path.replace("{*", "{")))
        .collect();
    assert_eq!(written, served);
}

#[tokio::test]
async fn health_is_open_and_figures_are_not() {
    let stack = Stack::start().await;
    let get = |path: &str| request("GET", path).body(Body::empty()).unwrap();
    assert_eq!(read(stack.send(get("/livez")).await).await.0, StatusCode::OK);
    let (status, ready) = read(stack.send(get("/readyz")).await).await;
    assert_eq!((status, ready["status"].as_str()), (StatusCode::OK, Some("ok")));
    assert_eq!(stack.send(get("/metrics")).await.status(), StatusCode::UNAUTHORIZED);
    let metrics = request("GET", "/metrics").header(header::AUTHORIZATION, format!("Bearer {ADMIN}"));
    let metrics = text(stack.send(metrics.body(Body::empty()).unwrap()).await).await;
    for line in [
        "throughline_ready 1",
        "throughline_http_requests_total{class=\"4xx\"} 1",
        "throughline_allocations_total 2",
        "throughline_allocated_bytes_total 640",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}\n{metrics}");
    }
    stack.api.drain();
    let (status, ready) = read(stack.send(get("/readyz")).await).await;
    assert_eq!(
        (status, ready["reasons"].as_array().map(Vec::len)),
        (StatusCode::SERVICE_UNAVAILABLE, Some(1))
    );
    assert_eq!(stack.get("/api/v1/status").await["ready"], false);
}

#[tokio::test]
async fn every_answer_keeps_browsers_in_bounds() {
    let stack = Stack::start().await;
    for path in ["/plain", "/sign-in", "/livez", "/api/v1/runs", "/nothing", "/hooks/default/x"] {
        let response = stack.send(request("GET", path).body(Body::empty()).unwrap()).await;
        let header =
            |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let policy = header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"), "{path}");
        // The forms of our own pages must name their origin, or the server refuses them as a stranger's.
        let page = matches!(path, "/plain" | "/sign-in");
        let referrer = if page { "same-origin" } else { "no-referrer" };
        assert_eq!(header("referrer-policy").as_deref(), Some(referrer), "{path}");
        assert!(
            path.starts_with("/hooks") || header("cache-control").as_deref() == Some("no-store"),
            "{path}"
        );
    }
}
