//! Deterministic simulation of Throughline: the real planner and fold, and the engine's rules, against a model store
//! and model systems, under a scheduler whose every choice comes from one seed.
//!
//! Two to four workers drive runs step by step as the engine's driver does, and may crash, be stopped or lose their
//! lease wherever it awaits. Senders, publishers and people act meanwhile. Then everything recovers, and every run must
//! come to rest on something that has a name, and end once people have answered. Checks run after every commit, before
//! every sending, at rest and at the end.

mod catalog;
mod chaos;
mod check;
mod dice;
mod driver;
mod node;
mod people;
mod remote;
mod rows;
mod sim;
mod store;

use std::collections::BTreeMap;
use std::rc::Rc;

use dice::Dice;
use sim::{SECOND, Scheduler, Sim, T0};

/// A rule that is broken on purpose, so that the simulation proves that it would see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Broken {
    /// The rules as they are.
    #[default]
    Nothing,
    /// A write leaves before its intent is durable.
    SkipIntent,
    /// A commit does not ask who holds the run.
    NoFence,
    /// A `write_once` whose outcome is unknown is sent again.
    ResendUnknown,
    /// A sender is answered before its event is durable.
    AckBeforeCommit,
    /// A run is released to wait without looking for unread signals.
    LoseWakeUp,
}

/// How often each fault comes: once in so many chances, 0 for never. Each seed has its own mixture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Faults {
    /// One worker on SQLite instead of several on PostgreSQL.
    pub(crate) embedded: bool,
    pub(crate) crash: u64,
    pub(crate) pause: u64,
    /// A stop between a durable intent and its sending.
    pub(crate) zombie: u64,
    pub(crate) store_before: u64,
    pub(crate) store_after: u64,
    pub(crate) slow: u64,
    pub(crate) unreachable: u64,
    pub(crate) unanswered: u64,
    pub(crate) slow_network: u64,
    pub(crate) lost_request: u64,
    pub(crate) lost_answer: u64,
    pub(crate) refused: u64,
    pub(crate) repeated: u64,
    pub(crate) fails_after: u64,
    pub(crate) cannot_tell: u64,
    pub(crate) chaos_crash: u64,
    pub(crate) chaos_pause: u64,
    pub(crate) clocks: u64,
    pub(crate) drains: u64,
}

impl Faults {
    fn swarm(dice: &mut Dice) -> Self {
        let mut rate = |often: i64, seldom: i64| {
            if dice.one_in(2) { 0 } else { dice.between(often, seldom).cast_unsigned() }
        };
        Self {
            embedded: rate(1, 4) == 1,
            crash: rate(40, 400),
            pause: rate(60, 600),
            zombie: rate(3, 12),
            store_before: rate(20, 200),
            store_after: rate(20, 200),
            slow: rate(40, 300),
            unreachable: rate(3, 12),
            unanswered: rate(3, 12),
            slow_network: rate(2, 6),
            lost_request: rate(3, 12),
            lost_answer: rate(3, 12),
            refused: rate(4, 16),
            repeated: rate(3, 12),
            fails_after: rate(3, 12),
            cannot_tell: rate(3, 12),
            chaos_crash: rate(2, 6),
            chaos_pause: rate(2, 6),
            clocks: rate(2, 6),
            drains: rate(2, 6),
        }
    }
}

/// What became of one seed.
#[derive(Debug)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// What must not happen and did, in the order it was seen.
    pub violations: Vec<String>,
    /// How often what happened: entries of logs by tag, faults, places where a worker awaited.
    pub counts: BTreeMap<&'static str, u64>,
    /// Polls of tasks.
    pub polls: u64,
    /// What happened, line by line, when it was asked for.
    pub trace: Vec<String>,
}

/// Polls after which trouble ends, and after which a simulation that does not end is a violation.
const STORM_POLLS: u64 = 6_000;
const MOST_POLLS: u64 = 150_000;

/// Plays one seed.
pub fn simulate(seed: u64, broken: Broken, traced: bool) -> Report {
    let sim = Rc::new(Sim::new(seed, broken, traced));
    let mut scheduler = Scheduler::new(Rc::clone(&sim));
    for node in 0..sim.nodes.len() {
        sim.crash(node);
    }
    people::arrive(&sim);
    sim.spawn(None, chaos::chaos(Rc::clone(&sim)));
    let storm = T0 + sim.throw(|dice| dice.between(30, 150)) * SECOND;
    while sim.now() < storm && scheduler.polls < STORM_POLLS && scheduler.step() {}
    calm_down(&sim);
    recover(&sim, &mut scheduler);
    let (violations, counts) =
        (std::mem::take(&mut sim.checks.borrow_mut().violations), sim.counts.borrow().clone());
    Report { seed: sim.seed, violations, counts, polls: scheduler.polls, trace: sim.take_trace() }
}

fn calm_down(sim: &Rc<Sim>) {
    sim.trace(|| "all trouble ends".to_owned());
    sim.calm.set(true);
    sim.database_offset.set(0);
    for node in &sim.nodes {
        node.offset.set(0);
        node.paused_until.set(i64::MIN);
    }
}

/// First everything comes to rest by itself; then people act, and everything ends.
fn recover(sim: &Rc<Sim>, scheduler: &mut Scheduler) {
    let begun = sim.now();
    loop {
        for _ in 0..20 {
            if !scheduler.step() {
                sim.violation("nothing will ever happen again".to_owned());
                return;
            }
        }
        if !sim.checks.borrow().violations.is_empty() {
            return;
        }
        if scheduler.polls > MOST_POLLS {
            let open: Vec<String> = {
                let store = sim.store.borrow();
                let open = store.runs.iter().filter(|(_, row)| !row.ended);
                open.map(|(run, row)| format!("{run} {:?} due {:?}", row.status, row.due_at)).collect()
            };
            return sim.violation(format!("no end comes: {open:?}"));
        }
        // Senders try again for a while; what they send must be in before rest means anything.
        if sim.now() < begun + 75 * SECOND || !check::is_at_rest(sim) {
            continue;
        }
        if !sim.checks.borrow().people_may_act {
            check::at_rest(sim);
            sim.checks.borrow_mut().people_may_act = true;
        }
        if check::all_ended(sim) {
            return check::at_end(sim);
        }
        let (asked, due) = {
            let store = sim.store.borrow();
            let asked = store.exceptions.values().any(|row| row.resolution.is_none())
                || store.asks.values().any(|row| !row.closed);
            (asked, store.next_due())
        };
        if let Some(due) = due.filter(|_| !asked) {
            scheduler.skip_to(due);
        }
    }
}
