//! Policies that are saved, and those that are not.

use super::*;
use crate::workflow::Severity;

fn people() -> People {
    let gone = Person { active: false, ..person(4, &["billing"]) };
    let lead = Person { roles: ["lead".to_owned()].into(), ..person(3, &["billing"]) };
    People::new(
        [person(1, &["billing"]), person(2, &["billing"]), lead, gone, person(5, &["lonely"])],
        Vec::new(),
    )
}

fn problems(policy: &Policy) -> Vec<(&'static str, Severity, String)> {
    let found = check_policy(policy, &people(), &Calendar::default(), at(0));
    found.into_iter().map(|problem| (problem.code, problem.severity, problem.message)).collect()
}

fn error(policy: &Policy) -> (&'static str, String) {
    let mut errors = problems(policy).into_iter().filter(|(_, severity, _)| *severity == Severity::Error);
    let first = errors.next().map(|(code, _, words)| (code, words));
    first.unwrap_or_else(|| panic!("{policy:?} has no error"))
}

#[test]
fn a_policy_that_can_be_satisfied_is_saved() {
    for quorum in [Quorum::Any, Quorum::All, Quorum::Count(2), Quorum::Percent(60)] {
        assert_eq!(problems(&policy(vec![rule(&["team:billing"], quorum)])), [], "{quorum}");
    }
}

#[test]
fn a_policy_nobody_can_satisfy_is_not() {
    let of = |who: &[&str], quorum| error(&policy(vec![rule(who, quorum)]));
    assert_eq!(
        of(&["team:billing"], Quorum::Count(4)),
        (
            "TL0890",
            "nobody can satisfy it: 4 people must agree, and Person 1, Person 2, Person 3 may decide"
                .to_owned()
        )
    );
    assert_eq!(
        of(&["team:nobody"], Quorum::All),
        ("TL0890", "nobody can satisfy it: 1 person must agree, and nobody may decide".to_owned())
    );
    assert_eq!(of(&["person:p4"], Quorum::Any).0, "TL0890", "somebody who left");
    assert_eq!(of(&["role:lead"], Quorum::Count(2)).0, "TL0890");
    // A rule that applies sometimes must be possible, too.
    let sometimes = Rule { when: Some("amount > 5000".into()), ..rule(&["team:nobody"], Quorum::Any) };
    assert_eq!(error(&policy(vec![rule(&["team:billing"], Quorum::Any), sometimes])).0, "TL0890");
}

#[test]
fn a_policy_that_is_none_is_not_saved() {
    let billing = || rule(&["team:billing"], Quorum::Any);
    let good = || policy(vec![billing()]);
    let when = |when: &str| Rule { when: Some(when.into()), ..billing() };
    assert_eq!(error(&policy(vec![])).0, "TL0891");
    assert_eq!(
        error(&policy(vec![when("amount > 5000")])),
        ("TL0891", "no rule applies always: where no condition holds, nobody would be asked".to_owned())
    );
    assert_eq!(error(&policy(vec![billing(), when("{{ amount >")])).0, "TL0892");
    assert_eq!(error(&policy(vec![rule(&["team:billing"], Quorum::Count(0))])).0, "TL0891");
    assert_eq!(error(&policy(vec![rule(&["team:billing"], Quorum::Percent(101))])).0, "TL0891");
    assert_eq!(error(&policy(vec![rule(&[], Quorum::Any)])).0, "TL0891");
    assert_eq!(error(&policy(vec![rule(&["billing", "team:billing"], Quorum::Any)])).0, "TL0891");
    assert_eq!(error(&Policy { name: " ".into(), ..good() }).0, "TL0891");
    let silence = |change: &dyn Fn(&mut SilencePolicy)| {
        let mut policy = good();
        change(&mut policy.silence);
        error(&policy)
    };
    let hours = |n: u64| Due::After { ms: n * 3_600_000 };
    assert_eq!(silence(&|s| s.expires = hours(0)).0, "TL0891");
    assert_eq!(
        silence(&|s| s.remind = vec![hours(1), hours(48)]),
        ("TL0891", "the reminder after 2d comes when it has expired".to_owned())
    );
    assert_eq!(silence(&|s| s.on_silence = OnSilence::Escalate(vec![])).0, "TL0891");
    let step = |after, to: &[&str]| OnSilence::Escalate(vec![EscalationStep { after, to: owners(to) }]);
    assert_eq!(silence(&|s| s.on_silence = step(hours(60), &["role:lead"])).0, "TL0891");
    assert_eq!(
        silence(&|s| s.on_silence = step(hours(4), &["role:nobody"])),
        ("TL0890", "the escalation after 4h reaches nobody who may decide".to_owned())
    );
    let code_alone = |person: &str, ceiling: &str| {
        let ceiling = Money::parse(ceiling, "EUR").unwrap();
        let one = CodeAlone { person: Owner(person.into()), ceiling, irreversible: false };
        problems(&Policy { code_alone: vec![one], ..good() })
    };
    assert_eq!(code_alone("person:p1", "100"), []);
    assert_eq!(code_alone("team:billing", "100")[0].0, "TL0891");
    assert_eq!(code_alone("person:p1", "0")[0].0, "TL0891");
    assert_eq!(code_alone("person:p4", "100")[0].1, Severity::Warning);
}

#[test]
fn a_policy_with_nobody_to_spare_is_warned_about() {
    let warned = |rule: Rule| {
        let found = problems(&policy(vec![rule]));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].0, found[0].1), ("TL0890", Severity::Warning));
        found[0].2.clone()
    };
    assert!(warned(rule(&["team:lonely"], Quorum::All)).contains("Person 5"));
    assert!(warned(rule(&["team:billing"], Quorum::Count(3))).contains("3 people cannot agree"));
    assert!(warned(rule(&["team:billing", "team:nobody"], Quorum::Any)).contains("team:nobody"));
}
