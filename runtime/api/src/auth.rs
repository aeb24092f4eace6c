//! Who asks, and may they? Handlers get a workspace's [`Scope`] from a proof only, and a proof from a request only.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use throughline_store::Scope;

use crate::error::{ApiError, Result, codes};
use crate::state::ApiState;

pub(crate) mod session;
pub(crate) mod token;
mod workspace;

pub(crate) use workspace::{In, Span, spanning};

/// What a credential allows; each includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// See.
    Read,
    /// Publish, start, cancel, retry, resolve, answer.
    Write,
    /// Connections, plugins, grants, tokens, workspaces.
    Admin,
}

/// What a handler asks for.
pub(crate) trait Needs: Send + Sync + 'static {
    /// At least this.
    const LEVEL: Level;
    /// In words, behind "may not".
    const WORDS: &'static str;
}

/// Needs [`Level::Read`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read;
/// Needs [`Level::Write`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Write;
/// Needs [`Level::Admin`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Admin;

impl Needs for Read {
    const LEVEL: Level = Level::Read;
    const WORDS: &'static str = "read";
}
impl Needs for Write {
    const LEVEL: Level = Level::Write;
    const WORDS: &'static str = "change anything";
}
impl Needs for Admin {
    const LEVEL: Level = Level::Admin;
    const WORDS: &'static str = "administer";
}

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    /// Name in records of who did something: `admin`, `token:ci`, `session`.
    name: String,
    level: Level,
    /// The only workspace it may use.
    workspace: Option<Scope>,
}

/// Proof that the request may do what `L` says. Only [`authorize`] makes one.
#[derive(Clone, Debug)]
pub(crate) struct Authorized<L> {
    principal: Principal,
    level: PhantomData<L>,
}

impl<L: Needs> Authorized<L> {
    /// Who asked, for the record.
    pub(crate) fn by(&self) -> &str {
        &self.principal.name
    }

    fn workspace(&self) -> Option<&Scope> {
        self.principal.workspace.as_ref()
    }

    /// For what belongs to no workspace: a credential of one workspace may not change it.
    pub(crate) fn server_wide(&self) -> Result<()> {
        match &self.principal.workspace {
            None => Ok(()),
            Some(scope) => Err(forbidden(format!(
                "this token is of workspace `{scope}` and may not change the whole server"
            ))),
        }
    }
}

/// The one place where credentials become a proof.
pub(crate) async fn authorize<L: Needs>(state: &ApiState, headers: &HeaderMap) -> Result<Authorized<L>> {
    let principal = principal(state, headers).await?;
    if principal.level < L::LEVEL {
        return Err(forbidden(format!("{} may not {}", principal.name, L::WORDS)));
    }
    Ok(Authorized { principal, level: PhantomData })
}

async fn principal(state: &ApiState, headers: &HeaderMap) -> Result<Principal> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(bearer).ok_or_else(|| {
            ApiError::new(
                StatusCode::UNAUTHORIZED,
                codes::BAD_CREDENTIALS,
                "the Authorization header is not a bearer token",
            )
            .hint("send `Authorization: Bearer TOKEN`")
        })?;
        return token::principal(state, token).await;
    }
    match session::cookie(state, headers) {
        Some(secret) if state.sessions().touch(&secret) => {
            Ok(Principal { name: "session".into(), level: Level::Admin, workspace: None })
        }
        Some(_) => Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            codes::BAD_CREDENTIALS,
            "the session is over: it was signed out, idle for too long, or the server was started again",
        )
        .hint("sign in with a new link: POST /api/v1/sign-in-links with a token makes one")),
        None => Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            codes::NOT_SIGNED_IN,
            "this needs a token or a session",
        )
        .hint("send `Authorization: Bearer TOKEN`; the first token is in admin.token in the data directory")),
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

fn forbidden(message: String) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, codes::FORBIDDEN, message)
        .hint("use a token that may: `throughline token create` makes one")
}

impl<L: Needs> FromRequestParts<ApiState> for Authorized<L> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self> {
        authorize(state, &parts.headers).await
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
