//! What is hidden of a run, by its workflow's version and the connectors that it is pinned to.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use throughline_domain::connector::Manifest;
use throughline_domain::run::event::{Entry, RunEvent};
use throughline_domain::workflow::{self, CheckEnvironment, NodeKind, Workflow};
use throughline_store::Scope;

use crate::error::Result;
use crate::redact::Redaction;
use crate::state::ApiState;

/// The version that a run is of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose<'a> {
    pub(super) scope: &'a Scope,
    pub(super) workflow: &'a str,
    pub(super) version: u32,
}

/// What the run's version and its plugins want hidden.
pub(super) async fn hidden(state: &ApiState, whose: Whose<'_>, log: &[Entry]) -> Result<Hidden> {
    let digests = log.iter().find_map(|entry| match &entry.event {
        RunEvent::RunStarted(started) => Some(&started.plugins),
        _ => None,
    });
    let key = HiddenKey {
        scope: whose.scope.clone(),
        workflow: whose.workflow.to_owned(),
        version: whose.version,
        digests: digests.cloned().unwrap_or_default(),
    };
    if let Some(known) = state.hidden().get(&key) {
        return Ok(known);
    }
    let version = state.store().get_workflow_version(whose.scope, whose.workflow, whose.version).await?;
    let text = version.and_then(|version| String::from_utf8(version.source).ok());
    let read = text.map(|text| workflow::check(&text, &CheckEnvironment::default()));
    // A text that does not read cannot say what is to be hidden: then everything is.
    let Some(workflow) = read.and_then(|checked| checked.workflow) else { return Ok(Hidden::everything()) };
    let mut manifests = BTreeMap::new();
    for (connector, digest) in &key.digests {
        let plugin = state.store().get_plugin(connector, digest).await?;
        let manifest = plugin.and_then(|plugin| serde_json::from_slice::<Manifest>(&plugin.manifest).ok());
        manifests.insert(connector.clone(), manifest);
    }
    let hidden = Hidden::new(&workflow, &manifests);
    // A plugin that is gone may come back.
    if manifests.values().all(Option::is_some) {
        state.hidden().keep(key, &hidden);
    }
    Ok(hidden)
}

/// What decides what is hidden: none of it ever changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct HiddenKey {
    scope: Scope,
    workflow: String,
    version: u32,
    digests: BTreeMap<String, String>,
}

/// What is hidden of the runs of a version, once it has been found out: a page of a list asks for many runs of a few.
#[derive(Debug, Default)]
pub(crate) struct KnownHidden(Mutex<HashMap<HiddenKey, Hidden>>);

/// Versions whose hidden values are kept in mind.
const MOST_KNOWN: usize = 1_000;

impl KnownHidden {
    fn get(&self, key: &HiddenKey) -> Option<Hidden> {
        // Every change is one insert or a clearing: what a panicking holder left is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn keep(&self, key: HiddenKey, hidden: &Hidden) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(key, hidden.clone());
    }
}

/// What is hidden of a run: in outputs, and in inputs, whose names are the connector's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hidden {
    pub(crate) values: Redaction,
    pub(crate) inputs: Redaction,
}

impl Hidden {
    /// From a workflow and the manifests of the connectors it is pinned to.
    pub(crate) fn new(workflow: &Workflow, manifests: &BTreeMap<String, Option<Manifest>>) -> Self {
        let mut hidden = Self {
            values: Redaction::new(workflow.log.redact.iter().map(String::as_str)),
            inputs: Redaction::default(),
        };
        for node in workflow.all_nodes() {
            let NodeKind::Action { action, .. } = &node.kind else { continue };
            let root = ["steps", node.id.as_str()];
            match manifests.get(&action.connector) {
                // Pinned, but gone: nobody knows any more what it called secret.
                Some(None) => {
                    hidden.values.add(&root);
                    hidden.inputs.add(&root);
                }
                Some(Some(manifest)) => {
                    if let Some(action) = manifest.actions.get(&action.name) {
                        hidden.values.add_schema(&root, &action.output);
                        hidden.inputs.add_schema(&root, &action.input);
                    }
                }
                None => {}
            }
        }
        let trigger = &workflow.trigger.on;
        let manifest = manifests.get(&trigger.connector).and_then(Option::as_ref);
        if let Some(trigger) = manifest.and_then(|manifest| manifest.triggers.get(&trigger.name)) {
            hidden.values.add_schema(&["event"], &trigger.output);
        }
        if let Some(input) = &workflow.input {
            hidden.values.add_schema(&["event"], input);
        }
        hidden
    }

    /// Every value.
    fn everything() -> Self {
        Self { values: Redaction::new(["event", "steps"]), inputs: Redaction::new(["steps"]) }
    }

    /// Nothing is hidden.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.inputs.is_empty()
    }
}
