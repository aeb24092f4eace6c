//! The three layers: a root key wraps workspace keys, a workspace key wraps a key for each version of a secret, and
//! that key seals the one value. Rotation changes what wraps, and never the value's own bytes.

use crate::context::{Context, Purpose};
use crate::error::{Result, VaultError};
use crate::key::{Key, RootKey, WorkspaceKey};
use crate::random::Random;
use crate::seal::{open, seal};
use crate::value::SecretValue;

/// Which value: together with its workspace, the place it opens in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label<'a> {
    /// Id of the secret.
    pub secret: &'a str,
    /// Version of the value: rises with each put.
    pub version: u32,
    /// Where it may be used, as [`Binding::as_str`](crate::Binding::as_str) writes it.
    pub bound_to: &'a str,
}

/// A workspace key as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedWorkspaceKey {
    /// Version of the root key that wraps it.
    pub root_version: u32,
    /// The wrapped key.
    pub wrapped: Vec<u8>,
}

/// A value as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSecret {
    /// Version of the workspace key that wraps the value's key.
    pub key_version: u32,
    /// The value's wrapped key.
    pub wrapped_key: Vec<u8>,
    /// The sealed value.
    pub ciphertext: Vec<u8>,
}

impl RootKey {
    /// A new workspace key, and how it is stored.
    pub fn make(
        &self,
        workspace: &str,
        version: u32,
        random: &dyn Random,
    ) -> Result<(WorkspaceKey, SealedWorkspaceKey)> {
        let key = WorkspaceKey { workspace: workspace.to_owned(), version, key: Key::random(random)? };
        let sealed = self.wrap(&key, random)?;
        Ok((key, sealed))
    }

    /// Wraps a workspace key with this root key: for a new one, and when the root key is rotated.
    pub fn wrap(&self, key: &WorkspaceKey, random: &dyn Random) -> Result<SealedWorkspaceKey> {
        let context = self.context(&key.workspace, key.version);
        let wrapped = seal(&self.key, &context, key.key.bytes(), random)?;
        Ok(SealedWorkspaceKey { root_version: self.version, wrapped })
    }

    /// Opens the key of a workspace.
    pub fn open(&self, workspace: &str, version: u32, sealed: &SealedWorkspaceKey) -> Result<WorkspaceKey> {
        let context = self.context(workspace, version);
        if sealed.root_version != self.version {
            return Err(VaultError::NoSuchKey { key: format!("root key {}", sealed.root_version) });
        }
        let key = opened_key(&self.key, &context, &sealed.wrapped)?;
        Ok(WorkspaceKey { workspace: workspace.to_owned(), version, key })
    }

    fn context<'a>(&self, workspace: &'a str, version: u32) -> Context<'a> {
        Context {
            purpose: Purpose::WorkspaceKey,
            workspace,
            secret: "",
            version,
            key_version: self.version,
            bound_to: "",
        }
    }
}

impl WorkspaceKey {
    /// Seals a value under a key of its own.
    pub fn seal(&self, label: &Label<'_>, value: &SecretValue, random: &dyn Random) -> Result<SealedSecret> {
        let key = Key::random(random)?;
        let ciphertext = seal(&key, &self.value_context(label), value.bytes(), random)?;
        let wrapped_key = seal(&self.key, &self.key_context(label), key.bytes(), random)?;
        Ok(SealedSecret { key_version: self.version, wrapped_key, ciphertext })
    }

    /// Opens a value.
    pub fn open(&self, label: &Label<'_>, sealed: &SealedSecret) -> Result<SecretValue> {
        let key = self.opened(label, sealed.key_version, &sealed.wrapped_key)?;
        let context = self.value_context(label);
        let plain = open(&key, &context, &sealed.ciphertext)?;
        SecretValue::opened(plain).ok_or_else(|| VaultError::Damaged { what: context.words() })
    }

    /// The value's key, wrapped with this workspace key instead of the old one. The value is not touched.
    pub fn rewrap(
        &self,
        old: &Self,
        label: &Label<'_>,
        wrapped_key: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>> {
        let key = old.opened(label, old.version, wrapped_key)?;
        seal(&self.key, &self.key_context(label), key.bytes(), random)
    }

    fn opened(&self, label: &Label<'_>, key_version: u32, wrapped_key: &[u8]) -> Result<Key> {
        if key_version != self.version {
            return Err(VaultError::NoSuchKey { key: self.other(key_version) });
        }
        opened_key(&self.key, &self.key_context(label), wrapped_key)
    }

    fn other(&self, version: u32) -> String {
        format!("key {version} of workspace {}", self.workspace)
    }

    fn key_context<'a>(&'a self, label: &Label<'a>) -> Context<'a> {
        Context {
            purpose: Purpose::SecretKey,
            workspace: &self.workspace,
            secret: label.secret,
            version: label.version,
            key_version: self.version,
            // Of the value alone: rotation wraps keys without asking what their values are for.
            bound_to: "",
        }
    }

    fn value_context<'a>(&'a self, label: &Label<'a>) -> Context<'a> {
        Context {
            purpose: Purpose::SecretValue,
            workspace: &self.workspace,
            secret: label.secret,
            version: label.version,
            // Its key seals nothing else, and stays when the workspace key is rotated.
            key_version: 0,
            bound_to: label.bound_to,
        }
    }
}

fn opened_key(key: &Key, context: &Context<'_>, wrapped: &[u8]) -> Result<Key> {
    let plain = open(key, context, wrapped)?;
    Key::from_slice(&plain).ok_or_else(|| VaultError::Damaged { what: context.words() })
}
