//! Branches, joins, ports and starting over.

use serde_json::json;

use super::doubt::{begun, call, path, resolve, settle_all};
use super::drive::Drive;
use super::{action, node, set};
use crate::run::event::{Payload, Resolution, RunEvent};
use crate::run::{IllegalEvent, RunStatus, StepStatus};
use crate::workflow::{Case, JoinRule, Node, NodeKind, Raise, ReasonCode, Weight};

fn switch(id: &str, cases: &[(Option<&str>, &str)], next: &[&str]) -> Node {
    let case = |(when, next): &(Option<&str>, &str)| Case {
        when: when.map(str::to_owned),
        next: vec![(*next).to_owned()],
    };
    node(id, NodeKind::Switch { cases: cases.iter().map(case).collect(), all: false }, next)
}

fn join(id: &str, wait_for: JoinRule, next: &[&str]) -> Node {
    node(id, NodeKind::Join { wait_for }, next)
}

fn end(id: &str, failed: bool, output: serde_json::Value) -> Node {
    node(id, NodeKind::End { failed, output }, &[])
}

fn raise(id: &str, next: &[&str]) -> Node {
    let sentence = Some("Order {{ event.n }} lacks its proof of delivery".to_owned());
    let kind = Raise {
        reason: ReasonCode::MissingRequired,
        sentence,
        money: None,
        updates_after: Vec::new(),
        retry_from: None,
        weight: Weight::default(),
    };
    node(id, NodeKind::Raise(kind), next)
}

fn status(drive: &Drive, step: &str) -> Option<StepStatus> {
    drive.state.step(&path(step)).map(|step| step.status)
}

/// Answers the one action that is to be done.
fn done(drive: &mut Drive, output: serde_json::Value) {
    let call = call(drive);
    let input = Payload::Inline(call.input.clone());
    drive.must(RunEvent::AttemptStarted { path: call.path.clone(), attempt: call.attempt, input });
    let events =
        crate::run::after_attempt(&drive.version, &drive.state, &call, Ok(output), false, drive.now, 0);
    for event in events {
        drive.must(event);
    }
    settle_all(drive);
}

#[test]
fn a_join_waits_for_what_can_still_come_and_no_longer() {
    let mut drive = begun(vec![
        node("start", NodeKind::Set { value: json!(1) }, &["choose", "slow"]),
        switch("choose", &[(Some("{{ event.n > 100 }}"), "big"), (None, "small")], &[]),
        set("big", json!("big"), &["both"]),
        set("small", json!("small"), &["both"]),
        node("slow", action("read"), &["both"]),
        join("both", JoinRule::All, &["end"]),
        end("end", false, json!("{{ steps.both.arrived }}")),
    ]);
    settle_all(&mut drive);
    assert_eq!(status(&drive, "both"), Some(StepStatus::Pending));
    assert_eq!(status(&drive, "big"), None);
    done(&mut drive, json!({}));
    assert_eq!(
        drive.state.end().unwrap().how,
        crate::run::EndHow::Succeeded { output: Payload::Inline(json!(["slow", "small"])) }
    );
}

#[test]
fn a_join_for_any_goes_on_with_the_first_and_absorbs_the_rest() {
    let mut drive = begun(vec![
        node("start", NodeKind::Set { value: json!(1) }, &["quick", "slow"]),
        set("quick", json!(1), &["first"]),
        node("slow", action("read"), &["first"]),
        join("first", JoinRule::Any, &["count"]),
        set("count", json!(1), &[]),
    ]);
    settle_all(&mut drive);
    assert_eq!(status(&drive, "count"), Some(StepStatus::Succeeded));
    assert_eq!(drive.state.status(), RunStatus::Running);
    done(&mut drive, json!({}));
    let counts = drive
        .log
        .iter()
        .filter(|entry| matches!(&entry.event, RunEvent::StepSucceeded { path, .. } if path.0 == "count"));
    assert_eq!((counts.count(), drive.state.status()), (1, RunStatus::Succeeded));
}

#[test]
fn a_join_that_needs_more_than_can_come_fails() {
    let mut drive = begun(vec![
        switch("choose", &[(Some("{{ true }}"), "a"), (None, "b")], &[]),
        set("a", json!(1), &["two"]),
        set("b", json!(1), &["two"]),
        join("two", JoinRule::Count(2), &[]),
    ]);
    settle_all(&mut drive);
    assert_eq!(drive.state.open_exceptions()[0].2.failure.as_ref().unwrap().code, "TL0415");
    resolve(&mut drive, "two", Resolution::Skipped).unwrap();
    settle_all(&mut drive);
    assert_eq!(
        (status(&drive, "two"), drive.state.status()),
        (Some(StepStatus::Skipped), RunStatus::Succeeded)
    );
}

#[test]
fn a_failing_expression_takes_the_exception_port_with_its_error() {
    let mut total = set("total", json!("{{ event.missing }}"), &[]);
    total.on_exception = Some("say".into());
    let mut drive = begun(vec![total, set("say", json!("{{ steps.total.error.code }}"), &[])]);
    settle_all(&mut drive);
    assert_eq!(status(&drive, "total"), Some(StepStatus::Failed));
    let said = drive.state.step(&path("say")).unwrap().output.unwrap();
    assert!(matches!(said, Payload::Inline(code) if code.as_str().unwrap().starts_with("TL01")));
}

#[test]
fn a_failing_expression_without_a_port_parks_as_a_defect() {
    let mut drive = begun(vec![set("total", json!("{{ event.missing }}"), &[])]);
    settle_all(&mut drive);
    assert_eq!(drive.state.open_exceptions()[0].2.reason, ReasonCode::WorkflowDefect);
    assert_eq!(drive.state.status(), RunStatus::Waiting);
}

#[test]
fn siblings_go_on_while_a_step_is_parked() {
    let mut drive = begun(vec![
        node("start", NodeKind::Set { value: json!(1) }, &["stop", "go"]),
        raise("stop", &[]),
        node("go", action("read"), &["after"]),
        set("after", json!(2), &[]),
    ]);
    settle_all(&mut drive);
    done(&mut drive, json!({}));
    assert_eq!(status(&drive, "after"), Some(StepStatus::Succeeded));
    assert_eq!(drive.state.status(), RunStatus::Waiting);
    resolve(&mut drive, "stop", Resolution::GaveUp { note: "too late".into() }).unwrap();
    settle_all(&mut drive);
    assert_eq!(drive.state.status(), RunStatus::Failed);
}

#[test]
fn retry_of_a_raise_starts_the_action_before_it_over() {
    let mut drive = begun(vec![
        node("job", action("read"), &["proof"]),
        switch("proof", &[(Some("{{ steps.job.ok }}"), "fine"), (None, "missing")], &[]),
        set("fine", json!("fine"), &[]),
        raise("missing", &[]),
    ]);
    done(&mut drive, json!({ "ok": false }));
    let (_, first, draft) = drive.state.open_exceptions().remove(0);
    assert_eq!(draft.retry_from, Some(path("job")));
    assert_eq!(draft.sentence, "Order 4 lacks its proof of delivery");
    assert!(!draft.unrouted);
    resolve(&mut drive, "missing", Resolution::Retried).unwrap();
    settle_all(&mut drive);
    assert_eq!(call(&drive).logical_attempt, 2);
    assert_eq!(status(&drive, "missing"), None);
    done(&mut drive, json!({ "ok": false }));
    let (_, second, _) = drive.state.open_exceptions().remove(0);
    assert_ne!(first, second);
    resolve(&mut drive, "missing", Resolution::Retried).unwrap();
    settle_all(&mut drive);
    done(&mut drive, json!({ "ok": true }));
    assert_eq!(
        (status(&drive, "fine"), drive.state.status()),
        (Some(StepStatus::Succeeded), RunStatus::Succeeded)
    );
}

#[test]
fn an_edited_input_replaces_the_evaluated_one() {
    let mut drive = begun(vec![node("job", action("read"), &[])]);
    let first = call(&drive);
    let input = Payload::Inline(first.input.clone());
    drive.must(RunEvent::AttemptStarted { path: path("job"), attempt: 1, input });
    let no = super::drive::failure(crate::failure::FailureKind::NotFound);
    for event in crate::run::after_attempt(&drive.version, &drive.state, &first, Err(no), false, drive.now, 0)
    {
        drive.must(event);
    }
    let edited = Payload::Inline(json!({ "n": 77 }));
    resolve(&mut drive, "job", Resolution::EditedAndRetried { input: edited }).unwrap();
    settle_all(&mut drive);
    assert_eq!(call(&drive).input, json!({ "n": 77 }));
}

#[test]
fn decisions_are_taken_once() {
    let mut drive = begun(vec![raise("stop", &[])]);
    settle_all(&mut drive);
    let exception = drive.state.open_exceptions()[0].1.clone();
    let decide = |resolution| RunEvent::ExceptionResolved {
        path: path("stop"),
        exception: exception.clone(),
        resolution,
        by: "ana".into(),
        person: None,
    };
    drive.must(decide(Resolution::Skipped));
    let again = drive.record(decide(Resolution::Retried));
    assert_eq!(again, Err(IllegalEvent::ResolvedTwice { exception: exception.clone() }));
}

#[test]
fn the_last_word_of_the_run_is_its_end_node() {
    let mut drive = begun(vec![
        node("start", NodeKind::Set { value: json!(1) }, &["good", "bad"]),
        end("good", false, json!("good")),
        end("bad", true, json!({ "why": "no stock" })),
    ]);
    settle_all(&mut drive);
    let crate::run::EndHow::Failed { failure } = &drive.state.end().unwrap().how else { panic!() };
    assert_eq!(failure.detail, Some(json!({ "why": "no stock" })));
}

#[test]
fn a_circle_ends_because_a_node_runs_once() {
    let mut drive = begun(vec![
        set("a", json!(1), &["b"]),
        join("b", JoinRule::All, &["c"]),
        switch("c", &[(Some("{{ true }}"), "a")], &["b"]),
    ]);
    settle_all(&mut drive);
    assert_eq!(drive.state.status(), RunStatus::Succeeded);
}
