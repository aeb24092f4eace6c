//! Reading customers.

use throughline::prelude::*;

/// A customer.
#[data]
pub struct Customer {
    /// Id
    #[serde(default)]
    pub id: String,
    /// Name
    pub name: String,
    /// E-mail address
    pub email: String,
    /// Telephone
    #[serde(default)]
    pub phone: Option<String>,
    /// Company
    #[serde(default)]
    pub company: Option<String>,
    /// Address
    #[serde(default)]
    pub address: Option<String>,
    /// Status: active, on_hold or archived
    #[serde(default = "active")]
    pub status: String,
    /// Who looks after them
    #[serde(default)]
    pub owner: Option<String>,
    /// Id another system gave it
    #[serde(default)]
    pub external_id: Option<String>,
    /// When it was created
    #[serde(default)]
    pub created_at: String,
    /// When it changed last
    #[serde(default)]
    pub updated_at: String,
}

fn active() -> String {
    "active".to_owned()
}

/// A customer to read.
#[data]
#[serde(deny_unknown_fields)]
pub struct ById {
    /// Customer's id
    #[schemars(length(min = 1), example = &"cus_0001")]
    pub id: String,
}

/// Get a customer
#[action(effect = read, sample = "samples/customer.json")]
pub(crate) fn get_customer(cx: &Cx, i: ById) -> Result<Customer> {
    fetch(cx, &i.id)
}

pub(crate) fn fetch(cx: &Cx, id: &str) -> Result<Customer> {
    let none = Fail::not_found("crm.no_customer", format!("There is no customer {id}"));
    cx.get(format!("/v1/customers/{}", segment(id))).map(404, none).json()
}

/// A customer to look for.
#[data]
#[serde(deny_unknown_fields)]
pub struct ByEmail {
    /// E-mail address
    #[schemars(email, example = &"office@northgatedental.example")]
    pub email: String,
}

/// What was found.
#[data]
pub struct FoundCustomer {
    /// The customer, if there is exactly one
    pub customer: Option<Customer>,
    /// How many have this address
    pub count: u32,
}

/// Find a customer by e-mail
///
/// More than one customer may have the same address; then there is a count, and no customer.
#[action(effect = read, sample = r#"{"customer": null, "count": 0}"#)]
pub(crate) fn find_customer(cx: &Cx, i: ByEmail) -> Result<FoundCustomer> {
    let found: Feed<Customer> = cx.get("/v1/customers").query("email", i.email).json()?;
    let count = u32::try_from(found.items.len()).unwrap_or(u32::MAX);
    Ok(FoundCustomer { customer: found.items.into_iter().next().filter(|_| count == 1), count })
}
