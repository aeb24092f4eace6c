//! Deciding about proposals.

mod code;
mod comment;
mod detail;
mod edit;
mod group;
mod waiting;
mod withdraw;

use throughline_domain::approval::{
    Decided, Decision, Edited, Pass, People, Refusal, RejectReason, Request, Said, Subject, Verdict, Via,
    decide, edit_and_approve, may_decide,
};
use throughline_domain::id::{DecisionId, PersonId, ProposalId};
use throughline_domain::proposal::{Content, ContentHash, Proposal, ProposalState, Queued, blockers};
use throughline_domain::run::event::{Payload, ProposalOutcome};
use throughline_domain::time::Timestamp;
use throughline_store::{EditedProposal, KeptDecision, MemberRow, NewSignal, ProposalRow, Scope, lane_key};

use super::CommandError;
use crate::Engine;
use crate::gateway::propose::{approval, next_id, outcome_signal, people};

pub use comment::NewComment;
pub use detail::ProposalDetail;
pub use group::{DecidedOne, GroupSnapshot, ProposalGroup};
pub use waiting::{Beside, Waiting};

/// Tries of a decision that others keep overtaking.
const TRIES: u32 = 50;

/// A decision as it arrives.
#[derive(Clone, Debug)]
pub struct DecisionRequest {
    /// Hash of what was shown.
    pub shown: Option<ContentHash>,
    /// For whom; absent: for the person of the pass.
    pub principal: Option<PersonId>,
    /// Who is there, and how sure that is.
    pub pass: Pass,
    /// By which way.
    pub via: Via,
    /// What.
    pub verdict: Wish,
    /// Words.
    pub note: Option<String>,
    /// When the content was opened.
    pub opened_at: Option<Timestamp>,
}

/// What a person wants.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// Yes.
    Approve,
    /// Yes, with this as the action's whole input.
    ApproveEdited(serde_json::Value),
    /// No.
    Reject(Option<RejectReason>),
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionTaken {
    /// The decision.
    pub decision: DecisionId,
    /// The proposal that people decide about, or have decided: another one after an edit.
    pub proposal: ProposalId,
    /// Where that one is in its life.
    pub state: ProposalState,
}

/// Everything a decision is made from, read at one time.
struct Ground {
    row: ProposalRow,
    people: People,
    members: Vec<MemberRow>,
    earlier: Vec<Decision>,
    others: Vec<ProposalRow>,
    blockers: Vec<ProposalId>,
}

impl Engine {
    /// Takes a decision about a proposal, or says why not. Of many at once, each is judged by what the ones before it did.
    pub async fn decide(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
        request: DecisionRequest,
    ) -> Result<DecisionTaken, CommandError> {
        let edited = match &request.verdict {
            Wish::ApproveEdited(input) => {
                self.may_decide(scope, proposal, &request).await?;
                Some(self.edited_content(scope, proposal, input).await?)
            }
            Wish::Approve | Wish::Reject(_) => None,
        };
        for _ in 0..TRIES {
            let now = self.shared.clock.now();
            let ground = self.ground(scope, proposal, now).await?;
            let (kept, taken) = self.judge(scope, &ground, &request, edited.as_ref(), now).await?;
            fail::fail_point!("command.before_decision", |_| std::process::abort());
            if self.shared.store.keep_decision(scope, &kept).await? {
                fail::fail_point!("command.after_decision", |_| std::process::abort());
                if kept.edited.is_some_and(|edited| !edited.new.mails.is_empty()) {
                    self.shared.post.notify_one();
                }
                return Ok(taken);
            }
        }
        Err(CommandError::Conflict(format!("too many decide about `{proposal}` at once: try again")))
    }

    /// Whoever may not decide has no connector called.
    async fn may_decide(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
        request: &DecisionRequest,
    ) -> Result<(), CommandError> {
        let now = self.shared.clock.now();
        let ground = self.ground(scope, proposal, now).await?;
        let others: Vec<&Proposal> = ground.others.iter().map(|row| &row.proposal).collect();
        let plain = DecisionRequest { verdict: Wish::Approve, ..request.clone() };
        let asked = ground.request(&plain, None);
        Ok(may_decide(&ground.subject(&others), &ground.people, &asked, now)?)
    }

    async fn ground(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
        now: Timestamp,
    ) -> Result<Ground, CommandError> {
        let store = &self.shared.store;
        let row = self.proposal_row(scope, proposal).await?;
        let (people, members) = people(&self.shared, scope, now).await?;
        let earlier = store.decisions_about(scope, proposal).await?;
        let origin = row.proposal.origin();
        let mut others = store.proposals_of_step(scope, &origin.run, &origin.path.0).await?;
        others.retain(|other| other.proposal.id() != proposal);
        let lanes: Vec<String> = row.proposal.content().lanes().iter().map(lane_key).collect();
        let in_lanes = store.proposals_in_lanes(scope, &lanes).await?;
        let queued: Vec<Queued<'_>> = in_lanes.iter().map(|row| row.proposal.queued(row.state)).collect();
        let blockers = blockers(&row.proposal.queued(row.state), &queued);
        Ok(Ground { row, people, members, earlier, others, blockers })
    }

    /// One proposal.
    pub(crate) async fn proposal_row(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
    ) -> Result<ProposalRow, CommandError> {
        let row = self.shared.store.get_proposal(scope, proposal).await?;
        row.ok_or_else(|| CommandError::NotFound { what: "proposal", id: proposal.to_string() })
    }

    async fn judge(
        &self,
        scope: &Scope,
        ground: &Ground,
        request: &DecisionRequest,
        edited: Option<&Content>,
        now: Timestamp,
    ) -> Result<(KeptDecision, DecisionTaken), CommandError> {
        let others: Vec<&Proposal> = ground.others.iter().map(|row| &row.proposal).collect();
        let subject = ground.subject(&others);
        let request = ground.request(request, edited);
        if let (Verdict::ApproveEdited(content), false) = (&request.verdict, ground.is_same(edited)) {
            return self.judge_edit(scope, ground, &subject, &request, content, now).await;
        }
        match decide(&subject, &ground.people, &request, now) {
            Decided::Refused(refusal) => Err(refusal.into()),
            Decided::Applied { event, decision, .. } => {
                Ok(ground.kept(*decision, Some(event.leads_to()), now))
            }
            Decided::Counted { decision, .. } | Decided::Edited { decision } => {
                Ok(ground.kept(*decision, None, now))
            }
        }
    }

    async fn judge_edit(
        &self,
        scope: &Scope,
        ground: &Ground,
        subject: &Subject<'_>,
        request: &Request,
        content: &Content,
        now: Timestamp,
    ) -> Result<(KeptDecision, DecisionTaken), CommandError> {
        let old = &ground.row.proposal;
        let by = [Some(request.pass.person().clone()), request.principal.clone()];
        let by: Vec<PersonId> = by.into_iter().flatten().collect();
        let id = next_id(&self.shared, scope, old.origin()).await?;
        let edited = old.edited(id, content.clone(), &by, now).map_err(Refusal::from)?;
        let (policy, opening) = self.opening(scope, &ground.row).await?;
        let over = approval(&policy, &edited, &*self.shared.calendar(scope).await?, now);
        let Edited { edit, vote } = edit_and_approve(subject, &ground.people, request, &edited, &over, now)?;
        let (vote, becomes) = match vote {
            Decided::Applied { event, decision, .. } => (Some(*decision), Some(event.leads_to())),
            Decided::Counted { decision, .. } => (Some(*decision), None),
            // Those who edited do not decide: it waits for others.
            Decided::Refused(_) | Decided::Edited { .. } => (None, None),
        };
        let Some(edit) = edit else {
            let vote = vote.ok_or_else(|| CommandError::Conflict("the edit changes nothing".to_owned()))?;
            return Ok(ground.kept(vote, becomes, now));
        };
        let people = (&ground.people, ground.members.as_slice());
        let new = opening.as_opening().finish(&self.shared, edited.clone(), over, people, now);
        let mut signals = vec![told(old, ProposalOutcome::Replaced { by: edited.id().clone() }, now)];
        if let (Some(vote), Some(ProposalState::Approved)) = (&vote, becomes) {
            let input = edited.content().operations.first().map(|write| Payload::Inline(write.input.clone()));
            let by = ground.people.name(&vote.party.actor).to_owned();
            let outcome = ProposalOutcome::Approved { decision: vote.id.clone(), by, input };
            // Read after the one before it.
            signals.push(told(&edited, outcome, Timestamp(now.0 + 1)));
        }
        let taken = DecisionTaken {
            decision: edit.id.clone(),
            proposal: edited.id().clone(),
            state: becomes.unwrap_or(ProposalState::Open),
        };
        let kept = KeptDecision {
            proposal: old.id().clone(),
            revision: ground.row.revision,
            run: old.origin().run.clone(),
            decision: *edit,
            becomes: Some(ProposalState::Superseded),
            edited: Some(Box::new(EditedProposal { new, vote, becomes })),
            signals,
        };
        Ok((kept, taken))
    }
}

fn told(proposal: &Proposal, outcome: ProposalOutcome, at: Timestamp) -> NewSignal {
    outcome_signal(proposal.id(), &proposal.origin().path, outcome, at)
}

impl Ground {
    fn subject<'a>(&'a self, others: &'a [&'a Proposal]) -> Subject<'a> {
        Subject {
            proposal: &self.row.proposal,
            state: self.row.state,
            approval: &self.row.approval,
            earlier: &self.earlier,
            others,
            blockers: &self.blockers,
        }
    }

    fn is_same(&self, edited: Option<&Content>) -> bool {
        edited.is_none_or(|content| content.hash() == *self.row.proposal.hash())
    }

    fn request(&self, request: &DecisionRequest, edited: Option<&Content>) -> Request {
        let verdict = match (&request.verdict, edited) {
            (Wish::ApproveEdited(_), Some(content)) => Verdict::ApproveEdited(Box::new(content.clone())),
            (Wish::Approve | Wish::ApproveEdited(_), _) => Verdict::Approve,
            (Wish::Reject(reason), _) => Verdict::Reject { reason: *reason },
        };
        Request {
            proposal: self.row.proposal.id().clone(),
            shown: request.shown.clone(),
            principal: request.principal.clone(),
            pass: request.pass.clone(),
            via: request.via,
            verdict,
            note: request.note.clone(),
            opened_at: request.opened_at,
        }
    }

    fn kept(
        &self,
        decision: Decision,
        becomes: Option<ProposalState>,
        now: Timestamp,
    ) -> (KeptDecision, DecisionTaken) {
        let proposal = &self.row.proposal;
        let by = self.people.name(&decision.party.actor).to_owned();
        let outcome = match (becomes, decision.said) {
            (None, _) => None,
            (Some(_), Said::Reject) => Some(ProposalOutcome::Rejected {
                decision: decision.id.clone(),
                by,
                reason: decision.reason.unwrap_or(RejectReason::Other),
                note: decision.note.clone(),
            }),
            (Some(_), Said::Approve | Said::ApproveEdited) => {
                // An edit that somebody else agrees to is what the step sends.
                let edited = !proposal.editors().is_empty();
                let first = proposal.content().operations.first().filter(|_| edited);
                let input = first.map(|write| Payload::Inline(write.input.clone()));
                Some(ProposalOutcome::Approved { decision: decision.id.clone(), by, input })
            }
        };
        let signals = outcome.map(|outcome| told(proposal, outcome, now)).into_iter().collect();
        let taken = DecisionTaken {
            decision: decision.id.clone(),
            proposal: proposal.id().clone(),
            state: becomes.unwrap_or(self.row.state),
        };
        let (run, revision) = (proposal.origin().run.clone(), self.row.revision);
        let proposal = proposal.id().clone();
        let kept = KeptDecision { proposal, revision, run, decision, becomes, edited: None, signals };
        (kept, taken)
    }
}

impl From<Refusal> for CommandError {
    fn from(refusal: Refusal) -> Self {
        Self::Undecided(Box::new(refusal))
    }
}
