//! What people have to do, by the million: open proposals and open exceptions, their lists and the first page.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::mock::Mock;

use super::args::Args;
use super::checks::{Checks, mib, ms};
use super::copy::Own;
use super::fill::Sink;
use super::furnish::{self, Kind, WORKSPACES};
use super::generate::{DAY_US, History, Press, now_us};
use super::pages;
use super::place::Place;

/// How long an idle server is watched.
const IDLE: Duration = Duration::from_secs(10);

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
    let empty = resident(place, args).await?;
    checks.figure("resident MiB, nothing to do", mib(empty));
    let began = Instant::now();
    let history = History { runs: args.inbox, now_us: now_us() };
    fill(place, press, &history)?;
    checks.figure("open proposals and exceptions", args.inbox);
    checks.figure("generation s", began.elapsed().as_secs_f64());
    for (what, sql) in [
        ("proposals", "SELECT count(*) FROM proposal WHERE state = 'open'"),
        ("exceptions", "SELECT count(*) FROM exception WHERE ended_at IS NULL"),
    ] {
        let open = place.number(sql)?;
        ensure!(open.cast_unsigned() >= args.inbox / 2, "only {open} {what} are open");
        checks.figure(&format!("open {what}"), open);
    }
    place.forget()?;
    let full = resident(place, args).await?;
    checks.at_most("resident memory more than with none", mib(full.saturating_sub(empty)), 20.0, "MiB");
    let server = place.serve(&[])?;
    checks.at_most("start", ms(server.ready_after), args.bound(1_000.0), "ms");
    let mut api = server.api().await?;
    for address in pages::inbox(&history) {
        let worst = address.warm(&mut api, &history).await?;
        let name = format!("{} ({} page)", address.path, worst.place);
        checks.at_most(&name, ms(worst.time), args.bound(100.0), "ms");
    }
    let resident = server.resident();
    checks.figure("resident MiB after all pages", mib(resident));
    server.stop()
}

/// One of two is a proposal.
fn fill(place: &Place, press: &Press, history: &History) -> Result<()> {
    let mut sink = Sink::open(place, &press.columns)?;
    for number in 1..=history.runs {
        let began_us = history.began_us(number);
        let own = Own {
            workspace: WORKSPACES[0],
            number,
            began_us,
            // Nothing is due before everything was looked at.
            due_us: history.now_us + 30 * DAY_US,
            forgotten: history.now_us - began_us > 32 * DAY_US,
        };
        let kind = if number.is_multiple_of(2) { Kind::Proposed } else { Kind::Left };
        press.copy(kind, &own, &mut sink)?;
    }
    sink.close(place)
}

/// Starts a server, lets it do nothing, and tells its memory.
async fn resident(place: &Place, args: &Args) -> Result<u64> {
    let server = place.serve(&[])?;
    tokio::time::sleep(if args.loose { IDLE / 5 } else { IDLE }).await;
    let resident = server.resident();
    server.stop()?;
    Ok(resident)
}
