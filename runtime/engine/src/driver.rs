//! One claimed run: fold its log, then alternate between planning and carrying out until nothing can move.
//!
//! The driver keeps the run's state in memory while it holds the lease. Entries collect in the [`Journal`] and
//! become durable as a prefix: results of reads ride along, an intent is committed before its write leaves.

mod begin;
mod close;
mod commit;
mod done;
mod journal;
mod look;
mod signals;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use throughline_domain::id::ExceptionId;
use throughline_domain::run::decision::{Plan, Work};
use throughline_domain::run::event::{Entry, RunEvent};
use throughline_domain::run::{IllegalEvent, RunState, Running, Version, plan};
use throughline_domain::time::Timestamp;
use throughline_intake::CatalogError;
use throughline_store::{Claim, Lifecycle, StoreError};
use tokio::sync::{Notify, oneshot};
use tokio_util::sync::CancellationToken;

use self::done::Done;
use self::journal::Journal;
use crate::lease::Sure;
use crate::rows;
use crate::shared::Shared;

/// Entries after which a snapshot of the state goes with a commit.
const SNAPSHOT_EVERY: u64 = 1_000;

/// Entries that are written down at the latest, and with them what a for-each has finished: a run that only computes
/// would else keep its whole log in memory, and hear of nothing until its end.
const JOURNAL_ENTRIES: usize = 1_000;

/// Why a driver let go of its run without a word in the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DriverError {
    /// Another worker has the run by now; everything uncommitted was dropped.
    #[error("the lease was lost: another worker has the run")]
    Fenced,
    /// The store did not take or give something.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The planner or the driver made an entry that does not fit the state: a fault of ours.
    #[error("TL0449: {0}")]
    Illegal(#[from] IllegalEvent),
    /// What the run needs cannot be read: its version, a plugin, a blob.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// There is no such run: its event was not accepted.
    #[error("the event that was to start the run was not accepted")]
    Unborn,
}

impl DriverError {
    /// The same run can go on as soon as the store answers again.
    pub(crate) fn passes(&self) -> bool {
        match self {
            Self::Store(error) | Self::Catalog(CatalogError::Store(error)) => passes(error),
            Self::Fenced | Self::Illegal(_) | Self::Catalog(_) | Self::Unborn => false,
        }
    }
}

/// The store was away or full; what was asked of it was not wrong.
pub(crate) const fn passes(error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable(_) | StoreError::Full)
}

/// How a driver let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LetGo {
    /// The run ended.
    Ended,
    /// The run waits.
    Waiting,
    /// The run goes on elsewhere or later: the engine is stopping.
    Requeued,
    /// The event turned out to be a duplicate or could not be stored: there is no such run.
    Unborn,
}

/// Handles that the engine keeps of a driver under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reins {
    /// A signal for the run was stored.
    pub(crate) signalled: Arc<Notify>,
    /// The lease is gone: drop everything.
    pub(crate) lost: CancellationToken,
    /// The event that starts the run is not durable yet, and may turn out not to.
    pub(crate) unborn: Arc<AtomicBool>,
    /// When the lease was last known to be held.
    pub(crate) sure: Arc<Sure>,
}

/// Where the log of a claimed run comes from.
pub(crate) enum Source {
    /// The store.
    Stored,
    /// The run is being born here: its log, and what says whether it was.
    Born(Vec<Entry>, oneshot::Receiver<bool>),
}

pub(crate) struct Driver {
    shared: Arc<Shared>,
    claim: Claim,
    reins: Reins,
    version: Version,
    state: RunState,
    journal: Journal,
    /// Last entry that is committed.
    committed_seq: u64,
    running: Running,
    flight: FuturesUnordered<BoxFuture<'static, Done>>,
    /// Cancels calls that change nothing, once somebody asked to cancel the run.
    stop_reads: CancellationToken,
    signals_unread: bool,
    /// Something the plan depends on changed without an entry.
    replan: bool,
    /// An exception or a question was opened in this run, ever.
    opened: bool,
    /// It has waited for an event, ever.
    waited: bool,
    /// A write of it was proposed, ever.
    proposed: bool,
    /// Says whether the run was born, as long as that is open.
    born: Option<oneshot::Receiver<bool>>,
}

impl Driver {
    /// Reads and folds the log of a claimed run; a long one from its last snapshot on.
    pub(crate) async fn open(
        shared: Arc<Shared>,
        claim: Claim,
        reins: Reins,
        source: Source,
    ) -> Result<Self, DriverError> {
        let (mut state, mut snapshot_read, mut born) = (RunState::new(), false, None);
        if claim.last_seq > SNAPSHOT_EVERY
            && let Some(snapshot) = shared.store.snapshot(&claim.scope, &claim.run).await?
        {
            // One that this release cannot read is as good as none: the log has everything.
            if let Ok(saved) = serde_json::from_slice(&snapshot.state) {
                (state, snapshot_read) = (saved, true);
            }
        }
        let (log, fresh) = match (source, state.seq()) {
            (Source::Born(log, told), _) => {
                born = Some(told);
                (log, true)
            }
            (Source::Stored, 0) => shared.store.claimed_log(&claim).await?,
            (Source::Stored, seq) => (shared.store.log_after(&claim.scope, &claim.run, seq).await?, false),
        };
        fail::fail_point!("engine.after_load", |_| std::process::abort());
        let pinned = match state.start() {
            Some(start) => start.plugins.clone(),
            None => crate::shared::pinned_plugins(&log),
        };
        let version = shared.catalog.version(&claim.scope, &claim.workflow, claim.version, &pinned).await?;
        let version = version.with_calendar(shared.calendar(&claim.scope).await?);
        for entry in &log {
            state.apply(entry, &version)?;
        }
        let stop_reads = reins.lost.child_token();
        let committed_seq = state.seq();
        let signalled = claim.lifecycle != Lifecycle::Active;
        Ok(Self {
            shared,
            claim,
            reins,
            version,
            state,
            journal: Journal::default(),
            committed_seq,
            running: Running::default(),
            flight: FuturesUnordered::new(),
            stop_reads,
            // A fresh run has waited for nothing. That it is to be cancelled, the claim or its next commit says.
            signals_unread: !fresh || signalled,
            replan: false,
            opened: snapshot_read || log.iter().any(|entry| rows::opens(&entry.event)),
            proposed: snapshot_read || log.iter().any(|entry| rows::proposes(&entry.event)),
            waited: snapshot_read || log.iter().any(|entry| rows::waits(&entry.event)),
            born,
        })
    }

    /// Drives the run until it ends, waits, or the engine stops.
    pub(crate) async fn drive(mut self) -> Result<LetGo, DriverError> {
        match self.moved().await {
            Err(DriverError::Unborn) => Ok(LetGo::Unborn),
            // A commit for a run that is not there fails like any other; why, its birth knows.
            Err(_) if !self.is_born().await => Ok(LetGo::Unborn),
            other => other,
        }
    }

    /// Waits until it is known whether the run exists. What leaves the host without a commit of the run before it
    /// must not leave for one that does not.
    async fn is_born(&mut self) -> bool {
        match self.born.take() {
            Some(born) => born.await.unwrap_or(false),
            None => true,
        }
    }

    async fn moved(&mut self) -> Result<LetGo, DriverError> {
        if self.claim.claims > self.shared.config.max_claims && self.state.quarantine().is_none() {
            self.quarantine()?;
        }
        loop {
            if std::mem::take(&mut self.signals_unread) {
                self.take_signals().await?;
            }
            let plan = self.plan().await?;
            self.journal.plan_is_stale();
            let draining = self.shared.draining.is_cancelled();
            if plan.ended {
                return self.end().await;
            }
            let mut wake_at = plan.wake_at;
            if !draining {
                for work in plan.work {
                    self.begin(work).await?;
                }
                if self.journal.plan_is_stale() || std::mem::take(&mut self.replan) {
                    continue;
                }
            } else if self.flight.is_empty() {
                return self.requeue().await;
            } else {
                wake_at = None;
            }
            if self.flight.is_empty() {
                if let Some(let_go) = self.wait(wake_at).await? {
                    return Ok(let_go);
                }
                self.signals_unread = true;
                continue;
            }
            self.next(wake_at).await?;
        }
    }

    /// Plans until the planner has nothing more to record, or the journal is full.
    async fn plan(&mut self) -> Result<Plan, DriverError> {
        loop {
            let now = self.shared.clock.now();
            let mut plan = plan(&self.version, &self.state, &self.running, now);
            if plan.record.is_empty() {
                return Ok(plan);
            }
            for event in plan.record.drain(..) {
                self.append(event)?;
            }
            if self.journal.entries.len() >= JOURNAL_ENTRIES {
                self.seal_full().await?;
                self.flush().await?;
                self.replan = true;
                return Ok(Plan::default());
            }
        }
    }

    /// Full segments of results leave the state before more results come: a run that only computes awaits nothing else.
    async fn seal_full(&mut self) -> Result<(), DriverError> {
        loop {
            let plan = plan(&self.version, &self.state, &self.running, self.shared.clock.now());
            let mut sealed = false;
            for work in plan.work.into_iter().filter(|work| matches!(work, Work::Seal(_))) {
                self.begin(work).await?;
                sealed = true;
            }
            if !sealed {
                return Ok(());
            }
        }
    }

    /// Appends one event, stamped with the clock, to the state and the journal.
    fn append(&mut self, event: RunEvent) -> Result<(), DriverError> {
        let entry = Entry { seq: self.state.seq() + 1, at: self.now(), event };
        self.state.apply(&entry, &self.version)?;
        self.opened |= rows::opens(&entry.event);
        self.waited |= rows::waits(&entry.event);
        self.proposed |= rows::proposes(&entry.event);
        self.journal.push(entry);
        Ok(())
    }

    /// Now, and never before the last entry: a clock that was set back must not make time run backwards in a log.
    fn now(&self) -> Timestamp {
        self.shared.clock.now().max(self.state.last_at())
    }

    /// Waits for the next thing that happens while work is under way.
    async fn next(&mut self, wake_at: Option<Timestamp>) -> Result<(), DriverError> {
        self.flush_outcome().await?;
        let loose = self.journal.loose_for(self.shared.clock.now(), self.shared.config.loose_ms);
        let until = wake_at.map(|at| self.until(at));
        tokio::select! {
            biased;
            () = self.reins.lost.cancelled() => Err(DriverError::Fenced),
            () = self.reins.signalled.notified() => { self.signals_unread = true; Ok(()) }
            Some(done) = self.flight.next() => self.finish(done).await,
            () = sleep(loose), if loose.is_some() => self.flush_loose().await,
            () = sleep(until), if until.is_some() => Ok(()),
        }
    }

    fn until(&self, at: Timestamp) -> Duration {
        let micros = at.0.saturating_sub(self.shared.clock.now().0);
        Duration::from_micros(u64::try_from(micros).unwrap_or(0))
    }

    /// A run that keeps taking its worker down goes to a person, with the evidence.
    fn quarantine(&mut self) -> Result<(), DriverError> {
        let claims = self.claim.claims;
        fail::fail_point!("engine.before_quarantine", |_| std::process::abort());
        let exception = ExceptionId::quarantine(&self.claim.run, self.claim.generation);
        tracing::error!(run.id = %self.claim.run, claims, "the run took its worker down too often: quarantined");
        self.append(RunEvent::Quarantined { claims, exception })
    }
}

async fn sleep(duration: Option<Duration>) {
    if let Some(duration) = duration {
        tokio::time::sleep(duration).await;
    }
}
