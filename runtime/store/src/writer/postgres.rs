//! The writer of PostgreSQL: a task with a connection of its own. Operations of the same statement that stand
//! next in several groups run as one multi-row statement, so a batch of like groups costs the round trips of
//! one.

use std::collections::HashSet;

use sqlx::Transaction;
use sqlx::postgres::{PgPool, Postgres};
use tokio::sync::mpsc;

use super::{BATCH, Batch, Done, Expect, Group, Message, Op, Outcome, Reports, failpoints};
use crate::counters::Counters;
use crate::db::Arg;
use crate::db::postgres::{is_collision, is_connection_failure, run, run_many, to_error};
use crate::error::{Result, StoreError};

/// Starts the task; its pool has one connection. It ends on [`Message::Close`] or with the last handle.
pub(crate) fn start(pool: PgPool, mut messages: mpsc::Receiver<Message>, reports: Reports) {
    tokio::spawn(async move {
        let writer = PgWriter { pool, reports };
        let mut taken = Vec::with_capacity(BATCH);
        while messages.recv_many(&mut taken, BATCH).await > 0 {
            let batch = Batch::take(&mut taken);
            let outcomes = writer.commit(&batch.groups).await;
            Batch::finish(batch.groups, outcomes, batch.answers, &writer.reports);
            if batch.close {
                break;
            }
        }
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
    reports: Reports,
}

impl PgWriter {
    async fn commit(&self, groups: &[Group]) -> Vec<Result<Outcome>> {
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
    async fn patient(&self, groups: &[Group]) -> Result<Vec<Outcome>, Undone> {
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

    async fn transaction(&self, groups: &[Group]) -> Result<Vec<Outcome>, Undone> {
        let mut transaction = self.pool.begin().await?;
        let mut state: Vec<Progress<'_>> = groups.iter().map(Progress::new).collect();
        for wave in waves(groups) {
            self.wave(&mut transaction, &mut state, &wave).await?;
        }
        failpoints(groups.iter().map(|group| group.kind), 0);
        transaction.commit().await.map_err(|error| {
            if is_connection_failure(&error) { Undone::Unknown(error) } else { Undone::Failed(error) }
        })?;
        self.reports.counters.commit(groups.len());
        failpoints(groups.iter().map(|group| group.kind), 1);
        Ok(state.into_iter().map(Progress::outcome).collect())
    }

    /// Runs groups that touch different rows: always the statement that most of them have next.
    async fn wave(
        &self,
        transaction: &mut Transaction<'static, Postgres>,
        state: &mut [Progress<'_>],
        wave: &[usize],
    ) -> Result<(), Undone> {
        while let Some(name) = commonest(state, wave) {
            let mut ops: Vec<(usize, &Op)> = Vec::new();
            for &group in wave {
                while let Some(op) = state[group].next().filter(|op| op.sql.name == name) {
                    ops.push((group, op));
                    state[group].at += 1;
                    if op.expect == Expect::Fence {
                        break;
                    }
                }
            }
            let done = self.statement(transaction, &ops).await?;
            for ((group, op), done) in ops.into_iter().zip(done) {
                state[group].record(op, done)?;
            }
        }
        Ok(())
    }

    async fn statement(
        &self,
        transaction: &mut Transaction<'static, Postgres>,
        ops: &[(usize, &Op)],
    ) -> Result<Vec<Done>, Undone> {
        if let Some((many, [_, _, ..])) = ops.first().and_then(|(_, op)| op.sql.many).map(|many| (many, ops))
        {
            let rows: Vec<&[Arg]> = ops.iter().map(|(_, op)| op.args.as_slice()).collect();
            self.reports.counters.statement(rows.iter().flat_map(|row| row.iter()).map(Arg::size).sum());
            let (_, returned) = run_many(&mut **transaction, many, &rows).await?;
            let mut done: Vec<Done> = ops.iter().map(|_| Done::default()).collect();
            for mut row in returned {
                let ordinal = row.int().ok().and_then(|i| usize::try_from(i).ok());
                if let Some(done) = ordinal.and_then(|i| done.get_mut(i)) {
                    done.changed += 1;
                    done.rows.push(row);
                }
            }
            return Ok(done);
        }
        let mut all = Vec::with_capacity(ops.len());
        for (_, op) in ops {
            self.reports.counters.statement(op.args.iter().map(Arg::size).sum());
            let (changed, rows) = run(&mut **transaction, op.sql.postgres, &op.args).await?;
            all.push(Done { changed, rows });
        }
        Ok(all)
    }
}

/// How far a group is.
struct Progress<'g> {
    group: &'g Group,
    at: usize,
    done: Vec<Done>,
    fenced: bool,
}

impl<'g> Progress<'g> {
    fn new(group: &'g Group) -> Self {
        Self { group, at: 0, done: Vec::with_capacity(group.ops.len()), fenced: false }
    }

    fn next(&self) -> Option<&'g Op> {
        if self.fenced { None } else { self.group.ops.get(self.at) }
    }

    fn record(&mut self, op: &Op, done: Done) -> Result<(), Undone> {
        match op.expect {
            Expect::Fence if done.changed == 0 => self.fenced = true,
            Expect::Must(name) if done.changed == 0 => return Err(Undone::Refused(name)),
            Expect::Any | Expect::Fence | Expect::Must(_) => self.done.push(done),
        }
        Ok(())
    }

    fn outcome(self) -> Outcome {
        if self.fenced { Outcome::Fenced } else { Outcome::Committed(self.done) }
    }
}

/// Splits the batch so that within a wave no two groups touch the same rows; the order of groups that do stays.
fn waves(groups: &[Group]) -> Vec<Vec<usize>> {
    let mut waves = Vec::new();
    let mut wave: Vec<usize> = Vec::new();
    let mut touched: HashSet<&str> = HashSet::new();
    for (i, group) in groups.iter().enumerate() {
        if group.keys.iter().any(|key| touched.contains(key.as_str())) {
            waves.push(std::mem::take(&mut wave));
            touched.clear();
        }
        touched.extend(group.keys.iter().map(String::as_str));
        wave.push(i);
    }
    waves.push(wave);
    waves
}

/// The statement that most groups of the wave have next.
fn commonest(state: &[Progress<'_>], wave: &[usize]) -> Option<&'static str> {
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    for op in wave.iter().filter_map(|&group| state[group].next()) {
        match counts.iter_mut().find(|(name, _)| *name == op.sql.name) {
            Some((_, count)) => *count += 1,
            None => counts.push((op.sql.name, 1)),
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(name, _)| name)
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
        let writer = PgWriter { pool: pool.clone(), reports };
        let outcome = writer.patient(std::slice::from_ref(&self)).await;
        failpoints(std::iter::once(self.kind), 2);
        match outcome {
            Ok(mut done) => done.pop().ok_or(StoreError::Closed)?.done(),
            Err(undone) => PgWriter::outcome(&undone)?.done(),
        }
    }
}
