//! `http`: hands requests to the egress client.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use bytes::Bytes;
use futures::StreamExt;
use futures::stream;

use crate::bindings::throughline::connector::http::{
    Body, Host, HttpError, Payload, Redirects, Request, Response, Sent as WireSent, Sink,
};
use crate::capability::CallState;
use crate::egress::{InBody, InResponse, OutBody, OutRequest, SendError};
use crate::report::Sent;

/// Most requests of one `send-all` in flight.
const MAX_PARALLEL: usize = 8;

impl CallState {
    /// The host's form of a request; a body that is too large is refused here.
    fn outgoing(
        &self,
        request: Request,
        room: &Arc<AtomicU64>,
    ) -> wasmtime::Result<Result<OutRequest, HttpError>> {
        let body = match request.body {
            Body::None => OutBody::None,
            Body::Text(text) => OutBody::Bytes(Bytes::from(text)),
            Body::Bytes(bytes) => OutBody::Bytes(Bytes::from(bytes)),
            Body::Blob(blob) => OutBody::Blob(self.blob_info(&blob)?),
        };
        if let OutBody::Bytes(bytes) = &body
            && bytes.len() as u64 > self.facts.limits.request_bytes
        {
            return Ok(Err(HttpError::TooLarge));
        }
        Ok(Ok(OutRequest {
            method: request.method,
            url: request.url,
            headers: request.headers,
            body,
            auth: request.auth,
            to_blob: matches!(request.into, Sink::Blob),
            follow_same_origin: matches!(request.redirects, Redirects::SameOrigin),
            timeout_ms: request.timeout,
            room: Arc::clone(room),
        }))
    }

    fn incoming(
        &mut self,
        result: Result<InResponse, SendError>,
    ) -> wasmtime::Result<Result<Response, HttpError>> {
        let response = match result {
            Ok(response) => response,
            Err(error) => return Ok(Err(self.error(error))),
        };
        let body = match response.body {
            InBody::Bytes(bytes) => Payload::Bytes(bytes),
            InBody::Blob(info) => Payload::Blob(self.push_blob(info)?),
        };
        Ok(Ok(Response { status: response.status, url: response.url, headers: response.headers, body }))
    }

    /// No more than the guest itself could hold.
    fn room(&self) -> Arc<AtomicU64> {
        Arc::new(AtomicU64::new(self.facts.limits.memory_bytes))
    }

    fn error(&self, error: SendError) -> HttpError {
        let sent = |sent: Sent| match sent {
            Sent::No => WireSent::No,
            Sent::Maybe => WireSent::Maybe,
        };
        let clean = |words: String| self.ledger.scrubber().text(&words);
        match error {
            SendError::Denied(denied) => {
                HttpError::Denied(clean(format!("{}: {}", denied.code, denied.reason)))
            }
            SendError::Unreachable(words) => HttpError::Unreachable(clean(words)),
            SendError::Timeout(what) => HttpError::Timeout(sent(what)),
            SendError::Interrupted(what) => HttpError::Interrupted(sent(what)),
            SendError::TooLarge => HttpError::TooLarge,
            SendError::AuthUnavailable(denied) => {
                HttpError::AuthUnavailable(clean(format!("{}: {}", denied.code, denied.reason)))
            }
            SendError::Budget => HttpError::BudgetExhausted,
            SendError::Cancelled => HttpError::Cancelled,
            SendError::Internal(words) => HttpError::Internal(clean(words)),
        }
    }
}

impl Host for CallState {
    async fn send(&mut self, request: Request) -> wasmtime::Result<Result<Response, HttpError>> {
        self.enter()?;
        let request = match self.outgoing(request, &self.room())? {
            Ok(request) => request,
            Err(error) => return Ok(Err(error)),
        };
        self.meter.pause();
        let result = self.egress.send(&self.facts, &self.ledger, request).await;
        self.meter.resume();
        self.incoming(result)
    }

    async fn send_all(
        &mut self,
        requests: Vec<Request>,
        max_parallel: u32,
    ) -> wasmtime::Result<Vec<Result<Response, HttpError>>> {
        self.enter()?;
        let mut prepared = Vec::with_capacity(requests.len());
        let room = self.room();
        for request in requests {
            prepared.push(self.outgoing(request, &room)?);
        }
        let parallel = (max_parallel as usize).clamp(1, MAX_PARALLEL);
        self.meter.pause();
        let (egress, facts, ledger) = (&self.egress, &self.facts, &self.ledger);
        let results: Vec<_> = stream::iter(prepared)
            .map(|request| async move {
                match request {
                    Ok(request) => Ok(egress.send(facts, ledger, request).await),
                    Err(error) => Err(error),
                }
            })
            .buffered(parallel)
            .collect()
            .await;
        self.meter.resume();
        results
            .into_iter()
            .map(|result| match result {
                Ok(result) => self.incoming(result),
                Err(error) => Ok(Err(error)),
            })
            .collect()
    }
}
