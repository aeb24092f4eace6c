//! The steps that wait on exceptions, written with the commits of their runs.

use serde_json::Value as Json;
use throughline_domain::failure::Failure;
use throughline_domain::id::{EffectId, ExceptionId, RunId};
use throughline_domain::run::event::ExceptionDraft;
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::UpdateAfter;

use super::{ExceptionKind, ExceptionState, word};
use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements, to_json};
use crate::error::Result;
use crate::scope::Scope;
use crate::writer::Group;

/// A change of a run's exceptions, part of a commit.
#[derive(Clone, Debug, PartialEq)]
pub enum ExceptionChange {
    /// A step parks.
    Open(Box<NewException>),
    /// It waits no longer; nothing happens if it does not wait already.
    Resolve {
        /// Exception, as the run's log names it.
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

/// A step that parks.
#[derive(Clone, Debug, PartialEq)]
pub struct NewException {
    /// Its id in the run's log; opening it again changes nothing.
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
    /// The five answers, as far as the run knows them.
    pub draft: ExceptionDraft,
    /// What filing it needs besides.
    pub context: Json,
    /// `draft.due`, resolved against the calendar.
    pub due_at: Timestamp,
    /// When.
    pub opened_at: Timestamp,
}

/// A step that waits, or waited, on an exception.
#[derive(Clone, Debug, PartialEq)]
pub struct ExceptionStep {
    /// Workspace.
    pub scope: Scope,
    /// Its id, as the run's log names it.
    pub exception: ExceptionId,
    /// The exception it waits on; nothing until it is filed.
    pub filed: Option<ExceptionId>,
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
    /// `Waiting`, `Resolved`, `Dismissed` or `Superseded`.
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
    /// Owner, as the workflow says.
    pub owner: String,
    /// Who takes over, as the workflow says.
    pub backup: Option<String>,
    /// By when, as the workflow says.
    pub due_at: Timestamp,
    /// Which systems update after resolution.
    pub updates_after: Vec<UpdateAfter>,
    /// Why none does.
    pub no_update_reason: Option<String>,
    /// An answer came from defaults because it could not be derived.
    pub unrouted: bool,
    /// Step that runs again on *retry*.
    pub retry_from: Option<String>,
    /// What filing it needs besides.
    pub context: Json,
    /// When it parked.
    pub opened_at: Timestamp,
    /// When its run was told how to go on.
    pub released_at: Option<Timestamp>,
    /// When its run went on.
    pub resolved_at: Option<Timestamp>,
    /// Who said how.
    pub resolved_by: Option<String>,
    /// How, one word.
    pub resolution: Option<String>,
    /// The whole resolution, JSON bytes.
    pub resolution_body: Option<Vec<u8>>,
}

macro_rules! columns {
    () => {
        "workspace_id, step_id, exception_id, kind, fingerprint, run_id, path, workflow_id, version, state, reason,
         sentence, failure, effect_id, what_changed, owner, backup, due_at, updates_after, no_update_reason, unrouted,
         retry_from, context, opened_at, released_at, closed_at, closed_by, resolution, resolution_body"
    };
}

statements! {
    Tenant OPEN = Sql::same(
        "INSERT INTO exception_step (workspace_id, step_id, kind, fingerprint, run_id, path, workflow_id, version,
             state, reason, sentence, failure, effect_id, what_changed, owner, backup, due_at, updates_after,
             no_update_reason, unrouted, retry_from, context, opened_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
             $21, $22)
         ON CONFLICT (workspace_id, step_id) DO NOTHING",
    );
    Tenant RESOLVE = Sql::same(
        "UPDATE exception_step SET state = $3, resolution = $4, resolution_body = $5, closed_by = $6, closed_at = $7
         WHERE workspace_id = $1 AND step_id = $2 AND closed_at IS NULL",
    );
    Tenant GET = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception_step WHERE workspace_id = $1 AND step_id = $2"
    ));
    Tenant OF_RUN = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception_step WHERE workspace_id = $1 AND run_id = $2
             ORDER BY opened_at, step_id LIMIT 1000"
    ));
    Tenant WAITING = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception_step WHERE workspace_id = $1 AND exception_id = $2 AND step_id > $3
             AND closed_at IS NULL ORDER BY step_id LIMIT $4"
    ));
    Tenant OF_EXCEPTION = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception_step WHERE workspace_id = $1 AND exception_id = $2
             ORDER BY step_id LIMIT $3"
    ));
    Tenant WAITED = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception_step WHERE workspace_id = $1 AND exception_id = $2
             AND (closed_at IS NULL OR closed_at >= $3) ORDER BY step_id LIMIT $4"
    ));
    Tenant COUNT = Sql::same(
        "SELECT count(*) FROM exception_step WHERE workspace_id = $1 AND exception_id = $2 AND closed_at IS NULL
         HAVING count(*) > 0",
    );
    Tenant ATTACH = Sql::same(
        "UPDATE exception_step SET exception_id = $3 WHERE workspace_id = $1 AND step_id = $2 AND exception_id IS NULL",
    );
    Tenant MOVE = Sql::same(
        "UPDATE exception_step SET exception_id = $3 WHERE workspace_id = $1 AND exception_id = $2 AND closed_at IS NULL",
    );
    Tenant RELEASE = Sql::same(
        "UPDATE exception_step SET released_at = $3 WHERE workspace_id = $1 AND step_id = $2 AND closed_at IS NULL",
    );
    Tenant LOOK_SOON = Sql::same(
        "UPDATE exception SET look_at = 0 WHERE workspace_id = $1 AND ended_at IS NULL AND exception_id IN (
             SELECT s.exception_id FROM exception_step AS s WHERE s.workspace_id = $1 AND s.run_id = $2)",
    );
    Tenant UNRELEASED = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception_step WHERE workspace_id = $1 AND exception_id = $2
             AND closed_at IS NULL AND released_at IS NULL ORDER BY step_id LIMIT $3"
    ));
    Tenant RESTART = Sql::same(
        "UPDATE exception_step SET released_at = NULL WHERE workspace_id = $1 AND exception_id = $2
             AND closed_at IS NULL",
    );
    Tenant RELEASED = Sql::same(
        "SELECT released_at FROM exception_step WHERE workspace_id = $1 AND exception_id = $2 AND released_at > $3
             ORDER BY released_at DESC LIMIT 1000",
    );
    All UNFILED = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception_step WHERE exception_id IS NULL ORDER BY step_id LIMIT $1"
    ));
}

impl Store {
    /// A step, by its id in its run's log.
    pub async fn exception_step(&self, scope: &Scope, step: &ExceptionId) -> Result<Option<ExceptionStep>> {
        self.one(&GET, args![scope, step]).await
    }

    /// The steps of a run that wait or waited on exceptions, oldest first; at most 1,000.
    pub async fn exceptions_of_run(&self, scope: &Scope, run: &RunId) -> Result<Vec<ExceptionStep>> {
        self.all(&OF_RUN, args![scope, run]).await
    }

    /// Steps that wait on an exception, oldest first, after one of them.
    pub async fn waiting_steps(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
        after: Option<&ExceptionId>,
        limit: u32,
    ) -> Result<Vec<ExceptionStep>> {
        let after = after.map_or("", ExceptionId::as_str);
        self.all(&WAITING, args![scope, exception, after, limit]).await
    }

    /// Steps that wait on an exception and were not told how to go on, oldest first.
    pub async fn unreleased_steps(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
        limit: u32,
    ) -> Result<Vec<ExceptionStep>> {
        self.all(&UNRELEASED, args![scope, exception, limit]).await
    }

    /// When steps of an exception were told how to go on, since a time.
    pub async fn released_since(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
        since: Timestamp,
    ) -> Result<Vec<Timestamp>> {
        let rows = self.rows(&RELEASED, args![scope, exception, since]).await?;
        rows.into_iter().map(|mut row| row.time()).collect()
    }

    /// Steps that wait or waited on an exception, oldest first.
    pub async fn steps_of_exception(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
        limit: u32,
    ) -> Result<Vec<ExceptionStep>> {
        self.all(&OF_EXCEPTION, args![scope, exception, limit]).await
    }

    /// Steps that waited on an exception at a time, or do since, oldest first.
    pub async fn steps_waited_since(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<ExceptionStep>> {
        self.all(&WAITED, args![scope, exception, since, limit]).await
    }

    /// How many steps wait on an exception.
    pub async fn count_waiting_steps(&self, scope: &Scope, exception: &ExceptionId) -> Result<u32> {
        let mut rows = self.rows(&COUNT, args![scope, exception]).await?;
        rows.first_mut().map_or(Ok(0), Row::small)
    }

    /// Steps of every workspace that are not filed yet, oldest first.
    pub async fn unfiled_steps_all(&self, limit: u32) -> Result<Vec<ExceptionStep>> {
        self.all(&UNFILED, args![limit]).await
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
    let updates = if draft.updates_after.is_empty() { None } else { Some(to_json(&draft.updates_after)?) };
    let no_update = if updates.is_none() { Some("nothing says which system updates after") } else { None };
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
            word(&draft.reason),
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
            to_json(&new.context)?,
            new.opened_at,
        ],
    );
    Ok(())
}

impl FromRow for ExceptionStep {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            exception: row.parse()?,
            filed: row.opt_parse()?,
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
            updates_after: row.opt_json()?.unwrap_or_default(),
            no_update_reason: row.opt_text()?,
            unrouted: row.flag()?,
            retry_from: row.opt_text()?,
            context: row.json()?,
            opened_at: row.time()?,
            released_at: row.opt_time()?,
            resolved_at: row.opt_time()?,
            resolved_by: row.opt_text()?,
            resolution: row.opt_text()?,
            resolution_body: row.opt_bytes()?,
        })
    }
}
