//! Withdrawing one proposal.

use axum::extract::State;
use serde::Deserialize;
use throughline_domain::access::{Place, Right, may};
use throughline_store::ProposalRow;
use utoipa::ToSchema;

use super::find;
use crate::auth::{See, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Path};
use crate::resource::runs::detail;
use crate::state::ApiState;
use crate::view::proposal::ProposalView;

/// Why it is withdrawn.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "the price list was wrong" }))]
pub(crate) struct WithdrawRequest {
    /// In words, for those who were asked and for the exception.
    reason: String,
}

/// Withdraws an open proposal
///
/// Nobody is asked any more and nothing is sent: the step takes its exception port, or parks on `policy_hold`. For who publishes
/// workflows, and for who asked for the run. What is decided stands (409).
#[utoipa::path(post, path = "/api/v1/proposals/{proposal}/withdraw", tag = "proposals",
    params(("proposal" = String, Path)), request_body = WithdrawRequest,
    responses((status = 200, body = ProposalView), (status = 403, body = ErrorAnswer),
        (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn withdraw(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(proposal): Path<String>,
    Json(request): Json<WithdrawRequest>,
) -> Result<axum::Json<ProposalView>> {
    let row = find(&state, span.scopes(), &proposal).await?;
    may_withdraw(&span, &row)?;
    let (scope, id) = (&row.scope, row.proposal.id());
    state.engine().withdraw_proposal(scope, id, &request.reason, &span.person()).await?;
    let row = find(&state, span.scopes(), &proposal).await?;
    detail::proposal(&state, &row).await.map(axum::Json)
}

/// The publisher's right; or one's own request, where one may do anything at all here.
fn may_withdraw(span: &Span<See>, row: &ProposalRow) -> Result<()> {
    let place = Place::Workspace(row.scope.as_str().to_owned());
    let has = |right| may(span.principal(), right, &place);
    let own = span.acting().person().is_some_and(|who| row.proposal.origin().requested_by.contains(who));
    let acts = [Right::Operate, Right::Resolve, Right::Decide].into_iter().any(|right| has(right).is_ok());
    if own && acts { Ok(()) } else { has(Right::Build).map_err(ApiError::from) }
}
