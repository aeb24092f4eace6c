//! `/setup/{link}`: the first account, an invitation, a forgotten password. The page is looked at as often as somebody
//! likes; only its button uses the link up.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use maud::{Markup, html};
use throughline_domain::access::{LinkKind, MIN_PASSWORD_CHARS};
use throughline_store::LinkRow;

use super::sign_in::set_cookie;
use crate::error::{ApiError, Result};
use crate::extract::{Fields, Path, media_type, read, wrong_type};
use crate::page;
use crate::people::{self, Begun};
use crate::routes::{Access, Routes};
use crate::state::ApiState;

/// Bytes of the form.
const FORM_BYTES: usize = 16 << 10;

/// Routes of links.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get(Access::Open, "/setup/{link}", form).post(Access::Open, "/setup/{link}", begin)
}

/// Shows what the link begins.
pub(crate) async fn form(State(state): State<ApiState>, Path(link): Path<String>) -> Result<Response> {
    match people::link(&state, &link).await {
        Ok(row) => {
            let whose = mail_of(&state, &row).await?;
            Ok(page::render_narrow(
                title(row.link.kind),
                &body(&link, &row, &whose, &Fields::default(), None),
            ))
        }
        Err(error) => refused(error),
    }
}

/// Uses the link.
pub(crate) async fn begin(
    State(state): State<ApiState>,
    Path(link): Path<String>,
    request: Request,
) -> Result<Response> {
    let found = media_type(request.headers());
    if found != "application/x-www-form-urlencoded" {
        return Err(wrong_type(&found, "application/x-www-form-urlencoded"));
    }
    let headers = request.headers().clone();
    let fields = Fields::of_form(&read(request, &state, FORM_BYTES).await?);
    let row = match people::link(&state, &link).await {
        Ok(row) => row,
        Err(error) => return refused(error),
    };
    let typed =
        Begun { mail: fields.text("mail"), name: fields.text("name"), password: fields.text("password") };
    let begun = if fields.text("password") == fields.text("again") {
        people::use_link(&state, &headers, &link, typed).await
    } else {
        Err(ApiError::bad_parameter("the two passwords are not the same"))
    };
    match begun {
        Ok(secret) => {
            let mut response = Redirect::to("/").into_response();
            set_cookie(&state, &mut response, &secret);
            Ok(response)
        }
        Err(error) if error.status().is_client_error() => {
            let whose = mail_of(&state, &row).await?;
            let shown = body(&link, &row, &whose, &fields, Some(&page::sentence(error.message())));
            let mut response = page::render_narrow(title(row.link.kind), &shown);
            *response.status_mut() = error.status();
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

fn refused(error: ApiError) -> Result<Response> {
    if !error.status().is_client_error() {
        return Err(error);
    }
    let body = html! {
        h1 { "This link does not work" }
        p { (page::sentence(error.message())) "." }
        p { a href="/sign-in" { "Sign in" } }
    };
    let mut response = page::render_narrow("This link does not work", &body);
    *response.status_mut() = StatusCode::FORBIDDEN;
    Ok(response)
}

async fn mail_of(state: &ApiState, row: &LinkRow) -> Result<String> {
    let Some(person) = &row.person else { return Ok(String::new()) };
    let account = state.store().get_account(person).await?;
    Ok(account.map(|account| account.mail.into()).unwrap_or_default())
}

const fn title(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Setup => "Make the first account",
        LinkKind::Invitation => "Set your password",
        LinkKind::Reset => "Set a new password",
    }
}

fn body(link: &str, row: &LinkRow, whose: &str, typed: &Fields, problem: Option<&str>) -> Markup {
    html! {
        h1 { (title(row.link.kind)) }
        @if let Some(problem) = problem { p.failure role="alert" { (problem) "." } }
        @match row.link.kind {
            LinkKind::Setup => p { "It looks after this server: workspaces, connectors, accounts." },
            LinkKind::Invitation | LinkKind::Reset => p { "For the account " strong { (whose) } "." },
        }
        form.tall method="post" action={ "/setup/" (link) } {
            @if row.person.is_none() {
                label for="mail" { "Mail address" }
                input #mail name="mail" type="email" autocomplete="username" value=(typed.text("mail")) required autofocus;
                label for="name" { "Name" }
                input #name name="name" autocomplete="name" maxlength="100" value=(typed.text("name")) required;
            } @else {
                // Password managers keep the address with the password.
                input type="hidden" name="mail" autocomplete="username" value=(whose);
            }
            label for="password" { "Password, at least " (MIN_PASSWORD_CHARS) " characters" }
            input #password name="password" type="password" autocomplete="new-password" minlength=(MIN_PASSWORD_CHARS) required;
            label for="again" { "The same again" }
            input #again name="again" type="password" autocomplete="new-password" required;
            button { "Set it and sign in" }
        }
        p.dim { "A few words in a row are a good password. There are no rules about digits and signs, and it never expires." }
    }
}
