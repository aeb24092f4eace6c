//! `/d/{proposal}`: where people decide. Without script, readable on a phone, and nothing is shown to who is not asked.
//!
//! A link to it carries no authority. Mail scanners follow links and post forms; what they find is a deadline.

mod form;
mod group;
mod show;
mod way;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, StatusCode, header};
use throughline_domain::approval::{Assurance, Refusal};
use throughline_domain::id::ProposalId;
use throughline_engine::CommandError;
use throughline_engine::command::{DecisionRequest, ProposalDetail, Wish};
use throughline_store::{ProposalRow, Scope};

use self::form::Form;
use self::way::Visitor;
use crate::error::{ApiError, Result};
use crate::extract::Path;
use crate::resource::proposals::{person, reason, shown, unmasked};
use crate::resource::runs::detail;
use crate::routes::Access::Open;
use crate::routes::Routes;
use crate::state::ApiState;
use crate::view::proposal::ProposalDetailView;

/// Wrong, too late, tried too often, or never sent.
const NOT_THE_CODE: &str = "That is not the code, or its time or its tries are over. Ask for another one.";

/// The page and its forms.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(Open, "/d/{proposal}", page)
        .post(Open, "/d/{proposal}", decide)
        .post(Open, "/d/{proposal}/code", send_code)
        .post(Open, "/d/{proposal}/enter", enter_code)
        .get(Open, "/d/{proposal}/group", group::page)
        .post(Open, "/d/{proposal}/group", group::decide)
}

/// A proposal in whichever workspace it is.
async fn find(state: &ApiState, proposal: &str) -> Result<Option<ProposalRow>> {
    let Ok(id) = proposal.parse::<ProposalId>() else { return Ok(None) };
    for workspace in state.store().list_workspaces().await? {
        if let Some(row) = state.store().get_proposal(&workspace.scope, &id).await? {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

async fn title(state: &ApiState, scope: &Scope) -> Result<String> {
    let workspace = state.store().get_workspace(scope).await?;
    Ok(workspace.map_or_else(|| scope.to_string(), |row| row.name))
}

async fn page(
    State(state): State<ApiState>,
    Path(proposal): Path<String>,
    request: Request,
) -> Result<Response> {
    let Some(row) = find(&state, &proposal).await? else { return Ok(nowhere()) };
    let (parts, _) = request.into_parts();
    if let Some(visitor) = way::visitor(&state, &row, &parts).await? {
        return whole(&state, &row, &visitor, None).await;
    }
    let workspace = title(&state, &row.scope).await?;
    Ok(private(show::closed(&workspace, &row, None)))
}

/// What is to be decided, for somebody who is asked.
async fn whole(
    state: &ApiState,
    row: &ProposalRow,
    visitor: &Visitor,
    refused: Option<&CommandError>,
) -> Result<Response> {
    let detail: ProposalDetail = state.engine().proposal_detail(&row.scope, row.proposal.id()).await?;
    let view: ProposalDetailView = detail::proposal_detail(state, &detail).await?;
    let seal = form::seal(state, row, visitor, state.now());
    let everybody = detail.for_whom(visitor.person(), state.now());
    let for_whom = if visitor.came_by_code() {
        detail.for_whom_by_code(visitor.person(), state.now())
    } else {
        everybody.clone()
    };
    let page = show::open(&show::Shown {
        view: &view,
        visitor,
        seal: &seal,
        for_whom: &for_whom,
        needs_password: needs_password(state, &detail.row, visitor),
        alike: if visitor.came_by_code() { 0 } else { group::alike(state, row).await? },
        refused,
        may_decide: !for_whom.is_empty(),
        needs_session: for_whom.is_empty() && !everybody.is_empty(),
        now: state.now(),
    });
    Ok(private(page))
}

/// A page of this address: it sends nobody on with its address, and is kept nowhere.
fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn nowhere() -> Response {
    let mut response = private(show::nowhere());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

async fn decide(
    State(state): State<ApiState>,
    Path(proposal): Path<String>,
    request: Request,
) -> Result<Response> {
    let Some(row) = find(&state, &proposal).await? else { return Ok(nowhere()) };
    let (parts, body) = request.into_parts();
    let form = Form::read(&state, &parts.headers, body).await?;
    let Some(visitor) = way::visitor(&state, &row, &parts).await? else {
        let workspace = title(&state, &row.scope).await?;
        let words = "Nothing was decided: the 10 minutes are over, or you are signed out.";
        return Ok(answered(private(show::closed(&workspace, &row, Some(words))), StatusCode::FORBIDDEN));
    };
    match decided(&state, &row, &visitor, &form).await {
        Ok(to) => {
            let response = Redirect::to(&format!("/d/{to}")).into_response();
            Ok(goes_on(response, &state, &row.scope, &visitor, &to))
        }
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::CONFLICT);
            // What has taken its place is what is shown now.
            let next = match &error {
                CommandError::Undecided(refusal) => successor(refusal),
                _ => None,
            };
            let row = match next {
                Some(id) => state.store().get_proposal(&row.scope, id).await?.unwrap_or(row),
                None => row,
            };
            let page = whole(&state, &row, &visitor, Some(&error)).await?;
            Ok(goes_on(answered(page, status), &state, &row.scope, &visitor, row.proposal.id()))
        }
    }
}

/// Whoever came by a code comes by it to what took the proposal's place as well.
fn goes_on(
    mut response: Response,
    state: &ApiState,
    scope: &Scope,
    visitor: &Visitor,
    to: &ProposalId,
) -> Response {
    let cookie = way::carried_over(state, scope, visitor, to);
    if let Some(value) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Who is signed in types their password once more before they decide about this.
fn needs_password(state: &ApiState, row: &ProposalRow, visitor: &Visitor) -> bool {
    !visitor.came_by_code()
        && row.approval.at_least == Assurance::ReAuthenticated
        && visitor.pass.assurance(state.now()) < Assurance::ReAuthenticated
}

fn successor(refusal: &Refusal) -> Option<&ProposalId> {
    match refusal {
        Refusal::ContentChanged { now, .. } => now.as_ref(),
        Refusal::Superseded { by } | Refusal::Stale { by } => by.as_ref(),
        _ => None,
    }
}

async fn decided(
    state: &ApiState,
    row: &ProposalRow,
    visitor: &Visitor,
    form: &Form,
) -> Result<ProposalId, CommandError> {
    let invalid = |error: ApiError| CommandError::Invalid(error.words().to_owned());
    // Only who has seen the page has this: a form of another site decides nothing.
    let opened_at = form::open(state, row, visitor, form.get("seal"));
    let verdict = match (form.get("verdict"), form.get("input").filter(|_| form.get("edited").is_some())) {
        (Some("approve"), Some(text)) => {
            let input = serde_json::from_str(text).map_err(|error| {
                CommandError::Invalid(format!("the changed values are not JSON: {error}"))
            })?;
            Wish::ApproveEdited(unmasked(state, row, input).await.map_err(invalid)?)
        }
        (Some("approve"), None) => Wish::Approve,
        (Some("reject"), _) => Wish::Reject(reason(form.get("reason")).map_err(invalid)?),
        _ => return Err(CommandError::Invalid("say yes or no".to_owned())),
    };
    let shown = shown(form.get("shown_hash")).map_err(invalid)?;
    if shown.is_some() && opened_at.is_none() {
        return Err(CommandError::Invalid("open the page again and decide there".to_owned()));
    }
    let request = DecisionRequest {
        shown,
        principal: person(form.get("for")).map_err(invalid)?,
        pass: visitor.pass.clone(),
        via: visitor.via,
        verdict,
        note: form.get("note").map(str::to_owned),
        opened_at,
    };
    // An edit is another proposal: what became of it is what is shown next.
    state.engine().decide(&row.scope, row.proposal.id(), request).await.map(|taken| taken.proposal)
}

async fn send_code(
    State(state): State<ApiState>,
    Path(proposal): Path<String>,
    request: Request,
) -> Result<Response> {
    let Some(row) = find(&state, &proposal).await? else { return Ok(nowhere()) };
    let (parts, body) = request.into_parts();
    let form = Form::read(&state, &parts.headers, body).await?;
    let address = form.get("mail").unwrap_or_default();
    let workspace = title(&state, &row.scope).await?;
    match state.engine().send_code(&row.scope, row.proposal.id(), address).await {
        // That there were too many would say that the address is asked.
        Ok(()) | Err(CommandError::Code(_)) => Ok(private(show::type_code(&workspace, &row, address, None))),
        Err(error) => Err(error.into()),
    }
}

async fn enter_code(
    State(state): State<ApiState>,
    Path(proposal): Path<String>,
    request: Request,
) -> Result<Response> {
    let Some(row) = find(&state, &proposal).await? else { return Ok(nowhere()) };
    let (parts, body) = request.into_parts();
    let form = Form::read(&state, &parts.headers, body).await?;
    let (address, code) = (form.get("mail").unwrap_or_default(), form.get("code").unwrap_or_default());
    match state.engine().enter_code(&row.scope, row.proposal.id(), address, code).await {
        Ok(cookie) => {
            let mut response = Redirect::to(&format!("/d/{}", row.proposal.id())).into_response();
            if let Ok(value) = HeaderValue::from_str(&way::set_cookie(&state, &row.scope, &cookie)) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
            Ok(private(response))
        }
        Err(CommandError::Code(refused)) => {
            tracing::info!(proposal.id = %row.proposal.id(), %refused, "a code was not taken");
            let workspace = title(&state, &row.scope).await?;
            // One answer for all: it must not say whether the address is asked.
            let page = show::type_code(&workspace, &row, address, Some(NOT_THE_CODE));
            Ok(answered(private(page), StatusCode::FORBIDDEN))
        }
        Err(error) => Err(error.into()),
    }
}

fn answered(mut response: Response, status: StatusCode) -> Response {
    *response.status_mut() = status;
    response
}
