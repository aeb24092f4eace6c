//! What must hold: after every commit, before every sending, when nothing can move, and at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use throughline_domain::connector::Effect;
use throughline_domain::id::{AskId, EffectId, ExceptionId, RunId};
use throughline_domain::run::decision::ActionCall;
use throughline_domain::run::{EndHow, RunState, WaitView};

use crate::remote::Sent;
use crate::rows::settled;
use crate::sim::Sim;
use crate::store::{EffectState, RunRow, Status, Store};

#[derive(Debug, Default)]
pub(crate) struct Checks {
    pub(crate) violations: Vec<String>,
    acknowledged: BTreeMap<String, BTreeSet<RunId>>,
    folded: BTreeMap<RunId, Folded>,
    pub(crate) people_may_act: bool,
}

/// The durable log of a run, folded as far as it goes.
#[derive(Debug, Default)]
struct Folded {
    state: RunState,
    segments: usize,
    generation: u64,
}

impl Checks {
    pub(crate) fn acknowledge(&mut self, key: String, run: RunId) {
        self.acknowledged.entry(key).or_default().insert(run);
    }
}

pub(crate) fn is_stale(sim: &Sim, run: &RunId, generation: u64) -> bool {
    sim.store.borrow().runs.get(run).is_none_or(|row| row.generation != generation)
}

/// Before a request that may change something leaves a worker.
pub(crate) fn before_send(sim: &Sim, sent: &Sent, call: &ActionCall) {
    let store = sim.store.borrow();
    if !store.effects.contains_key(&sent.effect) {
        sim.violation(format!("a write left before its intent was durable: {} of {}", call.path, sent.run));
    }
    let remote = sim.remote.borrow();
    let again = remote.sent.iter().any(|before| before.effect == sent.effect);
    if again && sent.class == Effect::WriteOnce {
        sim.violation(format!("a write_once was sent twice in one decision: {} of {}", call.path, sent.run));
    }
    let other = |before: &&Sent| before.key == sent.key && before.request_sha256 != sent.request_sha256;
    if remote.sent.iter().any(|before| other(&before)) {
        sim.violation(format!("the same key went with other bytes: {} of {}", call.path, sent.run));
    }
    if sent.stale {
        sim.count("writes sent by a worker that had lost its lease");
    }
}

/// After every durable transaction, for each run it touched: the log folds, to what the tables say.
pub(crate) fn after_commit(sim: &Sim, run: &RunId) {
    let store = sim.store.borrow();
    let mut checks = sim.checks.borrow_mut();
    let Some(row) = store.runs.get(run) else { return };
    let mut found = Vec::new();
    let mut folded = checks.folded.remove(run).unwrap_or_default();
    fold(sim, &store, run, row, &mut folded, &mut found);
    if found.is_empty() {
        compare(&store, run, row, &folded.state, &mut found);
    }
    checks.folded.insert(run.clone(), folded);
    drop(checks);
    for words in found {
        sim.violation(format!("{run}: {words}"));
    }
}

fn fold(sim: &Sim, store: &Store, run: &RunId, row: &RunRow, folded: &mut Folded, found: &mut Vec<String>) {
    let Some(version) = sim.catalog.version(&row.workflow) else { return };
    let segments = store.log.get(run).map_or(&[][..], Vec::as_slice);
    for segment in &segments[folded.segments..] {
        if segment.generation < folded.generation {
            found.push("a superseded generation wrote the log".to_owned());
        }
        folded.generation = segment.generation;
        for entry in &segment.entries {
            if let Err(illegal) = folded.state.apply(entry, version) {
                return found.push(format!("the durable log does not fold: {illegal}"));
            }
            sim.count(entry.event.tag());
        }
    }
    folded.segments = segments.len();
    if store.stale_commits > 0 {
        found.push("a commit of a superseded generation is durable".to_owned());
    }
    if row.last_seq != folded.state.seq() {
        found.push(format!("last_seq is {}, the log ends at {}", row.last_seq, folded.state.seq()));
    }
}

fn compare(store: &Store, run: &RunId, row: &RunRow, state: &RunState, found: &mut Vec<String>) {
    let status = match state.end().map(|end| &end.how) {
        None => None,
        Some(EndHow::Succeeded { .. }) => Some(Status::Succeeded),
        Some(EndHow::Failed { .. }) => Some(Status::Failed),
        Some(EndHow::Cancelled) => Some(Status::Cancelled),
    };
    if row.ended != status.is_some() || status.is_some_and(|status| status != row.status) {
        found.push(format!("the row says {:?}, the log {status:?}", row.status));
    }
    let mut held: BTreeSet<ExceptionId> =
        state.open_exceptions().into_iter().map(|(_, exception, _)| exception).collect();
    held.extend(state.quarantine().filter(|_| !row.ended).cloned());
    let open = store.exceptions_of(run).filter(|(_, row)| row.resolution.is_none());
    let open: BTreeSet<ExceptionId> = open.map(|(id, _)| id.clone()).collect();
    if held != open {
        found.push(format!("exceptions: the log holds {held:?}, the table {open:?}"));
    }
    let steps = state.steps();
    let ask = |wait: &Option<WaitView>| match wait {
        Some(WaitView::Answer { ask, .. }) => Some(ask.clone()),
        Some(_) | None => None,
    };
    let asking: BTreeSet<AskId> = steps.iter().filter_map(|step| ask(&step.wait)).collect();
    let asks = store.asks_of(run).filter(|(_, row)| !row.closed).map(|(id, _)| id.clone());
    let asks: BTreeSet<AskId> = asks.collect();
    if asking != asks {
        found.push(format!("questions: the log holds {asking:?}, the table {asks:?}"));
    }
    for effect in steps.iter().flat_map(|step| &step.effects) {
        let known = effect.outcome.as_ref().map_or(EffectState::Intended, settled);
        let stored = store.effects.get(&effect.effect).map(|row| row.state);
        if stored != Some(known) {
            found.push(format!("effect {}: the log says {known:?}, the table {stored:?}", effect.effect));
        }
    }
    let waiting: BTreeSet<String> =
        state.correlations().into_iter().map(|(path, _, _)| path.0).filter(|_| !row.ended).collect();
    let lost = waiting.iter().find(|path| !store.waits.contains_key(&(run.clone(), (*path).clone())));
    if let Some(path) = lost {
        found.push(format!("{path} waits for an event and is not registered"));
    }
    if state.reply().is_some() != row.replied || (row.ended && row.reply_wanted && !row.replied) {
        found.push("the reply of the log is not the reply of the table".to_owned());
    }
    if let Some((_, child)) = state.children().into_iter().find(|(_, child)| !store.runs.contains_key(child))
    {
        found.push(format!("it waits for {child}, which does not exist"));
    }
    one_unsettled(store, run, found);
}

/// Of the sendings of one decision at most one is not known to have left nothing.
fn one_unsettled(store: &Store, run: &RunId, found: &mut Vec<String>) {
    let mut unsettled: BTreeMap<&str, u32> = BTreeMap::new();
    for (_, effect) in store.effects_of(run) {
        if !matches!(effect.state, EffectState::NotApplied { .. }) {
            *unsettled.entry(&effect.logical_key).or_default() += 1;
        }
    }
    if unsettled.values().any(|count| *count > 1) {
        found.push("two sendings of one decision may both have landed".to_owned());
    }
}

/// Nothing is claimable, claimed, or due, and no signal is unread.
pub(crate) fn is_at_rest(sim: &Sim) -> bool {
    let store = sim.store.borrow();
    let now = sim.database_now();
    store.runs.iter().all(|(run, row)| {
        row.ended
            || (matches!(row.status, Status::Waiting | Status::Queued)
                && row.due_at.is_none_or(|due| due > now)
                && !store.has_unread(run))
    })
}

pub(crate) fn all_ended(sim: &Sim) -> bool {
    sim.store.borrow().runs.values().all(|row| row.ended)
}

/// When nothing can move: each run stands on something that has a name, each open intent has its exception.
pub(crate) fn at_rest(sim: &Sim) {
    let mut found = Vec::new();
    {
        let (store, checks) = (sim.store.borrow(), sim.checks.borrow());
        for (run, row) in store.runs.iter().filter(|(_, row)| !row.ended) {
            let folded = checks.folded.get(run);
            let child = folded.is_some_and(|folded| {
                folded.state.children().iter().any(|(_, child)| store.open_run(child).is_some())
            });
            let named = store.exceptions_of(run).any(|(_, row)| row.resolution.is_none())
                || store.asks_of(run).any(|(_, row)| !row.closed)
                || row.due_at.is_some()
                || child;
            if !named {
                let lifecycle = row.lifecycle.word();
                found
                    .push(format!("{run} ({lifecycle}, {:?}) stands on nothing that has a name", row.status));
            }
        }
        doubts(sim, &store, false, &mut found);
    }
    for words in found {
        sim.violation(words);
    }
}

/// An open intent without an outcome, and one exception in doubt: each with the other.
fn doubts(sim: &Sim, store: &Store, ended: bool, found: &mut Vec<String>) {
    for (id, effect) in &store.effects {
        let about: Vec<_> = store
            .exceptions_of(&effect.run)
            .filter(|(_, row)| row.unknown_outcome && row.effect.as_ref() == Some(id))
            .collect();
        let run = store.open_run(&effect.run);
        let held = run.is_some_and(|row| row.due_at.is_some())
            || store
                .exceptions_of(&effect.run)
                .any(|(_, row)| row.path.is_empty() && row.resolution.is_none());
        match effect.state {
            EffectState::Intended if ended || !held => {
                found.push(format!("{id} at {} is open, and nobody is asked", effect.path));
            }
            EffectState::InDoubt => {
                sim.count("effects in doubt at rest");
                let settled_so = |word: &str| matches!(word, "completed_by_hand" | "skipped" | "gave_up");
                let good = about.len() == 1 && about[0].1.resolution.is_none_or(settled_so)
                    || about.len() == 1 && held;
                if !good {
                    found.push(format!("{id} at {} is in doubt, and {about:?} say so", effect.path));
                }
            }
            EffectState::Intended | EffectState::Confirmed { .. } | EffectState::NotApplied { .. } => {
                let open = about.iter().any(|(_, row)| row.resolution.is_none());
                if open {
                    found.push(format!("{id} at {} is settled, and a person is still asked", effect.path));
                }
            }
        }
    }
}

/// When every run has ended.
pub(crate) fn at_end(sim: &Rc<Sim>) {
    let mut found = Vec::new();
    {
        let (store, checks) = (sim.store.borrow(), sim.checks.borrow());
        doubts(sim, &store, true, &mut found);
        for (key, runs) in &checks.acknowledged {
            let exists = |run: &RunId| store.runs.contains_key(run);
            if runs.len() != 1 || !runs.iter().all(exists) {
                found.push(format!(
                    "event {key} was acknowledged as {runs:?}, which are not one run that exists"
                ));
            }
        }
        let begun: Vec<_> = store.runs.values().filter_map(|row| row.event.as_ref()).collect();
        let events: BTreeSet<_> = begun.iter().collect();
        if begun.len() != events.len() || begun.len() != store.dedupe.len() {
            found.push(format!("{} runs of {} events", begun.len(), store.dedupe.len()));
        }
        truth(sim, &store, &mut found);
    }
    for words in found {
        sim.violation(words);
    }
}

/// What the product says of a write against what the systems did. Where a worker sent after its lease was lost, no
/// fence could reach, and what was said before may be wrong: counted, not judged.
fn truth(sim: &Sim, store: &Store, found: &mut Vec<String>) {
    let remote = sim.remote.borrow();
    let stale: BTreeSet<&EffectId> =
        remote.sent.iter().filter(|sent| sent.stale).map(|sent| &sent.effect).collect();
    for (id, effect) in &store.effects {
        let landed = remote.applied_by.get(id).copied().unwrap_or(0);
        match effect.state {
            EffectState::NotApplied { by_person: false } if landed > 0 && stale.contains(id) => {
                sim.count("writes that landed after they were looked for in vain");
            }
            EffectState::NotApplied { by_person: false } if landed > 0 => {
                found.push(format!("{id} at {} is said not to have happened, and it has", effect.path));
            }
            EffectState::Confirmed { by_person: false }
                if !remote.applied.contains_key(&effect.logical_key) =>
            {
                found.push(format!("{id} at {} is confirmed, and no system knows of it", effect.path));
            }
            EffectState::Intended
            | EffectState::InDoubt
            | EffectState::Confirmed { .. }
            | EffectState::NotApplied { .. } => {}
        }
        if effect.class == Effect::WriteIdempotent
            && remote.applied.get(&effect.logical_key).is_some_and(|applied| applied.times > 1)
        {
            found.push(format!("{id} at {} was applied more than once under one key", effect.path));
        }
        let other = |sent: &&Sent| sent.effect == *id && sent.request_sha256 != effect.request_sha256;
        if remote.sent.iter().any(|sent| other(&sent)) {
            found.push(format!("{id} at {}: what was sent is not what was intended", effect.path));
        }
    }
}
