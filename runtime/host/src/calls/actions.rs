//! `actions`: run, reconcile, compensate.

use std::collections::BTreeSet;

use futures::FutureExt;
use serde_json::Value;
use throughline_domain::connector::{ActionManifest, Effect};
use throughline_domain::failure::Failure;

use crate::bindings::exports::throughline::connector::actions as wire;
use crate::call::{Call, Mode};
use crate::contract::{Reconciliation, RunInput, RunOutcome};
use crate::convert::{bad_input, broke_contract, checked_json, inbound, json};
use crate::error::codes;
use crate::facts::{Facts, blob_references};
use crate::host::Host;
use crate::perform::Job;
use crate::report::CallOutcome;
use crate::schema::Part;

/// An action's call, its manifest entry looked up and its input checked.
pub(crate) struct Action {
    pub(crate) indices: wire::GuestIndices,
    pub(crate) operation: String,
    pub(crate) input: String,
    pub(crate) blobs: BTreeSet<String>,
    pub(crate) effect: Effect,
}

impl Action {
    /// Looks the action up, wants what `needs` says of it, and checks the input.
    pub(crate) fn find(
        call: &Call,
        input: &Value,
        what: &str,
        needs: fn(&ActionManifest) -> bool,
        check: bool,
    ) -> Result<Self, Box<CallOutcome<std::convert::Infallible>>> {
        let found = call.plugin.manifest().actions.get(&call.operation);
        let (Some(action), Some(indices)) = (found, call.plugin.exports.actions.clone()) else {
            return Err(Box::new(CallOutcome::unsupported(call, &format!("action `{}`", call.operation))));
        };
        if !needs(action) {
            return Err(Box::new(CallOutcome::unsupported(
                call,
                &format!("{what} for action `{}`", call.operation),
            )));
        }
        if check {
            let issues = call.plugin.schemas.issues(&Part::Input(call.operation.clone()), input);
            if !issues.is_empty() {
                let label = format!("{}.{}", call.plugin.manifest().id, call.operation);
                return Err(Box::new(CallOutcome::failed(bad_input(&label, issues))));
            }
        }
        let mut blobs = BTreeSet::new();
        blob_references(input, &mut blobs);
        Ok(Self {
            indices,
            operation: call.operation.clone(),
            input: input.to_string(),
            blobs,
            effect: call.raised_effect.map_or(action.effect, |raised| raised.max(action.effect)),
        })
    }
}

/// A failure found before the call, for whatever the call would have given.
pub(crate) fn never<T>(outcome: CallOutcome<std::convert::Infallible>) -> CallOutcome<T> {
    CallOutcome { result: outcome.result.map(|nothing| match nothing {}), report: outcome.report }
}

impl Host {
    /// Carries the action out. The only call, with [`Host::compensate`] and [`Host::upsert`], in which a
    /// write may leave.
    pub async fn run(&self, call: Call, run: RunInput<'_>) -> CallOutcome<RunOutcome> {
        let action = match Action::find(&call, run.input, "run", |_| true, run.resume.is_none()) {
            Ok(action) => action,
            Err(outcome) => return never(*outcome),
        };
        let precondition = run.precondition.map(Value::to_string);
        let resume = run.resume.map(|resume| wire::Resumption {
            token: resume.token.to_string(),
            callback: resume.callback.as_ref().map(inbound),
        });
        let job =
            Job { call, mode: Mode::Run, effect: action.effect, pure: false, input_blobs: action.blobs };
        let Action { indices, operation, input, .. } = action;
        self.perform(
            job,
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_run(store, &operation, &input, precondition.as_ref(), resume.as_ref()).await
                }
                .boxed()
            },
            outcome_of,
        )
        .await
    }

    /// After an unknown outcome: did the write with this input and key land?
    pub async fn reconcile(&self, call: Call, input: &Value) -> CallOutcome<Reconciliation> {
        let action = match Action::find(&call, input, "reconcile", |action| action.reconcile, false) {
            Ok(action) => action,
            Err(outcome) => return never(*outcome),
        };
        let key = call.idempotency_key.clone();
        let job = Job { input_blobs: action.blobs, ..Job::reading(call, Mode::Reconcile) };
        let Action { indices, operation, input, .. } = action;
        self.perform(
            job,
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_reconcile(store, &operation, &input, &key).await
                }
                .boxed()
            },
            |facts, answer| match answer {
                wire::Reconciliation::Applied(text) => {
                    let part = Part::Output(facts.call.operation.clone());
                    Ok(Reconciliation::Applied {
                        output: checked_json(facts, &text, "reconciled output", &part)?,
                    })
                }
                wire::Reconciliation::NotApplied => Ok(Reconciliation::NotApplied),
                wire::Reconciliation::Unknown => Ok(Reconciliation::Unknown),
            },
        )
        .await
    }

    /// Takes a confirmed effect back. `receipt` is the output that `run` gave.
    pub async fn compensate(&self, call: Call, input: &Value, receipt: &Value) -> CallOutcome<Value> {
        let action = match Action::find(&call, input, "compensate", |action| action.compensate, false) {
            Ok(action) => action,
            Err(outcome) => return never(*outcome),
        };
        let receipt = receipt.to_string();
        let job = Job {
            call,
            mode: Mode::Compensate,
            effect: action.effect,
            pure: false,
            input_blobs: action.blobs,
        };
        let Action { indices, operation, input, .. } = action;
        self.perform(
            job,
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_compensate(store, &operation, &input, &receipt).await
                }
                .boxed()
            },
            |facts, text: String| json(facts, &text, "compensation"),
        )
        .await
    }
}

fn outcome_of(facts: &Facts, outcome: wire::Outcome) -> Result<RunOutcome, Failure> {
    match outcome {
        wire::Outcome::Done(text) => {
            let part = Part::Output(facts.call.operation.clone());
            Ok(RunOutcome::Done { output: checked_json(facts, &text, "output", &part)? })
        }
        wire::Outcome::Page(chunk) => {
            if facts.effect.is_write() {
                let reason = "it answered with a page, which only reads may";
                return Err(broke_contract(facts, codes::BAD_OUTPUT, reason));
            }
            let items = json(facts, &chunk.items, "page")?;
            if !items.is_array() {
                return Err(broke_contract(
                    facts,
                    codes::BAD_OUTPUT,
                    "the items of its page are no JSON array",
                ));
            }
            Ok(RunOutcome::Page { items, token: json(facts, &chunk.token, "page token")? })
        }
        wire::Outcome::Suspend(suspension) => Ok(RunOutcome::Suspend {
            token: json(facts, &suspension.token, "suspension token")?,
            wake_after_ms: suspension.wake_after,
            on_callback: suspension.on_callback,
        }),
    }
}
