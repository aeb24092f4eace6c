//! What is said about a proposal beside deciding it, and putting it off.

use axum::extract::State;
use serde::Deserialize;
use serde_json::Value;
use throughline_domain::access::{Place, Right, may};
use throughline_domain::id::PersonId;
use throughline_engine::command::NewComment;
use throughline_store::ProposalRow;
use utoipa::ToSchema;

use super::{find, instant, pass};
use crate::auth::{See, Span, Way};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Path};
use crate::resource::nothing;
use crate::state::ApiState;
use crate::view::proposal::ProposalCommentView;

/// A comment to write.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "Is this the new price list?", "asks": "person:sam" }))]
pub(crate) struct ProposalCommentRequest {
    /// What, in 1 to 10,000 characters.
    text: String,
    /// A question: whom it is put to, `person:…`, `team:…` or `role:…`. They get a mail, and it stands in their list.
    #[serde(default)]
    asks: Option<String>,
    /// An answer: to which question, by its comment's id. Who asked gets a mail.
    #[serde(default)]
    answers: Option<String>,
}

/// Comments on a proposal, asks somebody about it, or answers
///
/// Nothing of the proposal changes by it: who decides, and until when, stays. It also takes it out of other people's snoozes.
/// For everybody who does anything in this workspace, and for who is asked a question about it.
#[utoipa::path(post, path = "/api/v1/proposals/{proposal}/comments", tag = "proposals",
    params(("proposal" = String, Path)), request_body = ProposalCommentRequest,
    responses((status = 200, body = ProposalCommentView), (status = 403, body = ErrorAnswer),
        (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn comment(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(proposal): Path<String>,
    Json(request): Json<ProposalCommentRequest>,
) -> Result<axum::Json<ProposalCommentView>> {
    let row = find(&state, span.scopes(), &proposal).await?;
    may_comment(&state, &span, &row, &request).await?;
    let ProposalCommentRequest { text, asks, answers } = request;
    let (scope, id, new) = (&row.scope, row.proposal.id(), NewComment { text, asks, answers });
    let comment = state.engine().comment_on_proposal(scope, id, new, &span.person()).await?;
    Ok(axum::Json(ProposalCommentView::from(comment)))
}

/// Whoever may do anything here; who only looks answers what they are asked, and says nothing else.
async fn may_comment(
    state: &ApiState,
    span: &Span<See>,
    row: &ProposalRow,
    request: &ProposalCommentRequest,
) -> Result<()> {
    let refused = match may_act(span, row) {
        Ok(()) => return Ok(()),
        Err(refused) => refused,
    };
    let asked = match (&request.answers, span.acting().person()) {
        (Some(question), Some(person)) if is_session(span) => {
            state.engine().is_asked(&row.scope, (row.proposal.id(), question), person).await?
        }
        _ => false,
    };
    if asked { Ok(()) } else { Err(refused) }
}

fn may_act(span: &Span<See>, row: &ProposalRow) -> Result<()> {
    let place = Place::Workspace(row.scope.as_str().to_owned());
    let has = |right| may(span.principal(), right, &place);
    let acts = [Right::Operate, Right::Resolve, Right::Decide, Right::Build]
        .into_iter()
        .any(|right| has(right).is_ok());
    if acts { Ok(()) } else { has(Right::Resolve).map_err(ApiError::from) }
}

/// A token that reads does nothing in the name of its person.
fn is_session(span: &Span<See>) -> bool {
    matches!(span.acting().way(), Way::Session { .. })
}

/// Until when.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "until": "2026-01-31T08:15:00Z" }))]
pub(crate) struct SnoozeRequest {
    /// RFC 3339; before the proposal ends.
    until: String,
}

/// Keeps a proposal out of your own list until a time
///
/// For you only: others see it as before, reminders go out, and it ends when it would have. It comes back by itself, and as soon
/// as somebody else says something about it.
#[utoipa::path(put, path = "/api/v1/proposals/{proposal}/snooze", tag = "proposals",
    params(("proposal" = String, Path)), request_body = SnoozeRequest,
    responses((status = 200, body = Object), (status = 403, body = ErrorAnswer), (status = 404, body = ErrorAnswer),
        (status = 409, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn snooze(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(proposal): Path<String>,
    Json(request): Json<SnoozeRequest>,
) -> Result<axum::Json<Value>> {
    let row = find(&state, span.scopes(), &proposal).await?;
    let until = instant("until", Some(&request.until))?;
    state.engine().snooze_proposal(&row.scope, row.proposal.id(), person(&span, &row)?, until).await?;
    Ok(axum::Json(nothing()))
}

/// Takes a proposal back into your list
#[utoipa::path(delete, path = "/api/v1/proposals/{proposal}/snooze", tag = "proposals",
    params(("proposal" = String, Path)),
    responses((status = 200, body = Object), (status = 403, body = ErrorAnswer), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn wake(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(proposal): Path<String>,
) -> Result<axum::Json<Value>> {
    let row = find(&state, span.scopes(), &proposal).await?;
    state.engine().snooze_proposal(&row.scope, row.proposal.id(), person(&span, &row)?, None).await?;
    Ok(axum::Json(nothing()))
}

/// Only a person has a list.
fn person<'a>(span: &'a Span<See>, row: &ProposalRow) -> Result<&'a PersonId> {
    if !is_session(span) {
        may_act(span, row)?;
    }
    span.acting().person().ok_or_else(|| pass::nobody(span.by()))
}
