//! The names of secrets, and what a secret is bound to.

use std::fmt;

use crate::error::{Result, VaultError};

/// Longest name.
const MAX_NAME: usize = 63;
/// Longest binding.
const MAX_BINDING: usize = 255;

/// The name of a secret within its workspace: 1 to 63 of `a-z`, `0-9`, `-`, `_`, `.`, the first a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretName(String);

impl SecretName {
    /// Checks a name. What is refused is not repeated: a value may have been typed in its place.
    pub fn new(name: &str) -> Result<Self> {
        let good = (1..=MAX_NAME).contains(&name.len())
            && name.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
            && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'));
        if good {
            return Ok(Self(name.to_owned()));
        }
        Err(VaultError::Unfit(
            "a secret's name has 1 to 63 of a-z, 0-9, `-`, `_` and `.`, and begins with a letter or digit"
                .into(),
        ))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a secret may be used. Everything else is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// Sent to this origin and to no other: `https://crm.example.com`, `smtp://mail.example.com:587`.
    Origin(String),
    /// Never sent: it proves what comes in, as the secret of a signed webhook does.
    Inbound,
}

impl Binding {
    /// Reads `inbound`, or an origin: a scheme, a host, and a port where it is not the scheme's own.
    pub fn new(text: &str) -> Result<Self> {
        if text == Self::INBOUND {
            return Ok(Self::Inbound);
        }
        if text.len() <= MAX_BINDING && is_origin(text) {
            return Ok(Self::Origin(text.to_owned()));
        }
        Err(VaultError::Unfit(
            "a secret is bound to an origin, in lower case and without a path (https://crm.example.com), or to \
             `inbound`"
                .into(),
        ))
    }

    const INBOUND: &'static str = "inbound";

    /// As stored.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Origin(origin) => origin,
            Self::Inbound => Self::INBOUND,
        }
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Exactly the text an URL's origin is written as, so that comparing texts is comparing origins.
fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else { return false };
    let (host, port) = match authority.rsplit_once(':') {
        // The colons of an IPv6 address are in brackets.
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let default = match scheme {
        "http" | "ws" => Some("80"),
        "https" | "wss" => Some("443"),
        _ => None,
    };
    let good_scheme = scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.'));
    let good_port = port.is_none_or(|port| {
        !port.starts_with('0')
            && port.bytes().all(|b| b.is_ascii_digit())
            && port.parse::<u16>().is_ok()
            && Some(port) != default
    });
    good_scheme && good_port && is_host(host)
}

fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        // As an URL writes it, so that one address has one text.
        return inner.parse::<std::net::Ipv6Addr>().is_ok_and(|address| address.to_string() == inner);
    }
    !host.is_empty()
        && host.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_form_and_a_refused_one_is_not_repeated() {
        for good in ["a", "crm-token", "0.x_y"] {
            assert_eq!(SecretName::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "-a", ".a", "Hunter2!", "a b", "ä", &"x".repeat(64)] {
            let error = SecretName::new(bad).unwrap_err();
            assert_eq!(error.code(), "TL0811");
            assert!(bad.len() < 3 || !error.to_string().contains(bad), "{error}");
        }
    }

    #[test]
    fn a_binding_is_an_origin_in_its_one_form() {
        for good in [
            "https://crm.example.com",
            "http://127.0.0.1:41001",
            "https://[::1]:8443",
            "smtp://mail.example.com:587",
            "inbound",
        ] {
            assert_eq!(Binding::new(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "crm.example.com",
            "https://",
            "https://CRM.example.com",
            "https://crm.example.com/",
            "https://crm.example.com/path",
            "https://crm.example.com:443",
            "https://user@crm.example.com",
            "https://crm.example.com:0",
            "https://crm.example.com:99999",
            "https://crm..example.com",
            "https://[::0001]",
            "https://*.example.com",
            "Inbound",
        ] {
            assert_eq!(Binding::new(bad).unwrap_err().code(), "TL0811", "{bad}");
        }
    }
}
