//! What every request passes before its handler, and every answer after it.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use http::{HeaderName, HeaderValue, StatusCode, header};

use crate::body::Courteous;
use crate::error::{ApiError, codes};
use crate::state::ApiState;

pub(crate) mod host;
pub(crate) mod origin;

/// Longest path and query.
const MAX_URI: usize = 8 << 10;
/// Most bytes of header names and values.
const MAX_HEADERS: usize = 32 << 10;

/// Carries out every check around the router, in one place, so that none can be forgotten on a route.
pub(crate) async fn guard(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let started = tokio::time::Instant::now();
    let method = request.method().clone();
    // The addresses of callbacks and of links are secrets.
    let path = match request.uri().path() {
        path if path.starts_with("/callbacks/") => "/callbacks/…".to_owned(),
        path if path.starts_with("/setup/") => "/setup/…".to_owned(),
        path => path.to_owned(),
    };
    let request = request.map(Courteous::wrap);
    let mut response = caught(checked(&state, request, next)).await;
    secure(&path, response.headers_mut());
    let elapsed = started.elapsed();
    state.requests().count(response.status(), elapsed);
    let ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(http.method = %method, http.path = %path, http.status = response.status().as_u16(), http.duration_ms = ms, "answered");
    response
}

/// A panic of a handler is this request's failure and nobody else's.
async fn caught(answer: impl Future<Output = Response>) -> Response {
    std::panic::AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|panic| {
        tracing::error!("a handler panicked: {}", words(panic.as_ref()));
        ApiError::internal().into_response()
    })
}

async fn checked(state: &ApiState, request: Request<Body>, next: Next) -> Response {
    let refused = head_fits(&request)
        .and_then(|()| host::check(state.hosts(), &request))
        .and_then(|()| origin::check(state, &request));
    match refused {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn head_fits(request: &Request) -> Result<(), ApiError> {
    let uri = request.uri().path_and_query().map_or(0, |text| text.as_str().len());
    if uri > MAX_URI {
        let message = format!("the address is longer than {MAX_URI} bytes");
        return Err(ApiError::new(StatusCode::URI_TOO_LONG, codes::HEAD_TOO_LONG, message)
            .hint("large values belong into the body"));
    }
    let headers: usize =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers > MAX_HEADERS {
        let message = format!("the headers are longer than {MAX_HEADERS} bytes");
        return Err(ApiError::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            codes::HEAD_TOO_LONG,
            message,
        )
        .hint("send fewer cookies and headers"));
    }
    Ok(())
}

/// Headers that keep browsers from doing more with an answer than show it.
fn secure(path: &str, headers: &mut http::HeaderMap) {
    let mut default = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    default(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::X_FRAME_OPTIONS, "DENY");
    default(header::REFERRER_POLICY, "no-referrer");
    default(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    default(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if !path.starts_with("/hooks/") {
        default(header::CACHE_CONTROL, "no-store");
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_answer() {
        let response = caught(async { panic!("on purpose") }).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let panic = std::panic::catch_unwind(|| panic!("with {}", "words")).unwrap_err();
        assert_eq!(words(panic.as_ref()), "with words");
    }
}
