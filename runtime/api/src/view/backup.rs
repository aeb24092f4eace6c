//! Backups, and runs that are held after a restore.

use serde::Serialize;
use throughline_store::{BackupRow, HeldRow};
use utoipa::ToSchema;

use super::at;

/// A root key that a backup goes with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct NeededKeyView {
    /// Version; its file is `DIR/keys/root-N.key`.
    pub(crate) version: u32,
    /// Names it without giving anything of it away.
    pub(crate) fingerprint: String,
}

/// A backup that was begun, and what whoever makes it must know.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BegunBackupView {
    /// The backup.
    #[serde(flatten)]
    pub(crate) backup: BackupView,
    /// Version of the schema.
    pub(crate) schema_version: i64,
    /// Which life of the data it is of.
    pub(crate) incarnation: String,
    /// Root keys without which its secrets do not open.
    pub(crate) root_keys: Vec<NeededKeyView>,
}

/// A backup.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BackupView {
    /// Backup.
    #[schema(example = "bkp_01hz0000000000000000000000")]
    pub(crate) backup_id: String,
    /// `running`, `good` or `failed`.
    pub(crate) state: &'static str,
    /// When it began: everything committed before is in it.
    pub(crate) began_at: String,
    /// Who began it.
    pub(crate) began_by: String,
    /// When it ended.
    pub(crate) ended_at: Option<String>,
    /// Of a good one: SHA-256 of its manifest.
    pub(crate) manifest_sha256: Option<String>,
    /// Of a good one: its files.
    pub(crate) files: Option<u64>,
    /// Of a good one: their bytes.
    pub(crate) bytes: Option<u64>,
    /// Of a good one: it was restored into a scratch place and found whole.
    pub(crate) rehearsed: Option<bool>,
    /// Of a failed one: why.
    pub(crate) detail: Option<String>,
}

impl From<BackupRow> for BackupView {
    fn from(row: BackupRow) -> Self {
        Self {
            backup_id: row.backup,
            state: row.state.as_str(),
            began_at: at(row.began_at),
            began_by: row.began_by,
            ended_at: row.ended_at.map(at),
            manifest_sha256: row.manifest_sha256,
            files: row.files,
            bytes: row.bytes,
            rehearsed: row.rehearsed,
            detail: row.detail,
        }
    }
}

/// A run that was open in a backup that was restored: it waits for a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct HeldRunView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Run.
    pub(crate) run_id: String,
    /// Its workflow.
    pub(crate) workflow: String,
    /// What people wanted of it before: `active`, `paused` or `cancelling`.
    pub(crate) lifecycle: &'static str,
    /// Since when.
    pub(crate) held_at: String,
}

impl From<HeldRow> for HeldRunView {
    fn from(row: HeldRow) -> Self {
        Self {
            workspace: row.scope.to_string(),
            run_id: row.run.into(),
            workflow: row.workflow,
            lifecycle: row.lifecycle.as_str(),
            held_at: at(row.held_at),
        }
    }
}
