//! Saving what happened to an exception: its log and its row in one commit, with all that follows from it.

use serde_json::Value as Json;
use throughline_domain::exception::life::Transition;
use throughline_domain::id::{ExceptionId, RunId};
use throughline_domain::time::Timestamp;

use super::figure::{NewFigure, figure_op};
use super::step::{ATTACH, MOVE, RELEASE, RESTART};
use super::{ExceptionRow, columns, names, values, word};
use crate::Store;
use crate::accept::{NewRun, run_ops};
use crate::changes::Subject;
use crate::db::{FromRow, Row, Sql, args, statements, to_json};
use crate::error::Result;
use crate::mail::{NewMail, mail_op};
use crate::scope::Scope;
use crate::signal::{NewSignal, signal_ops};
use crate::writer::{Group, Kind, Outcome};

/// An entry of an exception's log.
#[derive(Clone, Debug, PartialEq)]
pub struct TransitionRow {
    /// Its place, from 1.
    pub seq: u32,
    /// What happened.
    pub transition: Transition,
}

/// Something to tell somebody, held a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// Its id; telling it again changes nothing.
    pub id: String,
    /// About which.
    pub exception: ExceptionId,
    /// Whom: `person:`, `team:` or `role:`.
    pub recipient: String,
    /// `opened`, `assigned`, `warn`, `due`, `backup`, `digest`, `watched`.
    pub what: &'static str,
    /// When it was made.
    pub made_at: Timestamp,
}

/// An exception as it is after some entries of its log, and what is committed with them.
#[derive(Clone, Debug, Default)]
pub struct ExceptionSave {
    /// Each with its row, the revision it had before (nothing: it is new), and the entries since.
    pub rows: Vec<(ExceptionRow, Option<u32>, Vec<Transition>)>,
    /// Steps that wait on it from now on.
    pub attach: Vec<(ExceptionId, ExceptionId)>,
    /// What waits on the first waits on the second.
    pub moved: Option<(ExceptionId, ExceptionId)>,
    /// What its steps were told before does not hold: a new resolution begins.
    pub restart: Option<ExceptionId>,
    /// Steps whose runs are told how to go on, and what they are told.
    pub release: Vec<(ExceptionId, RunId, NewSignal)>,
    /// A run that ends, and the one that begins in its place.
    pub start_over: Option<Box<StartOver>>,
    /// When.
    pub at: Timestamp,
    /// Whom to tell.
    pub notices: Vec<NewNotice>,
    /// Minutes of their lives, for figures.
    pub figures: Vec<NewFigure>,
    /// Whoever watches these hears of their end.
    pub ended: Vec<ExceptionId>,
    /// Mail that goes with it, and the notices it tells.
    pub mails: Vec<NewMail>,
}

/// A run that waits is cancelled, and another one begins in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct StartOver {
    /// The run that ends.
    pub run: RunId,
    /// The last entry that its successor was planned from: if it moved since, nothing is kept.
    pub last_seq: u64,
    /// What it is told.
    pub cancel: NewSignal,
    /// Its successor.
    pub new: NewRun,
}

statements! {
    // Nothing of it may be under way, or on its way to it: its successor would not know.
    Tenant STANDS = Sql::same(
        "UPDATE run SET lifecycle = 'cancelling'
         WHERE workspace_id = $1 AND run_id = $2 AND last_seq = $3 AND status = 'waiting' AND lifecycle = 'active'
             AND ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM run_signal AS s
                 WHERE s.workspace_id = $1 AND s.run_id = $2 AND s.read_at IS NULL)",
    );
    // Not when another of its fingerprint is open.
    Tenant INSERT = Sql::same(concat!(
        "INSERT INTO exception (", columns!(), ")
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
         $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42,
         $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59)
         ON CONFLICT DO NOTHING"
    ));
    Tenant UPDATE = Sql::same(concat!(
        "UPDATE exception SET (", names!(), ") =
         ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
         $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44,
         $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60)
         WHERE workspace_id = $1 AND exception_id = $2 AND revision = $3"
    ));
    Tenant LOG = Sql::same(
        "INSERT INTO exception_transition (workspace_id, exception_id, seq, at, who, event, from_state, to_state, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    );
    Tenant READ_LOG = Sql::same(
        "SELECT seq, body FROM exception_transition WHERE workspace_id = $1 AND exception_id = $2 ORDER BY seq",
    );
    // A step that was closed before it was filed: nobody told the exception that nothing waits on it. Behind the attaching,
    // which takes the step's row as its closing does: one of the two sees the other.
    Tenant LOOK_AT_CLOSED = Sql::same(
        "UPDATE exception SET look_at = 0 WHERE workspace_id = $1 AND exception_id = $2 AND ended_at IS NULL
             AND EXISTS (SELECT 1 FROM exception_step AS s WHERE s.workspace_id = $1 AND s.step_id = $3
                 AND s.closed_at IS NOT NULL)",
    );
    Tenant TELL = Sql::same(
        "INSERT INTO exception_notice (workspace_id, notice_id, exception_id, recipient, what, made_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace_id, notice_id) DO NOTHING",
    );
    Tenant TELL_WATCHERS = Sql::same(
        "INSERT INTO exception_notice (workspace_id, notice_id, exception_id, recipient, what, made_at)
         SELECT e.workspace_id, e.exception_id || '/' || e.revision || '/watched/' || w.person, e.exception_id,
             'person:' || w.person, 'watched', e.changed_at
         FROM exception AS e JOIN exception_watcher AS w
             ON w.workspace_id = e.workspace_id AND w.exception_id = e.exception_id
         WHERE e.workspace_id = $1 AND e.exception_id = $2
         ON CONFLICT (workspace_id, notice_id) DO NOTHING",
    );
    // What was merged goes on in another: so does who watches it, and what was written beside it.
    Tenant WATCH_ON = Sql::same(
        "INSERT INTO exception_watcher (workspace_id, exception_id, person, since)
         SELECT workspace_id, CAST($3 AS TEXT), person, since FROM exception_watcher
         WHERE workspace_id = $1 AND exception_id = $2
         ON CONFLICT (workspace_id, exception_id, person) DO NOTHING",
    );
    Tenant COMMENT_ON = Sql::same(
        "INSERT INTO exception_comment (workspace_id, exception_id, comment_id, written_by, text, written_at)
         SELECT workspace_id, CAST($3 AS TEXT), comment_id, written_by, text, written_at FROM exception_comment
         WHERE workspace_id = $1 AND exception_id = $2
         ON CONFLICT (workspace_id, exception_id, comment_id) DO NOTHING",
    );
}

impl Store {
    /// Saves what happened. False: somebody else was faster, and nothing was kept; look again.
    pub async fn save_exception(&self, scope: &Scope, save: &ExceptionSave) -> Result<bool> {
        let mut group = Group::new(Kind::Exception);
        for (row, _, _) in &save.rows {
            group.key("exception", scope, &row.fingerprint);
        }
        for (row, before, _) in &save.rows {
            save_row(&mut group, scope, row, *before)?;
            group.changes().touch(scope, Subject::Exception, row.exception.as_str());
        }
        for (row, before, entries) in &save.rows {
            log_ops(&mut group, scope, row, before.unwrap_or(0), entries)?;
        }
        for (step, exception) in &save.attach {
            group.op(&ATTACH, args![scope, step, exception]);
            group.op(&LOOK_AT_CLOSED, args![scope, exception, step]);
        }
        if let Some((from, into)) = &save.moved {
            group.op(&MOVE, args![scope, from, into]);
            group.op(&WATCH_ON, args![scope, from, into]);
            group.op(&COMMENT_ON, args![scope, from, into]);
        }
        if let Some(exception) = &save.restart {
            group.op(&RESTART, args![scope, exception]);
        }
        if let Some(over) = &save.start_over {
            group.must(&STANDS, args![scope, &over.run, over.last_seq], "the run that starts over");
            signal_ops(&mut group, scope, &over.run, &over.cancel);
            run_ops(&mut group, scope, &over.new, None)?;
        }
        for (step, run, signal) in &save.release {
            group.op(&RELEASE, args![scope, step, save.at]);
            signal_ops(&mut group, scope, run, signal);
        }
        for notice in &save.notices {
            let (id, exception, to) = (&notice.id, &notice.exception, &notice.recipient);
            group.op(&TELL, args![scope, id, exception, to, notice.what, notice.made_at]);
        }
        for figure in &save.figures {
            figure_op(&mut group, scope, figure);
        }
        for exception in &save.ended {
            group.op(&TELL_WATCHERS, args![scope, exception]);
        }
        for mail in &save.mails {
            mail_op(&mut group, scope, mail);
        }
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }

    /// The log of an exception's life, oldest first.
    pub async fn exception_log(&self, scope: &Scope, exception: &ExceptionId) -> Result<Vec<TransitionRow>> {
        self.all(&READ_LOG, args![scope, exception]).await
    }
}

fn save_row(group: &mut Group, scope: &Scope, row: &ExceptionRow, before: Option<u32>) -> Result<()> {
    let (sql, mut args) = match before {
        None => (&INSERT, args![scope, &row.exception]),
        Some(before) => (&UPDATE, args![scope, &row.exception, before]),
    };
    args.extend(values(row)?);
    if group.is_empty() {
        group.fence(sql, args);
    } else {
        group.must(sql, args, "the exception");
    }
    Ok(())
}

fn log_ops(
    group: &mut Group,
    scope: &Scope,
    row: &ExceptionRow,
    before: u32,
    entries: &[Transition],
) -> Result<()> {
    for (seq, entry) in (before + 1..).zip(entries) {
        let event = serde_json::to_value(&entry.event).unwrap_or_default();
        let event = event.get("type").and_then(Json::as_str).unwrap_or("event");
        let (from, to) = (word(&entry.from), word(&entry.to));
        let (id, who, body) = (&row.exception, entry.who.person(), to_json(entry)?);
        group.op(&LOG, args![scope, id, seq, entry.at, who, event, from, to, body]);
    }
    Ok(())
}

impl FromRow for TransitionRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { seq: row.small()?, transition: row.json()? })
    }
}
