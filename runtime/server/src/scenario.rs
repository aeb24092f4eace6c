//! `workflow test`: a scenario is a text that says what is there, what happens when, and what must come of it. It is
//! played on the real planner, gateway and store with the simulators, by a clock that is turned by hand: a week passes
//! in a second.

mod expect;
mod file;
mod play;
mod times;
mod world;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use throughline_domain::time::Timestamp;
use throughline_host::services::Clock;

use crate::command::read_text;
use crate::config::Settings;
use crate::error::{CliError, Result, codes};
use crate::output;

use file::Scenario;

/// A clock that stands until it is set.
#[derive(Clone, Debug)]
pub(crate) struct SetClock(Arc<AtomicI64>);

impl SetClock {
    fn at(time: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(time.0)))
    }

    fn set(&self, time: Timestamp) {
        self.0.fetch_max(time.0, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// What came of one scenario.
struct Played {
    file: PathBuf,
    name: String,
    checks: usize,
    wrong: Vec<String>,
}

/// Plays each file; fails at the end if one did not come out as it says.
pub(crate) async fn carry_out(files: &[PathBuf], settings: &Settings, as_json: bool) -> Result<()> {
    let mut all = Vec::new();
    let compiled = tempfile::tempdir()
        .map_err(|error| CliError::unavailable(codes::SCENARIO, format!("no folder to work in: {error}")))?;
    for file in files {
        let scenario = read(file)?;
        let played = Box::pin(play::play(file, &scenario, compiled.path(), settings)).await?;
        if !as_json {
            show(&played);
        }
        all.push(played);
    }
    let failed = all.iter().filter(|played| !played.wrong.is_empty()).count();
    if as_json {
        let rows: Vec<Value> = all
            .iter()
            .map(|p| json!({ "file": p.file, "scenario": p.name, "checks": p.checks, "wrong": p.wrong }))
            .collect();
        output::json(&Value::Array(rows));
    }
    if failed == 0 {
        return Ok(());
    }
    let words = format!("{failed} of {} scenario(s) did not come out as they say", all.len());
    Err(CliError::refused(codes::SCENARIO, words)
        .hint("each line above says what was expected and what was found"))
}

fn show(played: &Played) {
    let mark = if played.wrong.is_empty() { "ok  " } else { "FAIL" };
    output::line(format!("{mark}  {} ({} checks)", played.name, played.checks));
    for wrong in &played.wrong {
        output::line(format!("      {wrong}"));
    }
}

fn read(path: &Path) -> Result<Scenario> {
    let text = read_text(path)?;
    let unreadable = |words: String| {
        CliError::refused(codes::SCENARIO_FILE, format!("{} is no scenario: {words}", path.display()))
            .hint("docs/scenarios.md says what stands in one")
    };
    let value = throughline_domain::workflow::read_data(&text).map_err(|problems| {
        let words: Vec<String> =
            problems.iter().map(|p| format!("line {}, column {}: {}", p.line, p.column, p.message)).collect();
        unreadable(words.join("; "))
    })?;
    serde_json::from_value(value).map_err(|error| unreadable(error.to_string()))
}
