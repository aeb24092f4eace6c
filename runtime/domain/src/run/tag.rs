//! The stored tag of an event and the step it is about.

use crate::run::event::{RunEvent, StepPath};

impl RunEvent {
    /// The tag it is stored under.
    pub const fn tag(&self) -> &'static str {
        match self {
            Self::RunStarted(_) => "run_started",
            Self::AttemptStarted { .. } => "attempt_started",
            Self::AttemptFailed { .. } => "attempt_failed",
            Self::CallSuspended { .. } => "call_suspended",
            Self::CallbackReceived { .. } => "callback_received",
            Self::CallResumed { .. } => "call_resumed",
            Self::CallPutOff { .. } => "call_put_off",
            Self::EffectIntended { .. } => "effect_intended",
            Self::EffectSettled { .. } => "effect_settled",
            Self::Proposed { .. } => "proposed",
            Self::ProposalDecided { .. } => "proposal_decided",
            Self::StepSucceeded { .. } => "step_succeeded",
            Self::StepFailed { .. } => "step_failed",
            Self::StepParked { .. } => "step_parked",
            Self::WaitStarted { .. } => "wait_started",
            Self::WaitMatched { .. } => "wait_matched",
            Self::ChildStarted { .. } => "child_started",
            Self::ChildEnded { .. } => "child_ended",
            Self::Asked { .. } => "asked",
            Self::Answered { .. } => "answered",
            Self::ItemsListed { .. } => "items_listed",
            Self::ItemEnded { .. } => "item_ended",
            Self::SegmentSealed { .. } => "segment_sealed",
            Self::ExceptionResolved { .. } => "exception_resolved",
            Self::StepRetried { .. } => "step_retried",
            Self::StepSkipped { .. } => "step_skipped",
            Self::Replied { .. } => "replied",
            Self::CancelRequested { .. } => "cancel_requested",
            Self::StepCancelled { .. } => "step_cancelled",
            Self::Quarantined { .. } => "quarantined",
            Self::RunSucceeded { .. } => "run_succeeded",
            Self::RunFailed { .. } => "run_failed",
            Self::RunCancelled => "run_cancelled",
        }
    }

    /// The step it is about, if it is about one.
    pub const fn path(&self) -> Option<&StepPath> {
        match self {
            Self::AttemptStarted { path, .. }
            | Self::AttemptFailed { path, .. }
            | Self::CallSuspended { path, .. }
            | Self::CallbackReceived { path, .. }
            | Self::CallResumed { path, .. }
            | Self::CallPutOff { path, .. }
            | Self::EffectIntended { path, .. }
            | Self::EffectSettled { path, .. }
            | Self::Proposed { path, .. }
            | Self::ProposalDecided { path, .. }
            | Self::StepSucceeded { path, .. }
            | Self::StepFailed { path, .. }
            | Self::StepParked { path, .. }
            | Self::WaitStarted { path, .. }
            | Self::WaitMatched { path, .. }
            | Self::ChildStarted { path, .. }
            | Self::ChildEnded { path, .. }
            | Self::Asked { path, .. }
            | Self::Answered { path, .. }
            | Self::ItemsListed { path, .. }
            | Self::ItemEnded { path, .. }
            | Self::SegmentSealed { path, .. }
            | Self::ExceptionResolved { path, .. }
            | Self::StepRetried { path, .. }
            | Self::StepSkipped { path }
            | Self::StepCancelled { path } => Some(path),
            Self::Replied { path, .. } => path.as_ref(),
            Self::RunStarted(_)
            | Self::CancelRequested { .. }
            | Self::Quarantined { .. }
            | Self::RunSucceeded { .. }
            | Self::RunFailed { .. }
            | Self::RunCancelled => None,
        }
    }
}
