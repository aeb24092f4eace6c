//! Tickets.

use throughline::prelude::*;

/// A ticket.
#[data]
pub struct Ticket {
    /// Id
    pub id: String,
    /// Subject
    pub subject: String,
    /// Address of who asks
    pub requester: String,
    /// Priority: low, normal, high or urgent
    pub priority: String,
    /// Status: open, pending, solved or closed
    pub status: String,
    /// Who works on it
    pub assignee: Option<String>,
    /// Customer
    pub customer_id: Option<String>,
    /// Id another system gave it
    pub external_id: Option<String>,
    /// When a person first answered
    pub first_response_at: Option<String>,
    /// When it was created
    pub created_at: String,
    /// When it changed last
    pub updated_at: String,
}

/// A ticket to read.
#[data]
#[serde(deny_unknown_fields)]
pub struct ById {
    /// Ticket's id
    #[schemars(length(min = 1), example = &"tic_0001")]
    pub id: String,
}

/// Get a ticket
#[action(effect = read, sample = "samples/ticket.json")]
pub(crate) fn get_ticket(cx: &Cx, i: ById) -> Result<Ticket> {
    fetch(cx, &i.id)
}

pub(crate) fn fetch(cx: &Cx, id: &str) -> Result<Ticket> {
    let none = Fail::not_found("desk.no_ticket", format!("There is no ticket {id}"));
    cx.get(format!("/v1/tickets/{}", segment(id))).map(404, none).json()
}

/// A new ticket.
#[data]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    /// Subject
    #[schemars(length(min = 1, max = 200), example = &"No heat in the studio")]
    pub subject: String,
    /// Address of who asks
    #[schemars(email, example = &"ann@newco.example")]
    pub requester: String,
    /// Priority: low, normal, high or urgent
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Customer
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
}

/// Create a ticket
///
/// The key becomes the ticket's external id, which the desk takes only once: sent again, the same ticket comes back.
#[action(
    effect = write_idempotent,
    undo = irreversible,
    idempotency = key,
    lifetime = "3650d",
    settle = "2s",
    record = "ticket",
    sample = "samples/ticket.json"
)]
pub(crate) fn create_ticket(cx: &Cx, i: NewTicket) -> Result<Ticket> {
    let key = cx.idempotency_key();
    let mut body = json!(i);
    body["external_id"] = json!(key);
    let taken = Fail::conflict("desk.external_id_taken", "The desk has a ticket of this key already");
    match cx.post("/v1/tickets").body(&body).map(409, taken).json() {
        Err(fail) if fail.http_status() == Some(409) => {
            find_by_key(cx, &key)?.items.into_iter().next().ok_or(fail)
        }
        answer => answer,
    }
}

fn find_by_key(cx: &Cx, key: &str) -> Result<Feed<Ticket>> {
    cx.get("/v1/tickets").query("external_id", key).json()
}

#[preview(create_ticket)]
fn preview_create(_cx: &Cx, i: &NewTicket) -> Result<Plan> {
    Ok(Plan::create("ticket", i).summary(format!("Open the ticket \u{201c}{}\u{201d}", i.subject)))
}

#[reconcile(create_ticket)]
fn created(cx: &Cx, _i: &NewTicket, key: &str) -> Result<Landed<Ticket>> {
    Ok(Landed::from_found(find_by_key(cx, key)?.items))
}

/// What to change of a ticket. What is not given stays.
#[data]
#[serde(deny_unknown_fields)]
pub struct TicketChange {
    /// Ticket's id
    #[schemars(length(min = 1), example = &"tic_0001")]
    pub id: String,
    /// Priority: low, normal, high or urgent
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Status: open, pending, solved or closed
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Who works on it
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
}

impl TicketChange {
    fn fields(&self) -> Value {
        let mut fields = json!(self);
        if let Some(object) = fields.as_object_mut() {
            object.remove("id");
        }
        fields
    }
}

/// The named fields of a ticket.
fn same_fields(ticket: &Ticket, names: &Value) -> Value {
    let ticket = json!(ticket);
    let names = names.as_object().into_iter().flatten();
    names.map(|(name, _)| (name.clone(), ticket[name].clone())).collect()
}

/// Change a ticket
#[action(effect = write_idempotent, undo = reversible, settle = "2s", record = "ticket", sample = "samples/ticket.json")]
pub(crate) fn update_ticket(cx: &Cx, i: TicketChange) -> Result<Ticket> {
    if let Some(version) = cx.precondition::<String>()? {
        let ticket = fetch(cx, &i.id)?;
        if ticket.updated_at != version {
            let message = format!("Ticket {} changed at {}, after it was looked at", i.id, ticket.updated_at);
            return Err(Fail::conflict("desk.ticket_moved", message));
        }
    }
    cx.patch(format!("/v1/tickets/{}", segment(&i.id))).body(&i.fields()).json()
}

#[preview(update_ticket)]
fn preview_update(cx: &Cx, i: &TicketChange) -> Result<Plan> {
    let ticket = fetch(cx, &i.id)?;
    let (after, before) = (i.fields(), same_fields(&ticket, &i.fields()));
    Ok(Plan::update("ticket", &i.id, &before, &after)
        .summary(format!("Change the ticket \u{201c}{}\u{201d}", ticket.subject))
        .note_if(before == after, "nothing changes")
        .precondition(ticket.updated_at))
}

#[reconcile(update_ticket)]
fn updated(cx: &Cx, i: &TicketChange, _key: &str) -> Result<Landed<Ticket>> {
    let ticket = fetch(cx, &i.id)?;
    let is_there = same_fields(&ticket, &i.fields()) == i.fields();
    Ok(if is_there { Landed::Applied(ticket) } else { Landed::NotApplied })
}

/// Which changes to notice.
#[data]
#[serde(deny_unknown_fields)]
pub struct TicketFilter {
    /// Only tickets in this status
    #[serde(default)]
    pub status: Option<String>,
}

/// Ticket changed
///
/// A ticket is new, was answered, or one of its fields is another.
#[trigger(poll, every = "1m", sample = "samples/ticket.json")]
pub(crate) fn ticket_changed(cx: &Cx, config: TicketFilter, since: Since) -> Result<Page<Ticket>> {
    let call = cx.get("/v1/tickets").query("status", config.status).query("since", since.token()?);
    let feed: Feed<Ticket> = call.query("limit", since.limit().clamp(1, 500)).json()?;
    Page::feed(&since, feed, |ticket| (&ticket.id, &ticket.updated_at))
}
