//! What people do with exceptions: leave them until they are late, release what waited on a connection, merge, resolve.

use serde_json::{Value, json};

use super::{Driver, PAUSE, RESOLVE, Work};
use crate::server::Api;
use crate::settle::list;
use crate::systems::INVOICE;
use crate::systems::now;

/// Runs that wait on one connection: more than are released at once.
const MANY: u64 = 54;
/// Runs that wait on one connection until another one works.
const FEW: u64 = 4;

fn parked(detail: &Value) -> bool {
    list(detail, "exceptions").any(|row| row["resolved_at"].is_null())
}

impl Driver {
    /// A run that stops, and the exception it waits on.
    async fn stopped(&self, api: &Api, work: &Work, path: &str, number: u64) -> Option<(String, String)> {
        let event = self.id(work, path, number);
        let body = json!({ "id": event, "invoice": INVOICE });
        let run = self.offer(api, &event, path, body).await??;
        let detail = self.until(api, &run, |detail| parked(detail) || !detail["ended_at"].is_null()).await?;
        let row = list(&detail, "exceptions").find(|row| row["resolved_at"].is_null())?;
        Some((event, row["exception_id"].as_str()?.to_owned()))
    }

    /// Looks at an exception until it is so; nothing when the server is gone.
    async fn until_exception(&self, api: &Api, id: &str, so: impl Fn(&Value) -> bool) -> Option<Value> {
        loop {
            let detail = api.get(&format!("/exceptions/{id}")).await.ok()?;
            if so(&detail) {
                return Some(detail);
            }
            tokio::time::sleep(PAUSE * 4).await;
        }
    }

    async fn resolved_by(&self, api: &Api, event: &str, exception: &str, action: &str) {
        let path = format!("/exceptions/{exception}/resolve");
        if let Ok((200..300, _)) = api.call("POST", &path, Some(&json!({ "action": action }))).await {
            self.done(event, RESOLVE);
        }
    }

    /// Nobody does anything, until the last rung is reached.
    pub(super) async fn late(&self, api: &Api, work: &Work) {
        if let Some((_, exception)) = self.stopped(api, work, "late", 0).await {
            self.until_exception(api, &exception, |row| has_reached(row, "digest")).await;
        }
    }

    /// A connection is down for many runs; then it is back, and a person lets all of them go on.
    pub(super) async fn released(&self, api: &Api, work: &Work) {
        let Some(cause) = self.down(api, work, MANY).await else { return };
        self.systems.heal();
        self.resolved_by(api, "", &cause, "retry").await;
        self.until_exception(api, &cause, |row| !row["resolved_at"].is_null()).await;
    }

    /// A connection is down for some runs; then a call goes well, which shows that it is back.
    pub(super) async fn evident(&self, api: &Api, work: &Work) {
        let Some(cause) = self.down(api, work, FEW).await else { return };
        self.systems.heal();
        let event = self.id(work, "down", FEW + 1);
        self.offer(api, &event, "down", json!({ "id": event })).await;
        self.until_exception(api, &cause, |row| !row["resolved_at"].is_null()).await;
    }

    /// So many runs that wait on one cause; which.
    async fn down(&self, api: &Api, work: &Work, count: u64) -> Option<String> {
        let api = &api.patient(super::REPLY).ok()?;
        let all = (0..count).map(|number| self.stopped(api, work, "down", number));
        let stopped: Vec<_> = futures::future::join_all(all).await.into_iter().flatten().collect();
        let (_, first) = stopped.first()?;
        let wanted = count * 9 / 10;
        let filed = |row: &Value| row["items"].as_u64() >= Some(wanted) || !row["resolved_at"].is_null();
        let cause = self.until_exception(api, first, filed).await?;
        Some(cause["exception_id"].as_str()?.to_owned())
    }

    /// Two that are one: taken, waited with, merged, resolved.
    pub(super) async fn acted(&self, api: &Api, work: &Work) {
        let Some((_, first)) = self.stopped(api, work, "raise", 10).await else { return };
        let Some((event, second)) = self.stopped(api, work, "raise", 11).await else { return };
        let until = jiff::Timestamp::from_microsecond(now() + 300_000_000).unwrap_or_default();
        let acts = [
            json!({ "act": "take" }),
            json!({ "act": "wait", "on": "internal", "until": until.to_string(), "note": "somebody is asked" }),
            json!({ "act": "end_wait" }),
            json!({ "act": "hand_over", "to": "team:ops", "note": "nothing is known yet" }),
        ];
        let who = self.people.first().map_or_else(|| api.clone(), |person| person.api(api));
        for act in acts {
            if who.call("POST", &format!("/exceptions/{first}/act"), Some(&act)).await.is_err() {
                return;
            }
        }
        let into = json!({ "into": second });
        if api.call("POST", &format!("/exceptions/{first}/merge"), Some(&into)).await.is_ok() {
            self.resolved_by(api, &event, &second, "skip").await;
        }
    }

    /// What follows from it is read back before it is resolved.
    pub(super) async fn verified(&self, api: &Api, work: &Work) {
        let Some((event, exception)) = self.stopped(api, work, "mend", 0).await else { return };
        self.resolved_by(api, &event, &exception, "skip").await;
        self.until_exception(api, &exception, |row| !row["resolved_at"].is_null()).await;
    }
}

/// Does its log have this rung?
pub(crate) fn has_reached(exception: &Value, rung: &str) -> bool {
    list(exception, "log").any(|entry| entry["event"]["type"] == "reached" && entry["event"]["rung"] == rung)
}
