//! How effects and exceptions end, and what an exception says.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Payload, StepPath};
use crate::failure::Failure;
use crate::id::{EffectId, RunId};
use crate::workflow::{Due, Owner, ReasonCode, UpdateAfter};

/// How an effect ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum EffectOutcome {
    /// The remote applied it.
    Confirmed {
        /// What the remote said: the receipt.
        receipt: Payload,
        /// How we know.
        by: Evidence,
    },
    /// It is certain that nothing was applied.
    NotApplied {
        /// Why.
        failure: Failure,
    },
    /// Nobody knows.
    InDoubt {
        /// What is known.
        failure: Failure,
    },
}

/// How an outcome is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The remote's own answer.
    Answer,
    /// `reconcile` found it.
    Reconciled,
    /// A person attached proof.
    Person,
}

/// What an exception says when it opens: the five answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExceptionDraft {
    /// Reason code.
    pub reason: ReasonCode,
    /// Why the normal path stopped, in at least 20 characters.
    pub sentence: String,
    /// What changed: record, links, old and new, as far as is known.
    pub what_changed: Value,
    /// Who owns the next action.
    pub owner: Owner,
    /// Who takes over.
    pub backup: Option<Owner>,
    /// By when.
    pub due: Due,
    /// Which systems update after resolution.
    pub updates_after: Vec<UpdateAfter>,
    /// The failure behind it, if there is one.
    pub failure: Option<Failure>,
    /// The effect in doubt, if there is one.
    pub effect: Option<EffectId>,
    /// One of the five answers came from the workflow's defaults because it could not be derived.
    pub unrouted: bool,
    /// Step that runs again on *retry*.
    pub retry_from: Option<StepPath>,
}

/// How a person resolved an exception.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Resolution {
    /// Run the step (or the draft's `retry_from`) again.
    Retried,
    /// Run it again with another input.
    EditedAndRetried {
        /// The input, whole.
        input: Payload,
    },
    /// A person did it; this is its output.
    CompletedByHand {
        /// Output of the step.
        output: Payload,
    },
    /// Go on without it: output null.
    Skipped,
    /// The run fails.
    GaveUp {
        /// Why.
        note: String,
    },
    /// In doubt only: it happened, with proof; the step completes with this output.
    Happened {
        /// Output of the step, as far as known.
        output: Payload,
        /// The proof.
        proof: String,
    },
    /// In doubt only: it did not happen; send again as a new effect.
    DidNotHappen,
    /// A later run of the same record did what this step stands for: it ends, and nothing follows from it.
    Superseded {
        /// The later run.
        by: RunId,
    },
}

impl Resolution {
    /// Somebody puts values of their own into the run: what it writes from now on is what they asked for, too. Letting a
    /// step go on as the workflow says asks for nothing new.
    pub const fn brings_values(&self) -> bool {
        match self {
            Self::EditedAndRetried { .. } | Self::CompletedByHand { .. } | Self::Happened { .. } => true,
            Self::Retried
            | Self::Skipped
            | Self::GaveUp { .. }
            | Self::DidNotHappen
            | Self::Superseded { .. } => false,
        }
    }
}
