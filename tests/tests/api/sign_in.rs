//! The way in by a browser: once, by a button, and only from our own pages.

use axum::body::Body;
use http::{StatusCode, header};
use serde_json::json;

use crate::support::{Stack, read, request, text};

const OWN: &str = "http://localhost:8790";

async fn exchange(stack: &Stack, code: &str, origin: Option<&str>) -> http::Response<Body> {
    let mut request =
        request("POST", "/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(origin) = origin {
        request = request.header(header::ORIGIN, origin);
    }
    stack.send(request.body(Body::from(format!("code={code}"))).unwrap()).await
}

fn cookie(response: &http::Response<Body>) -> String {
    let value = response.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(value.contains("HttpOnly") && value.contains("SameSite=Strict"), "{value}");
    value.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_link_is_only_looked_at_until_the_button_is_pressed() {
    let stack = Stack::start().await;
    let path = stack.api.sign_in_path(None);
    let code = path.split_once("code=").unwrap().1.to_owned();
    for _ in 0..3 {
        let page = text(stack.send(request("GET", &path).body(Body::empty()).unwrap()).await).await;
        assert!(page.contains("method=\"post\"") && page.contains(&code));
    }
    let foreign = exchange(&stack, &code, Some("http://evil.example")).await;
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    let signed = exchange(&stack, &code, Some(OWN)).await;
    assert_eq!(
        (signed.status(), signed.headers()[header::LOCATION].to_str().unwrap()),
        (StatusCode::SEE_OTHER, "/")
    );
    let again = exchange(&stack, &code, Some(OWN)).await;
    assert_eq!(again.status(), StatusCode::FORBIDDEN);
    assert!(!again.headers().contains_key(header::SET_COOKIE));

    let session = cookie(&signed);
    let page = request("GET", "/plain").header(header::COOKIE, &session).body(Body::empty()).unwrap();
    assert!(text(stack.send(page).await).await.contains("Last runs"));
}

#[tokio::test]
async fn a_session_changes_things_from_our_own_pages_only() {
    let stack = Stack::start().await;
    let path = stack.api.sign_in_path(None);
    let session = cookie(&exchange(&stack, path.split_once("code=").unwrap().1, Some(OWN)).await);
    let create = |origin: Option<&str>, site: Option<&str>| {
        let mut request = request("POST", "/api/v1/workspaces")
            .header(header::COOKIE, &session)
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in [("origin", origin), ("sec-fetch-site", site)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        request.body(Body::from(json!({ "workspace": "w" }).to_string())).unwrap()
    };
    for (origin, site) in [
        (None, None),
        (Some("http://evil.example"), None),
        (Some("null"), None),
        (None, Some("cross-site")),
        (Some("http://localhost:1"), None),
    ] {
        let (status, body) = read(stack.send(create(origin, site)).await).await;
        assert_eq!(
            (status, body["error"]["code"].as_str()),
            (StatusCode::FORBIDDEN, Some("TL0705")),
            "{origin:?} {site:?}"
        );
    }
    assert_eq!(stack.send(create(Some(OWN), Some("same-origin"))).await.status(), StatusCode::CREATED);
    let (status, body) = read(stack.send(create(None, Some("same-origin"))).await).await;
    assert_eq!(status, StatusCode::OK, "{body}");

    let out = request("POST", "/sign-out").header(header::COOKIE, &session).header(header::ORIGIN, OWN);
    let out = stack.send(out.body(Body::empty()).unwrap()).await;
    assert_eq!(out.status(), StatusCode::SEE_OTHER);
    let (status, body) = read(stack.send(create(Some(OWN), None)).await).await;
    assert_eq!((status, body["error"]["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("TL0824")));
}
