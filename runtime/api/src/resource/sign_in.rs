//! The way in: a one-time link shows a page with a button, the button exchanges the code for a session. Looking at
//! the link decides nothing, so a scanner that opens it uses nothing up.

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use maud::html;
use serde::Serialize;
use throughline_domain::access::Who;
use utoipa::ToSchema;

use crate::auth::{Own, session};
use crate::error::{ApiError, Result, codes};
use crate::extract::{media_type, query_value, read, wrong_type};
use crate::once::GivenOnce;
use crate::page;
use crate::state::ApiState;

/// Bytes of the form: a code and its name.
const FORM_BYTES: usize = 4 << 10;

/// Shows the button.
pub(crate) async fn form(request: Request) -> Response {
    let code = query_value(request.uri().query(), "code").unwrap_or_default();
    let body = html! {
        h1 { "Sign in to this server" }
        @if code.is_empty() {
            p { "Enter the code of a sign-in link. The server prints one when it starts; "
                code { "throughline token sign-in" } " prints another." }
        } @else {
            p { "This link works once, and only within 15 minutes of its making." }
        }
        form method="post" action="/sign-in" {
            @if code.is_empty() {
                label for="code" { "Code" }
                input #code name="code" autocomplete="off" spellcheck="false" autofocus required;
            } @else {
                input type="hidden" name="code" value=(code);
            }
            button { "Sign in" }
        }
    };
    page::render_narrow("Sign in", &body)
}

/// Exchanges the code.
pub(crate) async fn exchange(State(state): State<ApiState>, request: Request) -> Result<Response> {
    let found = media_type(request.headers());
    if !matches!(found.as_str(), "application/x-www-form-urlencoded" | "application/json") {
        return Err(wrong_type(&found, "application/x-www-form-urlencoded"));
    }
    let wants_page = found == "application/x-www-form-urlencoded";
    let headers = request.headers().clone();
    let bytes = read(request, &state, FORM_BYTES).await?;
    let text = String::from_utf8_lossy(&bytes);
    let code = if wants_page {
        query_value(Some(text.trim()), "code")
    } else {
        serde_json::from_str::<serde_json::Value>(&text)
            .ok()
            .and_then(|body| body["code"].as_str().map(str::to_owned))
    };
    let person = code.and_then(|code| state.codes().redeem(code.trim()));
    let session = match person {
        Some(person) => session::begin(&state, &headers, person).await?,
        None => None,
    };
    let Some(secret) = session else {
        tracing::warn!("a sign-in was refused: the code is used, expired or wrong");
        return Ok(if wants_page { refused_page() } else { refused().into_response() });
    };
    tracing::info!("signed in with a one-time code");
    let mut response = if wants_page {
        Redirect::to("/").into_response()
    } else {
        axum::Json(serde_json::json!({ "signed_in": true })).into_response()
    };
    set_cookie(&state, &mut response, &secret);
    Ok(response)
}

fn refused() -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, codes::BAD_CODE, "the sign-in code is used, expired or wrong").hint(
        "`throughline token sign-in` prints a new link; so does POST /api/v1/sign-in-links with a token",
    )
}

fn refused_page() -> Response {
    let body = html! {
        h1 { "This sign-in code does not work" }
        p { "It was used before, its 15 minutes are over, or it is not complete. Nothing else happened." }
        p { code { "throughline token sign-in" } " prints a new link." }
    };
    let mut response = page::render_narrow("Sign in", &body);
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
}

fn set_cookie(state: &ApiState, response: &mut Response, secret: &str) {
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
