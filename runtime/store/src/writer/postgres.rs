//! The writer of PostgreSQL: a task with a connection of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::{Mutex, mpsc};
use tokio_postgres::Error;

use super::plan::{Plan, Step};
use super::{BATCH, Batch, Done, Group, Message, Outcome, Reports, failpoints};
use crate::counters::Counters;
use crate::db::Arg;
use crate::db::wire::{Answer, Call, Target, Wire, is_collision, is_connection_failure, to_error};
use crate::error::{Result, StoreError};

/// Starts the task. It ends on [`Message::Close`] or with the last handle.
pub(crate) fn start(target: Arc<Target>, mut messages: mpsc::Receiver<Message>, reports: Reports) {
    tokio::spawn(async move {
        let mut writer = PgWriter { target, wire: None, counters: Arc::clone(&reports.counters) };
        let mut taken = Vec::with_capacity(BATCH);
        while messages.recv_many(&mut taken, BATCH).await > 0 {
            let batch = Batch::take(&mut taken);
            let outcomes = writer.commit(&batch.groups).await;
            Batch::finish(batch.groups, outcomes, batch.answers, &reports);
            if batch.close {
                break;
            }
        }
        drop(writer);
        drop(messages);
    });
}

/// Why a transaction was rolled back.
enum Undone {
    Refused(&'static str),
    Failed(Error),
    /// The connection broke while committing: it may have been committed.
    Unknown(Error),
    /// There was no connection.
    Away(StoreError),
}

struct PgWriter {
    target: Arc<Target>,
    /// Kept from one commit to the next, unless something went wrong on it.
    wire: Option<Wire>,
    counters: Arc<Counters>,
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
            Undone::Unknown(_) | Undone::Away(_) => false,
        };
        if groups.len() > 1 && replay {
            self.counters.replay();
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
            Undone::Away(error) => Err(error.clone()),
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
                    if tries < 4 && (is_collision(&error) || is_connection_failure(&error)) =>
                {
                    tracing::debug!(error = %error, tries, "the batch is tried again");
                    tokio::time::sleep(std::time::Duration::from_millis(5 * tries)).await;
                }
                other => return other,
            }
        }
    }

    /// A connection whose transaction did not end well is closed: PostgreSQL undoes what it has not committed.
    async fn transaction(&mut self, groups: &[Group]) -> Result<Vec<Outcome>, Undone> {
        let mut wire = match self.wire.take().filter(|wire| !wire.is_closed()) {
            Some(wire) => wire,
            None => Wire::connect(&self.target).await.map_err(Undone::Away)?,
        };
        let outcomes = self.carry_out(&mut wire, groups).await?;
        self.wire = Some(wire);
        self.counters.commit(groups.len());
        failpoints(groups.iter().map(|group| group.kind), 1);
        Ok(outcomes)
    }

    /// Wave by wave: what does not depend on answers leaves together, and COMMIT with the last wave if nothing in it can be
    /// refused.
    async fn carry_out(&self, wire: &mut Wire, groups: &[Group]) -> Result<Vec<Outcome>, Undone> {
        let mut plan = Plan::new(groups);
        let mut begin = true;
        loop {
            let wave = plan.wave();
            let last = plan.is_taken();
            let commit = last && !wave.iter().any(Step::can_be_refused);
            if commit {
                failpoints(groups.iter().map(|group| group.kind), 0);
            }
            self.send(wire, (begin, commit), wave, &mut plan).await?;
            begin = false;
            if commit {
                return Ok(plan.outcomes());
            }
            if last {
                failpoints(groups.iter().map(|group| group.kind), 0);
                wire.commit().await.map_err(|error| Self::failed(error, true))?;
                return Ok(plan.outcomes());
            }
        }
    }

    /// What it means that something failed, with COMMIT on its way or without.
    fn failed(error: Error, committing: bool) -> Undone {
        if committing && is_connection_failure(&error) {
            Undone::Unknown(error)
        } else {
            Undone::Failed(error)
        }
    }

    async fn send<'g>(
        &self,
        wire: &mut Wire,
        (begin, commit): (bool, bool),
        wave: Vec<Step<'g>>,
        plan: &mut Plan<'g>,
    ) -> Result<(), Undone> {
        let calls: Vec<Call<'_>> = wave.iter().flat_map(calls).collect();
        for call in &calls {
            self.counters.statement(call.rows.iter().flat_map(|row| row.iter()).map(Arg::size).sum());
        }
        let sent = wire.send(begin, &calls, commit).await;
        let mut answers = sent.map_err(|error| Self::failed(error, commit))?.into_iter();
        for step in wave {
            let done = if is_many(&step) {
                step.share(answers.next().map_or_else(Vec::new, |(_, rows)| rows))
            } else {
                answers
                    .by_ref()
                    .take(step.len())
                    .map(|(changed, rows): Answer| Done { changed, rows })
                    .collect()
            };
            plan.record(step, done).map_err(Undone::Refused)?;
        }
        Ok(())
    }
}

/// Its operations run as one statement.
fn is_many(step: &Step<'_>) -> bool {
    step.len() > 1 && step.sql.many.is_some()
}

fn calls<'g>(step: &Step<'g>) -> Vec<Call<'g>> {
    match step.sql.arrays().filter(|_| is_many(step)) {
        Some(text) => vec![Call { text, rows: step.rows().collect(), many: true }],
        None => {
            step.rows().map(|row| Call { text: step.sql.postgres, rows: vec![row], many: false }).collect()
        }
    }
}

/// Connections for claims and renewals, beside the writer: neither readers nor commits can hold them up.
pub(crate) struct Leases {
    writers: Vec<Mutex<PgWriter>>,
    turn: AtomicUsize,
    closed: AtomicBool,
}

impl std::fmt::Debug for Leases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Leases").field("connections", &self.writers.len()).finish_non_exhaustive()
    }
}

impl Leases {
    pub(crate) fn new(target: &Arc<Target>, connections: u32, counters: &Arc<Counters>) -> Self {
        let writer = || PgWriter { target: Arc::clone(target), wire: None, counters: Arc::clone(counters) };
        let writers = (0..connections.max(1)).map(|_| Mutex::new(writer())).collect();
        Self { writers, turn: AtomicUsize::new(0), closed: AtomicBool::new(false) }
    }

    /// Commits one group, in a transaction of its own. A caller who goes away takes the connection along.
    pub(crate) async fn commit(&self, group: Group) -> Result<Vec<Done>> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let mut writer = match self.writers.iter().find_map(|writer| writer.try_lock().ok()) {
            Some(free) => free,
            None => self.writers[turn % self.writers.len()].lock().await,
        };
        if self.closed.load(Ordering::Acquire) {
            return Err(StoreError::Closed);
        }
        let outcome = writer.patient(std::slice::from_ref(&group)).await;
        drop(writer);
        failpoints(std::iter::once(group.kind), 2);
        match outcome {
            Ok(mut done) => done.pop().ok_or(StoreError::Closed)?.done(),
            Err(undone) => PgWriter::outcome(&undone)?.done(),
        }
    }

    /// Closes the connections, each when nothing runs on it any more. Later commits fail with `Closed`.
    pub(crate) async fn close(&self) {
        self.closed.store(true, Ordering::Release);
        for writer in &self.writers {
            writer.lock().await.wire = None;
        }
    }
}

impl Group {
    pub(crate) fn is_due(&self) -> bool {
        self.changes.due
    }
}
