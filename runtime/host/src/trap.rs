//! Words and kinds for calls that ended without an answer, or with a refused request.

use serde_json::json;
use throughline_domain::failure::{Failure, FailureKind, Origin};
use wasmtime::Trap;

use crate::capability::{CallState, Stop};
use crate::egress::scrub::Scrubber;
use crate::error::codes;
use crate::facts::Facts;
use crate::perform::Halt;
use crate::quarantine::Quarantined;
use crate::report::{CallReport, TrapKind};

/// Longest text of an error that is passed on.
const MAX_WORDS: usize = 500;

/// Why the engine stopped the guest.
pub(crate) fn classify(state: &CallState, error: &wasmtime::Error) -> Halt {
    let words: String = format!("{:#}", error.root_cause()).chars().take(MAX_WORDS).collect();
    match &state.stop {
        Some(Stop::Broken(words)) => return Halt::Broken(words.clone()),
        Some(Stop::Trap(kind)) => return Halt::Trap(*kind, words),
        None => {}
    }
    if let Some(kind) = state.limiter.violation() {
        return Halt::Trap(kind, words);
    }
    if error.is::<wasmtime::PoolConcurrencyLimitError>() {
        return Halt::Broken(format!("no place for another instance: {words}"));
    }
    let kind = match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => TrapKind::Cpu,
        Some(Trap::StackOverflow) => TrapKind::Stack,
        Some(Trap::UnreachableCodeReached) => TrapKind::Panic,
        // These have no type of their own.
        None if words.contains("fuel allocated for hostcalls") => TrapKind::HostData,
        None if words.contains("handle") || words.contains("table has no free keys") => TrapKind::Handles,
        None if words.contains("memory") && words.contains("limit") => TrapKind::Memory,
        _ => TrapKind::Other,
    };
    Halt::Trap(kind, words)
}

/// What a trap means, for people.
pub(crate) const fn words(kind: TrapKind) -> &'static str {
    match kind {
        TrapKind::Cpu => "it used up its processor time",
        TrapKind::Memory => "it reached its memory limit",
        TrapKind::Stack => "its stack overflowed: endless recursion?",
        TrapKind::HostCalls => "it called into the host too often",
        TrapKind::HostData => "it handed the host too much data at once",
        TrapKind::Handles => "it holds too many handles",
        TrapKind::ForbiddenCall => "it called an import from `describe`, which must be pure",
        TrapKind::Panic => "it panicked",
        TrapKind::Other => "it trapped",
    }
}

const fn code(kind: TrapKind) -> &'static str {
    match kind {
        TrapKind::Cpu => codes::CPU,
        TrapKind::Memory => codes::MEMORY,
        TrapKind::Stack => codes::STACK,
        TrapKind::HostCalls | TrapKind::HostData | TrapKind::Handles => codes::HOST_CALLS,
        TrapKind::ForbiddenCall => codes::PURE,
        TrapKind::Panic | TrapKind::Other => codes::TRAP,
    }
}

/// The failure of a call that ended without an answer.
pub(crate) fn halted(facts: &Facts, halt: &Halt) -> Failure {
    let label = facts.label();
    let (kind, code, message, origin) = match halt {
        Halt::Trap(trap, detail) => (
            FailureKind::Trap,
            code(*trap),
            format!("{label}: {} ({detail})", words(*trap)),
            Origin::Connector,
        ),
        Halt::Broken(detail) => (
            FailureKind::Transient { after_ms: None },
            codes::SERVICE,
            format!("{label}: {detail}"),
            Origin::Host,
        ),
        Halt::Wall => {
            let wall = facts.limits.wall_of(facts.mode).as_millis();
            (
                FailureKind::TimedOut,
                codes::WALL,
                format!("{label}: no answer within {wall} ms"),
                Origin::Connector,
            )
        }
        Halt::Cancelled => (
            FailureKind::Cancelled,
            codes::CANCELLED,
            format!("{label}: the call was cancelled"),
            Origin::Host,
        ),
    };
    Failure {
        kind,
        code: code.into(),
        message,
        origin,
        http_status: None,
        remote_request_id: None,
        detail: None,
    }
}

/// The failure of a call that was not made because the connector is set aside.
pub(crate) fn quarantined(held: &Quarantined, after_ms: u64) -> Failure {
    Failure {
        kind: FailureKind::Unavailable { after_ms: Some(after_ms) },
        code: codes::QUARANTINED.into(),
        message: format!(
            "connector {} is set aside after repeated traps; the last: {}",
            held.connector, held.reason
        ),
        origin: Origin::Connector,
        http_status: None,
        remote_request_id: None,
        detail: None,
    }
}

/// Makes a refused request the call's failure where it is the reason, or where it shows that the
/// connector's declarations are not true.
pub(crate) fn with_denials<T>(
    facts: &Facts,
    report: &CallReport,
    result: Result<T, Failure>,
) -> Result<T, Failure> {
    let lie = report.requests.iter().find(|r| r.denied.as_ref().is_some_and(|d| d.code == codes::UNSAFE));
    let (request, said) = match (lie, result) {
        (Some(lie), Ok(_)) => (lie, None),
        (Some(lie), Err(failure)) if failure.kind != FailureKind::Trap => (lie, Some(failure)),
        (_, Ok(value)) => return Ok(value),
        (_, Err(failure)) => match report.requests.last() {
            Some(last) if last.denied.is_some() && from_guest(&failure) => (last, Some(failure)),
            _ => return Err(failure),
        },
    };
    let Some(denied) = &request.denied else {
        return said.map_or_else(|| Err(Failure::permanent(codes::UNSAFE, facts.label())), Err);
    };
    // A credential that cannot be used is not the connector's fault, and its own word on what to do stands.
    let of_connection = matches!(denied.code.as_str(), codes::SECRET | codes::CONNECTION);
    let kind =
        said.as_ref().filter(|_| of_connection).map_or(FailureKind::Permanent, |said| said.kind.clone());
    Err(Failure {
        kind,
        code: denied.code.clone(),
        message: format!("{}: {}", facts.label(), denied.reason),
        origin: if of_connection { Origin::Host } else { Origin::Connector },
        http_status: None,
        remote_request_id: None,
        detail: said
            .map(|said| json!({ "said": { "kind": said.kind, "code": said.code, "message": said.message } })),
    })
}

/// True for what a guest said itself; the host's own words are clear already.
fn from_guest(failure: &Failure) -> bool {
    !failure.code.starts_with("TL")
}

/// The failure without secrets.
pub(crate) fn scrubbed(scrubber: &Scrubber, mut failure: Failure) -> Failure {
    failure.message = scrubber.text(&failure.message);
    failure.code = scrubber.text(&failure.code);
    if let Some(detail) = failure.detail.take() {
        let text = scrubber.text(&detail.to_string());
        failure.detail = Some(serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text)));
    }
    if let FailureKind::InvalidInput { issues } = &mut failure.kind {
        for issue in issues {
            issue.message = scrubber.text(&issue.message);
        }
    }
    failure
}
