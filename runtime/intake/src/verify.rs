//! Webhook signatures over the exact bytes. Fails closed: what cannot be verified is refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;
use throughline_domain::time::Timestamp;

/// How far a signed timestamp may lie from now, in either direction, in milliseconds.
pub const TOLERANCE_MS: i64 = 5 * 60 * 1000;

/// How a webhook proves who sent it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "scheme", deny_unknown_fields)]
pub enum Verify {
    /// Standard Webhooks: headers `webhook-id`, `webhook-timestamp`, `webhook-signature`.
    StandardWebhooks {
        /// Where the secret (`whsec_…`) is.
        secret: String,
    },
    /// HMAC of the body in one header.
    Hmac {
        /// Where the secret is.
        secret: String,
        /// Header that carries the signature.
        header: String,
        /// Hash of the HMAC.
        #[serde(default)]
        algorithm: Algorithm,
        /// How the signature is written.
        #[serde(default)]
        encoding: Encoding,
        /// Text before the signature: `sha256=`.
        #[serde(default)]
        prefix: String,
    },
}

/// Hash of an HMAC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// SHA-256.
    #[default]
    Sha256,
    /// SHA-512.
    Sha512,
}

/// How a signature is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// Lower-case or upper-case hexadecimal.
    #[default]
    Hex,
    /// Base64 with padding.
    Base64,
}

/// Why a signature was refused. The words name no secret and no expected value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A header that the scheme needs is not there.
    #[error("the request has no signature in the header that this webhook expects")]
    Missing,
    /// The timestamp is not a number of seconds.
    #[error("the signed timestamp is not a number of seconds since 1970")]
    BadTimestamp,
    /// The timestamp is too old or in the future.
    #[error(
        "the signed timestamp is more than five minutes from now: replayed, or the sender's clock is off"
    )]
    Stale,
    /// No signature fits.
    #[error("the signature does not fit the body and the secret")]
    Mismatch,
    /// The secret itself cannot be used.
    #[error("the secret of this webhook is not in the form the scheme needs")]
    BadSecret,
}

impl Verify {
    /// Where the secret is: `vault:NAME`, `env:NAME` or `file:PATH`.
    pub fn secret(&self) -> &str {
        match self {
            Self::StandardWebhooks { secret } | Self::Hmac { secret, .. } => secret,
        }
    }

    /// Checks one request. `header` looks a header up by its lower-case name; `secret` is the resolved secret.
    pub fn check<'h>(
        &self,
        secret: &[u8],
        header: impl Fn(&str) -> Option<&'h str>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), Refused> {
        match self {
            Self::StandardWebhooks { .. } => standard_webhooks(secret, header, body, now),
            Self::Hmac { header: name, algorithm, encoding, prefix, .. } => {
                let given = header(&name.to_ascii_lowercase()).ok_or(Refused::Missing)?;
                let given = given.strip_prefix(prefix.as_str()).ok_or(Refused::Mismatch)?;
                let given = encoding.decode(given.trim()).ok_or(Refused::Mismatch)?;
                let expected = algorithm.tag(secret, &[body])?;
                same(&expected, &given)
            }
        }
    }
}

impl Encoding {
    fn decode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Hex => hex::decode(text).ok(),
            Self::Base64 => STANDARD.decode(text).ok(),
        }
    }
}

impl Algorithm {
    fn tag(self, secret: &[u8], parts: &[&[u8]]) -> Result<Vec<u8>, Refused> {
        match self {
            Self::Sha256 => mac::<Hmac<Sha256>>(secret, parts),
            Self::Sha512 => mac::<Hmac<Sha512>>(secret, parts),
        }
    }
}

fn mac<M: Mac + KeyInit>(secret: &[u8], parts: &[&[u8]]) -> Result<Vec<u8>, Refused> {
    if secret.is_empty() {
        return Err(Refused::BadSecret);
    }
    let mut mac = <M as KeyInit>::new_from_slice(secret).map_err(|_| Refused::BadSecret)?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().to_vec())
}

fn same(expected: &[u8], given: &[u8]) -> Result<(), Refused> {
    if bool::from(expected.ct_eq(given)) { Ok(()) } else { Err(Refused::Mismatch) }
}

fn standard_webhooks<'h>(
    secret: &[u8],
    header: impl Fn(&str) -> Option<&'h str>,
    body: &[u8],
    now: Timestamp,
) -> Result<(), Refused> {
    let id = header("webhook-id").ok_or(Refused::Missing)?;
    let sent = header("webhook-timestamp").ok_or(Refused::Missing)?;
    let signatures = header("webhook-signature").ok_or(Refused::Missing)?;
    let seconds: i64 = sent.parse().map_err(|_| Refused::BadTimestamp)?;
    let off =
        seconds.checked_mul(1000).and_then(|ms| ms.checked_sub(now.as_millis())).ok_or(Refused::Stale)?;
    if !(-TOLERANCE_MS..=TOLERANCE_MS).contains(&off) {
        return Err(Refused::Stale);
    }
    let text = std::str::from_utf8(secret).map_err(|_| Refused::BadSecret)?.trim();
    let key = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).map_err(|_| Refused::BadSecret)?;
    let expected = Algorithm::Sha256.tag(&key, &[id.as_bytes(), b".", sent.as_bytes(), b".", body])?;
    // A sender that rotates its secret signs with both: several signatures, separated by spaces.
    signatures
        .split(' ')
        .filter_map(|signature| STANDARD.decode(signature.strip_prefix("v1,")?).ok())
        .any(|given| same(&expected, &given).is_ok())
        .then_some(())
        .ok_or(Refused::Mismatch)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000_000);

    fn signed(sent: i64, body: &[u8]) -> Vec<(&'static str, String)> {
        let sent = sent.to_string();
        let tag = Algorithm::Sha256.tag(b"key", &[b"msg_1.", sent.as_bytes(), b".", body]).unwrap();
        vec![
            ("webhook-id", "msg_1".to_owned()),
            ("webhook-timestamp", sent),
            ("webhook-signature", format!("v1,AAAA v1,{}", STANDARD.encode(tag))),
        ]
    }

    fn check(headers: &[(&'static str, String)], body: &[u8]) -> Result<(), Refused> {
        let secret = format!("whsec_{}", STANDARD.encode(b"key"));
        let verify = Verify::StandardWebhooks { secret: String::new() };
        let find = |name: &str| headers.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
        verify.check(secret.as_bytes(), find, body, NOW)
    }

    #[test]
    fn a_standard_webhook_is_accepted_only_whole_and_fresh() {
        let good = signed(1_700_000_000, b"{}");
        assert_eq!(check(&good, b"{}"), Ok(()));
        assert_eq!(check(&good, b"{ }"), Err(Refused::Mismatch));
        assert_eq!(check(&good[..2], b"{}"), Err(Refused::Missing));
        assert_eq!(check(&signed(1_700_000_000 - 301, b"{}"), b"{}"), Err(Refused::Stale));
        assert_eq!(check(&signed(1_700_000_000 + 301, b"{}"), b"{}"), Err(Refused::Stale));
        let mut bad = signed(1_700_000_000, b"{}");
        bad[1].1 = "soon".to_owned();
        assert_eq!(check(&bad, b"{}"), Err(Refused::BadTimestamp));
        bad[1].1 = i64::MAX.to_string();
        assert_eq!(check(&bad, b"{}"), Err(Refused::Stale));
    }

    #[test]
    fn an_hmac_header_is_checked_over_the_bytes() {
        let verify = Verify::Hmac {
            secret: String::new(),
            header: "X-Hub-Signature-256".into(),
            algorithm: Algorithm::Sha256,
            encoding: Encoding::Hex,
            prefix: "sha256=".into(),
        };
        let tag = format!("sha256={}", hex::encode(Algorithm::Sha256.tag(b"s", &[b"body"]).unwrap()));
        let find = |name: &str| (name == "x-hub-signature-256").then_some(tag.as_str());
        assert_eq!(verify.check(b"s", find, b"body", NOW), Ok(()));
        assert_eq!(verify.check(b"t", find, b"body", NOW), Err(Refused::Mismatch));
        assert_eq!(verify.check(b"", find, b"body", NOW), Err(Refused::BadSecret));
        assert_eq!(verify.check(b"s", |_| None, b"body", NOW), Err(Refused::Missing));
    }
}
