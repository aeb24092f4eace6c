//! Waits, questions, children, replies, quarantine, blobs, and whole runs again.

use std::collections::BTreeSet;

use serde_json::json;

use super::doubt::{begun, call, path, resolve, settle_all};
use super::drive::{Drive, T0, started};
use super::{action, node, set, version, workflow};
use crate::id::RunId;
use crate::run::decision::Work;
use crate::run::event::{BlobRef, Payload, Resolution, RunEvent, StepPath};
use crate::run::{
    EndHow, IllegalEvent, RetryRefused, RunState, RunStatus, StepStatus, Version, after_attempt, retry_plan,
};
use crate::workflow::{Ask, Due, Node, NodeKind, ReasonCode, Wait};

fn wait_for(event_type: &str, on_timeout: Option<&str>, next: &[&str]) -> Node {
    let wait = Wait::Event {
        event_type: event_type.into(),
        key: "{{ event.n }}".into(),
        timeout_ms: 60_000,
        on_timeout: on_timeout.map(str::to_owned),
    };
    node("wait", NodeKind::Wait(wait), next)
}

fn call_node(next: &[&str]) -> Node {
    node("sub", NodeKind::Call { workflow: "other".into(), with: json!({ "n": "{{ event.n }}" }) }, next)
}

fn child(drive: &mut Drive) -> RunId {
    let work = drive.plan().work;
    let [Work::Child(call)] = work.as_slice() else { panic!("{work:?}") };
    assert_eq!((call.depth, &call.input), (1, &json!({ "n": 4 })));
    let (run, workflow) = (call.run.clone(), call.workflow.clone());
    drive.must(RunEvent::ChildStarted { path: path("sub"), run: run.clone(), workflow, version: 2 });
    run
}

#[test]
fn a_wait_for_time_wakes_at_its_time() {
    let mut drive = begun(vec![
        node("wait", NodeKind::Wait(Wait::For { ms: 5_000 }), &["then"]),
        set("then", json!("{{ now }}"), &[]),
    ]);
    settle_all(&mut drive);
    assert_eq!(drive.plan().wake_at, Some(T0.plus_ms(5_000)));
    assert_eq!(drive.state.status(), RunStatus::Waiting);
    drive.now = T0.plus_ms(9_000);
    settle_all(&mut drive);
    // `now` is when the step became ready.
    assert_eq!(
        drive.state.step(&path("then")).unwrap().output,
        Some(Payload::Inline(json!("2026-01-01T00:00:09.000000Z")))
    );
}

#[test]
fn times_may_name_a_zone() {
    let until = |text: &str| {
        let mut drive = begun(vec![node("wait", NodeKind::Wait(Wait::Until { until: text.into() }), &[])]);
        settle_all(&mut drive);
        drive.plan().wake_at.map(crate::time::Timestamp::to_rfc3339)
    };
    assert_eq!(until("2026-07-01T12:00:00+02:00").as_deref(), Some("2026-07-01T10:00:00.000000Z"));
    assert_eq!(until("2026-07-01T12:00[Europe/Berlin]").as_deref(), Some("2026-07-01T10:00:00.000000Z"));
    assert_eq!(until("tomorrow"), None);
}

#[test]
fn a_correlated_event_ends_the_wait_and_a_second_one_is_refused() {
    let mut drive = begun(vec![wait_for("paid", None, &[])]);
    settle_all(&mut drive);
    let (at, correlation, until) = drive.state.correlations().remove(0);
    assert_eq!((at.0.as_str(), correlation.key.as_str(), until), ("wait", "4", T0.plus_ms(60_000)));
    let data = Payload::Inline(json!({ "paid": true }));
    drive.must(RunEvent::WaitMatched {
        path: path("wait"),
        data: data.clone(),
        requested_by: BTreeSet::new(),
    });
    let again = drive.record(RunEvent::WaitMatched {
        path: path("wait"),
        data: data.clone(),
        requested_by: BTreeSet::new(),
    });
    assert_eq!(again, Err(IllegalEvent::GivenTwice { path: path("wait") }));
    settle_all(&mut drive);
    assert_eq!(drive.state.step(&path("wait")).unwrap().output, Some(data));
}

#[test]
fn a_wait_that_times_out_leads_on_or_parks() {
    let mut drive = begun(vec![wait_for("paid", Some("late"), &[]), set("late", json!(1), &[])]);
    drive.now = T0;
    settle_all(&mut drive);
    drive.now = T0.plus_ms(60_000);
    settle_all(&mut drive);
    assert_eq!(drive.state.step(&path("late")).unwrap().status, StepStatus::Succeeded);
    let mut drive = begun(vec![wait_for("paid", None, &[])]);
    settle_all(&mut drive);
    drive.now = T0.plus_ms(60_000);
    settle_all(&mut drive);
    assert_eq!(drive.state.open_exceptions()[0].2.reason, ReasonCode::DeadlinePassed);
}

#[test]
fn a_question_is_answered_once_or_expires() {
    let ask = |on_expired: Option<&str>| {
        let ask = Ask {
            question: "Is {{ event.n }} right?".into(),
            form: json!({}),
            on_expired: on_expired.map(str::to_owned),
        };
        let mut asking = node("ask", NodeKind::Ask(ask), &[]);
        asking.due = Some(Due::After { ms: 1_000 });
        begun(vec![asking, set("late", json!(1), &[])])
    };
    let mut drive = ask(None);
    settle_all(&mut drive);
    assert_eq!(drive.plan().wake_at, None);
    let Some(crate::run::WaitView::Answer { ask: id, question, .. }) =
        drive.state.step(&path("ask")).unwrap().wait
    else {
        panic!()
    };
    assert_eq!(question, "Is 4 right?");
    let answer = Payload::Inline(json!({ "yes": true }));
    drive.must(RunEvent::Answered {
        path: path("ask"),
        ask: id,
        answer: answer.clone(),
        by: "ana".into(),
        person: None,
    });
    settle_all(&mut drive);
    assert_eq!(drive.state.step(&path("ask")).unwrap().output, Some(answer));
    let mut drive = ask(Some("late"));
    settle_all(&mut drive);
    drive.now = drive.plan().wake_at.unwrap();
    settle_all(&mut drive);
    assert_eq!(drive.state.step(&path("late")).unwrap().status, StepStatus::Succeeded);
}

#[test]
fn a_child_gives_its_output_and_takes_a_cancel() {
    let mut drive = begun(vec![call_node(&[])]);
    let run = child(&mut drive);
    assert_eq!(drive.state.children(), [(path("sub"), run.clone())]);
    drive.must(RunEvent::CancelRequested { by: "ana".into() });
    assert_eq!(drive.plan().work, [Work::CancelChild { run: run.clone() }]);
    drive.running.cancelled.insert(run.clone());
    assert!(drive.plan().work.is_empty() && !drive.plan().ended);
    let stopped = super::drive::failure(crate::failure::FailureKind::Cancelled);
    drive.must(RunEvent::ChildEnded {
        path: path("sub"),
        run,
        result: Err(stopped),
        requested_by: BTreeSet::new(),
    });
    settle_all(&mut drive);
    assert_eq!(drive.state.status(), RunStatus::Cancelled);
}

#[test]
fn calls_are_at_most_ten_deep() {
    let deep = |depth| {
        let mut drive = Drive::new(version(vec![call_node(&[])]), 1);
        drive.state = RunState::new();
        drive.log.clear();
        let RunEvent::RunStarted(mut start) = started(&drive.version, json!({ "n": 4 }), false) else {
            panic!()
        };
        start.depth = depth;
        drive.must(RunEvent::RunStarted(start));
        settle_all(&mut drive);
        drive.state.open_exceptions().len()
    };
    assert_eq!((deep(9), deep(10)), (0, 1));
}

#[test]
fn a_caller_gets_one_reply_and_one_even_if_nobody_gave_it() {
    let respond = |id: &str, next: &[&str]| {
        let headers = [("x-order".to_owned(), "{{ event.n }}".to_owned())].into();
        node(
            id,
            NodeKind::Respond {
                status: json!("{{ 200 + 1 }}"),
                headers,
                body: json!({ "n": "{{ event.n }}" }),
            },
            next,
        )
    };
    let waited = |nodes: Vec<Node>| {
        let mut drive = Drive::new(version(nodes), 1);
        drive.state = RunState::new();
        drive.log.clear();
        let start = started(&drive.version, json!({ "n": 4 }), true);
        drive.must(start);
        settle_all(&mut drive);
        let replies = drive.log.iter().filter(|entry| entry.event.tag() == "replied").count();
        (drive.state.reply().cloned().unwrap(), replies)
    };
    let (reply, count) = waited(vec![respond("a", &["b"]), respond("b", &[])]);
    assert_eq!((reply.status, reply.body, count), (201, Payload::Inline(json!({ "n": 4 })), 1));
    assert_eq!(reply.headers, [("x-order".to_owned(), "4".to_owned())]);
    let end = node("end", NodeKind::End { failed: false, output: json!({ "ok": true }) }, &[]);
    let (reply, _) = waited(vec![end]);
    assert_eq!((reply.status, reply.body), (200, Payload::Inline(json!({ "ok": true }))));
}

#[test]
fn a_quarantined_run_waits_for_a_person() {
    let mut drive = begun(vec![node("job", action("read"), &[])]);
    let exception = crate::id::ExceptionId::quarantine(&drive.state.start().unwrap().run.clone(), 3);
    drive.must(RunEvent::Quarantined { claims: 3, exception: exception.clone() });
    assert_eq!(drive.plan(), crate::run::decision::Plan::default());
    assert_eq!(drive.state.status(), RunStatus::Waiting);
    let decide = |resolution| RunEvent::ExceptionResolved {
        path: StepPath(String::new()),
        exception: exception.clone(),
        resolution,
        by: "ana".into(),
        person: None,
    };
    assert!(drive.record(decide(Resolution::Skipped)).is_err());
    drive.must(decide(Resolution::Retried));
    assert_eq!(call(&drive).path.0, "job");
}

#[test]
fn large_values_are_read_when_an_expression_names_them() {
    let mut drive = begun(vec![
        node("job", action("read"), &["other"]),
        set("other", json!("{{ event.n }}"), &["use"]),
        set("use", json!("{{ steps.job.name }}"), &[]),
    ]);
    let job = call(&drive);
    let input = Payload::Inline(job.input.clone());
    drive.must(RunEvent::AttemptStarted { path: job.path.clone(), attempt: 1, input });
    let blob = BlobRef { sha256: "ab".into(), size: 70_000 };
    let output = Payload::Blob(blob.clone());
    drive.must(RunEvent::StepSucceeded { path: job.path, output, next: vec!["other".into()] });
    settle_all(&mut drive);
    assert_eq!(drive.plan().work, [Work::Load(vec![blob])]);
    drive.running.loads.insert("ab".into());
    assert!(drive.plan().work.is_empty());
    drive.running.loads.clear();
    drive.state.hydrate("ab", json!({ "name": "long" }));
    settle_all(&mut drive);
    assert_eq!(drive.state.step(&path("use")).unwrap().output, Some(Payload::Inline(json!("long"))));
}

fn ended_run() -> (Drive, Version) {
    let nodes = |text: &str| {
        vec![
            node("job", action("once"), &["total"]),
            set("total", json!("{{ steps.job.n }}"), &["say"]),
            set("say", json!(text), &[]),
        ]
    };
    let mut drive = begun(nodes("old"));
    let job = call(&drive);
    let input = Payload::Inline(job.input.clone());
    drive.must(RunEvent::AttemptStarted { path: job.path.clone(), attempt: 1, input });
    drive.must(RunEvent::EffectIntended {
        path: path("job"),
        effect: crate::id::EffectId::new(5, 5),
        attempt: 1,
        idempotency_key: "k".into(),
        request_sha256: "h".into(),
        class: crate::connector::Effect::WriteOnce,
        undo: crate::connector::Undo::Irreversible,
        sending: 1,
    });
    for event in after_attempt(&drive.version, &drive.state, &job, Ok(json!({ "n": 7 })), true, drive.now, 0)
    {
        drive.must(event);
    }
    settle_all(&mut drive);
    let newer = Version::new(workflow(nodes("new")), 2, std::collections::BTreeMap::new()).unwrap();
    (drive, newer)
}

#[test]
fn a_run_again_copies_unchanged_ancestors_and_lists_what_was_applied() {
    let (drive, newer) = ended_run();
    let plugins = std::collections::BTreeMap::new;
    let again =
        retry_plan(&drive.version, &drive.state, &newer, Some(("say", None)), RunId::new(9, 9), plugins())
            .unwrap();
    let copied: Vec<_> = again.start.copied.iter().map(|step| step.path.0.as_str()).collect();
    assert_eq!(copied, ["job", "total"]);
    assert!(!again.applied[0].may_repeat);
    let mut next = Drive::new(newer.clone(), 1);
    next.state = RunState::new();
    next.log.clear();
    next.must(RunEvent::RunStarted(again.start));
    settle_all(&mut next);
    assert_eq!(next.state.step(&path("say")).unwrap().output, Some(Payload::Inline(json!("new"))));
    assert!(next.state.step(&path("job")).unwrap().copied);
    assert!(matches!(next.state.end().unwrap().how, EndHow::Succeeded { .. }));

    let from_start =
        retry_plan(&drive.version, &drive.state, &newer, None, RunId::new(9, 9), plugins()).unwrap();
    assert!(from_start.start.copied.is_empty() && from_start.applied[0].may_repeat);
    let wrong = retry_plan(
        &drive.version,
        &drive.state,
        &newer,
        Some(("nowhere", None)),
        RunId::new(9, 9),
        plugins(),
    );
    assert!(wrong.is_err());

    let input = Payload::Inline(json!({ "n": 9 }));
    let edited = |from, newer: &Version| {
        let from = Some((from, Some(input.clone())));
        retry_plan(&drive.version, &drive.state, newer, from, RunId::new(9, 9), plugins())
    };
    let given = edited("job", &newer).unwrap().start.edited.unwrap();
    assert_eq!(
        (given.path, given.input),
        (path("job"), input.clone()),
        "what a person gave a step is its input"
    );
    let another = vec![set("job", json!(1), &["total"]), set("total", json!(2), &[])];
    let another = Version::new(workflow(another), 3, std::collections::BTreeMap::new()).unwrap();
    let refused = edited("job", &another).unwrap_err();
    assert_eq!(refused, RetryRefused::OtherStep { node: "job".to_owned() });
}

#[test]
fn a_changed_ancestor_runs_again_and_so_does_what_stands_behind_it() {
    let (drive, _) = ended_run();
    let changed = vec![
        node("job", action("read"), &["total"]),
        set("total", json!("{{ steps.job.n }}"), &["say"]),
        set("say", json!("new"), &[]),
    ];
    let newer = Version::new(workflow(changed), 2, std::collections::BTreeMap::new()).unwrap();
    let again = retry_plan(
        &drive.version,
        &drive.state,
        &newer,
        Some(("say", None)),
        RunId::new(9, 9),
        std::collections::BTreeMap::new(),
    )
    .unwrap();
    assert!(again.start.copied.is_empty());
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let mut drive = begun(vec![node("job", action("read"), &[]), set("never", json!(1), &[])]);
    let output = || Payload::Inline(json!(1));
    let refused = |drive: &mut Drive, event| drive.record(event).unwrap_err();
    let step = |at: &str, next: &[&str]| RunEvent::StepSucceeded {
        path: path(at),
        output: output(),
        next: next.iter().map(|next| (*next).to_owned()).collect(),
    };
    assert!(matches!(refused(&mut drive, step("nowhere", &[])), IllegalEvent::NoSuchNode { .. }));
    assert!(matches!(refused(&mut drive, step("never", &[])), IllegalEvent::NoSuchStep { .. }));
    assert!(matches!(refused(&mut drive, step("job", &["never"])), IllegalEvent::NoSuchEdge { .. }));
    let start = started(&drive.version, json!({}), false);
    assert_eq!(refused(&mut drive, start), IllegalEvent::AlreadyStarted);
    let retried = RunEvent::StepRetried { path: path("job"), logical_attempt: 2, input: None };
    assert!(matches!(refused(&mut drive, retried), IllegalEvent::RetryUndecided { .. }));
    let ended = RunEvent::RunSucceeded { output: output() };
    assert!(matches!(refused(&mut drive, ended), IllegalEvent::CannotEnd { .. }));
    assert!(matches!(refused(&mut drive, RunEvent::RunCancelled), IllegalEvent::CannotEnd { .. }));
    let read = RunEvent::AttemptStarted { path: path("job"), attempt: 2, input: output() };
    assert!(matches!(refused(&mut drive, read), IllegalEvent::WrongAttempt { expected: 1, got: 2, .. }));
    let asked = RunEvent::WaitStarted { path: path("job"), until: T0, event: None };
    assert!(matches!(refused(&mut drive, asked), IllegalEvent::WrongKind { .. }));
    let before = drive.state.clone();
    let entry = crate::run::event::Entry { seq: 9, at: T0, event: RunEvent::RunCancelled };
    assert_eq!(
        drive.state.apply(&entry, &drive.version),
        Err(IllegalEvent::OutOfOrder { expected: 2, got: 9 })
    );
    assert_eq!(before, drive.state);
}

#[test]
fn business_waits_skip_the_weekend() {
    // 2026-01-01 is a Thursday.
    let due = Due::BusinessTime { days: 2, minutes: 0 };
    let mut drive = begun(vec![node("wait", NodeKind::Wait(Wait::Business { due }), &[])]);
    settle_all(&mut drive);
    assert!(drive.plan().wake_at.unwrap() >= T0.plus_ms(3 * 86_400_000));
    drive.must(RunEvent::CancelRequested { by: "ana".into() });
    settle_all(&mut drive);
    assert_eq!(drive.state.status(), RunStatus::Cancelled);
}

#[test]
fn a_skipped_step_goes_on_with_nothing() {
    let mut drive = begun(vec![
        set("bad", json!("{{ event.missing }}"), &["after"]),
        set("after", json!("{{ steps.bad }}"), &[]),
    ]);
    settle_all(&mut drive);
    resolve(&mut drive, "bad", Resolution::Skipped).unwrap();
    settle_all(&mut drive);
    assert_eq!(drive.state.step(&path("after")).unwrap().output, Some(Payload::Inline(json!(null))));
}
