//! PostgreSQL through sqlx: running one statement, and what its errors mean.

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions, PgRow, PgTypeInfo};
use sqlx::{Arguments, Column, Either, Encode, Executor, Postgres, Row as _, Type, TypeInfo, ValueRef as _};

use futures::TryStreamExt;

use super::{Arg, Row, Value};
use crate::error::{Result, StoreError};

/// A text sent as PostgreSQL's json: `CAST($1 AS json)` would be a number on SQLite.
struct JsonText(String);

impl Type<Postgres> for JsonText {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(sqlx::postgres::types::Oid(114))
    }
}

impl<'q> Encode<'q, Postgres> for JsonText {
    fn encode_by_ref(
        &self,
        buffer: &mut sqlx::postgres::PgArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        <String as Encode<'q, Postgres>>::encode_by_ref(&self.0, buffer)
    }
}

fn bind(args: &[Arg]) -> Result<PgArguments, sqlx::Error> {
    let mut bound = PgArguments::default();
    for arg in args {
        match arg {
            Arg::Text(value) => bound.add(value),
            Arg::Int(value) => bound.add(value),
            Arg::Bytes(value) => bound.add(value),
            Arg::Json(value) => bound.add(JsonText(value.clone())),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(bound)
}

/// Binds one array for each argument.
fn bind_many(rows: &[&[Arg]]) -> Result<PgArguments, sqlx::Error> {
    let mut bound = PgArguments::default();
    let width = rows.first().map_or(0, |row| row.len());
    for column in 0..width {
        let cells = rows.iter().map(|row| &row[column]);
        match &rows[0][column] {
            Arg::Text(_) | Arg::Json(_) => bound.add(cells.map(|arg| arg.as_text()).collect::<Vec<_>>()),
            Arg::Int(_) => bound.add(cells.map(as_int).collect::<Vec<_>>()),
            Arg::Bytes(_) => bound.add(cells.map(as_bytes).collect::<Vec<_>>()),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(bound)
}

const fn as_int(arg: &Arg) -> Option<i64> {
    match arg {
        Arg::Int(int) => *int,
        Arg::Text(_) | Arg::Bytes(_) | Arg::Json(_) => None,
    }
}

fn as_bytes(arg: &Arg) -> Option<&[u8]> {
    match arg {
        Arg::Bytes(bytes) => bytes.as_deref(),
        Arg::Text(_) | Arg::Int(_) | Arg::Json(_) => None,
    }
}

/// Runs one statement: how many rows it changed or returned, and those it returned.
pub(crate) async fn run<'c, E>(db: E, sql: &'static str, args: &[Arg]) -> Result<(u64, Vec<Row>), sqlx::Error>
where
    E: Executor<'c, Database = Postgres>,
{
    collect(db, sql, bind(args)?).await
}

/// Runs the multi-row form of a statement.
pub(crate) async fn run_many<'c, E>(
    db: E,
    sql: &'static str,
    rows: &[&[Arg]],
) -> Result<(u64, Vec<Row>), sqlx::Error>
where
    E: Executor<'c, Database = Postgres>,
{
    collect(db, sql, bind_many(rows)?).await
}

async fn collect<'c, E>(db: E, sql: &'static str, args: PgArguments) -> Result<(u64, Vec<Row>), sqlx::Error>
where
    E: Executor<'c, Database = Postgres>,
{
    let mut stream = db.fetch_many(sqlx::query_with(sql, args));
    let mut changed = 0;
    let mut rows = Vec::new();
    while let Some(item) = stream.try_next().await? {
        match item {
            Either::Left(result) => changed += result.rows_affected(),
            Either::Right(row) => rows.push(read(&row)?),
        }
    }
    Ok((changed.max(rows.len() as u64), rows))
}

fn read(row: &PgRow) -> Result<Row, sqlx::Error> {
    let mut values = Vec::with_capacity(row.len());
    for (i, column) in row.columns().iter().enumerate() {
        let value = if row.try_get_raw(i)?.is_null() {
            Value::Null
        } else {
            match column.type_info().name() {
                "INT8" => Value::Int(row.try_get(i)?),
                "INT4" => Value::Int(i64::from(row.try_get::<i32, _>(i)?)),
                "BOOL" => Value::Int(i64::from(row.try_get::<bool, _>(i)?)),
                "BYTEA" => Value::Bytes(row.try_get(i)?),
                _ => Value::Text(row.try_get(i)?),
            }
        };
        values.push(value);
    }
    Ok(Row::new(values))
}

/// What callers hear of an error of PostgreSQL.
pub(crate) fn to_error(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(database) => match database.code().as_deref() {
            // disk_full
            Some("53100") => StoreError::Full,
            // query_canceled: the statement timeout
            Some("57014") => StoreError::Slow(READ_MS),
            // admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections
            Some("57P01" | "57P02" | "57P03" | "53300") => StoreError::Unavailable(database.to_string()),
            // connection exceptions
            Some(code) if code.starts_with("08") => StoreError::Unavailable(database.to_string()),
            Some(code) if code.starts_with("23") => StoreError::Refused(database.to_string()),
            _ => StoreError::Database(database.to_string()),
        },
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => {
            StoreError::Unavailable(error.to_string())
        }
        sqlx::Error::PoolClosed => StoreError::Closed,
        other => StoreError::Database(other.to_string()),
    }
}

/// True for errors of the connection: nothing can be said about a statement under way.
pub(crate) fn is_connection_failure(error: &sqlx::Error) -> bool {
    matches!(to_error(error), StoreError::Unavailable(_) | StoreError::Closed)
}

/// True for a deadlock or a serialisation failure: the same again may go well.
pub(crate) fn is_collision(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(database) if matches!(database.code().as_deref(), Some("40P01" | "40001")))
}

/// A reader's statement is stopped after so many milliseconds.
const READ_MS: u64 = 5_000;

/// What writes reaches its rows by their keys. A plan is made once, often while tables are empty or their statistics
/// old, and must not read a large table for a few rows then.
const BY_KEYS: [(&str, &str); 4] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
];

/// A pool of connections that write, for one purpose.
pub(crate) fn pool(url: &PgConnectOptions, size: u32, statement_ms: u64) -> PgPool {
    pool_with(&url.clone().options(BY_KEYS), size, statement_ms, false)
}

fn pool_with(url: &PgConnectOptions, size: u32, statement_ms: u64, ping: bool) -> PgPool {
    let timeout = statement_ms.to_string();
    let options = url
        .clone()
        .statement_cache_capacity(512)
        .application_name("throughline")
        .options([("statement_timeout", timeout.as_str()), ("idle_in_transaction_session_timeout", "10000")]);
    #[cfg(feature = "faults")]
    let options =
        if crate::faults::no_flush() { options.options([("synchronous_commit", "off")]) } else { options };
    PgPoolOptions::new()
        .max_connections(size.max(1))
        .min_connections(0)
        // A ping before each use would cost a round trip; who writes tries again on a dead connection.
        .test_before_acquire(ping)
        .acquire_timeout(std::time::Duration::from_secs(5))
        .connect_lazy_with(options)
}

/// The readers' pool.
pub(crate) fn readers(url: &PgConnectOptions, size: u32) -> PgPool {
    pool_with(url, size, READ_MS, true)
}
