//! `GET /api/v1/changes`: what changed, as server-sent events, for as long as whoever asks may see it.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt::Write;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;
use throughline_store::Scope;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::auth::{Quiet, See, Span};
use crate::error::{ApiError, ErrorAnswer, Result, codes};
use crate::feed::{Change, Seat};
use crate::state::ApiState;

/// How often it is looked whether they may still see it.
const CHECK: Duration = Duration::from_secs(3);
/// A line that keeps proxies from thinking that nobody is there.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// Chunks that wait for a slow reader, and how long the next one waits for a place.
const CHUNKS: usize = 16;
const PATIENCE: Duration = Duration::from_secs(5);

/// What changed, as it happens
///
/// A stream of server-sent events: `run`, `proposal`, `exception`, `ask`, `connection` and `workflow`, each with `workspace`, `id`,
/// `state` and `revision`, and never with content. First comes `ready`. With `Last-Event-ID` it goes on behind that event; where
/// that is not known any more, or something may have been missed, `reset` says to load everything anew. `end` says why it ends:
/// `signed_out` or `draining`. A line every 10 s shows that it lives. At most 8 at once for one person.
#[utoipa::path(get, path = "/api/v1/changes", tag = "events",
    params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was seen.")),
    responses((status = 200, description = "The stream.", content_type = "text/event-stream", body = String),
        (status = 429, body = ErrorAnswer)))]
pub(crate) async fn watch(
    State(state): State<ApiState>,
    span: Span<See>,
    mut parts: Parts,
) -> Result<Response> {
    let seat = state.feed().seat(&span.person(), state.store()).ok_or_else(too_many)?;
    let last = parts.headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    parts.extensions.insert(Quiet);
    let (send, chunks) = mpsc::channel(CHUNKS);
    let stream = Stream { place: state.feed().now(), sees: sees(&span), state, parts, send };
    tokio::spawn(stream.run(last, seat));
    let chunks = futures::stream::unfold(chunks, |mut chunks| async move {
        chunks.recv().await.map(|chunk: Bytes| (Ok::<_, Infallible>(chunk), chunks))
    });
    let mut response = Body::from_stream(chunks).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // Proxies that buffer answers would keep it.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

fn too_many() -> ApiError {
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, codes::TOO_MANY_STREAMS, "too many watch what changes")
        .hint("close a page that you do not need, or share one stream between pages")
        .retry_after(10)
}

fn sees(span: &Span<See>) -> BTreeSet<Scope> {
    span.scopes().iter().cloned().collect()
}

/// One stream. Whoever reads too slowly loses it: nothing is kept for them but a few chunks.
struct Stream {
    state: ApiState,
    parts: Parts,
    sees: BTreeSet<Scope>,
    /// The number of the last change that was looked at.
    place: u64,
    send: mpsc::Sender<Bytes>,
}

impl Stream {
    async fn run(mut self, last: Option<String>, seat: Seat) {
        let begun = match last.as_deref().map(|id| self.place_of(id)) {
            None => self.say("ready", "{}").await,
            Some(Some(place)) => {
                self.place = place;
                true
            }
            Some(None) => self.say("reset", "{}").await,
        };
        if begun {
            self.go_on().await;
        }
        drop(seat);
    }

    async fn go_on(&mut self) {
        let (feed, mut drains) = (self.state.feed().clone(), self.state.drains());
        let mut more = feed.more();
        let (mut check, mut beat) = (every(CHECK), every(HEARTBEAT));
        loop {
            more.mark_unchanged();
            let delivered = match feed.after(self.place) {
                Some(changes) if changes.is_empty() => true,
                Some(changes) => self.tell(&changes).await,
                None => {
                    self.place = feed.now();
                    self.say("reset", "{}").await
                }
            };
            if !delivered {
                return;
            }
            if *drains.borrow() {
                self.say("end", r#"{"reason":"draining"}"#).await;
                return;
            }
            tokio::select! {
                changed = more.changed() => if changed.is_err() { return },
                _ = drains.changed() => {}
                _ = check.tick() => if !self.may_still().await {
                    self.say("end", r#"{"reason":"signed_out"}"#).await;
                    return;
                },
                _ = beat.tick() => if !self.put(": still here\n\n".to_owned()).await { return },
                () = self.send.closed() => return,
            }
        }
    }

    /// A number of this process; nothing of another one's.
    fn place_of(&self, id: &str) -> Option<u64> {
        let (epoch, number) = id.split_once('.')?;
        let place = number.parse().ok().filter(|_| epoch == self.state.epoch())?;
        self.state.feed().after(place).map(|_| place)
    }

    /// Not through a look of its own: who only watches is not there.
    async fn may_still(&mut self) -> bool {
        match Span::<See>::from_request_parts(&mut self.parts, &self.state).await {
            Ok(span) => {
                self.sees = sees(&span);
                true
            }
            Err(_) => false,
        }
    }

    async fn tell(&mut self, changes: &[(u64, Change)]) -> bool {
        let mut text = String::new();
        for (number, change) in changes {
            self.place = *number;
            if !self.sees.contains(&change.scope) {
                continue;
            }
            let data = json!({
                "kind": change.subject.as_str(), "workspace": change.scope.as_str(), "id": change.standing.id,
                "state": change.standing.state, "revision": change.standing.revision,
            });
            let (epoch, kind) = (self.state.epoch(), change.subject.as_str());
            let _ = write!(text, "id: {epoch}.{number}\nevent: {kind}\ndata: {data}\n\n");
        }
        text.is_empty() || self.put(text).await
    }

    async fn say(&self, event: &str, data: &str) -> bool {
        self.put(format!(
            "id: {}.{}\nretry: 2000\nevent: {event}\ndata: {data}\n\n",
            self.state.epoch(),
            self.place
        ))
        .await
    }

    /// False: they do not read, or are gone.
    async fn put(&self, text: String) -> bool {
        self.send.send_timeout(Bytes::from(text), PATIENCE).await.is_ok()
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
