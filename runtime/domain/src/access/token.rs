//! What an API token is for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::right::Right;

/// A scope of an API token. It narrows what the token's owner may do, and gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// See, also the figures of the whole server.
    Read,
    /// See; start and stop runs.
    Operate,
    /// See; resolve exceptions.
    Resolve,
    /// See; decide proposals. No other scope includes this one.
    Decide,
    /// See; publish workflows.
    Build,
    /// All that changes something in daily work: operate, resolve and build.
    Write,
    /// All but deciding.
    Admin,
}

impl TokenScope {
    /// Every scope.
    pub const ALL: [Self; 7] =
        [Self::Read, Self::Operate, Self::Resolve, Self::Decide, Self::Build, Self::Write, Self::Admin];

    /// The word as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Operate => "operate",
            Self::Resolve => "resolve",
            Self::Decide => "decide",
            Self::Build => "build",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    /// What it leaves of its owner's rights.
    pub const fn rights(self) -> &'static [Right] {
        match self {
            Self::Read => &[Right::See, Right::Watch],
            Self::Operate => &[Right::See, Right::Operate],
            Self::Resolve => &[Right::See, Right::Resolve],
            Self::Decide => &[Right::See, Right::Decide],
            Self::Build => &[Right::See, Right::Build],
            Self::Write => &[Right::See, Right::Operate, Right::Resolve, Right::Build],
            Self::Admin => &[
                Right::See,
                Right::Operate,
                Right::Resolve,
                Right::Build,
                Right::Reveal,
                Right::Connect,
                Right::People,
                Right::Watch,
                Right::Server,
            ],
        }
    }
}

/// A word that is no scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no scope: read, operate, resolve, decide, build, write or admin")]
pub struct NoScope(String);

impl TryFrom<String> for TokenScope {
    type Error = NoScope;
    fn try_from(text: String) -> Result<Self, NoScope> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or(NoScope(text))
    }
}

/// What several scopes leave: the sum.
pub fn rights_of(scopes: &BTreeSet<TokenScope>) -> BTreeSet<Right> {
    scopes.iter().flat_map(|scope| scope.rights()).copied().collect()
}
