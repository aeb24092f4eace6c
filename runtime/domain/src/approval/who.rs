//! Who may decide about one proposal, for whom, and how sure one must be of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::assurance::Assurance;
use super::decision::Party;
use super::open::{Approval, ResolvedRule};
use super::people::{People, Person, PersonKind};
use super::refusal::Refusal;
use crate::id::PersonId;
use crate::proposal::Proposal;
use crate::time::Timestamp;

/// Why a person has no say in a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Excluded {
    /// They asked for it.
    Requester,
    /// Their edit is in it, and it moves money or cannot be taken back.
    Editor,
}

/// The people who have no say in this proposal, neither themselves nor through anybody.
pub fn excluded(proposal: &Proposal) -> BTreeMap<PersonId, Excluded> {
    let mut excluded = BTreeMap::new();
    if proposal.content().is_sensitive() {
        excluded.extend(proposal.editors().iter().map(|id| (id.clone(), Excluded::Editor)));
    }
    excluded.extend(proposal.origin().requested_by.iter().map(|id| (id.clone(), Excluded::Requester)));
    excluded
}

/// Those of a rule: of its own people, and with the others who are asked by now.
pub(super) struct Voters {
    pub(super) own: BTreeSet<PersonId>,
    pub(super) all: BTreeSet<PersonId>,
}

pub(super) fn voters(
    approval: &Approval,
    rule: &ResolvedRule,
    proposal: &Proposal,
    people: &People,
    now: Timestamp,
) -> Voters {
    let excluded = excluded(proposal);
    let mut own = people.of(&rule.who);
    own.retain(|id| !excluded.contains_key(id));
    let mut all = own.clone();
    for step in approval.escalations.iter().filter(|step| step.at <= now) {
        all.extend(people.of(&step.to).into_iter().filter(|id| !excluded.contains_key(id)));
    }
    Voters { own, all }
}

/// May `actor` decide for `principal`? With the way from one to the other.
pub(super) fn party(
    approval: &Approval,
    proposal: &Proposal,
    people: &People,
    principal: &PersonId,
    actor: &PersonId,
    now: Timestamp,
) -> Result<Party, Refusal> {
    let name = |id: &PersonId| people.name(id).to_owned();
    for id in [actor, principal] {
        match people.get(id) {
            Some(one) if one.can_decide() => {}
            Some(one) if one.active => return Err(Refusal::NoRight { who: name(id) }),
            Some(_) | None => return Err(Refusal::Removed { who: name(id) }),
        }
    }
    let excluded = excluded(proposal);
    if let Some(why) = excluded.get(actor) {
        return Err(Refusal::own(*why, principal == actor, name(actor), name(principal)));
    }
    if let Some(why) = excluded.get(principal) {
        return Err(Refusal::through(*why, name(principal)));
    }
    let rules = &approval.rules;
    if !rules.iter().any(|rule| voters(approval, rule, proposal, people, now).all.contains(principal)) {
        return Err(Refusal::NotEligible { who: name(principal) });
    }
    let barred: BTreeSet<PersonId> = excluded.keys().cloned().collect();
    let Some(way) = people.chain(principal, actor, proposal, &barred, now) else {
        // Is it only through somebody who must not have a say?
        let only = people.chain(principal, actor, proposal, &BTreeSet::new(), now);
        let between = only.iter().flatten().find_map(|id| excluded.get_key_value(id));
        return Err(match between {
            Some((id, why)) => Refusal::through(*why, name(id)),
            None => Refusal::NoDelegation { from: name(principal), to: name(actor) },
        });
    };
    let through = way.get(1..way.len().saturating_sub(1)).unwrap_or_default().to_vec();
    Ok(Party { principal: principal.clone(), actor: actor.clone(), through })
}

/// How sure one must be of who decides.
pub(super) fn required(approval: &Approval, proposal: &Proposal) -> Assurance {
    let least = if proposal.content().is_sensitive() { Assurance::Session } else { Assurance::Code };
    approval.at_least.max(least)
}

/// Is this sure enough? Where a code would not be, it is for a person the policy names, up to their ceiling, when they
/// decide for themselves: the exception is theirs and does not travel with a delegation.
pub(super) fn is_sure_enough(
    approval: &Approval,
    proposal: &Proposal,
    actor: &Person,
    for_themselves: bool,
    assurance: Assurance,
) -> bool {
    if assurance >= required(approval, proposal) {
        return true;
    }
    let named = || approval.code_alone.iter().any(|one| one.covers(actor, proposal.content()));
    approval.at_least == Assurance::Code && for_themselves && named()
}

/// Is a code that was sent to them enough for this person to decide?
pub fn is_code_enough(
    approval: &Approval,
    proposal: &Proposal,
    person: &Person,
    for_themselves: bool,
) -> bool {
    is_sure_enough(approval, proposal, person, for_themselves, Assurance::Code)
}

/// Could this person decide for themselves, as far as proving who they are goes?
pub(super) fn could_be_sure(approval: &Approval, proposal: &Proposal, person: &Person) -> bool {
    let best = match person.kind {
        PersonKind::Account => Assurance::ReAuthenticated,
        PersonKind::External => Assurance::Code,
    };
    is_sure_enough(approval, proposal, person, true, best)
}
