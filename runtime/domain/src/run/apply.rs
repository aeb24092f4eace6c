//! The fold: one entry applied to the state, or refused by name with the state left as it was. Every handler
//! checks everything before it changes anything.

mod attempt;
mod each;
mod graph;
mod life;
mod propose;
mod resolve;
mod retry;
mod step;
mod suspend;
mod wait;

pub(crate) use graph::arrived;
pub(crate) use retry::reset_set;

use crate::connector::Effect;
use crate::run::event::{Entry, RunEvent, StepPath};
use crate::run::illegal::IllegalEvent;
use crate::run::path::ScopePath;
use crate::run::state::RunState;
use crate::run::step::{Phase, Step};
use crate::run::version::{NodeInfo, Version};
use crate::time::Timestamp;
use crate::workflow::NodeKind;

/// One entry being applied.
struct Fold<'a> {
    state: &'a mut RunState,
    version: &'a Version,
    at: Timestamp,
    tag: &'static str,
}

impl RunState {
    /// Applies the next entry of the log. The state is unchanged when the entry is illegal.
    pub fn apply(&mut self, entry: &Entry, version: &Version) -> Result<(), IllegalEvent> {
        let tag = entry.event.tag();
        if entry.seq != self.seq + 1 {
            return Err(IllegalEvent::OutOfOrder { expected: self.seq + 1, got: entry.seq });
        }
        match &self.start {
            None if !matches!(entry.event, RunEvent::RunStarted(_)) => {
                return Err(IllegalEvent::NotStarted { event: tag });
            }
            Some(start) if start.workflow != version.workflow().id || start.version != version.number() => {
                let (workflow, number) = (start.workflow.clone(), start.version);
                return Err(IllegalEvent::OtherVersion { workflow, number });
            }
            None | Some(_) => {}
        }
        if self.end.is_some() {
            return Err(IllegalEvent::RunEnded { event: tag });
        }
        Fold { state: self, version, at: entry.at, tag }.event(&entry.event)?;
        // What these people put in is in what the run writes from now on.
        self.requested_by.extend(entry.event.requested_by().cloned());
        self.seq = entry.seq;
        self.last_at = entry.at;
        Ok(())
    }
}

impl Fold<'_> {
    fn event(&mut self, event: &RunEvent) -> Result<(), IllegalEvent> {
        match event {
            RunEvent::RunStarted(start) => self.run_started(start),
            RunEvent::AttemptStarted { path, attempt, input } => self.attempt_started(path, *attempt, input),
            RunEvent::AttemptFailed { path, attempt, failure, retry_at, counted } => {
                self.attempt_failed(path, *attempt, failure, *retry_at, *counted)
            }
            RunEvent::CallSuspended { path, attempt, token, until, on_callback } => {
                self.call_suspended(path, *attempt, token, *until, *on_callback)
            }
            RunEvent::CallbackReceived { path, logical_attempt, request } => {
                self.callback_received(path, *logical_attempt, request)
            }
            RunEvent::CallResumed { path, attempt } => self.call_resumed(path, *attempt),
            RunEvent::CallPutOff { path, attempt, failure, retry_at, counted } => {
                self.call_put_off(path, *attempt, failure, *retry_at, *counted)
            }
            RunEvent::EffectIntended { path, .. } => self.effect_intended(path, event),
            RunEvent::EffectSettled { path, effect, outcome } => self.effect_settled(path, effect, outcome),
            RunEvent::Proposed { path, proposal, attempt, .. } => self.proposed(path, proposal, *attempt),
            RunEvent::ProposalDecided { path, proposal, outcome } => {
                self.proposal_decided(path, proposal, outcome)
            }
            RunEvent::StepSucceeded { path, output, next } => self.step_succeeded(path, output, next),
            RunEvent::StepFailed { path, failure, next } => self.step_failed(path, failure, next),
            RunEvent::StepParked { path, exception, draft } => self.step_parked(path, exception, draft),
            RunEvent::WaitStarted { path, until, event } => self.wait_started(path, *until, event.as_ref()),
            RunEvent::WaitMatched { path, data, .. } => self.wait_matched(path, data),
            RunEvent::ChildStarted { path, run, workflow, version } => {
                self.child_started(path, run, workflow, *version)
            }
            RunEvent::ChildEnded { path, run, result, .. } => self.child_ended(path, run, result),
            RunEvent::Asked { path, ask, question, owner, due_at, .. } => {
                self.asked(path, ask, question, owner, *due_at)
            }
            RunEvent::Answered { path, ask, answer, .. } => self.answered(path, ask, answer),
            RunEvent::ItemsListed { path, items, count } => self.items_listed(path, items, *count),
            RunEvent::ItemEnded { path, index, result } => self.item_ended(path, *index, result),
            RunEvent::SegmentSealed { path, first, count, succeeded, segment } => {
                self.segment_sealed(path, *first, *count, *succeeded, segment)
            }
            RunEvent::ExceptionResolved { path, exception, resolution, .. } => {
                self.exception_resolved(path, exception, resolution)
            }
            RunEvent::StepRetried { path, logical_attempt, input } => {
                self.step_retried(path, *logical_attempt, input.as_ref())
            }
            RunEvent::StepSkipped { path } => self.step_skipped(path),
            RunEvent::Replied { path, status, headers, body } => {
                self.replied(path.as_ref(), *status, headers, body)
            }
            RunEvent::CancelRequested { by } => self.cancel_requested(by),
            RunEvent::StepCancelled { path } => self.step_cancelled(path),
            RunEvent::Quarantined { exception, .. } => self.quarantined(exception),
            RunEvent::RunSucceeded { output } => self.run_succeeded(output),
            RunEvent::RunFailed { failure } => self.run_failed(failure),
            RunEvent::RunCancelled => self.run_cancelled(),
        }
    }

    /// The node behind a path and its open step.
    fn open(&self, path: &StepPath) -> Result<(&NodeInfo, &Step), IllegalEvent> {
        let info = self.info(path)?;
        let step =
            self.state.steps.get(path).ok_or_else(|| IllegalEvent::NoSuchStep { path: path.clone() })?;
        Ok((info, step))
    }

    fn info(&self, path: &StepPath) -> Result<&NodeInfo, IllegalEvent> {
        let known = self.version.stands_in(path.node(), &path.scope());
        let info = self.version.info(path.node()).filter(|_| known);
        info.ok_or_else(|| IllegalEvent::NoSuchNode { path: path.clone() })
    }

    fn wrong_phase(&self, path: &StepPath, phase: &Phase) -> IllegalEvent {
        IllegalEvent::WrongPhase { path: path.clone(), event: self.tag, phase: phase.word() }
    }

    fn wrong_kind(&self, path: &StepPath) -> IllegalEvent {
        IllegalEvent::WrongKind { path: path.clone(), event: self.tag }
    }

    fn not_stopping(&self, path: &StepPath) -> Result<(), IllegalEvent> {
        if self.state.stopping(&path.scope()) {
            return Err(IllegalEvent::Stopping { path: path.clone() });
        }
        Ok(())
    }

    /// What the planner must know about a step it has to look at again.
    fn reindex(&mut self, path: &StepPath) {
        let stopping = self.state.stopping(&path.scope());
        let Some(step) = self.state.steps.get_mut(path) else {
            self.state.todo.remove(path);
            return;
        };
        let (look, timer) = attention(step, stopping, self.version.info(path.node()));
        let before = std::mem::replace(&mut step.timer, timer);
        if before != timer {
            if let Some(at) = before {
                self.state.timers.remove(&(at, path.clone()));
            }
            if let Some(at) = timer {
                self.state.timers.insert((at, path.clone()));
            }
        }
        if look {
            self.state.todo.insert(path.clone());
        } else {
            self.state.todo.remove(path);
        }
    }

    /// Changes an open step and everything that follows from its new phase alone.
    fn change(&mut self, path: &StepPath, change: impl FnOnce(&mut Step)) {
        if let Some(step) = self.state.steps.get_mut(path) {
            change(step);
        }
        self.reindex(path);
        self.refresh_slots(&path.scope());
    }

    /// Forgets a step, its timer and its place in its scope; a child it waited for is an orphan.
    fn forget(&mut self, path: &StepPath) {
        let Some(step) = self.state.steps.remove(path) else { return };
        if let Some(at) = step.timer {
            self.state.timers.remove(&(at, path.clone()));
        }
        self.state.todo.remove(path);
        if let Phase::Child { run, result: None, .. } = step.phase {
            self.state.orphans.insert(run);
        }
        if let Some(scope) = self.state.scopes.get_mut(&path.scope()) {
            scope.active.remove(path.node());
        }
    }

    /// Forgets everything inside the items of a for-each, or inside one scope.
    fn forget_inside(&mut self, prefix: &str) {
        let inside: Vec<StepPath> = self
            .state
            .steps
            .range(StepPath(prefix.to_owned())..)
            .take_while(|(path, _)| path.0.starts_with(prefix))
            .map(|(path, _)| path.clone())
            .collect();
        for path in &inside {
            self.forget(path);
        }
        let scopes: Vec<ScopePath> = self
            .state
            .scopes
            .range(ScopePath(prefix.to_owned())..)
            .take_while(|(path, _)| path.0.starts_with(prefix))
            .map(|(path, _)| path.clone())
            .collect();
        for scope in scopes {
            self.state.scopes.remove(&scope);
        }
    }

    /// The effect class of the node behind a path; a read for everything that is no action.
    fn class(&self, path: &StepPath) -> Effect {
        match self.version.info(path.node()).map(|info| &info.node.kind) {
            Some(NodeKind::Action { action, .. }) => self.version.action(action).effect,
            Some(
                NodeKind::Set { .. }
                | NodeKind::Switch { .. }
                | NodeKind::ForEach { .. }
                | NodeKind::Join { .. }
                | NodeKind::Wait(_)
                | NodeKind::Call { .. }
                | NodeKind::Code { .. }
                | NodeKind::Respond { .. }
                | NodeKind::Raise(_)
                | NodeKind::Ask(_)
                | NodeKind::End { .. },
            )
            | None => Effect::Read,
        }
    }
}

/// Must the planner look at a step now, and at which time at the latest?
fn attention(step: &Step, stopping: bool, info: Option<&NodeInfo>) -> (bool, Option<Timestamp>) {
    if stopping && !step.phase.is_done() {
        return (true, None);
    }
    match &step.phase {
        Phase::Ready | Phase::Attempting => (true, None),
        Phase::Backoff { until } => (false, Some(*until)),
        Phase::Suspended { until, on_callback } => (*on_callback && step.callback.is_some(), Some(*until)),
        Phase::Waiting { until, data, .. } => (data.is_some(), Some(*until)),
        Phase::Child { result, .. } => (result.is_some(), None),
        Phase::Asked { due_at, answer, .. } => {
            let expires = info.is_some_and(
                |info| matches!(&info.node.kind, NodeKind::Ask(ask) if ask.on_expired.is_some()),
            );
            (answer.is_some(), expires.then_some(*due_at))
        }
        Phase::Iterating(each) => (each.needs_planner(), None),
        Phase::Proposed { outcome, .. } => (outcome.is_some(), None),
        Phase::Parked { resolution, .. } => (resolution.is_some(), None),
        Phase::Gathering | Phase::Succeeded | Phase::Failed | Phase::Skipped | Phase::Cancelled => {
            (false, None)
        }
    }
}
