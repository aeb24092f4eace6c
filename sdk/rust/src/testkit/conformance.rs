//! The conformance suite: what every connector must hold, whatever it talks to.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use serde_json::{Value, json};

use super::hostile;
use super::inputs::example;
use super::mock::Mock;
use super::run::check_schema;
use crate::connector::{ActionDef, Connector, Source};
use crate::cx::Mode;
use crate::dispatch;
use crate::fail::{FailKind, Result};
use crate::manifest::{Effect, Undo};
use crate::outcome::Outcome;
use crate::sys::Sys;
use crate::wire::{HttpError, HttpReply, HttpRequest, Payload};

/// Starts the suite for a connector.
pub fn conformance(connector: &Connector) -> Conformance<'_> {
    Conformance {
        connector,
        inputs: BTreeMap::new(),
        settings: json!({ "base_url": "https://api.example.test" }),
        findings: Vec::new(),
    }
}

/// The suite: give inputs where those made from the schema will not do, then [`Conformance::assert`].
pub struct Conformance<'a> {
    connector: &'a Connector,
    inputs: BTreeMap<String, Value>,
    settings: Value,
    findings: Vec<String>,
}

/// What one call did.
pub(super) struct Seen {
    pub(super) outcome: Result<Outcome>,
    pub(super) requests: usize,
    unsafe_requests: u32,
    is_mapped: bool,
    body_read: bool,
}

impl Conformance<'_> {
    /// A valid input of an action.
    #[must_use]
    pub fn input(mut self, action: &str, input: Value) -> Self {
        self.inputs.insert(action.to_owned(), input);
        self
    }

    /// The connection's settings.
    #[must_use]
    pub fn settings(mut self, settings: Value) -> Self {
        self.settings = settings;
        self
    }

    /// Runs the suite.
    ///
    /// # Panics
    /// With every finding.
    pub fn assert(self) {
        let findings = self.findings();
        assert!(findings.is_empty(), "{} finding(s):\n- {}", findings.len(), findings.join("\n- "));
    }

    /// Runs the suite: what was found, in words.
    pub fn findings(mut self) -> Vec<String> {
        self.manifest();
        let connector = self.connector;
        for def in &connector.actions {
            let input = self.inputs.get(def.meta.id).cloned().unwrap_or_else(|| example(&(def.input)()));
            if let Err(why) = check_schema(&(def.input)(), &input) {
                self.find(
                    def,
                    &format!("needs an input for the suite, `.input({:?}, …)`: {why}", def.meta.id),
                );
                continue;
            }
            self.statuses(def, &input);
            self.broken_answers(def, &input);
            self.no_answers(def, &input);
            self.hostile(def, &input);
            self.safe_modes(def, &input);
        }
        self.triggers();
        self.findings
    }

    fn find(&mut self, def: &ActionDef, what: &str) {
        self.findings.push(format!("{}: {what}", def.meta.id));
    }

    /// P2, P3: the manifest is the same each time, and every sample fits its schema.
    fn manifest(&mut self) {
        let text = self.connector.describe();
        if text != self.connector.describe() {
            self.findings.push("describe is not the same twice".to_owned());
        }
        let manifest = self.connector.manifest();
        for (id, action) in &manifest.actions {
            let is_write = action.effect != Effect::Read;
            let mut wrong = Vec::new();
            wrong.extend(
                check_schema(&action.output, &action.sample)
                    .err()
                    .map(|e| format!("its sample does not fit: {e}")),
            );
            if is_write != action.undo.is_some() {
                wrong.push("a write says whether it can be undone, a read does not".to_owned());
            }
            if action.undo == Some(Undo::Compensable) && !action.compensate {
                wrong.push("compensable, but without a `#[compensate]`".to_owned());
            }
            if action.effect == Effect::WriteOnce && !action.reconcile {
                wrong.push("write_once without a `#[reconcile]`: every doubt goes to a person".to_owned());
            }
            if is_write && !action.preview {
                wrong.push("a write without a `#[preview]`".to_owned());
            }
            self.findings.extend(wrong.into_iter().map(|w| format!("{id}: {w}")));
        }
        for (id, trigger) in &manifest.triggers {
            if let Err(e) = check_schema(&trigger.output, &trigger.sample) {
                self.findings.push(format!("{id}: its sample does not fit: {e}"));
            }
        }
        if !manifest.hosts.is_empty() && self.connector.test.is_none() {
            self.findings.push("talks to a host, but has no connection test".to_owned());
        }
    }

    /// P4: each status gives the failure of the default map, or of the action's own.
    fn statuses(&mut self, def: &ActionDef, input: &Value) {
        for status in (300..=308).chain(400..=599) {
            let seen = self.call(def, input, move |r| Ok(reply(r, status, &[], b"{\"message\": \"no\"}")));
            self.judge(def, &seen, &format!("status {status}"), |kind| {
                expected(status, def.meta.effect, kind)
            });
        }
        for (header, at_most) in [("7", 7_000), ("Sun, 01 Mar 2026 09:00:30 GMT", 30_000)] {
            let seen = self.call(def, input, move |r| Ok(reply(r, 429, &[("retry-after", header)], b"")));
            self.judge(def, &seen, &format!("429 with Retry-After: {header}"), |kind| {
                *kind == FailKind::RateLimited(Some(at_most))
            });
        }
    }

    /// P4: an answer that cannot be read is the remote's fault, and in doubt after a write that goes once.
    fn broken_answers(&mut self, def: &ActionDef, input: &Value) {
        let bodies: [&[u8]; 5] = [b"", b"<html>", b"{\"id\": ", b"\xff\xfe", b"[[[[1]]]]"];
        for body in bodies {
            let seen =
                self.call(def, input, move |r| Ok(reply(r, 200, &[("content-type", "text/html")], body)));
            if seen.body_read {
                let once = def.meta.effect == Effect::WriteOnce && seen.unsafe_requests > 0;
                let want = if once { FailKind::OutcomeUnknown } else { FailKind::Permanent };
                let what = format!("body {:?}", String::from_utf8_lossy(body));
                self.judge(def, &seen, &what, |kind| *kind == want);
            }
        }
    }

    /// No answer: in doubt only if bytes left and the write goes once.
    fn no_answers(&mut self, def: &ActionDef, input: &Value) {
        let once = def.meta.effect == Effect::WriteOnce;
        let cases = [
            (HttpError::Unreachable("no".to_owned()), false),
            (HttpError::Timeout { maybe_sent: false }, false),
            (HttpError::Timeout { maybe_sent: true }, true),
            (HttpError::Interrupted { maybe_sent: true }, true),
        ];
        for (error, in_doubt) in cases {
            let what = format!("{error:?}");
            let seen = self.call(def, input, move |_| Err(error.clone()));
            let want_doubt = in_doubt && once && seen.unsafe_requests > 0;
            self.judge(def, &seen, &what, |kind| {
                if want_doubt {
                    *kind == FailKind::OutcomeUnknown
                } else {
                    matches!(kind, FailKind::Transient(_))
                }
            });
        }
    }

    /// P3: hostile inputs are refused, never a panic.
    fn hostile(&mut self, def: &ActionDef, input: &Value) {
        for (name, text) in hostile::inputs(input) {
            match self.call_text(def, &text, Mode::Run, |r| Ok(reply(r, 200, &[], b"{}"))) {
                None => self.find(def, &format!("panics on {name} as input")),
                Some(seen) => {
                    let fits =
                        serde_json::from_str(&text).is_ok_and(|v| check_schema(&(def.input)(), &v).is_ok());
                    if !fits && seen.requests > 0 {
                        self.find(
                            def,
                            &format!("sends a request for {name} as input, which its schema refuses"),
                        );
                    }
                }
            }
        }
    }

    /// P5: a read, a preview and a reconcile send nothing unsafe.
    fn safe_modes(&mut self, def: &ActionDef, input: &Value) {
        let seen = self.call(def, input, |r| Ok(reply(r, 200, &[], b"{}")));
        if def.meta.effect == Effect::Read && seen.unsafe_requests > 0 {
            self.find(def, "is a read, but sends an unsafe request");
        }
        if def.meta.effect == Effect::WriteOnce && seen.unsafe_requests > 1 {
            self.find(def, "is write_once, but sends more than one unsafe request");
        }
        let text = input.to_string();
        for mode in [Mode::Preview, Mode::Reconcile] {
            let mock = Rc::new(
                Mock::answering(|r| Ok(reply(r, 200, &[], b"{}")))
                    .connection(self.settings.clone())
                    .mode(mode),
            );
            let sys = Sys::new(mock.clone());
            let connector = self.connector;
            let call = || match mode {
                Mode::Preview => drop(dispatch::preview(connector, sys, def.meta.id, &text)),
                _ => drop(dispatch::reconcile(connector, sys, def.meta.id, &text, "key-1")),
            };
            if catch_unwind(AssertUnwindSafe(call)).is_err() {
                self.find(def, &format!("panics in {mode:?} on an empty answer"));
            }
            if mock.watch.borrow().unsafe_requests > 0 {
                self.find(def, &format!("sends an unsafe request in {mode:?}"));
            }
        }
    }

    /// P5, P8: polls send nothing unsafe; an unsigned webhook request makes no event.
    fn triggers(&mut self) {
        let connector = self.connector;
        for def in &connector.triggers {
            let config = example(&(def.config)()).to_string();
            let mode = if matches!(def.source, Source::Poll { .. }) { Mode::Poll } else { Mode::Webhook };
            let mock = Rc::new(
                Mock::answering(|r| Ok(reply(r, 500, &[], b""))).connection(self.settings.clone()).mode(mode),
            );
            let sys = Sys::new(mock.clone());
            let call = || match def.source {
                Source::Poll { .. } => dispatch::poll(connector, sys, def.id, &config, None, 100).is_ok(),
                Source::Webhook(_) => hostile::requests().into_iter().any(|request| {
                    let verdict = dispatch::handle(connector, sys.clone(), def.id, &config, request);
                    matches!(verdict, Ok(crate::inbound::Verdict::Accept(events)) if !events.is_empty())
                }),
                Source::Native => false,
            };
            match catch_unwind(AssertUnwindSafe(call)) {
                Err(_) => self.findings.push(format!("{}: panics", def.id)),
                Ok(true) if mode == Mode::Poll => {
                    self.findings.push(format!("{}: takes a 500 for an answer", def.id));
                }
                Ok(true) => self
                    .findings
                    .push(format!("{}: makes an event of a request without a good signature", def.id)),
                Ok(false) => {}
            }
            if mock.watch.borrow().unsafe_requests > 0 {
                self.findings.push(format!("{}: sends an unsafe request", def.id));
            }
        }
    }

    fn judge(&mut self, def: &ActionDef, seen: &Seen, what: &str, fits: impl Fn(&FailKind) -> bool) {
        if seen.requests == 0 || seen.is_mapped {
            return;
        }
        match &seen.outcome {
            Ok(_) => self.find(def, &format!("takes {what} for success")),
            Err(fail) if !fits(fail.kind()) => self.find(def, &format!("{what} becomes {fail:?}")),
            Err(_) => {}
        }
    }

    fn call(
        &mut self,
        def: &ActionDef,
        input: &Value,
        answer: impl Fn(&HttpRequest) -> Result<HttpReply, HttpError> + 'static,
    ) -> Seen {
        self.call_text(def, &input.to_string(), Mode::Run, answer).unwrap_or_else(|| {
            self.find(def, "panics");
            Seen {
                outcome: Ok(Outcome::Done(Value::Null)),
                requests: 0,
                unsafe_requests: 0,
                is_mapped: true,
                body_read: false,
            }
        })
    }

    fn call_text(
        &self,
        def: &ActionDef,
        input: &str,
        mode: Mode,
        answer: impl Fn(&HttpRequest) -> Result<HttpReply, HttpError> + 'static,
    ) -> Option<Seen> {
        let last = Rc::new(std::cell::Cell::new(0_u16));
        let told = last.clone();
        let answer = move |request: &HttpRequest| {
            let reply = answer(request);
            told.set(reply.as_ref().map_or(0, |r| r.status));
            reply
        };
        let mock = Rc::new(Mock::answering(answer).connection(self.settings.clone()).mode(mode));
        let sys = Sys::new(mock.clone());
        let connector = self.connector;
        let outcome =
            catch_unwind(AssertUnwindSafe(|| dispatch::run(connector, sys, def.meta.id, input, None, None)))
                .ok()?;
        let watch = mock.watch.borrow();
        Some(Seen {
            outcome,
            requests: watch.requests.len(),
            unsafe_requests: watch.unsafe_requests,
            is_mapped: watch.raw || watch.mapped.contains(&last.get()),
            body_read: watch.body_read,
        })
    }
}

fn expected(status: u16, effect: Effect, kind: &FailKind) -> bool {
    match status {
        400 | 405 | 406 | 415 | 422 => matches!(kind, FailKind::InvalidInput(issues) if !issues.is_empty()),
        401 => matches!(kind, FailKind::AuthExpired | FailKind::PermissionDenied(_)),
        402 | 403 => matches!(kind, FailKind::PermissionDenied(_)),
        404 | 410 => *kind == FailKind::NotFound,
        409 | 412 => *kind == FailKind::Conflict,
        420 | 429 => matches!(kind, FailKind::RateLimited(_)),
        502 | 504 | 520..=529 if effect == Effect::WriteOnce => {
            matches!(kind, FailKind::OutcomeUnknown | FailKind::Transient(_))
        }
        408 | 425 | 500 | 502..=504 | 520..=529 => matches!(kind, FailKind::Transient(_)),
        _ => *kind == FailKind::Permanent,
    }
}

fn reply(request: &HttpRequest, status: u16, headers: &[(&str, &str)], body: &[u8]) -> HttpReply {
    let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    HttpReply { status, url: request.url.clone(), headers, body: Payload::Bytes(body.to_vec()) }
}
