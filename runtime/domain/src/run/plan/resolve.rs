//! What follows from a person's decision about an exception.

use super::{At, Planner};
use crate::failure::Failure;
use crate::run::apply::reset_set;
use crate::run::event::{EffectOutcome, Evidence, ExceptionDraft, Payload, Resolution, RunEvent, StepPath};

impl<'a> Planner<'a> {
    pub(super) fn resolved(&mut self, at: At<'a>, draft: &ExceptionDraft, resolution: &Resolution) {
        match resolution {
            Resolution::Retried => self.retry(at, draft, None),
            Resolution::EditedAndRetried { input } => self.retry(at, draft, Some(input.clone())),
            Resolution::CompletedByHand { output } => {
                self.succeed(at, output.clone(), at.info.node.next.clone());
            }
            Resolution::Skipped | Resolution::Superseded { .. } => {
                self.plan.record.push(RunEvent::StepSkipped { path: at.path.clone() });
            }
            // Applying the resolution ended the step.
            Resolution::GaveUp { .. } => {}
            Resolution::Happened { output, .. } => {
                self.happened(at, output);
                self.succeed(at, output.clone(), at.info.node.next.clone());
            }
            Resolution::DidNotHappen => {
                let doubt = at.step.doubt().is_some();
                // The doubt ends first; what starts over may have to wait for others.
                if doubt {
                    self.did_not_happen(at);
                } else {
                    self.start_over(at, at.path, at.step.input.clone());
                }
            }
        }
    }

    pub(super) fn happened(&mut self, at: At<'a>, output: &Payload) {
        if let Some(doubt) = at.step.doubt() {
            let outcome = EffectOutcome::Confirmed { receipt: output.clone(), by: Evidence::Person };
            let (path, effect) = (at.path.clone(), doubt.effect.clone());
            self.plan.record.push(RunEvent::EffectSettled { path, effect, outcome });
        }
    }

    pub(super) fn did_not_happen(&mut self, at: At<'a>) {
        if let Some(doubt) = at.step.doubt() {
            let failure = Failure::permanent("TL0417", "a person found that it did not happen");
            let outcome = EffectOutcome::NotApplied { failure };
            let (path, effect) = (at.path.clone(), doubt.effect.clone());
            self.plan.record.push(RunEvent::EffectSettled { path, effect, outcome });
        }
    }

    fn retry(&mut self, at: At<'a>, draft: &ExceptionDraft, input: Option<Payload>) {
        let from = draft.retry_from.as_ref().filter(|from| {
            // Only what leads here can be started over on behalf of this step.
            reset_set(self.state, self.version, from).contains(at.path)
        });
        self.start_over(at, from.unwrap_or(at.path), input);
    }

    /// Starts over as soon as nothing among it is under way or in doubt.
    fn start_over(&mut self, _at: At<'a>, from: &StepPath, input: Option<Payload>) {
        let reset = reset_set(self.state, self.version, from);
        let busy = reset.iter().flat_map(|path| self.state.subtree(path));
        let busy = busy.into_iter().any(|(path, step)| self.is_running(path) || step.unsettled().is_some());
        let Some(step) = self.state.steps.get(from) else { return };
        if !busy {
            let (path, logical_attempt) = (from.clone(), step.next_logical());
            self.plan.record.push(RunEvent::StepRetried { path, logical_attempt, input });
        }
    }
}
