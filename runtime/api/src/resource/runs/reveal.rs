//! Looking at what is hidden of a run: by those who may, who say why, and in the sight of everybody else.

use axum::Extension;
use axum::extract::State;
use serde::Deserialize;
use throughline_engine::CommandError;
use throughline_store::By;
use utoipa::ToSchema;

use super::{detail, find};
use crate::auth::{Reveal, Span};
use crate::error::{ErrorAnswer, Result};
use crate::extract::{Json, Path};
use crate::once::GivenOnce;
use crate::state::ApiState;
use crate::view::run::RunDetail;

/// Longest reason, in characters.
const LONGEST: usize = 500;

/// Why somebody looks.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevealRequest {
    /// In words, 1 to 500 characters; everybody who sees the run reads it.
    #[schema(example = "The customer says that the phone number on the invoice is wrong")]
    reason: String,
}

/// Shows a run with nothing hidden
///
/// It is recorded who looked, when and why, before anything is shown, and the run says so to everybody who may see it.
#[utoipa::path(post, path = "/api/v1/runs/{run}/reveal", tag = "runs", params(("run" = String, Path)),
    request_body = RevealRequest,
    responses((status = 200, body = RunDetail), (status = 404, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn reveal(
    State(state): State<ApiState>,
    span: Span<Reveal>,
    Path(run): Path<String>,
    Json(request): Json<RevealRequest>,
) -> Result<(Extension<GivenOnce>, axum::Json<RunDetail>)> {
    let reason = request.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST {
        return Err(CommandError::Invalid(format!("say in 1 to {LONGEST} characters why you look")).into());
    }
    let row = find(&state, span.scopes(), &run).await?;
    let (by, at) = (span.person(), state.now());
    state.store().add_reveal(&row.scope, &row.run, reason, By { who: &by, at }).await?;
    tracing::info!(run.id = %row.run, workspace.id = %row.scope, account.name = by, "what is hidden of a run was shown");
    let (mut shown, _) = detail::read_bare(&state, row, false).await?;
    shown.redacted = false;
    // What is hidden is kept nowhere else, nor among the answers to keys.
    Ok((Extension(GivenOnce), axum::Json(shown)))
}
