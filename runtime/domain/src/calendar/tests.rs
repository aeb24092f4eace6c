//! Tests of business time.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

fn berlin() -> Calendar {
    let calendar = Calendar::default().in_zone(zone("Europe/Berlin").unwrap());
    Calendar { holidays: [date(2026, 12, 25), date(2026, 12, 24)].into(), ..calendar }
}

#[test]
fn deadlines_fall_into_open_hours() {
    let cases = [
        // Monday 10:00 in Berlin.
        ("1 business day", "2026-11-23T09:00:00Z", "2026-11-24T09:00:00Z"),
        ("8 business hours", "2026-11-23T08:00:00Z", "2026-11-23T16:00:00Z"),
        ("8 business hours", "2026-11-23T09:00:00Z", "2026-11-24T09:00:00Z"),
        // Friday evening counts from Monday's opening.
        ("1 business day", "2026-11-27T19:00:00Z", "2026-12-01T08:00:00Z"),
        ("30 business minutes", "2026-11-28T12:00:00Z", "2026-11-30T08:30:00Z"),
        // Over the holidays.
        ("1 business day", "2026-12-23T09:00:00Z", "2026-12-28T09:00:00Z"),
        ("next_business_day 12:00", "2026-12-23T09:00:00Z", "2026-12-28T11:00:00Z"),
        ("next_business_day 12:00", "2026-11-22T23:30:00Z", "2026-11-24T11:00:00Z"),
        ("4h", "2026-11-28T12:00:00Z", "2026-11-28T16:00:00Z"),
    ];
    for (due, from, expected) in cases {
        let due_at = due_at(&Due::parse(due).unwrap(), at(from), &berlin());
        assert_eq!(due_at, at(expected), "{due} from {from} is {}", due_at.to_rfc3339());
    }
}

#[test]
fn the_clock_change_keeps_the_hours() {
    // The clock goes forward on Sunday, 29 March 2026: Friday 16:00 to Monday 16:00 is 71 hours.
    let from = at("2026-03-27T15:00:00Z");
    assert_eq!(due_at(&Due::parse("1 business day").unwrap(), from, &berlin()), at("2026-03-30T14:00:00Z"));
    let gap = date(2026, 3, 29).at(2, 30, 0, 0);
    assert_eq!(resolve(gap, &zone("Europe/Berlin").unwrap()), Some("2026-03-29T01:00:00Z".parse().unwrap()));
    let twice = date(2026, 10, 25).at(2, 30, 0, 0);
    assert_eq!(
        resolve(twice, &zone("Europe/Berlin").unwrap()),
        Some("2026-10-25T00:30:00Z".parse().unwrap())
    );
}

#[test]
fn a_calendar_is_open_at_some_time() {
    assert_eq!(Calendar::new(TimeZone::UTC, &[], 0, 60, BTreeSet::new()), Err(NeverOpen));
    assert_eq!(Calendar::new(TimeZone::UTC, &[Weekday::Monday], 60, 60, BTreeSet::new()), Err(NeverOpen));
    assert!(zone("Mars/Base").is_err());
    let all_day = Calendar::new(TimeZone::UTC, &[Weekday::Sunday], 0, 1440, BTreeSet::new()).unwrap();
    let due = due_at(&Due::parse("24 business hours").unwrap(), at("2026-11-21T09:00:00Z"), &all_day);
    assert_eq!(due, at("2026-11-23T00:00:00Z"));
}

fn london(hours: &[(&str, &str)], holidays: &[&str]) -> CalendarDefinition {
    CalendarDefinition {
        zone: "Europe/London".into(),
        hours: hours.iter().map(|(day, hours)| ((*day).into(), (*hours).into())).collect(),
        holidays: holidays.iter().map(|day| (*day).into()).collect(),
    }
}

#[test]
fn a_calendar_is_read_from_its_definition() {
    let text = london(&[("thursday", "09:00-17:00"), ("friday", "09:00-12:30")], &["2026-12-25"]);
    let calendar = text.calendar(date(2026, 12, 1)).unwrap();
    let hour = 3_600_000_000;
    // Thursday 10:00 to the Friday after: 7 hours, the Friday is a holiday, then a whole week of 11.5 hours.
    let (from, until) = (at("2026-12-24T10:00:00Z"), at("2027-01-01T18:00:00Z"));
    assert_eq!(calendar.business_us(from, until), 7 * hour + 8 * hour + hour * 7 / 2);
    assert_eq!(calendar.business_us(until, from), 0);
    assert_eq!(calendar.after_business_us(from, 8 * hour), Some(at("2026-12-31T10:00:00Z")));
    assert_eq!(calendar.after_business_us(from, 7 * hour), Some(at("2026-12-24T17:00:00Z")));
    let json = serde_json::to_value(&text).unwrap();
    assert_eq!(serde_json::from_value::<CalendarDefinition>(json).unwrap(), text);
}

#[test]
fn a_calendar_without_working_hours_is_refused_with_words() {
    let from = date(2026, 1, 1);
    let refused = |text: CalendarDefinition| text.calendar(from).unwrap_err();
    assert_eq!(refused(london(&[], &[])), CalendarProblem::NoHours);
    assert!(CalendarProblem::NoHours.to_string().contains("no working hours"));
    let always_closed: Vec<String> =
        (0..4_000).map(|day| (from + jiff::Span::new().days(day)).to_string()).collect();
    let always_closed: Vec<&str> = always_closed.iter().map(String::as_str).collect();
    assert_eq!(refused(london(&[("monday", "09:00-17:00")], &always_closed)), CalendarProblem::NoHours);
    for hours in ["17:00-09:00", "09:00-09:00", "9-17", "09:00-24:30", "09:60-17:00", "", "+9:00-17:00"] {
        let problem = refused(london(&[("monday", hours)], &[]));
        assert_eq!(problem, CalendarProblem::Hours { day: "monday".into(), text: hours.into() });
        assert_eq!(problem.code(), "TL0841");
    }
    assert_eq!(refused(london(&[("Mon", "09:00-17:00")], &[])), CalendarProblem::Day("Mon".into()));
    let holiday = refused(london(&[("monday", "09:00-17:00")], &["2026-02-30"]));
    assert_eq!(holiday, CalendarProblem::Holiday("2026-02-30".into()));
    let zone = CalendarDefinition { zone: "Mars/Base".into(), ..london(&[("monday", "09:00-24:00")], &[]) };
    assert_eq!(refused(zone).code(), "TL0171");
}

const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/St_Johns",
    "Africa/Casablanca",
    "Pacific/Apia",
];

fn any_calendar() -> impl Strategy<Value = Calendar> {
    (0..ZONES.len(), 1u8..128, 0u32..1380, 30u32..600, prop::collection::btree_set(0i64..4000, 0..40))
        .prop_map(|(zone_index, mask, open, length, holidays)| {
            let days: Vec<Weekday> = (0..7u8)
                .filter(|day| mask & (1 << day) != 0)
                .map(|day| Weekday::from_monday_zero_offset(day.cast_signed()).unwrap())
                .collect();
            let start = date(2020, 1, 1);
            let holidays = holidays.into_iter().map(|day| start + jiff::Span::new().days(day)).collect();
            Calendar::new(zone(ZONES[zone_index]).unwrap(), &days, open, (open + length).min(1440), holidays)
                .unwrap()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn business_time_never_ends_while_closed(
        calendar in any_calendar(),
        from in 1_577_836_800_i64..1_893_456_000,
        days in 0u32..6,
        minutes in 0u32..3_000,
    ) {
        let from = Timestamp(from * 1_000_000);
        let due = due_at(&Due::BusinessTime { days, minutes }, from, &calendar);
        prop_assert!(due >= from);
        let just_before = Timestamp(due.0 - 1);
        prop_assert!(calendar.is_open(due) || calendar.is_open(just_before), "{}", due.to_rfc3339());
    }

    #[test]
    fn later_starts_and_longer_times_are_never_due_earlier(
        calendar in any_calendar(),
        from in 1_577_836_800_i64..1_893_456_000,
        later in 0i64..400_000,
        days in 0u32..6,
        minutes in 0u32..3_000,
        hour in 0u8..24,
    ) {
        let (from, then) = (Timestamp(from * 1_000_000), Timestamp((from + later) * 1_000_000));
        let due = Due::BusinessTime { days, minutes };
        prop_assert!(due_at(&due, from, &calendar) <= due_at(&due, then, &calendar));
        let longer = Due::BusinessTime { days, minutes: minutes + 7 };
        prop_assert!(due_at(&due, from, &calendar) < due_at(&longer, from, &calendar));
        let next = Due::NextBusinessDay { hour, minute: 0 };
        prop_assert!(due_at(&next, from, &calendar) <= due_at(&next, then, &calendar));
        prop_assert!(due_at(&next, from, &calendar) > from);
    }

    #[test]
    fn business_time_adds_up_and_agrees_with_deadlines(
        calendar in any_calendar(),
        times in prop::collection::vec(1_577_836_800_000_i64..1_600_000_000_000, 3),
        minutes in 1u32..3_000,
    ) {
        let mut times: Vec<Timestamp> = times.into_iter().map(|ms| Timestamp(ms * 1_000)).collect();
        times.sort();
        let [a, b, c] = [times[0], times[1], times[2]];
        prop_assert_eq!(
            calendar.business_us(a, c),
            calendar.business_us(a, b) + calendar.business_us(b, c)
        );
        prop_assert!(calendar.business_us(a, b) <= b.0 - a.0);
        let due = due_at(&Due::BusinessTime { days: 0, minutes }, a, &calendar);
        let us = i64::from(minutes) * 60_000_000;
        prop_assert_eq!(calendar.business_us(a, due), us);
        prop_assert_eq!(calendar.after_business_us(a, us), Some(due));
    }
}
