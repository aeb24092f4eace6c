//! Whom a person could decide for now: who is asked beside those the rules name.

use std::collections::{BTreeMap, BTreeSet};

use super::people::{People, Person};
use super::who::excluded;
use crate::id::PersonId;
use crate::proposal::Proposal;
use crate::time::Timestamp;

/// Those who stand in for somebody of `asked` now, for this proposal, each with whom they could decide for. Somebody
/// without a say in it stands in for nobody, and nobody stands in for them or through them.
pub fn stand_ins(
    proposal: &Proposal,
    people: &People,
    asked: &BTreeSet<PersonId>,
    now: Timestamp,
) -> BTreeMap<PersonId, BTreeSet<PersonId>> {
    let barred: BTreeSet<PersonId> = excluded(proposal).into_keys().collect();
    let in_force = people.delegations().iter().filter(|one| one.is_in_force(now));
    let candidates: BTreeSet<&PersonId> = in_force.map(|one| &one.to).collect();
    let mut found: BTreeMap<PersonId, BTreeSet<PersonId>> = BTreeMap::new();
    for actor in candidates.into_iter().filter(|id| people.get(id).is_some_and(Person::can_decide)) {
        let stands_in = |principal: &&PersonId| {
            *principal != actor && people.chain(principal, actor, proposal, &barred, now).is_some()
        };
        let principals: BTreeSet<PersonId> = asked.iter().filter(stands_in).cloned().collect();
        if !principals.is_empty() {
            found.insert(actor.clone(), principals);
        }
    }
    found
}
