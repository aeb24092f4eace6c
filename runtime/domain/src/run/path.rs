//! Where a step is: scopes are the run itself and the items of a for-each, nested as deep as the text nests.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::run::event::StepPath;

/// A scope: empty for the run itself, `lines[3]` for the fourth item of for-each `lines`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScopePath(pub String);

impl ScopePath {
    /// The run itself.
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// One item of a for-each.
    pub fn item(each: &StepPath, index: u64) -> Self {
        Self(format!("{each}[{index}]"))
    }

    /// The for-each step and index this scope is an item of; `None` for the run itself.
    pub fn owner(&self) -> Option<(StepPath, u64)> {
        let (each, index) = self.0.strip_suffix(']')?.rsplit_once('[')?;
        Some((StepPath(each.to_owned()), index.parse().ok()?))
    }

    /// The path of a node in this scope.
    pub fn step(&self, node: &str) -> StepPath {
        if self.0.is_empty() { StepPath(node.to_owned()) } else { StepPath(format!("{}/{node}", self.0)) }
    }

    /// What all paths inside this scope begin with.
    pub(crate) fn prefix(&self) -> String {
        if self.0.is_empty() { String::new() } else { format!("{}/", self.0) }
    }
}

impl fmt::Display for ScopePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StepPath {
    /// The scope the step is in.
    pub fn scope(&self) -> ScopePath {
        ScopePath(self.0.rsplit_once('/').map_or("", |(scope, _)| scope).to_owned())
    }

    /// The id of its node.
    pub fn node(&self) -> &str {
        self.0.rsplit_once('/').map_or(self.0.as_str(), |(_, node)| node)
    }

    /// What the scopes of this for-each's items begin with.
    pub(crate) fn items_prefix(&self) -> String {
        format!("{}[", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_take_apart_and_join() {
        let each = StepPath("lines".into());
        let item = ScopePath::item(&each, 3);
        let inner = ScopePath::item(&item.step("parts"), 0);
        assert_eq!(inner.0, "lines[3]/parts[0]");
        let step = inner.step("price");
        assert_eq!((step.scope(), step.node()), (inner.clone(), "price"));
        assert_eq!(inner.owner(), Some((StepPath("lines[3]/parts".into()), 0)));
        assert_eq!(item.owner(), Some((each, 3)));
        assert_eq!(ScopePath::root().owner(), None);
        assert_eq!(StepPath("proof".into()).scope(), ScopePath::root());
    }
}
