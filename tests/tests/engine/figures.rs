//! The frozen views over a small history whose figures are known by hand, on both stores.

use std::collections::BTreeMap;

use serde_json::json;
use throughline_domain::id::RunId;
use throughline_domain::time::Timestamp;
use throughline_engine::command::{RetryRequest, RetryVersion, Wish};
use throughline_host::services::Clock;
use throughline_store::RunStatus;
use throughline_store::probe::{Arg, Reach, Sql, Value};

use crate::proposals::{approver, decide, open, publish};
use crate::support::{Ground, MachineClock};
use crate::world::{BY, World, invoice, on_both, text};

on_both!(the_straight_through_rate_is_what_a_hand_counts, other_workspaces_are_not_counted);

const ASK: &str = "- { id: ask, ask: { question: \"What now?\", form: [ { field: word } ], owner: team:ops, due: 1 business day } }";
const STOP: &str = "- { id: stop, raise: { reason: missing_required, sentence: \"Something is missing and somebody must say what\", \
                    owner: team:ops, due: 4h } }";

fn sql(text: String) -> &'static Sql {
    let text: &'static str = text.leak();
    Box::leak(Box::new(Sql::same(text).named("test", Reach::Global)))
}

fn cell(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Null => "-".to_owned(),
        Value::Bytes(_) => "bytes".to_owned(),
    }
}

impl World {
    async fn view(&self, columns: &str, view: &str, order: &str) -> Vec<Vec<String>> {
        let text = format!("SELECT {columns} FROM {view} WHERE workspace_id = 'main' ORDER BY {order}");
        let rows = self.store.probe_read(sql(text), Vec::<Arg>::new()).await.unwrap();
        rows.iter().map(|row| row.iter().map(cell).collect()).collect()
    }

    async fn asked_and_answered(&self, run: &RunId) {
        let asks = loop {
            let asks = self.store.asks_of_run(&self.scope, run).await.unwrap();
            if !asks.is_empty() {
                break asks;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        };
        self.engine.answer(&self.scope, &asks[0].ask, json!({ "word": "go on" }), BY).await.unwrap();
    }

    /// Nine workflows, thirteen runs.
    async fn history(&self) {
        let ada = approver(self, 1, "ada").await;
        self.publish("plain", "- { id: one, set: 1 }").await;
        self.publish("asks", ASK).await;
        self.publish("stops", STOP).await;
        self.publish("fails", "- { id: bad, end: { status: failed, output: 1 } }").await;
        self.publish("naps", "- { id: nap, wait: { for: 1h } }").await;
        publish(self, "bill", &invoice(""), "").await;
        self.publish_text(&text("quiet", "on: throughline.called", "- { id: one, set: 1 }")).await;
        self.publish_text(&text("loud", "on: throughline.called", ASK)).await;
        self.publish("calls_quiet", "- { id: child, call: quiet }").await;
        self.publish("calls_loud", "- { id: child, call: loud }").await;
        for _ in 0..3 {
            self.succeeded(&self.run("plain", json!({})).await).await;
        }
        let answered = self.run("asks", json!({})).await;
        self.asked_and_answered(&answered).await;
        self.succeeded(&answered).await;
        let waits = self.run("asks", json!({})).await;
        self.until(&waits, RunStatus::Waiting).await;
        let stopped = self.run("stops", json!({})).await;
        let exception = self.exception(&stopped).await;
        self.resolve(&exception, json!({ "action": "skip" })).await;
        self.succeeded(&stopped).await;
        self.over(&exception).await;
        let failed = self.run("fails", json!({})).await;
        self.until(&failed, RunStatus::Failed).await;
        let request =
            RetryRequest { from: None, input: None, version: RetryVersion::Current, repeat_effects: true };
        let again = self.engine.retry_run(&self.scope, &failed, request, BY).await.unwrap();
        self.until(&again.run_id, RunStatus::Failed).await;
        let napping = self.run("naps", json!({})).await;
        self.until(&napping, RunStatus::Waiting).await;
        self.engine.cancel_run(&self.scope, &napping, BY).await.unwrap();
        self.until(&napping, RunStatus::Cancelled).await;
        let billed = self.run("bill", json!({ "order": "o-1" })).await;
        let proposal = open(self, &billed).await;
        decide(self, &proposal, &ada, Wish::Approve).await.unwrap();
        self.succeeded(&billed).await;
        self.succeeded(&self.run("calls_quiet", json!({})).await).await;
        let calls = self.run("calls_loud", json!({})).await;
        let child = loop {
            let children = self.store.children(&self.scope, &calls).await.unwrap();
            if let Some(child) = children.first() {
                break child.run.clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        };
        self.asked_and_answered(&child).await;
        self.succeeded(&calls).await;
    }
}

/// Workflow, runs, ended, straight through; by hand.
const TABLE: [(&str, u64, u64, u64); 8] = [
    ("asks", 2, 1, 0),
    ("bill", 1, 1, 0),
    ("calls_loud", 1, 1, 0),
    ("calls_quiet", 1, 1, 1),
    ("fails", 2, 2, 0),
    ("naps", 1, 1, 0),
    ("plain", 3, 3, 3),
    ("stops", 1, 1, 0),
];

async fn the_straight_through_rate_is_what_a_hand_counts(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let began = MachineClock.now();
    Box::pin(world.history()).await;
    let ended = MachineClock.now();
    // A history around midnight has two days.
    let mut counted: BTreeMap<String, (u64, u64, u64)> = BTreeMap::new();
    for row in world.store.straight_through(&world.scope, None, (began, ended)).await.unwrap() {
        let sum = counted.entry(row.workflow).or_default();
        *sum = (sum.0 + row.runs, sum.1 + row.ended, sum.2 + row.straight_through);
    }
    let by_hand = TABLE.map(|(name, runs, ended, through)| (name.to_owned(), (runs, ended, through)));
    assert_eq!(counted, by_hand.into());
    let one = world.store.straight_through(&world.scope, Some("plain"), (began, ended)).await.unwrap();
    assert!(one.iter().all(|row| row.workflow == "plain") && !one.is_empty());
    let view = world.view("workflow_id, runs, ended, straight_through", "ops_straight_through", "1").await;
    let mut counted: BTreeMap<String, (u64, u64, u64)> = BTreeMap::new();
    for row in view {
        let number = |at: usize| row[at].parse::<u64>().unwrap();
        let sum = counted.entry(row[0].clone()).or_default();
        *sum = (sum.0 + number(1), sum.1 + number(2), sum.2 + number(3));
    }
    let by_hand = TABLE.map(|(name, runs, ended, through)| (name.to_owned(), (runs, ended, through)));
    assert_eq!(counted, by_hand.into(), "the view says the same");
    let runs = world
        .view(
            "status, touches, coalesce(straight_through, 9), proposals, decisions",
            "ops_run",
            "workflow_id, run_id",
        )
        .await;
    assert_eq!(runs.len(), 14, "with the two that were called: {runs:?}");
    let proposals = world
        .view(
            "state, approvals, edits, rejections, unopened, CASE WHEN apply_ms >= 0 THEN 1 ELSE 0 END",
            "ops_proposal",
            "1",
        )
        .await;
    assert_eq!(proposals, [["applied", "1", "0", "0", "1", "1"]]);
    let exceptions = world
        .view(
            "reason, state, ended, auto_resolved, met_deadline, waiting_steps, minutes, running_minutes",
            "ops_exception",
            "1",
        )
        .await;
    assert_eq!(exceptions, [["missing_required", "resolved", "person", "0", "1", "0", "0", "0"]]);
    world.stop().await;
}

async fn other_workspaces_are_not_counted(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    world.publish("plain", "- { id: one, set: 1 }").await;
    let began = MachineClock.now();
    world.succeeded(&world.run("plain", json!({})).await).await;
    let other = throughline_store::Scope::new("other").unwrap();
    world.store.create_workspace(&other, "Other", Timestamp::default()).await.unwrap();
    let days = (began, MachineClock.now());
    assert_eq!(world.store.straight_through(&world.scope, None, days).await.unwrap().len(), 1);
    assert!(world.store.straight_through(&other, None, days).await.unwrap().is_empty());
    world.stop().await;
}
