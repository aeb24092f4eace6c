//! One call: which plugin, for whom, where it stands and what it may use.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughline_domain::connector::Effect;
use tokio_util::sync::CancellationToken;

use crate::egress::policy::EgressPolicy;
use crate::limits::Limits;
use crate::plugin::Plugin;
use crate::secret::SecretRef;

/// Asked right before an unsafe request leaves: whoever makes the call may have lost the right to write meanwhile.
pub trait Fence: std::fmt::Debug + Send + Sync {
    /// True while the right is sure.
    fn holds(&self) -> BoxFuture<'_, bool>;
}

/// One call of a plugin.
#[derive(Clone, Debug)]
pub struct Call {
    /// The plugin.
    pub plugin: Arc<Plugin>,
    /// Tenant: blobs, state and secrets are looked up in it.
    pub workspace: String,
    /// Action, trigger or record type, as in the manifest.
    pub operation: String,
    /// The connection, if the operation uses one.
    pub connection: Option<Arc<Connection>>,
    /// Id of the trigger in its workflow, the owner of `state` in the trigger scope.
    pub trigger: Option<String>,
    /// Run, for `context` and logs; empty outside a run.
    pub run_id: String,
    /// Path of the step in its run, for logs.
    pub path: String,
    /// Attempt, from 1.
    pub attempt: u32,
    /// Idempotency key: the same for each retry of one step.
    pub idempotency_key: String,
    /// Where a remote can call back to, for `suspend`.
    pub callback_url: Option<String>,
    /// Cancelled when the call should stop.
    pub cancel: CancellationToken,
    /// Stands between a request that may change something and the wire.
    pub fence: Option<Arc<dyn Fence>>,
    /// A more dangerous effect than the manifest's, as `classify` said of this input; a lesser one is ignored.
    pub raised_effect: Option<Effect>,
    /// Limits in place of the host's defaults: what the operator granted.
    pub limits: Option<Limits>,
    /// Address ranges that the operator opened for this workspace.
    pub egress: Arc<EgressPolicy>,
}

impl Call {
    /// A call of an operation with nothing else: attempt 1, no connection, no opened ranges.
    pub fn new(plugin: Arc<Plugin>, workspace: impl Into<String>, operation: impl Into<String>) -> Self {
        Self {
            plugin,
            workspace: workspace.into(),
            operation: operation.into(),
            connection: None,
            trigger: None,
            run_id: String::new(),
            path: String::new(),
            attempt: 1,
            idempotency_key: String::new(),
            callback_url: None,
            cancel: CancellationToken::new(),
            fence: None,
            raised_effect: None,
            limits: None,
            egress: Arc::new(EgressPolicy::default()),
        }
    }
}

/// A connection: settings in clear and references to secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// Id: state and concurrency are counted by it.
    pub id: String,
    /// Connector id it belongs to.
    pub connector: String,
    /// Settings that are not secret, a JSON object; `base_url` and the like fill host templates.
    pub public: Value,
    /// References by `slot.field`.
    pub secrets: BTreeMap<String, SecretRef>,
    /// The one origin it speaks to, if it is bound to one: where what it signs may go.
    #[serde(default)]
    pub bound_to: Option<String>,
}

/// What a call is for: decides what may leave and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Carry an action out.
    Run,
    /// Say what it would change.
    Preview,
    /// Find out whether it landed.
    Reconcile,
    /// Take it back.
    Compensate,
    /// Ask for events.
    Poll,
    /// Verify and parse a request; no network.
    Webhook,
    /// Register, renew or remove a webhook at the remote.
    Subscribe,
    /// Fill a form.
    Options,
    /// Test a connection.
    TestConnection,
    /// List, get or upsert records.
    Records,
}
