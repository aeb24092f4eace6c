//! The help desk: tickets, and what was said on them.
//!
//! A ticket may carry the caller's `external_id`; a second one with the same is refused with 409 and the id of the
//! first. What is said on a ticket is said each time it is sent: only the `marker` lets a caller look afterwards.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::call::{Call, Outcome, Reply, stamp};
use crate::core::Service;
use crate::form::Form;
use crate::page::{Listed, PAGE_PARAMS, page};

const TICKET_FIELDS: [&str; 7] =
    ["subject", "requester", "priority", "status", "assignee", "customer_id", "external_id"];
const STATES: [&str; 4] = ["open", "pending", "solved", "closed"];
const PRIORITIES: [&str; 4] = ["low", "normal", "high", "urgent"];

#[derive(Clone, Serialize, Deserialize)]
struct Ticket {
    id: String,
    subject: String,
    /// Mail address of who asks.
    requester: String,
    priority: String,
    status: String,
    assignee: Option<String>,
    customer_id: Option<String>,
    external_id: Option<String>,
    /// When a person first answered in public; an acknowledgement by a machine does not count.
    first_response_at: Option<String>,
    created_at: String,
    updated_at: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct Comment {
    id: String,
    ticket_id: String,
    /// Mail address or name.
    author: String,
    /// `person` or `automation`.
    author_kind: String,
    public: bool,
    text: String,
    marker: Option<String>,
    created_at: String,
}

impl Listed for Ticket {
    fn position(&self) -> (&str, &str) {
        (&self.updated_at, &self.id)
    }
}

impl Listed for Comment {
    fn position(&self) -> (&str, &str) {
        (&self.created_at, &self.id)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "set", content = "record", rename_all = "snake_case")]
enum Change {
    Ticket(Ticket),
    Comment(Comment),
}

/// The help desk's records.
#[derive(Default)]
pub(crate) struct Desk {
    tickets: BTreeMap<String, Ticket>,
    comments: BTreeMap<String, Comment>,
}

impl Service for Desk {
    fn handle(&self, call: &Call, now: i64) -> Outcome {
        let segments = call.segments();
        match (call.method.as_str(), segments.as_slice()) {
            ("GET", ["v1", "me"]) => Ok(show(200, me())),
            ("GET", ["v1", "tickets"]) => self.list(call).map(Outcome::unchanged),
            ("POST", ["v1", "tickets"]) => self.create(call, &stamp(now)),
            ("GET", ["v1", "tickets", id]) => self.ticket(call, id).map(|ticket| show(200, ticket)),
            ("PATCH", ["v1", "tickets", id]) => self.change(call, id, stamp(now)),
            ("GET", ["v1", "tickets", id, "comments"]) => {
                self.list_comments(call, id).map(Outcome::unchanged)
            }
            ("POST", ["v1", "tickets", id, "comments"]) => self.comment(call, id, stamp(now)),
            (_, ["v1", "me"]) => Err(Reply::wrong_method("GET")),
            (_, ["v1", "tickets"] | ["v1", "tickets", _, "comments"]) => {
                Err(Reply::wrong_method("GET, POST"))
            }
            (_, ["v1", "tickets", _]) => Err(Reply::wrong_method("GET, PATCH")),
            _ => Err(Reply::not_found(&call.path)),
        }
        .into()
    }

    fn apply(&mut self, change: Value) -> serde_json::Result<()> {
        match serde_json::from_value(change)? {
            Change::Ticket(ticket) => drop(self.tickets.insert(ticket.id.clone(), ticket)),
            Change::Comment(comment) => drop(self.comments.insert(comment.id.clone(), comment)),
        }
        Ok(())
    }

    fn seed(&self, now: i64) -> Vec<Value> {
        let ticket = seeded(&stamp(now));
        if self.tickets.contains_key(&ticket.id) { Vec::new() } else { vec![json!(Change::Ticket(ticket))] }
    }
}

fn me() -> Value {
    json!({ "id": "acct_desk_demo", "name": "Demo Desk", "service": "desk" })
}

fn show(status: u16, record: impl Serialize) -> Outcome {
    Outcome::unchanged(Reply::new(status, json!(record)))
}

impl Desk {
    fn list(&self, call: &Call) -> Result<Reply, Reply> {
        let own = ["status", "requester", "customer_id", "external_id"];
        call.only_params(&[&own[..], &PAGE_PARAMS[..]].concat())?;
        let [status, requester, customer, external] = own.map(|name| call.param(name));
        page(call, self.tickets.values(), |ticket| {
            status.is_none_or(|status| ticket.status == status)
                && requester.is_none_or(|requester| ticket.requester == requester)
                && customer.is_none_or(|id| ticket.customer_id.as_deref() == Some(id))
                && external.is_none_or(|id| ticket.external_id.as_deref() == Some(id))
        })
    }

    fn ticket(&self, call: &Call, id: &str) -> Result<&Ticket, Reply> {
        self.tickets.get(id).ok_or_else(|| Reply::not_found(&call.path))
    }

    fn create(&self, call: &Call, at: &str) -> Result<Outcome, Reply> {
        let mut ticket = blank(format!("tic_{:04}", self.tickets.len() + 1), at);
        fill(&mut ticket, &call.object()?, true)?;
        self.save(201, ticket)
    }

    fn change(&self, call: &Call, id: &str, at: String) -> Result<Outcome, Reply> {
        let mut ticket = self.ticket(call, id)?.clone();
        fill(&mut ticket, &call.object()?, false)?;
        ticket.updated_at = at;
        self.save(200, ticket)
    }

    fn save(&self, status: u16, ticket: Ticket) -> Result<Outcome, Reply> {
        let clash = self.tickets.values().find(|other| {
            other.id != ticket.id && ticket.external_id.is_some() && other.external_id == ticket.external_id
        });
        if let Some(other) = clash {
            return Err(Reply::taken(&other.id));
        }
        let reply = Reply::new(status, json!(ticket));
        Ok(Outcome::changed(reply, vec![json!(Change::Ticket(ticket))]))
    }

    fn list_comments(&self, call: &Call, id: &str) -> Result<Reply, Reply> {
        self.ticket(call, id)?;
        call.only_params(&["marker", PAGE_PARAMS[0], PAGE_PARAMS[1]])?;
        let marker = call.param("marker");
        page(call, self.comments.values(), |comment| {
            comment.ticket_id == id && marker.is_none_or(|marker| comment.marker.as_deref() == Some(marker))
        })
    }

    /// Adds what is said. A person's first public word is the first response.
    fn comment(&self, call: &Call, id: &str, at: String) -> Result<Outcome, Reply> {
        let mut ticket = self.ticket(call, id)?.clone();
        let fields = call.object()?;
        let mut form = Form::new(&fields, &["author", "author_kind", "public", "text", "marker"]);
        let author = form.required_text("author", 254);
        let author_kind = form.word("author_kind", &["person", "automation"], "person");
        let public = match form.value("public") {
            None => true,
            Some(Value::Bool(public)) => *public,
            Some(_) => {
                form.issue("public", "must be true or false");
                true
            }
        };
        let (text, marker) = (form.required_text("text", 20_000), form.optional_text("marker", 200));
        form.finish()?;
        if public && author_kind == "person" && author != ticket.requester {
            ticket.first_response_at.get_or_insert_with(|| at.clone());
        }
        ticket.updated_at.clone_from(&at);
        let id = format!("com_{:04}", self.comments.len() + 1);
        let ticket_id = ticket.id.clone();
        let comment = Comment { id, ticket_id, author, author_kind, public, text, marker, created_at: at };
        let reply = Reply::new(201, json!(comment));
        Ok(Outcome::changed(reply, vec![json!(Change::Comment(comment)), json!(Change::Ticket(ticket))]))
    }
}

fn blank(id: String, at: &str) -> Ticket {
    Ticket {
        id,
        subject: String::new(),
        requester: String::new(),
        priority: "normal".to_owned(),
        status: STATES[0].to_owned(),
        assignee: None,
        customer_id: None,
        external_id: None,
        first_response_at: None,
        created_at: at.to_owned(),
        updated_at: at.to_owned(),
    }
}

fn fill(ticket: &mut Ticket, fields: &Map<String, Value>, new: bool) -> Result<(), Reply> {
    let mut form = Form::new(fields, &TICKET_FIELDS);
    if new || form.has("subject") {
        ticket.subject = form.required_text("subject", 200);
    }
    if new || form.has("requester") {
        ticket.requester = form.email("requester");
    }
    if form.has("priority") {
        ticket.priority = form.word("priority", &PRIORITIES, "");
    }
    if form.has("status") {
        ticket.status = form.word("status", &STATES, "");
    }
    let optional = [
        ("assignee", &mut ticket.assignee, 254),
        ("customer_id", &mut ticket.customer_id, 40),
        ("external_id", &mut ticket.external_id, 200),
    ];
    for (name, slot, max) in optional {
        if form.has(name) {
            *slot = form.optional_text(name, max);
        }
    }
    form.finish()
}

fn seeded(at: &str) -> Ticket {
    Ticket {
        subject: "Radiator in the studio stays cold".to_owned(),
        requester: "accounts@ellisrowe.example".to_owned(),
        customer_id: Some("cus_0002".to_owned()),
        ..blank("tic_0001".to_owned(), at)
    }
}
