//! A policy that asks for the password, typed just now; and the way back to the page after signing in.

use axum::body::Body;
use http::{StatusCode, header};
use serde_json::json;
use throughline_domain::proposal::ProposalState;
use throughline_domain::time::Timestamp;
use throughline_host::services::Clock;

use super::page::{Answer, asked, form, get, own_form, router, send, signed_in_at};
use super::{approver, open, publish, state};
use crate::support::{Ground, MachineClock};
use crate::world::{World, invoice, on_both};

on_both!(the_password_typed_again_is_what_such_a_policy_asks_for);

const PASSWORD: &str = "four words in a row";

/// Sets a password by a link of an administrator.
async fn with_password(router: &axum::Router) {
    let link = asked("POST", "/api/v1/accounts/ada@example.com/link", None)
        .header(header::AUTHORIZATION, "Bearer tla_test")
        .header(header::CONTENT_TYPE, "application/json");
    let link: Answer = send(router, link.body(Body::from("{}")).unwrap()).await;
    let path = link.json()["path"].as_str().unwrap_or_else(|| panic!("{}", link.text)).to_owned();
    let typed = PASSWORD.replace(' ', "+");
    let set = own_form(router, &path, None, &format!("password={typed}&again={typed}")).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text);
}

async fn the_password_typed_again_is_what_such_a_policy_asks_for(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let approvals = "approvals: { who: role:approver, at_least: re_authenticated }\n";
    publish(&world, "bill", &invoice(""), approvals).await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    let router = router(&world);
    with_password(&router).await;
    let path = format!("/d/{}", row.proposal.id());
    // Who is not signed in is led back here.
    let closed = get(&router, &path, None).await;
    assert!(closed.text.contains(&format!("/sign-in?to={path}")), "{}", closed.text);
    let way_in = get(&router, &format!("/sign-in?to={path}"), None).await;
    assert_eq!(way_in.hidden("to"), path);
    let elsewhere = get(&router, "/sign-in?to=//evil.example", None).await;
    assert!(!elsewhere.text.contains("evil"), "{}", elsewhere.text);
    let ask = get(&router, "/asks/ask_00000000000000000000000000", None).await;
    assert_eq!(ask.headers[header::LOCATION], "/sign-in?to=/asks/ask_00000000000000000000000000");

    // Signed in twenty minutes ago.
    let before = Timestamp(MachineClock.now().0 - 20 * 60 * 1_000_000);
    let cookie = signed_in_at(&world, &ada, before).await;
    let page = get(&router, &path, Some(&cookie)).await;
    assert!(page.text.contains(&format!("/confirm?to={path}")), "{}", page.text);
    let yes = |page: &Answer| {
        format!("verdict=approve&seal={}&shown_hash={}", page.hidden("seal"), page.hidden("shown_hash"))
    };
    let refused = form(&router, &path, Some(&cookie), &yes(&page)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("type your password again"), "{}", refused.text);
    assert_eq!(get(&router, "/confirm", None).await.status, StatusCode::SEE_OTHER);
    let asks = get(&router, &format!("/confirm?to={path}"), Some(&cookie)).await;
    assert_eq!(asks.hidden("to"), path);
    let wrong =
        own_form(&router, "/confirm", Some(&cookie), &format!("to={path}&password=something+else")).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN, "{}", wrong.text);
    let typed = PASSWORD.replace(' ', "+");
    let right = own_form(&router, "/confirm", Some(&cookie), &format!("to={path}&password={typed}")).await;
    assert_eq!(
        (right.status, right.headers[header::LOCATION].to_str().unwrap()),
        (StatusCode::SEE_OTHER, path.as_str())
    );
    let page = get(&router, &path, Some(&cookie)).await;
    assert!(!page.text.contains("/confirm?to="), "{}", page.text);
    let done = form(&router, &path, Some(&cookie), &yes(&page)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_ne!(state(&world, row.proposal.id()).await, ProposalState::Open);
    world.succeeded(&run).await;
    world.stop().await;
}
