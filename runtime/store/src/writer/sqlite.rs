//! The writer of SQLite: a thread that owns a rusqlite connection and commits whole batches.

use std::fs::File;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use tokio::sync::mpsc;

use super::plan::{Plan, Step};
use super::{BATCH, Batch, Done, Group, Message, Outcome, Reports, failpoints};
use crate::db::Arg;
use crate::db::sqlite::{RESTED, execute, fold_log, give_back, is_disk_failure, run, to_error};
use crate::error::{Result, StoreError};

/// A commit for so many groups served a crowd.
const CROWD: usize = 4;
/// The longest pause between two commits for a crowd.
const PAUSE: Duration = Duration::from_millis(2);

/// Starts the thread. It ends on [`Message::Close`] or when the last handle is gone.
///
/// The lock of the data directory is let go after the connection is closed.
pub(crate) fn start(
    db: Connection,
    lock: File,
    mut messages: mpsc::Receiver<Message>,
    reports: Reports,
) -> Result<()> {
    let work = move || {
        let mut writer = SqliteWriter { db, reports, failed: None };
        let (mut taken, mut pause) = (Vec::with_capacity(BATCH), Pause::none());
        while messages.blocking_recv_many(&mut taken, BATCH) > 0 {
            let rested = pause.since.elapsed() >= RESTED;
            pause.gather(&mut messages, &mut taken);
            let batch = Batch::take(&mut taken);
            let began = Instant::now();
            let outcomes = writer.commit(&batch.groups);
            pause = Pause::after(batch.groups.len(), began.elapsed());
            Batch::finish(batch.groups, outcomes, batch.answers, &writer.reports);
            writer.fold();
            if rested && writer.failed.is_none() {
                give_back(&writer.db);
            }
            if batch.close {
                break;
            }
        }
        writer.end();
        drop(writer);
        drop(lock);
        drop(messages);
    };
    std::thread::Builder::new()
        .name("store-writer".to_owned())
        .spawn(work)
        .map(drop)
        .map_err(|e| StoreError::Database(format!("the writer's thread could not be started: {e}")))
}

/// Who was just answered has more to say in a moment. After a commit for a crowd the next one begins only when as long has
/// passed as that commit took, so that one flush and one statement serve more of them; whoever is alone waits for nothing.
struct Pause {
    since: Instant,
    length: Duration,
}

impl Pause {
    fn none() -> Self {
        Self { since: Instant::now(), length: Duration::ZERO }
    }

    fn after(groups: usize, took: Duration) -> Self {
        let length = if groups >= CROWD { took.min(PAUSE) } else { Duration::ZERO };
        Self { since: Instant::now(), length }
    }

    fn gather(&self, messages: &mut mpsc::Receiver<Message>, taken: &mut Vec<Message>) {
        let left = self.length.saturating_sub(self.since.elapsed());
        if left.is_zero() {
            return;
        }
        std::thread::sleep(left);
        while taken.len() < BATCH
            && let Ok(message) = messages.try_recv()
        {
            taken.push(message);
        }
    }
}

/// Why a transaction was rolled back.
enum Undone {
    Refused(&'static str),
    Failed(StoreError),
    /// The disk failed; nothing can be said about what was kept.
    Disk(StoreError),
}

struct SqliteWriter {
    db: Connection,
    reports: Reports,
    failed: Option<StoreError>,
}

impl SqliteWriter {
    /// Folds the log into the database, unless the disk failed: then files stay as they are until a start looks at
    /// what is really there.
    fn end(&self) {
        if self.failed.is_none() {
            let _ = self.db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
        } else if let Err(error) = self.db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true) {
            tracing::error!(error = %error, "the log may be folded into the database after a failed write");
        }
    }

    /// Between two commits, so that nobody waits for it who has an answer already.
    fn fold(&mut self) {
        if self.failed.is_none()
            && let Err(error) = fold_log(&self.db)
        {
            let _ = self.poison(&error);
        }
    }

    fn commit(&mut self, groups: &[Group]) -> Vec<Result<Outcome>> {
        match self.transaction(groups) {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(undone) if groups.len() > 1 && !matches!(undone, Undone::Disk(_)) => {
                self.reports.counters.replay();
                groups.iter().map(|group| self.alone(group)).collect()
            }
            Err(undone) => {
                let outcome = Self::outcome(undone);
                groups
                    .iter()
                    .map(|_| {
                        outcome.as_ref().map_or_else(|e| Err(e.clone()), |name| Ok(Outcome::Refused(name)))
                    })
                    .collect()
            }
        }
    }

    fn alone(&mut self, group: &Group) -> Result<Outcome> {
        match self.transaction(std::slice::from_ref(group)) {
            Ok(mut outcomes) => outcomes.pop().ok_or(StoreError::Closed),
            Err(undone) => Self::outcome(undone).map(Outcome::Refused),
        }
    }

    fn outcome(undone: Undone) -> Result<&'static str> {
        match undone {
            Undone::Refused(name) => Ok(name),
            Undone::Failed(error) | Undone::Disk(error) => Err(error),
        }
    }

    fn transaction(&mut self, groups: &[Group]) -> Result<Vec<Outcome>, Undone> {
        if let Some(error) = &self.failed {
            return Err(Undone::Disk(error.clone()));
        }
        if groups.is_empty() {
            return Ok(Vec::new());
        }
        let result = self.attempt(groups);
        if result.is_err() && !self.db.is_autocommit() {
            // A failed COMMIT or statement may have ended the transaction already.
            if let Err(error) = self.db.execute_batch("ROLLBACK") {
                return Err(self.poison(&error));
            }
        }
        result
    }

    fn attempt(&mut self, groups: &[Group]) -> Result<Vec<Outcome>, Undone> {
        self.batch("BEGIN IMMEDIATE")?;
        let mut plan = Plan::new(groups);
        while let Some(step) = plan.next() {
            let done = self.step(&step).map_err(|error| self.failure(&error))?;
            plan.record(step, done).map_err(Undone::Refused)?;
        }
        failpoints(groups.iter().map(|group| group.kind), 0);
        self.batch("COMMIT")?;
        self.reports.counters.commit(groups.len());
        failpoints(groups.iter().map(|group| group.kind), 1);
        Ok(plan.outcomes())
    }

    /// In pieces of the sizes that texts are made for.
    fn step(&self, step: &Step<'_>) -> rusqlite::Result<Vec<Done>> {
        let rows: Vec<&[Arg]> = step.rows().collect();
        let (mut left, mut done, mut returned) =
            (rows.as_slice(), Vec::with_capacity(rows.len()), Vec::new());
        while let Some((size, text)) = step.sql.chunk(left.len()) {
            let (now, later) = left.split_at(size);
            self.count(now.iter().flat_map(|row| row.iter()));
            returned.extend(execute(&self.db, text, now.iter().flat_map(|row| row.iter()))?.1);
            left = later;
        }
        for args in left {
            self.count(args.iter());
            let (changed, rows) = run(&self.db, step.sql, args)?;
            done.push(Done { changed, rows });
        }
        let mut shared = step.share(returned);
        let from = shared.len() - done.len();
        shared.splice(from.., done);
        Ok(shared)
    }

    fn count<'a>(&self, args: impl Iterator<Item = &'a Arg>) {
        self.reports.counters.statement(args.map(Arg::size).sum());
    }

    fn batch(&mut self, sql: &str) -> Result<(), Undone> {
        self.db.execute_batch(sql).map_err(|e| self.failure(&e))
    }

    fn failure(&mut self, error: &rusqlite::Error) -> Undone {
        if is_disk_failure(error) { self.poison(error) } else { Undone::Failed(to_error(error)) }
    }

    /// After a failed write to the disk nothing may be retried as if it were fine.
    fn poison(&mut self, error: &rusqlite::Error) -> Undone {
        let error = StoreError::Failed(error.to_string());
        tracing::error!(error = %error, "the disk failed under the store");
        self.reports.failed.send_replace(Some(error.clone()));
        self.failed = Some(error.clone());
        Undone::Disk(error)
    }
}
