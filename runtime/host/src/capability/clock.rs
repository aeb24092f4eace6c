//! `clock`: the injected time, recorded.

use crate::bindings::throughline::connector::clock::Host;
use crate::capability::CallState;

impl Host for CallState {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.enter()?;
        let now = u64::try_from(self.services.clock.now().as_millis()).unwrap_or(0);
        self.ledger.clock_read(now);
        Ok(now)
    }
}
