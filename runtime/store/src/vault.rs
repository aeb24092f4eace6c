//! What the vault keeps: fingerprints of root keys, wrapped keys of workspaces, sealed secrets. Nothing here can be read
//! without the root key, which is in no database.
//!
//! Every change that a rotation makes is conditional on what it read, so that one that was overtaken changes nothing.

pub(crate) mod root;
pub(crate) mod secret;
pub(crate) mod workspace;

use crate::Store;
use crate::error::{Result, StoreError};
use crate::writer::{Group, Outcome};

pub use root::RootKeyRow;
pub use secret::{NewSecret, SecretRow, SecretSummary, SecretUser, WrappedRow};
pub use workspace::{NewWorkspaceKey, RetiredKey, Rewrapped, WorkspaceKeyRow};

impl Store {
    /// True if the group was carried out; false if its condition did not hold, or if a foreign key refused it because
    /// somebody was faster.
    async fn commit_if(&self, group: Group) -> Result<bool> {
        match self.commit_group(group).await {
            Ok(Outcome::Committed(_)) => Ok(true),
            Ok(Outcome::Fenced | Outcome::Refused(_)) | Err(StoreError::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
