//! `log`: lines of the guest, limited, secrets removed.

use crate::bindings::throughline::connector::log::{Host, Level};
use crate::capability::CallState;
use crate::report::{LogLevel, LogLine};

impl Host for CallState {
    fn log(&mut self, level: Level, message: String, fields: Option<String>) -> wasmtime::Result<()> {
        self.enter()?;
        let level = match level {
            Level::Debug => LogLevel::Debug,
            Level::Info => LogLevel::Info,
            Level::Warn => LogLevel::Warn,
            Level::Error => LogLevel::Error,
        };
        self.ledger.log(&self.facts.limits, LogLine { level, message, fields: None }, fields.as_deref());
        Ok(())
    }
}
