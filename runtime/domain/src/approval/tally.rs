//! Counting: how many have agreed, how many must, who is still asked, and whether it can be reached at all.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::decision::{Decision, Said};
use super::open::Approval;
use super::people::{People, Person};
use super::who::{could_be_sure, excluded, voters};
use crate::id::PersonId;
use crate::proposal::Proposal;
use crate::time::Timestamp;

/// Where a proposal stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// By rule.
    pub rules: Vec<RuleTally>,
}

/// Where a rule stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTally {
    /// Its name.
    pub rule: String,
    /// So many must agree.
    pub needed: usize,
    /// These have; the principals.
    pub approved: BTreeSet<PersonId>,
    /// These have not.
    pub rejected: BTreeSet<PersonId>,
    /// These are still asked.
    pub asked: BTreeSet<PersonId>,
}

impl RuleTally {
    /// Enough have agreed.
    pub fn is_satisfied(&self) -> bool {
        self.approved.len() >= self.needed
    }

    /// Enough could still agree.
    pub fn is_reachable(&self) -> bool {
        self.approved.len() + self.asked.len() >= self.needed
    }
}

impl Tally {
    /// Every rule is satisfied, and there is one.
    pub fn is_approved(&self) -> bool {
        !self.rules.is_empty() && self.rules.iter().all(RuleTally::is_satisfied)
    }

    /// Every rule could still be.
    pub fn is_reachable(&self) -> bool {
        self.rules.iter().all(RuleTally::is_reachable)
    }

    /// How many have agreed in all: each counts once, however many rules they count in.
    pub fn approvals(&self) -> usize {
        self.rules.iter().flat_map(|rule| &rule.approved).collect::<BTreeSet<_>>().len()
    }

    /// Who is asked, and by rules that are not satisfied: who is reminded, and who else must agree.
    pub fn asked(&self) -> BTreeSet<&PersonId> {
        self.rules.iter().filter(|rule| !rule.is_satisfied()).flat_map(|rule| &rule.asked).collect()
    }
}

/// Counts the decisions about a proposal. Every one is judged again: of this content, by people who still can decide and
/// are not excluded, and nobody twice, neither for themselves nor for others.
pub fn tally(
    approval: &Approval,
    proposal: &Proposal,
    people: &People,
    decisions: &[Decision],
    now: Timestamp,
) -> Tally {
    let counted = counted(approval, proposal, people, decisions);
    let used: BTreeSet<&PersonId> =
        counted.iter().flat_map(|one| [&one.party.principal, &one.party.actor]).collect();
    let rules = approval.rules.iter().map(|rule| {
        let voters = voters(approval, rule, proposal, people, now);
        let said = |said: &[Said]| -> BTreeSet<PersonId> {
            let these = counted.iter().filter(|one| said.contains(&one.said));
            let principals = these.map(|one| &one.party.principal);
            principals.filter(|id| voters.all.contains(*id)).cloned().collect()
        };
        RuleTally {
            rule: rule.name.clone(),
            needed: rule.quorum.needed(voters.own.len()),
            approved: said(&[Said::Approve]),
            rejected: said(&[Said::Reject]),
            asked: voters.all.iter().filter(|id| !used.contains(id)).cloned().collect(),
        }
    });
    Tally { rules: rules.collect() }
}

/// The decisions that count, in their order.
fn counted<'a>(
    approval: &Approval,
    proposal: &Proposal,
    people: &People,
    decisions: &'a [Decision],
) -> Vec<&'a Decision> {
    let excluded = excluded(proposal);
    let mut ordered: Vec<&Decision> = decisions
        .iter()
        .filter(|one| one.proposal == *proposal.id() && one.shown == *proposal.hash())
        .filter(|one| approval.content_hash == one.shown && one.said != Said::ApproveEdited)
        .filter(|one| one.decided_at < approval.expires_at)
        .filter(|one| {
            let can = |id: &PersonId| people.get(id).is_some_and(Person::can_decide);
            one.party.people().all(|id| !excluded.contains_key(id))
                && can(&one.party.principal)
                && can(&one.party.actor)
        })
        .collect();
    ordered.sort_by(|a, b| (a.decided_at, &a.id).cmp(&(b.decided_at, &b.id)));
    let mut used = BTreeSet::new();
    ordered.retain(|one| {
        let new = !used.contains(&one.party.principal) && !used.contains(&one.party.actor);
        if new {
            used.extend([one.party.principal.clone(), one.party.actor.clone()]);
        }
        new
    });
    ordered
}

/// Whether a rule can be satisfied by the people there are, with those excluded left out, and those who cannot prove who
/// they are well enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prospect {
    /// The rule.
    pub rule: String,
    /// So many must agree.
    pub needed: usize,
    /// So many have, or could.
    pub possible: usize,
}

impl Prospect {
    /// `TL0897` where it cannot be satisfied.
    pub const fn code(&self) -> Option<&'static str> {
        if self.possible < self.needed { Some("TL0897") } else { None }
    }

    /// For the exception that says so.
    pub fn words(&self) -> String {
        let Self { rule, needed, possible } = self;
        format!(
            "rule \"{rule}\" needs {needed} to agree, and only {possible} could: those who asked for it or edited it \
             have no say, and an approver without an account cannot decide about money"
        )
    }
}

/// The prospects of each rule, now or after the last escalation. Where one has none, nobody waits for its silence: the
/// proposal escalates at once, or an exception says so.
pub fn prospects(
    approval: &Approval,
    proposal: &Proposal,
    people: &People,
    decisions: &[Decision],
    now: Timestamp,
) -> Vec<Prospect> {
    let excluded: BTreeSet<PersonId> = excluded(proposal).into_keys().collect();
    let sure = |id: &PersonId| people.get(id).is_some_and(|one| could_be_sure(approval, proposal, one));
    let stand_in = |id: &PersonId| {
        let mut able = people.iter().filter(|one| one.id != *id && could_be_sure(approval, proposal, one));
        able.any(|one| people.chain(id, &one.id, proposal, &excluded, now).is_some())
    };
    let prospect = |rule: RuleTally| {
        let could = rule.asked.iter().filter(|id| sure(id) || stand_in(id)).count();
        Prospect { rule: rule.rule, needed: rule.needed, possible: rule.approved.len() + could }
    };
    tally(approval, proposal, people, decisions, now).rules.into_iter().map(prospect).collect()
}
