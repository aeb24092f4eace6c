//! Deleting what is past its retention, by the server itself, while work goes on.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::load::Tally;
use crate::mock::Mock;

use super::args::Args;
use super::checks::{Checks, count, mib};
use super::furnish::WORKSPACES;
use super::generate::{DAYS, History};
use super::history::{RATE, accepted, beside};
use super::place::{Place, Server};

/// A tenth of the history is older.
const KEEP_DAYS: i64 = DAYS * 9 / 10;
/// Load without deletions, to compare with.
const UNLOADED: Duration = Duration::from_secs(15);
/// What deletions may add to the time of an accept.
const MAY_ADD_MS: f64 = 50.0;
/// How long is waited for all of it.
const PATIENCE: Duration = Duration::from_mins(20);
/// The log is cut back to 64 MiB; a long sweep may be as much ahead of it again.
const LOG_MIB: f64 = 128.0;

/// What was seen while runs were deleted.
#[derive(Debug, Default)]
struct Seen {
    left: i64,
    took: Duration,
    log: u64,
    resident: u64,
}

pub(crate) async fn measure(
    place: &Place,
    history: &History,
    args: &Args,
    mock: &Mock,
    checks: &mut Checks,
) -> Result<()> {
    let seconds = if args.loose { UNLOADED / 3 } else { UNLOADED };
    let server = place.serve(&[])?;
    let ((), before) = beside(&server, mock, RATE, tokio::time::sleep(seconds)).await?;
    accepted(checks, "nothing deleted", &before);
    server.stop()?;
    let old = old(place, history)?;
    checks.figure("runs past their retention", old);
    // Keys that expire meanwhile are swept with the next sweep, in ten minutes.
    let expired_us = super::generate::now_us();
    let keys = expired_keys(place, expired_us)?;
    checks.figure("dedupe keys that have expired", keys);

    let server = place.serve(&[&format!("retention.run_days={KEEP_DAYS}")])?;
    let (seen, during) = beside(&server, mock, RATE, deleted(place, &server, history, expired_us)).await?;
    let seen = seen?;
    accepted(checks, "while runs are deleted", &during);
    checks.at_most("runs left past their retention", count(seen.left.unsigned_abs()), 0.0, "");
    checks.figure("runs deleted a second", count(old.unsigned_abs()) / seen.took.as_secs_f64());
    checks.figure("deletion s", seen.took.as_secs_f64());
    checks.at_most(
        "expired dedupe keys left",
        count(expired_keys(place, expired_us)?.unsigned_abs()),
        0.0,
        "",
    );
    checks.at_most(
        "accept p99 while runs are deleted",
        p99(&during),
        p99(&before) + args.bound(MAY_ADD_MS),
        "ms",
    );
    if place.database.is_none() {
        checks.at_most("write-ahead log while runs are deleted", mib(seen.log), LOG_MIB, "MiB");
    }
    checks.figure("resident MiB while runs are deleted", mib(seen.resident));
    checks.at_most("rows of deleted runs", count(orphans(place, history)?.unsigned_abs()), 0.0, "");
    server.stop()
}

/// Waits until the server has deleted everything that is old enough.
async fn deleted(place: &Place, server: &Server, history: &History, expired_us: i64) -> Result<Seen> {
    let (began, mut seen) = (Instant::now(), Seen::default());
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        seen.log = seen.log.max(place.wal_bytes());
        seen.resident = seen.resident.max(server.resident());
        seen.left = i64::from(any_old(place, history)?);
        seen.took = began.elapsed();
        if (seen.left == 0 && expired_keys(place, expired_us)? == 0) || seen.took > PATIENCE {
            return Ok(seen);
        }
    }
}

/// The first id that is not old enough, with a minute for the clock.
fn bound(history: &History) -> String {
    let kept = history.now_us - KEEP_DAYS * 86_400_000_000;
    let id = super::copy::id(kept, 0, 0);
    format!("run_{}", &String::from_utf8_lossy(&id)[..10])
}

/// Is one left? A count of all would be a long read, and hold the write-ahead log back.
fn any_old(place: &Place, history: &History) -> Result<bool> {
    let bound = bound(history);
    let mut any = 0;
    for workspace in WORKSPACES {
        any += place.number(&format!(
            "SELECT count(*) FROM (SELECT 1 FROM run WHERE workspace_id = '{workspace}' AND run_id < '{bound}'
                 AND ended_at IS NOT NULL ORDER BY run_id LIMIT 1) AS found"
        ))?;
    }
    Ok(any > 0)
}

/// Runs that should go.
fn old(place: &Place, history: &History) -> Result<i64> {
    let bound = bound(history);
    place.number(&format!(
        "SELECT count(*) FROM run WHERE workspace_id IN ('default', 'client-a', 'client-b') AND run_id < '{bound}'
         AND ended_at IS NOT NULL"
    ))
}

fn expired_keys(place: &Place, expired_us: i64) -> Result<i64> {
    place.number(&format!("SELECT count(*) FROM dedupe WHERE expires_at < {expired_us}"))
}

/// Rows that belong to no run any more.
fn orphans(place: &Place, history: &History) -> Result<i64> {
    let bound = bound(history);
    let mut all = 0;
    for table in ["run_log", "event", "effect", "run_key", "run_reply", "exception_step", "ask", "run_wait"] {
        all += place.number(&format!(
            "SELECT count(*) FROM {table} WHERE run_id < '{bound}' AND NOT EXISTS (SELECT 1 FROM run
                 WHERE run.workspace_id = {table}.workspace_id AND run.run_id = {table}.run_id)"
        ))?;
    }
    Ok(all)
}

fn p99(tally: &Tally) -> f64 {
    tally.times.ms(0.99).unwrap_or_default()
}
