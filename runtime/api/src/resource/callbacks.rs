//! Callbacks: a remote system wakes the step whose call its connector suspended.

use axum::extract::{Request, State};
use http::{HeaderMap, Method, StatusCode};
use throughline_engine::CommandError;
use throughline_intake::WebhookRequest;
use throughline_store::Scope;

use crate::body;
use crate::error::{ApiError, Result, codes};
use crate::extract::Path;
use crate::state::ApiState;

/// Takes a callback
///
/// The address is made by the runner for one step and cannot be guessed; a connector reads it with `callback-url` and
/// gives it to its remote. Answers 202 once the request is durable, and 404 for every other address and for one whose
/// step does not wait any more. At most `http.max_body_bytes`; `authorization` and `cookie` are not kept.
#[utoipa::path(post, path = "/callbacks/{workspace}/{ticket}", tag = "webhooks", security(()),
    operation_id = "take_callback",
    params(("workspace" = String, Path), ("ticket" = String, Path)),
    request_body(content = Vec<u8>, content_type = "*/*"),
    responses((status = 202, description = "Taken."),
        (status = 404, body = crate::error::ErrorAnswer), (status = 409, body = crate::error::ErrorAnswer)))]
pub(crate) async fn take(
    State(state): State<ApiState>,
    Path((workspace, ticket)): Path<(String, String)>,
    request: Request,
) -> Result<StatusCode> {
    // Who only looks, such as the preview of a link, must not wake anything.
    if !matches!(*request.method(), Method::POST | Method::PUT) {
        return Err(nowhere());
    }
    let Ok(scope) = Scope::new(&workspace) else { return Err(nowhere()) };
    let (parts, body) = request.into_parts();
    let limit = state.config().limit(state.config().max_body_bytes);
    let body = body::read(&parts.headers, body, limit).await?;
    let inbound = WebhookRequest {
        method: parts.method.as_str().to_owned(),
        path_and_query: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        headers: headers(&parts.headers),
        body: body.into(),
    };
    match state.engine().take_callback(&scope, &ticket, &inbound).await {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(CommandError::NotFound { .. }) => Err(nowhere()),
        Err(error) => Err(error.into()),
    }
}

/// One answer whatever is missing.
fn nowhere() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, codes::NO_PATH, "nothing waits here")
        .hint("a callback address works while its step waits; POST to the address as it was given")
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}
