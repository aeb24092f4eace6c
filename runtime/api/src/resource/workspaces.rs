//! Workspaces: list, make.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use throughline_store::Scope;
use utoipa::ToSchema;

use crate::auth::{Authorized, See, Server, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::Json;
use crate::state::ApiState;
use crate::view::List;
use crate::view::access::WorkspaceView;

/// Lists the workspaces that are visible
#[utoipa::path(get, path = "/api/v1/workspaces", tag = "access", responses((status = 200, body = List<WorkspaceView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
) -> Result<axum::Json<List<WorkspaceView>>> {
    let rows = state.store().list_workspaces().await?;
    let visible = rows.into_iter().filter(|row| span.scopes().contains(&row.scope));
    Ok(axum::Json(List::whole(visible.map(WorkspaceView::from).collect())))
}

/// A workspace to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkspaceRequest {
    /// Id: 1 to 63 of a-z, 0-9, `-` and `_`.
    workspace: String,
    /// Name for people; the id where absent.
    #[serde(default)]
    name: Option<String>,
}

/// Makes a workspace
///
/// Making it again changes nothing: 200 instead of 201.
#[utoipa::path(post, path = "/api/v1/workspaces", tag = "access", request_body = WorkspaceRequest,
    responses((status = 201, body = WorkspaceView), (status = 200, body = WorkspaceView), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn create(
    State(state): State<ApiState>,
    _proof: Authorized<Server>,
    Json(request): Json<WorkspaceRequest>,
) -> Result<(StatusCode, axum::Json<WorkspaceView>)> {
    let scope = Scope::new(&request.workspace)?;
    let name = request.name.unwrap_or(request.workspace);
    let new = state.store().create_workspace(&scope, &name, state.now()).await?;
    let row = state.store().get_workspace(&scope).await?.ok_or_else(ApiError::internal)?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(row.into())))
}
