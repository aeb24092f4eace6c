//! What work in flight gave becomes entries.

use serde_json::Value;
use throughline_domain::failure::Failure;
use throughline_domain::run::decision::{ActionCall, CodeCall, Settle};
use throughline_domain::run::event::{EffectOutcome, Evidence, Payload, RunEvent, StepPath};
use throughline_domain::run::{
    after_absent, after_attempt, after_code, after_look, after_resend, after_suspension, unanswered,
    unanswered_again, unfit,
};

use throughline_store::StoreError;

use super::{Driver, DriverError};
use crate::calls::{Answer, Attempted};
use crate::gateway::propose::Looked;
use crate::gateway::settle::Found;

/// Work that came back.
#[derive(Debug)]
pub(crate) enum Done {
    /// An attempt at an action.
    Action { call: ActionCall, attempted: Attempted },
    /// A write was looked at before people decide about it, or before it is sent.
    Looked { call: ActionCall, looked: Box<Result<Looked, StoreError>> },
    /// An open intent was looked into.
    Settle { settle: Settle, found: Found },
    /// A run of code.
    Code { call: CodeCall, result: Result<Value, Failure> },
}

impl Driver {
    pub(super) async fn finish(&mut self, done: Done) -> Result<(), DriverError> {
        match done {
            Done::Action { call, attempted } => {
                let wrote = self.version.action(&call.action).effect.is_write();
                self.journal.state_writes.extend(attempted.state_writes);
                let sent = attempted.sent;
                if let Some(result) = self.unless_suspended(&call, attempted.result)? {
                    let now = self.now();
                    if let Some(settle) = unanswered(&self.version, &self.state, &call, &result, sent, now) {
                        self.begin_settle(settle);
                        return Ok(());
                    }
                    self.attempted(&call, result, sent)?;
                }
                self.journal.outcome |= wrote;
                Ok(())
            }
            Done::Looked { call, looked } => self.looked(call, (*looked)?).await,
            Done::Settle { settle, found } => {
                self.settled(&settle, found)?;
                fail::fail_point!("gateway.before_settled_commit", |_| std::process::abort());
                self.flush().await?;
                fail::fail_point!("gateway.after_settled_commit", |_| std::process::abort());
                Ok(())
            }
            Done::Code { call, result } => {
                self.idle(&call.path);
                let random = self.shared.random();
                let events = after_code(&self.version, &self.state, &call, result, self.now(), random);
                self.append_all(events)
            }
        }
    }

    /// Lets a step wait whose connector suspended its call; else gives what the call gave. A suspension that
    /// nothing can end is a failure.
    fn unless_suspended(
        &mut self,
        call: &ActionCall,
        result: Result<Answer, Failure>,
    ) -> Result<Option<Result<Value, Failure>>, DriverError> {
        let suspension = match result {
            Ok(Answer::Done(output)) => return Ok(Some(Ok(output))),
            Ok(Answer::Suspended(suspension)) => suspension,
            Err(failure) => return Ok(Some(Err(failure))),
        };
        if let Some(failure) = unfit(&self.state, call, &suspension) {
            return Ok(Some(Err(failure)));
        }
        self.idle(&call.path);
        let events = after_suspension(&self.state, call, suspension, self.now());
        self.append_all(events)?;
        Ok(None)
    }

    pub(super) fn attempted(
        &mut self,
        call: &ActionCall,
        result: Result<Value, Failure>,
        sent: bool,
    ) -> Result<(), DriverError> {
        self.idle(&call.path);
        let random = self.shared.random();
        let events = after_attempt(&self.version, &self.state, call, result, sent, self.now(), random);
        self.append_all(events)
    }

    fn settled(&mut self, settle: &Settle, found: Found) -> Result<(), DriverError> {
        let call = &settle.call;
        match found {
            Found::Resent(attempted) => {
                self.journal.state_writes.extend(attempted.state_writes);
                let Some(result) = self.unless_suspended(&settle.call, attempted.result)? else {
                    return Ok(());
                };
                let (now, random) = (self.now(), self.shared.random());
                if let Some(look) = unanswered_again(&self.version, &self.state, settle, &result, now) {
                    self.begin_settle(look);
                    return Ok(());
                }
                self.idle(&settle.call.path);
                let events = after_resend(&self.version, &self.state, settle, result, now, random);
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
                self.attempted(call, Ok(output), true)
            }
            Found::NotApplied(failure) => {
                self.idle(&call.path);
                let (now, random) = (self.now(), self.shared.random());
                let events = after_absent(&self.version, &self.state, settle, failure, now, random);
                self.append_all(events)
            }
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
    pub(super) fn idle(&mut self, path: &StepPath) {
        self.running.paths.remove(path);
    }
}
