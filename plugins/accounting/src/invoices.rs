//! Making and posting invoices.

use throughline::prelude::*;

use crate::money;
use crate::read::{Invoice, fetch};

/// A line of a new invoice.
#[data]
#[serde(deny_unknown_fields)]
pub struct NewLine {
    /// Description
    #[schemars(length(min = 1, max = 500), example = &"Boiler service")]
    pub description: String,
    /// Quantity, decimal text
    #[schemars(regex(pattern = r"^\d{1,12}(\.\d{1,3})?$"), example = &"2")]
    pub quantity: String,
    /// Price of one, decimal text
    #[schemars(regex(pattern = r"^\d{1,12}(\.\d{1,4})?$"), example = &"95.00")]
    pub unit_price: String,
}

/// A new invoice.
#[data]
#[serde(deny_unknown_fields)]
pub struct NewInvoice {
    /// Customer
    #[schemars(length(min = 1, max = 200), example = &"cus_0001")]
    pub customer: String,
    /// Lines
    #[schemars(length(min = 1, max = 200))]
    pub lines: Vec<NewLine>,
    /// Reference of our own, to find it by
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Currency: GBP, EUR or USD
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

impl NewInvoice {
    /// The total in cents; each problem names its line.
    fn total(&self) -> Result<i128> {
        let mut total = 0;
        for (at, line) in self.lines.iter().enumerate() {
            let quantity = money::parse(&line.quantity, 3).filter(|q| *q > 0).ok_or_else(|| {
                Fail::invalid(
                    format!("/lines/{at}/quantity"),
                    "must be a decimal above zero with at most 3 places",
                )
            })?;
            let price = money::parse(&line.unit_price, 4).filter(|p| *p >= 0).ok_or_else(|| {
                Fail::invalid(format!("/lines/{at}/unit_price"), "must be a decimal with at most 4 places")
            })?;
            total += money::line_cents(quantity, price);
        }
        if self.lines.is_empty() { Err(Fail::invalid("/lines", "must have a line")) } else { Ok(total) }
    }
}

/// Create an invoice
///
/// Makes a draft. Sending it again with the same key gives the same draft for 24 hours.
#[action(
    effect = write_idempotent,
    undo = irreversible,
    idempotency = header("Idempotency-Key"),
    lifetime = "24h",
    settle = "2s",
    record = "invoice",
    sample = "samples/invoice.json"
)]
pub(crate) fn create_invoice(cx: &Cx, i: NewInvoice) -> Result<Invoice> {
    i.total()?;
    cx.post("/v1/invoices").body(&i).json()
}

#[preview(create_invoice)]
fn preview_create(cx: &Cx, i: &NewInvoice) -> Result<Plan> {
    let total = money::text(i.total()?);
    let currency = i.currency.as_deref().unwrap_or("GBP");
    let mut after = json!(i);
    after["currency"] = json!(currency);
    after["total"] = json!(total);
    let plan = Plan::create("invoice", &after)
        .summary(format!("Create a draft invoice of {total} {currency} for {}", i.customer))
        .money(total.as_str(), currency);
    let Some(reference) = &i.reference else {
        return Ok(plan);
    };
    let same: Feed<Invoice> =
        cx.get("/v1/invoices").query("reference", reference).query("limit", 1_u32).json()?;
    Ok(match same.items.first() {
        Some(other) => plan.note(format!("{} has the reference {reference} already", other.number)),
        None => plan,
    })
}

#[reconcile(create_invoice)]
fn created(cx: &Cx, _i: &NewInvoice, key: &str) -> Result<Landed<Invoice>> {
    let found: Feed<Invoice> = cx.get("/v1/invoices").query("idempotency_key", key).json()?;
    Ok(Landed::from_found(found.items))
}

/// An invoice.
#[data]
#[serde(deny_unknown_fields)]
pub struct ById {
    /// Invoice's id
    #[schemars(length(min = 1), example = &"inv_0001")]
    pub id: String,
}

/// Post an invoice
///
/// Puts a draft into the books. A posted invoice stays as it is; there is no way back.
#[action(effect = write_idempotent, undo = irreversible, settle = "2s", record = "invoice", sample = "samples/invoice.json")]
pub(crate) fn post_invoice(cx: &Cx, i: ById) -> Result<Invoice> {
    if let Some(version) = cx.precondition::<String>()? {
        let invoice = fetch(cx, &i.id)?;
        if invoice.updated_at != version {
            let message = format!(
                "Invoice {} changed at {}, after it was looked at",
                invoice.number, invoice.updated_at
            );
            return Err(Fail::conflict("accounting.invoice_moved", message));
        }
    }
    cx.post(format!("/v1/invoices/{}/post", segment(&i.id))).json()
}

#[preview(post_invoice)]
fn preview_post(cx: &Cx, i: &ById) -> Result<Plan> {
    let invoice = fetch(cx, &i.id)?;
    let before = json!({ "status": invoice.status });
    Ok(Plan::update("invoice", &i.id, &before, &json!({ "status": "posted" }))
        .summary(format!("Post invoice {} of {} {}", invoice.number, invoice.total, invoice.currency))
        .note_if(invoice.status == "posted", "it is posted already")
        .money(invoice.total, invoice.currency)
        .precondition(invoice.updated_at))
}

#[reconcile(post_invoice)]
fn posted(cx: &Cx, i: &ById, _key: &str) -> Result<Landed<Invoice>> {
    let invoice = fetch(cx, &i.id)?;
    Ok(if invoice.status == "posted" { Landed::Applied(invoice) } else { Landed::NotApplied })
}
