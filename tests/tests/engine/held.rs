//! Runs that were open in a backup that was restored: nothing of them moves until a person has said how they go on.

use std::time::Duration;

use serde_json::json;
use throughline_domain::id::RunId;
use throughline_store::{EffectState, HeldChoice, PageRequest, RunStatus};

use crate::support::Ground;
use crate::world::{BY, World, invoice, on_both, pay_blind};

on_both!(
    a_held_run_waits_for_a_person_and_goes_on,
    a_write_in_doubt_is_asked_about_before_it_is_sent,
    a_write_in_doubt_that_can_be_looked_up_is,
    an_engine_stops_when_its_database_was_restored_under_it
);

const SECOND_LIFE: &str = "0123456789abcdef0123456789abcdef";

/// A run before its write, held as a restore leaves it; what it waited for is long over.
async fn held(ground: &Ground, write: &str) -> (World, RunId) {
    let world = World::start(ground).await;
    let nodes = format!("- {{ id: pause, wait: {{ for: 1s }}, next: [ {} ] }}\n{write}", node_id(write));
    world.publish("restored", &nodes).await;
    let bill = ground.invoice().await;
    let run = world.run("restored", json!({ "invoice": bill })).await;
    world.until(&run, RunStatus::Waiting).await;
    world.stop().await;
    let world = World::open(ground).await;
    world.store.begin_incarnation(SECOND_LIFE, "bkp_1").await.unwrap();
    let (held, _) = world.store.hold_open_runs(&world.scope, SECOND_LIFE, None, 10).await.unwrap();
    assert_eq!(held, 1);
    world.engine.start().await.unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let row = world.store.get_run(&world.scope, &run).await.unwrap().unwrap();
    assert!(row.ended_at.is_none() && world.effects(&run).await.is_empty(), "it is held");
    let refused = world.engine.cancel_run(&world.scope, &run, BY).await.unwrap_err();
    assert!(refused.to_string().contains("held since a restore"), "{refused}");
    (world, run)
}

fn node_id(node: &str) -> &str {
    node.split_once("id: ").and_then(|(_, rest)| rest.split_once(',')).unwrap().0
}

async fn release(world: &World, run: &RunId, choice: HeldChoice) {
    world.engine.release_held(&world.scope, run, choice, BY).await.unwrap();
    assert!(world.engine.release_held(&world.scope, run, choice, BY).await.is_err(), "once");
    assert!(world.store.list_held(&world.scope, &PageRequest::first(5)).await.unwrap().items.is_empty());
}

async fn a_held_run_waits_for_a_person_and_goes_on(ground: Ground) {
    let (world, run) = held(&ground, &pay_blind("")).await;
    release(&world, &run, HeldChoice::Resume).await;
    world.succeeded(&run).await;
    assert_eq!(ground.sent_and_applied("/v1/payments").await, (1, 1));
    assert!(world.engine.verify_run(&world.scope, &run).await.unwrap().is_empty());
    world.stop().await;
}

async fn a_write_in_doubt_is_asked_about_before_it_is_sent(ground: Ground) {
    let (world, run) = held(&ground, &pay_blind("")).await;
    release(&world, &run, HeldChoice::InDoubt).await;
    let exception = world.exception(&run).await;
    assert_eq!(exception.reason, "unknown_outcome");
    assert_eq!(world.effects(&run).await[0].state, EffectState::InDoubt);
    assert_eq!(
        ground.sent_and_applied("/v1/payments").await,
        (0, 0),
        "nothing is sent before somebody knows"
    );
    world.resolve(&exception, json!({ "action": "did_not_happen" })).await;
    world.succeeded(&run).await;
    assert_eq!(ground.sent_and_applied("/v1/payments").await, (1, 1), "and then once");
    assert!(world.engine.verify_run(&world.scope, &run).await.unwrap().is_empty());
    world.stop().await;
}

async fn a_write_in_doubt_that_can_be_looked_up_is(ground: Ground) {
    let (world, run) = held(&ground, &invoice("")).await;
    let before = ground.sent_and_applied("/v1/invoices").await;
    release(&world, &run, HeldChoice::InDoubt).await;
    world.succeeded(&run).await;
    let after = ground.sent_and_applied("/v1/invoices").await;
    assert_eq!(after.1 - before.1, 1, "it was not there, so it was sent");
    world.stop().await;
}

async fn an_engine_stops_when_its_database_was_restored_under_it(ground: Ground) {
    let world = World::start(&ground).await;
    throughline_test_support::wait_until_async("it knows its life", Duration::from_secs(5), || async {
        (world.store.counters().reads > 2).then_some(())
    })
    .await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!world.engine.is_draining());
    world.store.begin_incarnation(SECOND_LIFE, "bkp_1").await.unwrap();
    throughline_test_support::wait_until_async("it stops", Duration::from_secs(20), || async {
        world.engine.is_draining().then_some(())
    })
    .await;
    world.stop().await;
}
