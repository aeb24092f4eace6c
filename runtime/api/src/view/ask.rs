//! Questions to people.

use serde::Serialize;
use serde_json::Value;
use throughline_store::AskRow;
use utoipa::ToSchema;

use super::at;
use super::run::shown;

/// A question that a run waits for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AskView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Question.
    pub(crate) ask_id: String,
    /// Run that waits.
    pub(crate) run_id: String,
    /// Its step.
    pub(crate) path: String,
    /// Workflow.
    pub(crate) workflow: String,
    /// What is asked.
    pub(crate) question: String,
    /// JSON Schema of the answer.
    pub(crate) form: Value,
    /// Who is asked.
    pub(crate) owner: String,
    /// Until when.
    pub(crate) due_at: String,
    /// `open`, `answered`, `expired` or `withdrawn`.
    pub(crate) state: &'static str,
    /// When it was asked.
    pub(crate) asked_at: String,
    /// When it was closed.
    pub(crate) closed_at: Option<String>,
    /// Who answered.
    pub(crate) answered_by: Option<String>,
    /// The answer.
    pub(crate) answer: Value,
}

impl From<AskRow> for AskView {
    fn from(row: AskRow) -> Self {
        Self {
            workspace: row.scope.to_string(),
            ask_id: row.ask.into(),
            run_id: row.run.into(),
            path: row.path,
            workflow: row.workflow,
            question: row.question,
            form: row.form,
            owner: row.owner,
            due_at: at(row.due_at),
            state: row.state.as_str(),
            asked_at: at(row.asked_at),
            closed_at: row.closed_at.map(at),
            answered_by: row.answered_by,
            answer: shown(row.answer.as_ref()),
        }
    }
}
