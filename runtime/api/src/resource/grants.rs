//! Grants: private addresses that one workspace's connectors may reach.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::{In, See, Server, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Query};
use crate::state::ApiState;
use crate::view::List;
use crate::view::access::{DoneView, GrantView};

/// Lists grants
#[utoipa::path(get, path = "/api/v1/grants", tag = "connections", responses((status = 200, body = List<GrantView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
) -> Result<axum::Json<List<GrantView>>> {
    let mut items = Vec::new();
    for scope in span.scopes() {
        let grants = state.store().list_egress_grants(scope).await?;
        items.extend(grants.into_iter().map(|grant| GrantView::new(scope, grant)));
    }
    Ok(axum::Json(List::whole(items)))
}

/// An address range to open.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GrantRequest {
    /// Addresses and ports: `127.0.0.1/32:41001`.
    range: String,
    /// Why.
    reason: String,
}

/// Opens private addresses to a workspace's connectors
///
/// They are addresses of the server's own network: an administrator of the server opens them.
#[utoipa::path(post, path = "/api/v1/grants", tag = "connections", request_body = GrantRequest,
    responses((status = 201, body = GrantView), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn create(
    State(state): State<ApiState>,
    proof: In<Server>,
    Json(request): Json<GrantRequest>,
) -> Result<(StatusCode, axum::Json<GrantView>)> {
    let grant =
        state.engine().grant_egress(proof.scope(), &request.range, &request.reason, proof.by()).await?;
    Ok((StatusCode::CREATED, axum::Json(GrantView::new(proof.scope(), grant))))
}

/// Which grant.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct GrantQuery {
    /// Addresses and ports as the list shows them.
    range: String,
    /// Workspace, as the header `Throughline-Workspace` names it.
    #[serde(default)]
    #[expect(
        dead_code,
        reason = "read where the proof is made; named here so that it is not an unknown field"
    )]
    workspace: Option<String>,
}

/// Closes private addresses again
#[utoipa::path(delete, path = "/api/v1/grants", tag = "connections", params(GrantQuery),
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    proof: In<Server>,
    Query(query): Query<GrantQuery>,
) -> Result<axum::Json<DoneView>> {
    let missing = || ApiError::missing("grant", &query.range);
    let (cidr, ports) = query.range.rsplit_once(':').ok_or_else(missing)?;
    if !state.store().revoke_egress(proof.scope(), cidr, ports).await? {
        return Err(missing());
    }
    tracing::warn!(workspace.id = %proof.scope(), range = %query.range, by = proof.by(), "a private address range was closed");
    Ok(axum::Json(DoneView { id: query.range, done: true }))
}
