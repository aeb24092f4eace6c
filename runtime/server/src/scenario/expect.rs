//! Comparing what is with what must be.

use std::collections::BTreeMap;

use serde_json::Value;
use throughline_simulators::Kind;

use super::file::{Exceptions, Expect, Mails, Records, Writes};
use super::times::Times;
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
    pub(super) duplicates: usize,
    /// When, in words.
    pub(super) when: &'a str,
}

impl Judge<'_> {
    /// Compares everything.
    pub(super) async fn all(&self, expect: &Expect, verdicts: &mut Verdicts) -> Result<()> {
        if let Some(runs) = &expect.runs {
            self.same(verdicts, "runs", &format!("{runs:?}"), &format!("{:?}", self.runs().await?));
        }
        if let Some(duplicates) = expect.duplicates {
            self.same(verdicts, "duplicates", &duplicates, &self.duplicates);
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
        for mails in &expect.mails {
            self.mails(mails, verdicts).await?;
        }
        Ok(())
    }

    fn same<T: PartialEq + std::fmt::Display>(
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
        for run in self.world.client.list("/runs?limit=200").await? {
            *runs.entry(run["status"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        }
        Ok(runs)
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
    fn has(&self, verdicts: &mut Verdicts, what: &str, expected: &Value, found: &Value) {
        for (name, value) in expected.as_object().into_iter().flatten() {
            self.same(verdicts, &format!("{what}: {name}"), value, &found[name]);
        }
    }

    async fn exceptions(&self, wanted: &Exceptions, verdicts: &mut Verdicts) -> Result<()> {
        let all = self.world.client.list("/exceptions").await?;
        let found: Vec<&Value> = all
            .iter()
            .filter(|row| row["reason"] == Value::String(wanted.reason.clone()))
            .filter(|row| {
                wanted.state.as_deref().is_none_or(|state| row["state"] == Value::String(state.to_owned()))
            })
            .collect();
        let state = wanted.state.as_deref().unwrap_or("any state");
        let what = format!("exceptions {} ({state})", wanted.reason);
        self.same(verdicts, &what, &wanted.count, &found.len());
        for row in found {
            let words = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
            if let Some(owner) = &wanted.owner {
                self.same(verdicts, &format!("{what}: owner"), owner, &words("owner"));
            }
            for (field, time) in [("due_at", &wanted.due), ("opened_at", &wanted.opened)] {
                if let Some(time) = time {
                    // The systems' clock counts calls in microseconds: seconds are what people write.
                    let expected = self.times.read(time).map_err(failed)?.to_rfc3339();
                    let second = |text: &str| text.get(..19).unwrap_or(text).to_owned();
                    self.same(
                        verdicts,
                        &format!("{what}: {field}"),
                        &second(&expected),
                        &second(&words(field)),
                    );
                }
            }
        }
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
