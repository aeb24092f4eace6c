//! Workflows, their versions, and what the current version listens to.

pub(crate) mod publish;
pub(crate) mod request;
mod row;

use throughline_domain::time::Timestamp;

use crate::Store;
use crate::accept::EventKind;
use crate::changes::Subject;
use crate::db::{Sql, args, statements, words};
use crate::error::{Result, StoreError};
use crate::page::{Page, PageRequest};
use crate::poll::POLL_OFF;
use crate::schedule::SCHEDULE_OFF;
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

words! {
    /// The form a version was written in.
    TextFormat {
        /// YAML.
        Yaml = "yaml",
        /// JSON.
        Json = "json",
    }
}

words! {
    /// Does a workflow listen?
    WorkflowState {
        /// Its trigger starts runs.
        Published = "published",
        /// Its trigger is held; runs go on.
        Paused = "paused",
        /// It listens to nothing; runs go on.
        Unpublished = "unpublished",
    }
}

/// A version to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVersion {
    /// Workflow id.
    pub workflow: String,
    /// Title for lists.
    pub title: String,
    /// Answerable for it.
    pub owner: String,
    /// The text as written.
    pub source: Vec<u8>,
    /// Its form.
    pub format: TextFormat,
    /// Hex SHA-256 of `canonical`: the same content makes no new version.
    pub sha256: String,
    /// Canonical JSON of the definition.
    pub canonical: Vec<u8>,
    /// What it listens to.
    pub trigger: NewTrigger,
    /// When.
    pub published_at: Timestamp,
    /// Who.
    pub published_by: String,
}

/// What a version listens to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTrigger {
    /// The trigger's node id.
    pub id: String,
    /// Its connector.
    pub connector: String,
    /// How it is started, with what lookups need.
    pub listens: Listens,
    /// The trigger's configuration, JSON bytes.
    pub config: Vec<u8>,
}

/// How a workflow is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listens {
    /// By a request to this path; unique in a workspace.
    Webhook {
        /// Path behind `/hooks/{workspace}/`.
        path: String,
    },
    /// By the clock.
    Schedule {
        /// First planned instant.
        next_at: Option<Timestamp>,
        /// Version of the time zone data it was computed with.
        tzdata: String,
    },
    /// By items of a poll.
    Poll {
        /// First poll.
        next_at: Timestamp,
    },
    /// By an internal event.
    Event {
        /// Its type.
        event_type: String,
    },
    /// By a person.
    Manual,
    /// By another workflow.
    Called,
    /// By a form that this server shows; the path is unique in a workspace.
    Form {
        /// Path behind `/forms/{workspace}/`.
        path: String,
    },
    /// By mail; the address is unique in a workspace.
    Mail {
        /// What stands before the `@`.
        address: String,
    },
}

/// What publishing did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// The current version.
    pub version: u32,
    /// It is a new one; false: the content is what it was.
    pub new: bool,
}

/// A workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowRow {
    /// Workspace.
    pub scope: Scope,
    /// Workflow id.
    pub workflow: String,
    /// Current version.
    pub version: u32,
    /// Does it listen?
    pub state: WorkflowState,
    /// Title.
    pub title: String,
    /// Answerable for it.
    pub owner: String,
    /// First published.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

/// A version, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// Workflow id.
    pub workflow: String,
    /// Version, from 1.
    pub version: u32,
    /// Its form.
    pub format: TextFormat,
    /// The text as written.
    pub source: Vec<u8>,
    /// Hex SHA-256 of `canonical`.
    pub sha256: String,
    /// Canonical JSON of the definition.
    pub canonical: Vec<u8>,
    /// When.
    pub published_at: Timestamp,
    /// Who.
    pub published_by: String,
}

/// A version without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionSummary {
    /// Version, from 1.
    pub version: u32,
    /// Hex SHA-256 of the canonical definition.
    pub sha256: String,
    /// When.
    pub published_at: Timestamp,
    /// Who.
    pub published_by: String,
}

/// A trigger of a current version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggerRow {
    /// Workspace.
    pub scope: Scope,
    /// Workflow.
    pub workflow: String,
    /// The trigger's node id.
    pub trigger: String,
    /// How it is started.
    pub kind: EventKind,
    /// Connector.
    pub connector: String,
    /// Path of a webhook or a form, or a mail address.
    pub path: Option<String>,
    /// Type of internal event.
    pub event_type: Option<String>,
    /// Configuration, JSON bytes.
    pub config: Vec<u8>,
    /// Version it belongs to.
    pub version: u32,
    /// False: the workflow is paused.
    pub active: bool,
}

macro_rules! columns {
    () => {
        "workspace_id, workflow_id, current_version, state, title, owner, created_at, updated_at"
    };
}
macro_rules! trigger_sql {
    ($where:literal) => {
        Sql::same(concat!(
            "SELECT t.workspace_id, t.workflow_id, t.trigger_id, t.kind, t.connector, t.path, t.event_type, t.config,
                 t.version, CAST(CASE WHEN w.state = 'published' THEN 1 ELSE 0 END AS BIGINT)
             FROM workflow_trigger AS t
             JOIN workflow AS w ON w.workspace_id = t.workspace_id AND w.workflow_id = t.workflow_id WHERE ",
            $where
        ))
    };
}

statements! {
    // $3 is the version seen before: whoever published in between is noticed.
    Tenant CREATE = Sql::same(
        "INSERT INTO workflow (workspace_id, workflow_id, current_version, state, title, owner, created_at, updated_at)
         VALUES ($1, $2, 1, 'published', $3, $4, $5, $5) ON CONFLICT (workspace_id, workflow_id) DO NOTHING",
    );
    Tenant ADVANCE = Sql::same(
        "UPDATE workflow SET current_version = $4, state = 'published', title = $5, owner = $6, updated_at = $7
         WHERE workspace_id = $1 AND workflow_id = $2 AND current_version = $3",
    );
    Tenant INSERT_VERSION = Sql::same(
        "INSERT INTO workflow_version (workspace_id, workflow_id, version, format, source, sha256, canonical,
             published_at, published_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (workspace_id, workflow_id, version) DO NOTHING",
    );
    Tenant SET_TRIGGER = Sql::same(
        "INSERT INTO workflow_trigger (workspace_id, workflow_id, trigger_id, kind, connector, path, event_type, config,
             version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (workspace_id, workflow_id) DO UPDATE SET trigger_id = excluded.trigger_id,
             kind = excluded.kind, connector = excluded.connector, path = excluded.path,
             event_type = excluded.event_type, config = excluded.config, version = excluded.version",
    );
    Tenant DROP_TRIGGER = Sql::same("DELETE FROM workflow_trigger WHERE workspace_id = $1 AND workflow_id = $2");
    Tenant SET_STATE = Sql::same(
        "UPDATE workflow SET state = $3, updated_at = $4 WHERE workspace_id = $1 AND workflow_id = $2
             AND (state <> 'unpublished' OR $3 = 'unpublished')",
    );
    Tenant GET = Sql::same(concat!(
        "SELECT ", columns!(), " FROM workflow WHERE workspace_id = $1 AND workflow_id = $2"
    ));
    Tenant LIST = Sql::same(concat!(
        "SELECT ", columns!(), " FROM workflow WHERE workspace_id = $1 AND workflow_id > $2 ORDER BY workflow_id LIMIT $3"
    ));
    Tenant GET_VERSION = Sql::same(
        "SELECT workflow_id, version, format, source, sha256, canonical, published_at, published_by
         FROM workflow_version WHERE workspace_id = $1 AND workflow_id = $2 AND version = $3",
    );
    Tenant CURRENT_SHA = Sql::same(
        "SELECT w.current_version, v.sha256 FROM workflow AS w JOIN workflow_version AS v
             ON v.workspace_id = w.workspace_id AND v.workflow_id = w.workflow_id AND v.version = w.current_version
         WHERE w.workspace_id = $1 AND w.workflow_id = $2",
    );
    Tenant LIST_VERSIONS = Sql::same(
        "SELECT version, sha256, published_at, published_by FROM workflow_version
         WHERE workspace_id = $1 AND workflow_id = $2 AND version < $3 ORDER BY version DESC LIMIT $4",
    );
    Tenant ROUTE = trigger_sql!("t.workspace_id = $1 AND t.kind = $2 AND t.path = $3");
    Tenant LISTENERS = trigger_sql!("t.workspace_id = $1 AND t.event_type = $2 ORDER BY t.workflow_id");
    Tenant TRIGGER = trigger_sql!("t.workspace_id = $1 AND t.workflow_id = $2");
    All ALL_TRIGGERS = trigger_sql!("CAST($1 AS TEXT) IS NULL OR t.kind = $1 ORDER BY t.workspace_id, t.workflow_id");
}

impl Store {
    /// Stops listening; runs go on. False: there is no such workflow.
    pub async fn unpublish(&self, scope: &Scope, workflow: &str, at: Timestamp) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.key("workflow", scope, workflow);
        group.changes().touch(scope, Subject::Workflow, workflow);
        group.fence(&SET_STATE, args![scope, workflow, WorkflowState::Unpublished, at]);
        group.op(&DROP_TRIGGER, args![scope, workflow]);
        group.op(&SCHEDULE_OFF, args![scope, workflow]);
        group.op(&POLL_OFF, args![scope, workflow]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Holds or resumes the trigger of a published workflow. False: it is not published.
    pub async fn pause_workflow(
        &self,
        scope: &Scope,
        workflow: &str,
        paused: bool,
        at: Timestamp,
    ) -> Result<bool> {
        let state = if paused { WorkflowState::Paused } else { WorkflowState::Published };
        let mut group = Group::new(Kind::Admin);
        group.key("workflow", scope, workflow);
        group.changes().touch(scope, Subject::Workflow, workflow);
        group.fence(&SET_STATE, args![scope, workflow, state, at]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// One workflow.
    pub async fn get_workflow(&self, scope: &Scope, workflow: &str) -> Result<Option<WorkflowRow>> {
        self.one(&GET, args![scope, workflow]).await
    }

    /// One page of workflows, by id.
    pub async fn list_workflows(&self, scope: &Scope, page: &PageRequest) -> Result<Page<WorkflowRow>> {
        let after = page.after.as_deref().unwrap_or("");
        let rows: Vec<WorkflowRow> = self.all(&LIST, args![scope, after, page.limit() + 1]).await?;
        Ok(Page::cut(rows, page, |row| row.workflow.clone()))
    }

    /// One version, whole.
    pub async fn get_workflow_version(
        &self,
        scope: &Scope,
        workflow: &str,
        version: u32,
    ) -> Result<Option<VersionRow>> {
        self.one(&GET_VERSION, args![scope, workflow, version]).await
    }

    /// One page of versions, newest first.
    pub async fn list_versions(
        &self,
        scope: &Scope,
        workflow: &str,
        page: &PageRequest,
    ) -> Result<Page<VersionSummary>> {
        let before = match page.after.as_deref() {
            None => i64::MAX,
            Some(text) => text.parse().map_err(|_| StoreError::BadCursor(text.to_owned()))?,
        };
        let rows: Vec<VersionSummary> =
            self.all(&LIST_VERSIONS, args![scope, workflow, before, page.limit() + 1]).await?;
        Ok(Page::cut(rows, page, |row| row.version.to_string()))
    }

    /// Who listens on a path of webhooks or forms, or at a mail address.
    pub async fn route(&self, scope: &Scope, kind: EventKind, path: &str) -> Result<Option<TriggerRow>> {
        self.one(&ROUTE, args![scope, kind, path]).await
    }

    /// Who listens to an internal event.
    pub async fn listeners(&self, scope: &Scope, event_type: &str) -> Result<Vec<TriggerRow>> {
        self.all(&LISTENERS, args![scope, event_type]).await
    }

    /// What a workflow listens to; `None` while it is unpublished.
    pub async fn trigger(&self, scope: &Scope, workflow: &str) -> Result<Option<TriggerRow>> {
        self.one(&TRIGGER, args![scope, workflow]).await
    }

    /// Every workspace's triggers, perhaps of one kind only.
    pub async fn triggers_all(&self, kind: Option<EventKind>) -> Result<Vec<TriggerRow>> {
        self.all(&ALL_TRIGGERS, args![kind.map(EventKind::as_str)]).await
    }
}
