//! The keys that a backup goes with: named in it, kept apart from it.

use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};
use throughline_vault::RootFile;

use super::manifest::{KeyNote, Manifest};
use crate::data_dir::{DataDir, read_private};
use crate::error::{CliError, Result, codes};
use crate::stack::of_vault;

/// Makes idempotency keys: without it a run that goes on after a restore could repeat a write.
const WORKSPACE_KEY: &str = "workspace.key";

/// What the backup of a data directory needs.
pub(crate) fn needed(dir: &DataDir, root_keys: &Value) -> Result<Vec<KeyNote>> {
    let mut keys = Vec::new();
    if let Some(fingerprint) = of_workspace_key(&dir.join("keys"))? {
        keys.push(KeyNote { file: WORKSPACE_KEY.to_owned(), fingerprint });
    }
    for key in root_keys.as_array().into_iter().flatten() {
        let fingerprint = key["fingerprint"].as_str().unwrap_or_default().to_owned();
        keys.push(KeyNote { file: format!("root-{}.key", key["version"]), fingerprint });
    }
    Ok(keys)
}

/// Refuses a folder that does not hold every key the backup goes with.
pub(crate) fn check(manifest: &Manifest, folder: &Path) -> Result<()> {
    for key in &manifest.keys {
        let found = match version(&key.file) {
            None if key.file == WORKSPACE_KEY => of_workspace_key(folder)?,
            None => return Err(unfit(&format!("it names `{}`, which is no key", key.file))),
            Some(version) => {
                let read = RootFile::new(folder, version).read().map_err(of_vault)?;
                read.map(|read| read.fingerprint().to_string())
            }
        };
        let path = folder.join(&key.file);
        match found {
            Some(found) if found == key.fingerprint => {}
            Some(found) => {
                return Err(unfit(&format!(
                    "{} is key {found}, the backup goes with {}",
                    path.display(),
                    key.fingerprint
                )));
            }
            None => return Err(unfit(&format!("{} is not there", path.display()))),
        }
    }
    Ok(())
}

fn unfit(why: &str) -> CliError {
    CliError::refused(codes::BACKUP_KEYS, format!("the keys do not go with this backup: {why}"))
        .hint("name the folder where DIR/keys was saved with --keys; with other keys secrets do not open, and writes could be repeated")
}

/// `root-3.key`
fn version(file: &str) -> Option<u32> {
    file.strip_prefix("root-")?.strip_suffix(".key")?.parse().ok()
}

fn of_workspace_key(folder: &Path) -> Result<Option<String>> {
    let Some(text) = read_private(&folder.join(WORKSPACE_KEY))? else { return Ok(None) };
    let mut hash = Sha256::new();
    hash.update(b"throughline workspace.key fingerprint 1");
    hash.update(text.trim().as_bytes());
    Ok(Some(hex::encode(&hash.finalize()[..16])))
}
