//! API tokens: list, make, revoke.

use axum::Extension;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use throughline_domain::access::{Place, See, Server, Who, authorize};
use throughline_domain::id::{PersonId, TokenId};
use throughline_store::{NewToken, Scope, TokenRow};
use utoipa::ToSchema;

use super::id;
use crate::auth::{Own, token};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Path};
use crate::once::GivenOnce;
use crate::state::ApiState;
use crate::view::List;
use crate::view::access::{DoneView, NewTokenView, TokenView};

/// Lists tokens, without their secrets: one's own, or all for who looks after the server
#[utoipa::path(get, path = "/api/v1/tokens", tag = "access", responses((status = 200, body = List<TokenView>)))]
pub(crate) async fn list(State(state): State<ApiState>, own: Own) -> Result<axum::Json<List<TokenView>>> {
    let rows = match only_of(&own) {
        Some(person) => state.store().list_tokens_of(person).await?,
        None => state.store().list_tokens().await?,
    };
    Ok(axum::Json(List::whole(rows.into_iter().map(TokenView::from).collect())))
}

/// Whose tokens somebody may see and revoke; everybody's for who looks after the server.
fn only_of(own: &Own) -> Option<&PersonId> {
    match own.principal().who() {
        Who::Keyholder => None,
        Who::Person(_) if authorize::<Server>(own.principal(), &Place::Server).is_ok() => None,
        Who::Person(person) => Some(person),
    }
}

/// A token to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRequest {
    /// What it is for; stands in records of what was done with it.
    name: String,
    /// `read`, `operate`, `resolve`, `decide`, `build`, `write` (operate, resolve and build) or `admin` (all but
    /// decide); `admin` where absent.
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
/// It may what its owner may, within its scopes, and ends with their account. The answer holds the token itself, this once.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "access", request_body = TokenRequest,
    responses((status = 201, body = NewTokenView), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn create(
    State(state): State<ApiState>,
    own: Own,
    Json(request): Json<TokenRequest>,
) -> Result<(StatusCode, Extension<GivenOnce>, axum::Json<NewTokenView>)> {
    let name = request.name.trim();
    if name.is_empty() || name.len() > 100 {
        return Err(ApiError::bad_parameter(
            "name is empty or longer than 100 bytes: say what the token is for",
        ));
    }
    let scopes = request.scopes.unwrap_or_else(|| vec!["admin".to_owned()]);
    if token::scopes(&scopes).map_err(ApiError::bad_parameter)?.is_empty() {
        return Err(ApiError::bad_parameter("scopes is empty: the token could do nothing"));
    }
    let workspace = match request.workspace {
        None => None,
        Some(name) => Some(known(&state, &own, &name).await?),
    };
    let now = state.now();
    let secret = token::fresh(state.random());
    let person = match own.principal().who() {
        Who::Keyholder => None,
        Who::Person(person) => Some(person.clone()),
    };
    let new = NewToken {
        token: state.fresh_id(TokenId::new),
        hash: token::hash(&secret),
        name: name.to_owned(),
        person,
        workspace,
        scopes,
        created_at: now,
        expires_at: request.expires_in_days.map(|days| now.plus_ms(u64::from(days) * 86_400_000)),
    };
    state.store().create_token(&new).await?;
    tracing::info!(token.id = %new.token, token.name = %new.name, by = own.by(), "made an API token");
    let row = TokenRow {
        token: new.token,
        name: new.name,
        person: new.person,
        workspace: new.workspace,
        scopes: new.scopes,
        created_at: new.created_at,
        expires_at: new.expires_at,
        revoked_at: None,
        used_at: None,
    };
    Ok((
        StatusCode::CREATED,
        Extension(GivenOnce),
        axum::Json(NewTokenView { row: row.into(), token: secret }),
    ))
}

/// A workspace that the token's owner sees.
async fn known(state: &ApiState, own: &Own, name: &str) -> Result<Scope> {
    let missing = || ApiError::missing("workspace", name);
    let scope = Scope::new(name)?;
    let there = state.store().get_workspace(&scope).await?.is_some();
    let seen = authorize::<See>(own.principal(), &Place::Workspace(name.to_owned())).is_ok();
    if there && seen { Ok(scope) } else { Err(missing()) }
}

/// Revokes a token
#[utoipa::path(delete, path = "/api/v1/tokens/{token}", tag = "access", params(("token" = String, Path)),
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn revoke(
    State(state): State<ApiState>,
    own: Own,
    Path(token): Path<String>,
) -> Result<axum::Json<DoneView>> {
    let parsed: TokenId = id("token", &token)?;
    let theirs = match only_of(&own) {
        Some(person) => state.store().list_tokens_of(person).await?.iter().any(|row| row.token == parsed),
        None => true,
    };
    if !theirs || !state.store().revoke_token(&parsed, state.now()).await? {
        return Err(ApiError::missing("token", &token).hint("it is unknown, or revoked already"));
    }
    tracing::info!(token.id = %parsed, by = own.by(), "revoked an API token");
    Ok(axum::Json(DoneView { id: token, done: true }))
}
