//! Delegations: who stands in for whom in decisions, for how long and for what.

use std::collections::BTreeSet;

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use throughline_domain::access::{Place, Right, may};
use throughline_domain::approval::{Assurance, DelegationScope, MoneyScope, Refusal};
use throughline_domain::id::{DelegationId, PersonId};
use throughline_domain::proposal::Money;
use throughline_domain::time::Timestamp;
use throughline_engine::CommandError;
use throughline_engine::command::NewDelegation;
use throughline_store::Scope;
use utoipa::ToSchema;

use super::proposals::instant;
use super::{id, members};
use crate::auth::{Acting, Decide, In, People, See, Span, Way};
use crate::error::{ApiError, ErrorAnswer, Result, codes};
use crate::extract::{Json, Path};
use crate::routes::{Access, Routes};
use crate::state::ApiState;
use crate::view::List;
use crate::view::delegation::DelegationView;

const DECIDE: Access = Access::Needs(Right::Decide);
const PEOPLE: Access = Access::Needs(Right::People);

/// Routes of delegations.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(Access::Needs(Right::See), "/api/v1/delegations", list)
        .post(DECIDE, "/api/v1/delegations", create)
        .delete(DECIDE, "/api/v1/delegations/{delegation}", end)
        .post(PEOPLE, "/api/v1/members/{person}/delegations", create_of)
        .delete(PEOPLE, "/api/v1/members/{person}/delegations/{delegation}", end_of)
}

/// Lists delegations that are in force or will be, the first to end first
///
/// One's own and those in which one stands in; for who looks after the people of a workspace, all of it.
#[utoipa::path(get, path = "/api/v1/delegations", tag = "proposals", responses((status = 200, body = List<DelegationView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
) -> Result<axum::Json<List<DelegationView>>> {
    listed(&state, &span).await.map(|items| axum::Json(List::whole(items)))
}

/// Those that whoever asks may know of.
pub(crate) async fn listed(state: &ApiState, span: &Span<See>) -> Result<Vec<DelegationView>> {
    let mut items = Vec::new();
    for scope in span.scopes() {
        let place = Place::Workspace(scope.as_str().to_owned());
        let all = may(span.principal(), Right::People, &place).is_ok();
        let of = span.acting().person().filter(|_| !all);
        if !all && of.is_none() {
            continue;
        }
        let rows = state.engine().delegations(scope, of).await?;
        items.extend(rows.into_iter().map(|row| DelegationView::new(scope.as_str(), row)));
    }
    Ok(items)
}

/// Whom to let stand in, how long, for what.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "to": "ben", "ends_at": "2026-08-15T00:00:00Z", "workflows": ["invoice"],
    "money": { "up_to": "500.00", "currency": "GBP" }, "irreversible": true }))]
pub(crate) struct DelegationRequest {
    /// Who stands in: handle or person. They need the right to decide themselves.
    pub(crate) to: String,
    /// From when, RFC 3339; from now where absent.
    #[serde(default)]
    pub(crate) starts_at: Option<String>,
    /// Until before this time, RFC 3339; at most 366 days.
    pub(crate) ends_at: String,
    /// Only these workflows; all where absent.
    #[serde(default)]
    pub(crate) workflows: Option<BTreeSet<String>>,
    /// Money, too: none where absent.
    #[serde(default)]
    pub(crate) money: Option<MoneyBody>,
    /// What cannot be undone, too.
    #[serde(default)]
    pub(crate) irreversible: bool,
}

/// How much money: up to an amount in one currency, or any.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MoneyBody {
    /// Decimal text.
    pub(crate) up_to: Option<String>,
    /// ISO 4217 code.
    pub(crate) currency: Option<String>,
    /// Every amount.
    pub(crate) all: bool,
}

impl MoneyBody {
    fn scope(&self) -> Result<MoneyScope> {
        let unfit = || {
            ApiError::bad_parameter(
                "`money` is `{\"up_to\": \"500.00\", \"currency\": \"GBP\"}` or `{\"all\": true}`",
            )
        };
        match (&self.up_to, &self.currency, self.all) {
            (None, None, true) => Ok(MoneyScope::All),
            (Some(amount), Some(currency), false) => {
                let ceiling = Money::parse(amount, currency).filter(|money| money.amount.is_sign_positive());
                Ok(MoneyScope::UpTo { ceiling: ceiling.ok_or_else(unfit)? })
            }
            _ => Err(unfit()),
        }
    }
}

impl DelegationRequest {
    async fn read(&self, state: &ApiState, scope: &Scope, from: PersonId) -> Result<NewDelegation> {
        let to = members::find(state, scope, &self.to).await?.member.person;
        let starts_at = instant("starts_at", self.starts_at.as_deref())?.unwrap_or_else(|| state.now());
        let ends_at = instant("ends_at", Some(&self.ends_at))?.unwrap_or(Timestamp(0));
        let workflows = self.workflows.clone().filter(|some| !some.is_empty());
        let money = self.money.as_ref().map_or(Ok(MoneyScope::None), MoneyBody::scope)?;
        let covers = DelegationScope { workflows, money, irreversible: self.irreversible };
        Ok(NewDelegation { from, to, starts_at, ends_at, scope: covers })
    }
}

/// Lets somebody stand in for oneself
///
/// They decide no more than one could oneself, and no more than they may. It ends by itself. Both are told by mail. For money
/// and what cannot be undone one must be signed in: a token is not enough.
#[utoipa::path(post, path = "/api/v1/delegations", tag = "proposals", request_body = DelegationRequest,
    responses((status = 201, body = DelegationView), (status = 403, body = ErrorAnswer),
        (status = 409, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn create(
    State(state): State<ApiState>,
    proof: In<Decide>,
    Json(request): Json<DelegationRequest>,
) -> Result<(StatusCode, axum::Json<DelegationView>)> {
    let view = made(&state, proof.scope(), proof.acting(), &request).await?;
    Ok((StatusCode::CREATED, axum::Json(view)))
}

/// Makes one of the person who acts.
pub(crate) async fn made(
    state: &ApiState,
    scope: &Scope,
    acting: &Acting,
    request: &DelegationRequest,
) -> Result<DelegationView> {
    let from = own(acting)?;
    let new = request.read(state, scope, from.clone()).await?;
    if new.scope.is_sensitive() && matches!(acting.way(), Way::Token(_)) {
        let refusal = Refusal::NotSure { needed: Assurance::Session };
        return Err(CommandError::from(refusal).into());
    }
    let view = state.engine().delegate(scope, new, from.as_str()).await?;
    Ok(DelegationView::new(scope.as_str(), view))
}

/// Whose delegations those of this request are.
fn own(acting: &Acting) -> Result<&PersonId> {
    acting.person().ok_or_else(|| {
        let message = "the token of the data directory is no person, and nobody stands in for it";
        ApiError::new(StatusCode::FORBIDDEN, codes::NO_RIGHT, message)
            .hint("POST /api/v1/members/{person}/delegations lets somebody stand in for a member")
    })
}

/// Ends one of one's own delegations before its time
#[utoipa::path(delete, path = "/api/v1/delegations/{delegation}", tag = "proposals",
    params(("delegation" = String, Path)),
    responses((status = 200, body = DelegationView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn end(
    State(state): State<ApiState>,
    span: Span<Decide>,
    Path(delegation): Path<String>,
) -> Result<axum::Json<DelegationView>> {
    ended(&state, span.scopes(), span.acting(), &delegation).await.map(axum::Json)
}

/// Ends one of the person who acts, in whichever of these workspaces it is.
pub(crate) async fn ended(
    state: &ApiState,
    scopes: &[Scope],
    acting: &Acting,
    delegation: &str,
) -> Result<DelegationView> {
    let parsed: DelegationId = id("delegation", delegation)?;
    let person = own(acting)?;
    for scope in scopes {
        match state.engine().end_delegation(scope, &parsed, Some(person), person.as_str()).await {
            Ok(view) => return Ok(DelegationView::new(scope.as_str(), view)),
            Err(CommandError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ApiError::missing("delegation", delegation))
}

/// Lets somebody stand in for a member
///
/// For who is away already, or has no account. Nobody makes themselves the stand-in of another so.
#[utoipa::path(post, path = "/api/v1/members/{person}/delegations", tag = "people", params(("person" = String, Path)),
    request_body = DelegationRequest,
    responses((status = 201, body = DelegationView), (status = 403, body = ErrorAnswer), (status = 404, body = ErrorAnswer),
        (status = 409, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn create_of(
    State(state): State<ApiState>,
    proof: In<People>,
    Path(person): Path<String>,
    Json(request): Json<DelegationRequest>,
) -> Result<(StatusCode, axum::Json<DelegationView>)> {
    let scope = proof.scope();
    let from = members::find(&state, scope, &person).await?.member.person;
    let new = request.read(&state, scope, from).await?;
    if proof.acting().person() == Some(&new.to) {
        let message = "you would stand in for somebody else by your own word";
        return Err(ApiError::new(StatusCode::FORBIDDEN, codes::NO_RIGHT, message)
            .hint("they do it themselves at /account, or another administrator does"));
    }
    let view = state.engine().delegate(scope, new, &proof.person()).await?;
    Ok((StatusCode::CREATED, axum::Json(DelegationView::new(scope.as_str(), view))))
}

/// Ends a delegation of a member before its time
#[utoipa::path(delete, path = "/api/v1/members/{person}/delegations/{delegation}", tag = "people",
    params(("person" = String, Path), ("delegation" = String, Path)),
    responses((status = 200, body = DelegationView), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn end_of(
    State(state): State<ApiState>,
    proof: In<People>,
    Path((person, delegation)): Path<(String, String)>,
) -> Result<axum::Json<DelegationView>> {
    let scope = proof.scope();
    let of = members::find(&state, scope, &person).await?.member.person;
    let parsed: DelegationId = id("delegation", &delegation)?;
    let view = state.engine().end_delegation(scope, &parsed, Some(&of), &proof.person()).await?;
    Ok(axum::Json(DelegationView::new(scope.as_str(), view)))
}
