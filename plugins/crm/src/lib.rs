//! The CRM: customers and deals.

use throughline::prelude::*;

mod customers;
mod deals;
mod events;
mod records;
mod writes;

pub use customers::{ByEmail, ById, Customer, FoundCustomer};
pub use deals::{Deal, DealById};
pub use events::{CustomerFilter, DealFilter};
pub use writes::{CustomerChange, NewCustomer};

connector! {
    id: "crm",
    name: "CRM",
    description: "Customers: who they are and how to reach them. Deals: what they were offered.",
    hosts: ["{base_url}" (GET, POST, PATCH)],
    auth: { default: bearer { token: secret("API token", "CRM > Settings > Developers") } },
    settings: Settings,
    test: whoami,
    actions: [
        customers::get_customer,
        customers::find_customer,
        writes::create_customer,
        writes::update_customer,
        deals::get_deal,
    ],
    triggers: [events::customer_changed, events::deal_changed],
    records: [Customer],
}

/// Settings of a connection.
#[data]
pub struct Settings {
    /// Base address
    #[schemars(url, example = &"https://crm.example.com")]
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
