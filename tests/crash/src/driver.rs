//! The driver: sends events as real senders do (again until they are acknowledged), and does what people and
//! other systems do meanwhile. Whatever a dying server does not answer is not written down, and comes again.

mod decide;
mod queue;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::Result;
use crate::book::{Book, Line, Offer};
use crate::people::Person;
use crate::points::Drive;
use crate::rng::Rng;
use crate::server::Api;
use crate::systems::{INVOICE, Systems};
use crate::texts::{GO, SEGMENT_ITEMS, Shape, listener, numbered};

pub(crate) use queue::has_reached;

/// How long a look waits before the next one.
const PAUSE: Duration = Duration::from_millis(25);
/// How long a caller waits for a run's reply.
const REPLY: Duration = Duration::from_secs(20);

/// A question was answered, as the book says it.
pub const ANSWER: &str = "answer";
/// An exception was resolved, as the book says it.
pub const RESOLVE: &str = "resolve";
/// A failed run was retried, as the book says it.
pub const RETRY: &str = "retry";

/// A piece of work for the driver.
#[derive(Clone, Debug)]
pub struct Work {
    /// Its number, from which events have their ids.
    pub number: u64,
    /// The workflow under load.
    pub shape: Shape,
    /// Events of the shape.
    pub events: u64,
    /// What is done besides.
    pub drive: Drive,
    /// For what the driver decides while it works.
    pub rng: Rng,
}

/// The driver of one segment.
#[derive(Clone, Debug)]
pub struct Driver {
    /// What was offered and acknowledged.
    pub book: Arc<Book>,
    /// The systems behind the server.
    pub systems: Arc<Systems>,
    /// Folder with the connectors.
    pub bundle: PathBuf,
    /// Those who decide.
    pub people: Vec<Person>,
    /// What stands before every event's id: unique in the lane.
    pub prefix: String,
}

impl Driver {
    /// Everything of one piece of work; ends when all of it is done, or never.
    pub async fn work(self, api: Api, work: Work) {
        let again = self.clone();
        let (late, extra) = (api.clone(), api.clone());
        let mut rng = work.rng.clone();
        let redeliver = async move {
            again.redeliver(&late, rng.below(3)).await;
        };
        let (own, shape) = (self.clone(), work.clone());
        let load = async move {
            let paths = (0..shape.events).map(|number| own.offer_shape(&api, &shape, number));
            futures::future::join_all(paths).await;
        };
        let drive = self.drive(extra, &work);
        tokio::join!(redeliver, load, drive);
    }

    fn id(&self, work: &Work, what: &str, number: u64) -> String {
        format!("{}-{}-{what}-{number}", self.prefix, work.number)
    }

    async fn offer_shape(&self, api: &Api, work: &Work, number: u64) {
        let event = self.id(work, work.shape.id(), number);
        let body = json!({ "id": event, "invoice": INVOICE, "items": [0, 1, 2] });
        let accepted = self.offer(api, &event, work.shape.id(), body).await;
        match (work.shape, accepted) {
            (Shape::Each, Some(_)) => self.go(api, &event).await,
            (Shape::Review, Some(Some(run))) => {
                let rng = Rng::new(work.rng.clone().draw(), number, work.number);
                self.see_to(api, &run, rng).await;
            }
            (Shape::Linear | Shape::Branch | Shape::Call | Shape::Each | Shape::Review, _) => {}
        }
    }

    /// Offers an event until the server is gone; the run, if the answer names one.
    async fn offer(&self, api: &Api, event: &str, path: &str, body: Value) -> Option<Option<String>> {
        let line = Line::Offered { event: event.to_owned(), path: path.to_owned(), body: body.clone() };
        self.book.write(line).ok()?;
        self.send(api, event, path, &body).await
    }

    /// Sends an event once; what was acknowledged is on the disk when this returns.
    async fn send(&self, api: &Api, event: &str, path: &str, body: &Value) -> Option<Option<String>> {
        let (status, answer) = api.hook(path, body).await.ok()?;
        if !(200..300).contains(&status) {
            self.book.refused(status);
            return None;
        }
        let run = answer["run_id"].as_str().map(str::to_owned);
        let line = Line::Acknowledged { event: event.to_owned(), run: run.clone() };
        self.book.write(line).ok()?;
        Some(run)
    }

    /// Sends what was never acknowledged, and some of what was: senders do.
    async fn redeliver(&self, api: &Api, twice: u64) {
        let pages = self.book.pages();
        let unheard = pages.offers.iter().filter(|(_, offer)| !offer.acknowledged);
        for (event, offer) in unheard {
            self.send(api, event, &offer.path, &offer.body).await;
        }
        let heard =
            pages.offers.iter().rev().filter(|(_, offer)| offer.acknowledged && offer.path != "reply");
        for (event, offer) in heard.take(usize::try_from(twice).unwrap_or(0)) {
            self.send(api, event, &offer.path, &offer.body).await;
        }
        for (event, offer) in self.owed() {
            match (offer.path.as_str(), offer.runs.first()) {
                ("hold", Some(run)) => self.cancel(api, &event, run).await,
                _ => self.go(api, &event).await,
            }
        }
    }

    /// Events that were acknowledged, and whose commands were never answered well.
    fn owed(&self) -> Vec<(String, Offer)> {
        let command = |path: &str| match path {
            "each" => Some("go"),
            "hold" => Some("cancel"),
            _ => None,
        };
        let owes = |offer: &Offer| {
            offer.acknowledged
                && command(&offer.path).is_some_and(|what| !offer.done.iter().any(|done| done == what))
        };
        self.book.pages().offers.into_iter().filter(|(_, offer)| owes(offer)).collect()
    }

    /// Everything that is owed, until nothing is: before a segment is judged.
    pub async fn finish(&self, api: &Api) -> Result<()> {
        let api = api.patient(REPLY)?;
        for _ in 0..20 {
            self.redeliver(&api, 0).await;
            if self.book.pages().offers.values().all(|offer| offer.acknowledged) && self.owed().is_empty() {
                return Ok(());
            }
            tokio::time::sleep(PAUSE * 4).await;
        }
        Err("events are not accepted by a server that nothing is wrong with".into())
    }

    /// One event of the simplest shape, offered once more each time; true: it was accepted.
    pub(crate) async fn probe(&self, api: &Api, event: &str) -> bool {
        let body = json!({ "id": event, "invoice": INVOICE, "items": [0] });
        self.offer(api, event, Shape::Linear.id(), body).await.is_some()
    }

    /// The event that a run of [`Shape::Each`] waits for.
    async fn go(&self, api: &Api, event: &str) {
        let body = json!({ "type": GO, "key": event, "data": { "go": true } });
        if let Ok((202, _)) = api.call("POST", "/events", Some(&body)).await {
            self.done(event, "go");
        }
    }

    async fn cancel(&self, api: &Api, event: &str, run: &str) {
        if let Ok((202 | 409, _)) = api.call("POST", &format!("/runs/{run}/cancel"), None).await {
            self.done(event, "cancel");
        }
    }

    fn done(&self, event: &str, what: &str) {
        let line = Line::Done { event: event.to_owned(), what: what.to_owned() };
        // A book that cannot be written ends the campaign where it is read.
        let _ = self.book.write(line);
    }

    async fn drive(&self, api: Api, work: &Work) {
        match work.drive {
            Drive::Load
            | Drive::Start
            | Drive::Birth
            | Drive::Fire
            | Drive::Poll
            | Drive::Quarantine
            | Drive::Drain
            | Drive::Slow => {}
            Drive::Reply => self.two(&api, work, "reply").await,
            Drive::Large => self.large(&api, work).await,
            Drive::Cancel => self.hold(&api, work).await,
            Drive::Ask => self.ask(&api, work).await,
            Drive::Resolve => self.resolve(&api, work).await,
            Drive::Event => self.events(&api, work).await,
            Drive::Publish => self.publish(&api, &numbered(work.number)).await,
            Drive::Install => self.install(&api).await,
            Drive::Retry => self.retry(&api, work).await,
            Drive::Segments => self.segments(&api, work).await,
            Drive::Look | Drive::LookTwice => self.two(&api, work, "pay").await,
            Drive::Resend => self.two(&api, work, "bill").await,
            Drive::Announce => self.publish(&api, &listener()).await,
            Drive::Decide => {
                tokio::join!(self.decided(&api, work, "both", 1), self.decided(&api, work, "review", 2));
            }
            Drive::Lane => self.lanes(&api, work).await,
            Drive::Silence => self.silent(&api, work).await,
            Drive::Late => self.late(&api, work).await,
            Drive::Release => self.released(&api, work).await,
            Drive::Evidence => self.evident(&api, work).await,
            Drive::Act => self.acted(&api, work).await,
            Drive::Verify => self.verified(&api, work).await,
        }
    }

    async fn two(&self, api: &Api, work: &Work, path: &str) {
        let Ok(api) = api.patient(REPLY) else { return };
        for number in 0..2 {
            let event = self.id(work, path, number);
            self.offer(&api, &event, path, json!({ "id": event, "invoice": INVOICE })).await;
        }
    }

    async fn large(&self, api: &Api, work: &Work) {
        for number in 0..2 {
            let event = self.id(work, "large", number);
            let text = format!("{event} ").repeat(80 * 1024 / event.len());
            self.offer(api, &event, "large", json!({ "id": event, "text": text })).await;
        }
    }

    async fn segments(&self, api: &Api, work: &Work) {
        let event = self.id(work, "segments", 0);
        let items: Vec<usize> = (0..SEGMENT_ITEMS).collect();
        self.offer(api, &event, "segments", json!({ "id": event, "items": items })).await;
    }

    async fn hold(&self, api: &Api, work: &Work) {
        let event = self.id(work, "hold", 0);
        let Some(Some(run)) = self.offer(api, &event, "hold", json!({ "id": event })).await else { return };
        // A cancel before the child is there tells nobody else.
        if self
            .until(api, &run, |detail| !detail["children"].as_array().is_none_or(Vec::is_empty))
            .await
            .is_some()
        {
            self.cancel(api, &event, &run).await;
        }
    }

    async fn ask(&self, api: &Api, work: &Work) {
        let event = self.id(work, "ask", 0);
        let Some(Some(run)) = self.offer(api, &event, "ask", json!({ "id": event })).await else { return };
        let asked = |detail: &Value| detail["asks"][0]["ask_id"].is_string();
        if let Some(detail) = self.until(api, &run, asked).await {
            let ask = detail["asks"][0]["ask_id"].as_str().unwrap_or_default().to_owned();
            let body = json!({ "answer": { "word": "yes" } });
            if let Ok((200..300, _)) = api.call("POST", &format!("/asks/{ask}/answer"), Some(&body)).await {
                self.done(&event, ANSWER);
            }
        }
    }

    async fn resolve(&self, api: &Api, work: &Work) {
        let event = self.id(work, "raise", 0);
        let Some(Some(run)) = self.offer(api, &event, "raise", json!({ "id": event })).await else { return };
        let parked = |detail: &Value| detail["exceptions"][0]["exception_id"].is_string();
        if let Some(detail) = self.until(api, &run, parked).await {
            let exception = detail["exceptions"][0]["exception_id"].as_str().unwrap_or_default().to_owned();
            let path = format!("/exceptions/{exception}/resolve");
            if let Ok((200..300, _)) = api.call("POST", &path, Some(&json!({ "action": "skip" }))).await {
                self.done(&event, RESOLVE);
            }
        }
    }

    async fn events(&self, api: &Api, work: &Work) {
        for number in 0..3 {
            let event = self.id(work, "events", number);
            let body = json!({ "id": event, "invoice": INVOICE, "items": [0] });
            if self.offer(api, &event, "each", body).await.is_some() {
                self.go(api, &event).await;
            }
        }
    }

    async fn publish(&self, api: &Api, text: &str) {
        let _ = api.call("POST", "/workflows", Some(&json!({ "text": text }))).await;
    }

    async fn install(&self, api: &Api) {
        for connector in ["webhook", "throughline", "schedule"] {
            let _ = api.install(&self.bundle.join("plugins").join(format!("{connector}.wasm"))).await;
        }
    }

    async fn retry(&self, api: &Api, work: &Work) {
        let event = self.id(work, "fails", 0);
        let Some(Some(run)) = self.offer(api, &event, "fails", json!({ "id": event })).await else { return };
        if self.until(api, &run, |detail| detail["status"] == "failed").await.is_some() {
            let body = json!({ "version": "current", "repeat_effects": true });
            if let Ok((200..300, _)) = api.call("POST", &format!("/runs/{run}/retry"), Some(&body)).await {
                self.done(&event, RETRY);
            }
        }
    }

    /// Looks at a run until it is so; nothing when the server is gone.
    async fn until(&self, api: &Api, run: &str, so: impl Fn(&Value) -> bool) -> Option<Value> {
        loop {
            let detail = api.get(&format!("/runs/{run}")).await.ok()?;
            if so(&detail) {
                return Some(detail);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
