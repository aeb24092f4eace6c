//! The part of `/account` about standing in: who decides for whom while one of them is away.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use throughline_domain::access::{Decide, Place, Right, authorize, may};
use throughline_domain::approval::Person;
use throughline_domain::id::PersonId;
use throughline_domain::time::Timestamp;
use throughline_store::Scope;

use super::account::{FORM_BYTES, Part, whole};
use super::sentence;
use super::text::exact;
use crate::auth::Own;
use crate::error::{ApiError, Result};
use crate::extract::{Fields, Path, media_type, read, wrong_type};
use crate::resource::delegations::{DelegationRequest, MoneyBody, ended, made};
use crate::state::ApiState;
use crate::view::delegation::DelegationView;

/// What the part shows.
pub(super) struct StandingIn {
    me: PersonId,
    rows: Vec<DelegationView>,
    /// Workspaces where this person decides, each with who could stand in.
    places: Vec<(Scope, Vec<(PersonId, String)>)>,
}

/// Read for a person; nobody stands in for the token of the data directory.
pub(super) async fn of(state: &ApiState, own: &Own) -> Result<Option<StandingIn>> {
    let Some(me) = own.acting().person().cloned() else { return Ok(None) };
    let (mut rows, mut places) = (Vec::new(), Vec::new());
    for scope in scopes(state, own, Right::See).await? {
        let found = state.engine().delegations(&scope, Some(&me)).await?;
        rows.extend(found.into_iter().map(|row| DelegationView::new(scope.as_str(), row)));
    }
    for scope in scopes(state, own, Right::Decide).await? {
        let members = state.store().list_members(&scope).await?;
        let able = members.iter().filter(|row| row.member.person != me).map(|row| row.member.person());
        let able = able.filter(Person::can_decide).map(|one| (one.id, one.name)).collect();
        places.push((scope, able));
    }
    Ok(Some(StandingIn { me, rows, places }))
}

/// The workspaces where this person has a right.
async fn scopes(state: &ApiState, own: &Own, right: Right) -> Result<Vec<Scope>> {
    let rows = state.store().list_workspaces().await?;
    let has =
        |scope: &Scope| may(own.principal(), right, &Place::Workspace(scope.as_str().to_owned())).is_ok();
    Ok(rows.into_iter().map(|row| row.scope).filter(has).collect())
}

pub(super) fn section(standing_in: &StandingIn, problem: Option<&ApiError>) -> Markup {
    let StandingIn { me, rows, places } = standing_in;
    if rows.is_empty() && places.is_empty() {
        return html! {};
    }
    html! {
        section #stand-in {
            h2 { "Standing in" @if !rows.is_empty() { span.count { (rows.len()) } } }
            @if let Some(problem) = problem { p.failure role="alert" { (sentence(problem.message())) "." } }
            @if !rows.is_empty() { (table(me, rows)) }
            @if places.iter().any(|(_, able)| !able.is_empty()) {
                (form(places))
            } @else if !places.is_empty() {
                p.empty { "Nobody else may decide here, so nobody could stand in for you." }
            }
        }
    }
}

fn table(me: &PersonId, rows: &[DelegationView]) -> Markup {
    html! {
        table {
            thead { tr { th { "Who" } th { "From" } th { "Until" } th { "For" } th { } } }
            tbody { @for row in rows { tr {
                td.wide data-label="Who" { (row.to.name) " for " (row.from.name) div.second { (row.workspace) } }
                td data-label="From" { (exact(&row.starts_at)) }
                td data-label="Until" { (exact(&row.ends_at)) }
                td data-label="For" { (row.covers) }
                td { @if row.from.person_id == me.as_str() {
                    form method="post" action={ "/account/delegations/" (row.delegation_id) "/end" } {
                        button.quiet { "End it" }
                    }
                } }
            } } }
        }
    }
}

fn form(places: &[(Scope, Vec<(PersonId, String)>)]) -> Markup {
    html! {
        form.tall.inset method="post" action="/account/delegations" {
            p.dim { "While you are away, somebody else who may decide can do it in your name. They decide no more than you could; it ends by itself, and you are both told by mail." }
            label for="to" { "Who" }
            select #to name="to" required {
                option value="" { "Choose" }
                @for (scope, able) in places { optgroup label=(scope) {
                    @for (person, name) in able { option value={ (scope) "/" (person) } { (name) } }
                } }
            }
            label for="starts" { "First day, UTC; from now where empty" }
            input #starts name="starts" type="date";
            label for="ends" { "Last day, UTC" }
            input #ends name="ends" type="date" required;
            label for="workflows" { "Only these workflows, with commas between them; all where empty" }
            input #workflows name="workflows" spellcheck="false";
            label for="money" { "Where money moves" }
            select #money name="money" {
                option value="none" { "Not those" }
                option value="up_to" { "Up to this amount" }
                option value="all" { "Every amount" }
            }
            label for="amount" { "Amount, such as 500.00 GBP" }
            input #amount name="amount" inputmode="text" spellcheck="false";
            label { input name="irreversible" type="checkbox" value="yes"; " Also what cannot be undone" }
            button { "Let them stand in" }
        }
    }
}

/// Lets somebody stand in.
pub(crate) async fn create(State(state): State<ApiState>, own: Own, request: Request) -> Result<Response> {
    let found = media_type(request.headers());
    if found != "application/x-www-form-urlencoded" {
        return Err(wrong_type(&found, "application/x-www-form-urlencoded"));
    }
    let fields = Fields::of_form(&read(request, &state, FORM_BYTES).await?);
    again(&state, &own, create_one(&state, &own, &fields).await.map(drop)).await
}

async fn create_one(state: &ApiState, own: &Own, fields: &Fields) -> Result<DelegationView> {
    let to = fields.text("to");
    let (workspace, person) =
        to.split_once('/').ok_or_else(|| ApiError::bad_parameter("choose who stands in for you"))?;
    authorize::<Decide>(own.principal(), &Place::Workspace(workspace.to_owned()))?;
    let scope = Scope::new(workspace)?;
    let workflows = fields.text("workflows");
    let workflows = workflows.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty());
    let request = DelegationRequest {
        to: person.to_owned(),
        starts_at: day("first day", &fields.text("starts"), 0)?,
        ends_at: day("last day", &fields.text("ends"), 1)?
            .ok_or_else(|| ApiError::bad_parameter("say the last day"))?,
        workflows: Some(workflows.collect()),
        money: money(fields)?,
        irreversible: fields.get("irreversible").is_some(),
    };
    made(state, &scope, own.acting(), &request).await
}

/// Midnight at the beginning of a day, or of one some days later.
fn day(name: &str, text: &str, later: i64) -> Result<Option<String>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let unfit = || ApiError::bad_parameter(format!("the {name} is not a date such as 2026-08-14"));
    let date: jiff::civil::Date = text.trim().parse().map_err(|_| unfit())?;
    let date = date.checked_add(jiff::Span::new().days(later)).map_err(|_| unfit())?;
    let at = date.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| unfit())?;
    Ok(Some(Timestamp(at.timestamp().as_microsecond()).to_rfc3339()))
}

fn money(fields: &Fields) -> Result<Option<MoneyBody>> {
    match fields.get("money") {
        Some("all") => Ok(Some(MoneyBody { all: true, ..MoneyBody::default() })),
        Some("up_to") => {
            let text = fields.text("amount");
            let (amount, currency) = text
                .trim()
                .split_once(' ')
                .ok_or_else(|| ApiError::bad_parameter("the amount is one such as 500.00 GBP"))?;
            Ok(Some(MoneyBody {
                up_to: Some(amount.to_owned()),
                currency: Some(currency.trim().to_owned()),
                all: false,
            }))
        }
        _ => Ok(None),
    }
}

/// Ends one of one's own.
pub(crate) async fn end(
    State(state): State<ApiState>,
    own: Own,
    Path(delegation): Path<String>,
) -> Result<Response> {
    let scopes = scopes(&state, &own, Right::Decide).await?;
    let done = ended(&state, &scopes, own.acting(), &delegation).await.map(drop);
    again(&state, &own, done).await
}

/// The page again, perhaps with why not.
async fn again(state: &ApiState, own: &Own, done: Result<()>) -> Result<Response> {
    match done {
        Ok(()) => Ok(Redirect::to("/account#stand-in").into_response()),
        Err(error) if error.status().is_client_error() => {
            whole(state, own, Some((Part::StandIn, &error))).await
        }
        Err(error) => Err(error),
    }
}
