//! The queue as a whole: one inbox, the same for many, the business calendar, routing rules.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughline_domain::calendar::CalendarDefinition;
use throughline_domain::exception::bulk::Snapshot;
use throughline_domain::exception::route::Rule;
use throughline_engine::command::{BulkRequest, Which};
use throughline_store::{AskState, PageRequest};
use utoipa::ToSchema;

use super::runs::detail;
use super::{page, rows};
use crate::auth::{Build, In, Resolve, See, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Query};
use crate::state::ApiState;
use crate::view::List;
use crate::view::ask::AskView;
use crate::view::exception::ExceptionView;

/// Which part of the inbox.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct InboxQuery {
    /// Rows, 1 to 200; 50 where absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
    /// The same as `after`.
    cursor: Option<String>,
    /// Only what this person, team or role owns: `team:billing`.
    owner: Option<String>,
    /// With exceptions that are snoozed.
    snoozed: bool,
    /// Workspace, as the header `Throughline-Workspace` names it.
    workspace: Option<String>,
}

/// Something that somebody has to do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct InboxItem {
    /// `exception` or `ask`.
    what: &'static str,
    /// Its id.
    id: String,
    /// Whose it is.
    owner: String,
    /// Until when.
    due_at: String,
    /// What it says, in one sentence.
    title: String,
    /// The exception, if it is one.
    exception: Option<ExceptionView>,
    /// The question, if it is one.
    ask: Option<AskView>,
}

/// Lists what people have to do, newest first: open exceptions and open questions
#[utoipa::path(get, path = "/api/v1/inbox", tag = "exceptions", params(InboxQuery),
    responses((status = 200, body = List<InboxItem>)))]
pub(crate) async fn inbox(
    State(state): State<ApiState>,
    span: Span<See>,
    Query(query): Query<InboxQuery>,
) -> Result<axum::Json<List<InboxItem>>> {
    state.engine().tend_exceptions().await?;
    let page = page(query.limit, query.after.or(query.cursor))?;
    let of = |prefix: &str| PageRequest {
        after: page.after.as_ref().map(|after| format!("{prefix}_{}", behind(after))),
        limit: page.limit,
    };
    let which = Which { owner: query.owner.clone(), snoozed: query.snoozed, ..Which::default() };
    let (filter, narrow) = which.asked(state.now());
    let (mut items, mut more) = (Vec::new(), false);
    for scope in span.scopes() {
        let found = state.store().list_narrowed(scope, filter, narrow, &of("exc")).await?;
        more |= found.next.is_some();
        items.extend(detail::exceptions(&state, found.items).await?.into_iter().map(exception_item));
        let asked = state.store().list_asks(scope, Some(AskState::Open), &of("ask")).await?;
        more |= asked.next.is_some();
        for row in asked.items {
            if query.owner.as_ref().is_none_or(|owner| *owner == row.owner) {
                items.push(ask_item(detail::ask(&state, row).await?));
            }
        }
    }
    // Both kinds of ids sort by the time they were made, behind their prefix.
    items.sort_by(|a, b| b.id[4..].cmp(&a.id[4..]));
    let most = rows(&page);
    more |= items.len() > most;
    items.truncate(most);
    let next = items.last().filter(|_| more).map(|item| item.id[4..].to_owned());
    Ok(axum::Json(List { items, next }))
}

/// What stands behind the prefix of an id, which is all that a cursor here has.
fn behind(cursor: &str) -> &str {
    cursor.split_once('_').map_or(cursor, |(_, rest)| rest)
}

fn exception_item(view: ExceptionView) -> InboxItem {
    InboxItem {
        what: "exception",
        id: view.exception_id.clone(),
        owner: view.owner.clone(),
        due_at: view.due_at.clone(),
        title: view.sentence.clone(),
        exception: Some(view),
        ask: None,
    }
}

fn ask_item(view: AskView) -> InboxItem {
    InboxItem {
        what: "ask",
        id: view.ask_id.clone(),
        owner: view.owner.clone(),
        due_at: view.due_at.clone(),
        title: view.question.clone(),
        exception: None,
        ask: Some(view),
    }
}

/// Which of the open exceptions.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichQuery {
    /// Of this reason.
    reason: Option<String>,
    /// Of this workflow.
    workflow: Option<String>,
    /// Of this owner.
    owner: Option<String>,
    /// Whose cause is this connection.
    connection: Option<String>,
    /// With those that are snoozed; without it the set is what a list shows.
    snoozed: bool,
    /// Workspace, as the header `Throughline-Workspace` names it.
    workspace: Option<String>,
}

/// A set of exceptions, as it was seen.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct SnapshotView {
    /// How many.
    count: usize,
    /// Hex SHA-256 of their ids.
    sha256: String,
}

/// States the set of open exceptions that a filter gives now
#[utoipa::path(get, path = "/api/v1/exceptions/snapshot", tag = "exceptions", params(WhichQuery),
    responses((status = 200, body = SnapshotView)))]
pub(crate) async fn snapshot(
    State(state): State<ApiState>,
    place: In<See>,
    Query(query): Query<WhichQuery>,
) -> Result<axum::Json<SnapshotView>> {
    let WhichQuery { reason, workflow, owner, connection, snoozed, workspace: _ } = query;
    let which = Which { reason, workflow, owner, connection, snoozed };
    let (Snapshot { count, sha256 }, _) = state.engine().exceptions_of_filter(place.scope(), &which).await?;
    Ok(axum::Json(SnapshotView { count, sha256 }))
}

/// The same for many.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct BulkBody {
    /// `reason`, `workflow`, `owner`, `connection`, `snoozed`: which of the open ones, as the snapshot was asked for.
    #[serde(rename = "which", default)]
    _which: Option<Value>,
    /// The set as it was seen; another one is refused.
    #[serde(rename = "snapshot")]
    _snapshot: SnapshotView,
    /// As the body of `resolve`.
    #[serde(rename = "resolve", default)]
    _resolve: Option<Value>,
    /// Or as the body of `act`.
    #[serde(rename = "do", default)]
    _act: Option<Value>,
}

/// What became of each.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BulkView {
    /// Exception.
    exception_id: String,
    /// It was done.
    done: bool,
    /// Why not.
    refused: Option<String>,
}

/// Does the same to every exception of a set that was seen
#[utoipa::path(post, path = "/api/v1/exceptions/bulk", tag = "exceptions", request_body = BulkBody,
    responses((status = 200, body = List<BulkView>), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn bulk(
    State(state): State<ApiState>,
    place: In<Resolve>,
    Json(request): Json<BulkRequest>,
) -> Result<axum::Json<List<BulkView>>> {
    let done = state.engine().act_on_many(place.scope(), &request, &place.person()).await?;
    let view = |one: throughline_engine::command::BulkDone| BulkView {
        exception_id: one.exception_id.into(),
        done: one.done,
        refused: one.refused,
    };
    Ok(axum::Json(List::whole(done.into_iter().map(view).collect())))
}

/// When a workspace is open.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct CalendarView {
    /// IANA zone on whose clock the hours are read.
    zone: String,
    /// Hours by English weekday, `09:00-17:00`; a day that is not named is closed.
    hours: std::collections::BTreeMap<String, String>,
    /// Dates on which nothing is open.
    #[serde(default)]
    holidays: std::collections::BTreeSet<String>,
}

/// The business calendar
#[utoipa::path(get, path = "/api/v1/calendar", tag = "exceptions", responses((status = 200, body = CalendarView)))]
pub(crate) async fn calendar(
    State(state): State<ApiState>,
    place: In<See>,
) -> Result<axum::Json<CalendarView>> {
    let (definition, _) = state.engine().calendar(place.scope()).await?;
    let CalendarDefinition { zone, hours, holidays } = definition;
    Ok(axum::Json(CalendarView { zone, hours, holidays }))
}

/// Sets the business calendar
#[utoipa::path(put, path = "/api/v1/calendar", tag = "exceptions", request_body = CalendarView,
    responses((status = 200, body = CalendarView), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn set_calendar(
    State(state): State<ApiState>,
    place: In<Build>,
    Json(definition): Json<CalendarDefinition>,
) -> Result<axum::Json<CalendarView>> {
    state.engine().set_calendar(place.scope(), &definition, place.by()).await?;
    let CalendarDefinition { zone, hours, holidays } = definition;
    Ok(axum::Json(CalendarView { zone, hours, holidays }))
}

/// Routing rules, in the order in which they are asked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RoutingRuleView {
    /// Its place, from 1.
    position: u32,
    /// `workflow`, `kind`, `when`, `owner`, `backups`, `due`, `ladder`.
    rule: Value,
}

/// Lists the routing rules
#[utoipa::path(get, path = "/api/v1/routing-rules", tag = "exceptions",
    responses((status = 200, body = List<RoutingRuleView>)))]
pub(crate) async fn rules(
    State(state): State<ApiState>,
    place: In<See>,
) -> Result<axum::Json<List<RoutingRuleView>>> {
    listed(&state, place.scope()).await
}

async fn listed(
    state: &ApiState,
    scope: &throughline_store::Scope,
) -> Result<axum::Json<List<RoutingRuleView>>> {
    let rules = state.engine().routing_rules(scope).await?;
    let view = |row: throughline_store::RuleRow| RoutingRuleView {
        position: row.position,
        rule: serde_json::to_value(&row.rule).unwrap_or_default(),
    };
    Ok(axum::Json(List::whole(rules.into_iter().map(view).collect())))
}

/// All routing rules.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct RulesBody {
    /// Each with `owner`, and perhaps `workflow`, `kind`, `when`, `backups`, `due`, `ladder`.
    #[serde(rename = "rules")]
    _rules: Vec<Value>,
}

/// All routing rules, read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RulesRequest {
    rules: Vec<Rule>,
}

/// Sets all routing rules
#[utoipa::path(put, path = "/api/v1/routing-rules", tag = "exceptions", request_body = RulesBody,
    responses((status = 200, body = List<RoutingRuleView>), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn set_rules(
    State(state): State<ApiState>,
    place: In<Build>,
    Json(request): Json<RulesRequest>,
) -> Result<axum::Json<List<RoutingRuleView>>> {
    if request.rules.len() > 500 {
        return Err(ApiError::bad_parameter("a workspace has at most 500 routing rules"));
    }
    state.engine().set_routing_rules(place.scope(), request.rules, place.by()).await?;
    listed(&state, place.scope()).await
}
