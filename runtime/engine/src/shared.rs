//! What every driver of an engine shares.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use throughline_domain::calendar::Calendar;
use throughline_domain::id::{RunId, WorkerId};
use throughline_domain::run::event::{Entry, RunEvent};
use throughline_host::services::{Clock, Entropy};
use throughline_host::{Host, Mailer};
use throughline_intake::{Catalog, Intake};
use throughline_store::{ChannelRow, Claim, Lease, Scope, Store};
use throughline_vault::Vault;
use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::callback::Ticket;
use crate::config::EngineConfig;
use crate::driver::Reins;
use crate::kept::Kept;

pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) host: Host,
    pub(crate) vault: Vault,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) intake: Intake,
    pub(crate) mailer: Option<Mailer>,
    /// A mail was queued here.
    pub(crate) post: Notify,
    /// The clock was moved, or a proposal opened here whose silence may be due sooner than what was known.
    pub(crate) silence: Notify,
    /// Tends the exceptions.
    pub(crate) desk: crate::desk::Desk,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) config: EngineConfig,
    /// When workspaces are open.
    pub(crate) hours: Kept<Calendar>,
    /// Where workspaces are told what people are told by mail.
    pub(crate) channels: Kept<Vec<ChannelRow>>,
    pub(crate) worker: WorkerId,
    /// Nothing new starts; what is under way is finished.
    pub(crate) draining: CancellationToken,
    /// One permit for each run that may move at the same time.
    pub(crate) workers: Arc<Semaphore>,
    /// The last look at the queue took all it could: more may wait there, and what comes now has to wait behind it.
    pub(crate) behind: AtomicBool,
    held: Mutex<BTreeMap<(Scope, RunId), Held>>,
}

/// The plugin digests a run is pinned to: its first entry says.
pub(crate) fn pinned_plugins(log: &[Entry]) -> BTreeMap<String, String> {
    match log.first().map(|entry| &entry.event) {
        Some(RunEvent::RunStarted(started)) => started.plugins.clone(),
        Some(_) | None => BTreeMap::new(),
    }
}

/// Lets go of a run when its driver is gone, even by a panic: a lease nobody works under must not be renewed.
pub(crate) struct Holding {
    shared: Arc<Shared>,
    claim: Claim,
}

impl Drop for Holding {
    fn drop(&mut self) {
        self.shared.let_go(&self.claim);
    }
}

/// A run under way here.
struct Held {
    generation: u64,
    reins: Reins,
}

impl Shared {
    pub(crate) fn new(
        (store, host, catalog, vault): (Store, Host, Arc<Catalog>, Vault),
        (intake, mailer): (Intake, Option<Mailer>),
        (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
        config: EngineConfig,
    ) -> Self {
        let mut shared = Self {
            store,
            host,
            vault,
            catalog,
            intake,
            mailer,
            post: Notify::new(),
            silence: Notify::new(),
            desk: crate::desk::Desk::default(),
            clock,
            entropy,
            hours: Kept::default(),
            channels: Kept::default(),
            draining: CancellationToken::new(),
            workers: Arc::new(Semaphore::new(config.workers)),
            behind: AtomicBool::new(false),
            config,
            held: Mutex::default(),
            worker: WorkerId::new(0, 0),
        };
        shared.worker = WorkerId::new(shared.now_millis(), shared.random_wide());
        shared
    }

    /// 64 random bits.
    pub(crate) fn random(&self) -> u64 {
        let mut bytes = [0; 8];
        self.entropy.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// 128 random bits, for ids.
    pub(crate) fn random_wide(&self) -> u128 {
        u128::from(self.random()) << 64 | u128::from(self.random())
    }

    /// Milliseconds since 1970, for ids.
    pub(crate) fn now_millis(&self) -> u64 {
        self.clock.now().as_millis().max(0).cast_unsigned()
    }

    /// Where a remote wakes this step while it is suspended.
    pub(crate) fn callback_url(&self, scope: &Scope, ticket: &Ticket) -> Option<String> {
        let base = self.config.public_url.as_deref()?.trim_end_matches('/');
        Some(format!("{base}/callbacks/{scope}/{}", ticket.seal(&self.config.workspace_key, scope)))
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<(Scope, RunId), Held>> {
        // A panic while the lock was held leaves a map that is still a map.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a run is under way here, until what is returned goes.
    pub(crate) fn hold(self: &Arc<Self>, claim: &Claim, reins: &Reins) -> Holding {
        let held = Held { generation: claim.generation, reins: reins.clone() };
        self.held().insert((claim.scope.clone(), claim.run.clone()), held);
        Holding { shared: Arc::clone(self), claim: claim.clone() }
    }

    /// The run is not under way here any more.
    fn let_go(&self, claim: &Claim) {
        let mut held = self.held();
        let key = (claim.scope.clone(), claim.run.clone());
        if held.get(&key).is_some_and(|held| held.generation == claim.generation) {
            held.remove(&key);
        }
    }

    /// Runs under way here.
    pub(crate) fn holding(&self) -> usize {
        self.held().len()
    }

    /// The leases held: of runs that are there, so not of those whose event is on its way to the disk.
    pub(crate) fn leases(&self) -> Vec<Lease> {
        self.leases_where(|_| true)
    }

    /// Those of them that were last known to be held at this time or before.
    pub(crate) fn leases_since(&self, time: Instant) -> Vec<Lease> {
        self.leases_where(|held| held.reins.sure.since_when() <= time)
    }

    fn leases_where(&self, wanted: impl Fn(&Held) -> bool) -> Vec<Lease> {
        self.held()
            .iter()
            .filter(|(_, held)| !held.reins.unborn.load(Ordering::Acquire) && wanted(held))
            .map(|((scope, run), held)| Lease {
                scope: scope.clone(),
                run: run.clone(),
                generation: held.generation,
            })
            .collect()
    }

    /// The store was asked at this time, and these leases are held.
    pub(crate) fn renewed(&self, leases: &[Lease], asked: Instant) {
        let held = self.held();
        for lease in leases {
            if let Some(held) = held.get(&(lease.scope.clone(), lease.run.clone()))
                && held.generation == lease.generation
            {
                held.reins.sure.renewed(asked);
            }
        }
    }

    /// Another worker may have the run: drop all work on it.
    pub(crate) fn lost(&self, lease: &Lease) {
        let held = self.held();
        if let Some(held) = held.get(&(lease.scope.clone(), lease.run.clone()))
            && held.generation == lease.generation
        {
            held.reins.lost.cancel();
        }
    }

    /// A worker stops before its lease ends: what could not be renewed for two thirds of it is dropped.
    pub(crate) fn unsure_lost(&self) {
        let (now, lease_ms) = (Instant::now(), self.config.lease_ms);
        for lease in self.leases_where(|held| !held.reins.sure.is_sure(now, lease_ms)) {
            self.lost(&lease);
        }
    }

    /// Whatever is under way is dropped.
    pub(crate) fn all_lost(&self) {
        for held in self.held().values() {
            held.reins.lost.cancel();
        }
    }

    /// A signal for a run was stored; its driver, if it is here, looks.
    pub(crate) fn signalled(&self, scope: &Scope, run: &RunId) {
        if let Some(held) = self.held().get(&(scope.clone(), run.clone())) {
            held.reins.signalled.notify_one();
        }
    }
}
