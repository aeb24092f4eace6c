//! What happens to runs starts the workflows that listen, and those alone.

use serde_json::json;
use throughline_store::{PageRequest, RunFilter, RunRow, RunStatus};

use crate::support::Ground;
use crate::world::{World, on_both, text};

on_both!(listeners_start_with_what_they_listen_to,);

pub(crate) async fn runs_of(world: &World, workflow: &str, least: usize) -> Vec<RunRow> {
    let filter = RunFilter { workflow: Some(workflow.to_owned()), ..RunFilter::default() };
    for _ in 0..200 {
        let page = world.store.list_runs(&world.scope, &filter, &PageRequest::first(50)).await.unwrap();
        let done = page.items.iter().filter(|run| run.status == RunStatus::Succeeded).count();
        if done >= least {
            return page.items;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{workflow} did not run {least} times");
}

async fn listeners_start_with_what_they_listen_to(ground: Ground) {
    let world = World::start(&ground).await;
    let note = "- { id: note, set: { heard: \"{{ event.run }}\" } }";
    for event in ["run_finished", "exception_opened", "exception_resolved"] {
        let id = format!("on-{}", event.replace('_', "-"));
        let trigger = format!("on: throughline.{event}");
        world.publish_text(&text(&id, &trigger, note)).await;
    }
    world.publish("quiet", "- { id: a, set: 1 }").await;
    world
        .publish(
            "loud",
            "- { id: a, raise: { reason: needs_judgement, sentence: \"Somebody must look at this\" } }",
        )
        .await;

    let quiet = world.run("quiet", json!({})).await;
    world.until(&quiet, RunStatus::Succeeded).await;
    let loud = world.run("loud", json!({})).await;
    let exception = world.exception(&loud).await;
    runs_of(&world, "on-exception-opened", 1).await;
    world.resolve(&exception, json!({ "action": "skip" })).await;
    world.until(&loud, RunStatus::Succeeded).await;

    let resolved = runs_of(&world, "on-exception-resolved", 1).await;
    let detail = world.detail(&resolved[0].run).await;
    assert_eq!(world.output(&detail, "note").await["heard"], json!(loud));
    // Two runs finished that are announced; the listeners' own ends are not.
    runs_of(&world, "on-run-finished", 2).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(runs_of(&world, "on-run-finished", 2).await.len(), 2);
    world.stop().await;
}
