//! Exceptions: list, look, resolve.

use axum::extract::State;
use serde::Deserialize;
use serde_json::Value;
use throughline_domain::id::ExceptionId;
use throughline_engine::command::ResolveRequest;
use throughline_store::{ExceptionFilter, ExceptionRow, ExceptionState, Scope};
use utoipa::ToSchema;

use super::runs::detail;
use super::{id, page, rows, word};
use crate::auth::{Resolve, See, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Path, Query};
use crate::state::ApiState;
use crate::view::exception::ExceptionView;
use crate::view::{List, merge};

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
    /// `open`: all that are not closed; or one state; all where absent.
    state: Option<String>,
    /// Workspace, as the header `Throughline-Workspace` names it.
    workspace: Option<String>,
}

/// Lists exceptions, newest first
#[utoipa::path(get, path = "/api/v1/exceptions", tag = "exceptions", params(ExceptionQuery),
    responses((status = 200, body = List<ExceptionView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
    Query(query): Query<ExceptionQuery>,
) -> Result<axum::Json<List<ExceptionView>>> {
    let filter = match word("state", query.state.as_deref(), &STATES, |state| state.as_str())? {
        None => ExceptionFilter::All,
        Some(ExceptionState::Open) => ExceptionFilter::Open,
        Some(state) => ExceptionFilter::State(state),
    };
    let page = page(query.limit, query.after.or(query.cursor))?;
    let mut pages = Vec::new();
    for scope in span.scopes() {
        pages.push(state.store().list_exceptions(scope, filter, &page).await?);
    }
    let List { items: rows, next } =
        merge(pages, rows(&page), |row: &ExceptionRow| row.exception.as_str(), |row| row);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(detail::exception(&state, row).await?);
    }
    Ok(axum::Json(List { items, next }))
}

/// One exception
#[utoipa::path(get, path = "/api/v1/exceptions/{exception}", tag = "exceptions",
    params(("exception" = String, Path)),
    responses((status = 200, body = ExceptionView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn show(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(exception): Path<String>,
) -> Result<axum::Json<ExceptionView>> {
    let row = find(&state, span.scopes(), &exception).await?;
    detail::exception(&state, row).await.map(axum::Json)
}

async fn find(state: &ApiState, scopes: &[Scope], exception: &str) -> Result<ExceptionRow> {
    let parsed: ExceptionId = id("exception", exception)?;
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
    /// `retry`, `edit_and_retry`, `complete_by_hand`, `skip`, `give_up`; in doubt only: `happened`,
    /// `did_not_happen`.
    #[serde(rename = "action")]
    _action: String,
    /// `edit_and_retry`: the step's whole input.
    #[serde(rename = "input", default)]
    _input: Option<Value>,
    /// `complete_by_hand` and `happened`: the step's output.
    #[serde(rename = "output", default)]
    _output: Option<Value>,
    /// `give_up`: why.
    #[serde(rename = "note", default)]
    _note: Option<String>,
    /// `happened`: what shows it, a document number, a link, words.
    #[serde(rename = "proof", default)]
    _proof: Option<String>,
}

/// What a resolution set going.
#[derive(Clone, Debug, serde::Serialize, ToSchema)]
pub(crate) struct ResolvedView {
    /// The exception.
    exception_id: String,
    /// Its run, which goes on.
    run_id: String,
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
    let resolved = state.engine().resolve_exception(&row.scope, &row.exception, request, span.by()).await?;
    Ok(axum::Json(ResolvedView {
        exception_id: resolved.exception_id.into(),
        run_id: resolved.run_id.into(),
    }))
}
