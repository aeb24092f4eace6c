//! Secrets at rest. A root key outside the database wraps one key for each workspace, that one wraps a key for each
//! version of a secret, and that one seals the value.
//!
//! Every layer is authenticated with its context (purpose, workspace, secret, version, version of the wrapping key,
//! and for a value what it is bound to): bytes that were moved or changed do not open. Keys and values are wiped when
//! they are dropped, and `Debug` shows neither.

mod context;
mod envelope;
mod error;
mod key;
mod name;
mod random;
mod root_file;
mod roots;
mod rotate;
mod rotation;
mod seal;
mod value;
mod vault;

pub use envelope::{Label, SealedSecret, SealedWorkspaceKey};
pub use error::{Result, VaultError};
pub use key::{Fingerprint, RootKey, WorkspaceKey};
pub use name::{Binding, SecretName};
pub use random::Random;
pub use root_file::{MAX_FILE_BYTES, RootFile};
pub use rotate::BATCH;
pub use rotation::{KeyFacts, Step, next_step};
pub use value::{MAX_SECRET_BYTES, SecretValue};
pub use vault::{Opened, PutSecret, Vault};
