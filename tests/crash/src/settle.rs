//! After the kills: a server that nothing is wrong with, a driver that finishes what it owes, and a person who
//! answers what the runs ask, until every run has ended.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use throughline_simulators::LedgerEntry;

use crate::Result;
use crate::book::Line;
use crate::check::told_of_backup;
use crate::driver::{Driver, has_reached};
use crate::people::decision;
use crate::server::Api;

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(150);
/// How long exceptions may take to be over once every run has ended.
const CALM: Duration = Duration::from_secs(40);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(150);

/// Runs that wait by themselves this long are looked at again only then.
#[derive(Debug, Default)]
struct Seen {
    violations: Vec<String>,
}

/// Brings every run to its end; gives what was wrong on the way.
pub async fn settle(api: &Api, driver: &Driver) -> Result<Vec<String>> {
    driver.finish(api).await?;
    let until = Instant::now() + PATIENCE;
    let mut seen = Seen::default();
    loop {
        // One list, not one a status: a run that moves between two lists would be in neither.
        let mut open = api.list("/runs").await?;
        open.retain(|run| run["ended_at"].is_null());
        if open.is_empty() {
            calm(api, &mut seen).await?;
            return Ok(seen.violations);
        }
        if Instant::now() > until {
            for run in &open {
                seen.violations.push(format!(
                    "run {} of {} is {} after {PATIENCE:?} in peace",
                    run["run_id"], run["workflow"], run["status"]
                ));
            }
            return Ok(seen.violations);
        }
        decide(api, driver).await?;
        for run in open.iter().filter(|run| run["status"] == "waiting") {
            let run = run["run_id"].as_str().unwrap_or_default();
            let detail = api.get(&format!("/runs/{run}")).await?;
            seen.judge(&detail);
            answer(api, driver, &detail).await?;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Somebody says yes to what is open. What is to expire is left alone.
async fn decide(api: &Api, driver: &Driver) -> Result<()> {
    for proposal in api.list("/proposals?state=open").await? {
        if proposal["workflow"] == "silence" {
            continue;
        }
        for person in &driver.people {
            if driver.say_it(api, person, &proposal, decision("approve", &proposal)).await {
                break;
            }
        }
    }
    Ok(())
}

/// The exception was left alone to its last rung, and those who hear of it have heard.
async fn was_led_up(api: &Api, driver: &Driver, exception: &Value) -> Result<bool> {
    let id = exception["exception_id"].as_str().unwrap_or_default();
    let whole = api.get(&format!("/exceptions/{id}")).await?;
    let filed = whole["exception_id"].as_str().unwrap_or_default();
    Ok(has_reached(&whole, "digest") && told_of_backup(&driver.systems.mails().await?, filed))
}

/// Waits until every exception is over. What was taken back is resolved once more: nothing waits on it.
async fn calm(api: &Api, seen: &mut Seen) -> Result<()> {
    let until = Instant::now() + CALM;
    loop {
        let open = api.list("/exceptions?state=open").await?;
        if open.is_empty() {
            return Ok(());
        }
        if Instant::now() > until {
            seen.violations.extend(open.iter().map(|row| {
                format!("exception {} is {} after {CALM:?} in peace", row["exception_id"], row["state"])
            }));
            return Ok(());
        }
        for row in open.iter().filter(|row| row["state"] != "verifying") {
            let path = format!("/exceptions/{}/resolve", row["exception_id"].as_str().unwrap_or_default());
            api.call("POST", &path, Some(&json!({ "action": "skip" }))).await?;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Seen {
    /// A run at rest: an effect in doubt has one open exception, and an open intent none may be left.
    fn judge(&mut self, detail: &Value) {
        let open: Vec<&Value> =
            list(detail, "exceptions").filter(|row| row["resolved_at"].is_null()).collect();
        for effect in list(detail, "effects") {
            let named = open.iter().filter(|row| row["effect_id"] == effect["effect_id"]).count();
            let quarantined = open.iter().any(|row| row["path"] == "");
            let resolved = list(detail, "exceptions").any(|row| row["effect_id"] == effect["effect_id"]);
            let words = match effect["state"].as_str() {
                Some("in_doubt") if named != 1 && !(named == 0 && resolved) => {
                    format!("is in doubt with {named} open exceptions")
                }
                Some("confirmed" | "not_applied") if named != 0 => {
                    "is settled, but an exception doubts it".to_owned()
                }
                Some("intended")
                    if !quarantined && detail["due_at"].is_null() && waits_for_nobody(detail) =>
                {
                    "is an open intent in a run at rest".to_owned()
                }
                _ => continue,
            };
            let words = format!("run {}: effect {} {words}", detail["run_id"], effect["effect_id"]);
            if !self.violations.contains(&words) {
                self.violations.push(words);
            }
        }
    }
}

/// Every step that waits, waits for a person: nothing moves by itself any more.
fn waits_for_nobody(detail: &Value) -> bool {
    detail["status"] == "waiting"
        && list(detail, "steps")
            .filter(|step| step["status"] == "waiting" || step["status"] == "running")
            .all(|step| step["waits_for"]["what"] == "exception")
}

/// The rows of a field.
pub fn list<'a>(detail: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    detail[field].as_array().into_iter().flatten()
}

/// Does what a careful person does: looks into the other system's books before saying what happened.
async fn answer(api: &Api, driver: &Driver, detail: &Value) -> Result<()> {
    let run = detail["run_id"].as_str().unwrap_or_default();
    for ask in list(detail, "asks").filter(|ask| ask["state"] == "open") {
        let path = format!("/asks/{}/answer", ask["ask_id"].as_str().unwrap_or_default());
        api.call("POST", &path, Some(&json!({ "answer": { "word": "yes" } }))).await?;
    }
    for exception in list(detail, "exceptions").filter(|row| row["resolved_at"].is_null()) {
        let step = exception["path"].as_str().unwrap_or_default();
        let ledger = driver.systems.ledger().await?;
        let request = match exception["reason"].as_str() {
            Some("unknown_outcome") => {
                if let Some(output) = landed(&ledger, detail, exception) {
                    json!({ "action": "happened", "output": output, "proof": "it is in the books" })
                } else {
                    driver.book.write(Line::SendAgain { run: run.to_owned(), path: step.to_owned() })?;
                    json!({ "action": "did_not_happen" })
                }
            }
            Some("missing_required" | "approval_rejected" | "approval_expired") => {
                if detail["workflow"] == "late" && !was_led_up(api, driver, exception).await? {
                    continue;
                }
                json!({ "action": "skip" })
            }
            _ => json!({ "action": "retry" }),
        };
        let id = exception["exception_id"].as_str().unwrap_or_default();
        let (status, body) = api.call("POST", &format!("/exceptions/{id}/resolve"), Some(&request)).await?;
        if status != 200 && status != 409 {
            return Err(format!("resolving {id} with {request}: {status} {body}").into());
        }
    }
    Ok(())
}

/// What the books say of the write in doubt: the output it would have given.
fn landed(ledger: &[LedgerEntry], detail: &Value, exception: &Value) -> Option<Value> {
    let effect = list(detail, "effects").find(|effect| effect["effect_id"] == exception["effect_id"])?;
    let step = list(detail, "steps").find(|step| step["path"] == effect["path"])?;
    let marker = step["input"]["body"]["json"]["marker"].as_str();
    let key = effect["idempotency_key"].as_str()?;
    let entry = ledger.iter().find(|entry| {
        let there = entry.body["marker"].as_str();
        entry.applied
            && (there.is_some_and(|there| Some(there) == marker || there == key)
                || entry.idempotency_key.as_deref() == Some(key))
    })?;
    let record = json!({ "id": "by-hand", "marker": entry.body["marker"] });
    if effect["action"] == "http.write_once" {
        return Some(json!({ "status": 201, "headers": {}, "json": record, "text": null }));
    }
    Some(record)
}
