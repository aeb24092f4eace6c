//! `/plain`, without script: how to sign in; or what needs somebody, what ran, and what is published.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use throughline_domain::id::PersonId;
use throughline_domain::proposal::ProposalState;
use throughline_domain::time::Timestamp;
use throughline_store::{ExceptionFilter, Narrow, PageRequest, RunFilter, RunRow, Scope};

use super::text::{ago, due, duration};
use super::{bar, mark, render, render_narrow};
use crate::auth::{See, Span};
use crate::error::{ApiError, Result};
use crate::resource::runs::detail;
use crate::resource::workflows::view;
use crate::state::ApiState;
use crate::view::delegation::{DelegateView, named};
use crate::view::exception::ExceptionView;
use crate::view::ms_between;
use crate::view::proposal::ProposalView;
use crate::view::workflow::WorkflowView;

/// Rows of each table.
const ROWS: u32 = 30;

/// The first page.
pub(crate) async fn show(
    State(state): State<ApiState>,
    span: Result<Span<See>, ApiError>,
) -> Result<Response> {
    let span = match span {
        Ok(span) => span,
        Err(error) if error.status() == StatusCode::UNAUTHORIZED => return Ok(explanation()),
        Err(error) if error.status() == StatusCode::FORBIDDEN => return Ok(nothing_to_see(&error)),
        Err(error) => return Err(error),
    };
    let page = PageRequest::first(ROWS);
    // What is snoozed is hidden.
    let awake = Narrow { awake_at: Some(state.now()), ..Narrow::default() };
    let (mut exceptions, mut runs, mut workflows) = (Vec::new(), Vec::new(), Vec::new());
    let mut proposals = Vec::new();
    for scope in span.scopes() {
        proposals.extend(to_decide(&state, scope, span.acting().person(), &page).await?);
        let open = state.store().list_narrowed(scope, ExceptionFilter::Open, awake, &page).await?;
        for row in open.items {
            let due_at = row.due_at;
            exceptions.push((due_at, detail::exception(&state, row).await?));
        }
        runs.extend(state.store().list_runs(scope, &RunFilter::default(), &page).await?.items);
        for row in state.store().list_workflows(scope, &PageRequest::first(200)).await?.items {
            workflows.push(view(&state, row).await?);
        }
    }
    proposals.sort_by_key(|(expires_at, _)| *expires_at);
    exceptions.sort_by_key(|(due_at, _)| *due_at);
    runs.sort_by(|a, b| b.run.cmp(&a.run));
    runs.truncate(ROWS as usize);
    let several = span.scopes().len() > 1;
    let now = state.now();
    let body = html! {
        (bar())
        main {
            (proposals_table(&proposals, several, (span.acting().person(), now)))
            (exceptions_table(&exceptions, several, now))
            (runs_table(&runs, several, now))
            (workflows_table(&workflows, several))
            footer.dim {
                "Read only. Everything is in the API as well: " a href="/api/v1/openapi.json" { "its description" }
                ", and " code { "throughline --help" } "."
            }
        }
    };
    Ok(render("Runs", &body))
}

/// The open proposals of a workspace with their deadlines; of those that wait for the reader it is said for whom.
async fn to_decide(
    state: &ApiState,
    scope: &Scope,
    me: Option<&PersonId>,
    page: &PageRequest,
) -> Result<Vec<(Timestamp, ProposalView)>> {
    let mut mine = BTreeMap::new();
    if let Some(person) = me {
        let waiting = state.engine().waiting_for(scope, person, page).await?.items;
        let to_decide = waiting.into_iter().filter(|one| !one.for_whom.is_empty());
        mine.extend(to_decide.map(|one| (one.row.proposal.id().clone(), one.for_whom)));
    }
    let mut proposals = Vec::new();
    for row in state.store().list_proposals(scope, Some(ProposalState::Open), page).await?.items {
        let mut view = detail::proposal(state, &row).await?;
        view.for_you = mine.remove(row.proposal.id()).map(named);
        proposals.push((row.proposal.content().expires_at, view));
    }
    Ok(proposals)
}

/// What somebody sees who is not signed in: nothing of anybody's.
fn explanation() -> Response {
    let body = html! {
        h1 { "You are not signed in" }
        p { a href="/sign-in" { "Sign in" } " with your mail address and password." }
        p { "When the server starts it prints a link that signs a browser in once. Whoever has the data "
            "directory, and with it the token in " code { "admin.token" } ", makes another:" }
        pre { "throughline --data DIR token sign-in" }
        p { "Programs send a token with each request:" }
        pre { "curl -H \"Authorization: Bearer $TOKEN\" …/api/v1/runs" }
    };
    render_narrow("Not signed in", &body)
}

/// What somebody sees who is signed in and has no part in anything.
fn nothing_to_see(error: &ApiError) -> Response {
    let body = html! {
        (bar())
        main {
            h1 { "Nothing to see yet" }
            p { "You are signed in, but " (error.message()) "." }
        }
    };
    let mut response = render("Nothing to see yet", &body);
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
}

/// Nothing where nothing is proposed: most servers have no workflow in review.
fn proposals_table(
    rows: &[(Timestamp, ProposalView)],
    several: bool,
    (me, now): (Option<&PersonId>, Timestamp),
) -> Markup {
    if rows.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { "To decide" span.count { (rows.len()) } }
            table {
                thead { tr {
                    th { "What would be written" } th { "Money" } th { "Until" } th { "Asks" }
                    th { "Workflow" } @if several { th { "Workspace" } }
                } }
                tbody { @for (expires_at, row) in rows { tr {
                    td.wide data-label="What" { a href={ "/d/" (row.proposal_id) } { (row.summary) } }
                    td data-label="Money" {
                        @if let Some(money) = &row.money { (money.amount) " " (money.currency) } @else { "–" }
                    }
                    td data-label="Until" { (due(*expires_at, now)) }
                    td data-label="Asks" { (asks(row, me)) }
                    td data-label="Workflow" { (row.workflow) }
                    @if several { td data-label="Workspace" { (row.workspace) } }
                } } }
            }
        }
    }
}

/// Whom a proposal waits for, as seen by the reader: "you, for Ann".
fn asks(row: &ProposalView, me: Option<&PersonId>) -> Markup {
    let for_you = row.for_you.as_deref().unwrap_or_default();
    let is_me = |one: &&DelegateView| me.is_some_and(|me| one.person_id == me.as_str());
    let others: Vec<&str> = for_you.iter().filter(|one| !is_me(one)).map(|one| one.name.as_str()).collect();
    html! {
        @if for_you.is_empty() { "Others" } @else {
            strong { "You" }
            @if !others.is_empty() {
                @if for_you.iter().any(|one| is_me(&one)) { ", and for " } @else { " for " }
                (others.join(", "))
            }
        }
    }
}

fn exceptions_table(rows: &[(Timestamp, ExceptionView)], several: bool, now: Timestamp) -> Markup {
    html! {
        section {
            h2 { "Open exceptions" @if !rows.is_empty() { span.count { (rows.len()) } } }
            @if rows.is_empty() {
                p.empty { "None. Every run that could not go on has been dealt with." }
            } @else {
                table {
                    thead { tr {
                        th { "What stopped" } th { "Owner" } th { "Due" }
                        th { "Workflow" } @if several { th { "Workspace" } }
                    } }
                    tbody { @for (due_at, row) in rows { tr {
                        td.wide data-label="What stopped" {
                            a href={ "/plain/runs/" (row.run_id) } { (row.sentence) }
                            div.second { (row.reason) }
                        }
                        td data-label="Owner" { (row.owner) }
                        td data-label="Due" {
                            @if *due_at < now { (mark::overdue()) " " }
                            (due(*due_at, now))
                        }
                        td data-label="Workflow" { (row.workflow) }
                        @if several { td data-label="Workspace" { (row.workspace) } }
                    } } }
                }
            }
        }
    }
}

fn runs_table(rows: &[RunRow], several: bool, now: Timestamp) -> Markup {
    html! {
        section {
            h2 { "Last runs" }
            @if rows.is_empty() {
                p.empty { "No runs yet. Start one: " code { "throughline run start WORKFLOW --event FILE" } }
            } @else {
                table {
                    thead { tr {
                        th { "Run" } th { "Status" } th { "Workflow" } @if several { th { "Workspace" } }
                        th.num { "Accepted" } th.num { "Took" }
                    } }
                    tbody { @for row in rows { tr {
                        td.wide data-label="Run" {
                            a.id href={ "/plain/runs/" (row.run) } { (row.run) }
                            @if !row.keys.is_empty() { div.second { (keys(row)) } }
                        }
                        td data-label="Status" { (mark::state(row.status.as_str())) }
                        td data-label="Workflow" { (row.workflow) span.dim { " v" (row.version) } }
                        @if several { td data-label="Workspace" { (row.scope) } }
                        td.num data-label="Accepted" { (ago(row.created_at, now)) }
                        td.num data-label="Took" { (took(row)) }
                    } } }
                }
            }
        }
    }
}

fn keys(row: &RunRow) -> String {
    row.keys.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(" · ")
}

fn took(row: &RunRow) -> String {
    match (row.started_at, row.ended_at) {
        (Some(from), Some(to)) => duration(ms_between(from, to)),
        (None, Some(_)) => "not begun".to_owned(),
        (_, None) => "not ended".to_owned(),
    }
}

fn workflows_table(rows: &[WorkflowView], several: bool) -> Markup {
    html! {
        section {
            h2 { "Workflows" }
            @if rows.is_empty() {
                p.empty { "None published. Publish one: " code { "throughline workflow import FILE" } }
            } @else {
                table {
                    thead { tr {
                        th { "Workflow" } th { "Stage" } th { "Begins with" } th { "Owner" }
                        @if several { th { "Workspace" } }
                    } }
                    tbody { @for row in rows { tr {
                        td.wide data-label="Workflow" {
                            (row.title)
                            div.second { (row.workflow) " v" (row.version) }
                        }
                        td data-label="Stage" {
                            @match &row.stage { Some(stage) => { (mark::state(stage)) }, None => { "Not stated" } }
                        }
                        td data-label="Begins with" {
                            (row.trigger.as_deref().unwrap_or("Not stated"))
                            @if let Some(path) = &row.webhook_path { div.second { code { (path) } } }
                            @if let Some(path) = &row.form_path { div.second { a href=(path) { (path) } } }
                            @if let Some(address) = &row.mail_address { div.second { code { (address) } } }
                            @if let Some(next) = row.next_fires.first() { div.second { "next " (super::text::exact(next)) } }
                        }
                        td data-label="Owner" { (row.owner) }
                        @if several { td data-label="Workspace" { (row.workspace) } }
                    } } }
                }
            }
        }
    }
}
