//! `workflow import|ask|requests|list|export`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::read_text;
use crate::cli::WorkflowCommand;
use crate::client::{Client, segment};
use crate::error::{CliError, Problem, Result, codes};
use crate::output;

/// Carries a `workflow` command out; `lint` and `test` need no client and are elsewhere.
pub(crate) async fn carry_out(client: &Client, command: &WorkflowCommand, as_json: bool) -> Result<()> {
    match command {
        WorkflowCommand::Import { files, withdraw_open } => {
            import(client, files, *withdraw_open, as_json).await
        }
        WorkflowCommand::Export { workflow, at_version, out } => {
            export(client, workflow, *at_version, out.as_deref()).await
        }
        WorkflowCommand::Ask { workflow, file, note } => {
            let path = format!("/workflows/{}/publish-requests", segment(workflow));
            let row = client.post(&path, &json!({ "text": read_text(file)?, "note": note })).await?;
            let words =
                format!("{} waits for a second person as {}", workflow, output::cell(&row["request_id"]));
            super::access::done(&row, as_json, &words);
            Ok(())
        }
        WorkflowCommand::Requests => requests(client, as_json).await,
        WorkflowCommand::List | WorkflowCommand::Lint { .. } | WorkflowCommand::Test { .. } => {
            list(client, as_json).await
        }
    }
}

/// Checks, saves and publishes each file; goes on after a refused one and fails at the end.
async fn import(client: &Client, files: &[PathBuf], withdraw_open: bool, as_json: bool) -> Result<()> {
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    let mut refused: Option<CliError> = None;
    for file in files {
        let text = read_text(file)?;
        let name = file.display().to_string();
        let body = json!({ "name": name, "text": text, "withdraw_open": withdraw_open });
        match client.post("/workflows", &body).await {
            Ok(row) => {
                warn(&row, &name);
                rows.push(row);
            }
            Err(mut error) => {
                problems.extend(std::mem::take(&mut error.problems).into_iter().map(|p| in_file(p, &name)));
                refused = Some(error);
            }
        }
    }
    if as_json {
        output::json(&Value::Array(rows));
    } else {
        for row in &rows {
            let what = if row["unchanged"] == true { "already published as" } else { "published as" };
            output::line(format!("{} {what} version {}", output::cell(&row["workflow"]), row["version"]));
            if let Some(count) = row["withdrawn"].as_u64() {
                output::line(format!("  open proposals withdrawn: {count}"));
            }
        }
    }
    refused.map_or(Ok(()), |error| Err(error.problems(problems)))
}

fn in_file(problem: Problem, name: &str) -> Problem {
    if problem.file.is_empty() { Problem { file: name.to_owned(), ..problem } } else { problem }
}

fn warn(row: &Value, name: &str) {
    let warnings: Vec<Problem> = serde_json::from_value(row["warnings"].clone()).unwrap_or_default();
    for warning in warnings {
        output::note(Problem { severity: "warning".into(), ..in_file(warning, name) }.to_string());
    }
}

async fn requests(client: &Client, as_json: bool) -> Result<()> {
    let rows = client.list("/publish-requests").await?;
    let columns = [
        ("REQUEST", "request_id"),
        ("WORKFLOW", "workflow"),
        ("ASKED BY", "asked_by"),
        ("ASKED", "asked_at"),
        ("NOTE", "note"),
    ];
    if as_json {
        output::json(&Value::Array(rows));
    } else if rows.is_empty() {
        output::line("nothing waits for a second person");
    } else {
        output::table(&rows, &columns);
    }
    Ok(())
}

/// Lists workflows.
async fn list(client: &Client, as_json: bool) -> Result<()> {
    let rows = client.list("/workflows").await?;
    if as_json {
        output::json(&Value::Array(rows));
    } else if rows.is_empty() {
        output::line("no workflows; `throughline workflow import FILE` publishes one");
    } else {
        let columns = [
            ("WORKFLOW", "workflow"),
            ("VERSION", "version"),
            ("STAGE", "stage"),
            ("TRIGGER", "trigger"),
            ("OWNER", "owner"),
            ("TITLE", "title"),
        ];
        output::table(&rows, &columns);
    }
    Ok(())
}

/// Writes a workflow's text to a file or standard output.
async fn export(client: &Client, workflow: &str, version: Option<u32>, out: Option<&Path>) -> Result<()> {
    let query = version.map(|version| format!("?version={version}")).unwrap_or_default();
    let row = client.get(&format!("/workflows/{}{query}", segment(workflow))).await?;
    let text = row["text"]
        .as_str()
        .ok_or_else(|| CliError::refused(codes::BAD_ANSWER, "the server's answer has no workflow text"))?;
    match out {
        None => output::line(text.trim_end()),
        Some(path) => std::fs::write(path, text).map_err(|error| {
            CliError::refused(codes::FILE, format!("{} cannot be written: {error}", path.display()))
        })?,
    }
    Ok(())
}
