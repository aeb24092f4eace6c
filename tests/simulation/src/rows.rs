//! `rows.rs` of the engine: from entries of the log to the rows that are written with them.

use throughline_domain::run::event::{EffectOutcome, Entry, Evidence, Resolution, RunEvent};
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
        RunEvent::EffectIntended { path, effect, idempotency_key, request_sha256, class, .. } => {
            let row = EffectRow {
                run,
                path: path.0.clone(),
                logical_key: idempotency_key.clone(),
                class: *class,
                request_sha256: request_sha256.clone(),
                state: EffectState::Intended,
            };
            commit.intents.push((effect.clone(), row));
        }
        RunEvent::EffectSettled { effect, outcome, .. } => {
            commit.settled.push((effect.clone(), settled(outcome)));
        }
        RunEvent::StepParked { path, exception, draft } => {
            let row = ExceptionRow {
                run,
                path: path.0.clone(),
                unknown_outcome: draft.reason == ReasonCode::UnknownOutcome,
                effect: draft.effect.clone(),
                resolution: None,
            };
            commit.exceptions.push((exception.clone(), row));
        }
        RunEvent::Quarantined { exception, .. } => {
            let row = ExceptionRow {
                run,
                path: String::new(),
                unknown_outcome: false,
                effect: None,
                resolution: None,
            };
            commit.exceptions.push((exception.clone(), row));
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
        | RunEvent::StepRetried { path, .. } => {
            let node = version.find(path.node());
            if node.is_some_and(|node| matches!(node.kind, NodeKind::Wait(Wait::Event { .. }))) {
                commit.waits_over.push(path.0.clone());
            }
        }
        RunEvent::RunStarted(_)
        | RunEvent::AttemptStarted { .. }
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
