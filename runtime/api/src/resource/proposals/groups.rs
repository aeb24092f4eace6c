//! Proposals of identical shape: listed as groups, and decided about in one go with a decision each.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use throughline_domain::access::Right;
use throughline_domain::exception::bulk::Snapshot;
use throughline_domain::id::ProposalId;
use throughline_domain::proposal::Shape;
use throughline_engine::CommandError;
use throughline_engine::command::{DecidedOne, DecisionRequest, GroupSnapshot, ProposalGroup, Wish};
use throughline_store::Scope;
use utoipa::ToSchema;

use super::{VerdictWord, instant, pass, person, reason, shown};
use crate::auth::{Decide, In, See, Span};
use crate::error::{ApiError, ErrorAnswer, Result};
use crate::extract::{Json, Path, Query};
use crate::resource::runs::detail;
use crate::resource::{id, page, rows};
use crate::routes::Access::Needs;
use crate::routes::Routes;
use crate::state::ApiState;
use crate::view::proposal::{MoneyView, ProposalView};
use crate::view::{List, at};

/// Routes of groups.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(Needs(Right::See), "/api/v1/proposals/groups", list)
        .get(Needs(Right::See), "/api/v1/proposals/groups/{shape}", show)
        .post(Needs(Right::Decide), "/api/v1/proposals/groups/{shape}/decisions", decide)
}

/// Open proposals of identical shape: the same workflow and version, the same writes and fields, only other values.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct GroupView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Their shape.
    pub(crate) shape: String,
    /// Workflow.
    pub(crate) workflow: String,
    /// Its version.
    pub(crate) version: u32,
    /// What the one with the nearest deadline would do, in words.
    pub(crate) summary: String,
    /// How many.
    pub(crate) count: usize,
    /// What moves in all of them together.
    pub(crate) money: Option<MoneyView>,
    /// Since when the oldest waits.
    pub(crate) oldest: String,
    /// The nearest deadline.
    pub(crate) expires_at: String,
    /// The set as it is; to be stated with the decisions.
    pub(crate) snapshot: GroupSnapshotView,
}

/// A set as it was seen. What opens later is not in it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupSnapshotView {
    /// As of when.
    pub(crate) as_of: String,
    /// How many.
    pub(crate) count: usize,
    /// Hex SHA-256 of their ids.
    pub(crate) sha256: String,
}

impl GroupSnapshotView {
    fn of(snapshot: &GroupSnapshot) -> Self {
        let Snapshot { count, sha256 } = snapshot.set.clone();
        Self { as_of: at(snapshot.as_of), count, sha256 }
    }

    /// As it was stated.
    pub(crate) fn stated(&self) -> Result<GroupSnapshot> {
        let as_of = instant("as_of", Some(&self.as_of))?;
        let as_of = as_of.ok_or_else(|| ApiError::bad_parameter("as_of is missing"))?;
        let set = Snapshot { count: self.count, sha256: self.sha256.clone() };
        Ok(GroupSnapshot { as_of, set })
    }
}

impl GroupView {
    fn new(scope: &Scope, group: &ProposalGroup, summary: String) -> Self {
        Self {
            workspace: scope.to_string(),
            shape: group.shape.as_str().to_owned(),
            workflow: group.workflow.clone(),
            version: group.version,
            summary,
            count: group.members.len(),
            money: group.money.as_ref().map(|money| MoneyView {
                amount: money.amount.to_string(),
                currency: money.currency.clone(),
            }),
            oldest: at(group.oldest),
            expires_at: at(group.expires_at),
            snapshot: GroupSnapshotView::of(&group.snapshot),
        }
    }
}

/// A group, its words with what is hidden hidden.
pub(crate) async fn view(state: &ApiState, scope: &Scope, group: &ProposalGroup) -> Result<GroupView> {
    let first = match group.members.first() {
        Some(first) => state.store().get_proposal(scope, first).await?,
        None => None,
    };
    let summary = match first {
        Some(row) => detail::proposal(state, &row).await?.summary,
        None => String::new(),
    };
    Ok(GroupView::new(scope, group, summary))
}

/// Lists open proposals by their shape, the group with the nearest deadline first
#[utoipa::path(get, path = "/api/v1/proposals/groups", tag = "proposals",
    responses((status = 200, body = List<GroupView>)))]
pub(crate) async fn list(
    State(state): State<ApiState>,
    span: Span<See>,
) -> Result<axum::Json<List<GroupView>>> {
    let mut items = Vec::new();
    for scope in span.scopes() {
        for group in state.engine().proposal_groups(scope).await? {
            items.push(view(&state, scope, &group).await?);
        }
    }
    items.sort_by(|a, b| a.expires_at.cmp(&b.expires_at));
    Ok(axum::Json(List::whole(items)))
}

/// Which part of a group.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct GroupQuery {
    /// Rows, 1 to 200; 50 where absent.
    limit: Option<u32>,
    /// The proposal before the first one to show.
    after: Option<String>,
    /// The same as `after`.
    cursor: Option<String>,
    /// As it was then, RFC 3339: `as_of` of a snapshot.
    as_of: Option<String>,
    /// Workspace, as the header `Throughline-Workspace` names it.
    workspace: Option<String>,
}

/// A group with some of its proposals.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct GroupDetailView {
    /// The group.
    #[serde(flatten)]
    pub(crate) group: GroupView,
    /// Its proposals, the nearest deadline first.
    pub(crate) items: Vec<ProposalView>,
    /// Give it as `after` for the next page; null: this was the last one.
    pub(crate) next: Option<String>,
}

/// A group with its proposals, the nearest deadline first
#[utoipa::path(get, path = "/api/v1/proposals/groups/{shape}", tag = "proposals",
    params(("shape" = String, Path), GroupQuery),
    responses((status = 200, body = GroupDetailView), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn show(
    State(state): State<ApiState>,
    span: Span<See>,
    Path(shape): Path<String>,
    Query(query): Query<GroupQuery>,
) -> Result<axum::Json<GroupDetailView>> {
    let page = page(query.limit, query.after.or(query.cursor))?;
    let as_of = instant("as_of", query.as_of.as_deref())?;
    let parsed = parse(&shape)?;
    for scope in span.scopes() {
        let group = match state.engine().proposal_group(scope, &parsed, as_of).await {
            Ok(group) => group,
            Err(CommandError::NotFound { .. }) => continue,
            Err(error) => return Err(error.into()),
        };
        let from = match &page.after {
            None => 0,
            Some(after) => group.members.iter().position(|id| id.as_str() == after).map_or(0, |at| at + 1),
        };
        let some: Vec<&ProposalId> = group.members.iter().skip(from).take(rows(&page)).collect();
        let more = from + some.len() < group.members.len();
        let next = some.last().filter(|_| more).map(ToString::to_string);
        let items = members(&state, scope, &some).await?;
        let group = view(&state, scope, &group).await?;
        return Ok(axum::Json(GroupDetailView { group, items, next }));
    }
    Err(ApiError::missing("open group", &shape))
}

/// Some proposals by their ids, in that order; one that is gone is left out.
pub(crate) async fn members(
    state: &ApiState,
    scope: &Scope,
    ids: &[&ProposalId],
) -> Result<Vec<ProposalView>> {
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        rows.extend(state.store().get_proposal(scope, id).await?);
    }
    detail::proposals(state, rows).await
}

fn parse(shape: &str) -> Result<Shape> {
    Shape::parse(shape).ok_or_else(|| ApiError::missing("open group", shape))
}

/// Decisions about several proposals of one shape.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "snapshot": { "as_of": "2026-01-31T08:15:00.000000Z", "count": 2, "sha256": "9f2c…" },
    "decisions": [
        { "proposal_id": "prp_…", "shown_hash": "51b7…", "verdict": "approve", "opened_at": "2026-01-31T08:16:00Z" },
        { "proposal_id": "prp_…", "shown_hash": "e00a…", "verdict": "reject", "reason": "wrong_value" }
    ]
}))]
pub(crate) struct ManyRequest {
    /// The set as it was seen; another one is refused.
    snapshot: GroupSnapshotView,
    /// One for each that is decided; the others stay open.
    decisions: Vec<OneOfMany>,
}

/// One decision of many.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneOfMany {
    /// Which.
    pub(crate) proposal_id: String,
    /// Its `content_hash`, as it was listed.
    pub(crate) shown_hash: String,
    /// `approve` or `reject`.
    pub(crate) verdict: VerdictWord,
    /// Why, when it is a rejection.
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// Words; `other` needs them.
    #[serde(default)]
    pub(crate) note: Option<String>,
    /// The person you stand in for.
    #[serde(default)]
    pub(crate) on_behalf_of: Option<String>,
    /// When you opened it, RFC 3339; absent: you did not. At least one must have been opened, and a decision about one that was
    /// not is kept as such.
    #[serde(default)]
    pub(crate) opened_at: Option<String>,
}

/// What became of each.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ManyView {
    /// In the order in which they were sent.
    pub(crate) items: Vec<DecidedView>,
    /// The set as it is now, for the next go; null: nothing of it is open any more.
    pub(crate) snapshot: Option<GroupSnapshotView>,
}

/// What became of one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DecidedView {
    /// The proposal.
    pub(crate) proposal_id: String,
    /// It was taken.
    pub(crate) done: bool,
    /// The decision.
    pub(crate) decision_id: Option<String>,
    /// Where the proposal is now.
    pub(crate) state: Option<&'static str>,
    /// Why it was not taken.
    pub(crate) refused: Option<String>,
    /// The code of that.
    pub(crate) code: Option<&'static str>,
}

/// Decides about several proposals of one shape, each by itself
///
/// The snapshot states the set as it was seen: where one of it was decided or ended since, nothing is done (409). Otherwise each
/// decision is taken or refused like one by itself, and the answer says which.
#[utoipa::path(post, path = "/api/v1/proposals/groups/{shape}/decisions", tag = "proposals",
    params(("shape" = String, Path)), request_body = ManyRequest,
    responses((status = 200, body = ManyView), (status = 409, body = ErrorAnswer), (status = 422, body = ErrorAnswer)))]
pub(crate) async fn decide(
    State(state): State<ApiState>,
    proof: In<Decide>,
    Path(shape): Path<String>,
    Json(request): Json<ManyRequest>,
) -> Result<axum::Json<ManyView>> {
    let shape = parse(&shape)?;
    let (pass, via) = pass::of_acting(proof.acting()).ok_or_else(|| pass::nobody(proof.by()))?;
    let mut wishes = Vec::with_capacity(request.decisions.len());
    for one in &request.decisions {
        let wish = DecisionRequest {
            shown: shown(Some(&one.shown_hash))?,
            principal: person(one.on_behalf_of.as_deref())?,
            pass: pass.clone(),
            via,
            verdict: match one.verdict {
                VerdictWord::Approve => Wish::Approve,
                VerdictWord::Reject => Wish::Reject(reason(one.reason.as_deref())?),
            },
            note: one.note.clone(),
            opened_at: instant("opened_at", one.opened_at.as_deref())?,
        };
        wishes.push((id("proposal", &one.proposal_id)?, wish));
    }
    let stated = request.snapshot.stated()?;
    let done = state.engine().decide_many(proof.scope(), &shape, &stated, wishes).await?;
    let now = match state.engine().proposal_group(proof.scope(), &shape, None).await {
        Ok(group) => Some(GroupSnapshotView::of(&group.snapshot)),
        Err(CommandError::NotFound { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(axum::Json(ManyView { items: done.into_iter().map(DecidedView::from).collect(), snapshot: now }))
}

impl From<DecidedOne> for DecidedView {
    fn from(one: DecidedOne) -> Self {
        let proposal_id = one.proposal.to_string();
        match one.taken {
            Ok(taken) => Self {
                proposal_id,
                done: true,
                decision_id: Some(taken.decision.into()),
                state: Some(taken.state.word()),
                refused: None,
                code: None,
            },
            Err(error) => Self {
                proposal_id,
                done: false,
                decision_id: None,
                state: None,
                refused: Some(error.to_string()),
                code: Some(error.code()),
            },
        }
    }
}
