//! Looking at a database without changing it: nothing is migrated, recovered, created or locked.

use std::fmt::Write;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use sqlx::postgres::PgConnectOptions;

use crate::db::sqlite::{DATABASE, is_disk_failure, wal_bytes};
use crate::db::{postgres, sqlite};
use crate::error::{Result, StoreError};
use crate::migrate::{Migration, POSTGRES, SQLITE};
use crate::open::{CHECKED_BYTES, Location};

/// Beyond so many bytes a write-ahead log is not being folded into its database: it is cut back to 64 MiB.
pub const WAL_ALARM_BYTES: u64 = 64 << 20;
/// What PostgreSQL may take for one question, in milliseconds.
const LOOK_MS: u64 = 5_000;

/// What to say of a write-ahead log of so many bytes; nothing if it is no larger than it should be.
pub fn wal_alarm(bytes: u64) -> Option<String> {
    (bytes > WAL_ALARM_BYTES).then(|| {
        format!(
            "the write-ahead log has {} MiB, over {} MiB: a long read holds it back, or the disk does not keep up",
            bytes >> 20,
            WAL_ALARM_BYTES >> 20
        )
    })
}

/// What a look at a database found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// `SQLite` or `PostgreSQL`.
    pub engine: &'static str,
    /// Newest migration applied; nothing: no start or `migrate` was here yet.
    pub schema: Option<i64>,
    /// Newest migration this program knows.
    pub known: i64,
    /// Damage in the file, in SQLite's words; only files up to 16 MiB are looked through.
    pub damage: Option<String>,
    /// Bytes of SQLite's write-ahead log; after a clean stop there is none.
    pub wal_bytes: u64,
}

/// Looks at the database at a place. With SQLite nobody else may have it open: the caller holds the data directory.
pub async fn look(location: &Location) -> Result<Look> {
    match location {
        Location::Sqlite(folder) => {
            let path = folder.join(DATABASE);
            tokio::task::spawn_blocking(move || look_sqlite(&path))
                .await
                .map_err(|e| StoreError::Database(format!("the look died: {e}")))?
        }
        Location::Postgres { url, .. } => look_postgres(url).await,
    }
}

fn newest(migrations: &[Migration]) -> i64 {
    migrations.iter().map(Migration::version).max().unwrap_or(0)
}

fn look_sqlite(path: &Path) -> Result<Look> {
    let wal_bytes = wal_bytes(path);
    let mut look = Look { engine: "SQLite", schema: None, known: newest(SQLITE), damage: None, wal_bytes };
    let size = match std::fs::metadata(path) {
        Ok(file) => file.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(look),
        Err(error) => {
            return Err(StoreError::Directory { path: path.to_owned(), detail: error.to_string() });
        }
    };
    let read = || -> rusqlite::Result<(Option<i64>, String)> {
        let db = open_untouched(path, wal_bytes > 0)?;
        let check = if size > CHECKED_BYTES { "SELECT 'ok'" } else { "PRAGMA quick_check(1)" };
        let sound: String = db.query_row(check, [], |row| row.get(0))?;
        let table = "SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'";
        if db.query_row(table, [], |row| row.get::<_, i64>(0))? == 0 {
            return Ok((None, sound));
        }
        let schema = "SELECT max(version) FROM _sqlx_migrations WHERE success";
        Ok((db.query_row(schema, [], |row| row.get(0))?, sound))
    };
    let (schema, sound) = read().map_err(|error| {
        if is_disk_failure(&error) {
            StoreError::Corrupt { path: path.to_owned(), detail: error.to_string() }
        } else {
            sqlite::to_error(&error)
        }
    })?;
    look.schema = schema;
    look.damage = (sound != "ok").then_some(sound);
    Ok(look)
}

/// Opens a file so that nothing beside it is made. Without a log it is read as it stands; with one, the log's index
/// is kept in memory: that needs exclusive locking, which an engine without locks grants to a reader.
fn open_untouched(path: &Path, has_log: bool) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if !has_log {
        return Connection::open_with_flags(immutable(path), flags | OpenFlags::SQLITE_OPEN_URI);
    }
    let db = Connection::open_with_flags_and_vfs(path, flags, "unix-none")?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    db.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    Ok(db)
}

fn immutable(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri + "?immutable=1"
}

async fn look_postgres(url: &str) -> Result<Look> {
    let url: PgConnectOptions = url
        .parse()
        .map_err(|e: sqlx::Error| StoreError::Database(format!("the database URL is not good: {e}")))?;
    let pool = postgres::pool(&url, 1, LOOK_MS);
    let asked = async {
        let there = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL");
        if !there.fetch_one(&pool).await? {
            return Ok(None);
        }
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success").fetch_one(&pool).await
    };
    let schema = asked.await.map_err(|e: sqlx::Error| postgres::to_error(&e));
    pool.close().await;
    Ok(Look { engine: "PostgreSQL", schema: schema?, known: newest(POSTGRES), damage: None, wal_bytes: 0 })
}
