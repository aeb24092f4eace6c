//! Recorded HTTP.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::wire::{HttpReply, HttpRequest, Payload, RequestBody};

/// Headers that would carry a credential.
const SECRET_HEADERS: [&str; 4] = ["authorization", "cookie", "proxy-authorization", "x-api-key"];

/// One request and its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interaction {
    /// What the connector asks.
    pub request: RecordedRequest,
    /// What it gets.
    pub response: RecordedResponse,
}

/// A request in a cassette.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedRequest {
    /// Upper-case method.
    pub method: String,
    /// Absolute URL with query.
    pub url: String,
    /// Headers that must be there; others may be.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// A JSON body; text that is not JSON stands as a string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

/// An answer in a cassette.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedResponse {
    /// Status.
    pub status: u16,
    /// Headers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// A JSON body; a string stands for text that is not JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

impl Interaction {
    /// Reads a cassette. Fails on a credential in it.
    pub fn read_all(text: &str) -> Result<Vec<Self>, String> {
        let all: Vec<Self> = serde_json::from_str(text).map_err(|e| format!("not a cassette: {e}"))?;
        for name in all.iter().flat_map(|i| i.request.headers.keys().chain(i.response.headers.keys())) {
            let lower = name.to_ascii_lowercase();
            if SECRET_HEADERS.contains(&lower.as_str()) || lower == "set-cookie" {
                return Err(format!(
                    "the cassette holds the header `{name}`: record above the injection of credentials"
                ));
            }
        }
        Ok(all)
    }

    pub(crate) fn matches(&self, request: &HttpRequest) -> bool {
        let has = |(name, value): (&String, &String)| {
            request.headers.iter().any(|(n, v)| n.eq_ignore_ascii_case(name) && v == value)
        };
        self.request.method == request.method
            && self.request.url == request.url
            && self.request.headers.iter().all(has)
            && self.request.body == body_of(request)
    }
}

impl RecordedResponse {
    pub(crate) fn reply(&self, url: &str) -> HttpReply {
        let bytes = match &self.body {
            None => Vec::new(),
            Some(Value::String(text)) => text.clone().into_bytes(),
            Some(json) => json.to_string().into_bytes(),
        };
        let headers = self.headers.iter().map(|(n, v)| (n.clone(), v.clone())).collect();
        HttpReply { status: self.status, url: url.to_owned(), headers, body: Payload::Bytes(bytes) }
    }
}

/// The body as a cassette writes it.
pub(crate) fn body_of(request: &HttpRequest) -> Option<Value> {
    match &request.body {
        RequestBody::None => None,
        RequestBody::Text(text) => {
            Some(serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())))
        }
        RequestBody::Bytes(bytes) => Some(Value::String(String::from_utf8_lossy(bytes).into_owned())),
        RequestBody::Blob(reference) => Some(serde_json::json!({ "$blob": reference })),
    }
}
