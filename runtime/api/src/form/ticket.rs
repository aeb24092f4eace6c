//! The ticket in the page of a form: it says when the page was made, and is good for one answer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use throughline_domain::time::Timestamp;

/// Nobody reads and fills a form in less.
const SOONEST_MS: i64 = 2_000;
/// So long a page may stay open.
const LATEST_MS: i64 = 24 * 3_600_000;

const TIME: usize = 8;
const NONCE: usize = 16;
const MAC: usize = 32;

/// What a page is of: a ticket for one is none for another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'p> {
    pub(crate) workspace: &'p str,
    pub(crate) path: &'p str,
}

/// Why a ticket is no good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoGood {
    /// Not one of ours, or of another form.
    Strange,
    /// The page was made a moment ago.
    Early,
    /// The page was made too long ago.
    Late,
}

/// A ticket of now.
pub(crate) fn make(key: &[u8; 32], place: Place<'_>, now: Timestamp, random: [u8; 32]) -> String {
    let mut bytes = Vec::with_capacity(TIME + NONCE + MAC);
    bytes.extend_from_slice(&now.as_millis().to_be_bytes());
    bytes.extend_from_slice(&random[..NONCE]);
    let mac = mac(key, place, &bytes).finalize().into_bytes();
    bytes.extend_from_slice(&mac);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The part of a good ticket that no other ticket has.
pub(crate) fn check(
    key: &[u8; 32],
    place: Place<'_>,
    ticket: &str,
    now: Timestamp,
) -> Result<Vec<u8>, NoGood> {
    let bytes = URL_SAFE_NO_PAD.decode(ticket).map_err(|_| NoGood::Strange)?;
    if bytes.len() != TIME + NONCE + MAC {
        return Err(NoGood::Strange);
    }
    let (said, given) = bytes.split_at(TIME + NONCE);
    mac(key, place, said).verify_slice(given).map_err(|_| NoGood::Strange)?;
    let (time, _) = said.split_at(TIME);
    let made = i64::from_be_bytes(time.try_into().map_err(|_| NoGood::Strange)?);
    match now.as_millis().saturating_sub(made) {
        ..SOONEST_MS => Err(NoGood::Early),
        SOONEST_MS..=LATEST_MS => Ok(said.to_vec()),
        _ => Err(NoGood::Late),
    }
}

fn mac(key: &[u8; 32], place: Place<'_>, said: &[u8]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("a key");
    mac.update(b"throughline form ticket 1\0");
    // No workspace's name holds a NUL.
    mac.update(place.workspace.as_bytes());
    mac.update(b"\0");
    mac.update(place.path.as_bytes());
    mac.update(b"\0");
    mac.update(said);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];
    const HERE: Place<'_> = Place { workspace: "default", path: "quote" };
    const MADE: Timestamp = Timestamp(1_767_603_600_000_000);

    #[test]
    fn a_ticket_is_good_here_and_for_a_day() {
        let ticket = make(&KEY, HERE, MADE, [3; 32]);
        let at = |ms: u64| check(&KEY, HERE, &ticket, MADE.plus_ms(ms));
        assert_eq!(at(1_999), Err(NoGood::Early));
        assert_eq!(at(2_000), at(24 * 3_600_000));
        assert!(at(2_000).is_ok());
        assert_eq!(at(24 * 3_600_000 + 1), Err(NoGood::Late));
        assert_ne!(
            at(2_000).ok(),
            check(&KEY, HERE, &make(&KEY, HERE, MADE, [4; 32]), MADE.plus_ms(2_000)).ok()
        );
    }

    #[test]
    fn no_other_ticket_is_good() {
        let (ticket, later) = (make(&KEY, HERE, MADE, [3; 32]), MADE.plus_ms(5_000));
        for place in [Place { path: "other", ..HERE }, Place { workspace: "other", ..HERE }] {
            assert_eq!(check(&KEY, place, &ticket, later), Err(NoGood::Strange));
        }
        assert_eq!(check(&[8; 32], HERE, &ticket, later), Err(NoGood::Strange));
        for at in 0..ticket.len() {
            let mut bytes = ticket.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(check(&KEY, HERE, &changed, later), Err(NoGood::Strange), "{at}");
        }
        for text in ["", "x", "====", &ticket[1..], "\u{e9}"] {
            assert_eq!(check(&KEY, HERE, text, later), Err(NoGood::Strange));
        }
    }
}
