//! What comes from outside at any time: decisions, answers, events, cancels, crashes, and the same again.

use std::collections::BTreeSet;

use serde_json::json;

use super::drive::{Drive, failure};
use crate::approval::RejectReason;
use crate::failure::FailureKind;
use crate::id::{DecisionId, ProposalId, RunId};
use crate::run::decision::ActionCall;
use crate::run::event::{Entry, Payload, ProposalOutcome, Resolution, RunEvent, StepPath};

impl Drive {
    /// Something from outside, legal or not; refused by name or taken.
    pub(super) fn outside(&mut self) {
        let event = match self.dice.below(12) {
            0 if self.dice.one_in(4) => RunEvent::CancelRequested { by: "ana".into() },
            1 if self.dice.one_in(4) => {
                let start = self.state.start().unwrap().run.clone();
                let exception = crate::id::ExceptionId::quarantine(&start, 3);
                RunEvent::Quarantined { claims: 3, exception }
            }
            2..=5 => match self.resolution(false) {
                Some(event) => event,
                None => return,
            },
            6 | 7 => match self.given() {
                Some(event) => event,
                None => return,
            },
            // Delivered again, or out of the blue.
            8..=10 => {
                let Some(entry) =
                    self.log.get(usize::try_from(self.dice.below(self.log.len() as u64)).unwrap())
                else {
                    return;
                };
                if !matches!(
                    entry.event,
                    RunEvent::ExceptionResolved { .. }
                        | RunEvent::Answered { .. }
                        | RunEvent::ProposalDecided { .. }
                        | RunEvent::WaitMatched { .. }
                        | RunEvent::ChildEnded { .. }
                        | RunEvent::CancelRequested { .. }
                ) {
                    return self.intrude(&entry.event.clone());
                }
                entry.event.clone()
            }
            _ => return self.crash(),
        };
        match self.record(event) {
            Ok(()) => {}
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }

    /// Any event at any time: refused, or the state it gives has a decision.
    fn intrude(&self, event: &RunEvent) {
        let mut other = self.state.clone();
        let entry = Entry { seq: other.seq() + 1, at: self.now, event: event.clone() };
        if other.apply(&entry, &self.version).is_err() {
            assert_eq!(other, self.state);
        }
    }

    /// A person decides about an exception, if one is open.
    pub(super) fn resolution(&mut self, give_up: bool) -> Option<RunEvent> {
        let run = self.state.start()?.run.clone();
        if let Some(exception) = self.state.quarantine().cloned() {
            let resolution =
                if give_up { Resolution::GaveUp { note: "no".into() } } else { Resolution::Retried };
            let path = StepPath(String::new());
            assert!(exception.as_str()[3..14] == run.as_str()[3..14]);
            return Some(RunEvent::ExceptionResolved {
                path,
                exception,
                resolution,
                by: "ana".into(),
                person: None,
            });
        }
        let open: Vec<_> = self.state.open_exceptions().into_iter().map(|(path, id, _)| (path, id)).collect();
        if open.is_empty() {
            return None;
        }
        let (path, exception) = self.dice.pick(&open).clone();
        let value = Payload::Inline(json!({ "n": 1, "by": "hand" }));
        // Nobody says of something applied that it did not happen.
        let logical = self.state.step(&path)?.logical_attempt;
        let really = self.applied.contains_key(&(path.clone(), logical));
        let resolution = match if give_up { 5 } else { self.dice.below(10) } {
            0 | 7 => Resolution::Retried,
            1 => Resolution::EditedAndRetried { input: value },
            2 => Resolution::CompletedByHand { output: value },
            3 => Resolution::Skipped,
            9 => Resolution::Superseded { by: RunId::new(1_767_225_700_000, 8) },
            5 => Resolution::GaveUp { note: "no use".into() },
            6 => Resolution::Happened { output: value, proof: "a photo".into() },
            _ if really => Resolution::Happened { output: value, proof: "a photo".into() },
            _ => Resolution::DidNotHappen,
        };
        Some(RunEvent::ExceptionResolved { path, exception, resolution, by: "ana".into(), person: None })
    }

    /// A write is given to people.
    pub(super) fn propose(&mut self, call: &ActionCall) {
        let run = self.state.start().unwrap().run.clone();
        let proposal = ProposalId::derived(&run, &call.path, call.logical_attempt, call.attempt);
        let (path, attempt) = (call.path.clone(), call.attempt);
        self.must(RunEvent::Proposed { path, proposal, attempt, replaces: None });
    }

    /// What may become of a proposal.
    fn decided(&mut self) -> ProposalOutcome {
        let decision = DecisionId::new(1, 1);
        let by = || "ana".to_owned();
        match self.dice.below(7) {
            0 => ProposalOutcome::Rejected { decision, by: by(), reason: RejectReason::NotNow, note: None },
            1 => ProposalOutcome::Expired,
            2 => ProposalOutcome::Superseded { by: ProposalId::new(2, 2) },
            3 => ProposalOutcome::Withdrawn { by: by(), reason: None },
            4 => ProposalOutcome::Replaced { by: ProposalId::new(3, 3) },
            _ => {
                let input = self.dice.one_in(3).then(|| Payload::Inline(json!({ "edited": true })));
                ProposalOutcome::Approved { decision, by: by(), input }
            }
        }
    }

    /// What a step waits for arrives, if one waits.
    pub(super) fn given(&mut self) -> Option<RunEvent> {
        let data = Payload::Inline(json!({ "ok": true }));
        let orphan = self.state.orphans.iter().next().cloned();
        let mut all: Vec<RunEvent> = Vec::new();
        if let Some(run) = orphan {
            let result = Err(failure(FailureKind::Cancelled));
            all.push(RunEvent::ChildEnded {
                path: StepPath("gone".into()),
                run,
                result,
                requested_by: BTreeSet::new(),
            });
        }
        for step in self.state.steps() {
            let path = step.path.clone();
            match step.wait {
                Some(crate::run::WaitView::Answer { ask, .. }) => {
                    all.push(RunEvent::Answered {
                        path,
                        ask,
                        answer: data.clone(),
                        by: "ana".into(),
                        person: None,
                    });
                }
                Some(crate::run::WaitView::Proposal { proposal }) => {
                    let outcome = self.decided();
                    all.push(RunEvent::ProposalDecided { path, proposal, outcome });
                }
                Some(crate::run::WaitView::Child { run, .. }) => {
                    let result = if self.dice.one_in(3) {
                        Err(failure(FailureKind::Permanent))
                    } else {
                        Ok(data.clone())
                    };
                    all.push(RunEvent::ChildEnded { path, run, result, requested_by: BTreeSet::new() });
                }
                Some(crate::run::WaitView::Time { event: Some(_), .. }) => {
                    all.push(RunEvent::WaitMatched {
                        path,
                        data: data.clone(),
                        requested_by: BTreeSet::new(),
                    });
                }
                Some(crate::run::WaitView::Call { on_callback: true, .. }) => {
                    let logical_attempt = step.logical_attempt;
                    all.push(RunEvent::CallbackReceived { path, logical_attempt, request: data.clone() });
                }
                Some(
                    crate::run::WaitView::Time { event: None, .. }
                    | crate::run::WaitView::Call { on_callback: false, .. }
                    | crate::run::WaitView::Retry { .. }
                    | crate::run::WaitView::Exception { .. }
                    | crate::run::WaitView::Items { .. },
                )
                | None => {}
            }
        }
        if all.is_empty() { None } else { Some(self.dice.pick(&all).clone()) }
    }
}
