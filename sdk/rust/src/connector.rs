//! What `connector!` builds: the registry of a connector's parts.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cx::Cx;
use crate::fail::Result;
use crate::forms::{Account, Choices, OptionsQuery};
use crate::inbound::{Inbound, Verdict};
use crate::manifest::{AuthSlot, Effect, HostRequest, Idempotency, Limits, Undo};
use crate::outcome::Outcome;
use crate::plan::{Landed, Plan};
use crate::records::{Item, Listing};
use crate::since::Since;
use crate::trigger::Page;

/// Tests a slot of a connection.
pub(crate) type TestFn = fn(&Cx) -> Result<Account>;
/// Gives an option list.
pub(crate) type OptionsFn = fn(&Cx, OptionsQuery) -> Result<Choices>;
/// Runs an action on JSON.
pub(crate) type RunFn = fn(&Cx, &str) -> Result<Outcome>;
/// Previews an action on JSON.
pub type PreviewFn = fn(&Cx, &str) -> Result<Plan>;
/// Reconciles an action on JSON and the idempotency key.
pub type ReconcileFn = fn(&Cx, &str, &str) -> Result<Landed<Value>>;
/// Takes an action back: its input and its output as JSON.
pub type CompensateFn = fn(&Cx, &str, &str) -> Result<Value>;
/// Polls on a configuration in JSON.
pub(crate) type PollFn = fn(&Cx, &str, Since) -> Result<Page<Value>>;
/// Handles a webhook request on a configuration in JSON.
pub(crate) type WebhookFn = fn(&Cx, &str, Inbound) -> Result<Verdict<Value>>;
/// Writes a record: its id, its fields as JSON, its precondition.
pub(crate) type UpsertFn = fn(&Cx, Option<&str>, &str, Option<Value>) -> Result<Item<Value>>;

/// A connector: made by `connector!`, read by the guest glue and the testkit.
pub struct Connector {
    #[doc(hidden)]
    pub id: &'static str,
    #[doc(hidden)]
    pub name: &'static str,
    #[doc(hidden)]
    pub version: &'static str,
    #[doc(hidden)]
    pub description: &'static str,
    #[doc(hidden)]
    pub docs: Option<&'static str>,
    #[doc(hidden)]
    pub hosts: Vec<HostRequest>,
    #[doc(hidden)]
    pub auth: BTreeMap<&'static str, AuthSlot>,
    #[doc(hidden)]
    pub settings: Option<fn() -> Value>,
    #[doc(hidden)]
    pub test: Option<TestFn>,
    #[doc(hidden)]
    pub options: Vec<(&'static str, OptionsFn)>,
    #[doc(hidden)]
    pub actions: Vec<ActionDef>,
    #[doc(hidden)]
    pub triggers: Vec<TriggerDef>,
    #[doc(hidden)]
    pub records: Vec<RecordDef>,
    #[doc(hidden)]
    pub limits: Limits,
}

impl Connector {
    /// The part before the dot in `acme.get_contact`.
    pub fn id(&self) -> &'static str {
        self.id
    }
}

/// One action.
#[doc(hidden)]
#[derive(Clone)]
pub struct ActionDef {
    pub meta: ActionMeta,
    pub input: fn() -> Value,
    pub output: fn() -> Value,
    pub run: RunFn,
    pub preview: Option<PreviewFn>,
    pub reconcile: Option<ReconcileFn>,
    pub compensate: Option<CompensateFn>,
}

/// What `#[action]` declares.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct ActionMeta {
    pub id: &'static str,
    pub doc: &'static str,
    pub effect: Effect,
    pub undo: Option<Undo>,
    pub idempotency: Option<Idempotency>,
    pub settle_ms: u64,
    pub safe_requests: &'static [&'static str],
    pub record: Option<&'static str>,
    pub sample: &'static str,
}

/// One trigger.
#[doc(hidden)]
#[derive(Clone)]
pub struct TriggerDef {
    pub id: &'static str,
    pub doc: &'static str,
    pub sample: &'static str,
    pub config: fn() -> Value,
    pub output: fn() -> Value,
    pub safe_requests: &'static [&'static str],
    pub source: Source,
}

/// How a trigger's events arrive.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum Source {
    Poll { min_interval_ms: u64, poll: PollFn },
    Webhook(WebhookFn),
    Native,
}

/// One record type.
#[doc(hidden)]
#[derive(Clone)]
pub struct RecordDef {
    pub id: &'static str,
    pub keys: &'static [&'static str],
    pub writable: bool,
    pub fields: fn() -> Value,
    pub list_since: fn(&Cx, Since) -> Result<Listing<Value>>,
    pub get: fn(&Cx, &str) -> Result<Item<Value>>,
    pub upsert: UpsertFn,
}
