//! Under which name a workflow is reached from outside, where a workspace has each name once.

use serde_json::Value;

use super::Workflow;

/// How a workflow is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach<'w> {
    /// A hosted form: `/forms/{workspace}/{path}`.
    Form(&'w str),
    /// Mail to this name at the server's domain.
    Mail(&'w str),
}

impl Workflow {
    /// The form or the mail address that starts it. Where the text names none, it is the workflow's own id.
    pub fn reach(&self) -> Option<Reach<'_>> {
        let named = |key: &str| {
            let name = self.trigger.with.get(key).and_then(Value::as_str).unwrap_or_default();
            let name = name.trim_matches('/');
            if name.is_empty() { self.id.as_str() } else { name }
        };
        match (self.trigger.on.connector.as_str(), self.trigger.on.name.as_str()) {
            ("form", "submitted") => Some(Reach::Form(named("path"))),
            ("mail", "received") => Some(Reach::Mail(named("address"))),
            _ => None,
        }
    }
}
