//! Actions and code: attempts, intents found open, and children.

use serde_json::Value;

use super::{At, Planner};
use crate::failure::Failure;
use crate::id::RunId;
use crate::run::decision::{ActionCall, ChildCall, CodeCall, Resume, Settle, Work};
use crate::run::eval::EvalError;
use crate::run::event::{EffectOutcome, Parent, Payload};
use crate::run::ids::derived_u64;
use crate::run::outcome::{Outcome, doubt_of};
use crate::run::sending::Sending;
use crate::run::step::EffectState;
use crate::run::suspend::overdue;
use crate::time::Timestamp;
use crate::workflow::{NodeKind, ReasonCode};

/// Calls above a run at most.
pub const MAX_DEPTH: u8 = 10;

impl<'a> Planner<'a> {
    /// The next attempt, with the input of the first.
    pub(super) fn attempt(&mut self, at: At<'a>) {
        let Some(input) = self.main(at) else { return };
        let attempt = at.step.attempts + 1;
        let work = match &at.info.node.kind {
            NodeKind::Action { .. } => {
                let Some(call) = self.action_call(at, input, attempt) else { return };
                Some(Work::Action(call))
            }
            NodeKind::Code { code, .. } => Some(Work::Code(CodeCall {
                path: at.path.clone(),
                code: code.clone(),
                input,
                seed: derived_u64(&self.start.run, at.path, at.step.logical_attempt, attempt),
                now: at.step.ready_at,
                attempt,
                logical_attempt: at.step.logical_attempt,
                timeout_ms: at.info.node.timeout_ms,
            })),
            NodeKind::Set { .. }
            | NodeKind::Switch { .. }
            | NodeKind::ForEach { .. }
            | NodeKind::Join { .. }
            | NodeKind::Wait(_)
            | NodeKind::Call { .. }
            | NodeKind::Respond { .. }
            | NodeKind::Raise(_)
            | NodeKind::Ask(_)
            | NodeKind::End { .. } => None,
        };
        self.plan.work.extend(work);
    }

    /// An attempt nobody is working on: its worker went down, or left it to be settled.
    pub(super) fn recover(&mut self, at: At<'a>) {
        if self.is_running(at.path) {
            return;
        }
        if let Some(open) = at.step.open_effect() {
            return self.settle_effect(at, open);
        }
        let outcome = self.outcome(at);
        let last = at.step.effects.last().filter(|effect| effect.attempt == at.step.attempts);
        match last.and_then(|effect| effect.outcome.as_ref().map(|outcome| (effect, outcome))) {
            None => self.attempt(at),
            Some((_, EffectOutcome::Confirmed { receipt, .. })) => {
                self.plan.record.push(outcome.done(receipt.clone()));
            }
            Some((effect, EffectOutcome::InDoubt { .. })) => {
                self.plan.record.push(outcome.in_doubt(effect, doubt_of(effect)));
            }
            Some((_, EffectOutcome::NotApplied { failure })) => {
                let expected = (at.step.logical_attempt, at.step.attempts);
                self.plan.record.extend(outcome.after(expected, Err(failure.clone()), Sending::Unsent));
            }
        }
    }

    pub(super) fn try_again(&mut self, at: At<'a>) {
        if self.is_running(at.path) {
            return;
        }
        match at.step.open_effect() {
            Some(open) => self.settle_effect(at, open),
            None => self.attempt(at),
        }
    }

    pub(super) fn settle_effect(&mut self, at: At<'a>, open: &EffectState) {
        self.settle_open(at, open, false);
    }

    /// Settles an effect without sending anything again.
    pub(super) fn look_up(&mut self, at: At<'a>, open: &EffectState) {
        self.settle_open(at, open, true);
    }

    fn settle_open(&mut self, at: At<'a>, open: &EffectState, look_only: bool) {
        let Some(input) = self.main(at) else { return };
        let Some(call) = self.action_call(at, input, at.step.attempts) else { return };
        self.plan.work.push(Work::Settle(Settle {
            call,
            effect: open.effect.clone(),
            idempotency_key: open.idempotency_key.clone(),
            intended_at: open.intended_at,
            look_only,
        }));
    }

    /// A suspended call goes on when its time or its callback has come, and not beyond its deadline.
    pub(super) fn suspended(&mut self, at: At<'a>, until: Timestamp, on_callback: bool) {
        let called_back = at.step.is_called_back(on_callback);
        if self.is_running(at.path) || (!called_back && until > self.now) {
            return;
        }
        if !called_back && at.step.deadline() <= self.now {
            return match at.step.open_effect() {
                Some(open) => self.look_up(at, open),
                None => self.fail(at, overdue(at.path), Some(ReasonCode::DeadlinePassed)),
            };
        }
        let Some(input) = self.main(at) else { return };
        let Some(mut call) = self.action_call(at, input, at.step.attempts) else { return };
        if on_callback && let Some(resume) = &mut call.resume {
            let given = at.step.callback.as_ref().map(|given| self.load_value(at, given));
            resume.callback = match given {
                Some(None) => return,
                Some(Some(value)) => Some(value),
                None => None,
            };
        }
        self.plan.work.push(Work::Resume(call));
    }

    /// The value behind a payload; `None`: it must be read first.
    fn load_value(&mut self, at: At<'a>, payload: &Payload) -> Option<Value> {
        let value = self.state.value(payload).cloned().map_err(|blob| EvalError::Missing(vec![blob]));
        self.settle(at, value)
    }

    fn action_call(&mut self, at: At<'a>, input: Value, attempt: u32) -> Option<ActionCall> {
        let NodeKind::Action { action, connection, .. } = &at.info.node.kind else { return None };
        let resume = match &at.step.resume {
            Some(resume) => {
                let token = self.load_value(at, &resume.token)?;
                let callback = match &resume.callback {
                    Some(callback) => Some(self.load_value(at, callback)?),
                    None => None,
                };
                Some(Resume { token, callback })
            }
            None => None,
        };
        Some(ActionCall {
            path: at.path.clone(),
            node: at.info.node.id.clone(),
            action: action.clone(),
            connection: connection.clone(),
            input,
            logical_attempt: at.step.logical_attempt,
            attempt,
            first_attempt_at: at.step.tries_since(),
            timeout_ms: at.info.node.timeout_ms,
            sendings: u32::try_from(at.step.effects.len()).unwrap_or(u32::MAX),
            last_intended_at: at.step.effects.last().map(|last| last.intended_at),
            approved_by: at.step.approved_by().cloned(),
            open_key: at.step.open_effect().map(|open| open.idempotency_key.clone()),
            resume,
        })
    }

    /// Decides after an attempt as the driver would; the jitter is derived, for there is no randomness here.
    pub(super) fn outcome(&self, at: At<'a>) -> Outcome<'a> {
        let step = at.step;
        let random = derived_u64(&self.start.run, at.path, step.logical_attempt, step.attempts);
        Outcome { version: self.version, state: self.state, path: at.path, now: self.now, random }
    }

    pub(super) fn call(&mut self, at: At<'a>, workflow: &str) {
        let depth = self.start.depth + 1;
        if depth > MAX_DEPTH {
            let words =
                format!("workflow `{workflow}` would be called {depth} deep; at most {MAX_DEPTH} is allowed");
            return self.fail(at, Failure::permanent("TL0412", words), None);
        }
        let Some(input) = self.main(at) else { return };
        self.plan.work.push(Work::Child(ChildCall {
            path: at.path.clone(),
            run: RunId::child(&self.start.run, &at.path.0, at.step.logical_attempt),
            workflow: workflow.to_owned(),
            input,
            parent: Parent { run: self.start.run.clone(), path: at.path.clone() },
            depth,
            requested_by: self.state.requested_by().clone(),
        }));
    }

    pub(super) fn child_ended(&mut self, at: At<'a>, result: &Result<Payload, Failure>) {
        match result {
            Ok(output) => self.succeed(at, output.clone(), at.info.node.next.clone()),
            Err(failure) => self.fail(at, failure.clone(), None),
        }
    }
}
