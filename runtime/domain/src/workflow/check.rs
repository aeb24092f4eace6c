//! One check of a workflow's text, the same for CLI, API, import and editor.

use serde_json::Value;

use super::problem::{Problem, Problems, Severity};
use super::source::Source;
use super::{Workflow, read, validate};
use crate::connector::Manifest;

/// The installed connectors.
pub trait Connectors {
    /// The manifest of the connector, if it is installed.
    fn manifest(&self, connector: &str) -> Option<&Manifest>;
    /// Ids of all installed connectors, for hints.
    fn ids(&self) -> Vec<String>;
}

impl Connectors for std::collections::BTreeMap<String, Manifest> {
    fn manifest(&self, connector: &str) -> Option<&Manifest> {
        self.get(connector)
    }

    fn ids(&self) -> Vec<String> {
        self.keys().cloned().collect()
    }
}

/// The other workflows of the workspace.
pub trait Workflows {
    /// The published version of the workflow.
    fn workflow(&self, id: &str) -> Option<&Workflow>;
    /// Ids of all published workflows, for hints.
    fn ids(&self) -> Vec<String>;
}

impl Workflows for std::collections::BTreeMap<String, Workflow> {
    fn workflow(&self, id: &str) -> Option<&Workflow> {
        self.get(id)
    }

    fn ids(&self) -> Vec<String> {
        self.keys().cloned().collect()
    }
}

/// What a text is checked against; what is not given is not checked.
#[derive(Clone, Copy, Default)]
pub struct CheckEnvironment<'e> {
    /// The installed connectors.
    pub connectors: Option<&'e dyn Connectors>,
    /// Names of the workspace's connections.
    pub connections: Option<&'e [String]>,
    /// The other workflows.
    pub workflows: Option<&'e dyn Workflows>,
}

impl std::fmt::Debug for CheckEnvironment<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CheckEnvironment").field("connections", &self.connections).finish_non_exhaustive()
    }
}

/// What a check found.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The workflow, if nothing is wrong with it; warnings leave it.
    pub workflow: Option<Workflow>,
    /// Everything that was found, in the order of the text.
    pub problems: Vec<Problem>,
}

impl Checked {
    /// Problems that keep the text from being saved.
    pub fn errors(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.severity == Severity::Error)
    }
}

/// Reads and checks a text, YAML or JSON, and gives every problem at once.
pub fn check(text: &str, env: &CheckEnvironment<'_>) -> Checked {
    let (source, unreadable) = Source::read(text);
    if source.value == Value::Null && !unreadable.is_empty() {
        return Checked { workflow: None, problems: unreadable };
    }
    finish(&source, unreadable, env)
}

/// Reads a text that is being written as far as it goes: what is missing has its default, and what does not read is left
/// out. For trying its steps; nothing is ever run by it.
pub fn sketch(text: &str) -> Option<Workflow> {
    let (source, _) = Source::read(text);
    read::workflow(&source.value, &mut Problems::new(&source))
}

/// Checks a workflow that is already typed, by way of its own text: places are those of
/// [`Workflow::to_text`].
pub fn check_workflow(workflow: &Workflow, env: &CheckEnvironment<'_>) -> Checked {
    check(&workflow.to_text(), env)
}

fn finish(source: &Source, unreadable: Vec<Problem>, env: &CheckEnvironment<'_>) -> Checked {
    let mut problems = Problems::new(source);
    let workflow = read::workflow(&source.value, &mut problems);
    if let Some(workflow) = &workflow {
        validate::workflow(workflow, env, &mut problems);
    }
    let mut problems = problems.finish();
    problems.extend(unreadable);
    problems.sort_by_key(|problem| (problem.line, problem.column));
    let good = problems.iter().all(|problem| problem.severity == Severity::Warning);
    Checked { workflow: workflow.filter(|_| good), problems }
}
