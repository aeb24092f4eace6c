//! What workflows can be made of: every action and trigger of the connectors that new runs use.

use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use throughline_domain::connector::{ActionManifest, Manifest, TriggerManifest};
use utoipa::ToSchema;

use crate::auth::{See, Span};
use crate::error::Result;
use crate::state::ApiState;

/// Everything there is to build with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CatalogView {
    /// Connectors, by id.
    connectors: Vec<ConnectorView>,
}

/// A connector, as new runs use it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ConnectorView {
    /// Connector id.
    #[schema(example = "projects")]
    connector: String,
    /// Its own version.
    version: String,
    /// SHA-256 of the component.
    digest: String,
    /// Name for people.
    name: String,
    /// What it is for.
    description: String,
    /// Connection slots: how each is signed in, by name. A connector without one needs no connection.
    auth: Value,
    /// Settings of a connection that are not secret, as a JSON Schema; null: it has none.
    settings: Option<Value>,
    /// Hosts it asks to reach; `{base_url}` stands for the connection's own.
    hosts: Vec<String>,
    /// Actions.
    actions: Vec<ActionView>,
    /// Triggers.
    triggers: Vec<CatalogTriggerView>,
}

/// An action.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ActionView {
    /// Connector and action.
    #[schema(example = "projects.get_job")]
    action: String,
    /// Title for people.
    title: String,
    /// Help.
    description: String,
    /// `read`, `write_idempotent` or `write_once`.
    #[schema(value_type = String)]
    effect: Value,
    /// `reversible`, `compensable` or `irreversible`; null for reads.
    #[schema(value_type = Option<String>)]
    undo: Option<Value>,
    /// It can say beforehand what it would change.
    preview: bool,
    /// Record type it is about.
    record: Option<String>,
    /// JSON Schema of its input.
    input: Value,
    /// JSON Schema of its output.
    output: Value,
    /// An output.
    sample: Value,
}

/// A trigger.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CatalogTriggerView {
    /// Connector and trigger.
    #[schema(example = "projects.job_completed")]
    trigger: String,
    /// Title for people.
    title: String,
    /// Help.
    description: String,
    /// `poll`, `webhook` or `native`: the runner itself makes its events.
    #[schema(value_type = String)]
    kind: Value,
    /// JSON Schema of its configuration.
    config: Value,
    /// JSON Schema of an event's data.
    output: Value,
    /// An event's data.
    sample: Value,
}

/// Actions and triggers to build with
///
/// Of the plugins that new runs use; with their schemas and samples.
#[utoipa::path(get, path = "/api/v1/catalog", tag = "plugins", responses((status = 200, body = CatalogView)))]
pub(crate) async fn show(State(state): State<ApiState>, _span: Span<See>) -> Result<axum::Json<CatalogView>> {
    let mut connectors = Vec::new();
    for row in state.store().list_plugins().await?.into_iter().filter(|row| row.current) {
        if let Ok(manifest) = serde_json::from_slice::<Manifest>(&row.manifest) {
            connectors.push(connector(manifest, row.digest));
        }
    }
    connectors.sort_by(|a, b| a.connector.cmp(&b.connector));
    Ok(axum::Json(CatalogView { connectors }))
}

fn connector(manifest: Manifest, digest: String) -> ConnectorView {
    let id = &manifest.id;
    let actions =
        manifest.actions.into_iter().map(|(name, one)| action(format!("{id}.{name}"), one)).collect();
    let triggers =
        manifest.triggers.into_iter().map(|(name, one)| trigger(format!("{id}.{name}"), one)).collect();
    ConnectorView {
        auth: json(&manifest.auth),
        settings: manifest.settings,
        hosts: manifest.hosts.into_iter().map(|host| host.origin).collect(),
        connector: manifest.id,
        version: manifest.version,
        digest,
        name: manifest.name,
        description: manifest.description,
        actions,
        triggers,
    }
}

fn action(action: String, one: ActionManifest) -> ActionView {
    ActionView {
        action,
        title: one.title,
        description: one.description,
        effect: json(&one.effect),
        undo: one.undo.as_ref().map(json),
        preview: one.preview,
        record: one.record,
        input: one.input,
        output: one.output,
        sample: one.sample,
    }
}

fn trigger(trigger: String, one: TriggerManifest) -> CatalogTriggerView {
    CatalogTriggerView {
        trigger,
        title: one.title,
        description: one.description,
        kind: json(&one.kind),
        config: one.config,
        output: one.output,
        sample: one.sample,
    }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
