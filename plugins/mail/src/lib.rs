//! A mail service: messages to people, sent over its API; and mail that the runner itself receives.

use throughline::prelude::*;

mod messages;
mod received;

pub use messages::{Message, MessageQuery, Messages, NewMessage};
pub use received::{Attachment, Correspondent, Mailbox, ReceivedMail};

connector! {
    id: "mail",
    name: "Mail",
    description: "Messages to people.",
    hosts: ["{base_url}" (GET, POST)],
    auth: { default: bearer { token: secret("API token", "Mail > Settings > API") } },
    settings: Settings,
    test: whoami,
    actions: [messages::send_message, messages::find_messages],
    triggers: [received::received],
}

/// Settings of a connection.
#[data]
pub struct Settings {
    /// Base address
    #[schemars(url, example = &"https://mail.example.com")]
    pub base_url: String,
}

#[data]
struct Me {
    id: String,
    name: String,
}

fn whoami(cx: &Cx) -> Result<Account> {
    let me: Me = cx.get("/v1/me").json()?;
    Ok(Account::new(me.id, me.name))
}
