//! Every route of the table with every kind of credential.

use axum::body::Body;
use http::{Response, StatusCode, header};
use serde_json::json;
use throughline_api::{Access, Route};
use throughline_domain::access::{
    Build, Connect, Decide, Operate, People, Place, Principal, Resolve, Right, See, Server, TokenLimits,
    TokenScope, Watch, authorize, authorize_own,
};
use throughline_domain::id::TokenId;

use crate::support::{ADMIN, Stack, read, request};

/// Nothing else answers without credentials.
const OPEN: [(&str, &str); 13] = [
    ("GET", "/"),
    ("GET", "/runs/{run}"),
    ("GET", "/asks/{ask}"),
    ("POST", "/asks/{ask}"),
    ("GET", "/forms/{workspace}/{*path}"),
    ("POST", "/forms/{workspace}/{*path}"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("GET", "/livez"),
    ("GET", "/readyz"),
    ("ANY", "/hooks/{workspace}/{*path}"),
    ("ANY", "/callbacks/{workspace}/{ticket}"),
];

/// An address of the route, of things that are not there.
pub(crate) fn path(route: &Route) -> String {
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
    let table = throughline_api::table();
    assert!(table.len() > 45, "{}", table.len());
    let mut tokens = vec![("tla_wrong".to_owned(), None), ("tlt_wrong".to_owned(), None)];
    let all = Principal::keyholder();
    tokens.push((ADMIN.to_owned(), Some(all.clone())));
    for scope in TokenScope::ALL {
        let limits = TokenLimits { token: TokenId::new(1, 1), scopes: [scope].into(), workspace: None };
        tokens.push((token(&stack, scope.as_str()).await, Some(all.clone().through(limits))));
    }
    for route in &table {
        let open = OPEN.contains(&(route.method, route.path));
        assert_eq!(open, route.access == Access::Open, "{route:?}");
        if open {
            let status = ask(&stack, route, None).await.status();
            assert!(status != StatusCode::UNAUTHORIZED, "{route:?} {status}");
            continue;
        }
        assert_eq!(ask(&stack, route, None).await.status(), StatusCode::UNAUTHORIZED, "{route:?}");
        for (token, principal) in &tokens {
            let status = ask(&stack, route, Some(token)).await.status();
            let refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
            let may = principal.as_ref().is_some_and(|principal| may(route.access, principal));
            assert_eq!(refused, !may, "{route:?} with {token}: {status}");
        }
    }
}

/// What the domain says, for somebody in the one workspace there is.
fn may(access: Access, principal: &Principal) -> bool {
    let right = match access {
        Access::Open | Access::SignedIn => return true,
        Access::Own => return authorize_own(principal).is_ok(),
        Access::Needs(right) => right,
    };
    let place = if right.is_of_server() { Place::Server } else { Place::Workspace("default".to_owned()) };
    match right {
        Right::See => authorize::<See>(principal, &place).is_ok(),
        Right::Operate => authorize::<Operate>(principal, &place).is_ok(),
        Right::Resolve => authorize::<Resolve>(principal, &place).is_ok(),
        Right::Decide => authorize::<Decide>(principal, &place).is_ok(),
        Right::Build => authorize::<Build>(principal, &place).is_ok(),
        Right::Connect => authorize::<Connect>(principal, &place).is_ok(),
        Right::People => authorize::<People>(principal, &place).is_ok(),
        Right::Watch => authorize::<Watch>(principal, &place).is_ok(),
        Right::Server => authorize::<Server>(principal, &place).is_ok(),
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
