//! What becomes of the step that waits on a proposal.

use super::state::ProposalState;
use crate::workflow::ReasonCode;

/// What the step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepFollows {
    /// It waits on: for people, for its turn, or for the proposal that took this one's place on the same step.
    Waits,
    /// It looks at the preconditions again and sends.
    Sends,
    /// It succeeds with the real output.
    Succeeds,
    /// It takes its exception port, or parks where it has none.
    Port(ReasonCode),
    /// It parks, port or not: a person chooses between sending the rest and taking back what was done.
    Parks(ReasonCode),
    /// It ends `skipped`: another run's proposal says all this one said.
    Skips,
    /// It previews again, and a new proposal takes this one's place.
    PreviewsAgain,
}

impl ProposalState {
    /// What the step does once its proposal is here. `replaced`: another proposal of the same step took its place.
    pub const fn step_follows(self, replaced: bool) -> StepFollows {
        match self {
            Self::Open | Self::Applying => StepFollows::Waits,
            Self::Approved => StepFollows::Sends,
            Self::Applied => StepFollows::Succeeds,
            Self::PartlyApplied => StepFollows::Parks(ReasonCode::DownstreamReject),
            Self::Failed => StepFollows::Port(ReasonCode::DownstreamReject),
            // What a step did was taken back: nothing that builds on it may go on by itself.
            Self::Compensated => StepFollows::Parks(ReasonCode::NeedsJudgement),
            Self::Rejected => StepFollows::Port(ReasonCode::ApprovalRejected),
            Self::Expired => StepFollows::Port(ReasonCode::ApprovalExpired),
            // By its publisher; the steps of a cancelled run end with it.
            Self::Withdrawn => StepFollows::Port(ReasonCode::PolicyHold),
            Self::Superseded | Self::Stale if replaced => StepFollows::Waits,
            Self::Superseded => StepFollows::Skips,
            Self::Stale => StepFollows::PreviewsAgain,
        }
    }
}
