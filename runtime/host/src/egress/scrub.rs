//! Removes secrets from whatever comes back. The second line: guests never hold secrets in the first place.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Shorter secrets would blank out innocent text.
const MIN_BYTES: usize = 4;
/// What stands in a secret's place.
const MARK: &[u8] = b"***";

/// Knows the forms of some secrets.
#[derive(Clone, Default)]
pub(crate) struct Scrubber {
    /// Longest first, so that a secret within another does not leave a rest.
    needles: Vec<Vec<u8>>,
}

impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scrubber({} forms)", self.needles.len())
    }
}

impl Scrubber {
    /// Adds a secret in its raw, base64 (any alignment), percent-encoded and JSON-escaped forms.
    pub(crate) fn learn(&mut self, secret: &str) {
        if secret.len() < MIN_BYTES || self.needles.iter().any(|needle| needle == secret.as_bytes()) {
            return;
        }
        self.needles.push(secret.as_bytes().to_vec());
        self.needles.extend(base64_forms(secret.as_bytes()));
        let strict: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        self.needles.push(strict.replace('+', "%20").into_bytes());
        self.needles.push(strict.to_lowercase().into_bytes());
        self.needles.push(strict.into_bytes());
        let json = serde_json::Value::from(secret).to_string();
        self.needles.push(json.as_bytes()[1..json.len() - 1].to_vec());
        self.needles.retain(|needle| needle.len() >= MIN_BYTES);
        self.needles.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        self.needles.dedup();
    }

    /// The bytes without secrets.
    pub(crate) fn bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let mut out = Cow::Borrowed(bytes);
        for needle in &self.needles {
            if let Some(first) = find(&out, needle) {
                out = Cow::Owned(replace(&out, needle, first));
            }
        }
        out
    }

    /// The text without secrets.
    pub(crate) fn text(&self, text: &str) -> String {
        if self.needles.is_empty() {
            return text.to_owned();
        }
        String::from_utf8_lossy(&self.bytes(text.as_bytes())).into_owned()
    }
}

/// What stays the same of a secret's base64 wherever it starts in the encoded bytes.
fn base64_forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    for shift in 0..3_usize {
        let mut padded = vec![0_u8; shift];
        padded.extend_from_slice(secret);
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let text = engine.encode(&padded);
            // The first characters mix with what stands before, the last with what follows.
            let start = [0, 2, 3][shift];
            let end = text.len() - usize::from(padded.len() % 3 != 0);
            if end > start {
                forms.push(text.as_bytes()[start..end].to_vec());
            }
        }
    }
    forms
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = haystack.get(from..)?.iter().position(|&byte| byte == first) {
        let at = from + at;
        if haystack[at..].starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

fn replace(haystack: &[u8], needle: &[u8], first: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(haystack.len());
    let (mut rest, mut next) = (haystack, Some(first));
    while let Some(at) = next {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(MARK);
        rest = &rest[at + needle.len()..];
        next = find(rest, needle);
    }
    out.extend_from_slice(rest);
    out
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const SECRET: &str = "s3cr3t/+ \"tok\"en-canary";

    #[test]
    fn every_form_of_a_secret_goes() {
        let mut scrubber = Scrubber::default();
        scrubber.learn(SECRET);
        let percent = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect::<String>();
        let forms = [
            SECRET.to_owned(),
            STANDARD.encode(SECRET),
            STANDARD.encode(format!("user:{SECRET}")),
            STANDARD.encode(format!("u:{SECRET}xyz")),
            STANDARD.encode(format!("us:{SECRET}")),
            URL_SAFE_NO_PAD.encode(SECRET),
            percent.clone(),
            percent.replace('+', "%20"),
            serde_json::json!({ "echo": SECRET }).to_string(),
        ];
        for form in forms {
            let out = scrubber.text(&format!("before {form} middle {form} after"));
            assert!(out.contains("***") && out.starts_with("before ") && out.ends_with(" after"), "{out}");
            assert!(!out.contains("canary") && !out.contains("Y2FuYXJ5"), "{out}");
        }
    }

    #[test]
    fn short_secrets_and_other_text_stay() {
        let mut scrubber = Scrubber::default();
        scrubber.learn("abc");
        assert_eq!(scrubber.text("abcabc"), "abcabc");
        scrubber.learn("abcd");
        assert_eq!(scrubber.text("abc abcd"), "abc ***");
    }
}
