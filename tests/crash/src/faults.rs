//! Faults that the server is meant to outlive, or to stop for: it is stopped past its lease and let go on, its PostgreSQL
//! ends and comes back, its disk fills, a flush fails. A round is many of them under load on one place; then the same
//! checker looks as after the kills.

mod database;
mod flush;
mod full;
mod load;
mod round;
mod small;
mod zombie;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::Result;
use crate::lane::Tally;
use crate::place::Store;
use crate::server::Program;
use round::Bench;

/// How long after a fault has passed the server may take to accept events again.
pub const RECOVERY: Duration = Duration::from_secs(10);

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Stopped past its lease on PostgreSQL, taken over by a second server, and let go on.
    Zombie,
    /// Stopped past its lease on SQLite, and let go on.
    Pause,
    /// PostgreSQL is stopped fast, at once, or killed, and started again.
    Database,
    /// The file system of the data directory fills, on SQLite.
    Full,
    /// The file system of PostgreSQL's cluster fills.
    FullDatabase,
    /// A flush fails, on SQLite.
    Flush,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Zombie, Self::Pause, Self::Database, Self::Full, Self::FullDatabase, Self::Flush];

    /// Its name in reports and in `--only`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zombie => "zombie",
            Self::Pause => "pause",
            Self::Database => "database",
            Self::Full => "full",
            Self::FullDatabase => "full-database",
            Self::Flush => "flush",
        }
    }

    /// Where its runs are.
    pub const fn store(self) -> Store {
        match self {
            Self::Zombie | Self::Database | Self::FullDatabase => Store::Postgres,
            Self::Pause | Self::Full | Self::Flush => Store::Sqlite,
        }
    }
}

/// What a campaign of faults is.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The server.
    pub program: Program,
    /// Folder for data.
    pub work: PathBuf,
    /// Same seed, same decisions.
    pub seed: u64,
    /// Rounds of each kind.
    pub rounds: u64,
    /// Faults of one round.
    pub size: u64,
    /// A library that fails a flush when told to.
    pub shim: Option<PathBuf>,
}

/// What rounds of one kind came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Faults, violations, and what was looked at.
    pub tally: Tally,
    /// How often each fault struck.
    pub faults: BTreeMap<String, u64>,
    /// Events that were refused, by status.
    pub refusals: BTreeMap<u16, u64>,
    /// Writes that left a server after another one had taken over their runs, by the state it was stopped in.
    pub late_sends: BTreeMap<&'static str, u64>,
    /// The longest time until events were accepted again.
    pub slowest: Duration,
    /// Why nothing was done.
    pub skipped: Option<String>,
}

impl Outcome {
    fn struck(&mut self, fault: impl Into<String>) {
        self.tally.kills += 1;
        *self.faults.entry(fault.into()).or_default() += 1;
    }

    /// Nothing happened.
    fn is_idle(&self) -> bool {
        self.faults.is_empty()
    }

    /// Writes that left a superseded server, in all.
    pub fn late(&self) -> u64 {
        self.late_sends.values().sum()
    }

    fn wrong(&mut self, words: impl Into<String>) {
        self.tally.violations.push(words.into());
    }

    /// Adds another one.
    pub fn add(&mut self, other: Self) {
        self.tally.add(other.tally);
        for (fault, count) in other.faults {
            *self.faults.entry(fault).or_default() += count;
        }
        for (status, count) in other.refusals {
            *self.refusals.entry(status).or_default() += count;
        }
        for (state, count) in other.late_sends {
            *self.late_sends.entry(state).or_default() += count;
        }
        self.slowest = self.slowest.max(other.slowest);
        self.skipped = self.skipped.take().or(other.skipped);
    }
}

/// All rounds of one kind; `said` hears of each.
pub async fn campaign(plan: Plan, kind: Kind, said: fn(Kind, u64, &Outcome)) -> Result<Outcome> {
    let mut all = Outcome { skipped: missing(&plan, kind), ..Outcome::default() };
    if all.skipped.is_some() {
        return Ok(all);
    }
    let bench = Bench::open(&plan, kind).await.map_err(|error| format!("{}: {error}", kind.name()))?;
    for number in 0..plan.rounds {
        let name = format!("{} round {number}", kind.name());
        let mut outcome = bench.round(number).await.map_err(|error| format!("{name}: {error}"))?;
        for violation in &mut outcome.tally.violations {
            *violation = format!("{name}: {violation}");
        }
        said(kind, number, &outcome);
        all.add(outcome);
    }
    Ok(all)
}

/// What this machine lacks for a kind.
fn missing(plan: &Plan, kind: Kind) -> Option<String> {
    match kind {
        Kind::Full | Kind::FullDatabase => small::missing(),
        Kind::Flush if plan.shim.is_none() => Some("there is no shim: --shim".to_owned()),
        Kind::Flush | Kind::Zombie | Kind::Pause | Kind::Database => None,
    }
}
