//! Secrets: put, list, delete. They go in and never come out.

use std::fmt;

use axum::extract::State;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use throughline_domain::access::Right;
use throughline_engine::command::SecretView as Secret;
use throughline_store::Scope;
use utoipa::ToSchema;

use crate::auth::{Connect, In, Span};
use crate::error::{ErrorAnswer, Result};
use crate::extract::{Json, Path};
use crate::routes::{Access, Routes};
use crate::state::ApiState;
use crate::view::List;
use crate::view::access::DoneView;
use crate::view::vault::SecretView;

/// Routes of secrets.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(Access::Needs(Right::Connect), "/api/v1/secrets", list)
        .put(Access::Needs(Right::Connect), "/api/v1/secrets/{name}", put)
        .delete(Access::Needs(Right::Connect), "/api/v1/secrets/{name}", delete)
}

/// A value on its way to the vault: no `Debug`, and what is no text is not repeated in the refusal.
pub(crate) struct SecretText(String);

impl SecretText {
    /// The value.
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer) {
            Ok(serde_json::Value::String(text)) => Ok(Self(text)),
            Ok(_) | Err(_) => Err(D::Error::custom("a secret is not a text")),
        }
    }
}

/// A secret to put.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretRequest {
    /// The value: text of 1 byte to 64 KiB.
    #[schema(value_type = String, format = Password)]
    value: SecretText,
    /// The one place it may be used: an origin in lower case and without a path, or `inbound` for what proves requests
    /// that come in.
    #[schema(example = "https://crm.example.com")]
    bound_to: String,
}

/// Lists secrets: names, places, versions, users; never a value
#[utoipa::path(get, path = "/api/v1/secrets", tag = "connections", responses((status = 200, body = List<SecretView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<Connect>,
) -> Result<axum::Json<List<SecretView>>> {
    let mut items = Vec::new();
    for scope in span.scopes() {
        items.extend(views(scope, state.engine().list_secrets(scope).await?));
    }
    Ok(axum::Json(List::whole(items)))
}

fn views(scope: &Scope, secrets: Vec<Secret>) -> impl Iterator<Item = SecretView> {
    secrets.into_iter().map(|secret| SecretView::new(scope, secret))
}

/// Puts a secret: a new one, or the next version of the one of that name
///
/// No answer of this server holds the value again. What a connection uses keeps its place.
#[utoipa::path(put, path = "/api/v1/secrets/{name}", tag = "connections", params(("name" = String, Path)),
    request_body = SecretRequest,
    responses((status = 200, body = SecretView), (status = 409, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn put(
    State(state): State<ApiState>,
    proof: In<Connect>,
    Path(name): Path<String>,
    Json(request): Json<SecretRequest>,
) -> Result<axum::Json<SecretView>> {
    let SecretRequest { value: SecretText(value), bound_to } = request;
    let secret = state.engine().put_secret(proof.scope(), &name, value, &bound_to, proof.by()).await?;
    Ok(axum::Json(SecretView::new(proof.scope(), secret)))
}

/// Deletes a secret
///
/// One that a connection uses stays: the refusal names the connections.
#[utoipa::path(delete, path = "/api/v1/secrets/{name}", tag = "connections", params(("name" = String, Path)),
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    proof: In<Connect>,
    Path(name): Path<String>,
) -> Result<axum::Json<DoneView>> {
    state.engine().delete_secret(proof.scope(), &name, proof.by()).await?;
    Ok(axum::Json(DoneView { id: name, done: true }))
}
