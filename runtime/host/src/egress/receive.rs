//! Reads an answer's body: capped, with a deadline, secrets removed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use tokio::time::Instant;

use crate::egress::describe::{ms_since, words_of};
use crate::egress::{InBody, SendError};
use crate::facts::Facts;
use crate::ledger::{Ledger, Ticket};
use crate::report::Sent;
use crate::services::{BlobSink, Services};

/// Larger bodies are not searched for secrets.
const SCRUB_BYTES: usize = 1 << 20;

/// What reading needs to know of its exchange.
pub(crate) struct Answer {
    pub(crate) ticket: Ticket,
    pub(crate) started: Instant,
    pub(crate) deadline: Instant,
    pub(crate) to_blob: bool,
    pub(crate) room: Arc<AtomicU64>,
}

/// Reads the body into memory or a blob and records the end of the exchange.
pub(crate) async fn receive(
    services: &Services,
    facts: &Facts,
    ledger: &Ledger,
    answer: &Answer,
    response: reqwest::Response,
) -> Result<InBody, SendError> {
    let mut reader = Reader { facts, answer, response, bytes: 0 };
    let result = if answer.to_blob {
        reader.fill_blob(services, ledger).await
    } else {
        reader.fill_memory(ledger).await
    };
    let words = result.as_ref().err().map(words_of);
    ledger.finished(answer.ticket, ms_since(answer.started), reader.bytes, words.as_deref());
    result
}

struct Reader<'a> {
    facts: &'a Facts,
    answer: &'a Answer,
    response: reqwest::Response,
    bytes: u64,
}

impl Reader<'_> {
    async fn fill_memory(&mut self, ledger: &Ledger) -> Result<InBody, SendError> {
        let cap = self.facts.limits.response_bytes;
        if self.response.content_length().is_some_and(|length| length > cap) {
            return Err(SendError::TooLarge);
        }
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk(cap).await? {
            let left = |room: u64| room.checked_sub(chunk.len() as u64);
            if self.answer.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_err() {
                return Err(SendError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        if body.len() <= SCRUB_BYTES {
            body = ledger.scrubber().bytes(&body).into_owned();
        }
        Ok(InBody::Bytes(body))
    }

    async fn fill_blob(&mut self, services: &Services, ledger: &Ledger) -> Result<InBody, SendError> {
        let cap = self.facts.limits.blob_bytes;
        if self.response.content_length().is_some_and(|length| length > cap) {
            return Err(SendError::TooLarge);
        }
        let broken =
            |error: crate::services::ServiceError| SendError::Internal(format!("blob store: {error}"));
        let media_type = self
            .response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("application/octet-stream")
            .to_owned();
        let mut sink: Box<dyn BlobSink> =
            services.blobs.create(&self.facts.call.workspace, &media_type, None).await.map_err(broken)?;
        // A body that stays small is searched for secrets before it is kept.
        let mut head = Some(Vec::new());
        while let Some(chunk) = self.chunk(cap).await? {
            if !ledger.blob_room(&self.facts.limits, chunk.len()) {
                return Err(SendError::TooLarge);
            }
            match &mut head {
                Some(kept) if kept.len() + chunk.len() <= SCRUB_BYTES => kept.extend_from_slice(&chunk),
                _ => {
                    if let Some(kept) = head.take() {
                        sink.write(kept.into()).await.map_err(broken)?;
                    }
                    sink.write(chunk).await.map_err(broken)?;
                }
            }
        }
        if let Some(kept) = head {
            let clean = ledger.scrubber().bytes(&kept).into_owned();
            sink.write(clean.into()).await.map_err(broken)?;
        }
        let info = sink.finish().await.map_err(broken)?;
        ledger.blob(&info.reference);
        Ok(InBody::Blob(info))
    }

    /// The next piece, within the cap and the deadline.
    async fn chunk(&mut self, cap: u64) -> Result<Option<Bytes>, SendError> {
        let chunk = tokio::select! {
            biased;
            () = self.facts.cancelled_if_safe(self.answer.ticket.passage) => return Err(SendError::Cancelled),
            read = tokio::time::timeout_at(self.answer.deadline, self.response.chunk()) => match read {
                Ok(Ok(chunk)) => chunk,
                Ok(Err(_)) => return Err(SendError::Interrupted(Sent::Maybe)),
                Err(_) => return Err(SendError::Timeout(Sent::Maybe)),
            },
        };
        if let Some(chunk) = &chunk {
            self.bytes += chunk.len() as u64;
            if self.bytes > cap {
                return Err(SendError::TooLarge);
            }
        }
        Ok(chunk)
    }
}
