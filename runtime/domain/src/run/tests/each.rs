//! For-each: order, slots, parked items, segments, and a cost that does not grow with the list.

use serde_json::{Value, json};

use super::doubt::{begun, path, resolve, settle_all};
use super::drive::{Drive, started};
use super::{action, node, set, version};
use crate::run::decision::Work;
use crate::run::event::{BlobRef, Payload, Resolution, RunEvent, StepPath};
use crate::run::step::{Each, Phase};
use crate::run::{RunState, RunStatus, StepStatus, after_attempt};
use crate::workflow::{Case, Node, NodeKind, Quorum};

fn for_each(items: &str, parallel: u32, quorum: Option<Quorum>, body: Vec<Node>, next: &[&str]) -> Node {
    node("each", NodeKind::ForEach { items: items.to_owned(), body, parallel, quorum }, next)
}

fn output(drive: &Drive) -> Value {
    let Some(Payload::Inline(value)) = drive.state.step(&path("each")).unwrap().output else { panic!() };
    value
}

fn calls(drive: &Drive) -> Vec<crate::run::decision::ActionCall> {
    let call = |work| if let Work::Action(call) = work { call } else { panic!("{work:?}") };
    drive.plan().work.into_iter().map(call).collect()
}

fn answer(drive: &mut Drive, call: &crate::run::decision::ActionCall, output: Value) {
    let input = Payload::Inline(call.input.clone());
    drive.must(RunEvent::AttemptStarted { path: call.path.clone(), attempt: call.attempt, input });
    for event in after_attempt(&drive.version, &drive.state, call, Ok(output), false, drive.now, 0) {
        drive.must(event);
    }
    settle_all(drive);
}

fn state_of(drive: &Drive) -> &Each {
    let Phase::Iterating(each) = &drive.state.steps[&path("each")].phase else { panic!() };
    each
}

#[test]
fn results_stand_in_the_order_of_the_items() {
    let mut drive =
        begun(vec![for_each("{{ event.list }}", 2, None, vec![node("get", action("read"), &[])], &[])]);
    settle_all(&mut drive);
    let both = calls(&drive);
    assert_eq!(
        both.iter().map(|call| call.path.0.as_str()).collect::<Vec<_>>(),
        ["each[0]/get", "each[1]/get"]
    );
    answer(&mut drive, &both[1], json!("second"));
    let now: Vec<_> = calls(&drive).into_iter().map(|call| call.path.0).collect();
    assert_eq!(now, ["each[0]/get", "each[2]/get"]);
    let third = calls(&drive).remove(1);
    answer(&mut drive, &third, json!("third"));
    answer(&mut drive, &both[0], json!("first"));
    let found = output(&drive);
    assert_eq!((&found["count"], &found["succeeded"], &found["failed"]), (&json!(3), &json!(3), &json!(0)));
    let outputs: Vec<_> = found["results"].as_array().unwrap().iter().map(|r| r["output"].clone()).collect();
    assert_eq!(outputs, [json!("first"), json!("second"), json!("third")]);
}

#[test]
fn items_that_are_stored_leave_the_state_and_are_still_at_hand() {
    let mut drive =
        begun(vec![for_each("{{ ['only here'] }}", 1, None, vec![node("get", action("read"), &[])], &[])]);
    settle_all(&mut drive);
    assert!(serde_json::to_string(&drive.state).unwrap().contains("only here"));
    let blob = BlobRef { sha256: "ab".into(), size: 70_000 };
    drive.state.items_stored(&path("each"), &blob);
    assert!(!serde_json::to_string(&drive.state).unwrap().contains("only here"));
    assert_eq!(state_of(&drive).items, Payload::Blob(blob.clone()));
    assert_eq!(drive.state.value(&Payload::Blob(blob)), Ok(&json!(["only here"])));
}

#[test]
fn items_see_item_index_and_outer_steps() {
    let body =
        vec![set("line", json!({ "v": "{{ item }}", "i": "{{ index }}", "o": "{{ steps.first }}" }), &[])];
    let mut drive =
        begun(vec![set("first", json!("o"), &["each"]), for_each("{{ event.list }}", 1, None, body, &[])]);
    settle_all(&mut drive);
    assert_eq!(output(&drive)["results"][1]["output"], json!({ "v": 2, "i": 1, "o": "o" }));
    assert_eq!(drive.state.status(), RunStatus::Succeeded);
    // Nothing of the items is kept.
    assert_eq!(drive.state.steps().len(), 2);
}

fn odd_ones_fail() -> Vec<Node> {
    let case =
        |when: Option<&str>, next: &str| Case { when: when.map(str::to_owned), next: vec![next.to_owned()] };
    let cases = vec![case(Some("{{ item is odd }}"), "bad"), case(None, "good")];
    vec![
        node("look", NodeKind::Switch { cases, all: false }, &[]),
        node("bad", NodeKind::End { failed: true, output: json!({ "was": "{{ item }}" }) }, &[]),
        node("good", NodeKind::End { failed: false, output: json!("{{ item }}") }, &[]),
    ]
}

#[test]
fn failures_of_items_are_kept_and_a_quorum_decides() {
    let body = odd_ones_fail;
    let mut drive = begun(vec![for_each("{{ event.list }}", 3, None, body(), &[])]);
    settle_all(&mut drive);
    let found = output(&drive);
    assert_eq!((&found["succeeded"], &found["failed"]), (&json!(1), &json!(2)));
    assert_eq!(found["results"][0]["failure"]["detail"], json!({ "was": 1 }));
    assert_eq!(drive.state.status(), RunStatus::Succeeded);

    let mut drive = begun(vec![for_each("{{ event.list }}", 3, Some(Quorum::Percent(50.0)), body(), &[])]);
    settle_all(&mut drive);
    let (at, _, draft) = drive.state.open_exceptions().remove(0);
    assert_eq!((at.0.as_str(), draft.failure.as_ref().unwrap().code.as_str()), ("each", "TL0423"));
    resolve(&mut drive, "each", Resolution::Retried).unwrap();
    settle_all(&mut drive);
    assert_eq!(drive.state.step(&path("each")).unwrap().logical_attempt, 2);
}

#[test]
fn a_parked_item_gives_its_slot_away_and_takes_it_back() {
    let body = vec![set("check", json!("{{ item.x }}"), &["get"]), node("get", action("read"), &[])];
    let mut drive = begun(vec![for_each("{{ [{'x': 1}, 2, {'x': 3}] }}", 1, None, body, &[])]);
    settle_all(&mut drive);
    let first = calls(&drive).remove(0);
    answer(&mut drive, &first, json!(1));
    // The second has no `x` and parks; the third runs.
    assert_eq!(calls(&drive)[0].path.0, "each[2]/get");
    assert_eq!(state_of(&drive).parked.iter().collect::<Vec<_>>(), [&1]);
    let third = calls(&drive).remove(0);
    answer(&mut drive, &third, json!(3));
    assert_eq!(drive.state.status(), RunStatus::Waiting);
    resolve(&mut drive, "each[1]/check", Resolution::CompletedByHand { output: Payload::Inline(json!(2)) })
        .unwrap();
    settle_all(&mut drive);
    assert!(state_of(&drive).parked.is_empty());
    let second = calls(&drive).remove(0);
    answer(&mut drive, &second, json!(2));
    assert_eq!(output(&drive)["succeeded"], 3);
}

#[test]
fn giving_up_an_item_fails_the_item_alone() {
    let body = vec![set("check", json!("{{ item.x }}"), &[])];
    let mut drive = begun(vec![for_each("{{ [{'x': 1}, 2] }}", 5, None, body, &[])]);
    settle_all(&mut drive);
    resolve(&mut drive, "each[1]/check", Resolution::GaveUp { note: "no".into() }).unwrap();
    settle_all(&mut drive);
    assert_eq!((&output(&drive)["succeeded"], &output(&drive)["failed"]), (&json!(1), &json!(1)));
    assert_eq!(drive.state.status(), RunStatus::Succeeded);
}

#[test]
fn an_empty_list_ends_at_once_and_no_list_is_a_failure() {
    let body = || vec![set("x", json!(1), &[])];
    let mut drive = begun(vec![for_each("{{ [] }}", 1, Some(Quorum::All), body(), &[])]);
    settle_all(&mut drive);
    assert_eq!(output(&drive), json!({ "count": 0, "succeeded": 0, "failed": 0, "results": [] }));
    let mut drive = begun(vec![for_each("{{ event.n }}", 1, None, body(), &[])]);
    settle_all(&mut drive);
    assert_eq!(drive.state.open_exceptions()[0].2.failure.as_ref().unwrap().code, "TL0421");
}

#[test]
fn at_most_a_thousand_items_are_parked_at_once() {
    let body = vec![set("check", json!("{{ item.x }}"), &[])];
    let version = version(vec![for_each("{{ event.list }}", 7, None, body, &[])]);
    let mut drive = long(version, 1_200);
    settle_all(&mut drive);
    let each = state_of(&drive);
    assert_eq!((each.parked.len(), each.flying.len(), each.next), (1_000, 0, 1_000));
    resolve(&mut drive, "each[3]/check", Resolution::Skipped).unwrap();
    settle_all(&mut drive);
    let each = state_of(&drive);
    assert_eq!((each.parked.len(), each.next, each.ended()), (1_000, 1_001, 1));
}

fn long(version: crate::run::Version, count: u64) -> Drive {
    let mut drive = Drive::new(version, 1);
    drive.quiet = true;
    drive.state = RunState::new();
    drive.log.clear();
    let list: Vec<u64> = (0..count).collect();
    let start = started(&drive.version, json!({ "n": 4, "list": list }), false);
    drive.must(start);
    drive
}

#[test]
fn many_items_leave_in_segments_and_the_state_stays_flat() {
    let body = vec![set("twice", json!("{{ item * 2 }}"), &[])];
    let mut drive = long(version(vec![for_each("{{ event.list }}", 10, None, body, &[])]), 3_000);
    let mut largest = 0;
    let mut sealed = Vec::new();
    loop {
        let plan = drive.plan();
        if plan.ended {
            break;
        }
        assert!(plan.record.len() <= 24 && plan.work.len() <= 1, "a plan costs by what moved");
        for event in plan.record {
            drive.must(event);
        }
        for work in plan.work {
            let Work::Seal(seal) = work else { panic!("{work:?}") };
            sealed.push((seal.first, seal.results.as_array().unwrap().len()));
            drive.begin(Work::Seal(seal));
        }
        if let Phase::Iterating(each) = &drive.state.steps[&StepPath("each".into())].phase {
            largest = largest.max(each.tail.len() + each.flying.len() + each.finished.len());
            assert!(drive.state.steps.len() <= 1 + 21 && drive.state.scopes.len() <= 1 + 21);
        }
    }
    assert!(largest <= 256 + 21, "{largest}");
    assert_eq!(sealed.iter().map(|(_, count)| count).sum::<usize>(), 3_000);
    let found = output(&drive);
    assert_eq!(
        (&found["succeeded"], found["segments"].as_array().unwrap().len()),
        (&json!(3_000), sealed.len())
    );
    assert_eq!(found["segments"][0]["first"], 0);
    drive.refold();
}

#[test]
fn results_around_parked_items_are_sealed_in_shorter_runs() {
    let mut each = Each::new(Payload::Inline(json!([])), 5_000);
    let mut sealed = 0;
    for index in (0..4_000).filter(|index| index % 5 != 0) {
        each.end(index, Ok(Payload::Inline(json!(1))));
        while let Some((first, count)) = each.to_seal() {
            let blob = BlobRef { sha256: "h".into(), size: 1 };
            each.seal(first, crate::run::step::Segment { count, succeeded: count, blob });
            sealed += count;
        }
        assert!(each.tail.len() <= 1_024);
        assert_eq!(each.runs.values().sum::<u64>(), each.tail.len() as u64);
    }
    assert_eq!(sealed + each.tail.len() as u64, 3_200);
}

#[test]
fn a_cancel_ends_what_is_in_flight_and_starts_nothing() {
    let mut drive =
        begun(vec![for_each("{{ event.list }}", 2, None, vec![node("get", action("read"), &[])], &[])]);
    settle_all(&mut drive);
    drive.must(RunEvent::CancelRequested { by: "ana".into() });
    settle_all(&mut drive);
    assert_eq!(drive.state.status(), RunStatus::Cancelled);
    assert_eq!(drive.state.step(&path("each")).unwrap().status, StepStatus::Cancelled);
}

#[test]
fn logical_attempts_inside_never_repeat_after_the_whole_starts_over() {
    let body = vec![node("pay", action("once"), &[])];
    let mut drive = begun(vec![for_each("{{ [1] }}", 1, Some(Quorum::Count(2)), body, &[])]);
    settle_all(&mut drive);
    let mut used = Vec::new();
    for round in 0..3 {
        let call = calls(&drive).remove(0);
        used.push(call.logical_attempt);
        answer(&mut drive, &call, json!(round));
        resolve(&mut drive, "each", Resolution::Retried).unwrap();
        settle_all(&mut drive);
    }
    assert_eq!(used, [1, 2, 3]);
}

#[test]
fn expressions_see_the_results_of_every_segment_in_order() {
    let body = vec![set("twice", json!("{{ item * 2 }}"), &[])];
    let after = json!({
        "count": "{{ steps.each.results | length }}", "good": "{{ steps.each.succeeded }}",
        "all": "{{ steps.each.results }}", "whole": "{{ steps.each }}",
    });
    let nodes = vec![
        for_each("{{ event.list }}", 10, None, body, &["good"]),
        set("good", json!("{{ steps.each.succeeded }}"), &["after"]),
        set("after", after, &[]),
    ];
    let mut drive = long(version(nodes), 2_600);
    let mut loads = 0;
    loop {
        let plan = drive.plan();
        if plan.ended {
            break;
        }
        for event in plan.record {
            drive.must(event);
        }
        for work in plan.work {
            if matches!(&work, Work::Load(_)) {
                assert!(drive.state.step(&path("good")).is_some_and(|step| step.ended_at.is_some()));
                loads += 1;
            }
            drive.begin(work);
        }
    }
    assert_eq!(loads, 1, "the counts need no segment, the results all of them at once");
    let Some(Payload::Inline(found)) = drive.state.step(&path("after")).unwrap().output else { panic!() };
    assert_eq!((&found["count"], &found["good"]), (&json!(2_600), &json!(2_600)));
    for (index, result) in found["all"].as_array().unwrap().iter().enumerate() {
        assert_eq!(result, &json!({ "ok": true, "output": index * 2 }));
    }
    assert_eq!(found["whole"]["results"], found["all"]);
    assert_eq!(found["whole"]["segments"], Value::Null);
    drive.refold();
}

#[test]
fn results_that_are_too_large_together_are_named() {
    let body = vec![set("big", json!("{{ event.pad }}"), &[])];
    let nodes = vec![
        for_each("{{ event.list }}", 10, None, body, &["after"]),
        set("after", json!("{{ steps.each }}"), &[]),
    ];
    let mut drive = Drive::new(version(nodes), 1);
    drive.quiet = true;
    drive.state = RunState::new();
    drive.log.clear();
    let list: Vec<u64> = (0..600).collect();
    let start = started(&drive.version, json!({ "n": 4, "list": list, "pad": "x".repeat(30_000) }), false);
    drive.must(start);
    while drive.state.open_exceptions().is_empty() {
        let plan = drive.plan();
        for event in plan.record {
            drive.must(event);
        }
        for work in plan.work {
            assert!(!matches!(&work, Work::Load(_)), "nothing is read that would not fit");
            drive.begin(work);
        }
    }
    let (at, _, draft) = drive.state.open_exceptions().remove(0);
    assert_eq!(at, path("after"));
    let failure = draft.failure.clone().unwrap();
    assert_eq!(failure.code, "TL0141");
    assert!(failure.message.contains("`each`"), "{failure:?}");
}
