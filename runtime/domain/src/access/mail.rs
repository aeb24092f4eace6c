//! Mail addresses. One person has one, whatever its case.

use serde::{Deserialize, Serialize};

use super::handle::{BadName, shown};

/// A mail address in lower case. Quoted forms and comments are not taken: every one of them has confused some program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mail(String);

impl Mail {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Before the `@`.
    pub fn local(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }
}

fn is_local(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.split('.').all(|part| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b))
        })
}

fn is_domain(text: &str) -> bool {
    text.len() <= 190
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

impl TryFrom<String> for Mail {
    type Error = BadName;
    fn try_from(text: String) -> Result<Self, BadName> {
        let mail = text.trim().to_ascii_lowercase();
        let good = mail.split_once('@').is_some_and(|(local, domain)| is_local(local) && is_domain(domain));
        if good { Ok(Self(mail)) } else { Err(BadName::Mail(shown(&text))) }
    }
}

impl From<Mail> for String {
    fn from(mail: Mail) -> Self {
        mail.0
    }
}

impl std::fmt::Display for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
