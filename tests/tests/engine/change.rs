//! What changes under runs that wait: connections, versions; and runs that take their worker down.

use std::time::Duration;

use serde_json::json;
use throughline_domain::id::{RunId, WorkerId};
use throughline_store::RunStatus;

use crate::support::Ground;
use crate::world::{BY, World, invoice, on_both};

on_both!(
    a_deleted_connection_parks_with_words_and_comes_back,
    a_waiting_run_keeps_its_version,
    a_run_that_kills_its_worker_is_quarantined,
    a_quarantined_run_can_be_cancelled,
    a_cancel_before_the_quarantine_leaves_nothing_open,
    a_held_stage_sends_nothing,
);

async fn a_deleted_connection_parks_with_words_and_comes_back(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = format!("- {{ id: nap, wait: {{ for: 500ms }}, next: invoice }}\n{}", invoice(""));
    world.publish("bill", &nodes).await;
    let run = world.run("bill", json!({})).await;
    world.until(&run, RunStatus::Waiting).await;
    world.engine.delete_connection(&world.scope, "accounting", BY).await.unwrap();
    let exception = world.exception(&run).await;
    assert_eq!(exception.path, "invoice");
    let failure = exception.failure.as_ref().unwrap();
    assert_eq!(failure.code, "TL0447");
    assert!(exception.sentence.contains("accounting"), "{}", exception.sentence);
    world.connect(&ground, "accounting", "accounting", &ground.accounting.url()).await;
    world.resolve(&exception, json!({ "action": "retry" })).await;
    world.succeeded(&run).await;
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    world.stop().await;
}

async fn a_waiting_run_keeps_its_version(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = |word: &str| {
        format!("- {{ id: nap, wait: {{ for: 600ms }}, next: say }}\n- {{ id: say, set: {word} }}")
    };
    assert_eq!(world.publish("says", &nodes("old")).await, 1);
    let old = world.run("says", json!({})).await;
    world.until(&old, RunStatus::Waiting).await;
    assert_eq!(world.publish("says", &nodes("new")).await, 2);
    assert_eq!(world.publish("says", &nodes("new")).await, 2, "the same text is the same version");
    let new = world.run("says", json!({})).await;
    for (run, version, word) in [(&old, 1, "old"), (&new, 2, "new")] {
        let detail = world.succeeded(run).await;
        assert_eq!(detail.row.version, version);
        assert_eq!(world.output(&detail, "say").await, word);
    }
    world.stop().await;
}

/// A run whose worker went away three times, and an engine that has not started yet.
async fn worn_out(ground: &Ground) -> (World, RunId) {
    let world = World::open(ground).await;
    world.furnish(ground, &["accounting", "projects", "http", "throughline"]).await;
    world.publish("bill", &invoice("")).await;
    let note = "- { id: note, set: { about: \"{{ event.run }}\", kind: \"{{ event.kind }}\" } }";
    world.publish_text(&crate::world::text("on-exception", "on: throughline.exception_opened", note)).await;
    let run = world.run("bill", json!({})).await;
    let worker = WorkerId::new(1, 1);
    for claims in 1..=3 {
        let claimed = world.store.claim_all(&worker, 5, 1).await.unwrap();
        assert_eq!(claimed.iter().map(|claim| claim.claims).collect::<Vec<_>>(), [claims]);
        tokio::time::sleep(Duration::from_millis(20)).await;
        world.store.expire_leases_all().await.unwrap();
    }
    (world, run)
}

async fn a_quarantined_run_can_be_cancelled(ground: Ground) {
    let (world, run) = worn_out(&ground).await;
    world.engine.start().await.unwrap();
    world.exception(&run).await;
    world.until(&run, RunStatus::Waiting).await;
    world.engine.cancel_run(&world.scope, &run, BY).await.unwrap();
    world.until(&run, RunStatus::Cancelled).await;
    assert!(world.open_exceptions(&run).await.is_empty(), "what has ended asks nobody any more");
    world.stop().await;
}

async fn a_cancel_before_the_quarantine_leaves_nothing_open(ground: Ground) {
    let (world, run) = worn_out(&ground).await;
    world.engine.cancel_run(&world.scope, &run, BY).await.unwrap();
    world.engine.start().await.unwrap();
    world.until(&run, RunStatus::Cancelled).await;
    let exceptions = world.store.exceptions_of_run(&world.scope, &run).await.unwrap();
    assert!(exceptions.iter().all(|row| row.resolved_at.is_some()), "{exceptions:#?}");
    world.stop().await;
}

async fn a_run_that_kills_its_worker_is_quarantined(ground: Ground) {
    let (world, run) = worn_out(&ground).await;
    world.engine.start().await.unwrap();
    let exception = world.exception(&run).await;
    assert_eq!((exception.path.as_str(), exception.reason.as_str()), ("", "connector_fault"));
    assert!(exception.sentence.contains("took its worker down"), "{}", exception.sentence);
    world.until(&run, RunStatus::Waiting).await;
    assert_eq!(ground.writes("/v1/invoices").await.len(), 0, "nothing starts in a quarantined run");
    let heard = crate::announce::runs_of(&world, "on-exception", 1).await;
    let note = world.output(&world.detail(&heard[0].run).await, "note").await;
    assert_eq!(note, json!({ "about": run, "kind": "connector_fault" }), "it is announced");
    let words = world.refused(&exception, json!({ "action": "skip" })).await;
    assert!(words.contains("retried or given up"), "{words}");
    world.resolve(&exception, json!({ "action": "retry" })).await;
    world.succeeded(&run).await;
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    world.stop().await;
}

async fn a_held_stage_sends_nothing(ground: Ground) {
    let world = World::start(&ground).await;
    let text = crate::world::text("held", "on: throughline.manual", &invoice(""));
    world.publish_text(&text.replace("stage: live", "stage: shadow")).await;
    let run = world.run("held", json!({})).await;
    let exception = world.exception(&run).await;
    assert_eq!(exception.reason, "policy_hold");
    assert!(world.effects(&run).await.is_empty());
    assert_eq!(ground.writes("/v1/invoices").await.len(), 0);
    world.resolve(&exception, json!({ "action": "give_up", "note": "not now" })).await;
    world.until(&run, RunStatus::Failed).await;
    world.stop().await;
}
