//! Waiting for events, calling workflows, and answering webhooks.

use std::time::Duration;

use serde_json::{Value, json};
use throughline_domain::run::event::RunEvent;
use throughline_intake::WebhookRequest;
use throughline_store::RunStatus;

use crate::support::Ground;
use crate::world::{BY, World, on_both, text};

on_both!(
    an_event_after_the_wait_ends_it,
    an_event_before_the_wait_is_not_missed,
    an_event_that_never_comes_takes_the_timeout,
    an_internal_event_starts_who_listens,
    a_call_gives_its_output_or_its_failure,
    a_cancel_reaches_the_called_run,
    a_webhook_waits_for_its_answer,
);

const WAIT: &str = "- { id: paid, wait: { event: order.paid, key: \"{{ event.order }}\", timeout: 1h }, next: after }\n\
    - { id: after, set: { amount: \"{{ steps.paid.amount }}\" } }";

async fn an_event_after_the_wait_ends_it(ground: Ground) {
    let world = World::start(&ground).await;
    world.publish("order", WAIT).await;
    let run = world.run("order", json!({ "order": "7" })).await;
    let other = world.run("order", json!({ "order": "8" })).await;
    world.until(&run, RunStatus::Waiting).await;
    world.until(&other, RunStatus::Waiting).await;
    let publish = |key: &'static str, amount: &'static str| {
        world.engine.publish_event(&world.scope, "order.paid", Some(key), json!({ "amount": amount }), BY)
    };
    publish("7", "12.00").await.unwrap();
    let detail = world.succeeded(&run).await;
    assert_eq!(world.output(&detail, "after").await, json!({ "amount": "12.00" }));
    assert_eq!(world.until(&other, RunStatus::Waiting).await.ended_at, None);
    publish("8", "13.00").await.unwrap();
    publish("8", "14.00").await.unwrap();
    let detail = world.succeeded(&other).await;
    assert_eq!(world.output(&detail, "after").await, json!({ "amount": "13.00" }));
    world.stop().await;
}

async fn an_event_before_the_wait_is_not_missed(ground: Ground) {
    let world = World::start(&ground).await;
    world.publish("order", &format!("- {{ id: nap, wait: {{ for: 600ms }}, next: paid }}\n{WAIT}")).await;
    let early = json!({ "amount": "1.00" });
    world.engine.publish_event(&world.scope, "order.paid", Some("7"), early, BY).await.unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    let run = world.run("order", json!({ "order": 7 })).await;
    world.until(&run, RunStatus::Waiting).await;
    let amount = json!({ "amount": "12.00" });
    world.engine.publish_event(&world.scope, "order.paid", Some("7"), amount.clone(), BY).await.unwrap();
    let detail = world.succeeded(&run).await;
    assert_eq!(
        world.output(&detail, "after").await,
        amount,
        "what came before the run's start does not count"
    );
    world.stop().await;
}

async fn an_event_that_never_comes_takes_the_timeout(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = "- { id: paid, wait: { event: order.paid, key: k, timeout: 200ms, on_timeout: late } }\n\
                 - { id: late, set: late }";
    world.publish("late", nodes).await;
    let run = world.run("late", json!({})).await;
    let detail = world.succeeded(&run).await;
    assert_eq!(world.output(&detail, "late").await, "late");
    world.publish("parks", "- { id: paid, wait: { event: order.paid, key: k, timeout: 200ms } }").await;
    let run = world.run("parks", json!({})).await;
    assert_eq!(world.exception(&run).await.reason, "deadline_passed");
    world.stop().await;
}

async fn an_internal_event_starts_who_listens(ground: Ground) {
    let world = World::start(&ground).await;
    let trigger = "on: throughline.event, with: { type: order.paid }";
    world.publish_text(&text("listens", trigger, "- { id: same, set: \"{{ event.n }}\" }")).await;
    let published =
        world.engine.publish_event(&world.scope, "order.paid", None, json!({ "n": 3 }), BY).await.unwrap();
    let [run] = published.run_ids.as_slice() else { panic!("{published:?}") };
    let detail = world.succeeded(run).await;
    assert_eq!(world.output(&detail, "same").await, 3);
    let none = world.engine.publish_event(&world.scope, "order.lost", None, json!({}), BY).await.unwrap();
    assert!(none.run_ids.is_empty());
    world.stop().await;
}

const CALLEE: &str = "- { id: sort, switch: [ { when: \"{{ event.n > 9 }}\", next: bad }, { else: true, next: good } ] }\n\
    - { id: bad, end: { status: failed, output: { why: large } } }\n\
    - { id: good, end: { output: { twice: \"{{ event.n * 2 }}\" } } }";

async fn a_call_gives_its_output_or_its_failure(ground: Ground) {
    let world = World::start(&ground).await;
    world.publish_text(&text("callee", "on: throughline.called", CALLEE)).await;
    let nodes = "- { id: child, call: callee, with: { n: \"{{ event.n }}\" }, next: after, on_exception: failed }\n\
                 - { id: after, set: \"{{ steps.child.twice }}\" }\n\
                 - { id: failed, set: \"{{ steps.child.error.message }}\" }";
    world.publish("caller", nodes).await;
    let run = world.run("caller", json!({ "n": 4 })).await;
    let detail = world.succeeded(&run).await;
    assert_eq!(world.output(&detail, "after").await, 8);
    let [child] = world.store.children(&world.scope, &run).await.unwrap().try_into().unwrap();
    assert_eq!((child.workflow.as_str(), child.status), ("callee", RunStatus::Succeeded));
    assert_eq!(child.parent.unwrap().run, run);
    let run = world.run("caller", json!({ "n": 40 })).await;
    let detail = world.succeeded(&run).await;
    assert!(world.output(&detail, "failed").await.is_string());
    let [child] = world.store.children(&world.scope, &run).await.unwrap().try_into().unwrap();
    assert_eq!(child.status, RunStatus::Failed);
    world.stop().await;
}

async fn a_cancel_reaches_the_called_run(ground: Ground) {
    let world = World::start(&ground).await;
    let nap = "- { id: nap, wait: { for: 1h } }";
    world.publish_text(&text("sleeper", "on: throughline.called", nap)).await;
    world.publish("caller", "- { id: child, call: sleeper }").await;
    let run = world.run("caller", json!({})).await;
    world.until(&run, RunStatus::Waiting).await;
    world.engine.cancel_run(&world.scope, &run, BY).await.unwrap();
    world.until(&run, RunStatus::Cancelled).await;
    let [child] = world.store.children(&world.scope, &run).await.unwrap().try_into().unwrap();
    assert_eq!(child.status, RunStatus::Cancelled, "the called run is cancelled before the caller says so");
    world.stop().await;
}

async fn a_webhook_waits_for_its_answer(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = "- { id: job, action: projects.get_job, connection: projects, with: { id: \"{{ event.job }}\" }, next: answer }\n\
        - { id: answer, respond: { status: 201, headers: { x-job: \"{{ steps.job.id }}\" }, body: { number: \"{{ steps.job.number }}\" } }, next: nap }\n\
        - { id: nap, wait: { for: 1h } }";
    let trigger = "on: webhook.received, with: { path: ask, reply: sync }, dedupe: \"{{ event.id }}\"";
    world.publish_text(&text("answers", trigger, nodes)).await;
    let ask = || {
        let request = WebhookRequest {
            method: "POST".to_owned(),
            path_and_query: "/hooks/main/ask".to_owned(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: json!({ "job": "job_0001", "id": "once" }).to_string().into_bytes(),
        };
        world.intake.webhook(&world.scope, "ask", request)
    };
    for _ in 0..2 {
        let answer = ask().await.unwrap();
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
        assert!(
            answer.headers.contains(&("x-job".to_owned(), "job_0001".to_owned())),
            "{:?}",
            answer.headers
        );
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(body["number"].is_string(), "{body}");
    }
    let calls = ground.projects.ledger().await.unwrap();
    assert_eq!(
        calls.iter().filter(|call| call.path == "/v1/jobs/job_0001").count(),
        1,
        "the second is the stored answer"
    );
    let open = world.store.open_runs(&world.scope).await.unwrap();
    assert_eq!(open.iter().map(|(_, count)| count).sum::<u64>(), 1);
    let runs = throughline_store::RunFilter::default();
    let page =
        world.store.list_runs(&world.scope, &runs, &throughline_store::PageRequest::first(5)).await.unwrap();
    let log = world.store.load_log(&world.scope, &page.items[0].run).await.unwrap();
    assert_eq!(log.iter().filter(|entry| matches!(entry.event, RunEvent::Replied { .. })).count(), 1);
    world.stop().await;
}
