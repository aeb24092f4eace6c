//! Attempts, and the effects of writes.

use super::Fold;
use crate::failure::Failure;
use crate::id::EffectId;
use crate::run::event::{EffectOutcome, Payload, Resolution, RunEvent, StepPath};
use crate::run::illegal::IllegalEvent;
use crate::run::step::{Approved, EffectState, Phase, Step};
use crate::time::Timestamp;
use crate::workflow::NodeKind;

impl Fold<'_> {
    pub(super) fn attempt_started(
        &mut self,
        path: &StepPath,
        attempt: u32,
        input: &Payload,
    ) -> Result<(), IllegalEvent> {
        let (info, step) = self.open(path)?;
        if !matches!(info.node.kind, NodeKind::Action { .. } | NodeKind::Code { .. }) {
            return Err(self.wrong_kind(path));
        }
        self.not_stopping(path)?;
        let begins = matches!(step.phase, Phase::Ready | Phase::Attempting | Phase::Backoff { .. })
            || (matches!(step.phase, Phase::Proposed { .. }) && step.approved_by().is_some());
        if !begins {
            return Err(self.wrong_phase(path, &step.phase));
        }
        if let Some(open) = step.unsettled() {
            return Err(IllegalEvent::EffectUnsettled { path: path.clone(), effect: open.effect.clone() });
        }
        if attempt != step.attempts + 1 {
            let expected = step.attempts + 1;
            return Err(IllegalEvent::WrongAttempt { path: path.clone(), expected, got: attempt });
        }
        let at = self.at;
        let input = input.clone();
        self.change(path, |step| {
            if let Phase::Proposed { proposal, .. } = &step.phase {
                step.approval = Some(Box::new(Approved { proposal: proposal.clone(), at }));
            }
            step.phase = Phase::Attempting;
            step.attempts = attempt;
            step.started_at.get_or_insert(at);
            step.input = Some(input);
        });
        Ok(())
    }

    pub(super) fn attempt_failed(
        &mut self,
        path: &StepPath,
        attempt: u32,
        failure: &Failure,
        retry_at: Timestamp,
        counted: bool,
    ) -> Result<(), IllegalEvent> {
        let (_, step) = self.open(path)?;
        // Settling an open intent may fail as often as the policy allows: same attempt, same effect.
        let settling = matches!(step.phase, Phase::Backoff { .. }) && step.open_effect().is_some();
        if !matches!(step.phase, Phase::Attempting) && !settling {
            return Err(self.wrong_phase(path, &step.phase));
        }
        if let Some(doubt) = step.doubt() {
            return Err(IllegalEvent::EffectUnsettled { path: path.clone(), effect: doubt.effect.clone() });
        }
        if attempt != step.attempts {
            return Err(IllegalEvent::WrongAttempt {
                path: path.clone(),
                expected: step.attempts,
                got: attempt,
            });
        }
        let failure = failure.clone();
        self.change(path, |step| {
            step.phase = Phase::Backoff { until: retry_at };
            step.failure = Some(failure);
            step.counted += u32::from(counted);
        });
        Ok(())
    }

    pub(super) fn effect_intended(&mut self, path: &StepPath, event: &RunEvent) -> Result<(), IllegalEvent> {
        let RunEvent::EffectIntended {
            effect,
            attempt,
            idempotency_key,
            request_sha256,
            class,
            undo,
            sending,
            ..
        } = event
        else {
            return Err(self.wrong_kind(path));
        };
        let (info, step) = self.open(path)?;
        if !matches!(info.node.kind, NodeKind::Action { .. }) {
            return Err(self.wrong_kind(path));
        }
        if !class.is_write() || !self.class(path).is_write() {
            return Err(IllegalEvent::ReadIntends { path: path.clone() });
        }
        self.not_stopping(path)?;
        self.may_intend(path, step, effect, *sending)?;
        if *attempt != step.attempts {
            let expected = step.attempts;
            return Err(IllegalEvent::WrongAttempt { path: path.clone(), expected, got: *attempt });
        }
        let intended = EffectState {
            effect: effect.clone(),
            attempt: *attempt,
            idempotency_key: idempotency_key.clone(),
            request_sha256: request_sha256.clone(),
            class: *class,
            undo: *undo,
            intended_at: self.at,
            outcome: None,
        };
        self.change(path, |step| step.effects.push(intended));
        Ok(())
    }

    fn may_intend(
        &self,
        path: &StepPath,
        step: &Step,
        effect: &EffectId,
        sending: u32,
    ) -> Result<(), IllegalEvent> {
        let path = path.clone();
        if !matches!(step.phase, Phase::Attempting) {
            return Err(self.wrong_phase(&path, &step.phase));
        }
        if let Some(open) = step.unsettled() {
            return Err(IllegalEvent::EffectUnsettled { path, effect: open.effect.clone() });
        }
        let confirmed =
            |effect: &&EffectState| matches!(effect.outcome, Some(EffectOutcome::Confirmed { .. }));
        if let Some(done) = step.effects.iter().find(confirmed) {
            return Err(IllegalEvent::EffectRepeated { path, effect: done.effect.clone() });
        }
        let again = step.effects.iter().any(|before| before.effect == *effect);
        if again || usize::try_from(sending).ok() != Some(step.effects.len() + 1) {
            return Err(IllegalEvent::EffectOutOfOrder { path, effect: effect.clone() });
        }
        Ok(())
    }

    pub(super) fn effect_settled(
        &mut self,
        path: &StepPath,
        effect: &EffectId,
        outcome: &EffectOutcome,
    ) -> Result<(), IllegalEvent> {
        let (_, step) = self.open(path)?;
        let found = step.effects.iter().position(|known| known.effect == *effect);
        let unknown = || IllegalEvent::NoSuchEffect { path: path.clone(), effect: effect.clone() };
        let index = found.ok_or_else(unknown)?;
        match &step.effects[index].outcome {
            None => {}
            // Evidence that comes later may end a doubt, never begin one anew.
            Some(EffectOutcome::InDoubt { .. }) if may_end_doubt(step, outcome) => {}
            Some(
                EffectOutcome::InDoubt { .. }
                | EffectOutcome::Confirmed { .. }
                | EffectOutcome::NotApplied { .. },
            ) => {
                return Err(IllegalEvent::EffectSettledTwice { path: path.clone(), effect: effect.clone() });
            }
        }
        let outcome = outcome.clone();
        self.change(path, |step| {
            if matches!(outcome, EffectOutcome::NotApplied { .. }) {
                // Nothing of it happened: what comes next begins at the beginning.
                step.resume = None;
                step.callback = None;
            }
            step.effects[index].outcome = Some(outcome);
            // What was between two attempts only to settle this effect has its answer.
            if matches!(step.phase, Phase::Backoff { .. } | Phase::Suspended { .. }) {
                step.phase = Phase::Attempting;
            }
        });
        Ok(())
    }
}

fn may_end_doubt(step: &Step, outcome: &EffectOutcome) -> bool {
    let Phase::Parked { resolution: Some(resolution), .. } = &step.phase else { return false };
    match outcome {
        EffectOutcome::Confirmed { .. } => matches!(**resolution, Resolution::Happened { .. }),
        EffectOutcome::NotApplied { .. } => matches!(**resolution, Resolution::DidNotHappen),
        EffectOutcome::InDoubt { .. } => false,
    }
}
