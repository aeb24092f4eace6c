//! Failures of attempts, split by consequence: what the engine does next, not where it came from.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Why an attempt failed. The closed kinds drive the engine; `code` is open and fine-grained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// What the engine does next.
    pub kind: FailureKind,
    /// Dotted code of the connector (`acme.list_archived`) or a `TL…` code of the runner.
    pub code: String,
    /// Words for the workflow's owner.
    pub message: String,
    /// Whose fault.
    pub origin: Origin,
    /// HTTP status of the remote's answer, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// The remote's own id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote_request_id: Option<String>,
    /// Anything else worth keeping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Value>,
}

/// The closed taxonomy of the connector contract, plus what only the runner can say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum FailureKind {
    /// Never retried; each issue names a JSON Pointer into the input.
    InvalidInput {
        /// The problems.
        issues: Vec<FieldIssue>,
    },
    /// The credential expired: reconnect.
    AuthExpired,
    /// The credential may not do this.
    PermissionDenied {
        /// The missing scope or role, if known.
        missing: Option<String>,
    },
    /// The record is not there.
    NotFound,
    /// The record moved.
    Conflict,
    /// Wait; burns no attempt.
    RateLimited {
        /// Milliseconds the remote asked us to wait.
        after_ms: Option<u64>,
    },
    /// Retried by policy if the effect allows it.
    Transient {
        /// Milliseconds the remote asked us to wait.
        after_ms: Option<u64>,
    },
    /// An unsafe request may have landed.
    OutcomeUnknown,
    /// Not retried.
    Permanent,
    /// The connector does not have it.
    Unsupported,
    /// The call was cancelled.
    Cancelled,
    /// The plugin trapped or broke a limit; the connector's fault, counted for quarantine.
    Trap,
    /// The wall or processor time of the call ran out before anything was sent.
    TimedOut,
    /// The connector is quarantined or not installed: the step waits, nothing fails.
    Unavailable {
        /// Milliseconds until it is worth asking again.
        after_ms: Option<u64>,
    },
}

/// One problem with an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldIssue {
    /// JSON Pointer into the input.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

/// Whose fault a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The other system.
    Remote,
    /// The plugin.
    Connector,
    /// The runner, or the workflow itself.
    Host,
}

impl Failure {
    /// A failure of the runner or the workflow itself, not retried.
    pub fn permanent(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind: FailureKind::Permanent,
            code: code.into(),
            message: message.into(),
            origin: Origin::Host,
            http_status: None,
            remote_request_id: None,
            detail: None,
        }
    }
}
