//! Calls that their connector suspends.

use serde_json::{Value, json};

use super::doubt::{attempt, begun, call, intend, path, settle_all};
use super::drive::{Drive, failure};
use super::{action, node, set};
use crate::failure::{Failure, FailureKind};
use crate::run::decision::{ActionCall, Resume, Work};
use crate::run::event::{EffectOutcome, Payload, RunEvent};
use crate::run::{
    IllegalEvent, MAX_SUSPENDED_MS, RunStatus, Suspension, WaitView, after_absent, after_attempt,
    after_suspension, unanswered, unfit,
};
use crate::workflow::ReasonCode;

const DAY: u64 = 86_400_000;

fn pause(wake_after_ms: Option<u64>, on_callback: bool) -> Suspension {
    Suspension { token: json!({ "job": 7 }), wake_after_ms, on_callback }
}

/// A run whose only action was called once.
fn called(name: &str) -> (Drive, ActionCall) {
    let mut drive = begun(vec![node("a", action(name), &["b"]), set("b", json!("{{ steps.a.id }}"), &[])]);
    let first = call(&drive);
    attempt(&mut drive, &first);
    if name != "read" {
        intend(&mut drive, &first);
    }
    (drive, first)
}

fn suspend(drive: &mut Drive, call: &ActionCall, suspension: Suspension) {
    assert_eq!(unfit(&drive.state, call, &suspension), None);
    for event in after_suspension(&drive.state, call, suspension, drive.now) {
        drive.must(event);
    }
}

fn answer(drive: &mut Drive, call: &ActionCall, outcome: Result<Value, Failure>, sent: bool) {
    for event in after_attempt(&drive.version, &drive.state, call, outcome, sent, drive.now, 1) {
        drive.must(event);
    }
}

/// The call that goes on now.
fn resumed(drive: &mut Drive) -> ActionCall {
    let work = drive.plan().work;
    let [Work::Resume(call)] = work.as_slice() else { panic!("{work:?}") };
    drive.must(RunEvent::CallResumed { path: call.path.clone(), attempt: call.attempt });
    call.clone()
}

fn transient() -> Failure {
    failure(FailureKind::Transient { after_ms: None })
}

#[test]
fn a_pause_ends_with_its_time_and_the_token_comes_back() {
    let (mut drive, first) = called("read");
    suspend(&mut drive, &first, pause(Some(60_000), false));
    let plan = drive.plan();
    assert!(plan.work.is_empty() && plan.record.is_empty());
    assert_eq!(plan.wake_at, Some(drive.now.plus_ms(60_000)));
    assert_eq!(drive.state.status(), RunStatus::Waiting);
    drive.now = drive.now.plus_ms(60_000);
    drive.refold();
    let again = resumed(&mut drive);
    assert_eq!(again.resume, Some(Resume { token: json!({ "job": 7 }), callback: None }));
    assert_eq!((again.attempt, &again.input), (first.attempt, &first.input));
    answer(&mut drive, &again, Ok(json!({ "id": 3 })), false);
    settle_all(&mut drive);
    assert_eq!(drive.state.status(), RunStatus::Succeeded);
}

#[test]
fn a_callback_ends_the_pause_at_once_even_when_it_comes_first() {
    for early in [false, true] {
        let (mut drive, first) = called("keyed");
        let request = || RunEvent::CallbackReceived {
            path: path("a"),
            logical_attempt: 1,
            request: Payload::Inline(json!({ "body": "b2s=" })),
        };
        if early {
            drive.must(request());
        }
        suspend(&mut drive, &first, pause(None, true));
        if !early {
            assert!(drive.plan().work.is_empty(), "nothing has come");
            let wait = drive.state.step(&path("a")).unwrap().wait;
            let until = drive.now.plus_ms(MAX_SUSPENDED_MS);
            assert_eq!(wait, Some(WaitView::Call { until, on_callback: true }));
            drive.must(request());
        }
        assert_eq!(drive.record(request()).unwrap_err(), IllegalEvent::GivenTwice { path: path("a") });
        assert_eq!(drive.state.status(), RunStatus::Running);
        let again = resumed(&mut drive);
        assert_eq!(again.resume.as_ref().unwrap().callback, Some(json!({ "body": "b2s=" })));
        assert_eq!(again.open_key.as_deref(), Some("key"), "it goes on under the same intent");
        answer(&mut drive, &again, Ok(json!({ "id": 3 })), false);
        let effects = drive.state.step(&path("a")).unwrap().effects;
        assert!(
            matches!(effects.as_slice(), [one] if matches!(one.outcome, Some(EffectOutcome::Confirmed { .. })))
        );
        assert!(drive.record(request()).is_err(), "the step is done");
        drive.refold();
    }
}

#[test]
fn an_address_of_an_earlier_logical_attempt_wakes_nothing() {
    let (mut drive, first) = called("read");
    suspend(&mut drive, &first, pause(None, true));
    let request = Payload::Inline(json!({}));
    let other = RunEvent::CallbackReceived { path: path("a"), logical_attempt: 2, request };
    assert!(matches!(drive.record(other), Err(IllegalEvent::WrongLogicalAttempt { .. })));
    assert!(drive.state.may_be_called_back(&path("a"), 1));
    assert!(!drive.state.may_be_called_back(&path("a"), 0));
}

#[test]
fn what_goes_on_and_changes_nothing_is_called_again_and_the_intent_stays_open() {
    for name in ["keyed", "once"] {
        let (mut drive, first) = called(name);
        suspend(&mut drive, &first, pause(Some(3 * DAY), false));
        drive.now = drive.now.plus_ms(3 * DAY);
        let again = resumed(&mut drive);
        let outcome = Err(transient());
        assert_eq!(unanswered(&drive.version, &drive.state, &again, &outcome, false, drive.now), None);
        answer(&mut drive, &again, outcome, false);
        assert!(drive.state.steps[&path("a")].open_effect().is_some());
        assert!(matches!(drive.log.last().unwrap().event, RunEvent::CallPutOff { counted: true, .. }));
        drive.now = drive.now.plus_ms(60_000);
        assert_eq!(resumed(&mut drive).resume, again.resume);
        answer(&mut drive, &again, Ok(json!({ "id": 3 })), false);
        settle_all(&mut drive);
        assert_eq!(drive.state.status(), RunStatus::Succeeded);
        drive.refold();
    }
}

#[test]
fn a_write_that_went_on_and_was_lost_is_settled_never_begun_anew() {
    let (mut drive, first) = called("once");
    suspend(&mut drive, &first, pause(Some(1_000), false));
    drive.now = drive.now.plus_ms(1_000);
    let again = resumed(&mut drive);
    // Its worker goes down.
    drive.crash();
    let work = drive.plan().work;
    let [Work::Settle(settle)] = work.as_slice() else { panic!("{work:?}") };
    assert_eq!(settle.call.resume, again.resume);
    // Looking finds nothing: the whole begins at the beginning, with a new sending.
    let absent = transient();
    for event in after_absent(&drive.version, &drive.state, settle, absent, drive.now, 1) {
        drive.must(event);
    }
    drive.now = drive.now.plus_ms(60_000);
    let fresh = call(&drive);
    assert_eq!((fresh.attempt, fresh.sendings, fresh.resume), (2, 1, None));
}

#[test]
fn what_the_connector_says_of_the_whole_counts_and_nothing_else_does() {
    let (mut drive, first) = called("once");
    suspend(&mut drive, &first, pause(Some(1_000), false));
    drive.now = drive.now.plus_ms(1_000);
    let again = resumed(&mut drive);
    answer(&mut drive, &again, Err(failure(FailureKind::Permanent)), false);
    let effects = drive.state.step(&path("a")).unwrap().effects;
    assert!(matches!(effects[0].outcome, Some(EffectOutcome::NotApplied { .. })));

    let (mut drive, first) = called("once");
    suspend(&mut drive, &first, pause(Some(1_000), false));
    drive.now = drive.now.plus_ms(1_000);
    let again = resumed(&mut drive);
    let outcome = Err(failure(FailureKind::AuthExpired));
    let look = unanswered(&drive.version, &drive.state, &again, &outcome, false, drive.now);
    assert!(look.unwrap().look_only, "looked up before a person is asked");
    answer(&mut drive, &again, outcome, false);
    let (_, _, draft) = drive.state.open_exceptions().remove(0);
    assert_eq!(draft.reason, ReasonCode::UnknownOutcome);
}

#[test]
fn a_pause_without_end_is_refused_and_one_beyond_its_deadline_fails() {
    let (mut drive, first) = called("read");
    assert_eq!(unfit(&drive.state, &first, &pause(None, false)).unwrap().code, "TL0444");
    suspend(&mut drive, &first, pause(Some(100 * DAY), true));
    let until = drive.now.plus_ms(MAX_SUSPENDED_MS);
    assert_eq!(drive.plan().wake_at, Some(until));
    drive.now = until;
    settle_all(&mut drive);
    let (_, _, draft) = drive.state.open_exceptions().remove(0);
    assert_eq!(draft.reason, ReasonCode::DeadlinePassed);
    assert_eq!(draft.failure.as_ref().unwrap().code, "TL0454");

    let (mut drive, first) = called("once");
    suspend(&mut drive, &first, pause(None, true));
    drive.now = drive.now.plus_ms(MAX_SUSPENDED_MS);
    let work = drive.plan().work;
    assert!(matches!(work.as_slice(), [Work::Settle(settle)] if settle.look_only), "{work:?}");
}

#[test]
fn a_cancel_ends_a_suspended_read_and_looks_a_suspended_write_up() {
    let (mut drive, first) = called("read");
    suspend(&mut drive, &first, pause(None, true));
    drive.must(RunEvent::CancelRequested { by: "ana".into() });
    settle_all(&mut drive);
    assert_eq!(drive.state.status(), RunStatus::Cancelled);

    let (mut drive, first) = called("keyed");
    suspend(&mut drive, &first, pause(None, true));
    drive.must(RunEvent::CancelRequested { by: "ana".into() });
    let work = drive.plan().work;
    assert!(matches!(work.as_slice(), [Work::Settle(settle)] if settle.look_only), "{work:?}");
}
