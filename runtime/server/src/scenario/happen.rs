//! What happens, carried out.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::acts::{ApiCall, Resolve, Webhook, What};
use super::file::Happening;
use super::play::{Player, text_of};
use super::world::{beside, failed};
use crate::error::{CliError, Result};

/// What came in so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Deliveries that came before, word for word.
    before: BTreeSet<String>,
    /// Recognised as the same delivery again.
    pub(super) redelivery: usize,
    /// Recognised as another delivery that says the same.
    pub(super) content: usize,
    /// What is delivered once more, in another order; recognised or not.
    owed: Vec<Owed>,
    /// Deliveries of the trial itself that were not recognised.
    pub(super) missed: usize,
}

/// A delivery that comes a second time.
#[derive(Debug)]
struct Owed {
    path: String,
    headers: std::collections::BTreeMap<String, String>,
    body: Value,
}

fn failed_at(at: &str, error: &CliError) -> CliError {
    failed(format!("at {at}: {error}"))
}

impl Player<'_> {
    pub(super) async fn happen(&mut self, happening: &Happening) -> Result<()> {
        let at = &happening.at;
        match &happening.what {
            What::Webhook(webhook) => self.webhook(webhook, at).await?,
            What::Form(form) => self.world.fill(form).await?,
            What::Mail(letter) => self.world.letter(letter).await?,
            What::Call(call) => self.world.work(call).await?,
            What::Fail(fail) => {
                self.world.system(fail.system)?.set_failure(fail.how.clone()).map_err(failed)?;
            }
            What::Decide(decide) => self.world.decide(decide).await.map_err(|error| failed_at(at, &error))?,
            What::Resolve(resolve) => self.exception(resolve, "resolve", at).await?,
            What::Act(act) => self.exception(act, "act", at).await?,
            What::Api(call) => self.api(call, at).await?,
            What::Visit(visit) => self.world.visit(visit).await.map_err(|error| failed_at(at, &error))?,
            What::Publish(workflow) => {
                let text = text_of(self.file, workflow)?;
                self.world.publish(&beside(self.file, &workflow.file), &text).await?;
            }
            What::Restart(_) => self.world.cut().await?,
            What::Expect(expect) => return self.judge(expect, &format!("at {at}")).await,
        }
        self.world.rest().await
    }

    async fn webhook(&mut self, webhook: &Webhook, at: &str) -> Result<()> {
        let Webhook { path, headers, body } = webhook;
        let (status, answer) = self.world.webhook(path, headers, body).await?;
        if !(200..300).contains(&status) {
            return Err(failed(format!("the webhook at {at} is answered {status}: {answer}")));
        }
        let word_for_word = json!([path, headers, body]).to_string();
        let again = !self.seen.before.insert(word_for_word);
        if answer["duplicate"] == true {
            *(if again { &mut self.seen.redelivery } else { &mut self.seen.content }) += 1;
        }
        if self.trial.twice {
            // What was owed comes between, so that each comes twice and out of order.
            let mut owed = std::mem::take(&mut self.seen.owed);
            self.deliver(&mut owed).await?;
            self.seen.owed.push(Owed { path: path.clone(), headers: headers.clone(), body: body.clone() });
        }
        Ok(())
    }

    /// What was delivered comes once more, the last first.
    pub(super) async fn again(&mut self) -> Result<()> {
        let mut owed = std::mem::take(&mut self.seen.owed);
        self.deliver(&mut owed).await?;
        self.world.rest().await
    }

    async fn deliver(&mut self, owed: &mut Vec<Owed>) -> Result<()> {
        while let Some(Owed { path, headers, body }) = owed.pop() {
            let (_, answer) = self.world.webhook(&path, &headers, &body).await?;
            self.seen.missed += usize::from(answer["duplicate"] != true);
        }
        Ok(())
    }

    /// Somebody does something with the open exception of a reason.
    async fn exception(&self, wanted: &Resolve, how: &str, at: &str) -> Result<()> {
        let open = self.world.client().list("/exceptions?state=open").await?;
        let found = open.iter().find(|row| row["reason"] == json!(wanted.reason));
        let id = found.and_then(|row| row["exception_id"].as_str());
        let id = id.ok_or_else(|| failed(format!("at {at}: no exception {} is open", wanted.reason)))?;
        let with = self.timed(&wanted.with)?;
        let path = format!("/api/v1/exceptions/{id}/{how}");
        let answer = self.world.ask(wanted.person.as_deref(), "POST", &path, &with).await?;
        answer.as_wanted(wanted.refused.as_deref()).map_err(|words| failed(format!("at {at}: {words}")))
    }

    /// Somebody asks the API for something.
    async fn api(&self, call: &ApiCall, at: &str) -> Result<()> {
        let path = format!("/api/v1{}", call.post);
        let answer = self.world.ask(call.person.as_deref(), "POST", &path, &call.body).await?;
        answer.as_wanted(call.refused.as_deref()).map_err(|words| failed(format!("at {at}: {words}")))
    }

    /// `until` is a time as scenarios write them.
    fn timed(&self, with: &Value) -> Result<Value> {
        let mut with = with.clone();
        if let Some(until) = with.get("until").and_then(Value::as_str) {
            with["until"] = json!(self.times.read(until).map_err(failed)?.to_rfc3339());
        }
        Ok(with)
    }
}
