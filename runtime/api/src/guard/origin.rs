//! The `Origin` check: a page of a stranger cannot use a visitor's session to change anything.

use axum::extract::Request;
use http::{HeaderMap, Method, StatusCode, Uri, header};

use super::host;
use crate::auth::session;
use crate::error::{ApiError, Result, codes, shown};
use crate::state::ApiState;

/// Refuses a change that a browser may have sent for another site. Bearer tokens are exempt, since no browser adds
/// them by itself; so are webhooks and callbacks, which authenticate by their signature and their address, and the page of
/// decisions, whose form has a seal of its own: it sends no referrer, and so no origin either.
pub(crate) fn check(state: &ApiState, request: &Request) -> Result<()> {
    let headers = request.headers();
    if is_safe(request.method())
        || ["/hooks/", "/callbacks/", "/d/"].iter().any(|open| request.uri().path().starts_with(open))
        || headers.contains_key(header::AUTHORIZATION)
    {
        return Ok(());
    }
    let has_session = session::cookie(state, headers).is_some();
    let own = host::of(request).is_some_and(|host| {
        is_own(headers, host.as_str(), &state.config().allowed_origins, state.config().public_url.as_deref())
    });
    // Without a session there is nothing to abuse; but a form of another site must not sign a visitor in.
    let says_nothing = !headers.contains_key(header::ORIGIN) && !headers.contains_key(SEC_FETCH_SITE);
    if own || (says_nothing && !has_session) {
        return Ok(());
    }
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()).unwrap_or("no origin");
    let message = format!("a change was asked for by a page of {}", shown(origin));
    Err(ApiError::new(StatusCode::FORBIDDEN, codes::BAD_ORIGIN, message).hint(
        "send it from this server's own page, or with a bearer token; http.allowed_origins adds an origin",
    ))
}

const SEC_FETCH_SITE: &str = "sec-fetch-site";

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// True if the browser says that the request comes from a page of this server.
fn is_own(headers: &HeaderMap, host: &str, allowed: &[String], public_url: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("origin"), text(SEC_FETCH_SITE)) {
        (Some(origin), site) => {
            let same = origin.parse::<Uri>().ok().and_then(|uri| uri.authority().cloned());
            let listed =
                allowed.iter().map(String::as_str).chain(public_url).any(|known| same_origin(known, origin));
            let own = same.is_some_and(|authority| authority.as_str().eq_ignore_ascii_case(host));
            listed || (own && matches!(site, None | Some("same-origin")))
        }
        (None, site) => site == Some("same-origin"),
    }
}

fn same_origin(known: &str, origin: &str) -> bool {
    let parts = |text: &str| {
        let uri: Uri = text.parse().ok()?;
        Some((uri.scheme_str()?.to_ascii_lowercase(), uri.authority()?.as_str().to_ascii_lowercase()))
    };
    parts(known).is_some_and(|known| Some(known) == parts(origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        is_own(
            &headers,
            "localhost:8790",
            &["https://desk.example.org".into()],
            Some("https://public.example.org/x"),
        )
    }

    #[test]
    fn a_change_comes_from_our_own_page_or_not_at_all() {
        assert!(own(&[("origin", "http://localhost:8790")]));
        assert!(own(&[("origin", "http://localhost:8790"), ("sec-fetch-site", "same-origin")]));
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(own(&[("origin", "https://desk.example.org"), ("sec-fetch-site", "cross-site")]));
        assert!(own(&[("origin", "https://public.example.org")]));
        assert!(!own(&[]));
        assert!(!own(&[("origin", "null")]));
        assert!(!own(&[("origin", "http://localhost:9999")]));
        assert!(!own(&[("origin", "http://evil.example")]));
        assert!(!own(&[("origin", "http://desk.example.org")]));
        assert!(!own(&[("sec-fetch-site", "same-site")]));
        assert!(!own(&[("origin", "http://localhost:8790"), ("sec-fetch-site", "cross-site")]));
    }
}
