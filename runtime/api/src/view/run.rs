//! Runs, their steps and their effects.

use serde::Serialize;
use serde_json::{Map, Value, json};
use throughline_domain::failure::Failure;
use throughline_domain::run::event::Payload;
use throughline_store::{EffectRow, RevealRow, RunRow};
use utoipa::ToSchema;

use super::ask::AskView;
use super::exception::ExceptionView;
use super::steps::{Attempt, Step, Waits};
use super::{at, ms_between};

/// A run as a row of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RunView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Run.
    #[schema(example = "run_01jcq3v0n4x2h8k5w7r9t1b6d0")]
    pub(crate) run_id: String,
    /// Workflow.
    pub(crate) workflow: String,
    /// Workflow version it keeps to its end.
    pub(crate) version: u32,
    /// `queued`, `running`, `waiting`, `succeeded`, `failed` or `cancelled`.
    pub(crate) status: &'static str,
    /// `active`, `paused` or `cancelling`.
    pub(crate) lifecycle: &'static str,
    /// The event that started it; a called run and a retry have none of their own.
    pub(crate) event_id: Option<String>,
    /// The run that called it.
    pub(crate) parent_run_id: Option<String>,
    /// The step that called it.
    pub(crate) parent_path: Option<String>,
    /// The run it retries.
    pub(crate) retry_of: Option<String>,
    /// Searchable keys, as the workflow names them.
    pub(crate) keys: Map<String, Value>,
    /// When it was accepted.
    pub(crate) created_at: String,
    /// When a worker first took it.
    pub(crate) started_at: Option<String>,
    /// Waiting: when it goes on by itself; null: it waits for somebody.
    pub(crate) due_at: Option<String>,
    /// When it ended.
    pub(crate) ended_at: Option<String>,
    /// Milliseconds from start to end.
    pub(crate) duration_ms: Option<u64>,
    /// Why it failed.
    pub(crate) failure: Option<FailureView>,
}

/// A failure in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FailureView {
    /// Code of the connector, or `TL` and four digits.
    pub(crate) code: String,
    /// Words.
    pub(crate) message: String,
    /// What the engine makes of it: `transient`, `invalid_input`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    /// Whose fault: `remote`, `connector` or `host`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) origin: Option<String>,
    /// HTTP status of the remote's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) http_status: Option<u16>,
    /// The remote's own id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remote_request_id: Option<String>,
    /// What else is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<Value>,
}

/// A run with all that happened in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RunDetail {
    /// The row.
    #[serde(flatten)]
    pub(crate) run: RunView,
    /// The event's data.
    pub(crate) input: Value,
    /// What an `end` node gave.
    pub(crate) output: Value,
    /// Who asked to cancel it.
    pub(crate) cancelled_by: Option<String>,
    /// Steps in the order they were reached.
    pub(crate) steps: Vec<StepView>,
    /// Steps of a for-each's ended items that are not among them: the first 1,000 are, and what people were asked.
    pub(crate) steps_left_out: u64,
    /// Writes, each with its intent, and its receipt once confirmed.
    pub(crate) effects: Vec<EffectView>,
    /// Exceptions, open and closed.
    pub(crate) exceptions: Vec<ExceptionView>,
    /// Questions, open and closed.
    pub(crate) asks: Vec<AskView>,
    /// Runs that steps of this one called.
    pub(crate) children: Vec<RunView>,
    /// Something is hidden, by `log.redact` or because a connector marks it as secret.
    pub(crate) redacted: bool,
    /// Who looked at what is hidden, the last first.
    pub(crate) reveals: Vec<RevealView>,
    /// The log itself, with `?log=true`: at most its first 10,000 entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub(crate) log: Option<Vec<Value>>,
}

/// Somebody looked at what is hidden.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RevealView {
    /// When.
    at: String,
    /// Who.
    by: String,
    /// Why, in their words.
    reason: String,
}

impl From<RevealRow> for RevealView {
    fn from(row: RevealRow) -> Self {
        Self { at: at(row.at), by: row.by, reason: row.reason }
    }
}

/// A step, or one node of one item of a for-each.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct StepView {
    /// `proof`, or `lines[3]/price` inside the fourth item of `lines`.
    pub(crate) path: String,
    /// The node's id.
    pub(crate) node: String,
    /// `pending`, `ready`, `running`, `waiting`, `succeeded`, `failed`, `skipped` or `cancelled`.
    pub(crate) status: &'static str,
    /// Rises when a person starts the step over.
    pub(crate) logical_attempt: u32,
    /// Tries.
    pub(crate) attempts: Vec<AttemptView>,
    /// When it began.
    pub(crate) started_at: Option<String>,
    /// When it ended.
    pub(crate) ended_at: Option<String>,
    /// Milliseconds from begin to end.
    pub(crate) duration_ms: Option<u64>,
    /// The evaluated input.
    pub(crate) input: Value,
    /// Its output.
    pub(crate) output: Value,
    /// Why it failed, or why it waits on an exception.
    pub(crate) failure: Option<FailureView>,
    /// Nodes it led to.
    pub(crate) next: Vec<String>,
    /// What it waits for.
    pub(crate) waits_for: Option<WaitsView>,
    /// Items of a for-each.
    pub(crate) items: Option<ItemsView>,
    /// How a person resolved its exception.
    pub(crate) resolution: Option<ResolutionView>,
    /// Taken over from the run that this one retries.
    pub(crate) copied: bool,
}

/// One try of a step.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AttemptView {
    /// Which start-over.
    pub(crate) logical_attempt: u32,
    /// Which try of it, from 1.
    pub(crate) attempt: u32,
    /// `started`, `succeeded`, `retryable`, `permanent`, `timed_out` or `lost`.
    pub(crate) status: &'static str,
    /// When it began.
    pub(crate) started_at: String,
    /// When it ended.
    pub(crate) ended_at: Option<String>,
    /// Why it failed.
    pub(crate) failure: Option<FailureView>,
}

/// What a step waits for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct WaitsView {
    /// `time`, `event`, `run`, `answer`, `exception` or `retry`.
    pub(crate) what: &'static str,
    /// Id of the run, ask or exception; type and key of the event.
    pub(crate) id: Option<String>,
    /// It ends by itself then.
    pub(crate) until: Option<String>,
}

/// Items of a for-each.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct ItemsView {
    /// All.
    pub(crate) count: u64,
    /// Ended well.
    pub(crate) succeeded: u64,
    /// Ended badly.
    pub(crate) failed: u64,
}

/// How a person resolved an exception.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ResolutionView {
    /// `retried`, `edited_and_retried`, `completed_by_hand`, `skipped`, `gave_up`, `happened`, `did_not_happen`; without a
    /// person: `superseded`.
    pub(crate) resolution: &'static str,
    /// Who.
    pub(crate) by: String,
    /// `superseded`: the later run of the same record that did what this step stood for.
    pub(crate) superseded_by: Option<String>,
}

/// A write.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EffectView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Effect.
    pub(crate) effect_id: String,
    /// Run.
    pub(crate) run_id: String,
    /// Step.
    pub(crate) path: String,
    /// `connector.action`.
    pub(crate) action: String,
    /// Connection.
    pub(crate) connection: Option<String>,
    /// `write_idempotent` or `write_once`.
    pub(crate) class: Value,
    /// `reversible`, `compensable` or `irreversible`.
    pub(crate) undo: Value,
    /// Attempt it belongs to.
    pub(crate) attempt: u32,
    /// Which sending of the same decision.
    pub(crate) sending: u32,
    /// `intended`, `confirmed`, `not_applied` or `in_doubt`.
    pub(crate) state: &'static str,
    /// The key sent with it.
    pub(crate) idempotency_key: String,
    /// Hash of its canonical input (RFC 8785).
    pub(crate) request_sha256: String,
    /// The intent was committed then, before anything was sent.
    pub(crate) intended_at: String,
    /// When its outcome was known.
    pub(crate) settled_at: Option<String>,
    /// How it is known: `answer`, `reconciled` or `person`.
    pub(crate) evidence: Value,
    /// What the remote said.
    pub(crate) receipt: Value,
    /// Why it was not applied, or why nobody knows.
    pub(crate) failure: Option<FailureView>,
}

/// A value of the log; one in the blob store that is too large to show is named.
pub(crate) fn shown(payload: Option<&Payload>) -> Value {
    match payload {
        None => Value::Null,
        Some(Payload::Inline(value)) => value.clone(),
        Some(Payload::Blob(blob)) => json!({ "blob": { "sha256": blob.sha256, "size": blob.size } }),
    }
}

/// The word of an enum that is one in JSON.
pub(crate) fn word(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

impl From<RunRow> for RunView {
    fn from(row: RunRow) -> Self {
        Self {
            workspace: row.scope.to_string(),
            run_id: row.run.to_string(),
            workflow: row.workflow,
            version: row.version,
            status: row.status.as_str(),
            lifecycle: row.lifecycle.as_str(),
            event_id: row.event.map(String::from),
            parent_path: row.parent.as_ref().map(|parent| parent.path.to_string()),
            parent_run_id: row.parent.map(|parent| parent.run.into()),
            retry_of: row.retry_of.map(String::from),
            keys: row.keys.into_iter().map(|(name, value)| (name, Value::String(value))).collect(),
            created_at: at(row.created_at),
            started_at: row.started_at.map(at),
            due_at: row.due_at.map(at),
            ended_at: row.ended_at.map(at),
            duration_ms: row.started_at.zip(row.ended_at).map(|(from, to)| ms_between(from, to)),
            failure: row.failure.map(|failure| FailureView::short(failure.code, failure.message)),
        }
    }
}

impl FailureView {
    pub(crate) fn short(code: String, message: String) -> Self {
        Self {
            code,
            message,
            kind: None,
            origin: None,
            http_status: None,
            remote_request_id: None,
            detail: None,
        }
    }
}

impl From<&Failure> for FailureView {
    fn from(failure: &Failure) -> Self {
        let kind = serde_json::to_value(&failure.kind).unwrap_or_default();
        let origin = serde_json::to_value(failure.origin).unwrap_or_default();
        Self {
            kind: kind["type"].as_str().map(str::to_owned),
            origin: origin.as_str().map(str::to_owned),
            http_status: failure.http_status,
            remote_request_id: failure.remote_request_id.clone(),
            detail: failure.detail.clone(),
            ..Self::short(failure.code.clone(), failure.message.clone())
        }
    }
}

impl From<&Step> for StepView {
    fn from(step: &Step) -> Self {
        Self {
            path: step.path.to_string(),
            node: step.node().to_owned(),
            status: step.status,
            logical_attempt: step.logical_attempt,
            attempts: step.attempts.iter().map(AttemptView::from).collect(),
            started_at: step.started_at.map(at),
            ended_at: step.ended_at.map(at),
            duration_ms: step.started_at.zip(step.ended_at).map(|(from, to)| ms_between(from, to)),
            input: shown(step.input.as_ref()),
            output: shown(step.output.as_ref()),
            failure: step.failure.as_ref().map(FailureView::from),
            next: step.next.clone(),
            waits_for: step.waits.as_ref().map(WaitsView::from),
            items: step.items.map(|items| ItemsView {
                count: items.count,
                succeeded: items.succeeded,
                failed: items.failed,
            }),
            resolution: step.resolution.clone().map(|(resolution, by)| ResolutionView {
                resolution,
                by,
                superseded_by: step.superseded_by.clone(),
            }),
            copied: step.is_copied,
        }
    }
}

impl From<&Attempt> for AttemptView {
    fn from(attempt: &Attempt) -> Self {
        Self {
            logical_attempt: attempt.logical,
            attempt: attempt.number,
            status: attempt.status,
            started_at: at(attempt.started_at),
            ended_at: attempt.ended_at.map(at),
            failure: attempt.failure.as_ref().map(FailureView::from),
        }
    }
}

impl From<&Waits> for WaitsView {
    fn from(waits: &Waits) -> Self {
        Self { what: waits.what, id: waits.id.clone(), until: waits.until.map(at) }
    }
}

impl From<EffectRow> for EffectView {
    fn from(row: EffectRow) -> Self {
        Self {
            workspace: row.scope.to_string(),
            effect_id: row.effect.into(),
            run_id: row.run.into(),
            path: row.path,
            action: format!("{}.{}", row.connector, row.action),
            connection: row.connection,
            class: word(&row.class),
            undo: word(&row.undo),
            attempt: row.attempt,
            sending: row.sending,
            state: row.state.as_str(),
            idempotency_key: row.idempotency_key,
            request_sha256: row.request_sha256,
            intended_at: at(row.intended_at),
            settled_at: row.settled_at.map(at),
            evidence: row.evidence.as_ref().map_or(Value::Null, word),
            receipt: shown(row.receipt.as_ref()),
            failure: row.failure.as_ref().map(FailureView::from),
        }
    }
}
