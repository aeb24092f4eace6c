//! PostgreSQL as the server's database: a fresh one, its processes, its fsyncs.

use std::path::Path;

use anyhow::{Context, Result, bail};
use throughline_test_support::postgres::{self, Database};

use crate::{disk, process};

/// A database of its own on the server of `scripts/test-postgres.sh`.
pub(crate) struct Postgres {
    database: Database,
    /// The process that started all others of PostgreSQL.
    pub(crate) postmaster: u32,
}

impl Postgres {
    /// A new database; its server must be durable and on a real disk.
    pub(crate) fn fresh() -> Result<Self> {
        let database = postgres::database();
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            let value = database.query(&format!("SHOW {setting}"));
            if value != "on" {
                bail!("PostgreSQL runs with {setting} = {value}: nothing measured there would be durable");
            }
        }
        disk::real(Path::new(&database.query("SHOW data_directory"))).context("PostgreSQL's data")?;
        let checkpointer =
            database.query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
        let postmaster =
            checkpointer.parse().ok().and_then(process::parent).context("PostgreSQL's processes")?;
        Ok(Self { database, postmaster })
    }

    pub(crate) fn url(&self) -> &str {
        self.database.url()
    }

    /// One statement's only value.
    pub(crate) fn query(&self, statement: &str) -> String {
        self.database.query(statement)
    }

    pub(crate) fn version(&self) -> String {
        self.query("SHOW server_version").split(' ').next().unwrap_or_default().to_owned()
    }

    /// Fsyncs of the log so far. Processes report theirs about once a second: ask after a pause.
    pub(crate) fn syncs(&self) -> Result<u64> {
        let newer = self.query("SELECT current_setting('server_version_num')::int >= 180000") == "t";
        let count = self.query(if newer {
            "SELECT coalesce(sum(fsyncs), 0)::bigint FROM pg_stat_io WHERE object = 'wal'"
        } else {
            "SELECT wal_sync FROM pg_stat_wal"
        });
        count.parse().context("PostgreSQL's count of fsyncs")
    }
}
