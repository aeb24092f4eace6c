//! What guests may ask for, one module each. The store's data is [`CallState`].

pub(crate) mod blobs;
mod clock;
mod context;
mod crypto;
mod http;
mod log;
mod random;
mod state;

use std::collections::BTreeMap;
use std::sync::Arc;

use wasmtime::component::ResourceTable;

use crate::egress::client::EgressClient;
use crate::facts::Facts;
use crate::ledger::Ledger;
use crate::limits::Limiter;
use crate::meter::Meter;
use crate::report::TrapKind;
use crate::services::{Services, StateScope};

/// Most handles of one call.
pub(crate) const MAX_HANDLES: usize = 1_000;

/// Why the host itself stopped a guest.
#[derive(Clone, Debug)]
pub(crate) enum Stop {
    /// The guest's fault.
    Trap(TrapKind),
    /// A service of the host failed; nobody counts this against the connector.
    Broken(String),
}

/// Data of a call's store.
pub(crate) struct CallState {
    pub(crate) facts: Arc<Facts>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) services: Services,
    pub(crate) egress: Arc<EgressClient>,
    pub(crate) limiter: Limiter,
    pub(crate) meter: Meter,
    pub(crate) table: ResourceTable,
    pub(crate) stop: Option<Stop>,
    pub(crate) state: BTreeMap<StateScope, state::Buffer>,
    host_calls: u64,
}

impl CallState {
    pub(crate) fn new(
        facts: Arc<Facts>,
        ledger: Arc<Ledger>,
        services: Services,
        egress: Arc<EgressClient>,
    ) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(MAX_HANDLES);
        Self {
            limiter: Limiter::new(facts.limits.memory_bytes),
            meter: Meter::new(facts.limits.cpu),
            facts,
            ledger,
            services,
            egress,
            table,
            stop: None,
            state: BTreeMap::new(),
            host_calls: 0,
        }
    }

    /// Every import begins here.
    fn enter(&mut self) -> wasmtime::Result<()> {
        if self.facts.pure {
            return Err(self.trap(TrapKind::ForbiddenCall, "describe called an import"));
        }
        self.host_calls += 1;
        if self.host_calls > self.facts.limits.host_calls {
            return Err(self.trap(TrapKind::HostCalls, "too many calls into the host"));
        }
        Ok(())
    }

    /// Stops the guest for its own fault.
    fn trap(&mut self, kind: TrapKind, words: &'static str) -> wasmtime::Error {
        self.stop.get_or_insert(Stop::Trap(kind));
        wasmtime::Error::msg(words)
    }

    /// Stops the guest because a service failed.
    fn broken(&mut self, words: String) -> wasmtime::Error {
        self.stop.get_or_insert_with(|| Stop::Broken(words.clone()));
        wasmtime::Error::msg(words)
    }
}

impl crate::bindings::throughline::connector::types::Host for CallState {}
