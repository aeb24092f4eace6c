//! What follows from an attempt: done, again, the exception port, or an exception. Pure; the driver appends what
//! comes out.

use serde_json::Value;

use crate::failure::{Failure, FailureKind};
use crate::id::ExceptionId;
use crate::retry::{Again, DEFAULT_POLICY, Spent, is_retryable, next_try};
use crate::run::decision::{ActionCall, CodeCall, Settle};
use crate::run::draft::{Known, draft};
use crate::run::event::{EffectOutcome, Evidence, Payload, RunEvent, StepPath};
use crate::run::sending::{Sending, Settled, refused_for_now, settled};
use crate::run::state::RunState;
use crate::run::step::{EffectState, Phase, Step};
use crate::run::version::Version;
use crate::time::Timestamp;
use crate::workflow::ReasonCode;

/// What to append after an attempt at an action.
///
/// `sent`: an unsafe request may have left the host. An intent that is still open in `state` is settled here; the
/// gateway may as well have settled it before. `random` is uniform. An answer to an attempt the run no longer
/// waits for gives nothing.
pub fn after_attempt(
    version: &Version,
    state: &RunState,
    call: &ActionCall,
    outcome: Result<Value, Failure>,
    sent: bool,
    now: Timestamp,
    random: u64,
) -> Vec<RunEvent> {
    let expected = (call.logical_attempt, call.attempt);
    let sending = if sent { Sending::Sent } else { Sending::Unsent };
    Outcome { version, state, path: &call.path, now, random }.after(expected, outcome, sending)
}

/// What to append after an open intent was sent again, with the same key and the same bytes. Only an answer that it
/// is applied ends the matter: a refusal of the second sending says nothing about the first, so the intent stays
/// open while the policy leaves tries, and is in doubt after that. What a reconcile found goes to [`after_attempt`].
pub fn after_resend(
    version: &Version,
    state: &RunState,
    settle: &Settle,
    outcome: Result<Value, Failure>,
    now: Timestamp,
    random: u64,
) -> Vec<RunEvent> {
    let expected = (settle.call.logical_attempt, settle.call.attempt);
    let path = &settle.call.path;
    Outcome { version, state, path, now, random }.after(expected, outcome, Sending::Again)
}

/// The intent to look up after an attempt that ended without an answer, where the write must not be sent again or
/// no try is left: looking comes before a person is asked. `None`: [`after_attempt`] knows what follows.
pub fn unanswered(
    version: &Version,
    state: &RunState,
    call: &ActionCall,
    outcome: &Result<Value, Failure>,
    sent: bool,
    now: Timestamp,
) -> Option<Settle> {
    let sending = if sent { Sending::Sent } else { Sending::Unsent };
    Outcome { version, state, path: &call.path, now, random: 0 }.to_look_up(call, outcome, sending)
}

/// Like [`unanswered`], for what [`after_resend`] would give to a person.
pub fn unanswered_again(
    version: &Version,
    state: &RunState,
    settle: &Settle,
    outcome: &Result<Value, Failure>,
    now: Timestamp,
) -> Option<Settle> {
    let call = &settle.call;
    Outcome { version, state, path: &call.path, now, random: 0 }.to_look_up(call, outcome, Sending::Again)
}

/// What to append after looking found that a write did not land.
pub fn after_absent(
    version: &Version,
    state: &RunState,
    settle: &Settle,
    failure: Failure,
    now: Timestamp,
    random: u64,
) -> Vec<RunEvent> {
    let expected = (settle.call.logical_attempt, settle.call.attempt);
    let path = &settle.call.path;
    Outcome { version, state, path, now, random }.after(expected, Err(failure), Sending::Absent)
}

/// What to append when looking could not tell either: the effect is in doubt, and a person is asked.
pub fn after_look(
    version: &Version,
    state: &RunState,
    settle: &Settle,
    failure: Failure,
    now: Timestamp,
) -> Vec<RunEvent> {
    let call = &settle.call;
    let outcome = Outcome { version, state, path: &call.path, now, random: 0 };
    let step = state.steps.get(&call.path).filter(|step| step.logical_attempt == call.logical_attempt);
    let Some(open) = step.and_then(Step::open_effect) else { return Vec::new() };
    let in_doubt = EffectOutcome::InDoubt { failure: failure.clone() };
    vec![outcome.settle(open, in_doubt), outcome.in_doubt(open, failure)]
}

/// What to append after an attempt at a code node.
pub fn after_code(
    version: &Version,
    state: &RunState,
    call: &CodeCall,
    outcome: Result<Value, Failure>,
    now: Timestamp,
    random: u64,
) -> Vec<RunEvent> {
    let expected = (call.logical_attempt, call.attempt);
    Outcome { version, state, path: &call.path, now, random }.after(expected, outcome, Sending::Unsent)
}

/// Takes the exception port, or parks.
pub(crate) fn fail(version: &Version, state: &RunState, path: &StepPath, known: Known) -> RunEvent {
    let port = version.find(path.node()).and_then(|node| node.on_exception.clone());
    match (port, known.failure) {
        (Some(next), Some(failure)) => RunEvent::StepFailed { path: path.clone(), failure, next },
        (Some(_) | None, failure) => park(version, state, path, Known { failure, ..known }),
    }
}

/// Parks, port or not.
pub(crate) fn park(version: &Version, state: &RunState, path: &StepPath, known: Known) -> RunEvent {
    let logical = state.steps.get(path).map_or(1, |step| step.logical_attempt);
    let exception = state
        .start()
        .map_or_else(|| ExceptionId::new(0, 0), |start| ExceptionId::derived(&start.run, path, logical));
    let draft = Box::new(draft(version, state, path, known));
    RunEvent::StepParked { path: path.clone(), exception, draft }
}

pub(crate) struct Outcome<'a> {
    pub(crate) version: &'a Version,
    pub(crate) state: &'a RunState,
    pub(crate) path: &'a StepPath,
    pub(crate) now: Timestamp,
    pub(crate) random: u64,
}

impl Outcome<'_> {
    /// `expected` is the logical attempt and the attempt the outcome belongs to.
    pub(crate) fn after(
        &self,
        expected: (u32, u32),
        outcome: Result<Value, Failure>,
        sending: Sending,
    ) -> Vec<RunEvent> {
        let Some(step) = self.state.steps.get(self.path) else { return Vec::new() };
        let current = (step.logical_attempt, step.attempts) == expected;
        let waits = matches!(step.phase, Phase::Attempting | Phase::Backoff { .. } | Phase::Suspended { .. });
        if !current || !waits {
            return Vec::new();
        }
        match outcome {
            Ok(output) => self.succeeded(step, output),
            Err(failure) => self.failed(step, failure, sending.of(step)),
        }
    }

    fn succeeded(&self, step: &Step, output: Value) -> Vec<RunEvent> {
        if let Some(doubt) = step.doubt() {
            return vec![self.in_doubt(doubt, doubt_of(doubt))];
        }
        let output = Payload::Inline(output);
        let settled = step.open_effect().map(|open| {
            self.settle(open, EffectOutcome::Confirmed { receipt: output.clone(), by: Evidence::Answer })
        });
        let mut events: Vec<RunEvent> = settled.into_iter().collect();
        events.push(self.done(output));
        events
    }

    /// The step is done with this output, on its normal path.
    pub(crate) fn done(&self, output: Payload) -> RunEvent {
        let next = self.version.find(self.path.node()).map(|node| node.next.clone()).unwrap_or_default();
        RunEvent::StepSucceeded { path: self.path.clone(), output, next }
    }

    fn settle(&self, effect: &EffectState, outcome: EffectOutcome) -> RunEvent {
        RunEvent::EffectSettled { path: self.path.clone(), effect: effect.effect.clone(), outcome }
    }

    /// Parks with the effect nobody knows the truth of; never the exception port.
    pub(crate) fn in_doubt(&self, effect: &EffectState, failure: Failure) -> RunEvent {
        let known = Known {
            reason: Some(ReasonCode::UnknownOutcome),
            failure: Some(failure),
            effect: Some(effect.effect.clone()),
            ..Known::default()
        };
        park(self.version, self.state, self.path, known)
    }

    fn failed(&self, step: &Step, failure: Failure, sending: Sending) -> Vec<RunEvent> {
        if let Some(doubt) = step.doubt() {
            return vec![self.in_doubt(doubt, failure)];
        }
        let Some(open) = step.open_effect() else {
            return vec![self.again(step, &failure).unwrap_or_else(|| self.give_in(failure))];
        };
        if let Some(later) = self.put_off(step, &failure, sending) {
            return vec![later];
        }
        match settled(open.class, &failure.kind, sending) {
            Settled::NotApplied => {
                let not_applied = EffectOutcome::NotApplied { failure: failure.clone() };
                let next = self.again(step, &failure).unwrap_or_else(|| self.give_in(failure));
                vec![self.settle(open, not_applied), next]
            }
            Settled::StaysOpen if let Some(again) = self.again(step, &failure) => vec![again],
            Settled::StaysOpen | Settled::InDoubt => {
                let in_doubt = EffectOutcome::InDoubt { failure: failure.clone() };
                vec![self.settle(open, in_doubt), self.in_doubt(open, failure)]
            }
        }
    }

    fn to_look_up(
        &self,
        call: &ActionCall,
        outcome: &Result<Value, Failure>,
        sending: Sending,
    ) -> Option<Settle> {
        let failure = outcome.as_ref().err()?;
        let step = self.state.steps.get(self.path)?;
        let current = (step.logical_attempt, step.attempts) == (call.logical_attempt, call.attempt);
        let open = step.open_effect().filter(|_| current)?;
        let sending = sending.of(step);
        if self.put_off(step, failure, sending).is_some() {
            return None;
        }
        let nobody_knows = match settled(open.class, &failure.kind, sending) {
            Settled::NotApplied => false,
            Settled::InDoubt => true,
            Settled::StaysOpen => self.again(step, failure).is_none(),
        };
        nobody_knows.then(|| Settle {
            call: call.clone(),
            effect: open.effect.clone(),
            idempotency_key: open.idempotency_key.clone(),
            intended_at: open.intended_at,
            look_only: true,
        })
    }

    fn give_in(&self, failure: Failure) -> RunEvent {
        fail(self.version, self.state, self.path, Known { failure: Some(failure), ..Known::default() })
    }

    /// A write that went on after a pause and changed nothing more is called again with the same token; its intent
    /// stays open.
    fn put_off(&self, step: &Step, failure: &Failure, sending: Sending) -> Option<RunEvent> {
        let harmless = match sending {
            Sending::Resumed { sent } => !sent || refused_for_now(&failure.kind),
            Sending::Unsent | Sending::Sent | Sending::Again | Sending::Absent => false,
        };
        let again = self.next_try(step, failure).filter(|_| harmless)?;
        Some(RunEvent::CallPutOff {
            path: self.path.clone(),
            attempt: step.attempts,
            failure: failure.clone(),
            retry_at: again.at,
            counted: again.counted,
        })
    }

    /// Another try, when kind, policy and effect leave one.
    fn again(&self, step: &Step, failure: &Failure) -> Option<RunEvent> {
        let again = self.next_try(step, failure)?;
        Some(RunEvent::AttemptFailed {
            path: self.path.clone(),
            attempt: step.attempts,
            failure: failure.clone(),
            retry_at: again.at,
            counted: again.counted,
        })
    }

    fn next_try(&self, step: &Step, failure: &Failure) -> Option<Again> {
        if !is_retryable(&failure.kind) {
            return None;
        }
        let node = self.version.find(self.path.node())?;
        let policy = node.retry.unwrap_or(DEFAULT_POLICY);
        // After a pause of days the tries of the call that went on count from when it did.
        let resumed_at = step.resume.as_ref().and_then(|resume| resume.since);
        let first_at = resumed_at.or(step.tries_since()).unwrap_or(step.ready_at);
        let spent = Spent { attempts: step.attempts, counted: step.counted, first_at };
        next_try(policy, spent, &failure.kind, self.now, self.random)
    }
}

/// What is known of an effect in doubt.
pub(crate) fn doubt_of(effect: &EffectState) -> Failure {
    match &effect.outcome {
        Some(EffectOutcome::InDoubt { failure } | EffectOutcome::NotApplied { failure }) => failure.clone(),
        Some(EffectOutcome::Confirmed { .. }) | None => Failure {
            kind: FailureKind::OutcomeUnknown,
            ..Failure::permanent("TL0413", "the outcome is unknown")
        },
    }
}
