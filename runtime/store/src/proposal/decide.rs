//! Decisions. Everything that decides was read before; it is kept only if nobody has changed the proposal since.

use throughline_domain::approval::Decision;
use throughline_domain::id::{ProposalId, RunId};
use throughline_domain::proposal::ProposalState;

use super::change::{NewProposal, left_ops, open_ops, text_of};
use crate::Store;
use crate::changes::Subject;
use crate::db::{Sql, args, statements, to_json};
use crate::error::Result;
use crate::scope::Scope;
use crate::signal::{NewSignal, signal_ops};
use crate::writer::{Group, Kind, Outcome};

/// A decision to keep, and what it does.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptDecision {
    /// The proposal it is about.
    pub proposal: ProposalId,
    /// As it was when the decision was made.
    pub revision: u64,
    /// The run that waits.
    pub run: RunId,
    /// The decision.
    pub decision: Decision,
    /// What becomes of the proposal; absent: others are still asked.
    pub becomes: Option<ProposalState>,
    /// The proposal that an edit made of it, with the same person's vote on that and what becomes of it.
    pub edited: Option<Box<EditedProposal>>,
    /// What the run is told, where something becomes of the proposal.
    pub signals: Vec<NewSignal>,
}

/// What an edit made.
#[derive(Clone, Debug, PartialEq)]
pub struct EditedProposal {
    /// The proposal.
    pub new: NewProposal,
    /// The editor's vote on it; absent where those who edit do not decide.
    pub vote: Option<Decision>,
    /// `Approved`, where that vote is enough.
    pub becomes: Option<ProposalState>,
}

// Whoever is earlier in a lane comes first, also where it came in after this one was read. The run's row before the
// proposal's, as in the commits of runs: else two could wait for each other.
macro_rules! decide_sql {
    ($lock:literal) => {
        concat!(
            "UPDATE proposal SET state = coalesce(CAST($4 AS TEXT), state), revision = revision + 1, changed_by = $5,
                 replaced_by = $6, closed_at = CASE WHEN CAST($4 AS TEXT) IS NULL THEN closed_at ELSE $7 END,
                 next_at = CASE WHEN CAST($4 AS TEXT) IS NULL THEN next_at ELSE NULL END
             WHERE EXISTS (SELECT 1 FROM run WHERE run.workspace_id = $1 AND run.run_id = $8 AND run.ended_at IS NULL",
            $lock,
            ")
                 AND workspace_id = $1 AND proposal_id = $2 AND revision = $3 AND state = 'open' AND expires_at > $7
                 AND NOT EXISTS (SELECT 1 FROM proposal_lane AS mine JOIN proposal_lane AS other
                     ON other.workspace_id = mine.workspace_id AND other.lane = mine.lane
                         AND (other.queued_at, other.proposal_id) < (mine.queued_at, mine.proposal_id)
                     WHERE mine.workspace_id = $1 AND mine.proposal_id = $2)"
        )
    };
}

statements! {
    Tenant DECIDE = Sql::fork(decide_sql!(""), decide_sql!(" FOR UPDATE"));
    Tenant KEEP = Sql::same(
        "INSERT INTO proposal_decision (workspace_id, decision_id, proposal_id, shown, principal, actor, through, via,
             assurance, said, reason, note, edit, opened_at, decided_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    );
}

impl Store {
    /// Keeps a decision. False: the proposal was changed since it was read; read it again and decide anew.
    pub async fn keep_decision(&self, scope: &Scope, kept: &KeptDecision) -> Result<bool> {
        let mut group = Group::new(Kind::Decision);
        group.key("run", scope, kept.run.as_str());
        let by = kept.decision.id.as_str();
        let at = kept.decision.decided_at;
        let replaced_by = kept.edited.as_ref().map(|edited| edited.new.proposal.id());
        let becomes = kept.becomes.map(ProposalState::word);
        group.fence(
            &DECIDE,
            args![scope, &kept.proposal, kept.revision, becomes, by, replaced_by, at, &kept.run],
        );
        keep_ops(&mut group, scope, &kept.decision)?;
        group.changes().touch(scope, Subject::Proposal, kept.proposal.as_str());
        if kept.becomes.is_some() {
            left_ops(&mut group, scope, &kept.proposal);
        }
        // Its place in the lanes is free by now.
        if let Some(edited) = &kept.edited {
            edited_ops(&mut group, scope, &kept.run, edited)?;
        }
        for signal in &kept.signals {
            signal_ops(&mut group, scope, &kept.run, signal);
        }
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }
}

fn edited_ops(group: &mut Group, scope: &Scope, run: &RunId, edited: &EditedProposal) -> Result<()> {
    open_ops(group, scope, run, &edited.new)?;
    let Some(vote) = &edited.vote else { return Ok(()) };
    let (nothing, id): (Option<&ProposalId>, _) = (None, edited.new.proposal.id());
    let becomes = edited.becomes.map(ProposalState::word);
    let (first, at) = (1_u64, vote.decided_at);
    group.must(&DECIDE, args![scope, id, first, becomes, vote.id.as_str(), nothing, at, run], "the proposal");
    keep_ops(group, scope, vote)?;
    if edited.becomes.is_some() {
        left_ops(group, scope, id);
    }
    Ok(())
}

fn keep_ops(group: &mut Group, scope: &Scope, decision: &Decision) -> Result<()> {
    let party = &decision.party;
    group.op(
        &KEEP,
        args![
            scope,
            &decision.id,
            &decision.proposal,
            decision.shown.as_str(),
            &party.principal,
            &party.actor,
            to_json(&party.through)?,
            text_of(&decision.via)?,
            text_of(&decision.assurance)?,
            text_of(&decision.said)?,
            decision.reason.as_ref().map(text_of).transpose()?,
            &decision.note,
            decision.edit.as_ref().map(to_json).transpose()?,
            decision.opened_at,
            decision.decided_at,
        ],
    );
    Ok(())
}
