//! Accounts, members, teams, sessions, links and tries to sign in. What they mean is said in
//! `throughline_domain::access`; here it is kept, and what two requests at once must not do is refused here.

pub(crate) mod account;
pub(crate) mod link;
pub(crate) mod member;
pub(crate) mod session;
pub(crate) mod team;
pub(crate) mod throttle;

use std::fmt;

use throughline_domain::id::{PersonId, SessionId};
use throughline_domain::time::Timestamp;

use crate::error::{Result, StoreError};

/// Who changes something, and when: for the record.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// Name in records: a person's or token's id, `admin`.
    pub who: &'a str,
    /// When.
    pub at: Timestamp,
}

/// An Argon2id hash with its salt and costs. It is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash as its crate writes it: `$argon2id$…`.
    pub fn new(text: String) -> Result<Self> {
        if text.starts_with("$argon2id$") {
            Ok(Self(text))
        } else {
            Err(StoreError::Refused("a password is stored as an Argon2id hash".to_owned()))
        }
    }

    /// For comparing a password with it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Whose sessions end, and which one goes on.
pub(crate) fn others<'a>(person: &'a PersonId, but: Option<&'a SessionId>) -> (&'a PersonId, &'a str) {
    // No session has this id.
    (person, but.map_or("", SessionId::as_str))
}
