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

/// Runs one statement: how many rows it changed or returned, and those it returned.
pub(crate) async fn run<'c, E>(db: E, sql: &'static str, args: &[Arg]) -> Result<(u64, Vec<Row>), sqlx::Error>
where
    E: Executor<'c, Database = Postgres>,
{
    collect(db, sql, bind(args)?).await
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
        sqlx::Error::Database(database) => from_code(database.code().as_deref(), database.to_string()),
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => {
            StoreError::Unavailable(error.to_string())
        }
        sqlx::Error::PoolClosed => StoreError::Closed,
        other => StoreError::Database(other.to_string()),
    }
}

/// What callers hear of an error that has a code of PostgreSQL's.
pub(super) fn from_code(code: Option<&str>, words: String) -> StoreError {
    match code {
        // disk_full
        Some("53100") => StoreError::Full,
        // query_canceled: the statement timeout
        Some("57014") => StoreError::Slow(READ_MS),
        // admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections
        Some("57P01" | "57P02" | "57P03" | "53300") => StoreError::Unavailable(words),
        // connection exceptions
        Some(code) if code.starts_with("08") => StoreError::Unavailable(words),
        Some(code) if code.starts_with("23") => StoreError::Refused(words),
        _ => StoreError::Database(words),
    }
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

/// The settings of a session that writes.
pub(crate) fn writing(statement_ms: u64) -> Vec<(&'static str, String)> {
    let by_keys = BY_KEYS.iter().map(|(name, value)| (*name, (*value).to_owned()));
    by_keys.chain(any(statement_ms)).collect()
}

/// The settings of every session.
fn any(statement_ms: u64) -> Vec<(&'static str, String)> {
    let settings = vec![
        ("statement_timeout", statement_ms.to_string()),
        ("idle_in_transaction_session_timeout", "10000".to_owned()),
    ];
    #[cfg(feature = "faults")]
    if crate::faults::no_flush() {
        return [settings, vec![("synchronous_commit", "off".to_owned())]].concat();
    }
    settings
}

/// A pool of connections for work beside the writer.
pub(crate) fn pool(url: &PgConnectOptions, size: u32, statement_ms: u64) -> PgPool {
    pool_with(url, size, writing(statement_ms), false)
}

/// The readers' pool.
pub(crate) fn readers(url: &PgConnectOptions, size: u32) -> PgPool {
    pool_with(url, size, any(READ_MS), true)
}

fn pool_with(url: &PgConnectOptions, size: u32, settings: Vec<(&str, String)>, ping: bool) -> PgPool {
    let options = url.clone().statement_cache_capacity(512).application_name("throughline").options(settings);
    PgPoolOptions::new()
        .max_connections(size.max(1))
        .min_connections(0)
        // A ping before each use would cost a round trip.
        .test_before_acquire(ping)
        .acquire_timeout(std::time::Duration::from_secs(5))
        .connect_lazy_with(options)
}
