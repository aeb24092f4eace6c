//! Codes of links that sign a browser in once. They live in memory and not for long: a restart ends them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use throughline_domain::id::PersonId;
use tokio::time::Instant;

/// Codes kept at the same time; the one that ends first goes first.
const MOST: usize = 1000;

/// Codes by their hash, with the time they end.
#[derive(Debug)]
pub(crate) struct Codes {
    life: Duration,
    kept: Mutex<HashMap<[u8; 32], Code>>,
}

#[derive(Clone, Debug)]
struct Code {
    until: Instant,
    /// Who is signed in; nobody: who holds the data directory's token.
    person: Option<PersonId>,
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

impl Codes {
    /// Codes that hold for so long.
    pub(crate) fn new(life_ms: u64) -> Self {
        Self { life: Duration::from_millis(life_ms), kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<[u8; 32], Code>> {
        // Every change is one insert or remove: what a panicking holder left is whole.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A code for one sign-in.
    pub(crate) fn issue(&self, random: [u8; 32], person: Option<PersonId>) -> String {
        let code = hex::encode(random);
        let now = Instant::now();
        let mut kept = self.kept();
        kept.retain(|_, code| code.until > now);
        if kept.len() >= MOST
            && let Some(first) = kept.iter().min_by_key(|(_, code)| code.until).map(|(key, _)| *key)
        {
            kept.remove(&first);
        }
        kept.insert(hash(&code), Code { until: now + self.life, person });
        code
    }

    /// Takes a code, once: whom it signs in.
    #[expect(clippy::option_option, reason = "no code, and a code of nobody's account")]
    pub(crate) fn redeem(&self, code: &str) -> Option<Option<PersonId>> {
        let code = self.kept().remove(&hash(code))?;
        (code.until > Instant::now()).then_some(code.person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_code_signs_in_once_and_not_for_long() {
        let codes = Codes::new(15 * 60_000);
        let code = codes.issue([1; 32], None);
        assert!(codes.redeem("0000").is_none());
        assert_eq!(codes.redeem(&code), Some(None));
        assert!(codes.redeem(&code).is_none());
        let ada = PersonId::new(1, 1);
        assert_eq!(codes.redeem(&codes.issue([2; 32], Some(ada.clone()))), Some(Some(ada)));
        let late = codes.issue([4; 32], None);
        tokio::time::advance(Duration::from_secs(15 * 60 + 1)).await;
        assert!(codes.redeem(&late).is_none());
    }

    #[tokio::test]
    async fn the_number_of_codes_is_bounded() {
        let codes = Codes::new(60_000);
        for n in 0..=MOST {
            let mut random = [0; 32];
            random[..8].copy_from_slice(&n.to_be_bytes());
            codes.issue(random, None);
        }
        assert_eq!(codes.kept().len(), MOST);
    }
}
