//! Tests of schedules.

use std::str::FromStr;

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<Instant>().unwrap().as_microsecond())
}

fn schedule(cron: &str, zone: &str) -> Schedule {
    Schedule::new(cron, zone, Misfire::Latest).unwrap()
}

fn next(cron: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    let instants = schedule(cron, zone).next(at(after), count);
    instants.into_iter().map(|at| Instant::from_microsecond(at.0).unwrap().to_string()).collect()
}

#[test]
fn planned_instants_follow_the_wall_clock() {
    assert_eq!(
        next("0 7 * * 1-5", "Europe/Berlin", "2026-11-20T12:00:00Z", 2),
        ["2026-11-23T06:00:00Z", "2026-11-24T06:00:00Z"]
    );
    assert_eq!(
        next("*/15 9 * * *", "UTC", "2026-11-20T09:20:00Z", 3),
        ["2026-11-20T09:30:00Z", "2026-11-20T09:45:00Z", "2026-11-21T09:00:00Z"]
    );
    assert_eq!(next("0 0 * * 7", "UTC", "2026-11-21T00:00:00Z", 1), ["2026-11-22T00:00:00Z"]);
    assert_eq!(next("0 0 * * 0", "UTC", "2026-11-21T00:00:00Z", 1), ["2026-11-22T00:00:00Z"]);
    assert_eq!(
        next("0 0 * * FRI-SUN", "UTC", "2026-11-19T00:00:00Z", 3),
        ["2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"]
    );
    // Both days restricted: the 13th, and every Friday.
    assert_eq!(
        next("0 0 13 * fri", "UTC", "2026-11-12T00:00:00Z", 2),
        ["2026-11-13T00:00:00Z", "2026-11-20T00:00:00Z"]
    );
    assert_eq!(next("0 12 29 feb *", "UTC", "2026-11-12T00:00:00Z", 1), ["2028-02-29T12:00:00Z"]);
    assert_eq!(next("@monthly", "Asia/Kolkata", "2026-11-12T00:00:00Z", 1), ["2026-11-30T18:30:00Z"]);
    assert_eq!(
        next("0 0,12 1 */6 *", "UTC", "2026-11-12T00:00:00Z", 2),
        ["2027-01-01T00:00:00Z", "2027-01-01T12:00:00Z"]
    );
}

#[test]
fn clock_changes_fire_once() {
    // In the gap: the first instant after it.
    assert_eq!(
        next("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 2),
        ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]
    );
    // Several times of one gap are one instant.
    assert_eq!(
        next("0,15,30 2,3 29 3 *", "Europe/Berlin", "2026-03-29T00:00:00Z", 2),
        ["2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z"]
    );
    // In the overlap: the first of the two.
    assert_eq!(
        next("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2),
        ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
    );
    assert_eq!(next("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", 1), ["2026-10-26T01:30:00Z"]);
    // A day that a zone skipped.
    assert_eq!(next("0 9 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", 1), ["2011-12-30T10:00:00Z"]);
}

#[test]
fn what_is_wrong_is_said() {
    let wrong = |cron: &str| Schedule::new(cron, "UTC", Misfire::Skip).unwrap_err().to_string();
    for cron in [
        "",
        "* * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "5-1 * * * *",
        "*/0 * * * *",
        "a * * * *",
        "@reboot",
        "1- * * * *",
        "+5 * * * *",
        "* * * * * *",
        "0 0 30 2 *",
        "0 0 31 4,6 *",
    ] {
        assert!(wrong(cron).contains("is not a schedule"), "{cron}");
    }
    assert!(wrong("61 * * * *").contains("minute `61`: expected a number from 0 to 59"));
    assert_eq!(Schedule::new("@daily", "Nowhere/City", Misfire::Skip).unwrap_err().code(), "TL0171");
    let config =
        |text: &str| Schedule::from_config(serde_json::from_str::<Value>(text).unwrap().as_object().unwrap());
    assert_eq!(
        config(r#"{"cron": "@daily", "misfire": {"all": 3}}"#).unwrap().misfire,
        Misfire::All { max: 3 }
    );
    assert_eq!(config(r#"{"cron": "@daily", "misfire": "never"}"#).unwrap_err().key(), "misfire");
    for word in MISFIRE_WORDS {
        assert!(config(&format!(r#"{{"cron": "@daily", "misfire": "{word}"}}"#)).is_ok(), "{word}");
    }
    assert_eq!(config("{}").unwrap_err().key(), "cron");
}

#[test]
fn missed_instants_follow_the_policy() {
    let hourly = |misfire| Schedule { misfire, ..schedule("0 * * * *", "UTC") };
    let (mark, now) = (at("2026-11-20T08:00:00Z"), at("2026-11-20T12:30:00Z"));
    let fires = |misfire| due_fires(&hourly(misfire), mark, now, CATCH_UP_MS);
    assert_eq!((fires(Misfire::Skip).fire.len(), fires(Misfire::Skip).missed.len()), (0, 4));
    assert_eq!(fires(Misfire::Latest).fire, [at("2026-11-20T12:00:00Z")]);
    assert_eq!(fires(Misfire::Latest).missed.len(), 3);
    assert_eq!(
        (fires(Misfire::All { max: 3 }).fire.len(), fires(Misfire::All { max: 3 }).missed.len()),
        (3, 1)
    );
    assert_eq!(fires(Misfire::Skip).high_water, Some(at("2026-11-20T12:00:00Z")));
    // On time is no misfire, whatever the policy.
    let on_time = due_fires(
        &hourly(Misfire::Skip),
        at("2026-11-20T11:00:00Z"),
        at("2026-11-20T12:00:05Z"),
        CATCH_UP_MS,
    );
    assert_eq!(on_time.fire, [at("2026-11-20T12:00:00Z")]);
    // Beyond the window nothing fires.
    let old = due_fires(
        &schedule("0 0 1 * *", "UTC"),
        at("2026-10-15T00:00:00Z"),
        at("2026-11-20T00:00:00Z"),
        CATCH_UP_MS,
    );
    assert_eq!((old.fire.len(), old.missed.len()), (0, 1));
    // Years of absence are counted, not listed.
    let minutes = due_fires(&schedule("* * * * *", "UTC"), Timestamp(0), now, CATCH_UP_MS);
    assert_eq!((minutes.missed.len(), minutes.missed_count), (1_000, 366 * 1_440 - 2));
}

const ZONES: [&str; 10] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/St_Johns",
    "Africa/Casablanca",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
];

fn field(first: u32, last: u32) -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("*".to_owned()),
        2 => (first..=last).prop_map(|n| n.to_string()),
        1 => (2..6u32).prop_map(|step| format!("*/{step}")),
        1 => (first..=last, first..=last).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
        1 => prop::collection::vec(first..=last, 1..4)
            .prop_map(|list| list.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")),
    ]
}

fn any_cron() -> impl Strategy<Value = String> {
    (field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
        .prop_map(|(minute, hour, day, month, week)| format!("{minute} {hour} {day} {month} {week}"))
}

/// A translation for the `cron` crate: seconds first, Sunday is 1.
fn translated(cron: &str) -> ::cron::Schedule {
    let fields: Vec<&str> = cron.split(' ').collect();
    let days = Cron::parse(&format!("0 0 * * {}", fields[4])).unwrap();
    let start = jiff::civil::date(2026, 11, 22);
    let days: Vec<String> = (0..7)
        .filter(|day| days.matches(start + jiff::Span::new().days(*day)))
        .map(|day| (day + 1).to_string())
        .collect();
    ::cron::Schedule::from_str(&format!(
        "0 {} {} {} {} {}",
        fields[0],
        fields[1],
        fields[2],
        fields[3],
        days.join(",")
    ))
    .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn each_planned_instant_fires_once_however_often_one_looks(
        cron in any_cron(), zone in 0..ZONES.len(), start in 1_000_000_000_i64..2_000_000_000,
        steps in prop::collection::vec(-3_000i64..9_000, 1..40),
    ) {
        let schedule = Schedule { misfire: Misfire::All { max: 100_000 }, ..schedule(&cron, ZONES[zone]) };
        let (mut now, mut mark) = (start, Timestamp(start * 1_000_000));
        let mut fired = Vec::new();
        let mut latest = start;
        for step in steps {
            now += step;
            latest = latest.max(now);
            let fires = due_fires(&schedule, mark, Timestamp(now * 1_000_000), u64::MAX);
            prop_assert!(fires.missed.is_empty());
            mark = fires.high_water.unwrap_or(mark).max(mark);
            fired.extend(fires.fire);
        }
        let planned: Vec<Timestamp> = schedule
            .planned(Timestamp(start * 1_000_000))
            .take_while(|at| at.0 <= latest * 1_000_000)
            .collect();
        prop_assert_eq!(fired, planned);
    }

    #[test]
    fn planned_instants_show_a_planned_wall_time(
        cron in any_cron(), zone_index in 0..ZONES.len(), start in 1_000_000_000_i64..2_000_000_000,
    ) {
        let schedule = schedule(&cron, ZONES[zone_index]);
        let zone = zone(ZONES[zone_index]).unwrap();
        let mut last = Timestamp(start * 1_000_000);
        for instant in schedule.next(last, 5) {
            prop_assert!(instant > last);
            last = instant;
            let at = Instant::from_microsecond(instant.0).unwrap();
            let local = zone.to_datetime(at);
            let shown = schedule.cron.matches(local.date()) && schedule.cron.times_from(local.time()).next() == Some(local.time());
            let behind_gap = zone.preceding(at + jiff::SignedDuration::from_nanos(1)).next().is_some_and(|change| change.timestamp() == at);
            prop_assert!(shown || behind_gap, "{cron} in {} gave {local}", ZONES[zone_index]);
        }
    }

    #[test]
    fn fields_mean_what_the_cron_crate_means(cron in any_cron(), day in 0i64..3_000, minute in 0i64..1_440) {
        use ::cron::TimeUnitSpec;
        let (ours, theirs) = (Cron::parse(&cron).unwrap(), translated(&cron));
        let date = jiff::civil::date(2022, 1, 1) + jiff::Span::new().days(day);
        let time = jiff::civil::Time::midnight() + jiff::Span::new().minutes(minute);
        let number = |n: i8| u32::from(n.unsigned_abs());
        let on_day = theirs.days_of_month().includes(number(date.day()));
        let on_weekday = theirs.days_of_week().includes(number(date.weekday().to_sunday_zero_offset()) + 1);
        let either = ours.matches(date) == (theirs.months().includes(number(date.month())) && (on_day || on_weekday));
        let both = ours.matches(date) == (theirs.months().includes(number(date.month())) && on_day && on_weekday);
        prop_assert!(both || either);
        let planned = theirs.hours().includes(number(time.hour())) && theirs.minutes().includes(number(time.minute()));
        prop_assert_eq!(ours.times_from(time).next() == Some(time), planned);
    }
}
