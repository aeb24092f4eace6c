//! Secrets without their values, and the keys of the vault.

use serde::Serialize;
use throughline_domain::time::Timestamp;
use throughline_engine::command::{SecretView as Secret, VaultStanding};
use throughline_store::{RootKeyRow, Scope, WorkspaceKeyRow};
use utoipa::ToSchema;

use super::at;

/// What may be seen of a secret: everything but the value.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SecretView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Secret.
    pub(crate) secret_id: String,
    /// Name; a connection refers to it as `{"vault": "NAME"}`.
    #[schema(example = "crm-token")]
    pub(crate) name: String,
    /// Rises with each put.
    pub(crate) version: u32,
    /// The one origin it may be sent to, or `inbound`.
    #[schema(example = "https://crm.example.com")]
    pub(crate) bound_to: String,
    /// Version of the workspace key that wraps it.
    pub(crate) key_version: u32,
    /// Names of the connections that use it.
    pub(crate) used_by: Vec<String>,
    /// When it was first put.
    pub(crate) created_at: String,
    /// Who put it first.
    pub(crate) created_by: String,
    /// When its value was last put.
    pub(crate) updated_at: String,
    /// Who put it last.
    pub(crate) updated_by: String,
}

impl SecretView {
    /// From a workspace's secret.
    pub(crate) fn new(scope: &Scope, secret: Secret) -> Self {
        let Secret { summary, used_by } = secret;
        Self {
            workspace: scope.to_string(),
            secret_id: summary.secret.into(),
            name: summary.name,
            version: summary.version,
            bound_to: summary.bound_to,
            key_version: summary.key_version,
            used_by,
            created_at: at(summary.created_at),
            created_by: summary.created_by,
            updated_at: at(summary.updated_at),
            updated_by: summary.updated_by,
        }
    }
}

/// A key that was not retired.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct KeyView {
    /// Version; the newest wraps what is new.
    pub(crate) version: u32,
    /// Of a root key: names it, and its file in `DIR/keys`.
    pub(crate) fingerprint: Option<String>,
    /// Of a workspace key: the root key that wraps it.
    pub(crate) root_version: Option<u32>,
    /// What it wraps: keys of workspaces, or secrets.
    pub(crate) wraps: u64,
    /// When it was made.
    pub(crate) created_at: String,
    /// Of one that was replaced: when the last thing left it.
    pub(crate) emptied_at: Option<String>,
    /// `newest`, `being_replaced`, or `awaits_backup`: it goes after a backup that began after `emptied_at`.
    pub(crate) state: &'static str,
}

/// The keys of one workspace.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct WorkspaceKeysView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Its keys, oldest first.
    pub(crate) keys: Vec<KeyView>,
}

/// How the keys of the vault stand.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct VaultView {
    /// Root keys, oldest first.
    pub(crate) root_keys: Vec<KeyView>,
    /// Keys of the workspaces that have secrets.
    pub(crate) workspaces: Vec<WorkspaceKeysView>,
    /// When the newest good backup began.
    pub(crate) backup_at: Option<String>,
    /// Keys that were retired by this request.
    pub(crate) retired: u32,
    /// The replacement goes on by itself.
    pub(crate) unfinished: bool,
    /// What does not open and keeps its key from being retired.
    pub(crate) damaged: Vec<String>,
}

fn state(newest: bool, emptied_at: Option<Timestamp>) -> &'static str {
    match (newest, emptied_at) {
        (true, _) => "newest",
        (false, Some(_)) => "awaits_backup",
        (false, None) => "being_replaced",
    }
}

fn root_key(row: RootKeyRow, newest: bool) -> KeyView {
    KeyView {
        version: row.version,
        fingerprint: Some(row.fingerprint),
        root_version: None,
        wraps: row.rows,
        created_at: at(row.created_at),
        emptied_at: row.emptied_at.map(at),
        state: state(newest, row.emptied_at),
    }
}

fn workspace_key(row: &WorkspaceKeyRow, newest: bool) -> KeyView {
    KeyView {
        version: row.version,
        fingerprint: None,
        root_version: Some(row.root_version),
        wraps: row.rows,
        created_at: at(row.created_at),
        emptied_at: row.emptied_at.map(at),
        state: state(newest, row.emptied_at),
    }
}

impl From<VaultStanding> for VaultView {
    fn from(standing: VaultStanding) -> Self {
        let newest = standing.root_keys.last().map(|row| row.version);
        let root = |row: RootKeyRow| {
            let is_newest = Some(row.version) == newest;
            root_key(row, is_newest)
        };
        let workspaces = standing.workspaces.into_iter().map(|own| {
            let newest = own.keys.last().map(|row| row.version);
            let keys = own.keys.iter().map(|row| workspace_key(row, Some(row.version) == newest)).collect();
            WorkspaceKeysView { workspace: own.scope.to_string(), keys }
        });
        Self {
            workspaces: workspaces.collect(),
            root_keys: standing.root_keys.into_iter().map(root).collect(),
            backup_at: standing.backup_at.map(at),
            retired: standing.turned.retired,
            unfinished: standing.turned.unfinished,
            damaged: standing.turned.damaged,
        }
    }
}
