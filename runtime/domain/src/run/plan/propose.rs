//! What follows from a decision about a write.

use super::{At, Planner};
use crate::run::event::{ProposalOutcome, RunEvent};
use crate::run::propose;

impl<'a> Planner<'a> {
    pub(super) fn decided(&mut self, at: At<'a>, outcome: &ProposalOutcome) {
        match outcome {
            // The gateway looks once more, and sends.
            ProposalOutcome::Approved { .. } if !self.is_running(at.path) => self.attempt(at),
            ProposalOutcome::Approved { .. } | ProposalOutcome::Replaced { .. } => {}
            ProposalOutcome::Superseded { .. } => {
                self.plan.record.push(RunEvent::StepSkipped { path: at.path.clone() });
            }
            ProposalOutcome::Rejected { .. }
            | ProposalOutcome::Expired
            | ProposalOutcome::Withdrawn { .. } => {
                let proposal = at.step.waits_on().cloned();
                if let Some((failure, reason)) = propose::refused(outcome, proposal.as_ref()) {
                    self.fail(at, failure, Some(reason));
                }
            }
        }
    }
}
