//! Writes whose answers go missing: nothing is lost, nothing happens twice.

use serde_json::json;
use throughline_domain::run::event::Evidence;
use throughline_simulators::{FailureMatch, FailureMode, FailureSpec};
use throughline_store::{EffectRow, EffectState};

use crate::support::Ground;
use crate::world::{World, invoice, on_both, pay};

on_both!(
    an_invoice_without_an_answer_is_sent_again_with_its_key,
    an_invoice_after_a_server_error_is_sent_again_with_its_key,
    a_payment_without_an_answer_is_looked_up_and_never_sent_again,
    a_payment_after_a_server_error_is_looked_up_and_never_sent_again,
    a_payment_that_did_not_arrive_is_sent_again_once,
    a_look_that_fails_is_repeated,
    an_invoice_without_tries_left_is_looked_up,
    a_change_without_an_answer_is_looked_up_first,
    a_change_after_a_server_error_is_looked_up_first,
    a_change_that_did_not_arrive_is_sent_again,
    a_change_is_sent_again_where_nobody_can_look,
    a_rate_limit_burns_no_attempt,
    a_refusal_takes_the_exception_port,
);

async fn invoice_once(ground: Ground, mode: FailureMode) {
    let world = World::start(&ground).await;
    world.publish("bill", &invoice("")).await;
    ground.fail("/v1/invoices", mode, None);
    let run = world.run("bill", json!({})).await;
    world.succeeded(&run).await;
    let writes = ground.writes("/v1/invoices").await;
    assert_eq!(writes.len(), 2, "{writes:#?}");
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (2, 1));
    assert_eq!(writes[0].idempotency_key, writes[1].idempotency_key);
    assert_eq!(writes[0].body_sha256, writes[1].body_sha256);
    let effects = world.effects(&run).await;
    assert_eq!(effects.len(), 1, "one decision, one effect: {effects:#?}");
    assert_eq!(effects[0].state, EffectState::Confirmed);
    world.stop().await;
}

async fn an_invoice_without_an_answer_is_sent_again_with_its_key(ground: Ground) {
    invoice_once(ground, FailureMode::TimeoutAfterApplying).await;
}

async fn an_invoice_after_a_server_error_is_sent_again_with_its_key(ground: Ground) {
    invoice_once(ground, FailureMode::ServerErrorAfterApplying).await;
}

async fn payment_once(ground: Ground, mode: FailureMode) {
    let world = World::start(&ground).await;
    world.publish("pay", &pay("")).await;
    let bill = ground.invoice().await;
    ground.fail("/v1/payments", mode, None);
    let run = world.run("pay", json!({ "invoice": bill })).await;
    world.succeeded(&run).await;
    assert_eq!(ground.sent_and_applied("/v1/payments").await, (1, 1));
    let effects = world.effects(&run).await;
    assert_eq!(effects.len(), 1, "{effects:#?}");
    assert_eq!((effects[0].state, effects[0].evidence), (EffectState::Confirmed, Some(Evidence::Reconciled)));
    world.stop().await;
}

async fn a_payment_without_an_answer_is_looked_up_and_never_sent_again(ground: Ground) {
    payment_once(ground, FailureMode::TimeoutAfterApplying).await;
}

async fn a_payment_after_a_server_error_is_looked_up_and_never_sent_again(ground: Ground) {
    payment_once(ground, FailureMode::ServerErrorAfterApplying).await;
}

async fn a_payment_that_did_not_arrive_is_sent_again_once(ground: Ground) {
    let world = World::start(&ground).await;
    world.publish("pay", &pay("")).await;
    let bill = ground.invoice().await;
    ground.fail("/v1/payments", FailureMode::DropBeforeApplying, None);
    let began = tokio::time::Instant::now();
    let run = world.run("pay", json!({ "invoice": bill })).await;
    world.succeeded(&run).await;
    assert!(began.elapsed().as_millis() >= 5_000, "two looks, settle_ms apart: {:?}", began.elapsed());
    assert_eq!(ground.sent_and_applied("/v1/payments").await, (2, 1));
    let effects = world.effects(&run).await;
    let states: Vec<EffectState> = effects.iter().map(|effect| effect.state).collect();
    assert_eq!(states, [EffectState::NotApplied, EffectState::Confirmed]);
    assert_eq!(effects[0].idempotency_key, effects[1].idempotency_key, "one decision, one key");
    world.stop().await;
}

async fn a_look_that_fails_is_repeated(ground: Ground) {
    let looking =
        FailureMatch { method: Some("GET".to_owned()), path_prefix: Some("/v1/payments".to_owned()) };
    let spec = FailureSpec { matching: looking, ..FailureSpec::next(FailureMode::Unavailable) };
    ground.accounting.set_failure(spec).unwrap();
    payment_once(ground, FailureMode::TimeoutAfterApplying).await;
}

async fn an_invoice_without_tries_left_is_looked_up(ground: Ground) {
    let world = World::start(&ground).await;
    world.publish("bill", &invoice(", retry: { attempts: 1 }")).await;
    ground.fail("/v1/invoices", FailureMode::TimeoutAfterApplying, None);
    let run = world.run("bill", json!({})).await;
    world.succeeded(&run).await;
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    let effects = world.effects(&run).await;
    assert_eq!((effects[0].state, effects[0].evidence), (EffectState::Confirmed, Some(Evidence::Reconciled)));
    world.stop().await;
}

/// A run that changes a job, which takes no key; the first time it goes wrong in this way. Its effects, and how often it was
/// sent and applied.
async fn changed(ground: &Ground, world: &World, mode: FailureMode) -> (Vec<EffectRow>, (usize, usize)) {
    let nodes = "- { id: change, action: projects.update_job, connection: projects, \
                 with: { id: job_0001, signature: Priya } }";
    world.publish("change", nodes).await;
    let changes = FailureMatch { method: Some("PATCH".to_owned()), path_prefix: Some("/v1/jobs".to_owned()) };
    let spec = FailureSpec { matching: changes, ..FailureSpec::next(mode) };
    ground.projects.set_failure(spec).unwrap();
    let run = world.run("change", json!({})).await;
    let detail = world.succeeded(&run).await;
    assert_eq!(world.output(&detail, "change").await["signature"], "Priya");
    let ledger = ground.projects.ledger().await.unwrap();
    let sent: Vec<_> = ledger.iter().filter(|entry| entry.method == "PATCH").collect();
    (world.effects(&run).await, (sent.len(), sent.iter().filter(|entry| entry.applied).count()))
}

async fn changed_once(ground: Ground, mode: FailureMode) {
    let world = World::start(&ground).await;
    let (effects, sent_and_applied) = changed(&ground, &world, mode).await;
    assert_eq!(sent_and_applied, (1, 1), "once, although twice would do no more");
    let [effect] = effects.as_slice() else { panic!("one decision, one effect: {effects:#?}") };
    assert_eq!((effect.state, effect.evidence), (EffectState::Confirmed, Some(Evidence::Reconciled)));
    world.stop().await;
}

async fn a_change_without_an_answer_is_looked_up_first(ground: Ground) {
    changed_once(ground, FailureMode::TimeoutAfterApplying).await;
}

async fn a_change_after_a_server_error_is_looked_up_first(ground: Ground) {
    changed_once(ground, FailureMode::ServerErrorAfterApplying).await;
}

async fn a_change_that_did_not_arrive_is_sent_again(ground: Ground) {
    let world = World::start(&ground).await;
    let (effects, sent_and_applied) = changed(&ground, &world, FailureMode::DropBeforeApplying).await;
    assert_eq!(sent_and_applied, (2, 1));
    let [effect] = effects.as_slice() else { panic!("one decision, one effect: {effects:#?}") };
    assert_eq!(effect.state, EffectState::Confirmed);
    world.stop().await;
}

async fn a_change_is_sent_again_where_nobody_can_look(ground: Ground) {
    let looks = FailureMatch { method: Some("GET".to_owned()), path_prefix: Some("/v1/jobs".to_owned()) };
    let spec = FailureSpec { matching: looks, ..FailureSpec::next(FailureMode::Unavailable) };
    ground.projects.set_failure(spec).unwrap();
    let world = World::start(&ground).await;
    let (effects, sent_and_applied) = changed(&ground, &world, FailureMode::TimeoutAfterApplying).await;
    assert_eq!(sent_and_applied, (2, 2), "it does no more than once");
    let [effect] = effects.as_slice() else { panic!("one decision, one effect: {effects:#?}") };
    assert_eq!(effect.state, EffectState::Confirmed);
    world.stop().await;
}

async fn a_rate_limit_burns_no_attempt(ground: Ground) {
    let world = World::start(&ground).await;
    world.publish("bill", &invoice(", retry: { attempts: 1 }")).await;
    ground.fail("/v1/invoices", FailureMode::RateLimit, None);
    let run = world.run("bill", json!({})).await;
    world.succeeded(&run).await;
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (2, 1));
    world.stop().await;
}

async fn a_refusal_takes_the_exception_port(ground: Ground) {
    let world = World::start(&ground).await;
    let port = "- { id: refused, set: { why: \"{{ steps.invoice.error.message }}\" } }";
    world.publish("bill", &format!("{}\n{port}", invoice(", on_exception: refused"))).await;
    ground.fail("/v1/invoices", FailureMode::Reject, None);
    let run = world.run("bill", json!({})).await;
    let detail = world.succeeded(&run).await;
    let why = world.output(&detail, "refused").await;
    assert!(why["why"].as_str().unwrap().contains("refuses"), "{why}");
    assert_eq!(detail.effects[0].state, EffectState::NotApplied);
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 0));
    world.stop().await;
}
