//! Writes nobody can know the outcome of: a person says what happened, and until then nothing is sent again.

use serde_json::json;
use throughline_domain::run::event::Evidence;
use throughline_simulators::FailureMode;
use throughline_store::{EffectState, ExceptionStep, RunStatus};

use crate::support::Ground;
use crate::world::{World, on_both, pay_blind};

on_both!(
    what_happened_is_taken_as_the_output,
    what_did_not_happen_is_sent_again_once,
    a_doubt_can_be_given_up
);

/// A run in doubt over one payment, which was taken (or not).
async fn in_doubt(ground: &Ground, world: &World, mode: FailureMode) -> ExceptionStep {
    let after = "- { id: after, set: { payment: \"{{ steps.pay.json.id }}\" } }";
    let nodes = format!("{}\n{after}", pay_blind(", next: after"));
    world.publish("blind", &nodes).await;
    let invoice = ground.invoice().await;
    ground.fail("/v1/payments", mode, None);
    let run = world.run("blind", json!({ "invoice": invoice })).await;
    let exception = world.exception(&run).await;
    world.until(&run, RunStatus::Waiting).await;
    assert_eq!(exception.reason, "unknown_outcome");
    let effects = world.effects(&run).await;
    assert_eq!(effects.len(), 1, "{effects:#?}");
    assert_eq!(effects[0].state, EffectState::InDoubt);
    assert_eq!(exception.effect.as_ref(), Some(&effects[0].effect));
    for refused in [json!({ "action": "retry" }), json!({ "action": "edit_and_retry", "input": {} })] {
        let words = world.refused(&exception, refused).await;
        assert!(words.contains("did_not_happen"), "{words}");
    }
    assert_eq!(ground.writes("/v1/payments").await.len(), 1);
    exception
}

async fn what_happened_is_taken_as_the_output(ground: Ground) {
    let world = World::start(&ground).await;
    let exception = in_doubt(&ground, &world, FailureMode::TimeoutAfterApplying).await;
    let words = world.refused(&exception, json!({ "action": "happened", "proof": " " })).await;
    assert!(words.contains("proof"), "{words}");
    let output = json!({ "json": { "id": "pay_0001" } });
    world
        .resolve(&exception, json!({ "action": "happened", "output": output, "proof": "seen in the books" }))
        .await;
    let detail = world.succeeded(&exception.run).await;
    assert_eq!(world.output(&detail, "after").await, json!({ "payment": "pay_0001" }));
    assert_eq!(detail.effects.len(), 1);
    assert_eq!(detail.effects[0].state, EffectState::Confirmed);
    assert_eq!(detail.effects[0].evidence, Some(Evidence::Person));
    assert_eq!(ground.sent_and_applied("/v1/payments").await, (1, 1));
    world.stop().await;
}

async fn what_did_not_happen_is_sent_again_once(ground: Ground) {
    let world = World::start(&ground).await;
    let exception = in_doubt(&ground, &world, FailureMode::DropBeforeApplying).await;
    world.resolve(&exception, json!({ "action": "did_not_happen" })).await;
    let detail = world.succeeded(&exception.run).await;
    assert_eq!(world.output(&detail, "after").await, json!({ "payment": "pay_0001" }));
    let states: Vec<EffectState> = detail.effects.iter().map(|effect| effect.state).collect();
    assert_eq!(states, [EffectState::NotApplied, EffectState::Confirmed]);
    assert_ne!(detail.effects[0].effect, detail.effects[1].effect);
    assert_eq!(ground.sent_and_applied("/v1/payments").await, (2, 1));
    world.stop().await;
}

async fn a_doubt_can_be_given_up(ground: Ground) {
    let world = World::start(&ground).await;
    let exception = in_doubt(&ground, &world, FailureMode::ServerErrorAfterApplying).await;
    let give_up = json!({ "action": "give_up", "note": "written off" });
    world.resolve(&exception, give_up.clone()).await;
    let words = world.refused(&exception, give_up.clone()).await;
    assert!(words.contains("second person"), "nobody writes off alone what may have happened: {words}");
    let request = serde_json::from_value(give_up).unwrap();
    let (scope, id) = (&world.scope, &exception.exception);
    world.engine.resolve_exception(scope, id, request, "another").await.unwrap();
    world.until(&exception.run, RunStatus::Failed).await;
    assert_eq!(ground.sent_and_applied("/v1/payments").await, (1, 1));
    world.stop().await;
}
