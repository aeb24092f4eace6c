//! Every route of the table with everybody there is: what they may is computed from the domain. Then the lock of one route
//! at a time is taken off, and the same matrix must report that route and no other.

use axum::body::Body;
use http::{Response, StatusCode, header};
use serde_json::{Value, json};
use throughline_api::{Access, Route};
use throughline_domain::access::{
    Place, Principal, Rights, Role, TokenLimits, TokenScope, authorize_own, may,
};
use throughline_domain::id::{PersonId, TokenId};

use crate::support::{ADMIN, Stack, read, request};

/// Where the routes are tried.
const HERE: &str = "default";
const OWN_ORIGIN: &str = "http://localhost:8790";

/// Nothing else answers without credentials.
const OPEN: [(&str, &str); 49] = [
    ("GET", "/d/{proposal}"),
    ("POST", "/d/{proposal}"),
    ("POST", "/d/{proposal}/code"),
    ("POST", "/d/{proposal}/enter"),
    ("GET", "/d/{proposal}/group"),
    ("POST", "/d/{proposal}/group"),
    ("GET", "/"),
    ("GET", "/runs/{run}"),
    ("GET", "/plain"),
    ("GET", "/plain/runs/{run}"),
    ("GET", "/assets/{file}"),
    ("GET", "/icon.svg"),
    ("GET", "/today"),
    ("GET", "/inbox"),
    ("GET", "/inbox/{*page}"),
    ("GET", "/workflows"),
    ("GET", "/workflows/{*page}"),
    ("GET", "/runs"),
    ("GET", "/runs/{run}/{*page}"),
    ("GET", "/records"),
    ("GET", "/records/{*page}"),
    ("GET", "/truth-map"),
    ("GET", "/truth-map/{*page}"),
    ("GET", "/figures"),
    ("GET", "/figures/{*page}"),
    ("GET", "/connections"),
    ("GET", "/connections/{*page}"),
    ("GET", "/plugins"),
    ("GET", "/plugins/{*page}"),
    ("GET", "/people"),
    ("GET", "/people/{*page}"),
    ("GET", "/settings"),
    ("GET", "/settings/{*page}"),
    ("GET", "/audit"),
    ("GET", "/asks/{ask}"),
    ("POST", "/asks/{ask}"),
    ("GET", "/forms/{workspace}/{*path}"),
    ("POST", "/forms/{workspace}/{*path}"),
    ("GET", "/account"),
    ("GET", "/confirm"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("GET", "/setup/{link}"),
    ("POST", "/setup/{link}"),
    ("GET", "/livez"),
    ("GET", "/readyz"),
    ("ANY", "/hooks/{workspace}/{*path}"),
    ("ANY", "/callbacks/{workspace}/{ticket}"),
];

/// Somebody with what they send, and what they hold.
struct Somebody {
    name: String,
    credentials: Option<(header::HeaderName, String)>,
    /// Nobody known: nothing is allowed.
    principal: Option<Principal>,
}

/// An address of the route, of things that are not there.
pub(crate) fn path(route: &Route) -> String {
    let part = |part| match part {
        "{run}" => "run_00000000000000000000000000",
        "{*path}" => "nowhere",
        "{workspace}" => HERE,
        part if str::starts_with(part, "{") => "unknown",
        part => part,
    };
    route.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

async fn ask(stack: &Stack, route: &Route, who: &Somebody) -> Response<Body> {
    let method = if route.method == "ANY" { "POST" } else { route.method };
    let mut request = request(method, &path(route))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ORIGIN, OWN_ORIGIN)
        .header("throughline-workspace", HERE);
    if let Some((name, value)) = &who.credentials {
        request = request.header(name, value);
    }
    stack.send(request.body(Body::from("{}")).unwrap()).await
}

/// Refused for who they are; a missing thing or a bad body is no such refusal.
async fn is_refused(response: Response<Body>) -> bool {
    // A stream has begun, and has no end to read.
    if response.headers().get(header::CONTENT_TYPE).is_some_and(|found| found == "text/event-stream") {
        return false;
    }
    let (status, body) = read(response).await;
    let code = body["error"]["code"].as_str().unwrap_or_default();
    let refusals = ["TL0701", "TL0702", "TL0714", "TL0820", "TL0822", "TL0823", "TL0824"];
    let refused = refusals.contains(&code);
    let by_status = status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN;
    assert!(refused || !by_status, "{status} {body}");
    refused
}

/// What the domain says.
fn expected(access: Access, principal: &Principal) -> bool {
    let right = match access {
        Access::Open => return true,
        Access::SignedIn => return principal.rights().active,
        Access::Own => return authorize_own(principal).is_ok(),
        Access::Needs(right) => right,
    };
    let place = if right.is_of_server() { Place::Server } else { Place::Workspace(HERE.to_owned()) };
    may(principal, right, &place).is_ok()
}

fn bearer(token: &str) -> (header::HeaderName, String) {
    (header::AUTHORIZATION, format!("Bearer {token}"))
}

fn person(value: &Value) -> PersonId {
    value["person_id"].as_str().unwrap().parse().unwrap()
}

async fn account(stack: &Stack, name: &str, server_admin: bool) -> PersonId {
    let body = json!({ "mail": format!("{name}@acme.example"), "name": name, "server_admin": server_admin });
    person(&stack.post("/api/v1/accounts", body).await)
}

async fn member(stack: &Stack, workspace: &str, name: &str, person: &PersonId, roles: &[Role]) {
    let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    let body = json!({ "handle": name, "account": person.as_str(), "roles": roles });
    stack.post(&format!("/api/v1/members?workspace={workspace}"), body).await;
}

/// A session of this person, if one can be begun.
async fn session(stack: &Stack, person: &PersonId) -> Option<(header::HeaderName, String)> {
    let path = stack.api.sign_in_path(Some(person.clone()));
    let code = path.split_once("code=").unwrap().1;
    let request = request("POST", "/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, OWN_ORIGIN);
    let response = stack.send(request.body(Body::from(format!("code={code}"))).unwrap()).await;
    let cookie = response.headers().get(header::SET_COOKIE)?.to_str().unwrap();
    Some((header::COOKIE, cookie.split(';').next().unwrap().to_owned()))
}

fn holds(roles: &[(&str, &[Role])], server_admin: bool) -> Rights {
    let roles =
        roles.iter().map(|(workspace, roles)| ((*workspace).to_owned(), roles.iter().copied().collect()));
    Rights { active: true, server_admin, roles: roles.collect() }
}

/// Somebody signed in with these roles.
async fn signed_in(stack: &Stack, name: &str, roles: &[(&str, &[Role])], server_admin: bool) -> Somebody {
    let person = account(stack, name, server_admin).await;
    for (workspace, roles) in roles {
        member(stack, workspace, name, &person, roles).await;
    }
    let credentials = session(stack, &person).await;
    assert!(credentials.is_some(), "{name}");
    let principal = Some(Principal::person(person, holds(roles, server_admin)));
    Somebody { name: name.to_owned(), credentials, principal }
}

async fn everybody(stack: &Stack) -> Vec<Somebody> {
    let nobody = |name: &str, credentials| Somebody { name: name.to_owned(), credentials, principal: None };
    let cookie = |value: &str| Some((header::COOKIE, format!("throughline_session={value}")));
    let mut all = vec![
        nobody("anonymous", None),
        nobody("with a wrong admin token", Some(bearer("tla_wrong"))),
        nobody("with a wrong token", Some(bearer("tlt_wrong"))),
        nobody("with a wrong cookie", cookie("wrong")),
        Somebody {
            name: "the keyholder".to_owned(),
            credentials: Some(bearer(ADMIN)),
            principal: Some(Principal::keyholder()),
        },
    ];
    all.push(signed_in(stack, "stranger", &[], false).await);
    all.push(signed_in(stack, "patron", &[], true).await);
    for role in Role::ALL {
        all.push(signed_in(stack, &format!("an-{}", role.as_str()), &[(HERE, &[role])], false).await);
    }
    all.push(signed_in(stack, "elsewhere", &[("other", &[Role::Admin, Role::Approver])], false).await);
    all.push(signed_in(stack, "both", &[(HERE, &[Role::Builder, Role::Approver])], false).await);

    let mut disabled = signed_in(stack, "disabled", &[(HERE, &[Role::Admin])], true).await;
    stack.post("/api/v1/accounts/disabled@acme.example/disable", json!({})).await;
    disabled.principal = None;
    all.push(disabled);
    let removed = signed_in(stack, "removed", &[(HERE, &[Role::Admin])], false).await;
    let (status, _) = stack.call("DELETE", "/api/v1/members/removed?workspace=default", None).await;
    assert_eq!(status, StatusCode::OK);
    let nothing = Rights { active: true, ..Rights::none() };
    all.push(Somebody { principal: Some(Principal::person(PersonId::new(1, 1), nothing)), ..removed });
    let outside = json!({ "handle": "outside", "name": "O. Outside", "mail": "outside@client.example" });
    let outside = person(&stack.post("/api/v1/members?workspace=default", outside).await);
    all.push(nobody("external approver", session(stack, &outside).await));

    tokens(stack, &mut all).await;
    all
}

/// Tokens of somebody who holds everything, and of the data directory, with each scope; one for another workspace.
async fn tokens(stack: &Stack, all: &mut Vec<Somebody>) {
    let roles: &[(&str, &[Role])] = &[(HERE, &Role::ALL), ("other", &Role::ALL)];
    let owner = signed_in(stack, "owner", roles, true).await;
    let whole = owner.principal.clone().unwrap();
    for (whose, maker, principal) in [
        ("owner", owner.credentials.clone().unwrap(), whole),
        ("keyholder", bearer(ADMIN), Principal::keyholder()),
    ] {
        for scope in TokenScope::ALL {
            for workspace in [None, Some("other")] {
                let body =
                    json!({ "name": scope.as_str(), "scopes": [scope.as_str()], "workspace": workspace });
                let (name, value) = maker.clone();
                let request = request("POST", "/api/v1/tokens")
                    .header(header::CONTENT_TYPE, "application/json")
                    .header(header::ORIGIN, OWN_ORIGIN)
                    .header(name, value);
                let (status, made) =
                    read(stack.send(request.body(Body::from(body.to_string())).unwrap()).await).await;
                assert_eq!(status, StatusCode::CREATED, "{made}");
                let limits = TokenLimits {
                    token: TokenId::new(1, 1),
                    scopes: [scope].into(),
                    workspace: workspace.map(str::to_owned),
                };
                all.push(Somebody {
                    name: format!("{whose}'s token for {} in {workspace:?}", scope.as_str()),
                    credentials: Some(bearer(made["token"].as_str().unwrap())),
                    principal: Some(principal.clone().through(limits)),
                });
            }
        }
    }
    all.push(owner);
}

/// Where somebody may something else than the domain says.
async fn wrong(stack: &Stack, table: &[Route], people: &[Somebody]) -> Vec<String> {
    let mut wrong = Vec::new();
    for route in table.iter().filter(|route| route.access != Access::Open) {
        for who in people {
            let may = who.principal.as_ref().is_some_and(|principal| expected(route.access, principal));
            if is_refused(ask(stack, route, who).await).await == may {
                let words =
                    if may { "is refused, though they may" } else { "is let in, though they may not" };
                wrong.push(format!("{} {} {words}: {}", route.method, route.path, who.name));
            }
        }
    }
    wrong
}

#[tokio::test]
async fn heavy_every_route_lets_in_whom_the_domain_does_and_an_open_lock_is_noticed() {
    let stack = Stack::start().await;
    stack.post("/api/v1/workspaces", json!({ "workspace": "other" })).await;
    let table = throughline_api::table();
    assert!(table.len() > 75, "{}", table.len());
    for route in &table {
        let open = OPEN.contains(&(route.method, route.path));
        assert_eq!(open, route.access == Access::Open, "{route:?}");
    }
    let people = everybody(&stack).await;
    assert!(people.len() > 40, "{}", people.len());
    assert_eq!(wrong(&stack, &table, &people).await, Vec::<String>::new());

    // Who is nobody, and who is somebody without any right.
    let two: Vec<Somebody> =
        people.into_iter().filter(|who| ["anonymous", "elsewhere"].contains(&who.name.as_str())).collect();
    for route in table.iter().filter(|route| route.access != Access::Open) {
        stack.api.unlock(Some(route));
        let found = wrong(&stack, &table, &two).await;
        let this = format!("{} {} is let in", route.method, route.path);
        assert!(!found.is_empty(), "nobody notices that {} {} is open", route.method, route.path);
        assert!(found.iter().all(|words| words.starts_with(&this)), "{this}: {found:?}");
    }
}

/// What stands in the server's environment and on its disk is not the workspace's, whatever its administrator may.
#[tokio::test]
async fn only_an_administrator_of_the_server_names_what_the_server_itself_can_read() {
    let stack = Stack::start().await;
    let admin = signed_in(&stack, "ada", &[(HERE, &[Role::Admin])], false).await;
    let patron = signed_in(&stack, "pat", &[(HERE, &[Role::Admin])], true).await;
    for place in [json!({ "file": "/proc/self/environ" }), json!({ "env": "THROUGHLINE_DATABASE_URL" })] {
        let body = json!({
            "name": "leak", "connector": "http", "settings": { "base_url": "https://elsewhere.example" },
            "secrets": { "bearer.token": place },
        });
        for (who, refused) in [(&admin, true), (&patron, false)] {
            let (name, value) = who.credentials.clone().unwrap();
            let request = request("POST", "/api/v1/connections")
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::ORIGIN, OWN_ORIGIN)
                .header(name, value);
            let (status, answer) =
                read(stack.send(request.body(Body::from(body.to_string())).unwrap()).await).await;
            let is_refused =
                (status, answer["error"]["code"].as_str()) == (StatusCode::FORBIDDEN, Some("TL0820"));
            assert_eq!(is_refused, refused, "{}: {status} {answer}", who.name);
        }
    }
}
