//! Quorums, rejections, and who is told what.

use super::*;

fn team() -> People {
    People::new((1..=4).map(|n| person(n, &["billing"])).chain([person(5, &["finance"])]), Vec::new())
}

fn billing(quorum: Quorum) -> Policy {
    policy(vec![rule(&["team:billing"], quorum)])
}

#[test]
fn as_many_as_the_policy_says() {
    let people = team();
    for (quorum, needed) in [
        (Quorum::Any, 1),
        (Quorum::Count(3), 3),
        (Quorum::All, 4),
        (Quorum::Percent(50), 2),
        (Quorum::Percent(51), 3),
    ] {
        let mut stage = Stage::new(&billing(quorum), content(vec![write("k")]));
        for n in 1..needed {
            assert_eq!(event(&stage.approve(&people, n, at(1))), None, "{quorum}");
        }
        assert_eq!(event(&stage.approve(&people, needed, at(1))), Some(ProposalEvent::Approved), "{quorum}");
        assert_eq!(stage.state, ProposalState::Approved);
    }
}

#[test]
fn of_those_who_have_a_say() {
    // The requester is one of four: all of the other three, half of three rounded up.
    let people = team();
    for (quorum, needed) in [(Quorum::All, 3), (Quorum::Percent(50), 2)] {
        let mut stage = Stage::requested_by(&billing(quorum), content(vec![write("k")]), &[4]);
        for n in 1..needed {
            assert_eq!(event(&stage.approve(&people, n, at(1))), None);
        }
        assert_eq!(event(&stage.approve(&people, needed, at(1))), Some(ProposalEvent::Approved));
    }
}

#[test]
fn every_rule_that_applies_is_satisfied() {
    let finance = rule(&["team:finance"], Quorum::Any);
    let both = policy(vec![rule(&["team:billing"], Quorum::Any), finance.clone()]);
    let mut stage = Stage::new(&both, with_money("6000"));
    assert_eq!(event(&stage.approve(&team(), 1, at(1))), None);
    assert_eq!(event(&stage.approve(&team(), 5, at(2))), Some(ProposalEvent::Approved));
    // Somebody who is both says it once.
    let two_hats = People::new([person(1, &["billing", "finance"])], Vec::new());
    let mut stage = Stage::new(&both, with_money("6000"));
    let decided = stage.approve(&two_hats, 1, at(1));
    let Decided::Applied { tally, .. } = &decided else { panic!("{decided:?}") };
    assert_eq!(tally.approvals(), 1);
}

#[test]
fn the_first_rejection_ends_it_or_the_one_that_makes_it_unreachable() {
    let people = team();
    let mut stage = Stage::new(&billing(Quorum::All), content(vec![write("k")]));
    assert_eq!(event(&stage.reject(&people, 1, at(1))), Some(ProposalEvent::Rejected));

    let patient = Policy { rejection: Rejection::WhenUnreachable, ..billing(Quorum::Count(2)) };
    let mut stage = Stage::new(&patient, content(vec![write("k")]));
    assert_eq!(event(&stage.reject(&people, 1, at(1))), None);
    assert_eq!(event(&stage.approve(&people, 2, at(1))), None);
    assert_eq!(event(&stage.reject(&people, 3, at(1))), None);
    assert_eq!(event(&stage.reject(&people, 4, at(2))), Some(ProposalEvent::Rejected));
    assert_eq!(stage.state, ProposalState::Rejected);
}

#[test]
fn a_decision_is_kept_whole() {
    let mut stage = Stage::new(&billing(Quorum::Any), content(vec![write("k")]));
    let request = Request {
        pass: Pass::Token { person: per(1) },
        via: Via::Api,
        note: Some("looks old".into()),
        opened_at: Some(at(1)),
        ..stage.request(1, Verdict::Reject { reason: Some(RejectReason::BusinessChanged) })
    };
    stage.play(&team(), &request, Timestamp(at(1).0 + 2_500_000));
    let [decision] = stage.decisions.as_slice() else { panic!() };
    assert_eq!((decision.said, decision.reason), (Said::Reject, Some(RejectReason::BusinessChanged)));
    assert_eq!((decision.via, decision.assurance), (Via::Api, Assurance::Code));
    assert_eq!(decision.dwell_ms(), Some(2_500));
    assert_eq!(decision.shown, *stage.proposal.hash());
    assert_eq!(decision.party, Party { principal: per(1), actor: per(1), through: Vec::new() });
    let stored = serde_json::to_string(decision).unwrap();
    assert_eq!(serde_json::from_str::<Decision>(&stored).unwrap(), *decision);
    assert!(!RejectReason::BusinessChanged.is_error() && RejectReason::WrongRecord.is_error());
}

#[test]
fn what_stands_over_a_proposal_is_read_back_as_it_was() {
    let stage = Stage::new(&billing(Quorum::Percent(60)), with_money("3"));
    let stored = serde_json::to_string(&stage.approval).unwrap();
    assert_eq!(serde_json::from_str::<Approval>(&stored).unwrap(), stage.approval);
    let policy = billing(Quorum::Count(2));
    let stored = serde_json::to_string(&policy).unwrap();
    assert_eq!(serde_json::from_str::<Policy>(&stored).unwrap(), policy);
    let yes = stored.replace("\"expire\"", "\"approve\"");
    assert!(yes != stored && serde_json::from_str::<Policy>(&yes).is_err(), "silence is never a yes");
}

#[test]
fn whoever_left_since_no_longer_counts() {
    let people = team();
    let mut stage = Stage::new(&billing(Quorum::Count(2)), content(vec![write("k")]));
    assert_eq!(event(&stage.approve(&people, 1, at(1))), None);
    let gone =
        People::new(people.iter().map(|one| Person { active: one.id != per(1), ..one.clone() }), Vec::new());
    assert_eq!(event(&stage.approve(&gone, 2, at(2))), None, "the first yes was of somebody who is gone");
    assert_eq!(event(&stage.approve(&gone, 3, at(3))), Some(ProposalEvent::Approved));
}

#[test]
fn nobody_left_is_seen_before_anybody_waits() {
    let one = People::new([person(1, &["billing"])], Vec::new());
    let now = at(1);
    let stage = Stage::requested_by(&billing(Quorum::Any), content(vec![write("k")]), &[1]);
    let found = prospects(&stage.approval, &stage.proposal, &one, &[], now);
    assert_eq!((found[0].needed, found[0].possible, found[0].code()), (1, 0, Some("TL0897")));
    assert!(found[0].words().contains("only 0 could"));
    // Somebody without an account cannot decide about money, unless the policy names them.
    let external =
        People::new([Person { kind: PersonKind::External, ..person(1, &["billing"]) }], Vec::new());
    let stage = Stage::new(&billing(Quorum::Any), with_money("5"));
    assert_eq!(prospects(&stage.approval, &stage.proposal, &external, &[], now)[0].possible, 0);
    let ceiling = Money::parse("5", "EUR").unwrap();
    let person = owners(&["person:p1"]).remove(0);
    let named = CodeAlone { person, ceiling, irreversible: false };
    let stage = Stage::new(&Policy { code_alone: vec![named], ..billing(Quorum::Any) }, with_money("5"));
    assert_eq!(prospects(&stage.approval, &stage.proposal, &external, &[], now)[0].code(), None);
}
