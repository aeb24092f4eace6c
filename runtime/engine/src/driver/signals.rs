//! What others told the run becomes entries of its log.

use throughline_domain::run::event::{RunEvent, StepPath};
use throughline_store::{PublishedData, Signal};

use super::{Driver, DriverError};
use crate::signal::SignalBody;

impl Driver {
    /// Reads the unread signals and appends what they say. One that does not fit the state any more (a second
    /// click, a wait that is over) is marked read and has no effect.
    pub(super) async fn take_signals(&mut self) -> Result<(), DriverError> {
        let signals = self.shared.store.unread_signals(&self.claim.scope, &self.claim.run).await?;
        fail::fail_point!("engine.before_signals_read", !signals.is_empty(), |_| std::process::abort());
        for signal in signals {
            if self.journal.signals_read.contains(&signal.id) {
                continue;
            }
            let (run, kind) = (&self.claim.run, &signal.kind);
            let Some(event) = event_of(&signal) else {
                tracing::warn!(run.id = %run, signal.kind = %kind, "a signal of an unknown form was put aside");
                self.journal.signals_read.push(signal.id);
                continue;
            };
            if let Err(illegal) = self.append(event) {
                tracing::info!(run.id = %self.claim.run, signal.kind = %signal.kind, %illegal,
                    "a signal came too late to matter");
            }
            self.journal.signals_read.push(signal.id);
        }
        if self.state.cancelled_by().is_some() {
            self.stop_reads.cancel();
        }
        Ok(())
    }
}

fn event_of(signal: &Signal) -> Option<RunEvent> {
    if signal.kind == "matched" {
        let PublishedData { data, requested_by } = serde_json::from_slice(&signal.body).ok()?;
        return Some(RunEvent::WaitMatched { path: StepPath(signal.path.clone()?), data, requested_by });
    }
    serde_json::from_slice::<SignalBody>(&signal.body).ok().map(SignalBody::into_event)
}
