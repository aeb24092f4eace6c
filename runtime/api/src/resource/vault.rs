//! The keys of the vault: how they stand, and their replacement.

use axum::extract::State;
use serde::Deserialize;
use throughline_domain::access::Right;
use throughline_store::Scope;
use utoipa::ToSchema;

use crate::auth::{Authorized, Connect, In, Server, Span};
use crate::error::{ErrorAnswer, Result};
use crate::extract::OptionalJson;
use crate::routes::{Access, Routes};
use crate::state::ApiState;
use crate::view::vault::VaultView;

/// Routes of keys.
pub(crate) fn routes(routes: Routes) -> Routes {
    let connect = Access::Needs(Right::Connect);
    routes.get(connect, "/api/v1/vault", show).post(connect, "/api/v1/vault/rotate", rotate).post(
        Access::Needs(Right::Server),
        "/api/v1/vault/rotate-root",
        rotate_root,
    )
}

/// Shows how the keys of the vault stand
#[utoipa::path(get, path = "/api/v1/vault", tag = "connections", responses((status = 200, body = VaultView)))]
pub(crate) async fn show(
    State(state): State<ApiState>,
    span: Span<Connect>,
) -> Result<axum::Json<VaultView>> {
    Ok(axum::Json(state.engine().vault_standing(span.scopes()).await?.into()))
}

/// Nothing is asked for besides.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotateRequest {}

/// Replaces the key of a workspace
///
/// What is put from now on is wrapped with a new key, and every secret is moved over while everything goes on. The old key
/// goes after a backup that began when nothing was left under it.
#[utoipa::path(post, path = "/api/v1/vault/rotate", tag = "connections", request_body = RotateRequest,
    responses((status = 200, body = VaultView), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn rotate(
    State(state): State<ApiState>,
    proof: In<Connect>,
    OptionalJson(RotateRequest {}): OptionalJson<RotateRequest>,
) -> Result<axum::Json<VaultView>> {
    Ok(axum::Json(state.engine().rotate_workspace_key(proof.scope(), proof.by()).await?.into()))
}

/// Replaces the root key
///
/// Makes the next `DIR/keys/root-N.key` and wraps the key of every workspace with it. Save the file apart from the backups;
/// other nodes on the same database need a copy of it.
#[utoipa::path(post, path = "/api/v1/vault/rotate-root", tag = "connections", request_body = RotateRequest,
    responses((status = 200, body = VaultView), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn rotate_root(
    State(state): State<ApiState>,
    proof: Authorized<Server>,
    OptionalJson(RotateRequest {}): OptionalJson<RotateRequest>,
) -> Result<axum::Json<VaultView>> {
    let rows = state.store().list_workspaces().await?;
    let scopes: Vec<Scope> = rows.into_iter().map(|row| row.scope).collect();
    Ok(axum::Json(state.engine().rotate_root_key(&scopes, proof.by()).await?.into()))
}
