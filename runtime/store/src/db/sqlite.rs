//! SQLite through rusqlite: running one statement, and the readers.

use std::cell::Cell;
use std::ffi::c_int;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::functions::FunctionFlags;
use rusqlite::hooks::Wal;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use tokio::sync::Semaphore;

use super::{Arg, Row, Sql, Value};
use crate::error::{Result, StoreError};
use crate::open::StoreClock;

/// A reader's statement is stopped after so many milliseconds: a long one would hold back the checkpoints.
const READ_MS: u64 = 1_000;

/// Pages of the log after which it is folded into the database.
const LOG_PAGES: c_int = 2_000;
/// The database's file in the data directory.
pub(crate) const DATABASE: &str = "throughline.db";

/// Bytes of the write-ahead log beside a database file; 0 where there is none.
pub(crate) fn wal_bytes(database: &Path) -> u64 {
    let mut wal = database.as_os_str().to_owned();
    wal.push("-wal");
    std::fs::metadata(wal).map_or(0, |file| file.len())
}

impl rusqlite::ToSql for Arg {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(Some(text)) | Self::Json(text) => ValueRef::Text(text.as_bytes()),
            Self::Int(Some(int)) => ValueRef::Integer(*int),
            Self::Bytes(Some(bytes)) => ValueRef::Blob(bytes),
            Self::Text(None) | Self::Int(None) | Self::Bytes(None) => ValueRef::Null,
        }))
    }
}

/// Runs one statement: how many rows it changed or returned, and those it returned.
pub(crate) fn run(db: &Connection, sql: &Sql, args: &[Arg]) -> rusqlite::Result<(u64, Vec<Row>)> {
    execute(db, sql.numbered(), args.iter())
}

/// Runs a statement on arguments in the order of its places.
pub(crate) fn execute<'a>(
    db: &Connection,
    text: &str,
    args: impl Iterator<Item = &'a Arg>,
) -> rusqlite::Result<(u64, Vec<Row>)> {
    let mut statement = db.prepare_cached(text)?;
    // What the text does not name, it has no place for.
    let places = statement.parameter_count();
    for (index, arg) in (1..=places).zip(args) {
        statement.raw_bind_parameter(index, arg)?;
    }
    let columns = statement.column_count();
    if columns == 0 {
        return Ok((statement.raw_execute()? as u64, Vec::new()));
    }
    let mut rows = statement.raw_query();
    let mut read = Vec::new();
    while let Some(row) = rows.next()? {
        let values: rusqlite::Result<Vec<Value>> =
            (0..columns).map(|i| row.get_ref(i).and_then(value)).collect();
        read.push(Row::new(values?));
    }
    Ok((read.len() as u64, read))
}

fn value(value: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(int) => Value::Int(int),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Real(_) => return Err(rusqlite::Error::InvalidQuery),
    })
}

/// True when the operating system failed a write or the file is damaged: what is on disk is unknown.
pub(crate) fn is_disk_failure(error: &rusqlite::Error) -> bool {
    !is_full(error)
        && matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        )
}

/// True when there was no room. The index of the log is only a cache: that it cannot grow loses nothing.
fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DiskFull)
        || error.sqlite_error().is_some_and(|e| e.extended_code == ffi::SQLITE_IOERR_SHMSIZE)
}

/// What callers hear of an error of SQLite.
pub(crate) fn to_error(error: &rusqlite::Error) -> StoreError {
    if is_full(error) {
        return StoreError::Full;
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => StoreError::Refused(error.to_string()),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Corrupt { path: PathBuf::from(DATABASE), detail: error.to_string() }
        }
        Some(ErrorCode::SystemIoFailure) => StoreError::Failed(error.to_string()),
        Some(ErrorCode::OperationInterrupted) => StoreError::Slow(READ_MS),
        _ => StoreError::Database(error.to_string()),
    }
}

/// Opens the one connection that writes; makes the file if there is none.
pub(crate) fn open_writer(path: &Path, clock: Option<&StoreClock>) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    db.set_prepared_statement_cache_capacity(512);
    db.busy_timeout(Duration::from_secs(5))?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA mmap_size = 0; PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -16384;
         PRAGMA journal_size_limit = 67108864",
    )?;
    #[cfg(feature = "faults")]
    if crate::faults::no_flush() {
        db.execute_batch("PRAGMA synchronous = OFF")?;
    }
    db.wal_hook(Some(count_pages));
    set_clock(&db, clock)?;
    if clock.is_some() {
        // A scenario's database is thrown away with it.
        db.execute_batch("PRAGMA synchronous = OFF")?;
    }
    Ok(db)
}

/// Has the view `clock` tell another time: it asks SQLite's own function, and one of the same name goes before that.
fn set_clock(db: &Connection, clock: Option<&StoreClock>) -> rusqlite::Result<()> {
    let Some(clock) = clock.cloned() else { return Ok(()) };
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS;
    db.create_scalar_function("unixepoch", 1, flags, move |_| {
        // Between two microseconds, so that the view's product is not cut down to the one before.
        #[expect(clippy::cast_precision_loss, reason = "microseconds since 1970 fit for 200 years")]
        let seconds = (clock().0 as f64 + 0.5) / 1_000_000.0;
        Ok(seconds)
    })
}

thread_local! {
    /// Pages of the log after the last commit of this thread's connection.
    static PAGES: Cell<c_int> = const { Cell::new(0) };
}

#[expect(clippy::unnecessary_wraps, reason = "the form of a hook")]
fn count_pages(_: &Wal, pages: c_int) -> rusqlite::Result<()> {
    PAGES.set(pages);
    Ok(())
}

/// Folds the log into the database once it has so many pages; on the thread that committed. SQLite's own way of
/// doing so keeps quiet about what fails, and a failed write or flush must be heard. A full disk is none: the log
/// keeps everything, and the next commit tries again.
pub(crate) fn fold_log(db: &Connection) -> rusqlite::Result<()> {
    if PAGES.replace(0) < LOG_PAGES {
        return Ok(());
    }
    match db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
        Err(error) if is_disk_failure(&error) => Err(error),
        Ok(()) => Ok(()),
        Err(error) => {
            tracing::debug!(error = %error, "the log was not folded into the database; tried again later");
            Ok(())
        }
    }
}

fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    db.set_prepared_statement_cache_capacity(256);
    db.busy_timeout(Duration::from_secs(5))?;
    db.execute_batch(
        "PRAGMA mmap_size = 0; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -2048",
    )?;
    Ok(db)
}

/// Without work for so long, the pages that a connection keeps in memory are of no use.
pub(crate) const RESTED: Duration = Duration::from_secs(2);

/// Lets go of pages that a connection keeps in memory. A server with nothing to do keeps what its sweeps have looked at, of
/// however long a history, and nothing that the next work needs.
pub(crate) fn give_back(db: &Connection) {
    if let Err(error) = db.execute_batch("PRAGMA shrink_memory") {
        tracing::debug!(error = %error, "memory was not given back");
    }
}

/// A read-only connection that nobody uses at the moment.
#[derive(Debug)]
struct Free {
    db: Connection,
    /// When it was last used; nothing once it has given its pages back.
    used: Option<Instant>,
}

/// Read-only connections, each used by one statement at a time.
#[derive(Clone, Debug)]
pub(crate) struct Readers {
    /// The one that was used last at the end, and taken next: the others rest.
    free: Arc<Mutex<Vec<Free>>>,
    places: Arc<Semaphore>,
    count: u32,
    path: PathBuf,
}

impl Readers {
    pub(crate) fn open(path: &Path, count: u32, clock: Option<&StoreClock>) -> rusqlite::Result<Self> {
        let count = count.clamp(1, 64);
        let free = (0..count)
            .map(|_| {
                let db = open_reader(path)?;
                set_clock(&db, clock)?;
                Ok(Free { db, used: None })
            })
            .collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(Self {
            free: Arc::new(Mutex::new(free)),
            places: Arc::new(Semaphore::new(count as usize)),
            count,
            path: path.to_owned(),
        })
    }

    pub(crate) async fn rows(&self, sql: &'static Sql, args: Vec<Arg>) -> Result<Vec<Row>> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let Free { db, used } = self.take().ok_or(StoreError::Closed)?;
        self.tidy();
        let interrupt = db.get_interrupt_handle();
        let free = Arc::clone(&self.free);
        let mut work = tokio::task::spawn_blocking(move || {
            if used.is_some_and(|used| used.elapsed() >= RESTED) {
                give_back(&db);
            }
            let result = run(&db, sql, &args).map(|(_, rows)| rows).map_err(|e| to_error(&e));
            lock(&free).push(Free { db, used: Some(Instant::now()) });
            drop(place);
            result
        });
        let joined = if let Ok(joined) = tokio::time::timeout(Duration::from_millis(READ_MS), &mut work).await
        {
            joined
        } else {
            interrupt.interrupt();
            work.await
        };
        joined.map_err(|e| StoreError::Database(format!("a reader died: {e}")))?
    }

    /// One connection that has rested gives its pages back, beside whoever reads.
    fn tidy(&self) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { return };
        let has_rested = |free: &Free| free.used.is_some_and(|used| used.elapsed() >= RESTED);
        let rested = {
            let mut free = lock(&self.free);
            free.iter().position(has_rested).map(|at| free.remove(at))
        };
        let Some(Free { db, .. }) = rested else { return };
        let free = Arc::clone(&self.free);
        tokio::task::spawn_blocking(move || {
            give_back(&db);
            lock(&free).insert(0, Free { db, used: None });
            drop(place);
        });
    }

    /// Looks through the whole file on a connection of its own.
    pub(crate) async fn check(&self) -> Result<Vec<String>> {
        let path = self.path.clone();
        let work = tokio::task::spawn_blocking(move || {
            let db = open_reader(&path)?;
            let mut statement = db.prepare("PRAGMA quick_check(20)")?;
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()
        });
        let found = work.await.map_err(|e| StoreError::Database(format!("a reader died: {e}")))?;
        let mut found = found.map_err(|e| to_error(&e))?;
        found.retain(|line| line != "ok");
        Ok(found)
    }

    /// Bytes of the write-ahead log; 0 where there is none.
    pub(crate) fn wal_bytes(&self) -> u64 {
        wal_bytes(&self.path)
    }

    fn take(&self) -> Option<Free> {
        lock(&self.free).pop()
    }

    /// Waits for the statements under way; none starts any more.
    pub(crate) async fn close(&self) {
        let all = self.places.acquire_many(self.count).await;
        self.places.close();
        drop(all);
        lock(&self.free).clear();
    }
}

fn lock(free: &Mutex<Vec<Free>>) -> MutexGuard<'_, Vec<Free>> {
    free.lock().unwrap_or_else(PoisonError::into_inner)
}
