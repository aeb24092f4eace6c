//! The queue as a whole: the business calendar, routing rules, the same for many exceptions.

use serde_json::{Value, json};
use throughline_domain::exception::bulk::SetChanged;

use super::read_json;
use super::run::{listed, said};
use crate::cli::{BulkArgs, CalendarCommand, RoutingCommand, WhichArgs};
use crate::client::{Client, Sending, segment};
use crate::error::{CliError, Result, codes};
use crate::output::{self, cell};

pub(crate) async fn calendar(client: &Client, command: &CalendarCommand, as_json: bool) -> Result<()> {
    match command {
        // What is printed is what `set` takes.
        CalendarCommand::Show => output::json(&client.get("/calendar").await?),
        CalendarCommand::Set { file } => {
            let body = Sending::JsonText(read_json(file)?.get().to_owned());
            let row = client.call("PUT", "/calendar", body).await?;
            said(&row, as_json, &format!("the calendar is set, by the clock of {}", cell(&row["zone"])));
        }
    }
    Ok(())
}

pub(crate) async fn routing(client: &Client, command: &RoutingCommand, as_json: bool) -> Result<()> {
    match command {
        RoutingCommand::Show => {
            let rows = client.list("/routing-rules").await?;
            let rules: Vec<&Value> = rows.iter().map(|row| &row["rule"]).collect();
            output::json(&json!({ "rules": rules }));
        }
        RoutingCommand::Set { file } => {
            let body = Sending::JsonText(read_json(file)?.get().to_owned());
            let row = client.call("PUT", "/routing-rules", body).await?;
            let count = row["items"].as_array().map_or(0, Vec::len);
            said(&row, as_json, &format!("{count} routing rules are set"));
        }
    }
    Ok(())
}

/// Does the same to every exception of a filter, if there are as many as were seen.
pub(crate) async fn bulk(client: &Client, args: &BulkArgs, as_json: bool) -> Result<()> {
    let snapshot = client.get(&format!("/exceptions/snapshot?{}", asked(&args.which)?)).await?;
    let count = snapshot["count"].as_u64().unwrap_or_default();
    let now = usize::try_from(count).unwrap_or(usize::MAX);
    match args.count {
        None => {
            said(&snapshot, as_json, &format!("{now} exceptions; to do it, say --count {now}"));
            return Ok(());
        }
        Some(seen) if seen != now => {
            let changed = SetChanged { stated: seen, now };
            return Err(CliError::refused(SetChanged::CODE, changed.to_string()));
        }
        Some(_) => {}
    }
    let WhichArgs { owner, reason, workflow, connection, snoozed, .. } = &args.which;
    let which = json!({ "owner": owner, "reason": reason, "workflow": workflow, "connection": connection, "snoozed": snoozed });
    let mut body = json!({ "which": which, "snapshot": snapshot });
    let (key, act) = act(args);
    body[key] = act;
    let rows = client.post("/exceptions/bulk", &body).await?["items"].take();
    let rows = rows.as_array().cloned().unwrap_or_default();
    let columns = [("EXCEPTION", "exception_id"), ("DONE", "done"), ("REFUSED", "refused")];
    listed(rows, as_json, &columns, "no exceptions");
    Ok(())
}

fn act(args: &BulkArgs) -> (&'static str, Value) {
    let resolve = |action: &str| ("resolve", json!({ "action": action }));
    if args.retry {
        resolve("retry")
    } else if args.fix_and_continue {
        resolve("fix_and_continue")
    } else if args.skip {
        resolve("skip")
    } else if let Some(to) = &args.assign {
        ("do", json!({ "act": "assign", "to": to }))
    } else if let Some(reason) = &args.dismiss {
        ("do", json!({ "act": "dismiss", "reason": reason }))
    } else {
        ("do", json!({ "act": "take" }))
    }
}

/// A filter as a query.
fn asked(which: &WhichArgs) -> Result<String> {
    if which.person.is_some() {
        let words = "many are chosen by --owner, --reason, --workflow and --connection, not by --person";
        return Err(CliError::usage(codes::USAGE, words));
    }
    let named = [
        ("owner", &which.owner),
        ("reason", &which.reason),
        ("workflow", &which.workflow),
        ("connection", &which.connection),
    ];
    let mut query = format!("snoozed={}", which.snoozed);
    for (name, value) in named {
        let value = value.as_ref().map(|value| format!("&{name}={}", segment(value)));
        query.push_str(&value.unwrap_or_default());
    }
    Ok(query)
}
