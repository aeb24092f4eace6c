//! The whole session: rounds over all systems in turn, what is counted beside them, the result.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hyper::StatusCode;

use crate::args::Args;
use crate::histogram::Times;
use crate::load::{Endpoint, Flow, Pace, Target};
use crate::measure::Figures;
use crate::mock::{self, Mock};
use crate::report::{self, Counted};
use crate::round::{self, Round};
use crate::system::{Places, Which};
use crate::{disk, machine, print, process, say};

/// Fsyncs timed before each system of each round.
const SYNCS: u64 = 100;

/// Everything that was measured.
pub(crate) struct Session {
    pub(crate) rounds: BTreeMap<Which, Vec<Round>>,
    pub(crate) counted: Counted,
    pub(crate) syncs: Times,
}

pub(crate) async fn carry_out(args: &Args) -> Result<()> {
    ensure!(!args.systems.is_empty() && args.rounds > 0 && args.seconds > 0, "nothing to measure");
    ensure!(!args.connections.is_empty() && !args.rates.is_empty(), "--connections and --rates need a value");
    fs::create_dir_all(&args.out).with_context(|| format!("{} cannot be made", args.out.display()))?;
    let places = Places {
        binary: args
            .binary
            .canonicalize()
            .with_context(|| format!("{} is not there: run `make build`", args.binary.display()))?,
        out: args.out.canonicalize()?,
        cache: args.cache.canonicalize().with_context(|| format!("{}", args.cache.display()))?,
    };
    disk::real(&places.out)?;
    let mock = Mock::start()?;
    say(&own_cost(&mock).await?);
    let session = measure(args, &places, &mock).await?;
    drop(fs::remove_dir_all(places.out.join("data")));
    let database = session.rounds.values().flatten().find_map(|round| round.database.clone());
    let machine = machine::describe(&places.out, &session.syncs, database.as_deref())?;
    let result = report::result(args, &session, machine);
    let file = places.out.join("result.json");
    fs::write(&file, serde_json::to_vec_pretty(&result)?)?;
    fs::write(places.out.join("detail.json"), serde_json::to_vec_pretty(&report::detail(&session))?)?;
    for line in report::lines(args, &session, &result) {
        print(&line);
    }
    print(&format!("written to {}", args.out.join("result.json").display()));
    Ok(())
}

async fn measure(args: &Args, places: &Places, mock: &Mock) -> Result<Session> {
    let mut session = Session { rounds: BTreeMap::new(), counted: Counted::new(), syncs: Times::new() };
    for number in 1..=args.rounds {
        say(&format!("round {number} of {}", args.rounds));
        for &which in &args.systems {
            session.syncs.add(&disk::fdatasync(&places.out, SYNCS)?);
            let round = round::play(which, args, places, mock).await?;
            session.rounds.entry(which).or_default().push(round);
        }
    }
    if args.systems.contains(&Which::Sqlite) {
        if strace_works() {
            say("counting fsyncs with strace");
            session.counted.entry(Which::Sqlite).or_default().extend(round::trace(args, places, mock).await?);
        } else {
            say("strace is not there or may not trace: SQLite's fsyncs are the store's own count of commits");
        }
    }
    if let Some(binary) = &args.counting_binary {
        let places = Places { binary: binary.canonicalize()?, ..places.clone() };
        for which in args.systems.iter().copied().filter(|which| which.is_ours()) {
            say(&format!("counting allocations on {}", which.key()));
            let figures = round::allocations(which, args, &places, mock).await?;
            let wanted = |name: &&str| name.starts_with("allocat");
            session
                .counted
                .entry(which)
                .or_default()
                .extend(figures.into_iter().filter(|(name, _)| wanted(name)));
        }
    }
    Ok(session)
}

/// What the load generator and the mock take by themselves: the one asks the other.
async fn own_cost(mock: &Mock) -> Result<String> {
    let endpoint = Endpoint {
        address: mock.address,
        path: "/invoice".to_owned(),
        status: StatusCode::OK,
        flow: Flow::Async,
    };
    let target = Target { endpoint, books: mock.books.clone(), tags: Arc::default() };
    let (own, by_mock) = (process::own(), process::own_threads(mock::THREAD));
    let tally = target.drive(Pace::Closed(64), Duration::from_secs(1)).await?;
    ensure!(tally.failures.count == 0 && tally.answered > 0, "the mock does not answer");
    let by_mock = process::own_threads(mock::THREAD).saturating_sub(by_mock);
    let own = process::own().saturating_sub(own).saturating_sub(by_mock);
    #[expect(clippy::cast_precision_loss, reason = "a second's requests are few")]
    let each = |time: Duration| time.as_secs_f64() * 1e6 / tally.answered as f64;
    Ok(format!(
        "load generator against the mock alone: {} requests/s; CPU a request: {:.0} µs and {:.0} µs",
        tally.in_time,
        each(own),
        each(by_mock)
    ))
}

fn strace_works() -> bool {
    Command::new("strace")
        .args(["-f", "-qq", "--seccomp-bpf", "-e", "trace=fsync", "-o", "/dev/null", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The median of each figure over several.
pub(crate) fn median<'a>(all: impl IntoIterator<Item = &'a Figures>) -> Figures {
    let mut values: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    for figures in all {
        for (name, value) in figures {
            values.entry(name).or_default().push(*value);
        }
    }
    values
        .into_iter()
        .map(|(name, mut values)| {
            values.sort_by(f64::total_cmp);
            let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
            (name, f64::midpoint(low, high))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_of_each_figure() {
        let one = Figures::from([("a", 3.0), ("b", 1.0)]);
        let two = Figures::from([("a", 1.0)]);
        let three = Figures::from([("a", 2.0), ("b", 2.0)]);
        assert_eq!(median([&one, &two, &three]), Figures::from([("a", 2.0), ("b", 1.5)]));
    }
}
