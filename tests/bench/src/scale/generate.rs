//! What a generated history consists of.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use super::copy::{self, Own, Template, mixed};
use super::fill::Sink;
use super::furnish::{Kind, WORKSPACES};
use super::place::Place;

/// Days that a history goes back.
pub(crate) const DAYS: i64 = 90;
/// Days after which a dedupe key is swept; the last two of them are still to be swept.
const KEY_DAYS: i64 = 32;
pub(crate) const DAY_US: i64 = 86_400_000_000;
/// Runs that are open, of each kind, in a history of millions.
const OPEN: u64 = 1_000;
/// Runs of the workflow that hardly ever runs.
const RARE: u64 = 20;

/// Templates, and the names of columns.
pub(crate) struct Press {
    pub(crate) templates: Vec<(Kind, Template)>,
    pub(crate) columns: Vec<Vec<String>>,
}

/// Where and when the runs of a history are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct History {
    pub(crate) runs: u64,
    /// When it ends.
    pub(crate) now_us: i64,
}

/// Microseconds since 1970.
pub(crate) fn now_us() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "the bench is an edge: it goes by the machine's clock")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

impl History {
    /// Ends a little while ago.
    pub(crate) fn new(runs: u64) -> Self {
        Self { runs, now_us: now_us() - 60_000_000 }
    }

    /// When a run began: they are spread evenly.
    pub(crate) fn began_us(&self, number: u64) -> i64 {
        let span = i128::from(DAYS * DAY_US);
        let after = span * i128::from(number) / i128::from(self.runs.max(1));
        self.now_us - DAYS * DAY_US + i64::try_from(after).unwrap_or(0)
    }

    /// The id of a run.
    pub(crate) fn id(&self, prefix: &str, number: u64, which: u64) -> String {
        let id = copy::id(self.began_us(number), number, which);
        format!("{prefix}_{}", String::from_utf8_lossy(&id))
    }

    /// What becomes of a run.
    pub(crate) fn kind(&self, number: u64) -> Kind {
        let open = OPEN.min(self.runs / 100).max(1);
        let every = (self.runs / open).max(4);
        if number % (self.runs / RARE).max(1) == 7 {
            return Kind::Rare;
        }
        match number % every {
            1 => return Kind::Raised,
            2 => return Kind::Asking,
            3 => return Kind::Holding,
            _ => {}
        }
        match mixed(number) % 1_000 {
            // Ten million of the five steps alone would take 42 GiB.
            0..200 => Kind::Order,
            200..350 => Kind::Quote,
            350..970 => Kind::Check,
            970..985 => Kind::Failed,
            985..993 => Kind::Closed,
            993..996 => Kind::Answered,
            _ => Kind::Cancelled,
        }
    }

    /// Most runs are of the first workspace.
    pub(crate) fn workspace(number: u64) -> &'static str {
        match number % 10 {
            8 => WORKSPACES[1],
            9 => WORKSPACES[2],
            _ => WORKSPACES[0],
        }
    }

    /// Fills a place; gives how long it took.
    pub(crate) fn fill(&self, place: &Place, press: &Press) -> Result<Duration> {
        let began = Instant::now();
        let mut sink = Sink::open(place, &press.columns)?;
        for number in 1..=self.runs {
            let began_us = self.began_us(number);
            let own = Own {
                workspace: Self::workspace(number),
                number,
                began_us,
                // What still waits waits for a long time.
                due_us: self.now_us + 30 * DAY_US,
                forgotten: self.now_us - began_us > KEY_DAYS * DAY_US,
            };
            press.copy(self.kind(number), &own, &mut sink)?;
            if number.is_multiple_of(1_000_000) {
                crate::say(&format!("{number} runs after {} s", began.elapsed().as_secs()));
            }
        }
        sink.close(place)?;
        Ok(began.elapsed())
    }
}

impl Press {
    pub(crate) fn copy(&self, kind: Kind, own: &Own<'_>, sink: &mut Sink) -> Result<()> {
        let (_, template) =
            self.templates.iter().find(|(known, _)| *known == kind).context("a kind without a template")?;
        template.copy(own, |table, values| sink.row(table, values))?;
        sink.copied()
    }
}
