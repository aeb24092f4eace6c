//! The result in its fixed form, and the tables for people.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::args::Args;
use crate::load::{Flow, Load};
use crate::measure::Figures;
use crate::round::Round;
use crate::session::{Session, median};
use crate::system::Which;

/// Figures of the extra loads on which something is counted.
pub(crate) type Counted = BTreeMap<Which, Figures>;

/// Figures that stand in the result as they were counted under the heaviest load.
const OF_THE_HEAVIEST: [&str; 9] = [
    "statements_per_run",
    "fsyncs_per_run",
    "commits_per_run",
    "bytes_written_per_run",
    "allocations_per_run",
    "allocated_bytes_per_run",
    "cpu_ms_per_run",
    "database_cpu_ms_per_run",
    "generator_us_per_run",
];

/// `target/bench/result.json`.
pub(crate) fn result(args: &Args, session: &Session, machine: Value) -> Value {
    let mut result = Map::from_iter([("machine".to_owned(), machine)]);
    let mut peers = Map::new();
    for (&which, rounds) in &session.rounds {
        let summary = summary(args, which, rounds, session.counted.get(&which));
        let place = if which.is_ours() { &mut result } else { &mut peers };
        place.insert(which.key().to_owned(), Value::Object(summary));
    }
    result.insert("peers".to_owned(), Value::Object(peers));
    result.insert(
        "session".to_owned(),
        json!({ "rounds": args.rounds, "seconds": args.seconds, "warm_up": args.warm_up, "smoke": args.smoke }),
    );
    Value::Object(result)
}

/// Every figure of every round.
pub(crate) fn detail(session: &Session) -> Value {
    let rounds = |rounds: &Vec<Round>| {
        let each = rounds.iter().map(|round| json!({ "whole": round.whole, "loads": round.loads }));
        Value::Array(each.collect())
    };
    let systems: Map<String, Value> =
        session.rounds.iter().map(|(which, all)| (which.key().to_owned(), rounds(all))).collect();
    let counted: Map<String, Value> =
        session.counted.iter().map(|(which, figures)| (which.key().to_owned(), json!(figures))).collect();
    json!({ "rounds": systems, "counted": counted })
}

fn summary(args: &Args, which: Which, rounds: &[Round], counted: Option<&Figures>) -> Map<String, Value> {
    let of = |load: Load| median(rounds.iter().filter_map(|round| round.loads.get(&load.name())));
    let (heaviest, reply, accept) =
        (of(args.heaviest()), of(args.steady(Flow::Sync)), of(args.steady(Flow::Async)));
    let mut summary = Map::new();
    put(&mut summary, "runs_per_s", heaviest.get("runs_per_s"));
    if which.is_ours() {
        put(&mut summary, "accept_p50_ms", accept.get("p50_ms"));
        put(&mut summary, "accept_p99_ms", accept.get("p99_ms"));
        put(&mut summary, "reply_p50_ms", reply.get("p50_ms"));
        put(&mut summary, "reply_p99_ms", reply.get("p99_ms"));
    }
    let mut loads = Map::new();
    let mut memory = 0.0_f64;
    for name in rounds.iter().flat_map(|round| round.loads.keys()) {
        let figures = median(rounds.iter().filter_map(|round| round.loads.get(name)));
        memory = memory.max(figures.get("rss_mb").copied().unwrap_or_default());
        let mut short = Map::new();
        for figure in ["runs_per_s", "p50_ms", "p99_ms"] {
            put(&mut short, figure, figures.get(figure));
        }
        loads.insert(name.clone(), Value::Object(short));
    }
    put(&mut summary, "rss_mb", Some(&memory));
    for name in OF_THE_HEAVIEST {
        let counted = |name: &str| counted.and_then(|counted| counted.get(name)).copied();
        let mut figure = counted(name).or_else(|| heaviest.get(name).copied());
        if name == "fsyncs_per_run" && figure.is_none() {
            // strace slows what it traces, and more runs share a commit under load: only the fsyncs a commit are its own.
            let commits = heaviest.get("commits_per_run");
            figure = commits.map(|commits| commits * counted("fsyncs_per_commit").unwrap_or(1.0));
        }
        put(&mut summary, name, figure.as_ref());
    }
    for (name, figure) in &median(rounds.iter().map(|round| &round.whole)) {
        put(&mut summary, name, Some(figure));
    }
    summary.insert("loads".to_owned(), Value::Object(loads));
    summary
}

/// Adds a figure, to three places; what was not measured is not there.
fn put(object: &mut Map<String, Value>, name: &str, figure: Option<&f64>) {
    if let Some(figure) = figure {
        object.insert(name.to_owned(), json!((figure * 1000.0).round() / 1000.0));
    }
}

/// The result as tables of Markdown, and what was aimed at.
pub(crate) fn lines(args: &Args, session: &Session, result: &Value) -> Vec<String> {
    let machine = &result["machine"];
    let mut lines = vec![
        String::new(),
        format!(
            "{} × {}, {} GiB, Linux {}, {}; fdatasync p50 {} ms, p99 {} ms",
            show(&machine["cpus"]),
            show(&machine["cpu"]),
            show(&machine["memory_gib"]),
            show(&machine["kernel"]),
            show(&machine["filesystem"]),
            show(&machine["fdatasync_p50_ms"]),
            show(&machine["fdatasync_p99_ms"])
        ),
        String::new(),
        "| system | load | runs/s | p50 ms | p99 ms |".to_owned(),
        "|---|---|--:|--:|--:|".to_owned(),
    ];
    for which in session.rounds.keys() {
        let loads = &of(result, *which)["loads"];
        for name in args.loads().into_iter().map(Load::name).filter(|name| loads[name].is_object()) {
            let load = &loads[&name];
            let [runs, p50, p99] = ["runs_per_s", "p50_ms", "p99_ms"].map(|figure| show(&load[figure]));
            lines.push(format!("| {} | {name} | {runs} | {p50} | {p99} |", which.key()));
        }
    }
    let columns = ["rss_mb", "start_s", "cpu_ms_per_run", "database_cpu_ms_per_run", "statements_per_run"];
    let more = ["fsyncs_per_run", "bytes_written_per_run", "allocations_per_run"];
    let columns: Vec<&str> = columns.into_iter().chain(more).collect();
    lines.push(String::new());
    lines.push(format!("| system | {} |", columns.join(" | ")));
    lines.push(format!("|---|{}", "--:|".repeat(columns.len())));
    for which in session.rounds.keys() {
        let cells: Vec<String> = columns.iter().map(|column| show(&of(result, *which)[*column])).collect();
        lines.push(format!("| {} | {} |", which.key(), cells.join(" | ")));
    }
    lines.push(String::new());
    if !args.smoke {
        lines.extend(session.rounds.keys().flat_map(|which| aims(*which, result)));
    }
    lines
}

fn of(result: &Value, which: Which) -> &Value {
    if which.is_ours() { &result[which.key()] } else { &result["peers"][which.key()] }
}

fn show(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => other.to_string(),
    }
}

/// What was aimed at on two cores, beside what was measured; F is the disk's fdatasync.
fn aims(which: Which, result: &Value) -> Vec<String> {
    let least = match which {
        Which::Sqlite => 2500.0,
        Which::Postgres => 1500.0,
        Which::N8nSqlite | Which::N8nPostgres | Which::NodeRed | Which::Restate => return Vec::new(),
    };
    let disk = |name: &str| result["machine"][name].as_f64().unwrap_or_default();
    let (p50, p99) = (disk("fdatasync_p50_ms"), disk("fdatasync_p99_ms"));
    let most = [
        ("accept_p50_ms", 1.5 * p50 + 2.0),
        ("accept_p99_ms", 1.5 * p99 + 10.0),
        ("reply_p50_ms", 4.5 * p50 + 4.0),
        ("reply_p99_ms", 4.5 * p99 + 10.0),
        ("statements_per_run", 3.0),
        ("fsyncs_per_run", 0.2),
        ("rss_mb", 150.0),
    ];
    let found = |name: &str| result[which.key()][name].as_f64();
    let line = |name: &str, found: f64, sign: &str, aim: f64, met: bool| {
        let word = if met { "met" } else { "MISSED" };
        format!("{:<9} {name:<20} {found:>10.2} {sign} {aim:>8.2}  {word}", which.key())
    };
    let mut lines = Vec::new();
    lines.extend(found("runs_per_s").map(|runs| line("runs_per_s", runs, "≥", least, runs >= least)));
    for (name, aim) in most {
        lines.extend(found(name).map(|value| line(name, value, "≤", aim, value <= aim)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::histogram::Times;

    /// Keys that scripts read.
    const FIXED: [&str; 8] = [
        "runs_per_s",
        "accept_p50_ms",
        "accept_p99_ms",
        "reply_p50_ms",
        "reply_p99_ms",
        "rss_mb",
        "statements_per_run",
        "fsyncs_per_run",
    ];

    fn figures() -> Figures {
        let names = ["runs_per_s", "p50_ms", "p99_ms", "rss_mb", "statements_per_run", "commits_per_run"];
        names.into_iter().map(|name| (name, 1.5)).collect()
    }

    #[test]
    fn the_result_has_its_fixed_form() {
        let args = Args::parse_from(["bench", "--binary", "x"]);
        let round = |loads: Vec<Load>| Round {
            loads: loads.into_iter().map(|load| (load.name(), figures())).collect(),
            ..Round::default()
        };
        let session = Session {
            rounds: BTreeMap::from([
                (Which::Sqlite, vec![round(args.loads())]),
                (Which::Postgres, vec![round(args.loads())]),
                (Which::NodeRed, vec![round(args.peer_loads())]),
            ]),
            counted: Counted::from([(Which::Sqlite, Figures::from([("fsyncs_per_commit", 1.25)]))]),
            syncs: Times::new(),
        };
        let result = result(&args, &session, json!({ "fdatasync_p50_ms": 1.0, "fdatasync_p99_ms": 2.0 }));
        for store in ["sqlite", "postgres"] {
            for key in FIXED {
                assert!(result[store][key].is_number(), "{store} {key}: {result}");
            }
        }
        assert_eq!(
            (&result["sqlite"]["fsyncs_per_run"], &result["postgres"]["fsyncs_per_run"]),
            (&json!(1.875), &json!(1.5))
        );
        assert_eq!(result["peers"]["node_red"]["runs_per_s"], 1.5);
        assert!(result["machine"]["fdatasync_p50_ms"].is_number());
        let lines = lines(&args, &session, &result);
        assert!(lines.iter().any(|line| line.starts_with("| node_red | sync-64 | 1.5 |")), "{lines:#?}");
        assert!(
            lines.iter().any(|line| line.contains("MISSED"))
                && lines.iter().any(|line| line.ends_with("met"))
        );
    }
}
