//! `driver/done.rs`: an outcome is durable before anything that depends on it.

use serde_json::Value;
use throughline_domain::failure::Failure;
use throughline_domain::run::decision::{ActionCall, CodeCall, Settle};
use throughline_domain::run::event::{EffectOutcome, Evidence, Payload, RunEvent};
use throughline_domain::run::{
    after_absent, after_attempt, after_code, after_look, after_resend, unanswered, unanswered_again,
};

use super::{Driver, DriverError};
use crate::remote::Attempted;

#[derive(Debug)]
pub(crate) enum Done {
    Action { call: ActionCall, attempted: Attempted },
    Settle { settle: Settle, found: Found },
    Code { call: CodeCall, result: Result<Value, Failure> },
}

#[derive(Debug)]
pub(crate) enum Found {
    Resent(Attempted),
    Applied(Value),
    NotApplied(Failure),
    Unknown(Failure),
}

impl Driver {
    pub(super) async fn finish(&mut self, done: Done) -> Result<(), DriverError> {
        match done {
            Done::Action { call, attempted } => {
                let (result, sent, now) = (&attempted.result, attempted.sent, self.now());
                if let Some(settle) = unanswered(&self.version, &self.state, &call, result, sent, now) {
                    self.begin_settle(settle);
                    return Ok(());
                }
                let wrote = self.version.action(&call.action).effect.is_write();
                self.attempted(&call, attempted)?;
                self.journal.outcome |= wrote;
                Ok(())
            }
            Done::Settle { settle, found } => {
                self.settled(&settle, found)?;
                self.flush().await
            }
            Done::Code { call, result } => {
                self.running.paths.remove(&call.path);
                let random = self.random();
                let events = after_code(&self.version, &self.state, &call, result, self.now(), random);
                self.append_all(events)
            }
        }
    }

    fn attempted(&mut self, call: &ActionCall, attempted: Attempted) -> Result<(), DriverError> {
        self.running.paths.remove(&call.path);
        let (random, now) = (self.random(), self.now());
        let Attempted { result, sent } = attempted;
        let events = after_attempt(&self.version, &self.state, call, result, sent, now, random);
        self.append_all(events)
    }

    fn settled(&mut self, settle: &Settle, found: Found) -> Result<(), DriverError> {
        let (call, now) = (&settle.call, self.now());
        match found {
            Found::Resent(attempted) => {
                let result = attempted.result;
                if let Some(look) = unanswered_again(&self.version, &self.state, settle, &result, now) {
                    self.begin_settle(look);
                    return Ok(());
                }
                self.running.paths.remove(&call.path);
                let random = self.random();
                let events = after_resend(&self.version, &self.state, settle, result, now, random);
                self.append_all(events)
            }
            Found::Applied(output) => {
                let receipt = Payload::Inline(output.clone());
                self.append(RunEvent::EffectSettled {
                    path: call.path.clone(),
                    effect: settle.effect.clone(),
                    outcome: EffectOutcome::Confirmed { receipt, by: Evidence::Reconciled },
                })?;
                self.attempted(call, Attempted { result: Ok(output), sent: true })
            }
            Found::NotApplied(failure) => {
                self.running.paths.remove(&call.path);
                let random = self.random();
                let events = after_absent(&self.version, &self.state, settle, failure, now, random);
                self.append_all(events)
            }
            Found::Unknown(failure) => {
                self.running.paths.remove(&call.path);
                let events = after_look(&self.version, &self.state, settle, failure, now);
                self.append_all(events)
            }
        }
    }

    fn append_all(&mut self, events: Vec<RunEvent>) -> Result<(), DriverError> {
        events.into_iter().try_for_each(|event| self.append(event))
    }
}
