//! Sweeps: what time has made due or useless. Small steps, so that work is never held up.

use std::sync::Arc;
use std::time::Duration;

use throughline_domain::time::Timestamp;
use throughline_domain::workflow::{self, CheckEnvironment};
use throughline_store::{PageRequest, Scope};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::shared::Shared;

/// How often expired leases are looked for.
const LEASES_EVERY: Duration = Duration::from_secs(5);
/// Between two sweeps of everything else.
const REST_EVERY: Duration = Duration::from_mins(10);
/// Runs looked at, and deleted with all their rows, in one transaction.
const BATCH: u32 = 50;
/// Between two of them, at least; and as long as the one before took.
const BETWEEN: Duration = Duration::from_millis(10);
const DAY_MS: u64 = 86_400_000;
/// How long the record of a mail is kept once it went or was given up.
const MAIL_MS: u64 = 90 * DAY_MS;
/// How long the answer to a request with a key is kept.
const REQUEST_MS: u64 = DAY_MS;
/// How long the row of a session is kept; none lives as long.
const SESSION_MS: u64 = 100 * DAY_MS;
/// Tries to sign in are forgotten after a day without one.
const TRIES_MS: u64 = DAY_MS;

pub(crate) async fn sweep(shared: Arc<Shared>, stop: CancellationToken) {
    // Side by side: deleting a long history must not keep a run from being taken over.
    let keys = crate::rotation::sweep_keys(&shared, &stop);
    tokio::join!(sweep_leases(&shared, &stop), sweep_rest(&shared, &stop), keys);
}

async fn sweep_leases(shared: &Shared, stop: &CancellationToken) {
    let mut life = None;
    loop {
        if let Err(error) = leases(shared).await {
            tracing::warn!(%error, "sweeping leases failed; trying again");
        }
        if is_another_life(shared, &mut life).await {
            tracing::error!(
                "the database was restored under this server: it drops what it has and moves no run any more; restart it"
            );
            shared.all_lost();
            shared.draining.cancel();
            stop.cancel();
            return;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LEASES_EVERY) => {}
        }
    }
}

async fn sweep_rest(shared: &Shared, stop: &CancellationToken) {
    loop {
        if let Err(error) = rest(shared, stop).await {
            tracing::warn!(%error, "sweeping old rows failed; trying again");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(REST_EVERY) => {}
        }
    }
}

/// The database is not in the life any more in which this engine found it. Its runs are fenced there; what this process
/// still remembers of it is of the lost one.
async fn is_another_life(shared: &Shared, life: &mut Option<String>) -> bool {
    match shared.store.incarnation().await {
        Ok(Some(now)) => *life.get_or_insert_with(|| now.id.clone()) != now.id,
        // A database that does not answer, or is being filled, says nothing.
        Ok(None) | Err(_) => false,
    }
}

/// Runs whose worker went away go back to the queue.
async fn leases(shared: &Shared) -> Result<(), throughline_store::StoreError> {
    fail::fail_point!("engine.before_lease_sweep", |_| std::process::abort());
    let expired = shared.store.expire_leases_all().await?;
    fail::fail_point!("engine.after_lease_sweep", |_| std::process::abort());
    for (scope, run) in expired {
        tracing::warn!(run.id = %run, workspace.id = %scope, "the worker of a run went away; the run goes on");
    }
    Ok(())
}

/// Expired keys and events, ended runs beyond their retention, blobs nobody refers to.
async fn rest(shared: &Shared, stop: &CancellationToken) -> Result<(), throughline_store::StoreError> {
    let (store, now) = (&shared.store, shared.clock.now());
    fail::fail_point!("engine.before_sweep", |_| std::process::abort());
    loop {
        let began = Instant::now();
        if store.sweep_expired_all(now, BATCH).await? < u64::from(BATCH) {
            break;
        }
        if !pause(stop, began).await {
            return Ok(());
        }
    }
    loop {
        let began = Instant::now();
        if store.forget_mail_all(before(now, MAIL_MS), BATCH).await? < u64::from(BATCH) {
            break;
        }
        if !pause(stop, began).await {
            return Ok(());
        }
    }
    loop {
        let began = Instant::now();
        if store.sweep_requests_all(before(now, REQUEST_MS), BATCH).await? < u64::from(BATCH) {
            break;
        }
        if !pause(stop, began).await {
            return Ok(());
        }
    }
    if !people(shared, stop).await? {
        return Ok(());
    }
    let keep = shared.config.retention_ms;
    loop {
        let began = Instant::now();
        if store.forget_exceptions_all(before(now, keep), BATCH).await? < u64::from(BATCH) {
            break;
        }
        if !pause(stop, began).await {
            return Ok(());
        }
    }
    for workspace in store.list_workspaces().await? {
        if !runs(shared, &workspace.scope, None, before(now, keep), stop).await? {
            return Ok(());
        }
        for (workflow, own) in shorter(shared, &workspace.scope, keep).await? {
            if !runs(shared, &workspace.scope, Some(&workflow), before(now, own), stop).await? {
                return Ok(());
            }
        }
    }
    loop {
        let began = Instant::now();
        if store.sweep_blobs_all(now, BATCH).await? < u64::from(BATCH) || !pause(stop, began).await {
            return Ok(());
        }
    }
}

/// Sessions that were over long ago, and tries to sign in that are forgotten; false: the engine stops.
async fn people(shared: &Shared, stop: &CancellationToken) -> Result<bool, throughline_store::StoreError> {
    let (store, now) = (&shared.store, shared.clock.now());
    loop {
        let began = Instant::now();
        let sessions = store.sweep_sessions_all(before(now, SESSION_MS), BATCH).await?;
        let tries = store.sweep_sign_ins_all(before(now, TRIES_MS), BATCH).await?;
        if sessions.max(tries) < u64::from(BATCH) {
            return Ok(true);
        }
        if !pause(stop, began).await {
            return Ok(false);
        }
    }
}

/// Deletes what ended before a time, batch by batch; false: the engine stops.
async fn runs(
    shared: &Shared,
    scope: &Scope,
    workflow: Option<&str>,
    before: Timestamp,
    stop: &CancellationToken,
) -> Result<bool, throughline_store::StoreError> {
    let (mut after, mut deleted) = (None, 0);
    loop {
        let began = Instant::now();
        let done = shared.store.delete_finished_runs(scope, workflow, before, after.as_ref(), BATCH).await?;
        deleted += done.runs;
        if done.next.is_none() {
            break;
        }
        after = done.next;
        if done.runs > 0 && !pause(stop, began).await {
            return Ok(false);
        }
    }
    if deleted > 0 {
        tracing::info!(workspace.id = %scope, workflow, runs = deleted, "runs past their retention were deleted");
    }
    Ok(true)
}

/// Workflows whose current version keeps its log for a shorter time, and how long.
async fn shorter(
    shared: &Shared,
    scope: &Scope,
    keep: u64,
) -> Result<Vec<(String, u64)>, throughline_store::StoreError> {
    let (mut found, mut page) = (Vec::new(), PageRequest::first(200));
    loop {
        let listed = shared.store.list_workflows(scope, &page).await?;
        for row in listed.items {
            let version = shared.store.get_workflow_version(scope, &row.workflow, row.version).await?;
            let text = version.and_then(|version| String::from_utf8(version.source).ok());
            // What does not read keeps its runs as long as the server does.
            let read = text.and_then(|text| workflow::check(&text, &CheckEnvironment::default()).workflow);
            let days = read.map_or(u64::MAX, |read| u64::from(read.log.retention_days));
            let own = days.saturating_mul(DAY_MS);
            if own < keep {
                found.push((row.workflow, own));
            }
        }
        let Some(next) = listed.next else { return Ok(found) };
        page.after = Some(next);
    }
}

fn before(now: Timestamp, keep: u64) -> Timestamp {
    let keep_us = i64::try_from(keep).unwrap_or(i64::MAX / 1_000).saturating_mul(1_000);
    Timestamp(now.0.saturating_sub(keep_us))
}

/// Lets work pass after a batch: the writer is never busier with deleting than with work. False: the engine stops.
async fn pause(stop: &CancellationToken, began: Instant) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        () = tokio::time::sleep(began.elapsed().max(BETWEEN)) => true,
    }
}
