//! Workflows: list, look, check, publish.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use throughline_engine::command::Published;
use throughline_store::{Scope, VersionRow, VersionSummary, WorkflowRow};
use utoipa::ToSchema;

use super::triggers::next_fires;
use super::{PageQuery, by_name, rows};
use crate::auth::{Build, In, See, Span};
use crate::error::{ApiError, ErrorAnswer, Problem, Result};
use crate::extract::{Json, Path, Query};
use crate::state::ApiState;
use crate::view::List;
use crate::view::workflow::{
    LintView, PublishedView, ScheduleView, VersionView, WorkflowDetail, WorkflowView,
};

/// Lists workflows by workspace and id
#[utoipa::path(get, path = "/api/v1/workflows", tag = "workflows", params(PageQuery),
    responses((status = 200, body = List<WorkflowView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<List<WorkflowView>>> {
    let mut page = query.page()?;
    let limit = rows(&page);
    let (scopes, mut after) = by_name(span.scopes(), page.after.as_deref())?;
    let mut items = Vec::new();
    for scope in scopes {
        page.after = after.take();
        let found = state.store().list_workflows(scope, &page).await?;
        let ends_here = found.next.is_some();
        for row in found.items {
            if items.len() == limit {
                return Ok(axum::Json(cut(items)));
            }
            items.push(view(&state, row).await?);
        }
        if ends_here {
            return Ok(axum::Json(cut(items)));
        }
    }
    Ok(axum::Json(List::whole(items)))
}

fn cut(items: Vec<WorkflowView>) -> List<WorkflowView> {
    let next = items.last().map(|row| format!("{}:{}", row.workspace, row.workflow));
    List { items, next }
}

/// A workflow with its current version, what it listens to and when it fires next.
pub(crate) async fn view(state: &ApiState, row: WorkflowRow) -> Result<WorkflowView> {
    let scope = row.scope.clone();
    let version = state.store().get_workflow_version(&scope, &row.workflow, row.version).await?;
    let trigger = state.store().trigger(&scope, &row.workflow).await?;
    let mut view =
        WorkflowView::new(row, version.as_ref(), trigger.as_ref(), state.config().mail_domain.as_deref());
    if let Some(trigger) = &trigger {
        view.next_fires = next_fires(state, trigger).await?;
    }
    Ok(view)
}

async fn find(state: &ApiState, scopes: &[Scope], workflow: &str) -> Result<WorkflowRow> {
    let mut found = Vec::new();
    for scope in scopes {
        found.extend(state.store().get_workflow(scope, workflow).await?);
    }
    match found.len() {
        0 => Err(ApiError::missing("workflow", workflow)),
        1 => Ok(found.remove(0)),
        _ => Err(ApiError::bad_parameter(
            "several workspaces have a workflow of this name: name the workspace",
        )),
    }
}

/// Which version.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct VersionQuery {
    /// Version; the current one where absent.
    version: Option<u32>,
    /// Workspace, as the header `Throughline-Workspace` names it.
    workspace: Option<String>,
}

async fn version(state: &ApiState, row: &WorkflowRow, number: Option<u32>) -> Result<VersionRow> {
    let number = number.unwrap_or(row.version);
    let found = state.store().get_workflow_version(&row.scope, &row.workflow, number).await?;
    found.ok_or_else(|| ApiError::missing("version", &format!("{} of {}", number, row.workflow)))
}

/// One workflow with its text
#[utoipa::path(get, path = "/api/v1/workflows/{workflow}", tag = "workflows",
    params(("workflow" = String, Path), VersionQuery),
    responses((status = 200, body = WorkflowDetail), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn show(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(workflow): Path<String>,
    Query(query): Query<VersionQuery>,
) -> Result<axum::Json<WorkflowDetail>> {
    let row = find(&state, span.scopes(), &workflow).await?;
    let version = version(&state, &row, query.version).await?;
    Ok(axum::Json(WorkflowDetail::new(view(&state, row).await?, version)))
}

/// The text alone, exactly as it was published
#[utoipa::path(get, path = "/api/v1/workflows/{workflow}/text", tag = "workflows",
    params(("workflow" = String, Path), VersionQuery),
    responses((status = 200, body = String, content_type = "application/yaml"), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn text(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(workflow): Path<String>,
    Query(query): Query<VersionQuery>,
) -> Result<Response> {
    let row = find(&state, span.scopes(), &workflow).await?;
    let version = version(&state, &row, query.version).await?;
    let kind = match version.format.as_str() {
        "json" => HeaderValue::from_static("application/json"),
        _ => HeaderValue::from_static("application/yaml"),
    };
    Ok(([(header::CONTENT_TYPE, kind)], version.source).into_response())
}

/// The versions of a workflow, newest first
#[utoipa::path(get, path = "/api/v1/workflows/{workflow}/versions", tag = "workflows",
    params(("workflow" = String, Path), PageQuery),
    responses((status = 200, body = List<VersionView>), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn versions(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(workflow): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<List<VersionView>>> {
    let row = find(&state, span.scopes(), &workflow).await?;
    let found = state.store().list_versions(&row.scope, &row.workflow, &query.page()?).await?;
    let asked = state.store().published_requests_of(&row.scope, &row.workflow).await?;
    // One that said the same as the version before has become none of its own.
    let writer = |row: &VersionSummary| {
        let became = asked
            .iter()
            .find(|one| one.version == Some(row.version) && one.decided_at == Some(row.published_at));
        became.map(|one| one.asked_by.clone())
    };
    let view = |row: VersionSummary| VersionView { written_by: writer(&row), ..VersionView::from(row) };
    Ok(axum::Json(List { items: found.items.into_iter().map(view).collect(), next: found.next }))
}

/// When a workflow's schedule fires: the next five instants
#[utoipa::path(get, path = "/api/v1/workflows/{workflow}/schedule", tag = "workflows",
    params(("workflow" = String, Path)),
    responses((status = 200, body = ScheduleView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn schedule(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(workflow): Path<String>,
) -> Result<axum::Json<ScheduleView>> {
    let row = find(&state, span.scopes(), &workflow).await?;
    let missing = || ApiError::missing("schedule of workflow", &workflow);
    let schedule = state.store().get_schedule(&row.scope, &row.workflow).await?.ok_or_else(missing)?;
    let trigger = state.store().trigger(&row.scope, &row.workflow).await?.ok_or_else(missing)?;
    Ok(axum::Json(ScheduleView {
        workflow: row.workflow,
        schedule: serde_json::from_slice(&schedule.config).unwrap_or_default(),
        next_fires: next_fires(&state, &trigger).await?,
        tzdata: schedule.tzdata,
    }))
}

/// A workflow's text.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextRequest {
    /// YAML or JSON.
    text: String,
    /// What the text is called, for the sender's own use.
    #[serde(default, rename = "name")]
    _name: Option<String>,
    /// With publishing: withdraw the open proposals that older versions made. Each takes its step's exception port.
    #[serde(default)]
    withdraw_open: bool,
}

/// Checks a text and publishes it
///
/// A text that says the same as the current version publishes nothing new. A text with problems is refused with
/// all of them, and nothing is saved. Open proposals of older versions stay valid, unless `withdraw_open` withdraws them; asked
/// again with the same text it withdraws what was left.
#[utoipa::path(post, path = "/api/v1/workflows", tag = "workflows", request_body = TextRequest,
    responses((status = 200, description = "Unchanged.", body = PublishedView), (status = 201, body = PublishedView),
        (status = 403, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn publish(
    State(state): State<ApiState>,
    proof: In<Build>,
    Json(request): Json<TextRequest>,
) -> Result<(StatusCode, axum::Json<PublishedView>)> {
    super::publish_requests::alone(&state, proof.scope()).await?;
    let published = state.engine().publish_workflow(proof.scope(), &request.text, proof.by()).await?;
    let status = if published.unchanged { StatusCode::OK } else { StatusCode::CREATED };
    let by = proof.person();
    let view = published_view(&state, (proof.scope(), &by), published, request.withdraw_open).await?;
    Ok((status, axum::Json(view)))
}

/// What was published, with what was open of older versions withdrawn where that was asked for.
pub(crate) async fn published_view(
    state: &ApiState,
    (scope, by): (&Scope, &str),
    published: Published,
    withdraw_open: bool,
) -> Result<PublishedView> {
    let withdrawn = if withdraw_open {
        let (workflow, version) = (&published.workflow, published.version);
        Some(state.engine().withdraw_older(scope, workflow, version, by).await?)
    } else {
        None
    };
    Ok(PublishedView {
        workspace: scope.to_string(),
        workflow: published.workflow,
        version: published.version,
        unchanged: published.unchanged,
        withdrawn,
        warnings: published.warnings.into_iter().map(Problem::from).collect(),
    })
}

/// Checks a text as publishing would; nothing is saved
#[utoipa::path(post, path = "/api/v1/workflows/lint", tag = "workflows", request_body = TextRequest,
    responses((status = 200, body = LintView)))]
pub(crate) async fn lint(
    State(state): State<ApiState>,
    proof: In<See>,
    Json(request): Json<TextRequest>,
) -> Result<axum::Json<LintView>> {
    let checked = state.engine().check_workflow(proof.scope(), &request.text).await?;
    let ok = checked.errors().next().is_none();
    Ok(axum::Json(LintView { ok, problems: checked.problems.into_iter().map(Problem::from).collect() }))
}
