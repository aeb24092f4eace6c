//! Edit and approve.

use super::*;

fn team() -> People {
    People::new((1..=3).map(|n| person(n, &["billing"])), Vec::new())
}

fn edited(stage: &Stage, content: Content, by: u64, policy: &Policy) -> (Proposal, Result<Edited, Refusal>) {
    let request = stage.request(by, Verdict::ApproveEdited(Box::new(content.clone())));
    let new = stage.proposal.edited(id(2), content, &[per(by)], at(1)).unwrap();
    let over = Stage::of(policy, new.clone()).approval;
    let subject = Subject {
        proposal: &stage.proposal,
        state: stage.state,
        approval: &stage.approval,
        earlier: &stage.decisions,
        others: &[],
        blockers: &[],
    };
    let done = edit_and_approve(&subject, &team(), &request, &new, &over, at(1));
    (new, done)
}

#[test]
fn an_edit_makes_a_new_proposal_and_says_yes_to_it() {
    let one = policy(vec![rule(&["team:billing"], Quorum::Any)]);
    let stage = Stage::new(&one, content(vec![write("k")]));
    let content = Content { summary: "edited".into(), ..content(vec![write("k")]) };
    let (new, done) = edited(&stage, content, 1, &one);
    let Edited { edit: Some(edit), vote: Decided::Applied { event, decision, .. } } = done.unwrap() else {
        panic!()
    };
    assert_eq!(
        (edit.said, edit.proposal.clone(), edit.shown.clone()),
        (Said::ApproveEdited, id(1), stage.proposal.hash().clone())
    );
    assert_eq!(edit.edit.unwrap().changes.len(), 1);
    assert_eq!(event, ProposalEvent::Approved);
    assert_eq!((decision.said, &decision.proposal, &decision.shown), (Said::Approve, new.id(), new.hash()));
}

#[test]
fn what_others_said_was_about_the_old_content() {
    let two = policy(vec![rule(&["team:billing"], Quorum::Count(2))]);
    let mut stage = Stage::new(&two, content(vec![write("k")]));
    assert_eq!(event(&stage.approve(&team(), 2, at(1))), None);
    let content = Content { summary: "edited".into(), ..content(vec![write("k")]) };
    let (_, done) = edited(&stage, content, 1, &two);
    assert!(matches!(done.unwrap().vote, Decided::Counted { tally, .. } if tally.approvals() == 1));
}

#[test]
fn whoever_edits_money_waits_for_another() {
    let one = policy(vec![rule(&["team:billing"], Quorum::Any)]);
    let stage = Stage::new(&one, with_money("10"));
    let (new, done) = edited(&stage, with_money("11"), 1, &one);
    let Edited { edit: Some(_), vote } = done.unwrap() else { panic!() };
    assert_eq!(code_of(&vote), "TL0874");
    let mut next = Stage::of(&one, new);
    assert_eq!(event(&next.approve(&team(), 2, at(2))), Some(ProposalEvent::Approved));
}

#[test]
fn an_edit_that_changes_nothing_is_a_yes() {
    let one = policy(vec![rule(&["team:billing"], Quorum::Any)]);
    let stage = Stage::new(&one, with_money("10"));
    let (_, done) = edited(&stage, with_money("10"), 1, &one);
    let Edited { edit: None, vote } = done.unwrap() else { panic!() };
    assert_eq!(event(&vote), Some(ProposalEvent::Approved));
}

#[test]
fn an_edit_by_somebody_who_may_not_is_none() {
    let one = policy(vec![rule(&["team:billing"], Quorum::Any)]);
    let stage = Stage::requested_by(&one, content(vec![write("k")]), &[1]);
    let edit = Content { summary: "edited".into(), ..content(vec![write("k")]) };
    let (_, done) = edited(&stage, edit.clone(), 1, &one);
    assert_eq!(done.unwrap_err().code(), "TL0872");
    // The new proposal is not the one of the edit.
    let stage = Stage::new(&one, content(vec![write("k")]));
    let request = stage.request(1, Verdict::ApproveEdited(Box::new(edit)));
    let other = Proposal::open(id(2), origin(1), with_money("9"), at(1)).unwrap();
    let over = Stage::of(&one, other.clone()).approval;
    let subject = Subject {
        proposal: &stage.proposal,
        state: stage.state,
        approval: &stage.approval,
        earlier: &[],
        others: &[],
        blockers: &[],
    };
    assert_eq!(edit_and_approve(&subject, &team(), &request, &other, &over, at(1)), Err(Refusal::Foreign));
}

#[test]
fn after_an_edit_other_rules_may_apply() {
    use crate::expression::{Compiled, Prepared, Scope};
    use serde_json::json;

    let finance =
        Rule { when: Some("{{ amount | amount_gt(5000) }}".into()), ..rule(&["team:finance"], Quorum::Any) };
    let policy = policy(vec![rule(&["team:billing"], Quorum::Any), finance]);
    let rules = |input: serde_json::Value| {
        let scope = Scope::new(Prepared::new(&json!({})), at(0)).with_input(Prepared::new(&input));
        let truths = policy.truths(&Compiled::default(), &scope);
        let proposal = Proposal::open(id(1), origin(1), content(vec![write("k")]), at(0)).unwrap();
        Approval::open(&policy, &proposal, &truths, &Calendar::default(), at(0)).rules
    };
    assert_eq!(rules(json!({ "amount": "5000.00" })).len(), 1);
    assert_eq!(rules(json!({ "amount": "5000.01" })).len(), 2);
    // Nobody can tell: it applies.
    let unknown = rules(json!({ "total": "1" }));
    assert!(matches!(&unknown[1].because, Because::Unknown { why, .. } if why.contains("amount")));
    let float = rules(json!({ "amount": 1.5 }));
    assert!(matches!(float[1].because, Because::Unknown { .. }));
}
