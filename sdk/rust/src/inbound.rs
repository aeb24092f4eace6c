//! Webhook requests as they came, and what to make of them.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::cx::Cx;
use crate::fail::{Fail, Result};
use crate::trigger::Event;
use crate::wire::Hash;

/// Signatures older or newer than this are refused.
const TOLERANCE_MS: u64 = 300_000;

/// A request to the webhook's address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inbound {
    /// Upper-case method.
    pub method: String,
    /// Path with query.
    pub path_and_query: String,
    /// Headers in order.
    pub headers: Vec<(String, String)>,
    /// The exact bytes: signatures are over these.
    pub body: Vec<u8>,
}

impl Inbound {
    /// First header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// The body as JSON. Verify first.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        let text = std::str::from_utf8(&self.body)
            .map_err(|e| Fail::invalid("", format!("the body is not text: {e}")))?;
        serde_json::from_str(text)
            .map_err(|e| Fail::invalid("", format!("the body is not what was expected: {e}")))
    }

    /// Verifies a signature of the Standard Webhooks form (`webhook-id`, `webhook-timestamp`,
    /// `webhook-signature`) against the secret named `slot.field`. Gives the delivery's id, or nothing for a
    /// missing, stale or wrong signature: answer those with [`Verdict::reject`].
    pub fn standard_webhook(&self, cx: &Cx, secret: &str) -> Result<Option<String>> {
        let headers =
            (self.header("webhook-id"), self.header("webhook-timestamp"), self.header("webhook-signature"));
        let (Some(id), Some(timestamp), Some(signatures)) = headers else {
            return Ok(None);
        };
        let Some(at) = timestamp.parse::<u64>().ok().and_then(|s| s.checked_mul(1_000)) else {
            return Ok(None);
        };
        if at.abs_diff(cx.now()) > TOLERANCE_MS {
            return Ok(None);
        }
        let mut signed = format!("{id}.{timestamp}.").into_bytes();
        signed.extend_from_slice(&self.body);
        for signature in signatures.split(' ') {
            let Some(tag) = signature.strip_prefix("v1,").and_then(decode_base64) else {
                continue;
            };
            if cx.hmac_verify(Hash::Sha256, secret, &signed, &tag)? {
                return Ok(Some(id.to_owned()));
            }
        }
        Ok(None)
    }
}

/// What to make of a webhook request.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict<T> {
    /// Events, answered with 202.
    Accept(Vec<Event<T>>),
    /// An answer and no event: a handshake.
    Answer(Answer),
    /// Both.
    AcceptAndAnswer(Vec<Event<T>>, Answer),
    /// Not ours, or not genuine: answered with this status.
    Reject(u16),
}

/// An answer of the connector's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Headers in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl<T> Verdict<T> {
    /// One event.
    pub fn accept(event: Event<T>) -> Self {
        Self::Accept(vec![event])
    }

    /// Nothing to do: accepted without an event.
    pub fn ignore() -> Self {
        Self::Accept(Vec::new())
    }

    /// Refused.
    pub fn reject(status: u16) -> Self {
        Self::Reject(status)
    }
}

impl<T: Serialize> Verdict<T> {
    pub(crate) fn into_json(self) -> Result<Verdict<Value>> {
        let convert =
            |events: Vec<Event<T>>| events.into_iter().map(Event::into_json).collect::<Result<Vec<_>>>();
        Ok(match self {
            Self::Accept(events) => Verdict::Accept(convert(events)?),
            Self::Answer(answer) => Verdict::Answer(answer),
            Self::AcceptAndAnswer(events, answer) => Verdict::AcceptAndAnswer(convert(events)?, answer),
            Self::Reject(status) => Verdict::Reject(status),
        })
    }
}

/// Decodes base64 in the standard alphabet, padded.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for c in text.bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(out)
}
