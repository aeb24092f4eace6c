//! Tests of the clock: times by hand, and what holds for any log.

use proptest::prelude::*;

use super::*;
use crate::calendar::{CalendarDefinition, zone};
use crate::exception::life::tests::props::{any_opening, any_steps, tell};
use crate::exception::life::tests::{HOUR_MS, MONDAY, Story, clean_pass, hours, opening, person, seen, wait};
use crate::exception::life::{Event, Request, Standing, State, WaitingOn, Who};

const HOUR_US: i64 = 3_600_000_000;

fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

fn terms<'a>(due: &'a Due, calendar: &'a Calendar) -> Terms<'a> {
    Terms { opened_at: MONDAY, due, ladder: Ladder::default(), calendar, frozen: None }
}

fn rungs(clock: &Clock<'_>) -> [Option<Timestamp>; 4] {
    Rung::ALL.map(|rung| clock.reaches(rung))
}

#[test]
fn the_ladder_stands_in_business_time() {
    let (due, calendar) = (Due::parse("8 business hours").unwrap(), Calendar::default());
    let clock = Clock::new(terms(&due, &calendar), &[], MONDAY);
    let expected =
        ["2026-11-23T15:00:00Z", "2026-11-23T17:00:00Z", "2026-11-24T13:00:00Z", "2026-11-24T17:00:00Z"];
    assert_eq!(rungs(&clock), expected.map(|text| Some(at(text))));
    // Two days after a weekend's opening: due at an opening, never at the closing before.
    let saturday = at("2026-11-28T12:00:00Z");
    let day = Due::parse("1 business day").unwrap();
    let clock = Clock::new(Terms { opened_at: saturday, ..terms(&day, &calendar) }, &[], saturday);
    assert_eq!(clock.read().due_at, Some(at("2026-12-01T09:00:00Z")));
    assert_eq!((clock.read().allowed_us, clock.read().used_us), (8 * HOUR_US, 0));
}

#[test]
fn a_wait_on_the_customer_moves_everything_by_its_length() {
    let (due, calendar) = (Due::After { ms: 10 * HOUR_MS }, Calendar::default());
    let mut story = Story::new(opening());
    story.does(wait(WaitingOn::Customer, hours(60)), person("anna"), hours(4));
    let waiting = Clock::new(terms(&due, &calendar), &story.log, hours(20));
    assert_eq!((waiting.read().used_us, waiting.read().due_at), (4 * HOUR_US, None));
    assert_eq!(waiting.look(&story.life).next, Some(hours(60)));
    assert_eq!(waiting.look(&story.life).reached, []);
    story.does(Event::WaitEnded, person("anna"), hours(24));
    let clock = Clock::new(terms(&due, &calendar), &story.log, hours(25));
    // 75, 100, 150 and 200 percent of ten hours, twenty hours later.
    assert_eq!(rungs(&clock), [27, 30, 35, 40].map(|hour| Some(at_half(hour))));
    let reading = clock.read();
    assert_eq!((reading.used_us, reading.percent(), reading.breached_at), (5 * HOUR_US, 50, None));
    assert_eq!((reading.paused.calendar_minutes(), reading.paused.business_minutes()), (20 * 60, 240));
    // A colleague is no excuse.
    story.does(wait(WaitingOn::Internal, hours(60)), person("anna"), hours(25));
    let clock = Clock::new(terms(&due, &calendar), &story.log, hours(31));
    assert_eq!((clock.read().used_us, clock.read().breached_at), (11 * HOUR_US, Some(hours(30))));
}

/// 27 stands for half past: 7.5 hours are 75 percent of 10.
fn at_half(hour: u64) -> Timestamp {
    if hour == 27 { hours(27).plus_ms(HOUR_MS / 2) } else { hours(hour) }
}

#[test]
fn a_wait_before_the_opening_it_is_due_at_is_not_late() {
    // Due on Tuesday 09:00; on Monday evening all business minutes are used, and still it is not late.
    let (due, calendar) = (Due::parse("1 business day").unwrap(), Calendar::default());
    let mut story = Story::new(opening());
    let clock = |story: &Story, at| Clock::new(terms(&due, &calendar), &story.log, at).read();
    assert_eq!(clock(&story, hours(10)).due_at, Some(hours(24)));
    story.does(wait(WaitingOn::Customer, hours(60)), person("anna"), hours(11));
    let waiting = clock(&story, hours(30));
    assert_eq!((waiting.due_at, waiting.breached_at, waiting.percent()), (None, None, 100));
    story.does(Event::WaitEnded, person("anna"), hours(49));
    assert_eq!(clock(&story, hours(49)).breached_at, Some(hours(49)));
}

#[test]
fn a_clock_change_and_a_holiday_are_not_counted() {
    let definition = CalendarDefinition {
        zone: "Europe/London".into(),
        hours: ["monday", "tuesday", "wednesday", "thursday", "friday"]
            .map(|day| (day.to_owned(), "09:00-17:00".to_owned()))
            .into(),
        holidays: ["2026-03-31".to_owned()].into(),
    };
    let calendar = definition.calendar(jiff::civil::date(2026, 1, 1)).unwrap();
    // Friday 15:00 in winter time; the clock goes forward on Sunday, Tuesday is a holiday.
    let friday = at("2026-03-27T15:00:00Z");
    let due = Due::parse("12 business hours").unwrap();
    let clock =
        Clock::new(Terms { opened_at: friday, ..terms(&due, &calendar) }, &[], at("2026-04-01T09:00:00Z"));
    let reading = clock.read();
    assert_eq!(reading.due_at, Some(at("2026-04-01T10:00:00Z")));
    assert_eq!((reading.whole.business_minutes(), reading.used_us), (11 * 60, 11 * HOUR_US));
    assert_eq!(reading.whole.calendar_minutes(), (4 * 24 + 18) * 60);
}

#[test]
fn what_was_late_stays_late_by_the_calendar_of_its_breach() {
    let due = Due::parse("8 business hours").unwrap();
    let before = Calendar::default();
    let after = Calendar::default().in_zone(zone("America/New_York").unwrap());
    let late = at("2026-11-23T18:00:00Z");
    let clock = Clock::new(terms(&due, &before), &[], late);
    let life = Life::open(opening());
    assert!(clock.look(&life).freeze);
    let moved = Clock::new(terms(&due, &after), &[], late);
    assert_eq!(moved.read().breached_at, None);
    let frozen = Terms { frozen: Some(&before), ..terms(&due, &after) };
    let frozen = Clock::new(frozen, &[], late);
    assert_eq!(frozen.read(), clock.read());
    assert!(!frozen.look(&life).freeze);
}

#[test]
fn a_reopening_starts_the_time_allowed_anew_and_the_figures_go_on() {
    let (due, calendar) = (Due::After { ms: 10 * HOUR_MS }, Calendar::default());
    let mut story = Story::new(opening());
    story.does(clean_pass(hours(6)), Who::Runner, hours(6));
    let again = Event::Reopened { why: "the same again".into(), seen: Some(seen("again")) };
    story.does(again, Who::Runner, hours(30));
    let reading = Clock::new(terms(&due, &calendar), &story.log, hours(33)).read();
    assert_eq!((reading.used_us, reading.due_at), (3 * HOUR_US, Some(hours(40))));
    let minutes =
        [reading.running, reading.paused, reading.at_rest, reading.whole].map(Elapsed::calendar_minutes);
    assert_eq!(minutes, [9 * 60, 0, 24 * 60, 33 * 60]);
}

#[test]
fn a_ladder_is_in_order() {
    for wrong in [[0, 150, 200], [100, 150, 200], [75, 100, 200], [75, 200, 150], [75, 150, 1001]] {
        assert_eq!(Ladder::try_from(wrong), Err(BadLadder));
    }
    assert_eq!(serde_json::from_str::<Ladder>("[75,150,200]").unwrap(), Ladder::default());
    assert!(serde_json::from_str::<Ladder>("[75,50,200]").is_err());
}

fn any_due() -> impl Strategy<Value = Due> {
    prop_oneof![
        (0u64..200).prop_map(|hours| Due::After { ms: hours * HOUR_MS }),
        (0u32..3, 0u32..600).prop_map(|(days, minutes)| Due::BusinessTime { days, minutes }),
        (0u8..24).prop_map(|hour| Due::NextBusinessDay { hour, minute: 30 }),
    ]
}

/// Minutes of each pace, counted one by one: slow, and another way than the clock's.
fn counted(story: &Story, now: Timestamp, calendar: &Calendar) -> [i64; 3] {
    let mut minutes = [0; 3];
    let mut at = MONDAY;
    let (mut state, mut on) = (None, None);
    let mut log = story.log.iter().peekable();
    while at < now {
        while let Some(entry) = log.next_if(|entry| entry.at <= at) {
            state = Some(entry.to);
            if let Event::WaitBegan { on: whom, .. } = entry.event {
                on = Some(whom);
            }
        }
        let stands = matches!(on, Some(WaitingOn::Customer | WaitingOn::Vendor));
        let place = match state {
            Some(state) if !state.is_open() => 2,
            Some(State::Waiting) if stands => 1,
            Some(_) | None => 0,
        };
        minutes[place] += i64::from(calendar.is_open(at));
        at = at.plus_ms(60_000);
    }
    minutes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_parts_are_the_whole_and_the_clock_only_goes_forward(
        opening in any_opening(), steps in any_steps(), due in any_due(), minutes in 0u64..60_000, later in 0u64..5_000,
    ) {
        let calendar = Calendar::default();
        let story = tell(opening, steps, |_, _, _| {});
        let (now, then) = (MONDAY.plus_ms(minutes * 60_000), MONDAY.plus_ms((minutes + later) * 60_000));
        let clock = |now| Clock::new(terms(&due, &calendar), &story.log, now).read();
        let (one, two) = (clock(now), clock(then));
        for reading in [one, two] {
            let parts = reading.running.plus(reading.paused).plus(reading.at_rest);
            prop_assert_eq!(parts, reading.whole);
            prop_assert!(reading.used_us >= 0 && reading.allowed_us >= 0);
        }
        for part in [|r: &Reading| r.running, |r: &Reading| r.paused, |r: &Reading| r.at_rest, |r: &Reading| r.whole] {
            prop_assert!(part(&one).calendar_us <= part(&two).calendar_us);
            prop_assert!(part(&one).business_us <= part(&two).business_us);
        }
        let reopened = story.log.iter().any(|entry| {
            matches!(entry.event, Event::Reopened { .. }) && now < entry.at && entry.at <= then
        });
        prop_assert!(reopened || one.used_us <= two.used_us);
    }

    #[test]
    fn paused_time_is_never_counted(opening in any_opening(), steps in any_steps(), minutes in 0u64..6_000) {
        let (due, calendar) = (Due::BusinessTime { days: 1, minutes: 0 }, Calendar::default());
        let story = tell(opening, steps, |_, _, _| {});
        let now = MONDAY.plus_ms(minutes * 60_000);
        let reading = Clock::new(terms(&due, &calendar), &story.log, now).read();
        let parts = [reading.running, reading.paused, reading.at_rest].map(Elapsed::business_minutes);
        prop_assert_eq!(parts, counted(&story, now, &calendar));
        let first = story.log.iter().all(|entry| !matches!(entry.event, Event::Reopened { .. }) || entry.at > now);
        prop_assert!(!first || reading.used_us == reading.running.business_us);
        // The guard's own sum of pauses agrees with the clock at the end of the log.
        let end = Clock::new(terms(&due, &calendar), &story.log, story.life.changed_at);
        let open = story.life.waiting.filter(|wait| wait.on.stops_the_clock());
        let since = open.map_or(0, |wait| story.life.changed_at.0 - wait.since.0);
        let paused = end.current().filter(|span| span.pace == Pace::Paused).map(|span| span.until.0 - span.from.0);
        let paused: i64 = paused.sum();
        prop_assert_eq!(paused, story.life.paused_us + since);
    }

    #[test]
    fn a_sweep_is_told_when_to_come_and_misses_nothing(
        opening in any_opening(), steps in any_steps(), due in any_due(), minutes in 0u64..60_000, part in 0.0f64..1.0,
    ) {
        let calendar = Calendar::default();
        let story = tell(opening, steps, |_, _, _| {});
        let now = Timestamp(MONDAY.plus_ms(minutes * 60_000).0.max(story.life.changed_at.0));
        let clock = |now| Clock::new(terms(&due, &calendar), &story.log, now);
        let look = clock(now).look(&story.life);
        prop_assert!(look.next.is_none_or(|next| next > now));
        prop_assert!(look.reached.is_sorted() && look.reached.iter().all(|(_, at)| *at <= now));
        // Between now and the next look there is nothing to find.
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any instant in between will do")]
        let between = |next: Timestamp| Timestamp(now.0 + ((next.0 - now.0 - 1) as f64 * part) as i64);
        let between = look.next.map_or(now.plus_ms(90 * 24 * HOUR_MS), between);
        let other = clock(between).look(&story.life);
        prop_assert_eq!(&other.reached, &look.reached);
        prop_assert_eq!((other.wait_over, other.snooze_over, other.next), (look.wait_over, look.snooze_over, look.next));
        // And at the next look there is.
        if let Some(next) = look.next {
            let then = clock(next).look(&story.life);
            prop_assert!(then != look || story.life.is_closed(next));
        }
    }

    #[test]
    fn a_neglected_exception_climbs_every_rung_once(opening in any_opening(), due in any_due()) {
        let calendar = Calendar::default();
        let mut story = Story::new(opening);
        let (mut now, mut climbed) = (MONDAY, Vec::new());
        for _ in 0..20 {
            let look = Clock::new(terms(&due, &calendar), &story.log, now).look(&story.life);
            for (rung, at) in look.reached {
                prop_assert!(at <= now);
                let request = Request {
                    event: Event::Reached { rung, to: None }, who: Who::Runner, at: now,
                    standing: Standing::FIT, due_at: None,
                };
                let transition = story.life.decide(request).unwrap();
                story.life.apply(&transition);
                story.log.push(transition);
                climbed.push(rung);
            }
            match look.next {
                Some(next) => now = next,
                None => break,
            }
        }
        prop_assert_eq!(climbed, Rung::ALL.to_vec());
    }
}
