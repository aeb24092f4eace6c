//! Failures: a closed kind that drives the engine, an open code for people and branches.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

/// A result of connector code.
pub type Result<T, E = Fail> = std::result::Result<T, E>;

/// What the engine does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailKind {
    /// Never retried; shown on the form.
    InvalidInput(Vec<FieldIssue>),
    /// The runner refreshes the credential once and calls again; then a person reconnects.
    AuthExpired,
    /// The missing scope or role, if known. Never retried.
    PermissionDenied(Option<String>),
    /// The record is not there.
    NotFound,
    /// The record moved (409, 412).
    Conflict,
    /// Wait this many milliseconds; burns no attempt.
    RateLimited(Option<u64>),
    /// Retried by policy if the effect allows it, after at least this many milliseconds.
    Transient(Option<u64>),
    /// An unsafe request may have landed: `reconcile` is asked, then a person.
    OutcomeUnknown,
    /// Not retried.
    Permanent,
    /// The connector does not have it.
    Unsupported,
    /// The call was cancelled.
    Cancelled,
}

impl FailKind {
    /// The kind's word in logs and test reports.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::InvalidInput(_) => "invalid-input",
            Self::AuthExpired => "auth-expired",
            Self::PermissionDenied(_) => "permission-denied",
            Self::NotFound => "not-found",
            Self::Conflict => "conflict",
            Self::RateLimited(_) => "rate-limited",
            Self::Transient(_) => "transient",
            Self::OutcomeUnknown => "outcome-unknown",
            Self::Permanent => "permanent",
            Self::Unsupported => "unsupported",
            Self::Cancelled => "cancelled",
        }
    }
}

/// One problem with an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldIssue {
    /// JSON Pointer into the input; empty for the whole of it.
    pub path: String,
    /// What is wrong, for the workflow's owner.
    pub message: String,
}

/// Whose fault a failure is: decides who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The other system.
    Remote,
    /// This connector.
    Connector,
    /// The runner, or the workflow itself.
    Host,
}

/// Why a call failed.
#[derive(Clone, PartialEq)]
pub struct Fail(Box<Inner>);

#[derive(Clone, PartialEq)]
struct Inner {
    kind: FailKind,
    code: Cow<'static, str>,
    message: String,
    origin: Origin,
    http_status: Option<u16>,
    remote_request_id: Option<String>,
    detail: Option<Value>,
    settled: bool,
}

impl Fail {
    /// A failure of any kind. `code` is dotted and the connector's own: `acme.list_archived`.
    pub fn new(kind: FailKind, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            code: code.into(),
            message: message.into(),
            origin: Origin::Remote,
            http_status: None,
            remote_request_id: None,
            detail: None,
            settled: false,
        }))
    }

    /// The input is wrong at `path`, a JSON Pointer.
    pub fn invalid(path: impl Into<String>, message: impl Into<String>) -> Self {
        let message = message.into();
        let issue = FieldIssue { path: path.into(), message: message.clone() };
        Self::new(FailKind::InvalidInput(vec![issue]), "input.invalid", message).origin(Origin::Host)
    }

    /// The record moved, or exists already.
    pub fn conflict(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(FailKind::Conflict, code, message)
    }

    /// The record is not there.
    pub fn not_found(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(FailKind::NotFound, code, message)
    }

    /// Not worth trying again.
    pub fn permanent(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(FailKind::Permanent, code, message)
    }

    /// Worth trying again, after at least `after_ms` milliseconds if given.
    pub fn transient(
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
        after_ms: Option<u64>,
    ) -> Self {
        Self::new(FailKind::Transient(after_ms), code, message)
    }

    /// The remote asks to wait.
    pub fn rate_limited(message: impl Into<String>, after_ms: Option<u64>) -> Self {
        Self::new(FailKind::RateLimited(after_ms), "http.rate_limited", message)
    }

    /// The credential may not do this.
    pub fn permission_denied(missing: Option<String>, message: impl Into<String>) -> Self {
        Self::new(FailKind::PermissionDenied(missing), "http.permission_denied", message)
    }

    /// A write may have landed.
    pub fn outcome_unknown(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(FailKind::OutcomeUnknown, code, message)
    }

    /// The connector does not have this operation.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(FailKind::Unsupported, "sdk.unsupported", message).origin(Origin::Connector)
    }

    /// Says whose fault it is; the remote's unless said.
    #[must_use]
    pub fn origin(mut self, origin: Origin) -> Self {
        self.0.origin = origin;
        self
    }

    /// Adds the status of the remote's answer.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.0.http_status = Some(status);
        self
    }

    /// Adds the remote's own id of the request.
    #[must_use]
    pub fn request_id(mut self, id: Option<String>) -> Self {
        self.0.remote_request_id = id;
        self
    }

    /// Adds anything else worth keeping.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.0.detail = Some(detail);
        self
    }

    /// Promises that nothing was written although the remote answered a write with success, as services do
    /// that say `200 {"ok": false}`. Without it such a failure becomes outcome-unknown.
    #[must_use]
    pub fn nothing_written(mut self) -> Self {
        self.0.settled = true;
        self
    }

    /// The kind.
    pub fn kind(&self) -> &FailKind {
        &self.0.kind
    }

    /// The dotted code.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// Words for the workflow's owner.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Whose fault.
    pub fn whose(&self) -> Origin {
        self.0.origin
    }

    /// Status of the remote's answer.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The remote's own id of the request.
    pub fn remote_request_id(&self) -> Option<&str> {
        self.0.remote_request_id.as_deref()
    }

    /// Anything else worth keeping.
    pub fn more(&self) -> Option<&Value> {
        self.0.detail.as_ref()
    }

    /// The same failure after a write that landed, or may have: another attempt would write twice.
    pub(crate) fn after_write(mut self) -> Self {
        if !self.0.settled && self.0.kind != FailKind::OutcomeUnknown {
            self.0.message = format!("the write was answered, then: {}", self.0.message);
            self.0.kind = FailKind::OutcomeUnknown;
        }
        self
    }
}

impl fmt::Debug for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({:?}): {}", self.0.kind.word(), self.0.code, self.0.origin, self.0.message)
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Fail {}
