//! A secret's value: wiped when dropped, never shown, compared in no time that tells anything.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

use crate::error::{Result, VaultError};

/// Longest secret, in bytes; the same bound as for a secret in a file.
pub const MAX_SECRET_BYTES: usize = 64 << 10;

/// A value. Not serialisable, and `Debug` shows nothing of it, its length included.
pub struct SecretValue(Zeroizing<Vec<u8>>);

impl SecretValue {
    /// Takes a value over: text without U+0000, not empty, at most 64 KiB. A refused one is wiped as well.
    pub fn new(text: String) -> Result<Self> {
        let value = Self(Zeroizing::new(text.into_bytes()));
        let unfit = |why: &str| Err(VaultError::Unfit(format!("a secret {why}")));
        match value.0.as_slice() {
            [] => unfit("must not be empty"),
            bytes if bytes.len() > MAX_SECRET_BYTES => unfit("may have at most 64 KiB"),
            bytes if bytes.contains(&0) => unfit("must not contain a zero byte"),
            _ => Ok(value),
        }
    }

    /// Opened bytes; `None` if they are no text.
    pub(crate) fn opened(mut bytes: Zeroizing<Vec<u8>>) -> Option<Self> {
        if std::str::from_utf8(&bytes).is_ok() {
            return Some(Self(bytes));
        }
        bytes.zeroize();
        None
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The value, for handing to the host at the moment of a call and for nothing else.
    pub fn reveal(&self) -> &str {
        // Both ways to make one have checked that it is text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_usable_values_are_taken_and_none_is_shown() {
        for bad in [String::new(), "a\0b".to_owned(), "x".repeat(MAX_SECRET_BYTES + 1)] {
            assert_eq!(SecretValue::new(bad).unwrap_err().code(), "TL0811");
        }
        let value = SecretValue::new("hunter2".to_owned()).unwrap();
        assert_eq!((format!("{value:?}").as_str(), value.reveal()), ("***", "hunter2"));
    }
}
