//! Questions to people: list, look, answer.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughline_domain::id::AskId;
use throughline_store::{AskRow, AskState, Scope};
use utoipa::ToSchema;

use super::runs::detail;
use super::{id, page, rows, word};
use crate::auth::{Resolve, See, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Path, Query};
use crate::state::ApiState;
use crate::view::ask::AskView;
use crate::view::{List, merge};

const STATES: [AskState; 4] = [AskState::Open, AskState::Answered, AskState::Expired, AskState::Withdrawn];

/// Which questions to list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct AskQuery {
    /// Rows, 1 to 200; 50 where absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
    /// The same as `after`.
    cursor: Option<String>,
    /// `open`, where absent, `answered`, `expired` or `withdrawn`.
    state: Option<String>,
    /// Workspace, as the header `Throughline-Workspace` names it.
    workspace: Option<String>,
}

/// Lists questions, newest first
#[utoipa::path(get, path = "/api/v1/asks", tag = "asks", params(AskQuery),
    responses((status = 200, body = List<AskView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
    Query(query): Query<AskQuery>,
) -> Result<axum::Json<List<AskView>>> {
    let filter =
        word("state", query.state.as_deref(), &STATES, |state| state.as_str())?.unwrap_or(AskState::Open);
    let page = page(query.limit, query.after.or(query.cursor))?;
    let mut pages = Vec::new();
    for scope in span.scopes() {
        pages.push(state.store().list_asks(scope, Some(filter), &page).await?);
    }
    let List { items: rows, next } = merge(pages, rows(&page), |row: &AskRow| row.ask.as_str(), |row| row);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(detail::ask(&state, row).await?);
    }
    Ok(axum::Json(List { items, next }))
}

/// One question
#[utoipa::path(get, path = "/api/v1/asks/{ask}", tag = "asks", params(("ask" = String, Path)),
    responses((status = 200, body = AskView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn show(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(ask): Path<String>,
) -> Result<axum::Json<AskView>> {
    let row = find(&state, span.scopes(), &ask).await?;
    detail::ask(&state, row).await.map(axum::Json)
}

pub(crate) async fn find(state: &ApiState, scopes: &[Scope], ask: &str) -> Result<AskRow> {
    let parsed: AskId = id("question", ask)?;
    for scope in scopes {
        if let Some(row) = state.store().get_ask(scope, &parsed).await? {
            return Ok(row);
        }
    }
    Err(ApiError::missing("question", ask))
}

/// An answer.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerRequest {
    /// The answer, valid under the question's form.
    answer: Value,
}

/// An answer was taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AnsweredView {
    /// The question.
    ask_id: String,
    /// Its run, which goes on.
    run_id: String,
}

/// Answers a question
#[utoipa::path(post, path = "/api/v1/asks/{ask}/answer", tag = "asks", params(("ask" = String, Path)),
    request_body = AnswerRequest,
    responses((status = 200, body = AnsweredView), (status = 409, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn answer(
    State(state): State<ApiState>,
    span: Span<Resolve>,
    Path(ask): Path<String>,
    Json(request): Json<AnswerRequest>,
) -> Result<axum::Json<AnsweredView>> {
    let row = find(&state, span.scopes(), &ask).await?;
    state.engine().answer(&row.scope, &row.ask, request.answer, &span.person()).await?;
    Ok(axum::Json(AnsweredView { ask_id: row.ask.into(), run_id: row.run.into() }))
}
