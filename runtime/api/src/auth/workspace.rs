//! Which workspace? The header `Throughline-Workspace` or `?workspace=`; without either, the one that is visible,
//! or for lists all of them.

use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use throughline_store::Scope;

use super::{Authorized, Needs, authorize};
use crate::error::{ApiError, Result, codes, shown};
use crate::extract::query_value;
use crate::state::ApiState;

/// The header that names a workspace.
pub(crate) const HEADER: &str = "throughline-workspace";

/// Proof for one workspace.
#[derive(Clone, Debug)]
pub(crate) struct In<L> {
    proof: Authorized<L>,
    scope: Scope,
}

impl<L: Needs> In<L> {
    /// The workspace.
    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Who asked, for the record.
    pub(crate) fn by(&self) -> &str {
        self.proof.by()
    }
}

/// Proof for every workspace a list may span.
#[derive(Clone, Debug)]
pub(crate) struct Span<L> {
    proof: Authorized<L>,
    scopes: Vec<Scope>,
}

impl<L: Needs> Span<L> {
    /// The workspaces, in the order of their ids.
    pub(crate) fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// Who asked, for the record.
    pub(crate) fn by(&self) -> &str {
        self.proof.by()
    }
}

impl<L: Needs> FromRequestParts<ApiState> for In<L> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self> {
        let proof = authorize::<L>(state, &parts.headers).await?;
        let mut scopes = visible(state, &proof, named(parts)?.as_deref()).await?;
        if scopes.len() == 1 {
            return Ok(Self { proof, scope: scopes.remove(0) });
        }
        let names: Vec<&str> = scopes.iter().map(Scope::as_str).collect();
        let message = format!("several workspaces are visible: {}", names.join(", "));
        Err(ApiError::new(StatusCode::BAD_REQUEST, codes::WHICH_WORKSPACE, message)
            .hint("name one with the header Throughline-Workspace or with ?workspace="))
    }
}

impl<L: Needs> FromRequestParts<ApiState> for Span<L> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self> {
        let proof = authorize::<L>(state, &parts.headers).await?;
        let scopes = visible(state, &proof, named(parts)?.as_deref()).await?;
        Ok(Self { proof, scopes })
    }
}

/// All that a proof reaches, for pages that name no workspace.
pub(crate) async fn spanning<L: Needs>(state: &ApiState, proof: Authorized<L>) -> Result<Span<L>> {
    let scopes = visible(state, &proof, None).await?;
    Ok(Span { proof, scopes })
}

/// The workspace the request names.
fn named(parts: &Parts) -> Result<Option<String>> {
    let header = match parts.headers.get(HEADER) {
        None => None,
        Some(value) => Some(
            value
                .to_str()
                .map_err(|_| ApiError::bad_parameter("the header Throughline-Workspace is not plain text"))?
                .to_owned(),
        ),
    };
    match (header, query_value(parts.uri.query(), "workspace")) {
        (Some(header), Some(query)) if header != query => {
            Err(ApiError::bad_parameter("header and query name two different workspaces"))
        }
        (header, query) => Ok(header.or(query)),
    }
}

/// The workspaces a proof reaches, narrowed to the one that was named. A workspace of others looks like none.
async fn visible<L: Needs>(
    state: &ApiState,
    proof: &Authorized<L>,
    named: Option<&str>,
) -> Result<Vec<Scope>> {
    let mut scopes = match proof.workspace() {
        Some(only) => vec![only.clone()],
        None => state.store().list_workspaces().await?.into_iter().map(|row| row.scope).collect(),
    };
    if let Some(name) = named {
        scopes.retain(|scope| scope.as_str() == name);
        if scopes.is_empty() {
            let message = format!("there is no workspace `{}` that you may see", shown(name));
            return Err(ApiError::new(StatusCode::NOT_FOUND, codes::NO_WORKSPACE, message)
                .hint("GET /api/v1/workspaces lists them"));
        }
    }
    scopes.sort();
    Ok(scopes)
}
