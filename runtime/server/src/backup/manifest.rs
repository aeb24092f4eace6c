//! `manifest.json`: what a backup is, and the hash of every file in it.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::files::{self, aside, hash, walk};
use crate::data_dir::write_private;
use crate::error::{CliError, Result, codes};

/// Name of the file.
pub(crate) const FILE: &str = "manifest.json";
/// The form this program writes and reads.
pub(crate) const FORMAT: u32 = 1;
/// Largest manifest that is read.
const MAX_BYTES: u64 = 1 << 30;

/// What a backup is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Form of the folder.
    pub(crate) format: u32,
    /// The database knows it by this id.
    pub(crate) backup_id: String,
    /// Everything committed before is in it.
    pub(crate) began_at: String,
    /// Version of the program that made it.
    pub(crate) program: String,
    /// `sqlite` or `postgresql`.
    pub(crate) database: String,
    /// Version of the schema.
    pub(crate) schema_version: i64,
    /// Which life of the data it is of.
    pub(crate) incarnation: String,
    /// Keys it cannot be restored without; what they are, not the keys.
    pub(crate) keys: Vec<KeyNote>,
    /// They are in `keys/` all the same.
    pub(crate) keys_included: bool,
    /// Every other file.
    pub(crate) files: Vec<FileNote>,
}

/// A key that a backup needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyNote {
    /// Its file in `DIR/keys`.
    pub(crate) file: String,
    /// Names the key without giving anything of it away.
    pub(crate) fingerprint: String,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileNote {
    /// Relative to the backup.
    pub(crate) path: String,
    /// Its bytes.
    pub(crate) bytes: u64,
    /// Their hash.
    pub(crate) sha256: String,
}

/// The folder is no backup, or not the one that was made.
pub(crate) fn broken(folder: &Path, why: impl std::fmt::Display) -> CliError {
    CliError::refused(codes::BACKUP_BROKEN, format!("{} is not a whole backup: {why}", folder.display()))
        .hint("use another backup; this one was changed, cut off, or copied in part")
}

impl Manifest {
    /// Files and their bytes.
    pub(crate) fn size(&self) -> (u64, u64) {
        (self.files.len() as u64, self.files.iter().map(|file| file.bytes).sum())
    }

    /// Writes it, flushed; gives its hash.
    pub(crate) fn write(&self, folder: &Path) -> Result<String> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|error| CliError::refused(codes::INTERNAL, format!("the manifest: {error}")))?;
        write_private(&folder.join(FILE), &text)?;
        Ok(hex::encode(Sha256::digest(&text)))
    }

    /// Reads the manifest of a backup, and nothing else of it.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let bytes = std::fs::metadata(&path).map_or(0, |file| file.len());
        if bytes == 0 || bytes > MAX_BYTES {
            return Err(broken(folder, "it has no manifest.json"));
        }
        let text = std::fs::read(&path).map_err(|error| files::failed(&path, &error))?;
        let manifest: Self = serde_json::from_slice(&text).map_err(|error| broken(folder, error))?;
        if manifest.format != FORMAT {
            let why = format!("its form is {}, this program reads {FORMAT}", manifest.format);
            return Err(broken(folder, why));
        }
        match manifest.files.iter().find(|file| !is_plain(&file.path)) {
            Some(file) => Err(broken(folder, format!("it names `{}`", file.path))),
            None => Ok(manifest),
        }
    }
}

/// A name in a manifest must not lead out of its folder.
fn is_plain(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

/// Reads every file of a backup and compares its hash; what the manifest does not name must not be there.
pub(crate) async fn verified(folder: &Path) -> Result<Manifest> {
    let folder = folder.to_owned();
    aside(move || {
        let manifest = Manifest::read(&folder)?;
        for file in &manifest.files {
            let path = folder.join(&file.path);
            if !path.symlink_metadata().is_ok_and(|found| found.is_file()) {
                return Err(broken(&folder, format!("{} is not there", file.path)));
            }
            if hash(&path)? != (file.bytes, file.sha256.clone()) {
                return Err(broken(&folder, format!("{} has other bytes than were written", file.path)));
            }
        }
        let named: BTreeSet<&str> = manifest.files.iter().map(|file| file.path.as_str()).collect();
        for relative in walk(&folder)? {
            let name = relative.to_string_lossy();
            if name != FILE && !named.contains(name.as_ref()) {
                return Err(broken(&folder, format!("{name} does not belong to it")));
            }
        }
        Ok(manifest)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(files: Vec<FileNote>) -> Manifest {
        Manifest {
            format: FORMAT,
            backup_id: "bkp_1".into(),
            began_at: String::new(),
            program: String::new(),
            database: "sqlite".into(),
            schema_version: 12,
            incarnation: String::new(),
            keys: Vec::new(),
            keys_included: false,
            files,
        }
    }

    #[tokio::test]
    async fn every_change_of_a_backup_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blobs/one");
        std::fs::create_dir(folder.path().join("blobs")).unwrap();
        std::fs::write(&path, "abc").unwrap();
        let (bytes, sha256) = hash(&path).unwrap();
        let file = FileNote { path: "blobs/one".into(), bytes, sha256 };
        manifest(vec![file.clone()]).write(folder.path()).unwrap();
        assert_eq!(verified(folder.path()).await.unwrap().size(), (1, 3));
        std::fs::write(&path, "abd").unwrap();
        assert_eq!(verified(folder.path()).await.unwrap_err().code, codes::BACKUP_BROKEN);
        std::fs::write(&path, "abc").unwrap();
        std::fs::write(folder.path().join("blobs/two"), "").unwrap();
        assert!(verified(folder.path()).await.unwrap_err().message.contains("blobs/two"));
        std::fs::remove_file(folder.path().join("blobs/two")).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(verified(folder.path()).await.unwrap_err().message.contains("is not there"));
        for bad in ["../x", "/etc/passwd", "", "a/../../b"] {
            let fresh = tempfile::tempdir().unwrap();
            manifest(vec![FileNote { path: bad.into(), ..file.clone() }]).write(fresh.path()).unwrap();
            assert_eq!(verified(fresh.path()).await.unwrap_err().code, codes::BACKUP_BROKEN, "{bad}");
        }
        assert_eq!(
            verified(tempfile::tempdir().unwrap().path()).await.unwrap_err().code,
            codes::BACKUP_BROKEN
        );
    }
}
