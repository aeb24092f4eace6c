//! Cancelling and draining in the middle of things.

use std::time::Duration;

use serde_json::json;
use throughline_domain::run::event::RunEvent;
use throughline_simulators::FailureMode;
use throughline_store::{EffectState, RunStatus};

use crate::support::Ground;
use crate::world::{BY, World, invoice, on_both, pay, pay_blind};

on_both!(
    a_cancel_lets_a_write_finish,
    a_cancel_of_a_write_without_an_answer_waits_for_the_truth,
    a_cancel_ends_what_waits,
    a_drain_finishes_what_is_under_way,
    what_is_abandoned_is_settled_at_the_next_start,
);

async fn a_cancel_lets_a_write_finish(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = format!("{}\n- {{ id: never, set: 1 }}", invoice(", next: never"));
    world.publish("bill", &nodes).await;
    ground.fail("/v1/invoices", FailureMode::Slow, Some(700));
    let run = world.run("bill", json!({})).await;
    tokio::time::sleep(Duration::from_millis(250)).await;
    world.engine.cancel_run(&world.scope, &run, BY).await.unwrap();
    world.until(&run, RunStatus::Cancelled).await;
    let detail = world.detail(&run).await;
    assert_eq!(detail.effects.len(), 1, "the cancel came before the write: {:#?}", detail.log);
    assert_eq!(detail.effects[0].state, EffectState::Confirmed);
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    let place =
        |wanted: fn(&RunEvent) -> bool| detail.log.iter().position(|entry| wanted(&entry.event)).unwrap();
    let settled = place(|event| matches!(event, RunEvent::EffectSettled { .. }));
    assert!(place(|event| matches!(event, RunEvent::CancelRequested { .. })) < settled);
    assert!(settled < place(|event| matches!(event, RunEvent::RunCancelled)));
    assert!(!detail.steps.iter().any(|step| step.node == "never" && step.output.is_some()));
    world.stop().await;
}

async fn a_cancel_of_a_write_without_an_answer_waits_for_the_truth(ground: Ground) {
    let world = World::start(&ground).await;
    world.publish("blind", &pay_blind("")).await;
    let bill = ground.invoice().await;
    ground.fail("/v1/payments", FailureMode::TimeoutAfterApplying, Some(600));
    let run = world.run("blind", json!({ "invoice": bill })).await;
    ground.until_sent("/v1/payments", 1).await;
    world.engine.cancel_run(&world.scope, &run, BY).await.unwrap();
    let exception = world.exception(&run).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    world.until(&run, RunStatus::Waiting).await;
    assert_eq!(world.effects(&run).await[0].state, EffectState::InDoubt);
    world.resolve(&exception, json!({ "action": "happened", "proof": "seen in the books" })).await;
    world.until(&run, RunStatus::Cancelled).await;
    assert_eq!(world.effects(&run).await[0].state, EffectState::Confirmed);
    assert_eq!(ground.sent_and_applied("/v1/payments").await, (1, 1));
    world.stop().await;
}

async fn a_cancel_ends_what_waits(ground: Ground) {
    let world = World::start(&ground).await;
    world.publish("nap", "- { id: nap, wait: { for: 2h } }").await;
    let raise = "{ reason: needs_judgement, sentence: \"Somebody has to look at this one.\" }";
    world.publish("trouble", &format!("- {{ id: stop, raise: {raise} }}")).await;
    let nap = world.run("nap", json!({})).await;
    world.until(&nap, RunStatus::Waiting).await;
    let trouble = world.run("trouble", json!({})).await;
    world.exception(&trouble).await;
    for run in [&nap, &trouble] {
        world.engine.cancel_run(&world.scope, run, BY).await.unwrap();
        world.until(run, RunStatus::Cancelled).await;
        assert!(world.engine.cancel_run(&world.scope, run, BY).await.is_err(), "it has ended");
    }
    world.stop().await;
}

async fn a_drain_finishes_what_is_under_way(ground: Ground) {
    let world = World::start(&ground).await;
    world.publish("bill", &invoice("")).await;
    world.publish("pay", &format!("- {{ id: nap, wait: {{ for: 900ms }}, next: pay }}\n{}", pay(""))).await;
    let bill = ground.invoice().await;
    let mut waiting = Vec::new();
    for _ in 0..3 {
        waiting.push(world.run("pay", json!({ "invoice": bill })).await);
    }
    ground.fail("/v1/invoices", FailureMode::Slow, Some(800));
    let run = world.run("bill", json!({})).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(world.engine.drain(Duration::from_secs(10)).await);
    assert!(world.engine.is_draining());
    let effects = world.effects(&run).await;
    assert_eq!(effects.len(), 1, "the drain came before the write");
    assert_eq!(effects[0].state, EffectState::Confirmed, "a write under way is finished");
    let after = world.run("bill", json!({})).await;
    world.store.close().await;
    drop(world);

    let world = World::open(&ground).await;
    world.engine.start().await.unwrap();
    for run in waiting.iter().chain([&run, &after]) {
        world.succeeded(run).await;
    }
    assert_eq!(ground.sent_and_applied("/v1/payments").await, (3, 3));
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (3, 3), "the test's own, and one a run");
    world.stop().await;
}

async fn what_is_abandoned_is_settled_at_the_next_start(ground: Ground) {
    let world = World::start(&ground).await;
    world.publish("bill", &invoice("")).await;
    // Longer than the drain may take, by far.
    ground.fail("/v1/invoices", FailureMode::Slow, Some(12_000));
    let run = world.run("bill", json!({})).await;
    throughline_test_support::wait_until_async(
        "the write is under way",
        Duration::from_secs(10),
        async || world.effects(&run).await.first().map(|_| ()),
    )
    .await;
    world.engine.abandon();
    assert!(world.engine.drain(Duration::from_secs(5)).await, "a write under way is not waited for");
    assert_eq!(world.effects(&run).await[0].state, EffectState::Intended);
    world.store.close().await;
    drop(world);

    let world = World::open(&ground).await;
    world.engine.start().await.unwrap();
    world.succeeded(&run).await;
    assert_eq!(world.effects(&run).await[0].state, EffectState::Confirmed);
    assert_eq!(ground.sent_and_applied("/v1/invoices").await.1, 1);
    world.stop().await;
}
