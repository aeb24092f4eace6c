//! One decision about one proposal. Pure: the caller reads everything in one transaction, and writes what comes out in
//! the same one; of two that race, the second reads what the first wrote, and is told.

use super::assurance::Pass;
use super::decision::{Decision, Party, RejectReason, Request, Said, Verdict};
use super::open::Approval;
use super::people::People;
use super::policy::Rejection;
use super::refusal::{DecidedBy, Refusal};
use super::tally::{Tally, tally};
use super::who::{is_sure_enough, party, required};
use crate::id::{DecisionId, PersonId, ProposalId};
use crate::proposal::{ContentHash, Difference, Proposal, ProposalEvent, ProposalState, Replacing};
use crate::time::Timestamp;

/// What is decided about, as it stands.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The proposal.
    pub proposal: &'a Proposal,
    /// Where it is in its life.
    pub state: ProposalState,
    /// What stands over it.
    pub approval: &'a Approval,
    /// Decisions about it, in any order.
    pub earlier: &'a [Decision],
    /// Proposals before and after it on the same step: what may have been shown, and what took its place.
    pub others: &'a [&'a Proposal],
    /// Proposals on its records that come first, see [`blockers`](crate::proposal::blockers).
    pub blockers: &'a [ProposalId],
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq)]
pub enum Decided {
    /// It decided the proposal: this happens to it.
    Applied {
        /// `Approved` or `Rejected`.
        event: ProposalEvent,
        /// To be kept.
        decision: Box<Decision>,
        /// The count.
        tally: Tally,
    },
    /// It counts, and others are still asked.
    Counted {
        /// To be kept.
        decision: Box<Decision>,
        /// The count.
        tally: Tally,
    },
    /// It is an edit: this proposal is superseded by one of the edited content, about which [`edit_and_approve`]
    /// decides.
    Edited {
        /// To be kept.
        decision: Box<Decision>,
    },
    /// It is not taken.
    Refused(Refusal),
}

/// What became of an edit that approves.
#[derive(Clone, Debug, PartialEq)]
pub struct Edited {
    /// The decision about the old proposal, which is superseded. Absent where the edit changes nothing: then the vote is
    /// about the old proposal, and no new one is kept.
    pub edit: Option<Box<Decision>>,
    /// The same person's yes to the new one. Refused where those who edit do not decide: it waits for others.
    pub vote: Decided,
}

/// Decides.
pub fn decide(subject: &Subject<'_>, people: &People, request: &Request, now: Timestamp) -> Decided {
    match checked(subject, people, request, now) {
        Ok(decision) => settle(subject, people, decision, now),
        Err(refusal) => Decided::Refused(refusal),
    }
}

/// May they decide so, as it stands? What an edit comes to is looked at only for who may.
pub fn may_decide(
    subject: &Subject<'_>,
    people: &People,
    request: &Request,
    now: Timestamp,
) -> Result<(), Refusal> {
    checked(subject, people, request, now).map(drop)
}

/// Edits and approves: the old proposal is superseded by `edited`, and the same person says yes to that. `approval`:
/// what stands over it, opened anew, because an edit may make other rules apply. Earlier decisions of others were about
/// the old content, and do not count.
pub fn edit_and_approve(
    subject: &Subject<'_>,
    people: &People,
    request: &Request,
    edited: &Proposal,
    approval: &Approval,
    now: Timestamp,
) -> Result<Edited, Refusal> {
    let edit = match decide(subject, people, request, now) {
        Decided::Edited { decision } => decision,
        Decided::Refused(refusal) => return Err(refusal),
        // An edit that changes nothing is a plain yes.
        vote @ (Decided::Applied { .. } | Decided::Counted { .. }) => return Ok(Edited { edit: None, vote }),
    };
    let replaced = edited.replaces().filter(|replaces| replaces.why == Replacing::Edited);
    let fits = match &request.verdict {
        Verdict::ApproveEdited(content) => content.hash() == *edited.hash(),
        Verdict::Approve | Verdict::Reject { .. } => false,
    };
    if !fits || replaced.is_none_or(|replaces| replaces.proposal != *subject.proposal.id()) {
        return Err(Refusal::Foreign);
    }
    let again = Request {
        proposal: edited.id().clone(),
        shown: Some(edited.hash().clone()),
        pass: request.pass.carried_over(edited.id()),
        verdict: Verdict::Approve,
        // It was there from when it was edited.
        opened_at: request.opened_at.map(|_| edited.opened_at()),
        ..request.clone()
    };
    let subject = Subject {
        proposal: edited,
        state: ProposalState::Open,
        approval,
        earlier: &[],
        others: &[],
        blockers: subject.blockers,
    };
    Ok(Edited { edit: Some(edit), vote: decide(&subject, people, &again, now) })
}

fn settle(subject: &Subject<'_>, people: &People, decision: Decision, now: Timestamp) -> Decided {
    if decision.said == Said::ApproveEdited {
        return Decided::Edited { decision: Box::new(decision) };
    }
    let Subject { proposal, approval, .. } = subject;
    let mut all = subject.earlier.to_vec();
    all.push(decision.clone());
    let tally = tally(approval, proposal, people, &all, now);
    let event = match decision.said {
        Said::Approve | Said::ApproveEdited => tally.is_approved().then_some(ProposalEvent::Approved),
        Said::Reject => match approval.rejection {
            Rejection::First => Some(ProposalEvent::Rejected),
            Rejection::WhenUnreachable => (!tally.is_reachable()).then_some(ProposalEvent::Rejected),
        },
    };
    let decision = Box::new(decision);
    match event {
        Some(event) => Decided::Applied { event, decision, tally },
        None => Decided::Counted { decision, tally },
    }
}

/// All that can be said against a decision. Who is there comes first: whoever is not asked is told nothing of the
/// content, nor of what became of it.
fn checked(
    subject: &Subject<'_>,
    people: &People,
    request: &Request,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let Subject { proposal, approval, .. } = subject;
    check_pass(proposal, people, request, now)?;
    let actor = request.pass.person();
    let principal = request.principal.as_ref().unwrap_or(actor);
    let party = party(approval, proposal, people, principal, actor, now)?;
    check_state(subject, people, request, now)?;
    let shown = check_shown(subject, request)?;
    check_times(proposal, request, now)?;
    if !subject.blockers.is_empty() {
        return Err(Refusal::NotItsTurn { first: subject.blockers.to_vec() });
    }
    check_once(subject, people, principal, actor)?;
    let assurance = request.pass.assurance(now);
    let sure = people
        .get(actor)
        .is_some_and(|one| is_sure_enough(approval, proposal, one, principal == actor, assurance));
    if !sure {
        return Err(Refusal::NotSure { needed: required(approval, proposal) });
    }
    let (said, reason, edit) = verdict(proposal, request)?;
    Ok(Decision {
        id: DecisionId::derived(proposal.id(), principal),
        proposal: proposal.id().clone(),
        shown,
        party,
        via: request.via,
        assurance,
        said,
        reason,
        note: request.note.clone(),
        edit,
        opened_at: request.opened_at,
        decided_at: now,
    })
}

fn check_pass(
    proposal: &Proposal,
    people: &People,
    request: &Request,
    now: Timestamp,
) -> Result<(), Refusal> {
    if request.proposal != *proposal.id() {
        return Err(Refusal::Foreign);
    }
    match &request.pass {
        Pass::Code(cookie) if cookie.proposal != *proposal.id() => return Err(Refusal::Foreign),
        Pass::Code(cookie) if now >= cookie.until => return Err(Refusal::PassEnded),
        Pass::Code(_) | Pass::Session { .. } | Pass::Token { .. } => {}
    }
    let actor = request.pass.person();
    let who = people.name(actor).to_owned();
    match people.get(actor) {
        Some(one) if one.can_decide() => Ok(()),
        Some(one) if one.active => Err(Refusal::NoRight { who }),
        Some(_) | None => Err(Refusal::Removed { who }),
    }
}

fn check_state(
    subject: &Subject<'_>,
    people: &People,
    request: &Request,
    now: Timestamp,
) -> Result<(), Refusal> {
    let expires_at = subject.proposal.expires_at();
    let successor = successor(subject);
    match subject.state {
        // Whether or not anybody has noticed: the time is over.
        ProposalState::Open if now >= expires_at => Err(Refusal::Expired { at: expires_at }),
        ProposalState::Open => Ok(()),
        ProposalState::Approved
        | ProposalState::Applying
        | ProposalState::Applied
        | ProposalState::PartlyApplied
        | ProposalState::Failed
        | ProposalState::Compensated => Err(decided(subject, people, Said::Approve)),
        ProposalState::Rejected => Err(decided(subject, people, Said::Reject)),
        ProposalState::Expired => Err(Refusal::Expired { at: expires_at }),
        ProposalState::Superseded => Err(match successor {
            Some(next) if request.shown.as_ref() == Some(subject.proposal.hash()) => {
                changed(next, subject.proposal, true)
            }
            Some(next) => Refusal::Superseded { by: Some(next.id().clone()) },
            None => Refusal::Superseded { by: None },
        }),
        ProposalState::Withdrawn => Err(Refusal::Withdrawn),
        ProposalState::Stale => Err(Refusal::Stale { by: successor.map(|next| next.id().clone()) }),
    }
}

/// The last of those that took its place one after another.
fn successor<'a>(subject: &Subject<'a>) -> Option<&'a Proposal> {
    let after = |id: &ProposalId| -> Option<&'a Proposal> {
        subject
            .others
            .iter()
            .copied()
            .find(|one| one.replaces().is_some_and(|replaces| replaces.proposal == *id))
    };
    let mut last = after(subject.proposal.id())?;
    // As many as there are: what was stored wrongly could point in a circle.
    for _ in subject.others {
        let Some(next) = after(last.id()) else { break };
        last = next;
    }
    Some(last)
}

/// The decision that settled it: the last of its kind.
fn decided(subject: &Subject<'_>, people: &People, said: Said) -> Refusal {
    let fits = subject.earlier.iter().filter(|one| one.said == said);
    let by = fits.max_by_key(|one| (one.decided_at, &one.id)).map(|one| {
        let Party { principal, actor, .. } = &one.party;
        let on_behalf_of = (principal != actor).then(|| people.name(principal).to_owned());
        DecidedBy { by: people.name(actor).to_owned(), on_behalf_of, at: one.decided_at }
    });
    Refusal::AlreadyDecided { said, by }
}

fn check_shown(subject: &Subject<'_>, request: &Request) -> Result<ContentHash, Refusal> {
    let Subject { proposal, approval, .. } = subject;
    let shown = request.shown.as_ref().ok_or(Refusal::NothingShown)?;
    let bound = approval.content_hash == *proposal.hash() && approval.proposal == *proposal.id();
    if shown == proposal.hash() && bound {
        return Ok(shown.clone());
    }
    let before = subject.others.iter().copied().find(|one| one.hash() == shown);
    Err(match before {
        Some(before) => changed(proposal, before, false),
        None => Refusal::ContentChanged { now: None, hash: proposal.hash().clone(), difference: None },
    })
}

fn changed(now: &Proposal, shown: &Proposal, elsewhere: bool) -> Refusal {
    Refusal::ContentChanged {
        now: elsewhere.then(|| now.id().clone()),
        hash: now.hash().clone(),
        difference: Some(Difference::between(shown.content(), now.content())),
    }
}

fn check_times(proposal: &Proposal, request: &Request, now: Timestamp) -> Result<(), Refusal> {
    match request.opened_at {
        Some(at) if at < proposal.opened_at() || at > now => Err(Refusal::Times),
        Some(_) | None => Ok(()),
    }
}

/// One person decides once, for themselves or for one other.
fn check_once(
    subject: &Subject<'_>,
    people: &People,
    principal: &PersonId,
    actor: &PersonId,
) -> Result<(), Refusal> {
    for one in subject.earlier.iter().filter(|one| one.said != Said::ApproveEdited) {
        let Party { principal: before, actor: by, .. } = &one.party;
        if (before, by) == (principal, actor) {
            return Err(Refusal::Repeated { said: one.said, at: one.decided_at });
        }
        let twice = [principal, actor].into_iter().find(|id| *id == before || *id == by);
        if let Some(id) = twice {
            return Err(Refusal::OneEach { who: people.name(id).to_owned() });
        }
    }
    Ok(())
}

type Weighed = (Said, Option<RejectReason>, Option<Difference>);

fn verdict(proposal: &Proposal, request: &Request) -> Result<Weighed, Refusal> {
    match &request.verdict {
        Verdict::Approve => Ok((Said::Approve, None, None)),
        Verdict::ApproveEdited(content) if content.hash() == *proposal.hash() => {
            Ok((Said::Approve, None, None))
        }
        Verdict::ApproveEdited(content) => {
            content.check()?;
            proposal.content().check_edit(content)?;
            let edit = Difference::between(proposal.content(), content);
            Ok((Said::ApproveEdited, None, Some(edit)))
        }
        Verdict::Reject { reason: None } => Err(Refusal::NoReason),
        Verdict::Reject { reason: Some(RejectReason::Other) }
            if request.note.as_deref().is_none_or(|note| note.trim().is_empty()) =>
        {
            Err(Refusal::NoNote)
        }
        Verdict::Reject { reason } => Ok((Said::Reject, *reason, None)),
    }
}
