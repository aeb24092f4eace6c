//! Waits and questions.

use jiff::Timestamp as Instant;
use jiff::civil::DateTime;
use serde_json::{Value, json};

use super::{At, Planner};
use crate::failure::Failure;
use crate::id::AskId;
use crate::run::event::{Correlation, Payload, RunEvent};
use crate::time::Timestamp;
use crate::workflow::{Ask, Node, NodeKind, ReasonCode, Wait};

impl<'a> Planner<'a> {
    pub(super) fn wait(&mut self, at: At<'a>, wait: &Wait) {
        let ready = at.step.ready_at;
        let (until, event) = match wait {
            Wait::For { ms } => (ready.plus_ms(*ms), None),
            Wait::Until { .. } => {
                let Some(value) = self.main(at) else { return };
                match instant(&value) {
                    Some(until) => (until, None),
                    None => return self.fail(at, not_a_time(&value), None),
                }
            }
            Wait::Business { due } => (self.version.due_at(due, ready), None),
            Wait::Event { event_type, timeout_ms, .. } => {
                let Some(value) = self.main(at) else { return };
                let Some(key) = key(&value) else {
                    let words =
                        format!("the key of the awaited `{event_type}` is {value}, not a text or number");
                    return self.fail(at, Failure::permanent("TL0418", words), None);
                };
                let event_type = event_type.clone();
                (ready.plus_ms(*timeout_ms), Some(Correlation { event_type, key }))
            }
        };
        self.plan.record.push(RunEvent::WaitStarted { path: at.path.clone(), until, event });
    }

    pub(super) fn waiting(&mut self, at: At<'a>, until: Timestamp, data: Option<&Payload>) {
        let node = &at.info.node;
        if let Some(data) = data {
            return self.succeed(at, data.clone(), node.next.clone());
        }
        if until > self.now {
            return;
        }
        let NodeKind::Wait(Wait::Event { event_type, on_timeout, .. }) = &node.kind else {
            let output = json!({ "until": until.to_rfc3339() });
            return self.succeed(at, Payload::Inline(output), node.next.clone());
        };
        if let Some(next) = on_timeout {
            return self.succeed(at, Payload::Inline(json!({ "timed_out": true })), vec![next.clone()]);
        }
        let words = format!("no `{event_type}` arrived until {}", until.to_rfc3339());
        self.fail(at, Failure::permanent("TL0419", words), Some(ReasonCode::DeadlinePassed));
    }

    pub(super) fn ask(&mut self, at: At<'a>, ask: &Ask) {
        let Some(question) = at.info.main.as_ref() else { return };
        let Some(question) = self.text(at, question) else { return };
        let node: &Node = &at.info.node;
        let policy = &self.version.workflow().exceptions;
        let due = node.due.clone().unwrap_or_else(|| policy.due.clone());
        let due_at = self.version.due_at(&due, at.step.ready_at);
        self.plan.record.push(RunEvent::Asked {
            path: at.path.clone(),
            ask: AskId::derived(&self.start.run, at.path, at.step.logical_attempt),
            question,
            form: ask.form.clone(),
            owner: node.owner.clone().unwrap_or_else(|| policy.owner.clone()),
            due,
            due_at,
        });
    }

    pub(super) fn asked(&mut self, at: At<'a>, due_at: Timestamp, answer: Option<&Payload>) {
        let node = &at.info.node;
        if let Some(answer) = answer {
            return self.succeed(at, answer.clone(), node.next.clone());
        }
        let NodeKind::Ask(Ask { on_expired: Some(next), .. }) = &node.kind else { return };
        if due_at <= self.now {
            self.succeed(at, Payload::Inline(json!({ "expired": true })), vec![next.clone()]);
        }
    }
}

/// An RFC 3339 time, or a date-time with a zone in brackets.
fn instant(value: &Value) -> Option<Timestamp> {
    let text = value.as_str()?.trim();
    let parsed = text.parse::<Instant>().ok();
    let parsed = parsed.or_else(|| {
        let (civil, zone) = text.strip_suffix(']')?.split_once('[')?;
        let zone = crate::calendar::zone(zone).ok()?;
        civil.parse::<DateTime>().ok()?.to_zoned(zone).ok().map(|zoned| zoned.timestamp())
    });
    parsed.map(|instant| Timestamp(instant.as_microsecond()))
}

fn not_a_time(value: &Value) -> Failure {
    let words =
        format!("{value} is not a time such as 2026-01-31T08:15:00Z or 2026-01-31T08:15[Europe/Berlin]");
    Failure::permanent("TL0420", words)
}

/// A correlation key is compared as text.
fn key(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
