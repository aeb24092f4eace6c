//! Channels: what people are told by mail goes to an address of the workspace as well, signed.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use serde_json::{Value, json};
use throughline_engine::CommandError;
use throughline_engine::command::ChannelChange;
use throughline_host::services::Clock;
use throughline_intake::verify::Verify;
use throughline_store::{MailKind, PageRequest};

use crate::proposals::{approver, open, publish};
use crate::support::{Ground, MachineClock};
use crate::world::{BY, PATIENCE, World, invoice, on_both};

on_both!(a_proposal_is_told_signed_and_again_until_it_is_taken, bad_channels_are_refused);

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What came, and what is answered: each status once, then 204.
#[derive(Clone, Default)]
struct Receiver {
    came: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    answers: Arc<Mutex<Vec<StatusCode>>>,
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    receiver.came.lock().unwrap().push((headers, body));
    receiver.answers.lock().unwrap().pop().unwrap_or(StatusCode::NO_CONTENT)
}

impl Receiver {
    /// Its address.
    async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = axum::Router::new().route("/told", axum::routing::post(take)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        format!("http://{address}")
    }

    async fn until(&self, count: usize) -> Vec<(HeaderMap, Bytes)> {
        let began = tokio::time::Instant::now();
        loop {
            let came = self.came.lock().unwrap().clone();
            if came.len() >= count {
                return came;
            }
            assert!(began.elapsed() < PATIENCE, "{} came", came.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn change(origin: &str) -> ChannelChange {
    ChannelChange {
        url: format!("{origin}/told"),
        secret: "chat".to_owned(),
        proposals: true,
        exceptions: true,
    }
}

/// A workspace with a channel that may be reached.
async fn told(world: &World, origin: &str) {
    let scope = &world.scope;
    world.engine.put_secret(scope, "chat", SECRET.to_owned(), origin, BY).await.unwrap();
    world.engine.put_channel(scope, "chat", &change(origin), BY).await.unwrap();
}

async fn reachable(world: &World, origin: &str) {
    let port = origin.rsplit(':').next().unwrap();
    world
        .engine
        .grant_egress(&world.scope, &format!("127.0.0.1/32:{port}"), "the channel", BY)
        .await
        .unwrap();
}

fn checked((headers, body): &(HeaderMap, Bytes)) -> Value {
    let scheme = Verify::StandardWebhooks { secret: String::new() };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    scheme.check(SECRET.as_bytes(), header, body, MachineClock.now()).unwrap();
    serde_json::from_slice(body).unwrap()
}

async fn a_proposal_is_told_signed_and_again_until_it_is_taken(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let receiver = Receiver::default();
    let origin = receiver.start().await;
    told(&world, &origin).await;
    // A private address that nobody opened is not reached, and the answer says so.
    let closed = world.engine.test_channel(&world.scope, "chat").await.unwrap().unwrap_err();
    assert!(closed.contains("127.0.0.1"), "{closed}");
    assert!(receiver.came.lock().unwrap().is_empty());
    reachable(&world, &origin).await;
    world.engine.test_channel(&world.scope, "chat").await.unwrap().unwrap();
    assert_eq!(checked(&receiver.until(1).await[0])["type"], "test");
    receiver.answers.lock().unwrap().push(StatusCode::BAD_GATEWAY);

    approver(&world, 1, "ada").await;
    publish(&world, "bill", &invoice(""), "").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    let first = receiver.until(2).await[1].clone();
    let message = checked(&first);
    assert_eq!(message["type"], "proposal.opened");
    assert_eq!(message["data"]["proposal_id"], row.proposal.id().as_str());
    assert_eq!(message["data"]["money"]["amount"], "10.00", "{message}");
    let stored = world.store.list_mail(&world.scope, false, &PageRequest::first(10)).await.unwrap().items;
    let waits = stored.iter().find(|mail| mail.to == "channel:chat").unwrap();
    assert_eq!((waits.kind, waits.subject.as_str()), (MailKind::Proposal, "proposal.opened"));
    // It was not taken: the same comes again, under the same id.
    let again = receiver.until(3).await[2].clone();
    assert_eq!(again.0["webhook-id"], first.0["webhook-id"]);
    assert_eq!(checked(&again), message);
    world.stop().await;
}

async fn bad_channels_are_refused(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let scope = &world.scope;
    let origin = "http://127.0.0.1:9";
    world.engine.put_secret(scope, "chat", SECRET.to_owned(), origin, BY).await.unwrap();
    world.engine.put_secret(scope, "short", "whsec_c2hvcnQ=".to_owned(), origin, BY).await.unwrap();
    let good = change(origin);
    let bad = [
        ("Chat room", good.clone(), "a channel's name"),
        ("chat", ChannelChange { url: "ftp://example.com/x".to_owned(), ..good.clone() }, "the URL"),
        ("chat", ChannelChange { url: "https://other.example/told".to_owned(), ..good.clone() }, "bound to"),
        ("chat", ChannelChange { secret: "short".to_owned(), ..good.clone() }, "24 to 64"),
        ("chat", ChannelChange { proposals: false, exceptions: false, ..good.clone() }, "tells"),
        ("chat", ChannelChange { secret: "unknown".to_owned(), ..good.clone() }, "unknown"),
    ];
    for (name, change, words) in bad {
        let refused = world.engine.put_channel(scope, name, &change, BY).await.unwrap_err().to_string();
        assert!(refused.contains(words), "{change:?}: {refused}");
    }
    assert!(world.store.list_channels(scope).await.unwrap().is_empty());
    world.engine.put_channel(scope, "chat", &good, BY).await.unwrap();
    let used = world.engine.delete_secret(scope, "chat", BY).await.unwrap_err().to_string();
    assert!(used.contains("channel chat"), "{used}");
    world.engine.delete_channel(scope, "chat", BY).await.unwrap();
    world.engine.delete_secret(scope, "chat", BY).await.unwrap();
    let gone = world.engine.delete_channel(scope, "chat", BY).await.unwrap_err();
    assert!(matches!(gone, CommandError::NotFound { .. }), "{gone}");
    world.stop().await;
}
