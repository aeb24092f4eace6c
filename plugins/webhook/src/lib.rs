//! A trigger for any webhook. The runner itself takes the request: it gives the address, checks the signature and
//! the size, and makes the event.

use throughline::prelude::*;

connector! {
    id: "webhook",
    name: "Webhook",
    description: "Starts a workflow when another system calls an address of this runner.",
    triggers: [received],
}

/// How the webhook is taken.
#[data]
pub struct WebhookConfig {
    /// Path behind /hooks/WORKSPACE/
    ///
    /// The workflow's id where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"job-done")]
    pub path: Option<String>,
    /// When the sender gets its answer
    #[serde(default)]
    pub reply: ReplyMode,
    /// How the sender proves who it is
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<Verify>,
    /// What the event is
    #[serde(default)]
    pub shape: Shape,
    /// The same body within so long is the same event
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"10m")]
    pub content_window: Option<String>,
    /// Largest body, in bytes
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u32>,
}

/// When a webhook's sender gets its answer.
#[data(Default)]
#[serde(rename_all = "snake_case")]
pub enum ReplyMode {
    /// 202 as soon as the event is durable.
    #[default]
    Async,
    /// The workflow's own reply, at most 30 seconds later; else 202.
    Sync,
}

/// What the event is.
#[data(Default)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// The JSON body.
    #[default]
    Body,
    /// The whole request: method, path, query, headers, body.
    Request,
}

/// How a webhook proves who sent it. A secret stands where `env:NAME` or `file:PATH` says.
#[data]
#[serde(rename_all = "snake_case", tag = "scheme")]
pub enum Verify {
    /// Standard Webhooks
    StandardWebhooks {
        /// Where the secret is
        secret: String,
    },
    /// A signature of the body in a header
    Hmac {
        /// Where the secret is
        secret: String,
        /// Header that carries the signature
        header: String,
        /// Hash: sha256 or sha512
        #[serde(default, skip_serializing_if = "Option::is_none")]
        algorithm: Option<String>,
        /// How the signature is written: hex or base64
        #[serde(default, skip_serializing_if = "Option::is_none")]
        encoding: Option<String>,
        /// Text before the signature
        #[serde(default, skip_serializing_if = "Option::is_none")]
        prefix: Option<String>,
    },
}

/// Webhook received
///
/// Another system called this workflow's address. The event is what it sent.
#[trigger(native, sample = r#"{"job": "J-1001", "status": "completed"}"#)]
pub(crate) fn received(config: WebhookConfig) -> Value;
