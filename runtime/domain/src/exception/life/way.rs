//! Ways to resolve, what can come of each, and where each may be used.

use serde::{Deserialize, Serialize};

use super::Refused;
use crate::exception::reason::Button;
use crate::exception::shown_as_stored;
use crate::run::event::Resolution;

/// How a person resolves an exception. What goes into the step (input, output) belongs to the run's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Way {
    /// Mend the record in its system, then go on from the step that stopped.
    FixAndContinue,
    /// Run the step again.
    Retry {
        /// With which input.
        input: InputChoice,
        /// In which version.
        version: VersionChoice,
    },
    /// A person did what the step should have done.
    CompleteByHand,
    /// Go on without it.
    Skip,
    /// The run fails: the exception is dismissed.
    GiveUp,
    /// In doubt only: the write happened.
    Happened {
        /// How one can see it.
        proof: String,
    },
    /// In doubt only: the write did not happen; send it again.
    DidNotHappen,
}

/// What of an exception decides which ways it can be resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ground {
    /// Nobody knows whether its write happened.
    pub in_doubt: bool,
    /// Its whole run was set aside.
    pub quarantined: bool,
    /// Steps that wait on it.
    pub items: u32,
}

impl Ground {
    /// May this button be pressed? What it carries is checked when it is.
    pub fn allows(self, button: Button) -> bool {
        let retry = |input| Way::Retry { input, version: VersionChoice::Original };
        let way = match button {
            Button::FixAndContinue => Way::FixAndContinue,
            Button::Retry => retry(InputChoice::Original),
            Button::EditAndRetry => retry(InputChoice::Edited),
            Button::CompleteByHand => Way::CompleteByHand,
            Button::Skip => Way::Skip,
            // It dismisses, which is always possible while somebody works on it.
            Button::GiveUp => return true,
            Button::Happened => Way::Happened { proof: "said when it is pressed".to_owned() },
            Button::DidNotHappen => Way::DidNotHappen,
        };
        way.check(self).is_ok()
    }
}

/// Which input a retry uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputChoice {
    /// The one it stopped with.
    Original,
    /// One that a person edited.
    Edited,
}

/// Which version a retry uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionChoice {
    /// The one it stopped in.
    Original,
    /// The one published now.
    Current,
}

/// What came of it; the closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names are the field's own words; docs/decisions/0019 lists which fits where"
)]
pub enum Outcome {
    FixedAndReplayed,
    FixedInSource,
    ReplayedUnchanged,
    EditedAndReplayed,
    Linked,
    CreatedNew,
    AcceptedAsIs,
    HandledOutside,
    CancelledItem,
    WorkflowFixed,
    NoLongerApplies,
}

shown_as_stored! { Outcome InputChoice VersionChoice }

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::FixedAndReplayed,
        Self::FixedInSource,
        Self::ReplayedUnchanged,
        Self::EditedAndReplayed,
        Self::Linked,
        Self::CreatedNew,
        Self::AcceptedAsIs,
        Self::HandledOutside,
        Self::CancelledItem,
        Self::WorkflowFixed,
        Self::NoLongerApplies,
    ];
}

impl Way {
    /// What can come of it, the usual first; empty for giving up, which dismisses instead.
    pub const fn outcomes(&self) -> &'static [Outcome] {
        use Outcome as O;
        match self {
            Self::FixAndContinue => &[O::FixedAndReplayed, O::FixedInSource, O::Linked, O::CreatedNew],
            Self::Retry { input: InputChoice::Edited, version: VersionChoice::Original } => {
                &[O::EditedAndReplayed]
            }
            Self::Retry { input: InputChoice::Edited, version: VersionChoice::Current } => {
                &[O::EditedAndReplayed, O::WorkflowFixed]
            }
            Self::Retry { input: InputChoice::Original, version: VersionChoice::Original } => {
                &[O::ReplayedUnchanged, O::FixedInSource]
            }
            Self::Retry { input: InputChoice::Original, version: VersionChoice::Current } => {
                &[O::WorkflowFixed, O::ReplayedUnchanged, O::FixedInSource]
            }
            Self::CompleteByHand => {
                &[O::HandledOutside, O::FixedInSource, O::Linked, O::CreatedNew, O::AcceptedAsIs]
            }
            Self::Skip => &[O::NoLongerApplies, O::AcceptedAsIs, O::CancelledItem, O::HandledOutside],
            Self::GiveUp => &[],
            Self::Happened { .. } => &[O::AcceptedAsIs],
            Self::DidNotHappen => &[O::ReplayedUnchanged],
        }
    }

    /// Its button.
    pub const fn button(&self) -> Button {
        match self {
            Self::FixAndContinue => Button::FixAndContinue,
            Self::Retry { input: InputChoice::Original, .. } => Button::Retry,
            Self::Retry { input: InputChoice::Edited, .. } => Button::EditAndRetry,
            Self::CompleteByHand => Button::CompleteByHand,
            Self::Skip => Button::Skip,
            Self::GiveUp => Button::GiveUp,
            Self::Happened { .. } => Button::Happened,
            Self::DidNotHappen => Button::DidNotHappen,
        }
    }

    /// The way a resolution in the run's log is.
    pub fn of(resolution: &Resolution, version: VersionChoice) -> Self {
        match resolution {
            Resolution::Retried => Self::Retry { input: InputChoice::Original, version },
            Resolution::EditedAndRetried { .. } => Self::Retry { input: InputChoice::Edited, version },
            Resolution::CompletedByHand { .. } => Self::CompleteByHand,
            Resolution::Skipped | Resolution::Superseded { .. } => Self::Skip,
            Resolution::GaveUp { .. } => Self::GiveUp,
            Resolution::Happened { proof, .. } => Self::Happened { proof: proof.clone() },
            Resolution::DidNotHappen => Self::DidNotHappen,
        }
    }

    /// That it may be used on this exception.
    pub(super) fn check(&self, ground: Ground) -> Result<(), Refused> {
        let refuse = |why: &'static str| Err(Refused::WayUnfit { why });
        let (in_doubt, one) = (ground.in_doubt, ground.items <= 1);
        if ground.quarantined && !matches!(self, Self::Retry { input: InputChoice::Original, .. }) {
            return refuse("a run that was set aside is retried as it was, or given up");
        }
        match self {
            Self::FixAndContinue | Self::Retry { .. } if in_doubt => refuse(
                "nobody knows whether this write happened: say whether it did, so that it is not sent twice",
            ),
            Self::Happened { .. } | Self::DidNotHappen if !in_doubt => {
                refuse("nothing of this exception is in doubt")
            }
            Self::Happened { proof } if proof.trim().is_empty() => {
                Err(Refused::WordsMissing { what: "the proof: how one can see that it happened" })
            }
            Self::CompleteByHand | Self::Retry { input: InputChoice::Edited, .. } | Self::Happened { .. }
                if !one =>
            {
                refuse("several items wait on this exception, and each needs its own input or output")
            }
            Self::GiveUp => refuse("giving up dismisses the exception: say why it is no problem instead"),
            Self::FixAndContinue
            | Self::Retry { .. }
            | Self::CompleteByHand
            | Self::Skip
            | Self::Happened { .. }
            | Self::DidNotHappen => Ok(()),
        }
    }
}
