//! The queue as a whole: the same for many, business calendars, routing rules.

use serde::{Deserialize, Serialize};
use throughline_domain::calendar::{Calendar, CalendarDefinition};
use throughline_domain::exception::bulk::Snapshot;
use throughline_domain::exception::clock::Reading;
use throughline_domain::exception::life::{Transition, Update};
use throughline_domain::exception::route::{Rule, Table};
use throughline_domain::id::ExceptionId;
use throughline_domain::time::Timestamp;
use throughline_store::{
    By, CalendarRow, CommentRow, ExceptionFilter, ExceptionRow, ExceptionStep, Narrow, PageRequest, RuleRow,
    Scope, WatcherRow,
};

use super::{CommandError, ExceptionAct, ResolveRequest};
use crate::Engine;
use crate::desk::{DEFAULT_CALENDAR, default_definition};

/// Exceptions one action on many reaches at most.
const MAX_MANY: usize = 10_000;

/// An exception with all that belongs to it.
#[derive(Clone, Debug)]
pub struct ExceptionView {
    /// The row.
    pub row: ExceptionRow,
    /// Which systems update after, and what was seen of them.
    pub updates: Vec<Update>,
    /// The log of its life.
    pub log: Vec<Transition>,
    /// Its clock.
    pub reading: Reading,
    /// It ended a week ago: nobody opens it again by hand.
    pub closed: bool,
    /// Steps that wait or waited on it, oldest first; at most 200.
    pub steps: Vec<ExceptionStep>,
    /// How many wait.
    pub waiting: u32,
    /// Comments, oldest first.
    pub comments: Vec<CommentRow>,
    /// Who watches it.
    pub watchers: Vec<WatcherRow>,
}

/// Which of the open ones, as a list shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Which {
    /// Of this reason.
    pub reason: Option<String>,
    /// Of this workflow.
    pub workflow: Option<String>,
    /// Of this owner.
    pub owner: Option<String>,
    /// Whose cause is this connection.
    pub connection: Option<String>,
    /// With those that are snoozed: without it the set is what a list shows.
    pub snoozed: bool,
}

impl Which {
    /// As the store is asked.
    pub fn asked(&self, now: Timestamp) -> (ExceptionFilter<'_>, Narrow<'_>) {
        let (connection, owner) = (self.connection.as_deref(), self.owner.as_deref());
        let filter = match (connection, owner) {
            (Some(connection), _) => ExceptionFilter::Connection(connection),
            (None, Some(owner)) => ExceptionFilter::Owner(owner),
            (None, None) => ExceptionFilter::Open,
        };
        let (reason, workflow) = (self.reason.as_deref(), self.workflow.as_deref());
        let awake_at = (!self.snoozed).then_some(now);
        (filter, Narrow { owner, reason, workflow, awake_at })
    }
}

/// The same for many: only for the set that was looked at.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkRequest {
    /// Which.
    #[serde(default)]
    pub which: Which,
    /// The set as it was seen.
    pub snapshot: Snapshot,
    /// Resolve them so.
    #[serde(default)]
    pub resolve: Option<ResolveRequest>,
    /// Or do this with them.
    #[serde(default, rename = "do")]
    pub act: Option<ExceptionAct>,
}

/// What became of one of many.
#[derive(Clone, Debug, Serialize)]
pub struct BulkDone {
    /// Which.
    pub exception_id: ExceptionId,
    /// It was done.
    pub done: bool,
    /// Why not.
    pub refused: Option<String>,
}

/// A calendar to set.
pub type CalendarChange = CalendarDefinition;

impl Engine {
    /// The open exceptions a filter gives, and what states the set.
    pub async fn exceptions_of_filter(
        &self,
        scope: &Scope,
        which: &Which,
    ) -> Result<(Snapshot, Vec<ExceptionId>), CommandError> {
        self.tend_exceptions().await?;
        let (filter, narrow) = which.asked(self.shared.clock.now());
        let mut ids = Vec::new();
        let mut page = PageRequest::first(throughline_store::MAX_PAGE);
        loop {
            let rows = self.shared.store.list_narrowed(scope, filter, narrow, &page).await?;
            ids.extend(rows.items.into_iter().map(|row| row.exception));
            if ids.len() > MAX_MANY {
                return Err(CommandError::Invalid(format!(
                    "more than {MAX_MANY} exceptions are open: narrow the filter"
                )));
            }
            match rows.next {
                Some(next) => page.after = Some(next),
                None => return Ok((Snapshot::of(&ids), ids)),
            }
        }
    }

    /// Does the same to every exception of a filter, if it still gives the set that was stated. What a guard refuses for
    /// one is done for the others all the same.
    pub async fn act_on_many(
        &self,
        scope: &Scope,
        request: &BulkRequest,
        by: &str,
    ) -> Result<Vec<BulkDone>, CommandError> {
        if request.resolve.is_some() == request.act.is_some() {
            return Err(CommandError::Invalid("say `resolve` or `do`, one of them".to_owned()));
        }
        let (now, ids) = self.exceptions_of_filter(scope, &request.which).await?;
        request.snapshot.check(&now)?;
        let mut all = Vec::with_capacity(ids.len());
        for id in ids {
            let done = match (&request.resolve, &request.act) {
                (Some(resolve), _) => {
                    Box::pin(self.resolve_exception(scope, &id, resolve.clone(), by)).await.map(drop)
                }
                (None, Some(act)) => Box::pin(self.act_on_exception(scope, &id, act, by)).await.map(drop),
                (None, None) => Ok(()),
            };
            let refused = done.err().map(|error| error.to_string());
            all.push(BulkDone { exception_id: id, done: refused.is_none(), refused });
        }
        Ok(all)
    }

    /// The business calendar of a workspace; the default one where none was set.
    pub async fn calendar(
        &self,
        scope: &Scope,
    ) -> Result<(CalendarDefinition, Option<CalendarRow>), CommandError> {
        let rows = self.shared.store.list_calendars(scope).await?;
        let row = rows.into_iter().find(|row| row.name == DEFAULT_CALENDAR);
        let definition = row.as_ref().map_or_else(default_definition, |row| row.definition.clone());
        Ok((definition, row))
    }

    /// Sets the business calendar of a workspace. One without working hours is refused: no deadline could pass.
    pub async fn set_calendar(
        &self,
        scope: &Scope,
        definition: &CalendarDefinition,
        by: &str,
    ) -> Result<(), CommandError> {
        let now = self.shared.clock.now();
        definition.calendar(Calendar::default().date(now).unwrap_or_default())?;
        let who = By { who: by, at: now };
        self.shared.store.set_calendar(scope, DEFAULT_CALENDAR, definition, who).await?;
        self.shared.hours.forget(scope);
        Ok(())
    }

    /// The routing rules of a workspace, in their order.
    pub async fn routing_rules(&self, scope: &Scope) -> Result<Vec<RuleRow>, CommandError> {
        Ok(self.shared.store.list_routing_rules(scope).await?)
    }

    /// Sets all routing rules of a workspace, if each reads.
    pub async fn set_routing_rules(
        &self,
        scope: &Scope,
        rules: Vec<Rule>,
        by: &str,
    ) -> Result<(), CommandError> {
        let table = Table::new(rules).map_err(CommandError::Routing)?;
        let who = By { who: by, at: self.shared.clock.now() };
        Ok(self.shared.store.set_routing_rules(scope, table.rules(), who).await?)
    }
}
