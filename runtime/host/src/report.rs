//! What a call did, told whether it succeeded or not.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughline_domain::failure::Failure;

/// The result of a call and what it did on the way.
#[derive(Clone, Debug)]
pub struct CallOutcome<T> {
    /// What the plugin answered, or why there is no answer.
    pub result: Result<T, Failure>,
    /// What it did.
    pub report: CallReport,
}

/// What a call did.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CallReport {
    /// Log lines, secrets removed.
    pub logs: Vec<LogLine>,
    /// Log lines beyond the limit, not kept.
    pub logs_dropped: u64,
    /// Every request asked for, also those refused.
    pub requests: Vec<RequestRecord>,
    /// Whether a request that may change something left the host.
    pub unsafe_sent: Sent,
    /// Status of the last such request's answer, if it was answered.
    pub unsafe_status: Option<u16>,
    /// State to commit with the outcome, in the order set. Empty where state is read-only.
    pub state_writes: Vec<StateWrite>,
    /// Why the guest was stopped, if it was.
    pub trapped: Option<TrapKind>,
    /// Milliseconds on the processor, in ticks of 10.
    pub cpu_ms: u64,
    /// Milliseconds from start to end.
    pub wall_ms: u64,
    /// Bytes of linear memory at the end.
    pub memory_bytes: u64,
    /// References of blobs made.
    pub blobs: Vec<String>,
    /// What the guest was told when it asked for the time: Unix milliseconds, the first 256 answers.
    pub clock_reads: Vec<u64>,
}

impl CallReport {
    /// Requests refused because they would have changed something in a call that must not.
    pub fn gate_denials(&self) -> impl Iterator<Item = &RequestRecord> {
        self.requests.iter().filter(|request| {
            request.denied.as_ref().is_some_and(|d| matches!(d.code.as_str(), "TL0332" | "TL0333"))
        })
    }
}

/// Did a request that may change something leave the host?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sent {
    /// Certainly not.
    #[default]
    No,
    /// Bytes left, or may have left.
    Maybe,
}

/// One line a plugin logged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    /// How important.
    pub level: LogLevel,
    /// The text.
    pub message: String,
    /// Fields, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Value>,
}

/// Importance of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// For the plugin's author.
    Debug,
    /// What happened.
    Info,
    /// Something odd.
    Warn,
    /// Something wrong.
    Error,
}

/// One request, without query values, headers or bodies: none of these may carry a secret here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// Method, upper case.
    pub method: String,
    /// Scheme, host and port.
    pub origin: String,
    /// Path and, for each query parameter, its name.
    pub path: String,
    /// True if the method, or a declared exception, says that nothing changes.
    pub safe: bool,
    /// Status of the answer, if there was one.
    pub status: Option<u16>,
    /// Milliseconds from sending to the end of the body.
    pub ms: u64,
    /// Bytes of the response body.
    pub bytes_in: u64,
    /// Bytes of the request body.
    pub bytes_out: u64,
    /// Whether anything left the host.
    pub sent: Sent,
    /// Why it was refused, if it was.
    pub denied: Option<Denied>,
    /// Why there is no answer, if it was sent and there is none.
    pub error: Option<String>,
}

/// A refusal: code and words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denied {
    /// `TL033x`.
    pub code: String,
    /// What was refused and what to do.
    pub reason: String,
}

/// A state value to commit with the call's outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateWrite {
    /// Whose state.
    pub scope: crate::services::StateScope,
    /// Key within the scope.
    pub key: String,
    /// JSON text; absent to remove the key.
    pub value: Option<String>,
}

/// Why a guest was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrapKind {
    /// Processor time ran out.
    Cpu,
    /// Memory or table limit.
    Memory,
    /// Stack overflow.
    Stack,
    /// Too many calls into the host.
    HostCalls,
    /// Too much data handed to the host in one call.
    HostData,
    /// Too many handles.
    Handles,
    /// An import called where none may be.
    ForbiddenCall,
    /// `unreachable`: a panic or abort.
    Panic,
    /// Any other trap.
    Other,
}
