//! What is stored must be readable for ever: the tags are pinned.

use std::collections::BTreeSet;

use serde_json::json;

use crate::failure::Failure;
use crate::id::{AskId, DecisionId, EffectId, ExceptionId, ProposalId, RunId};
use crate::run::event::{
    BlobRef, CopiedStep, EffectOutcome, Evidence, ExceptionDraft, Payload, ProposalOutcome, Resolution,
    RunEvent, StepPath,
};
use crate::time::Timestamp;
use crate::workflow::{Due, Owner, ReasonCode};

fn path() -> StepPath {
    StepPath("a".into())
}

fn inline() -> Payload {
    Payload::Inline(json!(1))
}

fn failed() -> Failure {
    Failure::permanent("TL0410", "words")
}

fn draft() -> Box<ExceptionDraft> {
    Box::new(ExceptionDraft {
        reason: ReasonCode::Drift,
        sentence: "a sentence long enough".into(),
        what_changed: json!({}),
        owner: Owner("team:ops".into()),
        backup: None,
        due: Due::After { ms: 1 },
        updates_after: Vec::new(),
        failure: None,
        effect: None,
        unrouted: false,
        retry_from: None,
    })
}

pub(super) fn all() -> Vec<(RunEvent, &'static str)> {
    [attempts(), suspensions(), steps(), asks(), ends()].concat()
}

fn attempts() -> Vec<(RunEvent, &'static str)> {
    let version = super::version(vec![super::set("a", json!(1), &[])]);
    let (attempt, input) = (1, inline());
    vec![
        (super::drive::started(&version, json!(1), false), "run_started"),
        (RunEvent::AttemptStarted { path: path(), attempt, input }, "attempt_started"),
        (
            RunEvent::AttemptFailed {
                path: path(),
                attempt,
                failure: failed(),
                retry_at: Timestamp(1),
                counted: true,
            },
            "attempt_failed",
        ),
        (
            RunEvent::EffectIntended {
                path: path(),
                effect: EffectId::new(1, 1),
                attempt,
                idempotency_key: "k".into(),
                request_sha256: "h".into(),
                class: crate::connector::Effect::WriteOnce,
                undo: crate::connector::Undo::Reversible,
                sending: 1,
            },
            "effect_intended",
        ),
        (
            RunEvent::EffectSettled {
                path: path(),
                effect: EffectId::new(1, 1),
                outcome: EffectOutcome::Confirmed { receipt: inline(), by: Evidence::Answer },
            },
            "effect_settled",
        ),
    ]
}

fn suspensions() -> Vec<(RunEvent, &'static str)> {
    let attempt = 1;
    vec![
        (
            RunEvent::CallSuspended {
                path: path(),
                attempt,
                token: inline(),
                until: Timestamp(1),
                on_callback: true,
            },
            "call_suspended",
        ),
        (
            RunEvent::CallbackReceived { path: path(), logical_attempt: 1, request: inline() },
            "callback_received",
        ),
        (RunEvent::CallResumed { path: path(), attempt }, "call_resumed"),
        (
            RunEvent::CallPutOff {
                path: path(),
                attempt,
                failure: failed(),
                retry_at: Timestamp(1),
                counted: true,
            },
            "call_put_off",
        ),
    ]
}

fn steps() -> Vec<(RunEvent, &'static str)> {
    vec![
        (
            RunEvent::Proposed { path: path(), proposal: ProposalId::new(1, 1), attempt: 1, replaces: None },
            "proposed",
        ),
        (
            RunEvent::ProposalDecided {
                path: path(),
                proposal: ProposalId::new(1, 1),
                outcome: ProposalOutcome::Approved {
                    decision: DecisionId::new(1, 1),
                    by: "Ana".into(),
                    input: None,
                },
            },
            "proposal_decided",
        ),
        (RunEvent::StepSucceeded { path: path(), output: inline(), next: Vec::new() }, "step_succeeded"),
        (RunEvent::StepFailed { path: path(), failure: failed(), next: "b".into() }, "step_failed"),
        (
            RunEvent::StepParked { path: path(), exception: ExceptionId::new(1, 1), draft: draft() },
            "step_parked",
        ),
        (RunEvent::WaitStarted { path: path(), until: Timestamp(1), event: None }, "wait_started"),
        (
            RunEvent::WaitMatched { path: path(), data: inline(), requested_by: BTreeSet::new() },
            "wait_matched",
        ),
        (
            RunEvent::ChildStarted { path: path(), run: RunId::new(1, 1), workflow: "w".into(), version: 1 },
            "child_started",
        ),
        (
            RunEvent::ChildEnded {
                path: path(),
                run: RunId::new(1, 1),
                result: Err(failed()),
                requested_by: BTreeSet::new(),
            },
            "child_ended",
        ),
    ]
}

fn asks() -> Vec<(RunEvent, &'static str)> {
    vec![
        (
            RunEvent::Asked {
                path: path(),
                ask: AskId::new(1, 1),
                question: "q".into(),
                form: json!({}),
                owner: Owner("team:ops".into()),
                due: Due::After { ms: 1 },
                due_at: Timestamp(1),
            },
            "asked",
        ),
        (
            RunEvent::Answered {
                path: path(),
                ask: AskId::new(1, 1),
                answer: inline(),
                by: "ana".into(),
                person: None,
            },
            "answered",
        ),
    ]
}

fn ends() -> Vec<(RunEvent, &'static str)> {
    let resolution = Resolution::Skipped;
    vec![
        (RunEvent::ItemsListed { path: path(), items: inline(), count: 1 }, "items_listed"),
        (RunEvent::ItemEnded { path: path(), index: 0, result: Ok(inline()) }, "item_ended"),
        (
            RunEvent::SegmentSealed {
                path: path(),
                first: 0,
                count: 1,
                succeeded: 1,
                segment: BlobRef { sha256: "h".into(), size: 1 },
            },
            "segment_sealed",
        ),
        (
            RunEvent::ExceptionResolved {
                path: path(),
                exception: ExceptionId::new(1, 1),
                resolution,
                by: "ana".into(),
                person: None,
            },
            "exception_resolved",
        ),
        (RunEvent::StepRetried { path: path(), logical_attempt: 2, input: None }, "step_retried"),
        (RunEvent::StepSkipped { path: path() }, "step_skipped"),
        (RunEvent::Replied { path: None, status: 200, headers: Vec::new(), body: inline() }, "replied"),
        (RunEvent::CancelRequested { by: "ana".into() }, "cancel_requested"),
        (RunEvent::StepCancelled { path: path() }, "step_cancelled"),
        (RunEvent::Quarantined { claims: 3, exception: ExceptionId::new(1, 1) }, "quarantined"),
        (RunEvent::RunSucceeded { output: inline() }, "run_succeeded"),
        (RunEvent::RunFailed { failure: failed() }, "run_failed"),
        (RunEvent::RunCancelled, "run_cancelled"),
    ]
}

#[test]
fn tags_are_pinned_and_read_back() {
    for (event, tag) in all() {
        let stored = serde_json::to_value(&event).unwrap();
        assert_eq!(stored["type"], tag);
        assert_eq!(event.tag(), tag);
        assert_eq!(serde_json::from_value::<RunEvent>(stored).unwrap(), event);
    }
}

#[test]
fn nested_tags_are_pinned() {
    let stored = |value: &dyn Fn() -> serde_json::Value| value();
    assert_eq!(
        stored(&|| serde_json::to_value(Payload::Blob(BlobRef { sha256: "h".into(), size: 1 })).unwrap()),
        json!({ "blob": { "sha256": "h", "size": 1 } })
    );
    assert_eq!(serde_json::to_value(Payload::Inline(json!(null))).unwrap(), json!({ "inline": null }));
    for (resolution, tag) in [
        (Resolution::Retried, "retried"),
        (Resolution::EditedAndRetried { input: Payload::Inline(json!(1)) }, "edited_and_retried"),
        (Resolution::CompletedByHand { output: Payload::Inline(json!(1)) }, "completed_by_hand"),
        (Resolution::Skipped, "skipped"),
        (Resolution::GaveUp { note: String::new() }, "gave_up"),
        (Resolution::Happened { output: Payload::Inline(json!(1)), proof: String::new() }, "happened"),
        (Resolution::DidNotHappen, "did_not_happen"),
        (Resolution::Superseded { by: RunId::new(1, 2) }, "superseded"),
    ] {
        assert_eq!(serde_json::to_value(&resolution).unwrap()["type"], tag);
    }
    let copied = CopiedStep { path: path(), output: Payload::Inline(json!(1)), next: vec!["b".into()] };
    assert_eq!(
        serde_json::to_value(copied).unwrap(),
        json!({ "path": "a", "output": { "inline": 1 }, "next": ["b"] })
    );
    for (outcome, state) in [
        (EffectOutcome::NotApplied { failure: Failure::permanent("c", "m") }, "not_applied"),
        (EffectOutcome::InDoubt { failure: Failure::permanent("c", "m") }, "in_doubt"),
    ] {
        assert_eq!(serde_json::to_value(outcome).unwrap()["state"], state);
    }
}
