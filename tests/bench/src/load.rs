//! Load: a closed loop of some connections, or requests at fixed times.

mod closed;
mod open;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Method, Request, StatusCode, header};

use crate::body::{self, Reply, Tags};
use crate::client::{Answer, Connection};
use crate::histogram::Times;
use crate::mock::Books;

/// Which endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Answered with the value of step five.
    Sync,
    /// Answered as soon as the event is accepted.
    Async,
}

/// How requests follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// So many connections, each sends when it has its answer.
    Closed(u32),
    /// So many a second, whatever becomes of the earlier ones; times count from when each should have been sent.
    Open(u32),
}

/// One load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) flow: Flow,
    pub(crate) pace: Pace,
}

impl Load {
    /// `sync-64`, `async-500/s`.
    pub(crate) fn name(self) -> String {
        let flow = match self.flow {
            Flow::Sync => "sync",
            Flow::Async => "async",
        };
        match self.pace {
            Pace::Closed(connections) => format!("{flow}-{connections}"),
            Pace::Open(rate) => format!("{flow}-{rate}/s"),
        }
    }
}

/// Where a system takes requests.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) address: SocketAddr,
    pub(crate) path: String,
    /// What it answers when it has accepted.
    pub(crate) status: StatusCode,
    pub(crate) flow: Flow,
}

/// One system's endpoint, the mock's books and the numbers of requests.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) endpoint: Endpoint,
    pub(crate) books: Books,
    pub(crate) tags: Arc<Tags>,
}

/// What came of a load.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    /// Requests that were answered as they should be.
    pub(crate) answered: u64,
    /// Those of them that were answered within the time.
    pub(crate) in_time: u64,
    /// How long it was meant to take.
    pub(crate) time: Duration,
    pub(crate) times: Times,
    pub(crate) failures: Failures,
}

/// Requests without a good answer, and the words of the first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Failures {
    pub(crate) count: u64,
    pub(crate) first: Option<String>,
}

impl Tally {
    pub(crate) fn new(time: Duration) -> Self {
        Self { answered: 0, in_time: 0, time, times: Times::new(), failures: Failures::default() }
    }

    /// Notes what came of a request and when; its time counts from `from`.
    fn note(&mut self, (outcome, at): (Result<()>, Instant), from: Instant, until: Instant) {
        match outcome {
            Ok(()) => {
                self.answered += 1;
                self.in_time += u64::from(at <= until);
                self.times.note(at.saturating_duration_since(from));
            }
            Err(error) => {
                self.failures.count += 1;
                self.failures.first.get_or_insert_with(|| format!("{error:#}"));
            }
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.answered += other.answered;
        self.in_time += other.in_time;
        self.times.add(&other.times);
        self.failures.count += other.failures.count;
        self.failures.first = self.failures.first.take().or(other.failures.first);
    }
}

impl Target {
    /// Puts the load on the endpoint for so long; returns when every request has its answer.
    pub(crate) async fn drive(&self, pace: Pace, time: Duration) -> Result<Tally> {
        match pace {
            Pace::Closed(connections) => closed::drive(self, connections, time).await,
            Pace::Open(rate) => open::drive(self, rate, time).await,
        }
    }

    /// One request; good only with the answer that is its own.
    async fn exchange(&self, connection: &mut Connection) -> Result<()> {
        let tag = self.tags.next();
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.endpoint.path.as_str())
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body::request(tag)))?;
        let answer = connection.send(request).await?;
        self.judge(tag, &answer)
    }

    fn judge(&self, tag: u32, answer: &Answer) -> Result<()> {
        let shown = || String::from_utf8_lossy(&answer.body).chars().take(300).collect::<String>();
        anyhow::ensure!(
            answer.status == self.endpoint.status,
            "{} answers {} {}",
            self.endpoint.path,
            answer.status,
            shown()
        );
        match self.endpoint.flow {
            Flow::Async => Ok(()),
            Flow::Sync => self
                .own(tag, &answer.body)
                .ok_or_else(|| anyhow::anyhow!("the reply to request {tag} is not its own: {}", shown())),
        }
    }

    /// The reply names this request's customer, and the invoice that the mock made of this request.
    fn own(&self, tag: u32, body: &Bytes) -> Option<()> {
        let reply: Reply<'_> = serde_json::from_slice(body).ok()?;
        let invoice = body::invoice_number(reply.invoice)?;
        let named = body::tag_in(reply.customer.as_bytes())?;
        (named == tag && self.books.tag_of(invoice)? == tag).then_some(())
    }
}
