//! A copy of an SQLite file that somebody may be writing to.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::db::sqlite::{DATABASE, to_error};
use crate::error::{Result, StoreError};

/// How long the copy waits for a lock: a server that starts has the file for itself for a moment.
const WAIT: Duration = Duration::from_secs(30);

/// Copies the database of a data directory to a new file, as it is at one moment. The writer goes on meanwhile, in this
/// process or another; its log grows until the copy is done. The file is whole and flushed when this returns.
pub async fn copy_database(folder: &Path, target: &Path) -> Result<()> {
    let (source, target) = (folder.join(DATABASE), target.to_owned());
    tokio::task::spawn_blocking(move || {
        copy(&source, &target).map_err(|error| to_error(&error))?;
        let flush = || -> std::io::Result<()> {
            File::open(&target)?.sync_all()?;
            target.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
        };
        flush().map_err(|error| StoreError::Directory { path: target.clone(), detail: error.to_string() })
    })
    .await
    .map_err(|error| StoreError::Database(format!("the copy died: {error}")))?
}

fn copy(source: &Path, target: &Path) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(source, flags)?;
    // Only the writer folds its log.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    db.busy_timeout(WAIT)?;
    // One read of one snapshot, written to another file: nothing of the source is changed.
    db.execute("VACUUM INTO ?1", [target.to_string_lossy()])?;
    Ok(())
}
