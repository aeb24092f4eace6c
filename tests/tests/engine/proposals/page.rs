//! The page where people decide, and the API, over a real engine.

use std::sync::Arc;

use axum::body::Body;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use throughline_api::{ApiConfig, ApiState, Parts};
use throughline_domain::id::PersonId;
use throughline_domain::proposal::ProposalState;
use throughline_domain::time::Timestamp;
use throughline_host::services::Clock;
use throughline_store::{NewSession, ProposalRow};
use tower::ServiceExt;

use super::silence::mailed_code;
use super::{approver, open, publish, state};
use crate::support::{Ground, MachineClock};
use crate::world::{World, invoice, on_both};

on_both!(
    the_page_shows_nothing_to_strangers_and_decides_by_code,
    the_api_lists_shows_and_decides_as_a_person_and_nobody_else,
);

const ADMIN: &str = "tla_test";

/// Bytes that differ each time.
fn random() -> [u8; 32] {
    static DRAWN: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    Sha256::digest(DRAWN.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_be_bytes()).into()
}

pub(super) fn router(world: &World) -> axum::Router {
    let config = ApiConfig::new(([127, 0, 0, 1], 8790).into(), Sha256::digest(ADMIN).into());
    throughline_api::router(ApiState::new(Parts {
        config,
        store: world.store.clone(),
        engine: world.engine.clone(),
        intake: world.intake.clone(),
        now: Arc::new(|| MachineClock.now()),
        random: Arc::new(random),
        shipped: Arc::new(()),
        practice: None,
        allocations: None,
    }))
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The value of a hidden field of the page.
    pub(super) fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let (_, rest) = self.text.split_once(&mark).unwrap_or_else(|| panic!("no {name}: {}", self.text));
        rest.split('"').next().unwrap().to_owned()
    }
}

pub(super) async fn send(router: &axum::Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
}

pub(super) fn asked(method: &str, path: &str, cookie: Option<&str>) -> http::request::Builder {
    let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost:8790");
    match cookie {
        Some(cookie) => request.header(header::COOKIE, cookie),
        None => request,
    }
}

pub(super) async fn get(router: &axum::Router, path: &str, cookie: Option<&str>) -> Answer {
    send(router, asked("GET", path, cookie).body(Body::empty()).unwrap()).await
}

pub(super) async fn form(router: &axum::Router, path: &str, cookie: Option<&str>, fields: &str) -> Answer {
    // A page without a referrer has no origin either.
    let request = asked("POST", path, cookie)
        .header(header::ORIGIN, "null")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(router, request.body(Body::from(fields.to_owned())).unwrap()).await
}

/// A form of one of this server's own pages.
pub(super) async fn own_form(
    router: &axum::Router,
    path: &str,
    cookie: Option<&str>,
    fields: &str,
) -> Answer {
    let request = asked("POST", path, cookie)
        .header(header::ORIGIN, "http://localhost:8790")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(router, request.body(Body::from(fields.to_owned())).unwrap()).await
}

pub(super) async fn waiting(world: &World) -> ProposalRow {
    let approvals = "approvals: { who: role:approver, code_alone: [ { person: person:ada, up_to: 50 GBP, irreversible: true } ] }\n";
    publish(world, "bill", &invoice(""), approvals).await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    open(world, &run).await
}

#[expect(clippy::too_many_lines, reason = "one visit, told in order")]
async fn the_page_shows_nothing_to_strangers_and_decides_by_code(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    approver(&world, 1, "ada").await;
    let row = waiting(&world).await;
    let (router, id) = (router(&world), row.proposal.id().clone());
    let path = format!("/d/{id}");
    for _ in 0..3 {
        let page = get(&router, &path, None).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.headers[header::REFERRER_POLICY], "no-referrer");
        assert!(
            page.text.contains("Main") && page.text.contains("Whether a record is made"),
            "{}",
            page.text
        );
        for data in ["cus_0001", "10.00", "bill", "accounting", "ada"] {
            assert!(!page.text.contains(data), "{data}: {}", page.text);
        }
    }
    assert_eq!(get(&router, "/d/prp_nowhere", None).await.status, StatusCode::NOT_FOUND);
    let blind = form(&router, &path, None, "verdict=approve").await;
    assert_eq!(blind.status, StatusCode::FORBIDDEN);
    assert_eq!(state(&world, &id).await, ProposalState::Open);
    let sent = form(&router, &format!("{path}/code"), None, "mail=ada%40example.com").await;
    let stranger = form(&router, &format!("{path}/code"), None, "mail=eve%40example.com").await;
    assert_eq!(
        sent.text.replace("ada@example.com", "X"),
        stranger.text.replace("eve@example.com", "X"),
        "nobody learns who is asked"
    );
    let code = mailed_code(&ground).await;
    let wrong = form(&router, &format!("{path}/enter"), None, "mail=ada%40example.com&code=abc").await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    let entered =
        form(&router, &format!("{path}/enter"), None, &format!("mail=ada%40example.com&code={code}")).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text);
    let cookie = entered.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains(&format!("Path={path}")) && cookie.contains("HttpOnly"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let page = get(&router, &path, Some(&cookie)).await;
    assert!(page.text.contains("10.00") && page.text.contains("Approve"), "{}", page.text);
    // The cookie is for this proposal, and cannot be changed.
    let forged = cookie.replace("throughline_decide=per_", "throughline_decide=per_0");
    assert!(!get(&router, &path, Some(&forged)).await.text.contains("10.00"));
    let (hash, seal) = (page.hidden("shown_hash"), page.hidden("seal"));
    let no_hash = form(&router, &path, Some(&cookie), &format!("verdict=approve&seal={seal}")).await;
    assert_eq!(no_hash.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", no_hash.text);
    let no_seal = form(&router, &path, Some(&cookie), &format!("verdict=approve&shown_hash={hash}")).await;
    assert_eq!(no_seal.status, StatusCode::UNPROCESSABLE_ENTITY);
    let other = "0".repeat(64);
    let changed =
        form(&router, &path, Some(&cookie), &format!("verdict=approve&seal={seal}&shown_hash={other}")).await;
    assert_eq!(changed.status, StatusCode::CONFLICT, "{}", changed.text);
    assert_eq!(state(&world, &id).await, ProposalState::Open);
    let fields = format!("verdict=approve&seal={seal}&shown_hash={hash}");
    let done = form(&router, &path, Some(&cookie), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    // The back button.
    let again = form(&router, &path, Some(&cookie), &fields).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.text.contains("ada") && again.text.contains("approved"), "{}", again.text);
    world.succeeded(&row.proposal.origin().run).await;
    world.stop().await;
}

/// A session of somebody, as the cookie of it.
pub(super) async fn signed_in(world: &World, person: &PersonId) -> String {
    signed_in_at(world, person, MachineClock.now()).await
}

/// The same, from a time on: so old is what they proved.
pub(super) async fn signed_in_at(world: &World, person: &PersonId, at: Timestamp) -> String {
    let secret = hex::encode(Sha256::digest(person.as_str()));
    let new = NewSession {
        session: person.as_str().replace("per_", "ses_").parse().unwrap(),
        hash: hex::encode(Sha256::digest(&secret)),
        person: Some(person.clone()),
        client: "test".to_owned(),
        created_at: at,
    };
    assert!(world.store.create_session(&new).await.unwrap());
    format!("throughline_session={secret}")
}

/// A request with JSON, of somebody who is signed in.
pub(super) async fn call(
    router: &axum::Router,
    method: &str,
    path: &str,
    cookie: &str,
    body: &Value,
) -> Answer {
    let request = asked(method, path, Some(cookie))
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/json");
    send(router, request.body(Body::from(body.to_string())).unwrap()).await
}

async fn the_api_lists_shows_and_decides_as_a_person_and_nobody_else(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let row = waiting(&world).await;
    let (router, id) = (router(&world), row.proposal.id().clone());
    let cookie = signed_in(&world, &ada).await;
    let list = get(&router, "/api/v1/proposals?state=open", Some(&cookie)).await.json();
    assert_eq!((list["items"][0]["proposal_id"].as_str(), &list["next"]), (Some(id.as_str()), &Value::Null));
    let shown = get(&router, &format!("/api/v1/proposals/{id}"), Some(&cookie)).await.json();
    assert_eq!(shown["rules"][0]["asked"], json!(["ada"]), "{shown:#}");
    let fields = shown["operations"][0]["fields"].as_array().unwrap();
    assert!(fields.iter().any(|field| field["field"] == "/total" && field["after"] == "10.00"), "{shown:#}");
    let decide = |cookie: Option<String>, body: Value| {
        let (router, path) = (router.clone(), format!("/api/v1/proposals/{id}/decision"));
        async move {
            let request = match &cookie {
                Some(_) => asked("POST", &path, cookie.as_deref()).header("sec-fetch-site", "same-origin"),
                None => asked("POST", &path, None).header(header::AUTHORIZATION, format!("Bearer {ADMIN}")),
            };
            let request = request.header(header::CONTENT_TYPE, "application/json");
            send(&router, request.body(Body::from(body.to_string())).unwrap()).await
        }
    };
    let hash = shown["content_hash"].clone();
    let yes = json!({ "verdict": "approve", "shown_hash": hash });
    assert_eq!(
        decide(None, yes.clone()).await.status,
        StatusCode::FORBIDDEN,
        "the key of the house is no person"
    );
    let blind = decide(Some(cookie.clone()), json!({ "verdict": "approve" })).await;
    assert_eq!(
        (blind.status, blind.json()["error"]["code"].clone()),
        (StatusCode::UNPROCESSABLE_ENTITY, json!("TL0860"))
    );
    let taken = decide(Some(cookie.clone()), yes.clone()).await;
    assert_eq!(
        (taken.status, taken.json()["state"].clone()),
        (StatusCode::OK, json!("approved")),
        "{}",
        taken.text
    );
    let again = decide(Some(cookie), yes).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
    world.succeeded(&row.proposal.origin().run).await;
    world.stop().await;
}
