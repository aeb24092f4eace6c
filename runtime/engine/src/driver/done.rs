//! What work in flight gave becomes entries.

use serde_json::Value;
use throughline_domain::failure::Failure;
use throughline_domain::run::decision::{ActionCall, CodeCall, Settle};
use throughline_domain::run::event::{EffectOutcome, Evidence, Payload, RunEvent, StepPath};
use throughline_domain::run::{
    after_attempt, after_code, after_look, after_resend, unanswered, unanswered_again,
};

use super::{Driver, DriverError};
use crate::calls::Attempted;
use crate::gateway::settle::Found;

/// Work that came back.
#[derive(Debug)]
pub(crate) enum Done {
    /// An attempt at an action.
    Action { call: ActionCall, attempted: Attempted },
    /// An open intent was looked into.
    Settle { settle: Settle, found: Found },
    /// A run of code.
    Code { call: CodeCall, result: Result<Value, Failure> },
}

impl Driver {
    pub(super) async fn finish(&mut self, done: Done) -> Result<(), DriverError> {
        match done {
            Done::Action { call, attempted } => {
                let (result, sent, now) = (&attempted.result, attempted.sent, self.now());
                if let Some(settle) = unanswered(&self.version, &self.state, &call, result, sent, now) {
                    self.journal.state_writes.extend(attempted.state_writes);
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
                self.idle(&call.path);
                let random = self.shared.random();
                let events = after_code(&self.version, &self.state, &call, result, self.now(), random);
                self.append_all(events)
            }
        }
    }

    fn attempted(&mut self, call: &ActionCall, attempted: Attempted) -> Result<(), DriverError> {
        self.idle(&call.path);
        self.journal.state_writes.extend(attempted.state_writes);
        let random = self.shared.random();
        let (result, sent) = (attempted.result, attempted.sent);
        let events = after_attempt(&self.version, &self.state, call, result, sent, self.now(), random);
        self.append_all(events)
    }

    fn settled(&mut self, settle: &Settle, found: Found) -> Result<(), DriverError> {
        let call = &settle.call;
        match found {
            Found::Resent(attempted) => {
                self.journal.state_writes.extend(attempted.state_writes);
                let (now, random) = (self.now(), self.shared.random());
                if let Some(look) =
                    unanswered_again(&self.version, &self.state, settle, &attempted.result, now)
                {
                    self.begin_settle(look);
                    return Ok(());
                }
                self.idle(&settle.call.path);
                let events = after_resend(&self.version, &self.state, settle, attempted.result, now, random);
                self.append_all(events)
            }
            Found::Applied(output) => {
                self.append(RunEvent::EffectSettled {
                    path: call.path.clone(),
                    effect: settle.effect.clone(),
                    outcome: EffectOutcome::Confirmed {
                        receipt: Payload::Inline(output.clone()),
                        by: Evidence::Reconciled,
                    },
                })?;
                self.attempted(call, Attempted { result: Ok(output), sent: true, state_writes: Vec::new() })
            }
            Found::NotApplied(failure) => self.attempted(call, Attempted::unsent(failure)),
            Found::Unknown(failure) => {
                self.idle(&call.path);
                let events = after_look(&self.version, &self.state, settle, failure, self.now());
                self.append_all(events)
            }
        }
    }

    fn append_all(&mut self, events: Vec<RunEvent>) -> Result<(), DriverError> {
        events.into_iter().try_for_each(|event| self.append(event))
    }

    /// The path has no work under way any more.
    fn idle(&mut self, path: &StepPath) {
        self.running.paths.remove(path);
    }
}
