//! Connectors that keep trapping are set aside: their steps wait instead of failing.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use throughline_domain::time::Timestamp;
use tokio::sync::watch;

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

impl Quarantined {
    /// Its pause is so long over that another trap would begin anew.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until.plus_ms(WINDOW_MS) <= now
    }
}

/// Counts traps by digest. What is set aside lives here; whoever may write makes it last: see
/// [`crate::Host::quarantine_changes`].
#[derive(Debug, Default)]
pub(crate) struct Quarantine {
    records: Mutex<BTreeMap<Digest, Record>>,
    changes: watch::Sender<u64>,
}

impl Quarantine {
    fn records(&self) -> std::sync::MutexGuard<'_, BTreeMap<Digest, Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rises when a connector is set aside.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Takes over what was set aside before this process, or on another node.
    pub(crate) fn adopt(&self, held: Quarantined) {
        let mut records = self.records();
        let record = records.entry(held.digest.clone()).or_default();
        if record.set_aside.as_ref().is_none_or(|known| known.until < held.until) {
            record.set_aside = Some(held);
        }
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
        let returned = record.set_aside.as_ref().is_some_and(|held| !held.is_over(now));
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
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
        true
    }

    /// All connectors set aside whose next trap would do so again; those whose pause is over may be called.
    pub(crate) fn list(&self, now: Timestamp) -> Vec<Quarantined> {
        self.records()
            .values()
            .filter_map(|r| r.set_aside.clone())
            .filter(|held| !held.is_over(now))
            .collect()
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
    fn what_was_set_aside_before_counts_on() {
        let (before, after) = (Quarantine::default(), Quarantine::default());
        let digest = Digest::of(b"x");
        for _ in 0..5 {
            before.trapped(&digest, "acme", "loop", at(0));
        }
        assert!(before.changes().has_changed().is_ok());
        let held = before.list(at(1)).remove(0);
        after.adopt(held.clone());
        assert_eq!(after.check(&digest, at(1)), Some(held.clone()));
        after.adopt(Quarantined { until: at(5), ..held.clone() });
        assert_eq!(after.check(&digest, at(6)), Some(held), "an older one changes nothing");
        assert!(after.trapped(&digest, "acme", "loop", at(60_001)), "one more trap is enough");
        assert_eq!(after.check(&digest, at(60_002)).unwrap().times, 2);
        assert!(after.list(at(180_001 + WINDOW_MS)).is_empty());
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
