//! Names: of people and teams in the text of workflows, and of people for other people.

use serde::{Deserialize, Serialize};

/// Why a name, handle or mail address is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// A handle.
    #[error("`{0}` is no handle: 1 to 40 of a-z, 0-9, `_` and `-`, the first a letter")]
    Handle(String),
    /// A handle that somebody has who is nobody's account.
    #[error("`{0}` stands for the server itself in records: choose another handle")]
    Taken(String),
    /// A mail address.
    #[error("`{0}` is no mail address")]
    Mail(String),
    /// A person's name.
    #[error("a name has 1 to 100 characters, on one line")]
    Person,
}

impl BadName {
    /// The page of it.
    pub const CODE: &'static str = "TL0828";
}

/// What stands in workflows behind `person:`, `team:` and `role:`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Handle(String);

impl Handle {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Handle {
    /// The handle of a person: none of those that stand in records for who holds the data directory and for the server.
    pub fn of_person(text: String) -> Result<Self, BadName> {
        if matches!(text.as_str(), "admin" | "runner") {
            return Err(BadName::Taken(text));
        }
        Self::try_from(text)
    }
}

impl TryFrom<String> for Handle {
    type Error = BadName;
    fn try_from(text: String) -> Result<Self, BadName> {
        let good = (1..=40).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
        if good { Ok(Self(text)) } else { Err(BadName::Handle(shown(&text))) }
    }
}

impl From<Handle> for String {
    fn from(handle: Handle) -> Self {
        handle.0
    }
}

impl std::fmt::Display for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person's name as it is kept: without space around it. A control character would break the line of a mail.
pub fn person_name(text: &str) -> Result<String, BadName> {
    let name = text.trim();
    let good = (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if good { Ok(name.to_owned()) } else { Err(BadName::Person) }
}

/// As much of a text as an answer repeats.
pub(super) fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}
