//! Engines that die without a word, in the middle of everything, and the ones that take over.

use std::time::Duration;

use serde_json::json;
use throughline_domain::id::RunId;
use throughline_simulators::FailureMode;
use throughline_store::{EffectState, RunStatus};
use tokio::runtime::{Builder, Runtime};

use crate::support::Ground;
use crate::world::{PATIENCE, World, invoice, on_both, pay};

on_both!(
    a_crash_in_the_middle_of_an_invoice_makes_one,
    a_crash_in_the_middle_of_a_payment_takes_it_once,
    a_crash_before_a_payment_arrives_takes_it_once,
    crash_after_crash_loses_nothing,
);

/// A world on a runtime of its own, so that all its tasks can be ended at once as a kill does.
struct Mortal {
    runtime: Runtime,
    world: World,
}

impl Mortal {
    async fn born(ground: std::sync::Arc<Ground>, first: bool) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let world = runtime.spawn(async move {
            if first {
                return World::start(&ground).await;
            }
            let world = World::open(&ground).await;
            world.engine.start().await.unwrap();
            world
        });
        Self { world: world.await.unwrap(), runtime }
    }

    /// Nothing is drained, nothing is said.
    fn dies(self) {
        self.runtime.shutdown_background();
        drop(self.world);
    }

    async fn stop(self) {
        let world = self.world;
        self.runtime.spawn(world.stop()).await.unwrap();
        self.runtime.shutdown_background();
    }
}

async fn survives(
    ground: Ground,
    nodes: String,
    path: &str,
    mode: FailureMode,
) -> (Mortal, RunId, std::sync::Arc<Ground>) {
    let ground = std::sync::Arc::new(ground);
    let mortal = Mortal::born(ground.clone(), true).await;
    mortal.world.publish("work", &nodes).await;
    let bill = ground.invoice().await;
    let before = ground.writes(path).await.len();
    ground.fail(path, mode, Some(400));
    let run = mortal.world.run("work", json!({ "invoice": bill })).await;
    tokio::time::timeout(PATIENCE, async {
        while ground.accounting.failures_left() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
    assert!(ground.writes(path).await.len() <= before + 1);
    assert_eq!(mortal.world.effects(&run).await[0].state, EffectState::Intended, "it died too late");
    mortal.dies();
    tokio::time::sleep(Duration::from_millis(400)).await;
    let mortal = Mortal::born(ground.clone(), false).await;
    mortal.world.succeeded(&run).await;
    (mortal, run, ground)
}

async fn a_crash_in_the_middle_of_an_invoice_makes_one(ground: Ground) {
    let (mortal, run, ground) = survives(ground, invoice(""), "/v1/invoices", FailureMode::Slow).await;
    let (sent, applied) = ground.sent_and_applied("/v1/invoices").await;
    assert_eq!((sent, applied), (3, 2), "the test's own, then the run's twice under one key");
    let writes = ground.writes("/v1/invoices").await;
    assert_eq!(writes[1].idempotency_key, writes[2].idempotency_key);
    let effects = mortal.world.effects(&run).await;
    assert_eq!(effects.len(), 1, "{effects:#?}");
    mortal.stop().await;
}

async fn a_crash_in_the_middle_of_a_payment_takes_it_once(ground: Ground) {
    let (mortal, run, ground) = survives(ground, pay(""), "/v1/payments", FailureMode::Slow).await;
    assert_eq!(ground.sent_and_applied("/v1/payments").await, (1, 1));
    assert_eq!(mortal.world.effects(&run).await[0].state, EffectState::Confirmed);
    mortal.stop().await;
}

async fn a_crash_before_a_payment_arrives_takes_it_once(ground: Ground) {
    let (mortal, run, ground) =
        survives(ground, pay(""), "/v1/payments", FailureMode::DropBeforeApplying).await;
    assert_eq!(ground.sent_and_applied("/v1/payments").await, (2, 1));
    let states: Vec<EffectState> =
        mortal.world.effects(&run).await.iter().map(|effect| effect.state).collect();
    assert_eq!(states, [EffectState::NotApplied, EffectState::Confirmed]);
    mortal.stop().await;
}

async fn crash_after_crash_loses_nothing(ground: Ground) {
    let ground = std::sync::Arc::new(ground);
    let mut mortal = Mortal::born(ground.clone(), true).await;
    let nodes = format!(
        "- {{ id: job, action: projects.get_job, connection: projects, with: {{ id: job_0001 }}, next: nap }}\n\
         - {{ id: nap, wait: {{ for: 50ms }}, next: invoice }}\n{}\n- {{ id: after, set: 1 }}",
        invoice(", next: after")
    );
    mortal.world.publish("work", &nodes).await;
    let mut runs = Vec::new();
    for _ in 0..2 {
        for _ in 0..6 {
            runs.push(mortal.world.run("work", json!({})).await);
        }
        tokio::time::sleep(Duration::from_millis(130)).await;
        mortal.dies();
        mortal = Mortal::born(ground.clone(), false).await;
    }
    for run in &runs {
        mortal.world.until(run, RunStatus::Succeeded).await;
        assert_eq!(mortal.world.effects(run).await.len(), 1);
    }
    let (sent, applied) = ground.sent_and_applied("/v1/invoices").await;
    assert_eq!(applied, runs.len(), "{sent} were sent");
    mortal.stop().await;
}
