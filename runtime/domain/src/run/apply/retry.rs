//! Starting over: a step and everything after it, by a person's decision.

use std::collections::BTreeSet;

use super::{Fold, graph};
use crate::run::event::{Payload, Resolution, StepPath};
use crate::run::illegal::IllegalEvent;
use crate::run::path::ScopePath;
use crate::run::state::RunState;
use crate::run::step::{Phase, Step};
use crate::run::version::Version;

/// The open and ended steps that start over with this one: itself and its descendants in its scope.
pub(crate) fn reset_set(state: &RunState, version: &Version, path: &StepPath) -> BTreeSet<StepPath> {
    let scope = path.scope();
    let below = version.info(path.node()).map(|info| &info.descendants);
    let below = below.into_iter().flatten().map(|node| scope.step(node));
    below.chain([path.clone()]).filter(|path| state.steps.contains_key(path)).collect()
}

impl Fold<'_> {
    pub(super) fn step_retried(
        &mut self,
        path: &StepPath,
        logical_attempt: u32,
        input: Option<&Payload>,
    ) -> Result<(), IllegalEvent> {
        let (_, step) = self.open(path)?;
        self.not_stopping(path)?;
        let expected = step.next_logical();
        if logical_attempt != expected {
            return Err(IllegalEvent::WrongLogicalAttempt {
                path: path.clone(),
                expected,
                got: logical_attempt,
            });
        }
        let reset = reset_set(self.state, self.version, path);
        self.may_reset(path, &reset)?;
        for step in &reset {
            self.reset(step);
        }
        let scope = path.scope();
        self.insert(path, Phase::Ready);
        if let Some(step) = self.state.steps.get_mut(path) {
            step.logical_attempt = logical_attempt;
            step.input = input.cloned();
        }
        self.keep_tokens(&scope, &reset, path);
        self.scope_moved(&scope);
        Ok(())
    }

    /// Somebody decided so, and no write among them is open or in doubt.
    fn may_reset(&self, path: &StepPath, reset: &BTreeSet<StepPath>) -> Result<(), IllegalEvent> {
        let decided = |path: &StepPath| self.state.steps.get(path).is_some_and(wants_retry);
        if !reset.iter().any(decided) {
            return Err(IllegalEvent::RetryUndecided { path: path.clone() });
        }
        for (path, step) in reset.iter().flat_map(|path| self.state.subtree(path)) {
            if let Some(open) = step.unsettled() {
                return Err(IllegalEvent::EffectUnsettled {
                    path: path.clone(),
                    effect: open.effect.clone(),
                });
            }
        }
        Ok(())
    }

    fn reset(&mut self, path: &StepPath) {
        let Some(step) = self.state.steps.get(path) else { return };
        let mut logical = step.next_logical();
        for (_, inner) in self.state.subtree(path) {
            logical = logical.max(inner.next_logical());
        }
        let prefix = path.items_prefix();
        self.forget_inside(&prefix);
        self.forget(path);
        let node = path.node();
        if let Some(scope) = self.state.scopes.get_mut(&path.scope()) {
            scope.logical.insert(node.to_owned(), logical);
            let clear = |slot: &mut Option<String>| {
                if slot.as_deref() == Some(node) {
                    *slot = None;
                }
            };
            clear(&mut scope.last);
            clear(&mut scope.ended_by);
            clear(&mut scope.failed_by);
        }
    }

    /// A branch outside of what starts over may have led into it: its token still counts.
    fn keep_tokens(&mut self, scope: &ScopePath, reset: &BTreeSet<StepPath>, first: &StepPath) {
        for path in reset.iter().filter(|path| *path != first) {
            let Some(info) = self.version.info(path.node()) else { continue };
            if !graph::arrived(self.state, info, scope).is_empty() {
                self.insert(path, Phase::Gathering);
            }
        }
    }
}

fn wants_retry(step: &Step) -> bool {
    let Phase::Parked { resolution: Some(resolution), .. } = &step.phase else { return false };
    match **resolution {
        Resolution::Retried | Resolution::EditedAndRetried { .. } | Resolution::DidNotHappen => true,
        Resolution::CompletedByHand { .. }
        | Resolution::Skipped
        | Resolution::Superseded { .. }
        | Resolution::GaveUp { .. }
        | Resolution::Happened { .. } => false,
    }
}
