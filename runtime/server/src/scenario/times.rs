//! Times as scenarios write them.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::duration;

/// Reads times, beginning at one.
pub(super) struct Times {
    zone: TimeZone,
    start: DateTime,
}

impl Times {
    /// `start` is a date and a time in the zone.
    pub(super) fn new(zone: &str, start: &str) -> Result<Self, String> {
        let zone = TimeZone::get(zone).map_err(|error| error.to_string())?;
        let start =
            date_time(start).ok_or_else(|| format!("start `{start}` is not such as 2026-03-03 10:00"))?;
        Ok(Self { zone, start })
    }

    /// The beginning.
    pub(super) fn start(&self) -> Result<Timestamp, String> {
        self.instant(self.start)
    }

    /// `10:00:04` on the first day, `Fri 16:00` from the first day on, a date and a time, or `+90s` after the beginning.
    pub(super) fn read(&self, text: &str) -> Result<Timestamp, String> {
        let text = text.trim();
        if let Some(after) = text.strip_prefix('+') {
            return Ok(self.start()?.plus_ms(duration::parse_ms(after)?));
        }
        if let Some(at) = date_time(text) {
            return self.instant(at);
        }
        let on = |date: Date, time: &str| {
            let time = clock(time).ok_or_else(|| format!("`{text}` is no time"))?;
            self.instant(date.to_datetime(time))
        };
        match text.split_once(' ') {
            None => on(self.start.date(), text),
            Some((day, time)) => {
                let day = weekday(day)
                    .ok_or_else(|| format!("`{day}` is no day: Mon, Tue, Wed, Thu, Fri, Sat, Sun"))?;
                let first = self.start.date();
                let ahead = i64::from(first.weekday().until(day));
                let date =
                    first.checked_add(jiff::Span::new().days(ahead)).map_err(|error| error.to_string())?;
                on(date, time)
            }
        }
    }

    fn instant(&self, at: DateTime) -> Result<Timestamp, String> {
        let zoned = self.zone.to_zoned(at).map_err(|error| error.to_string())?;
        Ok(Timestamp(zoned.timestamp().as_microsecond()))
    }
}

fn date_time(text: &str) -> Option<DateTime> {
    let (date, time) = text.trim().split_once(' ')?;
    Some(date.parse::<Date>().ok()?.to_datetime(clock(time)?))
}

/// `16:00` or `16:00:04`.
fn clock(text: &str) -> Option<Time> {
    let parts: Vec<i8> = text.trim().split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match parts[..] {
        [hour, minute] => Time::new(hour, minute, 0, 0).ok(),
        [hour, minute, second] => Time::new(hour, minute, second, 0).ok(),
        _ => None,
    }
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text {
        "Mon" => Weekday::Monday,
        "Tue" => Weekday::Tuesday,
        "Wed" => Weekday::Wednesday,
        "Thu" => Weekday::Thursday,
        "Fri" => Weekday::Friday,
        "Sat" => Weekday::Saturday,
        "Sun" => Weekday::Sunday,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_from_the_beginning_on() {
        let times = Times::new("Europe/London", "2026-07-02 16:00").unwrap();
        let shown = |text: &str| times.read(text).unwrap().to_rfc3339();
        assert_eq!(shown("16:00:04"), "2026-07-02T15:00:04.000000Z");
        assert_eq!(shown("Thu 17:00"), "2026-07-02T16:00:00.000000Z");
        assert_eq!(shown("Fri 16:00"), "2026-07-03T15:00:00.000000Z");
        assert_eq!(shown("Mon 09:30"), "2026-07-06T08:30:00.000000Z");
        assert_eq!(shown("2026-12-01 09:00"), "2026-12-01T09:00:00.000000Z");
        assert_eq!(shown("+1h 30m"), "2026-07-02T16:30:00.000000Z");
        for bad in ["", "25:00", "Xxx 10:00", "10", "+soon", "2026-13-01 10:00"] {
            assert!(times.read(bad).is_err(), "{bad}");
        }
        assert!(Times::new("Nowhere/Here", "2026-07-02 16:00").is_err());
        assert!(Times::new("UTC", "yesterday").is_err());
    }
}
