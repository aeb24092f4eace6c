//! Reading invoices.

use throughline::prelude::*;

use crate::invoices::ById;

/// A line of an invoice. Amounts are decimal text.
#[data]
pub struct Line {
    /// Description
    pub description: String,
    /// Quantity
    pub quantity: String,
    /// Price of one
    pub unit_price: String,
    /// Amount
    pub amount: String,
}

/// An invoice.
#[data]
pub struct Invoice {
    /// Id
    pub id: String,
    /// Number people use
    pub number: String,
    /// Status: draft or posted
    pub status: String,
    /// Customer
    pub customer: String,
    /// Reference of our own
    pub reference: Option<String>,
    /// Currency, ISO 4217
    pub currency: String,
    /// Lines
    pub lines: Vec<Line>,
    /// Total
    pub total: String,
    /// Paid so far
    pub amount_paid: String,
    /// When it was posted
    pub posted_at: Option<String>,
    /// When it was created
    pub created_at: String,
    /// When it changed last
    pub updated_at: String,
}

/// Get an invoice
#[action(effect = read, sample = "samples/invoice.json")]
pub(crate) fn get_invoice(cx: &Cx, i: ById) -> Result<Invoice> {
    fetch(cx, &i.id)
}

pub(crate) fn fetch(cx: &Cx, id: &str) -> Result<Invoice> {
    let none = Fail::not_found("accounting.no_invoice", format!("There is no invoice {id}"));
    cx.get(format!("/v1/invoices/{}", segment(id))).map(404, none).json()
}

/// Which invoices to find.
#[data]
#[serde(deny_unknown_fields)]
pub struct InvoiceQuery {
    /// Reference of our own
    #[serde(default)]
    pub reference: Option<String>,
    /// Customer
    #[serde(default)]
    pub customer: Option<String>,
    /// Status: draft or posted
    #[serde(default)]
    pub status: Option<String>,
    /// At most this many
    #[serde(default = "hundred")]
    #[schemars(range(min = 1, max = 500))]
    pub limit: u32,
}

const fn hundred() -> u32 {
    100
}

/// Invoices that were found.
#[data]
pub struct Invoices {
    /// The invoices, oldest change first
    pub items: Vec<Invoice>,
    /// There are more than the limit
    pub more: bool,
}

/// Find invoices
#[action(effect = read, sample = r#"{"items": [], "more": false}"#)]
pub(crate) fn find_invoices(cx: &Cx, i: InvoiceQuery) -> Result<Invoices> {
    let call = cx.get("/v1/invoices").query("reference", i.reference).query("customer", i.customer);
    let feed: Feed<Invoice> = call.query("status", i.status).query("limit", i.limit).json()?;
    Ok(Invoices { items: feed.items, more: feed.more })
}
