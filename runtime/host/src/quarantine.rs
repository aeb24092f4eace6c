//! Connectors that keep trapping are set aside: their steps wait instead of failing.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use throughline_domain::time::Timestamp;

use crate::inspect::Digest;

/// Traps that quarantine a connector.
const TRAPS: usize = 5;
/// The time within which they count, in milliseconds.
const WINDOW_MS: u64 = 600_000;
/// The first pause, doubled each time the connector comes back and traps again.
const FIRST_PAUSE_MS: u64 = 60_000;
/// The longest pause.
const LAST_PAUSE_MS: u64 = 3_600_000;

/// A connector set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// Which bytes.
    pub digest: Digest,
    /// Connector id.
    pub connector: String,
    /// When it may be called again.
    pub until: Timestamp,
    /// How often it was set aside in a row.
    pub times: u32,
    /// The last trap, in words.
    pub reason: String,
}

#[derive(Debug, Default)]
struct Record {
    traps: VecDeque<Timestamp>,
    set_aside: Option<Quarantined>,
}

/// Counts traps by digest.
#[derive(Debug, Default)]
pub(crate) struct Quarantine(Mutex<BTreeMap<Digest, Record>>);

impl Quarantine {
    fn records(&self) -> std::sync::MutexGuard<'_, BTreeMap<Digest, Record>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The quarantine in force for a digest now.
    pub(crate) fn check(&self, digest: &Digest, now: Timestamp) -> Option<Quarantined> {
        let records = self.records();
        records.get(digest)?.set_aside.clone().filter(|held| now < held.until)
    }

    /// Counts a trap; true if it set the connector aside.
    pub(crate) fn trapped(&self, digest: &Digest, connector: &str, reason: &str, now: Timestamp) -> bool {
        let mut records = self.records();
        let record = records.entry(digest.clone()).or_default();
        while record.traps.front().is_some_and(|first| first.plus_ms(WINDOW_MS) <= now) {
            record.traps.pop_front();
        }
        record.traps.push_back(now);
        // Back from a pause, one more trap is enough.
        let returned = record.set_aside.as_ref().is_some_and(|held| now < held.until.plus_ms(WINDOW_MS));
        if record.traps.len() < TRAPS && !returned {
            return false;
        }
        let times = if returned { record.set_aside.as_ref().map_or(1, |held| held.times + 1) } else { 1 };
        let pause = (FIRST_PAUSE_MS << (times - 1).min(10)).min(LAST_PAUSE_MS);
        record.traps.clear();
        record.set_aside = Some(Quarantined {
            digest: digest.clone(),
            connector: connector.to_owned(),
            until: now.plus_ms(pause),
            times,
            reason: reason.to_owned(),
        });
        true
    }

    /// All connectors set aside now.
    pub(crate) fn list(&self, now: Timestamp) -> Vec<Quarantined> {
        self.records().values().filter_map(|r| r.set_aside.clone()).filter(|held| now < held.until).collect()
    }

    /// Lets a connector run again; true if it was set aside or had traps counted.
    pub(crate) fn clear(&self, digest: &Digest) -> bool {
        self.records().remove(digest).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Timestamp {
        Timestamp(0).plus_ms(ms)
    }

    #[test]
    fn five_traps_in_ten_minutes_set_aside() {
        let quarantine = Quarantine::default();
        let digest = Digest::of(b"x");
        for i in 0..4 {
            assert!(!quarantine.trapped(&digest, "acme", "loop", at(i * 1000)));
        }
        assert!(quarantine.check(&digest, at(5000)).is_none());
        assert!(quarantine.trapped(&digest, "acme", "loop", at(5000)));
        assert_eq!(quarantine.check(&digest, at(5001)).unwrap().until, at(65_000));
        assert!(quarantine.check(&digest, at(65_000)).is_none(), "the pause ends");
        assert!(quarantine.trapped(&digest, "acme", "loop", at(65_001)), "one more trap is enough then");
        assert_eq!(quarantine.check(&digest, at(65_002)).unwrap().until, at(185_001));
        assert!(quarantine.clear(&digest));
        assert!(quarantine.check(&digest, at(65_002)).is_none());
    }

    #[test]
    fn traps_far_apart_do_not() {
        let quarantine = Quarantine::default();
        let digest = Digest::of(b"x");
        for i in 0..20 {
            assert!(!quarantine.trapped(&digest, "acme", "loop", at(i * 200_000)));
        }
    }
}
