//! Members of a workspace: accounts with roles, and people with a mail address and nothing else.

use std::collections::BTreeSet;

use super::role::Role;
use crate::approval::{Person, PersonKind};
use crate::id::PersonId;

/// One member as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// What stands in workflows: `person:office`.
    pub handle: String,
    /// For other people.
    pub name: String,
    /// Account, or external approver.
    pub kind: PersonKind,
    /// Neither removed here nor disabled as an account.
    pub active: bool,
    /// Roles; an external approver has none.
    pub roles: BTreeSet<Role>,
    /// What else a workflow may call them: `role:field_lead`. Gives no right.
    pub duties: BTreeSet<String>,
    /// Teams.
    pub teams: BTreeSet<String>,
}

impl Member {
    /// What they come to where something is decided. An external approver is there to decide, so they may.
    pub fn person(&self) -> Person {
        let may_decide = match self.kind {
            PersonKind::Account => self.roles.contains(&Role::Approver),
            PersonKind::External => true,
        };
        let roles = self.roles.iter().map(|role| role.as_str().to_owned());
        Person {
            id: self.person.clone(),
            handle: self.handle.clone(),
            name: self.name.clone(),
            kind: self.kind,
            active: self.active,
            may_decide,
            teams: self.teams.clone(),
            roles: roles.chain(self.duties.iter().cloned()).collect(),
        }
    }
}

/// Nobody would be left who can hand out rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody else is an administrator: make somebody one first")]
pub struct LastAdmin;

impl LastAdmin {
    /// The page of it.
    pub const CODE: &'static str = "TL0829";
}

/// May this person stop being an administrator? `admins`: those who are active now.
pub fn check_last_admin(admins: &BTreeSet<PersonId>, person: &PersonId) -> Result<(), LastAdmin> {
    let others = admins.iter().any(|admin| admin != person);
    if others || !admins.contains(person) { Ok(()) } else { Err(LastAdmin) }
}
