//! The web application as the server gives it: its policy, its files, and what there is without it.

use std::borrow::Cow;

use axum::body::{Body, to_bytes};
use http::{Response, StatusCode, header};

use crate::support::{Stack, request, text};

/// An application of three files, one of them compressed as well.
fn file(path: &str) -> Option<Cow<'static, [u8]>> {
    let bytes: &'static [u8] = match path {
        "index.html" => {
            b"<meta name=\"csp-nonce\" content=\"__CSP_NONCE__\"><script src=\"/assets/a-1.js\"></script>"
        }
        "assets/a-1.js" => b"whole",
        "assets/a-1.js.gz" => b"packed",
        "icon.svg" => b"<svg/>",
        _ => return None,
    };
    Some(Cow::Borrowed(bytes))
}

async fn carrying() -> Stack {
    Stack::with(|config| config.web = file).await
}

async fn get(stack: &Stack, path: &str, more: &[(header::HeaderName, &str)]) -> Response<Body> {
    let mut asked = request("GET", path);
    for (name, value) in more {
        asked = asked.header(name, *value);
    }
    stack.send(asked.body(Body::empty()).unwrap()).await
}

fn said(response: &Response<Body>, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn every_page_is_the_application_under_a_policy_of_its_own() {
    let stack = carrying().await;
    let mut nonces = Vec::new();
    for path in
        ["/", "/today", "/inbox/approvals", "/workflows/a/edit", "/runs/run_1", "/settings", "/truth-map"]
    {
        let response = get(&stack, path, &[]).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(said(&response, "cache-control"), "no-store", "{path}");
        let policy = said(&response, "content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self';",
            "require-trusted-types-for 'script'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {part} in {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        let page = text(response).await;
        let nonce = page.split_once("content=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
        assert!(policy.contains(&format!("style-src 'self' 'nonce-{nonce}'")), "{path}: {policy}");
        assert!(!page.contains("__CSP_NONCE__") && nonce.len() >= 22, "{page}");
        nonces.push(nonce);
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 7, "each answer has a nonce of its own");
}

#[tokio::test]
async fn files_are_kept_by_browsers_and_come_compressed_to_those_who_take_it() {
    let stack = carrying().await;
    let whole = get(&stack, "/assets/a-1.js", &[]).await;
    assert_eq!(
        (said(&whole, "content-type").as_str(), said(&whole, "content-encoding").as_str()),
        ("text/javascript; charset=utf-8", "")
    );
    assert_eq!(said(&whole, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(said(&whole, "x-content-type-options"), "nosniff");
    assert_eq!(&to_bytes(whole.into_body(), 100).await.unwrap()[..], b"whole");
    let packed = get(&stack, "/assets/a-1.js", &[(header::ACCEPT_ENCODING, "br, gzip")]).await;
    assert_eq!(
        (said(&packed, "content-encoding").as_str(), said(&packed, "vary").as_str()),
        ("gzip", "accept-encoding")
    );
    assert_eq!(&to_bytes(packed.into_body(), 100).await.unwrap()[..], b"packed");
    // What is compressed nowhere comes whole.
    let icon = get(&stack, "/icon.svg", &[(header::ACCEPT_ENCODING, "gzip")]).await;
    assert_eq!(
        (said(&icon, "content-type").as_str(), said(&icon, "content-encoding").as_str()),
        ("image/svg+xml", "")
    );
    for path in [
        "/assets/b-2.js",
        "/assets/..%2Findex.html",
        "/assets/index.html",
        "/assets/a-1.js.gz",
        "/nothing",
        "/today/x",
    ] {
        assert_eq!(get(&stack, path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_server_without_the_application_leads_to_its_plain_pages() {
    let stack = Stack::start().await;
    for (path, leads) in [("/", "/plain"), ("/runs/run_1", "/plain/runs/run_1")] {
        let response = get(&stack, path, &[]).await;
        assert_eq!((response.status(), said(&response, "location").as_str()), (StatusCode::SEE_OTHER, leads));
    }
    let missing = text(get(&stack, "/figures", &[]).await).await;
    assert!(missing.contains("TL0706") && missing.contains("/plain"), "{missing}");
}
