//! For-each: items start, park, end and are sealed. Everything here costs by what moved, not by how many items
//! there are.

use super::Fold;
use crate::failure::Failure;
use crate::run::event::{BlobRef, Payload, StepPath};
use crate::run::illegal::IllegalEvent;
use crate::run::path::ScopePath;
use crate::run::state::RunState;
use crate::run::step::{Each, Phase, Segment, Step};
use crate::workflow::NodeKind;

/// Items that may be parked at once; more wait until some are resolved.
pub(crate) const MAX_PARKED: usize = 1_000;

impl Fold<'_> {
    pub(super) fn items_listed(
        &mut self,
        path: &StepPath,
        items: &Payload,
        count: u64,
    ) -> Result<(), IllegalEvent> {
        let (info, step) = self.open(path)?;
        if !matches!(info.node.kind, NodeKind::ForEach { .. }) {
            return Err(self.wrong_kind(path));
        }
        self.not_stopping(path)?;
        if step.phase != Phase::Ready {
            return Err(self.wrong_phase(path, &step.phase));
        }
        let at = self.at;
        let each = Each::new(items.clone(), count);
        self.change(path, |step| {
            step.started_at.get_or_insert(at);
            step.phase = Phase::Iterating(Box::new(each));
        });
        self.start_items(path);
        self.refresh_slots(&path.scope());
        Ok(())
    }

    fn each(&mut self, path: &StepPath) -> Option<&mut Each> {
        let Phase::Iterating(each) = &mut self.state.steps.get_mut(path)?.phase else { return None };
        Some(each)
    }

    /// Starts items while there are slots.
    fn start_items(&mut self, path: &StepPath) {
        let Some(info) = self.version.info(path.node()) else { return };
        let NodeKind::ForEach { parallel, .. } = &info.node.kind else { return };
        let parallel = (*parallel).max(1) as usize;
        while !self.state.stopping(&path.scope()) {
            let Some(each) = self.each(path) else { return };
            let full = each.flying.len() >= parallel || each.flying.len() + each.parked.len() >= MAX_PARKED;
            // What is finished is recorded before more is begun: a plan stays short.
            if full || each.next >= each.count || each.finished.len() >= parallel {
                break;
            }
            let index = each.next;
            each.next += 1;
            each.flying.insert(index);
            self.open_scope(&ScopePath::item(path, index));
        }
        self.reindex(path);
    }

    /// Everything in an item's body is done.
    pub(super) fn item_finished(&mut self, path: &StepPath, index: u64) {
        if let Some(each) = self.each(path)
            && (each.flying.remove(&index) || each.parked.remove(&index))
        {
            each.finished.insert(index);
        }
        self.reindex(path);
    }

    /// Items in which everything waits on exceptions give their slot away, and take it back when they go on.
    pub(super) fn refresh_slots(&mut self, scope: &ScopePath) {
        let mut at = scope.clone();
        while let Some((path, index)) = at.owner() {
            let idle = is_idle(self.state, &at);
            let Some(each) = self.each(&path) else { return };
            let moved = if idle {
                each.flying.remove(&index) && each.parked.insert(index)
            } else {
                each.parked.remove(&index) && each.flying.insert(index)
            };
            if moved {
                self.start_items(&path);
            }
            at = path.scope();
        }
    }

    pub(super) fn item_ended(
        &mut self,
        path: &StepPath,
        index: u64,
        result: &Result<Payload, Failure>,
    ) -> Result<(), IllegalEvent> {
        let (_, step) = self.open(path)?;
        match &step.phase {
            Phase::Iterating(each) if each.finished.contains(&index) => {}
            Phase::Iterating(_) => {
                return Err(IllegalEvent::ItemNotFinished { path: path.clone(), index });
            }
            other => return Err(self.wrong_phase(path, other)),
        }
        let item = ScopePath::item(path, index);
        let inside = self.highest_logical(&item);
        let prefix = item.prefix();
        self.forget_inside(&prefix);
        self.state.scopes.remove(&item);
        if let Some(step) = self.state.steps.get_mut(path) {
            step.inside = step.inside.max(inside);
        }
        if let Some(each) = self.each(path) {
            each.end(index, result.clone());
        }
        self.start_items(path);
        self.refresh_slots(&path.scope());
        Ok(())
    }

    fn highest_logical(&self, item: &ScopePath) -> u32 {
        let prefix = item.prefix();
        let steps = self.state.steps.range(StepPath(prefix.clone())..);
        let steps = steps.take_while(|(path, _)| path.0.starts_with(&prefix));
        let used = steps.map(|(_, step)| step.next_logical() - 1);
        let kept = self.state.scopes.get(item).into_iter().flat_map(|scope| scope.logical.values().copied());
        used.chain(kept).max().unwrap_or(1)
    }

    pub(super) fn segment_sealed(
        &mut self,
        path: &StepPath,
        first: u64,
        count: u64,
        succeeded: u64,
        segment: &BlobRef,
    ) -> Result<(), IllegalEvent> {
        let (_, step) = self.open(path)?;
        let Phase::Iterating(each) = &step.phase else {
            return Err(self.wrong_phase(path, &step.phase));
        };
        let last = first.saturating_add(count).saturating_sub(1);
        let there = each.tail.range(first..=last.max(first)).filter(|_| count > 0);
        let good = there.clone().filter(|(_, result)| result.is_ok()).count() as u64;
        if count == 0 || there.count() as u64 != count || good != succeeded {
            return Err(IllegalEvent::SegmentUnfit { path: path.clone(), first, last });
        }
        let segment = Segment { count, succeeded, blob: segment.clone() };
        if let Some(each) = self.each(path) {
            each.seal(first, segment);
        }
        self.reindex(path);
        Ok(())
    }
}

/// Everything open in the scope waits on people: on exceptions, or on decisions.
fn is_idle(state: &RunState, scope: &ScopePath) -> bool {
    let Some(open) = state.scopes.get(scope) else { return false };
    let idle = |node: &String| state.steps.get(&scope.step(node)).is_some_and(step_is_idle);
    !open.active.is_empty() && open.active.iter().all(idle)
}

fn step_is_idle(step: &Step) -> bool {
    match &step.phase {
        Phase::Parked { resolution, .. } => resolution.is_none(),
        Phase::Proposed { outcome, .. } => outcome.is_none(),
        Phase::Iterating(each) => {
            let more = each.next < each.count && each.parked.len() < MAX_PARKED;
            !more && !each.parked.is_empty() && each.flying.is_empty() && each.finished.is_empty()
        }
        // A join waits for the others: it holds no slot by itself.
        Phase::Gathering => true,
        Phase::Ready
        | Phase::Attempting
        | Phase::Backoff { .. }
        | Phase::Suspended { .. }
        | Phase::Waiting { .. }
        | Phase::Child { .. }
        | Phase::Asked { .. }
        | Phase::Succeeded
        | Phase::Failed
        | Phase::Skipped
        | Phase::Cancelled => false,
    }
}
