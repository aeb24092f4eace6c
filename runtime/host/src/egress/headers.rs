//! Headers a guest may set, and headers it gets to see.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::egress::denied;
use crate::egress::scrub::Scrubber;
use crate::error::codes;
use crate::report::Denied;

/// What only the host sets, or nobody: credentials, routing and framing.
const FORBIDDEN: [&str; 11] = [
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// Most headers of a request.
const MAX_HEADERS: usize = 100;
/// Most bytes of a request's headers.
const MAX_HEADER_BYTES: usize = 64 << 10;

/// A guest's headers, checked.
pub(crate) fn request_headers(headers: &[(String, String)]) -> Result<HeaderMap, Denied> {
    let bad = |reason: String| denied(codes::HEADER, reason);
    let bytes: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    if headers.len() > MAX_HEADERS || bytes > MAX_HEADER_BYTES {
        return Err(bad(format!("the request has more than {MAX_HEADERS} headers or 64 KiB of them")));
    }
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| bad(format!("{:?} is not a header name", shorten(name))))?;
        if is_forbidden(name.as_str()) {
            return Err(bad(format!(
                "the header `{name}` is the host's to set: use an auth slot, or leave it out"
            )));
        }
        let value = HeaderValue::from_str(value)
            .map_err(|_| bad(format!("the value of header `{name}` has a control or non-ASCII character")))?;
        map.append(name, value);
    }
    Ok(map)
}

fn is_forbidden(name: &str) -> bool {
    FORBIDDEN.contains(&name) || name.starts_with("proxy-") || name.starts_with("sec-")
}

fn shorten(name: &str) -> String {
    name.chars().take(60).collect()
}

/// An answer's headers for the guest: no cookies, no secrets.
pub(crate) fn response_headers(headers: &HeaderMap, scrubber: &Scrubber) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "set-cookie" | "set-cookie2"))
        .map(|(name, value)| (name.to_string(), scrubber.text(&String::from_utf8_lossy(value.as_bytes()))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_smuggle_are_refused() {
        for (name, value) in [
            ("Authorization", "x"),
            ("COOKIE", "x"),
            ("host", "evil"),
            ("Proxy-Authorization", "x"),
            ("transfer-encoding", "chunked"),
            ("Content-Length", "3"),
            ("x-a", "1\r\nHost: evil"),
            ("x-a\r\nhost", "evil"),
            ("x a", "1"),
            ("", "1"),
            ("x-a", "\u{0}"),
        ] {
            let refused = request_headers(&[(name.to_owned(), value.to_owned())]).unwrap_err();
            assert_eq!(refused.code, "TL0334", "{name}: {value}");
        }
        assert_eq!(request_headers(&[("Accept".into(), "application/json".into())]).unwrap().len(), 1);
    }
}
