//! Teams of a workspace.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use throughline_domain::access::{Handle, Right, person_name};
use throughline_store::{By, Scope, TeamRow};
use utoipa::ToSchema;

use super::members;
use crate::auth::{In, People, See, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, OptionalJson, Path};
use crate::routes::{Access, Routes};
use crate::state::ApiState;
use crate::view::List;
use crate::view::access::DoneView;
use crate::view::people::TeamView;

const PEOPLE: Access = Access::Needs(Right::People);

/// Routes of teams.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(Access::Needs(Right::See), "/api/v1/teams", list)
        .post(PEOPLE, "/api/v1/teams", create)
        .put(PEOPLE, "/api/v1/teams/{team}", rename)
        .delete(PEOPLE, "/api/v1/teams/{team}", delete)
        .put(PEOPLE, "/api/v1/teams/{team}/members/{person}", join)
        .delete(PEOPLE, "/api/v1/teams/{team}/members/{person}", leave)
}

/// Lists teams by workspace and handle, with who is in them
#[utoipa::path(get, path = "/api/v1/teams", tag = "people", responses((status = 200, body = List<TeamView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
) -> Result<axum::Json<List<TeamView>>> {
    let mut items = Vec::new();
    for scope in span.scopes() {
        for row in state.store().list_teams(scope).await? {
            items.push(view(&state, scope, row).await?);
        }
    }
    Ok(axum::Json(List::whole(items)))
}

async fn view(state: &ApiState, scope: &Scope, row: TeamRow) -> Result<TeamView> {
    let members = state.store().list_team_members(scope, &row.team).await?;
    Ok(TeamView::new(scope.as_str(), row, members))
}

async fn find(state: &ApiState, scope: &Scope, team: &str) -> Result<TeamView> {
    let rows = state.store().list_teams(scope).await?;
    let row = rows.into_iter().find(|row| row.team == team);
    view(state, scope, row.ok_or_else(|| ApiError::missing("team", team))?).await
}

/// A team to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeamRequest {
    /// What stands in workflows: `billing` for `team:billing`.
    team: String,
    /// For people.
    title: String,
}

/// Makes a team
#[utoipa::path(post, path = "/api/v1/teams", tag = "people", request_body = TeamRequest,
    responses((status = 201, body = TeamView), (status = 400, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn create(
    State(state): State<ApiState>,
    proof: In<People>,
    Json(request): Json<TeamRequest>,
) -> Result<(StatusCode, axum::Json<TeamView>)> {
    let (scope, by) = (proof.scope(), By { who: proof.by(), at: state.now() });
    let (team, title) = (Handle::try_from(request.team)?, person_name(&request.title)?);
    state.store().create_team(scope, &team, &title, by).await?;
    Ok((StatusCode::CREATED, axum::Json(find(&state, scope, team.as_str()).await?)))
}

/// Another title.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeamPatch {
    /// For people.
    title: String,
}

/// Gives a team another title
#[utoipa::path(put, path = "/api/v1/teams/{team}", tag = "people", params(("team" = String, Path)),
    request_body = TeamPatch,
    responses((status = 200, body = TeamView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn rename(
    State(state): State<ApiState>,
    proof: In<People>,
    Path(team): Path<String>,
    Json(patch): Json<TeamPatch>,
) -> Result<axum::Json<TeamView>> {
    let title = person_name(&patch.title)?;
    if !state.store().rename_team(proof.scope(), &team, &title).await? {
        return Err(ApiError::missing("team", &team));
    }
    Ok(axum::Json(find(&state, proof.scope(), &team).await?))
}

/// Deletes a team
///
/// What it owns falls to the backup of each workflow.
#[utoipa::path(delete, path = "/api/v1/teams/{team}", tag = "people", params(("team" = String, Path)),
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    proof: In<People>,
    Path(team): Path<String>,
) -> Result<axum::Json<DoneView>> {
    if !state.store().delete_team(proof.scope(), &team).await? {
        return Err(ApiError::missing("team", &team));
    }
    tracing::warn!(workspace.id = %proof.scope(), team, by = proof.by(), "deleted a team");
    Ok(axum::Json(DoneView { id: team, done: true }))
}

/// As what somebody joins a team.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct JoinRequest {
    /// Hears of what is due beside its owner.
    lead: bool,
}

/// Puts a member into a team, or changes whether they lead it
///
/// `{person}` is the person's id or the handle.
#[utoipa::path(put, path = "/api/v1/teams/{team}/members/{person}", tag = "people",
    params(("team" = String, Path), ("person" = String, Path)), request_body = JoinRequest,
    responses((status = 200, body = TeamView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn join(
    State(state): State<ApiState>,
    proof: In<People>,
    Path((team, person)): Path<(String, String)>,
    OptionalJson(request): OptionalJson<JoinRequest>,
) -> Result<axum::Json<TeamView>> {
    let (scope, by) = (proof.scope(), By { who: proof.by(), at: state.now() });
    let person = members::find(&state, scope, &person).await?.member.person;
    if !state.store().join_team(scope, &team, &person, request.lead, by).await? {
        return Err(ApiError::missing("team", &team));
    }
    Ok(axum::Json(find(&state, scope, &team).await?))
}

/// Takes a member out of a team
#[utoipa::path(delete, path = "/api/v1/teams/{team}/members/{person}", tag = "people",
    params(("team" = String, Path), ("person" = String, Path)),
    responses((status = 200, body = DoneView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn leave(
    State(state): State<ApiState>,
    proof: In<People>,
    Path((team, person)): Path<(String, String)>,
) -> Result<axum::Json<DoneView>> {
    let who = members::find(&state, proof.scope(), &person).await?.member.person;
    if !state.store().leave_team(proof.scope(), &team, &who).await? {
        return Err(ApiError::missing("member of this team", &person));
    }
    Ok(axum::Json(DoneView { id: who.into(), done: true }))
}
