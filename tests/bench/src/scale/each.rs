//! One run over many items: memory, time, what its log and its snapshots weigh, and how quick it is to look at.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::mock::Mock;

use super::args::Args;
use super::checks::{Checks, count, mib, ms};
use super::furnish;
use super::place::{Place, Server};

/// How long a run may take for each item, and for itself.
const PATIENCE: Duration = Duration::from_mins(2);
const PATIENCE_FOR_EACH: Duration = Duration::from_millis(20);
/// What the memory may rise besides the payload.
const MAY_RISE_MIB: f64 = 64.0;

pub(crate) async fn measure(place: &Place, args: &Args, mock: &Mock, checks: &mut Checks) -> Result<()> {
    let server = place.serve(&[])?;
    furnish::furnish(place, &server, mock).await?;
    // What a first run makes once: compiled connectors, pools, caches.
    for workflow in ["each-set", "each-read"] {
        one(place, &server, workflow, 300, None).await?;
    }
    for workflow in ["each-set", "each-read"] {
        one(place, &server, workflow, args.items, Some((args, checks))).await?;
    }
    server.stop()
}

/// One run over so many items, to its end.
async fn one(
    place: &Place,
    server: &Server,
    workflow: &str,
    items: u64,
    noted: Option<(&Args, &mut Checks)>,
) -> Result<()> {
    let mut api = server.api().await?;
    let body = json!({ "items": (0..items).collect::<Vec<u64>>() });
    let payload = body.to_string().len() as u64;
    let (resident, cpu, bytes) = (server.resident(), server.cpu(), place.bytes()?);
    let began = Instant::now();
    let status = api.hook(&format!("default/{workflow}"), &body).await?;
    ensure!(status.is_success(), "the webhook answers {status}");
    let accepted = began.elapsed();
    let found = api.get(&format!("/runs?workspace=default&workflow={workflow}&limit=1")).await?;
    let run = found["items"][0]["run_id"].as_str().context("the run is not listed")?.to_owned();
    let (mut peak, mut shown, mut log) = (0, Duration::ZERO, 0);
    let patience = PATIENCE + PATIENCE_FOR_EACH * u32::try_from(items)?;
    let ended = loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        peak = peak.max(server.resident());
        log = log.max(place.wal_bytes());
        let asked = Instant::now();
        let listed = api.get(&format!("/runs?workspace=default&workflow={workflow}&limit=1")).await?;
        shown = shown.max(asked.elapsed());
        let run = &listed["items"][0];
        if !run["ended_at"].is_null() {
            ensure!(run["status"] == "succeeded", "the run over {items} items ended as {run}");
            break run["duration_ms"].as_u64().unwrap_or_default();
        }
        ensure!(began.elapsed() < patience, "the run over {items} items has not ended after {patience:?}");
    };
    let Some((args, checks)) = noted else { return Ok(()) };
    let name = |what: &str| format!("{workflow} over {items}: {what}");
    checks.figure(&name("accept ms"), ms(accepted));
    checks.figure(&name("seconds"), count(ended) / 1e3);
    checks.figure(&name("ms an item"), count(ended) / count(items));
    checks.figure(&name("CPU ms an item"), ms(server.cpu().saturating_sub(cpu)) / count(items));
    checks.figure(&name("payload MiB"), mib(payload));
    let risen = mib(peak.saturating_sub(resident));
    checks.at_most(&name("memory over that before"), risen, MAY_RISE_MIB + 8.0 * mib(payload), "MiB");
    checks.at_most(&name("list of runs meanwhile"), ms(shown), args.bound(100.0), "ms");
    if place.database.is_none() {
        checks.at_most(&name("write-ahead log"), mib(log), 128.0, "MiB");
    }
    weigh(place, &run, items, bytes, &name, checks)?;
    for path in [format!("/api/v1/runs/{run}"), format!("/runs/{run}")] {
        let asked = Instant::now();
        let answer = api.look(&path).await?;
        checks.at_most(
            &name(&format!("{} of the run", if path.starts_with("/api") { "JSON" } else { "page" })),
            ms(asked.elapsed()),
            args.bound(1_000.0),
            "ms",
        );
        checks.at_most(&name("size of that answer"), mib(answer.body.len() as u64), 8.0, "MiB");
        ensure!(answer.status.is_success(), "{path} answers {}", answer.status);
    }
    checks.figure(&name("resident MiB after all"), mib(server.resident()));
    Ok(())
}

/// What the run left on disk.
fn weigh(
    place: &Place,
    run: &str,
    items: u64,
    before: u64,
    name: &impl Fn(&str) -> String,
    checks: &mut Checks,
) -> Result<()> {
    let bytes = |column: &str, table: &str| {
        let sql = format!("SELECT coalesce(sum(length({column})), 0) FROM {table} WHERE run_id = '{run}'");
        Ok::<u64, anyhow::Error>(place.number(&sql)?.unsigned_abs())
    };
    let (log, snapshot) = (bytes("entries", "run_log")?, bytes("state", "run_snapshot")?);
    let rows = place.number(&format!("SELECT count(*) FROM run_log WHERE run_id = '{run}'"))?;
    checks.figure(&name("rows of the log"), rows);
    checks.at_most(&name("log an item"), count(log) / count(items), 1_024.0, "bytes");
    checks.at_most(&name("snapshot"), mib(snapshot), 1.0, "MiB");
    checks.figure(&name("database grew MiB"), mib(place.bytes()?.saturating_sub(before)));
    Ok(())
}
