//! The one decision about rights, and the proof of it.

use std::marker::PhantomData;

use super::principal::{Principal, Who};
use super::right::{Needs, Right};
use super::role::Role;
use super::token::rights_of;

/// Where something is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// What belongs to no workspace.
    Server,
    /// In this workspace.
    Workspace(String),
}

/// Proof that somebody may do what `N` says, in one place. Only [`authorize`] makes one.
#[derive(Debug)]
pub struct Proof<N> {
    by: String,
    who: Who,
    place: Place,
    needs: PhantomData<N>,
}

// Not derived: a proof can be copied whatever it proves.
impl<N> Clone for Proof<N> {
    fn clone(&self) -> Self {
        Self { by: self.by.clone(), who: self.who.clone(), place: self.place.clone(), needs: PhantomData }
    }
}

impl<N: Needs> Proof<N> {
    /// Name in records of who did something.
    pub fn by(&self) -> &str {
        &self.by
    }

    /// Who.
    pub const fn who(&self) -> &Who {
        &self.who
    }

    /// Where.
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// The workspace; absent for what belongs to the whole server.
    pub fn workspace(&self) -> Option<&str> {
        match &self.place {
            Place::Server => None,
            Place::Workspace(workspace) => Some(workspace),
        }
    }
}

/// Why something is not allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// None of their roles allows it.
    #[error("you may not {}: {}", .right.words(), needed(*.right))]
    NoRight {
        /// The right that is missing.
        right: Right,
    },
    /// They are nothing in this workspace. It is shown as if there were none.
    #[error("there is no workspace `{workspace}` that you may see")]
    NotAMember {
        /// The name they gave.
        workspace: String,
    },
    /// Their token is for less.
    #[error("this token may not {}: its scopes do not cover it", .right.words())]
    NoScope {
        /// The right its scopes do not have.
        right: Right,
    },
    /// What opens the door as oneself is not changed through a token.
    #[error("a token may not change tokens, sessions or passwords")]
    NotByToken,
    /// The account is disabled.
    #[error("this account is disabled")]
    Disabled,
}

fn needed(right: Right) -> String {
    if right.is_of_server() {
        return "it needs an administrator of the server".to_owned();
    }
    format!("it needs the role {} in this workspace", Role::that_allow(right))
}

impl Denied {
    /// The page of it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRight { .. } => "TL0820",
            Self::NotAMember { .. } => "TL0714",
            Self::NoScope { .. } | Self::NotByToken => "TL0822",
            Self::Disabled => "TL0823",
        }
    }
}

/// May they? What is not allowed by a role, and within the token they came with, is refused.
pub fn authorize<N: Needs>(principal: &Principal, place: &Place) -> Result<Proof<N>, Denied> {
    decide(principal, N::RIGHT, place)?;
    Ok(Proof {
        by: principal.by().to_owned(),
        who: principal.who.clone(),
        place: place.clone(),
        needs: PhantomData,
    })
}

/// A proof for each of these workspaces where they may, in the order given: lists that span workspaces show those.
pub fn authorize_each<N: Needs>(
    principal: &Principal,
    workspaces: impl IntoIterator<Item = String>,
) -> Vec<Proof<N>> {
    let places = workspaces.into_iter().map(Place::Workspace);
    places.filter_map(|place| authorize(principal, &place).ok()).collect()
}

/// May they change what opens the door as themselves: their tokens, sessions, password? Not through a token of their own,
/// else one that was made for little could make one for more. A token of the data directory may, if it administers the
/// whole server: programs set servers up with it.
pub fn authorize_own(principal: &Principal) -> Result<(), Denied> {
    if !principal.rights.active {
        return Err(Denied::Disabled);
    }
    match (&principal.limits, &principal.who) {
        (None, _) => Ok(()),
        (Some(limits), Who::Keyholder)
            if limits.workspace.is_none() && rights_of(&limits.scopes).contains(&Right::Server) =>
        {
            Ok(())
        }
        (Some(_), _) => Err(Denied::NotByToken),
    }
}

/// The same for a right that is known only now: to show what somebody may. It proves nothing.
pub fn may(principal: &Principal, right: Right, place: &Place) -> Result<(), Denied> {
    decide(principal, right, place)
}

fn decide(principal: &Principal, right: Right, place: &Place) -> Result<(), Denied> {
    let rights = &principal.rights;
    if !rights.active {
        return Err(Denied::Disabled);
    }
    // First whether the workspace is theirs to know of, so that a stranger's answer tells nothing of its scopes or roles.
    if let Place::Workspace(workspace) = place {
        let elsewhere = principal.limits.as_ref().and_then(|limits| limits.workspace.as_ref());
        if !rights.knows(workspace) || elsewhere.is_some_and(|only| only != workspace) {
            return Err(Denied::NotAMember { workspace: workspace.clone() });
        }
    }
    if let Some(limits) = &principal.limits {
        let of_one = limits.workspace.is_some() && *place == Place::Server;
        if of_one || !rights_of(&limits.scopes).contains(&right) {
            return Err(Denied::NoScope { right });
        }
    }
    let allowed = match place {
        Place::Server => right.is_of_server() && rights.server_admin,
        Place::Workspace(workspace) => !right.is_of_server() && rights.allow(workspace, right),
    };
    if allowed { Ok(()) } else { Err(Denied::NoRight { right }) }
}
