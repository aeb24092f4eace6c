//! Requests and their failures in words that are safe to keep.

use tokio::time::Instant;
use url::Url;

use crate::egress::connect::AddressRefused;
use crate::egress::{SendError, grant};
use crate::report::{Denied, RequestRecord, Sent};

/// What is kept of a request: names of query parameters, never their values.
pub(crate) fn record(method: &str, url: Option<&Url>, bytes_out: u64) -> RequestRecord {
    let path = url.map_or_else(String::new, |url| {
        let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
        if names.is_empty() { url.path().to_owned() } else { format!("{}?{}", url.path(), names.join("&")) }
    });
    RequestRecord {
        method: method.chars().take(16).collect(),
        origin: url.map(grant::origin).unwrap_or_default(),
        path,
        safe: false,
        status: None,
        ms: 0,
        bytes_in: 0,
        bytes_out,
        sent: Sent::No,
        denied: None,
        error: None,
    }
}

pub(crate) fn ms_since(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}

pub(crate) fn words_of(error: &SendError) -> String {
    match error {
        SendError::Denied(denied) | SendError::AuthUnavailable(denied) => denied.reason.clone(),
        SendError::Unreachable(words) | SendError::Internal(words) => words.clone(),
        SendError::Timeout(_) => "no answer in time".into(),
        SendError::Interrupted(_) => "the connection broke".into(),
        SendError::TooLarge => "the body is too large".into(),
        SendError::Budget => "the budget of requests is used up".into(),
        SendError::Cancelled => "cancelled".into(),
    }
}

/// The refusal behind a failed connection, if that is why it failed.
pub(crate) fn refused_address(error: &reqwest::Error) -> Option<Denied> {
    causes(error).find_map(|cause| cause.downcast_ref::<AddressRefused>()).map(|refused| refused.0.clone())
}

fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

/// The error with its causes, each once.
pub(crate) fn chain(error: &reqwest::Error) -> String {
    let mut words: Vec<String> = Vec::new();
    for cause in causes(error) {
        let text = cause.to_string();
        if !words.iter().any(|known| known.contains(&text)) {
            words.push(text);
        }
    }
    words.join(": ")
}
