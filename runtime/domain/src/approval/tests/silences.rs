//! What happens while nobody decides.

use super::*;

fn people() -> People {
    let lead = Person { roles: ["lead".to_owned()].into(), ..person(3, &[]) };
    People::new([person(1, &["billing"]), person(2, &["billing"]), lead], Vec::new())
}

fn patient(quorum: Quorum) -> Policy {
    let hours = |n: u64| Due::After { ms: n * 3_600_000 };
    let mut policy = policy(vec![rule(&["team:billing"], quorum)]);
    policy.silence.remind = vec![hours(4), hours(30), hours(12)];
    let step = EscalationStep { after: hours(24), to: owners(&["role:lead"]) };
    policy.silence.on_silence = OnSilence::Escalate(vec![step]);
    policy
}

#[test]
fn it_reminds_asks_others_and_ends() {
    let stage = Stage::new(&patient(Quorum::Any), content(vec![write("k")]));
    let approval = &stage.approval;
    let remind = |hours| SilenceAction::Remind { at: at(hours) };
    let escalate = SilenceAction::Escalate { at: at(24), to: owners(&["role:lead"]) };
    assert_eq!(approval.due(at(0), at(3)), []);
    assert_eq!(approval.due(at(0), at(4)), [remind(4)]);
    assert_eq!(approval.due(at(4), at(5)), []);
    // A server that was away says what it missed once.
    assert_eq!(approval.due(at(0), at(25)), [remind(12), escalate.clone()]);
    assert_eq!(approval.due(at(12), at(31)), [escalate, remind(30)]);
    assert_eq!(approval.due(at(31), at(48)), [SilenceAction::Expire { at: at(48) }]);
    assert_eq!(approval.due(at(48), at(99)), [SilenceAction::Expire { at: at(48) }]);
    let next: Vec<Option<Timestamp>> = [0, 4, 12, 24, 30, 48].map(|n| approval.next_due(at(n))).into();
    assert_eq!(next, [Some(at(4)), Some(at(12)), Some(at(24)), Some(at(30)), Some(at(48)), None]);
}

#[test]
fn whoever_is_asked_later_decides_from_then_on() {
    let people = people();
    let mut stage = Stage::new(&patient(Quorum::Any), content(vec![write("k")]));
    assert_eq!(code_of(&stage.approve(&people, 3, Timestamp(at(24).0 - 1))), "TL0869");
    assert_eq!(event(&stage.approve(&people, 3, at(24))), Some(ProposalEvent::Approved));
    // As one of those who must agree: not in the place of all of them.
    let mut stage = Stage::new(&patient(Quorum::All), content(vec![write("k")]));
    assert_eq!(event(&stage.approve(&people, 3, at(25))), None);
    assert_eq!(event(&stage.approve(&people, 1, at(26))), Some(ProposalEvent::Approved));
    // Not about their own.
    let mut stage = Stage::requested_by(&patient(Quorum::Any), content(vec![write("k")]), &[3]);
    assert_eq!(code_of(&stage.approve(&people, 3, at(25))), "TL0872");
}

#[test]
fn who_is_still_asked_is_who_is_reminded() {
    let people = people();
    let mut stage = Stage::new(&patient(Quorum::Count(2)), content(vec![write("k")]));
    let asked = |stage: &Stage, hours| -> Vec<PersonId> {
        let tally = tally(&stage.approval, &stage.proposal, &people, &stage.decisions, at(hours));
        tally.asked().into_iter().cloned().collect()
    };
    assert_eq!(asked(&stage, 4), [per(1), per(2)]);
    stage.approve(&people, 1, at(5));
    assert_eq!(asked(&stage, 12), [per(2)]);
    assert_eq!(asked(&stage, 25), [per(2), per(3)]);
}

#[test]
fn times_after_the_end_are_none() {
    let mut policy = patient(Quorum::Any);
    policy.silence.remind.push(Due::After { ms: 60 * 3_600_000 });
    policy.silence.on_silence = OnSilence::Escalate(vec![EscalationStep {
        after: Due::After { ms: 48 * 3_600_000 },
        to: owners(&["role:lead"]),
    }]);
    let stage = Stage::new(&policy, content(vec![write("k")]));
    assert_eq!(stage.approval.escalations, []);
    assert_eq!(stage.approval.remind_at, [at(4), at(12), at(30)]);
    assert_eq!(policy.expires_at(&Calendar::default(), at(0)), at(48));
}
