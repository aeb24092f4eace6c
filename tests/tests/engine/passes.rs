//! A later run of the same record that gets past where an earlier one stopped is evidence: the exception is over, and
//! what waited on it ends.

use std::time::Duration;

use serde_json::{Value, json};
use throughline_domain::exception::life::Strength;
use throughline_domain::id::{ExceptionId, RunId};
use throughline_domain::run::StepStatus;
use throughline_domain::run::event::{Resolution, RunEvent};
use throughline_engine::command::{ExceptionAct, ResolveRequest, Verb};
use throughline_store::{ExceptionRow, ExceptionState, RunStatus};

use crate::support::Ground;
use crate::world::{BY, PATIENCE, World, on_both, text};

on_both!(
    a_later_clean_run_resolves_and_supersedes,
    what_is_no_clean_pass_shows_nothing,
    what_a_person_said_is_seen_through_first,
);

/// Looks whether an order has its photos and its customer.
fn orders() -> String {
    let nodes = "- id: look\n  switch:\n    - { when: \"{{ event.held }}\", next: held }\n    - { when: \"{{ event.photos > 1 }}\", next: whole }\n    - { else: true, next: missing }\n\
         - { id: whole, set: { order: \"{{ event.order }}\" } }\n\
         - { id: missing, raise: { reason: missing_required, sentence: \"Order {{ event.order }} has too few photos.\", money: \"{{ event.order }}.50\" }, next: after }\n\
         - { id: after, set: { order: \"{{ event.order }}\" } }\n\
         - { id: held, raise: { reason: policy_hold, sentence: \"Order {{ event.order }} is held for its customer.\" } }";
    text("orders", "on: throughline.manual", nodes)
        .replace("nodes:\n", "keys: { order: \"{{ event.order }}\" }\nnodes:\n")
}

fn order(order: u32, photos: u32, held: bool) -> Value {
    json!({ "order": order, "photos": photos, "held": held })
}

mod postgres_nodes {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_another_node_filed_is_found() {
        super::what_another_node_filed_is_found(crate::support::Ground::postgres().await).await;
    }
}

impl World {
    async fn stops(&self, event: Value) -> (RunId, ExceptionId) {
        let run = self.run("orders", event).await;
        self.until(&run, RunStatus::Waiting).await;
        self.engine.tend_exceptions().await.unwrap();
        let step = self.exception(&run).await;
        let row = self.store.get_exception(&self.scope, &step.exception).await.unwrap().unwrap();
        (run, row.exception)
    }

    async fn of(&self, exception: &ExceptionId) -> ExceptionRow {
        self.store.get_exception(&self.scope, exception).await.unwrap().unwrap()
    }

    async fn gone(&self, exception: &ExceptionId) -> ExceptionRow {
        let began = tokio::time::Instant::now();
        loop {
            let row = self.of(exception).await;
            if row.resolved_at.is_some() {
                return row;
            }
            assert!(began.elapsed() < PATIENCE, "{row:#?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Long enough for the desk to have looked.
    async fn stays_open(&self, exception: &ExceptionId) {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let row = self.of(exception).await;
        assert!(row.resolved_at.is_none(), "{row:#?}");
    }
}

async fn a_later_clean_run_resolves_and_supersedes(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    world.publish_text(&orders()).await;
    let (first, one) = world.stops(order(7, 0, false)).await;
    let (again, same) = world.stops(order(7, 1, false)).await;
    let (_, other) = world.stops(order(8, 0, false)).await;
    assert_eq!(one, same, "one a record");
    assert_eq!(world.of(&one).await.money, Some(750));
    let later = world.run("orders", order(7, 2, false)).await;
    world.succeeded(&later).await;
    let row = world.gone(&one).await;
    assert_eq!(
        (row.state, row.ended.as_deref(), row.strength, row.resolved_by),
        (ExceptionState::Resolved, Some("evidence"), Some(Strength::Evidence), None)
    );
    for run in [&first, &again] {
        let detail = world.succeeded(run).await;
        let step = detail.steps.iter().find(|step| step.path.0 == "missing").unwrap();
        assert_eq!(step.status, StepStatus::Skipped);
        assert!(detail.steps.iter().all(|step| step.path.0 != "after"), "nothing follows from it");
        let said = detail.log.iter().find_map(|entry| match &entry.event {
            RunEvent::ExceptionResolved { resolution, by, .. } => Some((resolution.clone(), by.clone())),
            _ => None,
        });
        assert_eq!(said, Some((Resolution::Superseded { by: later.clone() }, "runner".to_owned())));
        let steps = world.store.exceptions_of_run(&world.scope, run).await.unwrap();
        assert_eq!(steps[0].state, ExceptionState::Superseded);
    }
    let log = world.store.exception_log(&world.scope, &one).await.unwrap();
    let last = json!(log.last().unwrap().transition);
    assert_eq!(last["event"]["evidence"]["run"], json!(later), "{last:#}");
    world.stays_open(&other).await;
    // The same again: it was over a moment ago, so it is the same one.
    let (_, back) = world.stops(order(7, 0, false)).await;
    assert_eq!(back, one);
    assert_eq!(world.of(&one).await.reopened, 1);
    world.stop().await;
}

async fn what_is_no_clean_pass_shows_nothing(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    world.publish_text(&orders()).await;
    let (_, one) = world.stops(order(7, 0, false)).await;
    // It did not come to the photos, but stopped at something else.
    let (held, other) = world.stops(order(7, 2, true)).await;
    assert_ne!(one, other);
    world.stays_open(&one).await;
    // Nor does it show anything when somebody gives it up.
    let dismiss = ExceptionAct::Dismiss { reason: "the customer left".to_owned() };
    world.engine.act_on_exception(&world.scope, &other, &dismiss, BY).await.unwrap();
    world.until(&held, RunStatus::Failed).await;
    world.stays_open(&one).await;
    // Another order's run is no evidence.
    let another = world.run("orders", order(8, 2, false)).await;
    world.succeeded(&another).await;
    world.stays_open(&one).await;
    world.stop().await;
}

async fn what_a_person_said_is_seen_through_first(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    world.publish_text(&orders()).await;
    let (first, one) = world.stops(order(7, 0, false)).await;
    let skip = ResolveRequest::new(Verb::Skip);
    world.engine.resolve_exception(&world.scope, &one, skip, BY).await.unwrap();
    let later = world.run("orders", order(7, 2, false)).await;
    world.succeeded(&later).await;
    let row = world.gone(&one).await;
    assert_eq!((row.ended.as_deref(), row.resolved_by.as_deref()), (Some("person"), Some(BY)));
    let detail = world.succeeded(&first).await;
    assert!(detail.steps.iter().any(|step| step.path.0 == "after"), "it went on");
    world.stop().await;
}

/// The node that filed the exception is gone; the one that drove the later run did not know of it.
async fn what_another_node_filed_is_found(ground: Ground) {
    let stays = Box::pin(World::start(&ground)).await;
    stays.publish_text(&orders()).await;
    // Its first look through what is open is over.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let goes = Box::pin(World::open(&ground)).await;
    goes.engine.start().await.unwrap();
    let (first, one) = goes.stops(order(7, 0, false)).await;
    goes.stop().await;
    let later = stays.run("orders", order(7, 2, false)).await;
    stays.succeeded(&later).await;
    let row = stays.gone(&one).await;
    assert_eq!(row.ended.as_deref(), Some("evidence"));
    stays.succeeded(&first).await;
    stays.stop().await;
}
