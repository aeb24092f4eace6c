//! Processor time of a guest: what epochs see, without the time it waits for the host.

use std::time::{Duration, Instant};

use crate::engine::TICK;

/// Counts time between entering the guest and leaving it, up to a budget.
///
/// An epoch that passes while the guest waits in a host call must not count, so the clock stops there.
#[derive(Debug)]
pub(crate) struct Meter {
    budget: Duration,
    used: Duration,
    since: Option<Instant>,
}

impl Meter {
    pub(crate) const fn new(budget: Duration) -> Self {
        Self { budget, used: Duration::ZERO, since: None }
    }

    /// The guest runs from now on.
    pub(crate) fn resume(&mut self) {
        self.since = Some(Instant::now());
    }

    /// The guest waits for the host.
    pub(crate) fn pause(&mut self) {
        if let Some(since) = self.since.take() {
            self.used += since.elapsed();
        }
    }

    /// An epoch passed while the guest ran. False when the budget is used up.
    pub(crate) fn tick(&mut self) -> bool {
        if let Some(since) = self.since {
            // The executor may have let the guest wait since it yielded: not its fault.
            self.used += since.elapsed().min(TICK * 2);
        }
        self.resume();
        self.used < self.budget
    }

    pub(crate) const fn used(&self) -> Duration {
        self.used
    }
}
