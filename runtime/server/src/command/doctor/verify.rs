//! `doctor --verify`: every run's log against its tables.

use crate::command::doctor::Finding;
use crate::config::Settings;
use crate::data_dir::DataDir;
use crate::error::{CliError, Result};
use crate::stack::{Stack, Work};

/// Differences that are shown; the count says how many there are.
const SHOWN: usize = 20;

/// Folds every log. Takes the directory's lock: a log that grows meanwhile would differ from its rows.
pub(super) async fn runs(dir: &DataDir, settings: &Settings) -> Result<Finding> {
    let stack = Stack::start(dir.lock()?, settings, Work::CommandsOnly).await?;
    let verified = stack.engine().verify_all().await.map_err(|error| {
        CliError::refused(crate::error::codes::DOCTOR, format!("the runs cannot be read: {error}"))
    });
    stack.stop().await?;
    let verified = verified?;
    if verified.wrong.is_empty() {
        let words = format!(
            "{} logs of runs and {} of exceptions fold to what the tables say",
            verified.runs, verified.exceptions
        );
        return Ok(Finding::good("runs", words));
    }
    let shown: Vec<String> =
        verified.wrong.iter().take(SHOWN).map(|(run, words)| format!("{run}: {words}")).collect();
    Ok(Finding::bad(
        "runs",
        format!(
            "{} differences between {} runs with {} exceptions and their logs: {}",
            verified.wrong.len(),
            verified.runs,
            verified.exceptions,
            shown.join("; ")
        ),
        "keep a copy of the data directory and report this: it must not happen",
    ))
}
