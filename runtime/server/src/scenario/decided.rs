//! Comparing exceptions, proposals and the time between things with what must be.

use serde_json::{Value, json};
use throughline_domain::calendar::{Calendar, CalendarDefinition};
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::duration;

use super::expect::{Judge, Verdicts};
use super::wanted::{ClockOf, Elapsed, EvidenceOf, Exceptions, Point, Proposals};
use super::world::failed;
use crate::error::Result;

impl Judge<'_> {
    pub(super) async fn exceptions(&self, wanted: &Exceptions, verdicts: &mut Verdicts) -> Result<()> {
        let all = self.world.client().list("/exceptions").await?;
        let in_state = |row: &&Value| match wanted.state.as_deref() {
            None => true,
            Some("open") => row["resolved_at"].is_null(),
            Some(state) => row["state"] == json!(state),
        };
        let of = |row: &&Value| row["reason"] == json!(wanted.reason);
        let found: Vec<&Value> = all.iter().filter(of).filter(in_state).collect();
        let state = wanted.state.as_deref().unwrap_or("any state");
        let what = format!("exceptions {} ({state})", wanted.reason);
        self.same(verdicts, &what, &wanted.count, &found.len());
        for row in found {
            self.exception(wanted, &what, row, verdicts).await?;
        }
        Ok(())
    }

    async fn exception(
        &self,
        wanted: &Exceptions,
        what: &str,
        row: &Value,
        verdicts: &mut Verdicts,
    ) -> Result<()> {
        let texts = [("owner", &wanted.owner), ("person", &wanted.person), ("strength", &wanted.strength)];
        for (field, text) in texts.into_iter().filter_map(|(field, text)| Some((field, text.as_ref()?))) {
            self.same(verdicts, &format!("{what}: {field}"), &json!(text), &row[field]);
        }
        let times =
            [("due_at", &wanted.due), ("opened_at", &wanted.opened), ("resolved_at", &wanted.resolved)];
        for (field, time) in times.into_iter().filter_map(|(field, time)| Some((field, time.as_ref()?))) {
            self.at(verdicts, &format!("{what}: {field}"), time, &row[field])?;
        }
        if let Some(money) = &wanted.money {
            let hundredths: Option<f64> = money.parse().ok().map(|money: f64| (money * 100.0).round());
            let found = format!("{:?}", row["money"].as_f64());
            self.same(verdicts, &format!("{what}: money in hundredths"), &format!("{hundredths:?}"), &found);
        }
        if let Some(occurrences) = wanted.occurrences {
            self.same(verdicts, &format!("{what}: occurrences"), &json!(occurrences), &row["occurrences"]);
        }
        if let Some(sentence) = &wanted.sentence {
            let found = row["sentence"].as_str().unwrap_or_default();
            let has = if found.contains(sentence) { sentence } else { found };
            self.same(verdicts, &format!("{what}: sentence"), &sentence.as_str(), &has);
        }
        if wanted.evidence.is_none() && wanted.clock.is_none() {
            return Ok(());
        }
        let id = row["exception_id"].as_str().unwrap_or_default();
        let detail = self.world.client().get(&format!("/exceptions/{id}")).await?;
        if let Some(clock) = &wanted.clock {
            self.clock(clock, what, &detail["clock"], verdicts);
        }
        match &wanted.evidence {
            Some(evidence) => self.evidence(evidence, what, &detail, verdicts).await,
            None => Ok(()),
        }
    }

    fn clock(&self, wanted: &ClockOf, what: &str, clock: &Value, verdicts: &mut Verdicts) {
        let all = [
            ("running", "calendar", wanted.calendar),
            ("running", "business", wanted.business),
            ("paused", "business", wanted.paused),
        ];
        for (part, how, minutes) in all {
            if let Some(minutes) = minutes {
                let what = format!("{what}: {part} {how} minutes");
                self.same(verdicts, &what, &json!(minutes), &clock[part][how]);
            }
        }
    }

    /// The run that the evidence names, and the event that brought it.
    async fn evidence(
        &self,
        wanted: &EvidenceOf,
        what: &str,
        detail: &Value,
        verdicts: &mut Verdicts,
    ) -> Result<()> {
        let log = detail["log"].as_array().cloned().unwrap_or_default();
        let found = log.iter().rev().map(|entry| &entry["event"]["evidence"]).find(|found| !found.is_null());
        let kind = found.map_or(&Value::Null, |found| &found["kind"]);
        self.same(verdicts, &format!("{what}: evidence"), &json!(wanted.kind), kind);
        let (Some(fields), Some(found)) = (&wanted.event, found) else { return Ok(()) };
        let payload = self.world.payload(found["event"].as_str().unwrap_or_default()).await?;
        self.has(verdicts, &format!("{what}: event of the evidence"), fields, &payload);
        Ok(())
    }

    /// Every exception has its five answers.
    pub(super) async fn answers(&self, verdicts: &mut Verdicts) -> Result<()> {
        for row in self.world.client().list("/exceptions").await? {
            let text = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
            let why = &row["why_stopped"];
            let updates = row["updates_after"].as_array().is_some_and(|all| !all.is_empty());
            let answers = [
                ("what_changed", row["what_changed"].as_object().is_some_and(|all| !all.is_empty())),
                (
                    "why_stopped",
                    text(&why["reason"]) && why["sentence"].as_str().is_some_and(|s| s.len() >= 20),
                ),
                ("owner", text(&row["owner"])),
                ("due", text(&row["due"]["original"]) && text(&row["due_at"])),
                ("updates_after", updates || text(&row["no_update_reason"])),
            ];
            for (answer, is_there) in answers {
                let what = format!("exception {}: {answer} is filled", row["reason"]);
                self.same(verdicts, &what, &true, &is_there);
            }
        }
        Ok(())
    }

    pub(super) async fn proposals(&self, wanted: &Proposals, verdicts: &mut Verdicts) -> Result<()> {
        let all = self.world.client().list("/proposals?state=any").await?;
        let fits = |row: &&Value| {
            let state = wanted.state.as_deref().is_none_or(|state| row["state"] == json!(state));
            let of = wanted.workflow.as_deref().is_none_or(|workflow| row["workflow"] == json!(workflow));
            let summary = row["summary"].as_str().unwrap_or_default();
            state && of && wanted.about.as_deref().is_none_or(|about| summary.contains(about))
        };
        let found: Vec<&Value> = all.iter().filter(fits).collect();
        let what = format!("proposals ({})", wanted.state.as_deref().unwrap_or("any state"));
        self.same(verdicts, &what, &wanted.count, &found.len());
        for row in found {
            let times = [("opened_at", &wanted.opened), ("closed_at", &wanted.closed)];
            for (field, time) in times.into_iter().filter_map(|(field, time)| Some((field, time.as_ref()?))) {
                self.at(verdicts, &format!("{what}: {field}"), time, &row[field])?;
            }
            if let Some(money) = &wanted.money {
                self.same(verdicts, &format!("{what}: money"), &json!(money), &row["money"]["amount"]);
            }
            if let Some(people) = &wanted.decided_by {
                let found = self.deciders(row).await?;
                let mut expected = Vec::new();
                for handle in people {
                    expected.push(self.world.person(handle)?.0.shown());
                }
                self.same(verdicts, &format!("{what}: decided by"), &expected.join(", "), &found);
            }
        }
        Ok(())
    }

    /// Names of those who decided, in order.
    async fn deciders(&self, row: &Value) -> Result<String> {
        let id = row["proposal_id"].as_str().unwrap_or_default();
        let detail = self.world.client().get(&format!("/proposals/{id}")).await?;
        let decisions = detail["decisions"].as_array().cloned().unwrap_or_default();
        let names: Vec<&str> =
            decisions.iter().filter_map(|decision| decision["principal"].as_str()).collect();
        Ok(names.join(", "))
    }

    pub(super) async fn elapsed(&self, wanted: &Elapsed, verdicts: &mut Verdicts) -> Result<()> {
        let (from, until) = (self.point(&wanted.from).await?, self.point(&wanted.until).await?);
        let definition: CalendarDefinition =
            serde_json::from_value(self.world.client().get("/calendar").await?).map_err(failed)?;
        let calendar = definition.calendar(Calendar::default().date(from).unwrap_or_default());
        let calendar = calendar.map_err(|problem| failed(format!("{problem:?}")))?;
        let minutes = |text: &String| duration::parse_ms(text).map(|ms| ms / 60_000).map_err(failed);
        if let Some(business) = &wanted.business {
            let found = whole(calendar.business_us(from, until));
            let what = format!("{}: business minutes", wanted.what);
            self.same(verdicts, &what, &minutes(business)?, &found.max(0).cast_unsigned());
        }
        if let Some(wall) = &wanted.calendar {
            let found = whole(until.0 - from.0);
            let what = format!("{}: minutes", wanted.what);
            self.same(verdicts, &what, &minutes(wall)?, &found.max(0).cast_unsigned());
        }
        Ok(())
    }

    /// When something was, as it is written down.
    async fn point(&self, point: &Point) -> Result<Timestamp> {
        let client = self.world.client();
        let first = |rows: Vec<Value>, fits: &dyn Fn(&Value) -> bool, field: &str| {
            rows.iter().filter(|row| fits(row)).filter_map(|row| row[field].as_str().map(str::to_owned)).min()
        };
        let found = match point {
            Point::Event(workflow) => {
                let runs = client.list(&format!("/runs?workflow={workflow}&limit=200")).await?;
                first(runs, &|_| true, "created_at")
            }
            Point::Message(between) => {
                let path = format!("/v1/messages?to={}", between.to);
                let mails = self.world.list(throughline_simulators::Kind::Mail, &path).await?;
                let sender =
                    |mail: &Value| mail["from"].as_str().is_some_and(|from| from.contains(&between.from));
                first(mails, &sender, "sent_at")
            }
            Point::Record(record) => {
                first(self.world.list(record.system, &record.get).await?, &|_| true, &record.name)
            }
            Point::Proposal(wanted) => {
                let rows = client.list("/proposals?state=any").await?;
                let fits = |row: &Value| {
                    row["summary"].as_str().is_some_and(|summary| summary.contains(&wanted.about))
                        && wanted.state.as_deref().is_none_or(|state| row["state"] == json!(state))
                };
                first(rows, &fits, &format!("{}_at", wanted.at))
            }
            Point::Effect(action) => {
                let mut all = Vec::new();
                for run in client.list("/runs?limit=200").await? {
                    let run = run["run_id"].as_str().unwrap_or_default();
                    let detail = client.get(&format!("/runs/{run}")).await?;
                    all.extend(detail["effects"].as_array().cloned().unwrap_or_default());
                }
                let fits =
                    |effect: &Value| effect["action"] == json!(action) && effect["state"] == "confirmed";
                first(all, &fits, "settled_at")
            }
        };
        let found = found.ok_or_else(|| failed(format!("{}: {point:?} never was", self.when)))?;
        Timestamp::parse_rfc3339(&found).ok_or_else(|| failed(format!("`{found}` is no time")))
    }
}

/// Whole minutes, to the second: the systems' clock counts calls in microseconds.
const fn whole(us: i64) -> i64 {
    (us + 500_000) / 1_000_000 / 60
}
