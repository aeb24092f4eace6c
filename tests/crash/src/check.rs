//! The checker. It reads the driver's book, the systems' ledger and the public API, nothing else, and says what of
//! that the promises do not allow.

mod exceptions;
mod mails;
mod proposals;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;
use throughline_simulators::LedgerEntry;

use crate::Result;
use crate::book::Pages;
use crate::server::Api;
use crate::settle::list;

pub(crate) use mails::told_of_backup;

/// Every row of a list, each as its own page shows it.
async fn whole(api: &Api, list: &str, of: &str, id: &str) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    for row in api.list(list).await? {
        rows.push(api.get(&format!("{of}/{}", row[id].as_str().unwrap_or_default())).await?);
    }
    Ok(rows)
}

/// A write that arrived to its last byte: one that was cut on its way is no request.
fn is_whole(entry: &LedgerEntry, path: &str) -> bool {
    entry.method == "POST" && entry.path == path && entry.body.is_object()
}

/// Everything a checker may look at.
#[derive(Debug)]
pub struct Evidence {
    /// The driver's book, read from its file.
    pub pages: Pages,
    /// The ledger of accounting.
    pub ledger: Vec<LedgerEntry>,
    /// Every run, whole, as the API shows it.
    pub runs: Vec<Value>,
    /// Every proposal, whole.
    pub proposals: Vec<Value>,
    /// Every exception, whole.
    pub exceptions: Vec<Value>,
    /// Every mail that came, as often as it came; nothing where none is sent.
    pub mails: Option<Vec<Value>>,
}

/// What was looked at, for the report.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Events acknowledged.
    pub events: u64,
    /// Runs.
    pub runs: u64,
    /// Writes that arrived at the systems.
    pub writes: u64,
    /// Exceptions in doubt.
    pub doubts: u64,
    /// Decisions acknowledged.
    pub decisions: u64,
    /// Exceptions.
    pub exceptions: u64,
    /// Mails that came.
    pub mails: u64,
}

impl Counts {
    /// Adds others.
    pub fn add(&mut self, other: Self) {
        self.events += other.events;
        self.runs += other.runs;
        self.writes += other.writes;
        self.doubts += other.doubts;
        self.decisions += other.decisions;
        self.exceptions += other.exceptions;
        self.mails += other.mails;
    }
}

impl Evidence {
    /// Reads everything over the API.
    pub async fn collect(api: &Api, pages: Pages, ledger: Vec<LedgerEntry>) -> Result<Self> {
        let mut runs = Vec::new();
        for row in api.list("/runs").await? {
            let run = row["run_id"].as_str().unwrap_or_default();
            runs.push(api.get(&format!("/runs/{run}")).await?);
        }
        let proposals = whole(api, "/proposals?state=any", "/proposals", "proposal_id").await?;
        let exceptions = whole(api, "/exceptions", "/exceptions", "exception_id").await?;
        Ok(Self { pages, ledger, runs, proposals, exceptions, mails: None })
    }

    /// How much there was to look at.
    pub fn counts(&self) -> Counts {
        let doubts = self.runs.iter().flat_map(|run| list(run, "exceptions"));
        Counts {
            events: self.pages.offers.values().filter(|offer| offer.acknowledged).count() as u64,
            runs: self.runs.len() as u64,
            writes: self.ledger.iter().filter(|entry| entry.method == "POST").count() as u64,
            doubts: doubts.filter(|row| row["reason"] == "unknown_outcome").count() as u64,
            decisions: self.pages.decided.len() as u64,
            exceptions: self.exceptions.len() as u64,
            mails: self.mails.as_ref().map_or(0, Vec::len) as u64,
        }
    }

    /// What is wrong; empty: every promise held.
    pub fn violations(&self) -> Vec<String> {
        let mut wrong = self.events();
        wrong.extend(self.ticks());
        wrong.extend(self.runs.iter().flat_map(Self::run));
        wrong.extend(self.payments());
        wrong.extend(self.invoices());
        wrong.extend(self.decisions());
        wrong.extend(self.approved_writes());
        wrong.extend(self.lane_order());
        wrong.extend(self.ladders());
        wrong.extend(self.over());
        wrong.extend(self.mails_once());
        wrong.extend(self.mails_lost());
        wrong
    }

    /// G1 and G5: an acknowledged event has one run, the one that every answer named.
    fn events(&self) -> Vec<String> {
        let mut of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let own = self.runs.iter().filter(|run| run["retry_of"].is_null() && run["parent_run_id"].is_null());
        for run in own {
            // Runs about one order have that for their key.
            let event = run["keys"]["event"].as_str().or_else(|| run["input"]["id"].as_str());
            if let (Some(event), Some(id)) = (event, run["run_id"].as_str()) {
                of.entry(event).or_default().push(id);
            }
        }
        let mut wrong = Vec::new();
        for (event, offer) in &self.pages.offers {
            let runs = of.get(event.as_str()).map_or(&[][..], Vec::as_slice);
            if runs.len() > 1 || (offer.acknowledged && runs.is_empty()) {
                wrong.push(format!("event {event}: acknowledged {}, runs {runs:?}", offer.acknowledged));
            }
            if let Some(other) = offer.runs.iter().find(|run| !runs.contains(&run.as_str())) {
                wrong.push(format!("event {event}: an answer named run {other}, but its runs are {runs:?}"));
            }
        }
        wrong
    }

    /// G6: an instant of a schedule has one run.
    fn ticks(&self) -> Vec<String> {
        let mut of: BTreeMap<&str, usize> = BTreeMap::new();
        for run in self.runs.iter().filter(|run| run["workflow"] == "tick") {
            *of.entry(run["input"]["due"].as_str().unwrap_or_default()).or_default() += 1;
        }
        let twice = of.into_iter().filter(|(_, count)| *count != 1);
        twice.map(|(due, count)| format!("the schedule's instant {due} has {count} runs")).collect()
    }

    /// A run has ended as its workflow says, and left nothing open.
    fn run(run: &Value) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut say =
            |words: String| wrong.push(format!("run {} of {}: {words}", run["run_id"], run["workflow"]));
        let expected = match run["workflow"].as_str() {
            Some("fails") => "failed",
            Some("hold" | "nap") => "cancelled",
            _ => "succeeded",
        };
        if run["status"] != expected {
            say(format!("is {}, not {expected}: {}", run["status"], run["failure"]));
        }
        if list(run, "exceptions").any(|row| row["resolved_at"].is_null()) {
            say("has ended with an open exception".to_owned());
        }
        let children = list(run, "children").count();
        if run["workflow"] == "call" && children != 1 {
            say(format!("has {children} called runs"));
        }
        let mut last: BTreeMap<&str, &Value> = BTreeMap::new();
        for effect in list(run, "effects") {
            let path = effect["path"].as_str().unwrap_or_default();
            if effect["state"] == "intended" || effect["state"] == "in_doubt" {
                say(format!("effect {} at {path} is {} at the end", effect["effect_id"], effect["state"]));
            }
            if let Some(before) = last.insert(path, effect)
                && before["state"] != "not_applied"
            {
                say(format!(
                    "{path} was sent again after effect {} was {}",
                    before["effect_id"], before["state"]
                ));
            }
        }
        wrong
    }

    fn effects(&self) -> impl Iterator<Item = (&Value, &Value)> {
        self.runs.iter().flat_map(|run| list(run, "effects").map(move |effect| (run, effect)))
    }

    /// The marker a payment carries: its own, or the step's key.
    pub(crate) fn marker<'a>(run: &'a Value, effect: &'a Value) -> Option<&'a str> {
        if effect["action"] == "accounting.record_payment" {
            return effect["idempotency_key"].as_str();
        }
        let step = list(run, "steps").find(|step| step["path"] == effect["path"])?;
        step["input"]["body"]["json"]["marker"].as_str()
    }

    /// G2 and G3: payments are `write_once`. Arrivals per decision, what was confirmed is there, and nothing came
    /// without an intent.
    fn payments(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut arrived: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for entry in self.ledger.iter().filter(|entry| is_whole(entry, "/v1/payments")) {
            let counts = arrived.entry(entry.body["marker"].as_str().unwrap_or_default()).or_default();
            counts.0 += 1;
            counts.1 += usize::from(entry.applied);
        }
        let mut known = BTreeSet::new();
        let mut allowed: BTreeMap<&str, (usize, bool)> = BTreeMap::new();
        for (run, effect) in self.effects().filter(|(_, effect)| effect["class"] == "write_once") {
            let Some(marker) = Self::marker(run, effect) else { continue };
            known.insert(marker);
            let path = effect["path"].as_str().unwrap_or_default();
            let place = (run["run_id"].as_str().unwrap_or_default().to_owned(), path.to_owned());
            let again = self.pages.again.get(&place).copied().unwrap_or(0);
            let looked_up = effect["action"] == "accounting.record_payment";
            let slot = allowed.entry(marker).or_insert((1 + again, false));
            // A look that found nothing twice is a decision too, and leaves an intent that was not applied.
            slot.0 += usize::from(looked_up && effect["state"] == "not_applied");
            slot.1 |= effect["state"] == "confirmed";
        }
        for (marker, (sent, applied)) in &arrived {
            let (decisions, _) = allowed.get(marker).copied().unwrap_or((0, false));
            if !known.contains(marker) {
                wrong.push(format!("payment {marker} was sent without an intent"));
            } else if *sent > decisions {
                wrong.push(format!("payment {marker} was sent {sent} times on {decisions} decisions"));
            }
            if *applied > 1 {
                wrong.push(format!("payment {marker} was applied {applied} times"));
            }
        }
        for (marker, (_, confirmed)) in allowed {
            if confirmed && arrived.get(marker).is_none_or(|(_, applied)| *applied == 0) {
                wrong.push(format!("payment {marker} is confirmed, but it never was applied"));
            }
        }
        wrong
    }

    /// An intent is durable before anything is sent: what had arrived when the power went, the first so many calls, has
    /// one that is older than the cut.
    pub fn unforeseen(&self, arrived: usize, cut: i64) -> Vec<String> {
        let mut intended: BTreeMap<&str, i64> = BTreeMap::new();
        for (run, effect) in self.effects() {
            let at = effect["intended_at"].as_str().unwrap_or_default().parse();
            let at = at.map_or(i64::MAX, |at: Timestamp| at.as_microsecond());
            let names = [effect["idempotency_key"].as_str(), Self::marker(run, effect)];
            for name in names.into_iter().flatten() {
                let first = intended.entry(name).or_insert(at);
                *first = at.min(*first);
            }
        }
        let writes = self.ledger.iter().take(arrived);
        let writes = writes
            .filter(|entry| is_whole(entry, "/v1/payments") || is_whole(entry, "/v1/invoices"))
            // The first is the campaign's own.
            .skip(1);
        let name = |entry: &LedgerEntry| {
            let marker = entry.body["marker"].as_str().map(str::to_owned);
            marker.or(entry.idempotency_key.clone()).unwrap_or_default()
        };
        writes
            .filter(|entry| intended.get(name(entry).as_str()).is_none_or(|at| *at > cut))
            .map(|entry| format!("call {} to {} had no intent when the power went", entry.seq, entry.path))
            .collect()
    }

    /// G4: invoices are keyed. One per decision, the same bytes under the same key, none without an intent.
    fn invoices(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut bodies: BTreeMap<&str, &str> = BTreeMap::new();
        let mut applied: BTreeMap<&str, usize> = BTreeMap::new();
        let keys: BTreeSet<&str> =
            self.effects().filter_map(|(_, effect)| effect["idempotency_key"].as_str()).collect();
        let posts = self.ledger.iter().filter(|entry| is_whole(entry, "/v1/invoices"));
        // The first is the campaign's own.
        for entry in posts.skip(1) {
            let Some(key) = entry.idempotency_key.as_deref() else {
                wrong.push(format!("invoice call {} came without a key", entry.seq));
                continue;
            };
            if !keys.contains(key) {
                wrong.push(format!("invoice call {} was sent without an intent", entry.seq));
            }
            let first = *bodies.entry(key).or_insert(&entry.body_sha256);
            if first != entry.body_sha256 {
                wrong.push(format!("key {key} was used with two bodies"));
            }
            let reference = entry.body["reference"].as_str().unwrap_or_default();
            *applied.entry(reference).or_default() += usize::from(entry.applied);
        }
        for (reference, count) in &applied {
            if *count > 1 {
                wrong.push(format!("invoice {reference} was made {count} times"));
            }
        }
        for (run, effect) in
            self.effects().filter(|(_, effect)| effect["action"] == "accounting.create_invoice")
        {
            let step = list(run, "steps").find(|step| step["path"] == effect["path"]);
            let reference = step.and_then(|step| step["input"]["reference"].as_str()).unwrap_or_default();
            if effect["state"] == "confirmed" && applied.get(reference) != Some(&1) {
                wrong.push(format!(
                    "invoice {reference} is confirmed, but it was made {:?} times",
                    applied.get(reference)
                ));
            }
        }
        wrong
    }
}
