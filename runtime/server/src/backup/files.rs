//! Copying files with their hashes, flushed.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::manifest::FileNote;
use crate::data_dir::private_dir;
use crate::error::{CliError, Result, codes};

/// Bytes read at once.
const CHUNK: usize = 256 << 10;

/// Long work with files, on a thread that may wait.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| CliError::unavailable(codes::INTERNAL, format!("the copy died: {error}")))?
}

/// The operating system refused.
pub(crate) fn failed(path: &Path, error: &std::io::Error) -> CliError {
    CliError::unavailable(codes::BACKUP_FILES, format!("{}: {error}", path.display()))
        .hint("check space and permissions on both sides, and try again")
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()
}

/// Bytes and hash of a file.
pub(crate) fn hash(path: &Path) -> Result<(u64, String)> {
    let read = || -> std::io::Result<(u64, String)> {
        let (mut file, mut sha, mut bytes) = (File::open(path)?, Sha256::new(), 0);
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = file.read(&mut chunk)?;
            if read == 0 {
                return Ok((bytes, hex::encode(sha.finalize())));
            }
            sha.update(&chunk[..read]);
            bytes += read as u64;
        }
    };
    read().map_err(|error| failed(path, &error))
}

/// Copies a file that must not be there yet, for its owner only; `None`: it was removed meanwhile.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<Option<(u64, String)>> {
    let mut source = match File::open(from) {
        Ok(source) => source,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(from, &error)),
    };
    if let Some(folder) = to.parent() {
        private_dir(folder)?;
    }
    let mut write = || -> std::io::Result<(u64, String)> {
        let mut target = OpenOptions::new().create_new(true).write(true).mode(0o600).open(to)?;
        let (mut sha, mut bytes, mut chunk) = (Sha256::new(), 0, vec![0; CHUNK]);
        loop {
            let read = source.read(&mut chunk)?;
            if read == 0 {
                break;
            }
            sha.update(&chunk[..read]);
            target.write_all(&chunk[..read])?;
            bytes += read as u64;
        }
        target.sync_all()?;
        Ok((bytes, hex::encode(sha.finalize())))
    };
    write().map(Some).map_err(|error| failed(to, &error))
}

/// Regular files under a folder, as paths relative to it, in order. Links are not followed.
pub(crate) fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut found, mut open) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(relative) = open.pop() {
        let path = folder.join(&relative);
        let entries = match std::fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(&path, &error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| failed(&path, &error))?;
            let kind = entry.file_type().map_err(|error| failed(&path, &error))?;
            if kind.is_dir() {
                open.push(relative.join(entry.file_name()));
            } else if kind.is_file() {
                found.push(relative.join(entry.file_name()));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A folder that is made under another name, and gets its own when it is whole.
pub(crate) struct Fresh {
    /// Its own name, absolute.
    pub(crate) path: PathBuf,
    /// Where it is made.
    pub(crate) fresh: PathBuf,
}

impl Fresh {
    /// Beside its place, with another ending; `Err` says why it cannot be made: in the words of `left` if an earlier one
    /// stands there.
    pub(crate) fn beside(path: PathBuf, ending: &str, left: &str) -> Result<Self, String> {
        let mut name = path.file_name().ok_or("it names no folder")?.to_owned();
        name.push(ending);
        let fresh = path.with_file_name(name);
        if fresh.symlink_metadata().is_ok() {
            return Err(format!("{} is there: {left}", fresh.display()));
        }
        Ok(Self { path, fresh })
    }

    /// Gives it its name; an empty directory that has it gives way.
    pub(crate) fn keep(&self) -> std::io::Result<()> {
        sync_folder(&self.fresh)?;
        std::fs::rename(&self.fresh, &self.path)?;
        self.path.parent().map_or(Ok(()), sync_folder)
    }

    /// What was made of it is of no use to anybody.
    pub(crate) fn give_up(&self) {
        drop(std::fs::remove_dir_all(&self.fresh));
    }
}

/// What was copied from a data directory into a backup.
pub(crate) struct Copied<'a> {
    from: &'a Path,
    to: &'a Path,
    files: Vec<FileNote>,
}

impl<'a> Copied<'a> {
    pub(crate) fn new(from: &'a Path, to: &'a Path) -> Self {
        Self { from, to, files: Vec::new() }
    }

    /// A file that stands in the backup already.
    pub(crate) fn note_if_there(&mut self, name: &str) -> Result<()> {
        let path = self.to.join(name);
        if path.is_file() {
            let (bytes, sha256) = hash(&path)?;
            self.files.push(FileNote { path: name.to_owned(), bytes, sha256 });
        }
        Ok(())
    }

    pub(crate) fn file_if_there(&mut self, name: &str) -> Result<()> {
        if let Some((bytes, sha256)) = copy(&self.from.join(name), &self.to.join(name))? {
            self.files.push(FileNote { path: name.to_owned(), bytes, sha256 });
        }
        Ok(())
    }

    /// Every file of a folder.
    pub(crate) fn folder(&mut self, name: &str) -> Result<()> {
        for relative in walk(&self.from.join(name))? {
            self.file_if_there(&format!("{name}/{}", relative.display()))?;
        }
        self.synced(name)
    }

    /// The folder of blobs: each file's name is the hash of its bytes. One that is being written has another name.
    pub(crate) fn blobs(&mut self, name: &str) -> Result<()> {
        for relative in walk(&self.from.join(name))? {
            let hash = relative.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                continue;
            }
            let path = format!("{name}/{}", relative.display());
            self.file_if_there(&path)?;
            if self.files.last().is_some_and(|copied| copied.path == path && copied.sha256 != hash) {
                return Err(CliError::refused(codes::BACKUP_BROKEN, format!("{path} does not hold what its name says"))
                    .hint("the disk has changed it: restore that file from an older backup, then make this one again"));
            }
        }
        self.synced(name)
    }

    /// The names of what was copied are durable as well.
    fn synced(&self, name: &str) -> Result<()> {
        let root = self.to.join(name);
        let mut folders = vec![root.clone()];
        for relative in walk(&root)? {
            folders.extend(relative.ancestors().skip(1).map(|folder| root.join(folder)));
        }
        folders.sort();
        folders.dedup();
        for folder in folders.into_iter().filter(|folder| folder.is_dir()) {
            sync_folder(&folder).map_err(|error| failed(&folder, &error))?;
        }
        Ok(())
    }

    pub(crate) fn done(self) -> Vec<FileNote> {
        self.files
    }
}
