//! What a signal to a run says. Stored as JSON bytes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use throughline_domain::failure::Failure;
use throughline_domain::id::{AskId, ExceptionId, PersonId, ProposalId, RunId};
use throughline_domain::run::event::{Payload, ProposalOutcome, Resolution, RunEvent, StepPath};

/// The body of a signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub(crate) enum SignalBody {
    /// Stop.
    Cancel {
        /// Who asked.
        by: String,
    },
    /// A person resolved an exception.
    Resolved {
        /// Parked step.
        path: StepPath,
        /// Exception.
        exception: ExceptionId,
        /// How.
        resolution: Resolution,
        /// Who.
        by: String,
        /// Whose account that is.
        #[serde(default)]
        person: Option<PersonId>,
    },
    /// A person answered.
    Answered {
        /// Asking step.
        path: StepPath,
        /// Question.
        ask: AskId,
        /// Answer.
        answer: Payload,
        /// Who.
        by: String,
        /// Whose account that is.
        #[serde(default)]
        person: Option<PersonId>,
    },
    /// Something became of a proposal.
    Decided {
        /// Waiting step.
        path: StepPath,
        /// The proposal.
        proposal: ProposalId,
        /// What.
        outcome: ProposalOutcome,
    },
    /// A called run ended.
    ChildEnded(ChildEnded),
    /// A request came to a step's callback address.
    CalledBack {
        /// Suspended step.
        path: StepPath,
        /// Logical attempt of the address.
        logical_attempt: u32,
        /// The request.
        request: Payload,
    },
}

/// A called run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ChildEnded {
    /// Calling step.
    pub(crate) path: StepPath,
    /// The child.
    pub(crate) run: RunId,
    /// How.
    pub(crate) result: Result<Payload, Failure>,
    /// The people who put something into it.
    #[serde(default)]
    pub(crate) requested_by: BTreeSet<PersonId>,
}

impl SignalBody {
    /// JSON bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The entry it becomes in the run's log.
    pub(crate) fn into_event(self) -> RunEvent {
        match self {
            Self::Cancel { by } => RunEvent::CancelRequested { by },
            Self::Resolved { path, exception, resolution, by, person } => {
                RunEvent::ExceptionResolved { path, exception, resolution, by, person }
            }
            Self::Decided { path, proposal, outcome } => {
                RunEvent::ProposalDecided { path, proposal, outcome }
            }
            Self::Answered { path, ask, answer, by, person } => {
                RunEvent::Answered { path, ask, answer, by, person }
            }
            Self::CalledBack { path, logical_attempt, request } => {
                RunEvent::CallbackReceived { path, logical_attempt, request }
            }
            Self::ChildEnded(ChildEnded { path, run, result, requested_by }) => {
                RunEvent::ChildEnded { path, run, result, requested_by }
            }
        }
    }
}
