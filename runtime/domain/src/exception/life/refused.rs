//! Why something may not happen to an exception. Nothing was changed.

use super::{Outcome, State};
use crate::exception::reason::EvidenceKind;
use crate::time::Timestamp;
use crate::workflow::ReasonCode;

/// Why something may not happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It does not fit where the exception stands.
    #[error("you cannot {what} an exception that is {state}")]
    DoesNotFit {
        /// What was asked.
        what: &'static str,
        /// Where it stands.
        state: State,
    },
    /// It is so already.
    #[error("{why}")]
    AlreadySo {
        /// In words.
        why: &'static str,
    },
    /// A closed exception stays closed.
    #[error("it was closed on {}: what comes again opens a new exception, linked to this one", .at.to_rfc3339())]
    Closed {
        /// Since when.
        at: Timestamp,
    },
    /// Only a person may.
    #[error("only a person can {what} an exception")]
    NeedsPerson {
        /// What was asked.
        what: &'static str,
    },
    /// Only the runner may: it follows from what was seen.
    #[error("nobody can {what} an exception by hand: it follows from what was seen")]
    NeedsRunner {
        /// What was asked.
        what: &'static str,
    },
    /// The way to resolve does not fit.
    #[error("{why}")]
    WayUnfit {
        /// In words.
        why: &'static str,
    },
    /// The outcome does not fit the way.
    #[error("`{outcome}` cannot come of that; it can be {}", words(.fitting))]
    OutcomeUnfit {
        /// What was said.
        outcome: Outcome,
        /// What fits.
        fitting: &'static [Outcome],
    },
    /// It is not carried out yet.
    #[error("the run has not taken the resolution yet: it is resolved when the step has gone on")]
    NotTaken,
    /// What must update after was not seen.
    #[error(
        "it is not resolved while {left} of the systems that update after it were not seen to have done so"
    )]
    Unverified {
        /// How many.
        left: usize,
    },
    /// The verification does not fit the update.
    #[error("{why}")]
    VerificationUnfit {
        /// In words.
        why: &'static str,
    },
    /// A critical one needs two people.
    #[error("dismissing a critical exception takes a second person, who does not act for the first")]
    SecondPerson,
    /// The owner cannot own.
    #[error("`{owner}` cannot own it: {why}")]
    OwnerUnfit {
        /// Who.
        owner: String,
        /// In words.
        why: &'static str,
    },
    /// A time out of bounds.
    #[error("{why}")]
    TimeUnfit {
        /// In words.
        why: &'static str,
    },
    /// Words are missing.
    #[error("write {what}: it is empty")]
    WordsMissing {
        /// Which.
        what: &'static str,
    },
    /// That evidence does not show it.
    #[error("`{kind}` does not show that an exception with the reason `{reason}` is gone")]
    EvidenceUnfit {
        /// What was given.
        kind: EvidenceKind,
        /// The exception's reason.
        reason: ReasonCode,
    },
    /// The evidence is older than the exception, or has no words.
    #[error("{why}")]
    EvidenceWeak {
        /// In words.
        why: &'static str,
    },
    /// The two cannot be one.
    #[error("these two cannot be merged: {why}")]
    CannotMerge {
        /// In words.
        why: &'static str,
    },
}

impl Refused {
    /// Its page under docs/errors.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DoesNotFit { .. }
            | Self::AlreadySo { .. }
            | Self::Closed { .. }
            | Self::NeedsPerson { .. }
            | Self::NeedsRunner { .. } => "TL0842",
            Self::WayUnfit { .. } | Self::OutcomeUnfit { .. } => "TL0843",
            Self::NotTaken | Self::Unverified { .. } | Self::VerificationUnfit { .. } => "TL0844",
            Self::SecondPerson => "TL0845",
            Self::OwnerUnfit { .. } => "TL0846",
            Self::TimeUnfit { .. } => "TL0847",
            Self::WordsMissing { .. } => "TL0848",
            Self::EvidenceUnfit { .. } | Self::EvidenceWeak { .. } => "TL0849",
            Self::CannotMerge { .. } => "TL0850",
        }
    }
}

fn words(outcomes: &[Outcome]) -> String {
    outcomes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
