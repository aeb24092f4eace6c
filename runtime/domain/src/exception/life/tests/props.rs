//! Whatever is asked, by whomever, in whatever order: no illegal state, and the log gives the life back.

use proptest::prelude::*;

use super::*;
use crate::exception::clock::Rung;

pub(crate) fn any_who() -> impl Strategy<Value = Who> {
    prop_oneof![
        2 => Just(Who::Runner),
        4 => prop::sample::select(vec!["anna", "ben", "cora"]).prop_map(person),
        1 => Just(Who::Person { id: "ben".into(), on_behalf_of: Some("anna".into()) }),
    ]
}

fn any_way() -> impl Strategy<Value = Way> {
    let input = prop_oneof![Just(InputChoice::Original), Just(InputChoice::Edited)];
    let version = prop_oneof![Just(VersionChoice::Original), Just(VersionChoice::Current)];
    prop_oneof![
        Just(Way::FixAndContinue),
        (input, version).prop_map(|(input, version)| Way::Retry { input, version }),
        Just(Way::CompleteByHand),
        Just(Way::Skip),
        Just(Way::GiveUp),
        Just(Way::Happened { proof: "it is there".into() }),
        Just(Way::DidNotHappen),
    ]
}

fn any_words() -> impl Strategy<Value = String> {
    prop_oneof![1 => Just(String::new()), 4 => Just("words".to_owned())]
}

fn any_owner() -> impl Strategy<Value = Owner> {
    prop::sample::select(vec!["team:billing", "role:lead", "person:anna", "person:ben"])
        .prop_map(|o| Owner(o.into()))
}

fn at_work() -> impl Strategy<Value = Event> {
    let on = prop::sample::select(vec![
        WaitingOn::Customer,
        WaitingOn::Vendor,
        WaitingOn::System,
        WaitingOn::Internal,
    ]);
    let until = || (0u64..800).prop_map(hours);
    prop_oneof![
        any_owner().prop_map(|to| Event::Assigned { to }),
        Just(Event::Taken),
        (any_owner(), any_words()).prop_map(|(to, note)| Event::HandedOver { to, note }),
        (on, until(), any_words()).prop_map(|(on, until, note)| Event::WaitBegan { on, until, note }),
        Just(Event::WaitEnded),
        until().prop_map(|until| Event::Snoozed { until }),
        Just(Event::Woken),
    ]
}

fn at_the_end() -> impl Strategy<Value = Event> {
    let how = prop_oneof![
        Just(Verification::ReadBack),
        Just(Verification::Receipt { receipt: "r".into() }),
        Just(Verification::Attested { proof: "p".into() }),
    ];
    let resolving = (any_way(), prop::sample::select(Outcome::ALL.to_vec()), any_words());
    prop_oneof![
        4 => resolving.prop_map(|(way, outcome, note)| Event::Resolving { way, outcome, note: Some(note) }),
        2 => any_way().prop_filter_map("gives up", |way| {
            let outcome = *way.outcomes().first()?;
            Some(Event::Resolving { way, outcome, note: Some("words".into()) })
        }),
        2 => Just(Event::ResolutionTaken),
        2 => (0usize..3, how).prop_map(|(update, how)| Event::Verified { update, how }),
        4 => (0usize..2).prop_map(|update| Event::Mismatched { update, found: "else".into() }),
        2 => Just(Event::Resolved),
        1 => (0u64..800).prop_map(|at| clean_pass(hours(at))),
        1 => any_words().prop_map(|reason| Event::DismissalAsked { reason }),
        1 => any_words().prop_map(|reason| Event::Dismissed { reason }),
        1 => prop_oneof![Just(None), Just(Some(ExceptionId::new(9, 9))), Just(Some(ExceptionId::new(1, 1)))]
            .prop_map(|into| Event::Superseded { into }),
    ]
}

fn from_outside() -> impl Strategy<Value = Event> {
    let absorbed =
        |severity| Event::Absorbed { from: ExceptionId::new(8, 8), occurrences: 2, severity, items: 1 };
    prop_oneof![
        Just(absorbed(Severity::Critical)),
        Just(Event::Recurred { seen: seen("again") }),
        (any_words(), any::<bool>())
            .prop_map(|(why, again)| Event::Reopened { why, seen: again.then(|| seen("again")) }),
        (prop::sample::select(Rung::ALL.to_vec()), prop::option::of(any_owner()))
            .prop_map(|(rung, to)| Event::Reached { rung, to }),
    ]
}

pub(crate) fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![3 => at_work(), 4 => at_the_end(), 1 => from_outside()]
}

pub(crate) fn any_opening() -> impl Strategy<Value = Opening> {
    let severity =
        prop::sample::select(vec![Severity::Low, Severity::Normal, Severity::High, Severity::Critical]);
    let updates = prop::collection::vec((any::<bool>(), any::<bool>()), 0..3);
    (severity, updates, any_owner(), prop::bool::weighted(0.2), 1u32..3).prop_map(
        |(severity, updates, owner, in_doubt, items)| {
            let by = |hand| if hand { UpdateBy::Hand } else { UpdateBy::Automatic };
            let updates = updates.into_iter().map(|(readable, hand)| update(readable, by(hand))).collect();
            Opening { severity, owner, updates, in_doubt, items, ..opening() }
        },
    )
}

/// An event, who asks for it, how many minutes after the one before, and whether the owner it names is fit.
pub(crate) type Step = (Event, Who, u64, bool);

pub(crate) fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((any_event(), any_who(), 0u64..2_000, prop::bool::weighted(0.9)), 0..40)
}

/// Whoever fits is asked instead where the event is not for the one who asks, so that stories go somewhere.
pub(crate) fn tell(
    opening: Opening,
    steps: Vec<Step>,
    mut check: impl FnMut(&Life, &Transition, &Life),
) -> Story {
    let mut story = Story::new(opening);
    let mut at = MONDAY;
    for (event, who, minutes, fit) in steps {
        at = at.plus_ms(minutes * 60_000);
        let standing = Standing { active: fit, access: true };
        let ask = |who| {
            let event = event.clone();
            story.life.decide(Request { event, who, at, standing, due_at: Some(hours(100)) })
        };
        let answer = match ask(who) {
            Err(Refused::NeedsPerson { .. }) => ask(person("anna")),
            Err(Refused::NeedsRunner { .. }) => ask(Who::Runner),
            other => other,
        };
        let Ok(transition) = answer else { continue };
        let before = story.life.clone();
        story.life.apply(&transition);
        check(&before, &transition, &story.life);
        story.log.push(transition);
    }
    story
}

/// What holds in every state, whatever led there.
fn is_legal(life: &Life) -> Result<(), TestCaseError> {
    prop_assert_eq!(life.state.is_open(), life.ended.is_none());
    prop_assert_eq!(life.state == State::Waiting, life.waiting.is_some());
    prop_assert!(!matches!(life.state, State::Assigned | State::InProgress) || life.person.is_some());
    prop_assert!(life.state != State::Open || life.person.is_none());
    prop_assert!(!life.owner.0.is_empty());
    prop_assert!(life.state != State::Verifying || life.resolving.is_some());
    prop_assert!(life.occurrences >= 1 && life.paused_us >= 0 && life.changed_at >= life.opened_at);
    match (life.state, life.ended.as_ref().map(|(ended, _)| ended)) {
        (State::Resolved, Some(Ended::ByPerson { who })) => {
            let resolving = life.resolving.as_ref().unwrap();
            prop_assert!(resolving.taken && who.person().is_some());
            prop_assert!(resolving.way.outcomes().contains(&resolving.outcome));
            let outside = resolving.outcome == Outcome::HandledOutside
                && resolving.note.as_ref().is_some_and(|note| !note.trim().is_empty());
            prop_assert!(outside || life.unverified().count() == 0);
            for update in &life.updates {
                let strength = update.verified.as_ref().map(Verification::strength);
                prop_assert!(
                    strength.is_none_or(|strength| (strength == Strength::ReadBack) == update.readable)
                );
            }
        }
        (State::Resolved, ended) => {
            let by_evidence = matches!(ended, Some(Ended::ByEvidence { .. }));
            prop_assert!(by_evidence, "{:?}", ended);
        }
        (State::Dismissed, ended) => {
            prop_assert_eq!(ended, Some(&Ended::Dismissed));
            prop_assert!(
                life.dismissal.as_ref().is_some_and(|dismissal| !dismissal.reason.trim().is_empty())
            );
        }
        (State::Superseded, Some(Ended::MergedInto { into })) => prop_assert_ne!(into, &life.id),
        (State::Superseded, ended) => prop_assert_eq!(ended, Some(&Ended::Superseded)),
        (State::Open | State::Assigned | State::InProgress | State::Waiting | State::Verifying, _) => {}
    }
    Ok(())
}

/// The stories above are worth something only if they go everywhere.
#[test]
fn the_stories_reach_every_state_and_every_end() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    use std::collections::BTreeSet;

    let mut runner = TestRunner::deterministic();
    let (mut states, mut ends) = (BTreeSet::new(), BTreeSet::new());
    let (mut reopened, mut mismatched, mut asked) = (0, 0, 0);
    for _ in 0..600 {
        let (opening, steps) = (any_opening(), any_steps()).new_tree(&mut runner).unwrap().current();
        tell(opening, steps, |_, transition, life| {
            states.insert(life.state);
            if let Some((ended, _)) = &life.ended {
                let json = serde_json::to_value(ended).unwrap();
                ends.insert(format!("{} {}", life.state, json["type"]));
            }
            reopened += u32::from(matches!(transition.event, Event::Reopened { .. }));
            mismatched += u32::from(matches!(transition.event, Event::Mismatched { .. }));
            asked += u32::from(matches!(transition.event, Event::DismissalAsked { .. }));
        });
    }
    assert_eq!(states.len(), State::ALL.len(), "{states:?}");
    assert_eq!(ends.len(), 5, "{ends:?}");
    assert!(reopened > 10 && mismatched > 5 && asked > 10, "{reopened} {mismatched} {asked}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_illegal_state_is_reachable(opening in any_opening(), steps in any_steps()) {
        let mut problems = Vec::new();
        let story = tell(opening.clone(), steps, |before, transition, after| {
            problems.extend(is_legal(after).err());
            let resolves = transition.to == State::Resolved;
            if resolves && !matches!(transition.event, Event::Resolved | Event::AutoResolved { .. }) {
                problems.push(TestCaseError::fail(format!("{transition:?} resolves")));
            }
            if resolves && before.state != State::Verifying && matches!(transition.event, Event::Resolved) {
                problems.push(TestCaseError::fail("resolved without being checked"));
            }
            let dismissed = before.state != State::Dismissed && transition.to == State::Dismissed;
            if dismissed && before.severity == Severity::Critical {
                let second = before.dismissal.as_ref().is_some_and(|first| transition.who.is_another_than(&first.by));
                if !second {
                    problems.push(TestCaseError::fail("one person dismissed a critical one"));
                }
            }
        });
        prop_assert!(problems.is_empty(), "{:?}", problems);
        // The log is the truth: folded again it gives the same, stored and read back too.
        let json = serde_json::to_string(&story.log).unwrap();
        let log: Vec<Transition> = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&log, &story.log);
        prop_assert_eq!(Life::open(opening).after(&log), story.life);
        prop_assert!(story.log.windows(2).all(|pair| pair[0].at <= pair[1].at && pair[0].to == pair[1].from));
    }

    #[test]
    fn an_unfit_owner_is_never_given_anything(opening in any_opening(), steps in any_steps()) {
        let mut given = Vec::new();
        let steps = steps.into_iter().map(|(event, who, minutes, _)| (event, who, minutes, false)).collect();
        let first = Life::open(opening.clone());
        let story = tell(opening, steps, |_, transition, _| {
            if matches!(transition.event, Event::Taken | Event::Assigned { .. } | Event::HandedOver { .. }) {
                given.push(transition.clone());
            }
        });
        prop_assert!(given.is_empty(), "{:?}", given);
        prop_assert_eq!(story.life.owner, first.owner);
    }
}
