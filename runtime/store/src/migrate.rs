//! Migrations: one folder an engine, the same file names, embedded in the binary.

use std::collections::HashMap;

use sqlx::migrate::{Migrate, MigrateError, Migrator};

use crate::error::{Result, StoreError};
use crate::open::{MigrationStep, Progress};

pub(crate) static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Applies what is missing, one transaction a file. A database of a newer release is refused untouched.
pub(crate) async fn migrate<C: Migrate>(db: &mut C, migrator: &Migrator, progress: &Progress) -> Result<()> {
    // Empty on SQLite, where the data directory's lock stands for it; an advisory lock on PostgreSQL.
    db.lock().await.map_err(|e| failed(0, &e))?;
    let result = apply(db, migrator, progress).await;
    db.unlock().await.map_err(|e| failed(0, &e))?;
    result
}

async fn apply<C: Migrate>(db: &mut C, migrator: &Migrator, progress: &Progress) -> Result<()> {
    let table = &migrator.table_name;
    db.ensure_migrations_table(table).await.map_err(|e| failed(0, &e))?;
    if let Some(version) = db.dirty_version(table).await.map_err(|e| failed(0, &e))? {
        return Err(failed(version, &MigrateError::Dirty(version)));
    }
    let applied: HashMap<i64, _> = db
        .list_applied_migrations(table)
        .await
        .map_err(|e| failed(0, &e))?
        .into_iter()
        .map(|migration| (migration.version, migration.checksum))
        .collect();
    let known = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
    if let Some(found) = applied.keys().copied().max().filter(|found| *found > known) {
        return Err(StoreError::Newer { found, known });
    }
    let missing: Vec<_> =
        migrator.iter().filter(|migration| !applied.contains_key(&migration.version)).collect();
    for migration in migrator.iter() {
        if applied.get(&migration.version).is_some_and(|checksum| *checksum != migration.checksum) {
            return Err(failed(migration.version, &MigrateError::VersionMismatch(migration.version)));
        }
    }
    let count = missing.len();
    for (i, migration) in missing.into_iter().enumerate() {
        if let Some(progress) = progress {
            progress(MigrationStep { done: i, of: count, name: migration.description.to_string() });
        }
        db.apply(table, migration).await.map_err(|e| failed(migration.version, &e))?;
    }
    Ok(())
}

fn failed(version: i64, error: &MigrateError) -> StoreError {
    if let MigrateError::Execute(sqlx::Error::Io(e)) = error {
        return StoreError::Unavailable(e.to_string());
    }
    StoreError::Migration { version, detail: error.to_string() }
}
