//! A worker's driver of one run, step by step as `runtime/engine/src/driver.rs` is: what is durable before what, and
//! every place where it awaits, are the same.

mod begin;
mod commit;
mod done;

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use throughline_domain::id::{ExceptionId, RunId};
use throughline_domain::run::decision::Plan;
use throughline_domain::run::event::{Entry, RunEvent};
use throughline_domain::run::{IllegalEvent, RunState, Running, Version, plan};
use throughline_domain::time::Timestamp;

use crate::node::{LEASE_US, Node};
use crate::rows;
use crate::sim::{Bell, Sim, StoreDown};
use crate::store::{Claim, NewRun, NewSignal};

use self::done::Done;

/// Loose results are handed to the writer after so many milliseconds.
const LOOSE_MS: u64 = 100;
const MAX_CLAIMS: u32 = 3;

#[derive(Debug)]
pub(crate) enum DriverError {
    Fenced,
    Store,
    Illegal(IllegalEvent),
}

impl From<StoreDown> for DriverError {
    fn from(_: StoreDown) -> Self {
        Self::Store
    }
}

impl From<IllegalEvent> for DriverError {
    fn from(illegal: IllegalEvent) -> Self {
        Self::Illegal(illegal)
    }
}

/// Handles that the node keeps of a driver under way.
#[derive(Debug, Default)]
pub(crate) struct Reins {
    signalled: Cell<bool>,
    lost: Cell<bool>,
    /// When the lease was last known to be held, by true time.
    sure_since: Cell<i64>,
    bell: RefCell<Rc<Bell>>,
}

impl Reins {
    pub(crate) fn renewed(&self, asked: i64) {
        self.sure_since.set(self.sure_since.get().max(asked));
    }

    fn is_sure(&self, now: i64) -> bool {
        now - self.sure_since.get() < LEASE_US / 3 * 2
    }

    pub(crate) fn signal(&self) {
        self.signalled.set(true);
        self.bell.borrow().rung.set(true);
    }

    pub(crate) fn lose(&self) {
        self.lost.set(true);
        self.bell.borrow().rung.set(true);
    }
}

/// Where a call stands.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) node: usize,
    pub(crate) run: RunId,
    pub(crate) generation: u64,
    reins: Rc<Reins>,
    /// A read also stops when somebody cancels the run.
    stop: Option<Rc<Cell<bool>>>,
}

impl Place {
    /// What changes something leaves only under a lease that is surely held: a worker that slept renews first.
    pub(crate) async fn may_write(&self, sim: &Sim) -> bool {
        while !self.reins.lost.get() {
            if self.reins.is_sure(sim.now()) {
                return true;
            }
            crate::node::renew(sim, self.node, &self.run, self.generation, &self.reins).await;
        }
        false
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.reins.lost.get() || self.stop.as_ref().is_some_and(|stop| stop.get())
    }
}

/// Entries that are applied but not committed yet, and what must be committed with them.
#[derive(Debug, Default)]
struct Journal {
    entries: Vec<Entry>,
    signals_read: Vec<String>,
    children: Vec<NewRun>,
    signals_out: Vec<(RunId, NewSignal)>,
    /// Among the entries is the outcome of a write.
    outcome: bool,
    appended: bool,
}

impl Journal {
    const fn plan_is_stale(&mut self) -> bool {
        std::mem::replace(&mut self.appended, false)
    }

    const fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.signals_read.is_empty() && self.signals_out.is_empty()
    }
}

pub(crate) struct Driver {
    sim: Rc<Sim>,
    node: Rc<Node>,
    claim: Claim,
    reins: Rc<Reins>,
    version: Version,
    state: RunState,
    journal: Journal,
    committed_seq: u64,
    running: Running,
    flight: Vec<Pin<Box<dyn Future<Output = Done>>>>,
    stop_reads: Rc<Cell<bool>>,
    signals_unread: bool,
    replan: bool,
    opened: bool,
}

impl Driver {
    pub(crate) async fn open(
        sim: Rc<Sim>,
        node: Rc<Node>,
        claim: Claim,
        reins: Rc<Reins>,
    ) -> Result<Self, DriverError> {
        let log = sim.ask(Some(node.index), "load the log", |store, _| store.load_log(&claim.run)).await?;
        let Some(version) = sim.catalog.version(&claim.workflow).cloned() else {
            return Err(DriverError::Store);
        };
        let mut state = RunState::new();
        for entry in &log {
            state.apply(entry, &version)?;
        }
        let committed_seq = state.seq();
        let fresh = claim.generation == 1 && sim.throw(|dice| dice.one_in(2));
        let cancelling = claim.cancelling;
        Ok(Self {
            sim,
            node,
            claim,
            reins,
            version,
            state,
            journal: Journal::default(),
            committed_seq,
            running: Running::default(),
            flight: Vec::new(),
            stop_reads: Rc::default(),
            // A fresh run has waited for nothing. That it is to be cancelled, the claim or its next commit says.
            signals_unread: !fresh || cancelling,
            replan: false,
            opened: log.iter().any(|entry| rows::opens(&entry.event)),
        })
    }

    pub(crate) async fn drive(mut self) -> Result<(), DriverError> {
        if self.claim.claims > MAX_CLAIMS && self.state.quarantine().is_none() {
            let claims = self.claim.claims;
            let exception = ExceptionId::quarantine(&self.claim.run, self.claim.generation);
            self.sim.count("runs quarantined");
            self.append(RunEvent::Quarantined { claims, exception })?;
        }
        loop {
            if std::mem::take(&mut self.signals_unread) {
                self.take_signals().await?;
            }
            let plan = self.plan()?;
            self.journal.plan_is_stale();
            let draining = self.node.draining.get();
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
                if self.wait(wake_at).await? {
                    return Ok(());
                }
                self.signals_unread = true;
                continue;
            }
            self.next(wake_at).await?;
        }
    }

    fn plan(&mut self) -> Result<Plan, DriverError> {
        loop {
            let mut plan = plan(&self.version, &self.state, &self.running, self.clock());
            if plan.record.is_empty() {
                return Ok(plan);
            }
            for event in plan.record.drain(..) {
                self.append(event)?;
            }
        }
    }

    fn append(&mut self, event: RunEvent) -> Result<(), DriverError> {
        let entry = Entry { seq: self.state.seq() + 1, at: self.now(), event };
        self.state.apply(&entry, &self.version)?;
        self.opened |= rows::opens(&entry.event);
        self.journal.appended = true;
        self.journal.entries.push(entry);
        Ok(())
    }

    /// The worker's own clock, which may be wrong.
    fn clock(&self) -> Timestamp {
        self.node.clock(&self.sim)
    }

    fn now(&self) -> Timestamp {
        self.clock().max(self.state.last_at())
    }

    fn random(&self) -> u64 {
        self.sim.throw(crate::dice::Dice::bits)
    }

    /// The next thing that happens while work is under way, in the engine's order.
    async fn next(&mut self, wake_at: Option<Timestamp>) -> Result<(), DriverError> {
        enum Next {
            Lost,
            Signalled,
            Done(Box<Done>),
            Loose,
            Timer,
        }
        self.flush_outcome().await?;
        let clock = self.clock();
        let after = |at: Timestamp| self.sim.now() + (at.0 - clock.0).max(0);
        let loose = self.journal.entries.first().map(|entry| after(entry.at.plus_ms(LOOSE_MS)));
        let until = wake_at.map(after);
        *self.reins.bell.borrow_mut() = self.sim.bell();
        let (sim, reins, flight) = (&self.sim, &self.reins, &mut self.flight);
        let next = poll_fn(|_| {
            if reins.lost.get() {
                return Poll::Ready(Next::Lost);
            }
            if reins.signalled.take() {
                return Poll::Ready(Next::Signalled);
            }
            for index in 0..flight.len() {
                if let Poll::Ready(done) =
                    flight[index].as_mut().poll(&mut Context::from_waker(Waker::noop()))
                {
                    drop(flight.swap_remove(index));
                    return Poll::Ready(Next::Done(Box::new(done)));
                }
            }
            if loose.is_some_and(|at| sim.reached(at)) {
                return Poll::Ready(Next::Loose);
            }
            if until.is_some_and(|at| sim.reached(at)) { Poll::Ready(Next::Timer) } else { Poll::Pending }
        })
        .await;
        match next {
            Next::Lost => Err(DriverError::Fenced),
            Next::Signalled => {
                self.signals_unread = true;
                Ok(())
            }
            Next::Done(done) => self.finish(*done).await,
            Next::Loose => self.flush().await,
            Next::Timer => Ok(()),
        }
    }

    /// `driver/signals.rs`: what no longer fits is marked read and has no effect.
    async fn take_signals(&mut self) -> Result<(), DriverError> {
        let run = self.claim.run.clone();
        let asked =
            self.sim.ask(Some(self.node.index), "read signals", |store, _| store.unread_signals(&run));
        for signal in asked.await? {
            if self.journal.signals_read.contains(&signal.id) {
                continue;
            }
            if self.append(signal.event).is_err() {
                self.sim.count("signals that came too late");
            }
            self.journal.signals_read.push(signal.id);
        }
        if self.state.cancelled_by().is_some() {
            self.stop_reads.set(true);
        }
        Ok(())
    }

    fn place(&self, read: bool) -> Place {
        Place {
            node: self.node.index,
            run: self.claim.run.clone(),
            generation: self.claim.generation,
            reins: Rc::clone(&self.reins),
            stop: read.then(|| Rc::clone(&self.stop_reads)),
        }
    }
}
