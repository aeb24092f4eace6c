//! Everything that leaves the process on a plugin's behalf goes through [`client::EgressClient::send`]:
//! parse once, grant, mode gate, budget, headers, injection, address vetting, send, cap, scrub, record.

pub(crate) mod auth;
pub(crate) mod client;
pub(crate) mod connect;
pub(crate) mod describe;
pub(crate) mod gate;
pub(crate) mod grant;
pub(crate) mod headers;
pub(crate) mod notify;
pub(crate) mod policy;
pub(crate) mod receive;
pub(crate) mod scrub;
pub(crate) mod vet;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use bytes::Bytes;

use crate::report::{Denied, Sent};
use crate::services::BlobInfo;

/// A request as a guest asked for it.
#[derive(Debug)]
pub(crate) struct OutRequest {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: OutBody,
    pub(crate) auth: Option<String>,
    pub(crate) to_blob: bool,
    pub(crate) follow_same_origin: bool,
    pub(crate) timeout_ms: Option<u64>,
    /// Bytes of answers that may be kept in memory, shared by the requests of one `send-all`.
    pub(crate) room: Arc<AtomicU64>,
}

/// A request's body.
#[derive(Clone, Debug)]
pub(crate) enum OutBody {
    None,
    Bytes(Bytes),
    Blob(BlobInfo),
}

/// An answer, secrets removed.
#[derive(Debug)]
pub(crate) struct InResponse {
    pub(crate) status: u16,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: InBody,
}

/// An answer's body.
#[derive(Debug)]
pub(crate) enum InBody {
    Bytes(Vec<u8>),
    Blob(BlobInfo),
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum SendError {
    Denied(Denied),
    Unreachable(String),
    Timeout(Sent),
    Interrupted(Sent),
    TooLarge,
    AuthUnavailable(Denied),
    Budget,
    Cancelled,
    Internal(String),
}

/// A refusal.
pub(crate) fn denied(code: &str, reason: impl Into<String>) -> Denied {
    Denied { code: code.to_owned(), reason: reason.into() }
}
