//! Is it alive, is it ready, and what does it count?

use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{StatusCode, header};
use serde::Serialize;
use throughline_store::{StoreError, wal_alarm};
use utoipa::ToSchema;

use crate::auth::{Authorized, Watch};
use crate::error::Result;
use crate::metrics::Text;
use crate::state::{Allocations, ApiState};

/// Alive or not, ready or not.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct HealthView {
    /// `ok`, or `unavailable`.
    status: &'static str,
    /// What is not ready.
    reasons: Vec<String>,
    /// What somebody should look at, though the server works.
    alarms: Vec<String>,
}

/// How long the database may take to say the time before it counts as not answering.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);

/// The process is up
#[utoipa::path(get, path = "/livez", tag = "health", security(()), responses((status = 200, body = HealthView)))]
pub(crate) async fn live() -> axum::Json<HealthView> {
    axum::Json(HealthView { status: "ok", reasons: Vec::new(), alarms: Vec::new() })
}

/// The server can do its work
#[utoipa::path(get, path = "/readyz", tag = "health", security(()),
    responses((status = 200, body = HealthView), (status = 503, body = HealthView)))]
pub(crate) async fn ready(State(state): State<ApiState>) -> (StatusCode, axum::Json<HealthView>) {
    let reasons = not_ready(&state).await;
    let (code, status) = if reasons.is_empty() {
        (StatusCode::OK, "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
    };
    let alarms = alarms(&state, reasons.is_empty()).await;
    (code, axum::Json(HealthView { status, reasons, alarms }))
}

/// What somebody should look at. A database that does not answer is not asked again.
async fn alarms(state: &ApiState, answers: bool) -> Vec<String> {
    let mut alarms: Vec<String> = state.store().wal_bytes().and_then(wal_alarm).into_iter().collect();
    if answers && let Ok(Some(failing)) = state.store().failing_mail_all().await {
        let (count, since) = (failing.count, failing.since.to_rfc3339());
        alarms.push(format!("the mail server does not take mail: {count} wait, the oldest since {since}"));
    }
    alarms
}

/// Why the server cannot do its work now.
pub(crate) async fn not_ready(state: &ApiState) -> Vec<String> {
    let mut reasons = Vec::new();
    // Opening a store brings its migrations to the head, so one that answers is at the head.
    match tokio::time::timeout(ANSWER_WITHIN, state.store().now()).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => reasons.push(format!("the database does not answer ({})", error.code())),
        Err(_) => {
            let code = StoreError::Unavailable(String::new()).code();
            reasons
                .push(format!("the database did not answer within {} s ({code})", ANSWER_WITHIN.as_secs()));
        }
    }
    if let Some(error) = state.store().failed().borrow().as_ref() {
        reasons.push(format!("{error} ({})", error.code()));
    }
    if state.is_draining() || state.engine().is_draining() {
        reasons.push("the server is stopping: what is under way is finished, nothing new starts".to_owned());
    }
    reasons
}

/// Counters in the text form of Prometheus
#[utoipa::path(get, path = "/metrics", tag = "health",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(crate) async fn metrics(State(state): State<ApiState>, mut parts: Parts) -> Result<Response> {
    if !state.config().open_metrics {
        Authorized::<Watch>::from_request_parts(&mut parts, &state).await?;
    }
    let mut text = Text::default();
    let ready = not_ready(&state).await.is_empty();
    text.single("throughline_ready", "gauge", "1 while the server can do its work.", u8::from(ready));
    text.single(
        "throughline_runs_active",
        "gauge",
        "Runs that move on this node.",
        state.engine().active_runs(),
    );
    if let Ok(open) = state.store().open_runs_all().await {
        text.family(
            "throughline_runs_open",
            "gauge",
            "Runs that have not ended, by workspace and status; at most 25,000 each are counted.",
        );
        for (scope, status, count) in open {
            let labels = [("workspace", scope.as_str()), ("status", status.as_str())];
            text.sample("throughline_runs_open", &labels, count);
        }
    }
    if let Some(bytes) = state.store().wal_bytes() {
        text.single("throughline_store_wal_bytes", "gauge", "Size of SQLite's write-ahead log.", bytes);
    }
    let counted = state.store().counters();
    for (name, help, value) in [
        ("commits", "Transactions committed.", counted.commits),
        ("groups", "Groups committed; many share a transaction.", counted.groups),
        ("statements", "Statements the writer ran.", counted.statements),
        ("reads", "Statements of readers.", counted.reads),
        ("written_bytes", "Bytes of arguments given to the writer.", counted.bytes),
        ("replays", "Batches rolled back and tried group by group.", counted.replays),
    ] {
        text.single(&format!("throughline_store_{name}_total"), "counter", help, value);
    }
    if let Some(Allocations { count, bytes }) = state.allocations() {
        text.single("throughline_allocations_total", "counter", "Times memory was asked for.", count);
        text.single("throughline_allocated_bytes_total", "counter", "Bytes asked for.", bytes);
    }
    state.requests().write(&mut text);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text.into_string())
        .into_response())
}
