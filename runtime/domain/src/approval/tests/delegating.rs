//! Standing in for somebody.

use super::*;

fn delegation(from: u64, to: u64) -> Delegation {
    Delegation {
        from: per(from),
        to: per(to),
        starts_at: at(0),
        ends_at: at(24),
        scope: DelegationScope::all(),
    }
}

/// 1 and 2 decide about bills; 3 has the right to decide and is not asked; 4 may not decide at all.
fn people(delegations: Vec<Delegation>) -> People {
    let viewer = Person { may_decide: false, ..person(4, &[]) };
    People::new(
        [person(1, &["billing"]), person(2, &["billing"]), person(3, &[]), viewer, person(5, &[])],
        delegations,
    )
}

fn billing(quorum: Quorum) -> Policy {
    policy(vec![rule(&["team:billing"], quorum)])
}

fn stood_in(delegations: Vec<Delegation>, principal: u64, actor: u64) -> Decided {
    let mut stage = Stage::new(&billing(Quorum::Any), with_money("50"));
    stage.approve_for(&people(delegations), principal, actor, at(1))
}

#[test]
fn a_stand_in_decides_for_the_time_and_scope() {
    assert_eq!(event(&stood_in(vec![delegation(1, 3)], 1, 3)), Some(ProposalEvent::Approved));
    assert_eq!(code_of(&stood_in(vec![], 1, 3)), "TL0875");
    assert_eq!(code_of(&stood_in(vec![delegation(3, 1)], 1, 3)), "TL0875", "the other way round");
    let when = |starts_at, ends_at| Delegation { starts_at, ends_at, ..delegation(1, 3) };
    assert_eq!(code_of(&stood_in(vec![when(at(2), at(3))], 1, 3)), "TL0875", "not yet");
    assert_eq!(code_of(&stood_in(vec![when(at(0), at(1))], 1, 3)), "TL0875", "no more");
    let scope = |change: fn(&mut DelegationScope)| {
        let mut one = delegation(1, 3);
        change(&mut one.scope);
        one
    };
    assert_eq!(
        code_of(&stood_in(vec![scope(|s| s.workflows = Some(["other".into()].into()))], 1, 3)),
        "TL0875"
    );
    assert_eq!(
        event(&stood_in(vec![scope(|s| s.workflows = Some(["reprice".into()].into()))], 1, 3)),
        Some(ProposalEvent::Approved)
    );
    assert_eq!(code_of(&stood_in(vec![scope(|s| s.money = MoneyScope::None)], 1, 3)), "TL0875");
    let up_to = |amount: &str, currency: &str| {
        let ceiling = Money::parse(amount, currency).unwrap();
        Delegation {
            scope: DelegationScope { money: MoneyScope::UpTo { ceiling }, ..DelegationScope::all() },
            ..delegation(1, 3)
        }
    };
    assert_eq!(event(&stood_in(vec![up_to("50", "EUR")], 1, 3)), Some(ProposalEvent::Approved));
    assert_eq!(code_of(&stood_in(vec![up_to("49.99", "EUR")], 1, 3)), "TL0875");
    assert_eq!(code_of(&stood_in(vec![up_to("50", "SEK")], 1, 3)), "TL0875");
    // What cannot be undone is in no delegation that does not say so.
    let mut stage = Stage::new(&billing(Quorum::Any), irreversible());
    let plain = Delegation {
        scope: DelegationScope { money: MoneyScope::All, ..DelegationScope::default() },
        ..delegation(1, 3)
    };
    assert_eq!(code_of(&stage.approve_for(&people(vec![plain]), 1, 3, at(1))), "TL0875");
}

#[test]
fn it_gives_nobody_a_right() {
    // Whoever may not decide does not decide for others; whoever is not asked has nothing to give away.
    assert_eq!(code_of(&stood_in(vec![delegation(1, 4)], 1, 4)), "TL0871");
    assert_eq!(code_of(&stood_in(vec![delegation(3, 5)], 3, 5)), "TL0869");
    assert_eq!(code_of(&stood_in(vec![delegation(3, 5)], 5, 5)), "TL0869");
    // Nor does one pass it on.
    let through_viewer = vec![delegation(1, 4), delegation(4, 3)];
    assert_eq!(code_of(&stood_in(through_viewer, 1, 3)), "TL0875");
}

#[test]
fn a_stand_in_may_have_a_stand_in() {
    let mut stage = Stage::new(&billing(Quorum::Any), with_money("50"));
    let people = people(vec![delegation(1, 3), delegation(3, 5)]);
    assert_eq!(event(&stage.approve_for(&people, 1, 5, at(1))), Some(ProposalEvent::Approved));
    let party = Party { principal: per(1), actor: per(5), through: vec![per(3)] };
    assert_eq!(stage.decisions[0].party, party);
    let chain: Vec<Person> = (1..=9).map(|n| person(n, &["billing"])).collect();
    let links = (1..9).map(|n| delegation(n, n + 1)).collect();
    let people = People::new(chain, links);
    let mut stage = Stage::new(&billing(Quorum::Any), content(vec![write("k")]));
    assert_eq!(code_of(&stage.approve_for(&people, 1, 7, at(1))), "TL0875", "that is too far");
    assert_eq!(event(&stage.approve_for(&people, 1, 6, at(1))), Some(ProposalEvent::Approved));
}

#[test]
fn nobody_decides_about_their_own_through_others() {
    let people = people(vec![delegation(1, 3), delegation(3, 5)]);
    let of = |by: &[u64]| Stage::requested_by(&billing(Quorum::Any), content(vec![write("k")]), by);
    // Through somebody's queue, by a stand-in of one's own, and through one's own hands in the middle.
    assert_eq!(code_of(&of(&[3]).approve_for(&people, 1, 3, at(1))), "TL0873");
    assert_eq!(code_of(&of(&[1]).approve_for(&people, 1, 3, at(1))), "TL0873");
    assert_eq!(code_of(&of(&[3]).approve_for(&people, 1, 5, at(1))), "TL0873");
    // The person who clicked and the one they clicked for are both the requester.
    assert_eq!(code_of(&of(&[2, 3]).approve_for(&people, 1, 3, at(1))), "TL0873");
    // Another way that leads past them is one.
    let around = People::new(
        people.iter().cloned(),
        vec![delegation(1, 3), delegation(3, 5), delegation(1, 2), delegation(2, 5)],
    );
    assert_eq!(event(&of(&[3]).approve_for(&around, 1, 5, at(1))), Some(ProposalEvent::Approved));
    // The editor neither, where it moves money.
    let first = Proposal::open(id(1), origin(1), with_money("50"), at(0)).unwrap();
    let edited = first.edited(id(2), with_money("51"), &[per(3)], at(0)).unwrap();
    let mut stage = Stage::of(&billing(Quorum::Any), edited);
    assert_eq!(code_of(&stage.approve_for(&people, 1, 3, at(1))), "TL0874");
    assert_eq!(code_of(&stage.approve_for(&people, 1, 5, at(1))), "TL0874");
}

#[test]
fn one_person_is_one_voice() {
    let people = people(vec![delegation(1, 3), delegation(2, 3), delegation(1, 2)]);
    let two = || Stage::new(&billing(Quorum::Count(2)), content(vec![write("k")]));
    // One stand-in for both.
    let mut stage = two();
    assert_eq!(event(&stage.approve_for(&people, 1, 3, at(1))), None);
    assert_eq!(code_of(&stage.approve_for(&people, 2, 3, at(1))), "TL0879");
    // For themselves, and for another.
    let mut stage = two();
    assert_eq!(event(&stage.approve(&people, 2, at(1))), None);
    assert_eq!(code_of(&stage.approve_for(&people, 1, 2, at(1))), "TL0879");
    // Both the principal and the stand-in.
    let mut stage = two();
    assert_eq!(event(&stage.approve_for(&people, 1, 3, at(1))), None);
    assert_eq!(code_of(&stage.approve(&people, 1, at(1))), "TL0879");
    assert_eq!(event(&stage.approve(&people, 2, at(1))), Some(ProposalEvent::Approved));
}

#[test]
fn the_ceiling_of_a_named_person_stays_with_them() {
    let ceiling = Money::parse("100", "EUR").unwrap();
    let named = |n: u64| CodeAlone {
        person: Owner(format!("person:p{n}")),
        ceiling: ceiling.clone(),
        irreversible: false,
    };
    let policy = Policy { code_alone: vec![named(1), named(3)], ..billing(Quorum::Any) };
    let people = people(vec![delegation(1, 3)]);
    let mut stage = Stage::new(&policy, with_money("50"));
    let pass = Pass::Code(Cookie { person: per(3), proposal: id(1), until: at(2) });
    let request = Request { pass, principal: Some(per(1)), ..stage.request(3, Verdict::Approve) };
    assert_eq!(code_of(&stage.play(&people, &request, at(1))), "TL0876");
}

#[test]
fn a_circle_is_refused_with_its_names() {
    let people = people(vec![delegation(1, 2), delegation(2, 3)]);
    let refused = check_delegation(&delegation(3, 1), &people).unwrap_err();
    assert_eq!(refused.code(), "TL0893");
    assert_eq!(
        refused.to_string(),
        "the delegations would go in a circle: Person 3 → Person 1 → Person 2 → Person 3"
    );
    assert_eq!(check_delegation(&delegation(3, 5), &people), Ok(()));
    // In different weeks, or for different workflows, it is none.
    let later = Delegation { starts_at: at(24), ends_at: at(48), ..delegation(3, 1) };
    assert_eq!(check_delegation(&later, &people), Ok(()));
    let only = |n: &str, one: Delegation| Delegation {
        scope: DelegationScope { workflows: Some([n.to_owned()].into()), ..DelegationScope::all() },
        ..one
    };
    let apart =
        People::new(people.iter().cloned(), vec![only("a", delegation(1, 2)), only("b", delegation(2, 3))]);
    assert_eq!(check_delegation(&delegation(3, 1), &apart), Ok(()));
    let together = People::new(people.iter().cloned(), vec![only("a", delegation(1, 2)), delegation(2, 3)]);
    assert!(check_delegation(&delegation(3, 1), &together).is_err());
    assert!(check_delegation(&only("b", delegation(3, 1)), &together).is_ok());
    // A circle that is there already is another one's trouble, and nobody is caught in it.
    let circle = People::new(people.iter().cloned(), vec![delegation(1, 2), delegation(2, 1)]);
    assert_eq!(check_delegation(&delegation(3, 1), &circle), Ok(()));
}

#[test]
fn what_makes_no_sense_is_not_saved() {
    let people = people(vec![]);
    let refused = |one: Delegation| check_delegation(&one, &people).unwrap_err();
    assert_eq!(refused(delegation(1, 1)), DelegationRefused::ToOneself);
    assert_eq!(refused(Delegation { ends_at: at(0), ..delegation(1, 2) }), DelegationRefused::NeverInForce);
    assert_eq!(refused(delegation(1, 4)), DelegationRefused::NoRight { name: "Person 4".into() });
    assert_eq!(refused(delegation(4, 1)).code(), "TL0894");
}

#[test]
fn those_who_stand_in_are_known_with_whom_for() {
    let short = DelegationScope { money: MoneyScope::None, ..DelegationScope::all() };
    let away = vec![
        delegation(1, 3),
        delegation(3, 5),
        Delegation { scope: short, ..delegation(2, 5) },
        delegation(2, 4),
        Delegation { starts_at: at(5), ..delegation(2, 3) },
    ];
    let people = people(away);
    let stage = Stage::new(&billing(Quorum::Any), with_money("50"));
    let asked = BTreeSet::from([per(1), per(2)]);
    let for_one = BTreeSet::from([per(1)]);
    let found = stand_ins(&stage.proposal, &people, &asked, at(1));
    // 2 has nobody: one delegation is not for money, one to somebody without a right, one later.
    assert_eq!(found, std::collections::BTreeMap::from([(per(3), for_one.clone()), (per(5), for_one)]));
    assert_eq!(stand_ins(&stage.proposal, &people, &asked, at(6)).get(&per(3)), Some(&asked));
    assert!(stand_ins(&stage.proposal, &people, &asked, at(24)).is_empty(), "it ends by itself");
}

#[test]
fn a_delegation_has_an_end() {
    let people = people(Vec::new());
    let long = |ms| Delegation { ends_at: at(0).plus_ms(ms), ..delegation(1, 3) };
    assert_eq!(check_delegation(&long(MAX_DELEGATION_MS), &people), Ok(()));
    let refused = check_delegation(&long(MAX_DELEGATION_MS + 1), &people).unwrap_err();
    assert_eq!((refused.code(), refused), ("TL0894", DelegationRefused::TooLong));
}

#[test]
fn behind_a_person_are_those_they_might_stand_in_for() {
    let people = people(vec![delegation(1, 3), delegation(3, 5), delegation(5, 1)]);
    assert_eq!(people.behind(&per(5), at(1)), BTreeSet::from([per(1), per(3), per(5)]));
    assert_eq!(people.behind(&per(2), at(1)), BTreeSet::from([per(2)]));
    assert_eq!(people.behind(&per(5), at(24)), BTreeSet::from([per(5)]));
}
