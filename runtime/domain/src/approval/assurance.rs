//! How sure we are who it is that decides.

use serde::{Deserialize, Serialize};

use super::code::Cookie;
use crate::id::{PersonId, ProposalId};
use crate::time::Timestamp;

/// A login this fresh counts as one for the decision: 10 minutes, in milliseconds.
pub const RECENT_LOGIN_MS: u64 = 10 * 60_000;

/// How sure, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// A code from a mail; or a token, which a program may hold.
    Code,
    /// Signed in.
    Session,
    /// Signed in, and the password typed just now.
    ReAuthenticated,
}

/// What a request came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pass {
    /// A session.
    Session {
        /// Whose.
        person: PersonId,
        /// When they last proved who they are: signed in, or typed their password again.
        confirmed_at: Timestamp,
    },
    /// A 6-digit code was typed.
    Code(Cookie),
    /// An API token. It is a secret a program holds, so it is worth no more than a code.
    Token {
        /// Whose.
        person: PersonId,
    },
}

impl Pass {
    /// Who it says is there.
    pub const fn person(&self) -> &PersonId {
        match self {
            Self::Session { person, .. } | Self::Token { person } => person,
            Self::Code(cookie) => &cookie.person,
        }
    }

    /// The same person's pass for the proposal that their edit made of another.
    pub(super) fn carried_over(&self, proposal: &ProposalId) -> Self {
        match self {
            Self::Session { .. } | Self::Token { .. } => self.clone(),
            Self::Code(cookie) => Self::Code(Cookie { proposal: proposal.clone(), ..cookie.clone() }),
        }
    }

    /// How sure that is.
    pub fn assurance(&self, now: Timestamp) -> Assurance {
        match self {
            Self::Session { confirmed_at, .. } => {
                let fresh = *confirmed_at <= now && now < confirmed_at.plus_ms(RECENT_LOGIN_MS);
                if fresh { Assurance::ReAuthenticated } else { Assurance::Session }
            }
            Self::Code(_) | Self::Token { .. } => Assurance::Code,
        }
    }
}
