//! A response in the author's hands.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::fail::{Fail, Result};
use crate::status::{self, Sent};
use crate::wire::{HttpReply, Payload};

/// A file the runner keeps. In JSON it is `{"$blob": "…"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlobRef {
    /// The runner's reference.
    #[serde(rename = "$blob")]
    pub reference: String,
    /// Media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// A response.
pub struct Reply {
    inner: HttpReply,
    sent: Sent,
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) watch: crate::sys::Sys,
}

impl Reply {
    #[cfg(target_arch = "wasm32")]
    pub(crate) fn new(inner: HttpReply, sent: Sent, _: crate::sys::Sys) -> Self {
        Self { inner, sent }
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn new(inner: HttpReply, sent: Sent, watch: crate::sys::Sys) -> Self {
        Self { inner, sent, watch }
    }

    /// Status.
    pub fn status(&self) -> u16 {
        self.inner.status
    }

    /// URL after redirects.
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// First header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.inner.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// All headers in order.
    pub fn headers(&self) -> &[(String, String)] {
        &self.inner.headers
    }

    /// The body's bytes; empty when it went into a blob.
    pub fn bytes(&self) -> &[u8] {
        match &self.inner.body {
            Payload::Bytes(bytes) => bytes,
            Payload::Blob(_) => &[],
        }
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.bytes())
    }

    /// The body as a file of the runner, after `Call::into_blob`.
    pub fn blob(&self) -> Option<&BlobRef> {
        match &self.inner.body {
            Payload::Blob(blob) => Some(blob),
            Payload::Bytes(_) => None,
        }
    }

    /// The remote's own id of the request.
    pub fn request_id(&self) -> Option<String> {
        ["x-request-id", "request-id", "x-correlation-id"]
            .iter()
            .find_map(|name| self.header(name))
            .map(|id| id.chars().take(200).collect())
    }

    /// Reads the body as JSON. A body that does not fit is the remote's fault: permanent, or outcome-unknown
    /// after a write that must not be sent twice.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        #[cfg(not(target_arch = "wasm32"))]
        self.watch.note_body_read();
        // By way of text: inputs are text too, and each way of reading JSON costs a connector its own code.
        let text = std::str::from_utf8(self.bytes()).map_err(|error| self.bad_body(&error.to_string()))?;
        serde_json::from_str(text).map_err(|error| self.bad_body(&error.to_string()))
    }

    /// The failure for a body that is not what it should be.
    pub fn bad_body(&self, why: &str) -> Fail {
        status::bad_body(self, why, self.sent)
    }

    /// The failure the default map gives this status.
    pub fn failure(&self) -> Fail {
        status::failure(self, self.sent)
    }

    /// True for 200…299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.inner.status)
    }
}
