//! Exceptions and questions whose steps started over, were cancelled, or ended with the run are closed in the commit
//! that ends them; also those that open in that very commit and have no row yet.

use std::collections::BTreeSet;

use throughline_domain::id::{AskId, ExceptionId, ProposalId};
use throughline_domain::proposal::ProposalState;
use throughline_store::{AskChange, ExceptionChange, ProposalChange, RunCommit};

use super::{Driver, DriverError};
use crate::rows;

impl Driver {
    pub(super) async fn close_what_is_gone(&mut self, commit: &mut RunCommit) -> Result<(), DriverError> {
        self.close_exceptions(commit).await?;
        self.close_asks(commit).await
    }

    async fn close_exceptions(&mut self, commit: &mut RunCommit) -> Result<(), DriverError> {
        let mut held: BTreeSet<ExceptionId> =
            self.state.open_exceptions().into_iter().map(|(_, exception, _)| exception).collect();
        // A cancel ends a quarantined run without lifting the quarantine.
        if self.state.end().is_none() {
            held.extend(self.state.quarantine().cloned());
        }
        let stored = self.shared.store.exceptions_of_run(&self.claim.scope, &self.claim.run).await?;
        let stored = stored.into_iter().filter(|row| row.resolved_at.is_none()).map(|row| row.exception);
        let opening = commit.exceptions.iter().filter_map(|change| match change {
            ExceptionChange::Open(new) => Some(new.exception.clone()),
            ExceptionChange::Resolve { .. } => None,
        });
        let open: BTreeSet<ExceptionId> = stored.chain(opening).collect();
        for exception in open.difference(&held) {
            if !rows::closes(commit, exception) {
                commit.exceptions.push(rows::supersede(exception.clone(), self.now()));
            }
        }
        Ok(())
    }

    /// What the run does not need any more is withdrawn, or has failed where its write was sent and refused.
    pub(super) async fn close_proposals(&mut self, commit: &mut RunCommit) -> Result<(), DriverError> {
        if !self.proposed || !commit.entries.iter().any(|entry| rows::may_close_proposal(&entry.event)) {
            return Ok(());
        }
        let needed: BTreeSet<ProposalId> = self.state.proposals().into_iter().map(|(_, id)| id).collect();
        let stored = self.shared.store.held_proposals_of_run(&self.claim.scope, &self.claim.run).await?;
        let opening = commit.proposals.iter().filter_map(|change| match change {
            ProposalChange::Open(new) => Some((new.proposal.id().clone(), ProposalState::Open)),
            ProposalChange::Stale { .. }
            | ProposalChange::Applying { .. }
            | ProposalChange::Applied { .. }
            | ProposalChange::Close { .. } => None,
        });
        let applying: BTreeSet<ProposalId> = commit
            .proposals
            .iter()
            .filter_map(|change| match change {
                ProposalChange::Applying { proposal, .. } => Some(proposal.clone()),
                ProposalChange::Open(_)
                | ProposalChange::Stale { .. }
                | ProposalChange::Applied { .. }
                | ProposalChange::Close { .. } => None,
            })
            .collect();
        let held: Vec<(ProposalId, ProposalState)> = stored.into_iter().chain(opening).collect();
        for (proposal, state) in held.into_iter().filter(|(id, _)| !needed.contains(id)) {
            let failed = state == ProposalState::Applying || applying.contains(&proposal);
            let words = "its run does not need it any more".to_owned();
            commit.proposals.push(ProposalChange::Close { proposal, failed, words, at: self.now() });
        }
        Ok(())
    }

    async fn close_asks(&mut self, commit: &mut RunCommit) -> Result<(), DriverError> {
        let held: BTreeSet<AskId> =
            self.state.steps().into_iter().filter_map(|step| rows::ask_of(&step)).collect();
        let stored = self.shared.store.asks_of_run(&self.claim.scope, &self.claim.run).await?;
        let stored = stored.into_iter().filter(|row| row.closed_at.is_none()).map(|row| row.ask);
        let opening = commit.asks.iter().filter_map(|change| match change {
            AskChange::Open(new) => Some(new.ask.clone()),
            AskChange::Answer { .. } | AskChange::Close { .. } => None,
        });
        let open: BTreeSet<AskId> = stored.chain(opening).collect();
        for ask in open.difference(&held) {
            if !rows::answers(commit, ask) {
                commit.asks.push(AskChange::Close { ask: ask.clone(), expired: false, at: self.now() });
            }
        }
        Ok(())
    }
}
