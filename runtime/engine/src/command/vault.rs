//! The keys of the vault: how they stand, and their replacement.

use std::time::Duration;

use throughline_domain::time::Timestamp;
use throughline_store::{RootKeyRow, Scope, WorkspaceKeyRow};
use tokio_util::sync::CancellationToken;

use super::CommandError;
use crate::Engine;
use crate::rotation::{Turned, turn};

/// How long a command goes on with a rotation before it leaves the rest to the sweep.
const PATIENCE: Duration = Duration::from_secs(20);

/// The keys of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceKeys {
    /// The workspace.
    pub scope: Scope,
    /// Keys that were not retired, oldest first; the newest wraps what is new.
    pub keys: Vec<WorkspaceKeyRow>,
}

/// How the keys of the vault stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultStanding {
    /// Root keys that were not retired, oldest first; the newest wraps what is new.
    pub root_keys: Vec<RootKeyRow>,
    /// Keys of the workspaces that have secrets.
    pub workspaces: Vec<WorkspaceKeys>,
    /// When the newest good backup began: what an old key waits for.
    pub backup_at: Option<Timestamp>,
    /// What turning the keys on found.
    pub turned: Turned,
}

impl Engine {
    /// How root keys stand, and those of the workspaces given.
    pub async fn vault_standing(&self, scopes: &[Scope]) -> Result<VaultStanding, CommandError> {
        let store = &self.shared.store;
        let mut workspaces = Vec::new();
        for scope in scopes {
            let keys = store.list_workspace_keys(scope).await?;
            if !keys.is_empty() {
                workspaces.push(WorkspaceKeys { scope: scope.clone(), keys });
            }
        }
        Ok(VaultStanding {
            root_keys: store.list_root_keys().await?,
            workspaces,
            backup_at: store.fresh_backup_at().await?,
            turned: Turned::default(),
        })
    }

    /// Replaces the key of a workspace: a new one wraps what is put from now on, and the secrets are moved over.
    pub async fn rotate_workspace_key(&self, scope: &Scope, by: &str) -> Result<VaultStanding, CommandError> {
        let version = self.shared.vault.rotate_workspace(scope, self.shared.clock.now()).await?;
        tracing::info!(workspace.id = %scope, key.version = version, account.name = by, "a workspace key is replaced");
        self.turned(std::slice::from_ref(scope)).await
    }

    /// Replaces the root key: a new file, and the keys of every workspace are wrapped with it.
    pub async fn rotate_root_key(&self, scopes: &[Scope], by: &str) -> Result<VaultStanding, CommandError> {
        let version = self.shared.vault.rotate_root(self.shared.clock.now()).await?;
        tracing::warn!(
            root_key.version = version,
            account.name = by,
            "the root key is replaced: save the new file apart from the backups, and give it to the other nodes"
        );
        self.turned(scopes).await
    }

    /// Goes on with every rotation for a while; the sweep does the rest.
    async fn turned(&self, scopes: &[Scope]) -> Result<VaultStanding, CommandError> {
        let stop = CancellationToken::new();
        let turned = match tokio::time::timeout(PATIENCE, turn(&self.shared, &stop)).await {
            Ok(turned) => turned?,
            Err(_) => Turned { unfinished: true, ..Turned::default() },
        };
        Ok(VaultStanding { turned, ..self.vault_standing(scopes).await? })
    }
}
