//! Who asks, and what they hold.

use std::collections::{BTreeMap, BTreeSet};

use super::right::Right;
use super::role::Role;
use super::token::{TokenScope, rights_of};
use crate::id::{PersonId, TokenId};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Who can read the data directory: the token that stands there, and nobody's account.
    Keyholder,
    /// Somebody with an account.
    Person(PersonId),
}

/// What an account holds, as stored now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// False once disabled: nothing is allowed any more.
    pub active: bool,
    /// Looks after the whole server.
    pub server_admin: bool,
    /// Roles in each workspace it is a member of; a member without roles may do nothing.
    pub roles: BTreeMap<String, BTreeSet<Role>>,
}

/// How far a token narrows what its owner holds. It never widens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenLimits {
    /// The token.
    pub token: TokenId,
    /// What it is for.
    pub scopes: BTreeSet<TokenScope>,
    /// The only workspace it is for; absent: all of its owner's.
    pub workspace: Option<String>,
}

/// Somebody who asks, with all that is known of what they may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    pub(super) who: Who,
    pub(super) rights: Rights,
    pub(super) limits: Option<TokenLimits>,
}

impl Principal {
    /// Holds the token of the data directory. As good as an administrator of the server: who reads that directory can
    /// change every row in it.
    pub fn keyholder() -> Self {
        let rights = Rights { active: true, server_admin: true, roles: BTreeMap::new() };
        Self { who: Who::Keyholder, rights, limits: None }
    }

    /// Signed in.
    pub const fn person(person: PersonId, rights: Rights) -> Self {
        Self { who: Who::Person(person), rights, limits: None }
    }

    /// The same through a token.
    #[must_use]
    pub fn through(mut self, limits: TokenLimits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Who.
    pub const fn who(&self) -> &Who {
        &self.who
    }

    /// What their account holds; a token may allow less.
    pub const fn rights(&self) -> &Rights {
        &self.rights
    }

    /// The token it came through.
    pub const fn token(&self) -> Option<&TokenLimits> {
        self.limits.as_ref()
    }

    /// Looks after the whole server, and sees what there is, also where there is no workspace yet.
    pub fn looks_after_the_server(&self) -> bool {
        let sees = |limits: &TokenLimits| {
            limits.workspace.is_none() && rights_of(&limits.scopes).contains(&Right::See)
        };
        self.rights.active && self.rights.server_admin && self.limits.as_ref().is_none_or(sees)
    }

    /// Name in records of who did something: `admin`, `per_…`, `tok_…`.
    pub fn by(&self) -> &str {
        match (&self.limits, &self.who) {
            (Some(limits), _) => limits.token.as_str(),
            (None, Who::Person(person)) => person.as_str(),
            (None, Who::Keyholder) => "admin",
        }
    }
}

impl Rights {
    /// Nothing at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// Is it known in this workspace? Who is not must not learn that it exists.
    pub(super) fn knows(&self, workspace: &str) -> bool {
        self.server_admin || self.roles.get(workspace).is_some_and(|roles| !roles.is_empty())
    }

    /// In a workspace: its roles there; an administrator of the server has the administrator's role everywhere.
    pub(super) fn allow(&self, workspace: &str, right: Right) -> bool {
        let own = self.roles.get(workspace).is_some_and(|roles| roles.iter().any(|role| role.allows(right)));
        own || (self.server_admin && Role::Admin.allows(right))
    }
}
