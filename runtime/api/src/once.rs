//! `Idempotency-Key`: a change that is sent again, because its answer was lost, is done once and answered as the first time.

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use sha2::{Digest, Sha256};
use throughline_domain::time::Timestamp;
use throughline_store::{Kept, RequestKey};

use crate::auth;
use crate::body;
use crate::error::{ApiError, Result, codes};
use crate::resource::plugins;
use crate::state::ApiState;

/// The header with the sender's key.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer is the one of an earlier request.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const MAX_KEY: usize = 255;
/// Longest answer that is kept.
const MAX_ANSWER: usize = 256 << 10;

/// Put into the extensions of an answer that holds a secret: it is given once, and not kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GivenOnce;

/// Passes on what has no key; of what has one, the first only.
pub(crate) async fn once(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    if !is_for_us(&request) {
        return next.run(request).await;
    }
    keyed(state, request, next).await.unwrap_or_else(IntoResponse::into_response)
}

/// Addresses whose bodies hold a password or a secret: not even a hash of them is kept, since it could be guessed from. Sent
/// twice they leave the same behind.
const SECRET_BODIES: [&str; 3] = ["/api/v1/me/password", "/api/v1/me/confirm", "/api/v1/secrets/"];

/// Whether requests to this address may be remembered.
pub(crate) fn may_keep(path: &str) -> bool {
    !SECRET_BODIES.iter().any(|secret| path.starts_with(secret))
}

/// A start of a run is left out: there the key is the run's own, and kept with the run itself.
fn is_for_us(request: &Request) -> bool {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let path = request.uri().path();
    let starts = path == "/api/v1/runs" || path.starts_with("/api/v1/workflows/") && path.ends_with("/runs");
    changes && !starts && may_keep(path) && path.starts_with("/api/") && request.headers().contains_key(KEY)
}

async fn keyed(state: ApiState, request: Request, next: Next) -> Result<Response> {
    let key = key(request.headers())?;
    // Before the body: who is nobody is told so, and learns nothing of keys.
    let (parts, body) = request.into_parts();
    let principal = auth::caller(&state, &parts).await?.by().to_owned();
    let body = body::read(&parts.headers, body, state.config().limit(most(&state, parts.uri.path()))).await?;
    let request = RequestKey { principal, key, hash: hash(&parts, &body) };
    match state.store().begin_request(&request).await? {
        Kept::Begun => {
            // On a task of its own: a sender who goes away must not leave it half done and without an answer.
            let done = tokio::spawn(async move {
                let response = next.run(Request::from_parts(parts, Body::from(body))).await;
                keep(&state, &request, response).await
            });
            done.await.unwrap_or_else(|_| Err(ApiError::internal()))
        }
        Kept::Answered { status, answer: Some(answer) } => Ok(replay(status, answer)),
        Kept::Another => Err(another()),
        Kept::Unanswered { begun_at } => Err(unanswered(begun_at)),
        Kept::Answered { answer: None, .. } => Err(not_kept()),
    }
}

/// The largest body this address takes.
fn most(state: &ApiState, path: &str) -> usize {
    let config = state.config();
    if path == plugins::PATH { config.max_plugin_bytes } else { config.max_body_bytes }
}

fn another() -> ApiError {
    let message = "something else was asked for under this Idempotency-Key";
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, codes::OTHER_REQUEST, message)
        .hint("a new request needs a new key; nothing was done")
}

fn unanswered(begun_at: Timestamp) -> ApiError {
    let message = format!(
        "a request with this Idempotency-Key began at {} and has no answer: it is being done, or the server \
         ended meanwhile",
        begun_at.to_rfc3339()
    );
    ApiError::new(StatusCode::CONFLICT, codes::UNANSWERED, message)
        .hint("send it again in a moment; if this stays, look whether it was done before you use a new key")
}

fn not_kept() -> ApiError {
    let message = "this was done under this Idempotency-Key, and its answer is not kept: it held a secret or was too long";
    ApiError::new(StatusCode::CONFLICT, codes::ANSWER_NOT_KEPT, message)
        .hint("if you did not get it, revoke what it made and make another with a new key")
}

fn key(headers: &HeaderMap) -> Result<String> {
    let mut values = headers.get_all(KEY).iter();
    let value = values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok());
    let fits =
        |key: &&str| (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    value.filter(fits).map(str::to_owned).ok_or_else(|| {
        let message = format!("the Idempotency-Key is not 1 to {MAX_KEY} visible ASCII characters, once");
        ApiError::new(StatusCode::BAD_REQUEST, codes::BAD_KEY, message).hint("a UUID does; nothing was done")
    })
}

/// Each part with its length, so that no two requests read the same.
fn hash(parts: &http::request::Parts, body: &Bytes) -> String {
    let workspace = parts.headers.get(auth::WORKSPACE_HEADER).map_or(&b""[..], HeaderValue::as_bytes);
    let uri = parts.uri.path_and_query().map_or("", |uri| uri.as_str());
    let mut hash = Sha256::new();
    for part in [parts.method.as_str().as_bytes(), uri.as_bytes(), workspace, body] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

/// Keeps what was answered for good. Whoever was refused for who they are, for being too fast, or because the server
/// could not, may send the same again.
async fn keep(state: &ApiState, request: &RequestKey, response: Response) -> Result<Response> {
    let status = response.status();
    let passing = [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    if !(200..500).contains(&status.as_u16()) || passing.contains(&status) {
        state.store().forget_request(request).await?;
        return Ok(response);
    }
    let secret = response.extensions().get::<GivenOnce>().is_some();
    let long = response.body().size_hint().exact().is_none_or(|bytes| bytes > MAX_ANSWER as u64);
    if secret || long {
        state.store().answer_request(request, status.as_u16(), None).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let answer = Limited::new(body, MAX_ANSWER).collect().await.map_err(|_| ApiError::internal())?.to_bytes();
    state.store().answer_request(request, status.as_u16(), Some(&answer)).await?;
    Ok(Response::from_parts(parts, Body::from(answer)))
}

fn replay(status: u16, answer: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (REPLAYED, HeaderValue::from_static("true")),
    ];
    (status, headers, answer).into_response()
}
