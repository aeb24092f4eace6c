//! Reading and compiling versions.

use std::collections::BTreeMap;

use serde_json::Value;
use throughline_domain::connector::Manifest;
use throughline_domain::connector::secret::secret_paths;
use throughline_domain::run::{ActionTraits, Version, VersionError};
use throughline_domain::workflow::{self, CheckEnvironment, Operation, Workflow};
use throughline_store::Scope;

use super::{Catalog, CatalogError, MAX_VERSIONS, Plugins, lock};

impl Catalog {
    pub(super) async fn definition(
        &self,
        scope: &Scope,
        workflow: &str,
        version: u32,
    ) -> Result<Workflow, CatalogError> {
        let row = self.store.get_workflow_version(scope, workflow, version).await?;
        let row = row.ok_or_else(|| CatalogError::NoWorkflow(workflow.to_owned()))?;
        let bad = |words: String| CatalogError::BadVersion { workflow: workflow.to_owned(), version, words };
        let text = String::from_utf8(row.source).map_err(|error| bad(error.to_string()))?;
        // Checked against nothing but itself: what is installed now does not change what was published then.
        let checked = workflow::check(&text, &CheckEnvironment::default());
        let words = checked.errors().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        checked.workflow.ok_or_else(|| bad(words))
    }

    pub(super) async fn compile(
        &self,
        scope: &Scope,
        definition: Workflow,
        number: u32,
        plugins: &Plugins,
    ) -> Result<Version, CatalogError> {
        let mut manifests = BTreeMap::new();
        for (connector, digest) in plugins {
            let row = self.store.get_plugin(connector, digest).await?;
            let manifest = row.and_then(|row| serde_json::from_slice::<Manifest>(&row.manifest).ok());
            manifests.extend(manifest.map(|manifest| (connector.as_str(), manifest)));
        }
        let action =
            |operation: &Operation| manifests.get(operation.connector.as_str())?.actions.get(&operation.name);
        let traits = definition.actions().into_iter().filter_map(|operation| {
            let traits = ActionTraits::from(action(&operation)?);
            Some((operation, traits))
        });
        let traits = traits.collect();
        // Of a connector that is pinned but gone nobody knows any more what it called secret.
        let has_secrets = manifests.len() < plugins.len() || has_secrets(&definition, &manifests);
        let workflow = definition.id.clone();
        let version = Version::new(definition, number, traits).map_err(|error: VersionError| {
            CatalogError::BadVersion { workflow: workflow.clone(), version: number, words: error.to_string() }
        })?;
        let version = version.with_secrets(has_secrets);
        let mut versions = lock(&self.versions);
        if versions.len() >= MAX_VERSIONS {
            versions.clear();
        }
        versions.insert((scope.clone(), workflow, number, plugins.clone()), version.clone());
        Ok(version)
    }

    /// Current digests of the connectors a workflow uses.
    pub(super) async fn digests(&self, definition: &Workflow) -> Result<Plugins, CatalogError> {
        let mut plugins = Plugins::new();
        for connector in &definition.connectors() {
            if let Some(row) = self.store.current_plugin(connector).await? {
                plugins.insert(connector.clone(), row.digest);
            }
        }
        Ok(plugins)
    }
}

/// A schema of what goes through the workflow marks a value that nobody is to be shown.
fn has_secrets(workflow: &Workflow, manifests: &BTreeMap<&str, Manifest>) -> bool {
    let of = |operation: &Operation| manifests.get(operation.connector.as_str());
    let mut actions = workflow.actions().into_iter();
    let marks = |schema: &Value| !secret_paths(schema).is_empty();
    let in_actions = actions.any(|operation| {
        let action = of(&operation).and_then(|manifest| manifest.actions.get(&operation.name));
        action.is_some_and(|action| marks(&action.input) || marks(&action.output))
    });
    let on = &workflow.trigger.on;
    let trigger = of(on).and_then(|manifest| manifest.triggers.get(&on.name));
    in_actions
        || trigger.is_some_and(|trigger| marks(&trigger.output))
        || workflow.input.as_ref().is_some_and(marks)
}
