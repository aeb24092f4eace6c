//! The same fingerprint again: one more of what is known, or something new?

use super::life::{DAY_MS, Life, State};
use crate::id::ExceptionId;
use crate::time::Timestamp;

/// Days after its end in which an exception that comes again is the same one.
pub const REOPEN_DAYS: u64 = 14;

/// What is known of the latest exception with a fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last {
    /// Its id.
    pub exception: ExceptionId,
    /// Where it stands.
    pub state: State,
    /// When it ended; `None` while it is open.
    pub ended_at: Option<Timestamp>,
    /// Hex SHA-256 of the evidence it was last seen with.
    pub evidence: String,
    /// Where its work went, if it was merged.
    pub merged_into: Option<ExceptionId>,
}

impl Last {
    /// What a life says.
    pub fn of(life: &Life) -> Self {
        Self {
            exception: life.id.clone(),
            state: life.state,
            ended_at: life.ended_at(),
            evidence: life.evidence.clone(),
            merged_into: life.merged_into().cloned(),
        }
    }
}

/// What the same fingerprint again means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recurrence {
    /// A new exception, linked to the last one with this fingerprint.
    New {
        /// The last one.
        after: Option<ExceptionId>,
    },
    /// One more occurrence of an open one: the evidence is appended, the due time stays.
    Again(ExceptionId),
    /// It was over, and is not.
    Reopen(ExceptionId),
    /// Somebody said that this is not a problem, and nothing is different: it is counted.
    Count(ExceptionId),
    /// It was merged: ask again with what it was merged into.
    Follow(ExceptionId),
}

/// What an occurrence at `at`, with evidence of this hash, means for the latest exception of its fingerprint.
pub fn recur(last: Option<&Last>, evidence: &str, at: Timestamp) -> Recurrence {
    let Some(last) = last else { return Recurrence::New { after: None } };
    let id = || last.exception.clone();
    let recent = last.ended_at.is_none_or(|ended| at < ended.plus_ms(REOPEN_DAYS * DAY_MS));
    let back = || if recent { Recurrence::Reopen(id()) } else { Recurrence::New { after: Some(id()) } };
    match last.state {
        State::Open | State::Assigned | State::InProgress | State::Waiting | State::Verifying => {
            Recurrence::Again(id())
        }
        State::Dismissed if last.evidence == evidence => Recurrence::Count(id()),
        State::Resolved | State::Dismissed => back(),
        State::Superseded => match &last.merged_into {
            Some(into) => Recurrence::Follow(into.clone()),
            None => Recurrence::New { after: Some(id()) },
        },
    }
}
