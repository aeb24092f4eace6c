//! Writing customers.

use throughline::prelude::*;

use crate::customers::{Customer, fetch};

/// A new customer.
#[data]
#[serde(deny_unknown_fields)]
pub struct NewCustomer {
    /// Name
    #[schemars(length(min = 1, max = 200), example = &"Priya Nair")]
    pub name: String,
    /// E-mail address
    #[schemars(email, example = &"office@northgatedental.example")]
    pub email: String,
    /// Telephone
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Company
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Address
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Who looks after them
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// Create a customer
///
/// The key becomes the customer's external id, which the CRM takes only once: sent again, the same customer comes back.
#[action(
    effect = write_idempotent,
    undo = irreversible,
    idempotency = key,
    lifetime = "3650d",
    settle = "2s",
    record = "customer",
    sample = "samples/customer.json"
)]
pub(crate) fn create_customer(cx: &Cx, i: NewCustomer) -> Result<Customer> {
    create(cx, &json!(i))
}

pub(crate) fn create(cx: &Cx, fields: &Value) -> Result<Customer> {
    let key = cx.idempotency_key();
    let mut body = fields.clone();
    body["external_id"] = json!(key);
    let taken = Fail::conflict("crm.external_id_taken", "The CRM has a customer of this key already");
    match cx.post("/v1/customers").body(&body).map(409, taken).json() {
        Err(fail) if fail.http_status() == Some(409) => {
            find_by_key(cx, &key)?.items.into_iter().next().ok_or(fail)
        }
        answer => answer,
    }
}

fn find_by_key(cx: &Cx, key: &str) -> Result<Feed<Customer>> {
    cx.get("/v1/customers").query("external_id", key).json()
}

#[preview(create_customer)]
fn preview_create(cx: &Cx, i: &NewCustomer) -> Result<Plan> {
    let same: Feed<Customer> = cx.get("/v1/customers").query("email", &i.email).json()?;
    let plan = Plan::create("customer", i).summary(format!("Create the customer {}", i.name));
    Ok(match same.items.first() {
        Some(other) => plan.note(format!("{} ({}) has this address already", other.name, other.id)),
        None => plan,
    })
}

#[reconcile(create_customer)]
fn created(cx: &Cx, _i: &NewCustomer, key: &str) -> Result<Landed<Customer>> {
    Ok(Landed::from_found(find_by_key(cx, key)?.items))
}

/// What to change of a customer. What is not given stays.
#[data]
#[serde(deny_unknown_fields)]
pub struct CustomerChange {
    /// Customer's id
    #[schemars(length(min = 1), example = &"cus_0001")]
    pub id: String,
    /// Name
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E-mail address
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Company
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Address
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Who looks after them
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Status: active, on_hold or archived
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

impl CustomerChange {
    fn fields(&self) -> Value {
        let mut fields = json!(self);
        if let Some(object) = fields.as_object_mut() {
            object.remove("id");
        }
        fields
    }
}

/// The named fields of a record.
fn same_fields(record: &Customer, names: &Value) -> Value {
    let record = json!(record);
    let names = names.as_object().into_iter().flatten();
    names.map(|(name, _)| (name.clone(), record[name].clone())).collect()
}

/// Change a customer
#[action(effect = write_idempotent, undo = reversible, settle = "2s", record = "customer", sample = "samples/customer.json")]
pub(crate) fn update_customer(cx: &Cx, i: CustomerChange) -> Result<Customer> {
    change(cx, &i.id, &i.fields(), cx.precondition()?)
}

pub(crate) fn change(cx: &Cx, id: &str, fields: &Value, version: Option<String>) -> Result<Customer> {
    if let Some(version) = version {
        let customer = fetch(cx, id)?;
        if customer.updated_at != version {
            let message =
                format!("{} changed at {}, after it was looked at", customer.name, customer.updated_at);
            return Err(Fail::conflict("crm.customer_moved", message));
        }
    }
    cx.patch(format!("/v1/customers/{}", segment(id))).body(fields).json()
}

#[preview(update_customer)]
fn preview_update(cx: &Cx, i: &CustomerChange) -> Result<Plan> {
    let customer = fetch(cx, &i.id)?;
    let (after, before) = (i.fields(), same_fields(&customer, &i.fields()));
    Ok(Plan::update("customer", &i.id, &before, &after)
        .summary(format!("Change the customer {}", customer.name))
        .note_if(before == after, "nothing changes")
        .precondition(customer.updated_at))
}

#[reconcile(update_customer)]
fn updated(cx: &Cx, i: &CustomerChange, _key: &str) -> Result<Landed<Customer>> {
    let customer = fetch(cx, &i.id)?;
    let is_there = same_fields(&customer, &i.fields()) == i.fields();
    Ok(if is_there { Landed::Applied(customer) } else { Landed::NotApplied })
}
