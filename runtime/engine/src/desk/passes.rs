//! A later run of the same record that got past where earlier ones stopped is evidence that their exception is over: it is
//! resolved by it, and what waits ends, superseded by the later run.
//!
//! Nothing of this is in the way of runs: a run that comes to rest looks into memory, and only where an exception is open
//! about its very record does the desk read its log. What memory does not know (another node filed it, or the process
//! ended in between) is found by a look through what is open, at the start and every few seconds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};
use throughline_domain::exception::life::{Event, Evidence, State};
use throughline_domain::exception::reason::{self, EvidenceKind};
use throughline_domain::id::{ExceptionId, RunId};
use throughline_domain::run::event::Entry;
use throughline_domain::run::{Past, RunState, Version, past, record_keys};
use throughline_domain::time::Timestamp;
use throughline_store::{
    ExceptionKind, ExceptionRow, ExceptionSave, ExceptionStep, RunRow, Scope, StoreError,
};

use super::{Room, TRIES, Tended};
use crate::shared::{Shared, pinned_plugins};

/// Open exceptions looked through in one go.
const PAGE: u32 = 500;
/// Pages in one look; the next look goes on from there.
const PAGES: u32 = 4;
/// Records that memory holds at most; the look through what is open finds the others.
const MOST: usize = 100_000;
/// Steps that may wait on an exception that a run resolves: each of them must have been passed.
const STEPS: u32 = 200;

/// Open exceptions by the record they are about, and runs of such records that came to rest.
#[derive(Debug, Default)]
pub(crate) struct Records {
    standing: Mutex<Standing>,
    rested: Mutex<BTreeSet<(Scope, String, RunId)>>,
    /// What a run showed of an exception when its log was so long: it need not be read again.
    judged: Mutex<BTreeMap<(Scope, ExceptionId, RunId), u64>>,
    /// Where the look through what is open goes on.
    place: Mutex<BTreeMap<Scope, ExceptionId>>,
}

/// Fingerprints of open exceptions by workflow, and there by the record's keys.
#[derive(Debug, Default)]
struct Standing {
    of: BTreeMap<(Scope, String), BTreeMap<String, BTreeSet<String>>>,
    count: usize,
}

impl Records {
    /// An exception is open about this record.
    fn note(&self, scope: &Scope, workflow: &str, what_changed: &Value, fingerprint: &str) {
        let Some(keys) = keys_in(what_changed) else { return };
        let mut standing = locked(&self.standing);
        if standing.count >= MOST {
            return;
        }
        let of = standing.of.entry((scope.clone(), workflow.to_owned())).or_default();
        if of.entry(keys).or_default().insert(fingerprint.to_owned()) {
            standing.count += 1;
        }
    }

    fn forget(&self, scope: &Scope, workflow: &str, what_changed: &Value, fingerprint: &str) {
        let Some(keys) = keys_in(what_changed) else { return };
        let mut standing = locked(&self.standing);
        let Standing { of, count } = &mut *standing;
        let workflow = (scope.clone(), workflow.to_owned());
        let Some(records) = of.get_mut(&workflow) else { return };
        if records.get_mut(&keys).is_some_and(|all| all.remove(fingerprint)) {
            *count -= 1;
        }
        records.retain(|_, all| !all.is_empty());
        if records.is_empty() {
            of.remove(&workflow);
        }
    }

    /// A run came to rest. True: an exception is open about its record, so the desk should look.
    pub(crate) fn rested(&self, scope: &Scope, run: &RunId, version: &Version, state: &RunState) -> bool {
        let workflow = &version.workflow().id;
        let mut standing = locked(&self.standing);
        if standing.of.is_empty() {
            return false;
        }
        let Some(records) = standing.of.get_mut(&(scope.clone(), workflow.clone())) else { return false };
        let is_open = keys_of(&record_keys(version, state)).is_some_and(|keys| records.contains_key(&keys));
        drop(standing);
        if is_open {
            locked(&self.rested).insert((scope.clone(), workflow.clone(), run.clone()));
        }
        is_open
    }

    /// Are there runs that the desk has not looked at yet?
    pub(super) fn is_waiting(&self) -> bool {
        !locked(&self.rested).is_empty()
    }

    fn fingerprints(&self, scope: &Scope, workflow: &str, keys: &Map<String, Value>) -> Vec<String> {
        let standing = locked(&self.standing);
        let records = standing.of.get(&(scope.clone(), workflow.to_owned()));
        let all = keys_of(keys).and_then(|keys| records?.get(&keys));
        all.into_iter().flatten().cloned().collect()
    }
}

/// Keys that name a record.
fn keys_of(keys: &Map<String, Value>) -> Option<String> {
    (!keys.is_empty()).then(|| Value::Object(keys.clone()).to_string())
}

fn keys_in(what_changed: &Value) -> Option<String> {
    keys_of(what_changed.get("keys")?.as_object()?)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while it was held leaves a list that is still a list.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A step was filed.
pub(super) fn filed(shared: &Shared, step: &ExceptionStep) {
    if step.kind == ExceptionKind::Business {
        shared.desk.records.note(&step.scope, &step.workflow, &step.what_changed, &step.fingerprint);
    }
}

/// Takes runs that came to rest as evidence.
pub(super) async fn weigh(shared: &Shared) -> Result<(), StoreError> {
    let rested = std::mem::take(&mut *locked(&shared.desk.records.rested));
    for (scope, workflow, run) in rested {
        let Some(later) = Later::load(shared, &scope, &run).await? else { continue };
        for fingerprint in shared.desk.records.fingerprints(&scope, &workflow, &later.keys) {
            match shared.store.exception_of_fingerprint(&scope, &fingerprint).await? {
                Some(row) if row.resolved_at.is_none() => judge(shared, row, &later).await?,
                Some(row) => {
                    shared.desk.records.forget(&scope, &workflow, &row.what_changed, &fingerprint);
                }
                None => {}
            }
        }
    }
    Ok(())
}

/// Looks through what is open for runs that came later, wherever they were driven.
pub(super) async fn look_through(shared: &Shared) -> Result<(), StoreError> {
    for workspace in shared.store.list_workspaces().await? {
        for _ in 0..PAGES {
            if !page(shared, &workspace.scope).await? {
                break;
            }
        }
    }
    Ok(())
}

/// One page; false: that was the last one.
async fn page(shared: &Shared, scope: &Scope) -> Result<bool, StoreError> {
    let records = &shared.desk.records;
    let after = locked(&records.place).get(scope).cloned();
    let standing = shared.store.standing_exceptions(scope, after.as_ref(), PAGE).await?;
    let Some(last) = standing.last() else {
        return Ok(locked(&records.place).remove(scope).is_some() && after.is_some());
    };
    for row in &standing {
        records.note(scope, &row.workflow, &row.what_changed, &row.fingerprint);
    }
    for later in shared.store.later_runs(scope, after.as_ref(), &last.exception).await? {
        let of = (scope.clone(), later.exception.clone(), later.run.clone());
        let known = locked(&records.judged).get(&of) == Some(&later.last_seq);
        if known {
            continue;
        }
        let row = shared.store.get_exception(scope, &later.exception).await?;
        let run = Later::load(shared, scope, &later.run).await?;
        if let (Some(row), Some(run)) = (row, run) {
            judge(shared, row, &run).await?;
        }
        let mut judged = locked(&records.judged);
        if judged.len() >= MOST {
            judged.clear();
        }
        judged.insert(of, later.last_seq);
    }
    let more = standing.len() >= PAGE as usize;
    if more {
        locked(&records.place).insert(scope.clone(), last.exception.clone());
    } else {
        locked(&records.place).remove(scope);
    }
    Ok(more)
}

/// A run that may be evidence.
struct Later {
    run: RunRow,
    version: Version,
    state: RunState,
    log: Vec<Entry>,
    keys: Map<String, Value>,
}

impl Later {
    async fn load(shared: &Shared, scope: &Scope, run: &RunId) -> Result<Option<Self>, StoreError> {
        let Some(row) = shared.store.get_run(scope, run).await? else { return Ok(None) };
        let log = shared.store.load_log(scope, run).await?;
        let pinned = pinned_plugins(&log);
        let Ok(version) = shared.catalog.version(scope, &row.workflow, row.version, &pinned).await else {
            return Ok(None);
        };
        let mut state = RunState::new();
        if log.iter().any(|entry| state.apply(entry, &version).is_err()) {
            return Ok(None);
        }
        let keys = record_keys(&version, &state);
        Ok(Some(Self { run: row, version, state, log, keys }))
    }

    /// May this run show anything about this exception?
    fn is_about(&self, row: &ExceptionRow) -> bool {
        row.kind == ExceptionKind::Business
            && row.resolved_at.is_none()
            && reason::of(row.reason).cleared_by.contains(&EvidenceKind::CleanPass)
            && self.run.workflow == row.workflow
            // A called run gives its caller something; nothing else can stand for that.
            && self.run.parent.is_none()
            && self.run.created_at > row.last_seen_at
            && keys_of(&self.keys).is_some_and(|keys| keys_in(&row.what_changed) == Some(keys))
    }

    /// It got past every step that waits: when the last of them was behind it.
    fn passed(&self, steps: &[ExceptionStep]) -> Option<(Past, String)> {
        let mut last: Option<(Past, String)> = None;
        for step in steps {
            let found = past(&self.version, &self.state, &self.log, &step.path)?;
            if last.as_ref().is_none_or(|(known, _)| known.at() < found.at()) {
                let node = self.version.find(&step.path)?;
                last = Some((found, node.title.clone().unwrap_or_else(|| node.id.clone())));
            }
        }
        last
    }

    fn evidence(&self, (past, title): &(Past, String), now: Timestamp) -> Evidence {
        let event = self.run.event.as_ref().map(|event| format!(", of event {event}")).unwrap_or_default();
        let how = match past {
            Past::Succeeded { .. } => "succeeded at",
            Past::NotTaken { .. } => "did not come to",
        };
        Evidence {
            kind: EvidenceKind::CleanPass,
            at: past.at().min(now),
            what: format!("the later run {}{event}, {how} \"{title}\"", self.run.run),
            run: Some(self.run.run.clone()),
            event: self.run.event.clone(),
        }
    }
}

/// Resolves the exception, if the run shows that it is over.
async fn judge(shared: &Shared, row: ExceptionRow, later: &Later) -> Result<(), StoreError> {
    let (scope, exception) = (row.scope.clone(), row.exception.clone());
    let mut row = Some(row);
    for _ in 0..TRIES {
        let found = match row.take() {
            Some(row) => Some(row),
            None => shared.store.get_exception(&scope, &exception).await?,
        };
        let Some(found) = found.filter(|found| later.is_about(found)) else { return Ok(()) };
        let steps = shared.store.waiting_steps(&scope, &exception, None, STEPS + 1).await?;
        if steps.is_empty() || steps.len() > STEPS as usize || calls(shared, &steps).await? {
            return Ok(());
        }
        let Some(passed) = later.passed(&steps) else { return Ok(()) };
        let room = Room::enter(shared, &scope).await?;
        let mut tended = Tended::load(shared, found).await?;
        // A person has said how it goes on: that is seen through first.
        if tended.life.state == State::Verifying {
            return Ok(());
        }
        let now = shared.clock.now();
        let evidence = later.evidence(&passed, now);
        if let Err(refused) = tended.runs(Event::AutoResolved { evidence }, now, &room) {
            tracing::debug!(exception.id = %exception, %refused, "a later run shows nothing after all");
            return Ok(());
        }
        for watcher in shared.store.exception_watchers(&scope, &exception).await? {
            tended.tell(&format!("person:{}", watcher.person), "watched", now);
        }
        let save = ExceptionSave { restart: Some(exception.clone()), ..ExceptionSave::default() };
        // What waits is told by the next look.
        if tended.save_and_look(shared, &room, save, Some(now)).await? {
            shared.desk.called.notify_one();
            return Ok(());
        }
    }
    Ok(())
}

/// Did another run call one of these? It waits for what that gives.
async fn calls(shared: &Shared, steps: &[ExceptionStep]) -> Result<bool, StoreError> {
    let runs: BTreeSet<&RunId> = steps.iter().map(|step| &step.run).collect();
    for run in runs {
        let row = shared.store.get_run(&steps[0].scope, run).await?;
        if row.is_none_or(|row| row.parent.is_some()) {
            return Ok(true);
        }
    }
    Ok(false)
}
