//! The plugin host: checks, compiles, caches and calls connectors, and is the only way anything they ask
//! for leaves the process.
//!
//! A [`Host`] loads bytes into a [`Plugin`]; every call gets a fresh instance, its own limits and a
//! [`CallReport`] of what it did. Secrets, blobs, state, time and randomness come through the traits in
//! [`services`]; the host itself holds none of them.

#![expect(clippy::result_large_err, reason = "a failure ends a call: its size is never in a hot path")]

mod bindings;
mod cache;
mod call;
mod calls;
mod capability;
mod compile;
mod config;
pub mod contract;
mod convert;
mod egress;
mod encode;
mod engine;
mod error;
mod facts;
mod host;
mod inspect;
mod ledger;
mod limits;
mod mail;
mod meter;
mod outcome;
mod perform;
mod plugin;
mod quarantine;
mod report;
mod schema;
mod secret;
pub mod services;
mod trap;

pub use call::{Call, Connection, Fence, Mode};
pub use compile::compile_child_main;
pub use config::{Compiler, HostConfig};
pub use egress::grant::origins;
pub use egress::notify::{Notification, NotifyFailure};
pub use egress::policy::{EgressPolicy, OpenRange};
pub use encode::{embed_manifest, encode};
pub use error::{HostError, codes};
pub use host::Host;
pub use inspect::{Digest, Inspection, MAX_PLUGIN_BYTES, inspect};
pub use limits::Limits;
pub use mail::{BadMailServer, MailFailure, MailServer, Mailer, Outgoing};
pub use outcome::settle;
pub use plugin::Plugin;
pub use quarantine::Quarantined;
pub use report::{
    CallOutcome, CallReport, Denied, LogLevel, LogLine, RequestRecord, Sent, StateWrite, TrapKind,
};
pub use secret::{EnvAndFileSecrets, Secret, SecretRef};
