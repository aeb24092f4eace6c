//! Finished runs by the million: start, restart, every page, with and without load.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use hyper::StatusCode;

use crate::load::{Endpoint, Flow, Pace, Tally, Target};
use crate::mock::Mock;

use super::args::Args;
use super::checks::{Checks, count, mib, ms};
use super::furnish;
use super::generate::{History, Press};
use super::pages::{self, Address};
use super::place::{Place, Server};

/// Requests a second beside what is measured.
pub(crate) const RATE: u32 = 50;

/// Furnishes a place by a real server and fills it.
pub(crate) async fn fill(
    place: &Place,
    press: &Press,
    mock: &Mock,
    runs: u64,
    checks: &mut Checks,
) -> Result<History> {
    let server = place.serve(&[])?;
    furnish::furnish(place, &server, mock).await?;
    server.stop()?;
    let before = place.bytes()?;
    let history = History::new(runs);
    let took = history.fill(place, press)?;
    checks.figure("generated runs", runs);
    checks.figure("generation s", took.as_secs_f64());
    checks.figure("bytes a run", (place.bytes()?.saturating_sub(before)) / runs.max(1));
    checks.figure("database MiB", mib(place.bytes()?));
    Ok(history)
}

/// Everything about the history but its end.
pub(crate) async fn measure(
    place: &Place,
    history: &History,
    args: &Args,
    mock: &Mock,
    checks: &mut Checks,
) -> Result<()> {
    place.forget()?;
    let server = place.serve(&[])?;
    checks.at_most("start, files not in memory", ms(server.ready_after), args.bound(1_000.0), "ms");
    server.stop()?;
    let server = place.serve(&[])?;
    checks.at_most("start after a clean stop", ms(server.ready_after), args.bound(1_000.0), "ms");
    let addresses = pages::all(history);
    let described = server.api().await?.get("/openapi.json").await?;
    let forgotten = pages::forgotten(&described, &addresses)?;
    checks.at_most(
        &format!("addresses nobody asks for {forgotten:?}"),
        count(forgotten.len() as u64),
        0.0,
        "",
    );
    let mut api = server.api().await?;
    for address in &addresses {
        let worst = address.cold(&mut api, place, history).await?;
        note(checks, args, "cold", address, worst);
    }
    for address in &addresses {
        let worst = address.warm(&mut api, history).await?;
        note(checks, args, "warm", address, worst);
    }
    let asked = async {
        let mut all = Vec::new();
        for address in &addresses {
            all.push(address.warm(&mut api, history).await?);
        }
        Ok::<_, anyhow::Error>(all)
    };
    let (worst, tally) = beside(&server, mock, RATE, asked).await?;
    for (address, worst) in addresses.iter().zip(worst?) {
        note(checks, args, "loaded", address, worst);
    }
    accepted(checks, "pages asked for", &tally);
    checks.figure("resident MiB after all pages", mib(server.resident()));
    restarted(place, server, args, mock, checks).await
}

/// kill -9 under load, and the next start.
async fn restarted(
    place: &Place,
    server: Server,
    args: &Args,
    mock: &Mock,
    checks: &mut Checks,
) -> Result<()> {
    drop(beside(&server, mock, RATE, tokio::time::sleep(Duration::from_secs(5))).await?);
    let load = target(&server, mock);
    let killed = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        server.kill()
    };
    let (_, killed) = tokio::join!(load.drive(Pace::Open(RATE), Duration::from_secs(3)), killed);
    killed?;
    checks.figure("write-ahead log MiB at kill -9", mib(place.wal_bytes()));
    let server = place.serve(&[])?;
    checks.at_most("start after kill -9", ms(server.ready_after), args.bound(10_000.0), "ms");
    let status = server.api().await?.look("/readyz").await?.status;
    ensure!(status.is_success(), "/readyz answers {status} after a kill");
    server.stop()
}

fn note(checks: &mut Checks, args: &Args, how: &str, address: &Address, worst: pages::Worst) {
    let name = format!("{how} {} ({} page)", address.path, worst.place);
    checks.at_most(&name, ms(worst.time), args.bound(100.0), "ms");
}

/// How accepting went beside something else.
pub(crate) fn accepted(checks: &mut Checks, beside: &str, tally: &Tally) {
    checks.at_most(&format!("refused requests, {beside}"), count(tally.failures.count), 0.0, "");
    for part in [0.5, 0.99, 1.0] {
        if let Some(ms) = tally.times.ms(part) {
            checks.figure(&format!("accept p{} ms, {beside}", part * 100.0), ms);
        }
    }
}

pub(crate) fn target(server: &Server, mock: &Mock) -> Target {
    Target {
        endpoint: Endpoint {
            address: server.address,
            path: "/hooks/default/bench-async".to_owned(),
            status: StatusCode::ACCEPTED,
            flow: Flow::Async,
        },
        books: mock.books.clone(),
        tags: Arc::default(),
    }
}

/// Puts load on the server for as long as something else takes.
pub(crate) async fn beside<T>(
    server: &Server,
    mock: &Mock,
    rate: u32,
    work: impl Future<Output = T>,
) -> Result<(T, Tally)> {
    let target = target(server, mock);
    let mut work = std::pin::pin!(work);
    let mut all = Tally::new(Duration::ZERO);
    loop {
        let mut drive = std::pin::pin!(target.drive(Pace::Open(rate), Duration::from_secs(1)));
        let mut done = None;
        let tally = loop {
            tokio::select! {
                tally = &mut drive => break tally?,
                out = &mut work, if done.is_none() => done = Some(out),
            }
        };
        all.add(tally);
        if let Some(done) = done {
            return Ok((done, all));
        }
    }
}
