//! Publishing by two: who writes a version asks, somebody else agrees to exactly what they saw; and a workspace may want that
//! always.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};
use throughline_domain::access::Role;
use throughline_domain::id::PersonId;

use super::page::{Answer, call, get, router, signed_in};
use super::{approver, by};
use crate::support::Ground;
use crate::world::{World, on_both, text};

on_both!(
    what_is_unfit_is_not_asked_for_and_one_asks_at_a_time,
    a_second_person_publishes_what_they_saw_and_nobody_their_own,
    a_workspace_that_wants_two_lets_nobody_publish_alone,
);

/// Two who build and one who looks, each signed in.
struct Team {
    world: World,
    router: axum::Router,
    ada: PersonId,
    ben: PersonId,
    cookies: [String; 3],
}

const ADA: usize = 0;
const BEN: usize = 1;
const VERA: usize = 2;
const ASK: &str = "/api/v1/workflows/greet/publish-requests";
const UNFIT: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

impl Team {
    async fn gather(ground: &Ground) -> Self {
        let world = World::start(ground).await;
        let mut people = Vec::new();
        let mut cookies = Vec::new();
        for (n, name, role) in [(1, "ada", Role::Builder), (2, "ben", Role::Admin), (3, "vera", Role::Viewer)]
        {
            let person = approver(&world, n, name).await;
            let roles = BTreeSet::from([role]);
            assert!(world.store.set_roles(&world.scope, &person, &roles, by()).await.unwrap());
            cookies.push(signed_in(&world, &person).await);
            people.push(person);
        }
        let (router, cookies) = (router(&world), cookies.try_into().unwrap());
        Self { router, cookies, ada: people[ADA].clone(), ben: people[BEN].clone(), world }
    }

    async fn call(&self, who: usize, method: &str, path: &str, body: Value) -> Answer {
        call(&self.router, method, path, &self.cookies[who], &body).await
    }

    async fn ask(&self, who: usize, body: Value) -> Answer {
        self.call(who, "POST", ASK, body).await
    }

    async fn see(&self, who: usize, path: &str) -> Answer {
        get(&self.router, path, Some(&self.cookies[who])).await
    }
}

fn greeting(words: &str) -> String {
    text("greet", "on: throughline.manual", &format!("- {{ id: hello, set: {{ text: \"{words}\" }} }}"))
}

fn refused(answer: &Answer, status: StatusCode, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    let error = answer.json()["error"].clone();
    assert!(error["message"].as_str().unwrap().contains(words), "{error}");
}

/// Where a request that was asked for is.
fn at(asked: &Answer, what: &str) -> String {
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    format!("/api/v1/publish-requests/{}{what}", asked.json()["request_id"].as_str().unwrap())
}

async fn what_is_unfit_is_not_asked_for_and_one_asks_at_a_time(ground: Ground) {
    let team = Box::pin(Team::gather(&ground)).await;
    let other = text("other", "on: throughline.manual", "- { id: a, set: 1 }");
    for (body, words) in [
        (json!({ "text": "workflow: greet" }), "mended"),
        (json!({ "text": other }), "not of `greet`"),
        (json!({ "text": greeting("Hello"), "note": "x".repeat(2_001) }), "2000 characters"),
    ] {
        refused(&team.ask(ADA, body).await, UNFIT, words);
    }
    assert_eq!(team.ask(VERA, json!({ "text": greeting("Hello") })).await.status, StatusCode::FORBIDDEN);
    let first = team.ask(ADA, json!({ "text": greeting("Helo") })).await;
    // Asking anew takes its place; somebody else waits their turn.
    let second = team.ask(ADA, json!({ "text": greeting("Hello"), "note": "a word mended" })).await;
    refused(&team.ask(BEN, json!({ "text": greeting("Hi") })).await, StatusCode::CONFLICT, "already");
    assert_eq!(team.see(VERA, &at(&first, "")).await.json()["state"], "withdrawn");
    let open = team.see(VERA, "/api/v1/publish-requests").await.json();
    assert_eq!(open["items"].as_array().unwrap().len(), 1);
    assert_eq!(open["items"][0]["note"], "a word mended");
    let shown = team.see(BEN, &at(&second, "")).await.json();
    assert_eq!((&shown["text"], &shown["asked_by"]), (&json!(greeting("Hello")), &json!(team.ada.as_str())));
    team.world.stop().await;
}

async fn a_second_person_publishes_what_they_saw_and_nobody_their_own(ground: Ground) {
    let team = Box::pin(Team::gather(&ground)).await;
    let asked = team.ask(ADA, json!({ "text": greeting("Hello") })).await;
    let publish = at(&asked, "/publish");
    let sha256 = asked.json()["sha256"].clone();
    let seen = json!({ "sha256": sha256, "current": null });
    let own = team.call(ADA, "POST", &publish, seen.clone()).await;
    refused(&own, StatusCode::FORBIDDEN, "asked for a second person yourself");
    assert_eq!(own.json()["error"]["code"], "TL0729");
    for moved in
        [json!({ "sha256": "0".repeat(64), "current": null }), json!({ "sha256": sha256, "current": 7 })]
    {
        refused(&team.call(BEN, "POST", &publish, moved).await, StatusCode::CONFLICT, "not as you saw it");
    }
    assert_eq!(team.see(BEN, "/api/v1/workflows/greet").await.status, StatusCode::NOT_FOUND, "nothing yet");
    let done = team.call(BEN, "POST", &publish, seen.clone()).await;
    assert_eq!((done.status, &done.json()["version"]), (StatusCode::OK, &json!(1)), "{}", done.text);
    refused(&team.call(BEN, "POST", &publish, seen).await, StatusCode::CONFLICT, "is over");
    let versions = team.see(VERA, "/api/v1/workflows/greet/versions").await.json();
    assert_eq!(versions["items"][0]["written_by"], json!(team.ada.as_str()), "{versions}");

    // Sent back, with a reason; asked and taken back.
    let next = team.ask(ADA, json!({ "text": greeting("Hi") })).await;
    let back = at(&next, "/send-back");
    refused(&team.call(BEN, "POST", &back, json!({ "words": " " })).await, UNFIT, "say what");
    let sent = team.call(BEN, "POST", &back, json!({ "words": "too short" })).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    let last = team.ask(BEN, json!({ "text": greeting("Hi there") })).await;
    assert_eq!(team.call(ADA, "DELETE", &at(&last, ""), Value::Null).await.status, StatusCode::FORBIDDEN);
    assert_eq!(team.call(BEN, "DELETE", &at(&last, ""), Value::Null).await.status, StatusCode::OK);
    let all = team.see(BEN, ASK).await.json();
    let states: Vec<&Value> = all["items"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["withdrawn", "sent_back", "published"]);
    assert_eq!(all["items"][1]["decided_by"], json!(team.ben.as_str()));
    assert_eq!(team.see(BEN, "/api/v1/publish-requests").await.json()["items"], json!([]));
    team.world.stop().await;
}

async fn a_workspace_that_wants_two_lets_nobody_publish_alone(ground: Ground) {
    let team = Box::pin(Team::gather(&ground)).await;
    let (way, two) = ("/api/v1/publishing", json!({ "by_two": true }));
    assert_eq!(team.call(ADA, "PUT", way, two.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(team.see(VERA, way).await.json(), json!({ "by_two": false }));
    assert_eq!(team.call(BEN, "PUT", way, two).await.status, StatusCode::OK);
    let publish = json!({ "text": greeting("Hello") });
    for who in [ADA, BEN] {
        let alone = team.call(who, "POST", "/api/v1/workflows", publish.clone()).await;
        refused(&alone, StatusCode::FORBIDDEN, "a second person agrees");
        assert_eq!(alone.json()["error"]["code"], "TL0728");
    }
    let asked = team.ask(ADA, publish).await;
    let seen = json!({ "sha256": asked.json()["sha256"], "current": null });
    let done = team.call(BEN, "POST", &at(&asked, "/publish"), seen).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert_eq!(team.call(BEN, "PUT", way, json!({ "by_two": false })).await.status, StatusCode::OK);
    let alone = team.call(ADA, "POST", "/api/v1/workflows", json!({ "text": greeting("Hi") })).await;
    assert_eq!(alone.status, StatusCode::CREATED, "{}", alone.text);
    team.world.stop().await;
}
