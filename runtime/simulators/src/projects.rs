//! Projects: jobs on site with their proof of work, and subscribers who hear of completed ones and of what changes in them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::call::{Call, Outcome, Reply, stamp};
use crate::core::Service;
use crate::form::Form;
use crate::money::Decimal;
use crate::page::{Listed, PAGE_PARAMS, page};
use crate::webhook::{Delivery, Subscriber, signing_key};

mod seed;

const JOB_FIELDS: [&str; 6] = ["title", "customer_id", "status", "photos", "signature", "lines"];
/// States a caller may set; `completed` has a call of its own.
const OPEN_STATES: [&str; 3] = ["scheduled", "in_progress", "cancelled"];
const COMPLETED: &str = "completed";

#[derive(Clone, Serialize, Deserialize)]
struct Line {
    description: String,
    quantity: String,
    unit_price: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct Job {
    id: String,
    number: String,
    title: String,
    customer_id: String,
    status: String,
    photos: Vec<String>,
    signature: Option<String>,
    lines: Vec<Line>,
    completed_at: Option<String>,
    created_at: String,
    updated_at: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct Subscription {
    id: String,
    url: String,
    secret: String,
    created_at: String,
}

impl Subscription {
    /// What callers see: never the secret.
    fn shown(&self) -> Value {
        json!({ "id": self.id, "url": self.url, "events": ["job_completed", "job_changed"], "created_at": self.created_at })
    }
}

impl Listed for Job {
    fn position(&self) -> (&str, &str) {
        (&self.updated_at, &self.id)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "set", content = "record", rename_all = "snake_case")]
enum Change {
    Job(Job),
    Subscription(Subscription),
    Unsubscribed { id: String },
    Delivery(Delivery),
}

/// The projects service's records.
#[derive(Default)]
pub(crate) struct Projects {
    jobs: BTreeMap<String, Job>,
    subscriptions: BTreeMap<String, Subscription>,
    /// How many there ever were: ids are not used again.
    subscribed: usize,
    deliveries: Vec<Delivery>,
}

impl Service for Projects {
    fn handle(&self, call: &Call, now: i64) -> Outcome {
        let segments = call.segments();
        match (call.method.as_str(), segments.as_slice()) {
            ("GET", ["v1", "me"]) => Ok(Outcome::unchanged(Reply::new(200, me()))),
            ("GET", ["v1", "jobs"]) => self.list(call).map(Outcome::unchanged),
            ("POST", ["v1", "jobs"]) => self.create(call, stamp(now)),
            ("GET", ["v1", "jobs", id]) => self.job(call, id).map(|job| show(200, job)),
            ("PATCH", ["v1", "jobs", id]) => self.change(call, id, now),
            ("POST", ["v1", "jobs", id, "complete"]) => self.complete(call, id, now),
            ("GET", ["v1", "webhooks"]) => Ok(self.list_subscriptions()),
            ("POST", ["v1", "webhooks"]) => self.subscribe(call, stamp(now)),
            ("DELETE", ["v1", "webhooks", id]) => self.unsubscribe(call, id),
            (_, ["v1", "me"]) => Err(Reply::wrong_method("GET")),
            (_, ["v1", "jobs" | "webhooks"]) => Err(Reply::wrong_method("GET, POST")),
            (_, ["v1", "jobs", _]) => Err(Reply::wrong_method("GET, PATCH")),
            (_, ["v1", "jobs", _, "complete"]) => Err(Reply::wrong_method("POST")),
            (_, ["v1", "webhooks", _]) => Err(Reply::wrong_method("DELETE")),
            _ => Err(Reply::not_found(&call.path)),
        }
        .into()
    }

    fn apply(&mut self, change: Value) -> serde_json::Result<()> {
        match serde_json::from_value(change)? {
            Change::Job(job) => drop(self.jobs.insert(job.id.clone(), job)),
            Change::Subscription(subscription) => {
                if self.subscriptions.insert(subscription.id.clone(), subscription).is_none() {
                    self.subscribed += 1;
                }
            }
            Change::Unsubscribed { id } => drop(self.subscriptions.remove(&id)),
            Change::Delivery(delivery) => self.deliveries.push(delivery),
        }
        Ok(())
    }

    fn seed(&self, now: i64) -> Vec<Value> {
        let jobs = seed::jobs(&stamp(now)).into_iter();
        jobs.filter(|job| !self.jobs.contains_key(&job.id)).map(|job| json!(Change::Job(job))).collect()
    }

    fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries.clone()
    }

    fn subscriber(&self, id: &str) -> Option<Subscriber> {
        let subscription = self.subscriptions.get(id)?;
        Some(Subscriber { url: subscription.url.clone(), secret: subscription.secret.clone() })
    }
}

fn me() -> Value {
    json!({ "id": "acct_projects_demo", "name": "Demo Projects", "service": "projects" })
}

fn show(status: u16, record: impl Serialize) -> Outcome {
    Outcome::unchanged(Reply::new(status, json!(record)))
}

impl Outcome {
    /// Subscribers are owed these.
    fn owing(mut self, deliveries: Vec<Delivery>) -> Self {
        self.changes.extend(deliveries.iter().map(|delivery| json!(Change::Delivery(delivery.clone()))));
        self.deliveries = deliveries;
        self
    }
}

fn saved(status: u16, job: Job) -> Outcome {
    Outcome::changed(Reply::new(status, json!(job)), vec![json!(Change::Job(job))])
}

impl Projects {
    fn list(&self, call: &Call) -> Result<Reply, Reply> {
        call.only_params(&["status", "customer_id", "number", PAGE_PARAMS[0], PAGE_PARAMS[1]])?;
        let (status, customer) = (call.param("status"), call.param("customer_id"));
        let number = call.param("number");
        page(call, self.jobs.values(), |job| {
            status.is_none_or(|status| job.status == status)
                && customer.is_none_or(|id| job.customer_id == id)
                && number.is_none_or(|number| job.number == number)
        })
    }

    fn job(&self, call: &Call, id: &str) -> Result<&Job, Reply> {
        self.jobs.get(id).ok_or_else(|| Reply::not_found(&call.path))
    }

    fn create(&self, call: &Call, at: String) -> Result<Outcome, Reply> {
        let ordinal = self.jobs.len() + 1;
        let mut job = Job {
            id: format!("job_{ordinal:04}"),
            number: format!("J-{}", 1000 + ordinal),
            title: String::new(),
            customer_id: String::new(),
            status: OPEN_STATES[0].to_owned(),
            photos: Vec::new(),
            signature: None,
            lines: Vec::new(),
            completed_at: None,
            created_at: at.clone(),
            updated_at: at,
        };
        fill(&mut job, &call.object()?, true)?;
        Ok(saved(201, job))
    }

    /// Changes a job; subscribers hear of it once it is completed.
    fn change(&self, call: &Call, id: &str, now: i64) -> Result<Outcome, Reply> {
        let mut job = self.job(call, id)?.clone();
        fill(&mut job, &call.object()?, false)?;
        job.updated_at = stamp(now);
        let owed = if job.status == COMPLETED { self.announce("job_changed", id, now) } else { Vec::new() };
        Ok(saved(200, job).owing(owed))
    }

    /// Completes the job and owes each subscriber the event. A completed job stays as it is, and no
    /// second event is made.
    fn complete(&self, call: &Call, id: &str, now: i64) -> Result<Outcome, Reply> {
        let mut job = self.job(call, id)?.clone();
        if job.status == COMPLETED {
            return Ok(show(200, job));
        }
        if job.status == "cancelled" {
            return Err(Reply::error(409, "cancelled", "a cancelled job cannot be completed"));
        }
        let at = stamp(now);
        COMPLETED.clone_into(&mut job.status);
        job.completed_at = Some(at.clone());
        job.updated_at.clone_from(&at);
        Ok(saved(200, job).owing(self.announce("job_completed", id, now)))
    }

    /// What each subscriber is owed.
    fn announce(&self, kind: &str, id: &str, now: i64) -> Vec<Delivery> {
        let at = stamp(now);
        let owed = |(index, subscription): (usize, &Subscription)| {
            // The moment is in the id: a folder started afresh must not repeat old ids.
            let delivery_id = format!("dlv_{now:x}_{index}");
            let event = json!({ "type": kind, "delivery_id": delivery_id, "job_id": id, "occurred_at": at });
            Delivery { id: delivery_id, subscription_id: subscription.id.clone(), body: event.to_string() }
        };
        self.subscriptions.values().enumerate().map(owed).collect()
    }

    fn list_subscriptions(&self) -> Outcome {
        let items: Vec<Value> = self.subscriptions.values().map(Subscription::shown).collect();
        show(200, json!({ "items": items }))
    }

    /// Subscribes an address; one that is subscribed already gets the new secret.
    fn subscribe(&self, call: &Call, at: String) -> Result<Outcome, Reply> {
        let fields = call.object()?;
        let mut form = Form::new(&fields, &["url", "secret"]);
        let url = form.required_text("url", 2000);
        let secret = form.required_text("secret", 200);
        if !form.has_issue("url") && !is_plain_http(&url) {
            form.issue("url", "must be an http:// address without user or password");
        }
        if !form.has_issue("secret") && signing_key(&secret).is_none() {
            form.issue("secret", "must be whsec_ and the base64 of 24 to 64 bytes");
        }
        form.finish()?;
        let known = self.subscriptions.values().find(|subscription| subscription.url == url);
        let (status, id, created_at) = match known {
            Some(known) => (200, known.id.clone(), known.created_at.clone()),
            None => (201, format!("sub_{:04}", self.subscribed + 1), at),
        };
        let subscription = Subscription { id, url, secret, created_at };
        let reply = Reply::new(status, subscription.shown());
        Ok(Outcome::changed(reply, vec![json!(Change::Subscription(subscription))]))
    }

    fn unsubscribe(&self, call: &Call, id: &str) -> Result<Outcome, Reply> {
        if !self.subscriptions.contains_key(id) {
            return Err(Reply::not_found(&call.path));
        }
        let change = Change::Unsubscribed { id: id.to_owned() };
        Ok(Outcome::changed(Reply::new(204, Value::Null), vec![json!(change)]))
    }
}

fn is_plain_http(url: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|url| {
        url.scheme() == "http" && url.has_host() && url.username().is_empty() && url.password().is_none()
    })
}

fn fill(job: &mut Job, fields: &Map<String, Value>, new: bool) -> Result<(), Reply> {
    let mut form = Form::new(fields, &JOB_FIELDS);
    if new || form.has("title") {
        job.title = form.required_text("title", 200);
    }
    if new || form.has("customer_id") {
        job.customer_id = form.required_text("customer_id", 40);
    }
    if form.has("status") {
        if job.status == COMPLETED {
            form.issue("status", "of a completed job does not change");
        }
        job.status = form.word("status", &OPEN_STATES, "");
    }
    if form.has("photos") {
        job.photos = form.texts("photos", 50);
    }
    if form.has("signature") {
        job.signature = form.optional_text("signature", 200);
    }
    if form.has("lines") {
        job.lines = lines(&mut form);
    }
    form.finish()
}

fn lines(form: &mut Form<'_>) -> Vec<Line> {
    let Some(items) = form.value("lines").and_then(Value::as_array) else {
        form.issue("lines", "must be a list");
        return Vec::new();
    };
    let mut lines = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        match line(item) {
            Ok(line) => lines.push(line),
            Err((field, message)) => form.issue(&format!("lines[{index}].{field}"), &message),
        }
    }
    lines
}

fn line(item: &Value) -> Result<Line, (&'static str, String)> {
    let description = item["description"].as_str().filter(|text| !text.trim().is_empty());
    let description = description.ok_or(("description", "must be text".to_owned()))?;
    let quantity = Decimal::from_json(&item["quantity"], 3).map_err(|message| ("quantity", message))?;
    let unit_price = Decimal::from_json(&item["unit_price"], 4).map_err(|message| ("unit_price", message))?;
    let description = description.to_owned();
    Ok(Line { description, quantity: quantity.text(0), unit_price: unit_price.text(2) })
}
