//! Customers as records.

use throughline::prelude::*;

use crate::customers::{Customer, fetch};
use crate::writes::{change, create};

/// What the CRM sets itself.
const OWN_FIELDS: [&str; 4] = ["id", "external_id", "created_at", "updated_at"];

impl RecordType for Customer {
    const ID: &'static str = "customer";
    const KEYS: &'static [&'static str] = &["email", "external_id"];
    const WRITABLE: bool = true;

    fn list_since(cx: &Cx, since: Since) -> Result<Listing<Self>> {
        let call = cx.get("/v1/customers").query("since", since.token()?);
        let feed: Feed<Self> = call.query("limit", since.limit().clamp(1, 500)).json()?;
        Listing::feed(&since, feed, item)
    }

    fn get(cx: &Cx, id: &str) -> Result<Item<Self>> {
        fetch(cx, id).map(item)
    }

    fn upsert(cx: &Cx, id: Option<&str>, fields: Self, precondition: Option<Value>) -> Result<Item<Self>> {
        let mut fields = json!(fields);
        if let Some(object) = fields.as_object_mut() {
            object.retain(|name, _| !OWN_FIELDS.contains(&name.as_str()));
        }
        let version = precondition.and_then(|version| version.as_str().map(str::to_owned));
        let written = match id {
            Some(id) => change(cx, id, &fields, version)?,
            None => create(cx, &fields)?,
        };
        Ok(item(written))
    }
}

fn item(customer: Customer) -> Item<Customer> {
    let version = customer.updated_at.clone();
    Item::new(customer.id.clone(), customer).updated(&version).version(version)
}
