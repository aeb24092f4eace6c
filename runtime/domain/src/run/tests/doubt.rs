//! Writes: intents, doubts, sending again.

use serde_json::json;

use super::drive::{Drive, T0, failure, started};
use super::{action, node, version};
use crate::connector::{Effect, Undo};
use crate::failure::{Failure, FailureKind};
use crate::id::EffectId;
use crate::run::decision::{ActionCall, Work};
use crate::run::event::{EffectOutcome, Evidence, Payload, Resolution, RunEvent, StepPath};
use crate::run::{
    IllegalEvent, RunState, RunStatus, StepStatus, after_attempt, after_look, after_resend, unanswered,
    unanswered_again,
};
use crate::workflow::{Node, ReasonCode, RetryPolicy};

pub(super) fn begun(nodes: Vec<Node>) -> Drive {
    let mut drive = Drive::new(version(nodes), 1);
    drive.state = RunState::new();
    drive.log.clear();
    let start = started(&drive.version, json!({ "n": 4, "list": [1, 2, 3] }), false);
    drive.must(start);
    drive
}

pub(super) fn path(text: &str) -> StepPath {
    StepPath(text.into())
}

/// The only work there is, which must be an action's.
pub(super) fn call(drive: &Drive) -> ActionCall {
    let work = drive.plan().work;
    let [Work::Action(call)] = work.as_slice() else { panic!("{work:?}") };
    call.clone()
}

pub(super) fn attempt(drive: &mut Drive, call: &ActionCall) {
    let input = Payload::Inline(call.input.clone());
    drive.must(RunEvent::AttemptStarted { path: call.path.clone(), attempt: call.attempt, input });
}

pub(super) fn intend(drive: &mut Drive, call: &ActionCall) -> EffectId {
    let run = drive.state.start().unwrap().run.clone();
    let sending = call.sendings + 1;
    let effect = EffectId::derived(&run, &call.path, call.logical_attempt, sending);
    drive.must(RunEvent::EffectIntended {
        path: call.path.clone(),
        effect: effect.clone(),
        attempt: call.attempt,
        idempotency_key: "key".into(),
        request_sha256: "hash".into(),
        class: drive.version.action(&call.action).effect,
        undo: Undo::Irreversible,
        sending,
    });
    effect
}

fn answered(drive: &mut Drive, call: &ActionCall, outcome: Result<serde_json::Value, Failure>, sent: bool) {
    for event in after_attempt(&drive.version, &drive.state, call, outcome, sent, drive.now, 500) {
        drive.must(event);
    }
}

pub(super) fn resolve(drive: &mut Drive, step: &str, resolution: Resolution) -> Result<(), IllegalEvent> {
    let open = drive.state.open_exceptions().into_iter().map(|(path, id, _)| (path, id));
    let exception = open.into_iter().find(|(path, _)| path.0 == step).unwrap().1;
    drive.record(RunEvent::ExceptionResolved {
        path: path(step),
        exception,
        resolution,
        by: "ana".into(),
        person: None,
    })
}

pub(super) fn settle_all(drive: &mut Drive) {
    loop {
        let record = drive.plan().record;
        if record.is_empty() {
            return;
        }
        for event in record {
            drive.must(event);
        }
    }
}

/// A write whose outcome nobody knows.
fn in_doubt() -> Drive {
    let mut drive = begun(vec![node("pay", action("once"), &["tell"]), node("tell", action("read"), &[])]);
    let call = call(&drive);
    attempt(&mut drive, &call);
    intend(&mut drive, &call);
    answered(&mut drive, &call, Err(failure(FailureKind::OutcomeUnknown)), true);
    drive
}

#[test]
fn an_unknown_outcome_parks_and_is_never_sent_again() {
    let drive = in_doubt();
    let open = drive.state.open_exceptions();
    assert_eq!(open[0].2.reason, ReasonCode::UnknownOutcome);
    assert!(open[0].2.effect.is_some());
    assert_eq!(open[0].2.what_changed["keys"]["order"], 4);
    assert_eq!(drive.state.status(), RunStatus::Waiting);
    assert!(drive.plan().work.is_empty());
}

#[test]
fn in_doubt_a_plain_retry_is_refused_by_name() {
    let mut drive = in_doubt();
    let refused = resolve(&mut drive, "pay", Resolution::Retried).unwrap_err();
    assert!(matches!(refused, IllegalEvent::ResolutionRefused { .. }), "{refused}");
}

#[test]
fn it_happened_completes_the_step_with_the_persons_proof() {
    let mut drive = in_doubt();
    let output = Payload::Inline(json!({ "id": 9 }));
    resolve(&mut drive, "pay", Resolution::Happened { output: output.clone(), proof: "bank".into() })
        .unwrap();
    settle_all(&mut drive);
    let step = drive.state.step(&path("pay")).unwrap();
    assert_eq!((step.status, step.output), (StepStatus::Succeeded, Some(output)));
    let outcome = step.effects[0].outcome.clone().unwrap();
    assert!(matches!(outcome, EffectOutcome::Confirmed { by: Evidence::Person, .. }));
    assert_eq!(call(&drive).path.0, "tell");
}

#[test]
fn it_did_not_happen_sends_again_as_a_new_effect_with_the_same_input() {
    let mut drive = in_doubt();
    let first = drive.state.step(&path("pay")).unwrap();
    resolve(&mut drive, "pay", Resolution::DidNotHappen).unwrap();
    settle_all(&mut drive);
    let again = call(&drive);
    assert_eq!((again.logical_attempt, again.attempt, again.sendings), (2, 1, 0));
    assert_eq!(Some(Payload::Inline(again.input.clone())), first.input);
    attempt(&mut drive, &again);
    assert_ne!(intend(&mut drive, &again), first.effects[0].effect);
}

#[test]
fn an_open_intent_after_a_crash_is_settled_before_anything() {
    let mut drive = begun(vec![node("pay", action("once"), &[])]);
    let call = call(&drive);
    attempt(&mut drive, &call);
    let effect = intend(&mut drive, &call);
    drive.crash();
    let work = drive.plan().work;
    let [Work::Settle(settle)] = work.as_slice() else { panic!("{work:?}") };
    assert_eq!((&settle.effect, &settle.call.input, settle.call.attempt), (&effect, &call.input, 1));
    // A reconcile says twice that it is not there: it may be sent again, once.
    let outcome = EffectOutcome::NotApplied { failure: failure(FailureKind::Transient { after_ms: None }) };
    drive.must(RunEvent::EffectSettled { path: path("pay"), effect, outcome });
    settle_all(&mut drive);
    let wake = drive.plan().wake_at.unwrap();
    assert!(wake >= drive.now);
    drive.now = wake;
    assert_eq!(super::doubt::call(&drive).sendings, 1);
}

#[test]
fn a_confirmed_effect_whose_step_was_not_recorded_ends_the_step() {
    let mut drive = begun(vec![node("pay", action("once"), &[])]);
    let call = call(&drive);
    attempt(&mut drive, &call);
    let effect = intend(&mut drive, &call);
    let receipt = Payload::Inline(json!({ "id": 3 }));
    let outcome = EffectOutcome::Confirmed { receipt: receipt.clone(), by: Evidence::Reconciled };
    drive.must(RunEvent::EffectSettled { path: path("pay"), effect: effect.clone(), outcome });
    let second = RunEvent::EffectIntended {
        path: path("pay"),
        effect: EffectId::new(9, 9),
        attempt: 1,
        idempotency_key: "key".into(),
        request_sha256: "hash".into(),
        class: Effect::WriteOnce,
        undo: Undo::Irreversible,
        sending: 2,
    };
    assert_eq!(drive.record(second), Err(IllegalEvent::EffectRepeated { path: path("pay"), effect }));
    settle_all(&mut drive);
    assert_eq!(drive.state.step(&path("pay")).unwrap().output, Some(receipt));
    assert_eq!(drive.state.status(), RunStatus::Succeeded);
}

#[test]
fn a_keyed_write_stays_open_and_is_sent_again_with_its_key() {
    let mut drive = begun(vec![node("put", action("keyed"), &[])]);
    let call = call(&drive);
    attempt(&mut drive, &call);
    intend(&mut drive, &call);
    answered(&mut drive, &call, Err(failure(FailureKind::Transient { after_ms: Some(4_000) })), true);
    let plan = drive.plan();
    assert!(plan.work.is_empty() && plan.wake_at >= Some(T0.plus_ms(4_000)));
    drive.now = plan.wake_at.unwrap();
    let work = drive.plan().work;
    let [Work::Settle(settle)] = work.as_slice() else { panic!("{work:?}") };
    assert_eq!(settle.idempotency_key, "key");
    // That the second sending is refused says nothing about the first.
    let refused = Err(failure(FailureKind::Conflict));
    for event in after_resend(&drive.version, &drive.state, settle, refused, drive.now, 0) {
        drive.must(event);
    }
    assert_eq!(drive.state.open_exceptions()[0].2.reason, ReasonCode::UnknownOutcome);
}

#[test]
fn what_has_no_answer_is_looked_up_before_a_person_is_asked() {
    let mut drive = begun(vec![node("pay", action("once"), &[])]);
    let call = call(&drive);
    attempt(&mut drive, &call);
    let effect = intend(&mut drive, &call);
    let looks = |kind: FailureKind, sent: bool| {
        unanswered(&drive.version, &drive.state, &call, &Err(failure(kind)), sent, drive.now)
    };
    assert_eq!(looks(FailureKind::Transient { after_ms: None }, false), None);
    assert_eq!(looks(FailureKind::Conflict, true), None, "the remote said no");
    let settle = looks(FailureKind::OutcomeUnknown, true).unwrap();
    assert_eq!((&settle.effect, settle.idempotency_key.as_str(), settle.look_only), (&effect, "key", true));
    let unknown = failure(FailureKind::OutcomeUnknown);
    for event in after_look(&drive.version, &drive.state, &settle, unknown, drive.now) {
        drive.must(event);
    }
    assert_eq!(drive.state.open_exceptions()[0].2.effect, Some(effect));
}

#[test]
fn a_keyed_write_is_looked_up_when_no_try_is_left() {
    for (attempts, looked_up) in [(5, false), (1, true)] {
        let mut put = node("put", action("keyed"), &[]);
        put.retry = Some(RetryPolicy { attempts, over_ms: 60_000 });
        let mut drive = begun(vec![put]);
        let call = call(&drive);
        attempt(&mut drive, &call);
        intend(&mut drive, &call);
        let lost = Err(failure(FailureKind::Transient { after_ms: None }));
        let found = unanswered(&drive.version, &drive.state, &call, &lost, true, drive.now);
        assert_eq!(found.is_some(), looked_up, "{attempts} attempts");
        let Some(settle) = found else { continue };
        let refused = Err(failure(FailureKind::Conflict));
        assert!(unanswered_again(&drive.version, &drive.state, &settle, &refused, drive.now).is_some());
        assert!(unanswered_again(&drive.version, &drive.state, &settle, &Ok(json!(1)), drive.now).is_none());
    }
}

#[test]
fn a_write_that_certainly_never_left_is_tried_again() {
    let mut drive = begun(vec![node("pay", action("once"), &[])]);
    let call = call(&drive);
    attempt(&mut drive, &call);
    intend(&mut drive, &call);
    answered(&mut drive, &call, Err(failure(FailureKind::Transient { after_ms: None })), false);
    let step = drive.state.step(&path("pay")).unwrap();
    assert!(matches!(step.effects[0].outcome, Some(EffectOutcome::NotApplied { .. })));
    assert_eq!((step.status, drive.plan().wake_at.is_some()), (StepStatus::Waiting, true));
}

#[test]
fn a_cancel_in_the_middle_of_a_write_waits_for_the_truth() {
    let mut drive = begun(vec![node("pay", action("once"), &[])]);
    let call = call(&drive);
    attempt(&mut drive, &call);
    intend(&mut drive, &call);
    drive.running.paths.insert(call.path.clone());
    drive.must(RunEvent::CancelRequested { by: "ana".into() });
    let plan = drive.plan();
    assert!(plan.record.is_empty() && plan.work.is_empty() && !plan.ended);
    drive.running.paths.clear();
    answered(&mut drive, &call, Err(failure(FailureKind::OutcomeUnknown)), true);
    settle_all(&mut drive);
    assert_eq!(drive.state.status(), RunStatus::Waiting);
    resolve(&mut drive, "pay", Resolution::DidNotHappen).unwrap();
    settle_all(&mut drive);
    assert_eq!(drive.state.status(), RunStatus::Cancelled);
    assert_eq!(drive.record(RunEvent::RunCancelled), Err(IllegalEvent::RunEnded { event: "run_cancelled" }));
}

#[test]
fn nothing_is_intended_after_a_cancel() {
    let mut drive = begun(vec![node("pay", action("once"), &[])]);
    let call = call(&drive);
    attempt(&mut drive, &call);
    drive.must(RunEvent::CancelRequested { by: "ana".into() });
    let run = drive.state.start().unwrap().run.clone();
    let intent = RunEvent::EffectIntended {
        path: path("pay"),
        effect: EffectId::derived(&run, &call.path, 1, 1),
        attempt: 1,
        idempotency_key: "key".into(),
        request_sha256: "hash".into(),
        class: Effect::WriteOnce,
        undo: Undo::Irreversible,
        sending: 1,
    };
    assert_eq!(drive.record(intent), Err(IllegalEvent::Stopping { path: path("pay") }));
    settle_all(&mut drive);
    assert_eq!(drive.state.status(), RunStatus::Cancelled);
}

#[test]
fn attempts_run_out_and_park_as_transient_exhausted() {
    let mut read = node("job", action("read"), &[]);
    read.retry = Some(RetryPolicy { attempts: 2, over_ms: 60_000 });
    let mut drive = begun(vec![read]);
    for _ in 0..2 {
        let call = call(&drive);
        attempt(&mut drive, &call);
        answered(&mut drive, &call, Err(failure(FailureKind::Transient { after_ms: None })), false);
        drive.now = drive.plan().wake_at.unwrap_or(drive.now);
    }
    let (_, _, draft) = drive.state.open_exceptions().remove(0);
    assert_eq!(draft.reason, ReasonCode::TransientExhausted);
    assert_eq!(draft.updates_after[0].system, "crm");
}

#[test]
fn a_late_answer_of_a_former_attempt_changes_nothing() {
    let mut drive = begun(vec![node("job", action("read"), &[])]);
    let old = call(&drive);
    attempt(&mut drive, &old);
    drive.crash();
    let new = call(&drive);
    assert_eq!(new.attempt, 2);
    attempt(&mut drive, &new);
    let late = after_attempt(&drive.version, &drive.state, &old, Ok(json!(1)), false, drive.now, 0);
    assert!(late.is_empty());
}
