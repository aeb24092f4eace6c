//! The CRM: customers and deals.
//!
//! A record may carry the caller's `external_id`; a second record with the same one is refused with
//! 409 and the id of the first, so a lost reply can be looked up. Emails may repeat, as in life.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::call::{Call, Outcome, Reply, stamp};
use crate::core::Service;
use crate::form::Form;
use crate::money::Decimal;
use crate::page::{Listed, PAGE_PARAMS, page};

const CUSTOMER_FIELDS: [&str; 8] =
    ["name", "email", "phone", "company", "address", "status", "owner", "external_id"];
const CUSTOMER_STATES: [&str; 3] = ["active", "on_hold", "archived"];
const DEAL_FIELDS: [&str; 7] =
    ["customer_id", "title", "stage", "amount", "currency", "owner", "external_id"];
const STAGES: [&str; 4] = ["open", "quoted", "won", "lost"];

#[derive(Clone, Serialize, Deserialize)]
struct Customer {
    id: String,
    name: String,
    email: String,
    phone: Option<String>,
    company: Option<String>,
    address: Option<String>,
    status: String,
    /// Who looks after them; ledgers of before know none.
    #[serde(default)]
    owner: Option<String>,
    external_id: Option<String>,
    created_at: String,
    updated_at: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct Deal {
    id: String,
    customer_id: String,
    title: String,
    stage: String,
    amount: String,
    currency: String,
    #[serde(default)]
    owner: Option<String>,
    /// When it became quoted last.
    #[serde(default)]
    quoted_at: Option<String>,
    external_id: Option<String>,
    created_at: String,
    updated_at: String,
}

impl Listed for Customer {
    fn position(&self) -> (&str, &str) {
        (&self.updated_at, &self.id)
    }
}

impl Listed for Deal {
    fn position(&self) -> (&str, &str) {
        (&self.updated_at, &self.id)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "set", content = "record", rename_all = "snake_case")]
enum Change {
    Customer(Customer),
    Deal(Deal),
}

/// The CRM's records.
#[derive(Default)]
pub(crate) struct Crm {
    customers: BTreeMap<String, Customer>,
    deals: BTreeMap<String, Deal>,
}

impl Service for Crm {
    fn handle(&self, call: &Call, now: i64) -> Outcome {
        let at = stamp(now);
        let segments = call.segments();
        match (call.method.as_str(), segments.as_slice()) {
            ("GET", ["v1", "me"]) => Ok(Outcome::unchanged(Reply::new(200, me()))),
            ("GET", ["v1", "customers"]) => self.list_customers(call).map(Outcome::unchanged),
            ("POST", ["v1", "customers"]) => self.create_customer(call, at),
            ("GET", ["v1", "customers", id]) => self.customer(call, id).map(|found| show(200, found)),
            ("PATCH", ["v1", "customers", id]) => self.change_customer(call, id, at),
            ("GET", ["v1", "deals"]) => self.list_deals(call).map(Outcome::unchanged),
            ("POST", ["v1", "deals"]) => self.create_deal(call, at),
            ("GET", ["v1", "deals", id]) => self.deal(call, id).map(|found| show(200, found)),
            ("PATCH", ["v1", "deals", id]) => self.change_deal(call, id, at),
            (_, ["v1", "me"]) => Err(Reply::wrong_method("GET")),
            (_, ["v1", "customers" | "deals"]) => Err(Reply::wrong_method("GET, POST")),
            (_, ["v1", "customers" | "deals", _]) => Err(Reply::wrong_method("GET, PATCH")),
            _ => Err(Reply::not_found(&call.path)),
        }
        .into()
    }

    fn apply(&mut self, change: Value) -> serde_json::Result<()> {
        match serde_json::from_value(change)? {
            Change::Customer(customer) => drop(self.customers.insert(customer.id.clone(), customer)),
            Change::Deal(deal) => drop(self.deals.insert(deal.id.clone(), deal)),
        }
        Ok(())
    }

    fn seed(&self, now: i64) -> Vec<Value> {
        let customers = seed_customers(&stamp(now));
        let deals = seed_deals(&stamp(now));
        let customers = customers.into_iter().filter(|record| !self.customers.contains_key(&record.id));
        let deals = deals.into_iter().filter(|record| !self.deals.contains_key(&record.id));
        customers.map(Change::Customer).chain(deals.map(Change::Deal)).map(|change| json!(change)).collect()
    }
}

fn me() -> Value {
    json!({ "id": "acct_crm_demo", "name": "Demo CRM", "service": "crm" })
}

fn show(status: u16, record: impl Serialize) -> Outcome {
    Outcome::unchanged(Reply::new(status, json!(record)))
}

impl Crm {
    fn list_customers(&self, call: &Call) -> Result<Reply, Reply> {
        call.only_params(&["email", "external_id", PAGE_PARAMS[0], PAGE_PARAMS[1]])?;
        let (email, external) = (call.param("email"), call.param("external_id"));
        page(call, self.customers.values(), |customer| {
            email.is_none_or(|email| customer.email.eq_ignore_ascii_case(email))
                && external.is_none_or(|id| customer.external_id.as_deref() == Some(id))
        })
    }

    fn customer(&self, call: &Call, id: &str) -> Result<&Customer, Reply> {
        self.customers.get(id).ok_or_else(|| Reply::not_found(&call.path))
    }

    fn create_customer(&self, call: &Call, at: String) -> Result<Outcome, Reply> {
        let mut customer = Customer {
            id: format!("cus_{:04}", self.customers.len() + 1),
            name: String::new(),
            email: String::new(),
            phone: None,
            company: None,
            address: None,
            status: CUSTOMER_STATES[0].to_owned(),
            owner: None,
            external_id: None,
            created_at: at.clone(),
            updated_at: at,
        };
        fill_customer(&mut customer, &call.object()?, true)?;
        self.save_customer(201, customer)
    }

    fn change_customer(&self, call: &Call, id: &str, at: String) -> Result<Outcome, Reply> {
        let mut customer = self.customer(call, id)?.clone();
        fill_customer(&mut customer, &call.object()?, false)?;
        customer.updated_at = at;
        self.save_customer(200, customer)
    }

    fn save_customer(&self, status: u16, customer: Customer) -> Result<Outcome, Reply> {
        let clash = self.customers.values().find(|other| {
            other.id != customer.id
                && customer.external_id.is_some()
                && other.external_id == customer.external_id
        });
        if let Some(other) = clash {
            return Err(Reply::taken(&other.id));
        }
        let reply = Reply::new(status, json!(customer));
        Ok(Outcome::changed(reply, vec![json!(Change::Customer(customer))]))
    }

    fn list_deals(&self, call: &Call) -> Result<Reply, Reply> {
        call.only_params(&["customer_id", "stage", "external_id", PAGE_PARAMS[0], PAGE_PARAMS[1]])?;
        let (customer, stage) = (call.param("customer_id"), call.param("stage"));
        let external = call.param("external_id");
        page(call, self.deals.values(), |deal| {
            customer.is_none_or(|id| deal.customer_id == id)
                && stage.is_none_or(|stage| deal.stage == stage)
                && external.is_none_or(|id| deal.external_id.as_deref() == Some(id))
        })
    }

    fn deal(&self, call: &Call, id: &str) -> Result<&Deal, Reply> {
        self.deals.get(id).ok_or_else(|| Reply::not_found(&call.path))
    }

    fn create_deal(&self, call: &Call, at: String) -> Result<Outcome, Reply> {
        let mut deal = Deal {
            id: format!("deal_{:04}", self.deals.len() + 1),
            customer_id: String::new(),
            title: String::new(),
            stage: STAGES[0].to_owned(),
            amount: String::new(),
            currency: "GBP".to_owned(),
            owner: None,
            quoted_at: None,
            external_id: None,
            created_at: at.clone(),
            updated_at: at,
        };
        self.fill_deal(&mut deal, &call.object()?, true)?;
        deal.quoted_at = (deal.stage == "quoted").then(|| deal.created_at.clone());
        self.save_deal(201, deal)
    }

    fn change_deal(&self, call: &Call, id: &str, at: String) -> Result<Outcome, Reply> {
        let mut deal = self.deal(call, id)?.clone();
        let was = deal.stage.clone();
        self.fill_deal(&mut deal, &call.object()?, false)?;
        if deal.stage == "quoted" && was != deal.stage {
            deal.quoted_at = Some(at.clone());
        }
        deal.updated_at = at;
        self.save_deal(200, deal)
    }

    fn fill_deal(&self, deal: &mut Deal, fields: &Map<String, Value>, new: bool) -> Result<(), Reply> {
        let mut form = Form::new(fields, &DEAL_FIELDS);
        if new || form.has("customer_id") {
            deal.customer_id = form.required_text("customer_id", 40);
            if !form.has_issue("customer_id") && !self.customers.contains_key(&deal.customer_id) {
                form.issue("customer_id", "is not a customer here");
            }
        }
        if new || form.has("title") {
            deal.title = form.required_text("title", 200);
        }
        if form.has("stage") {
            deal.stage = form.word("stage", &STAGES, "");
        }
        if new || form.has("amount") {
            let amount = form.value("amount").unwrap_or(&Value::Null);
            match Decimal::from_json(amount, 2) {
                Ok(amount) if !amount.is_negative() => deal.amount = amount.text(2),
                Ok(_) => form.issue("amount", "must not be below zero"),
                Err(message) => form.issue("amount", &message),
            }
        }
        if form.has("currency") {
            deal.currency = form.word("currency", &["GBP", "EUR", "USD"], "");
        }
        for (name, slot) in [("owner", &mut deal.owner), ("external_id", &mut deal.external_id)] {
            if form.has(name) {
                *slot = form.optional_text(name, 200);
            }
        }
        form.finish()
    }

    fn save_deal(&self, status: u16, deal: Deal) -> Result<Outcome, Reply> {
        let clash = self.deals.values().find(|other| {
            other.id != deal.id && deal.external_id.is_some() && other.external_id == deal.external_id
        });
        if let Some(other) = clash {
            return Err(Reply::taken(&other.id));
        }
        let reply = Reply::new(status, json!(deal));
        Ok(Outcome::changed(reply, vec![json!(Change::Deal(deal))]))
    }
}

fn fill_customer(customer: &mut Customer, fields: &Map<String, Value>, new: bool) -> Result<(), Reply> {
    let mut form = Form::new(fields, &CUSTOMER_FIELDS);
    if new || form.has("name") {
        customer.name = form.required_text("name", 200);
    }
    if new || form.has("email") {
        customer.email = form.email("email");
    }
    let optional = [
        ("phone", &mut customer.phone, 40),
        ("company", &mut customer.company, 200),
        ("address", &mut customer.address, 500),
        ("owner", &mut customer.owner, 200),
        ("external_id", &mut customer.external_id, 200),
    ];
    for (name, slot, max) in optional {
        if form.has(name) {
            *slot = form.optional_text(name, max);
        }
    }
    if form.has("status") {
        customer.status = form.word("status", &CUSTOMER_STATES, "");
    }
    form.finish()
}

fn seed_customers(at: &str) -> Vec<Customer> {
    let rows = [
        ("Priya Nair", "office@northgatedental.example", "Northgate Dental Practice", "12 Northgate, Lewes"),
        ("Martin Ellis", "accounts@ellisrowe.example", "Ellis & Rowe Architects", "3 Mill Lane, Hove"),
        ("Sofia Marsh", "hello@harbourbakery.example", "Harbour Street Bakery", "41 Harbour Street, Rye"),
        (
            "Grace Obi",
            "bursar@millfieldprimary.example",
            "Millfield Primary School",
            "Millfield Road, Seaford",
        ),
        ("Tom Whitaker", "tom.whitaker@mail.example", "", "8 Orchard Close, Ringmer"),
    ];
    let customer = |(index, (name, email, company, address)): (usize, (&str, &str, &str, &str))| Customer {
        id: format!("cus_{:04}", index + 1),
        name: name.to_owned(),
        email: email.to_owned(),
        phone: Some(format!("01632 9600{:02}", index + 11)),
        company: Some(company.to_owned()).filter(|company| !company.is_empty()),
        address: Some(address.to_owned()),
        status: CUSTOMER_STATES[0].to_owned(),
        owner: None,
        external_id: None,
        created_at: at.to_owned(),
        updated_at: at.to_owned(),
    };
    rows.into_iter().enumerate().map(customer).collect()
}

fn seed_deals(at: &str) -> Vec<Deal> {
    let rows = [
        ("cus_0001", "Boiler service plan, three surgeries", "won", "1140.00"),
        ("cus_0002", "Studio heating upgrade", "quoted", "8650.00"),
        ("cus_0004", "Summer holiday radiator replacement", "open", "12400.00"),
    ];
    let deal = |(index, (customer, title, stage, amount)): (usize, (&str, &str, &str, &str))| Deal {
        id: format!("deal_{:04}", index + 1),
        customer_id: customer.to_owned(),
        title: title.to_owned(),
        stage: stage.to_owned(),
        amount: amount.to_owned(),
        currency: "GBP".to_owned(),
        owner: None,
        quoted_at: (stage == "quoted").then(|| at.to_owned()),
        external_id: None,
        created_at: at.to_owned(),
        updated_at: at.to_owned(),
    };
    rows.into_iter().enumerate().map(deal).collect()
}
