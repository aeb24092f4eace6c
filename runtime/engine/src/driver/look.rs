//! What looking at a write came to.

use throughline_domain::run::decision::ActionCall;
use throughline_domain::run::event::RunEvent;
use throughline_domain::run::{hold, rejected_before};
use throughline_store::{NewProposal, ProposalChange};

use super::{Driver, DriverError};
use crate::gateway;
use crate::gateway::propose::Looked;

impl Driver {
    pub(super) async fn looked(&mut self, call: ActionCall, looked: Looked) -> Result<(), DriverError> {
        self.idle(&call.path);
        // Somebody asked to stop meanwhile: the planner ends the step.
        if !self.state.awaits_look(&call) {
            self.replan = true;
            return Ok(());
        }
        match looked {
            Looked::Send(precondition) => self.send_write(call, precondition).await,
            Looked::Propose(new, replaces) => self.propose(&call, *new, replaces).await,
            Looked::Rejected(before) => {
                let event = rejected_before(&self.version, &self.state, &call.path, &before);
                self.append(event)
            }
            Looked::Nobody(words) => {
                let sentence = gateway::nobody_sentence(&call, &words);
                let parked = hold(&self.version, &self.state, &call.path, sentence);
                self.append(parked)
            }
            Looked::Failed(failure) => self.attempted(&call, Err(failure), false),
        }
    }

    /// The proposal and the wait for it are one commit.
    async fn propose(
        &mut self,
        call: &ActionCall,
        new: NewProposal,
        replaces: Option<throughline_domain::id::ProposalId>,
    ) -> Result<(), DriverError> {
        let at = self.now();
        self.append(RunEvent::Proposed {
            path: call.path.clone(),
            proposal: new.proposal.id().clone(),
            attempt: call.attempt,
            replaces: replaces.clone(),
        })?;
        if let Some(stale) = replaces {
            let by = Some(new.proposal.id().clone());
            let open = ProposalChange::Open(Box::new(new));
            let stale = ProposalChange::Stale { proposal: stale, by, at };
            // Its place in the lanes is free before the other takes it.
            self.journal.proposals.extend([stale, open]);
        } else {
            self.journal.proposals.push(ProposalChange::Open(Box::new(new)));
        }
        let mail = self
            .journal
            .proposals
            .iter()
            .any(|change| matches!(change, ProposalChange::Open(new) if !new.mails.is_empty()));
        fail::fail_point!("gateway.before_proposal_commit", |_| std::process::abort());
        self.flush().await?;
        fail::fail_point!("gateway.after_proposal_commit", |_| std::process::abort());
        self.shared.silence.notify_one();
        if mail {
            self.shared.post.notify_one();
        }
        Ok(())
    }
}
