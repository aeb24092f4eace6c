//! Goes on with replacements of keys that were begun, by whomever and whenever: what is to be done stands in the rows.

use std::sync::Arc;
use std::time::Duration;

use throughline_domain::time::Timestamp;
use throughline_store::Scope;
use throughline_vault::{Step, VaultError};
use tokio_util::sync::CancellationToken;

use crate::shared::Shared;

/// Between two looks for a replacement that goes on.
const EVERY: Duration = Duration::from_mins(1);
/// Between two batches: others write too.
const BETWEEN: Duration = Duration::from_millis(10);
/// Workspaces of one look.
const WORKSPACES: u32 = 1_000;

/// What turning keys on came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// Keys that were retired now.
    pub retired: u32,
    /// Keys wait for a backup that begins after this.
    pub awaiting_backup_since: Option<Timestamp>,
    /// It was left before everything was done; the sweep goes on.
    pub unfinished: bool,
    /// What could not be moved, in words: a row that was spoilt holds up no other, but keeps its key.
    pub damaged: Vec<String>,
}

/// Whose keys.
enum Keys<'a> {
    Root,
    Workspace(&'a Scope),
}

/// Looks at the start, then every minute.
pub(crate) async fn sweep_keys(shared: &Arc<Shared>, stop: &CancellationToken) {
    loop {
        match turn(shared, stop).await {
            Ok(turned) => {
                for words in turned.damaged {
                    tracing::error!(
                        error = words,
                        "a key cannot be retired: something it wraps does not open"
                    );
                }
            }
            Err(error) => tracing::warn!(%error, "replacing keys failed; trying again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Takes every step that can be taken now: root keys first, since one that must not be trusted any longer is to be
/// out of use soon.
pub(crate) async fn turn(shared: &Shared, stop: &CancellationToken) -> Result<Turned, VaultError> {
    let backup_at = shared.store.fresh_backup_at().await?;
    let mut turned = Turned::default();
    advance(shared, &Keys::Root, backup_at, &mut turned, stop).await?;
    for scope in shared.store.rotating_workspaces_all(WORKSPACES).await? {
        advance(shared, &Keys::Workspace(&scope), backup_at, &mut turned, stop).await?;
    }
    Ok(turned)
}

/// Steps until nothing is left to do now.
async fn advance(
    shared: &Shared,
    keys: &Keys<'_>,
    backup_at: Option<Timestamp>,
    turned: &mut Turned,
    stop: &CancellationToken,
) -> Result<(), VaultError> {
    loop {
        if stop.is_cancelled() {
            turned.unfinished = true;
            return Ok(());
        }
        let taken = match keys {
            Keys::Root => shared.vault.step_root(backup_at).await,
            Keys::Workspace(scope) => shared.vault.step_workspace(scope, backup_at).await,
        };
        match taken {
            Ok(Step::Done) => return Ok(()),
            Ok(Step::AwaitBackup { since, .. }) => {
                turned.awaiting_backup_since = turned.awaiting_backup_since.max(Some(since));
                return Ok(());
            }
            Ok(Step::Retire { .. }) => turned.retired += 1,
            Ok(Step::Rewrap { .. } | Step::NoteEmpty { .. }) => {}
            Err(error @ (VaultError::Damaged { .. } | VaultError::NoSuchKey { .. })) => {
                // The rest of its batch was moved; the next look tries again.
                turned.damaged.push(error.to_string());
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        tokio::time::sleep(BETWEEN).await;
    }
}
