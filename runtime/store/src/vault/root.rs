//! Root keys: their fingerprints, and how far each is out of use.

use throughline_domain::time::Timestamp;

use super::workspace::{Rewrapped, WorkspaceKeyRow};
use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::writer::{Group, Kind};

/// A root key that was not retired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootKeyRow {
    /// Its version; the newest wraps what is new.
    pub version: u32,
    /// 32 hexadecimal digits.
    pub fingerprint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its last row left it, by the database's clock.
    pub emptied_at: Option<Timestamp>,
    /// Workspace keys it wraps.
    pub rows: u64,
}

statements! {
    Global LIST = Sql::same(
        "SELECT r.version, r.fingerprint, r.created_at, r.emptied_at,
             (SELECT count(*) FROM workspace_key AS k WHERE k.root_version = r.version)
         FROM root_key AS r ORDER BY r.version",
    );
    Global ADD = Sql::same(
        "INSERT INTO root_key (version, fingerprint, created_at)
         SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS BIGINT)
         WHERE $1 = 1 + (SELECT coalesce(max(version), 0) FROM
                 (SELECT version FROM root_key UNION ALL SELECT version FROM retired_root_key) AS v)
             AND NOT EXISTS (SELECT 1 FROM retired_root_key WHERE fingerprint = $2)
         ON CONFLICT DO NOTHING",
    );
    All WRAPPED = Sql::same(
        "SELECT workspace_id, version, root_version, wrapped, created_at, emptied_at, CAST(0 AS BIGINT) FROM workspace_key
         WHERE root_version = $1 ORDER BY workspace_id, version LIMIT $2",
    );
    Global NOT_EMPTY = Sql::same("UPDATE root_key SET emptied_at = NULL WHERE version = $1 AND emptied_at IS NOT NULL");
    Global EMPTY = Sql::same(
        "UPDATE root_key SET emptied_at = (SELECT now FROM clock)
         WHERE version = $1 AND emptied_at IS NULL AND version < (SELECT max(version) FROM root_key)
             AND NOT EXISTS (SELECT 1 FROM workspace_key WHERE root_version = $1)",
    );
    Global RETIRE = Sql::same(
        "INSERT INTO retired_root_key (version, fingerprint, emptied_at, backup_at, retired_at)
         SELECT version, fingerprint, emptied_at, CAST($2 AS BIGINT), (SELECT now FROM clock) FROM root_key
         WHERE version = $1 AND emptied_at < $2 AND version < (SELECT max(version) FROM root_key)
             AND NOT EXISTS (SELECT 1 FROM workspace_key WHERE root_version = $1)",
    );
    Global DELETE = Sql::same("DELETE FROM root_key WHERE version = $1");
}

impl Store {
    /// Root keys that were not retired, oldest first.
    pub async fn list_root_keys(&self) -> Result<Vec<RootKeyRow>> {
        self.all(&LIST, Vec::new()).await
    }

    /// Makes a root key known. False: its version is not the next one, or the key is or was known under another.
    pub async fn add_root_key(&self, version: u32, fingerprint: &str, at: Timestamp) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&ADD, args![version, fingerprint, at]);
        self.commit_if(group).await
    }

    /// Some workspace keys that a root key wraps, of every workspace. Their count of secrets is not read.
    pub async fn workspace_keys_of_root_all(&self, root: u32, limit: u32) -> Result<Vec<WorkspaceKeyRow>> {
        self.all(&WRAPPED, args![root, limit]).await
    }

    /// Replaces what wraps workspace keys, each only where it is still as it was read; says how many it was.
    pub async fn rewrap_workspace_keys_all(&self, from: u32, to: u32, keys: &[Rewrapped]) -> Result<u64> {
        let mut group = Group::new(Kind::Admin);
        let places: Vec<usize> = keys.iter().map(|key| key.op(&mut group, from, to)).collect();
        // Its backup must begin after the last row has left it.
        group.op(&NOT_EMPTY, args![from]);
        let done = self.commit_group(group).await?.done()?;
        Ok(places.into_iter().map(|place| done[place].changed).sum())
    }

    /// Notes that nothing is wrapped with an old root key any more. False: something is, or it was noted.
    pub async fn note_root_key_empty(&self, version: u32) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&EMPTY, args![version]);
        self.commit_if(group).await
    }

    /// Retires an old root key after a backup that began at this time of the database's clock. False: it has rows, it
    /// was not noted as empty before that time, or there is none.
    pub async fn retire_root_key(&self, version: u32, backup_at: Timestamp) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&RETIRE, args![version, backup_at]);
        group.must(&DELETE, args![version], "the root key");
        self.commit_if(group).await
    }
}

impl FromRow for RootKeyRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            version: row.small()?,
            fingerprint: row.text()?,
            created_at: row.time()?,
            emptied_at: row.opt_time()?,
            rows: row.count()?,
        })
    }
}
