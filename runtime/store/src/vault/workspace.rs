//! Workspace keys, wrapped with a root key.

use throughline_domain::time::Timestamp;

use super::secret::WrappedRow;
use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::scope::Scope;
use crate::writer::{Group, Kind};

/// A workspace key to store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWorkspaceKey {
    /// Its version: one more than the newest there ever was.
    pub version: u32,
    /// The root key that wraps it: the newest.
    pub root_version: u32,
    /// The wrapped key.
    pub wrapped: Vec<u8>,
    /// When.
    pub created_at: Timestamp,
}

/// A workspace key that was not retired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceKeyRow {
    /// Workspace.
    pub scope: Scope,
    /// Its version; the newest wraps what is new.
    pub version: u32,
    /// The root key that wraps it.
    pub root_version: u32,
    /// The wrapped key.
    pub wrapped: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its last row left it, by the database's clock.
    pub emptied_at: Option<Timestamp>,
    /// Secrets it wraps, where they were counted.
    pub rows: u64,
}

/// A workspace key that another root key wraps now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrapped {
    /// Workspace.
    pub scope: Scope,
    /// Its version.
    pub version: u32,
    /// The wrapped key.
    pub wrapped: Vec<u8>,
}

/// What is left of a retired workspace key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetiredKey {
    /// Its version.
    pub version: u32,
    /// When its last row left it.
    pub emptied_at: Timestamp,
    /// When the backup began after which it was retired.
    pub backup_at: Timestamp,
    /// When it was retired.
    pub retired_at: Timestamp,
}

statements! {
    Tenant LIST = Sql::same(
        "SELECT k.workspace_id, k.version, k.root_version, k.wrapped, k.created_at, k.emptied_at,
             (SELECT count(*) FROM secret AS s WHERE s.workspace_id = k.workspace_id AND s.key_version = k.version)
         FROM workspace_key AS k WHERE k.workspace_id = $1 ORDER BY k.version",
    );
    Tenant GET = Sql::same(
        "SELECT workspace_id, version, root_version, wrapped, created_at, emptied_at, CAST(0 AS BIGINT) FROM workspace_key
         WHERE workspace_id = $1 AND version = $2",
    );
    Tenant NEWEST = Sql::same(
        "SELECT workspace_id, version, root_version, wrapped, created_at, emptied_at, CAST(0 AS BIGINT) FROM workspace_key
         WHERE workspace_id = $1 ORDER BY version DESC LIMIT 1",
    );
    Tenant RETIRED = Sql::same(
        "SELECT version, emptied_at, backup_at, retired_at FROM retired_workspace_key WHERE workspace_id = $1
         ORDER BY version",
    );
    All ROTATING = Sql::same(
        "SELECT workspace_id FROM workspace_key GROUP BY workspace_id HAVING count(*) > 1 ORDER BY workspace_id LIMIT $1",
    );
    Tenant ADD = Sql::same(
        "INSERT INTO workspace_key (workspace_id, version, root_version, wrapped, created_at)
         SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), $4, CAST($5 AS BIGINT)
         WHERE $2 = 1 + (SELECT coalesce(max(version), 0) FROM
                 (SELECT version FROM workspace_key WHERE workspace_id = $1
                  UNION ALL SELECT version FROM retired_workspace_key WHERE workspace_id = $1) AS v)
             AND $3 = (SELECT max(version) FROM root_key)
         ON CONFLICT DO NOTHING",
    );
    Tenant REWRAP = Sql::same(
        "UPDATE workspace_key SET root_version = $4, wrapped = $5
         WHERE workspace_id = $1 AND version = $2 AND root_version = $3",
    );
    Tenant NOT_EMPTY = Sql::same(
        "UPDATE workspace_key SET emptied_at = NULL WHERE workspace_id = $1 AND version = $2 AND emptied_at IS NOT NULL",
    );
    Tenant EMPTY = Sql::same(
        "UPDATE workspace_key SET emptied_at = (SELECT now FROM clock)
         WHERE workspace_id = $1 AND version = $2 AND emptied_at IS NULL
             AND version < (SELECT max(version) FROM workspace_key WHERE workspace_id = $1)
             AND NOT EXISTS (SELECT 1 FROM secret WHERE workspace_id = $1 AND key_version = $2)",
    );
    Tenant RETIRE = Sql::same(
        "INSERT INTO retired_workspace_key (workspace_id, version, emptied_at, backup_at, retired_at)
         SELECT workspace_id, version, emptied_at, CAST($3 AS BIGINT), (SELECT now FROM clock) FROM workspace_key
         WHERE workspace_id = $1 AND version = $2 AND emptied_at < $3
             AND version < (SELECT max(version) FROM workspace_key WHERE workspace_id = $1)
             AND NOT EXISTS (SELECT 1 FROM secret WHERE workspace_id = $1 AND key_version = $2)",
    );
    Tenant DELETE = Sql::same("DELETE FROM workspace_key WHERE workspace_id = $1 AND version = $2");
}

impl Store {
    /// The keys of a workspace that were not retired, oldest first.
    pub async fn list_workspace_keys(&self, scope: &Scope) -> Result<Vec<WorkspaceKeyRow>> {
        self.all(&LIST, args![scope]).await
    }

    /// One key of a workspace. Its count of secrets is not read.
    pub async fn get_workspace_key(&self, scope: &Scope, version: u32) -> Result<Option<WorkspaceKeyRow>> {
        self.one(&GET, args![scope, version]).await
    }

    /// The key that wraps what is new. Its count of secrets is not read.
    pub async fn newest_workspace_key(&self, scope: &Scope) -> Result<Option<WorkspaceKeyRow>> {
        self.one(&NEWEST, args![scope]).await
    }

    /// The keys of a workspace that were retired, oldest first.
    pub async fn list_retired_keys(&self, scope: &Scope) -> Result<Vec<RetiredKey>> {
        self.all(&RETIRED, args![scope]).await
    }

    /// Workspaces that have more than one key: a rotation goes on in them.
    pub async fn rotating_workspaces_all(&self, limit: u32) -> Result<Vec<Scope>> {
        self.rows(&ROTATING, args![limit]).await?.iter_mut().map(Row::parse).collect()
    }

    /// Adds a workspace key. False: somebody else added one, or the root key is not the newest any more.
    pub async fn add_workspace_key(&self, scope: &Scope, new: &NewWorkspaceKey) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        let args = args![scope, new.version, new.root_version, &new.wrapped, new.created_at];
        group.fence(&ADD, args);
        self.commit_if(group).await
    }

    /// Replaces what wraps the keys of secrets, each only where it is still as it was read; says how many it was.
    pub async fn rewrap_secrets(
        &self,
        scope: &Scope,
        from: u32,
        to: u32,
        rows: &[WrappedRow],
    ) -> Result<u64> {
        let mut group = Group::new(Kind::Admin);
        let places: Vec<usize> = rows.iter().map(|row| row.op(&mut group, scope, from, to)).collect();
        // Its backup must begin after the last row has left it.
        group.op(&NOT_EMPTY, args![scope, from]);
        let done = self.commit_group(group).await?.done()?;
        Ok(places.into_iter().map(|place| done[place].changed).sum())
    }

    /// Notes that nothing is wrapped with an old key any more. False: something is, or it was noted.
    pub async fn note_workspace_key_empty(&self, scope: &Scope, version: u32) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&EMPTY, args![scope, version]);
        self.commit_if(group).await
    }

    /// Retires an old key after a backup that began at this time of the database's clock. False: it has rows, it was
    /// not noted as empty before that time, or there is none.
    pub async fn retire_workspace_key(
        &self,
        scope: &Scope,
        version: u32,
        backup_at: Timestamp,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&RETIRE, args![scope, version, backup_at]);
        group.must(&DELETE, args![scope, version], "the workspace key");
        self.commit_if(group).await
    }
}

impl Rewrapped {
    pub(super) fn op(&self, group: &mut Group, from: u32, to: u32) -> usize {
        group.op(&REWRAP, args![&self.scope, self.version, from, to, &self.wrapped])
    }
}

impl FromRow for WorkspaceKeyRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            version: row.small()?,
            root_version: row.small()?,
            wrapped: row.bytes()?,
            created_at: row.time()?,
            emptied_at: row.opt_time()?,
            rows: row.count()?,
        })
    }
}

impl FromRow for RetiredKey {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            version: row.small()?,
            emptied_at: row.time()?,
            backup_at: row.time()?,
            retired_at: row.time()?,
        })
    }
}
