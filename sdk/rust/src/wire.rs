//! The contract's HTTP types in plain Rust, the same for a guest and for tests.

/// A request as connector code makes it. Credentials are not in it: `auth` names a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// Upper-case method.
    pub method: String,
    /// Absolute URL.
    pub url: String,
    /// Headers in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: RequestBody,
    /// The slot the runner injects.
    pub auth: Option<String>,
    /// The response body goes into a blob of the runner instead of memory.
    pub into_blob: bool,
    /// Follow redirects within the same origin; otherwise none.
    pub follow: bool,
    /// Milliseconds; the runner's default where absent.
    pub timeout: Option<u64>,
}

/// A request's body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RequestBody {
    /// None.
    #[default]
    None,
    /// Text, UTF-8.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A blob of the call's input, by its reference.
    Blob(String),
}

/// A response. A status of 400 or more is a response too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpReply {
    /// Status.
    pub status: u16,
    /// URL after redirects.
    pub url: String,
    /// Headers in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Payload,
}

/// A response's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// In memory.
    Bytes(Vec<u8>),
    /// Kept by the runner.
    Blob(crate::reply::BlobRef),
}

/// Why there is no response. `maybe_sent`: request bytes left the runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpError {
    /// Host or method not granted, address refused, or unsafe in this mode.
    Denied(String),
    /// Name, connection or TLS failed: nothing was sent.
    Unreachable(String),
    /// The time ran out.
    Timeout {
        /// Request bytes left the runner.
        maybe_sent: bool,
    },
    /// The connection broke.
    Interrupted {
        /// Request bytes left the runner.
        maybe_sent: bool,
    },
    /// The response is larger than allowed.
    TooLarge,
    /// The slot has no usable credential.
    AuthUnavailable(String),
    /// The call made more requests than it may.
    BudgetExhausted,
    /// The call was cancelled.
    Cancelled,
    /// The runner failed.
    Internal(String),
}

/// A digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1, for remotes that still sign with it.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}
