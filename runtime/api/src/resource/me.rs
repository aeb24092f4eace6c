//! What is one's own: who am I, my sessions, my password.

use std::fmt;

use axum::extract::{FromRequest, Request, State};
use serde::Deserialize;
use throughline_domain::access::{Place, Right, may};
use throughline_domain::id::SessionId;
use throughline_store::By;
use utoipa::ToSchema;

use super::id;
use super::secrets::SecretText;
use crate::auth::{Acting, Caller, Own, Way, tries};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Path};
use crate::people::{self, person};
use crate::routes::{Access, Routes};
use crate::state::ApiState;
use crate::view::access::DoneView;
use crate::view::people::{MeView, MyWorkspaceView, SessionView};
use crate::view::{List, at};

/// Routes of what is one's own.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(Access::SignedIn, "/api/v1/me", show)
        .get(Access::Own, "/api/v1/me/sessions", sessions)
        .delete(Access::Own, "/api/v1/me/sessions", end_others)
        .delete(Access::Own, "/api/v1/me/sessions/{session}", end)
        .post(Access::Own, "/api/v1/me/password", password)
        .post(Access::Own, "/api/v1/me/confirm", confirm)
}

/// Who am I, and what may I?
#[utoipa::path(get, path = "/api/v1/me", tag = "people", responses((status = 200, body = MeView)))]
pub(crate) async fn show(State(state): State<ApiState>, caller: Caller) -> Result<axum::Json<MeView>> {
    let principal = caller.principal();
    let acting = caller.acting();
    let account = match acting.person() {
        Some(person) => state.store().get_account(person).await?,
        None => None,
    };
    let rights = |place: &Place| {
        Right::ALL
            .iter()
            .filter(|right| may(principal, **right, place).is_ok())
            .map(|right| right.as_str())
            .collect()
    };
    let mut workspaces = Vec::new();
    for row in state.store().list_workspaces().await? {
        let workspace = row.scope.as_str().to_owned();
        let rights: Vec<&str> = rights(&Place::Workspace(workspace.clone()));
        if !rights.is_empty() {
            let roles = principal.rights().roles.get(&workspace);
            let roles = roles.into_iter().flatten().map(|role| role.as_str()).collect();
            workspaces.push(MyWorkspaceView { workspace, roles, rights });
        }
    }
    Ok(axum::Json(MeView {
        person_id: acting.person().map(|person| person.as_str().to_owned()),
        mail: account.as_ref().map(|account| account.mail.as_str().to_owned()),
        name: account.map(|account| account.name),
        by: match acting.way() {
            Way::AdminToken => "admin_token",
            Way::Token(_) => "token",
            Way::Session { .. } => "session",
        },
        recorded_as: caller.by().to_owned(),
        confirmed_at: acting.confirmed_at().map(at),
        server_admin: principal.rights().server_admin,
        server_rights: rights(&Place::Server),
        workspaces,
    }))
}

/// Lists one's sessions, newest first
///
/// With the token of the data directory: those that its links began.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "people", responses((status = 200, body = List<SessionView>)))]
pub(crate) async fn sessions(
    State(state): State<ApiState>,
    own: Own,
) -> Result<axum::Json<List<SessionView>>> {
    alive(&state, own.acting()).await.map(|views| axum::Json(List::whole(views)))
}

/// The sessions of whoever acts that still live.
pub(crate) async fn alive(state: &ApiState, acting: &Acting) -> Result<Vec<SessionView>> {
    let rows = state.store().list_sessions(acting.person()).await?.into_iter();
    let now = state.now();
    let alive = rows.filter(|row| state.config().session.check(&row.times, now).is_ok());
    Ok(alive.map(|row| SessionView::new(row, acting.session())).collect())
}

/// Ends one of one's sessions
#[utoipa::path(delete, path = "/api/v1/me/sessions/{session}", tag = "people", params(("session" = String, Path)),
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn end(
    State(state): State<ApiState>,
    own: Own,
    Path(session): Path<String>,
) -> Result<axum::Json<DoneView>> {
    end_one(&state, &own, &session).await?;
    Ok(axum::Json(DoneView { id: session, done: true }))
}

/// Ends a session of whoever acts.
pub(crate) async fn end_one(state: &ApiState, own: &Own, session: &str) -> Result<()> {
    let parsed: SessionId = id("session", session)?;
    let by = By { who: own.by(), at: state.now() };
    if state.store().end_session(&parsed, own.acting().person(), by).await? {
        return Ok(());
    }
    Err(ApiError::missing("session", session).hint("it is none of yours, or it has ended already"))
}

/// Ends all of one's sessions but the one of this request
#[utoipa::path(delete, path = "/api/v1/me/sessions", tag = "people",
    responses((status = 200, body = DoneView), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn end_others(State(state): State<ApiState>, own: Own) -> Result<axum::Json<DoneView>> {
    let who = person(own.acting())?;
    let by = By { who: own.by(), at: state.now() };
    let ended = state.store().end_sessions(who, own.acting().session(), by).await?;
    Ok(axum::Json(DoneView { id: who.as_str().to_owned(), done: ended > 0 }))
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordRequest {
    /// The one there is.
    #[schema(value_type = String, format = Password)]
    old: SecretText,
    /// The new one: at least 12 characters.
    #[schema(value_type = String, format = Password)]
    new: SecretText,
}

impl fmt::Debug for PasswordRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordRequest(…)")
    }
}

/// Sets another password
///
/// Every other session ends: whoever had the old one is out.
#[utoipa::path(post, path = "/api/v1/me/password", tag = "people", request_body = PasswordRequest,
    responses((status = 200, body = DoneView), (status = 403, body = ErrorAnswer), (status = 422, body = ErrorAnswer), (status = 429, body = ErrorAnswer)))]
pub(crate) async fn password(
    State(state): State<ApiState>,
    own: Own,
    request: Request,
) -> Result<axum::Json<DoneView>> {
    let address = tries::address(&state, &request);
    let Json(body) = Json::<PasswordRequest>::from_request(request, &state).await?;
    let typed = (body.old.into_text(), body.new.into_text());
    people::change_password(&state, own.acting(), typed, &address).await?;
    Ok(axum::Json(DoneView { id: person(own.acting())?.as_str().to_owned(), done: true }))
}

/// The password once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmRequest {
    /// The password.
    #[schema(value_type = String, format = Password)]
    password: SecretText,
}

impl fmt::Debug for ConfirmRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConfirmRequest(…)")
    }
}

/// Types the password again: what is asked for now and then before something large is decided
#[utoipa::path(post, path = "/api/v1/me/confirm", tag = "people", request_body = ConfirmRequest,
    responses((status = 200, body = DoneView), (status = 403, body = ErrorAnswer), (status = 409, body = ErrorAnswer), (status = 429, body = ErrorAnswer)))]
pub(crate) async fn confirm(
    State(state): State<ApiState>,
    own: Own,
    request: Request,
) -> Result<axum::Json<DoneView>> {
    let address = tries::address(&state, &request);
    let Json(body) = Json::<ConfirmRequest>::from_request(request, &state).await?;
    people::confirm_session(&state, own.acting(), body.password.into_text(), &address).await?;
    Ok(axum::Json(DoneView { id: person(own.acting())?.as_str().to_owned(), done: true }))
}
