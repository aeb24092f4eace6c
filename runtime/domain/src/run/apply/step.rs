//! How steps end.

use super::Fold;
use crate::failure::Failure;
use crate::id::ExceptionId;
use crate::run::event::{ExceptionDraft, Payload, ProposalOutcome, Resolution, StepPath};
use crate::run::illegal::IllegalEvent;
use crate::run::state::Cached;
use crate::run::step::{EffectState, Phase, Step};
use crate::run::version::successors;
use crate::workflow::NodeKind;

impl Fold<'_> {
    pub(super) fn step_succeeded(
        &mut self,
        path: &StepPath,
        output: &Payload,
        next: &[String],
    ) -> Result<(), IllegalEvent> {
        let (info, step) = self.open(path)?;
        if !may_succeed(step) {
            return Err(self.wrong_phase(path, &step.phase));
        }
        no_open_effect(path, step)?;
        let edges = successors(&info.node);
        if let Some(next) = next.iter().find(|next| !edges.contains(&next.as_str())) {
            return Err(IllegalEvent::NoSuchEdge { path: path.clone(), next: next.clone() });
        }
        let (ends, fails) = match &info.node.kind {
            NodeKind::End { failed, .. } => (true, *failed),
            NodeKind::Action { .. }
            | NodeKind::Set { .. }
            | NodeKind::Switch { .. }
            | NodeKind::ForEach { .. }
            | NodeKind::Join { .. }
            | NodeKind::Wait(_)
            | NodeKind::Call { .. }
            | NodeKind::Code { .. }
            | NodeKind::Respond { .. }
            | NodeKind::Raise(_)
            | NodeKind::Ask(_) => (false, false),
        };
        if let Some(step) = self.state.steps.get_mut(path) {
            step.output = Some(output.clone());
            step.prepared = Cached::default();
            step.whole = Cached::default();
            step.failure = None;
        }
        if let Some(scope) = self.state.scopes.get_mut(&path.scope()) {
            scope.last = Some(path.node().to_owned());
            if ends {
                scope.ended_by = Some(path.node().to_owned());
            }
            if fails {
                scope.failed_by = Some(path.node().to_owned());
            }
        }
        self.finish(path, Phase::Succeeded, next);
        Ok(())
    }

    pub(super) fn step_failed(
        &mut self,
        path: &StepPath,
        failure: &Failure,
        next: &str,
    ) -> Result<(), IllegalEvent> {
        let (info, step) = self.open(path)?;
        if !may_fail(step) {
            return Err(self.wrong_phase(path, &step.phase));
        }
        no_unsettled_effect(path, step)?;
        if info.node.on_exception.as_deref() != Some(next) {
            return Err(IllegalEvent::NoSuchEdge { path: path.clone(), next: next.to_owned() });
        }
        if let Some(step) = self.state.steps.get_mut(path) {
            step.failure = Some(failure.clone());
        }
        self.finish(path, Phase::Failed, &[next.to_owned()]);
        Ok(())
    }

    pub(super) fn step_parked(
        &mut self,
        path: &StepPath,
        exception: &ExceptionId,
        draft: &ExceptionDraft,
    ) -> Result<(), IllegalEvent> {
        let (_, step) = self.open(path)?;
        if !may_fail(step) {
            return Err(self.wrong_phase(path, &step.phase));
        }
        no_open_effect(path, step)?;
        let at = self.at;
        let (exception, draft) = (exception.clone(), Box::new(draft.clone()));
        self.change(path, |step| {
            step.started_at.get_or_insert(at);
            step.failure.clone_from(&draft.failure);
            step.phase = Phase::Parked { exception, draft, resolution: None };
        });
        Ok(())
    }

    pub(super) fn step_skipped(&mut self, path: &StepPath) -> Result<(), IllegalEvent> {
        let (info, step) = self.open(path)?;
        let next = match &step.phase {
            Phase::Parked { resolution: Some(resolution), .. } => match **resolution {
                Resolution::Skipped => info.node.next.clone(),
                // The later run went on from here in its stead.
                Resolution::Superseded { .. } => Vec::new(),
                Resolution::Retried
                | Resolution::EditedAndRetried { .. }
                | Resolution::CompletedByHand { .. }
                | Resolution::GaveUp { .. }
                | Resolution::Happened { .. }
                | Resolution::DidNotHappen => return Err(self.wrong_phase(path, &step.phase)),
            },
            Phase::Proposed { outcome: Some(outcome), .. }
                if matches!(**outcome, ProposalOutcome::Superseded { .. }) =>
            {
                info.node.next.clone()
            }
            other => return Err(self.wrong_phase(path, other)),
        };
        self.finish(path, Phase::Skipped, &next);
        Ok(())
    }

    pub(super) fn step_cancelled(&mut self, path: &StepPath) -> Result<(), IllegalEvent> {
        let (_, step) = self.open(path)?;
        if !self.state.stopping(&path.scope()) || step.phase.is_done() {
            return Err(self.wrong_phase(path, &step.phase));
        }
        let inside = |(at, step): (&StepPath, &Step)| at != path && !step.phase.is_done();
        if self.state.subtree(path).any(inside) || matches!(step.phase, Phase::Child { result: None, .. }) {
            return Err(self.wrong_phase(path, &step.phase));
        }
        no_unsettled_effect(path, step)?;
        let prefix = path.items_prefix();
        self.forget_inside(&prefix);
        self.finish(path, Phase::Cancelled, &[]);
        Ok(())
    }
}

/// No intent is open.
fn no_open_effect(path: &StepPath, step: &Step) -> Result<(), IllegalEvent> {
    let ends =
        |open: &EffectState| IllegalEvent::EndsUnsettled { path: path.clone(), effect: open.effect.clone() };
    step.open_effect().map_or(Ok(()), |open| Err(ends(open)))
}

/// No intent is open or in doubt.
fn no_unsettled_effect(path: &StepPath, step: &Step) -> Result<(), IllegalEvent> {
    let ends =
        |open: &EffectState| IllegalEvent::EndsUnsettled { path: path.clone(), effect: open.effect.clone() };
    step.unsettled().map_or(Ok(()), |open| Err(ends(open)))
}

/// An open step may succeed from wherever its work is done; a parked one only by a person's word.
fn may_succeed(step: &Step) -> bool {
    match &step.phase {
        Phase::Ready
        | Phase::Waiting { .. }
        | Phase::Child { result: Some(_), .. }
        | Phase::Asked { .. }
        | Phase::Iterating(_) => true,
        // The outcome of the last sending is what the step gives; in doubt is no outcome.
        Phase::Attempting | Phase::Backoff { .. } => step.doubt().is_none(),
        Phase::Parked { resolution, .. } => match resolution.as_deref() {
            Some(Resolution::CompletedByHand { .. }) => true,
            Some(Resolution::Happened { .. }) => step.doubt().is_none(),
            Some(
                Resolution::Retried
                | Resolution::EditedAndRetried { .. }
                | Resolution::Skipped
                | Resolution::Superseded { .. }
                | Resolution::GaveUp { .. }
                | Resolution::DidNotHappen,
            )
            | None => false,
        },
        Phase::Child { result: None, .. }
        | Phase::Suspended { .. }
        | Phase::Proposed { .. }
        | Phase::Gathering
        | Phase::Succeeded
        | Phase::Failed
        | Phase::Skipped
        | Phase::Cancelled => false,
    }
}

fn may_fail(step: &Step) -> bool {
    match &step.phase {
        Phase::Ready
        | Phase::Attempting
        | Phase::Backoff { .. }
        | Phase::Suspended { .. }
        | Phase::Waiting { .. }
        | Phase::Child { result: Some(_), .. }
        | Phase::Asked { .. }
        | Phase::Proposed { outcome: Some(_), .. }
        | Phase::Iterating(_) => true,
        Phase::Child { result: None, .. }
        | Phase::Proposed { outcome: None, .. }
        | Phase::Parked { .. }
        | Phase::Gathering
        | Phase::Succeeded
        | Phase::Failed
        | Phase::Skipped
        | Phase::Cancelled => false,
    }
}
