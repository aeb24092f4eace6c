//! Proposals on one record: in their order, or one instead of the other.

use serde_json::json;
use throughline_domain::proposal::ProposalState;
use throughline_engine::command::Wish;
use throughline_store::RunStatus;

use super::{approver, decide, open, publish, state};
use crate::support::Ground;
use crate::world::{World, invoice, on_both};

on_both!(a_newer_proposal_that_says_all_takes_the_place, what_is_behind_another_waits_for_its_turn);

async fn a_newer_proposal_that_says_all_takes_the_place(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    publish(&world, "bill", &invoice(""), "").await;
    let first = world.run("bill", json!({ "order": "o-1" })).await;
    let old = open(&world, &first).await;
    let second = world.run("bill", json!({ "order": "o-1" })).await;
    let new = open(&world, &second).await;
    let detail = world.succeeded(&first).await;
    assert_eq!(json!(detail.steps[0].status), json!("skipped"));
    let row = world.store.get_proposal(&world.scope, old.proposal.id()).await.unwrap().unwrap();
    assert_eq!((row.state, row.replaced_by.as_ref()), (ProposalState::Superseded, Some(new.proposal.id())));
    decide(&world, &new, &ada, Wish::Approve).await.unwrap();
    world.succeeded(&second).await;
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    world.stop().await;
}

async fn what_is_behind_another_waits_for_its_turn(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    publish(&world, "bill", &invoice(""), "").await;
    publish(&world, "also", &invoice(""), "").await;
    let first = world.run("bill", json!({ "order": "o-1" })).await;
    let old = open(&world, &first).await;
    let second = world.run("also", json!({ "order": "o-1" })).await;
    let new = open(&world, &second).await;
    world.until(&second, RunStatus::Waiting).await;
    let refused = decide(&world, &new, &ada, Wish::Approve).await.unwrap_err();
    assert_eq!(refused.code(), "TL0880", "{refused}");
    decide(&world, &old, &ada, Wish::Approve).await.unwrap();
    world.succeeded(&first).await;
    decide(&world, &new, &ada, Wish::Approve).await.unwrap();
    world.succeeded(&second).await;
    assert_eq!(state(&world, new.proposal.id()).await, ProposalState::Applied);
    world.stop().await;
}
