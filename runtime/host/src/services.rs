//! What the host needs from outside: secrets, blobs, state, time and randomness.
//!
//! The server wires the real ones; [`memory`] has simple ones that keep everything in the process.

pub mod memory;

use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use throughline_domain::time::Timestamp;

use crate::secret::{Secret, SecretRef};

/// Everything the host asks others for.
#[derive(Clone)]
pub struct Services {
    /// Resolves secret references.
    pub secrets: Arc<dyn SecretSource>,
    /// Keeps files and large bodies.
    pub blobs: Arc<dyn BlobStore>,
    /// Reads state that earlier calls left.
    pub state: Arc<dyn StateStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Services").finish_non_exhaustive()
    }
}

/// A service could not do its work; the words go to the operator, and must not carry a secret.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ServiceError {
    /// It is not there.
    #[error("{0}")]
    NotFound(String),
    /// It is there, but may not be used.
    #[error("{0}")]
    Refused(String),
    /// Something broke.
    #[error("{0}")]
    Broken(String),
}

/// The time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Random bytes for guests.
pub trait Entropy: Send + Sync {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// What a secret is needed for. Whoever keeps secrets refuses every use that one is not bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretUse<'a> {
    /// It leaves the process, in a request to this origin: `https://crm.example.com`.
    Send {
        /// As an URL's origin is written.
        origin: &'a str,
    },
    /// It signs what a connector is about to send; the value stays here, and the connector learns a signature.
    Sign {
        /// The one origin the connection is bound to, if it is.
        origin: Option<&'a str>,
    },
    /// It proves what came in.
    Inbound,
}

/// Turns a reference into a secret.
pub trait SecretSource: Send + Sync {
    /// Reads the secret anew at each call, so that a rotated one is used at once. The workspace and the use are told
    /// so that the source itself can refuse: no caller is trusted to have checked.
    fn resolve<'a>(
        &'a self,
        workspace: &'a str,
        reference: &'a SecretRef,
        wanted: SecretUse<'a>,
    ) -> BoxFuture<'a, Result<Secret, ServiceError>>;
}

/// Whose state a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateScope {
    /// The trigger of one workflow.
    Trigger,
    /// The connection.
    Connection,
}

/// The owner of a set of state keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StateOwner {
    /// Tenant.
    pub workspace: String,
    /// Connector id.
    pub connector: String,
    /// What kind of owner.
    pub scope: StateScope,
    /// Trigger or connection id.
    pub id: String,
}

/// Reads state. Writing is the engine's: it commits [`StateWrite`](crate::StateWrite)s with the outcome.
pub trait StateStore: Send + Sync {
    /// JSON text of a key.
    fn get<'a>(
        &'a self,
        owner: &'a StateOwner,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, ServiceError>>;

    /// All keys of an owner, at most 256.
    fn keys<'a>(&'a self, owner: &'a StateOwner) -> BoxFuture<'a, Result<Vec<String>, ServiceError>>;
}

/// What is known of a blob without reading it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobInfo {
    /// The text that stands in JSON as `{"$blob": "…"}`.
    pub reference: String,
    /// Bytes.
    pub size: u64,
    /// Media type.
    pub media_type: String,
    /// File name, if known.
    pub name: Option<String>,
}

/// Keeps blobs, apart for each workspace.
pub trait BlobStore: Send + Sync {
    /// Looks a reference up.
    fn open<'a>(
        &'a self,
        workspace: &'a str,
        reference: &'a str,
    ) -> BoxFuture<'a, Result<BlobInfo, ServiceError>>;

    /// Reads up to `len` bytes from `offset`; fewer only at the end.
    fn read<'a>(
        &'a self,
        workspace: &'a str,
        reference: &'a str,
        offset: u64,
        len: u32,
    ) -> BoxFuture<'a, Result<Bytes, ServiceError>>;

    /// Starts a new blob.
    fn create<'a>(
        &'a self,
        workspace: &'a str,
        media_type: &'a str,
        name: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Box<dyn BlobSink>, ServiceError>>;
}

/// A blob being written. Dropped unfinished, nothing remains.
pub trait BlobSink: Send + Sync {
    /// Adds bytes.
    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, Result<(), ServiceError>>;

    /// Ends it and gives its reference.
    fn finish(self: Box<Self>) -> BoxFuture<'static, Result<BlobInfo, ServiceError>>;
}
