//! Links that begin something without a password: the first account, an invitation, a forgotten password. Each holds a
//! secret, works once, and not for long.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What a link begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// The first account. Printed at the start of a server that has none, so there is no default password.
    Setup,
    /// The password of an account that an administrator made.
    Invitation,
    /// A new password for one that was forgotten.
    Reset,
}

impl LinkKind {
    /// The word as stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    /// How long it works, in milliseconds: a day, a week, an hour.
    pub const fn life_ms(self) -> u64 {
        match self {
            Self::Setup => 86_400_000,
            Self::Invitation => 7 * 86_400_000,
            Self::Reset => 3_600_000,
        }
    }
}

impl TryFrom<String> for LinkKind {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        [Self::Setup, Self::Invitation, Self::Reset]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| format!("`{text}` is no kind of link"))
    }
}

/// What is stored of a link, beside the hash of its secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetupLink {
    /// What it begins.
    pub kind: LinkKind,
    /// Until before this time.
    pub expires_at: Timestamp,
    /// When it was used, or replaced by a newer one.
    pub ended_at: Option<Timestamp>,
}

/// Why a link does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefused {
    /// Used, or replaced.
    #[error("this link was used, or a newer one has replaced it: ask for another")]
    Ended,
    /// Too old.
    #[error("this link is too old: ask for another")]
    TooOld,
    /// There is an account already.
    #[error("this server has an account already: sign in, or ask its administrator for an invitation")]
    NotTheFirst,
}

impl LinkRefused {
    /// The page of it.
    pub const CODE: &'static str = "TL0826";
}

impl SetupLink {
    /// Does it work now? `accounts`: the server has one.
    pub fn check(&self, accounts: bool, now: Timestamp) -> Result<(), LinkRefused> {
        if self.ended_at.is_some() {
            return Err(LinkRefused::Ended);
        }
        if now >= self.expires_at {
            return Err(LinkRefused::TooOld);
        }
        if accounts && self.kind == LinkKind::Setup {
            return Err(LinkRefused::NotTheFirst);
        }
        Ok(())
    }
}
