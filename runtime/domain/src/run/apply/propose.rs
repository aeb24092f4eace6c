//! Writes that wait for people.

use super::Fold;
use crate::id::ProposalId;
use crate::run::event::{ProposalOutcome, StepPath};
use crate::run::illegal::IllegalEvent;
use crate::run::step::Phase;
use crate::workflow::NodeKind;

impl Fold<'_> {
    pub(super) fn proposed(
        &mut self,
        path: &StepPath,
        proposal: &ProposalId,
        attempt: u32,
    ) -> Result<(), IllegalEvent> {
        let (info, step) = self.open(path)?;
        if !matches!(info.node.kind, NodeKind::Action { .. }) || !self.class(path).is_write() {
            return Err(self.wrong_kind(path));
        }
        self.not_stopping(path)?;
        if !matches!(step.phase, Phase::Attempting) {
            return Err(self.wrong_phase(path, &step.phase));
        }
        if let Some(open) = step.unsettled() {
            return Err(IllegalEvent::EffectUnsettled { path: path.clone(), effect: open.effect.clone() });
        }
        if attempt != step.attempts {
            let expected = step.attempts;
            return Err(IllegalEvent::WrongAttempt { path: path.clone(), expected, got: attempt });
        }
        let proposal = proposal.clone();
        self.change(path, |step| {
            step.phase = Phase::Proposed { proposal, outcome: None };
            step.approval = None;
            step.failure = None;
        });
        Ok(())
    }

    pub(super) fn proposal_decided(
        &mut self,
        path: &StepPath,
        decided: &ProposalId,
        given: &ProposalOutcome,
    ) -> Result<(), IllegalEvent> {
        let (_, step) = self.open(path)?;
        match &step.phase {
            Phase::Proposed { proposal, .. } if proposal != decided => {
                return Err(IllegalEvent::OtherProposal { path: path.clone(), proposal: decided.clone() });
            }
            Phase::Proposed { outcome: Some(_), .. } => {
                return Err(IllegalEvent::GivenTwice { path: path.clone() });
            }
            Phase::Proposed { outcome: None, .. } => {}
            other => return Err(self.wrong_phase(path, other)),
        }
        let given = given.clone();
        self.change(path, |step| match given {
            ProposalOutcome::Replaced { by } => step.phase = Phase::Proposed { proposal: by, outcome: None },
            given => {
                if let ProposalOutcome::Approved { input: Some(input), .. } = &given {
                    step.input = Some(input.clone());
                }
                if let Phase::Proposed { outcome, .. } = &mut step.phase {
                    *outcome = Some(Box::new(given));
                }
            }
        });
        Ok(())
    }
}
