//! The default map from an HTTP outcome to a failure, shared by every SDK.

use serde_json::Value;

use crate::fail::{Fail, FailKind, FieldIssue, Origin};
use crate::manifest::Effect;
use crate::reply::Reply;
use crate::time::parse_http_date;
use crate::wire::HttpError;

/// Waits longer than a day are cut to a day.
const LONGEST_WAIT_MS: u64 = 86_400_000;

/// What the map must know about the request.
#[derive(Clone, Copy)]
pub(crate) struct Sent {
    pub(crate) effect: Effect,
    pub(crate) is_unsafe: bool,
    pub(crate) with_auth: bool,
    pub(crate) now: u64,
}

impl Sent {
    fn may_write_twice(self) -> bool {
        self.effect == Effect::WriteOnce && self.is_unsafe
    }
}

/// The failure for a status outside 200…299.
pub(crate) fn failure(reply: &Reply, sent: Sent) -> Fail {
    let status = reply.status();
    let said = said(reply);
    let message = |what: &str| {
        if said.is_empty() { format!("{what} ({status})") } else { format!("{what} ({status}): {said}") }
    };
    let (kind, code, text) = match status {
        300..=399 => (FailKind::Permanent, "http.redirect", redirect(reply)),
        400 | 405 | 406 | 415 | 422 => (
            FailKind::InvalidInput(issues(reply, &said)),
            "http.invalid_input",
            message("the remote refused the input"),
        ),
        401 if sent.with_auth => {
            (FailKind::AuthExpired, "http.auth_expired", message("the credential was not accepted"))
        }
        403 if is_rate_limit(reply) => {
            (FailKind::RateLimited(wait(reply, sent.now)), "http.rate_limited", message("too many requests"))
        }
        401..=403 => (
            FailKind::PermissionDenied(None),
            "http.permission_denied",
            message("the credential may not do this"),
        ),
        404 | 410 => (FailKind::NotFound, "http.not_found", message("not found")),
        409 | 412 => (FailKind::Conflict, "http.conflict", message("the record moved or exists already")),
        420 | 429 => {
            (FailKind::RateLimited(wait(reply, sent.now)), "http.rate_limited", message("too many requests"))
        }
        502 | 504 | 520..=529 if sent.may_write_twice() => (
            FailKind::OutcomeUnknown,
            "http.gateway",
            message("a gateway answered: the write may have landed"),
        ),
        408 | 425 | 500 | 502..=504 | 520..=529 => (
            FailKind::Transient(wait(reply, sent.now)),
            "http.transient",
            message("the remote could not answer"),
        ),
        _ => (FailKind::Permanent, "http.status", message("unexpected answer")),
    };
    Fail::new(kind, code, text).status(status).request_id(reply.request_id())
}

/// The failure for a response of 200…299 whose body is not what it should be.
pub(crate) fn bad_body(reply: &Reply, why: &str, sent: Sent) -> Fail {
    let kind = if sent.may_write_twice() { FailKind::OutcomeUnknown } else { FailKind::Permanent };
    let message = format!("the remote's answer ({}) cannot be read: {why}", reply.status());
    Fail::new(kind, "http.bad_body", message).status(reply.status()).request_id(reply.request_id())
}

/// The failure for a request without a response.
pub(crate) fn no_reply(error: HttpError, sent: Sent) -> Fail {
    let in_doubt = |maybe: bool, code: &'static str, message: &str| {
        if maybe && sent.may_write_twice() {
            Fail::outcome_unknown(code, format!("{message}; the write may have landed"))
        } else {
            Fail::transient(code, message, None)
        }
    };
    match error {
        HttpError::Denied(why) => Fail::new(
            FailKind::PermissionDenied(None),
            "http.denied",
            format!("the runner refused the request: {why}"),
        )
        .origin(Origin::Host),
        HttpError::Unreachable(why) => {
            Fail::transient("http.unreachable", format!("the remote cannot be reached: {why}"), None)
        }
        HttpError::Timeout { maybe_sent } => {
            in_doubt(maybe_sent, "http.timeout", "the remote did not answer in time")
        }
        HttpError::Interrupted { maybe_sent } => {
            in_doubt(maybe_sent, "http.interrupted", "the connection broke")
        }
        HttpError::TooLarge if sent.may_write_twice() => {
            Fail::outcome_unknown("http.too_large", "the answer to the write is too large to read")
        }
        HttpError::TooLarge => Fail::permanent("http.too_large", "the answer is too large"),
        HttpError::AuthUnavailable(why) => Fail::new(
            FailKind::AuthExpired,
            "http.auth_unavailable",
            format!("the connection has no usable credential: {why}"),
        )
        .origin(Origin::Host),
        HttpError::BudgetExhausted => {
            Fail::permanent("http.budget", "the call made more requests than it may")
                .origin(Origin::Connector)
        }
        HttpError::Cancelled => {
            Fail::new(FailKind::Cancelled, "http.cancelled", "the call was cancelled").origin(Origin::Host)
        }
        HttpError::Internal(why) => {
            in_doubt(true, "http.internal", &format!("the runner failed: {why}")).origin(Origin::Host)
        }
    }
}

fn is_rate_limit(reply: &Reply) -> bool {
    reply.header("x-ratelimit-remaining") == Some("0") || reply.text().contains("secondary rate")
}

/// Milliseconds the remote asks to wait: `Retry-After` in seconds or as a date, else the reset header.
pub(crate) fn wait(reply: &Reply, now: u64) -> Option<u64> {
    let after = reply.header("retry-after").map(str::trim).and_then(|text| match text.parse::<u64>() {
        Ok(seconds) => seconds.checked_mul(1_000),
        Err(_) => parse_http_date(text).map(|at| at.saturating_sub(now)),
    });
    let reset = || {
        let at: u64 = reply.header("x-ratelimit-reset")?.trim().parse().ok()?;
        // Small numbers are seconds to wait, large ones seconds since the epoch: both forms are in use.
        if at < 100_000_000 {
            at.checked_mul(1_000)
        } else {
            Some(at.checked_mul(1_000)?.saturating_sub(now))
        }
    };
    after.or_else(reset).map(|ms| ms.min(LONGEST_WAIT_MS))
}

fn redirect(reply: &Reply) -> String {
    match reply.header("location") {
        Some(to) => format!("the remote redirects to {to}: name that address in the connection, or grant it"),
        None => format!("the remote redirects ({}) without saying where", reply.status()),
    }
}

/// The remote's own words, at most 300 characters.
fn said(reply: &Reply) -> String {
    let text = reply.text();
    let found = serde_json::from_str::<Value>(&text).ok().and_then(|body| {
        let at = [
            "/error/message",
            "/message",
            "/error_description",
            "/detail",
            "/error",
            "/title",
            "/errors/0/message",
            "/errors/0",
        ];
        at.iter().find_map(|p| body.pointer(p).and_then(Value::as_str).map(str::to_owned))
    });
    let is_page = text.trim_start().starts_with('<') || text.trim_start().starts_with(['{', '[']);
    let words = found.unwrap_or_else(|| if is_page { String::new() } else { text.into_owned() });
    words.chars().filter(|c| !c.is_control()).take(300).collect()
}

fn issues(reply: &Reply, said: &str) -> Vec<FieldIssue> {
    let body: Value = serde_json::from_str(&reply.text()).unwrap_or_default();
    let listed =
        ["/errors", "/issues", "/error/issues"].iter().find_map(|place| body.pointer(place)?.as_array());
    let mut issues: Vec<FieldIssue> = listed.into_iter().flatten().filter_map(issue).collect();
    if issues.is_empty() {
        let message =
            if said.is_empty() { format!("refused with {}", reply.status()) } else { said.to_owned() };
        issues.push(FieldIssue { path: String::new(), message });
    }
    issues
}

fn issue(error: &Value) -> Option<FieldIssue> {
    let message = error.get("message").or_else(|| error.get("detail"))?.as_str()?.to_owned();
    let field =
        ["pointer", "path", "field"].iter().find_map(|key| error.get(key)?.as_str()).unwrap_or_default();
    Some(FieldIssue { path: pointer(field), message })
}

/// `lines[0].quantity` as a JSON Pointer.
fn pointer(field: &str) -> String {
    if field.is_empty() || field.starts_with('/') {
        return field.to_owned();
    }
    format!("/{}", field.replace('[', ".").replace(']', "").replace('.', "/"))
}
