//! Calls of plugins as the engine makes them: everything pinned and looked up, failures as values.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use throughline_domain::failure::{Failure, FailureKind};
use throughline_domain::id::RunId;
use throughline_domain::run::Suspension;
use throughline_domain::run::decision::{ActionCall, CodeCall};
use throughline_domain::run::event::StepPath;
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::Operation;
use throughline_domain::workflow::uses::CODE_CONNECTOR;
use throughline_host::contract::{Plan, Reconciliation, Resumption, RunInput, RunOutcome};
use throughline_host::services::StateScope;
use throughline_host::{Call, CallReport, Fence, Limits, Plugin, Sent};
use throughline_intake::CatalogError;
use throughline_store::{Scope, StateWrite};
use tokio_util::sync::CancellationToken;

use crate::callback::{self, Ticket};
use crate::shared::Shared;

/// Most pages of one read.
const MAX_PAGES: usize = 200;

/// A call in no attempt: to be previewed, or tried outside of a run.
pub(crate) fn untried(
    (path, node): (StepPath, String),
    (action, connection): (Operation, Option<String>),
    input: Value,
    logical_attempt: u32,
) -> ActionCall {
    ActionCall {
        path,
        node,
        action,
        connection,
        input,
        logical_attempt,
        attempt: 0,
        first_attempt_at: None,
        timeout_ms: None,
        sendings: 0,
        last_intended_at: None,
        open_key: None,
        approved_by: None,
        resume: None,
    }
}

/// Where a call stands: whose run, which plugins it is pinned to.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) scope: Scope,
    pub(crate) run: RunId,
    pub(crate) plugins: Arc<BTreeMap<String, String>>,
    pub(crate) cancel: CancellationToken,
    pub(crate) fence: Arc<dyn Fence>,
}

/// What a connector answers when nothing failed.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The output.
    Done(Value),
    /// Call me again.
    Suspended(Suspension),
}

/// What an attempt gave.
#[derive(Debug)]
pub(crate) struct Attempted {
    pub(crate) result: Result<Answer, Failure>,
    /// An unsafe request may have left the host.
    pub(crate) sent: bool,
    pub(crate) state_writes: Vec<StateWrite>,
}

impl Attempted {
    /// Failed before anything left.
    pub(crate) const fn unsent(failure: Failure) -> Self {
        Self { result: Err(failure), sent: false, state_writes: Vec::new() }
    }
}

/// Calls an action; a read that comes in pages is read to its end.
pub(crate) async fn run_action(shared: &Shared, place: &Place, call: &ActionCall, key: &str) -> Attempted {
    run_unless_moved(shared, place, call, key, None).await
}

/// What an action would change with this input.
pub(crate) async fn preview(shared: &Shared, place: &Place, call: &ActionCall) -> Result<Plan, Failure> {
    let host_call = prepare(shared, place, call, "").await?;
    shared.host.preview(host_call, &call.input).await.result
}

/// Like [`run_action`]; the connector sends nothing where the record is not any more as its preview saw it.
pub(crate) async fn run_unless_moved(
    shared: &Shared,
    place: &Place,
    call: &ActionCall,
    key: &str,
    precondition: Option<&Value>,
) -> Attempted {
    let host_call = match prepare(shared, place, call, key).await {
        Ok(host_call) => host_call,
        Err(failure) => return Attempted::unsent(failure),
    };
    let mut collected = Collected::default();
    let mut resume = match resumption(call, host_call.callback_url.as_deref()) {
        Ok(resume) => resume,
        Err(failure) => return Attempted::unsent(*failure),
    };
    for _ in 0..MAX_PAGES {
        let input = RunInput { input: &call.input, precondition, resume: resume.as_ref() };
        let outcome = shared.host.run(host_call.clone(), input).await;
        collected.report(shared, place, &host_call, outcome.report);
        match outcome.result {
            Ok(RunOutcome::Done { output }) => return collected.done(output),
            Ok(RunOutcome::Page { items, token }) => {
                collected.page(items);
                resume = Some(Resumption { token, callback: None });
            }
            Ok(RunOutcome::Suspend { token, wake_after_ms, on_callback }) => {
                if collected.paged {
                    return collected.fail(paused_in_pages());
                }
                let on_callback = on_callback && host_call.callback_url.is_some();
                return collected.suspended(Suspension { token, wake_after_ms, on_callback });
            }
            Err(failure) => return collected.fail(failure),
        }
    }
    collected.fail(Failure::permanent(
        "TL0443",
        format!("the read goes on after {MAX_PAGES} pages: narrow it with a filter"),
    ))
}

/// Where a suspended call goes on.
fn resumption(call: &ActionCall, callback_url: Option<&str>) -> Result<Option<Resumption>, Box<Failure>> {
    let Some(resume) = &call.resume else { return Ok(None) };
    let callback = match &resume.callback {
        None => None,
        Some(kept) => {
            let handed = callback::handed_over(kept, callback_url.unwrap_or_default());
            let unreadable =
                || Box::new(Failure::permanent("TL0455", "the stored callback of this step cannot be read"));
            Some(handed.ok_or_else(unreadable)?)
        }
    };
    Ok(Some(Resumption { token: resume.token.clone(), callback }))
}

fn paused_in_pages() -> Failure {
    Failure::permanent(
        "TL0444",
        "the connector suspended its call in the middle of a read that comes in pages",
    )
}

fn code_cannot_pause() -> Failure {
    let words = "the code's sandbox wants to be called again, which code cannot";
    Failure { kind: FailureKind::Unsupported, ..Failure::permanent("TL0444", words) }
}

/// What several pages of one read gave together.
#[derive(Default)]
struct Collected {
    items: Vec<Value>,
    paged: bool,
    sent: bool,
    state_writes: Vec<StateWrite>,
}

impl Collected {
    fn report(&mut self, shared: &Shared, place: &Place, call: &Call, report: CallReport) {
        self.sent |= report.unsafe_sent == Sent::Maybe;
        for line in &report.logs {
            tracing::debug!(run.id = %place.run, step.path = %call.path, plugin.id = %call.plugin.manifest().id,
                level = ?line.level, "plugin: {}", line.message);
        }
        let now = shared.clock.now();
        self.state_writes
            .extend(report.state_writes.into_iter().filter_map(|write| state_write(call, write, now)));
    }

    fn page(&mut self, items: Value) {
        self.paged = true;
        match items {
            Value::Array(items) => self.items.extend(items),
            other => self.items.push(other),
        }
    }

    fn done(mut self, output: Value) -> Attempted {
        let result = if self.paged {
            self.page(output.get("items").cloned().unwrap_or(Value::Array(Vec::new())));
            json!({ "items": self.items })
        } else {
            output
        };
        Attempted { result: Ok(Answer::Done(result)), sent: self.sent, state_writes: self.state_writes }
    }

    fn suspended(self, suspension: Suspension) -> Attempted {
        let result = Ok(Answer::Suspended(suspension));
        Attempted { result, sent: self.sent, state_writes: self.state_writes }
    }

    fn fail(self, failure: Failure) -> Attempted {
        Attempted { result: Err(failure), sent: self.sent, state_writes: self.state_writes }
    }
}

/// The store's name of a plugin's state.
pub(crate) fn state_scope(connector: &str, scope: StateScope, id: &str) -> String {
    match scope {
        StateScope::Connection => format!("{connector}/connection/{id}"),
        StateScope::Trigger => format!("{connector}/trigger/{id}"),
    }
}

fn state_write(call: &Call, write: throughline_host::StateWrite, at: Timestamp) -> Option<StateWrite> {
    let id = match write.scope {
        StateScope::Connection => call.connection.as_ref().map(|connection| connection.id.as_str())?,
        StateScope::Trigger => call.trigger.as_deref()?,
    };
    Some(StateWrite {
        state_scope: state_scope(&call.plugin.manifest().id, write.scope, id),
        key: write.key,
        value: write.value.map(String::into_bytes),
        at,
    })
}

async fn prepare(shared: &Shared, place: &Place, call: &ActionCall, key: &str) -> Result<Call, Failure> {
    let plugin = plugin(shared, place, &call.action.connector).await?;
    let mut host_call = Call::new(plugin, place.scope.as_str(), &call.action.name);
    if let Some(name) = &call.connection {
        let connection =
            shared.catalog.connection(&place.scope, name).await.map_err(CatalogError::into_failure)?;
        host_call.connection = Some(connection);
    }
    host_call.egress = shared.catalog.egress(&place.scope).await.map_err(CatalogError::into_failure)?;
    host_call.run_id = place.run.to_string();
    host_call.path = call.path.to_string();
    host_call.attempt = call.attempt;
    let (run, path) = (place.run.clone(), call.path.clone());
    let ticket = Ticket { run, path, logical_attempt: call.logical_attempt };
    host_call.callback_url = shared.callback_url(&place.scope, &ticket);
    key.clone_into(&mut host_call.idempotency_key);
    host_call.cancel = place.cancel.clone();
    host_call.fence = Some(Arc::clone(&place.fence));
    host_call.limits = Some(limits(&host_call.plugin, call.timeout_ms));
    Ok(host_call)
}

/// What was agreed to at install, and the step's own time-out where that is shorter.
fn limits(plugin: &Plugin, timeout_ms: Option<u64>) -> Limits {
    let granted = Limits::default().granting(&plugin.manifest().limits);
    let wall = timeout_ms.map_or(granted.wall, |ms| granted.wall.min(Duration::from_millis(ms)));
    Limits { wall, ..granted }
}

async fn plugin(shared: &Shared, place: &Place, connector: &str) -> Result<Arc<Plugin>, Failure> {
    let Some(digest) = place.plugins.get(connector) else {
        return Err(Failure::permanent(
            "TL0441",
            format!("no plugin is installed for connector `{connector}`"),
        ));
    };
    shared.catalog.plugin(digest).await.map_err(CatalogError::into_failure)
}

/// Runs code in its sandbox.
pub(crate) async fn run_code(shared: &Shared, place: &Place, call: &CodeCall) -> Result<Value, Failure> {
    let plugin = plugin(shared, place, CODE_CONNECTOR).await?;
    let mut host_call = Call::new(plugin, place.scope.as_str(), "run");
    host_call.run_id = place.run.to_string();
    host_call.path = call.path.to_string();
    host_call.attempt = call.attempt;
    host_call.cancel = place.cancel.clone();
    host_call.limits = Some(limits(&host_call.plugin, call.timeout_ms));
    let input = json!({
        "code": call.code,
        "input": call.input,
        "seed": call.seed.to_string(),
        "now": call.now.as_millis(),
    });
    let outcome = shared.host.run(host_call, RunInput::new(&input)).await;
    match outcome.result? {
        RunOutcome::Done { output } => Ok(output),
        RunOutcome::Page { .. } | RunOutcome::Suspend { .. } => Err(code_cannot_pause()),
    }
}

/// Asks the connector whether a write landed.
pub(crate) async fn reconcile(
    shared: &Shared,
    place: &Place,
    call: &ActionCall,
    key: &str,
) -> Result<Reconciliation, Failure> {
    let host_call = prepare(shared, place, call, key).await?;
    shared.host.reconcile(host_call, &call.input).await.result
}

/// What the action's manifest says of settling it.
pub(crate) struct Means {
    /// The remote takes a key and remembers it so long, in milliseconds.
    pub(crate) key_lifetime_ms: Option<u64>,
    /// The connector can look.
    pub(crate) reconcile: bool,
    /// Milliseconds between two looks.
    pub(crate) settle_ms: u64,
}

pub(crate) async fn means(shared: &Shared, place: &Place, action: &Operation) -> Result<Means, Failure> {
    let plugin = plugin(shared, place, &action.connector).await?;
    let Some(manifest) = plugin.manifest().actions.get(&action.name) else {
        return Err(Failure::permanent("TL0442", format!("the plugin has no action `{action}`")));
    };
    Ok(Means {
        key_lifetime_ms: manifest.idempotency.as_ref().map(|idempotency| idempotency.lifetime_ms),
        reconcile: manifest.reconcile,
        settle_ms: manifest.settle_ms,
    })
}

/// The connector takes this write back itself.
pub(crate) async fn compensates(shared: &Shared, place: &Place, action: &Operation) -> bool {
    let plugin = plugin(shared, place, &action.connector).await;
    let compensates =
        |plugin: Arc<Plugin>| plugin.manifest().actions.get(&action.name).map(|one| one.compensate);
    plugin.ok().and_then(compensates).unwrap_or(false)
}
