//! Members of a workspace: accounts with roles, and external approvers with a mail address and nothing else.

use std::collections::BTreeSet;

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use throughline_domain::access::{Handle, Mail, Right, Role, person_name};
use throughline_domain::id::PersonId;
use throughline_store::{By, MemberRow, NewMemberKind, Scope};
use utoipa::ToSchema;

use super::accounts;
use crate::auth::{In, People, See, Span};
use crate::error::{ApiError, ErrorAnswer, Result, codes};
use crate::extract::{Json, Path};
use crate::routes::{Access, Routes};
use crate::state::ApiState;
use crate::view::List;
use crate::view::access::DoneView;
use crate::view::people::MemberView;

const PEOPLE: Access = Access::Needs(Right::People);

/// Routes of members.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(Access::Needs(Right::See), "/api/v1/members", list)
        .post(PEOPLE, "/api/v1/members", add)
        .put(PEOPLE, "/api/v1/members/{person}", change)
        .delete(PEOPLE, "/api/v1/members/{person}", remove)
}

/// Lists members by workspace and handle
#[utoipa::path(get, path = "/api/v1/members", tag = "people", responses((status = 200, body = List<MemberView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
) -> Result<axum::Json<List<MemberView>>> {
    let mut items = Vec::new();
    for scope in span.scopes() {
        let rows = state.store().list_members(scope).await?;
        items.extend(rows.into_iter().map(|row| MemberView::new(scope.as_str(), row)));
    }
    Ok(axum::Json(List::whole(items)))
}

/// A member, by person or by handle.
pub(crate) async fn find(state: &ApiState, scope: &Scope, who: &str) -> Result<MemberRow> {
    let rows = state.store().list_members(scope).await?;
    let is = |row: &MemberRow| row.member.person.as_str() == who || row.member.handle == who;
    rows.into_iter().find(is).ok_or_else(|| ApiError::missing("member", who))
}

/// Somebody to add to a workspace.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberRequest {
    /// What stands in workflows: `office` for `person:office`.
    handle: String,
    /// Of an account: its person or its address.
    #[serde(default)]
    account: Option<String>,
    /// Of somebody from outside: their name.
    #[serde(default)]
    name: Option<String>,
    /// Of somebody from outside: where codes and mails go to.
    #[serde(default)]
    mail: Option<String>,
    /// Roles: `admin`, `builder`, `approver`, `operator`, `viewer`; an external approver has none.
    #[serde(default)]
    roles: Vec<String>,
    /// What else a workflow may call them: `field_lead` for `role:field_lead`. Gives no right.
    #[serde(default)]
    duties: Vec<String>,
}

/// Roles from their words.
fn roles(words: Vec<String>) -> Result<BTreeSet<Role>> {
    let one = |word: String| Role::try_from(word).map_err(|error| ApiError::bad_parameter(error.to_string()));
    words.into_iter().map(one).collect()
}

/// Duties; none may read like a role that gives rights.
fn duties(words: Vec<String>) -> Result<BTreeSet<Handle>> {
    let one = |word: String| {
        if Role::ALL.iter().any(|role| role.as_str() == word) {
            let words = format!("`{word}` is a role: a duty has another name, since it gives no right");
            return Err(ApiError::bad_parameter(words));
        }
        Ok(Handle::try_from(word)?)
    };
    words.into_iter().map(one).collect()
}

impl MemberRequest {
    /// Whom to add: an account, or somebody from outside.
    async fn whom(&self, state: &ApiState) -> Result<(PersonId, NewMemberKind)> {
        match (&self.account, &self.name, &self.mail) {
            (Some(account), None, None) => {
                Ok((accounts::find(state, account).await?.person, NewMemberKind::Account))
            }
            (None, Some(name), Some(mail)) => {
                let kind =
                    NewMemberKind::External { name: person_name(name)?, mail: Mail::try_from(mail.clone())? };
                Ok((state.fresh_id(PersonId::new), kind))
            }
            _ => Err(ApiError::bad_parameter(
                "give either `account`, or `name` and `mail` of somebody from outside",
            )),
        }
    }
}

/// Adds a member: an account with roles, or an external approver
#[utoipa::path(post, path = "/api/v1/members", tag = "people", request_body = MemberRequest,
    responses((status = 201, body = MemberView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn add(
    State(state): State<ApiState>,
    proof: In<People>,
    Json(request): Json<MemberRequest>,
) -> Result<(StatusCode, axum::Json<MemberView>)> {
    let (scope, by) = (proof.scope(), By { who: proof.by(), at: state.now() });
    let handle = Handle::of_person(request.handle.clone())?;
    let (person, kind) = request.whom(&state).await?;
    let (roles, duties) = (roles(request.roles)?, duties(request.duties)?);
    if matches!(kind, NewMemberKind::External { .. }) && !roles.is_empty() {
        return Err(no_roles());
    }
    if !state.store().add_member(scope, &person, &handle, &kind, by).await? {
        let message = format!("this account is a member of {scope} already");
        return Err(ApiError::new(StatusCode::CONFLICT, codes::NOT_AS_MEMBER, message)
            .hint("PUT /api/v1/members/{person} changes roles"));
    }
    if !roles.is_empty() {
        state.store().set_roles(scope, &person, &roles, by).await?;
    }
    if !duties.is_empty() {
        state.store().set_duties(scope, &person, &duties).await?;
    }
    tracing::info!(workspace.id = %scope, person.id = %person, by = proof.by(), "added a member");
    let row = find(&state, scope, person.as_str()).await?;
    Ok((StatusCode::CREATED, axum::Json(MemberView::new(scope.as_str(), row))))
}

fn no_roles() -> ApiError {
    ApiError::new(
        StatusCode::CONFLICT,
        codes::NOT_AS_MEMBER,
        "an external approver has no roles: they decide what a policy asks them to, and nothing else",
    )
    .hint("give them an account first: an administrator of the server invites them")
}

/// What to change of a member; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MemberPatch {
    /// What stands in workflows.
    handle: Option<String>,
    /// These roles and no others.
    roles: Option<Vec<String>>,
    /// These duties and no others.
    duties: Option<Vec<String>>,
}

/// Changes a member: handle, roles, duties
///
/// `{person}` is the person's id or the handle. A role that was taken counts at their next request.
#[utoipa::path(put, path = "/api/v1/members/{person}", tag = "people", params(("person" = String, Path)),
    request_body = MemberPatch,
    responses((status = 200, body = MemberView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn change(
    State(state): State<ApiState>,
    proof: In<People>,
    Path(person): Path<String>,
    Json(patch): Json<MemberPatch>,
) -> Result<axum::Json<MemberView>> {
    let scope = proof.scope();
    let person = find(&state, scope, &person).await?.member.person;
    let handle = patch.handle.map(Handle::of_person).transpose()?;
    let (roles, duties) = (patch.roles.map(roles).transpose()?, patch.duties.map(duties).transpose()?);
    if let Some(handle) = handle {
        state.store().rename_member(scope, &person, &handle).await?;
    }
    if let Some(roles) = roles {
        let by = By { who: proof.by(), at: state.now() };
        if !state.store().set_roles(scope, &person, &roles, by).await? {
            return Err(no_roles());
        }
    }
    if let Some(duties) = duties {
        state.store().set_duties(scope, &person, &duties).await?;
    }
    tracing::info!(workspace.id = %scope, person.id = %person, by = proof.by(), "changed a member");
    let row = find(&state, scope, person.as_str()).await?;
    Ok(axum::Json(MemberView::new(scope.as_str(), row)))
}

/// Removes a member, with roles, duties and teams
///
/// What they did keeps their name.
#[utoipa::path(delete, path = "/api/v1/members/{person}", tag = "people", params(("person" = String, Path)),
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn remove(
    State(state): State<ApiState>,
    proof: In<People>,
    Path(person): Path<String>,
) -> Result<axum::Json<DoneView>> {
    let scope = proof.scope();
    let row = find(&state, scope, &person).await?;
    let by = By { who: proof.by(), at: state.now() };
    let done = state.store().remove_member(scope, &row.member.person, by).await?;
    tracing::warn!(workspace.id = %scope, person.id = %row.member.person, by = proof.by(), "removed a member");
    Ok(axum::Json(DoneView { id: row.member.person.into(), done }))
}
