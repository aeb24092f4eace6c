//! Withdrawing what is proposed: nobody is asked any more, nothing is sent, and the step takes its exception port.

use throughline_domain::id::ProposalId;
use throughline_domain::proposal::ProposalState;
use throughline_domain::run::event::ProposalOutcome;
use throughline_store::{ProposalRow, Scope};

use super::{TRIES, told};
use crate::Engine;
use crate::command::{CommandError, person_behind};

/// Rows of one look.
const PAGE: u32 = 200;
/// The longest reason, in characters.
const MAX_REASON: usize = 500;

impl Engine {
    /// Withdraws one open proposal. What is decided stands.
    pub async fn withdraw_proposal(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
        reason: &str,
        by: &str,
    ) -> Result<(), CommandError> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > MAX_REASON {
            let words = format!("`reason` says why it is withdrawn, in at most {MAX_REASON} characters");
            return Err(CommandError::Invalid(words));
        }
        let name = self.name_of(scope, by).await?;
        for _ in 0..TRIES {
            let row = self.proposal_row(scope, proposal).await?;
            if row.state != ProposalState::Open {
                let words = format!("proposal `{proposal}` is {}: only an open one is withdrawn", row.state);
                return Err(CommandError::Conflict(words));
            }
            if self.withdraw(&row, &name, reason).await? {
                return Ok(());
            }
        }
        Err(CommandError::Conflict(format!("proposal `{proposal}` changes all the time: try again")))
    }

    /// Withdraws the open proposals that versions of a workflow before this one made: how many. Those that somebody decides
    /// about meanwhile are decided.
    pub async fn withdraw_older(
        &self,
        scope: &Scope,
        workflow: &str,
        version: u32,
        by: &str,
    ) -> Result<u32, CommandError> {
        let name = self.name_of(scope, by).await?;
        let reason = format!("version {version} was published");
        let (mut after, mut count) = (None, 0);
        loop {
            let store = &self.shared.store;
            let rows = store.open_proposals_of_workflow(scope, workflow, after.as_ref(), PAGE).await?;
            let Some(last) = rows.last() else { return Ok(count) };
            after = Some(last.proposal.id().clone());
            for row in rows.iter().filter(|row| row.proposal.origin().version < version) {
                count += u32::from(self.withdraw(row, &name, &reason).await?);
            }
        }
    }

    /// False: it was changed since it was read.
    async fn withdraw(&self, row: &ProposalRow, name: &str, reason: &str) -> Result<bool, CommandError> {
        let now = self.shared.clock.now();
        let outcome = ProposalOutcome::Withdrawn { by: name.to_owned(), reason: Some(reason.to_owned()) };
        let words = format!("{name} withdrew it: {reason}");
        let signal = told(&row.proposal, outcome, now);
        fail::fail_point!("command.before_withdrawal", |_| std::process::abort());
        let ends = (ProposalState::Withdrawn, words.as_str());
        let done = self.shared.store.end_proposal(row, ends, &signal, now).await?;
        fail::fail_point!("command.after_withdrawal", |_| std::process::abort());
        Ok(done)
    }

    /// The name of whoever asks, for other people.
    async fn name_of(&self, scope: &Scope, by: &str) -> Result<String, CommandError> {
        let Some(person) = person_behind(by) else { return Ok(by.to_owned()) };
        let members = self.shared.store.list_members_ever(scope).await?;
        let member = members.into_iter().find(|row| row.member.person == person);
        if let Some(row) = member {
            return Ok(row.member.name);
        }
        // An administrator of the server is no member.
        let account = self.shared.store.get_account(&person).await?;
        Ok(account.map_or_else(|| by.to_owned(), |account| account.name))
    }
}
