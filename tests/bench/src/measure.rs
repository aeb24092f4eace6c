//! One load on one running system, and everything that is read around it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::load::{Flow, Load, Pace, Tally, Target};
use crate::mock::{self, Mock};
use crate::process::{self, Used};
use crate::system::System;

/// Named figures; what cannot be had is not there.
pub(crate) type Figures = BTreeMap<&'static str, f64>;

/// How long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Length {
    pub(crate) warm_up: Duration,
    pub(crate) measured: Duration,
}

/// How often memory is looked at.
const SAMPLING: Duration = Duration::from_millis(500);
/// PostgreSQL's processes report their counts about once a second.
const REPORTED: Duration = Duration::from_millis(1_200);
const MEBIBYTE: f64 = 1024.0 * 1024.0;

/// Figures of our server that are counted by the run.
const COUNTED: [(&str, &str); 7] = [
    ("throughline_store_statements_total", "writes_per_run"),
    ("throughline_store_reads_total", "reads_per_run"),
    ("throughline_store_commits_total", "commits_per_run"),
    ("throughline_store_groups_total", "groups_per_run"),
    ("throughline_store_written_bytes_total", "argument_bytes_per_run"),
    ("throughline_allocations_total", "allocations_per_run"),
    ("throughline_allocated_bytes_total", "allocated_bytes_per_run"),
];

/// What everything has used up to a moment.
struct Reading {
    at: Instant,
    system: Used,
    postgres: Option<Used>,
    metrics: BTreeMap<String, f64>,
    syncs: Option<u64>,
    own: Duration,
    mock: Duration,
}

impl Reading {
    async fn take(system: &System) -> Result<Self> {
        let syncs = match system.postgres() {
            Some(postgres) => {
                tokio::time::sleep(REPORTED).await;
                Some(postgres.syncs()?)
            }
            None => None,
        };
        Ok(Self {
            metrics: system.metrics().await?,
            system: system.used(),
            postgres: system.used_by_postgres(),
            syncs,
            own: process::own(),
            mock: process::own_threads(mock::THREAD),
            at: Instant::now(),
        })
    }
}

/// Warms up, measures, and waits until every run has ended.
pub(crate) async fn measure(
    system: &System,
    load: Load,
    length: Length,
    mock: &Mock,
    target: &Target,
) -> Result<Figures> {
    let warm = target.drive(load.pace, length.warm_up).await?;
    sound(&warm, system, load)?;
    system.settled(mock, target.tags.given()).await?;
    let before = Reading::take(system).await?;
    let began = Instant::now();
    let work = async {
        let tally = target.drive(load.pace, length.measured).await?;
        sound(&tally, system, load)?;
        system.settled(mock, target.tags.given()).await?;
        Ok::<_, anyhow::Error>((tally, began.elapsed()))
    };
    let ((tally, took), highest) = sampled(system, work).await?;
    let after = Reading::take(system).await?;
    let mut figures = figures(load, &tally, took);
    #[expect(clippy::cast_precision_loss, reason = "memory has fewer than 2^53 bytes")]
    figures.insert("rss_mb", highest as f64 / MEBIBYTE);
    spent(&mut figures, &before, &after, tally.answered);
    Ok(figures)
}

/// Runs the work and looks at the memory meanwhile.
async fn sampled<T>(system: &System, work: impl Future<Output = Result<T>>) -> Result<(T, u64)> {
    let mut work = std::pin::pin!(work);
    let mut highest = system.used().resident;
    loop {
        tokio::select! {
            done = &mut work => return Ok((done?, highest.max(system.used().resident))),
            () = tokio::time::sleep(SAMPLING) => highest = highest.max(system.used().resident),
        }
    }
}

fn sound(tally: &Tally, system: &System, load: Load) -> Result<()> {
    let name = (system.which().key(), load.name());
    if tally.failures.count > 0 {
        bail!(
            "the result is void: {} {}: {} of {} requests had no good answer, the first: {}",
            name.0,
            name.1,
            tally.failures.count,
            tally.failures.count + tally.answered,
            tally.failures.first.as_deref().unwrap_or_default()
        );
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts of runs are small")]
fn figures(load: Load, tally: &Tally, took: Duration) -> Figures {
    let runs_per_s = match (load.flow, load.pace) {
        // The clock stops when every accepted run has ended.
        (Flow::Async, Pace::Closed(_) | Pace::Open(_)) => tally.answered as f64 / took.as_secs_f64(),
        (Flow::Sync, Pace::Closed(_) | Pace::Open(_)) => tally.in_time as f64 / tally.time.as_secs_f64(),
    };
    let mut figures = Figures::from([("runs", tally.answered as f64), ("runs_per_s", runs_per_s)]);
    for (name, part) in [("p50_ms", 0.5), ("p90_ms", 0.9), ("p99_ms", 0.99), ("max_ms", 1.0)] {
        figures.extend(tally.times.ms(part).map(|ms| (name, ms)));
    }
    if load.flow == Flow::Async {
        figures.insert("accepted_per_s", tally.in_time as f64 / tally.time.as_secs_f64());
    }
    figures
}

/// What was spent between two readings, by the run.
#[expect(clippy::cast_precision_loss, reason = "counts and bytes are below 2^53")]
fn spent(figures: &mut Figures, before: &Reading, after: &Reading, runs: u64) {
    if runs == 0 {
        return;
    }
    let runs = runs as f64;
    let seconds = (after.at - before.at).as_secs_f64();
    let cpu = |from: Used, to: Used| to.cpu.saturating_sub(from.cpu).as_secs_f64();
    let system = cpu(before.system, after.system);
    figures.insert("cpu_ms_per_run", system * 1e3 / runs);
    figures.insert("cores", system / seconds);
    let mut written =
        before.system.written.zip(after.system.written).map(|(from, to)| to.saturating_sub(from));
    if let Some((from, to)) = before.postgres.zip(after.postgres) {
        figures.insert("database_cpu_ms_per_run", cpu(from, to) * 1e3 / runs);
        let more = from.written.zip(to.written).map(|(from, to)| to.saturating_sub(from));
        written = written.zip(more).map(|(one, other)| one + other);
    }
    figures.extend(written.map(|bytes| ("bytes_written_per_run", bytes as f64 / runs)));
    for (name, figure) in COUNTED {
        if let Some((from, to)) = before.metrics.get(name).zip(after.metrics.get(name)) {
            figures.insert(figure, (to - from) / runs);
        }
    }
    if let Some((writes, reads)) =
        figures.get("writes_per_run").copied().zip(figures.get("reads_per_run").copied())
    {
        figures.insert("statements_per_run", writes + reads);
    }
    if let Some((from, to)) = before.syncs.zip(after.syncs) {
        figures.insert("fsyncs_per_run", to.saturating_sub(from) as f64 / runs);
    }
    let mock = after.mock.saturating_sub(before.mock);
    let generator = after.own.saturating_sub(before.own).saturating_sub(mock);
    figures.insert("generator_us_per_run", generator.as_secs_f64() * 1e6 / runs);
    figures.insert("mock_us_per_run", mock.as_secs_f64() * 1e6 / runs);
}

/// One short load on a traced start: the fsyncs that were really made, beside the commits that the store counts.
pub(crate) async fn counted(
    system: &System,
    load: Load,
    length: Length,
    mock: &Mock,
    target: &Target,
) -> Result<Figures> {
    sound(&target.drive(load.pace, length.warm_up).await?, system, load)?;
    let (before, began) = (system.metrics().await?, since_epoch());
    let tally = target.drive(load.pace, length.measured).await?;
    sound(&tally, system, load)?;
    system.settled(mock, target.tags.given()).await?;
    let (after, ended) = (system.metrics().await?, since_epoch());
    // strace writes its lines a moment later.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let syncs = system.traced_syncs()?.into_iter().filter(|at| (began..ended).contains(at)).count();
    let name = "throughline_store_commits_total";
    let commits = after.get(name).zip(before.get(name)).map(|(after, before)| after - before);
    let commits = commits.context("/metrics has no count of commits")?;
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let syncs = syncs as f64;
    // A commit that changed nothing, such as a claim that found nothing, is not synced.
    if syncs < commits / 2.0 {
        bail!("the result is void: {commits} commits and only {syncs} fsyncs: something is not durable");
    }
    Ok(Figures::from([("fsyncs_per_commit", syncs / commits)]))
}

#[expect(clippy::disallowed_methods, reason = "strace's times are compared with the machine's clock")]
fn since_epoch() -> f64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}
