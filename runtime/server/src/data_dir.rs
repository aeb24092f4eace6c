//! The data directory: its lock, its keys, its token, and the file that says where the live server is.
//!
//! ```text
//! DIR/server.lock     held by whoever works on the directory
//! DIR/server.json     where the live server is (0600; gone after a clean stop)
//! DIR/admin.token     the first token (0600)
//! DIR/keys/…          keys made once (0600)
//! DIR/database.kind   sqlite or postgresql
//! DIR/cache/          compiled plugins
//! DIR/throughline.db  SQLite, where no other database is named
//! DIR/blobs/          large values
//! DIR/demo/           the simulators' own state
//! ```

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{CliError, Result, codes};

/// What stands in front of the first token's 32 random bytes.
const TOKEN_PREFIX: &str = "tla_";

/// `DIR/server.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ServerFile {
    /// `http://127.0.0.1:8790`
    pub(crate) url: String,
    /// Process id.
    pub(crate) pid: u32,
    /// RFC 3339, UTC.
    pub(crate) started_at: String,
}

/// A data directory, not yet locked.
#[derive(Clone, Debug)]
pub(crate) struct DataDir {
    root: PathBuf,
}

/// Sole right to a data directory, until dropped.
#[derive(Debug)]
pub(crate) struct Locked {
    dir: DataDir,
    _file: File,
}

/// Who has the lock.
pub(crate) enum Holder {
    /// A server that answers at this URL.
    Server(ServerFile),
    /// A command, or a server that is starting or stopping.
    Other,
}

fn unusable(path: &Path, error: &std::io::Error) -> CliError {
    CliError::unavailable(
        codes::DATA_DIR,
        format!("the data directory cannot be used: {}: {error}", path.display()),
    )
    .hint("name another one with --data, or make this one writable for this user")
}

impl DataDir {
    /// A directory that may not exist yet.
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.root
    }

    /// A path in it.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// True if something was ever started here.
    pub(crate) fn exists(&self) -> bool {
        self.join("server.lock").exists()
    }

    /// Makes the directory, for its owner only, and takes its lock; the holder where somebody else has it.
    pub(crate) fn try_lock(&self) -> Result<Result<Locked, Holder>> {
        private_dir(&self.root)?;
        let path = self.join("server.lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| unusable(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Ok(Locked { dir: self.clone(), _file: file })),
            Err(TryLockError::WouldBlock) => {
                Ok(Err(self.server_file().map_or(Holder::Other, Holder::Server)))
            }
            Err(TryLockError::Error(error)) => Err(unusable(&path, &error)),
        }
    }

    /// Takes the lock, or says who has it.
    pub(crate) fn lock(&self) -> Result<Locked> {
        match self.try_lock()? {
            Ok(locked) => Ok(locked),
            Err(Holder::Server(server)) => Err(CliError::unavailable(
                codes::SERVER_LIVES,
                format!("a server already works on {}: pid {}, {}", self.root.display(), server.pid, server.url),
            )
            .hint("stop it first, or name another directory with --data; other commands speak to it by themselves")),
            Err(Holder::Other) => Err(self.in_use()),
        }
    }

    /// Looks who holds the lock of a directory that is there, without making anything.
    pub(crate) fn try_lock_if_there(&self) -> Result<Option<ServerFile>> {
        match self.exists().then(|| self.try_lock()).transpose()? {
            None | Some(Ok(_)) => Ok(None),
            Some(Err(Holder::Server(server))) => Ok(Some(server)),
            Some(Err(Holder::Other)) => Err(self.in_use()),
        }
    }

    /// The error of a lock that some command holds.
    pub(crate) fn in_use(&self) -> CliError {
        CliError::unavailable(codes::LOCKED, format!("another command works on {}", self.root.display()))
            .hint("wait until it is done and try again")
    }

    /// Which kind of database the directory goes with, once something was started here.
    pub(crate) fn known_database(&self) -> Option<String> {
        let known = std::fs::read_to_string(self.join("database.kind")).ok()?;
        Some(known.trim().to_owned()).filter(|kind| !kind.is_empty())
    }

    /// The error of settings that name another kind of database than the directory goes with.
    pub(crate) fn other_database(&self, known: &str, kind: &str) -> CliError {
        let message = format!("{} goes with {known}, but the settings name {kind}", self.root.display());
        CliError::usage(codes::OTHER_DATABASE, message).hint(
            "name the database in DIR/throughline.toml or THROUGHLINE_DATABASE_URL, so that every command finds it",
        )
    }

    /// What the live server wrote; only meaningful while the lock is held by another.
    pub(crate) fn server_file(&self) -> Option<ServerFile> {
        serde_json::from_slice(&std::fs::read(self.join("server.json")).ok()?).ok()
    }

    /// The first token, made by the first start.
    pub(crate) fn admin_token(&self) -> Result<String> {
        let path = self.join("admin.token");
        let text = read_private(&path)?.ok_or_else(|| {
            CliError::unavailable(codes::KEY_FILE, format!("{} is not there", path.display()))
                .hint("it is made by the first `throughline serve` on this directory")
        })?;
        let token = text.trim().to_owned();
        let good = token
            .strip_prefix(TOKEN_PREFIX)
            .is_some_and(|rest| rest.len() == 64 && hex::decode(rest).is_ok());
        if good {
            Ok(token)
        } else {
            Err(CliError::refused(codes::KEY_FILE, format!("{} does not hold a token", path.display()))
                .hint("remove the file; the next start makes a new one"))
        }
    }
}

impl Locked {
    /// The directory.
    pub(crate) fn dir(&self) -> &DataDir {
        &self.dir
    }

    /// Writes `server.json`.
    pub(crate) fn announce(&self, server: &ServerFile) -> Result<()> {
        let text = serde_json::to_vec_pretty(server).unwrap_or_default();
        write_private(&self.dir.join("server.json"), &text)
    }

    /// Removes `server.json`.
    pub(crate) fn withdraw(&self) {
        drop(std::fs::remove_file(self.dir.join("server.json")));
    }

    /// Notes which kind of database the directory goes with. A command that forgets to name the server's
    /// database must not quietly begin an empty one.
    pub(crate) fn remember_database(&self, kind: &str) -> Result<()> {
        match self.dir.known_database() {
            Some(known) if known == kind => Ok(()),
            Some(known) => Err(self.dir.other_database(&known, kind)),
            None => write_private(&self.dir.join("database.kind"), format!("{kind}\n").as_bytes()),
        }
    }

    /// The first token; made if it is not there.
    pub(crate) fn ensure_admin_token(&self) -> Result<String> {
        let path = self.dir.join("admin.token");
        if !path.exists() {
            let token = format!("{TOKEN_PREFIX}{}", hex::encode(random::<32>()?));
            write_private(&path, format!("{token}\n").as_bytes())?;
        }
        self.dir.admin_token()
    }

    /// The folder of keys.
    pub(crate) fn ensure_keys(&self) -> Result<PathBuf> {
        let keys = self.dir.join("keys");
        private_dir(&keys)?;
        Ok(keys)
    }

    /// A key of 32 bytes under `keys/`; made once.
    pub(crate) fn ensure_key(&self, name: &str) -> Result<[u8; 32]> {
        let keys = self.ensure_keys()?;
        let path = keys.join(format!("{name}.key"));
        if !path.exists() {
            write_private(&path, format!("{}\n", hex::encode(random::<32>()?)).as_bytes())?;
        }
        let text = read_private(&path)?.unwrap_or_default();
        let bytes = hex::decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(|| {
            CliError::refused(
                codes::KEY_FILE,
                format!("{} does not hold a key of 32 bytes in hex", path.display()),
            )
            .hint(
                "restore it from a backup: with another key, remote systems cannot recognise repeated writes",
            )
        })
    }

    /// A text under `keys/`; made once by `make`.
    pub(crate) fn ensure_text(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<String>,
    ) -> Result<(PathBuf, String)> {
        let path = self.ensure_keys()?.join(name);
        if !path.exists() {
            write_private(&path, format!("{}\n", make()?).as_bytes())?;
        }
        let text = read_private(&path)?.unwrap_or_default().trim().to_owned();
        Ok((path, text))
    }
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    #[expect(clippy::disallowed_methods, reason = "the server is where randomness comes from")]
    getrandom::fill(&mut bytes).map_err(|error| {
        CliError::unavailable(codes::INTERNAL, format!("no randomness from the system: {error}"))
    })?;
    Ok(bytes)
}

/// Makes a directory with mode 0700, and its parents.
pub(crate) fn private_dir(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| unusable(path, &error))
}

/// Writes a file with mode 0600: whole, flushed, then put in place.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let fresh = path.with_extension("new");
        drop(std::fs::remove_file(&fresh));
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fail::fail_point!("server.before_private_rename", |_| std::process::abort());
        std::fs::rename(&fresh, path)?;
        fail::fail_point!("server.after_private_rename", |_| std::process::abort());
        path.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
    };
    write().map_err(|error| unusable(path, &error))
}

/// Reads a file that only its owner may read; nothing where it is not there.
pub(crate) fn read_private(path: &Path) -> Result<Option<String>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(path, &error)),
    };
    let mode = file.metadata().map_err(|error| unusable(path, &error))?.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(CliError::refused(
            codes::KEY_FILE,
            format!("{} can be read by others (mode {mode:o})", path.display()),
        )
        .hint(format!(
            "chmod 600 {}; if others may have read it, remove it and start again",
            path.display()
        )));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|error| unusable(path, &error))?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_lock_names_its_holder() {
        let temp = tempfile::tempdir().unwrap();
        let dir = DataDir::new(&temp.path().join("a b"));
        let held = dir.lock().unwrap();
        assert_eq!(dir.lock().unwrap_err().code, codes::LOCKED);
        let server = ServerFile { url: "http://127.0.0.1:1".into(), pid: 42, started_at: String::new() };
        held.announce(&server).unwrap();
        let error = dir.lock().unwrap_err();
        assert_eq!(error.code, codes::SERVER_LIVES);
        assert!(error.message.contains("pid 42, http://127.0.0.1:1"), "{error}");
        drop(held);
        assert!(dir.lock().is_ok(), "a file left by a killed server holds nobody up");
    }

    #[test]
    fn a_directory_keeps_its_kind_of_database() {
        let temp = tempfile::tempdir().unwrap();
        let held = DataDir::new(temp.path()).lock().unwrap();
        held.remember_database("postgresql").unwrap();
        held.remember_database("postgresql").unwrap();
        assert_eq!(held.remember_database("sqlite").unwrap_err().code, codes::OTHER_DATABASE);
    }

    #[test]
    fn tokens_and_keys_are_made_once_and_are_private() {
        let temp = tempfile::tempdir().unwrap();
        let dir = DataDir::new(temp.path());
        let held = dir.lock().unwrap();
        let token = held.ensure_admin_token().unwrap();
        assert_eq!(held.ensure_admin_token().unwrap(), token);
        let key = held.ensure_key("workspace").unwrap();
        assert_eq!(held.ensure_key("workspace").unwrap(), key);
        for file in ["admin.token", "keys/workspace.key"] {
            let mode = std::fs::metadata(dir.join(file)).unwrap().mode() & 0o777;
            assert_eq!(mode, 0o600, "{file}");
        }
        std::fs::set_permissions(dir.join("admin.token"), std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(dir.admin_token().unwrap_err().code, codes::KEY_FILE);
    }
}
