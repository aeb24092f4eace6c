//! Sweeps: what time has made due or useless. Small steps, so that work is never held up.

use std::sync::Arc;
use std::time::Duration;

use throughline_domain::time::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::shared::Shared;

/// How often expired leases are looked for.
const LEASES_EVERY: Duration = Duration::from_secs(5);
/// Sweeps of leases between two sweeps of everything else: ten minutes.
const REST_EVERY: u32 = 120;
/// Rows deleted in one transaction.
const BATCH: u32 = 500;

pub(crate) async fn sweep(shared: Arc<Shared>, stop: CancellationToken) {
    let mut turn = 0_u32;
    loop {
        if let Err(error) = leases(&shared).await {
            tracing::warn!(%error, "sweeping leases failed; trying again");
        }
        if turn.is_multiple_of(REST_EVERY)
            && let Err(error) = rest(&shared).await
        {
            tracing::warn!(%error, "sweeping old rows failed; trying again");
        }
        turn = turn.wrapping_add(1);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LEASES_EVERY) => {}
        }
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
async fn rest(shared: &Shared) -> Result<(), throughline_store::StoreError> {
    let (store, now) = (&shared.store, shared.clock.now());
    fail::fail_point!("engine.before_sweep", |_| std::process::abort());
    store.sweep_expired_all(now, BATCH).await?;
    let keep_us = i64::try_from(shared.config.retention_ms).unwrap_or(i64::MAX / 1_000).saturating_mul(1_000);
    let before = Timestamp(now.0.saturating_sub(keep_us));
    for workspace in store.list_workspaces().await? {
        while store.delete_finished_runs(&workspace.scope, None, before, BATCH).await? >= u64::from(BATCH) {
            tokio::task::yield_now().await;
        }
    }
    store.sweep_blobs_all(now, BATCH).await?;
    Ok(())
}
