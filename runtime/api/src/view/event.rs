//! Accepted events.

use serde::Serialize;
use throughline_store::EventRow;
use utoipa::ToSchema;

use super::at;

/// An accepted event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EventView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Event.
    pub(crate) event_id: String,
    /// Workflow it started.
    pub(crate) workflow: String,
    /// The trigger's node id.
    pub(crate) trigger: String,
    /// `webhook`, `schedule`, `poll`, `event`, `manual`, `called`, `form` or `mail`.
    pub(crate) kind: &'static str,
    /// When it was accepted.
    pub(crate) received_at: String,
    /// The run it started.
    pub(crate) run_id: String,
    /// Its dedupe key.
    pub(crate) dedupe_key: Option<String>,
    /// Bytes of its payload.
    pub(crate) size: u64,
}

impl From<EventRow> for EventView {
    fn from(row: EventRow) -> Self {
        Self {
            workspace: row.scope.to_string(),
            event_id: row.event.into(),
            workflow: row.workflow,
            trigger: row.trigger,
            kind: row.kind.as_str(),
            received_at: at(row.received_at),
            run_id: row.run.into(),
            dedupe_key: row.dedupe_key,
            size: row.size,
        }
    }
}
