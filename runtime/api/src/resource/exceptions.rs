//! Exceptions: list, look, resolve, and what else people do with them.

use axum::extract::State;
use serde::Deserialize;
use serde_json::Value;
use throughline_domain::id::ExceptionId;
use throughline_domain::time::Timestamp;
use throughline_engine::command::{ExceptionAct, ResolveRequest};
use throughline_store::{ExceptionFilter, ExceptionRow, ExceptionState, Narrow, Scope, place_by_due};
use utoipa::ToSchema;

use super::runs::detail;
use super::{id, page, rows, word};
use crate::auth::{Resolve, See, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Path, Query};
use crate::redact::refuse_masked;
use crate::state::ApiState;
use crate::view::exception::{CommentView, ExceptionDetail, ExceptionView};
use crate::view::{List, merge, merge_by_due};

const STATES: [ExceptionState; 8] = [
    ExceptionState::Open,
    ExceptionState::Assigned,
    ExceptionState::InProgress,
    ExceptionState::Waiting,
    ExceptionState::Verifying,
    ExceptionState::Resolved,
    ExceptionState::Dismissed,
    ExceptionState::Superseded,
];

/// Which exceptions to list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExceptionQuery {
    /// Rows, 1 to 200; 50 where absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
    /// The same as `after`.
    cursor: Option<String>,
    /// `open`: all that are not over; or one state; all where absent.
    state: Option<String>,
    /// Those not over of this owner: `team:billing`.
    owner: Option<String>,
    /// Those not over that this person has, by handle.
    person: Option<String>,
    /// Those not over of this reason: `missing_required`.
    reason: Option<String>,
    /// Those not over that were seen in this workflow last.
    workflow: Option<String>,
    /// Those not over whose cause is this connection.
    connection: Option<String>,
    /// With those that are snoozed: hidden until a time.
    snoozed: bool,
    /// `due`: those not over by their deadline, the first to be due first, with `owner`, `person`, `reason` and `workflow` as
    /// narrow as you like.
    order: Option<String>,
    /// Workspace, as the header `Throughline-Workspace` names it.
    workspace: Option<String>,
}

/// Lists exceptions, newest first, or by deadline
#[utoipa::path(get, path = "/api/v1/exceptions", tag = "exceptions", params(ExceptionQuery),
    responses((status = 200, body = List<ExceptionView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
    Query(query): Query<ExceptionQuery>,
) -> Result<axum::Json<List<ExceptionView>>> {
    let page = page(query.limit, query.after.clone().or_else(|| query.cursor.clone()))?;
    let now = state.now();
    let (by_due, filter, narrow) = match by_due(&query, now)? {
        Some(narrow) => (true, ExceptionFilter::Open, narrow),
        None => asked(&query, now).map(|(filter, narrow)| (false, filter, narrow))?,
    };
    state.engine().tend_exceptions().await?;
    let mut pages = Vec::new();
    for scope in span.scopes() {
        pages.push(if by_due {
            state.store().exceptions_by_due(scope, query.person.as_deref(), narrow, &page).await?
        } else {
            state.store().list_narrowed(scope, filter, narrow, &page).await?
        });
    }
    let List { items: rows, next } = if by_due {
        merge_by_due(pages, rows(&page), |row| place_by_due(row.due_at, row.exception.as_str()))
    } else {
        merge(pages, rows(&page), |row: &ExceptionRow| row.exception.as_str(), |row| row)
    };
    let items = detail::exceptions(&state, rows).await?;
    Ok(axum::Json(List { items, next }))
}

/// How narrow a list by deadline is; nothing where another order is wanted.
fn by_due(query: &ExceptionQuery, now: Timestamp) -> Result<Option<Narrow<'_>>> {
    match (query.order.as_deref(), query.state.as_deref(), &query.connection) {
        (None, _, _) => Ok(None),
        (Some("due"), None | Some("open"), None) => {
            let ExceptionQuery { owner, reason, workflow, .. } = query;
            let (owner, reason, workflow) = (owner.as_deref(), reason.as_deref(), workflow.as_deref());
            Ok(Some(Narrow { owner, reason, workflow, awake_at: (!query.snoozed).then_some(now) }))
        }
        (Some(_), _, _) => Err(ApiError::bad_parameter(
            "`order` is `due`, and goes with the open ones, without `connection`",
        )),
    }
}

/// What the store is asked for a list.
fn asked(query: &ExceptionQuery, now: Timestamp) -> Result<(ExceptionFilter<'_>, Narrow<'_>)> {
    let given = word("state", query.state.as_deref(), &STATES, |state| state.as_str())?;
    let ExceptionQuery { owner, person, reason, workflow, connection, .. } = query;
    let narrows = owner.is_some() || reason.is_some() || workflow.is_some() || connection.is_some();
    let filter = match (given, person, connection, owner) {
        (None, None, _, _) if !narrows => ExceptionFilter::All,
        (Some(state), None, _, _) if !narrows && state != ExceptionState::Open => {
            ExceptionFilter::State(state)
        }
        (None | Some(ExceptionState::Open), Some(person), None, None) => ExceptionFilter::Person(person),
        (None | Some(ExceptionState::Open), None, Some(connection), _) => {
            ExceptionFilter::Connection(connection)
        }
        (None | Some(ExceptionState::Open), None, None, Some(owner)) => ExceptionFilter::Owner(owner),
        (None | Some(ExceptionState::Open), None, None, None) => ExceptionFilter::Open,
        _ => {
            return Err(ApiError::bad_parameter(
                "`owner`, `reason`, `workflow`, `connection` and `person` narrow the open ones: give no other state, and \
                 `person` without `owner` and `connection`",
            ));
        }
    };
    let (owner, reason, workflow) = (owner.as_deref(), reason.as_deref(), workflow.as_deref());
    let awake_at = (!query.snoozed).then_some(now);
    Ok((filter, Narrow { owner, reason, workflow, awake_at }))
}

/// What to show of one exception.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct OneQuery {
    /// Ask the connector what the step would write if it went on: it is called, and waited for up to 5 seconds.
    preview: bool,
    /// Workspace, as the header `Throughline-Workspace` names it.
    workspace: Option<String>,
}

/// One exception, with its life
#[utoipa::path(get, path = "/api/v1/exceptions/{exception}", tag = "exceptions",
    params(("exception" = String, Path), OneQuery),
    responses((status = 200, body = ExceptionDetail), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn show(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(exception): Path<String>,
    Query(query): Query<OneQuery>,
) -> Result<axum::Json<ExceptionDetail>> {
    let row = find(&state, span.scopes(), &exception).await?;
    let whole = Box::pin(state.engine().exception_detail(&row.scope, &row.exception)).await?;
    let wanted = query.preview && !whole.closed && whole.row.resolved_at.is_none();
    let preview = if wanted {
        Box::pin(state.engine().preview_exception(&row.scope, &row.exception)).await?
    } else {
        None
    };
    detail::exception_detail(&state, whole, preview.as_ref()).await.map(axum::Json)
}

/// An exception, by its id or by that of a step of it.
pub(super) async fn find(state: &ApiState, scopes: &[Scope], exception: &str) -> Result<ExceptionRow> {
    let parsed: ExceptionId = id("exception", exception)?;
    state.engine().tend_exceptions().await?;
    for scope in scopes {
        if let Some(row) = state.store().get_exception(scope, &parsed).await? {
            return Ok(row);
        }
    }
    Err(ApiError::missing("exception", exception))
}

/// How to resolve an exception. Which fields belong to which action is in each field's words.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct ResolveBody {
    /// `retry`, `fix_and_continue`, `edit_and_retry`, `complete_by_hand`, `skip`, `give_up`; in doubt only: `happened`,
    /// `did_not_happen`.
    #[serde(rename = "action")]
    _action: String,
    /// `edit_and_retry`: the step's whole input.
    #[serde(rename = "input", default)]
    _input: Option<Value>,
    /// `complete_by_hand` and `happened`: the step's output.
    #[serde(rename = "output", default)]
    _output: Option<Value>,
    /// In words; `give_up`: why.
    #[serde(rename = "note", default)]
    _note: Option<String>,
    /// `happened`: what shows it, a document number, a link, words.
    #[serde(rename = "proof", default)]
    _proof: Option<String>,
    /// What came of it: `fixed_and_replayed`, `handled_outside`, …; the usual one of the action where absent.
    #[serde(rename = "outcome", default)]
    _outcome: Option<String>,
    /// `original` or `current`: in which version a retry runs.
    #[serde(rename = "version", default)]
    _version: Option<String>,
}

/// What a resolution set going.
#[derive(Clone, Debug, serde::Serialize, ToSchema)]
pub(crate) struct ResolvedView {
    /// The exception.
    exception_id: String,
    /// The run of its first step that goes on.
    run_id: String,
    /// Where the exception stands: `verifying` until its runs have gone on and what updates after was seen.
    state: &'static str,
    /// Steps that go on now; the others of a cause follow as its connection allows.
    steps: u32,
}

/// Resolves an exception
#[utoipa::path(post, path = "/api/v1/exceptions/{exception}/resolve", tag = "exceptions",
    params(("exception" = String, Path)), request_body = ResolveBody,
    responses((status = 200, body = ResolvedView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn resolve(
    State(state): State<ApiState>,
    span: Span<Resolve>,
    Path(exception): Path<String>,
    Json(request): Json<ResolveRequest>,
) -> Result<axum::Json<ResolvedView>> {
    let row = find(&state, span.scopes(), &exception).await?;
    refuse_masked([&request.input, &request.output])?;
    let resolved =
        Box::pin(state.engine().resolve_exception(&row.scope, &row.exception, request, &span.person()))
            .await?;
    Ok(axum::Json(ResolvedView {
        exception_id: resolved.exception_id.into(),
        run_id: resolved.run_id.into(),
        state: resolved.state,
        steps: resolved.steps,
    }))
}

/// What to do with an exception. Which fields belong to which act is in each field's words.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct ActBody {
    /// `take`, `assign`, `hand_over`, `wait`, `end_wait`, `snooze`, `wake`, `dismiss`, `reopen`, `attest`.
    #[serde(rename = "act")]
    _act: String,
    /// `assign` and `hand_over`: `person:anna`, `team:billing`, `role:operator`.
    #[serde(rename = "to", default)]
    _to: Option<String>,
    /// `hand_over`: what is known; `wait`: for what.
    #[serde(rename = "note", default)]
    _note: Option<String>,
    /// `wait`: on `customer`, `vendor` (its clock stands still), `system` or `internal`.
    #[serde(rename = "on", default)]
    _on: Option<String>,
    /// `wait` and `snooze`: until when at most, RFC 3339.
    #[serde(rename = "until", default)]
    _until: Option<String>,
    /// `dismiss`: why it is not a problem. A critical one takes a second person who says so too.
    #[serde(rename = "reason", default)]
    _reason: Option<String>,
    /// `reopen`: why it is not over.
    #[serde(rename = "why", default)]
    _why: Option<String>,
    /// `attest`: which of its updates, from 0.
    #[serde(rename = "update", default)]
    _update: Option<u32>,
    /// `attest`: how one can see the update.
    #[serde(rename = "proof", default)]
    _proof: Option<String>,
}

/// Takes, hands over, waits, snoozes, dismisses, opens again, attests
#[utoipa::path(post, path = "/api/v1/exceptions/{exception}/act", tag = "exceptions",
    params(("exception" = String, Path)), request_body = ActBody,
    responses((status = 200, body = ExceptionView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn act(
    State(state): State<ApiState>,
    span: Span<Resolve>,
    Path(exception): Path<String>,
    Json(act): Json<ExceptionAct>,
) -> Result<axum::Json<ExceptionView>> {
    let row = find(&state, span.scopes(), &exception).await?;
    let row =
        Box::pin(state.engine().act_on_exception(&row.scope, &row.exception, &act, &span.person())).await?;
    detail::exception(&state, row).await.map(axum::Json)
}

/// What to merge an exception into.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeRequest {
    /// The exception that goes on.
    into: String,
}

/// Merges an exception into another
#[utoipa::path(post, path = "/api/v1/exceptions/{exception}/merge", tag = "exceptions",
    params(("exception" = String, Path)), request_body = MergeRequest,
    responses((status = 200, body = ExceptionView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn merge_into(
    State(state): State<ApiState>,
    span: Span<Resolve>,
    Path(exception): Path<String>,
    Json(request): Json<MergeRequest>,
) -> Result<axum::Json<ExceptionView>> {
    let row = find(&state, span.scopes(), &exception).await?;
    let into = find(&state, std::slice::from_ref(&row.scope), &request.into).await?;
    let row = Box::pin(state.engine().merge_exceptions(
        &row.scope,
        &row.exception,
        &into.exception,
        &span.person(),
    ))
    .await?;
    detail::exception(&state, row).await.map(axum::Json)
}

/// A comment to write.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommentRequest {
    /// What.
    text: String,
}

/// Comments on an exception
#[utoipa::path(post, path = "/api/v1/exceptions/{exception}/comments", tag = "exceptions",
    params(("exception" = String, Path)), request_body = CommentRequest,
    responses((status = 200, body = CommentView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn comment(
    State(state): State<ApiState>,
    span: Span<Resolve>,
    Path(exception): Path<String>,
    Json(request): Json<CommentRequest>,
) -> Result<axum::Json<CommentView>> {
    let row = find(&state, span.scopes(), &exception).await?;
    let (scope, id, by) = (&row.scope, &row.exception, &span.person());
    let comment = state.engine().comment_on_exception(scope, id, &request.text, by).await?;
    Ok(axum::Json(CommentView::from(comment)))
}

/// Watches an exception
#[utoipa::path(put, path = "/api/v1/exceptions/{exception}/watch", tag = "exceptions",
    params(("exception" = String, Path)), responses((status = 200, body = Object), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn watch(
    State(state): State<ApiState>,
    span: Span<Resolve>,
    Path(exception): Path<String>,
) -> Result<axum::Json<Value>> {
    let row = find(&state, span.scopes(), &exception).await?;
    state.engine().watch_exception(&row.scope, &row.exception, true, &span.person()).await?;
    Ok(axum::Json(super::nothing()))
}

/// Watches an exception no longer
#[utoipa::path(delete, path = "/api/v1/exceptions/{exception}/watch", tag = "exceptions",
    params(("exception" = String, Path)), responses((status = 200, body = Object), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn unwatch(
    State(state): State<ApiState>,
    span: Span<Resolve>,
    Path(exception): Path<String>,
) -> Result<axum::Json<Value>> {
    let row = find(&state, span.scopes(), &exception).await?;
    state.engine().watch_exception(&row.scope, &row.exception, false, &span.person()).await?;
    Ok(axum::Json(super::nothing()))
}
