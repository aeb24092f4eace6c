//! The record of a call while it runs. It lives outside the store, so that it survives a trap or a
//! dropped call.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::egress::gate::{Passage, Rules, gate};
use crate::egress::scrub::Scrubber;
use crate::limits::Limits;
use crate::report::{CallReport, Denied, LogLine, RequestRecord, Sent};

/// Answers to the clock that are kept.
const MAX_CLOCK_READS: usize = 256;
/// Requests that are kept one by one; a flood of refused ones must not fill the memory.
const MAX_RECORDS: usize = 1_000;

#[derive(Debug, Default)]
struct Inner {
    report: CallReport,
    log_bytes: usize,
    /// Requests that took a part of the budget.
    requests: u32,
    /// Unsafe requests let through and not certainly unsent.
    unsafe_admitted: u32,
    /// Answers of unsafe requests that left: a status, or nothing known.
    unsafe_answers: Vec<(usize, Option<u16>)>,
    scrubber: Scrubber,
    /// Bytes that went to blobs, from answers and writers.
    blob_bytes: u64,
}

/// The record of a call while it runs.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Inner>);

/// Why a request was not let through.
pub(crate) enum Barred {
    Denied(Denied),
    Budget,
}

/// A request that was let through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    record: usize,
    pub(crate) passage: Passage,
}

impl Ledger {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gate and budget in one step, so that parallel requests cannot both be the last one.
    pub(crate) fn admit(
        &self,
        rules: &Rules<'_>,
        limits: &Limits,
        mut record: RequestRecord,
    ) -> Result<Ticket, Barred> {
        let mut inner = self.inner();
        let path = record.path.split('?').next().unwrap_or_default().to_owned();
        let passage = match gate(rules, inner.unsafe_admitted, &record.method, &path) {
            Ok(passage) => passage,
            Err(denied) => {
                record.denied = Some(denied.clone());
                inner.push(record);
                return Err(Barred::Denied(denied));
            }
        };
        if inner.requests >= limits.requests {
            record.error = Some("the call's budget of requests is used up".into());
            inner.push(record);
            return Err(Barred::Budget);
        }
        inner.requests += 1;
        record.safe = passage == Passage::Safe;
        if passage == Passage::Unsafe {
            inner.unsafe_admitted += 1;
        }
        let record = inner.push(record);
        Ok(Ticket { record, passage })
    }

    /// Records a refusal that came before the gate.
    pub(crate) fn refused(&self, mut record: RequestRecord, denied: &Denied) {
        record.denied = Some(denied.clone());
        self.inner().push(record);
    }

    /// An admitted request was refused or failed before anything left.
    pub(crate) fn not_sent(&self, ticket: Ticket, denied: Option<&Denied>, error: Option<&str>) {
        let mut inner = self.inner();
        let error = error.map(|words| inner.scrubber.text(words));
        if let Some(record) = inner.report.requests.get_mut(ticket.record) {
            record.sent = Sent::No;
            record.denied = denied.cloned();
            record.error = error;
        }
        if ticket.passage == Passage::Unsafe {
            inner.unsafe_admitted = inner.unsafe_admitted.saturating_sub(1);
            inner.unsafe_answers.retain(|(record, _)| *record != ticket.record);
        }
    }

    /// From here on bytes may leave.
    pub(crate) fn sending(&self, ticket: Ticket) {
        let mut inner = self.inner();
        if let Some(record) = inner.report.requests.get_mut(ticket.record) {
            record.sent = Sent::Maybe;
        }
        if ticket.passage == Passage::Unsafe {
            inner.unsafe_answers.push((ticket.record, None));
        }
    }

    /// The answer's status is known.
    pub(crate) fn answered(&self, ticket: Ticket, status: u16) {
        let mut inner = self.inner();
        if let Some(record) = inner.report.requests.get_mut(ticket.record) {
            record.status = Some(status);
        }
        if let Some(answer) = inner.unsafe_answers.iter_mut().find(|(record, _)| *record == ticket.record) {
            answer.1 = Some(status);
        }
    }

    /// The exchange is over, with or without an answer.
    pub(crate) fn finished(&self, ticket: Ticket, ms: u64, bytes_in: u64, error: Option<&str>) {
        let mut inner = self.inner();
        let error = error.map(|words| inner.scrubber.text(words));
        if let Some(record) = inner.report.requests.get_mut(ticket.record) {
            record.ms = ms;
            record.bytes_in = bytes_in;
            record.error = error;
        }
    }

    /// Keeps a log line, or counts it if there is no room.
    pub(crate) fn log(&self, limits: &Limits, mut line: LogLine, fields: Option<&str>) {
        let mut inner = self.inner();
        let bytes = line.message.len() + fields.map_or(0, str::len);
        let full = inner.report.logs.len() >= limits.log_lines as usize;
        if full || inner.log_bytes.saturating_add(bytes) > limits.log_bytes {
            inner.report.logs_dropped += 1;
            return;
        }
        inner.log_bytes += bytes;
        line.message = inner.scrubber.text(&line.message);
        line.fields = fields.map(|text| {
            let text = inner.scrubber.text(text);
            serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text))
        });
        inner.report.logs.push(line);
    }

    /// Records an answer of the clock.
    pub(crate) fn clock_read(&self, now: u64) {
        let mut inner = self.inner();
        if inner.report.clock_reads.len() < MAX_CLOCK_READS {
            inner.report.clock_reads.push(now);
        }
    }

    /// Takes room for bytes that go to a blob; false if the call has no more.
    pub(crate) fn blob_room(&self, limits: &Limits, bytes: usize) -> bool {
        let mut inner = self.inner();
        inner.blob_bytes = inner.blob_bytes.saturating_add(bytes as u64);
        inner.blob_bytes <= limits.blob_bytes
    }

    /// Records a blob.
    pub(crate) fn blob(&self, reference: &str) {
        self.inner().report.blobs.push(reference.to_owned());
    }

    /// Remembers a secret that was used, so that it is removed from whatever comes back.
    pub(crate) fn learn_secret(&self, secret: &str) {
        self.inner().scrubber.learn(secret);
    }

    /// What removes the secrets learnt so far.
    pub(crate) fn scrubber(&self) -> Scrubber {
        self.inner().scrubber.clone()
    }

    /// Statuses of unsafe requests that left, `None` for those without an answer.
    pub(crate) fn unsafe_answers(&self) -> Vec<Option<u16>> {
        self.inner().unsafe_answers.iter().map(|(_, status)| *status).collect()
    }

    /// Takes the report out at the end of the call.
    pub(crate) fn take_report(&self) -> CallReport {
        let mut inner = self.inner();
        if let Some((_, status)) = inner.unsafe_answers.last().copied() {
            inner.report.unsafe_sent = Sent::Maybe;
            inner.report.unsafe_status = status;
        }
        std::mem::take(&mut inner.report)
    }
}

impl Inner {
    fn push(&mut self, record: RequestRecord) -> usize {
        if self.report.requests.len() < MAX_RECORDS {
            self.report.requests.push(record);
            self.report.requests.len() - 1
        } else {
            usize::MAX
        }
    }
}
