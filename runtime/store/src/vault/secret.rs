//! Secrets: their names for people, their sealed values for the vault.

use throughline_domain::id::{ConnectionId, SecretId};
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::scope::Scope;
use crate::writer::{Group, Kind};

/// A value to store: version 1 makes the secret, a later one replaces the version before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSecret {
    /// Its id.
    pub secret: SecretId,
    /// Its name; unique in the workspace.
    pub name: String,
    /// Version of the value.
    pub version: u32,
    /// The one origin it may be sent to, or `inbound`.
    pub bound_to: String,
    /// The workspace key that wraps the value's key: the newest.
    pub key_version: u32,
    /// The value's wrapped key.
    pub wrapped_key: Vec<u8>,
    /// The sealed value.
    pub ciphertext: Vec<u8>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
}

/// What people may see of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretSummary {
    /// Its id.
    pub secret: SecretId,
    /// Its name.
    pub name: String,
    /// Version of the value.
    pub version: u32,
    /// The one origin it may be sent to, or `inbound`.
    pub bound_to: String,
    /// The workspace key that wraps the value's key.
    pub key_version: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: String,
    /// When its value was last put.
    pub updated_at: Timestamp,
    /// Who put it.
    pub updated_by: String,
}

/// A secret with its sealed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRow {
    /// What people may see.
    pub summary: SecretSummary,
    /// The workspace key that wraps the value's key.
    pub key_version: u32,
    /// The value's wrapped key.
    pub wrapped_key: Vec<u8>,
    /// The sealed value.
    pub ciphertext: Vec<u8>,
}

/// An active connection uses a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretUser {
    /// The secret.
    pub secret: SecretId,
    /// The connection; nothing: a channel.
    pub connection: Option<ConnectionId>,
    /// The connection's name, or `channel` and the channel's.
    pub name: String,
    /// `slot.field`, or `signature`.
    pub field: String,
}

/// What a rotation reads and replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedRow {
    /// The secret.
    pub secret: SecretId,
    /// Version of the value.
    pub version: u32,
    /// The value's wrapped key.
    pub wrapped_key: Vec<u8>,
}

macro_rules! summary {
    () => {
        "secret_id, name, version, bound_to, key_version, created_at, created_by, updated_at, updated_by"
    };
}

statements! {
    Tenant INSERT = Sql::same(
        "INSERT INTO secret (workspace_id, secret_id, name, version, bound_to, key_version, wrapped_key, ciphertext,
             created_at, created_by, updated_at, updated_by)
         SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), 1, CAST($4 AS TEXT), CAST($5 AS BIGINT), $6, $7,
             CAST($8 AS BIGINT), CAST($9 AS TEXT), CAST($8 AS BIGINT), CAST($9 AS TEXT)
         WHERE $5 = (SELECT max(version) FROM workspace_key WHERE workspace_id = $1)
         ON CONFLICT (workspace_id, name) DO NOTHING",
    );
    Tenant REPLACE = Sql::same(
        "UPDATE secret SET version = version + 1, bound_to = $4, key_version = $5, wrapped_key = $6, ciphertext = $7,
             updated_at = $8, updated_by = $9
         WHERE workspace_id = $1 AND secret_id = $2 AND version + 1 = $3
             AND $5 = (SELECT max(version) FROM workspace_key WHERE workspace_id = $1)",
    );
    Tenant GET = Sql::same(concat!(
        "SELECT ", summary!(), ", wrapped_key, ciphertext FROM secret
         WHERE workspace_id = $1 AND secret_id = $2"
    ));
    Tenant BY_NAME = Sql::same(concat!(
        "SELECT ", summary!(), " FROM secret WHERE workspace_id = $1 AND name = $2"
    ));
    Tenant LIST = Sql::same(concat!(
        "SELECT ", summary!(), " FROM secret WHERE workspace_id = $1 ORDER BY name"
    ));
    Tenant USERS = Sql::same(
        "SELECT DISTINCT connection_id FROM connection_secret WHERE workspace_id = $1 AND secret_id = $2
         ORDER BY connection_id",
    );
    Tenant ALL_USERS = Sql::same(
        "SELECT u.secret_id, u.connection_id, c.name, u.field FROM connection_secret AS u
         JOIN connection AS c ON c.workspace_id = u.workspace_id AND c.connection_id = u.connection_id
         WHERE u.workspace_id = $1
         UNION ALL SELECT secret_id, NULL, 'channel ' || name, 'signature' FROM channel WHERE workspace_id = $1
         ORDER BY 3, 4",
    );
    Tenant DELETE = Sql::same(
        "DELETE FROM secret WHERE workspace_id = $1 AND secret_id = $2
             AND NOT EXISTS (SELECT 1 FROM connection_secret WHERE workspace_id = $1 AND secret_id = $2)
             AND NOT EXISTS (SELECT 1 FROM channel WHERE workspace_id = $1 AND secret_id = $2)",
    );
    Tenant WRAPPED = Sql::same(
        "SELECT secret_id, version, wrapped_key FROM secret WHERE workspace_id = $1 AND key_version = $2
         ORDER BY secret_id LIMIT $3",
    );
    Tenant REWRAP = Sql::same(
        "UPDATE secret SET key_version = $5, wrapped_key = $6
         WHERE workspace_id = $1 AND secret_id = $2 AND version = $3 AND key_version = $4",
    );
}

impl Store {
    /// Stores a value. False: the name is taken, the version is not the next one, or the key is not the newest any
    /// more; nothing was kept, and who reads again sees which.
    pub async fn put_secret(&self, scope: &Scope, new: &NewSecret) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        let (bound, wrapped, ciphertext) = (&new.bound_to, &new.wrapped_key, &new.ciphertext);
        if new.version == 1 {
            group.fence(
                &INSERT,
                args![
                    scope,
                    &new.secret,
                    &new.name,
                    bound,
                    new.key_version,
                    wrapped,
                    ciphertext,
                    new.at,
                    &new.by
                ],
            );
        } else {
            group.fence(
                &REPLACE,
                args![
                    scope,
                    &new.secret,
                    new.version,
                    bound,
                    new.key_version,
                    wrapped,
                    ciphertext,
                    new.at,
                    &new.by
                ],
            );
        }
        Ok(matches!(self.commit_group(group).await?, crate::writer::Outcome::Committed(_)))
    }

    /// A secret with its sealed value.
    pub async fn get_secret(&self, scope: &Scope, secret: &SecretId) -> Result<Option<SecretRow>> {
        self.one(&GET, args![scope, secret]).await
    }

    /// What people may see of the secret of this name.
    pub async fn secret_by_name(&self, scope: &Scope, name: &str) -> Result<Option<SecretSummary>> {
        self.one(&BY_NAME, args![scope, name]).await
    }

    /// What people may see of the secrets of a workspace, by name.
    pub async fn list_secrets(&self, scope: &Scope) -> Result<Vec<SecretSummary>> {
        self.all(&LIST, args![scope]).await
    }

    /// The active connections that use a secret.
    pub async fn secret_users(&self, scope: &Scope, secret: &SecretId) -> Result<Vec<ConnectionId>> {
        self.rows(&USERS, args![scope, secret]).await?.iter_mut().map(Row::parse).collect()
    }

    /// Every use of a secret by an active connection of a workspace, by the connection's name.
    pub async fn list_secret_users(&self, scope: &Scope) -> Result<Vec<SecretUser>> {
        self.all(&ALL_USERS, args![scope]).await
    }

    /// Deletes a secret; its bytes are gone. False: an active connection uses it, or there is none.
    pub async fn delete_secret(&self, scope: &Scope, secret: &SecretId) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&DELETE, args![scope, secret]);
        self.commit_if(group).await
    }

    /// Some rows that a workspace key wraps.
    pub async fn secrets_of_key(&self, scope: &Scope, key: u32, limit: u32) -> Result<Vec<WrappedRow>> {
        self.all(&WRAPPED, args![scope, key, limit]).await
    }
}

impl WrappedRow {
    pub(super) fn op(&self, group: &mut Group, scope: &Scope, from: u32, to: u32) -> usize {
        group.op(&REWRAP, args![scope, &self.secret, self.version, from, to, &self.wrapped_key])
    }
}

impl FromRow for SecretSummary {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            secret: row.parse()?,
            name: row.text()?,
            version: row.small()?,
            bound_to: row.text()?,
            key_version: row.small()?,
            created_at: row.time()?,
            created_by: row.text()?,
            updated_at: row.time()?,
            updated_by: row.text()?,
        })
    }
}

impl FromRow for SecretRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        let summary = SecretSummary::from_row(row)?;
        Ok(Self {
            key_version: summary.key_version,
            summary,
            wrapped_key: row.bytes()?,
            ciphertext: row.bytes()?,
        })
    }
}

impl FromRow for SecretUser {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { secret: row.parse()?, connection: row.opt_parse()?, name: row.text()?, field: row.text()? })
    }
}

impl FromRow for WrappedRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { secret: row.parse()?, version: row.small()?, wrapped_key: row.bytes()? })
    }
}
