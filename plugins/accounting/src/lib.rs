//! Accounting: invoices that can be sent again safely, payments that cannot.

use throughline::prelude::*;

mod invoices;
mod money;
mod payments;
mod read;

pub use invoices::{ById, NewInvoice, NewLine};
pub use payments::{NewPayment, Payment};
pub use read::{Invoice, InvoiceQuery, Invoices, Line};

connector! {
    id: "accounting",
    name: "Accounting",
    description: "Invoices and payments.",
    hosts: ["{base_url}" (GET, POST)],
    auth: { default: bearer { token: secret("API token", "Accounting > Integrations > API tokens") } },
    settings: Settings,
    test: whoami,
    actions: [
        invoices::create_invoice,
        invoices::post_invoice,
        payments::record_payment,
        read::get_invoice,
        read::find_invoices,
    ],
}

/// Settings of a connection.
#[data]
pub struct Settings {
    /// Base address
    #[schemars(url, example = &"https://accounting.example.com")]
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
