//! The front door and what it needs.

use std::sync::{Arc, OnceLock};

use throughline_host::Host;
use throughline_host::services::{Clock, Entropy, SecretSource};
use throughline_store::Store;

use crate::catalog::Catalog;
use crate::starter::Starter;

/// The front door; cheap to clone.
#[derive(Clone)]
pub struct Intake {
    pub(crate) store: Store,
    pub(crate) host: Host,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) secrets: Arc<dyn SecretSource>,
    pub(crate) clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    pub(crate) starter: Arc<OnceLock<Arc<dyn Starter>>>,
}

impl Intake {
    /// A front door that accepts events; schedules and polls begin with [`Intake::run_schedules`] and
    /// [`Intake::run_polls`].
    pub fn new(
        (store, host, catalog): (Store, Host, Arc<Catalog>),
        secrets: Arc<dyn SecretSource>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { store, host, catalog, secrets, clock, entropy, starter: Arc::default() }
    }

    /// 80 random bits and more, for ids.
    pub(crate) fn random(&self) -> u128 {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        u128::from_le_bytes(bytes)
    }

    /// Milliseconds since 1970, for ids.
    pub(crate) fn now_millis(&self) -> u64 {
        self.clock.now().as_millis().max(0).cast_unsigned()
    }
}
