//! Stopping: a cancel, or a person who gave up. Nothing new starts; what may have left the host is settled first;
//! never "cancelled" while an effect may have happened.

use super::{At, Planner};
use crate::run::decision::Work;
use crate::run::event::{EffectOutcome, Resolution, RunEvent};
use crate::run::outcome::doubt_of;
use crate::run::step::Phase;

impl<'a> Planner<'a> {
    pub(super) fn stop(&mut self, at: At<'a>) {
        if self.is_running(at.path) {
            return;
        }
        match &at.step.phase {
            Phase::Gathering
            | Phase::Ready
            | Phase::Waiting { .. }
            | Phase::Asked { .. }
            // Nothing of it has left, also where it is approved.
            | Phase::Proposed { .. }
            | Phase::Child { result: Some(Err(_)), .. } => self.cancel(at),
            Phase::Attempting | Phase::Backoff { .. } => self.stop_attempt(at),
            Phase::Suspended { .. } => match at.step.open_effect() {
                Some(open) => self.look_up(at, open),
                None => self.cancel(at),
            },
            Phase::Child { run, result: None, .. } => {
                if !self.running.cancelled.contains(run) {
                    self.plan.work.push(Work::CancelChild { run: run.clone() });
                }
            }
            Phase::Child { result: Some(Ok(output)), .. } => {
                self.succeed(at, output.clone(), at.info.node.next.clone());
            }
            Phase::Iterating(_) => {
                let inside = self.state.subtree(at.path).skip(1);
                if inside.into_iter().all(|(_, step)| step.phase.is_done()) {
                    self.cancel(at);
                }
            }
            Phase::Parked { resolution: None, .. } => {
                if at.step.doubt().is_none() {
                    self.cancel(at);
                }
            }
            Phase::Parked { resolution: Some(resolution), .. } => self.stop_resolved(at, resolution),
            Phase::Succeeded | Phase::Failed | Phase::Skipped | Phase::Cancelled => {}
        }
    }

    fn cancel(&mut self, at: At<'a>) {
        self.plan.record.push(RunEvent::StepCancelled { path: at.path.clone() });
    }

    fn stop_attempt(&mut self, at: At<'a>) {
        if let Some(open) = at.step.open_effect() {
            return self.settle_effect(at, open);
        }
        let outcome = self.outcome(at);
        let last = at.step.effects.last().filter(|effect| effect.attempt == at.step.attempts);
        match last.and_then(|effect| effect.outcome.as_ref().map(|outcome| (effect, outcome))) {
            Some((_, EffectOutcome::Confirmed { receipt, .. })) => {
                self.plan.record.push(outcome.done(receipt.clone()));
            }
            Some((effect, EffectOutcome::InDoubt { .. })) => {
                self.plan.record.push(outcome.in_doubt(effect, doubt_of(effect)));
            }
            Some((_, EffectOutcome::NotApplied { .. })) | None => self.cancel(at),
        }
    }

    /// A decision taken before or while everything stops: the truth is recorded, nothing starts over.
    fn stop_resolved(&mut self, at: At<'a>, resolution: &Resolution) {
        match resolution {
            Resolution::CompletedByHand { output } => {
                self.succeed(at, output.clone(), at.info.node.next.clone());
            }
            Resolution::Happened { output, .. } => {
                self.happened(at, output);
                self.succeed(at, output.clone(), at.info.node.next.clone());
            }
            Resolution::DidNotHappen => {
                self.did_not_happen(at);
                self.cancel(at);
            }
            Resolution::Skipped | Resolution::Superseded { .. } => {
                self.plan.record.push(RunEvent::StepSkipped { path: at.path.clone() });
            }
            Resolution::Retried | Resolution::EditedAndRetried { .. } => self.cancel(at),
            Resolution::GaveUp { .. } => {}
        }
    }
}
