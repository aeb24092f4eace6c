//! `/confirm`: the password once more, before something large is decided; and where a page leads back to.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use maud::{Markup, html};

use super::{render_narrow, sentence};
use crate::auth::{Own, tries};
use crate::error::{ApiError, Result};
use crate::extract::{Fields, media_type, query_value, read, wrong_type};
use crate::people::confirm_session;
use crate::routes::{Access, Routes};
use crate::state::ApiState;

/// Bytes of the form: the longest password, each of whose bytes takes three, and an address.
const FORM_BYTES: usize = 8 << 10;
/// The longest address that is led back to.
const MAX_BACK: usize = 200;

/// Routes of the page.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get(Access::Open, "/confirm", show).post(Access::Own, "/confirm", confirm)
}

/// An address of this server to go back to: a path of plain characters, so that it can lead nowhere else.
pub(crate) fn back(text: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-');
    let good = text.starts_with('/') && !text.starts_with("//") && text.len() <= MAX_BACK;
    Some(text).filter(|_| good && text.bytes().all(plain))
}

/// The way in, with the way back.
pub(crate) fn sign_in(to: &str) -> String {
    back(to).map_or_else(|| "/sign-in".to_owned(), |to| format!("/sign-in?to={to}"))
}

async fn show(own: Result<Own, ApiError>, request: Request) -> Result<Response> {
    let to = query_value(request.uri().query(), "to").unwrap_or_default();
    match own {
        Ok(_) => Ok(page(&to, None)),
        Err(error) if matches!(error.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
            Ok(Redirect::to(&sign_in(&to)).into_response())
        }
        Err(error) => Err(error),
    }
}

fn page(to: &str, problem: Option<&ApiError>) -> Response {
    let mut response = render_narrow("Your password", &body(back(to).unwrap_or("/"), problem));
    if let Some(problem) = problem {
        *response.status_mut() = problem.status();
        problem.say_when(&mut response);
    }
    response
}

fn body(to: &str, problem: Option<&ApiError>) -> Markup {
    html! {
        h1 { "Type your password again" }
        p { "What you are about to decide asks for it. It holds for ten minutes." }
        @if let Some(problem) = problem { p.failure role="alert" { (sentence(problem.message())) "." } }
        form.tall method="post" action="/confirm" {
            input type="hidden" name="to" value=(to);
            label for="password" { "Password" }
            input #password name="password" type="password" autocomplete="current-password" autofocus required;
            button { "Go on" }
        }
    }
}

async fn confirm(State(state): State<ApiState>, own: Own, request: Request) -> Result<Response> {
    let found = media_type(request.headers());
    if found != "application/x-www-form-urlencoded" {
        return Err(wrong_type(&found, "application/x-www-form-urlencoded"));
    }
    let address = tries::address(&state, &request);
    let fields = Fields::of_form(&read(request, &state, FORM_BYTES).await?);
    let to = fields.text("to");
    match confirm_session(&state, own.acting(), fields.text("password"), &address).await {
        Ok(()) => Ok(Redirect::to(back(&to).unwrap_or("/")).into_response()),
        Err(error) if error.status().is_client_error() => Ok(page(&to, Some(&error))),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_elsewhere() {
        for good in ["/", "/d/prp_01hzy", "/asks/ask_1", "/d/prp_1/group"] {
            assert_eq!(back(good), Some(good));
        }
        for bad in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/d/x?y=1",
            "d/x",
            "/a%2f",
            "/a\n",
        ] {
            assert_eq!(back(bad), None, "{bad}");
        }
        assert_eq!(back(&format!("/{}", "a".repeat(MAX_BACK))), None);
        assert_eq!((sign_in("/d/x").as_str(), sign_in("//x").as_str()), ("/sign-in?to=/d/x", "/sign-in"));
    }
}
