//! Standing in: made, shown, used and ended by the API and the pages, and told by mail.

use std::collections::BTreeSet;

use axum::body::Body;
use http::{StatusCode, header};
use serde_json::{Value, json};
use throughline_domain::access::Role;
use throughline_domain::id::PersonId;
use throughline_host::services::Clock;
use throughline_store::{MailKind, MailRow, PageRequest};

use super::page::{asked, call, form, get, router, send, signed_in};
use super::{approver, by, open, publish};
use crate::support::{Ground, MachineClock};
use crate::world::{World, invoice, on_both};

on_both!(
    somebody_stands_in_and_decides_in_the_others_name,
    delegations_that_cannot_be_are_refused_with_words,
    an_administrator_does_it_for_somebody_who_is_away,
    the_account_page_shows_and_makes_them,
);

fn later(ms: u64) -> String {
    MachineClock.now().plus_ms(ms).to_rfc3339()
}

const DAY: u64 = 86_400_000;

async fn mails(world: &World) -> Vec<MailRow> {
    world.store.list_mail(&world.scope, false, &PageRequest::first(50)).await.unwrap().items
}

fn told<'a>(mails: &'a [MailRow], to: &str, kind: MailKind) -> Vec<&'a MailRow> {
    mails.iter().filter(|mail| mail.to == to && mail.kind == kind).collect()
}

#[expect(clippy::too_many_lines, reason = "one absence, told in order")]
async fn somebody_stands_in_and_decides_in_the_others_name(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (ada, ben) = (approver(&world, 1, "ada").await, approver(&world, 2, "ben").await);
    let router = router(&world);
    let (ada, ben) = (signed_in(&world, &ada).await, signed_in(&world, &ben).await);
    publish(&world, "bill", &invoice(""), "approvals: { who: person:ada }\n").await;
    // One is open before anybody stands in, one after.
    let first = open(&world, &world.run("bill", json!({ "order": "o-1" })).await).await;
    let terms = json!({ "to": "ben", "ends_at": later(DAY), "money": { "up_to": "10", "currency": "GBP" }, "irreversible": true });
    let made = call(&router, "POST", "/api/v1/delegations", &ada, &terms).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let made = made.json();
    assert_eq!((made["from"]["name"].as_str(), made["to"]["name"].as_str()), (Some("ada"), Some("ben")));
    assert_eq!(made["covers"], "every workflow; money up to 10 GBP; also what cannot be undone");
    for cookie in [&ada, &ben] {
        let listed = get(&router, "/api/v1/delegations", Some(cookie)).await.json();
        assert_eq!(listed["items"][0]["delegation_id"], made["delegation_id"], "{listed}");
    }
    let second = open(&world, &world.run("bill", json!({ "order": "o-2" })).await).await;
    let sent = mails(&world).await;
    for person in ["ada@example.com", "ben@example.com"] {
        let [mail] = told(&sent, person, MailKind::Account)[..] else { panic!("{sent:#?}") };
        assert_eq!(mail.subject, "ben stands in for ada");
    }
    let asked = told(&sent, "ben@example.com", MailKind::Proposal);
    assert_eq!(asked.len(), 1, "the one that opened since");
    let waiting = get(&router, "/api/v1/proposals?asked=me", Some(&ben)).await.json();
    let items = waiting["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{waiting:#}");
    assert!(items.iter().all(|item| item["for_you"][0]["name"] == "ada"), "{waiting:#}");
    let home = get(&router, "/plain", Some(&ben)).await;
    assert!(home.text.contains("for ada"), "{}", home.text);

    // On the page: nothing to choose, and both names afterwards.
    let path = format!("/d/{}", first.proposal.id());
    let page = get(&router, &path, Some(&ben)).await;
    assert!(page.text.contains("You decide for"), "{}", page.text);
    let fields = format!(
        "verdict=approve&seal={}&shown_hash={}&for={}",
        page.hidden("seal"),
        page.hidden("shown_hash"),
        page.hidden("for")
    );
    let done = form(&router, &path, Some(&ben), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = get(&router, &path, Some(&ada)).await;
    assert!(page.text.contains("<strong>ben</strong> for ada approved it"), "{}", page.text);
    let view = get(&router, &format!("/api/v1/proposals/{}", first.proposal.id()), Some(&ada)).await.json();
    assert_eq!(
        (&view["decisions"][0]["principal"], &view["decisions"][0]["actor"]),
        (&json!("ada"), &json!("ben"))
    );

    // It is over: neither the list nor a decision.
    let path = format!("/api/v1/delegations/{}", made["delegation_id"].as_str().unwrap());
    assert_eq!(
        call(&router, "DELETE", &path, &ben, &json!({})).await.status,
        StatusCode::NOT_FOUND,
        "not his to end"
    );
    assert_eq!(call(&router, "DELETE", &path, &ada, &json!({})).await.status, StatusCode::OK);
    assert_eq!(call(&router, "DELETE", &path, &ada, &json!({})).await.status, StatusCode::CONFLICT);
    let waiting = get(&router, "/api/v1/proposals?asked=me", Some(&ben)).await.json();
    assert_eq!(waiting["items"], json!([]), "{waiting:#}");
    let yes = json!({ "verdict": "approve", "shown_hash": second.proposal.hash().as_str(), "on_behalf_of": made["from"]["person_id"] });
    let path = format!("/api/v1/proposals/{}/decision", second.proposal.id());
    let refused = call(&router, "POST", &path, &ben, &yes).await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (StatusCode::FORBIDDEN, &json!("TL0875")));
    assert_eq!(
        told(&mails(&world).await, "ben@example.com", MailKind::Account).len(),
        2,
        "told that it ended"
    );
    world.stop().await;
}

async fn delegations_that_cannot_be_are_refused_with_words(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (ada, ben) = (approver(&world, 1, "ada").await, approver(&world, 2, "ben").await);
    let viewer = approver(&world, 3, "eve").await;
    assert!(
        world.store.set_roles(&world.scope, &viewer, &BTreeSet::from([Role::Viewer]), by()).await.unwrap()
    );
    let router = router(&world);
    let (ada, ben) = (signed_in(&world, &ada).await, signed_in(&world, &ben).await);
    let viewer = signed_in(&world, &viewer).await;
    let to = |to: &str, ends_at: String| json!({ "to": to, "ends_at": ends_at });
    let make = |cookie: String, body: Value| {
        let router = router.clone();
        async move { call(&router, "POST", "/api/v1/delegations", &cookie, &body).await }
    };
    assert_eq!(make(ada.clone(), to("ben", later(DAY))).await.status, StatusCode::CREATED);
    let circle = make(ben.clone(), to("ada", later(2 * DAY))).await;
    assert_eq!((circle.status, &circle.json()["error"]["code"]), (StatusCode::CONFLICT, &json!("TL0893")));
    assert!(circle.text.contains("ben → ada → ben"), "{}", circle.text);
    let money = |money: Value| json!({ "to": "ben", "ends_at": later(DAY), "money": money });
    let cases = [
        (to("ada", later(DAY)), 422, "TL0894"),
        (to("eve", later(DAY)), 422, "TL0894"),
        (to("ben", later(367 * DAY)), 422, "TL0894"),
        (to("ben", "2020-01-01T00:00:00Z".to_owned()), 422, "TL0894"),
        (to("ben", "tomorrow".to_owned()), 400, "TL0712"),
        (to("nobody", later(DAY)), 404, "TL0715"),
        (money(json!({ "up_to": "many", "currency": "GBP" })), 400, "TL0712"),
        (money(json!({ "up_to": "-5", "currency": "GBP" })), 400, "TL0712"),
        (money(json!({})), 400, "TL0712"),
    ];
    for (body, status, code) in cases {
        let refused = make(ada.clone(), body.clone()).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.json()["error"]["code"]),
            (status, &json!(code)),
            "{body}"
        );
    }
    assert_eq!(make(viewer, to("ben", later(DAY))).await.status, StatusCode::FORBIDDEN);
    // A token may for little things; it is a secret that a program holds.
    let token = json!({ "name": "script", "scopes": ["decide"] });
    let token = call(&router, "POST", "/api/v1/tokens", &ben, &token).await.json();
    let by_token = |body: Value| {
        let (router, bearer) = (router.clone(), format!("Bearer {}", token["token"].as_str().unwrap()));
        async move {
            let request = asked("POST", "/api/v1/delegations", None)
                .header(header::AUTHORIZATION, bearer)
                .header(header::CONTENT_TYPE, "application/json");
            send(&router, request.body(Body::from(body.to_string())).unwrap()).await
        }
    };
    approver(&world, 4, "kim").await;
    let refused = by_token(json!({ "to": "kim", "ends_at": later(DAY), "money": { "all": true } })).await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (StatusCode::FORBIDDEN, &json!("TL0876")));
    assert_eq!(by_token(to("kim", later(DAY))).await.status, StatusCode::CREATED);
    world.stop().await;
}

async fn an_administrator_does_it_for_somebody_who_is_away(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada: PersonId = approver(&world, 1, "ada").await;
    approver(&world, 2, "ben").await;
    let boss = approver(&world, 3, "boss").await;
    let roles = BTreeSet::from([Role::Approver, Role::Admin]);
    assert!(world.store.set_roles(&world.scope, &boss, &roles, by()).await.unwrap());
    let (router, ada) = (router(&world), signed_in(&world, &ada).await);
    let boss = signed_in(&world, &boss).await;
    let path = "/api/v1/members/ada/delegations";
    let body = |to: &str| json!({ "to": to, "ends_at": later(DAY), "money": { "all": true } });
    assert_eq!(call(&router, "POST", path, &ada, &body("ben")).await.status, StatusCode::FORBIDDEN);
    let own = call(&router, "POST", path, &boss, &body("boss")).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text);
    let made = call(&router, "POST", path, &boss, &body("ben")).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let made = made.json();
    let listed = get(&router, "/api/v1/delegations", Some(&boss)).await.json();
    assert_eq!(listed["items"][0]["created_by"], made["created_by"]);
    assert_ne!(listed["items"][0]["created_by"], made["from"]["person_id"], "who made it is on record");
    let one = format!("{path}/{}", made["delegation_id"].as_str().unwrap());
    assert_eq!(call(&router, "DELETE", &one, &boss, &json!({})).await.status, StatusCode::OK);
    assert_eq!(get(&router, "/api/v1/delegations", Some(&ada)).await.json()["items"], json!([]));
    world.stop().await;
}

async fn the_account_page_shows_and_makes_them(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (ada, ben) = (approver(&world, 1, "ada").await, approver(&world, 2, "ben").await);
    let router = router(&world);
    let (cookie, ben_cookie) = (signed_in(&world, &ada).await, signed_in(&world, &ben).await);
    let page = get(&router, "/account", Some(&cookie)).await;
    assert!(page.text.contains("Let them stand in") && page.text.contains(">ben</option>"), "{}", page.text);
    let post = |path: String, fields: String| {
        let (router, cookie) = (router.clone(), cookie.clone());
        async move {
            let request = asked("POST", &path, Some(&cookie))
                .header("sec-fetch-site", "same-origin")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            send(&router, request.body(Body::from(fields)).unwrap()).await
        }
    };
    let day = later(DAY)[..10].to_owned();
    let fields = format!(
        "to=main%2F{ben}&starts=&ends={day}&workflows=bill%2C+post&money=up_to&amount=500.00+GBP&irreversible=yes"
    );
    let bad = post("/account/delegations".to_owned(), fields.replace("500.00+GBP", "much")).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    assert!(bad.text.contains("amount is one such as 500.00 GBP"), "{}", bad.text);
    let elsewhere = post("/account/delegations".to_owned(), fields.replace("main%2F", "other%2F")).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "{}", elsewhere.text);
    let made = post("/account/delegations".to_owned(), fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    for (reader, own) in [(&cookie, true), (&ben_cookie, false)] {
        let page = get(&router, "/account", Some(reader)).await;
        let words = "bill, post; money up to 500.00 GBP; also what cannot be undone";
        assert!(page.text.contains(words) && page.text.contains("ben for ada"), "{}", page.text);
        assert_eq!(page.text.contains("/account/delegations/dlg_"), own, "one's own only");
    }
    let listed = get(&router, "/api/v1/delegations", Some(&cookie)).await.json();
    let ends = listed["items"][0]["ends_at"].as_str().unwrap();
    assert!(ends > later(DAY).as_str() && ends.contains("T00:00:00"), "the last day is in it: {ends}");
    let id = listed["items"][0]["delegation_id"].as_str().unwrap();
    let ended = post(format!("/account/delegations/{id}/end"), String::new()).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.text);
    assert!(!get(&router, "/account", Some(&cookie)).await.text.contains("ben for ada"));
    world.stop().await;
}
