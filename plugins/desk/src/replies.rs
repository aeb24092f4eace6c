//! Saying something on a ticket: said each time it arrives.

use throughline::prelude::*;

use crate::tickets::fetch;

/// Something to say on a ticket.
#[data]
#[serde(deny_unknown_fields)]
pub struct NewReply {
    /// Ticket's id
    #[schemars(length(min = 1), example = &"tic_0001")]
    pub ticket: String,
    /// In whose name
    #[schemars(length(min = 1, max = 254), example = &"sam@desk.example")]
    pub author: String,
    /// Text
    #[schemars(length(min = 1, max = 20000))]
    pub text: String,
    /// The requester sees it too
    #[serde(default = "yes")]
    pub public: bool,
}

const fn yes() -> bool {
    true
}

/// Something that was said on a ticket.
#[data]
pub struct Reply {
    /// Id
    pub id: String,
    /// Ticket's id
    pub ticket_id: String,
    /// In whose name
    pub author: String,
    /// The requester sees it too
    pub public: bool,
    /// Text
    pub text: String,
    /// What it can be found by
    pub marker: Option<String>,
    /// When it was said
    pub created_at: String,
}

/// Reply to a ticket
///
/// The desk does not notice a reply sent twice, so it is sent once; the key travels as the marker to look it up by.
#[action(
    effect = write_once,
    undo = irreversible,
    settle = "5s",
    record = "reply",
    sample = r#"{"id": "com_0001", "ticket_id": "tic_0001", "author": "sam@desk.example", "public": true, "text": "We are on our way.", "marker": "key-1", "created_at": "2026-03-01T09:00:00.000000Z"}"#
)]
pub(crate) fn reply_to_ticket(cx: &Cx, i: NewReply) -> Result<Reply> {
    let body = json!({
        "author": i.author,
        "author_kind": "automation",
        "public": i.public,
        "text": i.text,
        "marker": cx.idempotency_key(),
    });
    cx.post(path(&i.ticket)).body(&body).json()
}

fn path(ticket: &str) -> String {
    format!("/v1/tickets/{}/comments", segment(ticket))
}

#[preview(reply_to_ticket)]
fn preview_reply(cx: &Cx, i: &NewReply) -> Result<Plan> {
    let ticket = fetch(cx, &i.ticket)?;
    let to = if i.public { ticket.requester.as_str() } else { "colleagues only" };
    Ok(Plan::create("reply", i).summary(format!("Reply on \u{201c}{}\u{201d} to {to}", ticket.subject)))
}

#[reconcile(reply_to_ticket)]
fn replied(cx: &Cx, i: &NewReply, key: &str) -> Result<Landed<Reply>> {
    let found: Feed<Reply> = cx.get(path(&i.ticket)).query("marker", key).json()?;
    Ok(Landed::from_found(found.items))
}
