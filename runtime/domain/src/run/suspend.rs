//! Calls that their connector suspends: how long they may wait, and what follows from an answer that says *later*.

use serde_json::Value;

use crate::failure::{Failure, FailureKind};
use crate::run::decision::ActionCall;
use crate::run::event::{Payload, RunEvent, StepPath};
use crate::run::state::RunState;
use crate::run::step::{Phase, Step};
use crate::time::Timestamp;

/// Longest a step's calls may be suspended, from its first attempt, in milliseconds: 30 days.
pub const MAX_SUSPENDED_MS: u64 = 30 * 86_400_000;
/// Most suspensions of one logical attempt.
pub const MAX_SUSPENSIONS: u32 = 10_000;
/// Shortest time between two calls, in milliseconds.
const MIN_WAKE_MS: u64 = 1_000;

/// A connector's answer that says *call me again*.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspension {
    /// What it wants back.
    pub token: Value,
    /// Milliseconds after which it wants to be called again.
    pub wake_after_ms: Option<u64>,
    /// It wants to be called again when its callback address is called; false when it had none.
    pub on_callback: bool,
}

impl Step {
    /// When the connector has had its time.
    pub(crate) fn deadline(&self) -> Timestamp {
        self.tries_since().unwrap_or(self.ready_at).plus_ms(MAX_SUSPENDED_MS)
    }

    /// The callback it waits for is here.
    pub(crate) fn is_called_back(&self, on_callback: bool) -> bool {
        on_callback && self.callback.is_some()
    }
}

/// Why a suspension cannot be carried, if so. A write that may have left is not known to have failed.
pub fn unfit(state: &RunState, call: &ActionCall, suspension: &Suspension) -> Option<Failure> {
    let step = state.steps.get(&call.path)?;
    let kind =
        if step.open_effect().is_some() { FailureKind::OutcomeUnknown } else { FailureKind::Permanent };
    let failure = |code, words: String| Some(Failure { kind, ..Failure::permanent(code, words) });
    if suspension.wake_after_ms.is_none() && !suspension.on_callback {
        let words = "the connector suspended its call without a time, and there is no callback address that could \
                     wake it: set `public_url` if it needs one";
        return failure("TL0444", words.to_owned());
    }
    if step.suspensions >= MAX_SUSPENSIONS {
        return failure(
            "TL0454",
            format!("the connector suspended its call more than {MAX_SUSPENSIONS} times"),
        );
    }
    None
}

/// What to append after a connector suspended its call. An answer the run no longer waits for gives nothing.
pub fn after_suspension(
    state: &RunState,
    call: &ActionCall,
    suspension: Suspension,
    now: Timestamp,
) -> Vec<RunEvent> {
    let Some(step) = state.steps.get(&call.path) else { return Vec::new() };
    let current = (step.logical_attempt, step.attempts) == (call.logical_attempt, call.attempt);
    if !current || !matches!(step.phase, Phase::Attempting | Phase::Backoff { .. }) || step.doubt().is_some()
    {
        return Vec::new();
    }
    let deadline = step.deadline();
    let wake_at = suspension.wake_after_ms.map(|ms| now.plus_ms(ms.max(MIN_WAKE_MS)));
    vec![RunEvent::CallSuspended {
        path: call.path.clone(),
        attempt: call.attempt,
        token: Payload::Inline(suspension.token),
        until: wake_at.map_or(deadline, |at| at.min(deadline)),
        on_callback: suspension.on_callback,
    }]
}

/// Why a step that waited too long fails.
pub(crate) fn overdue(path: &StepPath) -> Failure {
    let days = MAX_SUSPENDED_MS / 86_400_000;
    let words = format!("the call at {path} was suspended and did not go on within {days} days");
    Failure::permanent("TL0454", words)
}

impl RunState {
    /// Can a request to the callback address of this step still matter? A step that is not there yet may be under
    /// way before its entries are committed.
    pub fn may_be_called_back(&self, path: &StepPath, logical_attempt: u32) -> bool {
        let Some(step) = self.steps.get(path) else { return self.end.is_none() };
        let open = !step.phase.is_done() && !matches!(step.phase, Phase::Parked { .. });
        open && step.logical_attempt <= logical_attempt && step.callback.is_none()
    }
}
