//! Group commit: one writer commits what has queued while the last commit ran, at most [`BATCH`] groups.
//!
//! A group is a list of operations that stand or fall together. Its first operation may be its fence: when that
//! one changes nothing, the rest of the group is skipped and nothing has to be undone. A later operation that
//! must change a row and does not, like any other error, rolls the batch back; its groups are then tried one
//! transaction each, so that a bad group fails alone.

mod plan;
mod postgres;
mod sqlite;

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::{broadcast, mpsc, oneshot, watch};

use crate::changes::Changes;
use crate::counters::Counters;
use crate::db::{Arg, Row, Sql};
use crate::error::{Result, StoreError};
use crate::scope::Scope;

pub(crate) use postgres::{Leases, start as start_postgres};
pub(crate) use sqlite::start as start_sqlite;

/// Groups of one commit.
const BATCH: usize = 256;
/// Groups that may queue before callers wait.
const QUEUE: usize = 4096;

/// What commits are about, each with its failpoints: before the commit, after it, and before its waiters hear of it.
macro_rules! kinds {
    ($($kind:ident = $name:literal),+ $(,)?) => {
        /// What a commit is about: names its failpoints.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Kind {
            $($kind),+
        }

        impl Kind {
            #[cfg_attr(not(feature = "failpoints"), expect(dead_code, reason = "only failpoints have names"))]
            const fn failpoints(self) -> [&'static str; 3] {
                match self {
                    $(Self::$kind => [
                        concat!("store.before_commit.", $name),
                        concat!("store.after_commit.", $name),
                        concat!("store.before_ack.", $name),
                    ]),+
                }
            }
        }
    };
}

kinds!(
    Accept = "accept",
    Fire = "fire",
    Poll = "poll",
    Claim = "claim",
    Renew = "renew",
    Expire = "expire",
    Run = "run",
    Wait = "wait",
    End = "end",
    Signal = "signal",
    Decision = "decision",
    Exception = "exception",
    Mail = "mail",
    Event = "event",
    Sweep = "sweep",
    Admin = "admin",
);

/// What the changed rows of an operation decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    /// Nothing.
    Any,
    /// No row: the group is fenced. First operation only.
    Fence,
    /// No row: the whole group is undone and refused under this name.
    Must(&'static str),
}

#[derive(Clone, Debug)]
struct Op {
    sql: &'static Sql,
    args: Vec<Arg>,
    expect: Expect,
}

/// Operations that are committed together or not at all.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    kind: Kind,
    /// Rows that other groups must not touch in the same multi-row statement: run ids, dedupe keys.
    keys: Vec<String>,
    ops: Vec<Op>,
    changes: Changes,
}

/// What one operation did.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) changed: u64,
    pub(crate) rows: Vec<Row>,
}

/// What became of a group.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Committed; one entry an operation.
    Committed(Vec<Done>),
    /// The first operation changed nothing.
    Fenced,
    /// A later one that had to did not; nothing of the group was kept.
    Refused(&'static str),
}

impl Group {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, keys: Vec::new(), ops: Vec::new(), changes: Changes::default() }
    }

    pub(crate) fn key(&mut self, noun: &str, scope: &Scope, id: &str) {
        self.keys.push(format!("{noun}/{scope}/{id}"));
    }

    /// The first operation; it must change a row.
    pub(crate) fn fence(&mut self, sql: &'static Sql, args: Vec<Arg>) {
        debug_assert!(self.ops.is_empty(), "the fence comes first");
        self.ops.push(Op { sql, args, expect: Expect::Fence });
    }

    /// An operation whose count of rows does not matter; gives its place in [`Outcome::Committed`].
    pub(crate) fn op(&mut self, sql: &'static Sql, args: Vec<Arg>) -> usize {
        self.ops.push(Op { sql, args, expect: Expect::Any });
        self.ops.len() - 1
    }

    /// An operation that must change a row, or the group is refused under this name.
    pub(crate) fn must(&mut self, sql: &'static Sql, args: Vec<Arg>, name: &'static str) {
        self.ops.push(Op { sql, args, expect: Expect::Must(name) });
    }

    pub(crate) fn changes(&mut self) -> &mut Changes {
        &mut self.changes
    }

    pub(crate) fn record(&self, recorder: &crate::probe::Recorder) {
        for op in &self.ops {
            recorder.note(op.sql, &op.args);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }
}

impl Outcome {
    /// For groups that are never fenced nor refused.
    pub(crate) fn done(self) -> Result<Vec<Done>> {
        match self {
            Self::Committed(done) => Ok(done),
            Self::Fenced => Err(StoreError::Busy("the row")),
            Self::Refused(name) => Err(StoreError::Busy(name)),
        }
    }
}

/// A group in the hands of the writer: what became of it, once it is durable.
#[derive(Debug)]
pub(crate) struct Committing(oneshot::Receiver<Result<Outcome>>);

impl Future for Committing {
    type Output = Result<Outcome>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|answer| answer.map_err(|_| StoreError::Closed)?)
    }
}

pub(crate) enum Message {
    Group(Group, oneshot::Sender<Result<Outcome>>),
    Close,
}

/// The handle of the writer.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Message>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Group(group, _) => write!(f, "Group({:?})", group.kind),
            Self::Close => f.write_str("Close"),
        }
    }
}

impl Writer {
    pub(crate) fn channel() -> (Self, mpsc::Receiver<Message>) {
        let (queue, messages) = mpsc::channel(QUEUE);
        (Self { queue }, messages)
    }

    /// Hands the group to the writer.
    pub(crate) async fn begin(&self, group: Group) -> Result<Committing> {
        let (answer, outcome) = oneshot::channel();
        #[cfg(feature = "faults")]
        let lies = (group.kind == Kind::Accept && crate::faults::acks_before_commit())
            || (group.kind == Kind::Decision && crate::faults::forgets_decisions());
        #[cfg(feature = "faults")]
        if lies {
            let (queue, (lie, told)) = (self.queue.clone(), oneshot::channel());
            tokio::spawn(async move {
                tokio::time::sleep(crate::faults::LATE).await;
                let _ = queue.send(Message::Group(group, answer)).await;
            });
            let _ = lie.send(Ok(Outcome::Committed(Vec::new())));
            return Ok(Committing(told));
        }
        self.queue.send(Message::Group(group, answer)).await.map_err(|_| StoreError::Closed)?;
        Ok(Committing(outcome))
    }

    /// Commits what is queued, then ends the writer.
    pub(crate) async fn close(&self) {
        if self.queue.send(Message::Close).await.is_ok() {
            self.queue.closed().await;
        }
    }
}

/// What both writers share: where they tell what happened.
#[derive(Clone, Debug)]
pub(crate) struct Reports {
    pub(crate) counters: std::sync::Arc<Counters>,
    pub(crate) due: watch::Sender<u64>,
    pub(crate) runs: broadcast::Sender<crate::changes::RunChange>,
    pub(crate) watch: crate::changes::Watch,
    pub(crate) failed: watch::Sender<Option<StoreError>>,
}

impl Reports {
    fn committed(&self, groups: &mut [(Group, Result<Outcome>)]) {
        let mut due = false;
        let mut touched = Vec::new();
        let watched = self.watch.heard.receiver_count() > 0;
        for (group, outcome) in groups.iter_mut() {
            if let Ok(Outcome::Committed(_)) = outcome {
                due |= group.changes.due;
                if watched {
                    touched.extend(group.changes.take_touched());
                }
                for change in group.changes.runs.drain(..) {
                    let _ = self.runs.send(change);
                }
            }
        }
        if !touched.is_empty() {
            let _ = self.watch.heard.send(crate::changes::News::Touched(touched.into()));
        }
        if due {
            self.due.send_modify(|count| *count = count.wrapping_add(1));
        }
    }
}

/// A batch taken from the queue.
struct Batch {
    groups: Vec<Group>,
    answers: Vec<oneshot::Sender<Result<Outcome>>>,
    close: bool,
}

impl Batch {
    fn take(messages: &mut Vec<Message>) -> Self {
        let mut batch = Self { groups: Vec::new(), answers: Vec::new(), close: false };
        for message in messages.drain(..) {
            match message {
                Message::Group(group, answer) => {
                    batch.groups.push(group);
                    batch.answers.push(answer);
                }
                Message::Close => batch.close = true,
            }
        }
        batch
    }

    fn finish(
        groups: Vec<Group>,
        outcomes: Vec<Result<Outcome>>,
        answers: Vec<oneshot::Sender<Result<Outcome>>>,
        reports: &Reports,
    ) {
        let mut done: Vec<_> = groups.into_iter().zip(outcomes).collect();
        reports.committed(&mut done);
        failpoints(done.iter().map(|(group, _)| group.kind), 2);
        for ((_, outcome), answer) in done.into_iter().zip(answers) {
            let _ = answer.send(outcome);
        }
    }
}

/// Passes the failpoints of a batch; the action `return` kills the process as a power cut would.
#[cfg(feature = "failpoints")]
fn failpoints(kinds: impl Iterator<Item = Kind>, place: usize) {
    let kinds: std::collections::BTreeSet<Kind> = kinds.collect();
    for kind in kinds {
        fail::fail_point!(kind.failpoints()[place], |_| std::process::abort());
    }
}

#[cfg(not(feature = "failpoints"))]
fn failpoints(_kinds: impl Iterator<Item = Kind>, _place: usize) {}
