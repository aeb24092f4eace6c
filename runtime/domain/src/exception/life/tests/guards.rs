//! Each guard by name.

use super::*;

#[test]
fn the_normal_life_ends_resolved_and_is_closed_after_seven_days() {
    let mut story = Story::new(opening());
    assert_eq!(story.life.state, State::Open);
    story.does(Event::Taken, person("anna"), hours(1));
    assert_eq!((story.life.state, story.life.person.as_deref()), (State::InProgress, Some("anna")));
    assert_eq!(story.life.owner.0, "team:billing");
    story.does(wait(WaitingOn::Customer, hours(30)), person("anna"), hours(2));
    story.does(Event::WaitEnded, person("anna"), hours(4));
    assert_eq!(story.life.paused_us, 2 * 3_600_000_000);
    story.resolved(hours(5));
    assert_eq!(story.life.strength(), Some(Strength::ReadBack));
    assert_eq!(story.life.ended, Some((Ended::ByPerson { who: person("anna") }, hours(5))));
    let day_ms = DAY_MS;
    assert!(!story.life.is_closed(hours(5).plus_ms(7 * day_ms - 1)));
    assert!(story.life.is_closed(hours(5).plus_ms(7 * day_ms)));
    assert_eq!(Life::open(opening()).after(&story.log), story.life);
}

#[test]
fn nothing_is_resolved_before_the_systems_were_seen() {
    let mut story = Story::new(opening());
    let settle = |story: &Story| story.ask(Event::Resolved, Who::Runner, hours(2));
    assert_eq!(settle(&story), Err(Refused::DoesNotFit { what: "resolve", state: State::Open }));
    story.does(resolving(Outcome::FixedInSource), person("anna"), hours(1));
    assert_eq!((settle(&story), story.life.state), (Err(Refused::NotTaken), State::Verifying));
    story.does(Event::ResolutionTaken, Who::Runner, hours(1));
    assert_eq!(settle(&story), Err(Refused::Unverified { left: 1 }));
    let receipt = Verification::Receipt { receipt: "201".into() };
    let weaker = story.ask(Event::Verified { update: 0, how: receipt }, Who::Runner, hours(1));
    assert!(matches!(weaker, Err(Refused::VerificationUnfit { .. })), "{weaker:?}");
    let by_hand =
        story.ask(Event::Verified { update: 0, how: Verification::ReadBack }, person("anna"), hours(1));
    assert_eq!(by_hand, Err(Refused::NeedsRunner { what: "verify" }));
    story.does(Event::Mismatched { update: 0, found: "no invoice".into() }, Who::Runner, hours(2));
    assert_eq!((story.life.state, &story.life.resolving), (State::InProgress, &None));
}

#[test]
fn a_connector_that_cannot_tell_leaves_the_receipt() {
    let mut story = Story::new(opening());
    let unreadable = || Event::Unreadable { update: 0 };
    let too_soon = story.ask(unreadable(), Who::Runner, hours(1));
    assert!(matches!(too_soon, Err(Refused::DoesNotFit { .. })), "{too_soon:?}");
    story.does(resolving(Outcome::FixedInSource), person("anna"), hours(1));
    story.does(Event::ResolutionTaken, Who::Runner, hours(1));
    assert_eq!(
        story.ask(unreadable(), person("anna"), hours(1)),
        Err(Refused::NeedsRunner { what: "verify" })
    );
    story.does(unreadable(), Who::Runner, hours(1));
    let again = story.ask(unreadable(), Who::Runner, hours(1));
    assert!(matches!(again, Err(Refused::AlreadySo { .. })), "{again:?}");
    let receipt = Verification::Receipt { receipt: "201".into() };
    story.does(Event::Verified { update: 0, how: receipt }, Who::Runner, hours(1));
    story.does(Event::Resolved, Who::Runner, hours(1));
    assert_eq!(story.life.strength(), Some(Strength::Receipt));
    assert_eq!(Life::open(opening()).after(&story.log), story.life);
}

#[test]
fn where_nothing_can_be_read_a_receipt_is_shown_as_weaker() {
    let updates =
        vec![update(false, UpdateBy::Automatic), update(false, UpdateBy::Hand), update(true, UpdateBy::Hand)];
    let mut story = Story::new(Opening { updates, ..opening() });
    story.does(resolving(Outcome::FixedAndReplayed), person("anna"), hours(1));
    story.does(Event::ResolutionTaken, Who::Runner, hours(1));
    let receipt = Verification::Receipt { receipt: "accepted as 4711".into() };
    let proof = Verification::Attested { proof: "the paper is in folder 7".into() };
    story.does(Event::Verified { update: 0, how: receipt }, Who::Runner, hours(1));
    story.does(Event::Verified { update: 2, how: Verification::ReadBack }, Who::Runner, hours(1));
    let by_runner = story.ask(Event::Verified { update: 1, how: proof.clone() }, Who::Runner, hours(1));
    assert_eq!(by_runner, Err(Refused::NeedsPerson { what: "verify" }));
    story.does(Event::Verified { update: 1, how: proof }, person("anna"), hours(1));
    story.does(Event::Resolved, Who::Runner, hours(1));
    assert_eq!(story.life.strength(), Some(Strength::Attested));
}

#[test]
fn handled_outside_needs_a_note_and_is_shown_as_unverified() {
    let mut story = Story::new(opening());
    let outside = |note: Option<&str>| Event::Resolving {
        way: Way::CompleteByHand,
        outcome: Outcome::HandledOutside,
        note: note.map(str::to_owned),
    };
    for note in [None, Some(""), Some("  ")] {
        let refused = story.ask(outside(note), person("anna"), hours(1));
        assert!(matches!(refused, Err(Refused::WordsMissing { .. })), "{refused:?}");
    }
    story.does(outside(Some("paid in cash")), person("anna"), hours(1));
    story.does(Event::ResolutionTaken, Who::Runner, hours(1));
    story.does(Event::Resolved, Who::Runner, hours(1));
    assert_eq!(story.life.strength(), Some(Strength::Unverified));
}

#[test]
fn an_outcome_fits_its_way() {
    let story = Story::new(opening());
    let ask = |way: Way, outcome| {
        let note = Some("as agreed".to_owned());
        story.ask(Event::Resolving { way, outcome, note }, person("anna"), hours(1))
    };
    assert!(matches!(ask(Way::Skip, Outcome::ReplayedUnchanged), Err(Refused::OutcomeUnfit { .. })));
    assert!(matches!(ask(Way::GiveUp, Outcome::CancelledItem), Err(Refused::WayUnfit { .. })));
    assert!(matches!(ask(Way::DidNotHappen, Outcome::ReplayedUnchanged), Err(Refused::WayUnfit { .. })));
    // Each outcome of the list can come of some way.
    let retry = |input, version| Way::Retry { input, version };
    let ways = [
        Way::FixAndContinue,
        retry(InputChoice::Original, VersionChoice::Original),
        retry(InputChoice::Original, VersionChoice::Current),
        retry(InputChoice::Edited, VersionChoice::Original),
        retry(InputChoice::Edited, VersionChoice::Current),
        Way::CompleteByHand,
        Way::Skip,
    ];
    for outcome in Outcome::ALL {
        let fitting = ways.iter().find(|way| way.outcomes().contains(&outcome));
        let to = ask(fitting.unwrap().clone(), outcome).unwrap().to;
        assert_eq!(to, State::Verifying, "{outcome}");
    }
}

#[test]
fn what_is_in_doubt_is_answered_and_never_sent_blindly() {
    let story = Story::new(Opening { in_doubt: true, ..opening() });
    let ask = |way, outcome| {
        story.ask(Event::Resolving { way, outcome, note: None }, person("anna"), hours(1)).map(|t| t.to)
    };
    let retry = Way::Retry { input: InputChoice::Original, version: VersionChoice::Current };
    assert!(matches!(ask(retry, Outcome::ReplayedUnchanged), Err(Refused::WayUnfit { .. })));
    assert!(matches!(ask(Way::FixAndContinue, Outcome::FixedAndReplayed), Err(Refused::WayUnfit { .. })));
    let happened = |proof: &str| Way::Happened { proof: proof.into() };
    assert!(matches!(ask(happened(" "), Outcome::AcceptedAsIs), Err(Refused::WordsMissing { .. })));
    assert_eq!(ask(happened("invoice 17 is there"), Outcome::AcceptedAsIs), Ok(State::Verifying));
    assert_eq!(ask(Way::DidNotHappen, Outcome::ReplayedUnchanged), Ok(State::Verifying));
}

#[test]
fn several_items_and_a_run_set_aside_have_fewer_ways() {
    let resolve = |story: &Story, way: Way| {
        let outcome = way.outcomes()[0];
        let note = Some("by hand".to_owned());
        story.ask(Event::Resolving { way, outcome, note }, person("anna"), hours(1))
    };
    let original = || Way::Retry { input: InputChoice::Original, version: VersionChoice::Original };
    let edited = || Way::Retry { input: InputChoice::Edited, version: VersionChoice::Original };
    let many = Story::new(Opening { items: 2, ..opening() });
    assert!(resolve(&many, original()).is_ok() && resolve(&many, Way::Skip).is_ok());
    assert!(resolve(&many, edited()).is_err() && resolve(&many, Way::CompleteByHand).is_err());
    let aside = Story::new(Opening { quarantined: true, ..opening() });
    assert!(resolve(&aside, original()).is_ok());
    for way in [edited(), Way::CompleteByHand, Way::Skip, Way::FixAndContinue] {
        assert!(matches!(resolve(&aside, way), Err(Refused::WayUnfit { .. })));
    }
}

#[test]
fn dismissing_a_critical_one_takes_two_people() {
    let dismiss = || Event::Dismissed { reason: "a test order".into() };
    let mut story = Story::new(Opening { severity: Severity::Critical, ..opening() });
    story.does(dismiss(), person("anna"), hours(1));
    assert_eq!(
        (story.life.state, story.log[0].event.clone()),
        (State::Open, Event::DismissalAsked { reason: "a test order".into() })
    );
    let for_anna = Who::Person { id: "ben".into(), on_behalf_of: Some("anna".into()) };
    for who in [person("anna"), for_anna] {
        assert_eq!(story.ask(dismiss(), who, hours(2)), Err(Refused::SecondPerson));
    }
    story.does(dismiss(), person("cora"), hours(2));
    assert_eq!(story.life.state, State::Dismissed);
    // One person is enough for all others.
    let mut normal = Story::new(opening());
    normal.does(Event::DismissalAsked { reason: "a test order".into() }, person("anna"), hours(1));
    assert_eq!((normal.life.state, normal.life.ended_at()), (State::Dismissed, Some(hours(1))));
    let silent = Story::new(opening()).ask(Event::Dismissed { reason: " ".into() }, person("anna"), hours(1));
    assert!(matches!(silent, Err(Refused::WordsMissing { .. })));
}

#[test]
fn an_owner_is_active_and_has_access() {
    let story = Story::new(opening());
    let to = |name: &str| Event::Assigned { to: Owner(name.into()) };
    let ask = |event, standing| {
        story.life.decide(Request { event, who: person("anna"), at: hours(1), standing, due_at: None })
    };
    for standing in [Standing { active: false, access: true }, Standing { active: true, access: false }] {
        for event in [
            to("person:ben"),
            Event::Taken,
            Event::HandedOver { to: Owner("role:lead".into()), note: "x".into() },
        ] {
            assert!(matches!(ask(event, standing), Err(Refused::OwnerUnfit { .. })));
        }
    }
    assert_eq!(ask(to("person:ben"), Standing::FIT).unwrap().to, State::Assigned);
    assert_eq!(ask(to("role:lead"), Standing::FIT).unwrap().to, State::Open);
    assert!(matches!(ask(to("team:billing"), Standing::FIT), Err(Refused::AlreadySo { .. })));
}

#[test]
fn waits_and_snoozes_are_bounded() {
    let mut story = Story::new(opening());
    let day = |days: u64| MONDAY.plus_ms(days * DAY_MS);
    let refused = |story: &Story, event, at| {
        let refused = story.ask(event, person("anna"), at);
        assert!(matches!(refused, Err(Refused::TimeUnfit { .. })), "{refused:?}");
    };
    refused(&story, wait(WaitingOn::System, day(31)), MONDAY);
    refused(&story, wait(WaitingOn::System, MONDAY), MONDAY);
    refused(&story, Event::Snoozed { until: MONDAY }, MONDAY);
    // Due after 8 hours: nothing becomes late unseen.
    refused(&story, Event::Snoozed { until: hours(9) }, hours(1));
    story.does(Event::Snoozed { until: hours(8) }, person("anna"), hours(1));
    assert!(story.life.is_snoozed(hours(7)) && !story.life.is_snoozed(hours(8)));
    assert!(matches!(story.ask(Event::Woken, Who::Runner, hours(7)), Err(Refused::TimeUnfit { .. })));
    story.does(wait(WaitingOn::Vendor, day(20)), person("anna"), hours(2));
    assert_eq!(story.life.snooze_until, None);
    assert!(matches!(story.ask(Event::WaitEnded, Who::Runner, day(19)), Err(Refused::TimeUnfit { .. })));
    story.does(Event::WaitEnded, Who::Runner, day(20));
    assert_eq!((story.life.state, story.life.person.as_deref()), (State::Assigned, Some("anna")));
    // The clock stands still for 30 days in all at most.
    refused(&story, wait(WaitingOn::Customer, day(31)), day(20));
    story.does(wait(WaitingOn::Internal, day(31)), person("anna"), day(20));
    story.does(wait(WaitingOn::Customer, day(30)), person("anna"), day(21));
}

#[test]
fn only_later_evidence_of_the_right_kind_resolves_by_itself() {
    let mut story = Story::new(opening());
    story.does(Event::Recurred { seen: seen("second") }, Who::Runner, hours(2));
    let ask = |event| story.ask(event, Who::Runner, hours(5));
    assert!(matches!(ask(clean_pass(hours(2))), Err(Refused::EvidenceWeak { .. })));
    assert!(matches!(ask(clean_pass(hours(6))), Err(Refused::EvidenceWeak { .. })));
    let other =
        Evidence { kind: EvidenceKind::Decided, at: hours(3), what: "prp_1".into(), run: None, event: None };
    assert!(matches!(ask(Event::AutoResolved { evidence: other }), Err(Refused::EvidenceUnfit { .. })));
    let by_hand = story.ask(clean_pass(hours(3)), person("anna"), hours(5));
    assert_eq!(by_hand, Err(Refused::NeedsRunner { what: "resolve by evidence" }));
    story.does(clean_pass(hours(3)), Who::Runner, hours(5));
    assert_eq!((story.life.state, story.life.strength()), (State::Resolved, Some(Strength::Evidence)));
}

#[test]
fn a_recurrence_while_it_is_checked_undoes_the_resolution() {
    let mut story = Story::new(Opening { items: 3, ..opening() });
    story.does(resolving(Outcome::FixedAndReplayed), person("anna"), hours(1));
    story.does(Event::ResolutionTaken, Who::Runner, hours(1));
    story.does(Event::Recurred { seen: seen("again") }, Who::Runner, hours(2));
    let life = &story.life;
    assert_eq!((life.state, life.items, life.occurrences), (State::InProgress, 1, 2));
    assert_eq!((&life.resolving, life.unverified().count()), (&None, 1));
}

#[test]
fn merging_moves_the_work_and_never_goes_in_circles() {
    let mut one = Story::new(Opening { severity: Severity::Critical, items: 2, ..opening() });
    let mut two = Story::new(Opening { id: ExceptionId::new(2, 2), ..opening() });
    let who = person("anna");
    let (over, absorbed) = merge(&one.life, &two.life, &who, hours(1)).unwrap();
    one.life.apply(&over);
    two.life.apply(&absorbed);
    assert_eq!((one.life.state, one.life.merged_into()), (State::Superseded, Some(&two.life.id)));
    assert_eq!((two.life.items, two.life.occurrences, two.life.severity), (3, 2, Severity::Critical));
    for (from, into) in [(&two, &one), (&two, &two), (&one, &two)] {
        assert!(merge(&from.life, &into.life, &who, hours(2)).is_err());
    }
    let doubt = Story::new(Opening { id: ExceptionId::new(3, 3), in_doubt: true, ..opening() });
    let cause = Story::new(Opening { id: ExceptionId::new(4, 4), kind: Kind::Technical, ..opening() });
    for other in [&doubt, &cause] {
        let refused = merge(&other.life, &two.life, &who, hours(2));
        assert!(matches!(refused, Err(Refused::CannotMerge { .. })), "{refused:?}");
    }
}

#[test]
fn it_comes_back_within_fourteen_days_and_by_hand_within_seven() {
    let mut story = Story::new(opening());
    story.resolved(hours(5));
    let end = hours(5);
    let by_hand = || Event::Reopened { why: "the invoice is wrong".into(), seen: None };
    let again = || Event::Reopened { why: "the same again".into(), seen: Some(seen("again")) };
    let ask = |event, who, days: u64| story.ask(event, who, end.plus_ms(days * DAY_MS));
    assert!(ask(by_hand(), person("anna"), 6).is_ok());
    assert!(matches!(ask(by_hand(), person("anna"), 7), Err(Refused::Closed { .. })));
    assert!(ask(again(), Who::Runner, 13).is_ok());
    assert!(matches!(ask(again(), Who::Runner, 14), Err(Refused::Closed { .. })));
    story.does(again(), Who::Runner, end.plus_ms(DAY_MS));
    let life = &story.life;
    assert_eq!((life.state, life.reopened, life.occurrences, life.ended_at()), (State::Open, 1, 2, None));
    assert_eq!(life.unverified().count(), 1);
}

#[test]
fn every_refusal_has_a_page() {
    let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    let sources = [
        include_str!("../refused.rs"),
        include_str!("../../bulk.rs"),
        include_str!("../../clock/ladder.rs"),
        include_str!("../../route/rule.rs"),
        include_str!("../../../calendar/definition.rs"),
    ];
    for source in sources {
        for rest in source.split("\"TL").skip(1) {
            let code = format!("TL{}", rest.chars().take_while(char::is_ascii_digit).collect::<String>());
            assert!(pages.join(format!("{code}.md")).exists(), "{code} has no page under docs/errors");
        }
    }
}
