//! Drafts: the texts of workflows that are being written.

use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use throughline_domain::access::Right;
use throughline_store::{By, Draft, DraftRow, NewDraft};
use utoipa::ToSchema;

use super::{PageQuery, by_name, rows};
use crate::auth::{Build, In, Span};
use crate::error::{ApiError, ErrorAnswer, Result, codes};
use crate::extract::{Json, Path, Query};
use crate::routes::{Access, Routes};
use crate::state::ApiState;
use crate::view::access::DoneView;
use crate::view::{List, at};

const BUILD: Access = Access::Needs(Right::Build);
/// Longest id of a workflow that is not published yet.
const MAX_ID: usize = 64;

/// Routes of drafts.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(BUILD, "/api/v1/drafts", list)
        .get(BUILD, "/api/v1/workflows/{workflow}/draft", show)
        .put(BUILD, "/api/v1/workflows/{workflow}/draft", save)
        .delete(BUILD, "/api/v1/workflows/{workflow}/draft", discard)
}

/// A draft as a row of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DraftView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Workflow; it need not be published yet.
    #[schema(example = "invoice-readiness")]
    pub(crate) workflow: String,
    /// How often it was saved.
    revision: u32,
    /// The version it was begun from; null: from nothing.
    based_on: Option<u32>,
    /// Who saved it last.
    saved_by: String,
    /// When.
    saved_at: String,
}

/// A draft.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DraftDetail {
    /// The row.
    #[serde(flatten)]
    draft: DraftView,
    /// The text as written, whether it can be read or not.
    text: String,
    /// Sample data that was pinned, by node.
    #[schema(value_type = Object)]
    samples: Map<String, Value>,
}

/// A draft to save.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftRequest {
    /// The revision you saw last; 0: there was none.
    revision: u32,
    /// The version it was begun from.
    #[serde(default)]
    based_on: Option<u32>,
    /// The text as written.
    text: String,
    /// Sample data by node.
    #[serde(default)]
    #[schema(value_type = Object)]
    samples: Map<String, Value>,
}

/// Which revision.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct RevisionQuery {
    /// The revision you saw last; whatever is there where absent.
    revision: Option<u32>,
}

/// Lists drafts by workspace and workflow
#[utoipa::path(get, path = "/api/v1/drafts", tag = "workflows", params(PageQuery),
    responses((status = 200, body = List<DraftView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<Build>,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<List<DraftView>>> {
    let mut page = query.page()?;
    let limit = rows(&page);
    let (scopes, mut after) = by_name(span.scopes(), page.after.as_deref())?;
    let mut items: Vec<DraftView> = Vec::new();
    for scope in scopes {
        page.after = after.take();
        let found = state.store().list_drafts(scope, &page).await?;
        let ends_here = found.next.is_some();
        items.extend(found.items.into_iter().map(DraftView::from));
        if ends_here || items.len() > limit {
            items.truncate(limit);
            let next = items.last().map(|row| format!("{}:{}", row.workspace, row.workflow));
            return Ok(axum::Json(List { items, next }));
        }
    }
    Ok(axum::Json(List::whole(items)))
}

/// A workflow's draft
#[utoipa::path(get, path = "/api/v1/workflows/{workflow}/draft", tag = "workflows",
    params(("workflow" = String, Path)),
    responses((status = 200, body = DraftDetail), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn show(
    State(state): State<ApiState>,
    proof: In<Build>,
    Path(workflow): Path<String>,
) -> Result<axum::Json<DraftDetail>> {
    let draft = state.store().get_draft(proof.scope(), &workflow).await?;
    Ok(axum::Json(draft.ok_or_else(|| ApiError::missing("draft of workflow", &workflow))?.into()))
}

/// Saves a workflow's draft
///
/// Over the revision you saw; where somebody else saved meanwhile the answer is 409 and nothing is saved: read it again and
/// bring the two together. The text is kept as it is, whether it can be published or not.
#[utoipa::path(put, path = "/api/v1/workflows/{workflow}/draft", tag = "workflows",
    params(("workflow" = String, Path)), request_body = DraftRequest,
    responses((status = 200, body = DraftDetail), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn save(
    State(state): State<ApiState>,
    proof: In<Build>,
    Path(workflow): Path<String>,
    Json(request): Json<DraftRequest>,
) -> Result<axum::Json<DraftDetail>> {
    if workflow.is_empty() || workflow.chars().count() > MAX_ID {
        return Err(ApiError::bad_parameter(format!("the id of a workflow has 1 to {MAX_ID} characters")));
    }
    let new = NewDraft {
        workflow,
        seen: request.revision,
        based_on: request.based_on.filter(|version| *version > 0),
        text: request.text,
        samples: request.samples,
    };
    let by = proof.person();
    let saved = state.store().save_draft(proof.scope(), &new, By { who: &by, at: state.now() }).await?;
    if saved.is_none() {
        return Err(moved(&new.workflow));
    }
    let draft = state.store().get_draft(proof.scope(), &new.workflow).await?;
    Ok(axum::Json(draft.ok_or_else(|| moved(&new.workflow))?.into()))
}

/// Discards a workflow's draft; what is published stays
#[utoipa::path(delete, path = "/api/v1/workflows/{workflow}/draft", tag = "workflows",
    params(("workflow" = String, Path), RevisionQuery),
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn discard(
    State(state): State<ApiState>,
    proof: In<Build>,
    Path(workflow): Path<String>,
    Query(query): Query<RevisionQuery>,
) -> Result<axum::Json<DoneView>> {
    let missing = || ApiError::missing("draft of workflow", &workflow);
    let there = state.store().get_draft(proof.scope(), &workflow).await?.ok_or_else(missing)?;
    let seen = query.revision.unwrap_or(there.row.revision);
    if !state.store().discard_draft(proof.scope(), &workflow, seen).await? {
        return Err(moved(&workflow));
    }
    Ok(axum::Json(DoneView { id: workflow, done: true }))
}

fn moved(workflow: &str) -> ApiError {
    let message =
        format!("the draft of `{workflow}` is not the one you saw: somebody saved or discarded it meanwhile");
    ApiError::new(StatusCode::CONFLICT, codes::DRAFT_MOVED, message)
        .hint("read it again, bring both together, and save over its revision")
}

impl From<DraftRow> for DraftView {
    fn from(row: DraftRow) -> Self {
        Self {
            workspace: row.scope.to_string(),
            workflow: row.workflow,
            revision: row.revision,
            based_on: row.based_on,
            saved_by: row.saved_by,
            saved_at: at(row.saved_at),
        }
    }
}

impl From<Draft> for DraftDetail {
    fn from(draft: Draft) -> Self {
        Self { draft: draft.row.into(), text: draft.text, samples: draft.samples }
    }
}
