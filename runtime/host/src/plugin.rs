//! A loaded plugin: manifest, digest and native code ready to be instantiated.

use std::fmt;

use throughline_domain::connector::Manifest;

use crate::inspect::Digest;
use crate::schema::Schemas;

/// A loaded plugin.
pub struct Plugin {
    pub(crate) manifest: Manifest,
    pub(crate) digest: Digest,
    pub(crate) schemas: Schemas,
}

impl Plugin {
    /// The embedded manifest.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Identity of the bytes.
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin").field("id", &self.manifest.id).field("digest", &self.digest).finish_non_exhaustive()
    }
}
