//! Accounts of the server: invite, disable, enable, who looks after it, links, sessions.

use axum::Extension;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use throughline_domain::access::{LastAdmin, LinkKind, Mail, Right, person_name};
use throughline_domain::id::PersonId;
use throughline_store::{AccountChange, AccountRow, By, NewAccount};
use utoipa::ToSchema;

use super::PageQuery;
use crate::auth::{Authorized, Server};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, OptionalJson, Path, Query};
use crate::once::GivenOnce;
use crate::people;
use crate::routes::{Access, Routes};
use crate::state::ApiState;
use crate::view::access::DoneView;
use crate::view::people::{AccountView, InvitedView, LinkView, SessionView};
use crate::view::{List, at};

const SERVER: Access = Access::Needs(Right::Server);

/// Routes of accounts.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(SERVER, "/api/v1/accounts", list)
        .post(SERVER, "/api/v1/accounts", create)
        .get(SERVER, "/api/v1/accounts/{person}", show)
        .put(SERVER, "/api/v1/accounts/{person}", change)
        .post(SERVER, "/api/v1/accounts/{person}/link", link)
        .post(SERVER, "/api/v1/accounts/{person}/disable", disable)
        .post(SERVER, "/api/v1/accounts/{person}/enable", enable)
        .get(SERVER, "/api/v1/accounts/{person}/sessions", sessions)
        .delete(SERVER, "/api/v1/accounts/{person}/sessions", end_sessions)
}

impl From<LastAdmin> for ApiError {
    fn from(error: LastAdmin) -> Self {
        Self::new(StatusCode::CONFLICT, LastAdmin::CODE, error.to_string())
            .hint("`throughline account change MAIL --server-admin true` makes one")
    }
}

/// Lists accounts, newest first
#[utoipa::path(get, path = "/api/v1/accounts", tag = "people", params(PageQuery),
    responses((status = 200, body = List<AccountView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    _proof: Authorized<Server>,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<List<AccountView>>> {
    let found = state.store().list_accounts(&query.page()?).await?;
    let items = found.items.into_iter().map(AccountView::from).collect();
    Ok(axum::Json(List { items, next: found.next }))
}

/// An account, by its person or its address.
pub(crate) async fn find(state: &ApiState, who: &str) -> Result<AccountRow> {
    let missing = || ApiError::missing("account", who);
    if let Ok(person) = who.parse::<PersonId>() {
        return state.store().get_account(&person).await?.ok_or_else(missing);
    }
    let mail = Mail::try_from(who.to_owned()).map_err(|_| missing())?;
    Ok(state.store().credential_by_mail(&mail).await?.ok_or_else(missing)?.0)
}

/// One account
///
/// `{person}` is the person's id or their address, here and below.
#[utoipa::path(get, path = "/api/v1/accounts/{person}", tag = "people", params(("person" = String, Path)),
    responses((status = 200, body = AccountView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn show(
    State(state): State<ApiState>,
    _proof: Authorized<Server>,
    Path(person): Path<String>,
) -> Result<axum::Json<AccountView>> {
    Ok(axum::Json(find(&state, &person).await?.into()))
}

/// An account to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountRequest {
    /// Address: what they will sign in with.
    mail: String,
    /// Name for other people.
    name: String,
    /// Looks after the whole server.
    #[serde(default)]
    server_admin: bool,
}

/// Makes an account, and a link by which its owner gives it a password
///
/// It has no rights until it is a member of a workspace with a role.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "people", request_body = AccountRequest,
    responses((status = 201, body = InvitedView), (status = 400, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn create(
    State(state): State<ApiState>,
    proof: Authorized<Server>,
    Json(request): Json<AccountRequest>,
) -> Result<(StatusCode, Extension<GivenOnce>, axum::Json<InvitedView>)> {
    let new = NewAccount {
        person: state.fresh_id(PersonId::new),
        mail: Mail::try_from(request.mail)?,
        name: person_name(&request.name)?,
        server_admin: request.server_admin,
    };
    state.store().create_account(&new, By { who: proof.by(), at: state.now() }).await?;
    tracing::info!(person.id = %new.person, by = proof.by(), "made an account");
    let row = state.store().get_account(&new.person).await?.ok_or_else(ApiError::internal)?;
    let link = issued(&state, &row, proof.by()).await?;
    Ok((StatusCode::CREATED, Extension(GivenOnce), axum::Json(InvitedView { account: row.into(), link })))
}

async fn issued(state: &ApiState, row: &AccountRow, by: &str) -> Result<LinkView> {
    let (path, kind) = people::issue_link(state, &row.person, row.password_at.is_some(), by).await?;
    Ok(LinkView {
        kind: kind.as_str(),
        path,
        base: state.config().public_url.as_ref().map(|url| url.trim_end_matches('/').to_owned()),
        expires_at: at(state.now().plus_ms(LinkKind::life_ms(kind))),
    })
}

/// Nothing is asked for besides.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountAction {}

/// Makes a link for a new password
///
/// The link before it works no more. The old password works until the new one is set.
#[utoipa::path(post, path = "/api/v1/accounts/{person}/link", tag = "people", params(("person" = String, Path)),
    request_body = AccountAction,
    responses((status = 201, body = LinkView), (status = 403, body = ErrorAnswer), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn link(
    State(state): State<ApiState>,
    proof: Authorized<Server>,
    Path(person): Path<String>,
    OptionalJson(AccountAction {}): OptionalJson<AccountAction>,
) -> Result<(StatusCode, Extension<GivenOnce>, axum::Json<LinkView>)> {
    let row = find(&state, &person).await?;
    let link = issued(&state, &row, proof.by()).await?;
    tracing::info!(person.id = %row.person, by = proof.by(), "made a link for a password");
    Ok((StatusCode::CREATED, Extension(GivenOnce), axum::Json(link)))
}

/// What to change of an account; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AccountPatch {
    /// Address: what they sign in with.
    mail: Option<String>,
    /// Name for other people.
    name: Option<String>,
    /// Looks after the whole server. The last one who does stays so.
    server_admin: Option<bool>,
}

/// Changes an account
#[utoipa::path(put, path = "/api/v1/accounts/{person}", tag = "people", params(("person" = String, Path)),
    request_body = AccountPatch,
    responses((status = 200, body = AccountView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn change(
    State(state): State<ApiState>,
    proof: Authorized<Server>,
    Path(person): Path<String>,
    Json(patch): Json<AccountPatch>,
) -> Result<axum::Json<AccountView>> {
    let row = find(&state, &person).await?;
    if patch.mail.is_some() || patch.name.is_some() {
        let mail = patch.mail.map_or_else(|| Ok(row.mail.clone()), Mail::try_from)?;
        let name = patch.name.map_or_else(|| Ok(row.name.clone()), |name| person_name(&name))?;
        state.store().rename_account(&row.person, &name, &mail).await?;
    }
    if let Some(admin) = patch.server_admin {
        done(state.store().set_server_admin(&row.person, admin).await?)?;
    }
    tracing::info!(person.id = %row.person, by = proof.by(), "changed an account");
    Ok(axum::Json(find(&state, row.person.as_str()).await?.into()))
}

/// Somebody must stay who looks after the server; what was so before is no mistake.
fn done(change: AccountChange) -> Result<bool> {
    match change {
        AccountChange::Done => Ok(true),
        AccountChange::Unchanged => Ok(false),
        AccountChange::LastAdmin => Err(LastAdmin.into()),
    }
}

/// Disables an account
///
/// Its sessions, tokens and links end in the same moment.
#[utoipa::path(post, path = "/api/v1/accounts/{person}/disable", tag = "people", params(("person" = String, Path)),
    request_body = AccountAction,
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn disable(
    State(state): State<ApiState>,
    proof: Authorized<Server>,
    Path(person): Path<String>,
    OptionalJson(AccountAction {}): OptionalJson<AccountAction>,
) -> Result<axum::Json<DoneView>> {
    let row = find(&state, &person).await?;
    let by = By { who: proof.by(), at: state.now() };
    let done = done(state.store().disable_account(&row.person, by).await?)?;
    tracing::warn!(person.id = %row.person, by = proof.by(), "disabled an account");
    Ok(axum::Json(DoneView { id: row.person.into(), done }))
}

/// Enables an account again
///
/// What ended with it stays ended.
#[utoipa::path(post, path = "/api/v1/accounts/{person}/enable", tag = "people", params(("person" = String, Path)),
    request_body = AccountAction,
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn enable(
    State(state): State<ApiState>,
    proof: Authorized<Server>,
    Path(person): Path<String>,
    OptionalJson(AccountAction {}): OptionalJson<AccountAction>,
) -> Result<axum::Json<DoneView>> {
    let row = find(&state, &person).await?;
    let done = done(state.store().enable_account(&row.person).await?)?;
    tracing::warn!(person.id = %row.person, by = proof.by(), "enabled an account");
    Ok(axum::Json(DoneView { id: row.person.into(), done }))
}

/// Lists the sessions of an account, newest first
#[utoipa::path(get, path = "/api/v1/accounts/{person}/sessions", tag = "people", params(("person" = String, Path)),
    operation_id = "account_sessions",
    responses((status = 200, body = List<SessionView>), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn sessions(
    State(state): State<ApiState>,
    _proof: Authorized<Server>,
    Path(person): Path<String>,
) -> Result<axum::Json<List<SessionView>>> {
    let row = find(&state, &person).await?;
    let rows = state.store().list_sessions(Some(&row.person)).await?.into_iter();
    let now = state.now();
    let alive = rows.filter(|row| state.config().session.check(&row.times, now).is_ok());
    Ok(axum::Json(List::whole(alive.map(|row| SessionView::new(row, None)).collect())))
}

/// Ends all sessions of an account
#[utoipa::path(delete, path = "/api/v1/accounts/{person}/sessions", tag = "people", params(("person" = String, Path)),
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn end_sessions(
    State(state): State<ApiState>,
    proof: Authorized<Server>,
    Path(person): Path<String>,
) -> Result<axum::Json<DoneView>> {
    let row = find(&state, &person).await?;
    let by = By { who: proof.by(), at: state.now() };
    let ended = state.store().end_sessions(&row.person, None, by).await?;
    Ok(axum::Json(DoneView { id: row.person.into(), done: ended > 0 }))
}
