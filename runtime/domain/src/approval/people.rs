//! The people of a workspace, as far as deciding goes. Roles and accounts are kept elsewhere; this is what they come to.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::delegation::Delegation;
use crate::id::PersonId;
use crate::workflow::Owner;

/// One person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Id.
    pub id: PersonId,
    /// What stands in a policy: `person:office`.
    pub handle: String,
    /// For other people.
    pub name: String,
    /// Account, or a mail address and nothing else.
    pub kind: PersonKind,
    /// False once removed or disabled: nothing they or their delegates say counts any more.
    pub active: bool,
    /// Their own right to decide in this workspace. No delegation gives it.
    pub may_decide: bool,
    /// Teams they are in: `billing`.
    pub teams: BTreeSet<String>,
    /// Roles they have: `field_lead`.
    pub roles: BTreeSet<String>,
}

/// How a person comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// Signs in.
    Account,
    /// Has a mail address and nothing else: types a code.
    External,
}

/// All of them, and who stands in for whom.
#[derive(Clone, Debug, Default)]
pub struct People {
    persons: BTreeMap<PersonId, Person>,
    delegations: Vec<Delegation>,
}

impl Person {
    /// Can decide at all, now.
    pub const fn can_decide(&self) -> bool {
        self.active && self.may_decide
    }

    pub(super) fn is_named_by(&self, who: &Owner) -> bool {
        match who.0.split_once(':') {
            Some(("team", name)) => self.teams.contains(name),
            Some(("role", name)) => self.roles.contains(name),
            Some(("person", name)) => self.handle == name || self.id.as_str() == name,
            Some(_) | None => false,
        }
    }
}

impl People {
    /// These people and delegations; at least all that the rules and escalations name, those who ask, and those along
    /// their delegations: shares are counted over them. Delegations are followed where they are in force; a circle is harmless here, and
    /// refused where it is saved.
    pub fn new(persons: impl IntoIterator<Item = Person>, delegations: Vec<Delegation>) -> Self {
        Self { persons: persons.into_iter().map(|one| (one.id.clone(), one)).collect(), delegations }
    }

    /// One of them.
    pub fn get(&self, id: &PersonId) -> Option<&Person> {
        self.persons.get(id)
    }

    /// Their name; the id where they are not known any more.
    pub fn name<'a>(&'a self, id: &'a PersonId) -> &'a str {
        self.get(id).map_or(id.as_str(), |person| &person.name)
    }

    /// Everybody.
    pub fn iter(&self) -> impl Iterator<Item = &Person> {
        self.persons.values()
    }

    /// Who stands in for whom.
    pub fn delegations(&self) -> &[Delegation] {
        &self.delegations
    }

    /// Those of `team:…`, `role:…`, `person:…` who can decide.
    pub fn of(&self, who: &[Owner]) -> BTreeSet<PersonId> {
        let named = self.persons.values().filter(|one| one.can_decide());
        let named = named.filter(|one| who.iter().any(|who| one.is_named_by(who)));
        named.map(|one| one.id.clone()).collect()
    }
}
