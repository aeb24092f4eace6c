//! What the database knows of its backups, and which life of the data it is. What is in a backup is the server's.

mod copy;

use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{Arg, FromRow, Row, Sql, args, statements, words};
use crate::error::Result;
use crate::migrate::newest_version;
use crate::writer::{Group, Kind, Outcome};

pub use copy::copy_database;

words! {
    /// How a backup stands.
    BackupState {
        /// It is being made, or whoever made it went away.
        Running = "running",
        /// It is whole.
        Good = "good",
        /// It must not be relied on.
        Failed = "failed",
    }
}

/// A backup that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupRow {
    /// Its id.
    pub backup: String,
    /// How it stands.
    pub state: BackupState,
    /// When it began, by the database's clock: everything committed before is in it.
    pub began_at: Timestamp,
    /// Who began it.
    pub began_by: String,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Of a good one: hash of its manifest.
    pub manifest_sha256: Option<String>,
    /// Of a good one: files in it.
    pub files: Option<u64>,
    /// Of a good one: their bytes.
    pub bytes: Option<u64>,
    /// Of a good one: it was restored into a scratch place and found whole.
    pub rehearsed: Option<bool>,
    /// Of a failed one: why.
    pub detail: Option<String>,
}

/// One life of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incarnation {
    /// 32 hexadecimal digits.
    pub id: String,
    /// When it began.
    pub began_at: Timestamp,
    /// The backup it was restored from; `None`: it is the first.
    pub restored_from: Option<String>,
}

macro_rules! columns {
    () => {
        "backup_id, state, began_at, began_by, ended_at, manifest_sha256, files, bytes, rehearsed, detail"
    };
}

statements! {
    Global BEGIN = Sql::same(
        "INSERT INTO backup (backup_id, state, began_at, began_by)
         SELECT CAST($1 AS TEXT), 'running', now, CAST($2 AS TEXT) FROM clock",
    );
    Global GOOD = Sql::same(
        "UPDATE backup SET state = 'good', ended_at = (SELECT now FROM clock), manifest_sha256 = $2, files = $3,
             bytes = $4, rehearsed = $5
         WHERE backup_id = $1 AND state = 'running'",
    );
    Global BAD = Sql::same(
        "UPDATE backup SET state = 'failed', ended_at = (SELECT now FROM clock), detail = $2
         WHERE backup_id = $1 AND state = 'running'",
    );
    Global CUT_OFF = Sql::same(
        "UPDATE backup SET state = 'failed', ended_at = (SELECT now FROM clock), detail = $1 WHERE state = 'running'",
    );
    Global GIVEN_UP = Sql::same(
        "UPDATE backup SET state = 'failed', ended_at = (SELECT now FROM clock), detail = 'whoever made it went away'
         WHERE state = 'running' AND began_at < (SELECT now FROM clock) - 86400000000",
    );
    Global ONE = Sql::same(concat!("SELECT ", columns!(), " FROM backup WHERE backup_id = $1"));
    Global LIST = Sql::same(concat!("SELECT ", columns!(), " FROM backup ORDER BY began_at DESC, backup_id DESC LIMIT $1"));
    Global FRESH = Sql::same("SELECT max(began_at) FROM backup WHERE state = 'good' AND rehearsed = 1");
    Global INCARNATION = Sql::same(
        "SELECT incarnation_id, began_at, restored_from FROM incarnation ORDER BY began_at DESC, incarnation_id LIMIT 1",
    );
    // Later than every other, on a clock of milliseconds too: the newest is the one that counts.
    Global INCARNATE = Sql::same(
        "INSERT INTO incarnation (incarnation_id, began_at, restored_from)
         SELECT CAST($1 AS TEXT), CASE WHEN now > newest THEN now ELSE newest + 1 END, CAST($2 AS TEXT)
         FROM clock CROSS JOIN (SELECT coalesce(max(began_at), 0) AS newest FROM incarnation) AS known",
    );
}

impl Store {
    /// Notes that a backup begins. From now on no blob is removed until it has ended, for a day at most.
    pub async fn begin_backup(&self, backup: &str, by: &str) -> Result<Option<BackupRow>> {
        let mut group = Group::new(Kind::Admin);
        group.op(&GIVEN_UP, Vec::new());
        group.op(&BEGIN, args![backup, by]);
        self.commit_group(group).await?.done()?;
        self.get_backup(backup).await
    }

    /// Notes that a backup is whole: the hash of its manifest, its files and their bytes, and whether it was rehearsed.
    /// False: it is not running any more.
    pub async fn end_backup(
        &self,
        backup: &str,
        manifest: &str,
        (files, bytes): (u64, u64),
        rehearsed: bool,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&GOOD, args![backup, manifest, files, bytes, rehearsed]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// Notes that a backup must not be relied on. False: it is not running any more.
    pub async fn fail_backup(&self, backup: &str, detail: &str) -> Result<bool> {
        let mut group = Group::new(Kind::Admin);
        group.fence(&BAD, args![backup, detail]);
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// One backup.
    pub async fn get_backup(&self, backup: &str) -> Result<Option<BackupRow>> {
        self.one(&ONE, args![backup]).await
    }

    /// The newest backups first.
    pub async fn list_backups(&self, limit: u32) -> Result<Vec<BackupRow>> {
        self.all(&LIST, args![limit]).await
    }

    /// When the newest good and rehearsed backup began, by the database's clock.
    pub async fn fresh_backup_at(&self) -> Result<Option<Timestamp>> {
        let mut rows = self.rows(&FRESH, Vec::<Arg>::new()).await?;
        rows.first_mut().map_or(Ok(None), Row::opt_time)
    }

    /// Which life of the data this is. `None` cannot be after the migrations.
    pub async fn incarnation(&self) -> Result<Option<Incarnation>> {
        self.one(&INCARNATION, Vec::<Arg>::new()).await
    }

    /// Begins another life of the data: it was restored from this backup. Backups that were running are cut off.
    pub async fn begin_incarnation(&self, id: &str, restored_from: &str) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        group.op(&CUT_OFF, args!["the database was restored from a backup meanwhile"]);
        group.op(&INCARNATE, args![id, restored_from]);
        self.commit_group(group).await?.done().map(drop)
    }

    /// The newest migration this program knows, which every open store has.
    pub fn schema_version(&self) -> i64 {
        newest_version(self.is_sqlite())
    }
}

impl FromRow for BackupRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            backup: row.text()?,
            state: row.parse()?,
            began_at: row.time()?,
            began_by: row.text()?,
            ended_at: row.opt_time()?,
            manifest_sha256: row.opt_text()?,
            files: row.opt_count()?,
            bytes: row.opt_count()?,
            rehearsed: row.opt_int()?.map(|flag| flag != 0),
            detail: row.opt_text()?,
        })
    }
}

impl FromRow for Incarnation {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { id: row.text()?, began_at: row.time()?, restored_from: row.opt_text()? })
    }
}
