//! Waits, children, questions and replies.

use super::Fold;
use crate::failure::Failure;
use crate::id::{AskId, RunId};
use crate::run::event::{Correlation, Payload, StepPath};
use crate::run::illegal::IllegalEvent;
use crate::run::state::Reply;
use crate::run::step::Phase;
use crate::time::Timestamp;
use crate::workflow::{NodeKind, Owner};

impl Fold<'_> {
    pub(super) fn wait_started(
        &mut self,
        path: &StepPath,
        until: Timestamp,
        event: Option<&Correlation>,
    ) -> Result<(), IllegalEvent> {
        let (info, _) = self.open(path)?;
        if !matches!(info.node.kind, NodeKind::Wait(_)) {
            return Err(self.wrong_kind(path));
        }
        self.begin(path, Phase::Waiting { until, event: event.cloned(), data: None })
    }

    /// From ready to waiting for something.
    fn begin(&mut self, path: &StepPath, phase: Phase) -> Result<(), IllegalEvent> {
        let (_, step) = self.open(path)?;
        self.not_stopping(path)?;
        if step.phase != Phase::Ready {
            return Err(self.wrong_phase(path, &step.phase));
        }
        let at = self.at;
        self.change(path, |step| {
            step.started_at.get_or_insert(at);
            step.phase = phase;
        });
        Ok(())
    }

    pub(super) fn wait_matched(&mut self, path: &StepPath, given: &Payload) -> Result<(), IllegalEvent> {
        let (_, step) = self.open(path)?;
        match &step.phase {
            Phase::Waiting { event: Some(_), data: None, .. } => {}
            Phase::Waiting { data: Some(_), .. } => {
                return Err(IllegalEvent::GivenTwice { path: path.clone() });
            }
            other => return Err(self.wrong_phase(path, other)),
        }
        let given = given.clone();
        self.change(path, |step| {
            if let Phase::Waiting { data, .. } = &mut step.phase {
                *data = Some(given);
            }
        });
        Ok(())
    }

    pub(super) fn child_started(
        &mut self,
        path: &StepPath,
        run: &RunId,
        workflow: &str,
        version: u32,
    ) -> Result<(), IllegalEvent> {
        let (info, _) = self.open(path)?;
        if !matches!(info.node.kind, NodeKind::Call { .. }) {
            return Err(self.wrong_kind(path));
        }
        self.begin(
            path,
            Phase::Child { run: run.clone(), workflow: workflow.to_owned(), version, result: None },
        )
    }

    pub(super) fn child_ended(
        &mut self,
        path: &StepPath,
        child: &RunId,
        given: &Result<Payload, Failure>,
    ) -> Result<(), IllegalEvent> {
        if self.state.orphans.remove(child) {
            return Ok(());
        }
        let (_, step) = self.open(path)?;
        match &step.phase {
            Phase::Child { run, .. } if run != child => {
                return Err(IllegalEvent::OtherChild { path: path.clone(), run: child.clone() });
            }
            Phase::Child { result: Some(_), .. } => {
                return Err(IllegalEvent::GivenTwice { path: path.clone() });
            }
            Phase::Child { result: None, .. } => {}
            other => return Err(self.wrong_phase(path, other)),
        }
        let given = given.clone();
        self.change(path, |step| {
            if let Phase::Child { result, .. } = &mut step.phase {
                *result = Some(given);
            }
        });
        Ok(())
    }

    pub(super) fn asked(
        &mut self,
        path: &StepPath,
        ask: &AskId,
        question: &str,
        owner: &Owner,
        due_at: Timestamp,
    ) -> Result<(), IllegalEvent> {
        let (info, _) = self.open(path)?;
        if !matches!(info.node.kind, NodeKind::Ask(_)) {
            return Err(self.wrong_kind(path));
        }
        let (ask, question, owner) = (ask.clone(), question.to_owned(), owner.clone());
        self.begin(path, Phase::Asked { ask, question, owner, due_at, answer: None })
    }

    pub(super) fn answered(
        &mut self,
        path: &StepPath,
        asked: &AskId,
        given: &Payload,
    ) -> Result<(), IllegalEvent> {
        let (_, step) = self.open(path)?;
        match &step.phase {
            Phase::Asked { ask, .. } if ask != asked => {
                return Err(IllegalEvent::OtherAsk { path: path.clone(), ask: asked.clone() });
            }
            Phase::Asked { answer: Some(_), .. } => {
                return Err(IllegalEvent::GivenTwice { path: path.clone() });
            }
            Phase::Asked { answer: None, .. } => {}
            other => return Err(self.wrong_phase(path, other)),
        }
        let given = given.clone();
        self.change(path, |step| {
            if let Phase::Asked { answer, .. } = &mut step.phase {
                *answer = Some(given);
            }
        });
        Ok(())
    }

    pub(super) fn replied(
        &mut self,
        path: Option<&StepPath>,
        status: u16,
        headers: &[(String, String)],
        body: &Payload,
    ) -> Result<(), IllegalEvent> {
        if self.state.replied.is_some() {
            return Err(IllegalEvent::RepliedTwice);
        }
        if let Some(path) = path {
            let (info, step) = self.open(path)?;
            if !matches!(info.node.kind, NodeKind::Respond { .. }) {
                return Err(self.wrong_kind(path));
            }
            if step.phase != Phase::Ready {
                return Err(self.wrong_phase(path, &step.phase));
            }
        }
        self.state.replied = Some(Reply { status, headers: headers.to_vec(), body: body.clone() });
        Ok(())
    }
}
