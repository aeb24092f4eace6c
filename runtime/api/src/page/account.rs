//! `/account`: one's sessions and password, and who stands in.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use maud::{Markup, html};
use throughline_domain::access::MIN_PASSWORD_CHARS;

use super::text::exact;
use super::{bar, render, sentence, stand_in};
use crate::auth::{Own, tries};
use crate::error::{ApiError, Result};
use crate::extract::{Fields, Path, media_type, read, wrong_type};
use crate::people;
use crate::resource::me;
use crate::routes::{Access, Routes};
use crate::state::ApiState;
use crate::view::people::SessionView;

/// Bytes of the form.
pub(super) const FORM_BYTES: usize = 16 << 10;

/// Routes of the page.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(Access::Open, "/account", show)
        .post(Access::Own, "/account/password", password)
        .post(Access::Own, "/account/sessions/{session}/end", end)
        .post(Access::Own, "/account/delegations", stand_in::create)
        .post(Access::Own, "/account/delegations/{delegation}/end", stand_in::end)
}

/// A part of the page, for what is said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Password,
    StandIn,
}

/// The page; who is not signed in is shown the way in.
pub(crate) async fn show(State(state): State<ApiState>, own: Result<Own, ApiError>) -> Result<Response> {
    match own {
        Ok(own) => whole(&state, &own, None).await,
        Err(error) if matches!(error.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
            Ok(Redirect::to("/sign-in").into_response())
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn whole(
    state: &ApiState,
    own: &Own,
    problem: Option<(Part, &ApiError)>,
) -> Result<Response> {
    let about = |part| problem.filter(|(of, _)| *of == part).map(|(_, problem)| problem);
    let account = match own.acting().person() {
        Some(person) => state.store().get_account(person).await?,
        None => None,
    };
    let sessions = me::alive(state, own.acting()).await?;
    let standing_in = stand_in::of(state, own).await?;
    let body = html! {
        (bar())
        main {
            @match &account {
                Some(account) => {
                    h1 { (account.name) }
                    p { (account.mail) @if account.server_admin { span.dim { " · administrator of the server" } } }
                    @if let Some(standing_in) = &standing_in { (stand_in::section(standing_in, about(Part::StandIn))) }
                    (password_form(account.mail.as_str(), about(Part::Password)))
                }
                None => {
                    h1 { "The token of the data directory" }
                    p { "This session was begun by a link that it made. It is nobody's account." }
                }
            }
            (sessions_table(&sessions))
        }
    };
    let mut response = render("Account", &body);
    if let Some((_, problem)) = problem {
        *response.status_mut() = problem.status();
        problem.say_when(&mut response);
    }
    Ok(response)
}

fn password_form(mail: &str, problem: Option<&ApiError>) -> Markup {
    html! {
        section {
            h2 { "Password" }
            form.tall.inset method="post" action="/account/password" {
                @if let Some(problem) = problem { p.failure role="alert" { (sentence(problem.message())) "." } }
                input type="hidden" name="mail" autocomplete="username" value=(mail);
                label for="old" { "The password now" }
                input #old name="old" type="password" autocomplete="current-password" required;
                label for="new" { "The new one, at least " (MIN_PASSWORD_CHARS) " characters" }
                input #new name="new" type="password" autocomplete="new-password" minlength=(MIN_PASSWORD_CHARS) required;
                label for="again" { "The new one again" }
                input #again name="again" type="password" autocomplete="new-password" required;
                button { "Change it, and end all other sessions" }
            }
        }
    }
}

fn sessions_table(rows: &[SessionView]) -> Markup {
    html! {
        section {
            h2 { "Sessions" span.count { (rows.len()) } }
            table {
                thead { tr { th { "Browser" } th { "Signed in" } th { "Last used" } th { } } }
                tbody { @for row in rows { tr {
                    td.wide data-label="Browser" {
                        @if row.client.is_empty() { "Says nothing about itself" } @else { (row.client) }
                        @if row.current { div.second { "This one" } }
                    }
                    td data-label="Signed in" { (exact(&row.created_at)) }
                    td data-label="Last used" { (exact(&row.used_at)) }
                    td {
                        form method="post" action={ "/account/sessions/" (row.session_id) "/end" } {
                            button.quiet { @if row.current { "Sign out" } @else { "End it" } }
                        }
                    }
                } } }
            }
        }
    }
}

/// Sets another password.
pub(crate) async fn password(State(state): State<ApiState>, own: Own, request: Request) -> Result<Response> {
    let found = media_type(request.headers());
    if found != "application/x-www-form-urlencoded" {
        return Err(wrong_type(&found, "application/x-www-form-urlencoded"));
    }
    let address = tries::address(&state, &request);
    let fields = Fields::of_form(&read(request, &state, FORM_BYTES).await?);
    let (old, new) = (fields.text("old"), fields.text("new"));
    let changed = if new == fields.text("again") {
        people::change_password(&state, own.acting(), (old, new), &address).await
    } else {
        Err(ApiError::bad_parameter("the two new passwords are not the same"))
    };
    match changed {
        Ok(()) => Ok(Redirect::to("/account").into_response()),
        Err(error) if error.status().is_client_error() => {
            whole(&state, &own, Some((Part::Password, &error))).await
        }
        Err(error) => Err(error),
    }
}

/// Ends one of one's sessions.
pub(crate) async fn end(
    State(state): State<ApiState>,
    own: Own,
    Path(session): Path<String>,
) -> Result<Response> {
    me::end_one(&state, &own, &session).await?;
    Ok(Redirect::to("/account").into_response())
}
