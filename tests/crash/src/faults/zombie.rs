//! A server that is stopped past its lease and let go on: where a second one can take over, and where there is none.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use throughline_test_support::postgres::query_at;
use tokio::task::block_in_place;

use super::round::{Round, beside};
use crate::Result;
use crate::check::Evidence;
use crate::lane::LEASE;
use crate::process::sleepers;
use crate::server::{Api, Server};
use crate::settle::list;

/// What a server is about to do, or has just done, when it is stopped.
const STATES: [(&str, &str); 6] = [
    ("stopped anywhere", ""),
    ("stopped before an intent", "gateway.before_intent_commit"),
    ("stopped after an intent", "gateway.after_intent_commit"),
    ("stopped before a request", "host.before_send"),
    ("stopped after a request", "host.after_send"),
    ("stopped before an outcome", "gateway.before_outcome_commit"),
];
/// How long a point holds its thread: it goes on as soon as the server does.
const HELD_MS: u64 = 1_200;
/// How long a point may take to be reached.
const REACHED: Duration = Duration::from_secs(4);
/// From the end of a lease until it is surely over.
const OVER: Duration = Duration::from_millis(300);

/// A server that is stopped, and what it was doing.
struct Stopped {
    server: Server,
    id: u32,
    at: Instant,
    state: &'static str,
}

/// Loads a server and stops it at the next state.
async fn stop_at(round: &mut Round<'_>, number: u64) -> Result<Stopped> {
    let (state, point) = STATES[usize::try_from(number).unwrap_or(0) % STATES.len()];
    let before = round.rng.below(4);
    let failpoints = match (point, before) {
        ("", _) => String::new(),
        (point, 0) => format!("{point}=1*sleep({HELD_MS})"),
        (point, before) => format!("{point}={before}*off->1*sleep({HELD_MS})"),
    };
    let server = round.serve(&failpoints).await?;
    let id = server.id().ok_or("the server is gone")?;
    // One thread of its own sleeps all the time: it counts the plugins' time.
    let asleep = sleepers(id).max(1);
    let load = round.load(&server.api);
    if point.is_empty() {
        round.pass(50, 700).await;
    } else {
        let began = Instant::now();
        while sleepers(id) <= asleep && began.elapsed() < REACHED {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let reached = began.elapsed() < REACHED;
        server.signal(Signal::STOP)?;
        round.keep(load);
        let state = if reached { state } else { "stopped past a point" };
        return Ok(Stopped { server, id, at: Instant::now(), state });
    }
    server.signal(Signal::STOP)?;
    round.keep(load);
    Ok(Stopped { server, id, at: Instant::now(), state })
}

/// SQLite: the server itself takes up what it let go.
pub(super) async fn pauses(round: &mut Round<'_>) -> Result<Server> {
    let mut left = None;
    for number in 0..round.bench.plan.size {
        if let Some(server) = left.take() {
            round.stop(server, "a pause").await?;
        }
        let Stopped { server, state, .. } = stop_at(round, number).await?;
        tokio::time::sleep(LEASE + OVER).await;
        round.pass(0, 700).await;
        server.signal(Signal::CONT)?;
        round.outcome.struck(state);
        round.pass(300, 900).await;
        let server = round.goes_on(server, state).await?;
        round.recovers(&server.api, state).await;
        round.quiet();
        left = Some(server);
    }
    left.ok_or_else(|| "a round has one fault at least".into())
}

/// PostgreSQL: a second server takes over, and both go on.
pub(super) async fn zombies(round: &mut Round<'_>) -> Result<Server> {
    let mut left = None;
    for number in 0..round.bench.plan.size {
        if let Some(server) = left.take() {
            round.stop(server, "a takeover").await?;
        }
        let stopped = stop_at(round, number).await?;
        let other = takeover(round, stopped).await?;
        left = Some(other);
    }
    left.ok_or_else(|| "a round has one fault at least".into())
}

/// The second server; the first one has gone on beside it, and then stopped well.
async fn takeover(round: &mut Round<'_>, stopped: Stopped) -> Result<Server> {
    let Stopped { server, id, at, state } = stopped;
    let held = held(round)?;
    let twin = beside(&round.segment.place.dir, "-twin");
    let twin = twin.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let place = round.bench.lane.template.twin(&round.segment.place, twin)?;
    let other = round.program().serve(&place).await?;
    tokio::time::sleep((LEASE + OVER).saturating_sub(at.elapsed())).await;
    let load = round.load(&other.api);
    round.pass(100, 600).await;
    let superseded = superseded(round, &other.api, &held).await?;
    let proxy = &round.bench.lane.gate.accounting;
    proxy.listen_to(id);
    server.signal(Signal::CONT)?;
    round.outcome.struck(state);
    round.pass(600, 1_200).await;
    let late = late_sends(&proxy.heard(), &superseded);
    *round.outcome.late_sends.entry(state).or_default() += late;
    let server = round.goes_on(server, state).await?;
    round.recovers(&server.api, state).await;
    round.recovers(&other.api, state).await;
    drop(load);
    round.quiet();
    round.stop(server, state).await?;
    round.goes_on(other, state).await
}

/// Runs under way on the server that was stopped.
fn held(round: &Round<'_>) -> Result<BTreeSet<String>> {
    let url = round.segment.place.database.as_deref().ok_or("there is no PostgreSQL")?;
    let rows = block_in_place(|| query_at(url, "SELECT run_id FROM run WHERE lease_until IS NOT NULL"));
    Ok(rows.lines().map(str::to_owned).collect())
}

/// How the systems know the writes whose runs have been taken over since: by key, or by the marker they carry. Leases
/// are on no API: this figure, and no violation, goes by the tables.
async fn superseded(round: &Round<'_>, api: &Api, held: &BTreeSet<String>) -> Result<Vec<[String; 2]>> {
    let url = round.segment.place.database.as_deref().ok_or("there is no PostgreSQL")?;
    let statement = "SELECT effect.run_id, effect_id FROM effect JOIN run USING (workspace_id, run_id) \
                     WHERE effect.generation < run.generation";
    let rows = block_in_place(|| query_at(url, statement));
    let mut known = Vec::new();
    for (run, id) in rows.lines().filter_map(|row| row.split_once('|')).filter(|(run, _)| held.contains(*run))
    {
        let detail = api.get(&format!("/runs/{run}")).await?;
        for effect in list(&detail, "effects").filter(|effect| effect["effect_id"] == id) {
            let text = |value: Option<&str>| value.map(|text| format!("\"{text}\"")).unwrap_or_default();
            let key = effect["idempotency_key"].as_str().unwrap_or_default().to_owned();
            known.push([key, text(Evidence::marker(&detail, effect))]);
        }
    }
    Ok(known)
}

/// Requests that write, of those that one process sent, for effects it had lost.
fn late_sends(heard: &[String], superseded: &[[String; 2]]) -> u64 {
    let posts = heard.iter().flat_map(|text| text.split("POST /v1/").skip(1));
    let posts = posts.map(|post| post.split("GET /v1/").next().unwrap_or_default());
    let names =
        |post: &str| superseded.iter().flatten().any(|name| !name.is_empty() && post.contains(name.as_str()));
    posts.filter(|post| names(post)).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_writes_of_lost_effects_are_late() {
        let heard = [
            "GET /v1/invoices?idempotency_key=k1 HTTP/1.1\r\n\r\nPOST /v1/invoices HTTP/1.1\r\nidempotency-key: k1\r\n\r\n{}"
                .to_owned(),
            "POST /v1/payments HTTP/1.1\r\n\r\n{\"marker\":\"e-1/once\"}POST /v1/payments HTTP/1.1\r\n\r\n{\"marker\":\"e-10/once\"}"
                .to_owned(),
            "POST /v1/invoices HTTP/1.1\r\n\r\n{}GET /v1/payments?marker=k2 HTTP/1.1\r\n\r\n".to_owned(),
        ];
        let superseded = [["k1", ""], ["k2", ""], ["", "\"e-1/once\""]].map(|names| names.map(str::to_owned));
        assert_eq!(late_sends(&heard, &superseded), 2);
    }
}
