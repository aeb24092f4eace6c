//! `/d/{proposal}/group`: the others of its shape, each decided by itself with one form. The one of the address is shown whole,
//! so that somebody has looked at one at least; of the others it is kept that they were not opened.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use throughline_domain::form::Typed;
use throughline_domain::id::{PersonId, ProposalId};
use throughline_domain::proposal::ProposalState;
use throughline_engine::CommandError;
use throughline_engine::command::{DecisionRequest, ProposalGroup, Wish};
use throughline_store::ProposalRow;

use super::form;
use super::show::{self, choice, reasons};
use super::way::{self, Visitor};
use super::{answered, find, needs_password, nowhere, private, title};
use crate::error::{ApiError, Result};
use crate::extract::Path;
use crate::form::typed;
use crate::page::text::exact;
use crate::page::{render_narrow, sentence};
use crate::resource::proposals::groups::{DecidedView, GroupSnapshotView, GroupView, members, view};
use crate::resource::proposals::{person, reason, shown};
use crate::resource::runs::detail;
use crate::state::ApiState;
use crate::view::proposal::{OperationView, ProposalView};

/// Proposals of one page: it is read on a phone, too.
const ROWS: usize = 50;

/// The page, for who is signed in: a code is for one proposal.
pub(super) async fn page(
    State(state): State<ApiState>,
    Path(proposal): Path<String>,
    request: Request,
) -> Result<Response> {
    let Some(row) = find(&state, &proposal).await? else { return Ok(nowhere()) };
    let (parts, _) = request.into_parts();
    let Some(visitor) = way::signed_in(&state, &row, &parts).await? else {
        return closed(&state, &row).await;
    };
    listed(&state, &row, &visitor, &Said::Nothing).await
}

async fn closed(state: &ApiState, row: &ProposalRow) -> Result<Response> {
    let workspace = title(state, &row.scope).await?;
    let words = "Several at once are decided by who is signed in: a code is for one decision.";
    Ok(answered(private(show::closed(&workspace, row, Some(words))), StatusCode::FORBIDDEN))
}

/// What the page says on top.
enum Said {
    Nothing,
    Refused(String),
    Done(Vec<DecidedView>),
}

async fn listed(state: &ApiState, row: &ProposalRow, visitor: &Visitor, said: &Said) -> Result<Response> {
    let group = state.engine().proposal_group(&row.scope, &row.proposal.shape(), None).await;
    let group = match group {
        Ok(group) => group,
        Err(CommandError::NotFound { .. }) => return Ok(private(over(said))),
        Err(error) => return Err(error.into()),
    };
    // Another one is opened, where this one is decided by now.
    let lead = if row.state == ProposalState::Open { Some(row.proposal.id()) } else { group.members.first() };
    let lead = match lead {
        Some(id) => state.store().get_proposal(&row.scope, id).await?,
        None => None,
    };
    let Some(lead) = lead else { return Ok(private(over(said))) };
    let others = group.members.iter().filter(|id| *id != lead.proposal.id());
    let others: Vec<&ProposalId> = others.take(ROWS - 1).collect();
    let detail = state.engine().proposal_detail(&row.scope, lead.proposal.id()).await?;
    let shown = Shown {
        group: view(state, &row.scope, &group).await?,
        lead: detail::proposal(state, &lead).await?,
        others: members(state, &row.scope, &others).await?,
        seal: form::seal(state, &lead, visitor, state.now()),
        me: visitor.person().clone(),
        for_whom: detail.for_whom(visitor.person(), state.now()),
        needs_password: needs_password(state, &lead, visitor),
    };
    Ok(private(render_narrow("Decisions", &body(&shown, said))))
}

struct Shown {
    group: GroupView,
    lead: ProposalView,
    others: Vec<ProposalView>,
    seal: String,
    me: PersonId,
    for_whom: BTreeMap<PersonId, String>,
    needs_password: bool,
}

fn over(said: &Said) -> Response {
    let body = html! {
        h1 { "Nothing of this kind waits any more" }
        (results(said))
        p { a href="/" { "What else there is" } }
    };
    render_narrow("Decisions", &body)
}

fn body(shown: &Shown, said: &Said) -> Markup {
    let Shown { group, lead, others, .. } = shown;
    html! {
        h1 { (group.count) " of one kind" }
        (results(said))
        dl.facts {
            div { dt { "Workspace" } dd { (group.workspace) } }
            div { dt { "Workflow" } dd { (group.workflow) " " span.dim { "v" (group.version) } } }
            @if let Some(money) = &group.money { div { dt { "Money, all together" } dd { strong { (money.amount) " " (money.currency) } } } }
            div { dt { "Can be undone" } dd { @if lead.irreversible { "No" } @else { "Yes" } } }
            div { dt { "The oldest" } dd { "since " (exact(&group.oldest)) } }
            div { dt { "The first ends" } dd { (exact(&group.expires_at)) } }
        }
        @if others.len() + 1 < group.count {
            p.dim { "The first " (others.len() + 1) " by their deadline. The next ones follow when these are decided." }
        }
        @if shown.needs_password { (show::password(&format!("/d/{}/group", lead.proposal_id))) }
        form.decide method="post" action={ "/d/" (lead.proposal_id) "/group" } {
            (stated(&group.snapshot))
            input type="hidden" name="seal" value=(shown.seal);
            section.member {
                h2 { a href={ "/d/" (lead.proposal_id) } { (lead.summary) } }
                @for operation in &lead.operations { (show::write(operation)) }
                (choices(lead))
            }
            @for other in others { (member(other)) }
            (show::for_whom(&shown.me, &shown.for_whom))
            section {
                h2 { "For those you reject" }
                (reasons())
            }
            button { "Decide about those I chose" }
            p.dim { "What you leave open stays open. Only the first one is shown whole here: of the others it is kept that they were decided without being opened. Follow a title to open one and decide there." }
        }
    }
}

fn stated(snapshot: &GroupSnapshotView) -> Markup {
    html! {
        input type="hidden" name="as_of" value=(snapshot.as_of);
        input type="hidden" name="count" value=(snapshot.count);
        input type="hidden" name="sha256" value=(snapshot.sha256);
    }
}

fn member(proposal: &ProposalView) -> Markup {
    html! {
        section.member {
            h2 { a href={ "/d/" (proposal.proposal_id) } { (proposal.summary) } }
            @for operation in &proposal.operations { (values(operation)) }
            (choices(proposal))
        }
    }
}

/// What would be written, short.
fn values(operation: &OperationView) -> Markup {
    html! {
        dl.values { @for field in &operation.fields {
            dt { (field.field.trim_start_matches('/')) }
            dd {
                @if field.before.is_some() { del { (show::shown(field.before.as_ref())) } " → " }
                (show::shown(field.after.as_ref()))
            }
        } }
    }
}

/// Nothing is chosen beforehand.
fn choices(proposal: &ProposalView) -> Markup {
    let id = &proposal.proposal_id;
    html! {
        input type="hidden" name={ "hash." (id) } value=(proposal.content_hash);
        div.choices {
            (choice(id, "approve", "Approve")) (choice(id, "reject", "Reject")) (choice(id, "", "Leave open"))
        }
    }
}

fn results(said: &Said) -> Markup {
    match said {
        Said::Nothing => html! {},
        Said::Refused(words) => {
            html! { p.failure role="alert" { strong { "Nothing was decided. " } (sentence(words)) "." } }
        }
        Said::Done(items) => {
            let done = items.iter().filter(|item| item.done).count();
            html! {
                p.outcome role="status" { strong { (done) " of " (items.len()) " decisions were taken." } }
                @if done < items.len() { ul { @for item in items.iter().filter(|item| !item.done) {
                    li { a href={ "/d/" (item.proposal_id) } { "This one" } " was not: " (item.refused.as_deref().unwrap_or_default()) "." }
                } } }
            }
        }
    }
}

/// Takes the decisions of the form.
pub(super) async fn decide(
    State(state): State<ApiState>,
    Path(proposal): Path<String>,
    request: Request,
) -> Result<Response> {
    let Some(row) = find(&state, &proposal).await? else { return Ok(nowhere()) };
    let (parts, body) = request.into_parts();
    let Some(visitor) = way::signed_in(&state, &row, &parts).await? else {
        return closed(&state, &row).await;
    };
    let typed = typed(Request::from_parts(parts, body), &state).await?;
    match decided(&state, &row, &visitor, &typed).await {
        Ok(items) => listed(&state, &row, &visitor, &Said::Done(items)).await,
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::CONFLICT);
            let page = listed(&state, &row, &visitor, &Said::Refused(error.to_string())).await?;
            Ok(answered(page, status))
        }
    }
}

fn text<'t>(typed: &'t Typed, name: &str) -> Option<&'t str> {
    typed.get(name)?.first().map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// The set as the page stated it.
fn seen(typed: &Typed) -> GroupSnapshotView {
    GroupSnapshotView {
        as_of: text(typed, "as_of").unwrap_or_default().to_owned(),
        count: text(typed, "count").and_then(|count| count.parse().ok()).unwrap_or_default(),
        sha256: text(typed, "sha256").unwrap_or_default().to_owned(),
    }
}

async fn decided(
    state: &ApiState,
    row: &ProposalRow,
    visitor: &Visitor,
    typed: &Typed,
) -> Result<Vec<DecidedView>, CommandError> {
    let invalid = |error: ApiError| CommandError::Invalid(error.words().to_owned());
    let again = || CommandError::Invalid("open the page again and decide there".to_owned());
    // Only who has seen the page has this: a form of another site decides nothing.
    let opened_at = form::open(state, row, visitor, text(typed, "seal")).ok_or_else(again)?;
    let snapshot = seen(typed).stated().map_err(invalid)?;
    let (why, note) = (reason(text(typed, "reason")).map_err(invalid)?, text(typed, "note"));
    let principal = person(text(typed, "for")).map_err(invalid)?;
    let mut wishes = Vec::new();
    for name in typed.keys() {
        let Some(id) = name.strip_prefix("verdict.").and_then(|id| id.parse::<ProposalId>().ok()) else {
            continue;
        };
        let (verdict, note) = match text(typed, name) {
            Some("approve") => (Wish::Approve, None),
            Some("reject") => (Wish::Reject(why), note),
            _ => continue,
        };
        let wish = DecisionRequest {
            shown: shown(text(typed, &format!("hash.{id}"))).map_err(invalid)?,
            principal: principal.clone(),
            pass: visitor.pass.clone(),
            via: visitor.via,
            verdict,
            note: note.map(str::to_owned),
            opened_at: (id == *row.proposal.id()).then_some(opened_at),
        };
        wishes.push((id, wish));
    }
    let shape = row.proposal.shape();
    let done = state.engine().decide_many(&row.scope, &shape, &snapshot, wishes).await?;
    Ok(done.into_iter().map(DecidedView::from).collect())
}

/// How many wait that are like this one, itself among them.
pub(super) async fn alike(state: &ApiState, row: &ProposalRow) -> Result<usize> {
    if row.state != ProposalState::Open {
        return Ok(0);
    }
    match state.engine().proposal_group(&row.scope, &row.proposal.shape(), None).await {
        Ok(ProposalGroup { members, .. }) => Ok(members.len()),
        Err(CommandError::NotFound { .. }) => Ok(0),
        Err(error) => Err(error.into()),
    }
}
