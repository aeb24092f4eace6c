//! Files that values refer to are kept as long as any run needs them, wherever the value stands, and no longer.

use serde_json::{Value, json};
use throughline_domain::id::RunId;
use throughline_domain::run::event::BlobRef;
use throughline_store::{RunStatus, StoreError};

use crate::support::Ground;
use crate::world::{BY, World, on_both};

on_both!(files_inside_large_values_stay_until_their_run_goes,);

const DAY: u64 = 86_400_000;

/// A value too large for the log that refers to a file of its own.
async fn large(world: &World, place: &str) -> (BlobRef, Value) {
    let file = world.store.put_blob(&world.scope, format!("file of {place}").as_bytes()).await.unwrap();
    let reference = format!("{}.{}.dGV4dC9wbGFpbgo", file.sha256, file.size);
    (file, json!({ "scan": { "$blob": reference }, "padding": "x".repeat(70_000), "place": place }))
}

async fn sweep(world: &World, days: u64) {
    let later = world.store.now().await.unwrap().plus_ms(days * DAY);
    world.store.sweep_expired_all(later, 100).await.unwrap();
    // What a swept value held goes with the next sweep.
    while world.store.sweep_blobs_all(later, 100).await.unwrap() > 0 {}
}

async fn is_there(world: &World, file: &BlobRef) -> bool {
    match world.store.read_blob(&world.scope, file).await {
        Ok(_) => true,
        Err(StoreError::BlobMissing(_)) => false,
        Err(error) => panic!("{error}"),
    }
}

async fn files_inside_large_values_stay_until_their_run_goes(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = r#"- { id: copy, set: "{{ event }}", next: lines }
- { id: lines, for_each: "{{ event.lines }}", parallel: 50, do: [ { id: line, set: "{{ item }}" } ], next: paid }
- { id: paid, wait: { event: order_paid, key: "7", timeout: 60d }, next: person }
- { id: person, ask: { question: "Go on?", form: [ { field: note, type: text } ], owner: team:ops, due: 4h } }"#;
    world.publish("scans", nodes).await;
    let (of_event, event) = large(&world, "event").await;
    let (of_item, item) = large(&world, "item").await;
    let (of_data, data) = large(&world, "correlated event").await;
    let (loose, _) = large(&world, "nothing").await;
    let mut lines = vec![json!({ "n": 1 }); 300];
    lines[299] = item;
    let run = world
        .run("scans", json!({ "scan": event["scan"], "padding": event["padding"], "lines": lines }))
        .await;
    world.until(&run, RunStatus::Waiting).await;
    sweep(&world, 2).await;
    assert!(!is_there(&world, &loose).await, "nothing refers to it");
    assert!(!is_there(&world, &of_data).await, "not published in time");
    assert!(is_there(&world, &of_event).await && is_there(&world, &of_item).await);
    let (of_data, _) = large(&world, "correlated event").await;
    world.engine.publish_event(&world.scope, "order_paid", Some("7"), data, BY).await.unwrap();
    asked(&world, &run).await;
    // The event has expired; the run holds what it brought.
    sweep(&world, 30).await;
    for file in [&of_event, &of_item, &of_data] {
        assert!(is_there(&world, file).await);
    }
    let segments = world.output(&world.detail(&run).await, "lines").await["segments"].clone();
    for segment in segments.as_array().unwrap() {
        let blob: BlobRef = serde_json::from_value(segment["blob"].clone()).unwrap();
        assert!(is_there(&world, &blob).await, "{segment}");
    }
    world.engine.cancel_run(&world.scope, &run, BY).await.unwrap();
    world.until(&run, RunStatus::Cancelled).await;
    let later = world.store.now().await.unwrap().plus_ms(DAY);
    assert_eq!(world.store.delete_finished_runs(&world.scope, None, later, None, 10).await.unwrap().runs, 1);
    sweep(&world, 30).await;
    for file in [&of_event, &of_item, &of_data] {
        assert!(!is_there(&world, file).await, "its run is gone");
    }
    world.stop().await;
}

async fn asked(world: &World, run: &RunId) {
    throughline_test_support::wait_until_async("the question", crate::world::PATIENCE, || async {
        let asks = world.store.asks_of_run(&world.scope, run).await.unwrap();
        (!asks.is_empty()).then_some(())
    })
    .await;
    world.until(run, RunStatus::Waiting).await;
}
