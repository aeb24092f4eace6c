//! `exception …`: the queue, and what people do with what is in it.

use serde_json::{Value, json};

use super::queue;
use super::run::{listed, resolution, said};
use crate::cli::{ExceptionCommand, WhichArgs};
use crate::client::{Client, Sending, segment};
use crate::error::Result;
use crate::output::{self, cell, line};

pub(crate) async fn carry_out(client: &Client, command: &ExceptionCommand, as_json: bool) -> Result<()> {
    match command {
        ExceptionCommand::List(which) => list(client, which, as_json).await,
        ExceptionCommand::Inbox => {
            let rows = client.list("/inbox").await?;
            let columns =
                [("WHAT", "what"), ("ID", "id"), ("OWNER", "owner"), ("DUE", "due_at"), ("TITLE", "title")];
            listed(rows, as_json, &columns, "nothing is waiting for anybody");
            Ok(())
        }
        ExceptionCommand::Show { exception } => {
            let row = client.get(&format!("/exceptions/{}?preview=true", segment(exception))).await?;
            if as_json {
                output::json(&row);
            } else {
                show(&row);
            }
            Ok(())
        }
        ExceptionCommand::Merge { exception, into } => {
            let path = format!("/exceptions/{}/merge", segment(exception));
            let row = client.post(&path, &json!({ "into": into })).await?;
            said(&row, as_json, &format!("{exception} goes on in {into}"));
            Ok(())
        }
        ExceptionCommand::Comment { exception, text } => {
            let path = format!("/exceptions/{}/comments", segment(exception));
            let row = client.post(&path, &json!({ "text": text })).await?;
            said(&row, as_json, &format!("{} written", cell(&row["comment_id"])));
            Ok(())
        }
        ExceptionCommand::Watch { exception } => watch(client, exception, "PUT", as_json).await,
        ExceptionCommand::Unwatch { exception } => watch(client, exception, "DELETE", as_json).await,
        ExceptionCommand::Bulk(args) => queue::bulk(client, args, as_json).await,
        ExceptionCommand::Resolve(args) => {
            let path = format!("/exceptions/{}/resolve", segment(&args.exception));
            let row = client.call("POST", &path, Sending::JsonText(resolution(args)?)).await?;
            let words = format!(
                "{} is {}; {} step(s) go on",
                args.exception,
                cell(&row["state"]),
                cell(&row["steps"])
            );
            said(&row, as_json, &words);
            Ok(())
        }
        other => {
            let (exception, body) = act(other);
            let row = client.post(&format!("/exceptions/{}/act", segment(exception)), &body).await?;
            let words = format!("{exception} is {}, owner {}", cell(&row["state"]), cell(&row["owner"]));
            said(&row, as_json, &words);
            Ok(())
        }
    }
}

/// What is asked of the life of one.
fn act(command: &ExceptionCommand) -> (&str, Value) {
    match command {
        ExceptionCommand::Take { exception } => (exception, json!({ "act": "take" })),
        ExceptionCommand::HandOver { exception, to, note } => {
            (exception, json!({ "act": "hand_over", "to": to, "note": note }))
        }
        ExceptionCommand::Wait { exception, on, until, note } => {
            (exception, json!({ "act": "wait", "on": on, "until": until, "note": note }))
        }
        ExceptionCommand::EndWait { exception } => (exception, json!({ "act": "end_wait" })),
        ExceptionCommand::Snooze { exception, until } => {
            (exception, json!({ "act": "snooze", "until": until }))
        }
        ExceptionCommand::Wake { exception } => (exception, json!({ "act": "wake" })),
        ExceptionCommand::Dismiss { exception, reason } => {
            (exception, json!({ "act": "dismiss", "reason": reason }))
        }
        ExceptionCommand::Reopen { exception, why } => (exception, json!({ "act": "reopen", "why": why })),
        ExceptionCommand::Attest { exception, update, proof } => {
            (exception, json!({ "act": "attest", "update": update, "proof": proof }))
        }
        ExceptionCommand::List(_)
        | ExceptionCommand::Inbox
        | ExceptionCommand::Show { .. }
        | ExceptionCommand::Merge { .. }
        | ExceptionCommand::Comment { .. }
        | ExceptionCommand::Watch { .. }
        | ExceptionCommand::Unwatch { .. }
        | ExceptionCommand::Bulk(_)
        | ExceptionCommand::Resolve(_) => ("", Value::Null),
    }
}

async fn watch(client: &Client, exception: &str, method: &'static str, as_json: bool) -> Result<()> {
    let path = format!("/exceptions/{}/watch", segment(exception));
    let row = client.call(method, &path, Sending::Nothing).await?;
    let words = if method == "PUT" { "is watched" } else { "is watched no longer" };
    said(&row, as_json, &format!("{exception} {words}"));
    Ok(())
}

async fn list(client: &Client, which: &WhichArgs, as_json: bool) -> Result<()> {
    let asked = [
        ("owner", &which.owner),
        ("person", &which.person),
        ("reason", &which.reason),
        ("workflow", &which.workflow),
        ("connection", &which.connection),
    ];
    let mut path = format!("/exceptions?state=open&snoozed={}", which.snoozed);
    for (name, value) in asked {
        let value = value.as_ref().map(|value| format!("&{name}={}", segment(value)));
        path.push_str(&value.unwrap_or_default());
    }
    let rows = client.list(&path).await?;
    let columns = [
        ("EXCEPTION", "exception_id"),
        ("STATE", "state"),
        ("SEVERITY", "severity"),
        ("REASON", "reason"),
        ("OWNER", "owner"),
        ("DUE", "due_at"),
        ("TIMES", "occurrences"),
        ("SENTENCE", "sentence"),
    ];
    listed(rows, as_json, &columns, "no open exceptions");
    Ok(())
}

fn show(row: &Value) {
    line(format!("{}  {}  {}", cell(&row["exception_id"]), cell(&row["state"]), cell(&row["severity"])));
    line(cell(&row["sentence"]));
    line(format!("  what changed   {}", row["what_changed"]));
    line(format!("  reason         {}", cell(&row["reason"])));
    line(format!(
        "  owner          {}  person {}  backup {}",
        cell(&row["owner"]),
        cell(&row["person"]),
        cell(&row["backup"])
    ));
    line(format!("  due            {}  {} % used", cell(&row["due"]["due_at"]), row["clock"]["percent"]));
    match row["no_update_reason"].as_str() {
        Some(why) => line(format!("  updates after  none: {why}")),
        None => {
            for update in row["updates"].as_array().into_iter().flatten() {
                let seen = if update["verified"].is_null() { "not seen yet" } else { "seen" };
                let record = cell(&update["record"]);
                line(format!(
                    "  updates after  {} {record}, {}: {seen}",
                    cell(&update["system"]),
                    cell(&update["by"])
                ));
            }
        }
    }
    for fix in row["suggested_fixes"].as_array().into_iter().flatten() {
        line(format!(
            "  may help       {} ({})",
            cell(&fix["words"]),
            fix["action"].as_str().unwrap_or("elsewhere")
        ));
        let Some(preview) = fix["preview"].as_object() else { continue };
        line(format!("                 writes: {}", cell(&preview["summary"])));
        for field in preview["fields"].as_array().into_iter().flatten() {
            line(format!(
                "                   {} {} -> {}",
                cell(&field["field"]),
                field["before"],
                field["after"]
            ));
        }
    }
    line(format!("  waiting        {} step(s), seen {} time(s)", row["items"], row["occurrences"]));
    for entry in row["log"].as_array().into_iter().flatten() {
        let who = entry["who"].as_str().unwrap_or("runner");
        line(format!(
            "  {}  {}  {who}  {}",
            cell(&entry["at"]),
            cell(&entry["event"]["type"]),
            cell(&entry["to"])
        ));
    }
    for comment in row["comments"].as_array().into_iter().flatten() {
        line(format!("  {}  {}: {}", cell(&comment["at"]), cell(&comment["by"]), cell(&comment["text"])));
    }
}
