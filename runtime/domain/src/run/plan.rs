//! The planner: from the state to everything that can be done now. Pure; looks only at what moved.

mod action;
mod each;
mod propose;
mod pure;
mod resolve;
mod stop;
mod wait;

pub use action::MAX_DEPTH;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::id::RunId;
use crate::run::decision::{Plan, Work};
use crate::run::draft::{Known, is_short};
use crate::run::eval::{EvalError, Eyes, Template};
use crate::run::event::{BlobRef, Payload, RunEvent, StepPath};
use crate::run::outcome::fail;
use crate::run::path::ScopePath;
use crate::run::state::{RunState, Start};
use crate::run::step::{Phase, Step};
use crate::run::version::{NodeInfo, Version};
use crate::time::Timestamp;
use crate::workflow::ReasonCode;

/// What the driver has under way; not listed again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Running {
    /// Steps with an action, code, settlement, child creation or sealing under way.
    pub paths: BTreeSet<StepPath>,
    /// Blobs being read, by hash.
    pub loads: BTreeSet<String>,
    /// Child runs that were told to cancel.
    pub cancelled: BTreeSet<RunId>,
}

/// Decides what comes next. `now` only says which timers have elapsed; expressions see the time their step became
/// ready. Before the first entry, and while a quarantined run waits for a person, there is nothing to do.
pub fn plan(version: &Version, state: &RunState, running: &Running, now: Timestamp) -> Plan {
    if state.end.is_some() {
        return Plan { ended: true, ..Plan::default() };
    }
    let Some(start) = state.start.as_deref() else { return Plan::default() };
    if state.quarantine.is_some() && state.cancel.is_none() {
        return Plan::default();
    }
    let plan = Plan::default();
    let mut planner =
        Planner { version, state, running, now, start, plan, loads: Vec::new(), replied: false };
    planner.look();
    planner.plan
}

struct Planner<'a> {
    version: &'a Version,
    state: &'a RunState,
    running: &'a Running,
    now: Timestamp,
    start: &'a Start,
    plan: Plan,
    loads: Vec<BlobRef>,
    /// A reply is among `record`.
    replied: bool,
}

/// The step under the planner's eyes.
#[derive(Clone, Copy)]
struct At<'a> {
    path: &'a StepPath,
    info: &'a NodeInfo,
    step: &'a Step,
}

impl<'a> Planner<'a> {
    fn look(&mut self) {
        let (state, now) = (self.state, self.now);
        let due = state.timers.iter().take_while(|(at, _)| *at <= now).map(|(_, path)| path);
        let mut paths: Vec<&StepPath> = state.todo.iter().chain(due).collect();
        paths.sort_unstable();
        paths.dedup();
        for path in paths {
            self.step(path);
            // What starts over changes the ground under everything else: apply it first.
            if matches!(self.plan.record.last(), Some(RunEvent::StepRetried { .. })) {
                break;
            }
        }
        self.load();
        self.orphans();
        self.end();
        self.plan.wake_at = state.timers.iter().map(|(at, _)| *at).find(|at| *at > now);
    }

    fn step(&mut self, path: &'a StepPath) {
        let (Some(step), Some(info)) = (self.state.steps.get(path), self.version.info(path.node())) else {
            return;
        };
        let at = At { path, info, step };
        if self.state.stopping(&path.scope()) {
            return self.stop(at);
        }
        match &step.phase {
            Phase::Ready => self.ready(at),
            Phase::Attempting => self.recover(at),
            Phase::Backoff { until } if *until <= self.now => self.try_again(at),
            Phase::Suspended { until, on_callback } => self.suspended(at, *until, *on_callback),
            Phase::Waiting { until, data, .. } => self.waiting(at, *until, data.as_ref()),
            Phase::Child { result: Some(result), .. } => self.child_ended(at, result),
            Phase::Asked { due_at, answer, .. } => self.asked(at, *due_at, answer.as_ref()),
            Phase::Iterating(each) => self.iterate(at, each),
            Phase::Parked { draft, resolution: Some(resolution), .. } => self.resolved(at, draft, resolution),
            Phase::Proposed { outcome: Some(outcome), .. } => self.decided(at, outcome),
            Phase::Proposed { outcome: None, .. }
            | Phase::Parked { resolution: None, .. }
            | Phase::Child { result: None, .. }
            | Phase::Backoff { .. }
            | Phase::Gathering
            | Phase::Succeeded
            | Phase::Failed
            | Phase::Skipped
            | Phase::Cancelled => {}
        }
    }

    /// The driver works on this very step.
    fn is_running(&self, path: &StepPath) -> bool {
        self.running.paths.contains(path)
    }

    fn eyes(&self, at: At<'a>) -> Eyes<'a> {
        Eyes { version: self.version, state: self.state, path: at.path, now: at.step.ready_at }
    }

    /// Unwraps an evaluation: blobs to read are noted, a failing expression fails the step.
    fn settle<T>(&mut self, at: At<'a>, result: Result<T, EvalError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(EvalError::Missing(blobs)) => {
                self.loads.extend(blobs);
                None
            }
            Err(EvalError::Failed(failure)) => {
                self.fail(at, *failure, None);
                None
            }
        }
    }

    /// The node's main value: a person's where one was given, else the evaluated template.
    fn main(&mut self, at: At<'a>) -> Option<Value> {
        let result = match &at.step.input {
            Some(given) => self.state.value(given).cloned().map_err(|blob| EvalError::Missing(vec![blob])),
            None => at.info.main.as_ref().map_or(Ok(Value::Null), |main| main.evaluate(&self.eyes(at))),
        };
        self.settle(at, result)
    }

    fn text(&mut self, at: At<'a>, template: &Template) -> Option<String> {
        let result = template.evaluate_to_text(&self.eyes(at));
        self.settle(at, result)
    }

    fn fail(&mut self, at: At<'a>, failure: Failure, reason: Option<ReasonCode>) {
        let known = Known { failure: Some(failure), reason, ..Known::default() };
        self.plan.record.push(fail(self.version, self.state, at.path, known));
    }

    fn succeed(&mut self, at: At<'a>, output: Payload, next: Vec<String>) {
        self.plan.record.push(RunEvent::StepSucceeded { path: at.path.clone(), output, next });
    }

    fn load(&mut self) {
        let mut blobs = std::mem::take(&mut self.loads);
        blobs.retain(|blob| !self.running.loads.contains(&blob.sha256));
        blobs.sort_by(|a, b| a.sha256.cmp(&b.sha256));
        blobs.dedup();
        if !blobs.is_empty() {
            self.plan.work.push(Work::Load(blobs));
        }
    }

    fn orphans(&mut self) {
        let untold = |run: &&RunId| !self.running.cancelled.contains(run);
        let told = self.state.orphans.iter().filter(untold).cloned().map(|run| Work::CancelChild { run });
        self.plan.work.extend(told);
    }

    /// When nothing is open: the end, and before it the reply nobody gave.
    fn end(&mut self) {
        let Some(root) = self.state.scopes.get(&ScopePath::root()) else { return };
        if !root.active.is_empty() || !self.state.orphans.is_empty() {
            return;
        }
        let failed =
            root.gave_up.clone().or_else(|| root.failed_by.as_deref().map(|node| self.ended_badly(node)));
        let (status, body, end) = match failed {
            Some(failure) if root.gave_up.is_some() || self.state.cancel.is_none() => {
                let body = json!({ "status": "failed", "code": failure.code, "message": failure.message });
                (500, Payload::Inline(body), RunEvent::RunFailed { failure })
            }
            Some(_) | None if self.state.cancel.is_some() => {
                (500, Payload::Inline(json!({ "status": "cancelled" })), RunEvent::RunCancelled)
            }
            Some(_) | None => {
                let output = root.ended_by.as_deref().and_then(|node| self.output(node));
                let output = output.unwrap_or(Payload::Inline(Value::Null));
                (200, output.clone(), RunEvent::RunSucceeded { output })
            }
        };
        if self.start.reply_wanted && self.state.replied.is_none() {
            self.plan.record.push(RunEvent::Replied { path: None, status, headers: Vec::new(), body });
        }
        self.plan.record.push(end);
    }

    fn output(&self, node: &str) -> Option<Payload> {
        self.state.steps.get(&ScopePath::root().step(node))?.output.clone()
    }

    /// The failure of a run that reached `end: failed`.
    fn ended_badly(&self, node: &str) -> Failure {
        let title = self.version.find(node).and_then(|node| node.title.as_deref()).unwrap_or(node);
        let detail = self.output(node).and_then(|output| self.state.value(&output).ok().cloned());
        let failure =
            Failure::permanent("TL0414", format!("the workflow ended the run as failed at \"{title}\""));
        Failure { detail: detail.filter(is_short), ..failure }
    }
}
