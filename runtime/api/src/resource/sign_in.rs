//! The way in: mail address and password; or the code of a one-time link, whose page has a button. Looking at a link
//! decides nothing, so a scanner that opens it uses nothing up.

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use maud::{Markup, html};
use serde::Serialize;
use throughline_domain::access::Who;
use utoipa::ToSchema;

use crate::auth::{Own, session, tries};
use crate::error::{ApiError, Result, codes};
use crate::extract::{Fields, media_type, query_value, read, wrong_type};
use crate::once::GivenOnce;
use crate::page;
use crate::page::confirm::back;
use crate::people::{SignIn, sign_in};
use crate::state::ApiState;

/// Bytes of a form: an address and the longest password, each of whose bytes takes three.
const FORM_BYTES: usize = 8 << 10;

/// Shows the form, or the button of a link.
pub(crate) async fn form(request: Request) -> Response {
    let to = query_value(request.uri().query(), "to").unwrap_or_default();
    let code = query_value(request.uri().query(), "code").unwrap_or_default();
    if code.is_empty() {
        return page::render_narrow("Sign in", &by_password("", &to, None));
    }
    let body = html! {
        h1 { "Sign in to this server" }
        p { "This link works once, and only within 15 minutes of its making." }
        form method="post" action="/sign-in" {
            input type="hidden" name="code" value=(code);
            button { "Sign in" }
        }
    };
    page::render_narrow("Sign in", &body)
}

fn by_password(mail: &str, to: &str, problem: Option<&str>) -> Markup {
    html! {
        h1 { "Sign in" }
        @if let Some(problem) = problem { p.failure role="alert" { (problem) "." } }
        form.tall method="post" action="/sign-in" {
            @if let Some(to) = back(to) { input type="hidden" name="to" value=(to); }
            label for="mail" { "Mail address" }
            input #mail name="mail" type="email" autocomplete="username" value=(mail) autofocus[mail.is_empty()] required;
            label for="password" { "Password" }
            input #password name="password" type="password" autocomplete="current-password" autofocus[!mail.is_empty()] required;
            button { "Sign in" }
        }
        p.dim { "Forgotten? An administrator of this server makes a link for a new password. Whoever has its data "
            "directory signs in with " code { "throughline token sign-in" } "." }
    }
}

/// Signs in.
pub(crate) async fn exchange(State(state): State<ApiState>, request: Request) -> Result<Response> {
    let found = media_type(request.headers());
    if !matches!(found.as_str(), "application/x-www-form-urlencoded" | "application/json") {
        return Err(wrong_type(&found, "application/x-www-form-urlencoded"));
    }
    let wants_page = found == "application/x-www-form-urlencoded";
    let (headers, address) = (request.headers().clone(), tries::address(&state, &request));
    let bytes = read(request, &state, FORM_BYTES).await?;
    let fields = if wants_page { Fields::of_form(&bytes) } else { Fields::of_json(&bytes) };
    let signed_in = if let Some(code) = fields.get("code") {
        by_code(&state, &headers, code).await
    } else {
        let (mail, password) = (fields.text("mail"), fields.text("password"));
        sign_in(&state, &headers, SignIn { mail, password, address }).await
    };
    match signed_in {
        Ok(secret) if wants_page => {
            let to = fields.text("to");
            let mut response = Redirect::to(back(&to).unwrap_or("/")).into_response();
            set_cookie(&state, &mut response, &secret);
            Ok(response)
        }
        Ok(secret) => {
            let mut response = axum::Json(serde_json::json!({ "signed_in": true })).into_response();
            set_cookie(&state, &mut response, &secret);
            Ok(response)
        }
        Err(error) if wants_page && error.status().is_client_error() => Ok(refused_page(&fields, &error)),
        Err(error) => Err(error),
    }
}

async fn by_code(state: &ApiState, headers: &HeaderMap, code: &str) -> Result<String> {
    let session = match state.codes().redeem(code.trim()) {
        Some(person) => session::begin(state, headers, person).await?,
        None => None,
    };
    session.ok_or_else(|| {
        tracing::warn!("a sign-in was refused: the code is used, expired or wrong");
        ApiError::new(StatusCode::FORBIDDEN, codes::BAD_CODE, "the sign-in code is used, expired or wrong").hint(
            "`throughline token sign-in` prints a new link; so does POST /api/v1/sign-in-links with a token",
        )
    })
}

fn refused_page(fields: &Fields, error: &ApiError) -> Response {
    let body = if fields.get("code").is_some() {
        html! {
            h1 { "This sign-in code does not work" }
            p { "It was used before, its 15 minutes are over, or it is not complete. Nothing else happened." }
            p { code { "throughline token sign-in" } " prints a new link. " a href="/sign-in" { "Sign in with a password" } "." }
        }
    } else {
        by_password(&fields.text("mail"), &fields.text("to"), Some(&page::sentence(error.message())))
    };
    let mut response = page::render_narrow("Sign in", &body);
    *response.status_mut() = error.status();
    error.say_when(&mut response);
    response
}

/// Gives the browser its cookie; an empty secret takes it away.
pub(crate) fn set_cookie(state: &ApiState, response: &mut Response, secret: &str) {
    if let Ok(value) = HeaderValue::from_str(&session::set_cookie(state.config(), secret)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Ends the session, if there is one.
pub(crate) async fn sign_out(State(state): State<ApiState>, headers: HeaderMap) -> Result<Response> {
    if let Some(secret) = session::cookie(&state, &headers) {
        session::end(&state, &secret).await?;
    }
    let mut response = Redirect::to("/").into_response();
    set_cookie(&state, &mut response, "");
    Ok(response)
}

/// A link that signs in once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SignInLinkView {
    /// Path of the link on this server.
    path: String,
    /// What goes before the path where others reach the server: the setting `public_url`.
    base: Option<String>,
    /// Milliseconds until it stops working.
    expires_in_ms: u64,
}

/// Makes a link that signs a browser in, once, as whoever asks for it
#[utoipa::path(post, path = "/api/v1/sign-in-links", tag = "access", responses((status = 201, body = SignInLinkView)))]
pub(crate) async fn link(
    State(state): State<ApiState>,
    own: Own,
) -> Result<(StatusCode, Extension<GivenOnce>, axum::Json<SignInLinkView>)> {
    tracing::info!(by = own.by(), "made a sign-in link");
    let person = match own.principal().who() {
        Who::Keyholder => None,
        Who::Person(person) => Some(person.clone()),
    };
    let config = state.config();
    let base = config.public_url.as_ref().map(|url| url.trim_end_matches('/').to_owned());
    let view =
        SignInLinkView { path: state.sign_in_path(person), base, expires_in_ms: config.sign_in_code_ms };
    Ok((StatusCode::CREATED, Extension(GivenOnce), axum::Json(view)))
}
