//! `/asks/{id}`: a question to a person, with its form; or how it was answered.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde_json::Value;
use throughline_domain::form::{Form, Misfits, Typed};
use throughline_engine::CommandError;

use super::confirm::sign_in;
use super::text::{exact, value};
use super::{bar, mark, render};
use crate::auth::{Resolve, See, Span};
use crate::error::{ApiError, Result};
use crate::extract::Path;
use crate::form::{Filled, fields, summary, typed};
use crate::resource::asks::find;
use crate::resource::runs::detail;
use crate::state::ApiState;
use crate::view::ask::AskView;

/// The field of an answer whose form no page can show.
const WHOLE: &str = "_answer";

/// Shows a question to who may see it; others are led to the way in.
pub(crate) async fn show(
    State(state): State<ApiState>,
    span: Result<Span<See>, ApiError>,
    Path(ask): Path<String>,
) -> Result<Response> {
    let span = match span {
        Ok(span) => span,
        Err(error) if error.status() == StatusCode::UNAUTHORIZED => return Ok(way_in(&ask)),
        Err(error) => return Err(error),
    };
    let row = match find(&state, span.scopes(), &ask).await {
        Ok(row) => row,
        Err(error) => return missing(error),
    };
    let form = Form::of(&row.form).ok();
    let view = detail::ask(&state, row).await?;
    Ok(page(&view, form.as_ref(), None, None, None))
}

/// Takes an answer.
pub(crate) async fn answer(
    State(state): State<ApiState>,
    span: Result<Span<Resolve>, ApiError>,
    Path(ask): Path<String>,
    request: Request,
) -> Result<Response> {
    let span = match span {
        Ok(span) => span,
        Err(error) if error.status() == StatusCode::UNAUTHORIZED => return Ok(way_in(&ask)),
        Err(error) => return Err(error),
    };
    let row = match find(&state, span.scopes(), &ask).await {
        Ok(row) => row,
        Err(error) => return missing(error),
    };
    let typed = typed(request, &state).await?;
    let form = Form::of(&row.form).ok();
    let read = match &form {
        Some(form) => form.read(&typed, &TimeZone::UTC),
        None => whole(&typed),
    };
    let (misfits, notice, status) = match read {
        Err(misfits) => (Some(misfits), None, StatusCode::UNPROCESSABLE_ENTITY),
        Ok(answer) => match state.engine().answer(&row.scope, &row.ask, answer, &span.person()).await {
            Ok(()) => return Ok(answered(row.run.as_str())),
            Err(error @ (CommandError::Conflict(_) | CommandError::Invalid(_))) => {
                let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::CONFLICT);
                (None, Some(error.to_string()), status)
            }
            Err(error) => return Err(error.into()),
        },
    };
    let view = detail::ask(&state, find(&state, span.scopes(), &ask).await?).await?;
    let mut response = page(&view, form.as_ref(), Some(&typed), misfits.as_ref(), notice.as_deref());
    *response.status_mut() = status;
    Ok(response)
}

fn way_in(ask: &str) -> Response {
    Redirect::to(&sign_in(&format!("/asks/{ask}"))).into_response()
}

fn answered(run: &str) -> Response {
    let body = html! {
        (bar())
        main.form {
            h1 { "Your answer was taken" }
            p { "The run goes on with it: " a.id href={ "/runs/" (run) } { (run) } }
        }
    };
    render("Answered", &body)
}

fn missing(error: ApiError) -> Result<Response> {
    if error.status() != StatusCode::NOT_FOUND {
        return Err(error);
    }
    let body = html! {
        (bar())
        main { h1 { "There is no such question" } p { a href="/" { "All runs" } } }
    };
    let mut response = render("No such question", &body);
    *response.status_mut() = StatusCode::NOT_FOUND;
    Ok(response)
}

/// The answer as JSON.
fn whole(typed: &Typed) -> Result<Value, Misfits> {
    let text = typed.get(WHOLE).and_then(|all| all.first()).map_or("", String::as_str);
    serde_json::from_str(text)
        .map_err(|error| Misfits { form: vec![format!("This is not JSON: {error}.")], ..Misfits::default() })
}

fn page(
    view: &AskView,
    form: Option<&Form>,
    typed: Option<&Typed>,
    misfits: Option<&Misfits>,
    notice: Option<&str>,
) -> Response {
    let open = view.state == "open";
    let body = html! {
        (bar())
        main.form {
            p.crumb { a href={ "/runs/" (view.run_id) } { "Run of " (view.workflow) } }
            h1 { (view.question) }
            dl.facts {
                div { dt { "State" } dd { (mark::state(view.state)) } }
                div { dt { "For" } dd { (view.owner) } }
                div { dt { "Asked" } dd { (exact(&view.asked_at)) } }
                @if open { div { dt { "Due" } dd { (exact(&view.due_at)) } } }
                @if let Some(at) = &view.closed_at { div { dt { "Closed" } dd { (exact(at)) } } }
                @if let Some(by) = &view.answered_by { div { dt { "By" } dd { (by) } } }
            }
            @if let Some(notice) = notice { div.wrongs role="alert" { p { (notice) } } }
            @if open {
                (questions(view, form, typed, misfits))
            } @else {
                (value("Answer", &view.answer, &format!("/api/v1/asks/{}", view.ask_id)))
            }
        }
    };
    render(&view.question, &body)
}

fn questions(
    view: &AskView,
    form: Option<&Form>,
    typed: Option<&Typed>,
    misfits: Option<&Misfits>,
) -> Markup {
    let text = typed.and_then(|typed| typed.get(WHOLE)?.first()).map_or("", String::as_str);
    html! {
        @if let Some(form) = form {
            @let filled = Filled { form, typed, misfits, zone: "UTC" };
            (summary(filled))
            form method="post" action={ "/asks/" (view.ask_id) } { (fields(filled)) button { "Answer" } }
        } @else {
            @if let Some(misfits) = misfits {
                div.wrongs role="alert" { @for words in &misfits.form { p { (words) } } }
            }
            form method="post" action={ "/asks/" (view.ask_id) } {
                div.field {
                    label for="answer" { "Answer, as JSON" }
                    textarea #answer name=(WHOLE) rows="8" required { "\n" (text) }
                }
                button { "Answer" }
            }
            (value("Form", &view.form, &format!("/api/v1/asks/{}", view.ask_id)))
        }
    }
}
