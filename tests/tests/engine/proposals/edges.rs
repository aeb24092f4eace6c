//! The page and what it must not let through: tokens, people who were removed, cookies of another decision, masks.

use axum::body::Body;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use throughline_domain::proposal::ProposalState;

use super::page::{Answer, asked, call, form, get, router, send, signed_in, waiting};
use super::silence::mailed_code;
use super::{approver, by, open, publish, state};
use crate::support::Ground;
use crate::world::{World, invoice, on_both, text};

on_both!(
    a_token_sees_no_page_and_decides_nothing_there,
    a_code_is_for_who_is_asked_and_there_and_for_one_decision,
    an_edit_by_code_goes_on_at_what_took_its_place,
    where_a_code_is_not_enough_there_is_nothing_to_click,
    what_is_hidden_from_an_editor_is_written_as_it_was,
);

async fn with_token(router: &axum::Router, method: &str, path: &str, token: &str, fields: &str) -> Answer {
    let request = asked(method, path, None)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(router, request.body(Body::from(fields.to_owned())).unwrap()).await
}

async fn a_token_sees_no_page_and_decides_nothing_there(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let row = waiting(&world).await;
    let (router, path) = (router(&world), format!("/d/{}", row.proposal.id()));
    let cookie = signed_in(&world, &ada).await;
    let made = json!({ "name": "reads", "scopes": ["read"] });
    let made = call(&router, "POST", "/api/v1/tokens", &cookie, &made).await;
    let token = made.json()["token"].as_str().unwrap_or_else(|| panic!("{}", made.text)).to_owned();
    let page = with_token(&router, "GET", &path, &token, "").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("10.00") && page.text.contains("A decision is waiting"), "{}", page.text);
    let fields = format!("verdict=approve&shown_hash={}", row.proposal.hash());
    let tried = with_token(&router, "POST", &path, &token, &fields).await;
    assert_eq!(tried.status, StatusCode::FORBIDDEN, "{}", tried.text);
    assert_eq!(state(&world, row.proposal.id()).await, ProposalState::Open);
    world.stop().await;
}

async fn send_code(world: &World, path: &str) {
    form(&router(world), &format!("{path}/code"), None, "mail=ada%40example.com").await;
}

/// The cookie that the code in the mail gives.
async fn entered(world: &World, ground: &Ground, path: &str) -> String {
    let router = router(world);
    let code = mailed_code(ground).await;
    let done =
        form(&router, &format!("{path}/enter"), None, &format!("mail=ada%40example.com&code={code}")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    cookie_of(&done)
}

fn cookie_of(answer: &Answer) -> String {
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

async fn a_code_is_for_who_is_asked_and_there_and_for_one_decision(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let row = waiting(&world).await;
    let (router, path) = (router(&world), format!("/d/{}", row.proposal.id()));
    let enter = async |mail: &str| {
        form(&router, &format!("{path}/enter"), None, &format!("mail={mail}%40example.com&code=000000"))
            .await
            .text
    };
    send_code(&world, &path).await;
    let (asked_wrongly, stranger) = (enter("ada").await, enter("eve").await);
    assert_eq!(
        asked_wrongly.replace("ada@", "X@"),
        stranger.replace("eve@", "X@"),
        "nobody learns who is asked"
    );
    let head = send(
        &router,
        Request::head(&path).header(header::HOST, "localhost:8790").body(Body::empty()).unwrap(),
    )
    .await;
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
    assert_eq!(head.headers[header::CACHE_CONTROL], "no-store");
    let cookie = entered(&world, &ground, &path).await;
    assert!(get(&router, &path, Some(&cookie)).await.text.contains("10.00"));
    let run = world.run("bill", json!({ "order": "o-2" })).await;
    let other = format!("/d/{}", open(&world, &run).await.proposal.id());
    assert!(
        !get(&router, &other, Some(&cookie)).await.text.contains("10.00"),
        "a cookie of another decision"
    );
    assert!(world.store.remove_member(&world.scope, &ada, by()).await.unwrap());
    let gone = get(&router, &path, Some(&cookie)).await;
    assert!(!gone.text.contains("10.00"), "who was removed sees nothing any more");
    world.stop().await;
}

async fn where_a_code_is_not_enough_there_is_nothing_to_click(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    // Money, and nobody named whom a code alone is enough for.
    publish(&world, "bill", &invoice(""), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    let (router, path) = (router(&world), format!("/d/{}", row.proposal.id()));
    send_code(&world, &path).await;
    let cookie = entered(&world, &ground, &path).await;
    let page = get(&router, &path, Some(&cookie)).await.text;
    assert!(page.contains("10.00") && page.contains(&format!("/sign-in?to={path}")), "{page}");
    assert!(!page.contains("name=\"verdict\""), "{page}");
    let signed_in = signed_in(&world, &ada).await;
    assert!(get(&router, &path, Some(&signed_in)).await.text.contains("name=\"verdict\""));
    world.stop().await;
}

async fn an_edit_by_code_goes_on_at_what_took_its_place(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    approver(&world, 1, "ada").await;
    let row = waiting(&world).await;
    let (router, path) = (router(&world), format!("/d/{}", row.proposal.id()));
    send_code(&world, &path).await;
    let cookie = entered(&world, &ground, &path).await;
    let page = get(&router, &path, Some(&cookie)).await;
    let mut input = row.proposal.content().operations[0].input.clone();
    input["lines"][0]["unit_price"] = json!("12.00");
    let (hash, seal) = (page.hidden("shown_hash"), page.hidden("seal"));
    let typed: String = url::form_urlencoded::byte_serialize(input.to_string().as_bytes()).collect();
    let fields = format!("verdict=approve&edited=yes&seal={seal}&shown_hash={hash}&input={typed}");
    let done = form(&router, &path, Some(&cookie), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let next = done.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_ne!(next, path);
    let page = get(&router, &next, Some(&cookie_of(&done))).await;
    assert!(page.text.contains("12.00"), "the ten minutes go on there: {}", page.text);
    // Who still has the old page is shown what took its place, and may go on there as well.
    let late =
        form(&router, &path, Some(&cookie), &format!("verdict=approve&seal={seal}&shown_hash={hash}")).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("12.00"), "{}", late.text);
    assert!(late.headers[header::SET_COOKIE].to_str().unwrap().contains(&format!("Path={next}")));
    world.stop().await;
}

async fn what_is_hidden_from_an_editor_is_written_as_it_was(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let node =
        invoice("").replacen("customer: cus_0001", "customer: cus_0001, reference: \"{{ event.ref }}\"", 1);
    let hides = text("bill", "on: throughline.manual", &node)
        .replace("stage: live", "stage: review")
        .replace("log: { retention: 90d }", "log: { retention: 90d, redact: [ event.ref ] }");
    world.publish_text(&hides).await;
    let run = world.run("bill", json!({ "order": "o-1", "ref": "secret-reference" })).await;
    let row = open(&world, &run).await;
    let (router, cookie) = (router(&world), signed_in(&world, &ada).await);
    let path = format!("/api/v1/proposals/{}", row.proposal.id());
    let shown = get(&router, &path, Some(&cookie)).await.json();
    let mut input: Value = shown["operations"][0]["input"].clone();
    assert_eq!(input["reference"], "•••", "{shown:#}");
    let decide = async |input: &Value| {
        let body =
            json!({ "verdict": "approve", "shown_hash": shown["content_hash"], "edit": { "input": input } });
        call(&router, "POST", &format!("{path}/decision"), &cookie, &body).await
    };
    let mut moved = input.clone();
    moved["customer"] = json!("•••");
    let refused = decide(&moved).await;
    assert!(refused.status.is_client_error() && refused.text.contains("hidden"), "{}", refused.text);
    input["lines"][0]["unit_price"] = json!("12.00");
    let taken = decide(&input).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    let id = taken.json()["proposal_id"].as_str().unwrap().parse().unwrap();
    let edited = world.store.get_proposal(&world.scope, &id).await.unwrap().unwrap();
    assert_eq!(edited.proposal.content().operations[0].input["reference"], "secret-reference");
    world.stop().await;
}
