//! Opening a store: prove that it is ours and sound, migrate it, start the writer.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::postgres::PgConnectOptions;
use throughline_domain::time::Timestamp;
use tokio::sync::{broadcast, watch};

use crate::Store;
use crate::blob::FolderBlobs;
use crate::db::sqlite::{Readers, open_writer};
use crate::db::wire::Target;
use crate::db::{postgres, sqlite};
use crate::error::{Result, StoreError};
use crate::migrate::{migrate_postgres, migrate_sqlite};
use crate::store::{Db, Inner};
use crate::writer::{Leases, Reports, Writer, start_postgres, start_sqlite};

/// Older ones can corrupt a WAL database.
const OLDEST_SQLITE: i32 = 3_051_003;
/// A file up to this size is looked through at each start; a larger one by [`Store::check`], which a start cannot
/// wait for.
pub(crate) const CHECKED_BYTES: u64 = 16 * 1024 * 1024;
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

/// Tells the time in place of the machine.
pub type StoreClock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

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
    /// For scenarios, where hours pass in a moment: what the database's clock says. SQLite only, and nothing is flushed:
    /// such a database is thrown away.
    pub clock: Option<StoreClock>,
}

impl std::fmt::Debug for StoreOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreOptions").field("readers", &self.readers).finish_non_exhaustive()
    }
}

impl StoreOptions {
    /// The defaults for a place: 4 readers, 2 lease connections.
    pub fn new(location: Location) -> Self {
        Self { location, readers: 4, lease_connections: 2, progress: None, clock: None }
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
        watch: crate::changes::Watch::default(),
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
            watch: reports.watch.clone(),
            failed: reports.failed.clone(),
            recorder: crate::probe::Recorder::default(),
            fresh: crate::fresh::Fresh::default(),
            waiters: Arc::default(),
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
    let (opening, options) = (path, options.clone());
    let opened = tokio::task::spawn_blocking(move || open_file(&opening, &options)).await;
    let (connection, readers) = opened.map_err(|e| StoreError::Database(e.to_string()))??;
    let Parts { reports, writer, messages } = parts();
    start_sqlite(connection, lock, messages, reports.clone())?;
    Ok(store(&reports, writer, Db::Sqlite(readers), folder.join("blobs")))
}

/// Opens, migrates and looks through the database file.
fn open_file(path: &Path, options: &StoreOptions) -> Result<(rusqlite::Connection, Readers)> {
    let error = |e: rusqlite::Error| {
        if sqlite::is_disk_failure(&e) {
            StoreError::Corrupt { path: path.to_owned(), detail: e.to_string() }
        } else {
            StoreError::Directory { path: path.to_owned(), detail: e.to_string() }
        }
    };
    let mut writer = open_writer(path, options.clock.as_ref()).map_err(error)?;
    migrate_sqlite(&mut writer, &options.progress).map_err(|e| if_damaged(e, path))?;
    let large = std::fs::metadata(path).map_or(0, |file| file.len()) > CHECKED_BYTES;
    let check = if large { "SELECT 'ok' FROM workspace LIMIT 1" } else { "PRAGMA quick_check(1)" };
    let sound: String = writer.query_row(check, [], |row| row.get(0)).map_err(error)?;
    if sound != "ok" {
        return Err(StoreError::Corrupt { path: path.to_owned(), detail: sound });
    }
    Ok((writer, Readers::open(path, options.readers, options.clock.as_ref()).map_err(error)?))
}

/// A migration that failed because the file is damaged says so.
fn if_damaged(error: StoreError, path: &Path) -> StoreError {
    let detail = error.to_string();
    let damage = ["not a database", "malformed", "disk I/O"].iter().any(|words| detail.contains(words));
    if damage && matches!(error, StoreError::Migration { .. }) {
        StoreError::Corrupt { path: path.to_owned(), detail }
    } else {
        error
    }
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
    let target = Arc::new(Target::parse(url, &postgres::writing(WRITE_MS))?);
    let url: PgConnectOptions = url
        .parse()
        .map_err(|e: sqlx::Error| StoreError::Database(format!("the database URL is not good: {e}")))?;
    let opening = postgres::pool(&url, 1, WRITE_MS);
    let mut connection = opening.acquire().await.map_err(|e| postgres::to_error(&e))?;
    for setting in ["synchronous_commit", "fsync", "full_page_writes"] {
        let value: String = sqlx::query_scalar("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(&mut *connection)
            .await
            .map_err(|e| postgres::to_error(&e))?;
        let safe = matches!(value.as_str(), "on" | "remote_write" | "remote_apply");
        #[cfg(feature = "faults")]
        let safe = safe || crate::faults::no_flush();
        if !safe {
            return Err(StoreError::UnsafeSetting { setting: setting.to_owned(), value });
        }
    }
    migrate_postgres(&mut connection, &options.progress).await?;
    drop(connection);
    opening.close().await;
    let Parts { reports, writer, messages } = parts();
    let readers = postgres::readers(&url, options.readers);
    // A store that is open answers.
    drop(readers.acquire().await.map_err(|e| postgres::to_error(&e))?);
    let leases = Leases::new(&target, options.lease_connections, &reports.counters);
    let aside = [
        crate::wake::start(&url, reports.due.clone(), reports.watch.clone()),
        crate::statistics::start(&url, Arc::clone(&reports.counters)),
    ];
    start_postgres(target, messages, reports.clone());
    let db = Db::Postgres { readers, leases, aside };
    Ok(store(&reports, writer, db, blobs.to_owned()))
}
