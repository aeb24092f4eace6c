//! What the server itself tells an address that an administrator named. The address is vetted as for connectors; no
//! redirect is followed, no credential goes along, and nothing of the answer is kept but its status.

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use url::Url;

use super::client::{EgressClient, vet_literal};
use super::describe::{chain, refused_address};
use super::grant;
use super::policy::EgressPolicy;
use crate::host::Host as Runtime;

/// How long the other side has for everything.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why something was not told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotifyFailure {
    /// The other side is away or busy, or its address is closed: it may work later.
    #[error("{0}")]
    Later(String),
    /// The other side does not want it, or it cannot be sent.
    #[error("{0}")]
    Never(String),
}

/// What is told, and where.
#[derive(Clone, Debug)]
pub struct Notification {
    url: Url,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Notification {
    /// A JSON body for a URL as [`Notification::origin`] takes it, with further headers.
    pub fn new(url: &str, headers: &[(&'static str, String)], body: Vec<u8>) -> Result<Self, NotifyFailure> {
        let never = |words: String| NotifyFailure::Never(words);
        let url = grant::parse("POST", url).map_err(|denied| never(denied.reason))?;
        let mut map = HeaderMap::new();
        map.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).map_err(|error| never(error.to_string()))?;
            map.insert(HeaderName::from_static(name), value);
        }
        Ok(Self { url, headers: map, body })
    }

    /// The origin of an address that can be told something; else why it cannot.
    pub fn origin(url: &str) -> Result<String, String> {
        grant::parse("POST", url).map(|url| grant::origin(&url)).map_err(|denied| denied.reason)
    }
}

impl Runtime {
    /// Tells an address something, if the workspace's policy lets it be reached. Anything but a 2xx is a failure.
    pub async fn notify(&self, policy: &Arc<EgressPolicy>, what: Notification) -> Result<(), NotifyFailure> {
        self.0.egress.notify(policy, what).await
    }
}

impl EgressClient {
    async fn notify(&self, policy: &Arc<EgressPolicy>, what: Notification) -> Result<(), NotifyFailure> {
        let Notification { url, headers, body } = what;
        let https = url.scheme() == "https";
        let port = url.port_or_known_default().unwrap_or(0);
        vet_literal(&url, port, https, policy).map_err(|denied| NotifyFailure::Later(denied.reason))?;
        let client = self.clients().get(policy, https, port).map_err(NotifyFailure::Later)?;
        let request = client.post(url).headers(headers).body(body).timeout(PATIENCE);
        let answer = request.send().await.map_err(|error| {
            let refused = refused_address(&error).map(|denied| denied.reason);
            NotifyFailure::Later(refused.unwrap_or_else(|| chain(&error.without_url())))
        })?;
        judged(answer.status())
    }
}

/// 410 is how a receiver says that it is gone for good; everything else may be mended there.
fn judged(status: StatusCode) -> Result<(), NotifyFailure> {
    if status.is_success() {
        return Ok(());
    }
    let words = format!("it answered {status}");
    if status == StatusCode::GONE {
        Err(NotifyFailure::Never(words))
    } else {
        Err(NotifyFailure::Later(words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_gone_is_final() {
        assert_eq!(judged(StatusCode::NO_CONTENT), Ok(()));
        assert!(matches!(judged(StatusCode::GONE), Err(NotifyFailure::Never(_))));
        for status in [StatusCode::FOUND, StatusCode::UNAUTHORIZED, StatusCode::BAD_GATEWAY] {
            assert!(matches!(judged(status), Err(NotifyFailure::Later(_))), "{status}");
        }
    }
}
