//! `run …`: start, follow, list, show, cancel, retry; exceptions and questions.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::read_json;
use crate::cli::{ListArgs, ReleaseArgs, ResolveArgs, RunCommand, StartArgs};
use crate::client::{Client, Sending, items, segment};
use crate::error::{CliError, Result, codes};
use crate::output;

mod show;

pub(crate) use show::print as print_detail;

/// How often a followed run is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Carries a `run` command out.
pub(crate) async fn carry_out(client: &Client, command: &RunCommand, as_json: bool) -> Result<()> {
    match command {
        RunCommand::Start(args) => start(client, args, as_json).await,
        RunCommand::List(args) => list(client, args, as_json).await,
        RunCommand::Show { run } => {
            let detail = client.get(&format!("/runs/{}", segment(run))).await?;
            shown(&detail, as_json);
            Ok(())
        }
        RunCommand::Cancel { run } => {
            let row = client.post(&format!("/runs/{}/cancel", segment(run)), &json!({})).await?;
            said(&row, as_json, &format!("{run}: cancel requested; an open write is settled first"));
            Ok(())
        }
        RunCommand::Retry { run, from, current_version, repeat_effects } => {
            let version = if *current_version { "current" } else { "original" };
            let body = json!({ "from": from, "version": version, "repeat_effects": repeat_effects });
            let row = client.post(&format!("/runs/{}/retry", segment(run)), &body).await?;
            let standing = row["standing_effects"].as_array().map_or(0, Vec::len);
            let goes_on = output::cell(&row["run_id"]);
            let words = format!("{goes_on} goes on; {standing} effect(s) stand and are not repeated");
            said(&row, as_json, &words);
            Ok(())
        }
        RunCommand::Exceptions => exceptions(client, as_json).await,
        RunCommand::Resolve(args) => {
            let path = format!("/exceptions/{}/resolve", segment(&args.exception));
            let row = client.call("POST", &path, Sending::JsonText(resolution(args)?)).await?;
            let run = output::cell(&row["run_id"]);
            let state = output::cell(&row["state"]);
            said(&row, as_json, &format!("{} is {state}; {run} goes on", args.exception));
            Ok(())
        }
        RunCommand::Held => {
            let rows = client.list("/held-runs").await?;
            let columns =
                [("RUN", "run_id"), ("WORKFLOW", "workflow"), ("BEFORE", "lifecycle"), ("SINCE", "held_at")];
            listed(rows, as_json, &columns, "no run is held");
            Ok(())
        }
        RunCommand::Release(args) => release(client, args, as_json).await,
        RunCommand::Asks => asks(client, as_json).await,
        RunCommand::Answer { ask, file } => {
            let body = format!("{{\"answer\":{}}}", read_json(file)?.get());
            let path = format!("/asks/{}/answer", segment(ask));
            let row = client.call("POST", &path, Sending::JsonText(body)).await?;
            said(&row, as_json, &format!("{ask} answered"));
            Ok(())
        }
    }
}

/// Lets held runs go on, one after the other.
async fn release(client: &Client, args: &ReleaseArgs, as_json: bool) -> Result<()> {
    let runs: Vec<String> = if args.all {
        let rows = client.list("/held-runs").await?;
        rows.iter().map(|row| output::cell(&row["run_id"])).collect()
    } else {
        args.runs.clone()
    };
    let choice = if args.in_doubt { "in_doubt" } else { "resume" };
    for run in &runs {
        client.post(&format!("/runs/{}/release", segment(run)), &json!({ "choice": choice })).await?;
    }
    said(&json!({ "released": runs, "choice": choice }), as_json, &format!("{} run(s) go on", runs.len()));
    Ok(())
}

pub(super) fn said(row: &Value, as_json: bool, words: &str) {
    if as_json { output::json(row) } else { output::line(words) }
}

fn shown(detail: &Value, as_json: bool) {
    if as_json { output::json(detail) } else { print_detail(detail) }
}

async fn asks(client: &Client, as_json: bool) -> Result<()> {
    let rows = client.list("/asks").await?;
    let columns = [
        ("ASK", "ask_id"),
        ("RUN", "run_id"),
        ("OWNER", "owner"),
        ("DUE", "due_at"),
        ("QUESTION", "question"),
    ];
    listed(rows, as_json, &columns, "no open questions");
    Ok(())
}

pub(super) fn listed(rows: Vec<Value>, as_json: bool, columns: &[(&str, &str)], nothing: &str) {
    if as_json {
        output::json(&Value::Array(rows));
    } else if rows.is_empty() {
        output::line(nothing);
    } else {
        output::table(&rows, columns);
    }
}

/// Starts a run and follows it.
async fn start(client: &Client, args: &StartArgs, as_json: bool) -> Result<()> {
    let event = match &args.event {
        Some(file) => read_json(file)?.get().to_owned(),
        None => "{}".to_owned(),
    };
    let body = format!("{{\"event\":{event},\"dedupe_key\":{}}}", json!(args.dedupe_key));
    let path = format!("/workflows/{}/runs", segment(&args.workflow));
    let started = client.call("POST", &path, Sending::JsonText(body)).await?;
    let run = started["run_id"]
        .as_str()
        .ok_or_else(|| CliError::refused(codes::BAD_ANSWER, "the server's answer names no run"))?
        .to_owned();
    if started["duplicate"] == true {
        output::note(format!("this event was accepted before; its run is {run}"));
    }
    if args.no_wait {
        said(&started, as_json, &run);
        return Ok(());
    }
    let detail = follow(client, &run, Duration::from_secs(args.wait_seconds)).await?;
    shown(&detail, as_json);
    match detail["status"].as_str() {
        Some("failed" | "cancelled") => Err(CliError::refused(
            codes::RUN_FAILED,
            format!("{run} ended {}", output::cell(&detail["status"])),
        )
        .hint(format!("`throughline run retry {run}` starts the step that stopped over"))),
        _ => Ok(()),
    }
}

/// Looks at a run until it ends or waits.
pub(crate) async fn follow(client: &Client, run: &str, patience: Duration) -> Result<Value> {
    let until = Instant::now() + patience;
    loop {
        let detail = client.get(&format!("/runs/{}", segment(run))).await?;
        if is_settled(&detail) {
            return Ok(detail);
        }
        if Instant::now() >= until {
            return Err(CliError::refused(
                codes::STILL_RUNNING,
                format!("{run} is still {} after {} s", output::cell(&detail["status"]), patience.as_secs()),
            )
            .hint(format!(
                "it goes on while a server runs; `throughline run show {run}` shows how far it is"
            )));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Ended, or waiting for something outside.
fn is_settled(detail: &Value) -> bool {
    matches!(detail["status"].as_str(), Some("succeeded" | "failed" | "cancelled" | "waiting"))
}

async fn list(client: &Client, args: &ListArgs, as_json: bool) -> Result<()> {
    let mut path = format!("/runs?limit={}", args.limit);
    for (name, value) in [("workflow", &args.workflow), ("status", &args.status), ("after", &args.after)] {
        if let Some(value) = value {
            path.extend(["&", name, "=", &segment(value)]);
        }
    }
    let page = client.get(&path).await?;
    let rows = items(&page)?.clone();
    let columns = [
        ("RUN", "run_id"),
        ("WORKFLOW", "workflow"),
        ("STATUS", "status"),
        ("STARTED", "started_at"),
        ("ENDED", "ended_at"),
    ];
    listed(rows, as_json, &columns, "no runs");
    if let Some(next) = page["next"].as_str() {
        output::note(format!("more: --after {next}"));
    }
    Ok(())
}

async fn exceptions(client: &Client, as_json: bool) -> Result<()> {
    let rows = client.list("/exceptions?state=open").await?;
    let columns = [
        ("EXCEPTION", "exception_id"),
        ("RUN", "run_id"),
        ("REASON", "reason"),
        ("OWNER", "owner"),
        ("DUE", "due_at"),
        ("SENTENCE", "sentence"),
    ];
    listed(rows, as_json, &columns, "no open exceptions");
    Ok(())
}

/// The body that asks for a resolution; files go in as they are written.
pub(super) fn resolution(args: &ResolveArgs) -> Result<String> {
    let version = if args.current_version { "current" } else { "original" };
    let text = if args.retry {
        json!({ "action": "retry", "version": version }).to_string()
    } else if args.fix_and_continue {
        json!({ "action": "fix_and_continue" }).to_string()
    } else if let Some(file) = &args.retry_with {
        let input = read_json(file)?;
        format!("{{\"action\":\"edit_and_retry\",\"version\":\"{version}\",\"input\":{}}}", input.get())
    } else if let Some(file) = &args.done_by_hand {
        format!("{{\"action\":\"complete_by_hand\",\"output\":{}}}", read_json(file)?.get())
    } else if args.skip {
        json!({ "action": "skip" }).to_string()
    } else if let Some(note) = &args.give_up {
        json!({ "action": "give_up", "note": note }).to_string()
    } else if let Some(proof) = &args.happened {
        json!({ "action": "happened", "proof": proof }).to_string()
    } else {
        json!({ "action": "did_not_happen" }).to_string()
    };
    Ok(text)
}
