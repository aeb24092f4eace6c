//! Internal events about runs: a run finished, an exception opened or was resolved. Each is accepted for the
//! workflows that listen in the very commit it follows from.

use serde_json::{Value, json};
use throughline_domain::id::ExceptionId;
use throughline_domain::run::event::{Entry, ExceptionDraft, RunEvent};
use throughline_domain::run::{EndHow, RunState, Version};
use throughline_intake::Incoming;
use throughline_store::{EventKind, NewEvent, RunCommit};

use crate::rows::quarantine_draft;
use crate::shared::Shared;

/// The internal events that workflows can listen to.
const TYPES: [&str; 3] = ["run_finished", "exception_opened", "exception_resolved"];

/// Adds to a commit the events its entries announce. A workflow that itself listens to announcements is not
/// announced: nothing goes round in circles. One that cannot take its event (its version or keys do not read) misses
/// it, and the log says so; the run itself is never held up.
pub(crate) async fn announce(shared: &Shared, commit: &mut RunCommit, version: &Version, state: &RunState) {
    let trigger = &version.workflow().trigger.on;
    if trigger.connector == "throughline" && TYPES.contains(&trigger.name.as_str()) {
        return;
    }
    let events: Vec<(&str, Value)> =
        commit.entries.iter().filter_map(|entry| event_of(entry, commit, version, state)).collect();
    for (event_type, mut data) in events {
        if event_type == "exception_resolved" {
            data["kind"] = kind_of_resolved(shared, commit, &data).await;
        }
        for new in accepted_by(shared, commit, (event_type, &data), state).await {
            commit.events.push(new);
        }
    }
}

/// The reason of an exception that is being resolved: its row has it.
async fn kind_of_resolved(shared: &Shared, commit: &RunCommit, data: &Value) -> Value {
    let Some(Ok(exception)) = data["exception"].as_str().map(str::parse) else { return json!("") };
    match shared.store.exception_step(&commit.scope, &exception).await {
        Ok(Some(row)) => json!(row.reason),
        Ok(None) | Err(_) => json!(""),
    }
}

async fn accepted_by(
    shared: &Shared,
    commit: &RunCommit,
    (event_type, data): (&str, &Value),
    state: &RunState,
) -> Vec<NewEvent> {
    let mut events = Vec::new();
    let listeners = shared.catalog.listeners(&commit.scope, event_type).await.unwrap_or_else(|error| {
        tracing::error!(%error, "looking up who listens failed: an announcement is missed");
        Vec::new().into()
    });
    for workflow in listeners.iter() {
        // Who asked for the one asked for what follows from it.
        let requested_by = state.requested_by().clone();
        let incoming = Incoming { requested_by, ..Incoming::new(EventKind::Event, data.clone()) };
        match shared.intake.prepare(&commit.scope, workflow, incoming).await {
            Ok(event) => events.push(event),
            Err(error) => {
                tracing::warn!(workflow.id = %workflow, event.kind = event_type, %error, "a listener missed an announcement");
            }
        }
    }
    events
}

fn event_of(
    entry: &Entry,
    commit: &RunCommit,
    version: &Version,
    state: &RunState,
) -> Option<(&'static str, Value)> {
    let at = entry.at.to_rfc3339();
    let workflow = &version.workflow().id;
    let opened = |exception: &ExceptionId, step: &str, draft: &ExceptionDraft| {
        let data = json!({
            "exception": exception, "kind": reason(draft), "run": commit.run, "workflow": workflow,
            "step": step, "message": draft.sentence, "opened_at": at,
        });
        ("exception_opened", data)
    };
    match &entry.event {
        RunEvent::StepParked { path, exception, draft } => Some(opened(exception, &path.0, draft)),
        RunEvent::Quarantined { claims, exception } => {
            Some(opened(exception, "", &quarantine_draft(version, *claims)))
        }
        RunEvent::ExceptionResolved { path, exception, resolution, by, .. } => Some((
            "exception_resolved",
            json!({
                "exception": exception, "run": commit.run, "workflow": workflow, "step": path,
                "resolution": crate::rows::word(resolution), "by": by, "resolved_at": at,
            }),
        )),
        RunEvent::RunSucceeded { .. } | RunEvent::RunFailed { .. } | RunEvent::RunCancelled => Some((
            "run_finished",
            json!({
                "run": commit.run, "workflow": workflow, "version": version.number(), "outcome": outcome(state),
                "started_at": state.start().map(|start| start.at.to_rfc3339()), "finished_at": at,
            }),
        )),
        RunEvent::RunStarted(_)
        | RunEvent::AttemptStarted { .. }
        | RunEvent::AttemptFailed { .. }
        | RunEvent::CallSuspended { .. }
        | RunEvent::CallbackReceived { .. }
        | RunEvent::CallResumed { .. }
        | RunEvent::CallPutOff { .. }
        | RunEvent::EffectIntended { .. }
        | RunEvent::EffectSettled { .. }
        | RunEvent::Proposed { .. }
        | RunEvent::ProposalDecided { .. }
        | RunEvent::StepSucceeded { .. }
        | RunEvent::StepFailed { .. }
        | RunEvent::WaitStarted { .. }
        | RunEvent::WaitMatched { .. }
        | RunEvent::ChildStarted { .. }
        | RunEvent::ChildEnded { .. }
        | RunEvent::Asked { .. }
        | RunEvent::Answered { .. }
        | RunEvent::ItemsListed { .. }
        | RunEvent::ItemEnded { .. }
        | RunEvent::SegmentSealed { .. }
        | RunEvent::StepRetried { .. }
        | RunEvent::StepSkipped { .. }
        | RunEvent::Replied { .. }
        | RunEvent::CancelRequested { .. }
        | RunEvent::StepCancelled { .. } => None,
    }
}

fn reason(draft: &ExceptionDraft) -> Value {
    serde_json::to_value(draft.reason).unwrap_or_default()
}

fn outcome(state: &RunState) -> &'static str {
    match state.end().map(|end| &end.how) {
        Some(EndHow::Failed { .. }) => "failed",
        Some(EndHow::Cancelled) => "cancelled",
        Some(EndHow::Succeeded { .. }) | None => "succeeded",
    }
}
