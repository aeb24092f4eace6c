//! The systems that runs write to, with the ledger of every call. A system that takes keys keeps its word; the network
//! between loses, delays and repeats.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use serde_json::{Value, json};
use throughline_domain::connector::Effect;
use throughline_domain::failure::{Failure, FailureKind, Origin};
use throughline_domain::id::{EffectId, RunId};
use throughline_domain::json;
use throughline_domain::run::decision::ActionCall;

use crate::catalog::means;
use crate::check;
use crate::driver::Place;
use crate::sim::{MS, SECOND, Sim};

/// The longest a request is on its way: shorter than the time between two looks.
const LONGEST_WAY_MS: i64 = 3_000;

/// One request that may change something and left a worker.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) run: RunId,
    pub(crate) effect: EffectId,
    pub(crate) class: Effect,
    pub(crate) key: String,
    pub(crate) request_sha256: String,
    /// The sender had lost its lease by then: no fence reaches outside.
    pub(crate) stale: bool,
}

/// What a system did.
#[derive(Clone, Debug)]
pub(crate) struct Applied {
    pub(crate) times: u32,
    output: Value,
}

#[derive(Debug, Default)]
pub(crate) struct Remote {
    pub(crate) sent: Vec<Sent>,
    /// By key.
    pub(crate) applied: BTreeMap<String, Applied>,
    /// By effect: applications that a request of it caused.
    pub(crate) applied_by: BTreeMap<EffectId, u32>,
    serial: u64,
}

/// What an attempt gave.
#[derive(Debug)]
pub(crate) struct Attempted {
    pub(crate) result: Result<Value, Failure>,
    pub(crate) sent: bool,
}

impl Attempted {
    pub(crate) const fn unsent(failure: Failure) -> Self {
        Self { result: Err(failure), sent: false }
    }
}

pub(crate) enum Look {
    Applied(Value),
    NotApplied,
    Unknown,
    Failed(Failure),
}

pub(crate) fn failure(kind: FailureKind) -> Failure {
    Failure { kind, origin: Origin::Remote, ..Failure::permanent("sys.failed", "the system failed") }
}

const fn transient() -> FailureKind {
    FailureKind::Transient { after_ms: None }
}

impl Remote {
    /// A system with keys answers the same key the same way and applies it once; one without applies what comes.
    fn apply(&mut self, sent: &Sent) -> Value {
        let keyed = sent.class == Effect::WriteIdempotent;
        if let Some(before) = self.applied.get_mut(&sent.key) {
            if !keyed {
                before.times += 1;
                *self.applied_by.entry(sent.effect.clone()).or_default() += 1;
            }
            return before.output.clone();
        }
        self.serial += 1;
        let output = json!({ "id": self.serial, "n": self.serial * 271 % 1_000 });
        self.applied.insert(sent.key.clone(), Applied { times: 1, output: output.clone() });
        *self.applied_by.entry(sent.effect.clone()).or_default() += 1;
        output
    }
}

type Answer = Rc<RefCell<Option<Result<Value, Failure>>>>;

/// One call of an action, as `run_action` and the host give it.
pub(crate) async fn run_action(
    sim: &Rc<Sim>,
    place: &Place,
    call: &ActionCall,
    write: Option<(EffectId, String)>,
) -> Attempted {
    sim.point(place.node, "before a call").await;
    if place.is_cancelled() {
        return Attempted::unsent(failure(FailureKind::Cancelled));
    }
    let Some((effect, key)) = write else { return read(sim, place).await };
    if sim.strikes(|faults| faults.unreachable) {
        return Attempted::unsent(failure(transient()));
    }
    if !place.may_write(sim).await {
        return Attempted::unsent(failure(FailureKind::Cancelled));
    }
    let sent = Sent {
        run: place.run.clone(),
        effect,
        class: means(&call.action).effect,
        key,
        request_sha256: json::sha256(&call.input),
        stale: check::is_stale(sim, &place.run, place.generation),
    };
    sim.trace(|| format!("node {} sends {} of {} at {}", place.node, sent.effect, place.run, call.path));
    sim.count("writes sent");
    check::before_send(sim, &sent, call);
    sim.remote.borrow_mut().sent.push(sent.clone());
    let answer: Answer = Rc::default();
    transport(sim, sent, &answer);
    wait_for(sim, place, &answer).await
}

async fn read(sim: &Rc<Sim>, place: &Place) -> Attempted {
    let us = sim.throw(|dice| dice.between(1, 900)) * MS;
    let until = sim.now() + us;
    poll_fn(|_| if place.is_cancelled() || sim.reached(until) { Poll::Ready(()) } else { Poll::Pending })
        .await;
    if place.is_cancelled() {
        return Attempted::unsent(failure(FailureKind::Cancelled));
    }
    if sim.strikes(|faults| faults.unanswered) {
        let kinds = [transient(), FailureKind::TimedOut, FailureKind::Trap, FailureKind::NotFound];
        return Attempted::unsent(failure(sim.throw(|dice| dice.pick(&kinds).clone())));
    }
    let n = sim.throw(|dice| dice.below(1_000));
    Attempted { result: Ok(json!({ "id": n, "n": n })), sent: false }
}

/// The network and the system: it goes on whatever becomes of the sender.
fn transport(sim: &Rc<Sim>, sent: Sent, answer: &Answer) {
    let (sim_, answer, bell) = (Rc::clone(sim), Rc::clone(answer), sim.bell());
    sim.spawn(None, async move {
        let sim = sim_;
        let way = if sim.strikes(|faults| faults.slow_network) { LONGEST_WAY_MS } else { 40 };
        sim.sleep(sim.throw(|dice| dice.between(1, way)) * MS).await;
        if sim.strikes(|faults| faults.lost_request) {
            return;
        }
        if sim.strikes(|faults| faults.refused) {
            let kinds = [
                FailureKind::NotFound,
                FailureKind::Conflict,
                FailureKind::Permanent,
                FailureKind::RateLimited { after_ms: Some(700) },
            ];
            let kind = sim.throw(|dice| dice.pick(&kinds).clone());
            *answer.borrow_mut() = Some(Err(failure(kind)));
            return bell.rung.set(true);
        }
        let mut output = sim.remote.borrow_mut().apply(&sent);
        sim.trace(|| format!("applied {}", sent.effect));
        if sim.strikes(|faults| faults.repeated) {
            sim.sleep(sim.throw(|dice| dice.between(1, 900)) * MS).await;
            sim.count("requests the network repeated");
            output = sim.remote.borrow_mut().apply(&sent);
        }
        if sim.strikes(|faults| faults.lost_answer) {
            return;
        }
        sim.sleep(sim.throw(|dice| dice.between(1, way)) * MS).await;
        let failed = sim.strikes(|faults| faults.fails_after);
        // 500 after applying: the connector says that nobody knows, or that it may be tried again.
        let kind = if sim.throw(|dice| dice.one_in(2)) { FailureKind::OutcomeUnknown } else { transient() };
        *answer.borrow_mut() = Some(if failed { Err(failure(kind)) } else { Ok(output) });
        bell.rung.set(true);
    });
}

async fn wait_for(sim: &Rc<Sim>, place: &Place, answer: &Answer) -> Attempted {
    let patience = sim.throw(|dice| dice.between(1, 8)) * SECOND;
    let until = sim.now() + patience;
    let ready = || answer.borrow().is_some() || place.is_cancelled();
    poll_fn(|_| if ready() || sim.reached(until) { Poll::Ready(()) } else { Poll::Pending }).await;
    let late = || {
        let kinds = [FailureKind::OutcomeUnknown, transient(), FailureKind::TimedOut, FailureKind::Trap];
        failure(sim.throw(|dice| dice.pick(&kinds).clone()))
    };
    let result = answer.borrow_mut().take();
    let result = match result {
        Some(result) => result,
        None if place.is_cancelled() => Err(failure(FailureKind::Cancelled)),
        None => Err(late()),
    };
    sim.point(place.node, "after a call").await;
    Attempted { result, sent: true }
}

/// `reconcile`: the system is asked whether it has a mark. Never says of what it has that it has not.
pub(crate) async fn look(sim: &Rc<Sim>, place: &Place, key: &str) -> Look {
    sim.point(place.node, "before a look").await;
    sim.sleep(sim.throw(|dice| dice.between(1, 300)) * MS).await;
    if sim.strikes(|faults| faults.unanswered) {
        return Look::Failed(failure(transient()));
    }
    if sim.strikes(|faults| faults.cannot_tell) {
        return Look::Unknown;
    }
    match sim.remote.borrow().applied.get(key) {
        Some(applied) => Look::Applied(applied.output.clone()),
        None => Look::NotApplied,
    }
}
