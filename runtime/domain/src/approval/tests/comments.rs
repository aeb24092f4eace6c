//! Questions beside a decision, and putting it off.

use proptest::prelude::*;

use super::world::{Dice, World};
use super::*;

fn people(delegations: Vec<Delegation>) -> People {
    let gone = Person { active: false, ..person(3, &["billing"]) };
    let by_mail = Person { kind: PersonKind::External, ..person(4, &["billing"]) };
    People::new(
        [person(1, &["billing"]), person(2, &["billing"]), gone, by_mail, person(5, &[])],
        delegations,
    )
}

fn to(owner: &str) -> Owner {
    Owner::parse(owner).unwrap()
}

fn handle(n: u64) -> String {
    person(n, &[]).handle
}

#[test]
fn a_question_reaches_who_is_there_and_signs_in_but_not_who_asks() {
    let people = people(Vec::new());
    assert_eq!(people.questioned(&to("team:billing"), &handle(5)), BTreeSet::from([per(1), per(2)]));
    assert_eq!(people.questioned(&to("team:billing"), &handle(1)), BTreeSet::from([per(2)]));
    assert_eq!(people.questioned(&to(&format!("person:{}", handle(1))), &handle(1)), BTreeSet::new());
    assert_eq!(people.questioned(&to("team:nobody"), &handle(1)), BTreeSet::new());
}

#[test]
fn who_stands_in_is_asked_too() {
    let delegation = Delegation {
        from: per(2),
        to: per(5),
        starts_at: at(0),
        ends_at: at(24),
        scope: DelegationScope::all(),
    };
    let people = people(vec![delegation]);
    let asks = to(&format!("person:{}", handle(2)));
    let asked = |n: u64, when| people.is_questioned(&asks, &handle(1), &per(n), when);
    assert!(asked(2, at(1)) && asked(5, at(1)));
    assert!(!asked(1, at(1)), "who asks does not ask themselves");
    assert!(!asked(5, at(25)), "no longer");
}

#[test]
fn it_is_put_off_until_a_time_before_its_end() {
    assert_eq!(check_snooze(at(2), at(3), at(1)), Ok(()));
    for late in [at(3), at(4)] {
        assert_eq!(check_snooze(late, at(3), at(1)), Err(SnoozeRefused::TooLong(at(3))));
    }
    for early in [at(0), at(1)] {
        assert_eq!(check_snooze(early, at(3), at(1)), Err(SnoozeRefused::Past));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whoever_is_reached_is_asked_and_who_asks_never_is(bytes in prop::collection::vec(any::<u8>(), 0..200), team in 0usize..3) {
        let world = World::new(&mut Dice::new(bytes));
        let people = world.people();
        let asks = to(["team:a", "team:b", "team:c"][team]);
        for asker in &world.persons {
            let reached = people.questioned(&asks, &asker.handle);
            prop_assert!(!reached.contains(&asker.id));
            prop_assert!(!people.is_questioned(&asks, &asker.handle, &asker.id, at(1)));
            for person in reached {
                prop_assert!(people.is_questioned(&asks, &asker.handle, &person, at(1)));
                let who = people.get(&person).unwrap();
                prop_assert!(who.active && who.kind == PersonKind::Account);
            }
        }
    }
}
