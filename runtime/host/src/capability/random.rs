//! `random`: bytes of the injected entropy.

use crate::bindings::throughline::connector::random::Host;
use crate::capability::CallState;
use crate::report::TrapKind;

/// Most bytes of one call.
const MAX_BYTES: u32 = 64 << 10;

impl Host for CallState {
    fn bytes(&mut self, len: u32) -> wasmtime::Result<Vec<u8>> {
        self.enter()?;
        if len > MAX_BYTES {
            return Err(self.trap(TrapKind::HostData, "more than 64 KiB of random bytes asked for"));
        }
        let mut bytes = vec![0; len as usize];
        self.services.entropy.fill(&mut bytes);
        Ok(bytes)
    }
}
