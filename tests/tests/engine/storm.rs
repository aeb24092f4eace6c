//! Many runs at once over systems that fail in every way: all settle, and no payment is taken twice.

use std::collections::BTreeMap;

use serde_json::json;
use throughline_simulators::FailureMode;
use throughline_store::{EffectState, RunStatus};

use crate::support::Ground;
use crate::world::{World, invoice, on_both, pay};

on_both!(thirty_runs_in_a_storm_settle);

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn next(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// An invoice, then its payment.
async fn publish(world: &World) {
    let payment = pay("").replace("event.invoice", "steps.invoice.id");
    world.publish("storm", &format!("{}\n{payment}", invoice(", next: pay"))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_engines_on_one_database_do_each_thing_once() {
    let ground = Ground::postgres().await;
    let one = World::start(&ground).await;
    let other = World::open(&ground).await;
    other.engine.start().await.unwrap();
    publish(&one).await;
    let mut runs = Vec::new();
    for n in 0..24 {
        runs.push(one.run("storm", json!({ "n": n })).await);
    }
    one.stop().await;
    for run in &runs {
        other.until(run, RunStatus::Succeeded).await;
        assert_eq!(other.effects(run).await.len(), 2);
    }
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (24, 24));
    assert_eq!(ground.sent_and_applied("/v1/payments").await, (24, 24));
    other.stop().await;
}

async fn thirty_runs_in_a_storm_settle(ground: Ground) {
    let world = World::start(&ground).await;
    publish(&world).await;
    let mut dice = Dice(42);
    let modes = [
        FailureMode::TimeoutAfterApplying,
        FailureMode::DropBeforeApplying,
        FailureMode::ServerErrorAfterApplying,
        FailureMode::Slow,
        FailureMode::Unavailable,
        FailureMode::RateLimit,
    ];
    for _ in 0..20 {
        let path = ["/v1/invoices", "/v1/payments"][dice.next(2)];
        ground.fail(path, modes[dice.next(modes.len())], Some(40));
    }
    let mut runs = Vec::new();
    for n in 0..30 {
        runs.push(world.run("storm", json!({ "n": n })).await);
    }
    for run in &runs {
        settle(&world, run).await;
    }
    let mut payments: BTreeMap<String, usize> = BTreeMap::new();
    for write in ground.writes("/v1/payments").await.iter().filter(|write| write.applied) {
        *payments.entry(write.body["marker"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert_eq!(payments.len(), runs.len(), "one payment a run");
    assert!(payments.values().all(|count| *count == 1), "{payments:#?}");
    assert_eq!(ground.sent_and_applied("/v1/invoices").await.1, runs.len());
    for run in &runs {
        let effects = world.effects(run).await;
        let confirmed = effects.iter().filter(|effect| effect.state == EffectState::Confirmed).count();
        assert_eq!(confirmed, 2, "{effects:#?}");
    }
    world.stop().await;
}

/// Waits for a run's end; what parks is retried as a person would.
async fn settle(world: &World, run: &throughline_domain::id::RunId) {
    let began = tokio::time::Instant::now();
    while began.elapsed() < crate::world::PATIENCE {
        let row = world.store.get_run(&world.scope, run).await.unwrap().unwrap();
        if row.ended_at.is_some() {
            world.until(run, RunStatus::Succeeded).await;
            return;
        }
        for exception in world.open_exceptions(run).await {
            assert_ne!(
                exception.reason, "unknown_outcome",
                "every write here can be looked up: {exception:#?}"
            );
            let retry =
                throughline_engine::command::ResolveRequest::new(throughline_engine::command::Verb::Retry);
            // Another look may have resolved it already.
            let _ = world
                .engine
                .resolve_exception(&world.scope, &exception.exception, retry, crate::world::BY)
                .await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    world.until(run, RunStatus::Succeeded).await;
}
