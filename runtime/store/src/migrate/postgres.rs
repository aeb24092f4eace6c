//! Migrations on PostgreSQL, by sqlx, behind an advisory lock: nodes may start together.

use sqlx::migrate::{Migrate, MigrateError, MigrationType};
use sqlx::{PgConnection, SqlStr};

use super::{Applied, Migration, POSTGRES, TABLE, failed, missing, report};
use crate::error::{Result, StoreError};
use crate::open::Progress;

/// Applies what is missing, one transaction a file.
pub(crate) async fn migrate(db: &mut PgConnection, progress: &Progress) -> Result<()> {
    db.lock().await.map_err(|e| refused(0, &e))?;
    let result = apply(db, progress).await;
    db.unlock().await.map_err(|e| refused(0, &e))?;
    result
}

async fn apply(db: &mut PgConnection, progress: &Progress) -> Result<()> {
    db.ensure_migrations_table(TABLE).await.map_err(|e| refused(0, &e))?;
    let broken = db.dirty_version(TABLE).await.map_err(|e| refused(0, &e))?;
    let applied: Vec<Applied> = db
        .list_applied_migrations(TABLE)
        .await
        .map_err(|e| refused(0, &e))?
        .into_iter()
        .map(|migration| Applied {
            version: migration.version,
            checksum: migration.checksum.into_owned(),
            whole: broken != Some(migration.version),
        })
        .collect();
    let missing = missing(&applied, POSTGRES)?;
    let of = missing.len();
    for (done, migration) in missing.into_iter().enumerate() {
        report(progress, (done, of), migration);
        let version = migration.version();
        fail::fail_point!("store.before_migration", |_| std::process::abort());
        Migrate::apply(&mut *db, TABLE, &to_sqlx(migration)).await.map_err(|e| refused(version, &e))?;
        fail::fail_point!("store.after_migration", |_| std::process::abort());
    }
    Ok(())
}

fn to_sqlx(migration: &Migration) -> sqlx::migrate::Migration {
    let sql = SqlStr::from_static(migration.sql);
    let description = migration.description().into();
    sqlx::migrate::Migration::new(migration.version(), description, MigrationType::Simple, sql, false)
}

fn refused(version: i64, error: &MigrateError) -> StoreError {
    if let MigrateError::Execute(sqlx::Error::Io(e)) = error {
        return StoreError::Unavailable(e.to_string());
    }
    failed(version, &error.to_string())
}
