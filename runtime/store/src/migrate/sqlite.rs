//! Migrations on SQLite. The data directory's lock keeps others out.

use rusqlite::{Connection, params};

use super::{Applied, Migration, SQLITE, TABLE, failed, missing, report};
use crate::error::Result;
use crate::open::Progress;

/// Applies what is missing, one transaction a file.
pub(crate) fn migrate(db: &mut Connection, progress: &Progress) -> Result<()> {
    let applied = applied(db).map_err(|e| failed(0, &e.to_string()))?;
    let missing = missing(&applied, SQLITE)?;
    let of = missing.len();
    for (done, migration) in missing.into_iter().enumerate() {
        report(progress, (done, of), migration);
        fail::fail_point!("store.before_migration", |_| std::process::abort());
        apply(db, migration).map_err(|e| failed(migration.version(), &e.to_string()))?;
        fail::fail_point!("store.after_migration", |_| std::process::abort());
    }
    Ok(())
}

fn applied(db: &Connection) -> rusqlite::Result<Vec<Applied>> {
    db.execute_batch(&format!(
        "CREATE TABLE IF NOT EXISTS {TABLE} (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
         installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL,
         checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)"
    ))?;
    let mut statement = db.prepare(&format!("SELECT version, checksum, success FROM {TABLE}"))?;
    let rows = statement.query_map([], |row| {
        Ok(Applied { version: row.get(0)?, checksum: row.get(1)?, whole: row.get(2)? })
    })?;
    rows.collect()
}

fn apply(db: &mut Connection, migration: &Migration) -> rusqlite::Result<()> {
    let began = std::time::Instant::now();
    let transaction = db.transaction()?;
    transaction.execute_batch(migration.sql)?;
    transaction.execute(
        &format!(
            "INSERT INTO {TABLE} (version, description, success, checksum, execution_time) VALUES (?, ?, TRUE, ?, ?)"
        ),
        params![
            migration.version(),
            migration.description(),
            migration.checksum(),
            i64::try_from(began.elapsed().as_nanos()).unwrap_or(i64::MAX),
        ],
    )?;
    transaction.commit()
}
