//! Secrets: references that may be stored and shown, values that may not.

use std::fmt;
use std::path::{Path, PathBuf};

use futures::FutureExt;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::services::{SecretSource, SecretUse, ServiceError};

/// Longest secret, in bytes.
const MAX_SECRET_BYTES: usize = 64 << 10;

/// Where a secret is. Safe to store and to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretRef {
    /// An environment variable of the server.
    Env(String),
    /// A file that only its owner may read (mode 0600 or 0400). One line end at its end is not part of it.
    File(PathBuf),
    /// A name in the server's own vault. What it may be used for is kept with the secret.
    #[serde(rename = "vault")]
    Stored(String),
}

impl SecretRef {
    /// Reads `env:NAME`, `file:PATH` or `vault:NAME`; nothing else is a reference.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            (_, "") => None,
            ("env", name) => Some(Self::Env(name.to_owned())),
            ("file", path) => Some(Self::File(path.into())),
            ("vault", name) => Some(Self::Stored(name.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Stored(name) => write!(f, "vault:{name}"),
        }
    }
}

/// A secret's value. Never shown by `Debug`; not serializable.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value, for injection and signing only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Resolves [`SecretRef::Env`] and [`SecretRef::File`] by the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct EnvAndFileSecrets;

impl SecretSource for EnvAndFileSecrets {
    fn resolve<'a>(
        &'a self,
        _workspace: &'a str,
        reference: &'a SecretRef,
        _wanted: SecretUse<'a>,
    ) -> BoxFuture<'a, Result<Secret, ServiceError>> {
        async move {
            match reference {
                SecretRef::Env(name) => from_env(name),
                SecretRef::File(path) => {
                    let path = path.clone();
                    tokio::task::spawn_blocking(move || from_file(&path))
                        .await
                        .map_err(|error| ServiceError::Broken(error.to_string()))?
                }
                SecretRef::Stored(_) => Err(ServiceError::NotFound(
                    "this server keeps no secrets itself: use an environment variable or a file".into(),
                )),
            }
        }
        .boxed()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the operator's reference names the variable; the server wires this source"
)]
fn from_env(name: &str) -> Result<Secret, ServiceError> {
    match std::env::var(name) {
        Ok(value) if value.is_empty() => {
            Err(ServiceError::NotFound(format!("environment variable {name} is empty")))
        }
        Ok(value) => Ok(Secret(value)),
        Err(_) => {
            Err(ServiceError::NotFound(format!("environment variable {name} is not set, or not UTF-8")))
        }
    }
}

fn from_file(path: &Path) -> Result<Secret, ServiceError> {
    use std::io::Read;
    use std::os::unix::fs::MetadataExt;

    let shown = path.display();
    let mut file = std::fs::File::open(path)
        .map_err(|error| ServiceError::NotFound(format!("secret file {shown}: {error}")))?;
    // The mode of the file that was opened, not of the path, which may have changed since.
    let meta =
        file.metadata().map_err(|error| ServiceError::Broken(format!("secret file {shown}: {error}")))?;
    if !meta.is_file() {
        return Err(ServiceError::Refused(format!("secret file {shown} is not a regular file")));
    }
    if meta.mode() & 0o077 != 0 {
        return Err(ServiceError::Refused(format!(
            "secret file {shown} can be read by others (mode {:o}): chmod 600 it",
            meta.mode() & 0o777
        )));
    }
    let mut text = String::new();
    file.by_ref()
        .take(MAX_SECRET_BYTES as u64 + 1)
        .read_to_string(&mut text)
        .map_err(|error| ServiceError::Broken(format!("secret file {shown}: {error}")))?;
    if text.len() > MAX_SECRET_BYTES {
        return Err(ServiceError::Refused(format!("secret file {shown} is larger than 64 KiB")));
    }
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    if text.is_empty() {
        return Err(ServiceError::NotFound(format!("secret file {shown} is empty")));
    }
    Ok(Secret(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "***");
    }

    #[test]
    fn a_reference_has_one_text() {
        for text in ["env:TOKEN", "file:/etc/token", "vault:crm-token"] {
            assert_eq!(SecretRef::parse(text).unwrap().to_string(), text);
        }
        for bad in ["", "env:", "hunter2", "stored:x", "Env:X"] {
            assert_eq!(SecretRef::parse(bad), None, "{bad}");
        }
    }

    #[tokio::test]
    async fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        std::fs::write(&path, "abc\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let reference = SecretRef::File(path.clone());
        let refused = EnvAndFileSecrets.resolve("w", &reference, SecretUse::Inbound).await;
        assert!(matches!(refused, Err(ServiceError::Refused(words)) if words.contains("chmod 600")));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let read = EnvAndFileSecrets.resolve("w", &reference, SecretUse::Inbound).await;
        assert_eq!(read.unwrap().reveal(), "abc");
    }
}
