//! The engine: claims due runs, drives them, keeps their leases, and stops in order.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use throughline_host::services::{Clock, Entropy};
use throughline_host::{Host, Mailer};
use throughline_intake::{Catalog, Intake};
use throughline_store::{Claim, Lease, Store};
use throughline_vault::Vault;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::birth::Births;
use crate::config::EngineConfig;
use crate::driver::{Driver, DriverError, Reins, Source, passes};
use crate::lease::Sure;
use crate::shared::Shared;

/// Runs claimed by one look at the queue.
const CLAIM_BATCH: usize = 50;
/// How long to leave the store alone after it failed.
const AFTER_FAILURE: Duration = Duration::from_millis(500);

/// What an engine is made of.
pub struct EngineParts {
    /// The store.
    pub store: Store,
    /// The plugin host.
    pub host: Host,
    /// Secrets.
    pub vault: Vault,
    /// Published versions, plugins and connections, looked up once.
    pub catalog: Arc<Catalog>,
    /// The front door.
    pub intake: Intake,
    /// Sends mail, where a mail server is set.
    pub mailer: Option<Mailer>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// Settings.
    pub config: EngineConfig,
}

/// A running engine; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

impl Engine {
    /// An engine that only takes commands: no run is claimed until [`Engine::start`].
    pub fn new(parts: EngineParts) -> Self {
        let services = (parts.store, parts.host, parts.catalog, parts.vault);
        let doors = (parts.intake, parts.mailer);
        let shared = Arc::new(Shared::new(services, doors, (parts.clock, parts.entropy), parts.config));
        Self { shared, tasks: TaskTracker::new(), stop: CancellationToken::new() }
    }

    /// Recovers what an earlier process left and begins to claim runs.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn start(&self) -> Result<(), throughline_store::StoreError> {
        let mut agreed = crate::quarantine::Agreed::new();
        crate::quarantine::agree(&self.shared, &mut agreed).await?;
        fail::fail_point!("engine.before_recovery", |_| std::process::abort());
        let left = self.shared.store.void_leases_all().await?;
        fail::fail_point!("engine.after_recovery", |_| std::process::abort());
        if !left.is_empty() {
            tracing::info!(runs = left.len(), "runs of an earlier process go on");
        }
        self.shared.intake.set_starter(Arc::new(Births::of(self)));
        self.tasks.spawn(dispatch(self.clone()));
        self.tasks.spawn(keep_leases(self.clone()));
        self.tasks.spawn(pass_signals(self.clone()));
        self.tasks.spawn(crate::post::deliver(Arc::clone(&self.shared), self.stop.clone()));
        self.tasks.spawn(crate::desk::keep(Arc::clone(&self.shared), self.stop.clone()));
        self.tasks.spawn(crate::silence::listen(Arc::clone(&self.shared), self.stop.clone()));
        self.tasks.spawn(crate::sweep::sweep(Arc::clone(&self.shared), self.stop.clone()));
        self.tasks.spawn(crate::quarantine::keep(Arc::clone(&self.shared), agreed, self.stop.clone()));
        Ok(())
    }

    /// Stops in order: nothing new starts, what is under way is finished and committed, the rest goes back to the
    /// queue. True if that took no longer than `timeout`.
    pub async fn drain(&self, timeout: Duration) -> bool {
        self.shared.draining.cancel();
        self.stop.cancel();
        self.tasks.close();
        let drained = tokio::time::timeout(timeout, self.tasks.wait()).await.is_ok();
        if !drained {
            self.shared.all_lost();
        }
        drained
    }

    /// Drops what is under way: the store takes nothing any more, so nothing of it could be written down. The next start
    /// settles it.
    pub fn abandon(&self) {
        self.shared.draining.cancel();
        self.stop.cancel();
        self.shared.all_lost();
    }

    /// The front door, for commands that start runs.
    pub(crate) fn intake(&self) -> &Intake {
        &self.shared.intake
    }

    /// Runs under way here.
    pub fn active_runs(&self) -> usize {
        self.shared.holding()
    }

    /// A run is driven here, or one was claimed that no driver holds yet.
    pub fn is_driving(&self) -> bool {
        self.shared.holding() > 0 || self.shared.workers.available_permits() < self.shared.config.workers
    }

    /// The engine is stopping.
    pub fn is_draining(&self) -> bool {
        self.shared.draining.is_cancelled()
    }
}

/// Claims due runs as long as there are workers for them.
async fn dispatch(engine: Engine) {
    let mut due = engine.shared.store.due();
    loop {
        // Marked as seen before the look, so that what becomes due meanwhile is not missed.
        due.borrow_and_update();
        if claim(&engine).await {
            continue;
        }
        let idle = idle_time(&engine).await;
        tokio::select! {
            () = engine.stop.cancelled() => return,
            _ = due.changed() => {}
            () = tokio::time::sleep(idle) => {}
        }
    }
}

/// Claims and starts one batch; false when there was nothing to claim. A claim that is under way when the engine
/// stops is waited for: a run claimed by nobody would be held until its lease ends.
async fn claim(engine: &Engine) -> bool {
    let workers = &engine.shared.workers;
    let first = tokio::select! {
        biased;
        () = engine.stop.cancelled() => return false,
        Ok(first) = Arc::clone(workers).acquire_owned() => first,
        else => return false,
    };
    let limit = (workers.available_permits() + 1).min(CLAIM_BATCH);
    let lease_ms = engine.shared.config.lease_ms;
    let asked = Instant::now();
    let claims = match engine.shared.store.claim_all(&engine.shared.worker, to_u32(limit), lease_ms).await {
        Ok(claims) => claims,
        Err(error) => {
            tracing::error!(%error, "claiming runs failed; trying again");
            tokio::time::sleep(AFTER_FAILURE).await;
            return false;
        }
    };
    engine.shared.behind.store(claims.len() >= limit, Ordering::Release);
    let any = !claims.is_empty();
    let mut first = Some(first);
    for claim in claims {
        let permit = match first.take() {
            Some(permit) => permit,
            None => match Arc::clone(workers).acquire_owned().await {
                Ok(permit) => permit,
                Err(_) => return any,
            },
        };
        let engine = engine.clone();
        engine.tasks.clone().spawn(async move {
            let reins = Reins { sure: Arc::new(Sure::since(asked)), ..Reins::default() };
            Box::pin(drive(&engine, claim, Source::Stored, reins)).await;
            drop(permit);
        });
    }
    any
}

/// Until the next run becomes due by itself, but never longer than the poll.
async fn idle_time(engine: &Engine) -> Duration {
    let poll = Duration::from_millis(engine.shared.config.poll_ms);
    match engine.shared.store.next_due_all().await {
        Ok(Some(due)) => {
            let micros = due.0.saturating_sub(engine.shared.clock.now().0).max(1_000);
            Duration::from_micros(micros.cast_unsigned()).min(poll)
        }
        Ok(None) => poll,
        Err(_) => AFTER_FAILURE,
    }
}

pub(crate) async fn drive(engine: &Engine, claim: Claim, source: Source, reins: Reins) {
    fail::fail_point!("engine.after_claim", |_| std::process::abort());
    let result = {
        let _held = engine.shared.hold(&claim, &reins);
        match Driver::open(Arc::clone(&engine.shared), claim.clone(), reins, source).await {
            Ok(driver) => driver.drive().await,
            Err(error) => Err(error),
        }
    };
    match result {
        Ok(let_go) => tracing::debug!(run.id = %claim.run, ?let_go, "let go of the run"),
        Err(DriverError::Fenced) => {
            tracing::warn!(run.id = %claim.run, "{}", DriverError::Fenced);
            give_back(engine, &claim).await;
        }
        Err(error) if error.passes() => {
            tracing::warn!(run.id = %claim.run, workspace.id = %claim.scope, %error,
                "the run goes on when the store takes it back");
            give_back(engine, &claim).await;
        }
        Err(error) => {
            tracing::error!(run.id = %claim.run, workspace.id = %claim.scope, %error,
                "the run could not go on; it is claimed again when its lease ends");
        }
    }
}

/// Puts a run back into the queue that nobody here drives any more, as soon as the store takes it: otherwise it
/// would stand still until its lease ends. A lease that is another's by now is left alone.
async fn give_back(engine: &Engine, claim: &Claim) {
    let lease = [claim.lease()];
    loop {
        let given = tokio::select! {
            () = engine.stop.cancelled() => return,
            given = engine.shared.store.release_all(&lease) => given,
        };
        match given {
            Ok(()) => return,
            Err(error) if passes(&error) => tokio::time::sleep(AFTER_FAILURE).await,
            Err(error) => {
                tracing::error!(run.id = %claim.run, %error, "the run could not be given back; its lease ends by itself");
                return;
            }
        }
    }
}

/// Renews the leases of runs under way; what is lost is dropped at once.
async fn keep_leases(engine: Engine) {
    let lease_ms = engine.shared.config.lease_ms;
    let every = Duration::from_millis(lease_ms / 6);
    let mut pause = every;
    loop {
        tokio::select! {
            () = engine.stop.cancelled(), if engine.shared.holding() == 0 => return,
            () = tokio::time::sleep(pause) => {}
        }
        let asked = Instant::now();
        // Most runs end sooner: renewing those too would have the writer wait for their rows.
        let leases = engine.shared.leases_since(asked - every);
        let answer = engine.shared.store.renew_all(&engine.shared.worker, &leases, lease_ms);
        // A database that is gone may take its time to say so.
        match tokio::time::timeout(Duration::from_millis(lease_ms / 3), answer).await {
            Ok(Ok(lost)) => {
                pause = every;
                let kept: Vec<Lease> = leases.iter().filter(|lease| !lost.contains(lease)).cloned().collect();
                engine.shared.renewed(&kept, asked);
                for lease in &lost {
                    engine.shared.lost(lease);
                }
            }
            Ok(Err(error)) => {
                pause = AFTER_FAILURE.min(every);
                tracing::error!(%error, "renewing leases failed");
            }
            Err(_) => {
                pause = AFTER_FAILURE.min(every);
                tracing::error!("renewing leases failed: the store does not answer");
            }
        }
        engine.shared.unsure_lost();
        if engine.stop.is_cancelled() && engine.shared.holding() == 0 {
            return;
        }
    }
}

/// Tells drivers under way here of signals that were committed.
async fn pass_signals(engine: Engine) {
    let mut changes = engine.shared.store.changes();
    loop {
        let change = tokio::select! {
            () = engine.stop.cancelled() => return,
            change = changes.recv() => change,
        };
        match change {
            Ok(change) if change.signalled => engine.shared.signalled(&change.scope, &change.run),
            Ok(_) => {}
            // Too many to follow: every driver looks for itself.
            Err(RecvError::Lagged(_)) => {
                for lease in engine.shared.leases() {
                    engine.shared.signalled(&lease.scope, &lease.run);
                }
            }
            Err(RecvError::Closed) => return,
        }
    }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
