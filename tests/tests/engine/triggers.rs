//! Schedules and polls, as their loops find them in the store.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use throughline_domain::time::Timestamp;
use throughline_host::services::{Clock, Services, memory};
use throughline_host::{EnvAndFileSecrets, Host, HostConfig};
use throughline_intake::{Catalog, Intake};
use throughline_store::{FireOutcome, PageRequest, RunFilter, RunRow};
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

/// Another node's front door, whose clock runs ahead. A node has one engine for its plugins, so its own catalog too.
fn front(world: &World, ground: &Ground, clock: Arc<dyn Clock>) -> Intake {
    let services = Services { secrets: Arc::new(EnvAndFileSecrets), ..memory::services(Timestamp(0), 1) };
    let host = Host::new(HostConfig::new(cache(), [9; 32]), services).unwrap();
    let plugins = ground.path().join("plugins");
    let catalog = Catalog::new(world.store.clone(), host.clone(), Arc::clone(&clock), plugins);
    let parts = (world.store.clone(), host, Arc::new(catalog));
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
            let (door, stop) = (front(&world, &ground, Arc::clone(&ahead)), stop.clone());
            tokio::spawn(async move { door.run_schedules(stop).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(3)).await;
    stop.cancel();
    for each in loops {
        each.await.unwrap();
    }
    let page = PageRequest::first(200);
    let fires = world.store.list_fires(&world.scope, "minutely", None, &page).await.unwrap().items;
    let started = fires.iter().filter(|fire| fire.outcome == FireOutcome::Fired).count();
    // The latest of those that were missed; another when a minute began meanwhile.
    assert!((1..=2).contains(&started), "{started} fired");
    assert_eq!(runs_of(&world, "minutely").await.len(), started);
    assert!(fires.iter().any(|fire| fire.outcome == FireOutcome::Missed), "the others are listed");
    world.stop().await;
}

async fn a_poll_starts_what_is_new_and_only_that(ground: Ground) {
    let world = World::start(&ground).await;
    let trigger = "on: projects.job_updated, connection: projects, with: { every: 1m }";
    world.publish_text(&text("changes", trigger, "- { id: a, set: \"{{ event.id }}\" }")).await;
    let polling = async |door: Intake| {
        let stop = CancellationToken::new();
        let token = stop.clone();
        let task = tokio::spawn(async move { door.run_polls(token).await });
        tokio::time::sleep(Duration::from_secs(3)).await;
        stop.cancel();
        task.await.unwrap();
    };
    // The first page marks what is there.
    polling(world.intake.clone()).await;
    let poll = world.store.get_poll(&world.scope, "changes").await.unwrap().unwrap();
    assert!(poll.cursor.is_some(), "no page was read: {poll:?}");
    assert_eq!(runs_of(&world, "changes").await, []);
    let new = json!({ "title": "New", "customer_id": "cus_0001" });
    let job = ground.call(&ground.projects, "POST", "/v1/jobs", &new).await;
    // Two minutes and four minutes later.
    for minutes in [2, 4] {
        polling(front(&world, &ground, Arc::new(Ahead(minutes * 60)))).await;
    }
    let runs = runs_of(&world, "changes").await;
    assert_eq!(runs.len(), 1, "seen once, started once");
    let event = runs[0].event.clone().unwrap();
    let data = world.store.event_payload(&world.scope, &event).await.unwrap().unwrap();
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&data).unwrap()["id"], job["id"]);
    world.stop().await;
}
