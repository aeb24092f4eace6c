//! Workflows, their versions and triggers.

use serde::Serialize;
use serde_json::Value;
use throughline_domain::mail::inbound::Mailbox;
use throughline_store::{EventKind, TriggerRow, VersionRow, VersionSummary, WorkflowRow};
use utoipa::ToSchema;

use super::at;
use crate::error::Problem;

/// A workflow as a row of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct WorkflowView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Workflow.
    #[schema(example = "invoice-readiness")]
    pub(crate) workflow: String,
    /// Title for people.
    pub(crate) title: String,
    /// Who is answerable.
    pub(crate) owner: String,
    /// Current version.
    pub(crate) version: u32,
    /// `published`, `paused` or `unpublished`.
    pub(crate) state: &'static str,
    /// Rollout stage: `draft`, `shadow`, `review`, `live` or `paused`.
    pub(crate) stage: Option<String>,
    /// What starts a run: `projects.job_completed`.
    pub(crate) trigger: Option<String>,
    /// Where its webhook listens: `/hooks/demo/job-completed`.
    pub(crate) webhook_path: Option<String>,
    /// Where its form is: `/forms/demo/request-a-quote`.
    pub(crate) form_path: Option<String>,
    /// The mail address it listens to; without the domain where the server has none.
    #[schema(example = "invoices@in.example.com")]
    pub(crate) mail_address: Option<String>,
    /// When its schedule fires next; five at most.
    pub(crate) next_fires: Vec<String>,
    /// When it was first published.
    pub(crate) created_at: String,
    /// When the current version was published.
    pub(crate) published_at: String,
}

/// A workflow with its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct WorkflowDetail {
    /// The row.
    #[serde(flatten)]
    pub(crate) workflow: WorkflowView,
    /// The version that `text` is.
    pub(crate) text_version: u32,
    /// `yaml` or `json`.
    pub(crate) format: &'static str,
    /// The text exactly as it was published.
    pub(crate) text: String,
    /// SHA-256 of the text.
    pub(crate) sha256: String,
    /// Who published that version.
    pub(crate) published_by: String,
}

/// A published version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct VersionView {
    /// Number, from 1.
    pub(crate) version: u32,
    /// SHA-256 of the text.
    pub(crate) sha256: String,
    /// When it was published.
    pub(crate) published_at: String,
    /// Who published it.
    pub(crate) published_by: String,
    /// Who wrote it and asked for a second person; null: whoever published it.
    pub(crate) written_by: Option<String>,
}

/// A version was published, or the current one already said the same.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PublishedView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Workflow.
    pub(crate) workflow: String,
    /// Version number, from 1.
    pub(crate) version: u32,
    /// The text was already the current version.
    pub(crate) unchanged: bool,
    /// Open proposals of older versions that were withdrawn, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) withdrawn: Option<u32>,
    /// Problems that do not stop it.
    pub(crate) warnings: Vec<Problem>,
}

/// What a check found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LintView {
    /// Nothing stops it from being published.
    pub(crate) ok: bool,
    /// Everything found, in the order of the text.
    pub(crate) problems: Vec<Problem>,
}

/// What a workflow listens to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TriggerView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Workflow.
    pub(crate) workflow: String,
    /// The trigger's node id.
    pub(crate) trigger: String,
    /// `webhook`, `schedule`, `poll`, `event`, `manual`, `called`, `form` or `mail`.
    pub(crate) kind: &'static str,
    /// Connector.
    pub(crate) connector: String,
    /// Where its webhook listens.
    pub(crate) webhook_path: Option<String>,
    /// Where its form is.
    pub(crate) form_path: Option<String>,
    /// The mail address it listens to; without the domain where the server has none.
    pub(crate) mail_address: Option<String>,
    /// Internal event it listens to.
    pub(crate) event_type: Option<String>,
    /// The workflow listens; false while it is paused.
    pub(crate) active: bool,
    /// Schedules: the next five; polls: the next one.
    pub(crate) next_fires: Vec<String>,
    /// Polls: failures in a row.
    pub(crate) failures: u32,
    /// Polls: the last failure.
    pub(crate) failure: Option<super::run::FailureView>,
}

/// A planned instant that passed while nothing could run.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MisfireView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Workflow.
    pub(crate) workflow: String,
    /// When it should have fired.
    pub(crate) planned_at: String,
    /// When that was noticed.
    pub(crate) recorded_at: String,
}

/// When a schedule fires.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ScheduleView {
    /// Workflow.
    pub(crate) workflow: String,
    /// Its configuration as written.
    pub(crate) schedule: Value,
    /// The next five instants, in UTC.
    pub(crate) next_fires: Vec<String>,
    /// Version of the time zone data they were computed with.
    pub(crate) tzdata: String,
}

/// Where a trigger of this kind is reached; `None` for one of another kind.
pub(crate) fn reached(trigger: &TriggerRow, kind: EventKind) -> Option<String> {
    let path = trigger.path.as_deref().filter(|_| trigger.kind == kind)?;
    let folder = if kind == EventKind::Form { "forms" } else { "hooks" };
    Some(format!("/{folder}/{}/{path}", trigger.scope))
}

/// The mail address of a trigger that has one.
pub(crate) fn mail_address(trigger: &TriggerRow, domain: Option<&str>) -> Option<String> {
    let address = trigger.path.as_deref().filter(|_| trigger.kind == EventKind::Mail)?;
    Some(match domain {
        Some(domain) => Mailbox::at(address, trigger.scope.as_str(), domain),
        None => address.to_owned(),
    })
}

impl WorkflowView {
    /// From its row, its current version and what it listens to.
    pub(crate) fn new(
        row: WorkflowRow,
        version: Option<&VersionRow>,
        trigger: Option<&TriggerRow>,
        domain: Option<&str>,
    ) -> Self {
        let text: Value =
            version.and_then(|row| serde_json::from_slice(&row.canonical).ok()).unwrap_or_default();
        let word = |pointer: &str| text.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let path = |kind| trigger.and_then(|trigger| reached(trigger, kind));
        Self {
            webhook_path: path(EventKind::Webhook),
            form_path: path(EventKind::Form),
            mail_address: trigger.and_then(|trigger| mail_address(trigger, domain)),
            workspace: row.scope.to_string(),
            workflow: row.workflow,
            title: row.title,
            owner: row.owner,
            version: row.version,
            state: row.state.as_str(),
            stage: word("/review/stage"),
            trigger: word("/trigger/on"),
            next_fires: Vec::new(),
            created_at: at(row.created_at),
            published_at: at(version.map_or(row.updated_at, |version| version.published_at)),
        }
    }
}

impl WorkflowDetail {
    /// From the workflow and one of its versions.
    pub(crate) fn new(workflow: WorkflowView, row: VersionRow) -> Self {
        Self {
            workflow,
            text_version: row.version,
            format: row.format.as_str(),
            text: String::from_utf8_lossy(&row.source).into_owned(),
            sha256: row.sha256,
            published_by: row.published_by,
        }
    }
}

impl From<VersionSummary> for VersionView {
    fn from(row: VersionSummary) -> Self {
        Self {
            version: row.version,
            sha256: row.sha256,
            published_at: at(row.published_at),
            published_by: row.published_by,
            written_by: None,
        }
    }
}
