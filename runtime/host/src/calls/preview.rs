//! `actions`: preview and classify. Nothing may change.

use futures::FutureExt;
use serde_json::Value;
use throughline_domain::failure::Failure;

use crate::bindings::exports::throughline::connector::actions as wire;
use crate::call::{Call, Mode};
use crate::calls::actions::{Action, never};
use crate::contract::{ActionClass, Change, ChangeKind, Money, Plan};
use crate::convert::{broke_contract, json, optional_json, page_size};
use crate::error::codes;
use crate::facts::Facts;
use crate::host::Host;
use crate::perform::Job;
use crate::report::CallOutcome;

impl Host {
    /// What `run` would change with this input.
    pub async fn preview(&self, call: Call, input: &Value) -> CallOutcome<Plan> {
        let action = match Action::find(&call, input, "preview", |action| action.preview, true) {
            Ok(action) => action,
            Err(outcome) => return never(*outcome),
        };
        let job = Job { input_blobs: action.blobs, ..Job::reading(call, Mode::Preview) };
        let Action { indices, operation, input, .. } = action;
        self.perform(
            job,
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_preview(store, &operation, &input).await
                }
                .boxed()
            },
            plan_of,
        )
        .await
    }

    /// The class of this very input: the manifest's, or a more dangerous one.
    pub async fn classify(&self, call: Call, input: &Value) -> CallOutcome<ActionClass> {
        let action = match Action::find(&call, input, "classify", |_| true, true) {
            Ok(action) => action,
            Err(outcome) => return never(*outcome),
        };
        let job = Job { input_blobs: action.blobs, ..Job::reading(call, Mode::Preview) };
        let Action { indices, operation, input, .. } = action;
        self.perform(
            job,
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_classify(store, &operation, &input).await.map(Ok)
                }
                .boxed()
            },
            |facts, text: String| class_of(facts, &text),
        )
        .await
    }
}

/// A guest may claim more danger than its manifest, never less.
fn class_of(facts: &Facts, text: &str) -> Result<ActionClass, Failure> {
    let value = json(facts, text, "class")?;
    let said: ActionClass = serde_json::from_value(value).map_err(|error| {
        broke_contract(facts, codes::BAD_OUTPUT, format_args!("its class does not read: {error}"))
    })?;
    let Some(action) = facts.action() else { return Ok(said) };
    Ok(ActionClass { effect: said.effect.max(action.effect), undo: said.undo.max(action.undo) })
}

fn plan_of(facts: &Facts, plan: wire::Plan) -> Result<Plan, Failure> {
    page_size(facts, plan.changes.len())?;
    let money = optional_json(facts, plan.money.as_deref(), "money")?;
    let money = money.map(serde_json::from_value::<Money>).transpose().map_err(|error| {
        broke_contract(facts, codes::BAD_OUTPUT, format_args!("the money of its plan does not read: {error}"))
    })?;
    let changes = plan.changes.into_iter().map(|change| {
        Ok(Change {
            kind: match change.kind {
                wire::ChangeKind::Create => ChangeKind::Create,
                wire::ChangeKind::Update => ChangeKind::Update,
                wire::ChangeKind::Delete => ChangeKind::Delete,
                wire::ChangeKind::Send => ChangeKind::Send,
                wire::ChangeKind::Call => ChangeKind::Call,
            },
            target: change.target,
            id: change.id,
            before: optional_json(facts, change.before.as_deref(), "plan")?,
            after: optional_json(facts, change.after.as_deref(), "plan")?,
            note: change.note,
        })
    });
    Ok(Plan {
        class: class_of(facts, &plan.class)?,
        summary: plan.summary,
        changes: changes.collect::<Result<_, Failure>>()?,
        precondition: optional_json(facts, plan.precondition.as_deref(), "precondition")?,
        money,
        complete: plan.complete,
    })
}
