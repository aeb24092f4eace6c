//! Calls that their connector suspends.

use super::Fold;
use crate::failure::Failure;
use crate::run::event::{Payload, StepPath};
use crate::run::illegal::IllegalEvent;
use crate::run::step::{Phase, Resume, Step};
use crate::time::Timestamp;
use crate::workflow::NodeKind;

impl Fold<'_> {
    pub(super) fn call_suspended(
        &mut self,
        path: &StepPath,
        attempt: u32,
        token: &Payload,
        until: Timestamp,
        on_callback: bool,
    ) -> Result<(), IllegalEvent> {
        let step = self.call(path, attempt)?;
        // Sent again after a crash, an open intent may end in a pause as well.
        let settling = matches!(step.phase, Phase::Backoff { .. }) && step.open_effect().is_some();
        if !matches!(step.phase, Phase::Attempting) && !settling {
            return Err(self.wrong_phase(path, &step.phase));
        }
        let token = token.clone();
        self.change(path, |step| {
            step.phase = Phase::Suspended { until, on_callback };
            step.resume = Some(Box::new(Resume { token, callback: None, since: None }));
            step.suspensions += 1;
            step.counted = 0;
            step.failure = None;
        });
        Ok(())
    }

    pub(super) fn callback_received(
        &mut self,
        path: &StepPath,
        logical_attempt: u32,
        request: &Payload,
    ) -> Result<(), IllegalEvent> {
        let (_, step) = self.open(path)?;
        if logical_attempt != step.logical_attempt {
            let expected = step.logical_attempt;
            return Err(IllegalEvent::WrongLogicalAttempt {
                path: path.clone(),
                expected,
                got: logical_attempt,
            });
        }
        // A remote may be faster than the commit of the pause it answers.
        if !matches!(step.phase, Phase::Attempting | Phase::Backoff { .. } | Phase::Suspended { .. }) {
            return Err(self.wrong_phase(path, &step.phase));
        }
        if step.callback.is_some() {
            return Err(IllegalEvent::GivenTwice { path: path.clone() });
        }
        let request = request.clone();
        self.change(path, |step| step.callback = Some(request));
        Ok(())
    }

    pub(super) fn call_resumed(&mut self, path: &StepPath, attempt: u32) -> Result<(), IllegalEvent> {
        let step = self.call(path, attempt)?;
        let Phase::Suspended { on_callback, .. } = step.phase else {
            return Err(self.wrong_phase(path, &step.phase));
        };
        self.not_stopping(path)?;
        let at = self.at;
        self.change(path, |step| {
            step.phase = Phase::Attempting;
            let callback = if on_callback { step.callback.take() } else { None };
            if let Some(resume) = &mut step.resume {
                resume.callback = callback.or(resume.callback.take());
                resume.since.get_or_insert(at);
            }
        });
        Ok(())
    }

    pub(super) fn call_put_off(
        &mut self,
        path: &StepPath,
        attempt: u32,
        failure: &Failure,
        retry_at: Timestamp,
        counted: bool,
    ) -> Result<(), IllegalEvent> {
        let step = self.call(path, attempt)?;
        if !matches!(step.phase, Phase::Attempting) || step.resume.is_none() {
            return Err(self.wrong_phase(path, &step.phase));
        }
        let failure = failure.clone();
        self.change(path, |step| {
            step.phase = Phase::Suspended { until: retry_at, on_callback: false };
            step.failure = Some(failure);
            step.counted += u32::from(counted);
        });
        Ok(())
    }

    /// The open step of an action at this attempt, with no write in doubt.
    fn call(&self, path: &StepPath, attempt: u32) -> Result<&Step, IllegalEvent> {
        let (info, step) = self.open(path)?;
        if !matches!(info.node.kind, NodeKind::Action { .. }) {
            return Err(self.wrong_kind(path));
        }
        if let Some(doubt) = step.doubt() {
            return Err(IllegalEvent::EffectUnsettled { path: path.clone(), effect: doubt.effect.clone() });
        }
        if attempt != step.attempts {
            let expected = step.attempts;
            return Err(IllegalEvent::WrongAttempt { path: path.clone(), expected, got: attempt });
        }
        Ok(step)
    }
}
