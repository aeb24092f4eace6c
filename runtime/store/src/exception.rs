//! Exceptions: where runs stopped, with the five answers, an owner and a deadline. Several steps may wait on one.

mod desk;
mod figure;
mod later;
mod row;
mod save;
mod settings;
pub(crate) mod step;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use throughline_domain::id::ExceptionId;
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{Arg, Row, Sql, args, statements, words};
use crate::error::{Result, StoreError};
use crate::page::{Page, PageRequest};
use crate::scope::Scope;

pub(crate) use desk::ALL as DESK;
pub use desk::{CommentRow, DueNotices, NoticeRow, WatcherRow};
pub(crate) use figure::ALL as FIGURE;
pub use figure::NewFigure;
pub(crate) use later::ALL as LATER;
pub use later::{LaterRow, StandingRow};
pub use row::ExceptionRow;
use row::values;
pub(crate) use save::ALL as SAVE;
pub use save::{ExceptionSave, NewNotice, StartOver, TransitionRow};
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
pub(crate) use names;

macro_rules! columns {
    () => {
        concat!("workspace_id, exception_id, ", names!())
    };
}
pub(crate) use columns;

/// Of what a list gives, only these: `$4` to `$7` are the values of a [`Narrow`]. Within a CASE, because PostgreSQL takes each
/// comparison to leave next to nothing, and would rather sort a whole queue than read the beginning of an index.
macro_rules! narrow {
    () => {
        "AND CASE WHEN owner = COALESCE($4, owner) AND reason = COALESCE($5, reason)
                 AND workflow_id = COALESCE($6, workflow_id) AND COALESCE(snooze_until, 0) <= $7 THEN 1 = 1 ELSE 1 = 0 END"
    };
}
pub(crate) use narrow;

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
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id < $2 ", narrow!(),
        " ORDER BY exception_id DESC LIMIT $3"
    ));
    Tenant LIST_OPEN = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id < $2 AND ended_at IS NULL ",
        narrow!(), " ORDER BY exception_id DESC LIMIT $3"
    ));
    Tenant LIST_STATE = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id < $2 AND state = $8 ",
        narrow!(), " ORDER BY exception_id DESC LIMIT $3"
    ));
    Tenant LIST_OWNER = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id < $2 AND owner = $8
             AND ended_at IS NULL ", narrow!(), " ORDER BY exception_id DESC LIMIT $3"
    ));
    Tenant LIST_PERSON = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id < $2 AND person = $8
             AND ended_at IS NULL ", narrow!(), " ORDER BY exception_id DESC LIMIT $3"
    ));
    Tenant LIST_CONNECTION = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND exception_id < $2 AND connection = $8
             AND connection IS NOT NULL AND ended_at IS NULL ", narrow!(), " ORDER BY exception_id DESC LIMIT $3"
    ));
    Tenant OF_CONNECTION = Sql::same(concat!(
        "SELECT ", columns!(), " FROM exception WHERE workspace_id = $1 AND connection = $2 AND ended_at IS NULL
             AND connection IS NOT NULL ORDER BY exception_id LIMIT 200"
    ));
    All IN_TROUBLE = Sql::same(
        "SELECT DISTINCT workspace_id, connection FROM exception WHERE ended_at IS NULL AND connection IS NOT NULL",
    );
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
    /// Those not over whose cause is a connection.
    Connection(&'a str),
}

/// Of what a filter gives, only these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Narrow<'a> {
    /// Of this owner.
    pub owner: Option<&'a str>,
    /// Of this reason.
    pub reason: Option<&'a str>,
    /// Seen in this workflow last.
    pub workflow: Option<&'a str>,
    /// Without those that are hidden at this time.
    pub awake_at: Option<Timestamp>,
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

    /// Connections of every workspace that open exceptions are about.
    pub async fn connections_in_trouble_all(&self) -> Result<Vec<(Scope, String)>> {
        let mut rows = self.rows(&IN_TROUBLE, Vec::new()).await?;
        rows.iter_mut().map(|row| Ok((row.parse()?, row.text()?))).collect()
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
        self.list_narrowed(scope, filter, Narrow::default(), page).await
    }

    /// The same, narrowed.
    pub async fn list_narrowed(
        &self,
        scope: &Scope,
        filter: ExceptionFilter<'_>,
        narrow: Narrow<'_>,
        page: &PageRequest,
    ) -> Result<Page<ExceptionRow>> {
        let (sql, with) = match filter {
            ExceptionFilter::All => (&LIST, None),
            ExceptionFilter::Open => (&LIST_OPEN, None),
            ExceptionFilter::State(state) => (&LIST_STATE, Some(state.as_str())),
            ExceptionFilter::Owner(owner) => (&LIST_OWNER, Some(owner)),
            ExceptionFilter::Person(person) => (&LIST_PERSON, Some(person)),
            ExceptionFilter::Connection(connection) => (&LIST_CONNECTION, Some(connection)),
        };
        let Narrow { owner, reason, workflow, awake_at } = narrow;
        let awake_at = awake_at.unwrap_or(Timestamp(i64::MAX));
        let mut args = args![scope, page.before()?, page.limit() + 1, owner, reason, workflow, awake_at];
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
