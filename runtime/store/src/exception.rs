//! Exceptions: where runs stopped, with the five answers, an owner and a deadline. Several steps may wait on one.

mod desk;
mod save;
mod settings;
pub(crate) mod step;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use throughline_domain::calendar::CalendarDefinition;
use throughline_domain::exception::Severity;
use throughline_domain::exception::clock::{Ladder, Rung};
use throughline_domain::exception::life::{Outcome, Strength, WaitingOn};
use throughline_domain::failure::Failure;
use throughline_domain::id::{EffectId, ExceptionId, RunId};
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::{Due, ReasonCode, UpdateAfter};

use crate::Store;
use crate::db::{Arg, FromRow, Row, Sql, args, statements, to_json, words};
use crate::error::{Result, StoreError};
use crate::page::{Page, PageRequest};
use crate::scope::Scope;

pub(crate) use desk::ALL as DESK;
pub use desk::{CommentRow, NoticeRow, WatcherRow};
pub(crate) use save::ALL as SAVE;
pub use save::{ExceptionSave, NewNotice, TransitionRow};
pub(crate) use settings::ALL as SETTINGS;
pub use settings::{CalendarRow, RuleRow};
pub(crate) use step::ALL as STEP;
pub use step::{ExceptionChange, ExceptionStep, NewException};

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

/// An exception as stored: what the fold of its log gives.
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
    /// The last one of this fingerprint, ended too long ago to be this one.
    pub after: Option<ExceptionId>,
    /// Where it stands.
    pub state: ExceptionState,
    /// How bad it is to leave it.
    pub severity: Severity,
    /// What changed.
    pub what_changed: Json,
    /// Workflow of the step it was seen at last.
    pub workflow: String,
    /// Version.
    pub version: u32,
    /// Run.
    pub run: RunId,
    /// Step.
    pub path: String,
    /// Reason code.
    pub reason: ReasonCode,
    /// Why the normal path stopped.
    pub sentence: String,
    /// The failure behind it.
    pub failure: Option<Failure>,
    /// The effect in doubt.
    pub effect: Option<EffectId>,
    /// The connection whose trouble is the cause.
    pub connection: Option<String>,
    /// Step that runs again on *retry*.
    pub retry_from: Option<String>,
    /// Who is answerable: person, team or role.
    pub owner: String,
    /// Handle of whoever has it.
    pub person: Option<String>,
    /// Who takes over.
    pub backup: Option<String>,
    /// From where the owner came: `node`, `rule`, `workflow`, `reason`, `workspace`, `person`, `escalation`.
    pub assigned_by: String,
    /// An answer came from defaults because it could not be derived.
    pub unrouted: bool,
    /// Time allowed.
    pub due: Due,
    /// By when; while its clock stands still, as of when it stopped.
    pub due_at: Timestamp,
    /// By when, at first.
    pub original_due_at: Timestamp,
    /// Name of the business calendar it goes by.
    pub calendar: String,
    /// When whom to tell.
    pub ladder: Ladder,
    /// When its owner is warned.
    pub warn_at: Option<Timestamp>,
    /// When the backup takes it.
    pub escalate_at: Option<Timestamp>,
    /// The last rung that was reached.
    pub rung: Option<Rung>,
    /// When it became late.
    pub breached_at: Option<Timestamp>,
    /// The calendar at the breach.
    pub frozen: Option<CalendarDefinition>,
    /// Which systems update after resolution.
    pub updates_after: Vec<UpdateAfter>,
    /// Why none does.
    pub no_update_reason: Option<String>,
    /// Money at risk, in hundredths.
    pub money: Option<i64>,
    /// A customer sees it.
    pub customer_visible: bool,
    /// Tags.
    pub tags: Vec<String>,
    /// How often it happened.
    pub occurrences: u32,
    /// How often it came back after it was over.
    pub reopened: u32,
    /// When it opened.
    pub opened_at: Timestamp,
    /// When it was seen last.
    pub last_seen_at: Timestamp,
    /// When anything last happened.
    pub changed_at: Timestamp,
    /// On whom it waits.
    pub waiting_on: Option<WaitingOn>,
    /// Until when at most.
    pub waiting_until: Option<Timestamp>,
    /// Hidden until then.
    pub snooze_until: Option<Timestamp>,
    /// How it is or was resolved, one word: `retry`, `skip`, …
    pub way: Option<String>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// In words.
    pub note: Option<String>,
    /// Who resolved or dismissed it.
    pub resolved_by: Option<String>,
    /// How sure the resolution is.
    pub strength: Option<Strength>,
    /// How it ended: `person`, `evidence`, `dismissed`, `merged`, `superseded`.
    pub ended: Option<String>,
    /// When.
    pub resolved_at: Option<Timestamp>,
    /// What it was merged into.
    pub merged_into: Option<ExceptionId>,
    /// When time changes something next.
    pub look_at: Option<Timestamp>,
    /// Entries of its log.
    pub revision: u32,
    /// What its log is folded onto.
    pub opening: Json,
}

macro_rules! names {
    () => {
        "kind, fingerprint, after_id, state, severity, what_changed, workflow_id, version, run_id, path,
         reason, sentence, failure, effect_id, connection, retry_from, owner, person, backup, assigned_by,
         unrouted, due, due_at, original_due_at, calendar, warn_percent, backup_percent, digest_percent,
         warn_at, escalate_at, rung, breached_at, frozen, updates_after, no_update_reason, money,
         customer_visible, tags, occurrences, reopened, opened_at, last_seen_at, changed_at, waiting_on,
         waiting_until, snooze_until, way, outcome, note, resolved_by, strength, ended, ended_at, merged_into,
         look_at, revision, opening"
    };
}
pub(super) use names;

macro_rules! columns {
    () => {
        concat!("workspace_id, exception_id, ", names!())
    };
}
pub(super) use columns;

statements! {
    Tenant GET = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id = COALESCE(
             (SELECT e.exception_id FROM exception AS e WHERE e.workspace_id = $1 AND e.exception_id = $2),
             (SELECT s.exception_id FROM exception_step AS s WHERE s.workspace_id = $1 AND s.step_id = $2))"
    ));
    Tenant LATEST = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND fingerprint = $2
             ORDER BY exception_id DESC LIMIT 1"
    ));
    Tenant OPEN_OF = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND fingerprint = $2 AND ended_at IS NULL"
    ));
    Tenant LIST = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id < $2
             ORDER BY exception_id DESC LIMIT $3"
    ));
    Tenant LIST_OPEN = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id < $2 AND ended_at IS NULL
             ORDER BY exception_id DESC LIMIT $3"
    ));
    Tenant LIST_STATE = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id < $2 AND state = $4
             ORDER BY exception_id DESC LIMIT $3"
    ));
    Tenant LIST_OWNER = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id < $2 AND owner = $4
             AND ended_at IS NULL ORDER BY exception_id DESC LIMIT $3"
    ));
    Tenant LIST_PERSON = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id < $2 AND person = $4
             AND ended_at IS NULL ORDER BY exception_id DESC LIMIT $3"
    ));
    Tenant OF_CONNECTION = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND connection = $2 AND ended_at IS NULL
             AND connection IS NOT NULL ORDER BY exception_id LIMIT 200"
    ));
    All LOOK = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE look_at <= $1 AND look_at IS NOT NULL ORDER BY look_at LIMIT $2"
    ));
    All NEXT_LOOK = Sql::same("SELECT CAST(min(look_at) AS BIGINT) FROM exception WHERE look_at IS NOT NULL");
}

/// Which exceptions to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExceptionFilter<'a> {
    /// All.
    All,
    /// Those not over.
    Open,
    /// Those in one state.
    State(ExceptionState),
    /// Those not over that a person, team or role owns.
    Owner(&'a str),
    /// Those not over that somebody has, by handle.
    Person(&'a str),
}

impl Store {
    /// One exception, by its id or by that of a step that waits or waited on it.
    pub async fn get_exception(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
    ) -> Result<Option<ExceptionRow>> {
        self.one(&GET, args![scope, exception]).await
    }

    /// The latest exception of a fingerprint; the open one, if one is.
    pub async fn exception_of_fingerprint(
        &self,
        scope: &Scope,
        fingerprint: &str,
    ) -> Result<Option<ExceptionRow>> {
        match self.one(&OPEN_OF, args![scope, fingerprint]).await? {
            Some(open) => Ok(Some(open)),
            None => self.one(&LATEST, args![scope, fingerprint]).await,
        }
    }

    /// Open exceptions whose cause is trouble with a connection, oldest first; at most 200.
    pub async fn exceptions_of_connection(
        &self,
        scope: &Scope,
        connection: &str,
    ) -> Result<Vec<ExceptionRow>> {
        self.all(&OF_CONNECTION, args![scope, connection]).await
    }

    /// Exceptions of every workspace of which time changes something, the longest overdue first.
    pub async fn exceptions_to_look_at_all(&self, now: Timestamp, limit: u32) -> Result<Vec<ExceptionRow>> {
        self.all(&LOOK, args![now, limit]).await
    }

    /// When time changes something next, anywhere.
    pub async fn next_exception_look_all(&self) -> Result<Option<Timestamp>> {
        let mut rows = self.rows(&NEXT_LOOK, Vec::new()).await?;
        rows.first_mut().map_or(Ok(None), Row::opt_time)
    }

    /// One page of exceptions, newest first.
    pub async fn list_exceptions(
        &self,
        scope: &Scope,
        filter: ExceptionFilter<'_>,
        page: &PageRequest,
    ) -> Result<Page<ExceptionRow>> {
        let (sql, with) = match filter {
            ExceptionFilter::All => (&LIST, None),
            ExceptionFilter::Open => (&LIST_OPEN, None),
            ExceptionFilter::State(state) => (&LIST_STATE, Some(state.as_str())),
            ExceptionFilter::Owner(owner) => (&LIST_OWNER, Some(owner)),
            ExceptionFilter::Person(person) => (&LIST_PERSON, Some(person)),
        };
        let mut args = args![scope, page.before()?, page.limit() + 1];
        args.extend(with.map(Arg::from));
        let rows: Vec<ExceptionRow> = self.all(sql, args).await?;
        Ok(Page::cut(rows, page, |row| row.exception.as_str().to_owned()))
    }
}

/// The word of a closed list of the domain.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Json::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

fn opt_word<T: Serialize>(value: Option<&T>) -> Option<String> {
    value.map(word)
}

fn read<T: DeserializeOwned>(text: String) -> Result<T> {
    serde_json::from_value(Json::String(text)).map_err(|e| StoreError::Unreadable(e.to_string()))
}

fn opt_read<T: DeserializeOwned>(text: Option<String>) -> Result<Option<T>> {
    text.map(read).transpose()
}

/// The values of the columns behind the key, in their order.
fn values(row: &ExceptionRow) -> Result<Vec<Arg>> {
    let updates = if row.updates_after.is_empty() { None } else { Some(to_json(&row.updates_after)?) };
    let tags = if row.tags.is_empty() { None } else { Some(to_json(&row.tags)?) };
    let [warn, backup, digest]: [u32; 3] = row.ladder.into();
    let mut values = args![
        row.kind,
        &row.fingerprint,
        row.after.as_ref(),
        row.state,
        word(&row.severity),
        to_json(&row.what_changed)?,
        &row.workflow,
        row.version,
        &row.run,
        &row.path,
        word(&row.reason),
        &row.sentence,
        row.failure.as_ref().map(to_json).transpose()?,
        row.effect.as_ref(),
        &row.connection,
        &row.retry_from,
        &row.owner,
        &row.person,
        &row.backup,
        &row.assigned_by,
        row.unrouted,
        row.due.to_string(),
        row.due_at,
        row.original_due_at,
        &row.calendar,
        warn,
        backup,
        digest,
    ];
    values.extend(args![
        row.warn_at,
        row.escalate_at,
        opt_word(row.rung.as_ref()),
        row.breached_at,
        row.frozen.as_ref().map(to_json).transpose()?,
        updates,
        &row.no_update_reason,
        row.money,
        row.customer_visible,
        tags,
        row.occurrences,
        row.reopened,
        row.opened_at,
        row.last_seen_at,
        row.changed_at,
        opt_word(row.waiting_on.as_ref()),
        row.waiting_until,
        row.snooze_until,
        &row.way,
        opt_word(row.outcome.as_ref()),
        &row.note,
        &row.resolved_by,
        opt_word(row.strength.as_ref()),
        &row.ended,
        row.resolved_at,
        row.merged_into.as_ref(),
        row.look_at,
        row.revision,
        to_json(&row.opening)?,
    ]);
    Ok(values)
}

impl FromRow for ExceptionRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            scope: row.parse()?,
            exception: row.parse()?,
            kind: row.parse()?,
            fingerprint: row.text()?,
            after: row.opt_parse()?,
            state: row.parse()?,
            severity: read(row.text()?)?,
            what_changed: row.json()?,
            workflow: row.text()?,
            version: row.small()?,
            run: row.parse()?,
            path: row.text()?,
            reason: read(row.text()?)?,
            sentence: row.text()?,
            failure: row.opt_json()?,
            effect: row.opt_parse()?,
            connection: row.opt_text()?,
            retry_from: row.opt_text()?,
            owner: row.text()?,
            person: row.opt_text()?,
            backup: row.opt_text()?,
            assigned_by: row.text()?,
            unrouted: row.flag()?,
            due: Due::parse(&row.text()?).map_err(StoreError::Unreadable)?,
            due_at: row.time()?,
            original_due_at: row.time()?,
            calendar: row.text()?,
            ladder: Ladder::new(row.small()?, row.small()?, row.small()?)
                .map_err(|e| StoreError::Unreadable(e.to_string()))?,
            warn_at: row.opt_time()?,
            escalate_at: row.opt_time()?,
            rung: opt_read(row.opt_text()?)?,
            breached_at: row.opt_time()?,
            frozen: row.opt_json()?,
            updates_after: row.opt_json()?.unwrap_or_default(),
            no_update_reason: row.opt_text()?,
            money: row.opt_int()?,
            customer_visible: row.flag()?,
            tags: row.opt_json()?.unwrap_or_default(),
            occurrences: row.small()?,
            reopened: row.small()?,
            opened_at: row.time()?,
            last_seen_at: row.time()?,
            changed_at: row.time()?,
            waiting_on: opt_read(row.opt_text()?)?,
            waiting_until: row.opt_time()?,
            snooze_until: row.opt_time()?,
            way: row.opt_text()?,
            outcome: opt_read(row.opt_text()?)?,
            note: row.opt_text()?,
            resolved_by: row.opt_text()?,
            strength: opt_read(row.opt_text()?)?,
            ended: row.opt_text()?,
            resolved_at: row.opt_time()?,
            merged_into: row.opt_parse()?,
            look_at: row.opt_time()?,
            revision: row.small()?,
            opening: row.json()?,
        })
    }
}
