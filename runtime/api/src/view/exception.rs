//! Exceptions: the five answers.

use serde::Serialize;
use serde_json::Value;
use throughline_store::ExceptionRow;
use utoipa::ToSchema;

use super::at;
use super::run::FailureView;

/// Where a run's normal path stopped.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ExceptionView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Exception.
    pub(crate) exception_id: String,
    /// `business`: one per record and reason; `technical`: one per cause.
    pub(crate) kind: &'static str,
    /// Run that waits.
    pub(crate) run_id: String,
    /// Its step; empty: the whole run.
    pub(crate) path: String,
    /// Workflow.
    pub(crate) workflow: String,
    /// Workflow version.
    pub(crate) version: u32,
    /// `open`, `assigned`, `in_progress`, `waiting`, `verifying`, `resolved`, `dismissed` or `superseded`.
    pub(crate) state: &'static str,
    /// What changed: the record, old and new.
    pub(crate) what_changed: Value,
    /// Why the normal path stopped: the reason's code.
    pub(crate) reason: String,
    /// Why the normal path stopped, in words.
    pub(crate) sentence: String,
    /// Who owns the next action.
    pub(crate) owner: String,
    /// Who takes over.
    pub(crate) backup: Option<String>,
    /// Until when.
    pub(crate) due_at: String,
    /// Which systems update after it is resolved.
    pub(crate) updates_after: Value,
    /// Why none does.
    pub(crate) no_update_reason: Option<String>,
    /// An answer came from the workflow's defaults because it could not be derived.
    pub(crate) unrouted: bool,
    /// The failure behind it.
    pub(crate) failure: Option<FailureView>,
    /// The effect in doubt.
    pub(crate) effect_id: Option<String>,
    /// Step that runs again on *retry*.
    pub(crate) retry_from: Option<String>,
    /// How often it happened.
    pub(crate) occurrences: u32,
    /// When it opened.
    pub(crate) opened_at: String,
    /// When it was closed.
    pub(crate) resolved_at: Option<String>,
    /// By whom.
    pub(crate) resolved_by: Option<String>,
    /// How: `retried`, `edited_and_retried`, `completed_by_hand`, `skipped`, `gave_up`, …
    pub(crate) resolution: Option<String>,
}

impl From<ExceptionRow> for ExceptionView {
    fn from(row: ExceptionRow) -> Self {
        Self {
            workspace: row.scope.to_string(),
            exception_id: row.exception.into(),
            kind: row.kind.as_str(),
            run_id: row.run.into(),
            path: row.path,
            workflow: row.workflow,
            version: row.version,
            state: row.state.as_str(),
            what_changed: row.what_changed,
            reason: row.reason,
            sentence: row.sentence,
            owner: row.owner,
            backup: row.backup,
            due_at: at(row.due_at),
            updates_after: serde_json::to_value(&row.updates_after).unwrap_or_default(),
            no_update_reason: row.no_update_reason,
            unrouted: row.unrouted,
            failure: row.failure.as_ref().map(FailureView::from),
            effect_id: row.effect.map(String::from),
            retry_from: row.retry_from,
            occurrences: row.occurrences,
            opened_at: at(row.opened_at),
            resolved_at: row.resolved_at.map(at),
            resolved_by: row.resolved_by,
            resolution: row.resolution,
        }
    }
}
