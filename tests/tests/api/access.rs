//! Every route of the table with every kind of credential.

use axum::body::Body;
use http::{Response, StatusCode, header};
use serde_json::json;
use throughline_api::{Access, Route};

use crate::support::{ADMIN, Stack, read, request};

/// Nothing else answers without credentials.
const OPEN: [(&str, &str); 9] = [
    ("GET", "/"),
    ("GET", "/runs/{run}"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("GET", "/livez"),
    ("GET", "/readyz"),
    ("ANY", "/hooks/{workspace}/{*path}"),
    ("ANY", "/callbacks/{workspace}/{ticket}"),
];

fn path(route: &Route) -> String {
    route
        .path
        .split('/')
        .map(|part| match part {
            "{run}" => "run_00000000000000000000000000",
            "{*path}" => "nowhere",
            "{workspace}" => "default",
            part if part.starts_with('{') => "unknown",
            part => part,
        })
        .collect::<Vec<_>>()
        .join("/")
}

async fn ask(stack: &Stack, route: &Route, token: Option<&str>) -> Response<Body> {
    let method = if route.method == "ANY" { "POST" } else { route.method };
    let mut request = request(method, &path(route)).header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    stack.send(request.body(Body::from("{}")).unwrap()).await
}

async fn token(stack: &Stack, scope: &str) -> String {
    let body = json!({ "name": scope, "scopes": [scope] });
    stack.post("/api/v1/tokens", body).await["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_route_asks_for_what_the_table_says() {
    let stack = Stack::start().await;
    let (reader, writer, admin) =
        (token(&stack, "read").await, token(&stack, "write").await, token(&stack, "admin").await);
    let table = throughline_api::table();
    assert!(table.len() > 45, "{}", table.len());
    for route in &table {
        let open = OPEN.contains(&(route.method, route.path));
        assert_eq!(open, route.access == Access::Open, "{route:?}");
        let tries = [
            (None, Access::Open),
            (Some("tla_wrong"), Access::Open),
            (Some("tlt_wrong"), Access::Open),
            (Some(reader.as_str()), Access::Read),
            (Some(writer.as_str()), Access::Write),
            (Some(admin.as_str()), Access::Admin),
            (Some(ADMIN), Access::Admin),
        ];
        for (token, may) in tries {
            let status = ask(&stack, route, token).await.status();
            let refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
            // The page, the sign-in and a webhook have refusals of their own; they are open to everybody.
            let expected = !open && rank(may) < rank(route.access);
            if !open || token.is_none() && route.path != "/sign-in" {
                assert_eq!(refused, expected, "{route:?} with {token:?}: {status}");
            }
            if expected && rank(may) == 0 {
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{route:?} with {token:?}");
            }
        }
    }
}

const fn rank(access: Access) -> u8 {
    match access {
        Access::Open => 0,
        Access::Read => 1,
        Access::Write => 2,
        Access::Admin => 3,
    }
}

#[tokio::test]
async fn open_routes_show_nothing_of_anybody() {
    let stack = Stack::start().await;
    stack.publish(&crate::support::greet()).await;
    let page = crate::support::text(stack.send(request("GET", "/").body(Body::empty()).unwrap()).await).await;
    assert!(page.contains("not signed in") && !page.contains("greet"), "{page}");
    let run =
        stack.send(request("GET", "/runs/run_00000000000000000000000000").body(Body::empty()).unwrap()).await;
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
