//! A retry on the current version of a run that is still open: it ends, and another goes on in its place.

use serde_json::json;
use throughline_domain::exception::life::{Outcome, Strength};
use throughline_domain::id::RunId;
use throughline_domain::run::event::RunEvent;
use throughline_engine::command::{ResolveRequest, RetryRequest, RetryVersion, Verb};
use throughline_simulators::FailureMode;
use throughline_store::{ExceptionRow, ExceptionState, RunStatus};

use crate::support::Ground;
use crate::world::{BY, PATIENCE, World, invoice, on_both};

on_both!(
    a_run_goes_on_in_another_on_the_version_that_was_mended,
    an_edited_input_goes_on_in_the_version_that_was_mended,
    what_would_happen_twice_or_gain_nothing_is_refused,
);

/// The other branch writes to accounting, which is how it is known that accounting can be read.
const NOTE: &str = "- { id: note, set: \"{{ event.order }}\", next: which }\n\
    - { id: which, switch: [ { when: \"{{ event.order == 'o-0' }}\", next: invoice }, { else: true, next: check } ] }\n";
const RAISE: &str = "- { id: check, raise: { reason: invalid_value, sentence: \"This order has a value that nobody can bill.\", \
    updates_after: [ { system: accounting, record: invoice, by: automatic } ] } }";

fn on_current(verb: Verb) -> ResolveRequest {
    ResolveRequest { version: RetryVersion::Current, ..ResolveRequest::new(verb) }
}

/// The exception that a run waits on.
async fn waits(world: &World, run: &RunId) -> ExceptionRow {
    world.until(run, RunStatus::Waiting).await;
    world.engine.tend_exceptions().await.unwrap();
    let step = world.exception(run).await;
    world.store.get_exception(&world.scope, &step.exception).await.unwrap().unwrap()
}

async fn a_run_goes_on_in_another_on_the_version_that_was_mended(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let bills = format!("{NOTE}{}\n", invoice(""));
    world.publish("bill", &format!("{bills}{RAISE}")).await;
    let old = world.run("bill", json!({ "order": "o-1" })).await;
    let exception = waits(&world, &old).await;
    let mended = invoice("").replacen("id: invoice", "id: check", 1);
    world.publish("bill", &format!("{bills}{mended}")).await;

    let retry = RetryRequest { version: RetryVersion::Current, ..RetryRequest::default() };
    let new = world.engine.retry_run(&world.scope, &old, retry, BY).await.unwrap().run_id;
    assert_ne!(new, old);
    let detail = world.succeeded(&new).await;
    assert_eq!((detail.row.version, detail.row.retry_of.as_ref()), (2, Some(&old)));
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    let RunEvent::RunStarted(started) = &detail.log[0].event else { panic!("{:?}", detail.log[0]) };
    let copied: Vec<&str> = started.copied.iter().map(|step| step.path.0.as_str()).collect();
    assert_eq!(copied, ["note", "which"], "what did not change is not run again");
    world.until(&old, RunStatus::Cancelled).await;
    let began = tokio::time::Instant::now();
    let over = loop {
        let row = world.store.get_exception(&world.scope, &exception.exception).await.unwrap().unwrap();
        if row.resolved_at.is_some() {
            break row;
        }
        assert!(began.elapsed() < PATIENCE, "{row:#?}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!((over.state, over.outcome), (ExceptionState::Resolved, Some(Outcome::WorkflowFixed)));
    assert_eq!(over.strength, Some(Strength::ReadBack), "seen in the system, as the other run wrote it");
    world.stop().await;
}

async fn an_edited_input_goes_on_in_the_version_that_was_mended(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let bills =
        |note: &str, invoice: &str| format!("- {{ id: note, set: \"{note}\", next: invoice }}\n{invoice}");
    world.publish("bill", &bills("{{ event.order }}", &invoice(""))).await;
    ground.fail("/v1/invoices", FailureMode::Reject, None);
    let old = world.run("bill", json!({ "order": "o-1" })).await;
    let exception = waits(&world, &old).await.exception;
    let step = world.detail(&old).await.steps.into_iter().find(|step| step.node == "invoice").unwrap();
    let mut input = world.store.load(&world.scope, step.input.as_ref().unwrap()).await.unwrap();
    input["lines"][0]["description"] = json!("edited by hand");
    world.publish("bill", &bills("{{ event.order }} mended", &invoice(""))).await;
    let edit = ResolveRequest { input: Some(input), ..on_current(Verb::EditAndRetry) };
    let resolved = world.engine.resolve_exception(&world.scope, &exception, edit, BY).await.unwrap();
    assert_ne!(resolved.run_id, old);
    let detail = world.succeeded(&resolved.run_id).await;
    assert_eq!((detail.row.version, detail.row.retry_of.as_ref()), (2, Some(&old)));
    let writes = ground.writes("/v1/invoices").await;
    let sent = writes.last().unwrap().body.to_string();
    assert!(sent.contains("edited by hand"), "{sent}");
    world.until(&old, RunStatus::Cancelled).await;
    world.stop().await;
}

async fn what_would_happen_twice_or_gain_nothing_is_refused(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let billed = format!("{}\n{RAISE}", invoice(", next: check"));
    world.publish("bill", &billed).await;
    let run = world.run("bill", json!({})).await;
    let exception = waits(&world, &run).await.exception;
    let refused = async |request: ResolveRequest| {
        world.engine.resolve_exception(&world.scope, &exception, request, BY).await.unwrap_err().to_string()
    };
    let same = refused(on_current(Verb::Retry)).await;
    assert!(same.contains("version 1 is the current one"), "{same}");
    world.publish("bill", &billed.replace("10.00", "11.00")).await;
    let twice = refused(on_current(Verb::Retry)).await;
    assert!(twice.contains("repeat a write that was confirmed"), "{twice}");
    let skip = refused(on_current(Verb::Skip)).await;
    assert!(skip.contains("belongs to `retry`"), "{skip}");
    world.until(&run, RunStatus::Waiting).await;
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    world.stop().await;
}
