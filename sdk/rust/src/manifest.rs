//! The manifest as JSON: what a connector says about itself, embedded at build.
//!
//! The runner reads exactly this form; a test of the repository holds both sides equal.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// The contract version this SDK speaks.
pub const CONTRACT: &str = "0.1";

/// May we send again?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Changes nothing: only safe requests leave the runner.
    Read,
    /// The remote takes our idempotency key, or repeating changes nothing.
    WriteIdempotent,
    /// At most one unsafe request a call; never sent again without a decision.
    WriteOnce,
}

/// Can it be taken back?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// The same action with other values takes it back.
    Reversible,
    /// `compensate` takes it back by another write.
    Compensable,
    /// Nothing takes it back.
    Irreversible,
}

/// A connector's manifest.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// Contract version.
    pub contract: &'static str,
    /// The part before the dot in `acme.get_contact`.
    pub id: &'static str,
    /// Semantic version of the connector.
    pub version: &'static str,
    /// Name shown to people.
    pub name: &'static str,
    /// One or two sentences for the plugin list.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub description: &'static str,
    /// Where the remote's own documentation is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docs: Option<&'static str>,
    /// Hosts the connector asks to reach.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<HostRequest>,
    /// Connection slots.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub auth: BTreeMap<&'static str, AuthSlot>,
    /// Settings of a connection that are not secret, as a JSON Schema object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Value>,
    /// Actions by id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub actions: BTreeMap<&'static str, ActionManifest>,
    /// Triggers by id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub triggers: BTreeMap<&'static str, TriggerManifest>,
    /// Record types by id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub records: BTreeMap<&'static str, RecordManifest>,
    /// Names of dynamic option lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<&'static str>,
    /// Limits asked for.
    #[serde(skip_serializing_if = "Limits::is_default")]
    pub limits: Limits,
}

/// An origin and the methods asked for it.
#[derive(Clone, Debug, Serialize)]
pub struct HostRequest {
    /// `https://api.acme.example`, or `{base_url}`: the connection's own setting of that name.
    pub origin: &'static str,
    /// Upper-case methods; empty means all.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub methods: &'static [&'static str],
}

/// How a slot's credential is asked for and injected.
#[derive(Clone, Debug, Serialize)]
pub struct AuthSlot {
    /// `bearer`, `header`, `basic`, `query` or `none`.
    pub kind: &'static str,
    /// Fields by name.
    pub fields: BTreeMap<&'static str, AuthField>,
    /// `header` and `query`: the name to inject under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'static str>,
    /// Template over the fields, evaluated by the runner only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<&'static str>,
    /// A call without this slot is allowed.
    pub optional: bool,
}

/// One field of a slot.
#[derive(Clone, Debug, Serialize)]
pub struct AuthField {
    /// Label in the form.
    pub title: &'static str,
    /// Where a person finds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<&'static str>,
    /// Secret fields are write-only.
    pub secret: bool,
}

/// One action.
#[derive(Clone, Debug, Serialize)]
pub struct ActionManifest {
    /// Title shown to people.
    pub title: String,
    /// Help text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// May we send again?
    pub effect: Effect,
    /// Can it be taken back? Absent for reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<Undo>,
    /// How the remote takes our idempotency key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotency: Option<Idempotency>,
    /// JSON Schema of the input.
    pub input: Value,
    /// JSON Schema of the output.
    pub output: Value,
    /// An output that satisfies `output`.
    pub sample: Value,
    /// `preview` is implemented.
    pub preview: bool,
    /// `reconcile` is implemented.
    pub reconcile: bool,
    /// `compensate` is implemented.
    pub compensate: bool,
    /// Milliseconds to wait between two `reconcile` answers before *not applied* counts.
    pub settle_ms: u64,
    /// Unsafe methods on paths that change nothing: `POST /graphql`.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub safe_requests: &'static [&'static str],
    /// Record type written, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<&'static str>,
}

/// How the remote takes an idempotency key.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Idempotency {
    /// Header the runner adds; absent when the connector itself puts the key into the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<&'static str>,
    /// How long the remote remembers a key, in milliseconds.
    pub lifetime_ms: u64,
}

/// One trigger.
#[derive(Clone, Debug, Serialize)]
pub struct TriggerManifest {
    /// Title shown to people.
    pub title: String,
    /// Help text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// `poll`, `webhook` or `native`.
    pub kind: &'static str,
    /// JSON Schema of the configuration.
    pub config: Value,
    /// JSON Schema of an event's data.
    pub output: Value,
    /// An event's data that satisfies `output`.
    pub sample: Value,
    /// Poll only: the shortest interval in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_interval_ms: Option<u64>,
    /// Poll only: unsafe methods on paths that change nothing: `POST /graphql`.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub safe_requests: &'static [&'static str],
}

/// One record type.
#[derive(Clone, Debug, Serialize)]
pub struct RecordManifest {
    /// Title shown to people.
    pub title: String,
    /// JSON Schema of the fields.
    pub fields: Value,
    /// Fields that identify a record besides its id.
    pub keys: &'static [&'static str],
    /// `upsert` is implemented.
    pub writable: bool,
}

/// Limits asked for beyond the runner's defaults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Bytes of linear memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// Milliseconds on the processor a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_ms: Option<u64>,
    /// Milliseconds of wall time a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wall_ms: Option<u64>,
    /// HTTP requests a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<u32>,
}

impl Limits {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
