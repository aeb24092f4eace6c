//! The vault of a server: puts values, and opens one at the moment it is used. There is no other way to a value.

use std::path::Path;
use std::sync::Arc;

use throughline_domain::id::SecretId;
use throughline_domain::time::Timestamp;
use throughline_store::{
    NewSecret, NewWorkspaceKey, Scope, SecretRow, SecretSummary, Store, WorkspaceKeyRow,
};

use crate::envelope::{Label, SealedSecret, SealedWorkspaceKey};
use crate::error::{Result, VaultError};
use crate::key::WorkspaceKey;
use crate::name::{Binding, SecretName};
use crate::random::Random;
use crate::roots::Roots;
use crate::value::SecretValue;

/// How often something is tried again that others were faster at.
const TRIES: usize = 5;

/// Secrets of every workspace.
#[derive(Clone)]
pub struct Vault {
    pub(crate) store: Store,
    pub(crate) roots: Arc<Roots>,
    pub(crate) random: Arc<dyn Random>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("roots", &self.roots).finish_non_exhaustive()
    }
}

/// A value to put.
#[derive(Clone, Copy, Debug)]
pub struct PutSecret<'a> {
    /// Its name.
    pub name: &'a SecretName,
    /// The one place it may be used.
    pub bound_to: &'a Binding,
    /// The value.
    pub value: &'a SecretValue,
    /// The secret's id, if the name is new.
    pub id: &'a SecretId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: &'a str,
}

/// A value, for the one call it was opened for.
#[derive(Debug)]
pub struct Opened {
    /// The secret's name, for messages.
    pub name: String,
    /// The one place it may be used: whoever sends it asks [`Opened::for_origin`].
    pub bound_to: Binding,
    value: SecretValue,
}

impl Opened {
    /// The value, if it may be sent to this origin.
    pub fn for_origin(&self, origin: &str) -> Result<&SecretValue> {
        self.only(&Binding::Origin(origin.to_owned()))
    }

    /// The value, if it proves what comes in.
    pub fn for_inbound(&self) -> Result<&SecretValue> {
        self.only(&Binding::Inbound)
    }

    fn only(&self, wanted: &Binding) -> Result<&SecretValue> {
        if self.bound_to == *wanted {
            return Ok(&self.value);
        }
        let (bound_to, wanted) = (self.bound_to.to_string(), wanted.to_string());
        Err(VaultError::BoundElsewhere { secret: self.name.clone(), bound_to, wanted })
    }
}

impl Vault {
    /// Opens the vault of a database: every root key it goes with must have its file in the folder of keys. The first
    /// start makes the first one.
    pub async fn open(store: Store, keys: &Path, random: Arc<dyn Random>, at: Timestamp) -> Result<Self> {
        let roots = Arc::new(Roots::new(keys));
        roots.open(&store, &random, at).await?;
        Ok(Self { store, roots, random })
    }

    /// Puts a value under a name: a new secret, or the next version of the one that has the name.
    pub async fn put(&self, scope: &Scope, put: &PutSecret<'_>) -> Result<SecretSummary> {
        for _ in 0..TRIES {
            let known = self.store.secret_by_name(scope, put.name.as_str()).await?;
            let (secret, version) = known.map_or((put.id.clone(), 1), |row| (row.secret, row.version + 1));
            let key = self.newest_key(scope, put.at).await?;
            let label = Label { secret: secret.as_str(), version, bound_to: put.bound_to.as_str() };
            let sealed = key.seal(&label, put.value, self.random.as_ref())?;
            let new = NewSecret {
                name: put.name.to_string(),
                version,
                bound_to: put.bound_to.to_string(),
                key_version: sealed.key_version,
                wrapped_key: sealed.wrapped_key,
                ciphertext: sealed.ciphertext,
                at: put.at,
                by: put.by.to_owned(),
                secret,
            };
            if self.store.put_secret(scope, &new).await? {
                let row = self.store.secret_by_name(scope, put.name.as_str()).await?;
                return row.ok_or_else(|| VaultError::NoSuchSecret(put.name.to_string()));
            }
        }
        Err(VaultError::Busy(format!("secret `{}`", put.name)))
    }

    /// What people may see of the secrets of a workspace, by name. Never a value.
    pub async fn list(&self, scope: &Scope) -> Result<Vec<SecretSummary>> {
        Ok(self.store.list_secrets(scope).await?)
    }

    /// Deletes a secret; one that an active connection uses stays.
    pub async fn delete(&self, scope: &Scope, name: &SecretName) -> Result<()> {
        let missing = || VaultError::NoSuchSecret(name.to_string());
        let row = self.store.secret_by_name(scope, name.as_str()).await?.ok_or_else(missing)?;
        if self.store.delete_secret(scope, &row.secret).await? {
            return Ok(());
        }
        let users = self.users(scope, &row.secret).await?;
        if users.is_empty() {
            return Err(missing());
        }
        Err(VaultError::InUse { what: format!("secret `{name}`"), users: users.join(", ") })
    }

    /// Names of the active connections that use a secret.
    pub async fn users(&self, scope: &Scope, secret: &SecretId) -> Result<Vec<String>> {
        let all = self.store.list_secret_users(scope).await?;
        let mut names: Vec<String> =
            all.into_iter().filter(|user| user.secret == *secret).map(|user| user.name).collect();
        names.dedup();
        Ok(names)
    }

    /// What people may see of one secret.
    pub async fn find(&self, scope: &Scope, name: &SecretName) -> Result<SecretSummary> {
        let row = self.store.secret_by_name(scope, name.as_str()).await?;
        row.ok_or_else(|| VaultError::NoSuchSecret(name.to_string()))
    }

    /// Opens the value of this name in this workspace.
    pub async fn get_by_name(&self, scope: &Scope, name: &SecretName) -> Result<Opened> {
        self.get(scope, &self.find(scope, name).await?.secret).await
    }

    /// Opens a value of this workspace.
    pub async fn get(&self, scope: &Scope, secret: &SecretId) -> Result<Opened> {
        for _ in 0..TRIES {
            let row = self.store.get_secret(scope, secret).await?;
            let row = row.ok_or_else(|| VaultError::NoSuchSecret(secret.to_string()))?;
            // Between the two reads a rotation may have moved the row on and retired the key.
            if let Some(key) = self.store.get_workspace_key(scope, row.key_version).await? {
                return open_row(&self.opened_key(&key).await?, row);
            }
        }
        Err(VaultError::NoSuchKey { key: format!("a key of workspace {scope}") })
    }

    /// The key that wraps what is new; the workspace's first one is made when it is needed.
    async fn newest_key(&self, scope: &Scope, at: Timestamp) -> Result<WorkspaceKey> {
        if let Some(row) = self.store.newest_workspace_key(scope).await? {
            return self.opened_key(&row).await;
        }
        self.add_key(scope, 1, at).await?;
        let row = self.store.newest_workspace_key(scope).await?;
        let row = row.ok_or_else(|| VaultError::Busy(format!("the first key of workspace {scope}")))?;
        self.opened_key(&row).await
    }

    /// Adds a workspace key under the newest root key. False: somebody else was faster.
    pub(crate) async fn add_key(&self, scope: &Scope, version: u32, at: Timestamp) -> Result<bool> {
        let newest = self.store.list_root_keys().await?.into_iter().next_back();
        let newest = newest.ok_or_else(|| VaultError::NoSuchKey { key: "a root key".to_owned() })?;
        let root = self.roots.get(&self.store, newest.version).await?;
        let (_, sealed) = root.make(scope.as_str(), version, self.random.as_ref())?;
        let (root_version, wrapped) = (sealed.root_version, sealed.wrapped);
        let new = NewWorkspaceKey { version, root_version, wrapped, created_at: at };
        Ok(self.store.add_workspace_key(scope, &new).await?)
    }

    pub(crate) async fn opened_key(&self, row: &WorkspaceKeyRow) -> Result<WorkspaceKey> {
        let root = self.roots.get(&self.store, row.root_version).await?;
        let sealed = SealedWorkspaceKey { root_version: row.root_version, wrapped: row.wrapped.clone() };
        root.open(row.scope.as_str(), row.version, &sealed)
    }
}

fn open_row(key: &WorkspaceKey, row: SecretRow) -> Result<Opened> {
    let SecretRow { summary, key_version, wrapped_key, ciphertext } = row;
    let sealed = SealedSecret { key_version, wrapped_key, ciphertext };
    let label =
        Label { secret: summary.secret.as_str(), version: summary.version, bound_to: &summary.bound_to };
    let value = key.open(&label, &sealed)?;
    Ok(Opened { bound_to: Binding::new(&summary.bound_to)?, name: summary.name, value })
}
