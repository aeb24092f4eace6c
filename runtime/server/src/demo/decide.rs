//! The demo's approver says yes to one write, as people do: signed in, to what is shown.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Demo, WORKSPACE};
use crate::error::{CliError, Result, codes};

/// How long the run may take from the decision to its end.
const PATIENCE: Duration = Duration::from_mins(1);

/// Somebody who can decide: where the server is, and a link that signs them in.
pub(crate) struct Decider {
    /// The server's address.
    pub(crate) server: String,
    /// Who.
    pub(crate) mail: String,
    /// Path of a link that signs them in once.
    pub(crate) sign_in: String,
}

fn failed(what: impl std::fmt::Display) -> CliError {
    CliError::refused(codes::DEMO, format!("the demo's approver cannot decide: {what}"))
}

/// The open proposal of a run.
pub(super) async fn proposal_of(demo: &Demo, run: &Value) -> Result<Option<Value>> {
    let open = demo.client.list("/proposals").await?;
    Ok(open.into_iter().find(|proposal| proposal["run_id"] == run["run_id"]))
}

/// Approves the proposal, and waits for the run to end.
pub(super) async fn approve(
    demo: &Demo,
    decider: &Decider,
    (run, proposal): (&Value, &Value),
) -> Result<Value> {
    let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build();
    let http = http.map_err(failed)?;
    let code = decider.sign_in.split_once("code=").map(|(_, code)| code).unwrap_or_default();
    let signed_in = http
        .post(format!("{}/sign-in", decider.server))
        .header("sec-fetch-site", "same-origin")
        .json(&json!({ "code": code }))
        .send()
        .await
        .map_err(failed)?;
    let cookie = signed_in.headers().get(http::header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
    let cookie = cookie.and_then(|cookie| cookie.split(';').next());
    let cookie = cookie.ok_or_else(|| failed("the link does not sign them in"))?.to_owned();
    let id = proposal["proposal_id"].as_str().unwrap_or_default();
    let answer = http
        .post(format!("{}/api/v1/proposals/{id}/decision", decider.server))
        .header("sec-fetch-site", "same-origin")
        .header("throughline-workspace", WORKSPACE)
        .header(http::header::COOKIE, cookie)
        .json(&json!({ "verdict": "approve", "shown_hash": proposal["content_hash"] }))
        .send()
        .await
        .map_err(failed)?;
    let status = answer.status();
    if !status.is_success() {
        return Err(failed(format!("{status}: {}", answer.text().await.unwrap_or_default())));
    }
    ended(demo, run).await
}

async fn ended(demo: &Demo, run: &Value) -> Result<Value> {
    let id = run["run_id"].as_str().unwrap_or_default();
    let until = Instant::now() + PATIENCE;
    loop {
        let detail = demo.client.get(&format!("/runs/{id}")).await?;
        if !detail["ended_at"].is_null() || Instant::now() >= until {
            return Ok(detail);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
