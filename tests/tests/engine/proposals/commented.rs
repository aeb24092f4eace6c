//! What is said beside a decision: questions with their mails and answers, who hears of them, and what somebody puts off.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};
use throughline_domain::access::Role;
use throughline_domain::id::PersonId;
use throughline_engine::command::Wish;
use throughline_host::services::Clock;
use throughline_store::PageRequest;

use super::page::{Answer, call, get, router, signed_in};
use super::{approver, by, decide, open, publish};
use crate::support::{Ground, MachineClock};
use crate::world::{World, invoice, on_both};

on_both!(
    a_question_reaches_who_is_asked_and_its_answer_who_asks,
    bad_comments_are_refused_in_words_and_change_nothing,
    what_was_said_goes_along_with_what_takes_the_place,
    what_is_put_off_comes_back_by_itself_or_when_somebody_speaks,
);

async fn viewer(world: &World, n: u64, name: &str) -> PersonId {
    let person = approver(world, n, name).await;
    let roles = BTreeSet::from([Role::Viewer]);
    assert!(world.store.set_roles(&world.scope, &person, &roles, by()).await.unwrap());
    person
}

/// The open ones that are somebody's, as the API lists them.
async fn mine(router: &axum::Router, cookie: &str) -> Vec<Value> {
    let list = get(router, "/api/v1/proposals?asked=me", Some(cookie)).await.json();
    list["items"].as_array().unwrap().clone()
}

/// Subjects of the mails to somebody.
async fn mails_to(world: &World, name: &str) -> Vec<String> {
    let mails = world.store.list_mail(&world.scope, false, &PageRequest::first(50)).await.unwrap().items;
    let to = format!("{name}@example.com");
    mails.into_iter().filter(|mail| mail.to == to).map(|mail| mail.subject).collect()
}

fn refused(answer: &Answer, status: StatusCode, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains(words), "{message}");
}

async fn a_question_reaches_who_is_asked_and_its_answer_who_asks(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (ada, vera) = (approver(&world, 1, "ada").await, viewer(&world, 2, "vera").await);
    publish(&world, "bill", &invoice(""), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    let router = router(&world);
    let (ada_in, vera_in) = (signed_in(&world, &ada).await, signed_in(&world, &vera).await);
    let path = format!("/api/v1/proposals/{}", row.proposal.id());
    let comments = format!("{path}/comments");

    // Who only looks says nothing unasked.
    let unasked = json!({ "text": "I think so" });
    let denied = call(&router, "POST", &comments, &vera_in, &unasked).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN, "{}", denied.text);
    assert!(mine(&router, &vera_in).await.is_empty());

    let question = json!({ "text": "Is this the new price?", "asks": "person:vera" });
    let asked = call(&router, "POST", &comments, &ada_in, &question).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    let id = asked.json()["comment_id"].as_str().unwrap().to_owned();
    assert_eq!(mails_to(&world, "vera").await, ["ada asks you about a change"]);
    let of_vera = mine(&router, &vera_in).await;
    assert_eq!(
        (of_vera.len(), &of_vera[0]["asks_you"], &of_vera[0]["for_you"]),
        (1, &json!(true), &json!([]))
    );
    let of_ada = mine(&router, &ada_in).await;
    assert_eq!((&of_ada[0]["asks_you"], &of_ada[0]["open_questions"]), (&json!(false), &json!(1)));

    // To answer is no right to decide.
    let hash = row.proposal.hash().as_str();
    let yes = json!({ "verdict": "approve", "shown_hash": hash });
    let decided = call(&router, "POST", &format!("{path}/decision"), &vera_in, &yes).await;
    assert_eq!(decided.status, StatusCode::FORBIDDEN, "{}", decided.text);

    let answer = json!({ "text": "It is.", "answers": id });
    let answered = call(&router, "POST", &comments, &vera_in, &answer).await;
    assert_eq!(answered.status, StatusCode::OK, "{}", answered.text);
    assert!(mails_to(&world, "ada").await.contains(&"vera answered your question".to_owned()));
    assert!(mine(&router, &vera_in).await.is_empty(), "nothing is asked of her any more");
    let view = get(&router, &path, Some(&ada_in)).await.json();
    assert_eq!((&view["open_questions"], &view["asks_you"]), (&json!(0), &json!(false)));
    let said: Vec<(&str, &str)> = view["comments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["by"].as_str().unwrap(), one["text"].as_str().unwrap()))
        .collect();
    assert_eq!(said, [("ada", "Is this the new price?"), ("vera", "It is.")]);
    assert!(view["comments"][0]["answered_at"].is_string(), "{view:#}");
    assert_eq!(view["comments"][1]["answers"], json!(id));
    let page = get(&router, &format!("/d/{}", row.proposal.id()), Some(&ada_in)).await;
    assert!(page.text.contains("It is."), "the plain page shows it: {}", page.text);

    // Nothing of it changed the proposal; what was said stays when it is decided.
    decide(&world, &row, &ada, Wish::Approve).await.unwrap();
    world.succeeded(&run).await;
    let after = call(&router, "POST", &comments, &ada_in, &json!({ "text": "It went well." })).await;
    assert_eq!(after.status, StatusCode::OK, "{}", after.text);
    let late = call(&router, "POST", &comments, &ada_in, &question).await;
    refused(&late, StatusCode::CONFLICT, "not open any more");
    assert_eq!(get(&router, &path, Some(&ada_in)).await.json()["comments"].as_array().unwrap().len(), 3);
    world.stop().await;
}

async fn what_was_said_goes_along_with_what_takes_the_place(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (ada, ben) = (approver(&world, 1, "ada").await, viewer(&world, 2, "ben").await);
    approver(&world, 3, "cy").await;
    publish(&world, "bill", &invoice(""), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    let (router, ada_in, ben_in) =
        (router(&world), signed_in(&world, &ada).await, signed_in(&world, &ben).await);
    let path = format!("/api/v1/proposals/{}/comments", row.proposal.id());
    let asked =
        call(&router, "POST", &path, &ada_in, &json!({ "text": "Is it?", "asks": "person:ben" })).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    // Who only looks answers, and says nothing else, also while they are asked.
    for unasked in [json!({ "text": "By the way" }), json!({ "text": "You?", "asks": "person:cy" })] {
        assert_eq!(call(&router, "POST", &path, &ben_in, &unasked).await.status, StatusCode::FORBIDDEN);
    }
    let mut input = row.proposal.content().operations[0].input.clone();
    input["lines"][0]["unit_price"] = json!("12.00");
    let taken = decide(&world, &row, &ada, Wish::ApproveEdited(input)).await.unwrap();
    assert_ne!(taken.proposal, *row.proposal.id());
    let of_ben = mine(&router, &ben_in).await;
    assert_eq!(of_ben.len(), 1, "{of_ben:#?}");
    assert_eq!(of_ben[0]["proposal_id"], json!(taken.proposal.as_str()));
    let path = format!("/api/v1/proposals/{}/comments", taken.proposal);
    let answer = json!({ "text": "It is.", "answers": asked.json()["comment_id"] });
    let answered = call(&router, "POST", &path, &ben_in, &answer).await;
    assert_eq!(answered.status, StatusCode::OK, "{}", answered.text);
    world.stop().await;
}

async fn bad_comments_are_refused_in_words_and_change_nothing(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    publish(&world, "bill", &invoice(""), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    let (router, cookie) = (router(&world), signed_in(&world, &ada).await);
    let path = format!("/api/v1/proposals/{}", row.proposal.id());
    let send = |body: Value| {
        let (router, cookie, path) = (router.clone(), cookie.clone(), format!("{path}/comments"));
        async move { call(&router, "POST", &path, &cookie, &body).await }
    };
    let bad = StatusCode::UNPROCESSABLE_ENTITY;
    for (body, words) in [
        (json!({ "text": " \n " }), "1 to 10,000 characters"),
        (json!({ "text": "x".repeat(10_001) }), "1 to 10,000 characters"),
        (json!({ "text": "?", "asks": "vera" }), "nobody to ask"),
        (json!({ "text": "?", "asks": "person:nobody" }), "nobody else who signs in here"),
        (json!({ "text": "?", "asks": "person:ada" }), "nobody else who signs in here"),
        (json!({ "text": "?", "asks": "role:approver" }), "nobody else who signs in here"),
        (json!({ "text": "!", "asks": "person:ada", "answers": "cmt_1" }), "not both"),
    ] {
        refused(&send(body).await, bad, words);
    }
    refused(&send(json!({ "text": "!", "answers": "cmt_nowhere" })).await, StatusCode::NOT_FOUND, "question");
    let plain = send(json!({ "text": "<b>plain</b>\u{202e}" })).await;
    let id = plain.json()["comment_id"].clone();
    refused(&send(json!({ "text": "!", "answers": id })).await, StatusCode::NOT_FOUND, "question");
    let page = get(&router, &format!("/d/{}", row.proposal.id()), Some(&cookie)).await;
    assert!(page.text.contains("&lt;b&gt;plain"), "text of others stays text: {}", page.text);
    // The token of the data directory has no list of its own, and is named as what it is.
    let until = json!({ "until": row.proposal.expires_at().to_rfc3339() });
    let snooze = format!("{path}/snooze");
    refused(&call(&router, "PUT", &snooze, &cookie, &until).await, bad, "before that");
    refused(
        &call(&router, "PUT", &snooze, &cookie, &json!({ "until": "2020-01-01T00:00:00Z" })).await,
        bad,
        "still to come",
    );
    let no_time = call(&router, "PUT", &snooze, &cookie, &json!({ "until": "tomorrow" })).await;
    assert!(no_time.status.is_client_error(), "{}", no_time.text);
    let view = get(&router, &path, Some(&cookie)).await.json();
    assert_eq!((view["comments"].as_array().unwrap().len(), &view["snoozed_until"]), (1, &Value::Null));
    world.stop().await;
}

async fn what_is_put_off_comes_back_by_itself_or_when_somebody_speaks(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (ada, ben) = (approver(&world, 1, "ada").await, approver(&world, 2, "ben").await);
    publish(&world, "bill", &invoice(""), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    let router = router(&world);
    let (ada_in, ben_in) = (signed_in(&world, &ada).await, signed_in(&world, &ben).await);
    let path = format!("/api/v1/proposals/{}", row.proposal.id());
    let snooze = format!("{path}/snooze");
    let later = |ms: u64| json!({ "until": row.proposal.opened_at().plus_ms(ms).to_rfc3339() });
    let off = || async { mine(&router, &ada_in).await[0]["snoozed_until"].clone() };

    let done = call(&router, "PUT", &snooze, &ada_in, &later(3_600_000)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert!(off().await.is_string());
    assert_eq!(mine(&router, &ben_in).await[0]["snoozed_until"], Value::Null, "for her only");
    // What she says herself leaves it off; what another says brings it back.
    let comments = format!("{path}/comments");
    call(&router, "POST", &comments, &ada_in, &json!({ "text": "not before noon" })).await;
    assert!(off().await.is_string());
    call(&router, "POST", &comments, &ben_in, &json!({ "text": "it is urgent" })).await;
    assert_eq!(off().await, Value::Null);
    // By hand, and by itself.
    call(&router, "PUT", &snooze, &ada_in, &later(3_600_000)).await;
    let back = call(&router, "DELETE", &snooze, &ada_in, &Value::Null).await;
    assert_eq!((back.status, off().await), (StatusCode::OK, Value::Null));
    let soon = json!({ "until": MachineClock.now().plus_ms(1_500).to_rfc3339() });
    let done = call(&router, "PUT", &snooze, &ada_in, &soon).await;
    assert_eq!((done.status, off().await.is_string()), (StatusCode::OK, true), "{}", done.text);
    let began = tokio::time::Instant::now();
    while off().await.is_string() {
        assert!(began.elapsed() < crate::world::PATIENCE);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    // Once it is decided nobody puts it off.
    decide(&world, &row, &ben, Wish::Approve).await.unwrap();
    world.succeeded(&run).await;
    refused(
        &call(&router, "PUT", &snooze, &ada_in, &later(3_600_000)).await,
        StatusCode::CONFLICT,
        "not open any more",
    );
    world.stop().await;
}
