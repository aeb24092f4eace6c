//! Trying one step of a text that is being written: reads are made, writes are only previewed, nothing is kept.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use throughline_domain::connector::{Effect, Manifest, Undo};
use throughline_domain::expression::{Compiled, ExpressionError, Scope as Names};
use throughline_domain::failure::{Failure, FailureKind};
use throughline_domain::id::RunId;
use throughline_domain::proposal::Content;
use throughline_domain::run::decision::CodeCall;
use throughline_domain::run::event::StepPath;
use throughline_domain::workflow::{self, Node, NodeKind, Operation, Workflow};
use throughline_store::Scope;
use tokio_util::sync::CancellationToken;

use super::CommandError;
use crate::Engine;
use crate::calls::{self, Answer, Place};
use crate::desk::ReadOnly;
use crate::gateway::content::{Around, content};

/// Whoever waits for a step that they try does not wait longer than that.
const PATIENCE: Duration = Duration::from_secs(30);

/// What became of a step that was tried.
#[derive(Clone, Debug)]
pub struct TriedStep {
    /// The text as far as it could be read: it says what of the rest is hidden.
    pub workflow: Workflow,
    /// Manifests of the connectors it names, by connector.
    pub manifests: BTreeMap<String, Manifest>,
    /// The input, as evaluated.
    pub input: Value,
    /// How it ended.
    pub end: TriedEnd,
}

/// How a step that was tried ended.
#[derive(Clone, Debug)]
pub enum TriedEnd {
    /// It gave this output.
    Ran(Value),
    /// It would write; nothing was sent.
    Previewed(Box<Content>),
    /// Nothing can be told of it before a run gets there: it waits, asks or calls another workflow.
    Evaluated,
    /// It failed.
    Failed(Box<Failure>),
}

impl Engine {
    /// Tries a step with these names in scope.
    pub async fn try_step(
        &self,
        scope: &Scope,
        text: &str,
        node: &str,
        names: &Names,
    ) -> Result<TriedStep, CommandError> {
        let missing = || CommandError::NotFound { what: "step", id: node.to_owned() };
        let Some(workflow) = workflow::sketch(text) else {
            return Err(CommandError::Problems(self.check_workflow(scope, text).await?.problems));
        };
        let node =
            workflow.all_nodes().into_iter().find(|known| known.id == node).ok_or_else(missing)?.clone();
        let mut manifests = self.manifests().await?;
        manifests.retain(|connector, _| workflow.connectors().contains(connector));
        let input = match evaluated(&node, &Compiled::new(&workflow), names) {
            Ok(input) => input,
            Err(error) => {
                let end = TriedEnd::Failed(Box::new(not_evaluated(error)));
                return Ok(TriedStep { workflow, manifests, input: Value::Null, end });
            }
        };
        let place = self.place(scope).await?;
        let end = tokio::time::timeout(PATIENCE, self.tried(&place, &node, &input, &manifests)).await;
        let end = end.unwrap_or_else(|_| TriedEnd::Failed(Box::new(too_slow())));
        Ok(TriedStep { workflow, manifests, input, end })
    }

    async fn tried(
        &self,
        place: &Place,
        node: &Node,
        input: &Value,
        manifests: &BTreeMap<String, Manifest>,
    ) -> TriedEnd {
        let result = match &node.kind {
            NodeKind::Action { action, connection, .. } => {
                self.tried_action(place, node, (action, connection.as_ref()), input, manifests).await
            }
            NodeKind::Code { code, .. } => self.tried_code(place, node, code, input).await,
            NodeKind::Set { .. }
            | NodeKind::Switch { .. }
            | NodeKind::ForEach { .. }
            | NodeKind::End { .. } => Ok(TriedEnd::Ran(input.clone())),
            NodeKind::Join { .. }
            | NodeKind::Wait(_)
            | NodeKind::Call { .. }
            | NodeKind::Respond { .. }
            | NodeKind::Raise(_)
            | NodeKind::Ask(_) => Ok(TriedEnd::Evaluated),
        };
        result.unwrap_or_else(|failure| TriedEnd::Failed(Box::new(failure)))
    }

    async fn tried_action(
        &self,
        place: &Place,
        node: &Node,
        (action, connection): (&Operation, Option<&String>),
        input: &Value,
        manifests: &BTreeMap<String, Manifest>,
    ) -> Result<TriedEnd, Failure> {
        let known = manifests.get(&action.connector).and_then(|manifest| manifest.actions.get(&action.name));
        let known =
            known.ok_or_else(|| Failure::permanent("TL0441", format!("no connector has `{action}`")))?;
        let step = (StepPath(node.id.clone()), node.id.clone());
        let mut call = calls::untried(step, (action.clone(), connection.cloned()), input.clone(), 1);
        call.timeout_ms = node.timeout_ms;
        if known.effect == Effect::Read {
            let attempted = calls::run_action(&self.shared, place, &call, "").await;
            return Ok(match attempted.result? {
                Answer::Done(output) => TriedEnd::Ran(output),
                Answer::Suspended(_) => TriedEnd::Evaluated,
            });
        }
        let plan = match calls::preview(&self.shared, place, &call).await {
            Ok(plan) => Some(plan),
            // Without a preview the input is all there is to show.
            Err(failure) if failure.kind == FailureKind::Unsupported => None,
            Err(failure) => return Err(failure),
        };
        let around = Around {
            call: &call,
            key: "",
            undo: known.undo.unwrap_or(Undo::Irreversible),
            compensates: known.compensate,
            source: None,
            expires_at: self.shared.clock.now(),
        };
        let content = content(&around, plan.as_ref()).map_err(|failure| *failure)?;
        Ok(TriedEnd::Previewed(Box::new(content)))
    }

    async fn tried_code(
        &self,
        place: &Place,
        node: &Node,
        code: &str,
        input: &Value,
    ) -> Result<TriedEnd, Failure> {
        let call = CodeCall {
            path: StepPath(node.id.clone()),
            code: code.to_owned(),
            input: input.clone(),
            seed: 1,
            now: self.shared.clock.now(),
            attempt: 1,
            logical_attempt: 1,
            timeout_ms: node.timeout_ms,
        };
        Ok(TriedEnd::Ran(calls::run_code(&self.shared, place, &call).await?))
    }

    /// A place of no run, from which no unsafe request may leave.
    async fn place(&self, scope: &Scope) -> Result<Place, CommandError> {
        let plugins = self.shared.store.list_plugins().await?;
        let current = plugins.into_iter().filter(|row| row.current).map(|row| (row.connector, row.digest));
        Ok(Place {
            scope: scope.clone(),
            run: RunId::new(self.shared.now_millis(), self.shared.random_wide()),
            plugins: Arc::new(current.collect()),
            cancel: CancellationToken::new(),
            fence: Arc::new(ReadOnly),
        })
    }
}

/// What the step would work on. Of a switch: the numbers of the cases that it would take; of a for-each: its items.
fn evaluated(node: &Node, templates: &Compiled, names: &Names) -> Result<Value, ExpressionError> {
    match &node.kind {
        NodeKind::Action { with, .. } | NodeKind::Call { with, .. } => {
            templates.evaluate_template(with, names)
        }
        NodeKind::Set { value } => templates.evaluate_template(value, names),
        NodeKind::Code { input, .. } => templates.evaluate_template(input, names),
        NodeKind::End { output, .. } => templates.evaluate_template(output, names),
        NodeKind::ForEach { items, .. } => templates.evaluate_text(items, names),
        NodeKind::Respond { status, body, .. } => Ok(json!({
            "status": templates.evaluate_template(status, names)?,
            "body": templates.evaluate_template(body, names)?,
        })),
        NodeKind::Switch { cases, all } => {
            let mut taken = Vec::new();
            for (number, case) in cases.iter().enumerate() {
                let is_met = match &case.when {
                    Some(when) => templates.evaluate_condition(when, names)?,
                    None => taken.is_empty(),
                };
                if is_met {
                    taken.push(number);
                }
                if is_met && !all {
                    break;
                }
            }
            Ok(json!({ "cases": taken }))
        }
        NodeKind::Join { .. } | NodeKind::Wait(_) | NodeKind::Raise(_) | NodeKind::Ask(_) => Ok(Value::Null),
    }
}

fn not_evaluated(error: ExpressionError) -> Failure {
    let mut failure = Failure::permanent(error.code, error.message);
    failure.detail = error.hint.map(|hint| json!({ "hint": hint }));
    failure
}

fn too_slow() -> Failure {
    let seconds = PATIENCE.as_secs();
    let words = format!("the step did not answer within {seconds} s; a run would go on waiting");
    Failure { kind: FailureKind::Transient { after_ms: None }, ..Failure::permanent("TL0462", words) }
}
