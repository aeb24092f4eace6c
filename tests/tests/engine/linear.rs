//! One run from end to end, one event twice, and values of every size.

use serde_json::{Value, json};
use throughline_domain::connector::Effect;
use throughline_domain::run::event::{Evidence, Payload};
use throughline_intake::{Incoming, WebhookRequest};
use throughline_store::{EffectState, EventKind, PageRequest, RunFilter};

use crate::support::Ground;
use crate::world::{World, invoice, on_both, text};

on_both!(
    a_line_of_steps_becomes_one_invoice,
    the_same_event_twice_at_once_is_one_run,
    what_is_large_goes_to_the_blob_store_and_comes_back,
    odd_values_come_through_whole,
);

async fn a_line_of_steps_becomes_one_invoice(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = r#"- { id: job, action: projects.get_job, connection: projects, with: { id: "{{ event.job }}" }, next: draft }
- { id: draft, set: { customer: "{{ steps.job.customer_id }}", lines: "{{ steps.job.lines }}", reference: "{{ steps.job.number }}" }, next: proof }
- id: proof
  switch:
    - { when: "{{ steps.job.photos | length >= 2 }}", next: invoice }
    - { else: true, next: poor }
- { id: invoice, action: accounting.create_invoice, connection: accounting, with: "{{ steps.draft }}", next: done }
- { id: done, end: { output: { number: "{{ steps.invoice.number }}", total: "{{ steps.invoice.total }}" } } }
- { id: poor, end: { status: failed } }"#;
    world.publish("line", nodes).await;
    let run = world.run("line", json!({ "job": "job_0001" })).await;
    let detail = world.succeeded(&run).await;
    let statuses: Vec<(String, Value)> =
        detail.steps.iter().map(|step| (step.node.clone(), json!(step.status))).collect();
    let of = |node: &str, status: &str| (node.to_owned(), json!(status));
    for step in ["job", "draft", "proof", "invoice", "done"] {
        assert!(statuses.contains(&of(step, "succeeded")), "{statuses:?}");
    }
    assert!(!statuses.contains(&of("poor", "succeeded")), "{statuses:?}");
    let [effect] = detail.effects.as_slice() else { panic!("{:#?}", detail.effects) };
    assert_eq!((effect.state, effect.sending), (EffectState::Confirmed, 1));
    assert_eq!((effect.class, effect.evidence), (Effect::WriteIdempotent, Some(Evidence::Answer)));
    let receipt = world.engine.load_payload(&world.scope, effect.receipt.as_ref().unwrap()).await.unwrap();
    assert_eq!(receipt["number"], "INV-0001");
    assert_eq!(receipt["total"], "227.00");
    let [write] = ground.writes("/v1/invoices").await.try_into().unwrap();
    assert!(write.applied);
    assert_eq!(write.idempotency_key.as_deref(), Some(effect.idempotency_key.as_str()));
    let order: Vec<&str> = detail.log.iter().map(|entry| entry.event.tag()).collect();
    let at = |tag: &str| order.iter().position(|it| *it == tag).unwrap();
    assert!(at("effect_intended") < at("effect_settled"), "{order:?}");
    world.stop().await;
}

async fn the_same_event_twice_at_once_is_one_run(ground: Ground) {
    let world = World::start(&ground).await;
    let trigger = "on: throughline.manual, dedupe: \"{{ event.delivery }}\"";
    world.publish_text(&text("once", trigger, &invoice(""))).await;
    let event = json!({ "delivery": "d-1" });
    let accept =
        || world.intake.accept(&world.scope, "once", Incoming::new(EventKind::Manual, event.clone()));
    let together = tokio::join!(accept(), accept(), accept(), accept(), accept(), accept());
    let together: [_; 6] = together.into();
    let together = together.map(Result::unwrap);
    assert_eq!(together.iter().filter(|accepted| !accepted.duplicate).count(), 1, "{together:?}");
    assert!(together.iter().all(|accepted| accepted.run == together[0].run), "{together:?}");
    world.succeeded(&together[0].run).await;
    let again = accept().await.unwrap();
    assert!(again.duplicate);
    assert_eq!(again.run, together[0].run);
    let runs =
        world.store.list_runs(&world.scope, &RunFilter::default(), &PageRequest::first(10)).await.unwrap();
    assert_eq!(runs.items.len(), 1);
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    world.stop().await;
}

async fn what_is_large_goes_to_the_blob_store_and_comes_back(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = r#"- { id: twice, set: { both: "{{ event.text ~ event.text }}", small: 7 }, next: nap }
- { id: nap, wait: { for: 100ms }, next: size }
- { id: size, set: { bytes: "{{ steps.twice.both | length }}", small: "{{ steps.twice.small }}" } }"#;
    world.publish("large", nodes).await;
    let half = "ä".repeat(60_000);
    let run = world.run("large", json!({ "text": half })).await;
    let detail = world.succeeded(&run).await;
    let step = detail.steps.iter().find(|step| step.node == "twice").unwrap();
    assert!(matches!(step.output, Some(Payload::Blob(_))), "{:?}", step.status);
    assert_eq!(world.output(&detail, "twice").await["both"], half.repeat(2));
    assert_eq!(world.output(&detail, "size").await, json!({ "bytes": 120_000, "small": 7 }));
    world.stop().await;
}

async fn odd_values_come_through_whole(ground: Ground) {
    let world = World::start(&ground).await;
    let trigger = "on: webhook.received, with: { path: odd }";
    world.publish_text(&text("odd", trigger, "- { id: same, set: \"{{ event }}\" }")).await;
    let hook = |body: &str| {
        let request = WebhookRequest {
            method: "POST".to_owned(),
            path_and_query: "/hooks/main/odd".to_owned(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.as_bytes().to_vec(),
        };
        world.intake.webhook(&world.scope, "odd", request)
    };
    let answer =
        hook(r#"{"nul":"a\u0000b","big":9223372036854775808,"small":-9223372036854775808,"z":1,"a":2}"#)
            .await;
    let answer = answer.unwrap();
    assert_eq!(answer.status, 202);
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    let run = body["run_id"].as_str().unwrap().parse().unwrap();
    let detail = world.succeeded(&run).await;
    let same = world.output(&detail, "same").await;
    assert_eq!(same["nul"], "a\0b");
    assert_eq!(same["big"], json!(9_223_372_036_854_775_808_u64));
    assert_eq!(same["small"], json!(i64::MIN));
    let refused = hook(r#"{"a":1,"a":2}"#).await.unwrap_err();
    assert_eq!(refused.status(), 400, "{refused}");
    let runs =
        world.store.list_runs(&world.scope, &RunFilter::default(), &PageRequest::first(10)).await.unwrap();
    assert_eq!(runs.items.len(), 1);
    world.stop().await;
}
