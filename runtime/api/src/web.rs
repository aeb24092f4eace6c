//! The web application: files that the binary carries, under the strictest policy they can work with.

use std::borrow::Cow;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};

use crate::error::{ApiError, Result, codes, shown};
use crate::extract::Path;
use crate::routes::Access::Open;
use crate::routes::Routes;
use crate::state::ApiState;

/// Finds a file by its path below the application's root, `assets/index-1a2b3c.js`; with `.gz` behind it, compressed.
pub type WebFiles = fn(&str) -> Option<Cow<'static, [u8]>>;

/// The page that every address of the application begins with.
const INDEX: &str = "index.html";
/// Stands in it where the nonce of an answer belongs: editors of text write their style as they go.
const NONCE: &str = "__CSP_NONCE__";
/// Addresses of the application's pages. Which of them exist it says itself.
const PAGES: [&str; 22] = [
    "/today",
    "/inbox",
    "/inbox/{*page}",
    "/workflows",
    "/workflows/{*page}",
    "/runs",
    "/runs/{run}/{*page}",
    "/records",
    "/records/{*page}",
    "/truth-map",
    "/truth-map/{*page}",
    "/figures",
    "/figures/{*page}",
    "/connections",
    "/connections/{*page}",
    "/plugins",
    "/plugins/{*page}",
    "/people",
    "/people/{*page}",
    "/settings",
    "/settings/{*page}",
    "/audit",
];

/// Puts the routes behind the others.
pub(crate) fn routes(routes: Routes) -> Routes {
    let files = routes.get(Open, "/assets/{file}", asset).get(Open, "/icon.svg", icon);
    let pages = files.get(Open, "/", home).get(Open, "/runs/{run}", run);
    PAGES.into_iter().fold(pages, |routes, path| routes.get(Open, path, page))
}

async fn home(State(state): State<ApiState>) -> Response {
    index(&state).unwrap_or_else(|| Redirect::to("/plain").into_response())
}

async fn run(State(state): State<ApiState>, Path(run): Path<String>) -> Response {
    index(&state).unwrap_or_else(|| Redirect::to(&format!("/plain/runs/{run}")).into_response())
}

async fn page(State(state): State<ApiState>, uri: Uri) -> Result<Response> {
    index(&state).ok_or_else(|| {
        let message =
            format!("this server was built without its web application, which has {}", shown(uri.path()));
        ApiError::new(StatusCode::NOT_FOUND, codes::NO_PATH, message)
            .hint("/plain has plain pages; `make build` builds a server with everything")
    })
}

/// The first page, with a nonce nobody can know before; nothing where the binary carries no application.
fn index(state: &ApiState) -> Option<Response> {
    let page = (state.config().web)(INDEX)?;
    let nonce = STANDARD.encode(&state.random()[..16]);
    let page = String::from_utf8_lossy(&page).replace(NONCE, &nonce);
    let mut response = axum::response::Html(page).into_response();
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy(&nonce)).ok()?);
    Some(response)
}

/// Scripts, workers and styles from files of this server alone; no text becomes script.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self'; \
         font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
         require-trusted-types-for 'script'; trusted-types throughline"
    )
}

async fn asset(
    State(state): State<ApiState>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    // What changes has another name.
    serve(&state, &format!("assets/{file}"), &headers, "public, max-age=31536000, immutable")
}

async fn icon(State(state): State<ApiState>, headers: HeaderMap) -> Result<Response> {
    serve(&state, "icon.svg", &headers, "public, max-age=3600")
}

fn serve(state: &ApiState, path: &str, asked: &HeaderMap, kept: &'static str) -> Result<Response> {
    let files = state.config().web;
    let missing = || {
        let message = format!("there is no file {}", shown(path));
        ApiError::new(StatusCode::NOT_FOUND, codes::NO_PATH, message)
            .hint("load the page again: it may be an older one")
    };
    let kind = media_type(path).ok_or_else(missing)?;
    let packed = if takes_gzip(asked) { files(&format!("{path}.gz")) } else { None };
    let is_packed = packed.is_some();
    let bytes = packed.or_else(|| files(path)).ok_or_else(missing)?;
    let mut response = Response::new(match bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    });
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if is_packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    // A worker has the policy of its own file.
    if let Ok(policy) = HeaderValue::from_str(WORKER_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// What a file of the application may do where it is opened by itself, or runs as a worker: compute.
const WORKER_POLICY: &str =
    "default-src 'none'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

fn media_type(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let asked = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    asked.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("gzip")
            && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        let takes = |value: &'static str| {
            takes_gzip(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        assert!(takes("gzip") && takes("deflate, gzip;q=0.5, br"));
        assert!(!takes("identity") && !takes("gzip;q=0, br") && !takes("xgzip"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn no_file_of_another_kind_is_served() {
        assert_eq!(media_type("assets/index-1a2b.js"), Some("text/javascript; charset=utf-8"));
        for path in ["assets/index", "assets/a.html", "assets/a.js.map", "assets/.gz"] {
            assert_eq!(media_type(path), None, "{path}");
        }
    }

    #[test]
    fn the_policy_names_the_nonce_and_nothing_loose() {
        let policy = policy("AAAA");
        assert!(policy.contains("style-src 'self' 'nonce-AAAA'"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    }
}
