//! Filling a database with copies, much faster than a server could: beside a server that does not run.

use std::io::{BufWriter, Write};
use std::process::{Child, ChildStdin, Stdio};

use anyhow::{Context, Result, ensure};
use rusqlite::{Connection, ToSql, types::ToSqlOutput, types::ValueRef};

use super::copy::{TABLES, Value};
use super::place::Place;

/// Copies in one transaction of SQLite.
const BATCH: u64 = 20_000;

/// A database that takes copies.
pub(crate) enum Sink {
    Sqlite { db: Connection, inserts: Vec<String>, taken: u64 },
    Postgres { tables: Vec<Copying>, vacuum: String },
}

/// `COPY … FROM STDIN` of one table.
pub(crate) struct Copying {
    child: Child,
    rows: BufWriter<ChildStdin>,
}

impl Sink {
    pub(crate) fn open(place: &Place, columns: &[Vec<String>]) -> Result<Self> {
        match &place.database {
            None => {
                let db = Connection::open(place.file())?;
                db.set_prepared_statement_cache_capacity(64);
                db.execute_batch(
                    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
                     PRAGMA cache_size = -1048576; BEGIN",
                )?;
                let inserts =
                    TABLES.iter().zip(columns).map(|(table, columns)| insert(table, columns)).collect();
                Ok(Self::Sqlite { db, inserts, taken: 0 })
            }
            Some(database) => {
                let tables = TABLES.iter().zip(columns).map(|(table, columns)| {
                    let sql = format!("COPY {table} ({}) FROM STDIN", columns.join(", "));
                    let mut child = database
                        .psql()
                        // Rows that refer to each other come beside each other.
                        .args(["--command", "SET session_replication_role = replica", "--command", &sql])
                        .stdin(Stdio::piped())
                        .stdout(Stdio::null())
                        .spawn()
                        .context("psql cannot be started")?;
                    let stdin = child.stdin.take().context("psql takes nothing")?;
                    Ok(Copying { child, rows: BufWriter::with_capacity(1 << 20, stdin) })
                });
                let vacuum = format!("VACUUM (ANALYZE) {}", TABLES.join(", "));
                Ok(Self::Postgres { tables: tables.collect::<Result<_>>()?, vacuum })
            }
        }
    }

    /// One row.
    pub(crate) fn row(&mut self, table: usize, values: &[Value]) -> Result<()> {
        match self {
            Self::Sqlite { db, inserts, .. } => {
                db.prepare_cached(&inserts[table])?.execute(rusqlite::params_from_iter(values))?;
            }
            Self::Postgres { tables, .. } => write_row(&mut tables[table].rows, values)?,
        }
        Ok(())
    }

    /// A copy is whole.
    pub(crate) fn copied(&mut self) -> Result<()> {
        if let Self::Sqlite { db, taken, .. } = self {
            *taken += 1;
            if taken.is_multiple_of(BATCH) {
                db.execute_batch("COMMIT; BEGIN")?;
            }
        }
        Ok(())
    }

    /// Everything is there; PostgreSQL's statistics too, as its own daemon would have made them over the days.
    pub(crate) fn close(self, place: &Place) -> Result<()> {
        match self {
            Self::Sqlite { db, .. } => {
                db.execute_batch("COMMIT; PRAGMA journal_mode = WAL")?;
                db.close().map_err(|(_, error)| error)?;
            }
            Self::Postgres { tables, vacuum } => {
                for Copying { mut child, rows } in tables {
                    drop(rows.into_inner().map_err(std::io::IntoInnerError::into_error)?);
                    let status = child.wait()?;
                    ensure!(status.success(), "psql ended with {status}");
                }
                place.database.as_ref().context("PostgreSQL")?.query(&vacuum);
            }
        }
        Ok(())
    }
}

fn insert(table: &str, columns: &[String]) -> String {
    let places: Vec<String> = (1..=columns.len()).map(|place| format!("?{place}")).collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", "))
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(int) => ValueRef::Integer(*int),
            Self::Text(text) => ValueRef::Text(text),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// PostgreSQL's text form: tabs between columns, a line a row.
fn write_row(out: &mut impl Write, values: &[Value]) -> std::io::Result<()> {
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.write_all(b"\t")?;
        }
        match value {
            Value::Null => out.write_all(b"\\N")?,
            Value::Int(int) => write!(out, "{int}")?,
            Value::Text(text) => escaped(out, text)?,
            Value::Bytes(bytes) => {
                const DIGITS: &[u8; 16] = b"0123456789abcdef";
                out.write_all(b"\\\\x")?;
                let digits: Vec<u8> = bytes
                    .iter()
                    .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
                    .collect();
                out.write_all(&digits)?;
            }
        }
    }
    out.write_all(b"\n")
}

fn escaped(out: &mut impl Write, text: &[u8]) -> std::io::Result<()> {
    for byte in text {
        match byte {
            b'\\' => out.write_all(b"\\\\")?,
            b'\t' => out.write_all(b"\\t")?,
            b'\n' => out.write_all(b"\\n")?,
            b'\r' => out.write_all(b"\\r")?,
            other => out.write_all(std::slice::from_ref(other))?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_form_that_copy_reads() {
        let mut out = Vec::new();
        let row = [Value::Text(b"a\tb\\".to_vec()), Value::Null, Value::Int(-1), Value::Bytes(vec![0, 255])];
        write_row(&mut out, &row).unwrap();
        assert_eq!(out, b"a\\tb\\\\\t\\N\t-1\t\\\\x00ff\n");
    }
}
