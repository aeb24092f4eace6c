//! Signals: what others tell a run. Storing one and making a waiting run claimable is one transaction, so no wake-up
//! is lost between a worker's last look and its release.

use throughline_domain::id::RunId;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::changes::RunChange;
use crate::db::{FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::reference::blobs_in;
use crate::run::Lifecycle;
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

/// A signal to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSignal {
    /// Any text, unique within the run: sending it again changes nothing.
    pub id: String,
    /// `cancel`, `resolved`, `answered`, `child_ended`, `matched`, `retry`, `pause`, `resume`, …
    pub kind: String,
    /// The step it is about.
    pub path: Option<String>,
    /// JSON bytes; the engine's.
    pub body: Vec<u8>,
    /// When it was sent, by the sender's clock; the order of reading.
    pub sent_at: Timestamp,
    /// Also set the run's lifecycle; a cancel is not taken back.
    pub lifecycle: Option<Lifecycle>,
}

/// A stored signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Its id within the run.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// The step it is about.
    pub path: Option<String>,
    /// JSON bytes. Of a `matched` one: the event's data, a payload.
    pub body: Vec<u8>,
    /// When it was sent.
    pub sent_at: Timestamp,
}

statements! {
    // The row is touched whether the run waits or not: so a worker that is just releasing it goes before or after.
    Tenant WAKE = Sql::same(
        "UPDATE run SET
             status = CASE WHEN status = 'waiting' THEN 'queued' ELSE status END,
             due_at = CASE WHEN status IN ('waiting', 'queued') AND (due_at IS NULL
                 OR due_at > (SELECT now FROM clock)) THEN (SELECT now FROM clock) ELSE due_at END,
             lifecycle = CASE WHEN lifecycle = 'cancelling' THEN lifecycle
                 ELSE coalesce(CAST($3 AS TEXT), lifecycle) END
         WHERE workspace_id = $1 AND run_id = $2 AND ended_at IS NULL",
    ).many(
        &[1],
        "workspace_id text, run_id text, lifecycle text",
        "UPDATE run SET
             status = CASE WHEN status = 'waiting' THEN 'queued' ELSE status END,
             due_at = CASE WHEN status IN ('waiting', 'queued') AND (due_at IS NULL
                 OR due_at > (SELECT now FROM clock)) THEN (SELECT now FROM clock) ELSE due_at END,
             lifecycle = CASE WHEN run.lifecycle = 'cancelling' THEN run.lifecycle
                 ELSE coalesce(n.lifecycle, run.lifecycle) END
         FROM n
         WHERE run.workspace_id = n.workspace_id AND run.run_id = n.run_id AND run.ended_at IS NULL
         RETURNING run.run_id",
    );
    // The run's row is locked by then: what its last commit closed cannot be resolved or answered once more.
    Tenant INSERT_SIGNAL = Sql::same(
        "INSERT INTO run_signal (workspace_id, run_id, signal_id, kind, path, body, sent_at)
         SELECT $1, $2, $3, $4, $5, $6, $7
         WHERE EXISTS (SELECT 1 FROM run WHERE run.workspace_id = $1 AND run.run_id = $2 AND run.ended_at IS NULL)
             AND NOT EXISTS (SELECT 1 FROM exception_step AS s WHERE s.workspace_id = $1 AND s.run_id = $2
                 AND s.closed_at IS NOT NULL AND 'resolve/' || s.step_id = $3)
             AND NOT EXISTS (SELECT 1 FROM ask WHERE ask.workspace_id = $1 AND ask.run_id = $2
                 AND ask.closed_at IS NOT NULL AND 'answer/' || ask.ask_id = $3)
         ON CONFLICT (workspace_id, run_id, signal_id) DO UPDATE SET kind = excluded.kind, path = excluded.path,
             body = excluded.body, sent_at = excluded.sent_at, read_at = NULL
         WHERE run_signal.read_at IS NOT NULL",
    );
    Tenant REFER_OPEN = Sql::same(
        "INSERT INTO blob_reference (workspace_id, sha256, run_id) SELECT $1, $2, $3
         WHERE EXISTS (SELECT 1 FROM run WHERE run.workspace_id = $1 AND run.run_id = $3 AND run.ended_at IS NULL)
         ON CONFLICT (workspace_id, sha256, run_id) DO NOTHING",
    );
    Tenant UNREAD = Sql::same(
        "SELECT signal_id, kind, path, body, sent_at FROM run_signal
         WHERE workspace_id = $1 AND run_id = $2 AND read_at IS NULL ORDER BY sent_at, signal_id",
    );
    Tenant READ_SIGNALS = Sql::same(
        "UPDATE run_signal SET read_at = (SELECT now FROM clock)
         WHERE workspace_id = $1 AND run_id = $2 AND read_at IS NULL
             AND signal_id IN (SELECT key FROM json_each($3))",
    );
}

impl Store {
    /// Stores a signal and makes the run claimable if it waits. False: there is no such open run. While one of this
    /// id is unread it stands; one that was read, and so had no effect or has had it, is sent anew.
    pub async fn signal(&self, scope: &Scope, run: &RunId, signal: &NewSignal) -> Result<bool> {
        Ok(self.send(scope, run, signal).await?.is_some())
    }

    /// Like [`Store::signal`], but also false while another signal of this id is unread: the first one counts.
    pub async fn signal_first(&self, scope: &Scope, run: &RunId, signal: &NewSignal) -> Result<bool> {
        Ok(self.send(scope, run, signal).await?.is_some_and(|stored| stored))
    }

    /// `None`: no such open run. Else whether this very signal was stored.
    async fn send(&self, scope: &Scope, run: &RunId, signal: &NewSignal) -> Result<Option<bool>> {
        let mut group = Group::new(Kind::Signal);
        group.key("run", scope, run.as_str());
        group.fence(&WAKE, args![scope, run, signal.lifecycle.map(Lifecycle::as_str)]);
        let insert = insert_ops(&mut group, scope, run, signal);
        Ok(match self.commit_group(group).await? {
            Outcome::Committed(done) => Some(done[insert].changed > 0),
            Outcome::Fenced | Outcome::Refused(_) => None,
        })
    }

    /// Signals whose effect is not in the log yet, in the order they were sent.
    pub async fn unread_signals(&self, scope: &Scope, run: &RunId) -> Result<Vec<Signal>> {
        self.all(&UNREAD, args![scope, run]).await
    }
}

/// A signal as part of another group; to an ended or absent run it is nothing.
pub(crate) fn signal_ops(group: &mut Group, scope: &Scope, run: &RunId, signal: &NewSignal) {
    group.key("run", scope, run.as_str());
    group.op(&WAKE, args![scope, run, signal.lifecycle.map(Lifecycle::as_str)]);
    insert_ops(group, scope, run, signal);
}

/// Stores the signal; gives the place of the insert.
fn insert_ops(group: &mut Group, scope: &Scope, run: &RunId, signal: &NewSignal) -> usize {
    let place = group.op(
        &INSERT_SIGNAL,
        args![scope, run, &signal.id, &signal.kind, &signal.path, &signal.body, signal.sent_at],
    );
    // Until the run takes it into its log, the signal alone refers to what it brings.
    for sha256 in blobs_in(&signal.body) {
        group.op(&REFER_OPEN, args![scope, sha256, run]);
    }
    let changes = group.changes();
    changes.due = true;
    changes.runs.push(RunChange { signalled: true, ..RunChange::new(scope, run) });
    place
}

impl FromRow for Signal {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            id: row.text()?,
            kind: row.text()?,
            path: row.opt_text()?,
            body: row.bytes()?,
            sent_at: row.time()?,
        })
    }
}
