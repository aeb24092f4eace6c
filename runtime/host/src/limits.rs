//! Budgets of one call, and the memory and table limiter that a store asks.

use std::time::Duration;

use throughline_domain::connector::LimitRequest;
use wasmtime::ResourceLimiter;

use crate::call::Mode;
use crate::report::TrapKind;

/// Memory a plugin gets by asking in its manifest, without an operator's grant: what the JavaScript and
/// Python runtimes need.
const FREE_MEMORY_BYTES: u64 = 128 << 20;

/// The most memory the pooling allocator can give one call.
pub(crate) const MAX_MEMORY_BYTES: u64 = 256 << 20;

/// Budgets of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of linear memory, summed over all memories of the call.
    pub memory_bytes: u64,
    /// Time on the processor.
    pub cpu: Duration,
    /// Wall time of `run`, `reconcile`, `compensate` and record calls.
    pub wall: Duration,
    /// Wall time of `poll`.
    pub wall_poll: Duration,
    /// Wall time of `options`, `schema`, `test` and `preview`.
    pub wall_form: Duration,
    /// Wall time of a webhook's `handle`.
    pub wall_webhook: Duration,
    /// HTTP requests, redirects included.
    pub requests: u32,
    /// Bytes of a request body that is not a blob.
    pub request_bytes: u64,
    /// Bytes of a response body kept in memory.
    pub response_bytes: u64,
    /// Bytes of a response body, or of a writer, that goes to a blob.
    pub blob_bytes: u64,
    /// Bytes of an output's JSON text.
    pub output_bytes: usize,
    /// Log lines; more are counted and dropped.
    pub log_lines: u32,
    /// Bytes of log text.
    pub log_bytes: usize,
    /// Calls into the host.
    pub host_calls: u64,
    /// Requests in flight at once per connection.
    pub concurrency: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 64 << 20,
            cpu: Duration::from_secs(5),
            wall: Duration::from_mins(1),
            wall_poll: Duration::from_secs(20),
            wall_form: Duration::from_secs(10),
            wall_webhook: Duration::from_secs(5),
            requests: 100,
            request_bytes: 8 << 20,
            response_bytes: 8 << 20,
            blob_bytes: 1 << 30,
            output_bytes: 4 << 20,
            log_lines: 200,
            log_bytes: 256 << 10,
            host_calls: 100_000,
            concurrency: 8,
        }
    }
}

impl Limits {
    /// These limits with what an operator granted of a manifest's request.
    #[must_use]
    pub fn granting(mut self, request: &LimitRequest) -> Self {
        if let Some(bytes) = request.memory_bytes {
            self.memory_bytes = bytes.min(MAX_MEMORY_BYTES);
        }
        if let Some(ms) = request.cpu_ms {
            self.cpu = Duration::from_millis(ms);
        }
        if let Some(ms) = request.wall_ms {
            self.wall = Duration::from_millis(ms);
        }
        if let Some(requests) = request.requests {
            self.requests = requests;
        }
        self
    }

    /// These limits with what a manifest gets without asking anyone: memory for a language runtime, and
    /// whatever it asks below the defaults.
    #[must_use]
    pub(crate) fn without_grant(&self, request: &LimitRequest) -> Self {
        let asked = self.clone().granting(request);
        Self {
            memory_bytes: asked.memory_bytes.min(FREE_MEMORY_BYTES.max(self.memory_bytes)),
            cpu: asked.cpu.min(self.cpu),
            wall: asked.wall.min(self.wall),
            requests: asked.requests.min(self.requests),
            ..self.clone()
        }
    }

    /// Wall time of a call in this mode.
    pub(crate) const fn wall_of(&self, mode: Mode) -> Duration {
        match mode {
            Mode::Run | Mode::Reconcile | Mode::Compensate | Mode::Records | Mode::Subscribe => self.wall,
            Mode::Poll => self.wall_poll,
            Mode::Preview | Mode::Options | Mode::TestConnection => self.wall_form,
            Mode::Webhook => self.wall_webhook,
        }
    }
}

/// What a store asks before memory or a table grows. Sums over all memories of the call, which the
/// allocator's own cap, being per memory, does not.
#[derive(Debug)]
pub(crate) struct Limiter {
    memory_bytes: u64,
    used: u64,
    violation: Option<TrapKind>,
}

/// Table elements one table may have: Python's largest has 5,700.
const TABLE_ELEMENTS: usize = 20_000;

impl Limiter {
    pub(crate) const fn new(memory_bytes: u64) -> Self {
        Self { memory_bytes, used: 0, violation: None }
    }

    /// The limit that was hit, if one was.
    pub(crate) const fn violation(&self) -> Option<TrapKind> {
        self.violation
    }

    /// Bytes in use by all memories.
    pub(crate) const fn used(&self) -> u64 {
        self.used
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current) as u64;
        if self.used.saturating_add(more) > self.memory_bytes {
            self.violation = Some(TrapKind::Memory);
            return Err(wasmtime::Error::msg("memory limit of the call reached"));
        }
        self.used += more;
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if desired > TABLE_ELEMENTS {
            self.violation = Some(TrapKind::Memory);
            return Err(wasmtime::Error::msg("table limit of the call reached"));
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        200
    }

    fn tables(&self) -> usize {
        32
    }

    fn memories(&self) -> usize {
        8
    }
}
