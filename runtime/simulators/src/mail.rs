//! Mail: messages that were sent, over SMTP or over HTTP as a mail provider takes them. Nothing leaves: a message is in
//! its recipients' boxes at once.
//!
//! `POST /v1/messages` honours `Idempotency-Key` for 24 hours. SMTP knows no keys: what is sent again arrives again,
//! with the same `message_id`.

use std::collections::BTreeMap;

use mail_parser::{Address, MessageParser};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use throughline_smtp::Envelope;

use crate::call::{Call, Outcome, Reply, stamp};
use crate::core::Service;
use crate::form::Form;
use crate::page::{Listed, PAGE_PARAMS, page};
use crate::replay::{Remembered, Replays, remember};

/// Most recipients of one message.
const MAX_TO: usize = 50;
/// Longest text of one message, in characters.
const MAX_TEXT: usize = 200_000;

#[derive(Clone, Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "`Message-ID` is the header's own name")]
struct Message {
    id: String,
    /// `smtp` or `api`.
    via: String,
    from: String,
    to: Vec<String>,
    subject: String,
    text: String,
    html: Option<String>,
    message_id: Option<String>,
    /// The caller's word for it, to look it up by.
    marker: Option<String>,
    sent_at: String,
}

impl Listed for Message {
    fn position(&self) -> (&str, &str) {
        (&self.sent_at, &self.id)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "set", content = "record", rename_all = "snake_case")]
enum Change {
    Message(Message),
    Key(Remembered),
}

/// The mail service's records.
#[derive(Default)]
pub(crate) struct Mail {
    messages: BTreeMap<String, Message>,
    replays: Replays,
}

/// A message that came over SMTP, as a call like those over HTTP: failure switches and the ledger see no difference.
pub(crate) fn call_of(envelope: &Envelope, bytes: &[u8]) -> Call {
    let parsed = MessageParser::default().parse(bytes);
    let parsed = parsed.as_ref();
    // What the sender wrote, not what a reader would make of a text.
    let html = parsed.and_then(|mail| mail.html_bodies().find(|part| part.is_text_html())?.text_contents());
    let body = json!({
        "from": parsed.and_then(|mail| mail.from()).and_then(address).unwrap_or_else(|| envelope.from.clone()),
        "to": envelope.to,
        "subject": parsed.and_then(|mail| mail.subject()).unwrap_or_default(),
        "text": parsed.and_then(|mail| mail.body_text(0)).unwrap_or_default(),
        "html": html,
        "message_id": parsed.and_then(|mail| mail.message_id()),
    });
    Call { body: body.to_string().into(), ..Call::bare("SMTP", "/v1/messages") }
}

fn address(address: &Address<'_>) -> Option<String> {
    Some(address.first()?.address()?.to_owned())
}

impl Service for Mail {
    fn handle(&self, call: &Call, now: i64) -> Outcome {
        let segments = call.segments();
        match (call.method.as_str(), segments.as_slice()) {
            ("GET", ["v1", "me"]) => Ok(Outcome::unchanged(Reply::new(200, me()))),
            ("GET", ["v1", "messages"]) => self.list(call).map(Outcome::unchanged),
            ("POST", ["v1", "messages"]) => self.send(call, now),
            ("SMTP", ["v1", "messages"]) => self.receive(call, now),
            ("GET", ["v1", "messages", id]) => self.message(call, id),
            (_, ["v1", "me"] | ["v1", "messages", _]) => Err(Reply::wrong_method("GET")),
            (_, ["v1", "messages"]) => Err(Reply::wrong_method("GET, POST")),
            _ => Err(Reply::not_found(&call.path)),
        }
        .into()
    }

    fn apply(&mut self, change: Value) -> serde_json::Result<()> {
        match serde_json::from_value(change)? {
            Change::Message(message) => drop(self.messages.insert(message.id.clone(), message)),
            Change::Key(remembered) => self.replays.keep(remembered),
        }
        Ok(())
    }

    /// Nobody has written yet.
    fn seed(&self, _now: i64) -> Vec<Value> {
        Vec::new()
    }
}

fn me() -> Value {
    json!({ "id": "acct_mail_demo", "name": "Demo Mail", "service": "mail" })
}

impl Mail {
    fn list(&self, call: &Call) -> Result<Reply, Reply> {
        let own = ["to", "from", "subject", "marker"];
        call.only_params(&[&own[..], &PAGE_PARAMS[..]].concat())?;
        let [to, from, subject, marker] = own.map(|name| call.param(name));
        page(call, self.messages.values(), |message| {
            to.is_none_or(|to| message.to.iter().any(|other| other == to))
                && from.is_none_or(|from| message.from == from)
                && subject.is_none_or(|subject| message.subject == subject)
                && marker.is_none_or(|marker| message.marker.as_deref() == Some(marker))
        })
    }

    fn message(&self, call: &Call, id: &str) -> Result<Outcome, Reply> {
        let message = self.messages.get(id).ok_or_else(|| Reply::not_found(&call.path))?;
        Ok(Outcome::unchanged(Reply::new(200, json!(message))))
    }

    fn send(&self, call: &Call, now: i64) -> Result<Outcome, Reply> {
        let fields = call.object()?;
        if let Some(before) = self.replays.find(call, &fields, now)? {
            return Ok(before);
        }
        let message = self.read(&fields, "api", now)?;
        let reply = Reply::new(201, json!(message));
        let mut changes = vec![json!(Change::Message(message))];
        changes.extend(remember(call, &fields, &reply, now)?.map(|kept| json!(Change::Key(kept))));
        Ok(Outcome::changed(reply, changes))
    }

    fn receive(&self, call: &Call, now: i64) -> Result<Outcome, Reply> {
        let message = self.read(&call.object()?, "smtp", now)?;
        Ok(Outcome::changed(Reply::new(201, json!(message)), vec![json!(Change::Message(message))]))
    }

    fn read(&self, fields: &Map<String, Value>, via: &str, now: i64) -> Result<Message, Reply> {
        let known = ["from", "to", "subject", "text", "html", "marker", "message_id"];
        let mut form = Form::new(fields, &known);
        let from = form.email("from");
        let to = form.texts("to", MAX_TO);
        if to.is_empty() && !form.has_issue("to") {
            form.issue("to", "is required");
        }
        let subject = form.optional_text("subject", 998).unwrap_or_default();
        let text = form.optional_text("text", MAX_TEXT).unwrap_or_default();
        let html = form.optional_text("html", MAX_TEXT);
        let (marker, message_id) = (form.optional_text("marker", 200), form.optional_text("message_id", 998));
        form.finish()?;
        let id = format!("msg_{:04}", self.messages.len() + 1);
        let (via, sent_at) = (via.to_owned(), stamp(now));
        Ok(Message { id, via, from, to, subject, text, html, message_id, marker, sent_at })
    }
}
