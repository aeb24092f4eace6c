//! Webhooks: the raw bytes go to intake, which verifies, makes durable, then answers.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use throughline_intake::{IntakeError, WebhookAnswer, WebhookRequest};
use throughline_store::Scope;

use crate::body;
use crate::error::{ApiError, Result, codes};
use crate::extract::Path;
use crate::state::ApiState;

/// Headers of an answer that are ours to set.
const OURS: [&str; 9] = [
    "connection",
    "content-length",
    "content-security-policy",
    "date",
    "keep-alive",
    "server",
    "set-cookie",
    "transfer-encoding",
    "upgrade",
];

/// Takes a webhook
///
/// Answers 202 once the event and its run are durable, or with the run's own reply. The workflow says how the
/// sender proves who it is.
#[utoipa::path(post, path = "/hooks/{workspace}/{path}", tag = "webhooks", security(()),
    params(("workspace" = String, Path), ("path" = String, Path, description = "May hold slashes.")),
    request_body(content = Vec<u8>, content_type = "*/*"),
    responses((status = 202, description = "Accepted: `run_id`, `event_id`, `duplicate`, `status_url`."),
        (status = 401, body = crate::error::ErrorAnswer), (status = 404, body = crate::error::ErrorAnswer)))]
pub(crate) async fn take(
    State(state): State<ApiState>,
    Path((workspace, path)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    // Nobody learns by a question without consequence whether a path exists.
    if request.method() == Method::OPTIONS {
        return Ok((StatusCode::NO_CONTENT, [(header::ALLOW, "POST, PUT")]).into_response());
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) && request.uri().query().is_none() {
        return Err(nowhere());
    }
    let Ok(scope) = Scope::new(&workspace) else { return Err(nowhere()) };
    let (parts, body) = request.into_parts();
    let headers = headers(&parts.headers);
    let body =
        body::read(&parts.headers, body, state.config().limit(state.config().max_webhook_bytes)).await?;
    let taken = WebhookRequest {
        method: parts.method.as_str().to_owned(),
        path_and_query: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        headers,
        body: body.into(),
    };
    match state.intake().webhook(&scope, &path, taken).await {
        Ok(answer) => Ok(answered(answer)),
        Err(IntakeError::NoSuchPath) => Err(nowhere()),
        Err(error) => {
            tracing::info!(workspace.id = %scope, webhook.path = %path, error.code = error.code(), "refused a webhook: {error}");
            Err(error.into())
        }
    }
}

/// One answer whatever is missing: workspace, path, or a workflow that listens.
fn nowhere() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, codes::NO_PATH, "nothing listens here")
        .hint("POST to the path that `throughline workflow list` shows")
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// The answer for the sender. Markup of a workflow is never a page of this server's origin: the policy of every
/// answer forbids it to do anything, and the type is kept.
fn answered(answer: WebhookAnswer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in answer.headers {
        let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) else {
            continue;
        };
        if !OURS.contains(&name.as_str()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
