//! Which workspace? The header `Throughline-Workspace` or `?workspace=`; without either, the one that is visible,
//! or for lists all of them.

use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use throughline_domain::access::{
    Denied, Needs, Place, Principal, Proof, See, Who, authorize, authorize_each,
};
use throughline_store::Scope;

use super::{Acting, Caller, caller};
use crate::error::{ApiError, Result, codes};
use crate::extract::query_value;
use crate::state::ApiState;

/// The header that names a workspace.
pub(crate) const HEADER: &str = "throughline-workspace";

/// Proof for one workspace.
#[derive(Clone, Debug)]
pub(crate) struct In<N> {
    proof: Proof<N>,
    scope: Scope,
    acting: Acting,
}

impl<N: Needs> In<N> {
    /// The workspace.
    pub(crate) const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Who asked, for the record.
    pub(crate) fn by(&self) -> &str {
        self.proof.by()
    }

    /// The person who asked, whichever token they came with.
    pub(crate) fn person(&self) -> String {
        person(&self.proof)
    }

    /// Who they are, and when they last proved it.
    pub(crate) const fn acting(&self) -> &Acting {
        &self.acting
    }
}

/// Two tokens of one person are one person.
fn person<N: Needs>(proof: &Proof<N>) -> String {
    match proof.who() {
        Who::Person(person) => person.to_string(),
        Who::Keyholder => "admin".to_owned(),
    }
}

/// Proof for every workspace a list may span.
#[derive(Clone, Debug)]
pub(crate) struct Span<N> {
    caller: Caller,
    proofs: Vec<Proof<N>>,
    scopes: Vec<Scope>,
}

impl<N: Needs> Span<N> {
    /// The workspaces, in the order of their ids.
    pub(crate) fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// Who asked, for the record.
    pub(crate) fn by(&self) -> &str {
        self.caller.by()
    }

    /// The person who asked, whichever token they came with.
    pub(crate) fn person(&self) -> String {
        self.proofs.first().map_or_else(|| self.by().to_owned(), person)
    }

    /// Who they are, and when they last proved it.
    pub(crate) const fn acting(&self) -> &Acting {
        self.caller.acting()
    }

    /// What they hold.
    pub(crate) const fn principal(&self) -> &Principal {
        self.caller.principal()
    }
}

impl<N: Needs> FromRequestParts<ApiState> for In<N> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self> {
        let caller = caller(state, parts).await?;
        let workspace = match named(parts)? {
            Some(name) => existing(state, name).await?,
            None => the_only(state, &caller.principal).await?,
        };
        // What only an administrator of the server may, they may in any workspace.
        let place = if N::RIGHT.is_of_server() {
            Place::Server
        } else {
            Place::Workspace(workspace.as_str().to_owned())
        };
        let proof = authorize(&caller.principal, &place)?;
        Ok(Self { proof, scope: workspace, acting: caller.acting })
    }
}

/// A workspace that is not there looks like one of others.
async fn existing(state: &ApiState, name: String) -> Result<Scope> {
    let nowhere = |workspace: String| ApiError::from(Denied::NotAMember { workspace });
    let Ok(scope) = Scope::new(&name) else { return Err(nowhere(name)) };
    if state.store().get_workspace(&scope).await?.is_some() { Ok(scope) } else { Err(nowhere(name)) }
}

/// The workspace of somebody who sees one.
async fn the_only(state: &ApiState, principal: &Principal) -> Result<Scope> {
    let mut seen = scopes(&authorize_each::<See>(principal, all(state).await?))?;
    match seen.len() {
        0 => Err(in_none()),
        1 => Ok(seen.remove(0)),
        _ => {
            let names: Vec<&str> = seen.iter().map(Scope::as_str).collect();
            let message = format!("several workspaces are visible: {}", names.join(", "));
            Err(ApiError::new(StatusCode::BAD_REQUEST, codes::WHICH_WORKSPACE, message)
                .hint("name one with the header Throughline-Workspace or with ?workspace="))
        }
    }
}

impl<N: Needs> FromRequestParts<ApiState> for Span<N> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self> {
        let caller = caller(state, parts).await?;
        let only = named(parts)?;
        let names = match &only {
            Some(name) => vec![existing(state, name.clone()).await?.as_str().to_owned()],
            None => all(state).await?,
        };
        let proofs = authorize_each::<N>(&caller.principal, names.clone());
        if proofs.is_empty() {
            refused::<N>(&caller.principal, only, names)?;
        }
        let scopes = scopes(&proofs)?;
        Ok(Self { caller, proofs, scopes })
    }
}

/// Why somebody may nowhere. Who looks after the server sees an empty list where there is no workspace yet.
fn refused<N: Needs>(principal: &Principal, named: Option<String>, all: Vec<String>) -> Result<()> {
    if all.is_empty() && principal.looks_after_the_server() {
        return Ok(());
    }
    // Of a workspace they know it is said what is missing there; of the others nothing.
    let seen = authorize_each::<See>(principal, all);
    let about = seen.first().and_then(Proof::workspace).map(str::to_owned).or(named);
    match about.map(|name| authorize::<N>(principal, &Place::Workspace(name))) {
        Some(Err(denied)) => Err(denied.into()),
        Some(Ok(_)) | None => Err(in_none()),
    }
}

fn in_none() -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, codes::NO_RIGHT, "you have no role in any workspace")
        .hint("an administrator of a workspace gives one: `throughline member add`")
}

/// Every workspace there is.
async fn all(state: &ApiState) -> Result<Vec<String>> {
    let rows = state.store().list_workspaces().await?;
    let mut names: Vec<String> = rows.into_iter().map(|row| row.scope.as_str().to_owned()).collect();
    names.sort_unstable();
    Ok(names)
}

fn scopes<N: Needs>(proofs: &[Proof<N>]) -> Result<Vec<Scope>> {
    let names = proofs.iter().filter_map(Proof::workspace);
    names.map(|name| Scope::new(name).map_err(ApiError::from)).collect()
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
