//! The handle: where reads and commits go.

use std::sync::Arc;

use sqlx::postgres::PgPool;
use tokio::sync::{broadcast, watch};
use tokio_util::task::AbortOnDropHandle;

use crate::blob::BlobStore;
use crate::changes::RunChange;
use crate::counters::{Counted, Counters};
use crate::db::sqlite::Readers;
use crate::db::{Arg, FromRow, Row, Sql, postgres};
use crate::error::{Result, StoreError};
use crate::writer::{Committing, Done, Group, Outcome, Writer};

/// The store. A cheap clone.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) writer: Writer,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) due: watch::Sender<u64>,
    pub(crate) runs: broadcast::Sender<RunChange>,
    pub(crate) watch: crate::changes::Watch,
    pub(crate) failed: watch::Sender<Option<StoreError>>,
    pub(crate) recorder: crate::probe::Recorder,
    pub(crate) fresh: crate::fresh::Fresh,
    pub(crate) waiters: Arc<crate::waiter::Waiters>,
}

#[derive(Debug)]
pub(crate) enum Db {
    Sqlite(Readers),
    Postgres {
        readers: PgPool,
        /// Claims and renewals: readers must not be able to starve them.
        leases: crate::writer::Leases,
        /// Notices of other nodes, and the tables' statistics.
        aside: [tokio::task::JoinHandle<()>; 2],
    },
}

impl Store {
    /// Counted work since the store was opened.
    pub fn counters(&self) -> Counted {
        self.inner.counters.now()
    }

    /// Changes whenever a run may have become claimable, on this node or, on PostgreSQL, on another. A hint: claims
    /// must also be tried now and then, and at [`Store::next_due_all`].
    pub fn due(&self) -> watch::Receiver<u64> {
        self.inner.due.subscribe()
    }

    /// Has whoever waits for due runs look again: the clock was moved.
    pub fn look_again(&self) {
        self.inner.due.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// What is committed about runs on this node, after its commit. Who lags misses changes and must look again.
    pub fn changes(&self) -> broadcast::Receiver<RunChange> {
        self.inner.runs.subscribe()
    }

    /// Becomes `Some` when a write to the disk has failed: the server must stop.
    pub fn failed(&self) -> watch::Receiver<Option<StoreError>> {
        self.inner.failed.subscribe()
    }

    /// True on SQLite: this process is the only one.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.inner.db, Db::Sqlite(_))
    }

    /// Looks through the whole SQLite file for damage and says what it finds; takes time on a large one. Empty: it
    /// is sound. PostgreSQL has tools of its own, so nothing is done there.
    pub async fn check(&self) -> Result<Vec<String>> {
        match &self.inner.db {
            Db::Sqlite(readers) => readers.check().await,
            Db::Postgres { .. } => Ok(Vec::new()),
        }
    }

    /// Bytes of SQLite's write-ahead log; nothing on PostgreSQL, which has tools of its own.
    pub fn wal_bytes(&self) -> Option<u64> {
        match &self.inner.db {
            Db::Sqlite(readers) => Some(readers.wal_bytes()),
            Db::Postgres { .. } => None,
        }
    }

    /// Commits what is queued and closes every connection. Later calls fail with `Closed`.
    pub async fn close(&self) {
        self.inner.writer.close().await;
        match &self.inner.db {
            Db::Sqlite(readers) => readers.close().await,
            Db::Postgres { readers, leases, aside } => {
                for task in aside {
                    task.abort();
                }
                readers.close().await;
                leases.close().await;
            }
        }
    }

    pub(crate) fn blob_store(&self) -> &Arc<dyn BlobStore> {
        &self.inner.blobs
    }

    pub(crate) async fn rows(&self, sql: &'static Sql, args: Vec<Arg>) -> Result<Vec<Row>> {
        self.inner.counters.read();
        self.inner.recorder.note(sql, &args);
        let inner = Arc::clone(&self.inner);
        apart(async move {
            match &inner.db {
                Db::Sqlite(readers) => readers.rows(sql, args).await,
                Db::Postgres { readers, .. } => postgres::run(readers, sql.postgres, &args)
                    .await
                    .map(|(_, rows)| rows)
                    .map_err(|e| postgres::to_error(&e)),
            }
        })
        .await
    }

    pub(crate) async fn all<T: FromRow>(&self, sql: &'static Sql, args: Vec<Arg>) -> Result<Vec<T>> {
        self.rows(sql, args).await?.iter_mut().map(T::from_row).collect()
    }

    pub(crate) async fn one<T: FromRow>(&self, sql: &'static Sql, args: Vec<Arg>) -> Result<Option<T>> {
        self.rows(sql, args).await?.first_mut().map(T::from_row).transpose()
    }

    pub(crate) async fn commit_group(&self, group: Group) -> Result<Outcome> {
        if group.is_empty() {
            return Ok(Outcome::Committed(Vec::new()));
        }
        self.begin_commit(group).await?.await
    }

    /// Hands the group to the writer: groups of one caller are carried out in the order in which this returned.
    pub(crate) async fn begin_commit(&self, group: Group) -> Result<Committing> {
        group.record(&self.inner.recorder);
        self.inner.writer.begin(group).await
    }

    /// Claims and renewals: through the writer on SQLite, on connections of their own on PostgreSQL.
    pub(crate) async fn commit_lease(&self, group: Group) -> Result<Vec<Done>> {
        if self.is_sqlite() {
            return self.commit_group(group).await?.done();
        }
        group.record(&self.inner.recorder);
        let inner = Arc::clone(&self.inner);
        apart(async move {
            let Db::Postgres { leases, .. } = &inner.db else { return Err(StoreError::Closed) };
            let due = group.is_due();
            let done = leases.commit(group).await?;
            if due {
                inner.due.send_modify(|count| *count = count.wrapping_add(1));
            }
            Ok(done)
        })
        .await
    }
}

/// Waits for work with a connection of a pool on a task of its own. A future that is given its place while nobody polls it
/// keeps that place: a run that waits for a read, with calls beside it that wait for theirs, would hold up itself and all
/// others. Whoever drops this ends the work.
async fn apart<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    let work = AbortOnDropHandle::new(tokio::spawn(work));
    work.await.map_err(|error| StoreError::Database(format!("a connection's task died: {error}")))?
}
