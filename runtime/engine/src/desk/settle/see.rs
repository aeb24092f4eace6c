//! Whether the systems that update after an exception have done so: read back where the connector can, else by the receipt
//! of the write.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;
use throughline_domain::exception::life::{Event, Outcome, Resolving, Update, Verification, Way};
use throughline_domain::id::{ExceptionId, RunId};
use throughline_domain::run::decision::ActionCall;
use throughline_domain::run::event::{Entry, Payload, RunEvent, StepPath};
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::{Operation, UpdateBy};
use throughline_host::Fence;
use throughline_host::contract::Reconciliation;
use throughline_store::{EffectRow, EffectState, RunRow, Scope, StoreError};
use tokio_util::sync::CancellationToken;

use super::super::{Room, StepContext, Tended, WriteAction};
use crate::calls::{self, Place};
use crate::shared::Shared;

/// Steps whose runs are looked at for one exception; as many as can be told at once.
const STEPS: u32 = super::ALL;
/// Questions to a system in one look; a burst of runs takes several looks.
const QUESTIONS: usize = 100;

/// Does this action write to the system, by the name of its connector or connection?
pub(crate) fn writes_to(write: &WriteAction, system: &str) -> bool {
    write.connector == system || write.connection.as_deref() == Some(system)
}

/// Can the connector look up what this action wrote?
pub(crate) async fn can_look(shared: &Shared, context: &StepContext, write: &WriteAction) -> bool {
    let Some(digest) = context.plugins.get(&write.connector) else { return false };
    match shared.catalog.plugin(digest).await {
        Ok(plugin) => plugin.manifest().actions.get(&write.name).is_some_and(|action| action.reconcile),
        Err(_) => false,
    }
}

/// What was seen of one update.
enum Saw {
    /// It is done.
    Done(Verification),
    /// Its connector was asked and cannot tell: the receipt must do.
    Receipt(String),
    /// It is not what it should be.
    Else(String),
    /// Not yet.
    Nothing,
}

/// Looks at each update that nobody has seen yet.
pub(super) async fn verify(
    shared: &Shared,
    tended: &mut Tended,
    room: &Room,
    now: Timestamp,
) -> Result<(), StoreError> {
    let open: Vec<usize> = tended.life.unverified().collect();
    let outside = |resolving: &Resolving| resolving.outcome == Outcome::HandledOutside;
    // What was done elsewhere by hand, nobody here can see.
    if open.is_empty() || tended.life.resolving.as_ref().is_none_or(outside) {
        return Ok(());
    }
    fail::fail_point!("engine.before_verify", |_| std::process::abort());
    let since = began(tended);
    let waited = Waited::on(shared, tended, since).await?;
    let mut questions = QUESTIONS;
    for update in open {
        let event = match waited.saw(shared, tended, (update, since), &mut questions).await? {
            Saw::Done(how) => Event::Verified { update, how },
            Saw::Receipt(receipt) => {
                super::noted(tended.runs(Event::Unreadable { update }, now, room));
                Event::Verified { update, how: Verification::Receipt { receipt } }
            }
            Saw::Else(found) => Event::Mismatched { update, found },
            Saw::Nothing => continue,
        };
        fail::fail_point!("engine.after_verify", |_| std::process::abort());
        let undone = matches!(event, Event::Mismatched { .. });
        super::noted(tended.runs(event, now, room));
        if undone {
            break;
        }
    }
    Ok(())
}

/// What was seen of the parts of an update: those of the runs that waited. A system is asked once about each.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<BTreeMap<ExceptionId, (Timestamp, Parts)>>);

/// By update and run: how each was seen.
type Parts = BTreeMap<(usize, RunId), Verification>;

impl Seen {
    fn of(&self, exception: &ExceptionId, since: Timestamp, part: &(usize, RunId)) -> Option<Verification> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (began, parts) = all.get(exception)?;
        (*began == since).then(|| parts.get(part).cloned()).flatten()
    }

    /// What was seen of an earlier resolution says nothing of this one.
    fn note(&self, exception: &ExceptionId, since: Timestamp, part: (usize, RunId), how: Verification) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = all.entry(exception.clone()).or_insert_with(|| (since, Parts::new()));
        if of.0 != since {
            *of = (since, Parts::new());
        }
        of.1.insert(part, how);
    }

    /// It is over.
    pub(super) fn forget(&self, exception: &ExceptionId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(exception);
    }
}

/// A run that waited.
struct Part {
    run: RunId,
    /// Systems that its steps said would update after.
    systems: BTreeSet<String>,
}

/// The runs that waited when the resolution under way was said.
struct Waited {
    parts: Vec<Part>,
}

impl Waited {
    async fn on(shared: &Shared, tended: &Tended, since: Timestamp) -> Result<Self, StoreError> {
        let (scope, exception) = (&tended.row.scope, &tended.row.exception);
        let mut parts: BTreeMap<RunId, BTreeSet<String>> = BTreeMap::new();
        for step in shared.store.steps_waited_since(scope, exception, since, STEPS).await? {
            let context: StepContext = serde_json::from_value(step.context.clone()).unwrap_or_default();
            // A step of an older release says nothing of what it writes.
            let follows = context.updates || context.place.is_empty();
            let systems = step.updates_after.iter().filter(|_| follows).map(|update| update.system.clone());
            parts.entry(step.run).or_default().extend(systems);
        }
        let parts = parts.into_iter().map(|(run, systems)| Part { run, systems }).collect();
        Ok(Self { parts })
    }

    /// It is done when every run that waited has done its part; one that did something else undoes it.
    async fn saw(
        &self,
        shared: &Shared,
        tended: &Tended,
        (index, since): (usize, Timestamp),
        questions: &mut usize,
    ) -> Result<Saw, StoreError> {
        let update = &tended.life.updates[index];
        if update.what.by == UpdateBy::Hand {
            return Ok(Saw::Nothing);
        }
        let concerned = |part: &&Part| part.systems.contains(&update.what.system);
        let mut parts: Vec<&Part> = self.parts.iter().filter(concerned).collect();
        if parts.is_empty() {
            parts.extend(&self.parts);
        }
        let mut all = Vec::with_capacity(parts.len());
        let mut waits = parts.is_empty();
        for part in parts {
            let key = (index, part.run.clone());
            if let Some(how) = shared.desk.seen.of(&tended.row.exception, since, &key) {
                all.push(how);
                continue;
            }
            let how = match part.saw(shared, tended, (update, since), questions).await? {
                Saw::Done(how) => how,
                Saw::Receipt(receipt) => Verification::Receipt { receipt },
                Saw::Else(found) => return Ok(Saw::Else(found)),
                Saw::Nothing => {
                    waits = true;
                    continue;
                }
            };
            shared.desk.seen.note(&tended.row.exception, since, key, how.clone());
            all.push(how);
        }
        Ok(if waits { Saw::Nothing } else { together(all, update.readable) })
    }
}

/// As sure as the weakest of them.
fn together(all: Vec<Verification>, readable: bool) -> Saw {
    let count = all.len();
    match all.into_iter().find(|how| !matches!(how, Verification::ReadBack)) {
        Some(Verification::Receipt { receipt }) => {
            let of = if count > 1 { format!("{receipt} (one of {count} runs)") } else { receipt };
            if readable { Saw::Receipt(of) } else { Saw::Done(Verification::Receipt { receipt: of }) }
        }
        how => Saw::Done(how.unwrap_or(Verification::ReadBack)),
    }
}

/// A run that waited with what took its place and goes on for it, and what each wrote.
type Went = Vec<(RunRow, Vec<EffectRow>)>;

impl Part {
    async fn went(&self, shared: &Shared, scope: &Scope) -> Result<Went, StoreError> {
        let mut runs = shared.store.runs_in_place_of(scope, &self.run).await?;
        runs.extend(shared.store.get_run(scope, &self.run).await?);
        let mut each = Vec::with_capacity(runs.len());
        for row in runs {
            let effects = shared.store.list_effects(scope, &row.run).await?;
            each.push((row, effects));
        }
        Ok(each)
    }

    async fn saw(
        &self,
        shared: &Shared,
        tended: &Tended,
        (update, since): (&Update, Timestamp),
        questions: &mut usize,
    ) -> Result<Saw, StoreError> {
        let went = self.went(shared, &tended.row.scope).await?;
        let system = &update.what.system;
        let settled = |effect: &&EffectRow| effect.settled_at.is_some_and(|at| at >= since);
        for (run, effects) in &went {
            let mut done = effects.iter().filter(|effect| of_system(effect, system)).filter(settled);
            let Some(effect) = done.rfind(|effect| effect.state == EffectState::Confirmed) else { continue };
            if !update.readable {
                return Ok(Saw::Done(Verification::Receipt { receipt: receipt(effect) }));
            }
            let Some(left) = questions.checked_sub(1) else { return Ok(Saw::Nothing) };
            *questions = left;
            return Ok(read_back(shared, run, effect).await);
        }
        // Where the step that would have written was left out, that nothing is in doubt is what must be so.
        let skipped = tended.life.resolving.as_ref().is_some_and(|resolving| resolving.way == Way::Skip);
        Ok(if skipped { without(&went, update) } else { self.missing(&went, system) })
    }

    /// Nothing was written, and no run is left that would.
    fn missing(&self, went: &Went, system: &str) -> Saw {
        if went.iter().all(|(run, _)| run.ended_at.is_some()) {
            Saw::Else(format!("run {} has ended and wrote nothing to {system}", self.run))
        } else {
            Saw::Nothing
        }
    }
}

/// The step was skipped: nothing is to be written.
fn without(went: &Went, update: &Update) -> Saw {
    let system = &update.what.system;
    let doubt = |effect: &EffectRow| effect.state == EffectState::InDoubt && of_system(effect, system);
    match (went.iter().flat_map(|(_, effects)| effects).any(doubt), update.readable) {
        (false, true) => Saw::Done(Verification::ReadBack),
        (false, false) => {
            let receipt = format!("the step was skipped: nothing is written to {system}");
            Saw::Done(Verification::Receipt { receipt })
        }
        (true, _) => Saw::Nothing,
    }
}

fn of_system(effect: &EffectRow, system: &str) -> bool {
    effect.connector == system || effect.connection.as_deref() == Some(system)
}

/// When the resolution under way was said.
fn began(tended: &Tended) -> Timestamp {
    let said = tended.log.iter().rev().find(|entry| matches!(entry.event, Event::Resolving { .. }));
    said.map_or(tended.life.opened_at, |entry| entry.at)
}

fn receipt(effect: &EffectRow) -> String {
    let said = match &effect.receipt {
        Some(Payload::Inline(value)) => value.to_string(),
        Some(Payload::Blob(blob)) => format!("blob {}", blob.sha256),
        None => String::new(),
    };
    let short: String = said.chars().take(400).collect();
    format!("{}: {short}", effect.effect)
}

/// Asks the connector whether what was written is there.
async fn read_back(shared: &Shared, run: &RunRow, effect: &EffectRow) -> Saw {
    match ask(shared, run, effect).await {
        Some(Reconciliation::Applied { .. }) => Saw::Done(Verification::ReadBack),
        Some(Reconciliation::NotApplied) => {
            Saw::Else(format!("{} does not have what {} wrote", effect.connector, effect.effect))
        }
        Some(Reconciliation::Unknown) => Saw::Receipt(receipt(effect)),
        None => Saw::Nothing,
    }
}

async fn ask(shared: &Shared, run: &RunRow, effect: &EffectRow) -> Option<Reconciliation> {
    let log = shared.store.load_log(&run.scope, &run.run).await.ok()?;
    let call = call_of(shared, run, &log, effect).await?;
    let place = place(run, crate::shared::pinned_plugins(&log));
    calls::reconcile(shared, &place, &call, &effect.idempotency_key).await.ok()
}

/// The call as the log has it: of what ended inside a for-each, the folded state has only the results.
async fn call_of(shared: &Shared, run: &RunRow, log: &[Entry], effect: &EffectRow) -> Option<ActionCall> {
    let path = StepPath(effect.path.clone());
    let input = log.iter().rev().find_map(|entry| match &entry.event {
        RunEvent::AttemptStarted { path: of, attempt, input }
            if *of == path && *attempt == effect.attempt =>
        {
            Some(input)
        }
        _ => None,
    });
    let input = shared.store.load(&run.scope, input?).await.ok()?;
    Some(ActionCall {
        node: path.node().to_owned(),
        path,
        action: Operation { connector: effect.connector.clone(), name: effect.action.clone() },
        connection: effect.connection.clone(),
        input,
        logical_attempt: 1,
        attempt: effect.attempt,
        first_attempt_at: None,
        timeout_ms: None,
        sendings: effect.sending,
        last_intended_at: Some(effect.intended_at),
        open_key: Some(effect.idempotency_key.clone()),
        approved_by: None,
        resume: None,
    })
}

fn place(run: &RunRow, plugins: BTreeMap<String, String>) -> Place {
    Place {
        scope: run.scope.clone(),
        run: run.run.clone(),
        plugins: Arc::new(plugins),
        cancel: CancellationToken::new(),
        fence: Arc::new(ReadOnly),
    }
}

/// A look writes nothing: no lease covers it, so no unsafe request may leave.
#[derive(Debug)]
pub(crate) struct ReadOnly;

impl Fence for ReadOnly {
    fn holds(&self) -> BoxFuture<'_, bool> {
        async { false }.boxed()
    }
}
