//! Triggers of the runner itself: workflows about workflows. The runner makes these events.

use throughline::prelude::*;

connector! {
    id: "throughline",
    name: "Throughline",
    description: "Starts a workflow by hand, by another one, on an event of your own, or on what happens to other runs.",
    triggers: [manual, called, event, run_finished, exception_opened, exception_resolved],
}

/// Started by hand
///
/// A person or the API starts the run; the event is what they give.
#[trigger(native, sample = r#"{"order": "7"}"#)]
pub(crate) fn manual(config: ()) -> Value;

/// Called by another workflow
///
/// The event is the input of the calling step.
#[trigger(native, sample = r#"{"order": "7"}"#)]
pub(crate) fn called(config: ()) -> Value;

/// Which event to listen to.
#[data]
pub struct EventFilter {
    /// Event's type
    #[schemars(length(min = 1, max = 200), example = &"order.paid")]
    pub r#type: String,
}

/// Event of your own
///
/// Published with `throughline event publish`, through the API, or by another workflow. The event is its data.
#[trigger(native, sample = r#"{"order": "7"}"#)]
pub(crate) fn event(config: EventFilter) -> Value;

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
pub(crate) fn run_finished(config: ()) -> FinishedRun;

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
pub(crate) fn exception_opened(config: ()) -> OpenedException;

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
pub(crate) fn exception_resolved(config: ()) -> ResolvedException;
