//! Every decision that is not taken, and what the person is told.

use super::*;
use crate::proposal::Change;

fn team() -> People {
    let inactive = Person { active: false, ..person(7, &["billing"]) };
    let viewer = Person { may_decide: false, ..person(8, &["billing"]) };
    let all = [person(1, &["billing"]), person(2, &["billing"]), person(3, &["finance"]), inactive, viewer];
    People::new(all, Vec::new())
}

fn stage() -> Stage {
    Stage::new(&policy(vec![rule(&["team:billing"], Quorum::Count(2))]), content(vec![write("k")]))
}

fn sent(change: impl FnOnce(&Stage, &mut Request)) -> Decided {
    let stage = stage();
    let mut request = stage.request(1, Verdict::Approve);
    change(&stage, &mut request);
    stage.decide(&team(), &request, at(1))
}

fn cookie(proposal: u64, until: Timestamp) -> Pass {
    Pass::Code(Cookie { person: per(1), proposal: id(proposal), until })
}

#[test]
fn bad_requests_are_told_why() {
    assert_eq!(event(&sent(|_, _| ())), None);
    assert_eq!(code_of(&sent(|_, r| r.shown = None)), "TL0860");
    let other = || content(vec![write("other")]).hash();
    assert_eq!(code_of(&sent(|_, r| r.shown = Some(other()))), "TL0861");
    assert_eq!(code_of(&sent(|_, r| r.proposal = id(2))), "TL0867");
    // A forwarded link: the cookie is for another proposal, or its time is over.
    assert_eq!(event(&sent(|_, r| r.pass = cookie(1, at(2)))), None);
    assert_eq!(code_of(&sent(|_, r| r.pass = cookie(2, at(2)))), "TL0867");
    assert_eq!(code_of(&sent(|_, r| r.pass = cookie(1, at(1)))), "TL0881");
    let by = |n: u64| Pass::Session { person: per(n), confirmed_at: at(0) };
    assert_eq!(code_of(&sent(|_, r| r.pass = by(3))), "TL0869");
    assert_eq!(code_of(&sent(|_, r| r.pass = by(7))), "TL0870");
    assert_eq!(code_of(&sent(|_, r| r.pass = by(99))), "TL0870");
    assert_eq!(code_of(&sent(|_, r| r.pass = by(8))), "TL0871");
    assert_eq!(code_of(&sent(|_, r| r.principal = Some(per(2)))), "TL0875");
    assert_eq!(code_of(&sent(|_, r| r.principal = Some(per(7)))), "TL0870");
    assert_eq!(code_of(&sent(|_, r| r.verdict = Verdict::Reject { reason: None })), "TL0877");
    let other = Verdict::Reject { reason: Some(RejectReason::Other) };
    assert_eq!(code_of(&sent(|_, r| r.verdict = other.clone())), "TL0877");
    assert_eq!(
        event(&sent(|_, r| (r.verdict, r.note) = (other.clone(), Some("see the mail".into())))),
        Some(ProposalEvent::Rejected)
    );
    assert_eq!(code_of(&sent(|_, r| r.opened_at = Some(at(2)))), "TL0887");
    assert_eq!(code_of(&sent(|_, r| r.opened_at = Some(at(-1)))), "TL0887");
    let mut moved = stage().proposal.content().clone();
    moved.operations[0].system = "crm".into();
    assert_eq!(code_of(&sent(|_, r| r.verdict = Verdict::ApproveEdited(Box::new(moved)))), "TL0878");
}

#[test]
fn a_second_decision_is_told_of_the_first() {
    let people = team();
    let mut stage = stage();
    stage.approve(&people, 1, at(1));
    assert_eq!(code_of(&stage.approve(&people, 1, at(2))), "TL0868");
    assert_eq!(code_of(&stage.reject(&people, 1, at(2))), "TL0868");
    assert_eq!(event(&stage.approve(&people, 2, at(3))), Some(ProposalEvent::Approved));
    for verdict in [Verdict::Approve, Verdict::Reject { reason: Some(RejectReason::NotNow) }] {
        let late = stage.decide(&people, &stage.request(1, verdict), at(4));
        assert_eq!(code_of(&late), "TL0863");
        assert_eq!(
            refused(&late).to_string(),
            format!("this is decided: Person 2 approved it on {}", at(3).to_rfc3339())
        );
    }
}

#[test]
fn closed_proposals_say_how_they_ended() {
    let people = team();
    let told = |state: ProposalState| {
        let stage = Stage { state, ..stage() };
        code_of(&stage.decide(&people, &stage.request(1, Verdict::Approve), at(1)))
    };
    assert_eq!(told(ProposalState::Withdrawn), "TL0865");
    assert_eq!(told(ProposalState::Stale), "TL0866");
    assert_eq!(told(ProposalState::Superseded), "TL0864");
    assert_eq!(told(ProposalState::Expired), "TL0862");
    assert_eq!(told(ProposalState::Rejected), "TL0863");
    for state in ProposalState::ALL.into_iter().filter(|state| *state != ProposalState::Open) {
        assert!(told(state).starts_with("TL086"), "{state}");
    }
    // Nobody noticed yet that the time is over.
    let stage = stage();
    assert_eq!(code_of(&stage.decide(&people, &stage.request(1, Verdict::Approve), at(48))), "TL0862");
    assert_eq!(
        event(&stage.decide(&people, &stage.request(1, Verdict::Approve), Timestamp(at(48).0 - 1))),
        None
    );
}

#[test]
fn content_that_was_changed_after_it_was_shown_comes_with_the_difference() {
    let people = team();
    let mut edited = content(vec![write("k")]);
    edited.summary = "The price of INV-7 becomes 11.00".into();
    let old = stage();
    let new = old.proposal.edited(id(2), edited, &[per(2)], at(1)).unwrap();
    let changed = |decided: &Decided| match refused(decided) {
        Refusal::ContentChanged { now, hash, difference: Some(difference) } => {
            assert_eq!(hash, new.hash());
            assert_eq!(
                difference.changes.iter().map(Change::words).collect::<Vec<_>>(),
                ["summary: \"The price of INV-7 becomes 12.00\" became \"The price of INV-7 becomes 11.00\""]
            );
            now.clone()
        }
        other => panic!("{other:?}"),
    };
    // The page still shows the old one, which is superseded.
    let late = Stage { state: ProposalState::Superseded, others: vec![new.clone()], ..old.clone() };
    assert_eq!(changed(&late.decide(&people, &late.request(1, Verdict::Approve), at(2))), Some(id(2)));
    // The page went on to the new one and sends the old hash.
    let mut stage = Stage::of(&policy(vec![rule(&["team:billing"], Quorum::Any)]), new.clone());
    stage.others = vec![old.proposal.clone()];
    let request = Request { shown: Some(old.proposal.hash().clone()), ..stage.request(1, Verdict::Approve) };
    assert_eq!(changed(&stage.decide(&people, &request, at(2))), None);
    // Somebody who is not asked is not shown the difference.
    let outsider = Request { pass: Pass::Token { person: per(3) }, ..request };
    assert_eq!(code_of(&stage.decide(&people, &outsider, at(2))), "TL0869");
}

#[test]
fn an_approval_of_other_content_approves_nothing() {
    let mut stage = stage();
    stage.approval.content_hash = content(vec![write("other")]).hash();
    assert_eq!(code_of(&stage.approve(&team(), 1, at(1))), "TL0861");
}

#[test]
fn one_on_the_same_record_is_decided_first() {
    let mut stage = stage();
    stage.blockers = vec![id(9)];
    let told = stage.approve(&team(), 1, at(1));
    assert_eq!(refused(&told), &Refusal::NotItsTurn { first: vec![id(9)] });
    assert_eq!(code_of(&told), "TL0880");
}

#[test]
fn nobody_decides_about_their_own() {
    let people = team();
    let one = policy(vec![rule(&["team:billing"], Quorum::Any)]);
    let mut own = Stage::requested_by(&one, content(vec![write("k")]), &[1]);
    assert_eq!(code_of(&own.approve(&people, 1, at(1))), "TL0872");
    assert_eq!(code_of(&own.reject(&people, 1, at(1))), "TL0872");
    assert_eq!(event(&own.approve(&people, 2, at(1))), Some(ProposalEvent::Approved));
    for (content, excluded) in
        [(content(vec![write("k")]), false), (with_money("1"), true), (irreversible(), true)]
    {
        let first = Proposal::open(id(1), origin(1), content.clone(), at(0)).unwrap();
        let edited =
            first.edited(id(2), Content { summary: "edited".into(), ..content }, &[per(1)], at(0)).unwrap();
        let mut stage = Stage::of(&one, edited);
        let decided = stage.approve(&people, 1, at(1));
        if excluded {
            assert_eq!(code_of(&decided), "TL0874");
        } else {
            assert_eq!(event(&decided), Some(ProposalEvent::Approved));
        }
    }
}

#[test]
fn money_and_what_cannot_be_undone_ask_for_more_than_a_code() {
    let people = team();
    let named = |ceiling: &str, irreversible| CodeAlone {
        person: Owner("person:p1".into()),
        ceiling: Money::parse(ceiling, "EUR").unwrap(),
        irreversible,
    };
    let plain = policy(vec![rule(&["team:billing"], Quorum::Any)]);
    let with = |one: CodeAlone| Policy { code_alone: vec![one], ..plain.clone() };
    let by_code = |policy: &Policy, content: Content, n: u64| {
        let mut stage = Stage::new(policy, content);
        let pass = Pass::Code(Cookie { person: per(n), proposal: id(1), until: at(2) });
        let request = Request { pass, via: Via::Link, ..stage.request(n, Verdict::Approve) };
        match stage.play(&people, &request, at(1)) {
            Decided::Refused(refusal) => refusal.code(),
            Decided::Applied { .. } | Decided::Counted { .. } | Decided::Edited { .. } => "taken",
        }
    };
    assert_eq!(by_code(&plain, content(vec![write("k")]), 1), "taken");
    assert_eq!(by_code(&plain, with_money("1"), 1), "TL0876");
    assert_eq!(by_code(&plain, irreversible(), 1), "TL0876");
    assert_eq!(by_code(&with(named("100", false)), with_money("100"), 1), "taken");
    assert_eq!(by_code(&with(named("100", false)), with_money("-100"), 1), "taken");
    assert_eq!(by_code(&with(named("100", false)), with_money("100.01"), 1), "TL0876");
    assert_eq!(by_code(&with(named("100", false)), with_money("-100.01"), 1), "TL0876");
    assert_eq!(by_code(&with(named("100", false)), with_money("1"), 2), "TL0876", "another person");
    assert_eq!(by_code(&with(named("100", false)), irreversible(), 1), "TL0876");
    assert_eq!(by_code(&with(named("100", true)), irreversible(), 1), "taken");
    let strict = Policy { at_least: Assurance::Session, ..with(named("100", true)) };
    assert_eq!(by_code(&strict, content(vec![write("k")]), 1), "TL0876");
    // A fresh login is asked for where the policy says so; an old session is not one.
    let fresh = Policy { at_least: Assurance::ReAuthenticated, ..plain };
    let mut stage = Stage::new(&fresh, with_money("1"));
    let session = |confirmed_at| Pass::Session { person: per(1), confirmed_at };
    let request = Request { pass: session(at(0)), ..stage.request(1, Verdict::Approve) };
    assert_eq!(code_of(&stage.play(&people, &request, at(1))), "TL0876");
    let request = Request { pass: session(Timestamp(at(1).0 - 60_000_000)), ..request };
    assert_eq!(event(&stage.play(&people, &request, at(1))), Some(ProposalEvent::Approved));
}
