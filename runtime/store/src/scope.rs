//! Whose data: every tenant function of the store takes a [`Scope`] first.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// One workspace's id. What a function may see and change is bounded by it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(Arc<str>);

impl Scope {
    /// A workspace id: 1 to 63 of `a-z`, `0-9`, `-`, `_`, the first a letter or digit.
    pub fn new(workspace: &str) -> Result<Self, StoreError> {
        let good = (1..=63).contains(&workspace.len())
            && !workspace.starts_with(['-', '_'])
            && workspace.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
        if good { Ok(Self(workspace.into())) } else { Err(StoreError::BadWorkspace(workspace.to_owned())) }
    }

    /// The workspace id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Scope {
    type Error = StoreError;
    fn try_from(text: String) -> Result<Self, StoreError> {
        Self::new(&text)
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.0.as_ref().to_owned()
    }
}
