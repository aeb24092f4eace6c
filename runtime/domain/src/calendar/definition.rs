//! Business calendars as people keep them: a zone, hours for each weekday, holidays.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Calendar, DAY_MINUTES, Hours, MAX_DAYS, UnknownZone, zone};

/// A business calendar as text: `{ zone: Europe/London, hours: { monday: "09:00-17:00" }, holidays: [2026-12-25] }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarDefinition {
    /// IANA zone on whose clock the hours are read.
    pub zone: String,
    /// Hours by English weekday, `09:00-17:00`, up to `24:00`; a day that is not named is closed.
    pub hours: BTreeMap<String, String>,
    /// Dates on which nothing is open, `2026-12-25`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub holidays: BTreeSet<String>,
}

/// What is wrong with a business calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarProblem {
    /// `TL0840`: no deadline could ever pass.
    #[error(
        "this calendar has no working hours: no weekday is open, or its holidays close every day for ten years"
    )]
    NoHours,
    /// `TL0841`: the hours of a day.
    #[error("`{text}` are no hours for {day}: write 09:00-17:00, at most until 24:00")]
    Hours {
        /// Of which day.
        day: String,
        /// What was written.
        text: String,
    },
    /// `TL0841`: a weekday.
    #[error("`{0}` is not a weekday: monday, tuesday, wednesday, thursday, friday, saturday or sunday")]
    Day(String),
    /// `TL0841`: a holiday.
    #[error("`{0}` is not a date such as 2026-12-25")]
    Holiday(String),
    /// `TL0171`: the zone.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
}

impl CalendarProblem {
    /// The problem's code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoHours => "TL0840",
            Self::Hours { .. } | Self::Day(_) | Self::Holiday(_) => "TL0841",
            Self::Zone(_) => "TL0171",
        }
    }
}

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl CalendarDefinition {
    /// The calendar it defines. `from` is the date from which it must be open at some time.
    pub fn calendar(&self, from: Date) -> Result<Calendar, CalendarProblem> {
        let mut hours = [None; 7];
        for (day, text) in &self.hours {
            let index = DAYS.iter().position(|name| name == day);
            let index = index.ok_or_else(|| CalendarProblem::Day(shorten(day)))?;
            let read = read_hours(text)
                .ok_or_else(|| CalendarProblem::Hours { day: shorten(day), text: shorten(text) })?;
            hours[index] = Some(read);
        }
        let holidays = self
            .holidays
            .iter()
            .map(|text| text.parse::<Date>().map_err(|_| CalendarProblem::Holiday(shorten(text))));
        let calendar =
            Calendar { zone: zone(&self.zone)?, hours, holidays: holidays.collect::<Result<_, _>>()? };
        let mut ahead = std::iter::successors(Some(from), |date| date.tomorrow().ok()).take(MAX_DAYS);
        if ahead.any(|date| calendar.is_business_day(date)) {
            Ok(calendar)
        } else {
            Err(CalendarProblem::NoHours)
        }
    }
}

fn read_hours(text: &str) -> Option<Hours> {
    let (open, close) = text.split_once('-')?;
    Hours::new(read_minute(open)?, read_minute(close)?)
}

fn read_minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= DAY_MINUTES).then_some(total)
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}
