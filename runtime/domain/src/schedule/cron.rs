//! Five fields of crontab as sets of numbers.

use jiff::civil::{Date, Time};

/// A parsed crontab: which minutes, hours, days and months. Days of the week: Sunday is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cron {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Both days are restricted: one of them is enough, as in every crontab.
    either_day: bool,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// One field: its name for messages, its range, and names for its numbers.
struct Field {
    name: &'static str,
    first: u32,
    last: u32,
    names: &'static [&'static str],
}

impl Cron {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = match text.trim() {
            "@hourly" => "0 * * * *",
            "@daily" | "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" | "@annually" => "0 0 1 1 *",
            other if other.starts_with('@') => {
                return Err("known are @hourly, @daily, @weekly, @monthly and @yearly".to_owned());
            }
            other => other,
        };
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields.as_slice() else {
            return Err(format!("it has {} fields, not five", fields.len()));
        };
        let weekdays = Field { name: "day of week", first: 0, last: 7, names: &WEEKDAYS }.parse(weekday)?;
        Ok(Self {
            minutes: Field { name: "minute", first: 0, last: 59, names: &[] }.parse(minute)?,
            hours: Field { name: "hour", first: 0, last: 23, names: &[] }.parse(hour)?,
            days: Field { name: "day of month", first: 1, last: 31, names: &[] }.parse(day)?,
            months: Field { name: "month", first: 1, last: 12, names: &MONTHS }.parse(month)?,
            // 7 is Sunday, too.
            weekdays: weekdays & 0x7f | weekdays >> 7,
            either_day: !day.starts_with('*') && !weekday.starts_with('*'),
        })
    }

    /// True if the schedule comes on this date.
    pub(super) fn matches(&self, date: Date) -> bool {
        let day = has(self.days, date.day());
        let weekday = has(self.weekdays, date.weekday().to_sunday_zero_offset());
        has(self.months, date.month()) && if self.either_day { day || weekday } else { day && weekday }
    }

    /// The times of a day in order, from the minute of `from` on.
    pub(super) fn times_from(&self, from: Time) -> impl Iterator<Item = Time> {
        let (first_hour, first_minute) = (from.hour(), from.minute());
        (first_hour..24).filter(|hour| has(self.hours, *hour)).flat_map(move |hour| {
            let first = if hour == first_hour { first_minute } else { 0 };
            let minutes = (first..60).filter(|minute| has(self.minutes, *minute));
            minutes.filter_map(move |minute| Time::new(hour, minute, 0, 0).ok())
        })
    }
}

fn has(set: u64, number: i8) -> bool {
    set >> number.unsigned_abs() & 1 == 1
}

impl Field {
    fn parse(&self, text: &str) -> Result<u64, String> {
        let mut set = 0;
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => {
                    let number = step.parse::<u32>().ok().filter(|step| (1..=self.last).contains(step));
                    (
                        range,
                        number.ok_or_else(|| {
                            self.wrong(part, "the step behind `/` is not a number it can have")
                        })?,
                    )
                }
                None => (part, 1),
            };
            let (first, last) = match range.split_once('-') {
                _ if range == "*" => (self.first, self.last),
                Some((first, last)) => (self.number(first, part)?, self.number(last, part)?),
                None if part.contains('/') => (self.number(range, part)?, self.last),
                None => (self.number(range, part)?, self.number(range, part)?),
            };
            // `fri-sun`: the Sunday that ends a range is 7.
            let last = if self.last == 7 && last == 0 && first > 0 { 7 } else { last };
            if first > last {
                return Err(self.wrong(part, "the range goes backwards"));
            }
            // `*` of the week is seven days, not eight.
            let last = if range == "*" && self.last == 7 { 6 } else { last };
            for number in (first..=last).step_by(step as usize) {
                set |= 1 << number;
            }
        }
        Ok(set)
    }

    fn number(&self, text: &str, part: &str) -> Result<u32, String> {
        let lower = text.to_ascii_lowercase();
        if let Some(at) = self.names.iter().position(|name| *name == lower) {
            return Ok(u32::try_from(at).unwrap_or_default() + self.first.min(1));
        }
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u32>()
            .ok()
            .filter(|number| digits && (self.first..=self.last).contains(number))
            .ok_or_else(|| {
                self.wrong(part, &format!("expected a number from {} to {}", self.first, self.last))
            })
    }

    fn wrong(&self, part: &str, why: &str) -> String {
        let shown: String = part.chars().take(20).collect();
        format!("{} `{shown}`: {why}", self.name)
    }
}
