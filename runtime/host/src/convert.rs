//! Between the contract's wire types and the host's own, with the contract's limits checked.

use serde_json::Value;
use throughline_domain::failure::{Failure, FailureKind, FieldIssue, Origin};

use crate::bindings::throughline::connector::types as wire;
use crate::contract::{Inbound, Reply, TriggerEvent};
use crate::error::codes;
use crate::facts::Facts;
use crate::schema::Part;

/// Most events or records of a page.
const MAX_ITEMS: usize = 1_000;
/// Longest event id, in bytes.
const MAX_ID_BYTES: usize = 200;
/// Longest cursor, in bytes of JSON text.
const MAX_CURSOR_BYTES: usize = 16 << 10;
/// Longest texts of a guest's failure, in bytes.
const MAX_MESSAGE_BYTES: usize = 4 << 10;
const MAX_CODE_BYTES: usize = 200;
/// Most issues of a guest's invalid-input.
const MAX_ISSUES: usize = 100;

/// A guest's failure.
pub(crate) fn failure_of(error: wire::ConnectorError) -> Failure {
    let kind = match error.kind {
        wire::Failure::InvalidInput(issues) => FailureKind::InvalidInput {
            issues: issues
                .into_iter()
                .take(MAX_ISSUES)
                .map(|issue| FieldIssue { path: issue.path, message: cut(issue.message, MAX_MESSAGE_BYTES) })
                .collect(),
        },
        wire::Failure::AuthExpired => FailureKind::AuthExpired,
        wire::Failure::PermissionDenied(missing) => FailureKind::PermissionDenied { missing },
        wire::Failure::NotFound => FailureKind::NotFound,
        wire::Failure::Conflict => FailureKind::Conflict,
        wire::Failure::RateLimited(after_ms) => FailureKind::RateLimited { after_ms: after_ms.map(capped) },
        wire::Failure::Transient(after_ms) => FailureKind::Transient { after_ms: after_ms.map(capped) },
        wire::Failure::OutcomeUnknown => FailureKind::OutcomeUnknown,
        wire::Failure::Permanent => FailureKind::Permanent,
        wire::Failure::Unsupported => FailureKind::Unsupported,
        wire::Failure::Cancelled => FailureKind::Cancelled,
    };
    // The runner's own codes are not a guest's to use.
    let code = cut(error.code, MAX_CODE_BYTES);
    let code = if code.is_empty() || code.starts_with("TL") { format!("connector.{code}") } else { code };
    Failure {
        kind,
        code,
        message: cut(error.message, MAX_MESSAGE_BYTES),
        origin: match error.origin {
            wire::Origin::Remote => Origin::Remote,
            wire::Origin::Connector => Origin::Connector,
            wire::Origin::Host => Origin::Host,
        },
        http_status: error.http_status,
        remote_request_id: error.remote_request_id.map(|id| cut(id, MAX_CODE_BYTES)),
        detail: error.detail.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text))),
    }
}

/// Waits beyond a day are a mistake of the remote.
fn capped(ms: u64) -> u64 {
    ms.min(86_400_000)
}

fn cut(mut text: String, bytes: usize) -> String {
    if text.len() > bytes {
        let end = (0..=bytes).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
        text.truncate(end);
    }
    text
}

/// A failure of the guest to keep the contract.
pub(crate) fn broke_contract(facts: &Facts, code: &str, what: impl std::fmt::Display) -> Failure {
    Failure {
        kind: FailureKind::Permanent,
        code: code.into(),
        message: format!("{}: {what}", facts.label()),
        origin: Origin::Connector,
        http_status: None,
        remote_request_id: None,
        detail: None,
    }
}

/// JSON text of a guest, within the output limit.
pub(crate) fn json(facts: &Facts, text: &str, what: &str) -> Result<Value, Failure> {
    let limit = facts.limits.output_bytes;
    if text.len() > limit {
        let reason =
            format!("its {what} has {} bytes; the limit is {limit}. Put large data into a blob", text.len());
        return Err(broke_contract(facts, codes::OUTPUT_TOO_LARGE, reason));
    }
    serde_json::from_str(text).map_err(|error| {
        broke_contract(facts, codes::BAD_OUTPUT, format_args!("its {what} is not JSON: {error}"))
    })
}

pub(crate) fn optional_json(facts: &Facts, text: Option<&str>, what: &str) -> Result<Option<Value>, Failure> {
    text.map(|text| json(facts, text, what)).transpose()
}

/// JSON of a guest that must satisfy a schema of the manifest.
pub(crate) fn checked_json(facts: &Facts, text: &str, what: &str, part: &Part) -> Result<Value, Failure> {
    let value = json(facts, text, what)?;
    let issues = facts.call.plugin.schemas.issues(part, &value);
    if issues.is_empty() {
        return Ok(value);
    }
    let words: Vec<_> = issues.iter().map(|issue| format!("{} {}", issue.path, issue.message)).collect();
    let mut failure = broke_contract(
        facts,
        codes::BAD_OUTPUT,
        format_args!("its {what} is not what its manifest says: {}", words.join("; ")),
    );
    failure.detail = serde_json::to_value(&issues).ok();
    Err(failure)
}

/// Input that does not satisfy the manifest's schema.
pub(crate) fn bad_input(label: &str, issues: Vec<FieldIssue>) -> Failure {
    let words: Vec<_> = issues.iter().map(|issue| format!("{} {}", issue.path, issue.message)).collect();
    Failure {
        kind: FailureKind::InvalidInput { issues },
        code: codes::BAD_INPUT.into(),
        message: format!("the input of {label} is not valid: {}", words.join("; ")),
        origin: Origin::Host,
        http_status: None,
        remote_request_id: None,
        detail: None,
    }
}

/// A cursor within its limit.
pub(crate) fn cursor(facts: &Facts, text: &str) -> Result<Value, Failure> {
    if text.len() > MAX_CURSOR_BYTES {
        let reason = format!("its cursor has {} bytes; the limit is 16 KiB", text.len());
        return Err(broke_contract(facts, codes::BAD_PAGE, reason));
    }
    json(facts, text, "cursor")
}

/// A page within its limit.
pub(crate) fn page_size(facts: &Facts, items: usize) -> Result<(), Failure> {
    if items <= MAX_ITEMS {
        return Ok(());
    }
    Err(broke_contract(
        facts,
        codes::BAD_PAGE,
        format_args!("its page has {items} items; the limit is {MAX_ITEMS}"),
    ))
}

/// Events of a guest, checked one by one.
pub(crate) fn events(facts: &Facts, events: Vec<wire::Event>) -> Result<Vec<TriggerEvent>, Failure> {
    page_size(facts, events.len())?;
    let total: usize = events.iter().map(|event| event.data.len()).sum();
    if total > facts.limits.output_bytes {
        let reason = format!("its events have {total} bytes; the limit is {}", facts.limits.output_bytes);
        return Err(broke_contract(facts, codes::OUTPUT_TOO_LARGE, reason));
    }
    let part = Part::Event(facts.call.operation.clone());
    events
        .into_iter()
        .map(|event| {
            if event.id.is_empty() || event.id.len() > MAX_ID_BYTES {
                let reason =
                    format!("an event's id has {} bytes; 1 to {MAX_ID_BYTES} are allowed", event.id.len());
                return Err(broke_contract(facts, codes::BAD_PAGE, reason));
            }
            let data = checked_json(facts, &event.data, "event", &part)?;
            Ok(TriggerEvent { id: event.id, occurred_at_ms: event.occurred_at, data })
        })
        .collect()
}

pub(crate) fn inbound(request: &Inbound) -> wire::Inbound {
    wire::Inbound {
        method: request.method.clone(),
        path_and_query: request.path_and_query.clone(),
        headers: request.headers.clone(),
        body: request.body.clone(),
    }
}

/// A guest's answer to an inbound request; anything but a final status is a mistake.
pub(crate) fn reply(facts: &Facts, reply: wire::Reply) -> Result<Reply, Failure> {
    if !(200..600).contains(&reply.status) {
        return Err(broke_contract(
            facts,
            codes::BAD_OUTPUT,
            format_args!("its reply has the status {}", reply.status),
        ));
    }
    Ok(Reply { status: reply.status, headers: reply.headers, body: reply.body })
}
