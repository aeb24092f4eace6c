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
    a_second_person_publishes_what_they_saw_and_nobody_their_own,
    a_workspace_that_wants_two_lets_nobody_publish_alone,
);

async fn member(world: &World, n: u64, name: &str, role: Role) -> (PersonId, String) {
    let person = approver(world, n, name).await;
    assert!(world.store.set_roles(&world.scope, &person, &BTreeSet::from([role]), by()).await.unwrap());
    let cookie = signed_in(world, &person).await;
    (person, cookie)
}

fn greeting(words: &str) -> String {
    text("greet", "on: throughline.manual", &format!("- {{ id: hello, set: {{ text: \"{words}\" }} }}"))
}

fn refused(answer: &Answer, status: StatusCode, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    let error = answer.json()["error"].clone();
    assert!(error["message"].as_str().unwrap().contains(words), "{error}");
}

const ASK: &str = "/api/v1/workflows/greet/publish-requests";

async fn a_second_person_publishes_what_they_saw_and_nobody_their_own(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (ada, ada_in) = member(&world, 1, "ada", Role::Builder).await;
    let (ben, ben_in) = member(&world, 2, "ben", Role::Builder).await;
    let (_, vera_in) = member(&world, 3, "vera", Role::Viewer).await;
    let router = router(&world);
    let say = |method: &'static str, path: String, cookie: String, body: Value| {
        let router = router.clone();
        async move { call(&router, method, &path, &cookie, &body).await }
    };
    let ask = |body: Value, cookie: &str| say("POST", ASK.to_owned(), cookie.to_owned(), body);

    // What could not be published is not asked for either.
    refused(
        &ask(json!({ "text": "workflow: greet" }), &ada_in).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "mended",
    );
    let other = text("other", "on: throughline.manual", "- { id: a, set: 1 }");
    refused(
        &ask(json!({ "text": other }), &ada_in).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "not of `greet`",
    );
    let long = json!({ "text": greeting("Hello"), "note": "x".repeat(2_001) });
    refused(&ask(long, &ada_in).await, StatusCode::UNPROCESSABLE_ENTITY, "2000 characters");
    assert_eq!(ask(json!({ "text": greeting("Hello") }), &vera_in).await.status, StatusCode::FORBIDDEN);

    let first = ask(json!({ "text": greeting("Helo") }), &ada_in).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    // Asking anew takes its place; somebody else waits their turn.
    let asked = ask(json!({ "text": greeting("Hello"), "note": "a word mended" }), &ada_in).await.json();
    refused(&ask(json!({ "text": greeting("Hi") }), &ben_in).await, StatusCode::CONFLICT, "already");
    let open = get(&router, "/api/v1/publish-requests", Some(&vera_in)).await.json();
    assert_eq!(
        (open["items"].as_array().unwrap().len(), &open["items"][0]["note"]),
        (1, &json!("a word mended"))
    );
    let id = asked["request_id"].as_str().unwrap().to_owned();
    let at = |what: &str| format!("/api/v1/publish-requests/{id}{what}");
    let shown = get(&router, &at(""), Some(&ben_in)).await.json();
    assert_eq!(
        (shown["text"].as_str(), shown["asked_by"].as_str()),
        (Some(greeting("Hello").as_str()), Some(ada.as_str()))
    );

    let seen = json!({ "sha256": asked["sha256"], "current": null });
    let own = say("POST", at("/publish"), ada_in.clone(), seen.clone()).await;
    refused(&own, StatusCode::FORBIDDEN, "asked for a second person yourself");
    assert_eq!(own.json()["error"]["code"], "TL0729");
    for (body, why) in [
        (json!({ "sha256": "0".repeat(64), "current": null }), "another text"),
        (json!({ "sha256": asked["sha256"], "current": 7 }), "another version"),
    ] {
        let moved = say("POST", at("/publish"), ben_in.clone(), body).await;
        assert_eq!(moved.status, StatusCode::CONFLICT, "{why}: {}", moved.text);
    }
    assert_eq!(say("DELETE", at(""), ben_in.clone(), Value::Null).await.status, StatusCode::FORBIDDEN);
    assert_eq!(get(&router, "/api/v1/workflows/greet", Some(&ben_in)).await.status, StatusCode::NOT_FOUND);
    let done = say("POST", at("/publish"), ben_in.clone(), seen.clone()).await;
    assert_eq!((done.status, &done.json()["version"]), (StatusCode::OK, &json!(1)), "{}", done.text);
    let again = say("POST", at("/publish"), ben_in.clone(), seen).await;
    refused(&again, StatusCode::CONFLICT, "is over");
    let versions = get(&router, "/api/v1/workflows/greet/versions", Some(&vera_in)).await.json();
    assert_eq!(versions["items"][0]["written_by"], json!(ada.as_str()), "{versions}");

    // Sent back, with a reason; asked and taken back.
    let next = ask(json!({ "text": greeting("Hi") }), &ada_in).await.json();
    let back = format!("/api/v1/publish-requests/{}/send-back", next["request_id"].as_str().unwrap());
    refused(
        &say("POST", back.clone(), ben_in.clone(), json!({ "words": " " })).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "say what",
    );
    let sent = say("POST", back, ben_in.clone(), json!({ "words": "too short" })).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    let last = ask(json!({ "text": greeting("Hi there") }), &ada_in).await.json();
    let path = format!("/api/v1/publish-requests/{}", last["request_id"].as_str().unwrap());
    assert_eq!(say("DELETE", path, ada_in.clone(), Value::Null).await.status, StatusCode::OK);
    let all = get(&router, ASK, Some(&ben_in)).await.json();
    let states: Vec<&str> =
        all["items"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["withdrawn", "sent_back", "published", "withdrawn"]);
    assert_eq!(all["items"][1]["decided_by"], json!(ben.as_str()));
    assert_eq!(get(&router, "/api/v1/publish-requests", Some(&ben_in)).await.json()["items"], json!([]));
    world.stop().await;
}

async fn a_workspace_that_wants_two_lets_nobody_publish_alone(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (_, ada_in) = member(&world, 1, "ada", Role::Builder).await;
    let (_, ben_in) = member(&world, 2, "ben", Role::Admin).await;
    let router = router(&world);
    let publish = json!({ "text": greeting("Hello") });
    let two = json!({ "by_two": true });
    let denied = call(&router, "PUT", "/api/v1/publishing", &ada_in, &two).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN, "{}", denied.text);
    assert_eq!(get(&router, "/api/v1/publishing", Some(&ada_in)).await.json(), json!({ "by_two": false }));
    let set = call(&router, "PUT", "/api/v1/publishing", &ben_in, &two).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text);
    for cookie in [&ada_in, &ben_in] {
        let alone = call(&router, "POST", "/api/v1/workflows", cookie, &publish).await;
        assert_eq!(
            (alone.status, &alone.json()["error"]["code"]),
            (StatusCode::FORBIDDEN, &json!("TL0728")),
            "{}",
            alone.text
        );
    }
    let asked = call(&router, "POST", ASK, &ada_in, &publish).await.json();
    let path = format!("/api/v1/publish-requests/{}/publish", asked["request_id"].as_str().unwrap());
    let done =
        call(&router, "POST", &path, &ben_in, &json!({ "sha256": asked["sha256"], "current": null })).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert_eq!(
        call(&router, "PUT", "/api/v1/publishing", &ben_in, &json!({ "by_two": false })).await.status,
        StatusCode::OK
    );
    let alone = call(&router, "POST", "/api/v1/workflows", &ada_in, &json!({ "text": greeting("Hi") })).await;
    assert_eq!(alone.status, StatusCode::CREATED, "{}", alone.text);
    world.stop().await;
}
