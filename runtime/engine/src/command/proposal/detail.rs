//! A proposal as people see it: who has decided, who is still asked, what it took the place of.

use throughline_domain::approval::{Decision, People, Tally, tally};
use throughline_domain::id::ProposalId;
use throughline_domain::proposal::Proposal;
use throughline_store::{ProposalComment, ProposalRow, Scope};

use crate::Engine;
use crate::command::CommandError;

/// Everything about one proposal.
#[derive(Clone, Debug)]
pub struct ProposalDetail {
    /// The row.
    pub row: ProposalRow,
    /// Decisions about it, oldest first.
    pub decisions: Vec<Decision>,
    /// Where each rule stands.
    pub tally: Tally,
    /// What was said beside, oldest first; the last 500.
    pub comments: Vec<ProposalComment>,
    /// Names, and who could decide.
    pub people: People,
    /// Proposals on its records that come first.
    pub waits_for: Vec<ProposalId>,
    /// The one it took the place of.
    pub before: Option<Proposal>,
}

impl Engine {
    /// One proposal, whole.
    pub async fn proposal_detail(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
    ) -> Result<ProposalDetail, CommandError> {
        let now = self.shared.clock.now();
        let ground = self.ground(scope, proposal, now).await?;
        let tally = tally(&ground.row.approval, &ground.row.proposal, &ground.people, &ground.earlier, now);
        let replaced = ground.row.proposal.replaces().map(|replaces| replaces.proposal.clone());
        let before = replaced.and_then(|id| ground.others.iter().find(|other| *other.proposal.id() == id));
        let before = before.map(|row| row.proposal.clone());
        Ok(ProposalDetail {
            comments: self.shared.store.proposal_comments(scope, proposal).await?,
            decisions: ground.earlier,
            tally,
            people: ground.people,
            waits_for: ground.blockers,
            before,
            row: ground.row,
        })
    }
}
