//! Trying a step of a text that is being written: reads are made, writes only shown.

use serde_json::json;
use throughline_domain::expression::{Prepared, Scope as Names};
use throughline_domain::time::Timestamp;
use throughline_engine::command::{TriedEnd, TriedStep};

use crate::support::Ground;
use crate::world::{World, invoice, on_sqlite};

on_sqlite!(
    a_write_is_shown_and_not_sent,
    a_read_answers_as_in_a_run,
    what_would_fail_says_why,
    a_read_that_writes_is_stopped,
);

/// A text without owner, source, log or review: what somebody has after a minute.
fn half(nodes: &str) -> String {
    format!("workflow: half\nnodes:\n{nodes}\n")
}

impl World {
    async fn tried(&self, text: &str, node: &str) -> TriedStep {
        let event = json!({ "id": "evt_1", "job": "job_0001" });
        let names = Names::new(Prepared::new(&event), Timestamp(1_700_000_000_000_000));
        self.engine.try_step(&self.scope, text, node, &names).await.unwrap()
    }
}

async fn a_write_is_shown_and_not_sent(ground: Ground) {
    let world = World::start(&ground).await;
    let tried = world.tried(&half(&invoice("")), "invoice").await;
    let TriedEnd::Previewed(content) = tried.end else { panic!("{:?}", tried.end) };
    let [write] = &content.operations[..] else { panic!("{content:?}") };
    assert_eq!(
        (write.action.to_string().as_str(), write.system.as_str()),
        ("accounting.create_invoice", "accounting")
    );
    assert!(!write.fields.is_empty() && content.money.is_some(), "{content:?}");
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (0, 0));
    world.stop().await;
}

async fn a_read_answers_as_in_a_run(ground: Ground) {
    let world = World::start(&ground).await;
    let read =
        "- { id: read, action: projects.get_job, connection: projects, with: { id: \"{{ event.job }}\" } }";
    let tried = world.tried(&half(read), "read").await;
    let TriedEnd::Ran(output) = &tried.end else { panic!("{:?}", tried.end) };
    assert_eq!((&output["id"], &tried.input["id"]), (&json!("job_0001"), &json!("job_0001")), "{output}");
    world.stop().await;
}

async fn what_would_fail_says_why(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = "- { id: lost, action: http.read, connection: nowhere, with: { path: /v1/customers } }\n\
                 - { id: blind, set: { a: \"{{ steps.later.id }}\" } }";
    for node in ["lost", "blind"] {
        let tried = world.tried(&half(nodes), node).await;
        let TriedEnd::Failed(failure) = &tried.end else { panic!("{:?}", tried.end) };
        assert!(!failure.message.is_empty(), "{failure:?}");
    }
    world.stop().await;
}

/// An action that only claims to read leaves nothing behind either.
async fn a_read_that_writes_is_stopped(ground: Ground) {
    let world = World::start(&ground).await;
    let sly = "- { id: sly, action: http.read, connection: any, with: { method: POST, path: /v1/invoices } }";
    let tried = world.tried(&half(sly), "sly").await;
    assert!(matches!(tried.end, TriedEnd::Failed(_)), "{:?}", tried.end);
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (0, 0));
    world.stop().await;
}
