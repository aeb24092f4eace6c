//! How long a worker may be sure of its lease, and the fence before everything that changes something outside.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use throughline_host::Fence;
use throughline_store::{Claim, Lease};
use tokio::time::Instant;

use crate::driver::Reins;
use crate::shared::Shared;

/// When a lease was last known to be held: by this worker's own clock, read before the store was asked.
#[derive(Debug)]
pub(crate) struct Sure(Mutex<Instant>);

impl Default for Sure {
    fn default() -> Self {
        Self(Mutex::new(Instant::now()))
    }
}

impl Sure {
    pub(crate) fn since(asked: Instant) -> Self {
        Self(Mutex::new(asked))
    }

    pub(crate) fn renewed(&self, asked: Instant) {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *since = asked.max(*since);
    }

    /// When the lease was last known to be held.
    pub(crate) fn since_when(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A worker is sure of two thirds of a lease: the last third is for clocks that differ and for what is under way.
    pub(crate) fn is_sure(&self, now: Instant, lease_ms: u64) -> bool {
        now.saturating_duration_since(self.since_when()) < Duration::from_millis(lease_ms / 3 * 2)
    }
}

/// Lets a write of a run leave only under a lease that is surely held. A worker that slept past it renews first, and
/// drops the run where another one has it by now.
pub(crate) struct LeaseFence {
    shared: Arc<Shared>,
    lease: Lease,
    reins: Reins,
}

impl LeaseFence {
    pub(crate) fn new(shared: &Arc<Shared>, claim: &Claim, reins: &Reins) -> Self {
        Self { shared: Arc::clone(shared), lease: claim.lease(), reins: reins.clone() }
    }

    async fn renew(&self) {
        let (shared, asked) = (&self.shared, Instant::now());
        let leases = std::slice::from_ref(&self.lease);
        let renewed = shared.store.renew_all(&shared.worker, leases, shared.config.lease_ms).await;
        if renewed.is_ok_and(|lost| lost.is_empty()) {
            self.reins.sure.renewed(asked);
        } else {
            self.reins.lost.cancel();
        }
    }
}

impl std::fmt::Debug for LeaseFence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("LeaseFence").field(&self.lease).finish()
    }
}

impl Fence for LeaseFence {
    fn holds(&self) -> BoxFuture<'_, bool> {
        async {
            // An answer that was long on its way says little: then it is asked once more.
            while !self.reins.lost.is_cancelled() {
                if self.reins.sure.is_sure(Instant::now(), self.shared.config.lease_ms) {
                    return true;
                }
                self.renew().await;
            }
            false
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_is_sure_for_two_thirds_of_a_lease() {
        let (asked, ms) = (Instant::now(), Duration::from_millis);
        let sure = Sure::since(asked);
        assert!(sure.is_sure(asked + ms(1_999), 3_000));
        assert!(!sure.is_sure(asked + ms(2_000), 3_000));
        sure.renewed(asked + ms(1_500));
        sure.renewed(asked + ms(1_000));
        assert!(sure.is_sure(asked + ms(3_499), 3_000), "an answer that comes late says less");
        assert!(!sure.is_sure(asked + ms(3_500), 3_000));
    }
}
