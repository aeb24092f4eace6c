//! What is fixed for the length of one call.

use std::collections::BTreeSet;

use serde_json::Value;
use throughline_domain::connector::{ActionManifest, Effect, Manifest};
use tokio::time::Instant;

use crate::call::{Call, Mode};
use crate::egress::gate::Rules;
use crate::limits::Limits;

/// What is fixed for the length of one call.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) call: Call,
    pub(crate) mode: Mode,
    /// Effect of what is called, where the mode allows one: none means only safe requests.
    pub(crate) effect: Effect,
    /// `describe`: every import traps.
    pub(crate) pure: bool,
    pub(crate) limits: Limits,
    pub(crate) started: Instant,
    pub(crate) deadline: Instant,
    /// Blob references that stand in the input.
    pub(crate) input_blobs: BTreeSet<String>,
}

impl Facts {
    pub(crate) fn manifest(&self) -> &Manifest {
        self.call.plugin.manifest()
    }

    /// The action called, if it is one.
    pub(crate) fn action(&self) -> Option<&ActionManifest> {
        match self.mode {
            Mode::Run | Mode::Preview | Mode::Reconcile | Mode::Compensate | Mode::Options => {
                self.manifest().actions.get(&self.call.operation)
            }
            _ => None,
        }
    }

    /// What the mode gate decides by.
    pub(crate) fn gate_rules(&self) -> Rules<'_> {
        Rules { mode: self.mode, effect: self.effect, safe_requests: self.safe_requests() }
    }

    /// Unsafe methods that the manifest says change nothing, of the very operation that is called.
    fn safe_requests(&self) -> &[String] {
        if let (Mode::Poll, Some(trigger)) = (self.mode, self.manifest().triggers.get(&self.call.operation)) {
            return &trigger.safe_requests;
        }
        self.action().map_or(&[], |action| &action.safe_requests)
    }

    /// `connector acme 1.2.0, operation create_contact`.
    pub(crate) fn label(&self) -> String {
        let manifest = self.manifest();
        if self.call.operation.is_empty() {
            format!("connector {} {}", manifest.id, manifest.version)
        } else {
            format!("connector {} {}, operation {}", manifest.id, manifest.version, self.call.operation)
        }
    }

    /// State may be written in this mode.
    pub(crate) const fn state_is_writable(&self) -> bool {
        matches!(self.mode, Mode::Run | Mode::Poll | Mode::Webhook | Mode::Subscribe)
    }
}

/// References of the form `{"$blob": "…"}` anywhere in a value.
pub(crate) fn blob_references(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$blob") {
                into.insert(reference.clone());
            }
            map.values().for_each(|inner| blob_references(inner, into));
        }
        Value::Array(items) => items.iter().for_each(|inner| blob_references(inner, into)),
        _ => {}
    }
}
