//! `workflow test`: a scenario is a text that says what is there, what happens when, and what must come of it. It is
//! played on the real planner, gateway and store with the simulators, by a clock that is turned by hand: a week passes
//! in a second.

mod acts;
mod decided;
mod expect;
mod file;
mod happen;
mod people;
mod play;
mod power;
mod times;
mod wanted;
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

/// What a scenario goes through besides what it says: it must come out all the same.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Trial {
    /// Each webhook comes twice, out of order.
    pub(crate) twice: bool,
    /// The server stops dead after so many commits, and starts again.
    pub(crate) cut_after: Option<u64>,
}

/// What came of one scenario.
struct Played {
    file: PathBuf,
    name: String,
    checks: usize,
    wrong: Vec<String>,
    /// Commits of the server since its events began.
    commits: u64,
    /// How often the server stopped dead.
    cuts: u32,
}

/// How scenarios are played.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct How {
    /// Each webhook comes twice, out of order.
    pub(crate) twice: bool,
    /// Played again as often, each time with the server stopped dead after another commit; 0: after each.
    pub(crate) cuts: Option<u32>,
}

/// Plays each file; fails at the end if one did not come out as it says.
pub(crate) async fn carry_out(files: &[PathBuf], how: How, settings: &Settings, as_json: bool) -> Result<()> {
    let mut all = Vec::new();
    let compiled = tempfile::tempdir()
        .map_err(|error| CliError::unavailable(codes::SCENARIO, format!("no folder to work in: {error}")))?;
    for file in files {
        let scenario = read(file)?;
        let played = Box::pin(with_trials(file, &scenario, compiled.path(), how, settings)).await?;
        if !as_json {
            show(&played);
        }
        all.push(played);
    }
    let failed = all.iter().filter(|played| !played.wrong.is_empty()).count();
    if as_json {
        let row = |p: &Played| json!({ "file": p.file, "scenario": p.name, "checks": p.checks, "wrong": p.wrong, "cuts": p.cuts });
        output::json(&Value::Array(all.iter().map(row).collect()));
    }
    if failed == 0 {
        return Ok(());
    }
    let words = format!("{failed} of {} scenario(s) did not come out as they say", all.len());
    Err(CliError::refused(codes::SCENARIO, words)
        .hint("each line above says what was expected and what was found"))
}

/// Plays it, and again with each cut that is asked for.
async fn with_trials(
    file: &Path,
    scenario: &Scenario,
    compiled: &Path,
    how: How,
    settings: &Settings,
) -> Result<Played> {
    let trial = Trial { twice: how.twice, cut_after: None };
    let mut all = Box::pin(play::play(file, scenario, (compiled, trial), settings)).await?;
    let Some(most) = how.cuts.filter(|_| all.wrong.is_empty()) else { return Ok(all) };
    for after in spread(all.commits, most) {
        let trial = Trial { cut_after: Some(after), ..trial };
        let played = Box::pin(play::play(file, scenario, (compiled, trial), settings)).await;
        let when = format!("stopped dead after commit {after} of {}", all.commits);
        match played {
            Ok(played) => {
                all.checks += played.checks;
                all.cuts += played.cuts;
                all.wrong.extend(played.wrong.into_iter().map(|wrong| format!("{when}: {wrong}")));
            }
            Err(error) => all.wrong.push(format!("{when}: {error}")),
        }
    }
    Ok(all)
}

/// So many places among the commits, as even as they can be; 0: all of them.
fn spread(commits: u64, most: u32) -> Vec<u64> {
    if most == 0 || u64::from(most) >= commits {
        return (1..=commits).collect();
    }
    // Not at the very end: commits go together now and then, and it might not come to the last.
    (1..=u64::from(most)).map(|place| (place * commits).div_ceil(u64::from(most) + 1)).collect()
}

fn show(played: &Played) {
    let mark = if played.wrong.is_empty() { "ok  " } else { "FAIL" };
    let cuts = if played.cuts == 0 { String::new() } else { format!(", {} times stopped dead", played.cuts) };
    output::line(format!("{mark}  {} ({} checks{cuts})", played.name, played.checks));
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

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn cuts_are_spread_over_all_commits() {
        assert_eq!(spread(5, 0), [1, 2, 3, 4, 5]);
        assert_eq!(spread(10, 3), [3, 5, 8]);
        assert_eq!(spread(2, 9), [1, 2]);
        assert_eq!(spread(0, 3), [0; 0]);
    }
}
