//! A loaded plugin: manifest, digest and native code ready to be instantiated.

use std::fmt;

use throughline_domain::connector::Manifest;
use wasmtime::component::{Component, InstancePre, Linker};

use crate::bindings::Connector;
use crate::bindings::exports::throughline::connector as exports;
use crate::capability::CallState;
use crate::error::HostError;
use crate::inspect::{Digest, Inspection};
use crate::schema::Schemas;

/// A loaded plugin.
pub struct Plugin {
    manifest: Manifest,
    manifest_json: String,
    digest: Digest,
    pub(crate) schemas: Schemas,
    pub(crate) pre: InstancePre<CallState>,
    pub(crate) exports: Exports,
}

/// Where the functions of each interface are; absent interfaces are truly absent.
pub(crate) struct Exports {
    pub(crate) manifest: Option<exports::manifest::GuestIndices>,
    pub(crate) connection: Option<exports::connection::GuestIndices>,
    pub(crate) forms: Option<exports::forms::GuestIndices>,
    pub(crate) actions: Option<exports::actions::GuestIndices>,
    pub(crate) triggers: Option<exports::triggers::GuestIndices>,
    pub(crate) records: Option<exports::records::GuestIndices>,
}

impl Plugin {
    pub(crate) fn new(
        inspection: Inspection,
        component: &Component,
        linker: &Linker<CallState>,
    ) -> Result<Self, HostError> {
        let unfit = |error: wasmtime::Error| HostError::NotAPlugin(format!("{error:#}"));
        let pre = linker.instantiate_pre(component).map_err(unfit)?;
        let has = |interface: &str| inspection.exports.iter().any(|export| export == interface);
        macro_rules! indices {
            ($interface:ident) => {
                has(stringify!($interface))
                    .then(|| exports::$interface::GuestIndices::new(&pre))
                    .transpose()
                    .map_err(unfit)?
            };
        }
        let exports = Exports {
            manifest: indices!(manifest),
            connection: indices!(connection),
            forms: indices!(forms),
            actions: indices!(actions),
            triggers: indices!(triggers),
            records: indices!(records),
        };
        Ok(Self {
            schemas: Schemas::new(&inspection.manifest),
            manifest: inspection.manifest,
            manifest_json: inspection.manifest_json,
            digest: inspection.digest,
            pre,
            exports,
        })
    }

    /// The embedded manifest.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The manifest's text as embedded.
    pub fn manifest_json(&self) -> &str {
        &self.manifest_json
    }

    /// Identity of the bytes.
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin")
            .field("id", &self.manifest.id)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

/// Links everything the host offers; nothing else exists for a guest.
pub(crate) fn linker(engine: &wasmtime::Engine) -> Result<Linker<CallState>, HostError> {
    let mut linker = Linker::new(engine);
    Connector::add_to_linker::<_, wasmtime::component::HasSelf<CallState>>(&mut linker, |state| state)
        .map_err(|error| HostError::Start(format!("{error:#}")))?;
    Ok(linker)
}
