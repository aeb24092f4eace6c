//! Proposals: list, look, decide.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughline_domain::access::Right;
use throughline_domain::approval::{Refusal, RejectReason};
use throughline_domain::id::{PersonId, ProposalId};
use throughline_domain::proposal::{ContentHash, ProposalState};
use throughline_domain::time::Timestamp;
use throughline_engine::CommandError;
use throughline_engine::command::{DecisionRequest, Waiting, Wish};
use throughline_store::{PageRequest, ProposalRow, Scope, place_by_due};
use utoipa::ToSchema;

use super::runs::detail;
use super::{id, page, rows, word};
use crate::auth::{Decide, See, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Path, Query};
use crate::redact::{MASK, unmask};
use crate::routes::Access::Needs;
use crate::routes::Routes;
use crate::state::ApiState;
use crate::view::proposal::{ProposalDetailView, ProposalView};
use crate::view::{List, merge, merge_by_due};

pub(crate) mod comments;
pub(crate) mod groups;
mod pass;
pub(crate) mod withdraw;

pub(crate) use pass::of_acting;

/// Everything about proposals.
pub(crate) fn routes(routes: Routes) -> Routes {
    groups::routes(routes)
        .get(Needs(Right::See), "/api/v1/proposals", list)
        .get(Needs(Right::See), "/api/v1/proposals/{proposal}", show)
        .get(Needs(Right::See), "/api/v1/proposals/{proposal}/similar", similar)
        .post(Needs(Right::Decide), "/api/v1/proposals/{proposal}/decision", decide)
        .post(Needs(Right::See), "/api/v1/proposals/{proposal}/withdraw", withdraw::withdraw)
        .post(Needs(Right::See), "/api/v1/proposals/{proposal}/comments", comments::comment)
        .put(Needs(Right::See), "/api/v1/proposals/{proposal}/snooze", comments::snooze)
        .delete(Needs(Right::See), "/api/v1/proposals/{proposal}/snooze", comments::wake)
}

/// Most that are shown of what was decided before.
const SIMILAR: u32 = 20;

/// Which proposals to list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProposalQuery {
    /// Rows, 1 to 200; 50 where absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
    /// The same as `after`.
    cursor: Option<String>,
    /// `open`, where absent, or any other state; `any` for all.
    state: Option<String>,
    /// `me`: only the open ones that you could decide about, or are asked a question about, for yourself or for somebody you
    /// stand in for; each says whose decision that is, what is asked, and until when you put it off.
    asked: Option<String>,
    /// `due`: the open ones by deadline, the first to end first.
    order: Option<String>,
    /// Workspace, as the header `Throughline-Workspace` names it.
    workspace: Option<String>,
}

/// Lists proposals, newest first, or by deadline
#[utoipa::path(get, path = "/api/v1/proposals", tag = "proposals", params(ProposalQuery),
    responses((status = 200, body = List<ProposalView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
    Query(query): Query<ProposalQuery>,
) -> Result<axum::Json<List<ProposalView>>> {
    if let Some(asked) = &query.asked {
        if asked != "me" || query.state.as_deref().is_some_and(|state| state != "open") {
            return Err(ApiError::bad_parameter("`asked` is `me`, and goes with the open ones"));
        }
        let page = page(query.limit, query.after.or(query.cursor))?;
        return waiting(&state, &span, &page).await.map(axum::Json);
    }
    let filter = match query.state.as_deref() {
        Some("any") => None,
        named => Some(
            word("state", named, &ProposalState::ALL, |state| state.word())?.unwrap_or(ProposalState::Open),
        ),
    };
    let by_due = match query.order.as_deref() {
        None => false,
        Some("due") if filter == Some(ProposalState::Open) => true,
        Some(_) => return Err(ApiError::bad_parameter("`order` is `due`, and goes with the open ones")),
    };
    let page = page(query.limit, query.after.or(query.cursor))?;
    let mut pages = Vec::new();
    for scope in span.scopes() {
        pages.push(if by_due {
            state.store().proposals_by_due(scope, &page).await?
        } else {
            state.store().list_proposals(scope, filter, &page).await?
        });
    }
    let List { items: rows, next } = if by_due {
        merge_by_due(pages, rows(&page), |row: &ProposalRow| {
            place_by_due(row.proposal.content().expires_at, row.proposal.id().as_str())
        })
    } else {
        merge(pages, rows(&page), |row: &ProposalRow| row.proposal.id().as_str(), |row| row)
    };
    let items = detail::proposals(&state, rows).await?;
    Ok(axum::Json(List { items, next }))
}

/// The open ones that whoever asks could decide about.
async fn waiting(state: &ApiState, span: &Span<See>, page: &PageRequest) -> Result<List<ProposalView>> {
    let Some(person) = span.acting().person() else { return Ok(List::whole(Vec::new())) };
    let mut pages = Vec::new();
    for scope in span.scopes() {
        pages.push(state.engine().waiting_for(scope, person, page).await?);
    }
    let List { items: rows, next } =
        merge(pages, rows(page), |one: &Waiting| one.row.proposal.id().as_str(), |one| one);
    let (rows, yours): (Vec<ProposalRow>, Vec<_>) =
        rows.into_iter().map(|one| (one.row, (one.for_whom, one.beside))).unzip();
    let mut items = detail::proposals(state, rows).await?;
    for (view, (whom, beside)) in items.iter_mut().zip(yours) {
        view.is_for(whom, beside);
    }
    Ok(List { items, next })
}

/// One proposal
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}", tag = "proposals",
    params(("proposal" = String, Path)),
    responses((status = 200, body = ProposalDetailView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn show(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(proposal): Path<String>,
) -> Result<axum::Json<ProposalDetailView>> {
    let row = find(&state, span.scopes(), &proposal).await?;
    let found = state.engine().proposal_detail(&row.scope, row.proposal.id()).await?;
    let mut view = detail::proposal_detail(&state, &found).await?;
    if let Some(person) = span.acting().person() {
        let beside = state.engine().beside_decision(&found, person).await?;
        view.proposal.is_for(found.for_whom(person, state.now()), beside);
    }
    Ok(axum::Json(view))
}

/// What was decided about the same before: the last twenty ended proposals of its shape
///
/// Of one shape are proposals that differ in values only. The last that ended first.
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}/similar", tag = "proposals",
    params(("proposal" = String, Path)),
    responses((status = 200, body = List<ProposalView>), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn similar(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(proposal): Path<String>,
) -> Result<axum::Json<List<ProposalView>>> {
    let row = find(&state, span.scopes(), &proposal).await?;
    let shape = row.proposal.shape();
    let mut ended = state.store().ended_of_shape(&row.scope, shape.as_str(), SIMILAR + 1).await?;
    ended.retain(|other| other.proposal.id() != row.proposal.id());
    ended.truncate(SIMILAR as usize);
    Ok(axum::Json(List::whole(detail::proposals(&state, ended).await?)))
}

/// A proposal by its id, in one of these workspaces.
pub(crate) async fn find(state: &ApiState, scopes: &[Scope], proposal: &str) -> Result<ProposalRow> {
    let parsed: ProposalId = id("proposal", proposal)?;
    for scope in scopes {
        if let Some(row) = state.store().get_proposal(scope, &parsed).await? {
            return Ok(row);
        }
    }
    Err(ApiError::missing("proposal", proposal))
}

/// A decision.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionBody {
    /// `approve` or `reject`.
    verdict: VerdictWord,
    /// The `content_hash` of what you looked at. A decision about what is no longer so is refused with the difference.
    #[serde(default)]
    shown_hash: Option<String>,
    /// Why, when it is a rejection: `wrong_value`, `wrong_record`, `wrong_action`, `not_now`, `duplicate`,
    /// `business_changed` or `other`.
    #[serde(default)]
    reason: Option<String>,
    /// Words; `other` needs them.
    #[serde(default)]
    note: Option<String>,
    /// With `approve`: the action's whole input instead. That makes a new proposal, which you say yes to.
    #[serde(default)]
    edit: Option<EditBody>,
    /// The person you stand in for.
    #[serde(default)]
    on_behalf_of: Option<String>,
    /// When you opened it, RFC 3339.
    #[serde(default)]
    opened_at: Option<String>,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VerdictWord {
    /// Yes.
    Approve,
    /// No.
    Reject,
}

/// An edit.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditBody {
    /// The action's whole input.
    input: Value,
}

/// A decision was taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DecisionTakenView {
    /// The decision.
    decision_id: String,
    /// The proposal that people decide about or have decided: another one after an edit.
    proposal_id: String,
    /// Its state.
    state: &'static str,
}

/// Decides about a proposal
#[utoipa::path(post, path = "/api/v1/proposals/{proposal}/decision", tag = "proposals",
    params(("proposal" = String, Path)), request_body = DecisionBody,
    responses((status = 200, body = DecisionTakenView), (status = 403, body = ErrorAnswer),
        (status = 409, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn decide(
    State(state): State<ApiState>,
    span: Span<Decide>,
    Path(proposal): Path<String>,
    Json(body): Json<DecisionBody>,
) -> Result<axum::Json<DecisionTakenView>> {
    let row = find(&state, span.scopes(), &proposal).await?;
    let (pass, via) = pass::of(&span)?;
    let request = DecisionRequest {
        shown: shown(body.shown_hash.as_deref())?,
        principal: person(body.on_behalf_of.as_deref())?,
        pass,
        via,
        verdict: match body.wish()? {
            Wish::ApproveEdited(input) => Wish::ApproveEdited(unmasked(&state, &row, input).await?),
            plain @ (Wish::Approve | Wish::Reject(_)) => plain,
        },
        note: body.note.clone(),
        opened_at: instant("opened_at", body.opened_at.as_deref())?,
    };
    let taken = state.engine().decide(&row.scope, row.proposal.id(), request).await?;
    Ok(axum::Json(DecisionTakenView {
        decision_id: taken.decision.into(),
        proposal_id: taken.proposal.into(),
        state: taken.state.word(),
    }))
}

impl DecisionBody {
    /// What is asked, but for who asks it.
    fn wish(&self) -> Result<Wish> {
        match (self.verdict, &self.edit) {
            (VerdictWord::Approve, None) => Ok(Wish::Approve),
            (VerdictWord::Approve, Some(edit)) => Ok(Wish::ApproveEdited(edit.input.clone())),
            (VerdictWord::Reject, None) => Ok(Wish::Reject(reason(self.reason.as_deref())?)),
            (VerdictWord::Reject, Some(_)) => {
                Err(ApiError::bad_parameter("a rejection edits nothing: leave `edit` out"))
            }
        }
    }
}

/// An edited input with what was hidden from its editor as it was.
pub(crate) async fn unmasked(state: &ApiState, row: &ProposalRow, mut input: Value) -> Result<Value> {
    let view = detail::proposal(state, row).await?;
    let write = row.proposal.content().operations.first();
    let (original, shown) = (write.map(|write| &write.input), view.operations.first().map(|one| &one.input));
    if unmask(original.unwrap_or(&Value::Null), shown.unwrap_or(&Value::Null), &mut input) {
        return Ok(input);
    }
    Err(ApiError::bad_parameter(format!(
        "`{MASK}` stands for a value that is hidden: leave it where it is, or write the whole value"
    )))
}

/// A hash that is none was never shown.
pub(crate) fn shown(text: Option<&str>) -> Result<Option<ContentHash>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let read = text.parse::<ContentHash>().ok();
    read.map(Some).ok_or_else(|| ApiError::from(CommandError::from(Refusal::NothingShown)))
}

/// One of the reasons.
pub(crate) fn reason(text: Option<&str>) -> Result<Option<RejectReason>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    serde_json::from_value(Value::String(text.to_owned())).map(Some).map_err(|_| {
        ApiError::bad_parameter(format!("`{}` is not a reason to reject", crate::error::shown(text)))
    })
}

/// A person by id.
pub(crate) fn person(text: Option<&str>) -> Result<Option<PersonId>> {
    text.map(|text| id("person", text)).transpose()
}

/// RFC 3339.
pub(crate) fn instant(name: &str, text: Option<&str>) -> Result<Option<Timestamp>> {
    let Some(text) = text else { return Ok(None) };
    let read = Timestamp::parse_rfc3339(text);
    read.map(Some)
        .ok_or_else(|| ApiError::bad_parameter(format!("{name} is not a time such as 2026-01-31T08:15:00Z")))
}
