//! Migrations: one list of names, one text for each engine, embedded in the binary.

mod postgres;
mod sqlite;

use std::collections::HashMap;

use sha2::{Digest, Sha384};

pub(crate) use postgres::migrate as migrate_postgres;
pub(crate) use sqlite::migrate as migrate_sqlite;

use crate::error::{Result, StoreError};
use crate::open::{MigrationStep, Progress};

/// What was applied, with the checksum of its text. The name and columns are those of sqlx's own migrator.
const TABLE: &str = "_sqlx_migrations";

/// One migration of one engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Migration {
    /// File name without its ending: `0001_workspace`.
    pub(crate) file: &'static str,
    /// Text.
    pub(crate) sql: &'static str,
}

macro_rules! migrations {
    ($($file:literal),+ $(,)?) => {
        /// Migrations of SQLite, oldest first.
        pub(crate) const SQLITE: &[Migration] = &[$(Migration {
            file: $file,
            sql: include_str!(concat!("../../../migrations/sqlite/", $file, ".sql")),
        }),+];
        /// Migrations of PostgreSQL, oldest first.
        pub(crate) const POSTGRES: &[Migration] = &[$(Migration {
            file: $file,
            sql: include_str!(concat!("../../../migrations/postgres/", $file, ".sql")),
        }),+];
    };
}

migrations![
    "0001_workspace",
    "0002_workflow",
    "0003_run",
    "0004_gateway",
    "0005_plugin",
    "0006_quarantine",
    "0007_lists",
    "0008_people",
    "0009_vault",
    "0010_request",
    "0011_proposal",
    "0012_backup",
    "0013_exception",
    "0014_mail",
    "0015_intake",
    "0016_channel",
    "0017_retry",
    "0018_views",
    "0019_notice",
    "0020_account",
    "0021_due",
    "0022_draft",
    "0023_reveal",
    "0024_similar",
    "0025_comment",
    "0026_publish_request",
];

/// The newest migration of an engine.
pub(crate) fn newest_version(sqlite: bool) -> i64 {
    let known = if sqlite { SQLITE } else { POSTGRES };
    known.iter().map(Migration::version).max().unwrap_or(0)
}

impl Migration {
    pub(crate) fn version(&self) -> i64 {
        self.file.split_once('_').and_then(|(number, _)| number.parse().ok()).unwrap_or(0)
    }

    pub(crate) fn description(&self) -> String {
        self.file.split_once('_').map_or(self.file, |(_, name)| name).replace('_', " ")
    }

    pub(crate) fn checksum(&self) -> Vec<u8> {
        Sha384::digest(self.sql.as_bytes()).to_vec()
    }
}

/// What a database says of one migration.
#[derive(Clone, Debug)]
pub(crate) struct Applied {
    pub(crate) version: i64,
    pub(crate) checksum: Vec<u8>,
    /// False: it stopped in the middle, on an engine whose schema changes cannot be undone.
    pub(crate) whole: bool,
}

/// The migrations to apply, oldest first. A database of a newer release is refused untouched, and so is one whose
/// applied migrations read otherwise than ours.
pub(crate) fn missing(applied: &[Applied], known: &'static [Migration]) -> Result<Vec<&'static Migration>> {
    if let Some(broken) = applied.iter().find(|migration| !migration.whole) {
        return Err(failed(broken.version, "it was applied in part: restore a backup"));
    }
    let newest = known.iter().map(Migration::version).max().unwrap_or(0);
    if let Some(found) = applied.iter().map(|migration| migration.version).max().filter(|v| *v > newest) {
        return Err(StoreError::Newer { found, known: newest });
    }
    let applied: HashMap<i64, &[u8]> =
        applied.iter().map(|migration| (migration.version, migration.checksum.as_slice())).collect();
    let mut missing = Vec::new();
    for migration in known {
        match applied.get(&migration.version()) {
            None => missing.push(migration),
            Some(checksum) if *checksum == migration.checksum() => {}
            Some(_) => {
                return Err(failed(
                    migration.version(),
                    "it was applied with another text than this release has",
                ));
            }
        }
    }
    Ok(missing)
}

/// Says what is about to run.
fn report(progress: &Progress, (done, of): (usize, usize), migration: &Migration) {
    if let Some(progress) = progress {
        progress(MigrationStep { done, of, name: migration.description() });
    }
}

fn failed(version: i64, detail: &str) -> StoreError {
    StoreError::Migration { version, detail: detail.to_owned() }
}
