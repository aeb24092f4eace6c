//! Every address of the API that lists or shows something, timed.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::api::Api;

use super::copy;
use super::furnish::{ACCOUNT, Kind};
use super::generate::History;
use super::place::Place;

/// How often an address is asked for when it has been asked for before.
const AGAIN: u32 = 5;

/// An address, and the prefix of the ids its pages go by.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    pub(crate) path: String,
    cursor: Option<&'static str>,
}

/// The slowest answer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Worst {
    pub(crate) time: Duration,
    pub(crate) place: &'static str,
}

fn plain(path: &str) -> Address {
    Address { path: path.to_owned(), cursor: None }
}

fn list(path: &str, prefix: &'static str) -> Address {
    Address { path: format!("/api/v1/{path}"), cursor: Some(prefix) }
}

/// Lists that are not long, and what is shown once.
const WHOLE: [&str; 23] = [
    "misfires",
    "workspaces",
    "plugins",
    "plugins/shipped",
    "practice",
    "connections",
    "channels",
    "grants",
    "tokens",
    "status",
    "catalog",
    "drafts",
    "publish-requests",
    "openapi.json",
    "me",
    "me/sessions",
    "members",
    "teams",
    "delegations",
    "accounts",
    "secrets",
    "vault",
    "backups",
];

/// Everything there is to ask for.
pub(crate) fn all(history: &History) -> Vec<Address> {
    let mut all = runs(history);
    all.extend(waiting(history));
    let page = "/api/v1";
    for path in [
        "workflows",
        "workflows/orders",
        "workflows/orders/text",
        "workflows/orders/versions",
        "workflows/orders/publish-requests",
        "publishing",
        "triggers",
    ] {
        all.push(plain(&format!("{page}/{path}?workspace=default")));
    }
    for path in WHOLE {
        all.push(plain(&format!("{page}/{path}")));
    }
    all.extend(["", "/sessions"].map(|more| plain(&format!("{page}/accounts/{ACCOUNT}{more}"))));
    all.push(plain(&format!("{page}/workflows/yearly/schedule?workspace=default")));
    // A figure counts the runs of the days it is asked for: here one day of a workflow.
    let day = jiff::Timestamp::from_microsecond(history.began_us(history.runs / 2)).unwrap_or_default();
    let day = day.strftime("%Y-%m-%d");
    let figure = format!("{page}/figures/straight-through?workspace=default&workflow=rare");
    all.push(plain(&format!("{figure}&from={day}&to={day}")));
    all.extend(["/", "/metrics", "/readyz", "/livez"].map(plain));
    all
}

/// Runs with every filter, one of them, and what came in.
fn runs(history: &History) -> Vec<Address> {
    let mut all = vec![list("runs", "run"), list("runs?limit=200", "run")];
    let statuses = ["queued", "running", "waiting", "succeeded", "failed", "cancelled"];
    for status in statuses {
        all.push(list(&format!("runs?status={status}"), "run"));
        for workflow in ["orders", "checks", "rare"] {
            all.push(list(&format!("runs?workflow={workflow}&status={status}"), "run"));
        }
    }
    for filter in ["workflow=orders", "workflow=checks", "workflow=rare", "workflow=none"] {
        all.push(list(&format!("runs?{filter}"), "run"));
        all.push(list(&format!("events?{filter}"), "evt"));
    }
    let middle = history.runs / 2;
    all.push(list(&format!("runs?key=order:{}", copy::order(middle)), "run"));
    let customer = copy::customer(middle);
    for more in ["", "&workflow=orders", "&status=succeeded", "&status=failed"] {
        all.push(list(&format!("runs?key=customer:{customer}{more}"), "run"));
    }
    for number in [middle, history.runs - history.runs / 100] {
        let since = jiff::Timestamp::from_microsecond(history.began_us(number)).unwrap_or_default();
        all.push(list(&format!("runs?since={since}"), "run"));
    }
    all.push(list("events", "evt"));
    let (run, page) = (history.id("run", middle, 0), "/api/v1");
    for path in
        [format!("{page}/runs/{run}"), format!("{page}/runs/{run}?log=true"), format!("/plain/runs/{run}")]
    {
        all.push(plain(&path));
    }
    all
}

/// What people have to do, in every list of it, and the page that shows it first.
pub(crate) fn inbox(history: &History) -> Vec<Address> {
    let mut all = vec![plain("/plain"), list("inbox", "exc"), list("inbox?limit=200", "exc")];
    for owner in ["team:bench", "role:approver", "person:nobody"] {
        all.push(list(&format!("inbox?owner={owner}"), "exc"));
        all.push(list(&format!("exceptions?owner={owner}"), "exc"));
    }
    for more in ["", "?state=open", "?state=in_progress", "?state=resolved", "?person=somebody", "?limit=200"]
    {
        all.push(list(&format!("exceptions{more}"), "exc"));
    }
    for state in ["open", "approved", "applied", "rejected", "expired", "any"] {
        all.push(list(&format!("proposals?state={state}"), "prp"));
    }
    all.push(list("proposals?state=open&limit=200", "prp"));
    let (even, odd) = (history.runs / 4 * 2, history.runs / 4 * 2 + 1);
    all.push(plain(&format!("/api/v1/proposals/{}", history.id("prp", even, 2))));
    all.push(plain(&format!("/api/v1/exceptions/{}", history.id("exc", odd, 2))));
    all
}

/// What waits for a person, and one of each.
fn waiting(history: &History) -> Vec<Address> {
    let mut all = vec![list("exceptions", "exc"), list("held-runs", "run")];
    for state in
        ["open", "assigned", "in_progress", "waiting", "verifying", "resolved", "dismissed", "superseded"]
    {
        all.push(list(&format!("exceptions?state={state}"), "exc"));
    }
    all.push(list("inbox", "exc"));
    all.push(list("exceptions?owner=team:ops", "exc"));
    all.push(list("exceptions?person=nobody", "exc"));
    for path in ["exceptions/snapshot?connection=none&", "calendar?", "routing-rules?"] {
        all.push(plain(&format!("/api/v1/{path}workspace=default")));
    }
    for state in ["open", "approved", "applied", "rejected", "expired", "any"] {
        all.push(list(&format!("proposals?state={state}"), "prp"));
    }
    all.extend(["proposals?asked=me", "proposals/groups"].map(|path| plain(&format!("/api/v1/{path}"))));
    for state in ["open", "answered", "expired", "withdrawn"] {
        all.push(list(&format!("asks?state={state}"), "ask"));
    }
    for (list, kind, which) in [("exceptions", Kind::Raised, 2), ("asks", Kind::Asking, 2)] {
        if let Some(number) = (1..=history.runs).find(|number| history.kind(*number) == kind) {
            all.push(plain(&format!("/api/v1/{list}/{}", history.id(&list[..3], number, which))));
        }
    }
    all
}

impl Address {
    /// Its first page, one in the middle of the history, and the last.
    fn pages(&self, history: &History) -> Vec<(&'static str, String)> {
        let Some(prefix) = self.cursor else { return vec![("only", self.path.clone())] };
        let joint = if self.path.contains('?') { '&' } else { '?' };
        let which = u64::from(prefix == "evt");
        let after = |number| format!("{}{joint}after={}", self.path, history.id(prefix, number, which));
        vec![
            ("first", self.path.clone()),
            ("middle", after(history.runs / 2)),
            ("last", after(history.runs.min(30))),
        ]
    }

    /// Asks as if for the first time: nothing of the database is in memory but what the server keeps itself.
    pub(crate) async fn cold(&self, api: &mut Api, place: &Place, history: &History) -> Result<Worst> {
        let mut worst = Worst::default();
        for (name, path) in self.pages(history) {
            place.forget()?;
            worst.note(name, ask(api, &path).await?);
        }
        Ok(worst)
    }

    /// Asks again and again.
    pub(crate) async fn warm(&self, api: &mut Api, history: &History) -> Result<Worst> {
        let mut worst = Worst::default();
        for (name, path) in self.pages(history) {
            ask(api, &path).await?;
            for _ in 0..AGAIN {
                worst.note(name, ask(api, &path).await?);
            }
        }
        Ok(worst)
    }
}

impl Worst {
    fn note(&mut self, place: &'static str, time: Duration) {
        if time > self.time {
            *self = Self { time, place };
        }
    }
}

async fn ask(api: &mut Api, path: &str) -> Result<Duration> {
    let began = Instant::now();
    let answer = api.look(path).await?;
    let time = began.elapsed();
    // A statement that took too long is an answer too: it counts as what it took.
    let slow = answer.status.as_u16() == 503 || answer.status.as_u16() == 504;
    ensure!(
        answer.status.is_success() || answer.status.is_redirection() || slow,
        "{path} answers {} {}",
        answer.status,
        String::from_utf8_lossy(&answer.body)
    );
    if slow { Ok(time.max(Duration::from_secs(1))) } else { Ok(time) }
}

/// Addresses of the API's own description that nobody asks for here.
pub(crate) fn forgotten(described: &Value, asked: &[Address]) -> Result<Vec<String>> {
    let paths = described["paths"].as_object().context("the description has no paths")?;
    let looks = |methods: &Value| methods.get("get").is_some();
    let known = |path: &str| {
        asked.iter().any(|asked| {
            let asked = asked.path.split('?').next().unwrap_or_default();
            let (mut left, mut right) = (path.split('/'), asked.split('/'));
            left.clone().count() == right.clone().count()
                && left
                    .by_ref()
                    .zip(right.by_ref())
                    .all(|(left, right)| left == right || left.starts_with('{'))
        })
    };
    // The history is of live workflows: no proposal is in it, no draft, and nobody is asked to publish. A stream has no end to wait for.
    let absent = |path: &str| {
        [
            "/api/v1/proposals/{proposal}",
            "/api/v1/proposals/{proposal}/similar",
            "/api/v1/proposals/groups/{shape}",
            "/api/v1/workflows/{workflow}/draft",
            "/api/v1/publish-requests/{request}",
            "/api/v1/changes",
        ]
        .contains(&path)
    };
    Ok(paths
        .iter()
        .filter(|(path, methods)| looks(methods) && !known(path) && !absent(path))
        .map(|(path, _)| path.clone())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The description as it is published: a test of the API holds the snapshot to the handlers.
    const PUBLISHED: &str = include_str!("../../../../runtime/api/tests/snapshots/openapi__openapi.snap");

    #[test]
    fn every_address_that_shows_something_is_timed() {
        let json = PUBLISHED.splitn(3, "---\n").nth(2).unwrap();
        let described = serde_json::from_str(json).unwrap();
        assert_eq!(forgotten(&described, &all(&History::new(20_000))).unwrap(), Vec::<String>::new());
    }
}
