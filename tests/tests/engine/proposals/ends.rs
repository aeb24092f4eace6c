//! How proposals end without a yes, and writes nobody could decide about.

use serde_json::json;
use throughline_domain::id::RunId;
use throughline_domain::proposal::ProposalState;
use throughline_engine::command::Wish;
use throughline_host::services::Clock;
use throughline_simulators::FailureMode;
use throughline_store::{EffectState, ProposalRow, RunStatus};

use super::{approver, decide, open, publish, state};
use crate::support::{Ground, MachineClock};
use crate::world::{BY, World, invoice, on_both};

on_both!(
    where_nobody_could_decide_a_person_is_told,
    a_cancelled_run_withdraws_its_proposal,
    a_refused_write_fails_its_proposal_and_starts_over_as_another,
    a_proposal_whose_source_moved_is_proposed_again,
    what_was_sent_is_not_taken_for_what_somebody_else_changed,
    a_connection_that_goes_or_changes_holds_what_was_approved,
    another_account_sends_live_writes_back_to_review,
);

async fn where_nobody_could_decide_a_person_is_told(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    publish(&world, "bill", &invoice(""), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let exception = world.exception(&run).await;
    assert_eq!(exception.reason, "policy_hold");
    assert!(exception.sentence.contains("only 0 could"), "{}", exception.sentence);
    // There is somebody by now.
    let ada = approver(&world, 1, "ada").await;
    world.resolve(&exception, json!({ "action": "retry" })).await;
    let row = open(&world, &run).await;
    decide(&world, &row, &ada, Wish::Approve).await.unwrap();
    world.succeeded(&run).await;
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    world.stop().await;
}

async fn a_cancelled_run_withdraws_its_proposal(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    publish(&world, "bill", &invoice(""), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    world.engine.cancel_run(&world.scope, &run, BY).await.unwrap();
    world.until(&run, RunStatus::Cancelled).await;
    assert_eq!(state(&world, row.proposal.id()).await, ProposalState::Withdrawn);
    let refused = decide(&world, &row, &ada, Wish::Approve).await.unwrap_err();
    assert_eq!(refused.code(), "TL0865", "{refused}");
    world.stop().await;
}

async fn a_refused_write_fails_its_proposal_and_starts_over_as_another(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    publish(&world, "bill", &invoice(""), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let first = open(&world, &run).await;
    ground.fail("/v1/invoices", FailureMode::Reject, None);
    decide(&world, &first, &ada, Wish::Approve).await.unwrap();
    let exception = world.exception(&run).await;
    assert_eq!(state(&world, first.proposal.id()).await, ProposalState::Failed);
    world.resolve(&exception, json!({ "action": "retry" })).await;
    let second = open(&world, &run).await;
    assert_ne!(first.proposal.id(), second.proposal.id());
    decide(&world, &second, &ada, Wish::Approve).await.unwrap();
    let detail = world.succeeded(&run).await;
    let states: Vec<EffectState> = detail.effects.iter().map(|effect| effect.state).collect();
    assert_eq!(states, [EffectState::NotApplied, EffectState::Confirmed]);
    assert_eq!(state(&world, second.proposal.id()).await, ProposalState::Applied);
    world.stop().await;
}

/// An invoice, and a run that asks whether it may be posted.
async fn posting(ground: &Ground, world: &World) -> (String, RunId, ProposalRow) {
    let invoice = ground.invoice().await;
    let post = "- { id: post, action: accounting.post_invoice, connection: accounting, with: { id: \"{{ event.invoice }}\" } }";
    publish(world, "post", post, "").await;
    let run = world.run("post", json!({ "order": "o-1", "invoice": invoice })).await;
    let proposal = open(world, &run).await;
    (invoice, run, proposal)
}

async fn a_proposal_whose_source_moved_is_proposed_again(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let (invoice, run, first) = posting(&ground, &world).await;
    assert!(first.proposal.content().operations[0].precondition.is_some());
    // Somebody else touches the record after it was shown.
    ground.touch(&invoice).await;
    decide(&world, &first, &ada, Wish::Approve).await.unwrap();
    let second = open(&world, &run).await;
    assert_eq!(state(&world, first.proposal.id()).await, ProposalState::Stale);
    assert_eq!(second.proposal.replaces().map(|replaces| &replaces.proposal), Some(first.proposal.id()));
    let refused = decide(&world, &first, &ada, Wish::Approve).await.unwrap_err();
    assert_eq!(refused.code(), "TL0866", "{refused}");
    decide(&world, &second, &ada, Wish::Approve).await.unwrap();
    world.succeeded(&run).await;
    assert_eq!(state(&world, second.proposal.id()).await, ProposalState::Applied);
    world.stop().await;
}

async fn what_was_sent_is_not_taken_for_what_somebody_else_changed(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let (invoice, run, proposal) = posting(&ground, &world).await;
    // It is applied, and its answer goes missing: the record moved because of this write itself.
    let path = format!("/v1/invoices/{invoice}/post");
    ground.fail(&path, FailureMode::TimeoutAfterApplying, None);
    decide(&world, &proposal, &ada, Wish::Approve).await.unwrap();
    let detail = world.succeeded(&run).await;
    assert_eq!(state(&world, proposal.proposal.id()).await, ProposalState::Applied);
    assert_eq!(world.store.proposals_of_run(&world.scope, &run).await.unwrap().len(), 1);
    assert_eq!(detail.effects.len(), 1);
    assert_eq!(ground.sent_and_applied(&path).await, (1, 1));
    world.stop().await;
}

async fn a_connection_that_goes_or_changes_holds_what_was_approved(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    publish(&world, "bill", &invoice(""), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let first = open(&world, &run).await;
    world.engine.delete_connection(&world.scope, "accounting", BY).await.unwrap();
    decide(&world, &first, &ada, Wish::Approve).await.unwrap();
    let exception = world.exception(&run).await;
    assert_eq!(exception.failure.as_ref().unwrap().code, "TL0447");
    world.connect(&ground, "accounting", "accounting", &ground.accounting.url()).await;
    world.resolve(&exception, json!({ "action": "retry" })).await;
    let second = open(&world, &run).await;
    // Whose account it is now, nobody has said.
    world.connect_again(&ground, "accounting", "accounting", &ground.accounting.url()).await;
    decide(&world, &second, &ada, Wish::Approve).await.unwrap();
    let third = open(&world, &run).await;
    assert_eq!(state(&world, second.proposal.id()).await, ProposalState::Stale);
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (0, 0), "nothing was sent so far");
    decide(&world, &third, &ada, Wish::Approve).await.unwrap();
    world.succeeded(&run).await;
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    world.stop().await;
}

async fn another_account_sends_live_writes_back_to_review(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    world.publish("bill", &invoice("")).await;
    let bill = async |order: &str| world.run("bill", json!({ "order": order })).await;
    assert!(world.engine.test_connection(&world.scope, "accounting").await.unwrap().ok);
    world.succeeded(&bill("o-1").await).await;
    // Typed in again: whose account it is now, only a test can say.
    world.connect_again(&ground, "accounting", "accounting", &ground.accounting.url()).await;
    let run = bill("o-2").await;
    let held = open(&world, &run).await;
    assert!(world.engine.test_connection(&world.scope, "accounting").await.unwrap().ok);
    world.succeeded(&bill("o-3").await).await;
    // What was asked meanwhile is decided like every proposal, and looked at once more before it is sent.
    decide(&world, &held, &ada, Wish::Approve).await.unwrap();
    let again = open(&world, &run).await;
    assert_eq!(
        state(&world, held.proposal.id()).await,
        ProposalState::Stale,
        "it rested on an untested account"
    );
    decide(&world, &again, &ada, Wish::Approve).await.unwrap();
    world.succeeded(&run).await;
    assert_eq!(state(&world, again.proposal.id()).await, ProposalState::Applied);
    // Somebody signs in as another account.
    let row = world.store.connection_by_name(&world.scope, "accounting").await.unwrap().unwrap();
    let now = MachineClock.now();
    world.store.record_account(&world.scope, &row.connection, "somebody else", now).await.unwrap().unwrap();
    world.catalog.forget();
    let run = bill("o-4").await;
    let other = open(&world, &run).await;
    let agree =
        async |account: &str| world.engine.agree_to_account(&world.scope, "accounting", account, BY).await;
    let known = row.account.unwrap();
    assert!(agree(&known).await.is_err(), "not the account that answered last");
    assert!(!world.catalog.is_agreed(&world.scope, "accounting").await.unwrap());
    agree("somebody else").await.unwrap();
    world.succeeded(&bill("o-6").await).await;
    decide(&world, &other, &ada, Wish::Approve).await.unwrap();
    world.succeeded(&run).await;
    world.stop().await;
}
