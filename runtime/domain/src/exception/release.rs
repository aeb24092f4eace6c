//! Letting go what waited on a cause that is gone: in batches, under the connection's limit, oldest first.

use crate::time::Timestamp;

/// How many calls a connection takes in a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// So many,
    pub count: u32,
    /// within any so many milliseconds.
    pub window_ms: u64,
}

/// What to release now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// How many of the waiting items, from the oldest.
    pub count: usize,
    /// When the next ones may go; `None`: none are left.
    pub next: Option<Timestamp>,
}

/// How many of `waiting` items may go now, after those that went at `released` (in any order).
pub fn release(waiting: usize, released: &[Timestamp], limit: Limit, now: Timestamp) -> Release {
    let until = |at: &Timestamp| at.plus_ms(limit.window_ms);
    let mut recent: Vec<Timestamp> = released.iter().map(until).filter(|over| *over > now).collect();
    recent.sort_unstable();
    // A limit of nothing would hold what waits for ever.
    let most = limit.count.max(1) as usize;
    let count = waiting.min(most.saturating_sub(recent.len()));
    if count == waiting {
        return Release { count, next: None };
    }
    // The first place that becomes free again: an earlier release's, else one of those going now.
    let surplus = (recent.len() + count).saturating_sub(most);
    let next = recent.get(surplus).copied().unwrap_or_else(|| until(&now));
    Release { count, next: Some(next.max(now.plus_ms(1))) }
}
