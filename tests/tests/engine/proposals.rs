//! Writes of workflows in review: proposed, decided, sent or not.

mod asked;
mod asked_api;
mod by_two;
mod commented;
mod confirmed;
mod delegated;
mod edges;
mod ends;
mod grouped;
mod order;
mod page;
mod silence;
mod watched;
mod withdrawn;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use throughline_domain::access::{Handle, Mail, Role};
use throughline_domain::approval::{Pass, RejectReason, Via};
use throughline_domain::id::{PersonId, ProposalId, RunId};
use throughline_domain::proposal::{ContentHash, ProposalState};
use throughline_engine::CommandError;
use throughline_engine::command::{DecisionRequest, DecisionTaken, Wish};
use throughline_host::services::Clock;
use throughline_store::{By, EffectState, NewAccount, NewMemberKind, ProposalRow, RunStatus};

use crate::support::{Ground, MachineClock};
use crate::world::{PATIENCE, World, invoice, on_both, text};

on_both!(
    an_approved_write_is_sent_and_its_output_is_the_steps,
    a_rejection_takes_the_exception_port_and_is_not_asked_again,
    an_edit_is_what_is_sent,
    of_many_who_decide_at_once_one_does,
    bad_decisions_are_refused_and_change_nothing,
);

pub(super) const ADMIN: &str = "admin";

pub(super) fn by() -> By<'static> {
    By { who: ADMIN, at: MachineClock.now() }
}

/// Somebody with an account and the approver's role.
pub(super) async fn approver(world: &World, n: u64, name: &str) -> PersonId {
    let person = PersonId::new(n, u128::from(n));
    let mail = Mail::try_from(format!("{name}@example.com")).unwrap();
    let account = NewAccount { person: person.clone(), mail, name: name.to_owned(), server_admin: false };
    world.store.create_account(&account, by()).await.unwrap();
    let handle = Handle::try_from(name.to_owned()).unwrap();
    let kind = NewMemberKind::Account;
    assert!(world.store.add_member(&world.scope, &person, &handle, &kind, by()).await.unwrap());
    let roles = BTreeSet::from([Role::Approver]);
    assert!(world.store.set_roles(&world.scope, &person, &roles, by()).await.unwrap());
    person
}

/// A workflow in review, with this policy.
pub(super) async fn publish(world: &World, id: &str, nodes: &str, approvals: &str) {
    let text = text(id, "on: throughline.manual", nodes);
    let text = text.replace("stage: live", "stage: review");
    let keys = "keys: { order: \"{{ event.order }}\" }\n";
    let text = text.replacen("nodes:\n", &format!("{keys}nodes:\n"), 1);
    world.publish_text(&format!("{text}{approvals}")).await;
}

/// The open proposal of a run.
pub(super) async fn open(world: &World, run: &RunId) -> ProposalRow {
    let began = tokio::time::Instant::now();
    loop {
        let rows = world.store.proposals_of_run(&world.scope, run).await.unwrap();
        if let Some(row) = rows.into_iter().find(|row| row.state == ProposalState::Open) {
            return row;
        }
        let log = if began.elapsed() > PATIENCE { world.detail(run).await.log } else { Vec::new() };
        assert!(log.is_empty(), "run {run} opened no proposal: {log:#?}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

pub(super) async fn state(world: &World, id: &ProposalId) -> ProposalState {
    world.store.get_proposal(&world.scope, id).await.unwrap().unwrap().state
}

pub(super) fn session(person: &PersonId) -> Pass {
    Pass::Session { person: person.clone(), confirmed_at: MachineClock.now() }
}

pub(super) fn request(shown: &ContentHash, person: &PersonId, verdict: Wish) -> DecisionRequest {
    DecisionRequest {
        shown: Some(shown.clone()),
        principal: None,
        pass: session(person),
        via: Via::App,
        verdict,
        note: None,
        opened_at: None,
    }
}

pub(super) async fn decide(
    world: &World,
    row: &ProposalRow,
    person: &PersonId,
    verdict: Wish,
) -> Result<DecisionTaken, CommandError> {
    let request = request(row.proposal.hash(), person, verdict);
    world.engine.decide(&world.scope, row.proposal.id(), request).await
}

async fn an_approved_write_is_sent_and_its_output_is_the_steps(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let nodes =
        format!("{}\n- {{ id: after, set: \"{{{{ steps.invoice.number }}}}\" }}", invoice(", next: after"));
    publish(&world, "bill", &nodes, "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    world.until(&run, RunStatus::Waiting).await;
    assert_eq!(ground.writes("/v1/invoices").await.len(), 0, "nothing was sent");
    let content = row.proposal.content();
    assert_eq!(content.money.as_ref().map(ToString::to_string).as_deref(), Some("10.00 GBP"));
    assert!(content.summary.contains("10.00"), "{}", content.summary);
    let total = &content.operations[0].fields["/total"];
    assert_eq!((total.before.as_ref(), total.after.as_ref()), (None, Some(&json!("10.00"))));
    let taken = decide(&world, &row, &ada, Wish::Approve).await.unwrap();
    assert_eq!(taken.state, ProposalState::Approved);
    let detail = world.succeeded(&run).await;
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    assert!(world.output(&detail, "after").await.as_str().is_some_and(|number| !number.is_empty()));
    let states: Vec<EffectState> = detail.effects.iter().map(|effect| effect.state).collect();
    assert_eq!(states, [EffectState::Confirmed]);
    let row = world.store.get_proposal(&world.scope, row.proposal.id()).await.unwrap().unwrap();
    assert_eq!((row.state, row.effect.as_ref()), (ProposalState::Applied, Some(&detail.effects[0].effect)));
    let words = decide(&world, &row, &ada, Wish::Approve).await.unwrap_err();
    assert_eq!(words.code(), "TL0863", "{words}");
    assert!(words.to_string().contains("ada"), "{words}");
    world.stop().await;
}

async fn a_rejection_takes_the_exception_port_and_is_not_asked_again(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let nodes = format!(
        "{}\n- {{ id: told, set: \"{{{{ steps.invoice.error.code }}}}\" }}",
        invoice(", on_exception: told")
    );
    publish(&world, "bill", &nodes, "").await;
    let first = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &first).await;
    decide(&world, &row, &ada, Wish::Reject(Some(RejectReason::WrongValue))).await.unwrap();
    let detail = world.succeeded(&first).await;
    assert_eq!(world.output(&detail, "told").await, json!("TL0456"));
    assert_eq!(state(&world, row.proposal.id()).await, ProposalState::Rejected);
    // The same again asks nobody; another order does.
    let again = world.run("bill", json!({ "order": "o-1" })).await;
    let detail = world.succeeded(&again).await;
    assert_eq!(world.output(&detail, "told").await, json!("TL0459"));
    let other = world.run("bill", json!({ "order": "o-2" })).await;
    open(&world, &other).await;
    assert_eq!(ground.writes("/v1/invoices").await.len(), 0);
    world.stop().await;
}

async fn an_edit_is_what_is_sent(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (ada, ben) = (approver(&world, 1, "ada").await, approver(&world, 2, "ben").await);
    publish(&world, "bill", &invoice(""), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    let mut input: Value = row.proposal.content().operations[0].input.clone();
    input["lines"][0]["unit_price"] = json!("12.00");
    let taken = decide(&world, &row, &ada, Wish::ApproveEdited(input)).await.unwrap();
    // It moves money: whoever edits it does not decide about it.
    assert_eq!(taken.state, ProposalState::Open);
    assert_ne!(taken.proposal, *row.proposal.id());
    assert_eq!(state(&world, row.proposal.id()).await, ProposalState::Superseded);
    let edited = world.store.get_proposal(&world.scope, &taken.proposal).await.unwrap().unwrap();
    assert_eq!(edited.proposal.content().operations[0].fields["/total"].after, Some(json!("12.00")));
    let refused = decide(&world, &edited, &ada, Wish::Approve).await.unwrap_err();
    assert_eq!(refused.code(), "TL0874", "{refused}");
    // What was shown before is not what there is.
    let late = decide(&world, &row, &ben, Wish::Approve).await.unwrap_err();
    assert_eq!((late.code(), late.status()), ("TL0861", 409), "{late}");
    decide(&world, &edited, &ben, Wish::Approve).await.unwrap();
    let detail = world.succeeded(&run).await;
    assert_eq!(world.output(&detail, "invoice").await["total"], json!("12.00"));
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    world.stop().await;
}

async fn of_many_who_decide_at_once_one_does(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let mut people = Vec::new();
    for n in 1..=20 {
        people.push(approver(&world, n, &format!("p{n}")).await);
    }
    publish(&world, "bill", &invoice(""), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    let tries = (0..200_usize).map(|n| {
        let (world, row, person) = (world.clone(), row.clone(), people[n % people.len()].clone());
        tokio::spawn(async move {
            let wish = if n % 2 == 0 { Wish::Approve } else { Wish::Reject(Some(RejectReason::NotNow)) };
            decide(&world, &row, &person, wish).await.map_err(|refused| refused.code())
        })
    });
    let answers = futures::future::join_all(tries.collect::<Vec<_>>()).await;
    let taken: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().unwrap().as_ref().ok()).collect();
    assert_eq!(taken.len(), 1, "{taken:?}");
    let others = answers.iter().filter_map(|answer| answer.as_ref().unwrap().as_ref().err());
    assert!(
        others.clone().all(|code| matches!(*code, "TL0863" | "TL0868" | "TL0879")),
        "{:?}",
        others.collect::<Vec<_>>()
    );
    let decisions = world.store.decisions_about(&world.scope, row.proposal.id()).await.unwrap();
    assert_eq!(decisions.len(), 1);
    if taken[0].state == ProposalState::Approved {
        world.succeeded(&run).await;
        assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    } else {
        assert_eq!(world.exception(&run).await.reason, "approval_rejected");
        assert_eq!(ground.writes("/v1/invoices").await.len(), 0);
    }
    world.stop().await;
}

async fn bad_decisions_are_refused_and_change_nothing(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let gone = approver(&world, 2, "gone").await;
    let idle = approver(&world, 3, "idle").await;
    publish(&world, "bill", &invoice(""), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    assert!(world.store.remove_member(&world.scope, &gone, by()).await.unwrap());
    assert!(world.store.set_roles(&world.scope, &idle, &BTreeSet::new(), by()).await.unwrap());
    let hash = row.proposal.hash();
    let other_hash: ContentHash = "0".repeat(64).parse().unwrap();
    let token = Pass::Token { person: ada.clone() };
    let stranger = PersonId::new(99, 99);
    let cases = [
        (DecisionRequest { shown: None, ..request(hash, &ada, Wish::Approve) }, "TL0860"),
        (request(&other_hash, &ada, Wish::Approve), "TL0861"),
        (request(hash, &gone, Wish::Approve), "TL0870"),
        (request(hash, &stranger, Wish::Approve), "TL0870"),
        (request(hash, &idle, Wish::Approve), "TL0871"),
        (DecisionRequest { principal: Some(idle.clone()), ..request(hash, &ada, Wish::Approve) }, "TL0871"),
        // It moves money, and a program may hold a token.
        (DecisionRequest { pass: token, ..request(hash, &ada, Wish::Approve) }, "TL0876"),
        (request(hash, &ada, Wish::Reject(None)), "TL0877"),
        (request(hash, &ada, Wish::Reject(Some(RejectReason::Other))), "TL0877"),
        (
            DecisionRequest {
                opened_at: Some(MachineClock.now().plus_ms(60_000)),
                ..request(hash, &ada, Wish::Approve)
            },
            "TL0887",
        ),
    ];
    for (request, code) in cases {
        let refused = world.engine.decide(&world.scope, row.proposal.id(), request).await.unwrap_err();
        assert_eq!(refused.code(), code, "{refused}");
    }
    let mut input = row.proposal.content().operations[0].input.clone();
    input["customer"] = json!("nobody");
    input["unknown"] = json!(1);
    // Whoever may not decide hears nothing of what the system says to it.
    let edit = Wish::ApproveEdited(input);
    for (request, code) in
        [(request(hash, &idle, edit.clone()), "TL0871"), (request(&other_hash, &ada, edit.clone()), "TL0861")]
    {
        let refused = world.engine.decide(&world.scope, row.proposal.id(), request).await.unwrap_err();
        assert_eq!(refused.code(), code, "{refused}");
    }
    let refused = decide(&world, &row, &ada, edit).await.unwrap_err();
    assert_eq!(refused.status(), 422, "{refused}");
    let nowhere = ProposalId::derived(&run, &throughline_domain::run::event::StepPath("x".into()), 1, 9);
    let refused = world.engine.decide(&world.scope, &nowhere, request(hash, &ada, Wish::Approve)).await;
    assert_eq!(refused.unwrap_err().status(), 404);
    assert_eq!(state(&world, row.proposal.id()).await, ProposalState::Open);
    assert!(world.store.decisions_about(&world.scope, row.proposal.id()).await.unwrap().is_empty());
    world.stop().await;
}
