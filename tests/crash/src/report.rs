//! What is shown while a campaign runs and at its end, and what a later start goes on from.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use tokio::signal::unix::SignalKind;

use crate::Result;
use crate::check::Counts;
use crate::lane::Tally;
use crate::place::Store;
use crate::points;

/// A segment that was judged: a line of the progress file.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Line {
    seed: u64,
    size: u64,
    store: String,
    segment: u64,
    kills: u64,
    hits: BTreeMap<String, u64>,
    events: u64,
    runs: u64,
    writes: u64,
    doubts: u64,
    #[serde(default)]
    decisions: u64,
    #[serde(default)]
    exceptions: u64,
    #[serde(default)]
    mails: u64,
    violations: Vec<String>,
}

/// Writes a line of a report.
pub fn say(words: &str) {
    // Nobody listens any more: the exit code still says it.
    let _ = writeln!(std::io::stdout(), "{words}");
}

/// How many violations the end of a report repeats.
const REPEATED: usize = 20;

/// Until somebody stops the campaign: then its servers go with it.
async fn stopped() -> Result<u8> {
    let on = |kind| tokio::signal::unix::signal(kind);
    let (mut interrupt, mut terminate) = (on(SignalKind::interrupt())?, on(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Err("it was stopped".into())
}

/// Runs a campaign on so many threads: its exit code is the program's, 2 when the rig failed.
pub fn run(threads: usize, campaign: impl Future<Output = Result<u8>>) -> ExitCode {
    // A killed server writes no core: there are thousands.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    let campaign = async {
        tokio::select! {
            ended = campaign => ended,
            ended = stopped() => ended,
        }
    };
    match runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(campaign)) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            say(&format!("the rig failed: {error}"));
            ExitCode::from(2)
        }
    }
}

/// The closing lines; gives the exit code. Violations are said once more: of a long log often only the end is kept. A fault
/// that was built in must have been found.
pub fn close(what: &str, count: u64, violations: &[String], fault: Option<&str>) -> u8 {
    for violation in violations.iter().take(REPEATED) {
        say(&format!("VIOLATION {violation}"));
    }
    let wrong = violations.len();
    let code = match fault {
        Some(fault) if wrong > 0 => {
            say(&format!("the fault {fault} was built in, and it was found"));
            0
        }
        Some(fault) => {
            say(&format!(
                "the fault {fault} was built in, and nothing was found: the campaign proves nothing"
            ));
            1
        }
        None => u8::from(wrong > 0),
    };
    say(&format!("{what} {count} violations {wrong}"));
    code
}

/// The campaign's results so far.
#[derive(Debug)]
pub struct Report {
    seed: u64,
    size: u64,
    file: Option<Mutex<File>>,
    done: Vec<Line>,
}

impl Report {
    /// Without a file nothing is kept; with one, segments of the same seed and size that it names are not done again.
    pub fn open(seed: u64, size: u64, path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self { seed, size, file: None, done: Vec::new() }) };
        let text = std::fs::read_to_string(path).unwrap_or_default();
        // A kill of the campaign itself may leave half a line at the end: that segment is done again.
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
        let done = lines.filter(|line| line.seed == seed && line.size == size).collect();
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        Ok(Self { seed, size, file: Some(Mutex::new(file)), done })
    }

    /// What an earlier start found in a segment.
    pub fn earlier(&self, store: Store, segment: u64) -> Option<Tally> {
        let line = self.done.iter().find(|line| line.store == store.name() && line.segment == segment)?;
        let counts = Counts {
            events: line.events,
            runs: line.runs,
            writes: line.writes,
            doubts: line.doubts,
            decisions: line.decisions,
            exceptions: line.exceptions,
            mails: line.mails,
        };
        Some(Tally {
            kills: line.kills,
            hits: line.hits.clone(),
            violations: line.violations.clone(),
            counts,
            times: BTreeMap::new(),
        })
    }

    /// Keeps and shows a segment.
    pub fn segment(&self, store: Store, segment: u64, tally: &Tally, seconds: u64) -> Result<()> {
        let counts = tally.counts;
        say(&format!(
            "{:<8} segment {segment:>3}: {:>3} kills, {:>4} events, {:>4} writes, {:>2} in doubt, {:>3} decisions, {:>3} exceptions, {:>4} mails, violations {} ({seconds} s)",
            store.name(),
            tally.kills,
            counts.events,
            counts.writes,
            counts.doubts,
            counts.decisions,
            counts.exceptions,
            counts.mails,
            tally.violations.len()
        ));
        for violation in &tally.violations {
            say(&format!("  VIOLATION SEED={} {violation}", self.seed));
        }
        let Some(file) = &self.file else { return Ok(()) };
        let line = Line {
            seed: self.seed,
            size: self.size,
            store: store.name().to_owned(),
            segment,
            kills: tally.kills,
            hits: tally.hits.clone(),
            events: counts.events,
            runs: counts.runs,
            writes: counts.writes,
            doubts: counts.doubts,
            decisions: counts.decisions,
            exceptions: counts.exceptions,
            mails: counts.mails,
            violations: tally.violations.clone(),
        };
        let mut bytes = serde_json::to_vec(&line)?;
        bytes.push(b'\n');
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&bytes)?;
        file.sync_data()?;
        Ok(())
    }
}

/// Shows how often each point ended a server, by store; gives the points that ended none somewhere.
pub fn coverage(tallies: &[(Store, Tally)]) -> Vec<String> {
    let stores: Vec<&str> = tallies.iter().map(|(store, _)| store.name()).collect();
    say(&format!("{:<34} {}", "point", stores.join("  ")));
    let mut missed = Vec::new();
    for point in points::all() {
        let hits: Vec<u64> =
            tallies.iter().map(|(_, tally)| tally.hits.get(point.name).copied().unwrap_or(0)).collect();
        let cells: Vec<String> = hits
            .iter()
            .zip(&stores)
            .map(|(hits, store)| format!("{hits:>width$}", width = store.len()))
            .collect();
        say(&format!("{:<34} {}", point.name, cells.join("  ")));
        for (hits, store) in hits.iter().zip(&stores) {
            if *hits == 0 {
                missed.push(format!("{} on {store}", point.name));
            }
        }
    }
    missed
}
