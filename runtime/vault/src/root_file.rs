//! The root key's file: for its owner's eyes only, written once, never overwritten.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::{Result, VaultError};
use crate::key::{KEY_BYTES, Key, RootKey};

/// Most bytes of the file. A larger one holds something else, and is not read.
pub const MAX_FILE_BYTES: u64 = 256;

/// Begins the file's one line, so that a token or another key in its place is refused, and scanners of text find it.
const PREFIX: &[u8] = b"tlrk_";

/// Permission bits that nobody but the owner may have, and that no key needs.
const FORBIDDEN_BITS: u32 = 0o7177;

/// Where one version of the root key is.
#[derive(Clone, Debug)]
pub struct RootFile {
    path: PathBuf,
    version: u32,
}

impl RootFile {
    /// `root-1.key` in the folder of keys.
    pub fn new(keys: &Path, version: u32) -> Self {
        Self { path: keys.join(format!("root-{version}.key")), version }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The key; `None` where there is no file. A file that others may use, or that is anything but a key, is refused.
    pub fn read(&self) -> Result<Option<RootKey>> {
        // Not a link, whose target somebody else may own, and without waiting for the other end of a pipe.
        let flags = (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK).bits().cast_signed();
        let file = match OpenOptions::new().read(true).custom_flags(flags).open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(_) if self.is_link() => return Err(VaultError::KeyFileKind { path: self.path.clone() }),
            Err(error) => return Err(self.io(&error)),
        };
        // Of what was opened, not of the path, which may have changed since.
        let facts = Facts::of(&file.metadata().map_err(|error| self.io(&error))?);
        facts.check(&self.path, rustix::process::geteuid().as_raw())?;
        let text = self.text(file)?;
        let key = decode(&text).ok_or_else(|| VaultError::KeyFileContent { path: self.path.clone() })?;
        Ok(Some(RootKey { version: self.version, key }))
    }

    /// Writes the file: whole and flushed before it has its name, and only where there is none.
    pub fn create(&self, key: &RootKey) -> Result<()> {
        let fresh = self.path.with_extension("new");
        // Of a start that was cut short. Nothing was ever wrapped with a key whose file has no name.
        drop(std::fs::remove_file(&fresh));
        let made = self.link(&fresh, key);
        drop(std::fs::remove_file(&fresh));
        made?;
        let parent = self.path.parent().unwrap_or(Path::new("."));
        File::open(parent).and_then(|folder| folder.sync_all()).map_err(|error| self.io(&error))
    }

    /// A link fails where its name is taken; a rename would replace what is there.
    fn link(&self, fresh: &Path, key: &RootKey) -> Result<()> {
        let mut file = OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(fresh)
            .map_err(|error| self.io(&error))?;
        file.write_all(&encode(key)).and_then(|()| file.sync_all()).map_err(|error| self.io(&error))?;
        std::fs::hard_link(fresh, &self.path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => VaultError::KeyFileThere { path: self.path.clone() },
            _ => self.io(&error),
        })
    }

    fn text(&self, file: File) -> Result<Zeroizing<Vec<u8>>> {
        // Room for all of it: a buffer that grows would leave a copy behind.
        let room = usize::try_from(MAX_FILE_BYTES).unwrap_or_default() + 1;
        let mut text = Zeroizing::new(Vec::with_capacity(room));
        file.take(MAX_FILE_BYTES).read_to_end(&mut text).map_err(|error| self.io(&error))?;
        Ok(text)
    }

    fn is_link(&self) -> bool {
        std::fs::symlink_metadata(&self.path).is_ok_and(|meta| meta.is_symlink())
    }

    fn io(&self, error: &std::io::Error) -> VaultError {
        VaultError::KeyFileIo { path: self.path.clone(), detail: error.to_string() }
    }
}

/// What is asked of the file before a byte of it is read.
struct Facts {
    is_file: bool,
    mode: u32,
    owner: u32,
    bytes: u64,
}

impl Facts {
    fn of(meta: &Metadata) -> Self {
        Self { is_file: meta.is_file(), mode: meta.mode() & 0o7777, owner: meta.uid(), bytes: meta.len() }
    }

    fn check(&self, path: &Path, user: u32) -> Result<()> {
        let path = path.to_owned();
        if !self.is_file {
            Err(VaultError::KeyFileKind { path })
        } else if self.owner != user {
            Err(VaultError::KeyFileOwner { path, owner: self.owner, user })
        } else if self.mode & FORBIDDEN_BITS != 0 {
            Err(VaultError::KeyFileOpen { path, mode: self.mode })
        } else if self.bytes > MAX_FILE_BYTES {
            Err(VaultError::KeyFileContent { path })
        } else {
            Ok(())
        }
    }
}

fn encode(key: &RootKey) -> Zeroizing<Vec<u8>> {
    let digits = Zeroizing::new(hex::encode(key.key.bytes()).into_bytes());
    let mut text = Zeroizing::new(Vec::with_capacity(PREFIX.len() + digits.len() + 1));
    text.extend_from_slice(PREFIX);
    text.extend_from_slice(&digits);
    text.push(b'\n');
    text
}

fn decode(text: &[u8]) -> Option<Key> {
    let line = text.strip_suffix(b"\n").unwrap_or(text);
    let digits = line.strip_prefix(PREFIX)?;
    let mut bytes = [0; KEY_BYTES];
    let read = hex::decode_to_slice(digits, &mut bytes);
    // Wiped in either case; the digits of a key that was cut off are part of a key too.
    let key = Key::take(&mut bytes);
    read.is_ok().then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_users_file_is_refused_and_so_is_every_wider_mode() {
        let good = Facts { is_file: true, mode: 0o600, owner: 1000, bytes: 70 };
        let code = |facts: &Facts| facts.check(Path::new("root-1.key"), 1000).err().map(|error| error.code());
        assert_eq!(code(&good), None);
        assert_eq!(code(&Facts { mode: 0o400, ..good }), None);
        assert_eq!(code(&Facts { owner: 0, ..good }), Some("TL0804"), "not even root's");
        for bit in 0..12 {
            let mode = 0o600 | (1 << bit);
            let expected = if mode == 0o600 { None } else { Some("TL0802") };
            assert_eq!(code(&Facts { mode, ..good }), expected, "{mode:o}");
        }
        assert_eq!(code(&Facts { is_file: false, ..good }), Some("TL0803"));
        assert_eq!(code(&Facts { bytes: MAX_FILE_BYTES + 1, ..good }), Some("TL0805"));
    }

    #[test]
    fn only_the_whole_line_is_a_key() {
        let line = format!("tlrk_{}\n", "0f".repeat(KEY_BYTES));
        assert_eq!(decode(line.as_bytes()).unwrap().bytes(), &[0x0f; KEY_BYTES]);
        assert!(decode(line.trim_end().as_bytes()).is_some());
        for bad in ["", "tlrk_", &line[5..], &line[..67], &format!("{line}\n"), &format!(" {line}")] {
            assert!(decode(bad.as_bytes()).is_none(), "{bad:?}");
        }
    }
}
