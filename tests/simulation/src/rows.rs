//! `rows.rs` of the engine: from entries of the log to the rows that are written with them.

use throughline_domain::id::{EffectId, ExceptionId, RunId};
use throughline_domain::run::event::{
    EffectOutcome, Entry, Evidence, ExceptionDraft, Resolution, RunEvent, StepPath,
};
use throughline_domain::run::{RunState, Version};
use throughline_domain::workflow::{NodeKind, ReasonCode, Wait};

use crate::store::{AskRow, EffectRow, EffectState, ExceptionRow, NewWait, RunCommit};

pub(crate) fn add(commit: &mut RunCommit, version: &Version, state: &RunState) {
    let entries = std::mem::take(&mut commit.entries);
    for entry in &entries {
        add_entry(commit, entry, version, state);
    }
    commit.entries = entries;
}

fn add_entry(commit: &mut RunCommit, entry: &Entry, version: &Version, state: &RunState) {
    let run = commit.run.clone();
    match &entry.event {
        RunEvent::EffectIntended { .. } => commit.intents.extend(intent(run, &entry.event)),
        RunEvent::EffectSettled { effect, outcome, .. } => {
            commit.settled.push((effect.clone(), settled(outcome)));
        }
        RunEvent::StepParked { .. } | RunEvent::Quarantined { .. } => {
            commit.exceptions.extend(opened(run, &entry.event));
        }
        RunEvent::ExceptionResolved { exception, resolution, .. } => {
            commit.resolved.push((exception.clone(), word(resolution)));
        }
        RunEvent::Asked { path, ask, .. } => {
            commit.asks.push((ask.clone(), AskRow { run, path: path.0.clone(), closed: false }));
        }
        RunEvent::Answered { ask, .. } => commit.answered.push(ask.clone()),
        RunEvent::WaitStarted { path, event: Some(event), .. } => commit.waits.push(NewWait {
            path: path.0.clone(),
            event_type: event.event_type.clone(),
            key: event.key.clone(),
            since: state.start().map_or(entry.at, |start| start.at).0,
        }),
        RunEvent::Replied { .. } => commit.replied = true,
        RunEvent::StepSucceeded { path, .. }
        | RunEvent::StepFailed { path, .. }
        | RunEvent::StepSkipped { path }
        | RunEvent::StepCancelled { path }
        | RunEvent::StepRetried { path, .. } => wait_over(commit, path, version),
        RunEvent::RunStarted(_)
        | RunEvent::AttemptStarted { .. }
        | RunEvent::Proposed { .. }
        | RunEvent::ProposalDecided { .. }
        | RunEvent::AttemptFailed { .. }
        | RunEvent::CallSuspended { .. }
        | RunEvent::CallbackReceived { .. }
        | RunEvent::CallResumed { .. }
        | RunEvent::CallPutOff { .. }
        | RunEvent::WaitStarted { event: None, .. }
        | RunEvent::WaitMatched { .. }
        | RunEvent::ChildStarted { .. }
        | RunEvent::ChildEnded { .. }
        | RunEvent::ItemsListed { .. }
        | RunEvent::ItemEnded { .. }
        | RunEvent::SegmentSealed { .. }
        | RunEvent::CancelRequested { .. }
        | RunEvent::RunSucceeded { .. }
        | RunEvent::RunFailed { .. }
        | RunEvent::RunCancelled => {}
    }
}

fn intent(run: RunId, event: &RunEvent) -> Option<(EffectId, EffectRow)> {
    let RunEvent::EffectIntended { path, effect, idempotency_key, request_sha256, class, .. } = event else {
        return None;
    };
    let row = EffectRow {
        run,
        path: path.0.clone(),
        logical_key: idempotency_key.clone(),
        class: *class,
        request_sha256: request_sha256.clone(),
        state: EffectState::Intended,
    };
    Some((effect.clone(), row))
}

/// The exception that a step or the whole run now stands on.
fn opened(run: RunId, event: &RunEvent) -> Option<(ExceptionId, ExceptionRow)> {
    let row = |path: &str, draft: Option<&ExceptionDraft>| ExceptionRow {
        run,
        path: path.to_owned(),
        unknown_outcome: draft.is_some_and(|draft| draft.reason == ReasonCode::UnknownOutcome),
        effect: draft.and_then(|draft| draft.effect.clone()),
        resolution: None,
    };
    if let RunEvent::StepParked { path, exception, draft } = event {
        return Some((exception.clone(), row(&path.0, Some(draft))));
    }
    if let RunEvent::Quarantined { exception, .. } = event {
        Some((exception.clone(), row("", None)))
    } else {
        None
    }
}

fn wait_over(commit: &mut RunCommit, path: &StepPath, version: &Version) {
    let node = version.find(path.node());
    if node.is_some_and(|node| matches!(node.kind, NodeKind::Wait(Wait::Event { .. }))) {
        commit.waits_over.push(path.0.clone());
    }
}

pub(crate) const fn settled(outcome: &EffectOutcome) -> EffectState {
    match outcome {
        EffectOutcome::Confirmed { by, .. } => {
            EffectState::Confirmed { by_person: matches!(by, Evidence::Person) }
        }
        // The planner's own code for what a person found.
        EffectOutcome::NotApplied { failure } => {
            EffectState::NotApplied { by_person: is_persons(failure.code.as_bytes()) }
        }
        EffectOutcome::InDoubt { .. } => EffectState::InDoubt,
    }
}

const fn is_persons(code: &[u8]) -> bool {
    matches!(code, b"TL0417")
}

const fn word(resolution: &Resolution) -> &'static str {
    match resolution {
        Resolution::Retried => "retried",
        Resolution::EditedAndRetried { .. } => "edited_and_retried",
        Resolution::CompletedByHand { .. } => "completed_by_hand",
        Resolution::Skipped => "skipped",
        Resolution::GaveUp { .. } => "gave_up",
        Resolution::Happened { .. } => "happened",
        Resolution::DidNotHappen => "did_not_happen",
        Resolution::Superseded { .. } => "superseded",
    }
}

/// Opens something for a person.
pub(crate) const fn opens(event: &RunEvent) -> bool {
    matches!(event, RunEvent::StepParked { .. } | RunEvent::Asked { .. } | RunEvent::Quarantined { .. })
}

/// May leave an exception or a question without the step that waits on it.
pub(crate) const fn may_close(event: &RunEvent) -> bool {
    matches!(
        event,
        RunEvent::StepCancelled { .. }
            | RunEvent::StepRetried { .. }
            | RunEvent::StepSkipped { .. }
            | RunEvent::ItemEnded { .. }
            | RunEvent::RunSucceeded { .. }
            | RunEvent::RunFailed { .. }
            | RunEvent::RunCancelled
    )
}
