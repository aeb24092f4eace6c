//! A step that waits on a proposal: what its exception port is told, and what the proposal comes from.

use serde_json::json;

use crate::failure::Failure;
use crate::id::{DecisionId, ProposalId};
use crate::proposal::{Rejected, SourceRecord};
use crate::run::decision::ActionCall;
use crate::run::draft::{Known, keys_of};
use crate::run::event::{ProposalOutcome, RunEvent, StepPath};
use crate::run::outcome::fail;
use crate::run::state::RunState;
use crate::run::step::{Phase, Step};
use crate::run::version::Version;
use crate::workflow::ReasonCode;

impl Step {
    /// The proposal people decide about.
    pub(crate) fn waits_on(&self) -> Option<&ProposalId> {
        if let Phase::Proposed { proposal, .. } = &self.phase { Some(proposal) } else { None }
    }
}

impl RunState {
    /// Proposals the run still needs, with their steps: those it waits on, and those whose write is under way or in doubt.
    pub fn proposals(&self) -> Vec<(StepPath, ProposalId)> {
        let needed = |step: &Step| -> Option<ProposalId> {
            if step.phase.is_done() {
                return None;
            }
            if let Phase::Parked { .. } = &step.phase {
                step.doubt()?;
            }
            step.waits_on().or_else(|| step.approval.as_ref().map(|approved| &approved.proposal)).cloned()
        };
        let all = self.steps.iter();
        all.filter_map(|(path, step)| Some((path.clone(), needed(step)?))).collect()
    }

    /// The step still wants what looking at its write gives.
    pub fn awaits_look(&self, call: &ActionCall) -> bool {
        let Some(step) = self.steps.get(&call.path) else { return false };
        let same = (step.logical_attempt, step.attempts) == (call.logical_attempt, call.attempt);
        let looking = matches!(step.phase, Phase::Attempting) && step.unsettled().is_none();
        same && looking && !self.stopping(&call.path.scope())
    }

    /// The proposal by which the write of this step leaves.
    pub fn approved_by(&self, path: &StepPath) -> Option<&ProposalId> {
        self.steps.get(path)?.approved_by()
    }
}

/// What the exception port is told of a proposal that will not be applied.
pub(crate) fn refused(
    outcome: &ProposalOutcome,
    proposal: Option<&ProposalId>,
) -> Option<(Failure, ReasonCode)> {
    let failure =
        |code, words: String, detail| Failure { detail: Some(detail), ..Failure::permanent(code, words) };
    match outcome {
        ProposalOutcome::Rejected { decision, by, reason, note } => {
            let words = match note.as_deref().map(str::trim).filter(|note| !note.is_empty()) {
                Some(note) => format!("{by} rejected the write: {reason} ({note})"),
                None => format!("{by} rejected the write: {reason}"),
            };
            let detail = json!({ "proposal": proposal, "decision": decision, "reason": reason, "by": by });
            Some((failure("TL0456", words, detail), ReasonCode::ApprovalRejected))
        }
        ProposalOutcome::Expired => {
            let words = "nobody decided about the write in time; nothing was sent".to_owned();
            Some((failure("TL0457", words, json!({ "proposal": proposal })), ReasonCode::ApprovalExpired))
        }
        ProposalOutcome::Withdrawn { by, reason } => {
            let why = reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            let words = format!("{by} withdrew the proposal of the write{why}; nothing was sent");
            let detail = json!({ "proposal": proposal, "by": by, "reason": reason });
            Some((failure("TL0458", words, detail), ReasonCode::PolicyHold))
        }
        ProposalOutcome::Approved { .. }
        | ProposalOutcome::Superseded { .. }
        | ProposalOutcome::Replaced { .. } => None,
    }
}

/// The same was rejected a short time ago: nobody is asked again, the step takes its exception port.
pub fn rejected_before(version: &Version, state: &RunState, path: &StepPath, before: &Rejected) -> RunEvent {
    let (proposal, decision): (&ProposalId, &DecisionId) = (&before.proposal, &before.decision);
    let on = before.at.to_rfc3339();
    let failure = Failure {
        detail: Some(json!({ "proposal": proposal, "decision": decision })),
        ..Failure::permanent(
            "TL0459",
            format!("the same write was rejected on {on}, and is not proposed again for 30 days"),
        )
    };
    let reason = Some(ReasonCode::ApprovalRejected);
    fail(version, state, path, Known { failure: Some(failure), reason, ..Known::default() })
}

/// The record a run is about, as far as its keys say.
pub fn source_record(version: &Version, state: &RunState, path: &StepPath) -> Option<SourceRecord> {
    let keys = keys_of(version, state, path);
    if keys.is_empty() {
        return None;
    }
    let names: Vec<&str> = keys.keys().map(String::as_str).collect();
    Some(SourceRecord {
        system: version.workflow().source.clone(),
        record_type: names.join("+"),
        id: serde_json::Value::Object(keys.clone()).to_string(),
    })
}
