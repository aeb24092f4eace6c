//! `context`: where the call stands.

use tokio::time::Instant;

use crate::bindings::throughline::connector::context::{Host, Mode as Shown};
use crate::call::Mode;
use crate::capability::CallState;

impl Host for CallState {
    fn current_mode(&mut self) -> wasmtime::Result<Shown> {
        self.enter()?;
        Ok(match self.facts.mode {
            Mode::Run => Shown::Run,
            Mode::Preview => Shown::Preview,
            Mode::Reconcile => Shown::Reconcile,
            Mode::Compensate => Shown::Compensate,
            Mode::Poll => Shown::Poll,
            Mode::Webhook | Mode::Subscribe => Shown::Webhook,
            Mode::Options => Shown::Options,
            Mode::TestConnection => Shown::TestConnection,
            Mode::Records => Shown::Records,
        })
    }

    fn run_id(&mut self) -> wasmtime::Result<String> {
        self.enter()?;
        Ok(self.facts.call.run_id.clone())
    }

    fn attempt(&mut self) -> wasmtime::Result<u32> {
        self.enter()?;
        Ok(self.facts.call.attempt)
    }

    fn idempotency_key(&mut self) -> wasmtime::Result<String> {
        self.enter()?;
        Ok(self.facts.call.idempotency_key.clone())
    }

    fn time_left(&mut self) -> wasmtime::Result<u64> {
        self.enter()?;
        let left = self.facts.deadline.saturating_duration_since(Instant::now());
        Ok(u64::try_from(left.as_millis()).unwrap_or(u64::MAX))
    }

    fn is_cancelled(&mut self) -> wasmtime::Result<bool> {
        self.enter()?;
        Ok(self.facts.call.cancel.is_cancelled())
    }

    fn connection_public(&mut self, slot: String) -> wasmtime::Result<Option<String>> {
        self.enter()?;
        let known = slot == "default" || self.facts.manifest().auth.contains_key(&slot);
        let connection = self.facts.call.connection.as_ref().filter(|_| known);
        Ok(connection.map(|connection| connection.public.to_string()))
    }

    fn callback_url(&mut self) -> wasmtime::Result<Option<String>> {
        self.enter()?;
        Ok(self.facts.call.callback_url.clone())
    }
}
