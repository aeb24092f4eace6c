//! Whether the systems that update after an exception have done so: read back where the connector can, else by the receipt
//! of the write.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use throughline_domain::exception::life::{Event, Outcome, Resolving, Verification, Way};
use throughline_domain::run::decision::ActionCall;
use throughline_domain::run::event::{Entry, Payload, RunEvent, StepPath};
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::{Operation, UpdateBy};
use throughline_host::Fence;
use throughline_host::contract::Reconciliation;
use throughline_store::{EffectRow, EffectState, RunRow, StoreError};
use tokio_util::sync::CancellationToken;

use super::super::{Room, StepContext, Tended, WriteAction};
use crate::calls::{self, Place};
use crate::shared::Shared;

/// Runs looked at for one exception.
const RUNS: u32 = 50;

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
    let runs = Runs::of(shared, tended).await?;
    for update in open {
        let event = match runs.saw(shared, tended, update).await {
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

/// The runs that went on, with what they wrote since.
struct Runs {
    each: Vec<(RunRow, Vec<EffectRow>)>,
}

impl Runs {
    async fn of(shared: &Shared, tended: &Tended) -> Result<Self, StoreError> {
        let (scope, exception) = (&tended.row.scope, &tended.row.exception);
        let mut each: Vec<(RunRow, Vec<EffectRow>)> = Vec::new();
        for step in shared.store.steps_of_exception(scope, exception, RUNS).await?.into_iter().rev() {
            if each.iter().any(|(run, _)| run.run == step.run) {
                continue;
            }
            // What took its place goes on for it.
            let mut runs = shared.store.runs_in_place_of(scope, &step.run).await?;
            runs.extend(shared.store.get_run(scope, &step.run).await?);
            for run in runs {
                let effects = shared.store.list_effects(scope, &run.run).await?;
                each.push((run, effects));
            }
        }
        Ok(Self { each })
    }

    async fn saw(&self, shared: &Shared, tended: &Tended, update: usize) -> Saw {
        let update = &tended.life.updates[update];
        let (system, resolving) = (&update.what.system, tended.life.resolving.as_ref());
        if update.what.by == UpdateBy::Hand {
            return Saw::Nothing;
        }
        let since = began(tended);
        let of_system = |effect: &&EffectRow| {
            effect.connector == *system || effect.connection.as_deref() == Some(system.as_str())
        };
        let settled = |effect: &&EffectRow| effect.settled_at.is_some_and(|at| at >= since);
        for (run, effects) in &self.each {
            let mut done = effects.iter().filter(of_system).filter(settled);
            if let Some(effect) = done.rfind(|effect| effect.state == EffectState::Confirmed) {
                return if update.readable {
                    read_back(shared, run, effect).await
                } else {
                    Saw::Done(Verification::Receipt { receipt: receipt(effect) })
                };
            }
        }
        match resolving.map(|resolving| &resolving.way) {
            // The step that would have written was left out: that nothing was written is what must be so.
            Some(Way::Skip) => {
                let stands = self.each.iter().flat_map(|(_, effects)| effects).filter(of_system);
                let open = stands.filter(|effect| effect.state == EffectState::InDoubt).count();
                match (open, update.readable) {
                    (0, true) => Saw::Done(Verification::ReadBack),
                    (0, false) => {
                        let words = format!("the step was skipped: nothing is written to {system}");
                        Saw::Done(Verification::Receipt { receipt: words })
                    }
                    _ => Saw::Nothing,
                }
            }
            Some(
                Way::FixAndContinue
                | Way::Retry { .. }
                | Way::CompleteByHand
                | Way::Happened { .. }
                | Way::DidNotHappen
                | Way::GiveUp,
            )
            | None => self.without(system),
        }
    }

    /// Nothing was written, and no run is left that would.
    fn without(&self, system: &str) -> Saw {
        if self.each.iter().all(|(run, _)| run.ended_at.is_some()) {
            Saw::Else(format!("the run has ended and wrote nothing to {system}"))
        } else {
            Saw::Nothing
        }
    }
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
struct ReadOnly;

impl Fence for ReadOnly {
    fn holds(&self) -> BoxFuture<'_, bool> {
        async { false }.boxed()
    }
}
