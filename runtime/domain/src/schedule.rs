//! Schedules: five fields of crontab on the wall clock of a named zone. A time in the gap of a clock change is
//! fired once, at the first instant after it; a time that comes twice is fired at the first.

mod cron;

use jiff::Timestamp as Instant;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::calendar::{resolve, zone};
use crate::time::Timestamp;
use cron::Cron;

/// What is wrong with a schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// `TL0170`: the cron text.
    #[error("`{text}` is not a schedule: {message}")]
    Cron {
        /// What was written.
        text: String,
        /// What is wrong with it.
        message: String,
    },
    /// `TL0171`: the zone.
    #[error(transparent)]
    Zone(#[from] crate::calendar::UnknownZone),
    /// `TL0170`: the misfire policy.
    #[error("`{0}` is not a misfire policy")]
    Misfire(String),
}

impl ScheduleError {
    /// The error's code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Zone(_) => "TL0171",
            Self::Cron { .. } | Self::Misfire(_) => "TL0170",
        }
    }

    /// The key of the trigger's configuration that is wrong.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Cron { .. } => "cron",
            Self::Zone(_) => "zone",
            Self::Misfire(_) => "misfire",
        }
    }

    /// What to do.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Cron { .. } => {
                "minute, hour, day of month, month, day of week: `0 7 * * 1-5` is 07:00 on weekdays"
            }
            Self::Zone(_) => {
                "take the name of a city from the IANA list: Europe/Berlin, America/New_York, UTC"
            }
            Self::Misfire(_) => "skip, latest, or { all: 10 }",
        }
    }
}

/// What happens to planned instants that passed while nobody could fire them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Misfire {
    /// None of them is fired.
    Skip,
    /// The latest is fired, once.
    #[default]
    Latest,
    /// The latest so many are fired.
    All {
        /// How many at most.
        max: usize,
    },
}

/// A schedule: when, by which clock, and what about missed times.
#[derive(Clone, Debug)]
pub struct Schedule {
    cron: Cron,
    zone: TimeZone,
    /// Misfire policy.
    pub misfire: Misfire,
}

/// A fire this late is still on time: it is not a misfire.
pub const ON_TIME_MS: i64 = 60_000;
/// Missed instants older than this are never fired: 24 hours.
pub const CATCH_UP_MS: u64 = 86_400_000;
/// Words that `misfire` may be; it may also be `{ all: N }`.
pub const MISFIRE_WORDS: [&str; 4] = ["skip", "latest", "latest_once", "each"];
/// Largest N of `misfire: { all: N }`.
pub const MISFIRE_MAX: usize = 1_000;
/// Where `misfire: each` ends.
const EACH_MAX: usize = 100;
/// Missed instants that are listed; the rest is counted.
const MAX_LISTED: usize = 1_000;
/// Years looked ahead for the next instant: the 29th of February on a Monday comes every 28 years.
const MAX_YEARS: i16 = 41;

impl Schedule {
    /// A schedule of five fields, or `@daily` and the like, on the clock of an IANA zone.
    pub fn new(cron: &str, zone_name: &str, misfire: Misfire) -> Result<Self, ScheduleError> {
        let wrong = |message: String| ScheduleError::Cron { text: cron.chars().take(80).collect(), message };
        let schedule = Self { cron: Cron::parse(cron).map_err(wrong)?, zone: zone(zone_name)?, misfire };
        if schedule.next_after(Timestamp(946_684_800_000_000)).is_none() {
            return Err(wrong("it never comes".to_owned()));
        }
        Ok(schedule)
    }

    /// Reads the configuration of a `schedule.tick` trigger: `cron`, `zone` (UTC), `misfire` (latest).
    pub fn from_config(with: &Map<String, Value>) -> Result<Self, ScheduleError> {
        let text = |key: &str| with.get(key).and_then(Value::as_str);
        let misfire = match with.get("misfire") {
            None | Some(Value::Null) => Misfire::default(),
            Some(policy) => misfire(policy).ok_or_else(|| ScheduleError::Misfire(policy.to_string()))?,
        };
        Self::new(text("cron").unwrap_or_default(), text("zone").unwrap_or("UTC"), misfire)
    }

    /// The first planned instant after a time.
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        let after = Instant::from_microsecond(after.0).ok()?;
        let local = self.zone.to_datetime(after);
        let last_year = local.year().saturating_add(MAX_YEARS);
        let mut date = local.date();
        let mut from = local.time();
        // Wall times in their order are instants in their order, so the first that lies behind is the next.
        while date.year() <= last_year {
            if self.cron.matches(date) {
                for time in self.cron.times_from(from) {
                    let instant = resolve(date.to_datetime(time), &self.zone)?;
                    if instant > after {
                        return Some(Timestamp(instant.as_microsecond()));
                    }
                }
            }
            date = date.tomorrow().ok()?;
            from = jiff::civil::Time::midnight();
        }
        None
    }

    /// The IANA name of its zone.
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// An instant on its own clock: `2026-03-29T07:00:00+02:00`.
    pub fn local_text(&self, instant: Timestamp) -> String {
        Instant::from_microsecond(instant.0).map_or_else(
            |_| instant.to_rfc3339(),
            |instant| instant.to_zoned(self.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        )
    }

    /// The next `count` planned instants.
    pub fn next(&self, after: Timestamp, count: usize) -> Vec<Timestamp> {
        self.planned(after).take(count).collect()
    }

    fn planned(&self, after: Timestamp) -> impl Iterator<Item = Timestamp> {
        std::iter::successors(self.next_after(after), |last| self.next_after(*last))
    }
}

fn misfire(policy: &Value) -> Option<Misfire> {
    match policy {
        Value::String(word) => match word.as_str() {
            "skip" => Some(Misfire::Skip),
            "latest" | "latest_once" => Some(Misfire::Latest),
            "each" => Some(Misfire::All { max: EACH_MAX }),
            _ => None,
        },
        Value::Object(map) => {
            let max = map
                .get("all")
                .filter(|_| map.len() == 1)?
                .as_u64()
                .and_then(|max| usize::try_from(max).ok())?;
            (1..=MISFIRE_MAX).contains(&max).then_some(Misfire::All { max })
        }
        _ => None,
    }
}

/// What a schedule owes at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fires {
    /// To fire now, in order. The new high-water mark is the latest of everything planned: [`Fires::high_water`].
    pub fire: Vec<Timestamp>,
    /// Passed and not fired, in order, the latest 1,000: to be listed.
    pub missed: Vec<Timestamp>,
    /// How many were missed in all; of an absence beyond a year, those of the last year.
    pub missed_count: u64,
    /// No planned instant up to here will ever fire again.
    pub high_water: Option<Timestamp>,
}

/// The planned instants after `high_water` up to `now`, sorted into those to fire and those missed. The mark only
/// moves forward: with a clock that was set back nothing is due, and with one set forward the skipped instants
/// are missed ones.
pub fn due_fires(schedule: &Schedule, high_water: Timestamp, now: Timestamp, catch_up_ms: u64) -> Fires {
    let year = Timestamp(now.0.saturating_sub(366 * 86_400 * 1_000_000));
    let from = Timestamp(high_water.0.max(year.0));
    if from >= now {
        return Fires::default();
    }
    let planned: Vec<Timestamp> = schedule.planned(from).take_while(|instant| *instant <= now).collect();
    let late_ms = |instant: &Timestamp| now.0.saturating_sub(instant.0) / 1_000;
    let window = i64::try_from(catch_up_ms).unwrap_or(i64::MAX);
    let on_time = planned.iter().filter(|instant| late_ms(instant) <= ON_TIME_MS).count();
    let allowed = match schedule.misfire {
        Misfire::Skip => on_time,
        Misfire::Latest => on_time.max(1),
        Misfire::All { max } => on_time.max(max),
    };
    let inside = planned.iter().filter(|instant| late_ms(instant) <= window.max(ON_TIME_MS)).count();
    let cut = planned.len() - allowed.min(inside);
    let (missed, fire) = planned.split_at(cut);
    Fires {
        fire: fire.to_vec(),
        missed: missed[missed.len().saturating_sub(MAX_LISTED)..].to_vec(),
        missed_count: missed.len() as u64,
        high_water: planned.last().copied(),
    }
}

#[cfg(test)]
mod tests;
