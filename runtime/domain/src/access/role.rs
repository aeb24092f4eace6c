//! The roles of a workspace.

use serde::{Deserialize, Serialize};

use super::right::Right;
use crate::workflow::Owner;

/// A role every workspace has. A person may have several; what they may do is the sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Keeps connections and people.
    Admin,
    /// Writes workflows.
    Builder,
    /// Decides.
    Approver,
    /// Works the queue.
    Operator,
    /// Looks.
    Viewer,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Admin, Self::Builder, Self::Approver, Self::Operator, Self::Viewer];

    /// The word as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Builder => "builder",
            Self::Approver => "approver",
            Self::Operator => "operator",
            Self::Viewer => "viewer",
        }
    }

    /// What the role allows; all else it does not. Deciding comes with the approver's role only: who hands out rights
    /// does not thereby decide over money. Everybody who may own an exception may resolve it.
    pub const fn rights(self) -> &'static [Right] {
        match self {
            Self::Admin => &[
                Right::See,
                Right::Operate,
                Right::Resolve,
                Right::Build,
                Right::Reveal,
                Right::Connect,
                Right::People,
            ],
            Self::Builder => &[Right::See, Right::Operate, Right::Resolve, Right::Build],
            Self::Approver => &[Right::See, Right::Resolve, Right::Decide],
            Self::Operator => &[Right::See, Right::Operate, Right::Resolve],
            Self::Viewer => &[Right::See],
        }
    }

    /// Does it allow this?
    pub fn allows(self, right: Right) -> bool {
        self.rights().contains(&right)
    }

    /// The roles that allow this, as words for people: `admin or builder`.
    pub(super) fn that_allow(right: Right) -> String {
        let names: Vec<&str> =
            Self::ALL.into_iter().filter(|role| role.allows(right)).map(Self::as_str).collect();
        match names.split_last() {
            None => "none".to_owned(),
            Some((last, [])) => (*last).to_owned(),
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        }
    }

    /// As an owner: `role:operator`.
    pub fn owner(self) -> Owner {
        Owner(format!("role:{}", self.as_str()))
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no role: admin, builder, approver, operator or viewer")]
pub struct NoRole(String);

impl TryFrom<String> for Role {
    type Error = NoRole;
    fn try_from(text: String) -> Result<Self, NoRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(NoRole(text))
    }
}
