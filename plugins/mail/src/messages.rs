//! Sending messages, and finding those that were sent.

use throughline::prelude::*;

/// A message to send.
#[data]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// Sender's address
    #[schemars(email, example = &"office@northgatedental.example")]
    pub from: String,
    /// Addresses it goes to
    #[schemars(length(min = 1, max = 50))]
    pub to: Vec<String>,
    /// Subject
    #[schemars(length(min = 1, max = 200), example = &"Thank you for writing to us")]
    pub subject: String,
    /// Text
    #[schemars(length(min = 1, max = 20000))]
    pub text: String,
}

/// A message that was sent.
#[data]
pub struct Message {
    /// Id
    pub id: String,
    /// Sender's address
    pub from: String,
    /// Addresses it went to
    pub to: Vec<String>,
    /// Subject
    pub subject: String,
    /// Text
    pub text: String,
    /// What it can be found by
    pub marker: Option<String>,
    /// When it was sent
    pub sent_at: String,
}

/// Send a message
///
/// There is no way back once it is sent. Sending it again with the same key sends nothing for 24 hours.
#[action(
    effect = write_idempotent,
    undo = irreversible,
    idempotency = header("Idempotency-Key"),
    lifetime = "24h",
    settle = "2s",
    record = "message",
    sample = "samples/message.json"
)]
pub(crate) fn send_message(cx: &Cx, i: NewMessage) -> Result<Message> {
    let mut body = json!(i);
    body["marker"] = json!(cx.idempotency_key());
    cx.post("/v1/messages").body(&body).json()
}

#[preview(send_message)]
fn preview_send(_cx: &Cx, i: &NewMessage) -> Result<Plan> {
    Ok(Plan::create("message", i).summary(format!(
        "Send \u{201c}{}\u{201d} to {}",
        i.subject,
        i.to.join(", ")
    )))
}

#[reconcile(send_message)]
fn sent(cx: &Cx, _i: &NewMessage, key: &str) -> Result<Landed<Message>> {
    let found: Feed<Message> = cx.get("/v1/messages").query("marker", key).json()?;
    Ok(Landed::from_found(found.items))
}

/// Which messages to find.
#[data]
#[serde(deny_unknown_fields)]
pub struct MessageQuery {
    /// Address it went to
    #[serde(default)]
    pub to: Option<String>,
    /// Subject, as it is
    #[serde(default)]
    pub subject: Option<String>,
    /// At most this many
    #[serde(default = "hundred")]
    #[schemars(range(min = 1, max = 500))]
    pub limit: u32,
}

const fn hundred() -> u32 {
    100
}

/// Messages that were found.
#[data]
pub struct Messages {
    /// The messages, oldest first
    pub items: Vec<Message>,
    /// There are more than the limit
    pub more: bool,
}

/// Find messages
#[action(effect = read, sample = r#"{"items": [], "more": false}"#)]
pub(crate) fn find_messages(cx: &Cx, i: MessageQuery) -> Result<Messages> {
    let call = cx.get("/v1/messages").query("to", i.to).query("subject", i.subject);
    let feed: Feed<Message> = call.query("limit", i.limit).json()?;
    Ok(Messages { items: feed.items, more: feed.more })
}
