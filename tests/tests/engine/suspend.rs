//! Connectors that suspend their calls: for a time, or until their remote calls back.

use std::time::Duration;

use serde_json::{Value, json};
use throughline_domain::id::RunId;
use throughline_domain::permission::PermissionSet;
use throughline_domain::run::event::RunEvent;
use throughline_engine::CommandError;
use throughline_host::inspect;
use throughline_intake::WebhookRequest;
use throughline_store::{EffectState, RunStatus, Scope};

use crate::guest::courier;
use crate::support::Ground;
use crate::world::{BY, World, on_both};

on_both!(
    a_pause_for_a_time_survives_a_restart,
    a_callback_wakes_a_read_once_and_nothing_else_does,
    a_callback_confirms_a_write_under_its_own_intent,
    a_cancel_ends_what_is_suspended,
    a_pause_without_end_takes_the_exception_port,
);

async fn world(ground: &Ground) -> World {
    let world = Box::pin(World::start(ground)).await;
    let wasm = courier();
    let consent = PermissionSet::of(&inspect(&wasm).unwrap().manifest).hash();
    world.engine.install_plugin(wasm, Some(&consent), BY).await.unwrap();
    world
}

/// A run of one action, once it is suspended.
async fn suspended(world: &World, action: &str) -> RunId {
    let nodes = format!(
        "- {{ id: carry, action: courier.{action}, with: {{ }}, next: after }}\n\
         - {{ id: after, set: \"{{{{ steps.carry }}}}\" }}"
    );
    world.publish(action, &nodes).await;
    let run = world.run(action, json!({})).await;
    world.until(&run, RunStatus::Waiting).await;
    run
}

/// The last part of the callback address that the guest gave as its token.
async fn ticket(world: &World, run: &RunId) -> String {
    let log = world.store.load_log(&world.scope, run).await.unwrap();
    let token = log.iter().find_map(|entry| match &entry.event {
        RunEvent::CallSuspended { token, on_callback: true, .. } => Some(token.clone()),
        _ => None,
    });
    let url = world.store.load(&world.scope, &token.unwrap()).await.unwrap();
    let url = url.as_str().unwrap();
    url.strip_prefix("https://runner.test/callbacks/main/").unwrap_or_else(|| panic!("{url}")).to_owned()
}

fn request(body: &str) -> WebhookRequest {
    WebhookRequest {
        method: "POST".into(),
        path_and_query: "/callbacks/main/x?state=7".into(),
        headers: vec![("content-type".into(), "application/json".into())],
        body: body.as_bytes().to_vec(),
    }
}

async fn calls_back(world: &World, ticket: &str, body: &str) -> Result<(), CommandError> {
    world.engine.take_callback(&world.scope, ticket, &request(body)).await
}

async fn a_pause_for_a_time_survives_a_restart(ground: Ground) {
    let world = world(&ground).await;
    let run = suspended(&world, "timed").await;
    world.stop().await;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let world = World::open(&ground).await;
    world.engine.start().await.unwrap();
    let detail = world.succeeded(&run).await;
    let given = world.output(&detail, "after").await;
    assert!(given.as_str().unwrap().starts_with("https://runner.test/callbacks/main/"), "its token: {given}");
    let count = |tag: &str| detail.log.iter().filter(|entry| entry.event.tag() == tag).count();
    assert_eq!((count("attempt_started"), count("call_suspended"), count("call_resumed")), (1, 1, 1));
    world.stop().await;
}

async fn a_callback_wakes_a_read_once_and_nothing_else_does(ground: Ground) {
    let world = world(&ground).await;
    let run = suspended(&world, "called").await;
    let ticket = ticket(&world, &run).await;
    let other = Scope::new("other").unwrap();
    world.store.create_workspace(&other, "Other", throughline_domain::time::Timestamp(0)).await.unwrap();
    let elsewhere = world.engine.take_callback(&other, &ticket, &request("1")).await;
    assert!(matches!(elsewhere, Err(CommandError::NotFound { .. })));
    for bad in ["", "x.y", &ticket[1..], &ticket[..ticket.len() - 2]] {
        assert!(matches!(calls_back(&world, bad, "1").await, Err(CommandError::NotFound { .. })), "{bad}");
    }
    assert_eq!(world.until(&run, RunStatus::Waiting).await.status, RunStatus::Waiting);
    calls_back(&world, &ticket, r#"{"ready":true}"#).await.unwrap();
    let detail = world.succeeded(&run).await;
    assert_eq!(world.output(&detail, "after").await, json!({ "ready": true }));
    assert!(
        matches!(calls_back(&world, &ticket, "2").await, Err(CommandError::NotFound { .. })),
        "it is over"
    );
    let log = serde_json::to_string(&detail.log).unwrap();
    let received = detail.log.iter().find(|entry| entry.event.tag() == "callback_received").unwrap();
    assert!(!serde_json::to_string(received).unwrap().contains(&ticket), "{log}");
    world.stop().await;
}

async fn a_callback_confirms_a_write_under_its_own_intent(ground: Ground) {
    let world = world(&ground).await;
    let run = suspended(&world, "once").await;
    let [open] = world.effects(&run).await.try_into().unwrap();
    assert_eq!(open.state, EffectState::Intended, "nobody knows yet");
    // A worker that dies while the step is suspended changes nothing.
    let ticket = ticket(&world, &run).await;
    world.stop().await;
    let world = World::open(&ground).await;
    calls_back(&world, &ticket, r#"{"id":"inv_1"}"#).await.unwrap();
    assert!(
        matches!(calls_back(&world, &ticket, "2").await, Err(CommandError::Conflict(_))),
        "the first one counts"
    );
    world.engine.start().await.unwrap();
    let detail = world.succeeded(&run).await;
    assert_eq!(world.output(&detail, "after").await, json!({ "id": "inv_1" }));
    let [effect] = world.effects(&run).await.try_into().unwrap();
    assert_eq!((effect.effect, effect.state, effect.sending), (open.effect, EffectState::Confirmed, 1));
    world.stop().await;
}

async fn a_cancel_ends_what_is_suspended(ground: Ground) {
    let world = world(&ground).await;
    let read = suspended(&world, "called").await;
    let gone = ticket(&world, &read).await;
    world.engine.cancel_run(&world.scope, &read, BY).await.unwrap();
    world.until(&read, RunStatus::Cancelled).await;
    assert!(matches!(calls_back(&world, &gone, "1").await, Err(CommandError::NotFound { .. })));
    // A write that may have happened is never called cancelled: a person says what became of it.
    let write = suspended(&world, "once").await;
    world.engine.cancel_run(&world.scope, &write, BY).await.unwrap();
    let exception = world.exception(&write).await;
    assert_eq!(exception.reason, "unknown_outcome");
    world.resolve(&exception, json!({ "action": "did_not_happen" })).await;
    world.until(&write, RunStatus::Cancelled).await;
    world.stop().await;
}

async fn a_pause_without_end_takes_the_exception_port(ground: Ground) {
    let world = world(&ground).await;
    let nodes = "- { id: carry, action: courier.never, with: { }, on_exception: why }\n\
                 - { id: why, set: \"{{ steps.carry.error.code }}\" }";
    world.publish("never", nodes).await;
    let run = world.run("never", json!({})).await;
    let detail = world.succeeded(&run).await;
    assert_eq!(world.output(&detail, "why").await, Value::from("TL0444"));
    world.stop().await;
}
