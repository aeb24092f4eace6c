//! Opening a store: prove that it is ours and sound, migrate it, start the writer.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::sync::{broadcast, watch};

use crate::Store;
use crate::blob::FolderBlobs;
use crate::db::sqlite::{Readers, open_writer};
use crate::db::{postgres, sqlite};
use crate::error::{Result, StoreError};
use crate::migrate::{POSTGRES, SQLITE, migrate};
use crate::store::{Db, Inner};
use crate::writer::{Reports, Writer, start_postgres, start_sqlite};

/// Older ones can corrupt a WAL database.
const OLDEST_SQLITE: i32 = 3_051_003;
/// A file up to this size is looked through at each start; a larger one by [`Store::check`], which a start cannot
/// wait for.
const CHECKED_BYTES: u64 = 16 * 1024 * 1024;
/// Statements of the PostgreSQL writer are stopped after so many milliseconds.
const WRITE_MS: u64 = 30_000;

/// Where the data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A data directory with everything in it; this process must be the only one.
    Sqlite(PathBuf),
    /// A PostgreSQL database for several nodes.
    Postgres {
        /// `postgres://user@host:port/database`.
        url: String,
        /// Blobs; shared by all nodes.
        blobs: PathBuf,
    },
}

/// One migration is about to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationStep {
    /// Migrations done.
    pub done: usize,
    /// Migrations in all.
    pub of: usize,
    /// What this one is about.
    pub name: String,
}

pub(crate) type Progress = Option<Arc<dyn Fn(MigrationStep) + Send + Sync>>;

/// How to open a store. [`StoreOptions::new`] has the defaults.
#[derive(Clone)]
pub struct StoreOptions {
    /// Where the data is.
    pub location: Location,
    /// Connections of readers.
    pub readers: u32,
    /// Connections for claims and renewals; PostgreSQL only.
    pub lease_connections: u32,
    /// Called before each migration.
    pub progress: Progress,
}

impl std::fmt::Debug for StoreOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreOptions").field("readers", &self.readers).finish_non_exhaustive()
    }
}

impl StoreOptions {
    /// The defaults for a place: 4 readers, 2 lease connections.
    pub fn new(location: Location) -> Self {
        Self { location, readers: 4, lease_connections: 2, progress: None }
    }
}

impl Store {
    /// Opens the store: checks it, migrates it, starts its writer. Needs a Tokio runtime.
    pub async fn open(options: StoreOptions) -> Result<Self> {
        match &options.location {
            Location::Sqlite(folder) => open_sqlite(folder, &options).await,
            Location::Postgres { url, blobs } => open_postgres(url, blobs, &options).await,
        }
    }
}

struct Parts {
    reports: Reports,
    writer: Writer,
    messages: tokio::sync::mpsc::Receiver<crate::writer::Message>,
}

fn parts() -> Parts {
    let (writer, messages) = Writer::channel();
    let reports = Reports {
        counters: Arc::default(),
        due: watch::Sender::new(0),
        runs: broadcast::Sender::new(4096),
        failed: watch::Sender::new(None),
    };
    Parts { reports, writer, messages }
}

fn store(reports: &Reports, writer: Writer, db: Db, blobs: PathBuf) -> Store {
    Store {
        inner: Arc::new(Inner {
            db,
            writer,
            blobs: Arc::new(FolderBlobs::new(blobs)),
            counters: Arc::clone(&reports.counters),
            due: reports.due.clone(),
            runs: reports.runs.clone(),
            failed: reports.failed.clone(),
            recorder: crate::probe::Recorder::default(),
        }),
    }
}

async fn open_sqlite(folder: &Path, options: &StoreOptions) -> Result<Store> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::SqliteTooOld { found: rusqlite::version().to_owned() });
    }
    let unusable =
        |e: std::io::Error| StoreError::Directory { path: folder.to_owned(), detail: e.to_string() };
    std::fs::create_dir_all(folder).map_err(unusable)?;
    let lock = lock(folder)?;
    let path = folder.join(sqlite::DATABASE);
    let connect = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let damaged = |detail: String| StoreError::Corrupt { path: path.clone(), detail };
    let mut db = connect.connect().await.map_err(|e| opened(&e, &path))?;
    if let Err(error) = migrate(&mut db, &SQLITE, &options.progress).await {
        return Err(if is_damage(&error) { damaged(error.to_string()) } else { error });
    }
    sqlx::Connection::close(db).await.map_err(|e| opened(&e, &path))?;
    let (writing, reading) = (path.clone(), options.readers);
    let opened = tokio::task::spawn_blocking(move || -> rusqlite::Result<_> {
        let writer = open_writer(&writing)?;
        let large = std::fs::metadata(&writing).map_or(0, |file| file.len()) > CHECKED_BYTES;
        let check = if large { "SELECT 'ok' FROM workspace LIMIT 1" } else { "PRAGMA quick_check(1)" };
        let sound: String = writer.query_row(check, [], |row| row.get(0))?;
        Ok((writer, sound, Readers::open(&writing, reading)?))
    });
    let opened = opened.await.map_err(|e| StoreError::Database(e.to_string()))?;
    let (connection, sound, readers) = opened.map_err(|e| {
        if sqlite::is_disk_failure(&e) { damaged(e.to_string()) } else { sqlite::to_error(&e) }
    })?;
    if sound != "ok" {
        return Err(damaged(sound));
    }
    let Parts { reports, writer, messages } = parts();
    start_sqlite(connection, lock, messages, reports.clone())?;
    Ok(store(&reports, writer, Db::Sqlite(readers), folder.join("blobs")))
}

fn opened(error: &sqlx::Error, path: &Path) -> StoreError {
    let text = error.to_string();
    if text.contains("not a database") || text.contains("malformed") {
        StoreError::Corrupt { path: path.to_owned(), detail: text }
    } else {
        StoreError::Directory { path: path.to_owned(), detail: text }
    }
}

fn is_damage(error: &StoreError) -> bool {
    let text = error.to_string();
    matches!(error, StoreError::Migration { .. })
        && (text.contains("not a database") || text.contains("malformed") || text.contains("disk I/O"))
}

/// The lock file proves that this process alone has the folder; it also says who has it. The lock is the operating
/// system's: it goes with the process, however that ends.
fn lock(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    let unusable = |e: std::io::Error| StoreError::Directory { path: path.clone(), detail: e.to_string() };
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            let _ = file.read_to_string(&mut pid);
            let pid = if pid.trim().is_empty() { "unknown".to_owned() } else { pid.trim().to_owned() };
            return Err(StoreError::Locked { path: folder.to_owned(), pid });
        }
        Err(TryLockError::Error(e)) => return Err(unusable(e)),
    }
    file.set_len(0).map_err(unusable)?;
    file.rewind().map_err(unusable)?;
    writeln!(file, "{}", std::process::id()).map_err(unusable)?;
    Ok(file)
}

async fn open_postgres(url: &str, blobs: &Path, options: &StoreOptions) -> Result<Store> {
    let url: PgConnectOptions = url
        .parse()
        .map_err(|e: sqlx::Error| StoreError::Database(format!("the database URL is not good: {e}")))?;
    let writing = postgres::pool(&url, 1, WRITE_MS);
    let mut connection = writing.acquire().await.map_err(|e| postgres::to_error(&e))?;
    for setting in ["synchronous_commit", "fsync", "full_page_writes"] {
        let value: String = sqlx::query_scalar("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(&mut *connection)
            .await
            .map_err(|e| postgres::to_error(&e))?;
        if !matches!(value.as_str(), "on" | "remote_write" | "remote_apply") {
            return Err(StoreError::UnsafeSetting { setting: setting.to_owned(), value });
        }
    }
    migrate(&mut *connection, &POSTGRES, &options.progress).await?;
    drop(connection);
    let Parts { reports, writer, messages } = parts();
    let readers = postgres::readers(&url, options.readers);
    let leases = postgres::pool(&url, options.lease_connections, WRITE_MS);
    let wake = crate::wake::start(&url, reports.due.clone());
    start_postgres(writing, messages, reports.clone());
    let db = Db::Postgres { readers, leases, wake };
    Ok(store(&reports, writer, db, blobs.to_owned()))
}
