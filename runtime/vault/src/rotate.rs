//! Carries a rotation out, one commit at a time. What is to be done is read from the rows each time, so any node may
//! take any step, at once or after a crash.

use throughline_domain::time::Timestamp;
use throughline_store::{Rewrapped, Scope, WrappedRow};

use crate::envelope::Label;
use crate::error::{Result, VaultError};
use crate::rotation::{KeyFacts, Step, next_step};
use crate::vault::Vault;

/// Rows of one commit: few enough that nobody waits for them.
pub const BATCH: u32 = 50;

impl Vault {
    /// Begins to rotate the key of a workspace: from now on a new one wraps what is put. Gives its version.
    pub async fn rotate_workspace(&self, scope: &Scope, at: Timestamp) -> Result<u32> {
        let newest = self.store.newest_workspace_key(scope).await?;
        let version = newest.map_or(1, |row| row.version + 1);
        if self.add_key(scope, version, at).await? {
            return Ok(version);
        }
        Err(VaultError::Busy(format!("the keys of workspace {scope}")))
    }

    /// Begins to rotate the root key: makes a new one, its file first. Gives its version.
    pub async fn rotate_root(&self, at: Timestamp) -> Result<u32> {
        let newest = self.store.list_root_keys().await?.into_iter().next_back();
        let version = newest.map_or(1, |row| row.version + 1);
        if self.roots.add(&self.store, version, &self.random, at).await? {
            return Ok(version);
        }
        Err(VaultError::Busy("the root keys".to_owned()))
    }

    /// Takes the next step with the keys of a workspace, and says which it was. `backup_at` is when the newest good
    /// backup began, by the database's clock.
    pub async fn step_workspace(&self, scope: &Scope, backup_at: Option<Timestamp>) -> Result<Step> {
        let rows = self.store.list_workspace_keys(scope).await?;
        let facts: Vec<KeyFacts> = rows
            .iter()
            .map(|row| KeyFacts { version: row.version, rows: row.rows, emptied_at: row.emptied_at })
            .collect();
        let step = next_step(&facts, backup_at)?;
        match step {
            Step::Rewrap { from, to } => self.rewrap_secrets(scope, from, to).await?,
            Step::NoteEmpty { version } => {
                self.store.note_workspace_key_empty(scope, version).await?;
            }
            Step::Retire { version } => {
                if let Some(backup_at) = backup_at
                    && self.store.retire_workspace_key(scope, version, backup_at).await?
                {
                    tracing::info!(workspace.id = %scope, key.version = version, "a workspace key was retired");
                }
            }
            Step::AwaitBackup { .. } | Step::Done => {}
        }
        Ok(step)
    }

    /// Takes the next step with the root keys, and says which it was.
    pub async fn step_root(&self, backup_at: Option<Timestamp>) -> Result<Step> {
        let rows = self.store.list_root_keys().await?;
        let facts: Vec<KeyFacts> = rows
            .iter()
            .map(|row| KeyFacts { version: row.version, rows: row.rows, emptied_at: row.emptied_at })
            .collect();
        let step = next_step(&facts, backup_at)?;
        match step {
            Step::Rewrap { from, to } => self.rewrap_keys(from, to).await?,
            Step::NoteEmpty { version } => {
                self.store.note_root_key_empty(version).await?;
            }
            Step::Retire { version } => {
                if let Some(backup_at) = backup_at
                    && self.store.retire_root_key(version, backup_at).await?
                {
                    self.roots.forget(version);
                    tracing::info!(
                        root_key.version = version,
                        "a root key was retired; backups from before need its file"
                    );
                }
            }
            Step::AwaitBackup { .. } | Step::Done => {}
        }
        Ok(step)
    }

    async fn rewrap_secrets(&self, scope: &Scope, from: u32, to: u32) -> Result<()> {
        // Gone: somebody else finished, and the next look says so.
        let (Some(old), Some(new)) = (
            self.store.get_workspace_key(scope, from).await?,
            self.store.get_workspace_key(scope, to).await?,
        ) else {
            return Ok(());
        };
        let (old, new) = (self.opened_key(&old).await?, self.opened_key(&new).await?);
        let (mut wrapped, mut damaged) = (Vec::new(), None);
        for row in self.store.secrets_of_key(scope, from, BATCH).await? {
            let label = Label { secret: row.secret.as_str(), version: row.version, bound_to: "" };
            match new.rewrap(&old, &label, &row.wrapped_key, self.random.as_ref()) {
                Ok(wrapped_key) => wrapped.push(WrappedRow { wrapped_key, ..row }),
                // Told once the others are safe: one row that was spoilt must not hold them up.
                Err(error) => damaged = Some(error),
            }
        }
        self.store.rewrap_secrets(scope, from, to, &wrapped).await?;
        damaged.map_or(Ok(()), Err)
    }

    async fn rewrap_keys(&self, from: u32, to: u32) -> Result<()> {
        let root = self.roots.get(&self.store, to).await?;
        let (mut wrapped, mut damaged) = (Vec::new(), None);
        for row in self.store.workspace_keys_of_root_all(from, BATCH).await? {
            match self.opened_key(&row).await.and_then(|key| root.wrap(&key, self.random.as_ref())) {
                Ok(sealed) => wrapped.push(Rewrapped {
                    scope: row.scope,
                    version: row.version,
                    wrapped: sealed.wrapped,
                }),
                Err(error) => damaged = Some(error),
            }
        }
        self.store.rewrap_workspace_keys_all(from, to, &wrapped).await?;
        damaged.map_or(Ok(()), Err)
    }
}
