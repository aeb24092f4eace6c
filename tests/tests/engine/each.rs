//! Lists, branches and code.

use std::collections::HashMap;

use serde_json::{Value, json};
use throughline_domain::run::event::{BlobRef, RunEvent};
use throughline_store::RunStatus;

use crate::support::Ground;
use crate::world::{World, on_both};

on_both!(
    twenty_items_four_at_a_time_keep_their_order_and_their_failure,
    many_items_leave_in_segments,
    a_parked_item_is_given_up_and_the_others_end,
    branches_meet_in_a_join,
    a_switch_may_take_several_ways,
    code_gives_the_same_every_time,
);

async fn twenty_items_four_at_a_time_keep_their_order_and_their_failure(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = r#"- id: lines
  for_each: "{{ event.lines }}"
  parallel: 4
  do:
    - { id: sort, switch: [ { when: "{{ item.bad }}", next: broken }, { else: true, next: book } ] }
    - { id: broken, end: { status: failed, output: { line: "{{ index }}" } } }
    - { id: book, action: accounting.create_invoice, connection: accounting, with: { customer: "{{ item.name }}", lines: [ { description: Work, quantity: "1", unit_price: "1.00" } ] }, next: result }
    - { id: result, set: { line: "{{ index }}", customer: "{{ steps.book.customer }}" } }"#;
    world.publish("lines", nodes).await;
    let lines: Vec<Value> = (0..20).map(|n| json!({ "name": format!("cus_{n}"), "bad": n == 7 })).collect();
    let run = world.run("lines", json!({ "lines": lines })).await;
    let detail = world.succeeded(&run).await;
    let output = world.output(&detail, "lines").await;
    assert_eq!(
        (&output["count"], &output["succeeded"], &output["failed"]),
        (&json!(20), &json!(19), &json!(1))
    );
    for (number, result) in output["results"].as_array().unwrap().iter().enumerate() {
        if number == 7 {
            assert_eq!(result["ok"], false, "{result}");
            assert_eq!(result["failure"]["detail"], json!({ "line": 7 }), "{result}");
        } else {
            assert_eq!(result["output"], json!({ "line": number, "customer": format!("cus_{number}") }));
        }
    }
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (19, 19));
    let effects = world.effects(&run).await;
    let keys: std::collections::BTreeSet<&str> =
        effects.iter().map(|it| it.idempotency_key.as_str()).collect();
    assert_eq!(keys.len(), 19, "each item has a key of its own");
    world.stop().await;
}

async fn many_items_leave_in_segments(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = r#"- id: lines
  for_each: "{{ event.lines }}"
  parallel: 100
  do:
    - { id: twice, set: { line: "{{ index }}", twice: "{{ item.n * 2 }}" } }
  next: nap
- { id: nap, wait: { for: 50ms }, next: after }
- { id: after, set: "{{ steps.lines.succeeded }}", next: all }
- { id: all, set: "{{ steps.lines.results }}" }"#;
    world.publish("many", nodes).await;
    let padding = "x".repeat(150);
    let lines: Vec<Value> = (0..3_000).map(|n| json!({ "n": n, "padding": padding })).collect();
    let run = world.run("many", json!({ "lines": lines })).await;
    let detail = world.succeeded(&run).await;
    assert_eq!(world.output(&detail, "after").await, 3_000);
    let output = world.output(&detail, "lines").await;
    let mut next = 0;
    for segment in output["segments"].as_array().unwrap() {
        assert_eq!(segment["first"], next, "{output}");
        let blob: BlobRef = serde_json::from_value(segment["blob"].clone()).unwrap();
        let results = world.store.read_blob(&world.scope, &blob).await.unwrap();
        for result in serde_json::from_slice::<Vec<Value>>(&results).unwrap() {
            assert_eq!(result["output"], json!({ "line": next, "twice": next * 2 }));
            next += 1;
        }
    }
    assert_eq!(next, 3_000);
    let all = world.output(&detail, "all").await;
    for (line, result) in all.as_array().unwrap().iter().enumerate() {
        assert_eq!(
            result["output"],
            json!({ "line": line, "twice": line * 2 }),
            "expressions see them in order"
        );
    }
    assert_eq!(all.as_array().unwrap().len(), 3_000);
    assert!(world.store.snapshot(&world.scope, &run).await.unwrap().is_some(), "a long log has a snapshot");
    let mut ended = HashMap::new();
    for entry in world.store.load_log(&world.scope, &run).await.unwrap() {
        match entry.event {
            RunEvent::ItemEnded { index, .. } => drop(ended.insert(index, entry.seq)),
            RunEvent::SegmentSealed { first, count, .. } => {
                let kept = entry.seq - ended[&(first + count - 1)];
                assert!(kept < 2_000, "results from {first} on stayed in the state for {kept} entries");
            }
            _ => {}
        }
    }
    world.stop().await;
}

async fn a_parked_item_is_given_up_and_the_others_end(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = r#"- id: jobs
  for_each: "{{ event.jobs }}"
  parallel: 2
  succeed: 2
  do:
    - { id: job, action: projects.get_job, connection: projects, with: { id: "{{ item }}" } }"#;
    world.publish("jobs", nodes).await;
    let run = world.run("jobs", json!({ "jobs": ["job_0001", "job_none", "job_0002"] })).await;
    let exception = world.exception(&run).await;
    assert_eq!(exception.path, "jobs[1]/job");
    assert_eq!(exception.reason, "unmatched_identity");
    world.until(&run, RunStatus::Waiting).await;
    world.resolve(&exception, json!({ "action": "give_up", "note": "no such job" })).await;
    let detail = world.succeeded(&run).await;
    let output = world.output(&detail, "jobs").await;
    assert_eq!((&output["succeeded"], &output["failed"]), (&json!(2), &json!(1)));
    world.stop().await;
}

async fn branches_meet_in_a_join(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = r#"- { id: start_all, set: 1, next: [ job, quick, slow ] }
- { id: job, action: projects.get_job, connection: projects, with: { id: job_0001 }, next: together }
- { id: quick, set: { n: 2 }, next: together }
- { id: slow, wait: { for: 200ms }, next: together }
- { id: together, join: all, next: sum }
- { id: sum, set: { job: "{{ steps.job.id }}", n: "{{ steps.quick.n }}", until: "{{ steps.slow.until }}" } }"#;
    world.publish("branches", nodes).await;
    let run = world.run("branches", json!({})).await;
    let detail = world.succeeded(&run).await;
    let mut arrived = world.output(&detail, "together").await["arrived"].as_array().unwrap().clone();
    arrived.sort_by_key(ToString::to_string);
    assert_eq!(arrived, [json!("job"), json!("quick"), json!("slow")]);
    let sum = world.output(&detail, "sum").await;
    assert_eq!((&sum["job"], &sum["n"]), (&json!("job_0001"), &json!(2)));
    let step = |node: &str| detail.steps.iter().find(|step| step.node == node).unwrap().clone();
    let waited = step("slow").ended_at.unwrap().0 - step("slow").ready_at.0;
    assert!((200_000..2_000_000).contains(&waited), "{waited} µs");
    world.stop().await;
}

async fn a_switch_may_take_several_ways(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = r#"- id: ways
  match: all
  switch:
    - { when: "{{ event.n > 1 }}", next: one }
    - { when: "{{ event.n > 2 }}", next: two }
    - { else: true, next: none }
- { id: one, set: 1, next: after }
- { id: two, set: 2, next: after }
- { id: none, set: 0, next: after }
- { id: after, join: all }"#;
    world.publish("ways", nodes).await;
    for (n, arrived) in [(5, json!(["one", "two"])), (2, json!(["one"])), (0, json!(["none"]))] {
        let run = world.run("ways", json!({ "n": n })).await;
        let detail = world.succeeded(&run).await;
        assert_eq!(world.output(&detail, "after").await["arrived"], arrived);
    }
    world.stop().await;
}

async fn code_gives_the_same_every_time(ground: Ground) {
    let world = World::start_with_code(&ground).await;
    let nodes = r#"- id: lines
  code: |
    const total = input.lines.reduce((sum, line) => sum + line.cents, 0);
    return { total, dice: Math.random(), at: Date.now(), network: typeof fetch };
  input: { lines: "{{ event.lines }}" }
  next: bad
- { id: bad, code: "return input.nothing.at.all;", input: {}, on_exception: why }
- { id: why, set: { why: "{{ steps.bad.error.message }}" } }"#;
    world.publish("code", nodes).await;
    let event = json!({ "lines": [ { "cents": 150 }, { "cents": 250 } ] });
    let run = world.run("code", event).await;
    let detail = world.succeeded(&run).await;
    let output = world.output(&detail, "lines").await;
    assert_eq!(output["total"], 400);
    let step = detail.steps.iter().find(|step| step.node == "lines").unwrap();
    assert_eq!(output["at"], json!(step.ready_at.as_millis()), "code's clock is when the step became ready");
    let dice = output["dice"].as_f64().unwrap();
    assert!((0.0..1.0).contains(&dice));
    let why = world.output(&detail, "why").await;
    assert!(!why["why"].as_str().unwrap().is_empty(), "{why}");
    world.stop().await;
}
