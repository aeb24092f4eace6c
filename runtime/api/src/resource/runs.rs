//! Runs: list, look, start, cancel, retry.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughline_domain::id::RunId;
use throughline_domain::time::Timestamp;
use throughline_engine::command::{RetryRequest, RetryVersion};
use throughline_store::{RunFilter, RunRow, RunStatus, Scope};
use utoipa::ToSchema;

use super::{id, page, rows, word};
use crate::auth::{In, Operate, See, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, OptionalJson, Path, Query};
use crate::redact::refuse_masked;
use crate::state::ApiState;
use crate::view::run::{RunDetail, RunView};
use crate::view::{List, merge};

pub(crate) mod detail;
pub(crate) mod hidden;
pub(crate) mod reveal;

const STATUSES: [RunStatus; 6] = [
    RunStatus::Queued,
    RunStatus::Running,
    RunStatus::Waiting,
    RunStatus::Succeeded,
    RunStatus::Failed,
    RunStatus::Cancelled,
];

/// Which runs to list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct RunQuery {
    /// Rows, 1 to 200; 50 where absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
    /// The same as `after`.
    cursor: Option<String>,
    /// Only this workflow's.
    workflow: Option<String>,
    /// Only in this status: `queued`, `running`, `waiting`, `succeeded`, `failed`, `cancelled`.
    status: Option<String>,
    /// Only with this searchable key: `name:value`.
    key: Option<String>,
    /// Only accepted at this time or later, RFC 3339.
    since: Option<String>,
    /// Workspace, as the header `Throughline-Workspace` names it.
    workspace: Option<String>,
}

impl RunQuery {
    fn filter(&self) -> Result<RunFilter> {
        let key = match &self.key {
            None => None,
            Some(text) => {
                let (name, value) = text
                    .split_once(':')
                    .filter(|(name, _)| !name.is_empty())
                    .ok_or_else(|| ApiError::bad_parameter("key is not `name:value`"))?;
                Some((name.to_owned(), value.to_owned()))
            }
        };
        let since = match &self.since {
            None => None,
            Some(text) => Some(time(text)?),
        };
        let status = word("status", self.status.as_deref(), &STATUSES, |status| status.as_str())?;
        Ok(RunFilter { workflow: self.workflow.clone(), status, key, since })
    }
}

fn time(text: &str) -> Result<Timestamp> {
    let parsed: jiff::Timestamp = text
        .parse()
        .map_err(|_| ApiError::bad_parameter("since is not an RFC 3339 time such as 2026-01-31T08:15:00Z"))?;
    Ok(Timestamp(parsed.as_microsecond()))
}

/// Lists runs, newest first
#[utoipa::path(get, path = "/api/v1/runs", tag = "runs", params(RunQuery),
    responses((status = 200, body = List<RunView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
    Query(query): Query<RunQuery>,
) -> Result<axum::Json<List<RunView>>> {
    let filter = query.filter()?;
    let page = page(query.limit, query.after.or(query.cursor))?;
    let mut pages = Vec::new();
    for scope in span.scopes() {
        pages.push(state.store().list_runs(scope, &filter, &page).await?);
    }
    Ok(axum::Json(merge(pages, rows(&page), |row: &RunRow| row.run.as_str(), RunView::from)))
}

/// What of a run to show.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShowQuery {
    /// The log's entries too.
    log: bool,
    /// Workspace, as the header `Throughline-Workspace` names it.
    workspace: Option<String>,
}

/// One run with its steps, effects, exceptions and questions
#[utoipa::path(get, path = "/api/v1/runs/{run}", tag = "runs", params(("run" = String, Path), ShowQuery),
    responses((status = 200, body = RunDetail), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn show(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(run): Path<String>,
    Query(query): Query<ShowQuery>,
) -> Result<axum::Json<RunDetail>> {
    let row = find(&state, span.scopes(), &run).await?;
    detail::read(&state, row, query.log).await.map(axum::Json)
}

/// A run in whichever visible workspace it is: ids are unique.
pub(crate) async fn find(state: &ApiState, scopes: &[Scope], run: &str) -> Result<RunRow> {
    let parsed: RunId = id("run", run)?;
    for scope in scopes {
        if let Some(row) = state.store().get_run(scope, &parsed).await? {
            return Ok(row);
        }
    }
    Err(ApiError::missing("run", run))
}

/// Starts a run by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartRequest {
    /// Workflow; not needed where the path names it.
    #[serde(default)]
    workflow: Option<String>,
    /// The event's data, any JSON; `{}` where absent.
    #[serde(default = "super::nothing")]
    event: Value,
    /// Starting again with the same key gives the same run; also as the header `Idempotency-Key`.
    #[serde(default)]
    dedupe_key: Option<String>,
}

/// A run was started, or an earlier event with the same key had started it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct StartedView {
    /// The event.
    event_id: String,
    /// The event had been accepted before.
    duplicate: bool,
    /// The run.
    #[serde(flatten)]
    run: RunView,
}

/// Starts a run
///
/// Answers 202 as soon as the event and its run are durable.
#[utoipa::path(post, path = "/api/v1/runs", tag = "runs", request_body = StartRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same as `dedupe_key`.")),
    responses((status = 202, body = StartedView), (status = 404, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn start(
    State(state): State<ApiState>,
    proof: In<Operate>,
    headers: HeaderMap,
    Json(request): Json<StartRequest>,
) -> Result<Response> {
    let workflow = request.workflow.clone().ok_or_else(|| {
        ApiError::bad_parameter("the field `workflow` is missing: name the workflow to start")
    })?;
    begin(&state, &proof, &headers, &workflow, request).await
}

/// Starts a run of this workflow
#[utoipa::path(post, path = "/api/v1/workflows/{workflow}/runs", tag = "runs", request_body = StartRequest,
    params(("workflow" = String, Path), ("Idempotency-Key" = Option<String>, Header, description = "The same as `dedupe_key`.")),
    responses((status = 202, body = StartedView), (status = 404, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn start_of(
    State(state): State<ApiState>,
    proof: In<Operate>,
    headers: HeaderMap,
    Path(workflow): Path<String>,
    OptionalJson(request): OptionalJson<StartRequest>,
) -> Result<Response> {
    if request.workflow.as_ref().is_some_and(|named| *named != workflow) {
        return Err(ApiError::bad_parameter("path and body name two different workflows"));
    }
    begin(&state, &proof, &headers, &workflow, request).await
}

impl Default for StartRequest {
    fn default() -> Self {
        Self { workflow: None, event: super::nothing(), dedupe_key: None }
    }
}

async fn begin(
    state: &ApiState,
    proof: &In<Operate>,
    headers: &HeaderMap,
    workflow: &str,
    request: StartRequest,
) -> Result<Response> {
    let header = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let key = match (request.dedupe_key, header) {
        (Some(body), Some(header)) if body != header => {
            return Err(ApiError::bad_parameter("dedupe_key and Idempotency-Key differ"));
        }
        (body, header) => body.or(header),
    };
    if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > 500) {
        return Err(ApiError::bad_parameter("the dedupe key is empty or longer than 500 bytes"));
    }
    let started =
        state.engine().start_run(proof.scope(), workflow, request.event, key, &proof.person()).await?;
    let row = state.store().get_run(proof.scope(), &started.run_id).await?;
    let run = row.map(RunView::from).ok_or_else(ApiError::internal)?;
    let view = StartedView { event_id: started.event_id.into(), duplicate: started.duplicate, run };
    Ok((StatusCode::ACCEPTED, axum::Json(view)).into_response())
}

/// Asks a run to stop
///
/// Nothing new starts; an open write is settled first, so a run with one ends a little later.
#[utoipa::path(post, path = "/api/v1/runs/{run}/cancel", tag = "runs", params(("run" = String, Path)),
    responses((status = 202, body = RunView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn cancel(
    State(state): State<ApiState>,
    span: Span<Operate>,
    Path(run): Path<String>,
) -> Result<(StatusCode, axum::Json<RunView>)> {
    let row = find(&state, span.scopes(), &run).await?;
    state.engine().cancel_run(&row.scope, &row.run, span.by()).await?;
    let now = state.store().get_run(&row.scope, &row.run).await?.unwrap_or(row);
    Ok((StatusCode::ACCEPTED, axum::Json(now.into())))
}

/// How to retry a run.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RetryBody {
    /// Step to start over from; the first one that failed where absent.
    from: Option<String>,
    /// Input of that step instead of the evaluated one.
    input: Option<Value>,
    /// `original`: in the run itself; `current`: a new run on the current version.
    #[schema(example = "original")]
    version: Option<String>,
    /// Repeat writes that were confirmed.
    repeat_effects: bool,
}

/// The run that a retry goes on in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RetriedView {
    /// The same run, or the new one.
    run_id: String,
    /// Writes of the old run that stand and are not repeated.
    standing_effects: Vec<String>,
}

/// Starts a step and what follows it over
#[utoipa::path(post, path = "/api/v1/runs/{run}/retry", tag = "runs", params(("run" = String, Path)),
    request_body = RetryBody,
    responses((status = 202, body = RetriedView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn retry(
    State(state): State<ApiState>,
    span: Span<Operate>,
    Path(run): Path<String>,
    OptionalJson(body): OptionalJson<RetryBody>,
) -> Result<(StatusCode, axum::Json<RetriedView>)> {
    let version = match body.version.as_deref() {
        None | Some("original") => RetryVersion::Original,
        Some("current") => RetryVersion::Current,
        Some(_) => return Err(ApiError::bad_parameter("version is neither `original` nor `current`")),
    };
    refuse_masked([&body.input])?;
    let request =
        RetryRequest { from: body.from, input: body.input, version, repeat_effects: body.repeat_effects };
    let row = find(&state, span.scopes(), &run).await?;
    let retried = state.engine().retry_run(&row.scope, &row.run, request, &span.person()).await?;
    let view = RetriedView { run_id: retried.run_id.into(), standing_effects: retried.standing_effects };
    Ok((StatusCode::ACCEPTED, axum::Json(view)))
}
