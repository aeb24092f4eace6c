//! Failure switches: how the next calls go wrong.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::call::{Call, Reply};

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureMode {
    /// Apply the call, then drop the connection without a reply (after `delay_ms` of silence).
    TimeoutAfterApplying,
    /// Drop the connection without applying (after `delay_ms` of silence).
    DropBeforeApplying,
    /// Apply the call, then answer 500 (or `status`).
    #[serde(rename = "500_after_applying")]
    ServerErrorAfterApplying,
    /// Wait `delay_ms`, then apply and answer as usual, even if the caller has gone meanwhile.
    Slow,
    /// Answer 429 with `Retry-After` (`retry_after_s`) and apply nothing.
    RateLimit,
    /// Answer 422 (or `status`) with `reason` and apply nothing.
    Reject,
    /// Answer 503 (or `status`) and apply nothing.
    Unavailable,
    /// Answer 302 (or `status`) to `location` and apply nothing.
    Redirect,
}

/// Which calls a failure is for. Nothing given: every call under `/v1`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailureMatch {
    /// The HTTP method, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// What the path begins with, as `/v1/invoices`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_prefix: Option<String>,
}

/// One failure switch: the body of `POST /_sim/failure`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailureSpec {
    /// What happens.
    pub mode: FailureMode,
    /// How many matching calls fail before the switch is off again; 1 if not given.
    #[serde(default = "once")]
    pub count: u32,
    /// Which calls.
    #[serde(default, rename = "match")]
    pub matching: FailureMatch,
    /// Milliseconds to wait: before applying for `slow`, else before the reply or the drop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// The status to answer with, where the mode has one to choose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Seconds in `Retry-After`; 1 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
    /// Why `reject` rejects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where `redirect` sends the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

/// A failure switch that cannot be set.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct InvalidFailure(pub(crate) String);

fn once() -> u32 {
    1
}

impl FailureSpec {
    /// The next call under `/v1` fails in this way.
    pub fn next(mode: FailureMode) -> Self {
        Self {
            mode,
            count: 1,
            matching: FailureMatch::default(),
            delay_ms: None,
            status: None,
            retry_after_s: None,
            reason: None,
            location: None,
        }
    }

    /// Whether the call is carried out in spite of the failure.
    pub(crate) fn applies(&self) -> bool {
        match self.mode {
            FailureMode::TimeoutAfterApplying | FailureMode::ServerErrorAfterApplying | FailureMode::Slow => {
                true
            }
            FailureMode::DropBeforeApplying
            | FailureMode::RateLimit
            | FailureMode::Reject
            | FailureMode::Unavailable
            | FailureMode::Redirect => false,
        }
    }

    /// What is sent in place of `usual`; nothing means the connection is dropped.
    pub(crate) fn replace(&self, usual: Reply) -> Option<Reply> {
        let status = |default: u16| self.status.unwrap_or(default);
        match self.mode {
            FailureMode::TimeoutAfterApplying | FailureMode::DropBeforeApplying => None,
            FailureMode::Slow => Some(usual),
            FailureMode::ServerErrorAfterApplying => {
                Some(Reply::error(status(500), "internal", "the service failed after it had begun"))
            }
            FailureMode::RateLimit => {
                let seconds = self.retry_after_s.unwrap_or(1).to_string();
                Some(
                    Reply::error(429, "rate_limited", "too many requests")
                        .with_header("retry-after", seconds),
                )
            }
            FailureMode::Reject => {
                let reason = self.reason.as_deref().unwrap_or("the service refuses this request");
                let issue = json!({ "code": "rejected", "message": reason, "reason": reason });
                Some(Reply::new(status(422), issue))
            }
            FailureMode::Unavailable => {
                Some(Reply::error(status(503), "unavailable", "the service is down for a moment"))
            }
            FailureMode::Redirect => {
                let location = self.location.clone().unwrap_or_default();
                Some(Reply::error(status(302), "moved", "look elsewhere").with_header("location", location))
            }
        }
    }

    fn matches(&self, call: &Call) -> bool {
        let method = self.matching.method.as_ref();
        let prefix = self.matching.path_prefix.as_ref();
        method.is_none_or(|method| method.eq_ignore_ascii_case(&call.method))
            && prefix.is_none_or(|prefix| call.path.starts_with(prefix))
    }

    fn check(&self) -> Result<(), InvalidFailure> {
        if self.count == 0 {
            return Err(InvalidFailure("count must be at least 1".to_owned()));
        }
        if self.mode == FailureMode::Slow && self.delay_ms.is_none() {
            return Err(InvalidFailure("slow needs delay_ms".to_owned()));
        }
        if self.mode == FailureMode::Redirect {
            let location = self.location.as_deref().unwrap_or_default();
            if location.is_empty() || !location.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(InvalidFailure("redirect needs location, an address in ASCII".to_owned()));
            }
        }
        let range = match self.mode {
            FailureMode::ServerErrorAfterApplying | FailureMode::Unavailable => 500..=599,
            FailureMode::Reject => 400..=499,
            FailureMode::Redirect => 300..=399,
            FailureMode::TimeoutAfterApplying
            | FailureMode::DropBeforeApplying
            | FailureMode::Slow
            | FailureMode::RateLimit => 0..=0,
        };
        match self.status {
            Some(status) if !range.contains(&status) => {
                Err(InvalidFailure(format!("status {status} does not go with this mode")))
            }
            _ => Ok(()),
        }
    }
}

/// The switches that are on, in the order they were set. They do not outlive the process.
#[derive(Default)]
pub(crate) struct Failures {
    on: Vec<FailureSpec>,
}

impl Failures {
    /// Turns a switch on.
    pub(crate) fn set(&mut self, spec: FailureSpec) -> Result<(), InvalidFailure> {
        spec.check()?;
        self.on.push(spec);
        Ok(())
    }

    /// Turns every switch off.
    pub(crate) fn clear(&mut self) {
        self.on.clear();
    }

    /// The switches that are on; `count` is what is left.
    pub(crate) fn list(&self) -> &[FailureSpec] {
        &self.on
    }

    /// The failure for this call, if any: the oldest switch that matches loses one of its count.
    pub(crate) fn take(&mut self, call: &Call) -> Option<FailureSpec> {
        let index = self.on.iter().position(|spec| spec.matches(call))?;
        let spec = self.on[index].clone();
        self.on[index].count -= 1;
        if self.on[index].count == 0 {
            self.on.remove(index);
        }
        Some(spec)
    }
}
