//! How a run begins, is stopped and ends.

use std::sync::Arc;

use super::Fold;
use crate::failure::Failure;
use crate::id::ExceptionId;
use crate::run::event::{Payload, RunStarted, StepPath};
use crate::run::illegal::IllegalEvent;
use crate::run::path::ScopePath;
use crate::run::state::{Cached, End, EndHow, Scope, Start};
use crate::run::step::{Phase, Step};

impl Fold<'_> {
    pub(super) fn run_started(&mut self, start: &RunStarted) -> Result<(), IllegalEvent> {
        if self.state.start.is_some() {
            return Err(IllegalEvent::AlreadyStarted);
        }
        if start.workflow != self.version.workflow().id || start.version != self.version.number() {
            let (workflow, number) = (start.workflow.clone(), start.version);
            return Err(IllegalEvent::OtherVersion { workflow, number });
        }
        let edited = start.edited.iter().map(|edited| &edited.path);
        for path in start.copied.iter().map(|copied| &copied.path).chain(edited) {
            self.info(path)?;
            if path.scope() != ScopePath::root() {
                return Err(IllegalEvent::NoSuchNode { path: path.clone() });
            }
        }
        self.state.start = Some(Arc::new(Start {
            run: start.run.clone(),
            workflow: start.workflow.clone(),
            version: start.version,
            event: start.event.clone(),
            input: start.input.clone(),
            vars: start.vars.clone(),
            plugins: start.plugins.clone(),
            parent: start.parent.clone(),
            depth: start.depth,
            retry_of: start.retry_of.clone(),
            reply_wanted: start.reply_wanted,
            edited: start.edited.clone(),
            at: self.at,
            prepared: Cached::default(),
        }));
        let root = ScopePath::root();
        self.state.scopes.insert(root.clone(), Scope::default());
        for copied in &start.copied {
            let mut step = Step::new(Phase::Succeeded, 1, self.at);
            step.output = Some(copied.output.clone());
            step.next.clone_from(&copied.next);
            step.ended_at = Some(self.at);
            step.copied = true;
            self.state.steps.insert(copied.path.clone(), step);
        }
        if let Some(entry) = self.version.entry(&root).map(str::to_owned) {
            self.fire(&root, &entry);
        }
        for next in start.copied.iter().flat_map(|copied| &copied.next) {
            if self.version.stands_in(next, &root) {
                self.fire(&root, next);
            }
        }
        self.scope_moved(&root);
        Ok(())
    }

    pub(super) fn cancel_requested(&mut self, by: &str) -> Result<(), IllegalEvent> {
        if self.state.cancel.is_some() {
            return Err(IllegalEvent::AlreadyCancelling);
        }
        self.state.cancel = Some(by.to_owned());
        self.look_at_everything(&ScopePath::root());
        Ok(())
    }

    /// A scope is being stopped: the planner looks at every open step in it.
    pub(super) fn look_at_everything(&mut self, scope: &ScopePath) {
        let prefix = scope.prefix();
        let open: Vec<StepPath> = self
            .state
            .steps
            .range(StepPath(prefix.clone())..)
            .take_while(|(path, _)| path.0.starts_with(&prefix))
            .filter(|(_, step)| !step.phase.is_done())
            .map(|(path, _)| path.clone())
            .collect();
        for path in open {
            self.reindex(&path);
        }
    }

    pub(super) fn quarantined(&mut self, exception: &ExceptionId) -> Result<(), IllegalEvent> {
        if self.state.quarantine.is_some() {
            return Err(IllegalEvent::QuarantineUnfit { why: "the run is quarantined already" });
        }
        self.state.quarantine = Some(exception.clone());
        Ok(())
    }

    /// Nothing is open any more, here or in a child nobody waits for.
    fn settled(&self) -> Result<(), IllegalEvent> {
        let open = |scope: &Scope| !scope.active.is_empty();
        let refuse = |why| Err(IllegalEvent::CannotEnd { event: self.tag, why });
        if self.state.scopes.get(&ScopePath::root()).is_some_and(open) {
            return refuse("steps are open");
        }
        if !self.state.orphans.is_empty() {
            return refuse("a child run goes on");
        }
        Ok(())
    }

    pub(super) fn run_succeeded(&mut self, output: &Payload) -> Result<(), IllegalEvent> {
        self.settled()?;
        let refuse = |why| Err(IllegalEvent::CannotEnd { event: "run_succeeded", why });
        if self.state.cancel.is_some() {
            return refuse("a cancel was asked for");
        }
        let failed = |scope: &Scope| scope.gave_up.is_some() || scope.failed_by.is_some();
        if self.state.scopes.get(&ScopePath::root()).is_some_and(failed) {
            return refuse("a branch ended it as failed");
        }
        self.end(EndHow::Succeeded { output: output.clone() });
        Ok(())
    }

    pub(super) fn run_failed(&mut self, failure: &Failure) -> Result<(), IllegalEvent> {
        self.settled()?;
        let failed = |scope: &Scope| scope.gave_up.is_some() || scope.failed_by.is_some();
        if !self.state.scopes.get(&ScopePath::root()).is_some_and(failed) {
            let why = "nobody gave up and no `end` says failed";
            return Err(IllegalEvent::CannotEnd { event: self.tag, why });
        }
        self.end(EndHow::Failed { failure: failure.clone() });
        Ok(())
    }

    pub(super) fn run_cancelled(&mut self) -> Result<(), IllegalEvent> {
        self.settled()?;
        if self.state.cancel.is_none() {
            return Err(IllegalEvent::CannotEnd { event: self.tag, why: "nobody asked to cancel" });
        }
        self.end(EndHow::Cancelled);
        Ok(())
    }

    fn end(&mut self, how: EndHow) {
        self.state.end = Some(End { at: self.at, how });
        self.state.todo.clear();
        self.state.timers.clear();
    }
}
