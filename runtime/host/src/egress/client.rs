//! The one egress client.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::stream;
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, HeaderName, HeaderValue, LOCATION};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use url::{Host, Url};

use crate::call::Mode;
use crate::config::HostConfig;
use crate::egress::connect::Clients;
use crate::egress::describe::{chain, ms_since, record, refused_address, words_of};
use crate::egress::gate::Passage;
use crate::egress::policy::EgressPolicy;
use crate::egress::receive::{Answer, receive};
use crate::egress::vet::vet;
use crate::egress::{InResponse, OutBody, OutRequest, SendError, auth, denied, grant, headers};
use crate::error::{HostError, codes};
use crate::facts::Facts;
use crate::ledger::{Barred, Ledger, Ticket};
use crate::report::{Denied, Sent};
use crate::services::Services;

/// Redirects followed.
const MAX_REDIRECTS: usize = 5;
/// Time of an exchange where the guest asks for none.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes read from a blob at once while it is sent.
const BLOB_CHUNK: u32 = 256 << 10;
/// Connections whose concurrency is remembered.
const MAX_LANES: usize = 4_096;

/// The one way out.
#[derive(Debug)]
pub(crate) struct EgressClient {
    services: Services,
    clients: Clients,
    lanes: Mutex<HashMap<(String, String), Arc<Semaphore>>>,
}

/// What all hops of one request share.
struct Exchange<'a> {
    facts: &'a Facts,
    ledger: &'a Ledger,
    request: &'a OutRequest,
    deadline: Instant,
}

/// One request on the wire: the first, or the one a redirect leads to.
struct Hop {
    method: String,
    url: String,
    body: OutBody,
}

enum Step {
    Done(InResponse),
    Moved(Hop),
}

impl EgressClient {
    pub(crate) fn new(config: &HostConfig, services: Services) -> Result<Self, HostError> {
        Ok(Self { services, clients: Clients::new(config)?, lanes: Mutex::new(HashMap::new()) })
    }

    pub(crate) const fn clients(&self) -> &Clients {
        &self.clients
    }

    /// Sends a request if everything allows it.
    pub(crate) async fn send(
        &self,
        facts: &Facts,
        ledger: &Ledger,
        request: OutRequest,
    ) -> Result<InResponse, SendError> {
        let timeout = request.timeout_ms.map_or(DEFAULT_TIMEOUT, Duration::from_millis);
        let deadline = facts.deadline.min(Instant::now() + timeout);
        let exchange = Exchange { facts, ledger, request: &request, deadline };
        let mut hop =
            Hop { method: request.method.clone(), url: request.url.clone(), body: request.body.clone() };
        let _place = exchange.place(self).await?;
        for _ in 0..=MAX_REDIRECTS {
            match self.step(&exchange, &hop).await? {
                Step::Done(response) => return Ok(response),
                Step::Moved(next) => hop = next,
            }
        }
        let refusal = denied(codes::REDIRECT, format!("more than {MAX_REDIRECTS} redirects"));
        ledger.refused(record(&hop.method, Url::parse(&hop.url).ok().as_ref(), 0), &refusal);
        Err(SendError::Denied(refusal))
    }

    async fn step(&self, exchange: &Exchange<'_>, hop: &Hop) -> Result<Step, SendError> {
        let (ticket, url) = exchange.admit(hop)?;
        let (client, wire) = match self.prepare(exchange, hop, ticket, &url).await {
            Ok(prepared) => prepared,
            Err(error) => {
                let refusal = match &error {
                    SendError::Denied(denied) | SendError::AuthUnavailable(denied) => Some(denied),
                    _ => None,
                };
                let words = if refusal.is_none() { Some(words_of(&error)) } else { None };
                exchange.ledger.not_sent(ticket, refusal, words.as_deref());
                return Err(error);
            }
        };
        let started = Instant::now();
        let response = exchange.transmit(ticket, &client, wire, started).await?;
        if exchange.request.follow_same_origin
            && let Some(location) = location_of(&response)
        {
            let status = response.status().as_u16();
            exchange.ledger.finished(ticket, ms_since(started), 0, None);
            return exchange.follow(hop, &url, status, &location).map(Step::Moved);
        }
        let answer = Answer {
            ticket,
            started,
            deadline: exchange.deadline,
            to_blob: exchange.request.to_blob,
            room: Arc::clone(&exchange.request.room),
        };
        let scrubber = exchange.ledger.scrubber();
        let status = response.status().as_u16();
        let shown = headers::response_headers(response.headers(), &scrubber);
        let body = receive(&self.services, exchange.facts, exchange.ledger, &answer, response).await?;
        Ok(Step::Done(InResponse { status, url: scrubber.text(url.as_str()), headers: shown, body }))
    }

    /// Everything between admission and the wire: headers, credential, address, client.
    async fn prepare(
        &self,
        exchange: &Exchange<'_>,
        hop: &Hop,
        ticket: Ticket,
        url: &Url,
    ) -> Result<(reqwest::Client, reqwest::Request), SendError> {
        let (facts, ledger) = (exchange.facts, exchange.ledger);
        let mut target = url.clone();
        let mut map = headers::request_headers(&exchange.request.headers).map_err(SendError::Denied)?;
        // Bodies are scrubbed as they are: no compression.
        map.remove(ACCEPT_ENCODING);
        if let Some(slot) = &exchange.request.auth {
            auth::inject(&self.services, facts, ledger, slot, &mut target, &mut map)
                .await
                .map_err(SendError::AuthUnavailable)?;
        }
        add_key(facts, ticket, &mut map)?;
        let https = target.scheme() == "https";
        let port = target.port_or_known_default().unwrap_or(0);
        vet_literal(&target, port, https, &facts.call.egress).map_err(SendError::Denied)?;
        let client = self.clients.get(&facts.call.egress, https, port).map_err(SendError::Internal)?;
        let body = self.body(&hop.body, facts, &mut map);
        let method = http::Method::from_bytes(hop.method.as_bytes())
            .map_err(|error| SendError::Internal(error.to_string()))?;
        let mut builder = client.request(method, target).headers(map);
        if let Some(body) = body {
            builder = builder.body(body);
        }
        let wire = builder.build().map_err(|error| SendError::Internal(error.without_url().to_string()))?;
        Ok((client, wire))
    }

    fn body(&self, body: &OutBody, facts: &Facts, map: &mut http::HeaderMap) -> Option<reqwest::Body> {
        match body {
            OutBody::None => None,
            OutBody::Bytes(bytes) => Some(bytes.clone().into()),
            OutBody::Blob(info) => {
                // Many servers refuse chunked bodies, and the size is known.
                map.insert(CONTENT_LENGTH, HeaderValue::from(info.size));
                let blobs = Arc::clone(&self.services.blobs);
                let place = (facts.call.workspace.clone(), info.reference.clone(), info.size);
                let chunks = stream::try_unfold((0_u64, place), move |(offset, place)| {
                    let blobs = Arc::clone(&blobs);
                    async move {
                        if offset >= place.2 {
                            return Ok::<_, std::io::Error>(None);
                        }
                        let chunk = blobs
                            .read(&place.0, &place.1, offset, BLOB_CHUNK)
                            .await
                            .map_err(|error| std::io::Error::other(error.to_string()))?;
                        if chunk.is_empty() {
                            return Err(std::io::Error::other("the blob is shorter than its size"));
                        }
                        let next = offset + chunk.len() as u64;
                        Ok(Some((chunk, (next, place))))
                    }
                });
                Some(reqwest::Body::wrap_stream(chunks))
            }
        }
    }

    fn lane(&self, facts: &Facts) -> Arc<Semaphore> {
        let owner =
            facts.call.connection.as_ref().map_or_else(|| &facts.manifest().id, |connection| &connection.id);
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() >= MAX_LANES {
            lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        }
        let places = facts.limits.concurrency.max(1) as usize;
        let lane = lanes
            .entry((facts.call.workspace.clone(), owner.clone()))
            .or_insert_with(|| Arc::new(Semaphore::new(places)));
        Arc::clone(lane)
    }
}

impl Exchange<'_> {
    /// A place among the connection's requests in flight.
    async fn place(&self, client: &EgressClient) -> Result<OwnedSemaphorePermit, SendError> {
        let lane = client.lane(self.facts);
        tokio::select! {
            biased;
            () = self.facts.call.cancel.cancelled() => Err(SendError::Cancelled),
            waited = tokio::time::timeout_at(self.deadline, lane.acquire_owned()) => match waited {
                Ok(Ok(place)) => Ok(place),
                Ok(Err(error)) => Err(SendError::Internal(error.to_string())),
                Err(_) => Err(SendError::Timeout(Sent::No)),
            },
        }
    }

    /// URL, grant, mode gate and budget; everything refused is recorded.
    fn admit(&self, hop: &Hop) -> Result<(Ticket, Url), SendError> {
        let bytes = match &hop.body {
            OutBody::None => 0,
            OutBody::Bytes(bytes) => bytes.len() as u64,
            OutBody::Blob(info) => info.size,
        };
        let url = grant::parse(&hop.method, &hop.url).map_err(|refusal| {
            self.ledger.refused(record(&hop.method, None, bytes), &refusal);
            SendError::Denied(refusal)
        })?;
        let entry = record(&hop.method, Some(&url), bytes);
        let connection = self.facts.call.connection.as_deref();
        if let Err(refusal) = grant::check(self.facts.manifest(), connection, &url, &hop.method) {
            self.ledger.refused(entry, &refusal);
            return Err(SendError::Denied(refusal));
        }
        match self.ledger.admit(&self.facts.gate_rules(), &self.facts.limits, entry) {
            Ok(ticket) => Ok((ticket, url)),
            Err(Barred::Denied(refusal)) => Err(SendError::Denied(refusal)),
            Err(Barred::Budget) => Err(SendError::Budget),
        }
    }

    async fn transmit(
        &self,
        ticket: Ticket,
        client: &reqwest::Client,
        wire: reqwest::Request,
        started: Instant,
    ) -> Result<reqwest::Response, SendError> {
        fail::fail_point!("host.before_send", |_| std::process::abort());
        // Between this and the wire there is nothing that waits.
        if ticket.passage == Passage::Unsafe && !self.facts.may_write().await {
            self.ledger.not_sent(ticket, None, Some("the right to write was lost"));
            return Err(SendError::Cancelled);
        }
        self.ledger.sending(ticket);
        let outcome = tokio::select! {
            biased;
            () = self.facts.cancelled_if_safe(ticket.passage) => Err(SendError::Cancelled),
            sent = tokio::time::timeout_at(self.deadline, client.execute(wire)) => match sent {
                Ok(Ok(response)) => Ok(response),
                Ok(Err(error)) => return Err(self.failed(ticket, error, started)),
                Err(_) => Err(SendError::Timeout(Sent::Maybe)),
            },
        };
        fail::fail_point!("host.after_send", |_| std::process::abort());
        match outcome {
            Ok(response) => {
                self.ledger.answered(ticket, response.status().as_u16());
                Ok(response)
            }
            Err(error) => {
                self.ledger.finished(ticket, ms_since(started), 0, Some(&words_of(&error)));
                Err(error)
            }
        }
    }

    /// Whether bytes may have left decides what a failure means.
    fn failed(&self, ticket: Ticket, error: reqwest::Error, started: Instant) -> SendError {
        // The URL may carry an injected parameter.
        let error = error.without_url();
        if let Some(refusal) = refused_address(&error) {
            self.ledger.not_sent(ticket, Some(&refusal), None);
            return SendError::Denied(refusal);
        }
        let words = self.ledger.scrubber().text(&chain(&error));
        if error.is_connect() || error.is_builder() {
            self.ledger.not_sent(ticket, None, Some(&words));
            return SendError::Unreachable(words);
        }
        self.ledger.finished(ticket, ms_since(started), 0, Some(&words));
        if error.is_timeout() { SendError::Timeout(Sent::Maybe) } else { SendError::Interrupted(Sent::Maybe) }
    }

    /// Where a redirect leads, if it stays on the origin.
    fn follow(&self, hop: &Hop, from: &Url, status: u16, location: &str) -> Result<Hop, SendError> {
        let refuse = |target: Option<&Url>, reason: String| {
            let refusal = denied(codes::REDIRECT, reason);
            self.ledger.refused(record(&hop.method, target, 0), &refusal);
            SendError::Denied(refusal)
        };
        let Ok(target) = from.join(location) else {
            return Err(refuse(
                None,
                format!("{} redirects to something that is no URL", grant::origin(from)),
            ));
        };
        if target.origin() != from.origin() {
            let (from, to) = (grant::origin(from), grant::origin(&target));
            return Err(refuse(
                Some(&target),
                format!(
                    "{from} redirects to {to}, another origin: call it directly if the connector may reach it"
                ),
            ));
        }
        let keeps = matches!(status, 307 | 308) || matches!(hop.method.as_str(), "GET" | "HEAD");
        Ok(Hop {
            method: if keeps { hop.method.clone() } else { "GET".to_owned() },
            url: target.into(),
            body: if keeps { hop.body.clone() } else { OutBody::None },
        })
    }
}

impl Facts {
    /// Nothing stands between this call and a request that may change something.
    pub(crate) async fn may_write(&self) -> bool {
        match &self.call.fence {
            Some(fence) => fence.holds().await,
            None => true,
        }
    }

    /// Resolves when the call is cancelled; never for an unsafe request, whose answer is worth waiting for.
    pub(crate) async fn cancelled_if_safe(&self, passage: Passage) {
        match passage {
            Passage::Safe => self.call.cancel.cancelled().await,
            Passage::Unsafe => std::future::pending().await,
        }
    }
}

/// The host itself adds the idempotency key, so that no guest forgets or changes it.
fn add_key(facts: &Facts, ticket: Ticket, map: &mut http::HeaderMap) -> Result<(), SendError> {
    let header =
        facts.action().and_then(|action| action.idempotency.as_ref()).and_then(|i| i.header.as_ref());
    let (Some(header), Mode::Run, Passage::Unsafe) = (header, facts.mode, ticket.passage) else {
        return Ok(());
    };
    let bad = |what: &str| SendError::Internal(format!("the idempotency {what} is not valid in a header"));
    let name = HeaderName::from_bytes(header.as_bytes()).map_err(|_| bad("header's name"))?;
    let value = HeaderValue::from_str(&facts.call.idempotency_key).map_err(|_| bad("key"))?;
    if !value.is_empty() {
        map.insert(name, value);
    }
    Ok(())
}

/// A client's resolver never sees addresses written in the URL.
/// An address that stands in the URL is resolved by nobody, so it is vetted here.
pub(crate) fn vet_literal(url: &Url, port: u16, https: bool, policy: &EgressPolicy) -> Result<(), Denied> {
    match url.host() {
        Some(Host::Ipv4(address)) => vet(address.into(), port, https, policy),
        Some(Host::Ipv6(address)) => vet(address.into(), port, https, policy),
        _ => Ok(()),
    }
}

fn location_of(response: &reqwest::Response) -> Option<String> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    response.headers().get(LOCATION)?.to_str().ok().map(str::to_owned)
}
