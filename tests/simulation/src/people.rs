//! Everybody outside: senders that repeat themselves until they are answered, publishers of correlated events, and
//! people who resolve, answer, cancel and retry, now and then twice or too late.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value, json};
use throughline_domain::id::{EventId, ExceptionId, RunId};
use throughline_domain::run::event::{Entry, Payload, Resolution, RunEvent, RunStarted, StepPath};
use throughline_domain::run::{RunState, Version, retry_plan};
use throughline_domain::time::Timestamp;

use crate::Broken;
use crate::sim::{MS, SECOND, Sim, StoreDown};
use crate::store::{Accepted, ExceptionRow, NewCorrelated, NewEvent, NewRun, NewSignal};

/// The first entry of a run, as intake makes it.
pub(crate) fn started(version: &Version, run: RunId, input: Value) -> RunStarted {
    RunStarted {
        run,
        workflow: version.workflow().id.clone(),
        version: version.number(),
        event: None,
        input: Payload::Inline(input),
        vars: Map::new(),
        plugins: BTreeMap::new(),
        parent: None,
        depth: 0,
        retry_of: None,
        copied: Vec::new(),
        edited: None,
        reply_wanted: false,
        requested_by: std::collections::BTreeSet::new(),
    }
}

pub(crate) fn new_run(started: RunStarted, now: Timestamp) -> NewRun {
    NewRun {
        id: started.run.clone(),
        workflow: started.workflow.clone(),
        reply_wanted: started.reply_wanted,
        event: started.event.clone(),
        first_entries: vec![Entry { seq: 1, at: now, event: RunEvent::RunStarted(Box::new(started)) }],
        created_at: now.0,
    }
}

/// The clock of a server that people and senders reach, as wrong as it is.
fn clock(sim: &Sim) -> Timestamp {
    let node = sim.throw(|dice| dice.index(sim.nodes.len()));
    sim.nodes[node].clock(sim)
}

fn random_wide(sim: &Sim) -> u128 {
    sim.throw(|dice| u128::from(dice.bits()) << 64 | u128::from(dice.bits()))
}

fn millis(at: Timestamp) -> u64 {
    at.as_millis().max(0).cast_unsigned()
}

/// Starts everybody.
pub(crate) fn arrive(sim: &Rc<Sim>) {
    let events = sim.throw(|dice| dice.between(1, 3));
    for number in 0..events {
        let workflow = sim.throw(|dice| dice.pick(&sim.catalog.starts).clone());
        let (n, list) = sim.throw(|dice| (dice.below(1_000), dice.below(4)));
        let list: Vec<u64> = (0..list).collect();
        let data = json!({ "id": format!("o{number}"), "n": n, "list": list });
        let reply = sim.throw(|dice| dice.one_in(3));
        for _ in 0..sim.throw(|dice| dice.between(1, 3)) {
            let sender = send(Rc::clone(sim), workflow.clone(), format!("o{number}"), data.clone(), reply);
            sim.spawn(None, sender);
        }
        sim.spawn(None, publish(Rc::clone(sim), format!("o{number}")));
    }
    sim.spawn(None, person(Rc::clone(sim)));
}

/// Delivers one event until somebody says that it is accepted.
async fn send(sim: Rc<Sim>, workflow: String, key: String, data: Value, reply: bool) {
    sim.sleep(sim.throw(|dice| dice.between(0, 20)) * SECOND).await;
    let Some(version) = sim.catalog.version(&workflow) else { return };
    for _ in 0..100 {
        let now = clock(&sim);
        let id = EventId::new(millis(now), random_wide(&sim));
        let run = RunId::new(millis(now), random_wide(&sim));
        let started = RunStarted {
            event: Some(id.clone()),
            reply_wanted: reply,
            ..started(version, run, data.clone())
        };
        let event = NewEvent { id, dedupe: key.clone(), run: new_run(started, now) };
        let answered = if sim.broken == Broken::AckBeforeCommit && sim.strikes(|faults| faults.store_before) {
            Ok(Accepted { run: event.run.id.clone(), duplicate: false })
        } else {
            sim.ask(None, "accept", |store, _| store.accept(&event)).await
        };
        if let Ok(accepted) = answered {
            sim.trace(|| format!("event {key} is accepted: {}", accepted.run));
            sim.count(if accepted.duplicate { "events accepted again" } else { "events accepted" });
            return sim.checks.borrow_mut().acknowledge(key, accepted.run);
        }
        sim.sleep(sim.throw(|dice| dice.between(10, 3_000)) * MS).await;
    }
}

/// Publishes what steps wait for, before or after they do, and some of it twice.
async fn publish(sim: Rc<Sim>, key: String) {
    for event_type in ["order.paid", "order.settled"] {
        sim.sleep(sim.throw(|dice| dice.between(0, 60)) * SECOND).await;
        if sim.throw(|dice| dice.one_in(4)) {
            continue;
        }
        let now = clock(&sim);
        let event = NewCorrelated {
            id: EventId::new(millis(now), random_wide(&sim)),
            event_type: event_type.to_owned(),
            key: key.clone(),
            data: Payload::Inline(json!({ "of": key })),
            received_at: now.0,
        };
        for _ in 0..sim.throw(|dice| dice.between(1, 3)) {
            let told = sim.ask(None, "publish", |store, now| store.publish(&event, now)).await;
            if told == Ok(true) {
                sim.count("correlated events");
            }
        }
    }
}

/// One person who does something every few seconds. In the calm only what stands open is looked after.
async fn person(sim: Rc<Sim>) {
    loop {
        let longest = if sim.calm.get() { 1 } else { 12 };
        sim.sleep(sim.throw(|dice| dice.between(300, longest * 1_000)) * MS).await;
        if sim.calm.get() && !sim.checks.borrow().people_may_act {
            continue;
        }
        let what =
            if sim.calm.get() { sim.throw(|dice| dice.below(5)) } else { sim.throw(|dice| dice.below(9)) };
        let done = match what {
            0..=3 => resolve(&sim).await,
            4 | 5 => answer(&sim).await,
            6 => cancel(&sim).await,
            _ => retry(&sim).await,
        };
        if done.is_err() {
            sim.count("people whose click was not heard");
        }
    }
}

fn any<T: Clone>(sim: &Sim, all: &[T]) -> Option<T> {
    if all.is_empty() { None } else { Some(sim.throw(|dice| dice.pick(all).clone())) }
}

async fn resolve(sim: &Rc<Sim>) -> Result<(), StoreDown> {
    let all: Vec<(ExceptionId, ExceptionRow)> = {
        let store = sim.store.borrow();
        let open = store.exceptions.iter().filter(|(_, row)| row.resolution.is_none());
        open.map(|(id, row)| (id.clone(), row.clone())).collect()
    };
    let Some((exception, row)) = any(sim, &all) else { return Ok(()) };
    let Some(resolution) = resolution(sim, &row) else { return Ok(()) };
    let clicks = if sim.throw(|dice| dice.one_in(5)) { 2 } else { 1 };
    for _ in 0..clicks {
        send_resolution(sim, &exception, &row, resolution.clone()).await?;
    }
    Ok(())
}

async fn send_resolution(
    sim: &Rc<Sim>,
    exception: &ExceptionId,
    row: &ExceptionRow,
    resolution: Resolution,
) -> Result<(), StoreDown> {
    sim.trace(|| format!("a person resolves {} of {}: {resolution:?}", row.path, row.run));
    let signal = NewSignal {
        id: format!("resolve/{exception}"),
        event: RunEvent::ExceptionResolved {
            path: StepPath(row.path.clone()),
            exception: exception.clone(),
            resolution,
            by: "ana".to_owned(),
            person: None,
        },
        sent_at: clock(sim).0,
        cancels: false,
    };
    let node = sim.throw(|dice| dice.index(sim.nodes.len()));
    let via = sim.throw(|dice| dice.one_in(2)).then_some(node);
    let run = row.run.clone();
    let sent = sim.ask_quietly(via, "resolve", |store, now| store.signal(&run, &signal, now)).await?;
    sim.count(if sent == Some(true) { "exceptions resolved" } else { "resolutions refused" });
    Ok(())
}

/// What fits the exception, as the command sees to it. Most answers are true; people err.
fn resolution(sim: &Sim, row: &ExceptionRow) -> Option<Resolution> {
    let output = Payload::Inline(json!({ "id": 0, "n": 0 }));
    let gave_up = Resolution::GaveUp { note: "enough".to_owned() };
    let choice = sim.throw(|dice| dice.below(6));
    if row.path.is_empty() {
        return Some(if choice < 4 { Resolution::Retried } else { gave_up });
    }
    if row.unknown_outcome && row.effect.is_some() {
        let happened =
            Resolution::Happened { output: output.clone(), proof: "the bank's statement".to_owned() };
        return Some(match choice {
            0 | 1 => happened,
            2 | 3 => Resolution::DidNotHappen,
            4 => Resolution::CompletedByHand { output },
            _ if sim.throw(|dice| dice.one_in(2)) => Resolution::Skipped,
            _ => gave_up,
        });
    }
    Some(match choice {
        0 => Resolution::Retried,
        1 => Resolution::EditedAndRetried { input: Payload::Inline(json!({ "id": "edited" })) },
        2 => Resolution::CompletedByHand { output },
        3 => Resolution::Skipped,
        4 if !sim.calm.get() => return None,
        _ => gave_up,
    })
}

async fn answer(sim: &Rc<Sim>) -> Result<(), StoreDown> {
    let all: Vec<_> = {
        let store = sim.store.borrow();
        let open = store.asks.iter().filter(|(_, row)| !row.closed);
        open.map(|(id, row)| (id.clone(), row.clone())).collect()
    };
    let Some((ask, row)) = any(sim, &all) else { return Ok(()) };
    let signal = NewSignal {
        id: format!("answer/{ask}"),
        event: RunEvent::Answered {
            path: StepPath(row.path),
            ask,
            answer: Payload::Inline(json!({ "go": true })),
            by: "ben".to_owned(),
            person: None,
        },
        sent_at: clock(sim).0,
        cancels: false,
    };
    sim.ask(None, "answer", |store, now| store.signal(&row.run, &signal, now)).await?;
    sim.count("questions answered");
    Ok(())
}

async fn cancel(sim: &Rc<Sim>) -> Result<(), StoreDown> {
    let all: Vec<RunId> = {
        let store = sim.store.borrow();
        let open = store.runs.keys().filter(|run| store.open_run(run).is_some() && !store.is_cancelling(run));
        open.cloned().collect()
    };
    let Some(run) = any(sim, &all).filter(|_| sim.throw(|dice| dice.one_in(3))) else { return Ok(()) };
    sim.trace(|| format!("a person cancels {run}"));
    let signal = NewSignal {
        id: "cancel".to_owned(),
        event: RunEvent::CancelRequested { by: "ana".to_owned() },
        sent_at: clock(sim).0,
        cancels: true,
    };
    sim.ask(None, "cancel", |store, now| store.signal(&run, &signal, now)).await?;
    sim.count("runs cancelled");
    Ok(())
}

/// Retries an ended run as a new one; as `retry_anew`, with the click that repeats what was applied.
async fn retry(sim: &Rc<Sim>) -> Result<(), StoreDown> {
    let all: Vec<RunId> = {
        let store = sim.store.borrow();
        store.runs.iter().filter(|(_, row)| row.ended).map(|(run, _)| run.clone()).collect()
    };
    let Some(run) = any(sim, &all).filter(|_| sim.throw(|dice| dice.one_in(6))) else { return Ok(()) };
    let log = sim.ask(None, "load the log", |store, _| store.load_log(&run)).await?;
    let workflow = sim.store.borrow().runs.get(&run).map(|row| row.workflow.clone()).unwrap_or_default();
    let Some(version) = sim.catalog.version(&workflow) else { return Ok(()) };
    let mut state = RunState::new();
    if log.iter().any(|entry| state.apply(entry, version).is_err()) {
        sim.violation(format!("the log of {run} does not fold for a retry"));
        return Ok(());
    }
    let steps: Vec<String> = state.steps().into_iter().map(|step| step.path.0).collect();
    let outer: Vec<String> = steps.into_iter().filter(|path| !path.contains('/')).collect();
    let from = any(sim, &outer).filter(|_| sim.throw(|dice| dice.one_in(2)));
    let now = clock(sim);
    let id = RunId::new(millis(now), random_wide(sim));
    match retry_plan(version, &state, version, from.as_deref().map(|from| (from, None)), id, BTreeMap::new())
    {
        Ok(plan) => {
            let new = new_run(*plan.start, now);
            sim.trace(|| format!("a person retries {run} as {}", new.id));
            sim.ask(None, "start a run", |store, _| store.create_run(&new)).await?;
            sim.count("runs retried");
        }
        Err(refused) => sim.violation(format!("an ended run cannot be retried: {refused}")),
    }
    Ok(())
}
