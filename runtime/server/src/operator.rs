//! What the operator's settings mean for workspaces: one to begin with, and the ranges that are open to each.

use std::collections::BTreeSet;

use serde_json::json;

use crate::client::{Client, segment};
use crate::config::Settings;
use crate::error::Result;

/// The workspace of a fresh installation.
const FIRST: &str = "default";
/// How the reason of a range from the settings file begins.
const FROM_SETTINGS: &str = "settings: ";

/// Makes a first workspace where there is none.
pub(crate) async fn ensure_workspace(client: &Client) -> Result<()> {
    if client.list("/workspaces").await?.is_empty() {
        client.post("/workspaces", &json!({ "workspace": FIRST })).await?;
    }
    Ok(())
}

/// Opens what the settings file opens, and closes what it opened once and does not any more.
pub(crate) async fn open_ranges(client: &Client, settings: &Settings) -> Result<()> {
    let workspaces = client.list("/workspaces").await?;
    for name in workspaces.iter().filter_map(|row| row["workspace"].as_str()) {
        let client = client.in_workspace(name);
        let open = settings.egress.get(name);
        let wanted: BTreeSet<String> =
            open.iter().flat_map(|open| open.ranges.iter().map(ToString::to_string)).collect();
        for grant in client.list("/grants").await? {
            let range = grant["range"].as_str().unwrap_or_default();
            let ours = grant["reason"].as_str().is_some_and(|reason| reason.starts_with(FROM_SETTINGS));
            if ours && !wanted.contains(range) {
                client.delete(&format!("/grants?range={}", segment(range))).await?;
            }
        }
        for range in wanted {
            let origin = open.map(|open| open.origin.to_string()).unwrap_or_default();
            let reason = format!("{FROM_SETTINGS}{origin}");
            client.post("/grants", &json!({ "range": range, "reason": reason })).await?;
        }
    }
    for name in settings.egress.keys() {
        if !workspaces.iter().any(|row| row["workspace"] == name.as_str()) {
            tracing::warn!(
                workspace.id = name,
                "the settings open ranges to a workspace that does not exist"
            );
        }
    }
    Ok(())
}
