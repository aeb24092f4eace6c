//! A trigger for any webhook. The runner itself takes the request: it gives the address, checks the secret, the size
//! and the content type, and makes the event.

use std::collections::BTreeMap;

use throughline::prelude::*;

connector! {
    id: "webhook",
    name: "Webhook",
    description: "Starts a workflow when another system calls an address of this runner.",
    triggers: [received],
}

/// How the webhook is taken.
#[data]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// Last part of the address
    ///
    /// Small letters, digits, `-` and `_`; the runner makes one up where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[a-z0-9][a-z0-9_-]{0,99}$"))]
    pub path: Option<String>,
    /// Methods to take
    #[serde(default = "post")]
    pub methods: Vec<String>,
    /// Field of the body that names an event, to drop what is sent twice
    ///
    /// A JSON Pointer such as /id. Without it the header `webhook-id` or `idempotency-key` is used, else a hash of the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_field: Option<String>,
    /// Wait for the workflow's reply
    #[serde(default)]
    pub reply: bool,
}

fn post() -> Vec<String> {
    vec!["POST".to_owned()]
}

/// A request that was received.
#[data]
pub struct Received {
    /// Method
    pub method: String,
    /// Path with query
    pub path: String,
    /// Query parameters
    pub query: BTreeMap<String, String>,
    /// Headers, names in small letters; never credentials
    pub headers: BTreeMap<String, String>,
    /// JSON body, or the text of another
    pub body: Value,
}

/// Webhook received
///
/// Another system called this workflow's address.
#[trigger(
    native,
    sample = r#"{"method": "POST", "path": "/hooks/job-done", "query": {}, "headers": {"content-type": "application/json"}, "body": {"job": "J-1001"}}"#
)]
pub(crate) fn received(config: WebhookConfig) -> Received;
