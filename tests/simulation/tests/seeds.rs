//! Ten thousand seeds, and those that once found something. `SEEDS=N cargo run -p throughline-simulation` plays more.

use std::collections::BTreeMap;

use throughline_simulation::{Broken, Report, simulate};

/// Seeds of one test: eight of them make ten thousand.
const SHARE: u64 = 1_250;

fn play(seeds: impl Iterator<Item = u64>) -> Vec<Report> {
    let reports: Vec<Report> = seeds.map(|seed| simulate(seed, Broken::Nothing, false)).collect();
    let failed =
        |report: &Report| report.violations.first().map(|words| format!("seed {}: {words}", report.seed));
    let failed: Vec<String> = reports.iter().filter_map(failed).collect();
    assert!(
        failed.is_empty(),
        "replay one with SEED=n cargo run -p throughline-simulation:\n{}",
        failed.join("\n")
    );
    reports
}

macro_rules! shares {
    ($($name:ident: $share:literal,)*) => { $(
        #[test]
        fn $name() {
            play($share * SHARE..($share + 1) * SHARE);
        }
    )* };
}

shares! {
    first_eighth: 0,
    second_eighth: 1,
    third_eighth: 2,
    fourth_eighth: 3,
    fifth_eighth: 4,
    sixth_eighth: 5,
    seventh_eighth: 6,
    last_eighth: 7,
}

/// The list says what each of them found, at the time it was put there.
#[test]
fn what_was_found_stays_away() {
    let list = include_str!("found.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let seeds: Vec<u64> = list.filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
    assert!(!seeds.is_empty());
    play(seeds.into_iter());
}

#[test]
fn the_same_seed_is_the_same_life() {
    let (first, second) = (simulate(7, Broken::Nothing, true), simulate(7, Broken::Nothing, true));
    assert_eq!(first.trace, second.trace);
    assert_eq!(first.counts, second.counts);
}

/// Seeds are full lives: what the checks look at does happen in them.
#[test]
fn lives_hold_what_the_checks_look_at() {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for report in play(0..400) {
        for (what, count) in report.counts {
            *counts.entry(what).or_default() += count;
        }
    }
    let wanted = [
        "crashes",
        "pauses",
        "clock jumps",
        "clean stops",
        "commits lost before",
        "commits lost after",
        "commits fenced",
        "leases lost",
        "leases expired",
        "events accepted again",
        "requests the network repeated",
        "resolutions refused",
        "effects in doubt at rest",
        "runs retried",
        "between two looks",
        "attempt_failed",
        "answered",
        "quarantined",
        "wait_matched",
        "child_ended",
        "item_ended",
        "replied",
        "run_cancelled",
        "run_failed",
        "run_succeeded",
        "step_cancelled",
        "step_failed",
        "step_parked",
        "step_retried",
        "step_skipped",
    ];
    let rare: Vec<_> = wanted.iter().filter(|what| counts.get(**what).copied().unwrap_or(0) < 5).collect();
    assert!(rare.is_empty(), "{rare:?}\n{counts:#?}");
}
