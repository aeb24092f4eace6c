//! Standing in for somebody, for a time and a scope. It gives nobody a right: who stands in has their own right to
//! decide, and decides no more than the person they stand in for.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::people::{People, Person};
use crate::id::PersonId;
use crate::proposal::{Money, Proposal};
use crate::time::Timestamp;

/// Delegations followed one after another at most: my stand-in is away as well.
pub const MAX_CHAIN: usize = 5;
/// The longest of them, in milliseconds: 366 days. What has no end is a role, and an administrator gives it.
pub const MAX_DELEGATION_MS: u64 = 366 * 86_400_000;

/// One person stands in for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// Whose decisions.
    pub from: PersonId,
    /// Who stands in.
    pub to: PersonId,
    /// From this time.
    pub starts_at: Timestamp,
    /// Until before this time.
    pub ends_at: Timestamp,
    /// For what.
    pub scope: DelegationScope,
}

/// What a delegation is for. The default is everything that can be taken back and moves no money.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegationScope {
    /// These workflows; absent: all.
    pub workflows: Option<BTreeSet<String>>,
    /// Money up to this amount.
    pub money: MoneyScope,
    /// Writes that cannot be taken back, too.
    pub irreversible: bool,
}

/// Which amounts a delegation is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum MoneyScope {
    /// None.
    #[default]
    None,
    /// Up to an amount, in one currency.
    UpTo {
        /// The amount.
        ceiling: Money,
    },
    /// All.
    All,
}

impl DelegationScope {
    /// Everything.
    pub const fn all() -> Self {
        Self { workflows: None, money: MoneyScope::All, irreversible: true }
    }

    /// Is anything in it that a program may not decide about?
    pub fn is_sensitive(&self) -> bool {
        self.irreversible || self.money != MoneyScope::None
    }

    /// Is this proposal in it?
    pub fn covers(&self, proposal: &Proposal) -> bool {
        let content = proposal.content();
        let workflow = &proposal.origin().workflow;
        let money = match (&content.money, &self.money) {
            (None, _) | (Some(_), MoneyScope::All) => true,
            (Some(_), MoneyScope::None) => false,
            (Some(money), MoneyScope::UpTo { ceiling }) => money.is_within(ceiling),
        };
        money
            && (self.irreversible || !content.is_irreversible())
            && self.workflows.as_ref().is_none_or(|workflows| workflows.contains(workflow))
    }
}

impl Delegation {
    pub(super) fn is_in_force(&self, now: Timestamp) -> bool {
        self.starts_at <= now && now < self.ends_at
    }
}

impl People {
    /// This person, and everybody they might stand in for now, whatever it is about.
    pub fn behind(&self, actor: &PersonId, now: Timestamp) -> BTreeSet<PersonId> {
        let mut found = BTreeSet::from([actor.clone()]);
        let mut last = found.clone();
        for _ in 0..MAX_CHAIN {
            let in_force = self.delegations().iter().filter(|one| one.is_in_force(now));
            let before = in_force.filter(|one| last.contains(&one.to)).map(|one| one.from.clone());
            last = before.filter(|id| !found.contains(id)).collect();
            found.extend(last.iter().cloned());
        }
        found
    }

    /// The way from `principal` to `actor` over delegations that are in force for this proposal, both ends included;
    /// the shortest, through nobody in `barred`, and through nobody who cannot decide themselves.
    pub(super) fn chain(
        &self,
        principal: &PersonId,
        actor: &PersonId,
        proposal: &Proposal,
        barred: &BTreeSet<PersonId>,
        now: Timestamp,
    ) -> Option<Vec<PersonId>> {
        let passes = |id: &PersonId| !barred.contains(id) && self.get(id).is_some_and(Person::can_decide);
        if !passes(principal) || !passes(actor) {
            return None;
        }
        let mut from: BTreeMap<&PersonId, &PersonId> = BTreeMap::new();
        let mut queue = VecDeque::from([(principal, 0)]);
        while let Some((at, steps)) = queue.pop_front() {
            if at == actor {
                return Some(walk_back(principal, actor, &from));
            }
            if steps == MAX_CHAIN {
                continue;
            }
            let next = self.delegations().iter().filter(|one| one.from == *at);
            for one in next.filter(|one| one.is_in_force(now) && one.scope.covers(proposal)) {
                if passes(&one.to) && one.to != *principal && !from.contains_key(&one.to) {
                    from.insert(&one.to, at);
                    queue.push_back((&one.to, steps + 1));
                }
            }
        }
        None
    }
}

fn walk_back(principal: &PersonId, actor: &PersonId, from: &BTreeMap<&PersonId, &PersonId>) -> Vec<PersonId> {
    let mut way = vec![actor.clone()];
    let mut at = actor;
    while at != principal {
        let Some(before) = from.get(at) else { break };
        way.push((*before).clone());
        at = before;
    }
    way.reverse();
    way
}

/// Why a delegation is not saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DelegationRefused {
    /// To oneself.
    #[error("nobody stands in for themselves")]
    ToOneself,
    /// It never begins.
    #[error("a delegation ends after it starts")]
    NeverInForce,
    /// It is more than an absence.
    #[error("a delegation lasts at most 366 days")]
    TooLong,
    /// Somebody in it cannot decide.
    #[error("{name} has no right to decide here, and a delegation gives none")]
    NoRight {
        /// Who.
        name: String,
    },
    /// Everybody in it would wait for the next.
    #[error("the delegations would go in a circle: {}", .names.join(" → "))]
    Circle {
        /// The people of the circle, the first one at both ends.
        people: Vec<PersonId>,
        /// Their names.
        names: Vec<String>,
    },
}

impl DelegationRefused {
    /// `TL0893` a circle; `TL0894` the rest.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Circle { .. } => "TL0893",
            Self::ToOneself | Self::NeverInForce | Self::TooLong | Self::NoRight { .. } => "TL0894",
        }
    }
}

/// May this delegation be added? A circle counts where all of it would be in force at one time for one workflow: two who
/// stand in for each other in different weeks are none.
pub fn check_delegation(new: &Delegation, people: &People) -> Result<(), DelegationRefused> {
    if new.from == new.to {
        return Err(DelegationRefused::ToOneself);
    }
    if new.ends_at <= new.starts_at {
        return Err(DelegationRefused::NeverInForce);
    }
    if new.ends_at > new.starts_at.plus_ms(MAX_DELEGATION_MS) {
        return Err(DelegationRefused::TooLong);
    }
    for id in [&new.from, &new.to] {
        if !people.get(id).is_some_and(Person::can_decide) {
            return Err(DelegationRefused::NoRight { name: people.name(id).to_owned() });
        }
    }
    let mut way = vec![new.from.clone(), new.to.clone()];
    let when = (new.starts_at, new.ends_at);
    if closes(people, &mut way, when, new.scope.workflows.as_ref()) {
        let names = way.iter().map(|id| people.name(id).to_owned()).collect();
        return Err(DelegationRefused::Circle { people: way, names });
    }
    Ok(())
}

/// Follows the delegations from the end of the way; true once they come back to its beginning.
fn closes(
    people: &People,
    way: &mut Vec<PersonId>,
    when: (Timestamp, Timestamp),
    workflows: Option<&BTreeSet<String>>,
) -> bool {
    let Some(last) = way.last().cloned() else { return false };
    for next in people.delegations().iter().filter(|one| one.from == last) {
        let when = (when.0.max(next.starts_at), when.1.min(next.ends_at));
        let workflows = match (workflows, &next.scope.workflows) {
            (None, other) => other.clone(),
            (Some(one), None) => Some(one.clone()),
            (Some(one), Some(other)) => Some(one & other),
        };
        let never = when.0 >= when.1 || workflows.as_ref().is_some_and(BTreeSet::is_empty);
        if never {
            continue;
        }
        let closed = way.first() == Some(&next.to);
        if !closed && way.contains(&next.to) {
            continue;
        }
        way.push(next.to.clone());
        if closed || closes(people, way, when, workflows.as_ref()) {
            return true;
        }
        way.pop();
    }
    false
}
