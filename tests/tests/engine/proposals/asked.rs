//! Who asked for what a run writes has no say in it: not themselves, not for others, and nobody for them.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use throughline_domain::approval::{Delegation, DelegationScope};
use throughline_domain::id::{DelegationId, PersonId, RunId};
use throughline_domain::proposal::Proposal;
use throughline_engine::command::{DecisionRequest, RetryRequest, Wish};
use throughline_host::services::Clock;
use throughline_store::{ExceptionStep, ProposalRow, RunStatus};

use super::{approver, by, decide, open, publish, request};
use crate::support::{Ground, MachineClock};
use crate::world::{PATIENCE, World, invoice, on_both, text};

on_both!(
    who_starts_a_run_does_not_decide_about_it,
    nobody_decides_for_who_asked_and_who_asked_decides_for_nobody,
    an_answer_an_edit_and_a_retry_ask_for_what_follows,
    what_one_run_starts_is_asked_for_by_the_same_people,
);

/// A person behind a proposal.
fn asked(row: &ProposalRow) -> &BTreeSet<PersonId> {
    &Proposal::origin(&row.proposal).requested_by
}

async fn start(world: &World, by: &PersonId, workflow: &str, event: Value) -> RunId {
    world.engine.start_run(&world.scope, workflow, event, None, by.as_str()).await.unwrap().run_id
}

async fn delegate(world: &World, n: u64, from: &PersonId, to: &PersonId) {
    let now = MachineClock.now();
    let terms = Delegation {
        from: from.clone(),
        to: to.clone(),
        starts_at: now,
        ends_at: now.plus_ms(3_600_000),
        scope: DelegationScope::all(),
    };
    let id = DelegationId::new(n, u128::from(n));
    world.store.add_delegation(&world.scope, (&id, &terms), &[], by()).await.unwrap();
}

async fn who_starts_a_run_does_not_decide_about_it(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (ada, ben) = (approver(&world, 1, "ada").await, approver(&world, 2, "ben").await);
    publish(&world, "bill", &invoice(""), "").await;
    let run = start(&world, &ada, "bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    assert_eq!(*asked(&row), BTreeSet::from([ada.clone()]));
    for wish in [Wish::Approve, Wish::Reject(Some(throughline_domain::approval::RejectReason::NotNow))] {
        let refused = decide(&world, &row, &ada, wish).await.unwrap_err();
        assert_eq!((refused.code(), refused.status()), ("TL0872", 403), "{refused}");
    }
    let mut input = row.proposal.content().operations[0].input.clone();
    input["lines"][0]["unit_price"] = json!("12.00");
    let refused = decide(&world, &row, &ada, Wish::ApproveEdited(input)).await.unwrap_err();
    assert_eq!(refused.code(), "TL0872", "{refused}");
    decide(&world, &row, &ben, Wish::Approve).await.unwrap();
    world.succeeded(&run).await;
    world.stop().await;
}

async fn nobody_decides_for_who_asked_and_who_asked_decides_for_nobody(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (ada, ben) = (approver(&world, 1, "ada").await, approver(&world, 2, "ben").await);
    let eve = approver(&world, 3, "eve").await;
    // Ben → Ada → Eve.
    delegate(&world, 1, &ben, &ada).await;
    delegate(&world, 2, &ada, &eve).await;
    publish(&world, "bill", &invoice(""), "").await;
    let run = start(&world, &ada, "bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    let tries = [(&ada, Some(&ben)), (&eve, Some(&ada)), (&eve, Some(&ben))];
    for (actor, principal) in tries {
        let request = DecisionRequest {
            principal: principal.cloned(),
            ..request(row.proposal.hash(), actor, Wish::Approve)
        };
        let refused = world.engine.decide(&world.scope, row.proposal.id(), request).await.unwrap_err();
        assert_eq!((refused.code(), refused.status()), ("TL0873", 403), "{refused}");
    }
    assert!(world.store.decisions_about(&world.scope, row.proposal.id()).await.unwrap().is_empty());
    decide(&world, &row, &eve, Wish::Approve).await.unwrap();
    world.succeeded(&run).await;
    world.stop().await;
}

/// The step's next exception: the same is not proposed again, so it parks anew.
async fn another(world: &World, before: &ExceptionStep) -> ExceptionStep {
    let began = tokio::time::Instant::now();
    loop {
        let found = world.open_exceptions(&before.run).await.pop();
        if let Some(found) = found.filter(|found| found.exception != before.exception) {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "it does not park again");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

const ASK: &str = r"- id: amount
  ask:
    question: How much?
    form: [ { field: price, type: text, title: Price } ]
    owner: team:sales
    due: 4h
  next: invoice";

async fn an_answer_an_edit_and_a_retry_ask_for_what_follows(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (ada, ben) = (approver(&world, 1, "ada").await, approver(&world, 2, "ben").await);
    let eve = approver(&world, 3, "eve").await;
    publish(&world, "bill", &format!("{ASK}\n{}", invoice("")), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    world.until(&run, RunStatus::Waiting).await;
    let [ask] = world.store.asks_of_run(&world.scope, &run).await.unwrap().try_into().unwrap();
    world.engine.answer(&world.scope, &ask.ask, json!({ "price": "1" }), ada.as_str()).await.unwrap();
    let row = open(&world, &run).await;
    assert_eq!(*asked(&row), BTreeSet::from([ada.clone()]));
    let no = Wish::Reject(Some(throughline_domain::approval::RejectReason::WrongValue));
    decide(&world, &row, &ben, no).await.unwrap();
    let exception = world.exception(&run).await;
    // Letting it go on as it is asks for nothing new.
    let retry = serde_json::from_value(json!({ "action": "retry" })).unwrap();
    world.engine.resolve_exception(&world.scope, &exception.exception, retry, eve.as_str()).await.unwrap();
    let exception = another(&world, &exception).await;
    let mut input = row.proposal.content().operations[0].input.clone();
    input["lines"][0]["unit_price"] = json!("12.00");
    let edit = serde_json::from_value(json!({ "action": "edit_and_retry", "input": input })).unwrap();
    world.engine.resolve_exception(&world.scope, &exception.exception, edit, ben.as_str()).await.unwrap();
    let row = open(&world, &run).await;
    assert_eq!(*asked(&row), BTreeSet::from([ada.clone(), ben.clone()]));
    assert_eq!(decide(&world, &row, &ben, Wish::Approve).await.unwrap_err().code(), "TL0872");
    // A run again is another one, and who makes it has asked for it.
    publish(&world, "plain", &invoice(""), "").await;
    let run = world.run("plain", json!({ "order": "o-2" })).await;
    assert!(asked(&open(&world, &run).await).is_empty(), "no person's account is behind it");
    world.engine.cancel_run(&world.scope, &run, ben.as_str()).await.unwrap();
    world.until(&run, RunStatus::Cancelled).await;
    let how = RetryRequest::default();
    let again = world.engine.retry_run(&world.scope, &run, how, eve.as_str()).await.unwrap().run_id;
    assert_eq!(*asked(&open(&world, &again).await), BTreeSet::from([eve]));
    world.stop().await;
}

async fn what_one_run_starts_is_asked_for_by_the_same_people(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (ada, ben) = (approver(&world, 1, "ada").await, approver(&world, 2, "ben").await);
    // A run that is called.
    let called = text("bill", "on: throughline.called", &invoice("")).replace("stage: live", "stage: review");
    world.publish_text(&called).await;
    world.publish("caller", "- { id: sub, call: bill, with: { order: o-1 } }").await;
    let run = start(&world, &ada, "caller", json!({})).await;
    world.until(&run, RunStatus::Waiting).await;
    let [child] = world.store.children(&world.scope, &run).await.unwrap().try_into().unwrap();
    assert_eq!(*asked(&open(&world, &child.run).await), BTreeSet::from([ada.clone()]));
    // A run that waits for an event, and a person publishes it.
    let wait = "- { id: paid, wait: { event: order.paid, key: k, timeout: 1h }, next: invoice }";
    publish(&world, "waits", &format!("{wait}\n{}", invoice("")), "").await;
    let run = start(&world, &ada, "waits", json!({ "order": "o-2" })).await;
    world.until(&run, RunStatus::Waiting).await;
    world.engine.publish_event(&world.scope, "order.paid", Some("k"), json!({}), ben.as_str()).await.unwrap();
    let exception = world.exception(&run).await;
    assert_eq!(exception.reason, "policy_hold", "both have asked for it");
    // A run that hears of another one's end.
    let hears = text("hears", "on: throughline.event, with: { type: run_finished }", &invoice(""))
        .replace("stage: live", "stage: review");
    world.publish_text(&hears).await;
    world.publish("short", "- { id: done, set: 1 }").await;
    let run = start(&world, &ada, "short", json!({})).await;
    world.succeeded(&run).await;
    let filter = throughline_store::RunFilter { workflow: Some("hears".to_owned()), ..Default::default() };
    let page = throughline_store::PageRequest::first(5);
    let found = world.store.list_runs(&world.scope, &filter, &page).await.unwrap().items;
    assert_eq!(*asked(&open(&world, &found[0].run).await), BTreeSet::from([ada]));
    world.stop().await;
}
