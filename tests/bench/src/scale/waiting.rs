//! Runs that wait by the million: memory, the clock, events, and the cost of doing nothing.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::histogram::Times;
use crate::mock::Mock;

use super::args::Args;
use super::checks::{Checks, count, mib, ms};
use super::copy::{self, Own};
use super::fill::Sink;
use super::furnish::{self, Kind, WORKSPACES};
use super::generate::{History, Press, now_us};
use super::pages;
use super::place::{Place, Server};

/// Runs that become due each second of the minute that is looked at.
const DUE: u64 = 75;
/// How long they do.
const SECONDS: u64 = 60;
/// From the end of the filling to the first of them: the server must have started.
const LEAD_US: i64 = 30_000_000;
/// The same where little is filled.
const SHORT_LEAD_US: i64 = 8_000_000;
/// Time to fill in one run, generously.
const FILL_US: i64 = 100;
/// Runs that are woken by an event.
const EVENTS: u64 = 200;
/// How long an idle server is watched.
const IDLE: Duration = Duration::from_secs(10);
const HOUR_US: i64 = 3_600_000_000;

/// When which run becomes due.
#[derive(Clone, Copy, Debug)]
struct Dues {
    waiting: u64,
    /// Runs with numbers up to this one become due within the minute.
    soon: u64,
    from_us: i64,
    a_second: u64,
}

impl Dues {
    fn new(waiting: u64, from_us: i64, loose: bool) -> Self {
        let (a_second, seconds) = if loose { (10, 10) } else { (DUE, SECONDS) };
        Self { waiting, soon: (a_second * seconds).min(waiting / 2), from_us, a_second }
    }

    /// The soon ones are spread over the minute, the others over hours.
    fn due_us(&self, number: u64) -> i64 {
        let number = number.cast_signed();
        if number <= self.soon.cast_signed() {
            return self.from_us + number * 1_000_000 / self.a_second.max(1).cast_signed();
        }
        self.from_us + HOUR_US + number * 8 * HOUR_US / self.waiting.max(1).cast_signed()
    }

    fn last_us(&self) -> i64 {
        self.due_us(self.soon)
    }
}

pub(crate) async fn measure(
    place: &Place,
    press: &Press,
    args: &Args,
    mock: &Mock,
    checks: &mut Checks,
) -> Result<()> {
    let server = place.serve(&[])?;
    furnish::furnish(place, &server, mock).await?;
    server.stop()?;
    let empty = idle(place, checks, "0", args).await?;
    let began = Instant::now();
    let history = History { runs: args.waiting, now_us: now_us() };
    // Filling takes a while, and what was written first must not be due before the server serves.
    let lead_us = if args.loose { SHORT_LEAD_US } else { LEAD_US };
    let from_us = now_us() + lead_us + FILL_US * args.waiting.cast_signed();
    let dues = Dues::new(args.waiting, from_us, args.loose);
    fill(place, press, &history, &dues)?;
    checks.figure("waiting runs", args.waiting);
    checks.figure("generation s", began.elapsed().as_secs_f64());
    ensure!(now_us() + 2_000_000 < dues.from_us, "filling took too long: the first runs are due already");
    place.forget()?;
    let full = idle(place, checks, &args.waiting.to_string(), args).await?;
    let more = full.saturating_sub(empty);
    checks.at_most("resident memory more than with none", mib(more), 20.0, "MiB");

    let server = place.serve(&[])?;
    woken_by_time(place, &server, &dues, args, checks).await?;
    woken_by_events(place, &server, &dues, args, checks).await?;
    checks.figure("resident MiB after all wake-ups", mib(server.resident()));
    let mut api = server.api().await?;
    // What the history has, but no single run, exception or question of it.
    let named = |path: &str| ["run_", "exc_", "ask_"].iter().any(|id| path.contains(&format!("/{id}")));
    for address in pages::all(&history).iter().filter(|address| !named(&address.path)) {
        let worst = address.warm(&mut api, &history).await?;
        checks.at_most(
            &format!("many wait: {} ({} page)", address.path, worst.place),
            ms(worst.time),
            args.bound(100.0),
            "ms",
        );
    }
    server.stop()
}

fn fill(place: &Place, press: &Press, history: &History, dues: &Dues) -> Result<()> {
    let mut sink = Sink::open(place, &press.columns)?;
    for number in 1..=dues.waiting {
        let own = Own {
            workspace: WORKSPACES[0],
            number,
            began_us: history.began_us(number),
            due_us: dues.due_us(number),
            forgotten: history.now_us - history.began_us(number) > 30 * 24 * HOUR_US,
        };
        press.copy(Kind::Holding, &own, &mut sink)?;
    }
    sink.close(place)
}

/// Starts a server, lets it do nothing, and tells its memory and its CPU time.
async fn idle(place: &Place, checks: &mut Checks, waiting: &str, args: &Args) -> Result<u64> {
    let server = place.serve(&[])?;
    checks.at_most(
        &format!("start with {waiting} waiting"),
        ms(server.ready_after),
        args.bound(1_000.0),
        "ms",
    );
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (cpu, began) = (server.cpu(), Instant::now());
    tokio::time::sleep(if args.loose { IDLE / 5 } else { IDLE }).await;
    let used = server.cpu().saturating_sub(cpu).as_secs_f64() / began.elapsed().as_secs_f64() * 100.0;
    checks.at_most(
        &format!("CPU of an idle server, {waiting} waiting"),
        used,
        args.bound(2.0),
        "% of a core",
    );
    let resident = server.resident();
    checks.figure(&format!("resident MiB, {waiting} waiting"), mib(resident));
    server.stop()?;
    Ok(resident)
}

/// The runs of the minute end, each soon after it was due, and no other.
async fn woken_by_time(
    place: &Place,
    server: &Server,
    dues: &Dues,
    args: &Args,
    checks: &mut Checks,
) -> Result<()> {
    ensure!(now_us() < dues.from_us, "the first runs were due before the server served");
    let cpu = server.cpu();
    let wait = u64::try_from(dues.last_us() - now_us()).unwrap_or(0) + 5_000_000;
    tokio::time::sleep(Duration::from_micros(wait)).await;
    checks.figure("CPU s of a minute of wake-ups", server.cpu().saturating_sub(cpu).as_secs_f64());
    let ended = ended(place)?;
    let mut late = Times::new();
    let mut early = 0;
    for (number, ended_us) in &ended {
        match u64::try_from(ended_us - dues.due_us(*number)) {
            Ok(after) => late.note(Duration::from_micros(after)),
            Err(_) => early += 1,
        }
    }
    let wrong = dues.soon.abs_diff(ended.len() as u64)
        + ended.iter().filter(|(number, _)| *number > dues.soon).count() as u64;
    checks.at_most("due runs that did not end, or others that did", count(wrong), 0.0, "");
    checks.at_most("runs that ended before they were due", count(early), 0.0, "");
    checks.figure("runs that were due", dues.soon);
    checks.at_most("from due to ended, p99", late.ms(0.99).unwrap_or_default(), args.bound(1_000.0), "ms");
    checks.figure("from due to ended ms, p50", late.ms(0.5).unwrap_or_default());
    checks.figure("from due to ended ms, all", late.ms(1.0).unwrap_or_default());
    Ok(())
}

/// An event wakes the run that waits for it, and no other.
async fn woken_by_events(
    place: &Place,
    server: &Server,
    dues: &Dues,
    args: &Args,
    checks: &mut Checks,
) -> Result<()> {
    let mut api = server.api().await?;
    let before = ended(place)?.len() as u64;
    let events = EVENTS.min((dues.waiting - dues.soon) / 2);
    let step = (dues.waiting - dues.soon) / events.max(1);
    let chosen: Vec<u64> = (0..events).map(|at| dues.soon + 1 + at * step).collect();
    let mut accepted = Times::new();
    let mut sent = Vec::new();
    for number in &chosen {
        let began = Instant::now();
        let event = json!({ "type": "scale.go", "key": copy::order(*number), "data": {} });
        api.post("/events?workspace=default", &event).await?;
        accepted.note(began.elapsed());
        sent.push(now_us());
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let ended: std::collections::BTreeMap<u64, i64> = ended(place)?.into_iter().collect();
    let mut woken = Times::new();
    for (number, sent_us) in chosen.iter().zip(&sent) {
        if let Some(ended_us) = ended.get(number) {
            woken.note(Duration::from_micros(u64::try_from(ended_us - sent_us).unwrap_or(0)));
        }
    }
    let wrong = events.abs_diff(woken.count()) + (ended.len() as u64).abs_diff(before + events);
    checks.at_most("runs that their event did not wake, or others that woke", count(wrong), 0.0, "");
    checks.at_most("accepting an event, p99", accepted.ms(0.99).unwrap_or_default(), args.bound(100.0), "ms");
    checks.at_most(
        "from accepted event to end, p99",
        woken.ms(0.99).unwrap_or_default(),
        args.bound(1_000.0),
        "ms",
    );
    Ok(())
}

/// Numbers of the runs that have ended, and when.
fn ended(place: &Place) -> Result<Vec<(u64, i64)>> {
    let sql = "SELECT value, ended_at FROM run JOIN run_key ON run_key.workspace_id = run.workspace_id
         AND run_key.run_id = run.run_id AND run_key.name = 'order' WHERE ended_at IS NOT NULL";
    let number =
        |order: &str| order.strip_prefix("ord-").and_then(|number| number.parse().ok()).context("no order");
    let Some(database) = &place.database else {
        let db = place.open_beside()?;
        let mut statement = db.prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        return rows
            .map(|row| row.map_err(Into::into).and_then(|(order, at)| Ok((number(&order)?, at))))
            .collect();
    };
    let rows = database.query(sql);
    let pairs = rows.lines().filter_map(|line| line.split_once('|'));
    pairs.map(|(order, at)| Ok((number(order)?, at.parse()?))).collect()
}
