//! Schedules and polls, as their loops find them in the store.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use throughline_domain::time::Timestamp;
use throughline_host::services::{Clock, memory};
use throughline_host::{EnvAndFileSecrets, Host, HostConfig};
use throughline_intake::Intake;
use throughline_store::{FireOutcome, PageRequest, RunFilter, RunRow, RunStatus};
use tokio_util::sync::CancellationToken;

use crate::support::{Ground, MachineClock, MachineEntropy};
use crate::world::{World, cache, on_both, text};

on_both!(a_schedule_fires_each_instant_once, a_poll_starts_what_is_new_and_only_that,);

/// The machine's clock, so many seconds ahead.
struct Ahead(i64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        Timestamp(MachineClock.now().0 + self.0 * 1_000_000)
    }
}

/// A front door of the world whose clock runs ahead.
fn front(world: &World, clock: Arc<dyn Clock>) -> Intake {
    let host = Host::new(HostConfig::new(cache(), [9; 32]), memory::services(Timestamp(0), 1)).unwrap();
    let parts = (world.store.clone(), host, Arc::clone(&world.catalog));
    Intake::new(parts, Arc::new(EnvAndFileSecrets), clock, Arc::new(MachineEntropy))
}

async fn runs_of(world: &World, workflow: &str) -> Vec<RunRow> {
    let filter = RunFilter { workflow: Some(workflow.to_owned()), ..RunFilter::default() };
    world.store.list_runs(&world.scope, &filter, &PageRequest::first(50)).await.unwrap().items
}

async fn a_schedule_fires_each_instant_once(ground: Ground) {
    let world = World::start(&ground).await;
    let trigger =
        "on: schedule.tick, with: { cron: \"* * * * *\", zone: Europe/London, misfire: latest_once }";
    world.install(&["schedule"]).await;
    world.publish_text(&text("minutely", trigger, "- { id: a, set: \"{{ event.due }}\" }")).await;
    // Two nodes whose clocks stand three and a half hours ahead: 210 instants were planned meanwhile.
    let stop = CancellationToken::new();
    let ahead: Arc<dyn Clock> = Arc::new(Ahead(12_600));
    let loops: Vec<_> = (0..2)
        .map(|_| {
            let (front, stop) = (front(&world, Arc::clone(&ahead)), stop.clone());
            tokio::spawn(async move { front.run_schedules(stop).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(3)).await;
    stop.cancel();
    for each in loops {
        each.await.unwrap();
    }
    let page = PageRequest::first(200);
    let fires = world.store.list_fires(&world.scope, "minutely", None, &page).await.unwrap().items;
    let fired = fires.iter().filter(|fire| fire.outcome == FireOutcome::Fired).count();
    // The latest of those that were missed; another when a minute began meanwhile.
    assert!((1..=2).contains(&fired), "{fired} fired");
    assert_eq!(runs_of(&world, "minutely").await.len(), fired);
    assert!(fires.iter().any(|fire| fire.outcome == FireOutcome::Missed), "the others are listed");
    world.stop().await;
}

async fn a_poll_starts_what_is_new_and_only_that(ground: Ground) {
    let world = World::start(&ground).await;
    let trigger = "on: projects.job_updated, connection: projects, with: { every: 1s }";
    world.publish_text(&text("changes", trigger, "- { id: a, set: \"{{ event.id }}\" }")).await;
    let stop = CancellationToken::new();
    let (front, token) = (world.intake.clone(), stop.clone());
    let polling = tokio::spawn(async move { front.run_polls(token).await });
    // The first page marks what is there.
    let polled = || async { world.store.get_poll(&world.scope, "changes").await.unwrap().unwrap() };
    for _ in 0..200 {
        if polled().await.cursor.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let poll = polled().await;
    assert!(poll.cursor.is_some(), "no page was read: {poll:?}");
    assert_eq!(runs_of(&world, "changes").await, []);
    let job = ground
        .call(&ground.projects, "POST", "/v1/jobs", &json!({ "title": "New", "customer_id": "cus_0001" }))
        .await;
    for _ in 0..200 {
        let runs = runs_of(&world, "changes").await;
        if runs.iter().any(|run| run.status == RunStatus::Succeeded) {
            let detail = world.detail(&runs[0].run).await;
            assert_eq!(world.output(&detail, "a").await, job["id"]);
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(runs_of(&world, "changes").await.len(), 1, "seen once, started once");
    stop.cancel();
    polling.await.unwrap();
    world.stop().await;
}
