//! Typed, prefixed, time-ordered ids: `run_01j…`. Text of 26 Crockford characters after the prefix,
//! 48 bits of milliseconds then 80 random bits, so ids sort by the time they were made.

use std::fmt;

use serde::{Deserialize, Serialize};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Makes the 26 characters behind a prefix from Unix milliseconds and random bits.
fn text(millis: u64, random: u128) -> String {
    let bits = (u128::from(millis & 0xffff_ffff_ffff) << 80) | (random & ((1 << 80) - 1));
    (0..26).rev().map(|i| char::from(ALPHABET[((bits >> (i * 5)) & 31) as usize])).collect()
}

/// The 26 characters of an id that is made from another and some words: its time, and 80 bits of a hash.
fn derived(of: &str, words: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(format!("{of}\n{words}"));
    let random = digest.iter().take(10).fold(0u128, |bits, byte| (bits << 8) | u128::from(*byte));
    let time = of.split_once('_').map_or(of, |(_, rest)| rest).get(..10).unwrap_or("0000000000");
    format!("{time}{}", &text(0, random)[10..])
}

/// An id text that does not have the form of its type.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{text}` is not {what} id: expected `{prefix}_` and 26 characters")]
pub struct BadId {
    text: String,
    what: &'static str,
    prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal, $what:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// What stands before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new id from Unix milliseconds and 80 random bits.
            pub fn new(millis: u64, random: u128) -> Self {
                Self(format!("{}_{}", $prefix, text(millis, random)))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                let good = text
                    .strip_prefix(concat!($prefix, "_"))
                    .is_some_and(|rest| rest.len() == 26 && rest.bytes().all(|b| ALPHABET.contains(&b)));
                if good { Ok(Self(text)) } else { Err(BadId { text, what: $what, prefix: $prefix }) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )* };
}

ids! {
    /// One accepted occurrence of a trigger.
    EventId = "evt", "an event";
    /// One execution of one workflow version.
    RunId = "run", "a run";
    /// One write that was decided on.
    EffectId = "eff", "an effect";
    /// One exception.
    ExceptionId = "exc", "an exception";
    /// One complete write that was not sent yet.
    ProposalId = "prp", "a proposal";
    /// One decision about a proposal.
    DecisionId = "dec", "a decision";
    /// One person: an account, or somebody with a mail address and nothing else.
    PersonId = "per", "a person";
    /// One person standing in for another.
    DelegationId = "dlg", "a delegation";
    /// One mail to a person.
    MailId = "mal", "a mail";
    /// One question to a person.
    AskId = "ask", "an ask";
    /// One comment of a person.
    CommentId = "cmt", "a comment";
    /// One request to publish a workflow.
    PublishRequestId = "pub", "a request to publish";
    /// One connection.
    ConnectionId = "con", "a connection";
    /// One session of a browser.
    SessionId = "ses", "a session";
    /// One secret in the vault.
    SecretId = "sec", "a secret";
    /// One API token.
    TokenId = "tok", "a token";
    /// One worker process.
    WorkerId = "wrk", "a worker";
}

macro_rules! derivable {
    ($($name:ident)*) => { $(
        impl $name {
            /// The same id each time for the same words, at the time of another id: making it again is an upsert.
            pub(crate) fn derive(of: &str, words: &str) -> Self {
                Self(format!("{}_{}", Self::PREFIX, derived(of, words)))
            }
        }
    )* };
}

derivable! { RunId EffectId ExceptionId AskId ProposalId DecisionId MailId }

impl MailId {
    /// The mail about something, by its id and what it says of it: queueing it again changes nothing.
    pub fn about(of: &str, words: &str) -> Self {
        Self::derive(of, words)
    }
}

impl RunId {
    /// The child of a call: the same text each time it is created, so creating it again is an upsert.
    /// Sorts at its parent's time.
    pub fn child(parent: &Self, path: &str, logical_attempt: u32) -> Self {
        Self::derive(parent.as_str(), &format!("{path}\n{logical_attempt}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_read_back() {
        let early = RunId::new(1, u128::MAX);
        let late = RunId::new(2, 0);
        assert!(early < late);
        assert_eq!(early.as_str().parse::<RunId>(), Ok(early));
        assert!("run_x".parse::<RunId>().is_err());
        assert!(EventId::new(1, 1).as_str().parse::<RunId>().is_err());
    }

    #[test]
    fn a_child_id_is_the_same_each_time() {
        let parent = RunId::new(1_700_000_000_000, 42);
        assert_eq!(RunId::child(&parent, "call", 1), RunId::child(&parent, "call", 1));
        assert_ne!(RunId::child(&parent, "call", 1), RunId::child(&parent, "call", 2));
        assert!(RunId::child(&parent, "call", 1).as_str().parse::<RunId>().is_ok());
    }
}
