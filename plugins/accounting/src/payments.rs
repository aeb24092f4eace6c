//! Payments: each call that arrives takes the money again.

use throughline::prelude::*;

use crate::money;
use crate::read::fetch;

/// A payment to record.
#[data]
#[serde(deny_unknown_fields)]
pub struct NewPayment {
    /// Invoice's id
    #[schemars(length(min = 1), example = &"inv_0001")]
    pub invoice: String,
    /// Amount, decimal text
    #[schemars(regex(pattern = r"^\d{1,12}(\.\d{1,2})?$"), example = &"190.00")]
    pub amount: String,
}

/// A payment.
#[data]
pub struct Payment {
    /// Id
    pub id: String,
    /// Invoice's id
    pub invoice_id: String,
    /// Amount
    pub amount: String,
    /// What it can be found by
    pub marker: Option<String>,
    /// When it was recorded
    pub created_at: String,
}

fn amount(i: &NewPayment) -> Result<i128> {
    let wrong = || Fail::invalid("/amount", "must be a decimal above zero with at most 2 places");
    money::parse(&i.amount, 2).filter(|a| *a > 0).map(money::cents).ok_or_else(wrong)
}

/// Record a payment
///
/// Accounting does not notice a payment sent twice, so it is sent once; the key travels as the marker to look it up by.
#[action(
    effect = write_once,
    undo = irreversible,
    settle = "5s",
    record = "payment",
    sample = r#"{"id": "pay_0001", "invoice_id": "inv_0001", "amount": "190.00", "marker": "key-1", "created_at": "2026-03-01T09:00:00.000000Z"}"#
)]
pub(crate) fn record_payment(cx: &Cx, i: NewPayment) -> Result<Payment> {
    amount(&i)?;
    let body = json!({ "invoice_id": i.invoice, "amount": i.amount, "marker": cx.idempotency_key() });
    cx.post("/v1/payments").body(&body).json()
}

#[preview(record_payment)]
fn preview_payment(cx: &Cx, i: &NewPayment) -> Result<Plan> {
    let cents = amount(i)?;
    let invoice = fetch(cx, &i.invoice)?;
    let value = |text: &str| money::parse(text, 2).map_or(0, money::cents);
    let open = value(&invoice.total) - value(&invoice.amount_paid);
    let text = money::text(cents);
    Ok(Plan::create("payment", i)
        .summary(format!("Record a payment of {text} {} for invoice {}", invoice.currency, invoice.number))
        .note_if(cents > open, format!("more than the {} that is open", money::text(open)))
        .money(text.as_str(), invoice.currency.as_str()))
}

#[reconcile(record_payment)]
fn recorded(cx: &Cx, _i: &NewPayment, key: &str) -> Result<Landed<Payment>> {
    let found: Feed<Payment> = cx.get("/v1/payments").query("marker", key).json()?;
    Ok(Landed::from_found(found.items))
}
