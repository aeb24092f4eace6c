//! The same fingerprint again.

use proptest::prelude::*;

use crate::exception::life::tests::props::{any_opening, any_steps, tell};
use crate::exception::life::tests::{MONDAY, Story, clean_pass, hours, opening, person, resolving, seen};
use crate::exception::life::{DAY_MS, Event, Outcome, Refused, State, Who};
use crate::exception::recurrence::{Last, Recurrence, recur};
use crate::id::ExceptionId;
use crate::time::Timestamp;

fn last(state: State, ended: Option<Timestamp>, merged_into: Option<ExceptionId>) -> Last {
    Last { exception: ExceptionId::new(1, 1), state, ended_at: ended, evidence: "first".into(), merged_into }
}

#[test]
fn each_state_has_its_answer() {
    let id = || ExceptionId::new(1, 1);
    let at = |days: u64| hours(10).plus_ms(days * DAY_MS);
    let over = |state| last(state, Some(hours(10)), None);
    let ask = |last: &Last, evidence, days| recur(Some(last), evidence, at(days));
    assert_eq!(recur(None, "first", MONDAY), Recurrence::New { after: None });
    for state in State::ALL.into_iter().filter(|state| state.is_open()) {
        assert_eq!(ask(&last(state, None, None), "other", 400), Recurrence::Again(id()), "{state}");
    }
    for evidence in ["first", "other"] {
        assert_eq!(ask(&over(State::Resolved), evidence, 13), Recurrence::Reopen(id()));
        assert_eq!(ask(&over(State::Resolved), evidence, 14), Recurrence::New { after: Some(id()) });
    }
    let just_before = recur(Some(&over(State::Resolved)), "first", Timestamp(at(14).0 - 1));
    assert_eq!(just_before, Recurrence::Reopen(id()));
    assert_eq!(ask(&over(State::Dismissed), "first", 400), Recurrence::Count(id()));
    assert_eq!(ask(&over(State::Dismissed), "other", 13), Recurrence::Reopen(id()));
    assert_eq!(ask(&over(State::Dismissed), "other", 14), Recurrence::New { after: Some(id()) });
    assert_eq!(ask(&over(State::Superseded), "first", 1), Recurrence::New { after: Some(id()) });
    let merged = last(State::Superseded, Some(hours(10)), Some(ExceptionId::new(2, 2)));
    assert_eq!(ask(&merged, "first", 1), Recurrence::Follow(ExceptionId::new(2, 2)));
}

#[test]
fn one_more_leaves_the_due_time_and_the_owner() {
    let mut story = Story::new(opening());
    story.does(Event::Taken, person("anna"), hours(1));
    let before = story.life.clone();
    story.does(Event::Recurred { seen: seen("other") }, Who::Runner, hours(3));
    let after = &story.life;
    assert_eq!((after.occurrences, after.evidence.as_str(), after.last_seen_at), (2, "other", hours(3)));
    assert_eq!(
        (after.state, &after.person, after.opened_at),
        (before.state, &before.person, before.opened_at)
    );
    let mut over = Story::new(opening());
    over.does(clean_pass(hours(2)), Who::Runner, hours(2));
    let counted = over.ask(Event::Recurred { seen: seen("other") }, Who::Runner, hours(3));
    assert!(matches!(counted, Err(Refused::DoesNotFit { .. })));
    assert!(over.ask(resolving(Outcome::Linked), person("anna"), hours(3)).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Whatever the life was, what recurrence answers is what the guards allow.
    #[test]
    fn the_answer_always_fits_the_life(
        opening in any_opening(), steps in any_steps(), days in 0u64..30, same in any::<bool>(),
    ) {
        let mut story = tell(opening, steps, |_, _, _| {});
        let at = story.life.changed_at.plus_ms(days * DAY_MS);
        let evidence = if same { story.life.evidence.clone() } else { "quite another".to_owned() };
        let answer = recur(Some(&Last::of(&story.life)), &evidence, at);
        let (before, id) = (story.life.clone(), story.life.id.clone());
        match answer {
            Recurrence::New { after } => {
                prop_assert!(!before.state.is_open());
                prop_assert_eq!(after, Some(id));
            }
            Recurrence::Again(found) => {
                prop_assert!(before.state.is_open() && found == id);
                story.does(Event::Recurred { seen: seen(&evidence) }, Who::Runner, at);
                prop_assert!(story.life.state.is_open());
                prop_assert_eq!(story.life.occurrences, before.occurrences + 1);
            }
            Recurrence::Count(found) => {
                prop_assert!(before.state == State::Dismissed && found == id && same);
                story.does(Event::Recurred { seen: seen(&evidence) }, Who::Runner, at);
                prop_assert_eq!((story.life.state, story.life.ended), (before.state, before.ended));
                prop_assert_eq!(story.life.occurrences, before.occurrences + 1);
            }
            Recurrence::Reopen(found) => {
                prop_assert!(matches!(before.state, State::Resolved | State::Dismissed) && found == id);
                let again = Event::Reopened { why: "the same again".into(), seen: Some(seen(&evidence)) };
                story.does(again, Who::Runner, at);
                prop_assert_eq!(story.life.state, State::Open);
                prop_assert_eq!(story.life.occurrences, before.occurrences + 1);
            }
            Recurrence::Follow(into) => prop_assert_eq!(Some(&into), before.merged_into()),
        }
    }
}
