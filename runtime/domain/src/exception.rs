//! Exceptions: where the normal path stopped, and who moves. The rules only: rows, mails and the run's own log are
//! made by others from what these functions say.
//!
//! An exception's [`life`] is a fold over the log of its transitions; [`clock`] reads the same log. Nothing here is
//! counted up in place, so the same log always gives the same state and the same times.

pub mod answers;
pub mod batch;
pub mod bulk;
pub mod clock;
pub mod fingerprint;
pub mod life;
pub mod reason;
pub mod recurrence;
pub mod release;
pub mod route;

use serde::{Deserialize, Serialize};

/// What an exception is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One record and reason; a person decides about the record.
    Business,
    /// One cause, with everything that waits on it.
    Technical,
}

/// How bad it is to leave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It can wait its turn.
    Low,
    /// As most.
    Normal,
    /// Money, a customer or a deadline is at stake.
    High,
    /// Dismissing it takes two people.
    Critical,
}

macro_rules! shown_as_stored {
    ($($name:ty)*) => { $(
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                serde::Serialize::serialize(self, f)
            }
        }
    )* };
}
pub(crate) use shown_as_stored;

shown_as_stored! { Kind Severity }

#[cfg(test)]
mod tests;
