//! What can happen to an exception, as it is logged.

use serde::{Deserialize, Serialize};

use super::{Outcome, State, Strength, Way};
use crate::exception::clock::Rung;
use crate::exception::reason::EvidenceKind;
use crate::exception::{Severity, shown_as_stored};
use crate::id::{EventId, ExceptionId, RunId};
use crate::time::Timestamp;
use crate::workflow::Owner;

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Who {
    /// A person.
    Person {
        /// Account.
        id: String,
        /// For whom, where the right was delegated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_behalf_of: Option<String>,
    },
    /// The run, a sweep, a connector's answer.
    Runner,
}

impl Who {
    /// The account, if it is a person.
    pub fn person(&self) -> Option<&str> {
        match self {
            Self::Person { id, .. } => Some(id),
            Self::Runner => None,
        }
    }

    /// Two different people, neither of whom acts for the other or for the same third one.
    pub fn is_another_than(&self, other: &Self) -> bool {
        let accounts = |who: &Self| match who {
            Self::Person { id, on_behalf_of } => [Some(id.clone()), on_behalf_of.clone()],
            Self::Runner => [None, None],
        };
        let (ours, theirs) = (accounts(self), accounts(other));
        let both = self.person().is_some() && other.person().is_some();
        both && !ours.iter().flatten().any(|account| theirs.iter().flatten().any(|other| other == account))
    }
}

/// On whom an exception waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingOn {
    /// The customer: the clock stands still.
    Customer,
    /// A vendor: the clock stands still.
    Vendor,
    /// A system of ours: the clock runs.
    System,
    /// A colleague: the clock runs.
    Internal,
}

impl WaitingOn {
    /// The time belongs to somebody we cannot hurry.
    pub const fn stops_the_clock(self) -> bool {
        match self {
            Self::Customer | Self::Vendor => true,
            Self::System | Self::Internal => false,
        }
    }
}

shown_as_stored! { WaitingOn }

/// What shows that an exception is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Of what kind.
    pub kind: EvidenceKind,
    /// When it was seen.
    pub at: Timestamp,
    /// What it is: an event, a run, a read, in words and ids.
    pub what: String,
    /// The run that shows it, and whose work stands for what waited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// The event that brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventId>,
}

/// How an update was seen to have happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Verification {
    /// Read from the system: it has the value.
    ReadBack,
    /// The system acknowledged it, and cannot be read.
    Receipt {
        /// The receipt.
        receipt: String,
    },
    /// A person made the update by hand in a system that cannot be read, and says how one can see it.
    Attested {
        /// The proof.
        proof: String,
    },
}

impl Verification {
    /// How strong it is.
    pub const fn strength(&self) -> Strength {
        match self {
            Self::ReadBack => Strength::ReadBack,
            Self::Receipt { .. } => Strength::Receipt,
            Self::Attested { .. } => Strength::Attested,
        }
    }
}

/// One occurrence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Hex SHA-256 of its evidence.
    pub evidence: String,
    /// Steps that wait on it besides those that waited before.
    pub items: u32,
}

/// What happens to an exception.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Event {
    /// It was given to somebody: by a person, by routing, or because the owner left.
    Assigned {
        /// To whom.
        to: Owner,
    },
    /// A person works on it now.
    Taken,
    /// Its owner gave it to somebody else.
    HandedOver {
        /// To whom.
        to: Owner,
        /// Why, and what is known.
        note: String,
    },
    /// It waits on somebody.
    WaitBegan {
        /// On whom.
        on: WaitingOn,
        /// Until when at most.
        until: Timestamp,
        /// For what.
        note: String,
    },
    /// The wait is over.
    WaitEnded,
    /// Hidden until then; the clock runs.
    Snoozed {
        /// Until when.
        until: Timestamp,
    },
    /// No longer hidden.
    Woken,
    /// A person said how it is resolved.
    Resolving {
        /// How.
        way: Way,
        /// What came of it.
        outcome: Outcome,
        /// In words.
        note: Option<String>,
    },
    /// The run has the resolution in its log; without a run, it was carried out.
    ResolutionTaken,
    /// One of the updates was seen.
    Verified {
        /// Which, by its place in the list.
        update: usize,
        /// How.
        how: Verification,
    },
    /// The connector was asked about one of the updates and cannot tell: from now on its receipt shows it.
    Unreadable {
        /// Which.
        update: usize,
    },
    /// One of the updates is not what it should be: the resolution did not hold.
    Mismatched {
        /// Which.
        update: usize,
        /// What was found instead.
        found: String,
    },
    /// Everything was seen.
    Resolved,
    /// Evidence shows that it is gone.
    AutoResolved {
        /// Which.
        evidence: Evidence,
    },
    /// A first person says that a critical one is not a problem.
    DismissalAsked {
        /// Why.
        reason: String,
    },
    /// It is not a problem, or is given up.
    Dismissed {
        /// Why.
        reason: String,
    },
    /// Another one goes on with it, or its step went on without it.
    Superseded {
        /// What it was merged into.
        into: Option<ExceptionId>,
    },
    /// Another one was merged into it.
    Absorbed {
        /// Which.
        from: ExceptionId,
        /// How often that was seen.
        occurrences: u32,
        /// How bad that was.
        severity: Severity,
        /// Steps that waited on it.
        items: u32,
    },
    /// It was seen again.
    Recurred {
        /// What was seen.
        seen: Seen,
    },
    /// It was over, and is not.
    Reopened {
        /// Why.
        why: String,
        /// What was seen; `None` when a person reopened it.
        seen: Option<Seen>,
    },
    /// A rung of the ladder was reached.
    Reached {
        /// Which.
        rung: Rung,
        /// Who takes it, where the rung gives it to the backup.
        to: Option<Owner>,
    },
}

impl Event {
    /// In words, for messages: `take`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Assigned { .. } => "assign",
            Self::Taken => "take",
            Self::HandedOver { .. } => "hand over",
            Self::WaitBegan { .. } => "wait",
            Self::WaitEnded => "end the wait of",
            Self::Snoozed { .. } => "snooze",
            Self::Woken => "wake",
            Self::Resolving { .. } | Self::Resolved => "resolve",
            Self::ResolutionTaken => "carry out the resolution of",
            Self::Verified { .. } | Self::Unreadable { .. } | Self::Mismatched { .. } => "verify",
            Self::AutoResolved { .. } => "resolve by evidence",
            Self::DismissalAsked { .. } | Self::Dismissed { .. } => "dismiss",
            Self::Superseded { .. } => "supersede",
            Self::Absorbed { .. } => "merge another into",
            Self::Recurred { .. } => "count",
            Self::Reopened { .. } => "reopen",
            Self::Reached { .. } => "escalate",
        }
    }
}

/// One entry of an exception's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// When; never before the entry above.
    pub at: Timestamp,
    /// Who.
    pub who: Who,
    /// What.
    pub event: Event,
    /// State before.
    pub from: State,
    /// State after; the same where only a column changes.
    pub to: State,
}
