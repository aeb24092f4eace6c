//! Exceptions: where a run's normal path stopped, with the five answers.

use serde_json::Value as Json;
use throughline_domain::failure::Failure;
use throughline_domain::id::{EffectId, ExceptionId, RunId};
use throughline_domain::run::event::ExceptionDraft;
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::UpdateAfter;

use crate::Store;
use crate::db::{Arg, FromRow, Row, Sql, args, statements, to_json, words};
use crate::error::{Result, StoreError};
use crate::page::{Page, PageRequest};
use crate::scope::Scope;
use crate::writer::Group;

words! {
    /// One per record and reason, or one per cause.
    ExceptionKind {
        /// One per record and reason.
        Business = "business",
        /// One per cause.
        Technical = "technical",
    }
}

words! {
    /// Where an exception stands.
    ExceptionState {
        /// Nobody has taken it.
        Open = "open",
        /// It has a person.
        Assigned = "assigned",
        /// The person works on it.
        InProgress = "in_progress",
        /// It waits on somebody else.
        Waiting = "waiting",
        /// What follows is being checked.
        Verifying = "verifying",
        /// Done.
        Resolved = "resolved",
        /// Not a problem; the run gave up.
        Dismissed = "dismissed",
        /// Another one took its place.
        Superseded = "superseded",
    }
}

/// A change of a run's exceptions, part of a commit.
#[derive(Clone, Debug, PartialEq)]
pub enum ExceptionChange {
    /// One opens.
    Open(Box<NewException>),
    /// One closes; nothing happens if it is closed already.
    Resolve {
        /// Exception.
        exception: ExceptionId,
        /// `Resolved`, `Dismissed` or `Superseded`.
        state: ExceptionState,
        /// How, one word: `retried`, `skipped`, …
        resolution: String,
        /// The whole resolution as JSON bytes.
        body: Option<Vec<u8>>,
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
    },
}

/// An exception to open.
#[derive(Clone, Debug, PartialEq)]
pub struct NewException {
    /// Its id; opening it again changes nothing.
    pub exception: ExceptionId,
    /// Kind.
    pub kind: ExceptionKind,
    /// The same again has the same one.
    pub fingerprint: String,
    /// The parked step.
    pub path: String,
    /// Workflow.
    pub workflow: String,
    /// Version.
    pub version: u32,
    /// The five answers.
    pub draft: ExceptionDraft,
    /// `draft.due`, resolved against the calendar.
    pub due_at: Timestamp,
    /// When.
    pub opened_at: Timestamp,
}

/// An exception as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct ExceptionRow {
    /// Workspace.
    pub scope: Scope,
    /// Exception.
    pub exception: ExceptionId,
    /// Kind.
    pub kind: ExceptionKind,
    /// The same again has the same one.
    pub fingerprint: String,
    /// Run.
    pub run: RunId,
    /// The parked step.
    pub path: String,
    /// Workflow.
    pub workflow: String,
    /// Version.
    pub version: u32,
    /// Where it stands.
    pub state: ExceptionState,
    /// Reason code.
    pub reason: String,
    /// Why the normal path stopped.
    pub sentence: String,
    /// The failure behind it.
    pub failure: Option<Failure>,
    /// The effect in doubt.
    pub effect: Option<EffectId>,
    /// What changed.
    pub what_changed: Json,
    /// Who owns the next action.
    pub owner: String,
    /// Who takes over.
    pub backup: Option<String>,
    /// By when.
    pub due_at: Timestamp,
    /// By when, at first.
    pub original_due_at: Timestamp,
    /// Which systems update after resolution.
    pub updates_after: Vec<UpdateAfter>,
    /// Why none does.
    pub no_update_reason: Option<String>,
    /// An answer came from defaults because it could not be derived.
    pub unrouted: bool,
    /// Step that runs again on *retry*.
    pub retry_from: Option<String>,
    /// How often it happened.
    pub occurrences: u32,
    /// When it opened.
    pub opened_at: Timestamp,
    /// Hidden until then.
    pub snooze_until: Option<Timestamp>,
    /// When it closed.
    pub resolved_at: Option<Timestamp>,
    /// Who closed it.
    pub resolved_by: Option<String>,
    /// How, one word.
    pub resolution: Option<String>,
    /// The whole resolution, JSON bytes.
    pub resolution_body: Option<Vec<u8>>,
}

macro_rules! columns {
    () => {
        "workspace_id, exception_id, kind, fingerprint, run_id, path, workflow_id, version, state, reason, sentence,
         failure, effect_id, what_changed, owner, backup, due_at, original_due_at, updates_after, no_update_reason,
         unrouted, retry_from, occurrences, opened_at, snooze_until, resolved_at, resolved_by, resolution,
         resolution_body"
    };
}

statements! {
    Tenant OPEN = Sql::same(
        "INSERT INTO exception (workspace_id, exception_id, kind, fingerprint, run_id, path, workflow_id, version,
             state, reason, sentence, failure, effect_id, what_changed, owner, backup, due_at, original_due_at,
             updates_after, no_update_reason, unrouted, retry_from, occurrences, opened_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10, $11, $12, $13, $14, $15, $16, $16, $17, $18, $19, $20,
             1, $21)
         ON CONFLICT (workspace_id, exception_id) DO NOTHING",
    );
    Tenant RESOLVE = Sql::same(
        "UPDATE exception SET state = $3, resolution = $4, resolution_body = $5, resolved_by = $6, resolved_at = $7,
             snooze_until = NULL
         WHERE workspace_id = $1 AND exception_id = $2 AND resolved_at IS NULL",
    );
    Tenant GET = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id = $2"
    ));
    Tenant OF_RUN = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND run_id = $2
             ORDER BY opened_at, exception_id LIMIT 1000"
    ));
    Tenant LIST = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id < $2
             ORDER BY exception_id DESC LIMIT $3"
    ));
    Tenant LIST_OPEN = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id < $2 AND resolved_at IS NULL
             ORDER BY exception_id DESC LIMIT $3"
    ));
    Tenant LIST_STATE = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id < $2 AND state = $4
             ORDER BY exception_id DESC LIMIT $3"
    ));
}

/// Which exceptions to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExceptionFilter {
    /// All.
    All,
    /// Those not closed.
    Open,
    /// Those in one state.
    State(ExceptionState),
}

impl Store {
    /// One exception.
    pub async fn get_exception(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
    ) -> Result<Option<ExceptionRow>> {
        self.one(&GET, args![scope, exception]).await
    }

    /// The exceptions of a run, oldest first; at most 1,000.
    pub async fn exceptions_of_run(&self, scope: &Scope, run: &RunId) -> Result<Vec<ExceptionRow>> {
        self.all(&OF_RUN, args![scope, run]).await
    }

    /// One page of exceptions, newest first.
    pub async fn list_exceptions(
        &self,
        scope: &Scope,
        filter: ExceptionFilter,
        page: &PageRequest,
    ) -> Result<Page<ExceptionRow>> {
        let (sql, state) = match filter {
            ExceptionFilter::All => (&LIST, None),
            ExceptionFilter::Open => (&LIST_OPEN, None),
            ExceptionFilter::State(state) => (&LIST_STATE, Some(state.as_str())),
        };
        let mut args = args![scope, page.before()?, page.limit() + 1];
        args.extend(state.map(Arg::from));
        let rows: Vec<ExceptionRow> = self.all(sql, args).await?;
        Ok(Page::cut(rows, page, |row| row.exception.as_str().to_owned()))
    }
}

pub(crate) fn exception_ops(
    group: &mut Group,
    scope: &Scope,
    run: &RunId,
    changes: &[ExceptionChange],
) -> Result<()> {
    for change in changes {
        match change {
            ExceptionChange::Open(new) => open_ops(group, scope, run, new)?,
            ExceptionChange::Resolve { exception, state, resolution, body, by, at } => {
                group.op(&RESOLVE, args![scope, exception, *state, resolution, body.clone(), by, *at]);
            }
        }
    }
    Ok(())
}

fn open_ops(group: &mut Group, scope: &Scope, run: &RunId, new: &NewException) -> Result<()> {
    let draft = &new.draft;
    let reason = serde_json::to_value(draft.reason).map_err(|e| StoreError::Unreadable(e.to_string()))?;
    let updates = if draft.updates_after.is_empty() { None } else { Some(to_json(&draft.updates_after)?) };
    let no_update = if updates.is_none() { Some("the workflow names no system that updates") } else { None };
    group.op(
        &OPEN,
        args![
            scope,
            &new.exception,
            new.kind,
            &new.fingerprint,
            run,
            &new.path,
            &new.workflow,
            new.version,
            reason.as_str(),
            &draft.sentence,
            draft.failure.as_ref().map(to_json).transpose()?,
            draft.effect.as_ref(),
            to_json(&draft.what_changed)?,
            &draft.owner.0,
            draft.backup.as_ref().map(|backup| backup.0.as_str()),
            new.due_at,
            updates,
            no_update,
            draft.unrouted,
            draft.retry_from.as_ref().map(|path| path.0.as_str()),
            new.opened_at,
        ],
    );
    Ok(())
}

impl FromRow for ExceptionRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            exception: row.parse()?,
            kind: row.parse()?,
            fingerprint: row.text()?,
            run: row.parse()?,
            path: row.text()?,
            workflow: row.text()?,
            version: row.small()?,
            state: row.parse()?,
            reason: row.text()?,
            sentence: row.text()?,
            failure: row.opt_json()?,
            effect: row.opt_parse()?,
            what_changed: row.json()?,
            owner: row.text()?,
            backup: row.opt_text()?,
            due_at: row.time()?,
            original_due_at: row.time()?,
            updates_after: row.opt_json()?.unwrap_or_default(),
            no_update_reason: row.opt_text()?,
            unrouted: row.flag()?,
            retry_from: row.opt_text()?,
            occurrences: row.small()?,
            opened_at: row.time()?,
            snooze_until: row.opt_time()?,
            resolved_at: row.opt_time()?,
            resolved_by: row.opt_text()?,
            resolution: row.opt_text()?,
            resolution_body: row.opt_bytes()?,
        })
    }
}
