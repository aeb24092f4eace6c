//! What a place has before its history: connectors, workspaces, workflows; and genuine runs of every kind.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::api::Api;
use crate::mock::Mock;

use super::copy::{self, Template};
use super::place::{Place, Server};

/// Workspaces; the first has the genuine runs and most of the copies.
pub(crate) const WORKSPACES: [&str; 3] = ["default", "client-a", "client-b"];
const CONNECTORS: [&str; 3] = ["http", "schedule", "webhook"];
const WORKFLOWS: [&str; 10] = [
    include_str!("../../workflows/bench-async.yaml"),
    include_str!("../../workflows/scale-orders.yaml"),
    include_str!("../../workflows/scale-quotes.yaml"),
    include_str!("../../workflows/scale-checks.yaml"),
    include_str!("../../workflows/scale-holds.yaml"),
    include_str!("../../workflows/scale-rare.yaml"),
    include_str!("../../workflows/scale-each-set.yaml"),
    include_str!("../../workflows/scale-each-read.yaml"),
    include_str!("../../workflows/scale-yearly.yaml"),
    include_str!("../../workflows/scale-inbox.yaml"),
];
/// How long a genuine run may take to get where it should.
const PATIENCE: Duration = Duration::from_secs(30);

/// What becomes of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Five steps with a write.
    Order,
    /// A reply to its caller.
    Quote,
    /// A short one.
    Check,
    /// Ended as failed.
    Failed,
    /// An exception that a person closed.
    Closed,
    /// A question that was answered.
    Answered,
    /// Cancelled while it waited.
    Cancelled,
    /// Of the workflow that hardly ever runs.
    Rare,
    /// Waits on an exception.
    Raised,
    /// Waits for an answer.
    Asking,
    /// Waits for an event, or for its time.
    Holding,
    /// Waits on an exception that nothing is due of.
    Left,
    /// Waits for a decision about its write.
    Proposed,
}

impl Kind {
    pub(crate) const ALL: [Self; 13] = [
        Self::Order,
        Self::Quote,
        Self::Check,
        Self::Failed,
        Self::Closed,
        Self::Answered,
        Self::Cancelled,
        Self::Rare,
        Self::Raised,
        Self::Asking,
        Self::Holding,
        Self::Left,
        Self::Proposed,
    ];

    const fn workflow(self) -> &'static str {
        match self {
            Self::Order => "orders",
            Self::Quote => "quotes",
            Self::Check | Self::Failed | Self::Closed | Self::Answered | Self::Raised | Self::Asking => {
                "checks"
            }
            Self::Cancelled | Self::Holding => "holds",
            Self::Rare => "rare",
            Self::Left | Self::Proposed => "inbox",
        }
    }

    const fn how(self) -> &'static str {
        match self {
            Self::Failed => "fail",
            Self::Closed | Self::Raised | Self::Left => "raise",
            Self::Answered | Self::Asking => "ask",
            _ => "well",
        }
    }

    /// Where its run stands in the end.
    const fn status(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Raised | Self::Asking | Self::Holding | Self::Left | Self::Proposed => "waiting",
            _ => "succeeded",
        }
    }
}

/// A genuine run.
struct Genuine {
    run: String,
    order: String,
    customer: String,
}

/// The account of every place.
pub(crate) const ACCOUNT: &str = "somebody@scale.example";

/// Connectors, and in each workspace the connection, the grant and the workflows.
pub(crate) async fn furnish(place: &Place, server: &Server, mock: &Mock) -> Result<()> {
    let mut api = server.api().await?;
    for connector in CONNECTORS {
        api.install(Bytes::from(place.connector(connector)?)).await?;
    }
    for workspace in &WORKSPACES[1..] {
        api.post("/workspaces", &json!({ "workspace": workspace })).await?;
    }
    api.post("/accounts", &json!({ "mail": ACCOUNT, "name": "Some Body" })).await?;
    let range = format!("127.0.0.1/32:{}", mock.address.port());
    let grant = json!({ "range": range, "reason": "the mock on this machine" });
    let connection = json!({ "name": "mock", "connector": "http", "settings": { "base_url": mock.url() } });
    // Somebody approves, and the team that owns exceptions has somebody who may clear them.
    let member = json!({ "handle": "somebody", "account": ACCOUNT, "roles": ["approver", "operator"] });
    for workspace in WORKSPACES {
        api.post(&format!("/members?workspace={workspace}"), &member).await?;
        let team = json!({ "team": "bench", "title": "Bench" });
        api.post(&format!("/teams?workspace={workspace}"), &team).await?;
        let path = format!("/teams/bench/members/somebody?workspace={workspace}");
        api.put(&path, &json!({ "lead": false })).await?;
        api.post(&format!("/grants?workspace={workspace}"), &grant).await?;
        api.post(&format!("/connections?workspace={workspace}"), &connection).await?;
        for text in WORKFLOWS {
            api.post(&format!("/workflows?workspace={workspace}"), &json!({ "text": text })).await?;
        }
    }
    Ok(())
}

/// Lets a real server run one of each kind and reads their rows.
pub(crate) async fn templates(place: &Place, mock: &Mock) -> Result<Vec<(Kind, Template)>> {
    let server = place.serve(&[])?;
    furnish(place, &server, mock).await?;
    let mut api = server.api().await?;
    let mut genuine = Vec::new();
    for (number, kind) in (1..).zip(Kind::ALL) {
        genuine.push((kind, run(&mut api, kind, number).await.with_context(|| format!("{kind:?}"))?));
    }
    server.stop()?;
    let db = place.open_beside()?;
    genuine
        .into_iter()
        .map(|(kind, Genuine { run, order, customer })| {
            Ok((kind, Template::read(&db, &run, &order, &customer)?))
        })
        .collect()
}

/// Lets one run get where its kind belongs.
async fn run(api: &mut Api, kind: Kind, number: u64) -> Result<Genuine> {
    // A number of its own that no text contains by chance.
    let number = 987_654_321_000 + number;
    let (order, customer) = (copy::order(number), copy::customer(number));
    let body = json!({
        "order": order, "customer": customer, "email": "Ada@Example.COM", "amount": 250, "how": kind.how(),
    });
    let status = api.hook(&format!("default/{}", kind.workflow()), &body).await?;
    if !status.is_success() {
        bail!("the webhook answers {status}");
    }
    let found = api.get(&format!("/runs?workspace=default&workflow={}&limit=1", kind.workflow())).await?;
    let run = found["items"][0]["run_id"].as_str().context("the run is not listed")?.to_owned();
    match kind {
        Kind::Closed => {
            let exception = first(api, &run, "exceptions", "exception_id").await?;
            api.post(&format!("/exceptions/{exception}/resolve"), &json!({ "action": "skip" })).await?;
        }
        Kind::Answered => {
            let ask = first(api, &run, "asks", "ask_id").await?;
            api.post(&format!("/asks/{ask}/answer"), &json!({ "answer": { "word": "yes" } })).await?;
        }
        // Whoever asks has what stopped filed first.
        Kind::Left => {
            first(api, &run, "exceptions", "exception_id").await?;
            api.get("/exceptions?workspace=default").await?;
        }
        Kind::Cancelled => {
            until(api, &run, "waiting").await?;
            api.post(&format!("/runs/{run}/cancel"), &json!({})).await?;
        }
        _ => {}
    }
    until(api, &run, kind.status()).await?;
    Ok(Genuine { run, order, customer })
}

async fn until(api: &mut Api, run: &str, status: &str) -> Result<Value> {
    let began = Instant::now();
    loop {
        let shown = api.get(&format!("/runs/{run}")).await?;
        if shown["status"] == status {
            return Ok(shown);
        }
        if began.elapsed() > PATIENCE {
            bail!("{run} is {} and not {status}", shown["status"]);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The first row of a list of a run that waits on it.
async fn first(api: &mut Api, run: &str, list: &str, id: &str) -> Result<String> {
    let shown = until(api, run, "waiting").await?;
    Ok(shown[list][0][id].as_str().with_context(|| format!("no {list}"))?.to_owned())
}
