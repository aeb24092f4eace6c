//! The stream of what changed: proposals and what belongs to them, also of another node.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use futures::StreamExt;
use http::StatusCode;
use serde_json::{Value, json};
use throughline_engine::command::{NewComment, Wish};
use tower::ServiceExt;

use super::page::{asked, router, signed_in};
use super::{approver, decide, open, publish};
use crate::support::Ground;
use crate::world::{World, invoice, on_both};

on_both!(who_watches_hears_what_becomes_of_a_proposal);

/// A stream, read event by event.
struct Watcher {
    stream: BodyDataStream,
    text: String,
}

impl Watcher {
    async fn begin(router: &axum::Router, cookie: &str) -> Self {
        let request = asked("GET", "/api/v1/changes", Some(cookie)).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let mut watcher = Self { stream: response.into_body().into_data_stream(), text: String::new() };
        assert_eq!(watcher.next().await.0, "ready");
        watcher
    }

    /// The next event: its name and data.
    async fn next(&mut self) -> (String, Value) {
        loop {
            if let Some((one, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = one.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                    line.unwrap_or_default().to_owned()
                };
                let event = (field("event"), serde_json::from_str(&field("data")).unwrap_or_default());
                let rest = rest.to_owned();
                self.text = rest;
                if event.0.is_empty() {
                    continue;
                }
                return event;
            }
            let next = tokio::time::timeout(Duration::from_secs(20), self.stream.next());
            let chunk = next.await.expect("the stream is silent").expect("the stream ended").unwrap();
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// Reads on until something is in a state.
    async fn until(&mut self, kind: &str, id: &str, state: &str) {
        loop {
            let (event, data) = self.next().await;
            assert_eq!(data.get("content").or_else(|| data.get("summary")), None, "{data}");
            if (event.as_str(), data["id"].as_str(), data["state"].as_str()) == (kind, Some(id), Some(state))
            {
                assert_eq!(data["workspace"], "main");
                assert!(data["revision"].as_u64().is_some_and(|revision| revision > 0), "{data}");
                return;
            }
        }
    }
}

async fn who_watches_hears_what_becomes_of_a_proposal(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let cookie = signed_in(&world, &ada).await;
    let mut here = Watcher::begin(&router(&world), &cookie).await;
    // On PostgreSQL another node does nothing but watch.
    let other = if world.store.is_sqlite() { None } else { Some(Box::pin(World::open(&ground)).await) };
    let mut there = match &other {
        Some(other) => Some(Watcher::begin(&router(other), &cookie).await),
        None => None,
    };
    if there.is_some() {
        // The other node has said by then that somebody watches there.
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    publish(&world, "bill", &invoice(""), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    let id = row.proposal.id().as_str();
    let streams = [Some(&mut here), there.as_mut()];
    for stream in streams.into_iter().flatten() {
        stream.until("proposal", id, "open").await;
    }
    // What is said beside is a change too; nothing of the words is in it.
    let said = NewComment { text: "is it the new one?".to_owned(), ..NewComment::default() };
    world.engine.comment_on_proposal(&world.scope, row.proposal.id(), said, ada.as_str()).await.unwrap();
    let streams = [Some(&mut here), there.as_mut()];
    for stream in streams.into_iter().flatten() {
        stream.until("proposal", id, "open").await;
    }
    decide(&world, &row, &ada, Wish::Approve).await.unwrap();
    world.succeeded(&run).await;
    let streams = [Some(&mut here), there.as_mut()];
    for stream in streams.into_iter().flatten() {
        stream.until("proposal", id, "applied").await;
    }
    drop((here, there));
    if let Some(other) = other {
        other.store.close().await;
    }
    world.stop().await;
}
