//! What becomes of the proposal that a step waits on.

use serde::{Deserialize, Serialize};

use super::Payload;
use crate::approval::RejectReason;
use crate::id::{DecisionId, ProposalId};

/// What became of a proposal, as its run hears of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum ProposalOutcome {
    /// It may be applied.
    Approved {
        /// The last decision that made it so.
        decision: DecisionId,
        /// Who made that one.
        by: String,
        /// The step's whole input, where a person edited it.
        input: Option<Payload>,
    },
    /// A person said no.
    Rejected {
        /// The decision.
        decision: DecisionId,
        /// Who.
        by: String,
        /// Why.
        reason: RejectReason,
        /// In words.
        note: Option<String>,
    },
    /// Nobody decided in time.
    Expired,
    /// A proposal of another run says all that this one said.
    Superseded {
        /// Which.
        by: ProposalId,
    },
    /// Its publisher withdrew it.
    Withdrawn {
        /// Who.
        by: String,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A person edited it: the step waits on the proposal that came of it.
    Replaced {
        /// Which.
        by: ProposalId,
    },
}
