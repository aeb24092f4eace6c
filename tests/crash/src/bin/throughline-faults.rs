//! `throughline-faults`: one campaign of faults. `make faults` builds what it needs and calls it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use throughline_crash::Result;
use throughline_crash::faults::{Kind, Outcome, Plan, campaign};
use throughline_crash::report::{self, say};
use throughline_crash::server::Program;

/// Disturbs the server in every way it is meant to outlive and checks what it promised. The last line is
/// `faults N violations N`; the exit code is 1 when a promise was broken, 2 when the rig failed.
#[derive(Clone, Debug, Parser)]
struct Args {
    /// The server's binary, built with the feature `failpoints`
    #[arg(long)]
    server: PathBuf,
    /// Folder with the connectors
    #[arg(long)]
    bundle: PathBuf,
    /// Folder for data; what a violation was found in stays there
    #[arg(long)]
    work: PathBuf,
    /// Library that fails a flush when told to
    #[arg(long)]
    shim: Option<PathBuf>,
    /// Rounds of each kind
    #[arg(long, default_value_t = 1)]
    rounds: u64,
    /// Faults of one round
    #[arg(long, default_value_t = 6)]
    size: u64,
    /// The campaign: same seed, same decisions
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only these kinds, separated by commas: zombie, pause, database, full, full-database, flush
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

fn main() -> ExitCode {
    report::run(4, all(Args::parse()))
}

/// The kinds beside each other, each round after round.
async fn all(args: Args) -> Result<u8> {
    let began = Instant::now();
    let kinds = kinds(&args.only)?;
    let Args { server, bundle, work, shim, rounds, size, seed, .. } = args;
    let program = Program { path: server, bundle, fault: None, settings: Vec::new() };
    let shim = shim.map(std::path::absolute).transpose()?;
    let plan = Plan { program, work, seed, rounds, size, shim };
    let under_way: Vec<_> =
        kinds.into_iter().map(|kind| (kind, tokio::spawn(campaign(plan.clone(), kind, said)))).collect();
    let mut sum = Outcome::default();
    let (mut skipped, mut failed) = (Vec::new(), Vec::new());
    for (kind, outcome) in under_way {
        // The other kinds are told of all the same.
        let outcome = match outcome.await.map_err(Into::into).and_then(|outcome| outcome) {
            Ok(outcome) => outcome,
            Err(error) => {
                failed.push(error.to_string());
                continue;
            }
        };
        if let Some(why) = &outcome.skipped {
            skipped.push(format!("skipped {}: {why}", kind.name()));
        }
        sum.add(outcome);
    }
    summary(&sum, &skipped, &failed, began);
    let code = report::close("faults", sum.tally.kills, &sum.tally.violations, None);
    Ok(if failed.is_empty() { code } else { 2 })
}

/// The lines before the closing ones.
fn summary(sum: &Outcome, skipped: &[String], failed: &[String], began: Instant) {
    for (fault, count) in &sum.faults {
        say(&format!("{fault:<34} {count:>4}"));
    }
    for line in skipped {
        say(line);
    }
    let counts = sum.tally.counts;
    say(&format!(
        "{} events acknowledged, {} refused, {} runs, {} writes arrived, {} in doubt, slowest recovery {} ms, {} s",
        counts.events,
        sum.refusals.values().sum::<u64>(),
        counts.runs,
        counts.writes,
        counts.doubts,
        sum.slowest.as_millis(),
        began.elapsed().as_secs()
    ));
    for error in failed {
        say(&format!("the rig failed: {error}"));
    }
    for (state, count) in &sum.late_sends {
        say(&format!("late sends, {state}: {count}"));
    }
    say(&format!("late sends {}", sum.late()));
}

fn kinds(only: &[String]) -> Result<Vec<Kind>> {
    if let Some(other) = only.iter().find(|name| Kind::ALL.iter().all(|kind| kind.name() != **name)) {
        return Err(format!("--only {other}: there is no such kind").into());
    }
    let wanted = |kind: &Kind| only.is_empty() || only.iter().any(|name| name == kind.name());
    Ok(Kind::ALL.into_iter().filter(wanted).collect())
}

fn said(kind: Kind, number: u64, outcome: &Outcome) {
    let counts = outcome.tally.counts;
    say(&format!(
        "{:<13} round {number:>3}: {:>2} faults, {:>4} events, {:>4} refused, {:>4} writes, {:>2} in doubt, {} late, violations {}",
        kind.name(),
        outcome.tally.kills,
        counts.events,
        outcome.refusals.values().sum::<u64>(),
        counts.writes,
        counts.doubts,
        outcome.late(),
        outcome.tally.violations.len()
    ));
    for violation in &outcome.tally.violations {
        say(&format!("  VIOLATION {violation}"));
    }
}
