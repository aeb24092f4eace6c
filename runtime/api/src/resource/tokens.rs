//! API tokens: list, make, revoke.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use throughline_domain::id::TokenId;
use throughline_store::{NewToken, Scope, TokenRow};
use utoipa::ToSchema;

use super::id;
use crate::auth::{Admin, Authorized, token};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Path};
use crate::state::ApiState;
use crate::view::List;
use crate::view::access::{DoneView, NewTokenView, TokenView};

/// Lists tokens, without their secrets
#[utoipa::path(get, path = "/api/v1/tokens", tag = "access", responses((status = 200, body = List<TokenView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    proof: Authorized<Admin>,
) -> Result<axum::Json<List<TokenView>>> {
    proof.server_wide()?;
    let rows = state.store().list_tokens().await?;
    Ok(axum::Json(List::whole(rows.into_iter().map(TokenView::from).collect())))
}

/// A token to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRequest {
    /// What it is for; stands in records of what was done with it.
    name: String,
    /// `read`, `write` or `admin`, each including the ones before it; `admin` where absent.
    #[serde(default)]
    scopes: Option<Vec<String>>,
    /// The only workspace it may use; all where absent.
    #[serde(default)]
    workspace: Option<String>,
    /// Days until it ends by itself; never where absent.
    #[serde(default)]
    expires_in_days: Option<u32>,
}

/// Makes a token
///
/// The answer holds the token itself, this once.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "access", request_body = TokenRequest,
    responses((status = 201, body = NewTokenView), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn create(
    State(state): State<ApiState>,
    proof: Authorized<Admin>,
    Json(request): Json<TokenRequest>,
) -> Result<(StatusCode, axum::Json<NewTokenView>)> {
    proof.server_wide()?;
    let name = request.name.trim();
    if name.is_empty() || name.len() > 100 {
        return Err(ApiError::bad_parameter(
            "name is empty or longer than 100 bytes: say what the token is for",
        ));
    }
    let scopes = request.scopes.unwrap_or_else(|| vec!["admin".to_owned()]);
    if scopes.is_empty() || scopes.iter().any(|scope| token::level(std::slice::from_ref(scope)).is_none()) {
        return Err(ApiError::bad_parameter("scopes holds something else than `read`, `write` and `admin`"));
    }
    let workspace = match request.workspace {
        None => None,
        Some(name) => {
            let scope = Scope::new(&name)?;
            let known = state.store().get_workspace(&scope).await?;
            Some(known.map(|_| scope).ok_or_else(|| ApiError::missing("workspace", &name))?)
        }
    };
    let now = state.now();
    let secret = token::fresh(state.random());
    let random = state.random();
    let mut wide = [0; 16];
    wide.copy_from_slice(&random[..16]);
    let new = NewToken {
        token: TokenId::new(now.as_millis().max(0).cast_unsigned(), u128::from_be_bytes(wide)),
        hash: token::hash(&secret),
        name: name.to_owned(),
        person: None,
        workspace,
        scopes,
        created_at: now,
        expires_at: request.expires_in_days.map(|days| now.plus_ms(u64::from(days) * 86_400_000)),
    };
    state.store().create_token(&new).await?;
    tracing::info!(token.id = %new.token, token.name = %new.name, by = proof.by(), "made an API token");
    let row = TokenRow {
        token: new.token,
        name: new.name,
        person: None,
        workspace: new.workspace,
        scopes: new.scopes,
        created_at: new.created_at,
        expires_at: new.expires_at,
        revoked_at: None,
        used_at: None,
    };
    Ok((StatusCode::CREATED, axum::Json(NewTokenView { row: row.into(), token: secret })))
}

/// Revokes a token
#[utoipa::path(delete, path = "/api/v1/tokens/{token}", tag = "access", params(("token" = String, Path)),
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn revoke(
    State(state): State<ApiState>,
    proof: Authorized<Admin>,
    Path(token): Path<String>,
) -> Result<axum::Json<DoneView>> {
    proof.server_wide()?;
    let parsed: TokenId = id("token", &token)?;
    if !state.store().revoke_token(&parsed, state.now()).await? {
        return Err(ApiError::missing("token", &token).hint("it is unknown, or revoked already"));
    }
    tracing::info!(token.id = %parsed, by = proof.by(), "revoked an API token");
    Ok(axum::Json(DoneView { id: token, done: true }))
}
