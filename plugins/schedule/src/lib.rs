//! A trigger by the clock. The runner itself keeps the time.

use throughline::prelude::*;

connector! {
    id: "schedule",
    name: "Schedule",
    description: "Starts a workflow at set times.",
    triggers: [tick],
}

/// When to start.
#[data]
pub struct Schedule {
    /// Times, as five fields of crontab
    ///
    /// Minute, hour, day of the month, month, day of the week (0 and 7 are Sunday).
    #[schemars(length(min = 9), example = &"0 7 * * 1-5")]
    pub cron: String,
    /// Time zone, IANA name
    #[serde(default = "utc")]
    #[schemars(example = &"Europe/London")]
    pub zone: String,
    /// What to do with times that were missed
    #[serde(default)]
    pub misfire: Misfire,
}

fn utc() -> String {
    "UTC".to_owned()
}

/// What to do with times that passed while the runner was down.
#[data(Default)]
#[serde(rename_all = "snake_case")]
pub enum Misfire {
    /// Start once, for the latest.
    #[default]
    Latest,
    /// Start once, for the latest: the older word.
    LatestOnce,
    /// Start for each of the latest 100.
    Each,
    /// Start for each of the latest so many.
    All(#[schemars(range(min = 1, max = 1000))] u16),
    /// Start for none.
    Skip,
}

/// A moment of a schedule.
#[data]
pub struct Tick {
    /// When it was due, in UTC
    pub due: String,
    /// The same on the schedule's own clock
    pub local: String,
    /// Time zone, IANA name
    pub zone: String,
    /// It comes late: the runner was down when it was due
    pub missed: bool,
}

/// At set times
#[trigger(
    native,
    sample = r#"{"due": "2026-03-02T07:00:00Z", "local": "2026-03-02T07:00:00+00:00", "zone": "Europe/London", "missed": false}"#
)]
pub(crate) fn tick(config: Schedule) -> Tick;
