//! Against the installed connectors: actions, triggers, connections and literal input.

use serde_json::Value;

use super::{Level, schema};
use crate::connector::{Manifest, TriggerKind, TriggerManifest, Undo};
use crate::hint::did_you_mean;
use crate::schedule::Schedule;
use crate::workflow::check::{CheckEnvironment, Connectors};
use crate::workflow::duration;
use crate::workflow::problem::Problems;
use crate::workflow::{NodeKind, Operation, Stage, Workflow};

/// Triggers the runner itself has, installed or not.
const NATIVE: [(&str, &str); 3] =
    [("throughline", "manual"), ("throughline", "called"), ("throughline", "event")];

pub(super) fn check(
    workflow: &Workflow,
    levels: &[Level<'_>],
    env: &CheckEnvironment<'_>,
    problems: &mut Problems<'_>,
) {
    trigger(workflow, env, problems);
    for level in levels {
        for (index, node) in level.nodes.iter().enumerate() {
            if let NodeKind::Action { action, connection, with } = &node.kind {
                let path = level.node_path(index);
                let call = Call { operation: action, connection: connection.as_deref(), path: &path };
                call.connection(env, problems);
                if let Some(connectors) = env.connectors {
                    call.action(with, workflow.review.stage, connectors, problems);
                }
            }
        }
    }
}

/// Something that names an operation and perhaps a connection.
struct Call<'c> {
    operation: &'c Operation,
    connection: Option<&'c str>,
    path: &'c str,
}

fn trigger(workflow: &Workflow, env: &CheckEnvironment<'_>, problems: &mut Problems<'_>) {
    let trigger = &workflow.trigger;
    let on = (trigger.on.connector.as_str(), trigger.on.name.as_str());
    if on.0.is_empty() {
        return;
    }
    if on == ("schedule", "tick") {
        schedule(&trigger.with, problems);
    }
    if trigger.dedupe.is_some() && matches!(on.0, "schedule") {
        problems
            .warning("TL0133", "/trigger/dedupe", "a schedule needs no dedupe key")
            .hint("each planned time starts one run already");
    }
    let call = Call { operation: &trigger.on, connection: trigger.connection.as_deref(), path: "/trigger" };
    call.connection(env, problems);
    let Some(connectors) = env.connectors.filter(|_| !NATIVE.contains(&on)) else { return };
    let Some(manifest) = call.manifest("on", connectors, problems) else { return };
    let Some(found) = manifest.triggers.get(on.1) else {
        let names = manifest.triggers.keys().map(String::as_str);
        call.unknown(
            "trigger",
            "on",
            &names.collect::<Vec<_>>(),
            manifest.actions.contains_key(on.1),
            problems,
        );
        return;
    };
    // What the runner itself takes in needs no account elsewhere.
    if found.kind != TriggerKind::Native {
        call.needs_connection(manifest, problems);
    }
    let with = Value::Object(own_config(&trigger.with, found, problems));
    schema::check(&with, &found.config, "/trigger/with", &format!("the trigger {}", trigger.on), problems);
}

/// The connector's part of the configuration: without what the runner itself reads, which is checked here.
fn own_config(
    with: &serde_json::Map<String, Value>,
    trigger: &TriggerManifest,
    problems: &mut Problems<'_>,
) -> serde_json::Map<String, Value> {
    let mut own = with.clone();
    match trigger.kind {
        TriggerKind::Webhook => {
            own.remove("path");
        }
        TriggerKind::Poll => {
            if let Some(every) = own.remove("every") {
                poll_interval(&every, trigger.min_interval_ms.unwrap_or(1_000), problems);
            }
        }
        TriggerKind::Native => {}
    }
    own
}

fn poll_interval(every: &Value, shortest_ms: u64, problems: &mut Problems<'_>) {
    let expected = format!("{} or longer", duration::format_ms(shortest_ms));
    match every.as_str().map(duration::parse_ms) {
        Some(Ok(ms)) if ms >= shortest_ms => {}
        Some(Ok(_)) => {
            problems
                .error("TL0132", "/trigger/with/every", "the connector must not be asked so often")
                .expected(expected);
        }
        Some(Err(_)) | None => {
            problems
                .error("TL0132", "/trigger/with/every", "`every` says how often the connector is asked")
                .expected(format!("{}: {expected}", duration::DURATION_FORM));
        }
    }
}

fn schedule(with: &serde_json::Map<String, Value>, problems: &mut Problems<'_>) {
    if let Err(error) = Schedule::from_config(with) {
        problems
            .error(error.code(), &format!("/trigger/with/{}", error.key()), error.to_string())
            .hint(error.hint());
    }
}

impl Call<'_> {
    /// A named connection must be there.
    fn connection(&self, env: &CheckEnvironment<'_>, problems: &mut Problems<'_>) {
        let (Some(connection), Some(connections)) = (self.connection, env.connections) else { return };
        if connections.iter().all(|known| known != connection) {
            let known: Vec<&str> = connections.iter().map(String::as_str).collect();
            let close = did_you_mean(connection, known).map(|close| format!("did you mean `{close}`?"));
            problems
                .error(
                    "TL0131",
                    &format!("{}/connection", self.path),
                    format!("there is no connection `{connection}`"),
                )
                .hint(
                    close.unwrap_or_else(|| "make the connection first, then import the workflow".to_owned()),
                );
        }
    }

    fn action(&self, with: &Value, stage: Stage, connectors: &dyn Connectors, problems: &mut Problems<'_>) {
        if self.operation.connector.is_empty() {
            return;
        }
        let Some(manifest) = self.manifest("action", connectors, problems) else { return };
        let Some(action) = manifest.actions.get(&self.operation.name) else {
            let names = manifest.actions.keys().map(String::as_str);
            let other = manifest.triggers.contains_key(&self.operation.name);
            self.unknown("action", "action", &names.collect::<Vec<_>>(), other, problems);
            return;
        };
        self.needs_connection(manifest, problems);
        let path = format!("{}/with", self.path);
        schema::check(with, &action.input, &path, &self.operation.to_string(), problems);
        if stage == Stage::Live && action.undo == Some(Undo::Irreversible) {
            problems
                .warning(
                    "TL0119",
                    &format!("{}/action", self.path),
                    format!("{} cannot be taken back, and the workflow is live", self.operation),
                )
                .hint("begin with `stage: review`, and graduate it when the evidence is there");
        }
    }

    fn manifest<'m>(
        &self,
        key: &str,
        connectors: &'m dyn Connectors,
        problems: &mut Problems<'_>,
    ) -> Option<&'m Manifest> {
        let connector = self.operation.connector.as_str();
        let found = connectors.manifest(connector);
        if found.is_none() {
            let ids = connectors.ids();
            let close = did_you_mean(connector, ids.iter().map(String::as_str));
            problems
                .error(
                    "TL0130",
                    &format!("{}/{key}", self.path),
                    format!("the connector `{connector}` is not installed"),
                )
                .hint(match close {
                    Some(close) => format!("did you mean `{close}.{}`?", self.operation.name),
                    None => "see `throughline plugin list`, or install it with `throughline plugin install`"
                        .to_owned(),
                });
        }
        found
    }

    fn unknown(&self, what: &str, key: &str, names: &[&str], other: bool, problems: &mut Problems<'_>) {
        let Operation { connector, name } = self.operation;
        let close = did_you_mean(name, names.iter().copied())
            .map(|close| format!("did you mean `{connector}.{close}`?"));
        let hint = if other { Some(format!("`{name}` is there, but it is not an {what}")) } else { close };
        let expected =
            if names.is_empty() { format!("a connector with an {what}") } else { names.join(", ") };
        problems
            .error("TL0130", &format!("{}/{key}", self.path), format!("`{connector}` has no {what} `{name}`"))
            .expected(expected)
            .maybe_hint(hint);
    }

    /// A connector with credentials or settings needs a connection that holds them.
    fn needs_connection(&self, manifest: &Manifest, problems: &mut Problems<'_>) {
        let credentials = manifest.auth.values().any(|slot| !slot.optional);
        let settings = manifest.hosts.iter().any(|host| host.origin.contains('{'));
        if self.connection.is_none() && (credentials || settings) {
            problems
                .error("TL0131", self.path, format!("`{}` needs a connection", manifest.id))
                .expected(format!("connection: {}", manifest.id))
                .hint("a connection holds the address and the credentials of one account");
        }
    }
}
