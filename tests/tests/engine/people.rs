//! Exceptions that people resolve, and questions they answer.

use serde_json::json;
use throughline_domain::run::event::RunEvent;
use throughline_engine::command::RetryRequest;
use throughline_simulators::FailureMode;
use throughline_store::{EffectState, ExceptionState, RunStatus};

use crate::support::Ground;
use crate::world::{BY, World, invoice, on_both};

on_both!(
    a_retry_runs_the_step_again,
    an_ended_run_is_retried_with_an_edited_input,
    an_edited_input_is_what_is_sent,
    work_done_by_hand_is_the_output,
    a_skipped_step_is_left_out,
    giving_up_fails_the_run,
    a_raise_goes_back_to_where_it_says,
    two_resolutions_at_once_are_one,
    a_question_takes_an_answer_that_fits,
);

const REJECTED: FailureMode = FailureMode::Reject;

/// A run parked on an invoice that accounting refused.
async fn parked(ground: &Ground) -> (World, throughline_store::ExceptionStep) {
    let world = Box::pin(World::start(ground)).await;
    let nodes = format!(
        "{}\n- {{ id: after, set: \"{{{{ steps.invoice is defined }}}}\" }}",
        invoice(", next: after")
    );
    world.publish("bill", &nodes).await;
    ground.fail("/v1/invoices", REJECTED, None);
    let run = world.run("bill", json!({})).await;
    let exception = world.exception(&run).await;
    world.until(&run, RunStatus::Waiting).await;
    assert_eq!((exception.path.as_str(), exception.owner.as_str()), ("invoice", "team:ops"));
    assert_eq!(exception.backup.as_deref(), Some("person:boss"));
    assert!(exception.sentence.chars().count() >= 20, "{}", exception.sentence);
    assert!(exception.due_at > exception.opened_at);
    (world, exception)
}

async fn a_retry_runs_the_step_again(ground: Ground) {
    let (world, exception) = Box::pin(parked(&ground)).await;
    let words = world.refused(&exception, json!({ "action": "did_not_happen" })).await;
    assert!(words.contains("in doubt"), "{words}");
    world.resolve(&exception, json!({ "action": "retry" })).await;
    let detail = world.succeeded(&exception.run).await;
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (2, 1));
    let states: Vec<EffectState> = detail.effects.iter().map(|effect| effect.state).collect();
    assert_eq!(states, [EffectState::NotApplied, EffectState::Confirmed]);
    let closed = world.over(&exception).await;
    assert_eq!((closed.state, closed.resolved_by.as_deref()), (ExceptionState::Resolved, Some(BY)));
    let words = world.refused(&exception, json!({ "action": "retry" })).await;
    assert!(words.contains("closed already"), "{words}");
    world.stop().await;
}

async fn an_edited_input_is_what_is_sent(ground: Ground) {
    let (world, exception) = Box::pin(parked(&ground)).await;
    let line = json!({ "description": "Edited", "quantity": "2", "unit_price": "3.00" });
    let input = json!({ "customer": "cus_0009", "lines": [line] });
    world.resolve(&exception, json!({ "action": "edit_and_retry", "input": input })).await;
    let detail = world.succeeded(&exception.run).await;
    assert_eq!(world.output(&detail, "invoice").await["total"], "6.00");
    let writes = ground.writes("/v1/invoices").await;
    assert_eq!(writes.len(), 2);
    assert_eq!(writes[1].body["customer"], "cus_0009");
    assert_ne!(writes[0].idempotency_key, writes[1].idempotency_key, "another payload, another key");
    world.stop().await;
}

async fn work_done_by_hand_is_the_output(ground: Ground) {
    let (world, exception) = Box::pin(parked(&ground)).await;
    let output = json!({ "number": "BY-HAND-1" });
    world.resolve(&exception, json!({ "action": "complete_by_hand", "output": output })).await;
    let detail = world.succeeded(&exception.run).await;
    assert_eq!(world.output(&detail, "invoice").await, output);
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 0));
    world.stop().await;
}

async fn a_skipped_step_is_left_out(ground: Ground) {
    let (world, exception) = Box::pin(parked(&ground)).await;
    world.resolve(&exception, json!({ "action": "skip" })).await;
    let detail = world.succeeded(&exception.run).await;
    let step = detail.steps.iter().find(|step| step.node == "invoice").unwrap();
    assert_eq!(json!(step.status), "skipped");
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 0));
    world.stop().await;
}

async fn giving_up_fails_the_run(ground: Ground) {
    let (world, exception) = Box::pin(parked(&ground)).await;
    world.resolve(&exception, json!({ "action": "give_up", "note": "the customer is gone" })).await;
    let row = world.until(&exception.run, RunStatus::Failed).await;
    let failure = row.failure.unwrap();
    assert!(failure.message.contains("refuses"), "the run failed for what the step failed for: {failure:?}");
    let log = world.detail(&exception.run).await.log;
    assert!(
        log.iter().any(|entry| format!("{:?}", entry.event).contains("the customer is gone")),
        "who, and why"
    );
    let closed = world.over(&exception).await;
    assert_eq!(closed.state, ExceptionState::Dismissed);
    assert!(world.engine.cancel_run(&world.scope, &exception.run, BY).await.is_err());
    let retried =
        world.engine.retry_run(&world.scope, &exception.run, RetryRequest::default(), BY).await.unwrap();
    assert_ne!(retried.run_id, exception.run);
    let detail = world.succeeded(&retried.run_id).await;
    assert_eq!(detail.row.retry_of.as_ref(), Some(&exception.run));
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (2, 1));
    world.stop().await;
}

async fn an_ended_run_is_retried_with_an_edited_input(ground: Ground) {
    let (world, exception) = Box::pin(parked(&ground)).await;
    world
        .resolve(&exception, json!({ "action": "give_up", "note": "the customer has another number" }))
        .await;
    world.until(&exception.run, RunStatus::Failed).await;
    let line = json!({ "description": "Edited", "quantity": "2", "unit_price": "3.00" });
    let input = Some(json!({ "customer": "cus_0009", "lines": [line] }));
    let request = RetryRequest { input, ..RetryRequest::default() };
    let retried = world.engine.retry_run(&world.scope, &exception.run, request.clone(), BY).await.unwrap();
    let detail = world.succeeded(&retried.run_id).await;
    assert_eq!(world.output(&detail, "invoice").await["total"], "6.00");
    assert_eq!(ground.writes("/v1/invoices").await[1].body["customer"], "cus_0009");
    // Where nothing failed, nobody knows whose input it is.
    let refused = world.engine.retry_run(&world.scope, &retried.run_id, request, BY).await.unwrap_err();
    assert!(refused.to_string().contains("`from`"), "{refused}");
    world.stop().await;
}

async fn a_raise_goes_back_to_where_it_says(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = r#"- { id: job, action: projects.get_job, connection: projects, with: { id: job_0002 }, next: proof }
- { id: proof, switch: [ { when: "{{ steps.job.signature is not none }}", next: done }, { else: true, next: missing } ] }
- { id: missing, raise: { reason: missing_required, sentence: "Job {{ steps.job.number }} has no signature yet.", owner: role:field_lead, due: 4h, retry_from: job } }
- { id: done, set: "{{ steps.job.signature }}" }"#;
    world.publish("proof", nodes).await;
    let run = world.run("proof", json!({})).await;
    let exception = world.exception(&run).await;
    assert_eq!(
        (exception.reason.as_str(), exception.owner.as_str()),
        ("missing_required", "role:field_lead")
    );
    assert!(exception.sentence.contains("has no signature yet"), "{}", exception.sentence);
    let signed = json!({ "signature": "P. Nair" });
    ground.call(&ground.projects, "PATCH", "/v1/jobs/job_0002", &signed).await;
    world.resolve(&exception, json!({ "action": "retry" })).await;
    let detail = world.succeeded(&run).await;
    assert_eq!(world.output(&detail, "done").await, "P. Nair");
    let again = detail.log.iter().filter(|entry| matches!(entry.event, RunEvent::StepRetried { .. })).count();
    assert_eq!(again, 1);
    world.stop().await;
}

async fn two_resolutions_at_once_are_one(ground: Ground) {
    let (world, exception) = Box::pin(parked(&ground)).await;
    let resolve = || async {
        let retry =
            throughline_engine::command::ResolveRequest::new(throughline_engine::command::Verb::Retry);
        world.engine.resolve_exception(&world.scope, &exception.exception, retry, BY).await.is_ok()
    };
    let taken = tokio::join!(resolve(), resolve(), resolve());
    assert_eq!([taken.0, taken.1, taken.2].iter().filter(|it| **it).count(), 1, "the first one counts");
    world.succeeded(&exception.run).await;
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (2, 1));
    world.stop().await;
}

async fn a_question_takes_an_answer_that_fits(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = r#"- id: person
  ask:
    question: "Go on with order {{ event.order }}?"
    form: [ { field: go, type: yes_no, title: Go }, { field: note, type: text, required: false } ]
    owner: team:sales
    due: 4h
  next: after
- { id: after, set: "{{ steps.person.go }}" }"#;
    world.publish("asks", nodes).await;
    let run = world.run("asks", json!({ "order": 7 })).await;
    world.until(&run, RunStatus::Waiting).await;
    let [ask] = world.store.asks_of_run(&world.scope, &run).await.unwrap().try_into().unwrap();
    assert_eq!(ask.question, "Go on with order 7?");
    let answer = |answer| world.engine.answer(&world.scope, &ask.ask, answer, BY);
    assert!(answer(json!({ "go": "perhaps" })).await.is_err());
    answer(json!({ "go": true })).await.unwrap();
    let detail = world.succeeded(&run).await;
    assert_eq!(world.output(&detail, "after").await, true);
    assert!(answer(json!({ "go": false })).await.is_err(), "it is answered");
    world.stop().await;
}
