//! What sealed bytes are authenticated with, so that they open in their own place only.

/// What sealed bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A workspace key under a root key.
    WorkspaceKey = 1,
    /// The key of one version of a secret under a workspace key.
    SecretKey = 2,
    /// The value under its own key.
    SecretValue = 3,
}

/// The place sealed bytes belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Context<'a> {
    pub(crate) purpose: Purpose,
    pub(crate) workspace: &'a str,
    /// Id of the secret; empty for a workspace key.
    pub(crate) secret: &'a str,
    /// Version of what is sealed.
    pub(crate) version: u32,
    /// Version of the key it is sealed with; 0 where that key seals nothing else.
    pub(crate) key_version: u32,
    /// Where the value may be used; empty for keys.
    pub(crate) bound_to: &'a str,
}

/// Names the scheme: another one gets another line.
const SCHEME: &[u8] = b"throughline vault 1";

impl Context<'_> {
    /// Every text with its length in front, so that no two places give the same bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes =
            Vec::with_capacity(64 + self.workspace.len() + self.secret.len() + self.bound_to.len());
        bytes.extend_from_slice(SCHEME);
        bytes.push(self.purpose as u8);
        for text in [self.workspace, self.secret, self.bound_to] {
            bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        for version in [self.version, self.key_version] {
            bytes.extend_from_slice(&version.to_be_bytes());
        }
        bytes
    }

    /// Words for an error: which thing, never its content.
    pub(crate) fn words(&self) -> String {
        let Self { workspace, secret, version, key_version, .. } = self;
        match self.purpose {
            Purpose::WorkspaceKey => {
                format!("key {version} of workspace {workspace} (root key {key_version})")
            }
            Purpose::SecretKey => format!("the key of secret {secret} (workspace key {key_version})"),
            Purpose::SecretValue => format!("version {version} of secret {secret}"),
        }
    }
}
