//! What people do with proposals: they look, and decide with the hash of what they saw, often several at once.

use serde_json::{Value, json};

use super::{Driver, PAUSE, Work};
use crate::book::{Decided, Line};
use crate::people::{BOSS, Person, decision};
use crate::rng::Rng;
use crate::server::Api;
use crate::settle::list;

/// Tries of somebody who is not asked yet.
const ASKED_LATER: usize = 60;

/// The proposal that a step of the run waits for.
pub(crate) fn proposed(detail: &Value) -> Option<&str> {
    let waits = list(detail, "steps").map(|step| &step["waits_for"]);
    waits.filter(|waits| waits["what"] == "proposal").find_map(|waits| waits["id"].as_str())
}

/// Nothing of the run waits for a decision, or nothing moves without one.
fn is_over_or_asks(detail: &Value) -> bool {
    let parked = list(detail, "steps").any(|step| step["waits_for"]["what"] == "exception");
    !detail["ended_at"].is_null() || parked || proposed(detail).is_some()
}

impl Driver {
    /// Sees to what a run proposes until it proposes nothing more, or the server is gone.
    pub(super) async fn see_to(&self, api: &Api, run: &str, mut rng: Rng) {
        while let Some(detail) = self.until(api, run, is_over_or_asks).await {
            let Some(proposal) = proposed(&detail) else { return };
            if self.look_and_decide(api, proposal, &mut rng).await.is_none() {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Nothing: the server is gone.
    async fn look_and_decide(&self, api: &Api, proposal: &str, rng: &mut Rng) -> Option<()> {
        let shown = api.get(&format!("/proposals/{proposal}")).await.ok()?;
        if shown["state"] != "open" || self.people.is_empty() {
            return Some(());
        }
        let at = usize::try_from(rng.below(self.people.len() as u64)).unwrap_or(0);
        let person = &self.people[at];
        match rng.below(10) {
            0..=4 => self.say(api, person, &shown, decision("approve", &shown)).await,
            5 => self.say(api, person, &shown, decision("reject", &shown)).await,
            6 => {
                let mut body = decision("approve", &shown);
                body["edit"] = json!({ "input": edited(&shown["operations"][0]["input"]) });
                self.say(api, person, &shown, body).await;
            }
            7 => {
                let other = json!({ "verdict": "approve", "shown_hash": "0".repeat(64) });
                self.say(api, person, &shown, other).await;
            }
            _ => {
                let verdicts: Vec<&str> =
                    self.people.iter().map(|_| if rng.chance(60) { "approve" } else { "reject" }).collect();
                let all = self.people.iter().zip(verdicts);
                let all =
                    all.map(|(person, verdict)| self.say(api, person, &shown, decision(verdict, &shown)));
                futures::future::join_all(all).await;
            }
        }
        Some(())
    }

    /// One decision; what was acknowledged is on the disk when this returns. True: it was.
    pub(crate) async fn say_it(&self, api: &Api, person: &Person, shown: &Value, body: Value) -> bool {
        let id = shown["proposal_id"].as_str().unwrap_or_default();
        let said = person.api(api).call("POST", &format!("/proposals/{id}/decision"), Some(&body)).await;
        let Ok((200..300, taken)) = said else { return false };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let verdict = if body["edit"].is_object() { "edit".to_owned() } else { text(&body["verdict"]) };
        let line = Decided {
            proposal: id.to_owned(),
            person: person.handle.to_owned(),
            shown: text(&body["shown_hash"]),
            verdict,
            decision: text(&taken["decision_id"]),
            taken: text(&taken["proposal_id"]),
            state: text(&taken["state"]),
        };
        self.book.write(Line::Decided(line)).is_ok()
    }

    async fn say(&self, api: &Api, person: &Person, shown: &Value, body: Value) {
        self.say_it(api, person, shown, body).await;
    }

    /// Events of a workflow in review, each seen to.
    pub(super) async fn decided(&self, api: &Api, work: &Work, path: &str, count: u64) {
        let all = (0..count).map(|number| async move {
            let event = self.id(work, path, number);
            let body = json!({ "id": event, "invoice": crate::systems::INVOICE, "order": event });
            if let Some(Some(run)) = self.offer(api, &event, path, body).await {
                let rng = Rng::new(work.rng.clone().draw(), number, work.number);
                self.see_to(api, &run, rng).await;
            }
        });
        futures::future::join_all(all).await;
    }

    /// Three runs about one job: the second says all that the first said, the third is another workflow's.
    pub(super) async fn lanes(&self, api: &Api, work: &Work) {
        let order = self.id(work, "order", 0);
        let mut runs = Vec::new();
        for (number, path) in ["lane", "lane", "serial", "lane"].into_iter().enumerate() {
            let event = self.id(work, path, number as u64);
            let body = json!({ "id": event, "order": order });
            let Some(Some(run)) = self.offer(api, &event, path, body).await else { return };
            self.until(api, &run, is_over_or_asks).await;
            runs.push(run);
        }
        let all = runs.iter().zip(0..).map(|(run, number)| {
            let rng = Rng::new(work.rng.clone().draw(), number, work.number);
            self.see_to(api, run, rng)
        });
        futures::future::join_all(all).await;
    }

    /// Nobody decides about the first; about the second somebody who is asked late.
    pub(super) async fn silent(&self, api: &Api, work: &Work) {
        let one = |number: u64| async move {
            let event = self.id(work, "silence", number);
            let body = json!({ "id": event, "order": event });
            self.offer(api, &event, "silence", body).await.flatten()
        };
        let (Some(first), Some(second)) = (one(0).await, one(1).await) else { return };
        let boss = self.people.iter().find(|person| person.handle == BOSS);
        if let (Some(boss), Some(detail)) = (boss, self.until(api, &second, is_over_or_asks).await)
            && let Some(proposal) = proposed(&detail)
            && let Ok(shown) = api.get(&format!("/proposals/{proposal}")).await
        {
            for _ in 0..ASKED_LATER {
                if self.say_it(api, boss, &shown, decision("approve", &shown)).await {
                    break;
                }
                tokio::time::sleep(PAUSE * 4).await;
            }
        }
        self.until(api, &first, |detail| is_over_or_asks(detail) && proposed(detail).is_none()).await;
    }
}

/// Another amount, and nothing else.
fn edited(input: &Value) -> Value {
    let mut input = input.clone();
    for place in ["/lines/0/unit_price", "/body/json/amount"] {
        if let Some(amount) = input.pointer_mut(place) {
            *amount = json!("11.00");
        }
    }
    input
}
