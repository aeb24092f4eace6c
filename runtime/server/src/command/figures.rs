//! `figures …`: what the frozen views say.

use serde_json::{Value, json};

use crate::cli::{DaysArgs, FiguresCommand};
use crate::client::{Client, segment};
use crate::error::Result;
use crate::output;

/// Carries a `figures` command out.
pub(crate) async fn carry_out(client: &Client, command: &FiguresCommand, as_json: bool) -> Result<()> {
    match command {
        FiguresCommand::StraightThrough(args) => straight_through(client, args, as_json).await,
    }
}

async fn straight_through(client: &Client, args: &DaysArgs, as_json: bool) -> Result<()> {
    let given = [("workflow", &args.workflow), ("from", &args.from), ("to", &args.to)];
    let query: Vec<String> = given
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", segment(value.as_deref()?))))
        .collect();
    let answer = client.get(&format!("/figures/straight-through?{}", query.join("&"))).await?;
    let mut rows = answer["items"].as_array().cloned().unwrap_or_default();
    if as_json {
        output::json(&Value::Array(rows));
        return Ok(());
    }
    if rows.is_empty() {
        output::line("no runs began on these days");
        return Ok(());
    }
    for row in &mut rows {
        let percent = row["rate"].as_f64().map(|rate| format!("{:.1} %", rate * 100.0));
        row["rate"] = json!(percent.unwrap_or_else(|| "-".to_owned()));
    }
    let columns = [
        ("DAY", "day"),
        ("WORKFLOW", "workflow"),
        ("RUNS", "runs"),
        ("ENDED", "ended"),
        ("STRAIGHT", "straight_through"),
        ("RATE", "rate"),
    ];
    output::table(&rows, &columns);
    Ok(())
}
