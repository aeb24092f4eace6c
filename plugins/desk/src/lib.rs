//! The help desk: tickets, and what is said on them.

use throughline::prelude::*;

mod replies;
mod tickets;

pub use replies::{NewReply, Reply};
pub use tickets::{ById, NewTicket, Ticket, TicketChange, TicketFilter};

connector! {
    id: "desk",
    name: "Help desk",
    description: "Tickets, and what is said on them.",
    hosts: ["{base_url}" (GET, POST, PATCH)],
    auth: { default: bearer { token: secret("API token", "Desk > Settings > API") } },
    settings: Settings,
    test: whoami,
    actions: [tickets::get_ticket, tickets::create_ticket, tickets::update_ticket, replies::reply_to_ticket],
    triggers: [tickets::ticket_changed],
}

/// Settings of a connection.
#[data]
pub struct Settings {
    /// Base address
    #[schemars(url, example = &"https://desk.example.com")]
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
