//! Whoever asks by the API, by a page or by a form, with a session or with a token of theirs, has no say in what follows.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use http::{StatusCode, header};
use serde_json::{Value, json};
use throughline_domain::access::Role;
use throughline_domain::id::{PersonId, RunId};
use throughline_store::RunStatus;

use super::page::{asked, call, form, get, own_form, router, send, signed_in};
use super::{approver, by, open, publish};
use crate::support::Ground;
use crate::world::{World, invoice, on_both};

on_both!(a_session_and_a_token_ask_as_the_person_they_are_of, who_sends_a_form_while_signed_in_has_asked,);

/// An approver who may start runs and answer questions as well.
async fn ada(world: &World) -> PersonId {
    let ada = approver(world, 1, "ada").await;
    let roles = BTreeSet::from([Role::Approver, Role::Operator]);
    assert!(world.store.set_roles(&world.scope, &ada, &roles, by()).await.unwrap());
    approver(world, 2, "ben").await;
    ada
}

/// What the API says of the open proposal of a run.
async fn shown(world: &World, router: &axum::Router, cookie: &str, run: &str) -> Value {
    let row = open(world, &run.parse::<RunId>().unwrap()).await;
    get(router, &format!("/api/v1/proposals/{}", row.proposal.id()), Some(cookie)).await.json()
}

async fn a_session_and_a_token_ask_as_the_person_they_are_of(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = ada(&world).await;
    publish(&world, "bill", &invoice(""), "").await;
    let (router, cookie) = (router(&world), signed_in(&world, &ada).await);
    let start = json!({ "event": { "order": "o-1" } });
    let started = call(&router, "POST", "/api/v1/workflows/bill/runs", &cookie, &start).await;
    assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.text);
    let run = started.json()["run_id"].as_str().unwrap().to_owned();
    let view = shown(&world, &router, &cookie, &run).await;
    assert_eq!(view["requested_by"], json!(["ada"]), "{view:#}");
    assert_eq!(view["rules"][0]["asked"], json!(["ben"]), "who asked for it is not asked about it");
    let (id, hash) = (view["proposal_id"].as_str().unwrap(), &view["content_hash"]);
    let yes = json!({ "verdict": "approve", "shown_hash": hash });
    let refused = call(&router, "POST", &format!("/api/v1/proposals/{id}/decision"), &cookie, &yes).await;
    let code = refused.json()["error"]["code"].clone();
    assert_eq!((refused.status, code), (StatusCode::FORBIDDEN, json!("TL0872")), "{}", refused.text);
    let page = get(&router, &format!("/d/{id}"), Some(&cookie)).await;
    assert!(!page.text.contains("name=\"seal\""), "nothing to press for who has no say: {}", page.text);
    let fields = format!("verdict=approve&shown_hash={}", hash.as_str().unwrap());
    let refused = form(&router, &format!("/d/{id}"), Some(&cookie), &fields).await;
    assert!(refused.status.is_client_error(), "{}", refused.text);

    // A token is a name of the same person.
    let token = json!({ "name": "script", "scopes": ["write"] });
    let token = call(&router, "POST", "/api/v1/tokens", &cookie, &token).await.json();
    let bearer = format!("Bearer {}", token["token"].as_str().unwrap());
    let with_token = |method: &'static str, path: String, body: Value| {
        let (router, bearer) = (router.clone(), bearer.clone());
        async move {
            let request = asked(method, &path, None)
                .header(header::AUTHORIZATION, bearer)
                .header(header::CONTENT_TYPE, "application/json");
            send(&router, request.body(Body::from(body.to_string())).unwrap()).await
        }
    };
    let start = json!({ "workflow": "bill", "event": { "order": "o-2" } });
    let started = with_token("POST", "/api/v1/runs".to_owned(), start).await;
    assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.text);
    let run = started.json()["run_id"].as_str().unwrap().to_owned();
    assert_eq!(shown(&world, &router, &cookie, &run).await["requested_by"], json!(["ada"]));

    // A retry of a run that nobody asked for.
    let run = world.run("bill", json!({ "order": "o-3" })).await;
    assert_eq!(shown(&world, &router, &cookie, run.as_str()).await["requested_by"], json!([]));
    world.engine.cancel_run(&world.scope, &run, "admin").await.unwrap();
    world.until(&run, RunStatus::Cancelled).await;
    let again = with_token("POST", format!("/api/v1/runs/{run}/retry"), json!({})).await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.text);
    let run = again.json()["run_id"].as_str().unwrap().to_owned();
    assert_eq!(shown(&world, &router, &cookie, &run).await["requested_by"], json!(["ada"]));

    // A question, answered on its page.
    let ask = "- { id: go, ask: { question: \"Go?\", form: [ { field: go, type: yes_no, title: Go } ], owner: \"team:ops\", due: 4h }, next: invoice }";
    publish(&world, "asks", &format!("{ask}\n{}", invoice("")), "").await;
    let run = world.run("asks", json!({ "order": "o-4" })).await;
    world.until(&run, RunStatus::Waiting).await;
    let [question] = world.store.asks_of_run(&world.scope, &run).await.unwrap().try_into().unwrap();
    let answered = own_form(&router, &format!("/asks/{}", question.ask), Some(&cookie), "go=yes").await;
    assert_eq!(answered.status, StatusCode::OK, "{}", answered.text);
    assert_eq!(shown(&world, &router, &cookie, run.as_str()).await["requested_by"], json!(["ada"]));
    world.stop().await;
}

const INPUT: &str = "input: { type: object, required: [order], properties: { order: { type: string } } }\n";

async fn who_sends_a_form_while_signed_in_has_asked(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    world.install(&["form"]).await;
    let ada = ada(&world).await;
    let text = crate::world::text("quote", "on: form.submitted, with: { path: quote }", &invoice(""));
    let text =
        text.replace("stage: live", "stage: review").replacen("nodes:\n", &format!("{INPUT}nodes:\n"), 1);
    world.publish_text(&text).await;
    let (router, cookie) = (router(&world), signed_in(&world, &ada).await);
    for (with, order, who) in [(Some(cookie.as_str()), "o-1", json!(["ada"])), (None, "o-2", json!([]))] {
        let page = get(&router, "/forms/main/quote", with).await;
        let ticket = page.hidden("_ticket");
        // Nobody fills a form in less.
        tokio::time::sleep(Duration::from_millis(2_100)).await;
        let sent =
            own_form(&router, "/forms/main/quote", with, &format!("order={order}&_ticket={ticket}")).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
        let filter =
            throughline_store::RunFilter { workflow: Some("quote".to_owned()), ..Default::default() };
        let first = throughline_store::PageRequest::first(1);
        let run = world.store.list_runs(&world.scope, &filter, &first).await.unwrap().items.remove(0).run;
        assert_eq!(shown(&world, &router, &cookie, run.as_str()).await["requested_by"], who);
    }
    world.stop().await;
}
