//! What can go wrong in the store. Each code has a page under `docs/errors`.

use std::path::PathBuf;

/// Result of a store function.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why the store refused or failed. The text says what to do; [`StoreError::code`] finds the page.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the data directory.
    #[error(
        "the data directory {path} is already open by process {pid}: stop that server, or give another --data"
    )]
    Locked {
        /// Data directory.
        path: PathBuf,
        /// What the lock file says.
        pid: String,
    },
    /// The SQLite library in this binary is too old.
    #[error(
        "the SQLite in this binary is {found}; 3.51.3 or newer is needed: build with the locked dependencies"
    )]
    SqliteTooOld {
        /// Its version.
        found: String,
    },
    /// The database file is not a sound SQLite database.
    #[error("the database file {path} is damaged ({detail}): restore a backup; the file was left as it is")]
    Corrupt {
        /// Database file.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// The database was written by a newer release.
    #[error("the database is at migration {found}, this release knows {known}: use the newer release")]
    Newer {
        /// Newest migration in the database.
        found: i64,
        /// Newest migration of this binary.
        known: i64,
    },
    /// PostgreSQL is set up so that committed data can be lost.
    #[error("PostgreSQL has {setting} = {value}, which can lose committed runs: set it to on")]
    UnsafeSetting {
        /// Setting.
        setting: String,
        /// Its value.
        value: String,
    },
    /// The database cannot be reached; what was sent may or may not have been committed.
    #[error("the database does not answer ({0}): it is tried again by itself; check that it runs")]
    Unavailable(String),
    /// The disk is full; nothing of this call was kept.
    #[error("the disk of the database is full: free space; nothing of this call was kept")]
    Full,
    /// A write to the disk failed: what the operating system kept is unknown until a restart.
    #[error("writing to the disk failed ({0}): the server stops; check the disk, then start again")]
    Failed(String),
    /// A rule of the schema refused the row.
    #[error("the database refused a row: {0}")]
    Refused(String),
    /// Another workflow of the workspace listens on this webhook path, shows a form there, or has the mail address.
    #[error(
        "the path or address `{path}` belongs to workflow `{workflow}`: choose another or unpublish that one"
    )]
    PathTaken {
        /// Path of a webhook or a form, or mail address.
        path: String,
        /// Workflow that has it.
        workflow: String,
    },
    /// An active row of the same name exists.
    #[error("{what} `{name}` exists already: choose another name or delete that one")]
    NameTaken {
        /// Kind of thing.
        what: &'static str,
        /// Name.
        name: String,
    },
    /// A page cursor that no page gave.
    #[error("the page cursor `{0}` is not one this server gave: start again from the first page")]
    BadCursor(String),
    /// A blob is not where its row says.
    #[error("blob {0} is missing from the blob store: restore it from a backup")]
    BlobMissing(String),
    /// A blob's bytes do not have its hash.
    #[error("blob {0} is damaged in the blob store: restore it from a backup")]
    BlobDamaged(String),
    /// The store was closed.
    #[error("the store is closed: the server is shutting down")]
    Closed,
    /// A migration failed.
    #[error("migration {version} failed ({detail}): the database stays at the one before; report this")]
    Migration {
        /// Version.
        version: i64,
        /// What the engine said.
        detail: String,
    },
    /// A read took too long.
    #[error("a read of the database took longer than {0} ms and was stopped: narrow the question")]
    Slow(u64),
    /// A folder or file of the data directory cannot be used.
    #[error("{path} cannot be used ({detail}): check that it exists and may be written")]
    Directory {
        /// Folder or file.
        path: PathBuf,
        /// What the operating system said.
        detail: String,
    },
    /// The database said something else.
    #[error("the database failed: {0}")]
    Database(String),
    /// A stored value cannot be read back.
    #[error("a stored value cannot be read ({0}): the database was changed from outside, or this is a fault")]
    Unreadable(String),
    /// State of a plugin beyond its limits.
    #[error("plugin state of `{scope}` is full ({detail}): 256 keys of 64 KiB each are allowed")]
    StateFull {
        /// State scope.
        scope: String,
        /// Which limit.
        detail: String,
    },
    /// A workspace id that is not well formed.
    #[error(
        "`{0}` is not a workspace id: use 1 to 63 of a-z, 0-9, `-` and `_`, starting with a letter or digit"
    )]
    BadWorkspace(String),
    /// Something kept changing under the call.
    #[error("{0} was changed by somebody else at the same time: try again")]
    Busy(&'static str),
    /// The named row does not exist.
    #[error("there is no {what} `{name}`")]
    Missing {
        /// Kind of thing.
        what: &'static str,
        /// Name or id.
        name: String,
    },
}

impl StoreError {
    /// `TL05xx`, a page under `docs/errors`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Locked { .. } => "TL0501",
            Self::SqliteTooOld { .. } => "TL0502",
            Self::Corrupt { .. } => "TL0503",
            Self::Newer { .. } => "TL0504",
            Self::UnsafeSetting { .. } => "TL0505",
            Self::Unavailable(_) => "TL0506",
            Self::Full => "TL0507",
            Self::Failed(_) => "TL0508",
            Self::Refused(_) => "TL0509",
            Self::PathTaken { .. } => "TL0510",
            Self::NameTaken { .. } => "TL0511",
            Self::BadCursor(_) => "TL0512",
            Self::BlobMissing(_) => "TL0513",
            Self::BlobDamaged(_) => "TL0514",
            Self::Closed => "TL0515",
            Self::Migration { .. } => "TL0516",
            Self::Slow(_) => "TL0517",
            Self::Directory { .. } => "TL0518",
            Self::Database(_) => "TL0519",
            Self::Unreadable(_) => "TL0520",
            Self::StateFull { .. } => "TL0521",
            Self::BadWorkspace(_) => "TL0522",
            Self::Busy(_) => "TL0523",
            Self::Missing { .. } => "TL0524",
        }
    }
}
