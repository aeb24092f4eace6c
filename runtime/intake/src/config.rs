//! What a trigger's `with` says, typed.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::verify::Verify;

/// Largest body of a webhook in bytes, where the trigger does not say less.
pub const MAX_BODY_BYTES: usize = 8 << 20;
/// Deepest nesting of a JSON body.
pub const MAX_DEPTH: usize = 64;

/// Configuration of `webhook.received`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebhookConfig {
    /// Path behind `/hooks/{workspace}/`.
    pub path: String,
    /// Answer after the commit, or with the run's reply.
    pub reply: ReplyMode,
    /// How the sender proves who it is.
    pub verify: Option<Verify>,
    /// `body`: the event is the JSON body. `request`: it is `{method, path, query, headers, body}`.
    pub shape: Shape,
    /// The same body within so long is the same event: `10m`.
    pub content_window: Option<String>,
    /// Largest body in bytes.
    pub max_bytes: Option<usize>,
}

/// Configuration of `form.submitted`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FormConfig {
    /// Path behind `/forms/{workspace}/`.
    pub path: String,
    /// Heading; the workflow's title where absent.
    pub title: Option<String>,
    /// What stands above the fields.
    pub intro: Option<String>,
    /// What the button says.
    pub button: Option<String>,
    /// What the page says when it has been sent.
    pub thanks: Option<String>,
    /// Time zone of days and times, IANA name; UTC where absent.
    pub zone: Option<String>,
}

/// When a webhook's sender gets its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyMode {
    /// 202 as soon as the event is durable.
    #[default]
    Async,
    /// The workflow's own reply, at most 30 s later; else 202.
    Sync,
}

/// What `event` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// The JSON body.
    #[default]
    Body,
    /// The whole request.
    Request,
}

/// Configuration of `mail.received`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// What stands before the `@`.
    pub address: String,
    /// Senders whose mail is taken; everybody's where nobody is named.
    pub from: Vec<String>,
}

impl MailConfig {
    /// Reads a trigger's `with`. The words name the key that does not fit.
    pub fn read(with: &Map<String, Value>) -> Result<Self, String> {
        serde_json::from_value(Value::Object(with.clone())).map_err(|error| error.to_string())
    }
}

impl FormConfig {
    /// Reads a trigger's `with`. The words name the key that does not fit.
    pub fn read(with: &Map<String, Value>) -> Result<Self, String> {
        serde_json::from_value(Value::Object(with.clone())).map_err(|error| error.to_string())
    }
}

impl WebhookConfig {
    /// Reads a trigger's `with`. The words name the key that does not fit.
    pub fn read(with: &Map<String, Value>) -> Result<Self, String> {
        serde_json::from_value(Value::Object(with.clone())).map_err(|error| error.to_string())
    }

    /// Bytes allowed.
    pub fn body_limit(&self) -> usize {
        self.max_bytes.unwrap_or(MAX_BODY_BYTES).min(MAX_BODY_BYTES)
    }
}

/// Headers by which known senders name a delivery once. Only used when the trigger names no dedupe key.
pub const PROVIDER_IDS: [&str; 4] =
    ["webhook-id", "x-github-delivery", "x-shopify-webhook-id", "x-gitlab-event-uuid"];

/// Headers that are kept with an event; the rest may carry credentials of the sender.
pub const KEPT_HEADERS: [&str; 8] = [
    "content-type",
    "user-agent",
    "webhook-id",
    "webhook-timestamp",
    "x-github-delivery",
    "x-github-event",
    "x-shopify-topic",
    "x-shopify-webhook-id",
];
