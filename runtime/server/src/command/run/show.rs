//! A run for people: its steps, its effects, what it waits for.

use serde_json::Value;

use crate::output::{cell, line, table};

/// Longest value shown on a line.
const SHOWN: usize = 160;

/// Writes a run's detail.
pub(crate) fn print(run: &Value) {
    line(format!(
        "{}  {} version {}  {}",
        cell(&run["run_id"]),
        cell(&run["workflow"]),
        cell(&run["version"]),
        cell(&run["status"])
    ));
    line(format!("started {}  ended {}", cell(&run["started_at"]), cell(&run["ended_at"])));
    if let Some(failure) = run.get("failure").filter(|failure| !failure.is_null()) {
        line(format!("failed: {}", failure_words(failure)));
    }
    steps(&rows(run, "steps"));
    effects(&rows(run, "effects"));
    exceptions(&rows(run, "exceptions"));
    let asks = rows(run, "asks");
    if !asks.is_empty() {
        line("\nwaits for an answer");
        table(&asks, &[("ASK", "ask_id"), ("OWNER", "owner"), ("DUE", "due_at"), ("QUESTION", "question")]);
    }
}

fn rows(run: &Value, field: &str) -> Vec<Value> {
    run[field].as_array().cloned().unwrap_or_default()
}

fn steps(steps: &[Value]) {
    line("\nsteps");
    for step in steps {
        line(format!("  {:<10} {}", cell(&step["status"]), cell(&step["path"])));
        if let Some(failure) = step.get("failure").filter(|failure| !failure.is_null()) {
            line(format!("             failure: {}", failure_words(failure)));
        }
        if let Some(output) = step.get("output").filter(|output| !output.is_null()) {
            line(format!("             output: {}", short(output)));
        }
    }
}

fn effects(effects: &[Value]) {
    if effects.is_empty() {
        return;
    }
    line("\neffects");
    for effect in effects {
        line(format!(
            "  {:<10} {} {}",
            cell(&effect["state"]),
            cell(&effect["effect_id"]),
            cell(&effect["path"])
        ));
        line(format!(
            "             intended {}  key {}",
            cell(&effect["intended_at"]),
            cell(&effect["idempotency_key"])
        ));
        if let Some(receipt) = effect.get("receipt").filter(|receipt| !receipt.is_null()) {
            line(format!("             receipt: {}", short(receipt)));
        }
    }
}

fn exceptions(exceptions: &[Value]) {
    if exceptions.is_empty() {
        return;
    }
    line("\nexceptions");
    for exception in exceptions {
        line(format!(
            "  {:<10} {} at {}: {}",
            cell(&exception["state"]),
            cell(&exception["exception_id"]),
            cell(&exception["path"]),
            cell(&exception["reason"])
        ));
        line(format!("             {}", cell(&exception["sentence"])));
        line(format!("             owner {}  due {}", cell(&exception["owner"]), cell(&exception["due_at"])));
    }
}

fn failure_words(failure: &Value) -> String {
    format!("[{}] {}", cell(&failure["code"]), cell(&failure["message"]))
}

fn short(value: &Value) -> String {
    let text = cell(value);
    if text.chars().count() <= SHOWN {
        return text;
    }
    format!("{}… (`--json` shows all)", text.chars().take(SHOWN).collect::<String>())
}
