//! What a plugin says about itself: its manifest, actions, effects and schemas.
//!
//! The manifest stands in the component's custom section `throughline:manifest` as JSON, so that forms,
//! consent and lint never run a guest to learn what it is.

pub mod secret;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The contract version this runner speaks.
pub const CONTRACT: &str = "0.1";

/// May we send again? The first of the two declarations of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Changes nothing: only safe requests leave the host.
    Read,
    /// The remote takes our idempotency key: send again with the same key and the same bytes.
    WriteIdempotent,
    /// At most one unsafe request a call; never sent again without a decision.
    WriteOnce,
}

impl Effect {
    /// True for everything the write gateway must see.
    pub const fn is_write(self) -> bool {
        matches!(self, Self::WriteIdempotent | Self::WriteOnce)
    }
}

/// Can it be taken back? The second declaration, never mixed with the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// The same action with other values takes it back.
    Reversible,
    /// `compensate` takes it back by another write.
    Compensable,
    /// Nothing takes it back.
    Irreversible,
}

/// A connector's manifest, as embedded at build.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Contract version the guest was built for: `0.1`.
    pub contract: String,
    /// Short lower-case id: the part before the dot in `projects.get_job`.
    pub id: String,
    /// Semantic version of the connector.
    pub version: String,
    /// Name shown to people.
    pub name: String,
    /// One or two sentences for the plugin list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Where the remote system's own documentation is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// Hosts the connector asks to reach.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<HostRequest>,
    /// Connection slots by name; most connectors have one, `default`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub auth: BTreeMap<String, AuthSlot>,
    /// Settings of a connection that are not secret, as a JSON Schema object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Value>,
    /// Actions by id: the part after the dot.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub actions: BTreeMap<String, ActionManifest>,
    /// Triggers by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub triggers: BTreeMap<String, TriggerManifest>,
    /// Record types by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub records: BTreeMap<String, RecordManifest>,
    /// Names of dynamic option lists (`forms.options`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Limits asked for; the host's defaults where absent.
    #[serde(default, skip_serializing_if = "LimitRequest::is_default")]
    pub limits: LimitRequest,
}

/// An origin and the methods asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HostRequest {
    /// `https://api.acme.dev`, or `{base_url}`: the connection's own setting of that name.
    pub origin: String,
    /// Upper-case methods; empty means all of GET, HEAD, POST, PUT, PATCH, DELETE.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
}

/// How a slot's credential is asked for, injected and tested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthSlot {
    /// `bearer`, `header`, `basic`, `query` or `none`.
    pub kind: AuthKind,
    /// Secret and other fields by name.
    #[serde(default)]
    pub fields: BTreeMap<String, AuthField>,
    /// `header` and `query`: the name to inject under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Template over the fields, evaluated by the host only, e.g. `Bearer {token}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// A call without this slot is allowed.
    #[serde(default)]
    pub optional: bool,
}

/// The scheme of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthKind {
    /// `Authorization: Bearer {token}`.
    Bearer,
    /// A header named by `name` with `value`.
    Header,
    /// `Authorization: Basic`, fields `username` and `password`.
    Basic,
    /// A query parameter named by `name` with `value`.
    Query,
    /// Nothing is injected; fields serve `crypto.hmac` (webhook secrets).
    None,
}

/// One field of a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthField {
    /// Label in the form.
    pub title: String,
    /// Where a person finds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Secret fields are write-only.
    #[serde(default = "yes")]
    pub secret: bool,
}

const fn yes() -> bool {
    true
}

/// One action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionManifest {
    /// Title shown to people.
    pub title: String,
    /// Help text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// May we send again?
    pub effect: Effect,
    /// Can it be taken back? Absent for reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<Undo>,
    /// How the remote takes our idempotency key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency: Option<Idempotency>,
    /// JSON Schema (2020-12) of the input.
    pub input: Value,
    /// JSON Schema of the output.
    pub output: Value,
    /// An output that satisfies `output`.
    pub sample: Value,
    /// `preview` is implemented.
    #[serde(default)]
    pub preview: bool,
    /// `reconcile` is implemented.
    #[serde(default)]
    pub reconcile: bool,
    /// `compensate` is implemented.
    #[serde(default)]
    pub compensate: bool,
    /// Milliseconds to wait between two `reconcile` answers before *not applied* counts.
    #[serde(default = "default_settle_ms")]
    pub settle_ms: u64,
    /// Unsafe methods on paths that change nothing, `POST /graphql`, `POST /search/*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub safe_requests: Vec<String>,
    /// Record type and key written, when there is one: `invoice`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
}

/// Default of [`ActionManifest::settle_ms`].
pub const fn default_settle_ms() -> u64 {
    5_000
}

/// How the remote takes an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Idempotency {
    /// Header the host adds with the key; absent when the guest itself puts the key into the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// How long the remote remembers a key, in milliseconds; after that the effect is in doubt.
    #[serde(default = "default_key_lifetime_ms")]
    pub lifetime_ms: u64,
}

/// Default of [`Idempotency::lifetime_ms`]: 24 hours.
pub const fn default_key_lifetime_ms() -> u64 {
    86_400_000
}

/// One trigger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TriggerManifest {
    /// Title shown to people.
    pub title: String,
    /// Help text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// How events arrive.
    pub kind: TriggerKind,
    /// JSON Schema of the trigger's configuration.
    #[serde(default = "empty_schema")]
    pub config: Value,
    /// JSON Schema of an event's data.
    pub output: Value,
    /// An event's data that satisfies `output`.
    pub sample: Value,
    /// Poll only: the shortest interval in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_interval_ms: Option<u64>,
    /// Poll only: unsafe methods on paths that change nothing, `POST /graphql`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub safe_requests: Vec<String>,
}

fn empty_schema() -> Value {
    serde_json::json!({ "type": "object" })
}

/// How a trigger's events arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TriggerKind {
    /// The host asks, with a cursor.
    Poll,
    /// The remote calls; `handle` verifies and parses.
    Webhook,
    /// The runner itself makes the events: `webhook`, `schedule` and `throughline` connectors.
    Native,
}

/// One record type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordManifest {
    /// Title shown to people.
    pub title: String,
    /// JSON Schema of the fields.
    pub fields: Value,
    /// Fields that identify a record besides its id.
    #[serde(default)]
    pub keys: Vec<String>,
    /// `upsert` is implemented.
    #[serde(default)]
    pub writable: bool,
}

/// Limits a connector asks for beyond the defaults; the operator grants them at install.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LimitRequest {
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

impl LimitRequest {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
