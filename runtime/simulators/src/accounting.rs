//! Accounting: invoices that can be sent again safely, payments that cannot.
//!
//! `POST /v1/invoices` honours `Idempotency-Key` for 24 hours. `POST /v1/payments` ignores it: each
//! call that arrives takes the money again, and only the caller's `marker` lets it look afterwards.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::call::{Call, Outcome, Reply, stamp};
use crate::core::Service;
use crate::form::Form;
use crate::money::{Decimal, cents_text};
use crate::page::{Listed, PAGE_PARAMS, page};
use crate::replay::{Remembered, Replays, remember};

const CURRENCIES: [&str; 3] = ["GBP", "EUR", "USD"];
const MAX_LINES: usize = 200;

#[derive(Clone, Serialize, Deserialize)]
struct Line {
    description: String,
    quantity: String,
    unit_price: String,
    amount: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct Invoice {
    id: String,
    number: String,
    status: String,
    customer: String,
    reference: Option<String>,
    currency: String,
    lines: Vec<Line>,
    total: String,
    amount_paid: String,
    idempotency_key: Option<String>,
    posted_at: Option<String>,
    created_at: String,
    updated_at: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct Payment {
    id: String,
    invoice_id: String,
    amount: String,
    marker: Option<String>,
    created_at: String,
}

impl Listed for Invoice {
    fn position(&self) -> (&str, &str) {
        (&self.updated_at, &self.id)
    }
}

impl Listed for Payment {
    fn position(&self) -> (&str, &str) {
        (&self.created_at, &self.id)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "set", content = "record", rename_all = "snake_case")]
enum Change {
    Invoice(Invoice),
    Payment(Payment),
    Key(Remembered),
}

/// The accounting service's records.
#[derive(Default)]
pub(crate) struct Accounting {
    invoices: BTreeMap<String, Invoice>,
    payments: BTreeMap<String, Payment>,
    replays: Replays,
}

impl Service for Accounting {
    fn handle(&self, call: &Call, now: i64) -> Outcome {
        let segments = call.segments();
        match (call.method.as_str(), segments.as_slice()) {
            ("GET", ["v1", "me"]) => Ok(show(200, me())),
            ("GET", ["v1", "invoices"]) => self.list_invoices(call).map(Outcome::unchanged),
            ("POST", ["v1", "invoices"]) => self.create_invoice(call, now),
            ("GET", ["v1", "invoices", id]) => self.invoice(call, id).map(|found| show(200, found)),
            ("POST", ["v1", "invoices", id, "post"]) => self.post_invoice(call, id, stamp(now)),
            ("GET", ["v1", "payments"]) => self.list_payments(call).map(Outcome::unchanged),
            ("POST", ["v1", "payments"]) => self.create_payment(call, stamp(now)),
            (_, ["v1", "me"] | ["v1", "invoices", _]) => Err(Reply::wrong_method("GET")),
            (_, ["v1", "invoices" | "payments"]) => Err(Reply::wrong_method("GET, POST")),
            (_, ["v1", "invoices", _, "post"]) => Err(Reply::wrong_method("POST")),
            _ => Err(Reply::not_found(&call.path)),
        }
        .into()
    }

    fn apply(&mut self, change: Value) -> serde_json::Result<()> {
        match serde_json::from_value(change)? {
            Change::Invoice(invoice) => drop(self.invoices.insert(invoice.id.clone(), invoice)),
            Change::Payment(payment) => drop(self.payments.insert(payment.id.clone(), payment)),
            Change::Key(remembered) => self.replays.keep(remembered),
        }
        Ok(())
    }

    /// The demo's books start empty: its first invoice is the one a workflow makes.
    fn seed(&self, _now: i64) -> Vec<Value> {
        Vec::new()
    }
}

fn me() -> Value {
    json!({ "id": "acct_accounting_demo", "name": "Demo Accounting", "service": "accounting" })
}

fn show(status: u16, record: impl Serialize) -> Outcome {
    Outcome::unchanged(Reply::new(status, json!(record)))
}

impl Accounting {
    fn list_invoices(&self, call: &Call) -> Result<Reply, Reply> {
        let own = ["idempotency_key", "customer", "reference", "status"];
        call.only_params(&[&own[..], &PAGE_PARAMS[..]].concat())?;
        let [key, customer, reference, status] = own.map(|name| call.param(name));
        page(call, self.invoices.values(), |invoice| {
            key.is_none_or(|key| invoice.idempotency_key.as_deref() == Some(key))
                && customer.is_none_or(|customer| invoice.customer == customer)
                && reference.is_none_or(|reference| invoice.reference.as_deref() == Some(reference))
                && status.is_none_or(|status| invoice.status == status)
        })
    }

    fn invoice(&self, call: &Call, id: &str) -> Result<&Invoice, Reply> {
        self.invoices.get(id).ok_or_else(|| Reply::not_found(&call.path))
    }

    fn create_invoice(&self, call: &Call, now: i64) -> Result<Outcome, Reply> {
        let fields = call.object()?;
        if let Some(before) = self.replays.find(call, &fields, now)? {
            return Ok(before);
        }
        let invoice = self.draft(&fields, call.idempotency_key.clone(), stamp(now))?;
        let reply = Reply::new(201, json!(invoice));
        let mut changes = vec![json!(Change::Invoice(invoice))];
        changes.extend(remember(call, &fields, &reply, now)?.map(|kept| json!(Change::Key(kept))));
        Ok(Outcome::changed(reply, changes))
    }

    fn draft(&self, fields: &Map<String, Value>, key: Option<String>, at: String) -> Result<Invoice, Reply> {
        let mut form = Form::new(fields, &["customer", "lines", "reference", "currency"]);
        let customer = form.required_text("customer", 200);
        let reference = form.optional_text("reference", 200);
        let currency = form.word("currency", &CURRENCIES, CURRENCIES[0]);
        let (lines, total) = lines(&mut form);
        form.finish()?;
        let ordinal = self.invoices.len() + 1;
        Ok(Invoice {
            id: format!("inv_{ordinal:04}"),
            number: format!("INV-{ordinal:04}"),
            status: "draft".to_owned(),
            customer,
            reference,
            currency,
            lines,
            total: cents_text(total),
            amount_paid: cents_text(0),
            idempotency_key: key,
            posted_at: None,
            created_at: at.clone(),
            updated_at: at,
        })
    }

    /// Posts a draft. A posted invoice stays as it is.
    fn post_invoice(&self, call: &Call, id: &str, at: String) -> Result<Outcome, Reply> {
        let mut invoice = self.invoice(call, id)?.clone();
        if invoice.status == "posted" {
            return Ok(show(200, invoice));
        }
        "posted".clone_into(&mut invoice.status);
        invoice.posted_at = Some(at.clone());
        invoice.updated_at = at;
        let reply = Reply::new(200, json!(invoice));
        Ok(Outcome::changed(reply, vec![json!(Change::Invoice(invoice))]))
    }

    fn list_payments(&self, call: &Call) -> Result<Reply, Reply> {
        call.only_params(&["marker", "invoice_id", PAGE_PARAMS[0], PAGE_PARAMS[1]])?;
        let (marker, invoice) = (call.param("marker"), call.param("invoice_id"));
        page(call, self.payments.values(), |payment| {
            marker.is_none_or(|marker| payment.marker.as_deref() == Some(marker))
                && invoice.is_none_or(|id| payment.invoice_id == id)
        })
    }

    /// Takes a payment, each time it is asked, beyond the invoice's total if need be: a payment sent
    /// twice must show as two.
    fn create_payment(&self, call: &Call, at: String) -> Result<Outcome, Reply> {
        let fields = call.object()?;
        let mut form = Form::new(&fields, &["invoice_id", "amount", "marker"]);
        let invoice_id = form.required_text("invoice_id", 40);
        let marker = form.optional_text("marker", 200);
        let known = self.invoices.get(&invoice_id);
        if known.is_none() && !form.has_issue("invoice_id") {
            form.issue("invoice_id", "is not an invoice here");
        }
        let amount = decimal(&mut form, "amount", fields.get("amount"), 2);
        if amount.is_some_and(|amount| !amount.is_positive()) {
            form.issue("amount", "must be above zero");
        }
        form.finish()?;
        let (Some(invoice), Some(amount)) = (known, amount) else { return Err(Reply::not_found(&call.path)) };
        let id = format!("pay_{:04}", self.payments.len() + 1);
        let payment = Payment { id, invoice_id, amount: amount.text(2), marker, created_at: at.clone() };
        let paid = Decimal::parse(&invoice.amount_paid, 2).map_or(0, Decimal::cents) + amount.cents();
        let invoice = Invoice { amount_paid: cents_text(paid), updated_at: at, ..invoice.clone() };
        let reply = Reply::new(201, json!(payment));
        let changes = vec![json!(Change::Payment(payment)), json!(Change::Invoice(invoice))];
        Ok(Outcome::changed(reply, changes))
    }
}

/// The invoice's lines and their total in cents.
fn lines(form: &mut Form<'_>) -> (Vec<Line>, i128) {
    let items = match form.value("lines") {
        None => {
            form.issue("lines", "is required");
            return (Vec::new(), 0);
        }
        Some(Value::Array(items)) if (1..=MAX_LINES).contains(&items.len()) => items,
        Some(_) => {
            form.issue("lines", &format!("must be a list of 1 to {MAX_LINES} lines"));
            return (Vec::new(), 0);
        }
    };
    let mut total = 0;
    let mut lines = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        if let Some((line, cents)) = line(form, &format!("lines[{index}]"), item) {
            total += cents;
            lines.push(line);
        }
    }
    (lines, total)
}

fn line(form: &mut Form<'_>, place: &str, item: &Value) -> Option<(Line, i128)> {
    let Some(fields) = item.as_object() else {
        form.issue(place, "must be an object");
        return None;
    };
    for name in
        fields.keys().filter(|name| !["description", "quantity", "unit_price"].contains(&name.as_str()))
    {
        form.issue(&format!("{place}.{name}"), "is not a field here");
    }
    let description =
        fields.get("description").and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    if description.is_none() {
        form.issue(&format!("{place}.description"), "must be text");
    }
    let quantity = decimal(form, &format!("{place}.quantity"), fields.get("quantity"), 3);
    if quantity.is_some_and(|quantity| !quantity.is_positive()) {
        form.issue(&format!("{place}.quantity"), "must be above zero");
    }
    let unit_price = decimal(form, &format!("{place}.unit_price"), fields.get("unit_price"), 4);
    if unit_price.is_some_and(Decimal::is_negative) {
        form.issue(&format!("{place}.unit_price"), "must not be below zero");
    }
    let (description, quantity, unit_price) = (description?.to_owned(), quantity?, unit_price?);
    let cents = quantity.times_in_cents(unit_price);
    let amount = cents_text(cents);
    Some((Line { description, quantity: quantity.text(0), unit_price: unit_price.text(2), amount }, cents))
}

fn decimal(form: &mut Form<'_>, place: &str, value: Option<&Value>, max_scale: usize) -> Option<Decimal> {
    match Decimal::from_json(value.unwrap_or(&Value::Null), max_scale) {
        Ok(decimal) => Some(decimal),
        Err(message) => {
            form.issue(place, &message);
            None
        }
    }
}
