//! A worker process: it claims due runs, keeps its leases, looks for those that ended, stops in order, and comes back
//! after a crash as another worker. As `engine.rs` and `sweep.rs` are.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use throughline_domain::id::RunId;
use throughline_domain::time::Timestamp;

use crate::driver::{Driver, DriverError, Reins};
use crate::sim::{Bell, MS, SECOND, Sim};
use crate::store::{Claim, Store};

pub(crate) const LEASE_US: i64 = 30 * SECOND;
const POLL_US: i64 = 4 * SECOND;
const SWEEP_US: i64 = 5 * SECOND;
/// Runs driven at the same time.
const WORKERS: usize = 3;

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) index: usize,
    /// Not polled before.
    pub(crate) paused_until: Cell<i64>,
    /// Its clock, against true time.
    pub(crate) offset: Cell<i64>,
    pub(crate) draining: Cell<bool>,
    /// Changes with each start: the worker's id.
    life: Cell<u64>,
    held: RefCell<BTreeMap<RunId, (u64, Rc<Reins>)>>,
    due: Cell<bool>,
    bell: RefCell<Rc<Bell>>,
}

impl Node {
    pub(crate) fn new(index: usize) -> Self {
        Self {
            index,
            paused_until: Cell::new(i64::MIN),
            offset: Cell::new(0),
            draining: Cell::new(false),
            life: Cell::new(0),
            held: RefCell::default(),
            due: Cell::new(false),
            bell: RefCell::default(),
        }
    }

    pub(crate) fn clock(&self, sim: &Sim) -> Timestamp {
        Timestamp(sim.now() + self.offset.get())
    }

    fn worker(&self) -> u64 {
        (self.index as u64) << 32 | self.life.get()
    }

    pub(crate) fn tell_due(&self) {
        self.due.set(true);
        self.bell.borrow().rung.set(true);
    }

    pub(crate) fn signalled(&self, run: &RunId) {
        if let Some((_, reins)) = self.held.borrow().get(run) {
            reins.signal();
        }
    }

    fn lost(&self, run: &RunId, generation: u64) {
        if let Some((held, reins)) = self.held.borrow().get(run)
            && *held == generation
        {
            reins.lose();
        }
    }

    fn all_lost(&self) {
        self.held.borrow().values().for_each(|(_, reins)| reins.lose());
    }

    fn renewed(&self, leases: &[(RunId, u64)], lost: &[(RunId, u64)], since: i64) {
        let held = self.held.borrow();
        for lease in leases.iter().filter(|lease| !lost.contains(lease)) {
            if let Some((generation, reins)) = held.get(&lease.0)
                && *generation == lease.1
            {
                reins.renewed(since);
            }
        }
    }

    fn leases(&self) -> Vec<(RunId, u64)> {
        self.held.borrow().iter().map(|(run, (generation, _))| (run.clone(), *generation)).collect()
    }
}

/// The process is gone, with everything it knew; another one starts a while later.
pub(crate) fn restart(sim: &Rc<Sim>, index: usize) {
    let node = &sim.nodes[index];
    node.held.borrow_mut().clear();
    node.draining.set(false);
    node.paused_until.set(i64::MIN);
    node.life.set(node.life.get() + 1);
    let down = if sim.calm.get() { 1 } else { sim.throw(|dice| dice.between(1, 20_000)) };
    let (sim_, node) = (Rc::clone(sim), Rc::clone(node));
    sim.spawn(Some(index), async move {
        sim_.sleep(down * MS).await;
        start(&sim_, &node).await;
    });
}

async fn start(sim: &Rc<Sim>, node: &Rc<Node>) {
    if sim.faults.borrow().embedded {
        // The data directory's lock proves that no other process lives.
        while sim.ask(Some(node.index), "void the leases", Store::void).await.is_err() {
            sim.sleep(SECOND).await;
        }
    }
    sim.spawn(Some(node.index), dispatch(Rc::clone(sim), Rc::clone(node)));
    sim.spawn(Some(node.index), keep_leases(Rc::clone(sim), Rc::clone(node)));
    sim.spawn(Some(node.index), sweep(Rc::clone(sim), Rc::clone(node)));
}

async fn dispatch(sim: Rc<Sim>, node: Rc<Node>) {
    loop {
        node.due.set(false);
        if node.draining.get() {
            return drained(&sim, &node).await;
        }
        if claim(&sim, &node).await {
            continue;
        }
        let asked = sim.ask(Some(node.index), "next due", |store, _| store.next_due()).await;
        let idle = match asked {
            Ok(Some(due)) => (due - node.clock(&sim).0).clamp(MS, POLL_US),
            Ok(None) => POLL_US,
            Err(_) => SECOND / 2,
        };
        let until = sim.now() + idle;
        *node.bell.borrow_mut() = sim.bell();
        let ready = || node.due.get() || node.draining.get() || sim.reached(until);
        poll_fn(|_| if ready() { Poll::Ready(()) } else { Poll::Pending }).await;
    }
}

/// Claims and starts one batch; false when there was nothing to claim, or no hand free.
async fn claim(sim: &Rc<Sim>, node: &Rc<Node>) -> bool {
    let free = WORKERS.saturating_sub(node.held.borrow().len());
    if free == 0 {
        return false;
    }
    let (worker, since) = (node.worker(), sim.now());
    let asked =
        sim.ask(Some(node.index), "claim", |store, now| store.claim(worker, free, LEASE_US, now)).await;
    let Ok(claims) = asked else {
        sim.sleep(SECOND / 2).await;
        return false;
    };
    let any = !claims.is_empty();
    for claim in claims {
        sim.trace(|| format!("node {} claims {} ({})", node.index, claim.run, claim.generation));
        let reins = Rc::new(Reins::default());
        reins.renewed(since);
        node.held.borrow_mut().insert(claim.run.clone(), (claim.generation, Rc::clone(&reins)));
        sim.spawn(Some(node.index), drive(Rc::clone(sim), Rc::clone(node), claim, reins));
    }
    any
}

async fn drive(sim: Rc<Sim>, node: Rc<Node>, claim: Claim, reins: Rc<Reins>) {
    sim.point(node.index, "after a claim").await;
    let (run, generation) = (claim.run.clone(), claim.generation);
    let result = match Driver::open(Rc::clone(&sim), Rc::clone(&node), claim, reins).await {
        Ok(driver) => driver.drive().await,
        Err(error) => Err(error),
    };
    if matches!(result, Err(DriverError::Fenced | DriverError::Store)) {
        // The run goes on when the store takes it back; else when its lease ends.
        let back =
            sim.ask(Some(node.index), "give back", |store, now| store.give_back(&run, generation, now));
        if back.await.is_err() {
            sim.count("runs left to their leases");
        }
    }
    let mine = node.held.borrow().get(&run).is_some_and(|(held, _)| *held == generation);
    if mine {
        node.held.borrow_mut().remove(&run);
    }
    node.tell_due();
    sim.trace(|| format!("node {} lets go of {run}: {result:?}", node.index));
    if let Err(DriverError::Illegal(illegal)) = result {
        sim.violation(format!("the planner or the driver made an entry that does not fit: {illegal}"));
    }
}

async fn keep_leases(sim: Rc<Sim>, node: Rc<Node>) {
    let mut failed_for = 0;
    loop {
        sim.sleep(LEASE_US / 3).await;
        let leases = node.leases();
        if leases.is_empty() {
            failed_for = 0;
            continue;
        }
        let (worker, since) = (node.worker(), sim.now());
        let asked =
            sim.ask(Some(node.index), "renew", |store, now| store.renew(worker, &leases, LEASE_US, now));
        if let Ok(lost) = asked.await {
            failed_for = 0;
            node.renewed(&leases, &lost, since);
            for (run, generation) in lost {
                sim.count("leases lost");
                node.lost(&run, generation);
            }
        } else {
            failed_for += LEASE_US / 3;
            // A worker stops starting effects before its lease ends.
            if failed_for >= LEASE_US * 2 / 3 {
                node.all_lost();
            }
        }
    }
}

/// Renews one lease: before a write, by a worker that is not sure of it any more.
pub(crate) async fn renew(sim: &Sim, node: usize, run: &RunId, generation: u64, reins: &Reins) {
    let (worker, since, lease) = (sim.nodes[node].worker(), sim.now(), [(run.clone(), generation)]);
    sim.count("leases renewed before a write");
    match sim.ask(Some(node), "renew", |store, now| store.renew(worker, &lease, LEASE_US, now)).await {
        Ok(lost) if lost.is_empty() => reins.renewed(since),
        Ok(_) | Err(_) => reins.lose(),
    }
}

async fn sweep(sim: Rc<Sim>, node: Rc<Node>) {
    loop {
        // A failed sweep is one that comes later.
        if let Ok(expired @ 1..) = sim.ask(Some(node.index), "expire", Store::expire).await {
            sim.trace(|| format!("node {} found {expired} ended leases", node.index));
            sim.count("leases expired");
        }
        sim.sleep(SWEEP_US).await;
    }
}

/// Nothing new is claimed; the process ends when its drivers are done, or after half a minute.
async fn drained(sim: &Rc<Sim>, node: &Rc<Node>) {
    let until = sim.now() + 30 * SECOND;
    while !node.held.borrow().is_empty() && sim.now() < until {
        sim.sleep(200 * MS).await;
    }
    sim.count(if node.held.borrow().is_empty() { "clean stops" } else { "stops that took too long" });
    sim.crash(node.index);
    poll_fn(|_| Poll::<()>::Pending).await;
}
