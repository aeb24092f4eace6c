//! Who asks, and may they? Handlers get a workspace's [`Scope`](throughline_store::Scope) from a proof only, and a proof
//! from a request only. What is allowed is said by `throughline_domain::access`; here credentials become a principal.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{StatusCode, header};
use throughline_domain::access::{Denied, Needs, Place, Principal, Proof, authorize, authorize_own};

use crate::error::{ApiError, Result, codes};
use crate::state::ApiState;

pub(crate) mod acting;
pub(crate) mod one_time;
pub(crate) mod password;
pub(crate) mod session;
pub(crate) mod token;
pub(crate) mod tries;
mod workspace;

pub(crate) use acting::{Acting, Way};
pub(crate) use throughline_domain::access::{
    Build, Connect, Decide, Operate, People, Resolve, Reveal, See, Server, Watch,
};
pub(crate) use workspace::{HEADER as WORKSPACE_HEADER, In, Span};

/// Somebody whose credentials are good, whatever they may.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    principal: Principal,
    acting: Acting,
}

impl Caller {
    #[cfg(debug_assertions)]
    pub(crate) const fn new(principal: Principal, acting: Acting) -> Self {
        Self { principal, acting }
    }

    /// What they hold.
    pub(crate) const fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Who they are, by which way they came, and when they last proved it.
    pub(crate) const fn acting(&self) -> &Acting {
        &self.acting
    }

    /// Who asked, for the record.
    pub(crate) fn by(&self) -> &str {
        self.principal.by()
    }
}

/// Proof for what is one's own: tokens, sessions, password.
#[derive(Clone, Debug)]
pub(crate) struct Own(Caller);

impl Own {
    /// What they hold.
    pub(crate) const fn principal(&self) -> &Principal {
        &self.0.principal
    }

    /// Who they are, by which way they came, and when they last proved it.
    pub(crate) const fn acting(&self) -> &Acting {
        &self.0.acting
    }

    /// Who asked, for the record.
    pub(crate) fn by(&self) -> &str {
        self.0.by()
    }
}

/// Proof for what belongs to no workspace.
#[derive(Clone, Debug)]
pub(crate) struct Authorized<N> {
    proof: Proof<N>,
}

impl<N: Needs> Authorized<N> {
    /// Who asked, for the record.
    pub(crate) fn by(&self) -> &str {
        self.proof.by()
    }
}

/// Marks a look that is not somebody's doing: their session and token count as not used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quiet;

/// The one place where credentials become a principal.
pub(crate) async fn caller(state: &ApiState, parts: &Parts) -> Result<Caller> {
    #[cfg(debug_assertions)]
    if state.is_unlocked(parts) {
        return crate::unlocked::everything(state).await;
    }
    let caller = credentials(state, parts).await?;
    if caller.principal.rights().active { Ok(caller) } else { Err(Denied::Disabled.into()) }
}

async fn credentials(state: &ApiState, parts: &Parts) -> Result<Caller> {
    let used = parts.extensions.get::<Quiet>().is_none();
    if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(bearer).ok_or_else(|| {
            ApiError::new(
                StatusCode::UNAUTHORIZED,
                codes::BAD_CREDENTIALS,
                "the Authorization header is not a bearer token",
            )
            .hint("send `Authorization: Bearer TOKEN`")
        })?;
        return token::caller(state, token, used).await;
    }
    match session::cookie(state, &parts.headers) {
        Some(secret) => session::caller(state, &secret, used).await,
        None => Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            codes::NOT_SIGNED_IN,
            "this needs a token or a session",
        )
        .hint("send `Authorization: Bearer TOKEN`, or sign in at /sign-in; the first token is in admin.token in the data directory")),
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

impl FromRequestParts<ApiState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self> {
        caller(state, parts).await
    }
}

impl FromRequestParts<ApiState> for Own {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self> {
        let caller = caller(state, parts).await?;
        authorize_own(&caller.principal)?;
        Ok(Self(caller))
    }
}

impl<N: Needs> FromRequestParts<ApiState> for Authorized<N> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self> {
        let caller = caller(state, parts).await?;
        Ok(Self { proof: authorize(&caller.principal, &Place::Server)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_is_read_in_any_case_and_nothing_else_is() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        for other in ["Basic abc", "Bearer", "Bearer ", "abc"] {
            assert_eq!(bearer(other), None, "{other}");
        }
    }
}
