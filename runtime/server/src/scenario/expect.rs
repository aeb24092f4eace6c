//! Comparing what is with what must be.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use throughline_simulators::Kind;

use super::happen::Seen;
use super::times::Times;
use super::wanted::{Duplicates, Expect, Kinds, Mails, Records, Steps, Writes};
use super::world::{World, failed};
use crate::error::Result;

/// What was compared, and what differed.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    pub(super) checks: usize,
    pub(super) wrong: Vec<String>,
}

/// Looks at a world at one time.
pub(super) struct Judge<'a> {
    pub(super) world: &'a World,
    pub(super) times: &'a Times,
    pub(super) seen: &'a Seen,
    /// When, in words.
    pub(super) when: &'a str,
}

impl Judge<'_> {
    /// Compares everything.
    pub(super) async fn all(&self, expect: &Expect, verdicts: &mut Verdicts) -> Result<()> {
        if let Some(runs) = &expect.runs {
            self.same(verdicts, "runs", &format!("{runs:?}"), &format!("{:?}", self.runs().await?));
        }
        for steps in &expect.steps {
            self.steps(steps, verdicts).await?;
        }
        if let Some(duplicates) = &expect.duplicates {
            self.duplicates(*duplicates, verdicts);
        }
        for writes in &expect.writes {
            self.writes(writes, verdicts).await?;
        }
        for records in &expect.records {
            self.records(records, verdicts).await?;
        }
        for exceptions in &expect.exceptions {
            self.exceptions(exceptions, verdicts).await?;
        }
        for proposals in &expect.proposals {
            self.proposals(proposals, verdicts).await?;
        }
        for mails in &expect.mails {
            self.mails(mails, verdicts).await?;
        }
        for elapsed in &expect.elapsed {
            self.elapsed(elapsed, verdicts).await?;
        }
        Ok(())
    }

    pub(super) fn same<T: PartialEq + std::fmt::Display>(
        &self,
        verdicts: &mut Verdicts,
        what: &str,
        expected: &T,
        found: &T,
    ) {
        verdicts.checks += 1;
        if expected != found {
            verdicts.wrong.push(format!("{}: {what}: expected {expected}, found {found}", self.when));
        }
    }

    async fn runs(&self) -> Result<BTreeMap<String, usize>> {
        let mut runs = BTreeMap::new();
        for run in self.world.client().list("/runs?limit=200").await? {
            *runs.entry(run["status"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        }
        Ok(runs)
    }

    async fn steps(&self, steps: &Steps, verdicts: &mut Verdicts) -> Result<()> {
        let mut found = 0;
        for run in self.world.client().list("/runs?limit=200").await? {
            let path = format!("/runs/{}", run["run_id"].as_str().unwrap_or_default());
            let detail = self.world.client().get(&path).await?;
            let fits = |step: &&Value| {
                let resolution = step["resolution"]["resolution"].as_str();
                step["path"] == json!(steps.path)
                    && step["status"] == json!(steps.status)
                    && steps.resolution.as_deref().is_none_or(|wanted| resolution == Some(wanted))
            };
            found += detail["steps"].as_array().into_iter().flatten().filter(fits).count();
        }
        let how = steps.resolution.as_deref().map(|how| format!(", {how}")).unwrap_or_default();
        self.same(verdicts, &format!("steps {} {}{how}", steps.path, steps.status), &steps.count, &found);
        Ok(())
    }

    fn duplicates(&self, wanted: Duplicates, verdicts: &mut Verdicts) {
        let (redelivery, content) = (self.seen.redelivery, self.seen.content);
        match wanted {
            Duplicates::All(all) => self.same(verdicts, "duplicates", &all, &(redelivery + content)),
            Duplicates::By(Kinds { redelivery: again, content: same }) => {
                self.same(verdicts, "duplicates by redelivery", &again, &redelivery);
                self.same(verdicts, "duplicates by content", &same, &content);
            }
        }
        self.same(verdicts, "deliveries of the trial that were not recognised", &0, &self.seen.missed);
    }

    async fn writes(&self, writes: &Writes, verdicts: &mut Verdicts) -> Result<()> {
        let of = |path: &str| {
            path.split('?').next() == Some(&writes.path) || path.starts_with(&format!("{}/", writes.path))
        };
        let ledger = self.world.ledger(writes.system).await?;
        let found = ledger
            .iter()
            .filter(|call| call.applied && call.method == writes.method && of(&call.path))
            .count();
        let what = format!("{} {} of {}", writes.method, writes.path, writes.system);
        self.same(verdicts, &what, &writes.count, &found);
        Ok(())
    }

    async fn records(&self, records: &Records, verdicts: &mut Verdicts) -> Result<()> {
        let found = self.world.list(records.system, &records.get).await?;
        let what = format!("records {} of {}", records.get, records.system);
        if let Some(count) = records.count {
            self.same(verdicts, &what, &count, &found.len());
        }
        for record in records.each.iter().flat_map(|each| found.iter().map(move |record| (each, record))) {
            self.has(verdicts, &what, record.0, record.1);
        }
        Ok(())
    }

    /// Every field that is expected is there, as expected.
    pub(super) fn has(&self, verdicts: &mut Verdicts, what: &str, expected: &Value, found: &Value) {
        for (name, value) in expected.as_object().into_iter().flatten() {
            self.same(verdicts, &format!("{what}: {name}"), value, &found[name]);
        }
    }

    /// A time that is written down is the one that is meant, to the second: the systems' clock counts calls in
    /// microseconds.
    pub(super) fn at(&self, verdicts: &mut Verdicts, what: &str, wanted: &str, found: &Value) -> Result<()> {
        let expected = self.times.read(wanted).map_err(failed)?.to_rfc3339();
        let second = |text: &str| text.get(..19).unwrap_or(text).to_owned();
        self.same(verdicts, what, &second(&expected), &second(found.as_str().unwrap_or_default()));
        Ok(())
    }

    async fn mails(&self, mails: &Mails, verdicts: &mut Verdicts) -> Result<()> {
        let all = self.world.list(Kind::Mail, &format!("/v1/messages?to={}", mails.to)).await?;
        let subject = |mail: &Value| mail["subject"].as_str().unwrap_or_default().contains(&mails.subject);
        let found = all.iter().filter(|mail| subject(mail)).count();
        self.same(
            verdicts,
            &format!("mails to {} about {:?}", mails.to, mails.subject),
            &mails.count,
            &found,
        );
        Ok(())
    }
}
