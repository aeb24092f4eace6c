//! Triggers of the runner itself: workflows about workflows. The runner makes these events.

use throughline::prelude::*;

connector! {
    id: "throughline",
    name: "Throughline",
    description: "Starts a workflow when a run ends, when an exception opens or is resolved, or on an event of your own.",
    triggers: [run_finished, exception_opened, exception_resolved, custom],
}

/// Which workflows to listen to.
#[data]
#[serde(deny_unknown_fields)]
pub struct WorkflowFilter {
    /// Only this workflow; its own runs never start it
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
    /// Only these outcomes: succeeded, failed, cancelled
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<String>,
}

/// A run that ended.
#[data]
pub struct FinishedRun {
    /// Run's id
    pub run: String,
    /// Workflow
    pub workflow: String,
    /// Workflow's version
    pub version: u32,
    /// succeeded, failed or cancelled
    pub outcome: String,
    /// When it started
    pub started_at: String,
    /// When it ended
    pub finished_at: String,
}

/// Run finished
#[trigger(
    native,
    sample = r#"{"run": "run_01", "workflow": "invoice-completed-job", "version": 3, "outcome": "succeeded", "started_at": "2026-03-01T09:00:00Z", "finished_at": "2026-03-01T09:00:02Z"}"#
)]
pub(crate) fn run_finished(config: WorkflowFilter) -> FinishedRun;

/// Which exceptions to listen to.
#[data]
#[serde(deny_unknown_fields)]
pub struct ExceptionFilter {
    /// Only of this workflow
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
    /// Only of this kind
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// An exception that opened.
#[data]
pub struct OpenedException {
    /// Exception's id
    pub exception: String,
    /// Kind
    pub kind: String,
    /// Run's id
    pub run: String,
    /// Workflow
    pub workflow: String,
    /// Step
    pub step: String,
    /// What happened, in words
    pub message: String,
    /// When it opened
    pub opened_at: String,
}

/// Exception opened
#[trigger(
    native,
    sample = r#"{"exception": "exc_01", "kind": "missing_proof", "run": "run_01", "workflow": "invoice-completed-job", "step": "check", "message": "No photos", "opened_at": "2026-03-01T09:00:00Z"}"#
)]
pub(crate) fn exception_opened(config: ExceptionFilter) -> OpenedException;

/// An exception that was resolved.
#[data]
pub struct ResolvedException {
    /// Exception's id
    pub exception: String,
    /// Kind
    pub kind: String,
    /// Run's id
    pub run: String,
    /// Workflow
    pub workflow: String,
    /// Step
    pub step: String,
    /// retried, edited_and_retried, completed_by_hand, skipped or gave_up
    pub resolution: String,
    /// Who resolved it
    pub by: String,
    /// When it was resolved
    pub resolved_at: String,
}

/// Exception resolved
#[trigger(
    native,
    sample = r#"{"exception": "exc_01", "kind": "missing_proof", "run": "run_01", "workflow": "invoice-completed-job", "step": "check", "resolution": "retried", "by": "ada@example.com", "resolved_at": "2026-03-01T10:00:00Z"}"#
)]
pub(crate) fn exception_resolved(config: ExceptionFilter) -> ResolvedException;

/// Which event to listen to.
#[data]
#[serde(deny_unknown_fields)]
pub struct CustomFilter {
    /// Event's type
    #[schemars(length(min = 1, max = 200), example = &"order.paid")]
    pub r#type: String,
}

/// An event of your own.
#[data]
pub struct CustomEvent {
    /// Event's type
    pub r#type: String,
    /// What it is about, to match it with a waiting run
    pub key: Option<String>,
    /// When it happened
    pub occurred_at: String,
    /// Data
    pub data: Value,
}

/// Event of your own
///
/// Sent to the runner's API, or made by another workflow.
#[trigger(
    native,
    sample = r#"{"type": "order.paid", "key": "order-7", "occurred_at": "2026-03-01T09:00:00Z", "data": {"order": "7"}}"#
)]
pub(crate) fn custom(config: CustomFilter) -> CustomEvent;
