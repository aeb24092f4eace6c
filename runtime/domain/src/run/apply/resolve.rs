//! What a person decides about an exception.

use super::Fold;
use crate::failure::Failure;
use crate::id::ExceptionId;
use crate::run::event::{Resolution, StepPath};
use crate::run::illegal::IllegalEvent;
use crate::run::path::ScopePath;
use crate::run::step::{Phase, Step};

impl Fold<'_> {
    pub(super) fn exception_resolved(
        &mut self,
        path: &StepPath,
        exception: &ExceptionId,
        resolution: &Resolution,
    ) -> Result<(), IllegalEvent> {
        if self.state.quarantine.as_ref() == Some(exception) {
            return self.quarantine_resolved(exception, resolution);
        }
        let (_, step) = self.open(path)?;
        match &step.phase {
            Phase::Parked { exception: open, .. } if open != exception => {
                return Err(IllegalEvent::OtherException {
                    path: path.clone(),
                    exception: exception.clone(),
                });
            }
            Phase::Parked { resolution: Some(_), .. } => {
                return Err(IllegalEvent::ResolvedTwice { exception: exception.clone() });
            }
            Phase::Parked { resolution: None, .. } => {}
            other => return Err(self.wrong_phase(path, other)),
        }
        if let Some(why) = refusal(step, resolution) {
            return Err(IllegalEvent::ResolutionRefused { exception: exception.clone(), why });
        }
        if let Resolution::GaveUp { note } = resolution {
            self.give_up(path, note);
            return Ok(());
        }
        let decided = Some(Box::new(resolution.clone()));
        self.change(path, |step| {
            if let Phase::Parked { resolution, .. } = &mut step.phase {
                *resolution = decided;
            }
        });
        Ok(())
    }

    /// Giving up ends the step at once and stops what stands beside it: the item, or the run.
    fn give_up(&mut self, path: &StepPath, note: &str) {
        let scope = path.scope();
        let failure = self.state.steps.get(path).and_then(|step| step.failure.clone());
        let failure = failure.unwrap_or_else(|| {
            let words = if note.is_empty() { "a person gave up" } else { note };
            Failure::permanent("TL0410", format!("{words} (at {path})"))
        });
        if let Some(open) = self.state.scopes.get_mut(&scope) {
            open.gave_up = Some(failure.clone());
        }
        if let Some(step) = self.state.steps.get_mut(path) {
            step.failure = Some(failure);
        }
        self.look_at_everything(&scope);
        self.finish(path, Phase::Failed, &[]);
    }

    fn quarantine_resolved(
        &mut self,
        exception: &ExceptionId,
        resolution: &Resolution,
    ) -> Result<(), IllegalEvent> {
        match resolution {
            Resolution::Retried => self.state.quarantine = None,
            Resolution::GaveUp { note } => {
                self.state.quarantine = None;
                let failure = Failure::permanent("TL0411", format!("quarantined and given up: {note}"));
                if let Some(open) = self.state.scopes.get_mut(&ScopePath::root()) {
                    open.gave_up = Some(failure);
                }
                self.look_at_everything(&ScopePath::root());
            }
            Resolution::EditedAndRetried { .. }
            | Resolution::CompletedByHand { .. }
            | Resolution::Skipped
            | Resolution::Superseded { .. }
            | Resolution::Happened { .. }
            | Resolution::DidNotHappen => {
                let why = "a quarantined run is retried or given up";
                return Err(IllegalEvent::ResolutionRefused { exception: exception.clone(), why });
            }
        }
        Ok(())
    }
}

fn refusal(step: &Step, resolution: &Resolution) -> Option<&'static str> {
    let doubt = step.doubt().is_some();
    match resolution {
        Resolution::Retried | Resolution::EditedAndRetried { .. } | Resolution::Superseded { .. }
            if doubt =>
        {
            Some("a write is in doubt: say first whether it happened")
        }
        Resolution::Happened { .. } | Resolution::DidNotHappen if !doubt => Some("no write is in doubt"),
        Resolution::Retried
        | Resolution::EditedAndRetried { .. }
        | Resolution::Happened { .. }
        | Resolution::DidNotHappen
        | Resolution::CompletedByHand { .. }
        | Resolution::Skipped
        | Resolution::Superseded { .. }
        | Resolution::GaveUp { .. } => None,
    }
}
