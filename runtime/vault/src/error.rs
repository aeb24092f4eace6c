//! What can go wrong in the vault. Each code has a page under `docs/errors`; no message carries a secret.

use std::path::PathBuf;

use throughline_domain::time::Timestamp;
use throughline_store::StoreError;

/// Result of a function of the vault.
pub type Result<T, E = VaultError> = std::result::Result<T, E>;

/// Why the vault refused. The text says what to do; [`VaultError::code`] finds the page.
#[derive(Clone, Debug, thiserror::Error)]
pub enum VaultError {
    /// The database was made with a root key whose file is not here.
    #[error("root key {version} is not at {path}: put the file there that was saved apart from the backups")]
    KeyFileMissing {
        /// Version of the root key.
        version: u32,
        /// Where it should be.
        path: PathBuf,
    },
    /// Somebody but its owner may read or change the file.
    #[error(
        "{path} can be used by others (mode {mode:o}): chmod 600 it, and rotate the key if they may have read it"
    )]
    KeyFileOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A symbolic link, folder, pipe or device.
    #[error("{path} is not a regular file: put the key file itself there, not a link to it")]
    KeyFileKind {
        /// The path.
        path: PathBuf,
    },
    /// Another user's file.
    #[error("{path} belongs to user {owner}, the server runs as user {user}: chown it")]
    KeyFileOwner {
        /// The file.
        path: PathBuf,
        /// User id of its owner.
        owner: u32,
        /// User id of this process.
        user: u32,
    },
    /// Too large, too short, or something else.
    #[error("{path} does not hold a root key: put the file there that was saved apart from the backups")]
    KeyFileContent {
        /// The file.
        path: PathBuf,
    },
    /// A root key is never overwritten.
    #[error("{path} is there already: a root key is never overwritten")]
    KeyFileThere {
        /// The file.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("the key file {path} cannot be used: {detail}")]
    KeyFileIo {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        detail: String,
    },
    /// The file holds a root key, but not the one this database was made with.
    #[error("{path} holds root key {found}, this database goes with {expected}: put the right file there")]
    OtherRootKey {
        /// The file.
        path: PathBuf,
        /// Fingerprint of the key in the file.
        found: String,
        /// Fingerprint in the database.
        expected: String,
    },
    /// The bytes were changed, or belong to another place.
    #[error("{what} does not open: its row was changed or moved; restore a backup, or put the secret again")]
    Damaged {
        /// What was to be opened, without its content.
        what: String,
    },
    /// The operating system gave no random bytes.
    #[error("no random bytes from the system ({0}): nothing was stored")]
    NoRandom(String),
    /// A name, value or binding that cannot be taken.
    #[error("{0}")]
    Unfit(String),
    /// No secret of this name or id.
    #[error("there is no secret `{0}` in this workspace: put it first")]
    NoSuchSecret(String),
    /// A row names a key that is not there.
    #[error("{key} is not in the database, though a row names it: restore a backup")]
    NoSuchKey {
        /// Which key.
        key: String,
    },
    /// It may not be used where it was asked for.
    #[error("secret `{secret}` is bound to {bound_to}, not to {wanted}: put it again for that place")]
    BoundElsewhere {
        /// Name of the secret.
        secret: String,
        /// What it is bound to.
        bound_to: String,
        /// Where it was to be used.
        wanted: String,
    },
    /// Something still needs it.
    #[error("{what} is in use by {users}: nothing was changed")]
    InUse {
        /// A key or a secret.
        what: String,
        /// Rows or connections.
        users: String,
    },
    /// The newest backup still needs it.
    #[error("{key} is needed by every backup that began before {}: make a backup first", .since.to_rfc3339())]
    NoFreshBackup {
        /// Which key.
        key: String,
        /// When the last row left it.
        since: Timestamp,
    },
    /// Somebody else changed the keys meanwhile.
    #[error("{0} was changed by somebody else at the same time: try again")]
    Busy(String),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl VaultError {
    /// `TL08xx`, or the store's code; a page under `docs/errors`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::KeyFileMissing { .. } => "TL0801",
            Self::KeyFileOpen { .. } => "TL0802",
            Self::KeyFileKind { .. } => "TL0803",
            Self::KeyFileOwner { .. } => "TL0804",
            Self::KeyFileContent { .. } => "TL0805",
            Self::KeyFileThere { .. } => "TL0806",
            Self::KeyFileIo { .. } => "TL0807",
            Self::OtherRootKey { .. } => "TL0808",
            Self::Damaged { .. } => "TL0809",
            Self::NoRandom(_) => "TL0810",
            Self::Unfit(_) => "TL0811",
            Self::NoSuchSecret(_) => "TL0812",
            Self::NoSuchKey { .. } => "TL0813",
            Self::BoundElsewhere { .. } => "TL0814",
            Self::InUse { .. } => "TL0815",
            Self::NoFreshBackup { .. } => "TL0816",
            Self::Busy(_) => "TL0817",
            Self::Store(error) => error.code(),
        }
    }
}
