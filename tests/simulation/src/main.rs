//! `SEED=123` replays one seed and shows what happened; `SEEDS=N` plays so many, `FROM` the first.

use std::collections::BTreeMap;
use std::process::ExitCode;

use throughline_simulation::{Broken, simulate};

#[expect(clippy::disallowed_methods, reason = "a tool of its own: its arguments come from the environment")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[expect(clippy::print_stdout, reason = "the tool's output")]
fn main() -> ExitCode {
    if let Some(seed) = number("SEED") {
        let report = simulate(seed, Broken::Nothing, true);
        report.trace.iter().for_each(|line| println!("{line}"));
        println!("{:#?}", report.counts);
        report.violations.iter().for_each(|words| println!("violation: {words}"));
        println!("seed {seed} polls {} violations {}", report.polls, report.violations.len());
        return if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let (from, seeds) = (number("FROM").unwrap_or(0), number("SEEDS").unwrap_or(10_000));
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut failed = 0;
    for seed in from..from + seeds {
        let report = simulate(seed, Broken::Nothing, false);
        for (what, count) in report.counts {
            *counts.entry(what).or_default() += count;
        }
        *counts.entry("polls").or_default() += report.polls;
        if let Some(words) = report.violations.first() {
            failed += 1;
            println!("seed {seed}: {words}");
        }
    }
    for (what, count) in &counts {
        println!("{count:>12} {what}");
    }
    println!("seeds {seeds} violations {failed}");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
