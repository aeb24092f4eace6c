//! A connector that is set aside stays so over a restart, is shown, and is released by a command.

use std::time::Duration;

use serde_json::json;
use throughline_domain::time::Timestamp;
use throughline_host::services::Clock;
use throughline_host::{Digest, Quarantined};
use throughline_store::RunStatus;
use throughline_test_support::wait_until_async;

use crate::support::{Ground, MachineClock};
use crate::world::{BY, PATIENCE, World, on_both};

on_both!(a_quarantine_outlives_the_process_and_is_released,);

fn an_hour_on() -> Timestamp {
    MachineClock.now().plus_ms(3_600_000)
}

async fn a_quarantine_outlives_the_process_and_is_released(ground: Ground) {
    let world = World::start(&ground).await;
    let digest = world.store.current_plugin("http").await.unwrap().unwrap().digest;
    // What the host's own count of traps leads to.
    let held = Quarantined {
        digest: Digest::parse(&digest).unwrap(),
        connector: "http".into(),
        until: an_hour_on(),
        times: 2,
        reason: "it ran in circles".into(),
    };
    world.host.adopt_quarantine(held.clone());
    let stored = || async { world.store.list_quarantines().await.unwrap().pop() };
    let row = wait_until_async("the quarantine is written down", PATIENCE, stored).await;
    assert_eq!((row.digest.as_str(), row.times, row.until_at), (digest.as_str(), 2, held.until));
    world.stop().await;

    let world = World::open(&ground).await;
    world.engine.start().await.unwrap();
    assert_eq!(world.host.quarantined(), [held], "before anything is claimed");
    let node = "- { id: get, action: http.read, connection: any, with: { path: /v1/invoices } }";
    world.publish("reads", node).await;
    let run = world.run("reads", json!({})).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    let row = world.store.get_run(&world.scope, &run).await.unwrap().unwrap();
    assert!(row.ended_at.is_none(), "its steps wait, nothing fails: {:?}", row.status);
    assert!(world.engine.release_plugin("http", BY).await.unwrap());
    assert!(!world.engine.release_plugin("http", BY).await.unwrap(), "once");
    assert!(world.engine.release_plugin("nobody", BY).await.is_err());
    assert!(world.store.list_quarantines().await.unwrap().is_empty());
    assert!(world.host.quarantined().is_empty());
    let fresh = world.run("reads", json!({})).await;
    world.until(&fresh, RunStatus::Succeeded).await;
    world.stop().await;
}
