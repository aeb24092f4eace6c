//! The writer of PostgreSQL: a task with a connection of its own.

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgPool, Postgres};
use sqlx::{Connection, Transaction};
use tokio::sync::mpsc;

use super::plan::{Plan, Step};
use super::{BATCH, Batch, Done, Group, Message, Outcome, Reports, failpoints};
use crate::counters::Counters;
use crate::db::Arg;
use crate::db::postgres::{is_collision, is_connection_failure, run, run_many, to_error};
use crate::error::{Result, StoreError};

/// Starts the task; its pool has one connection. It ends on [`Message::Close`] or with the last handle.
pub(crate) fn start(pool: PgPool, mut messages: mpsc::Receiver<Message>, reports: Reports) {
    tokio::spawn(async move {
        let mut writer = PgWriter { pool, held: None, reports };
        let mut taken = Vec::with_capacity(BATCH);
        while messages.recv_many(&mut taken, BATCH).await > 0 {
            let batch = Batch::take(&mut taken);
            let outcomes = writer.commit(&batch.groups).await;
            Batch::finish(batch.groups, outcomes, batch.answers, &writer.reports);
            if batch.close {
                break;
            }
        }
        drop(writer.held);
        writer.pool.close().await;
        drop(messages);
    });
}

/// Why a transaction was rolled back.
enum Undone {
    Refused(&'static str),
    Failed(sqlx::Error),
    /// The connection broke while committing: it may have been committed.
    Unknown(sqlx::Error),
}

impl From<sqlx::Error> for Undone {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error)
    }
}

struct PgWriter {
    pool: PgPool,
    /// Kept from one commit to the next: a pool asks each connection that it gets back whether it is well, which takes as
    /// long as a statement.
    held: Option<PoolConnection<Postgres>>,
    reports: Reports,
}

impl PgWriter {
    async fn commit(&mut self, groups: &[Group]) -> Vec<Result<Outcome>> {
        if groups.is_empty() {
            return Vec::new();
        }
        let undone = match self.patient(groups).await {
            Ok(outcomes) => return outcomes.into_iter().map(Ok).collect(),
            Err(undone) => undone,
        };
        let replay = match &undone {
            Undone::Refused(_) => true,
            Undone::Failed(error) => !is_connection_failure(error),
            Undone::Unknown(_) => false,
        };
        if groups.len() > 1 && replay {
            self.reports.counters.replay();
            let mut outcomes = Vec::with_capacity(groups.len());
            for group in groups {
                let one = self.patient(std::slice::from_ref(group)).await;
                outcomes.push(match one {
                    Ok(mut done) => done.pop().ok_or(StoreError::Closed),
                    Err(undone) => Self::outcome(&undone),
                });
            }
            return outcomes;
        }
        groups.iter().map(|_| Self::outcome(&undone)).collect()
    }

    fn outcome(undone: &Undone) -> Result<Outcome> {
        match undone {
            Undone::Refused(name) => Ok(Outcome::Refused(name)),
            Undone::Failed(error) | Undone::Unknown(error) => Err(to_error(error)),
        }
    }

    /// Deadlocks are tried again, and so is a connection that turned out dead before anything was committed. Who
    /// waited in vain for a connection hears of it: others wait behind this batch.
    async fn patient(&mut self, groups: &[Group]) -> Result<Vec<Outcome>, Undone> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.transaction(groups).await {
                Err(Undone::Failed(error))
                    if tries < 4
                        && !matches!(error, sqlx::Error::PoolTimedOut)
                        && (is_collision(&error) || is_connection_failure(&error)) =>
                {
                    tracing::debug!(error = %error, tries, "the batch is tried again");
                    tokio::time::sleep(std::time::Duration::from_millis(5 * tries)).await;
                }
                other => return other,
            }
        }
    }

    /// A connection that failed, or whose transaction was not committed, goes back to the pool.
    async fn transaction(&mut self, groups: &[Group]) -> Result<Vec<Outcome>, Undone> {
        let mut connection = match self.held.take() {
            Some(connection) => connection,
            None => self.pool.acquire().await?,
        };
        let outcomes = self.run(&mut connection, groups).await?;
        self.held = Some(connection);
        Ok(outcomes)
    }

    async fn run(
        &self,
        connection: &mut PoolConnection<Postgres>,
        groups: &[Group],
    ) -> Result<Vec<Outcome>, Undone> {
        let mut transaction = connection.begin().await?;
        let mut plan = Plan::new(groups);
        while let Some(step) = plan.next() {
            let done = self.step(&mut transaction, &step).await?;
            plan.record(step, done).map_err(Undone::Refused)?;
        }
        failpoints(groups.iter().map(|group| group.kind), 0);
        transaction.commit().await.map_err(|error| {
            if is_connection_failure(&error) { Undone::Unknown(error) } else { Undone::Failed(error) }
        })?;
        self.reports.counters.commit(groups.len());
        failpoints(groups.iter().map(|group| group.kind), 1);
        Ok(plan.outcomes())
    }

    async fn step(
        &self,
        transaction: &mut Transaction<'_, Postgres>,
        step: &Step<'_>,
    ) -> Result<Vec<Done>, Undone> {
        if let Some(text) = step.sql.arrays().filter(|_| step.len() > 1) {
            let rows: Vec<&[Arg]> = step.rows().collect();
            self.reports.counters.statement(rows.iter().flat_map(|row| row.iter()).map(Arg::size).sum());
            let (_, returned) = run_many(&mut **transaction, text, &rows).await?;
            return Ok(step.share(returned));
        }
        let mut all = Vec::with_capacity(step.len());
        for args in step.rows() {
            self.reports.counters.statement(args.iter().map(Arg::size).sum());
            let (changed, rows) = run(&mut **transaction, step.sql.postgres, args).await?;
            all.push(Done { changed, rows });
        }
        Ok(all)
    }
}

impl Group {
    pub(crate) fn is_due(&self) -> bool {
        self.changes.due
    }

    /// Runs the group in a transaction of its own, beside the writer.
    pub(crate) async fn run_alone(
        self,
        pool: &PgPool,
        counters: &std::sync::Arc<Counters>,
    ) -> Result<Vec<Done>> {
        let reports = Reports {
            counters: std::sync::Arc::clone(counters),
            due: tokio::sync::watch::Sender::new(0),
            runs: tokio::sync::broadcast::Sender::new(1),
            failed: tokio::sync::watch::Sender::new(None),
        };
        let mut writer = PgWriter { pool: pool.clone(), held: None, reports };
        let outcome = writer.patient(std::slice::from_ref(&self)).await;
        failpoints(std::iter::once(self.kind), 2);
        match outcome {
            Ok(mut done) => done.pop().ok_or(StoreError::Closed)?.done(),
            Err(undone) => PgWriter::outcome(&undone)?.done(),
        }
    }
}
