//! Checking and publishing workflows.

use std::collections::BTreeMap;

use serde_json::Value;
use throughline_domain::approval::{PolicyProblem, check_policy};
use throughline_domain::calendar::TZDATA;
use throughline_domain::connector::{Manifest, TriggerKind};
use throughline_domain::schedule::Schedule;
use throughline_domain::workflow::reach::Reach;
use throughline_domain::workflow::{self, CheckEnvironment, Checked, Problem, Severity, Workflow};
use throughline_domain::{json, time::Timestamp};
use throughline_store::{Listens, NewTrigger, NewVersion, Scope, TextFormat};

use super::{CommandError, Published};
use crate::Engine;

impl Engine {
    /// Checks a text as publishing would; nothing is saved.
    pub async fn check_workflow(&self, scope: &Scope, text: &str) -> Result<Checked, CommandError> {
        let manifests = self.manifests().await?;
        let connections = self.shared.store.list_connections(scope).await?;
        let connections: Vec<String> = connections.into_iter().map(|row| row.name).collect();
        let workflows = self.shared.catalog.published(scope).await?;
        let environment = CheckEnvironment {
            connectors: Some(&manifests),
            connections: Some(&connections),
            workflows: Some(&workflows),
        };
        Ok(workflow::check(text, &environment))
    }

    /// What is wrong with who must agree, with the people there are now: a policy nobody can satisfy is not saved.
    async fn check_approvals(
        &self,
        scope: &Scope,
        definition: &Workflow,
        now: Timestamp,
    ) -> Result<Vec<Problem>, CommandError> {
        let Some(policy) = &definition.approvals else { return Ok(Vec::new()) };
        let (people, _) = crate::gateway::propose::people(&self.shared, scope, now).await?;
        let found = check_policy(policy, &people, &*self.shared.calendar(scope).await?, now);
        let problem = |found: PolicyProblem| Problem {
            code: found.code,
            severity: found.severity,
            path: "/approvals".to_owned(),
            line: 0,
            column: 0,
            message: match found.rule {
                Some(rule) => format!("rule \"{rule}\": {}", found.message),
                None => found.message,
            },
            expected: None,
            hint: None,
        };
        Ok(found.into_iter().map(problem).collect())
    }

    /// Publishes a text: a new version, or the current one when it says the same.
    pub async fn publish_workflow(
        &self,
        scope: &Scope,
        text: &str,
        by: &str,
    ) -> Result<Published, CommandError> {
        let (new, warnings) = self.to_publish(scope, text, by).await?;
        fail::fail_point!("command.before_publish", |_| std::process::abort());
        let published = self.shared.store.publish(scope, &new).await?;
        fail::fail_point!("command.after_publish", |_| std::process::abort());
        Ok(self.was_published(&new, published, warnings))
    }

    /// What follows a version that was published.
    pub(super) fn was_published(
        &self,
        new: &NewVersion,
        published: throughline_store::Published,
        warnings: Vec<Problem>,
    ) -> Published {
        self.shared.catalog.forget();
        tracing::info!(workflow.id = %new.workflow, workflow.version = published.version,
            account.name = new.published_by, "a workflow was published");
        Published {
            workflow: new.workflow.clone(),
            version: published.version,
            unchanged: !published.new,
            warnings,
        }
    }

    /// The version that a text would be, with what does not keep it from being published.
    pub(super) async fn to_publish(
        &self,
        scope: &Scope,
        text: &str,
        by: &str,
    ) -> Result<(NewVersion, Vec<Problem>), CommandError> {
        let checked = self.check_workflow(scope, text).await?;
        let Some(definition) = checked.workflow else {
            return Err(CommandError::Problems(checked.problems));
        };
        let now = self.shared.clock.now();
        let approvals = self.check_approvals(scope, &definition, now).await?;
        if approvals.iter().any(|problem| problem.severity == Severity::Error) {
            return Err(CommandError::Problems(approvals));
        }
        let manifests = self.manifests().await?;
        let listens = listens(&definition, &manifests, now)?;
        let canonical = json::canonical(&definition.to_json());
        let new = NewVersion {
            workflow: definition.id.clone(),
            title: definition.title.clone().unwrap_or_else(|| definition.id.clone()),
            owner: definition.owner.0.clone(),
            source: text.as_bytes().to_vec(),
            format: if text.trim_start().starts_with('{') { TextFormat::Json } else { TextFormat::Yaml },
            sha256: crate::key::sha256_hex(&canonical),
            canonical,
            trigger: NewTrigger {
                id: definition.trigger.id.clone(),
                connector: definition.trigger.on.connector.clone(),
                listens,
                config: serde_json::to_vec(&definition.trigger.with).unwrap_or_default(),
            },
            published_at: now,
            published_by: by.to_owned(),
        };
        let mut warnings = checked.problems;
        warnings.extend(approvals);
        Ok((new, warnings))
    }

    /// Manifests of the plugins that new runs use, by connector.
    pub async fn manifests(&self) -> Result<BTreeMap<String, Manifest>, CommandError> {
        let plugins = self.shared.store.list_plugins().await?;
        Ok(plugins
            .into_iter()
            .filter(|row| row.current)
            .filter_map(|row| Some((row.connector, serde_json::from_slice(&row.manifest).ok()?)))
            .collect())
    }
}

/// What a workflow's trigger listens to.
fn listens(
    definition: &Workflow,
    manifests: &BTreeMap<String, Manifest>,
    now: Timestamp,
) -> Result<Listens, CommandError> {
    let trigger = &definition.trigger;
    let text = |name: &str| trigger.with.get(name).and_then(Value::as_str);
    match definition.reach() {
        Some(Reach::Form(path)) => return Ok(Listens::Form { path: path.to_owned() }),
        Some(Reach::Mail(address)) => return Ok(Listens::Mail { address: address.to_owned() }),
        None => {}
    }
    let path =
        || text("path").map_or_else(|| definition.id.clone(), |path| path.trim_matches('/').to_owned());
    Ok(match (trigger.on.connector.as_str(), trigger.on.name.as_str()) {
        ("throughline", "manual") => Listens::Manual,
        ("throughline", "called") => Listens::Called,
        ("throughline", "event") => {
            Listens::Event { event_type: text("type").unwrap_or_default().to_owned() }
        }
        ("throughline", event) => Listens::Event { event_type: event.to_owned() },
        ("schedule", _) => {
            let schedule = Schedule::from_config(&trigger.with)
                .map_err(|error| CommandError::Invalid(error.to_string()))?;
            Listens::Schedule { next_at: schedule.next_after(now), tzdata: TZDATA.to_owned() }
        }
        ("webhook", _) => Listens::Webhook { path: path() },
        (connector, name) => {
            let kind =
                manifests.get(connector).and_then(|manifest| manifest.triggers.get(name)).map(|it| it.kind);
            match kind {
                Some(TriggerKind::Webhook) => Listens::Webhook { path: path() },
                Some(TriggerKind::Poll) => Listens::Poll { next_at: now },
                Some(TriggerKind::Native) | None => {
                    return Err(CommandError::Invalid(format!(
                        "nothing can listen to trigger `{}`",
                        trigger.on
                    )));
                }
            }
        }
    })
}
