//! The scheduler: tasks are futures, time is a number, and which task runs next is a throw of the dice. A task gives
//! way wherever the engine awaits; a worker that crashes loses its tasks, one that is stopped is not polled.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use throughline_domain::time::Timestamp;

use crate::catalog::Catalog;
use crate::check::Checks;
use crate::dice::Dice;
use crate::node::Node;
use crate::remote::Remote;
use crate::store::Store;
use crate::{Broken, Faults};

pub(crate) const T0: i64 = 1_767_225_600_000_000;
pub(crate) const MS: i64 = 1_000;
pub(crate) const SECOND: i64 = 1_000_000;

pub(crate) type Task = Pin<Box<dyn Future<Output = ()>>>;

/// What makes a task runnable again.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    pub(crate) rung: Cell<bool>,
    at: Cell<Option<i64>>,
}

/// What a task asks of the scheduler.
pub(crate) enum Order {
    Spawn { node: Option<usize>, task: Task },
    Crash(usize),
}

/// The store did not answer, or not well: nothing is known of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoreDown;

pub(crate) struct Sim {
    pub(crate) seed: u64,
    pub(crate) broken: Broken,
    now: Cell<i64>,
    dice: RefCell<Dice>,
    pub(crate) faults: RefCell<Faults>,
    /// The database's clock, against true time.
    pub(crate) database_offset: Cell<i64>,
    pub(crate) store: RefCell<Store>,
    pub(crate) remote: RefCell<Remote>,
    pub(crate) checks: RefCell<Checks>,
    pub(crate) nodes: Vec<Rc<Node>>,
    pub(crate) catalog: Catalog,
    /// Everything recovers and nobody makes trouble any more.
    pub(crate) calm: Cell<bool>,
    pub(crate) counts: RefCell<BTreeMap<&'static str, u64>>,
    current: RefCell<Rc<Bell>>,
    orders: RefCell<Vec<Order>>,
    trace: Option<RefCell<Vec<String>>>,
}

impl Sim {
    pub(crate) fn new(seed: u64, broken: Broken, traced: bool) -> Self {
        let mut dice = Dice::new(seed);
        let catalog = Catalog::new(&mut dice);
        let faults = Faults::swarm(&mut dice);
        let nodes = if faults.embedded { 1 } else { usize::try_from(dice.between(2, 4)).unwrap_or(2) };
        Self {
            seed,
            broken,
            now: Cell::new(T0),
            dice: RefCell::new(dice),
            faults: RefCell::new(faults),
            database_offset: Cell::new(0),
            store: RefCell::new(Store::new(broken)),
            remote: RefCell::default(),
            checks: RefCell::default(),
            nodes: (0..nodes).map(|index| Rc::new(Node::new(index))).collect(),
            catalog,
            calm: Cell::new(false),
            counts: RefCell::default(),
            current: RefCell::default(),
            orders: RefCell::default(),
            trace: traced.then(RefCell::default),
        }
    }

    pub(crate) fn now(&self) -> i64 {
        self.now.get()
    }

    pub(crate) fn database_now(&self) -> i64 {
        self.now() + self.database_offset.get()
    }

    pub(crate) fn throw<T>(&self, with: impl FnOnce(&mut Dice) -> T) -> T {
        with(&mut self.dice.borrow_mut())
    }

    /// A fault that comes once in `n`, and never in the calm.
    pub(crate) fn strikes(&self, rate: impl FnOnce(&Faults) -> u64) -> bool {
        let rate = rate(&self.faults.borrow());
        !self.calm.get() && rate > 0 && self.throw(|dice| dice.one_in(rate))
    }

    pub(crate) fn count(&self, what: &'static str) {
        *self.counts.borrow_mut().entry(what).or_default() += 1;
    }

    pub(crate) fn trace(&self, words: impl FnOnce() -> String) {
        if let Some(trace) = &self.trace {
            let time = Timestamp(self.now()).to_rfc3339();
            trace.borrow_mut().push(format!("{} {}", time.get(11..26).unwrap_or(&time), words()));
        }
    }

    pub(crate) fn take_trace(&self) -> Vec<String> {
        self.trace.as_ref().map(RefCell::take).unwrap_or_default()
    }

    pub(crate) fn violation(&self, words: String) {
        self.trace(|| format!("VIOLATION {words}"));
        self.checks.borrow_mut().violations.push(words);
    }

    pub(crate) fn spawn(&self, node: Option<usize>, task: impl Future<Output = ()> + 'static) {
        self.orders.borrow_mut().push(Order::Spawn { node, task: Box::pin(task) });
    }

    pub(crate) fn crash(&self, node: usize) {
        self.orders.borrow_mut().push(Order::Crash(node));
    }

    /// The bell of the task that is being polled.
    pub(crate) fn bell(&self) -> Rc<Bell> {
        Rc::clone(&self.current.borrow())
    }

    /// Asks to be polled again at this time at the latest; true when it has come.
    pub(crate) fn reached(&self, at: i64) -> bool {
        if self.now() >= at {
            return true;
        }
        let bell = self.current.borrow();
        bell.at.set(Some(bell.at.get().map_or(at, |other| other.min(at))));
        false
    }

    pub(crate) async fn sleep(&self, us: i64) {
        let until = self.now() + us;
        poll_fn(|_| if self.reached(until) { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    /// A place where a worker may go down: named, counted.
    pub(crate) async fn point(&self, node: usize, name: &'static str) {
        self.count(name);
        if self.strikes(|faults| faults.crash) {
            self.trace(|| format!("node {node} goes down at {name}"));
            self.count("crashes");
            self.crash(node);
            poll_fn(|_| Poll::<()>::Pending).await;
        }
        let before_call = name == "before a call" && self.strikes(|faults| faults.zombie);
        if before_call || self.strikes(|faults| faults.pause) {
            let us = self.throw(|dice| dice.between(5, 90)) * SECOND;
            self.trace(|| format!("node {node} is stopped at {name} for {} s", us / SECOND));
            self.count("pauses");
            self.nodes[node].paused_until.set(self.now() + us);
            // Away from this very place, so that others act meanwhile.
            self.sleep(1).await;
        }
    }

    /// One transaction: on its way, done, and its answer on its way back; each may go wrong.
    pub(crate) async fn ask<T>(
        &self,
        node: Option<usize>,
        name: &'static str,
        run: impl FnOnce(&mut Store, i64) -> T,
    ) -> Result<T, StoreDown> {
        if let Some(node) = node {
            self.point(node, name).await;
        }
        self.sleep(self.latency()).await;
        if self.strikes(|faults| faults.store_before) {
            self.count("commits lost before");
            self.trace(|| format!("{name}: lost before it was durable"));
            self.sleep(self.latency() * 10).await;
            return Err(StoreDown);
        }
        let value = self.transact(node, run);
        let lost = self.strikes(|faults| faults.store_after);
        self.sleep(self.latency()).await;
        if let Some(node) = node {
            self.point(node, "after a commit").await;
        }
        if lost {
            self.count("commits lost after");
            self.trace(|| format!("{name}: durable, and nobody heard"));
            return Err(StoreDown);
        }
        Ok(value)
    }

    /// Like [`Sim::ask`], from outside through a node that does not go down over it.
    pub(crate) async fn ask_quietly<T>(
        &self,
        via: Option<usize>,
        name: &'static str,
        run: impl FnOnce(&mut Store, i64) -> T,
    ) -> Result<T, StoreDown> {
        self.sleep(self.latency()).await;
        if self.strikes(|faults| faults.store_before) {
            return Err(StoreDown);
        }
        let value = self.transact(via, run);
        self.trace(|| format!("{name} is durable"));
        self.sleep(self.latency()).await;
        if self.strikes(|faults| faults.store_after) { Err(StoreDown) } else { Ok(value) }
    }

    fn latency(&self) -> i64 {
        if self.strikes(|faults| faults.slow) {
            return self.throw(|dice| dice.between(1, 40)) * SECOND;
        }
        self.throw(|dice| dice.between(100, 4_000))
    }

    /// Runs a transaction, checks what it left, and tells who wants to know.
    pub(crate) fn transact<T>(&self, node: Option<usize>, run: impl FnOnce(&mut Store, i64) -> T) -> T {
        let now = self.database_now();
        let (value, changes) = {
            let mut store = self.store.borrow_mut();
            let value = run(&mut store, now);
            (value, store.take_changes())
        };
        for run in &changes.touched {
            crate::check::after_commit(self, run);
        }
        for other in &self.nodes {
            let here = node == Some(other.index);
            // Other nodes are told by a notice that may get lost; signals are told on the own node only.
            if changes.due && (here || !self.throw(|dice| dice.one_in(4))) {
                other.tell_due();
            }
            if here {
                changes.signalled.iter().for_each(|run| other.signalled(run));
            }
        }
        value
    }
}

struct Slot {
    node: Option<usize>,
    bell: Rc<Bell>,
    task: Task,
}

/// Polls the tasks of a simulation, one at a time.
pub(crate) struct Scheduler {
    pub(crate) sim: Rc<Sim>,
    tasks: Vec<Slot>,
    pub(crate) polls: u64,
}

impl Scheduler {
    pub(crate) fn new(sim: Rc<Sim>) -> Self {
        Self { sim, tasks: Vec::new(), polls: 0 }
    }

    /// When this task may run next, by its bell and its node.
    fn ready_at(&self, slot: &Slot) -> Option<i64> {
        let now = self.sim.now();
        let bell = if slot.bell.rung.get() { Some(now) } else { slot.bell.at.get() }?;
        let paused = slot.node.map_or(i64::MIN, |node| self.sim.nodes[node].paused_until.get());
        Some(bell.max(paused))
    }

    /// Polls one task that can run; where none can, time goes on to the first that can. False: none ever can.
    pub(crate) fn step(&mut self) -> bool {
        self.obey();
        let ready: Vec<Option<i64>> = self.tasks.iter().map(|slot| self.ready_at(slot)).collect();
        let Some(first) = ready.iter().flatten().min().copied() else { return false };
        if first > self.sim.now() {
            self.sim.now.set(first);
        }
        let now = self.sim.now();
        let can: Vec<usize> =
            (0..ready.len()).filter(|index| ready[*index].is_some_and(|at| at <= now)).collect();
        let index = can[self.sim.throw(|dice| dice.index(can.len()))];
        let slot = &mut self.tasks[index];
        slot.bell.rung.set(false);
        slot.bell.at.set(None);
        *self.sim.current.borrow_mut() = Rc::clone(&slot.bell);
        self.polls += 1;
        if slot.task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            drop(self.tasks.swap_remove(index));
        }
        self.obey();
        true
    }

    fn obey(&mut self) {
        loop {
            let orders = self.sim.orders.take();
            if orders.is_empty() {
                return;
            }
            for order in orders {
                match order {
                    Order::Spawn { node, task } => {
                        let bell = Rc::new(Bell::default());
                        bell.rung.set(true);
                        self.tasks.push(Slot { node, bell, task });
                    }
                    Order::Crash(node) => {
                        self.tasks.retain(|slot| slot.node != Some(node));
                        crate::node::restart(&self.sim, node);
                    }
                }
            }
        }
    }

    /// Time goes on to the first due run, when nothing can happen before.
    pub(crate) fn skip_to(&self, at: i64) {
        if at > self.sim.now() {
            self.sim.now.set(at);
        }
    }
}
