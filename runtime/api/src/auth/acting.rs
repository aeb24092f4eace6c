//! Who acts, by which way they came in, and when they last proved who they are: what deciding needs to know beside a
//! right.

use throughline_domain::access::{Principal, Who};
use throughline_domain::id::{PersonId, SessionId, TokenId};
use throughline_domain::time::Timestamp;

/// By which way somebody came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The token of the data directory itself.
    AdminToken,
    /// A token of the API.
    Token(TokenId),
    /// A browser.
    Session {
        /// Which session.
        session: SessionId,
        /// When they last typed their password or pressed the button of their link.
        confirmed_at: Timestamp,
    },
}

/// Somebody at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Acting {
    person: Option<PersonId>,
    way: Way,
}

impl Acting {
    /// From a principal, and how it came.
    pub(crate) fn new(principal: &Principal, way: Way) -> Self {
        let person = match principal.who() {
            Who::Keyholder => None,
            Who::Person(person) => Some(person.clone()),
        };
        Self { person, way }
    }

    /// Whose account; nobody's for the token of the data directory, and for what it opened.
    pub(crate) const fn person(&self) -> Option<&PersonId> {
        self.person.as_ref()
    }

    /// How they came.
    pub(crate) const fn way(&self) -> &Way {
        &self.way
    }

    /// When they last proved who they are; a token proves nothing but that somebody has it.
    pub(crate) const fn confirmed_at(&self) -> Option<Timestamp> {
        match &self.way {
            Way::AdminToken | Way::Token(_) => None,
            Way::Session { confirmed_at, .. } => Some(*confirmed_at),
        }
    }

    /// The session they are in.
    pub(crate) const fn session(&self) -> Option<&SessionId> {
        match &self.way {
            Way::AdminToken | Way::Token(_) => None,
            Way::Session { session, .. } => Some(session),
        }
    }
}
