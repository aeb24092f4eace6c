//! `/_sim/…`: the ledger, the failure switches and the demo records.

use std::io;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::call::{Call, Reply};
use crate::core::Core;
use crate::failure::{FailureSpec, InvalidFailure};

/// Answers a call to the simulator itself. Only seeding changes state, so only seeding is recorded.
pub(crate) async fn handle(core: &Arc<Core>, call: &Call) -> Reply {
    if let Some(defect) = &call.defect {
        return defect.clone();
    }
    let result = match (call.method.as_str(), call.path.as_str()) {
        ("GET", "/_sim/ledger") => ledger(core, call).await,
        ("GET", "/_sim/deliveries") => deliveries(core, call).await,
        ("GET", "/_sim/failure") => Ok(Reply::new(200, list_failures(core))),
        ("POST", "/_sim/failure") => set_failure(core, call),
        ("DELETE", "/_sim/failure") => {
            core.failures().clear();
            Ok(Reply::new(204, Value::Null))
        }
        ("POST", "/_sim/seed") => core
            .seed(call)
            .await
            .map(|added| Reply::new(200, json!({ "added": added })))
            .map_err(|error| failed(&error)),
        (_, "/_sim/ledger" | "/_sim/deliveries") => Err(Reply::wrong_method("GET")),
        (_, "/_sim/failure") => Err(Reply::wrong_method("GET, POST, DELETE")),
        (_, "/_sim/seed") => Err(Reply::wrong_method("POST")),
        _ => Err(Reply::not_found(&call.path)),
    };
    result.unwrap_or_else(|refusal| refusal)
}

fn failed(error: &io::Error) -> Reply {
    tracing::error!(%error, "the ledger cannot be used");
    Reply::error(500, "ledger_failed", "the ledger could not be read or written")
}

async fn ledger(core: &Core, call: &Call) -> Result<Reply, Reply> {
    call.only_params(&["after", "limit"])?;
    let after = number(call, "after", 0)?;
    let limit = usize::try_from(number(call, "limit", 100_000)?).unwrap_or(usize::MAX);
    let mut entries = core.ledger.entries(after).await.map_err(|error| failed(&error))?;
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().map_or(after, |entry| entry.seq);
    Ok(Reply::new(200, json!({ "entries": entries, "next": next, "more": more })))
}

async fn deliveries(core: &Core, call: &Call) -> Result<Reply, Reply> {
    call.only_params(&[])?;
    let attempts = core.courier.attempts().await.map_err(|error| failed(&error))?;
    let settled = attempts.iter().filter(|attempt| attempt["state"] != "retrying").count();
    let pending = core.deliveries().len().saturating_sub(settled);
    Ok(Reply::new(200, json!({ "attempts": attempts, "pending": pending })))
}

fn number(call: &Call, name: &str, default: u64) -> Result<u64, Reply> {
    let Some(text) = call.param(name) else { return Ok(default) };
    text.parse().map_err(|_| Reply::error(400, "bad_parameter", &format!("{name} must be a whole number")))
}

fn list_failures(core: &Core) -> Value {
    json!({ "failures": core.failures().list() })
}

fn set_failure(core: &Core, call: &Call) -> Result<Reply, Reply> {
    let invalid = |message: &str| Reply::error(422, "invalid_failure", message);
    let body = Value::Object(call.object()?);
    let spec: FailureSpec = serde_json::from_value(body).map_err(|error| invalid(&error.to_string()))?;
    core.failures().set(spec).map_err(|InvalidFailure(message)| invalid(&message))?;
    Ok(Reply::new(201, list_failures(core)))
}
