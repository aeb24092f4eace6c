//! How branches go on: edges fire, joins gather, scopes empty.

use std::collections::BTreeSet;

use super::Fold;
use crate::run::event::StepPath;
use crate::run::path::ScopePath;
use crate::run::state::{RunState, Scope};
use crate::run::step::{Phase, Step};
use crate::run::version::{NodeInfo, Version};
use crate::workflow::{JoinRule, NodeKind};

impl Fold<'_> {
    /// Opens a scope and its first step.
    pub(super) fn open_scope(&mut self, scope: &ScopePath) {
        self.state.scopes.insert(scope.clone(), Scope::default());
        if let Some(entry) = self.version.entry(scope).map(str::to_owned) {
            self.fire(scope, &entry);
        }
        self.scope_moved(scope);
    }

    /// A branch arrives at a node: it opens, or the token is absorbed because it ran before.
    pub(super) fn fire(&mut self, scope: &ScopePath, node: &str) {
        if self.state.stopping(scope) {
            return;
        }
        let path = scope.step(node);
        let gathers = self.version.info(node).is_some_and(is_join);
        match self.state.steps.get_mut(&path) {
            // A step that started over and waited for its branches: one has come.
            Some(step) if step.phase == Phase::Gathering && !gathers => {
                step.phase = Phase::Ready;
                step.ready_at = self.at;
                self.reindex(&path);
            }
            Some(_) => {}
            None => {
                let phase = if gathers { Phase::Gathering } else { Phase::Ready };
                self.insert(&path, phase);
            }
        }
    }

    /// Opens a step at the logical attempt its scope remembers.
    pub(super) fn insert(&mut self, path: &StepPath, phase: Phase) {
        let base = path.scope().owner().and_then(|(each, _)| self.state.steps.get(&each));
        let base = base.map_or(1, |each| each.logical_attempt);
        let Some(scope) = self.state.scopes.get_mut(&path.scope()) else { return };
        let logical = scope.logical.remove(path.node()).unwrap_or(base);
        scope.active.insert(path.node().to_owned());
        let mut step = Step::new(phase, logical, self.at);
        // A person's input is for the first time: when more starts over, it is made anew.
        if logical == 1 {
            let edited = self.state.start.as_ref().and_then(|start| start.edited.as_ref());
            step.input = edited.filter(|edited| edited.path == *path).map(|edited| edited.input.clone());
        }
        self.state.steps.insert(path.clone(), step);
        self.reindex(path);
    }

    /// Ends a step and lets its branches go on.
    pub(super) fn finish(&mut self, path: &StepPath, phase: Phase, next: &[String]) {
        let at = self.at;
        if let Some(step) = self.state.steps.get_mut(path) {
            step.phase = phase;
            step.ended_at = Some(at);
            step.next = next.to_vec();
        }
        let scope = path.scope();
        if let Some(open) = self.state.scopes.get_mut(&scope) {
            open.active.remove(path.node());
        }
        self.reindex(path);
        for node in next {
            self.fire(&scope, node);
        }
        self.scope_moved(&scope);
    }

    /// After anything in a scope ended or opened: joins, the item's end, and slots around it.
    pub(super) fn scope_moved(&mut self, scope: &ScopePath) {
        self.settle_joins(scope);
        let empty = self.state.scopes.get(scope).is_some_and(|open| open.active.is_empty());
        if let (true, Some((each, index))) = (empty, scope.owner()) {
            self.item_finished(&each, index);
        }
        self.refresh_slots(scope);
    }

    fn settle_joins(&mut self, scope: &ScopePath) {
        while let Some(node) = next_settled(self.state, self.version, scope) {
            let path = scope.step(&node);
            let at = self.at;
            if let Some(step) = self.state.steps.get_mut(&path) {
                step.phase = Phase::Ready;
                step.ready_at = at;
            }
            self.reindex(&path);
        }
    }
}

pub(super) const fn is_join(info: &NodeInfo) -> bool {
    matches!(info.node.kind, NodeKind::Join { .. })
}

/// Nodes whose taken edges lead to this one.
pub(crate) fn arrived(state: &RunState, info: &NodeInfo, scope: &ScopePath) -> BTreeSet<String> {
    let came = |from: &&String| {
        let step = state.steps.get(&scope.step(from));
        step.is_some_and(|step| step.phase.is_done() && step.next.contains(&info.node.id))
    };
    info.predecessors.iter().filter(came).cloned().collect()
}

/// A gathering step whose branches have all come, or can no longer come.
fn next_settled(state: &RunState, version: &Version, scope: &ScopePath) -> Option<String> {
    let active = &state.scopes.get(scope)?.active;
    let gathers = |node: &&String| {
        state.steps.get(&scope.step(node)).is_some_and(|step| step.phase == Phase::Gathering)
    };
    let settled = |node: &&String| {
        let Some(info) = version.info(node) else { return false };
        let pending = active.iter().any(|other| other != *node && info.ancestors.contains(other));
        match &info.node.kind {
            NodeKind::Join { wait_for: JoinRule::Any } => true,
            NodeKind::Join { wait_for: JoinRule::Count(n) } => {
                !pending || arrived(state, info, scope).len() >= *n as usize
            }
            NodeKind::Join { wait_for: JoinRule::All }
            | NodeKind::Action { .. }
            | NodeKind::Set { .. }
            | NodeKind::Switch { .. }
            | NodeKind::ForEach { .. }
            | NodeKind::Wait(_)
            | NodeKind::Call { .. }
            | NodeKind::Code { .. }
            | NodeKind::Respond { .. }
            | NodeKind::Raise(_)
            | NodeKind::Ask(_)
            | NodeKind::End { .. } => !pending,
        }
    };
    let found = active.iter().filter(gathers).find(settled);
    // Joins that wait for each other in a circle: the first one goes on with what it has.
    let circle = || active.iter().all(|node| gathers(&node)).then(|| active.iter().next()).flatten();
    found.or_else(circle).cloned()
}
