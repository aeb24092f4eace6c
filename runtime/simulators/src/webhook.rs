//! Announcing events to subscribers, signed in the Standard Webhooks scheme.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;

use crate::call::stamp;
use crate::core::Core;
use crate::journal::Journal;
use crate::service::SimulatorError;

/// Milliseconds before each further attempt; after the last one the event is given up.
const RETRY_AFTER_MS: [u64; 6] = [100, 300, 1_000, 3_000, 10_000, 30_000];
/// How long a subscriber may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Where a subscriber listens and what its events are signed with.
pub(crate) struct Subscriber {
    pub(crate) url: String,
    pub(crate) secret: String,
}

/// An event owed to one subscriber.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) id: String,
    pub(crate) subscription_id: String,
    pub(crate) body: String,
}

/// How an attempt left the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Retrying,
    Delivered,
    GivenUp,
}

/// One attempt, a line of `deliveries.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
struct Attempt {
    delivery_id: String,
    subscription_id: String,
    at: String,
    number: usize,
    status: Option<u16>,
    error: Option<String>,
    state: State,
}

/// Decodes `whsec_…` to the signing key of 24 to 64 bytes.
pub(crate) fn signing_key(secret: &str) -> Option<Vec<u8>> {
    let key = STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
    (24..=64).contains(&key.len()).then_some(key)
}

/// The value of `webhook-signature` for this message; `timestamp` is in seconds since 1970.
fn sign(key: &[u8], id: &str, timestamp: i64, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

/// Sends events and keeps a record of every attempt.
pub(crate) struct Courier {
    client: reqwest::Client,
    journal: Journal,
}

impl Courier {
    /// Opens `deliveries.jsonl` in `dir` and returns the ids of the deliveries that are settled.
    pub(crate) fn open(dir: &Path) -> Result<(Self, BTreeSet<String>), SimulatorError> {
        let path = dir.join("deliveries.jsonl");
        let (journal, lines) =
            Journal::open(&path).map_err(|source| SimulatorError::opening(&path, source))?;
        let mut settled = BTreeSet::new();
        for (index, line) in lines.iter().enumerate() {
            let attempt: Attempt = serde_json::from_str(line)
                .map_err(|error| SimulatorError::corrupt(&path, index as u64 + 1, error.to_string()))?;
            if attempt.state != State::Retrying {
                settled.insert(attempt.delivery_id);
            }
        }
        Ok((Self { client: client()?, journal }, settled))
    }

    /// Posts the event until the subscriber answers 2xx, the attempts run out or the simulator stops.
    /// What is not settled then is taken up at the next start.
    pub(crate) async fn deliver(&self, core: &Core, delivery: Delivery) {
        for number in 1..=RETRY_AFTER_MS.len() + 1 {
            let sent = tokio::select! {
                sent = self.attempt(core, &delivery) => sent,
                () = core.stopping.cancelled() => return,
            };
            let wait = RETRY_AFTER_MS.get(number - 1);
            let state = match &sent {
                Ok(status) if (200..300).contains(status) => State::Delivered,
                Err(Undeliverable::Unsubscribed) => State::GivenUp,
                _ if wait.is_none() => State::GivenUp,
                _ => State::Retrying,
            };
            let attempt = Attempt {
                delivery_id: delivery.id.clone(),
                subscription_id: delivery.subscription_id.clone(),
                at: stamp((core.clock)()),
                number,
                status: sent.as_ref().ok().copied(),
                error: sent.err().map(|error| error.to_string()),
                state,
            };
            if let Err(error) = self.record(&attempt).await {
                tracing::error!(delivery.id = delivery.id, %error, "an attempt could not be recorded");
                return;
            }
            let Some(wait) = wait.filter(|_| state == State::Retrying) else { return };
            if !core.pause(Duration::from_millis(*wait)).await {
                return;
            }
        }
    }

    async fn attempt(&self, core: &Core, delivery: &Delivery) -> Result<u16, Undeliverable> {
        let subscriber = core.subscriber(&delivery.subscription_id).ok_or(Undeliverable::Unsubscribed)?;
        let timestamp = (core.clock)().div_euclid(1_000_000);
        let signature = signing_key(&subscriber.secret)
            .and_then(|key| sign(&key, &delivery.id, timestamp, &delivery.body))
            .ok_or(Undeliverable::Unsubscribed)?;
        let response = self
            .client
            .post(&subscriber.url)
            .header("content-type", "application/json")
            .header("webhook-id", &delivery.id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signature)
            .body(delivery.body.clone())
            .send()
            .await?;
        Ok(response.status().as_u16())
    }

    async fn record(&self, attempt: &Attempt) -> io::Result<()> {
        let number = self.journal.append(|_| serde_json::to_vec(attempt))?;
        self.journal.sync(number).await
    }

    /// Every attempt so far, oldest first.
    pub(crate) async fn attempts(&self) -> io::Result<Vec<Value>> {
        let lines = self.journal.lines().await?;
        lines.iter().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// Lets go of the file.
    pub(crate) fn release(&self) {
        self.journal.release();
    }
}

/// Why an attempt did not get an answer.
#[derive(Debug, thiserror::Error)]
enum Undeliverable {
    #[error("the subscription is gone")]
    Unsubscribed,
    #[error("no answer: {0}")]
    Http(#[from] reqwest::Error),
}

/// A client for plain HTTP: subscriptions take no other address. It follows no redirect, as the
/// scheme asks. Its TLS half is given but trusts nobody, else it would look for a process-wide
/// provider and the machine's certificates.
fn client() -> Result<reqwest::Client, SimulatorError> {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SimulatorError::Client(error.to_string()))?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(ANSWER_WITHIN)
        .build()
        .map_err(|error| SimulatorError::Client(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_of_the_scheme() {
        // The example published with the Standard Webhooks reference libraries.
        let key = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn odd_secrets_are_refused() {
        for secret in ["", "whsec_", "whsec_short", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!!"] {
            assert!(signing_key(secret).is_none(), "{secret}");
        }
    }
}
