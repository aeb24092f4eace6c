//! How the server is doing, in one answer.

use axum::extract::State;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::health::not_ready;
use crate::auth::{See, Span};
use crate::error::Result;
use crate::state::ApiState;

/// How the server is doing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct StatusView {
    /// Version of this release.
    version: &'static str,
    /// It can do its work.
    ready: bool,
    /// Why not.
    reasons: Vec<String>,
    /// The server's time.
    now: String,
    /// Runs that move on this node.
    active_runs: usize,
    /// Open runs of the visible workspaces.
    workspaces: Vec<OpenRunsView>,
}

/// Open runs of a workspace.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OpenRunsView {
    /// Workspace.
    workspace: String,
    /// Runs by status: `queued`, `running`, `waiting`; at most 25,000 each are counted.
    open_runs: BTreeMap<&'static str, u64>,
}

/// How the server is doing
#[utoipa::path(get, path = "/api/v1/status", tag = "health", responses((status = 200, body = StatusView)))]
pub(crate) async fn show(State(state): State<ApiState>, span: Span<See>) -> Result<axum::Json<StatusView>> {
    let reasons = not_ready(&state).await;
    let mut workspaces = Vec::new();
    for scope in span.scopes() {
        let counts = state.store().open_runs(scope).await?;
        let open_runs = counts.into_iter().map(|(status, count)| (status.as_str(), count)).collect();
        workspaces.push(OpenRunsView { workspace: scope.to_string(), open_runs });
    }
    Ok(axum::Json(StatusView {
        version: env!("CARGO_PKG_VERSION"),
        ready: reasons.is_empty(),
        reasons,
        now: crate::view::at(state.now()),
        active_runs: state.engine().active_runs(),
        workspaces,
    }))
}
