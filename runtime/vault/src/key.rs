//! Keys of 32 bytes: wiped when dropped, never shown.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::Result;
use crate::random::Random;

/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;

/// A key. On the heap, so that moving it leaves no copy behind.
pub(crate) struct Key(Box<[u8; KEY_BYTES]>);

impl Key {
    /// A key of these bytes, which are wiped where they were.
    pub(crate) fn take(bytes: &mut [u8; KEY_BYTES]) -> Self {
        let mut key = Self(Box::new([0; KEY_BYTES]));
        key.0.copy_from_slice(bytes);
        bytes.zeroize();
        key
    }

    /// A copy of opened bytes; `None` if there are not 32.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; KEY_BYTES] = bytes.try_into().ok()?;
        let mut key = Self(Box::new([0; KEY_BYTES]));
        key.0.copy_from_slice(bytes);
        Some(key)
    }

    pub(crate) fn random(random: &dyn Random) -> Result<Self> {
        let mut key = Self(Box::new([0; KEY_BYTES]));
        random.fill(key.0.as_mut_slice())?;
        Ok(key)
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Names a root key without giving anything of it away. Safe to store and to show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint(String);

impl Fingerprint {
    fn of(key: &Key) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"throughline root key fingerprint 1");
        hash.update(key.bytes());
        Self(hex::encode(&hash.finalize()[..16]))
    }

    /// 32 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A root key: wraps workspace keys and nothing else.
#[derive(Debug)]
pub struct RootKey {
    pub(crate) version: u32,
    pub(crate) key: Key,
}

impl RootKey {
    /// A new one.
    pub fn generate(version: u32, random: &dyn Random) -> Result<Self> {
        Ok(Self { version, key: Key::random(random)? })
    }

    /// Its version, counted from 1.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// What the database knows it by.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.key)
    }
}

/// The key of one workspace, opened: wraps the keys of its secrets and nothing else.
#[derive(Debug)]
pub struct WorkspaceKey {
    pub(crate) workspace: String,
    pub(crate) version: u32,
    pub(crate) key: Key,
}

impl WorkspaceKey {
    /// Whose.
    pub fn workspace(&self) -> &str {
        &self.workspace
    }

    /// Its version, counted from 1 in each workspace.
    pub fn version(&self) -> u32 {
        self.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_taken_leaves_nothing_behind() {
        let mut bytes = [7; KEY_BYTES];
        let key = Key::take(&mut bytes);
        assert_eq!((bytes, key.bytes()), ([0; KEY_BYTES], &[7; KEY_BYTES]));
    }

    #[test]
    fn debug_shows_no_key() {
        let key = || Key::from_slice(&[0xab; KEY_BYTES]).unwrap();
        let root = RootKey { version: 1, key: key() };
        let workspace = WorkspaceKey { workspace: "acme".into(), version: 2, key: key() };
        assert_eq!(format!("{root:?}"), "RootKey { version: 1, key: *** }");
        assert_eq!(format!("{workspace:?}"), r#"WorkspaceKey { workspace: "acme", version: 2, key: *** }"#);
        assert!(!root.fingerprint().as_str().contains("abab"));
    }
}
