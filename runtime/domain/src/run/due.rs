//! Deadlines as instants.

use jiff::Timestamp as Instant;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};

use crate::run::version::Version;
use crate::time::Timestamp;
use crate::workflow::Due;

const OPENS_MIN: i64 = 9 * 60;
const CLOSES_MIN: i64 = 17 * 60;

impl Version {
    /// When something is due that was begun at `from`.
    pub fn due_at(&self, due: &Due, from: Timestamp) -> Timestamp {
        let Ok(instant) = Instant::from_microsecond(from.0) else { return from };
        let begun = instant.to_zoned(TimeZone::UTC);
        match due {
            Due::After { ms } => from.plus_ms(*ms),
            Due::BusinessTime { days, minutes } => {
                let end = business(begun, *days, i64::from(*minutes));
                end.map_or(from, |end| Timestamp(end.timestamp().as_microsecond()))
            }
            Due::NextBusinessDay { hour, minute } => {
                let at = next_day(begun).and_then(|day| {
                    day.date()
                        .at(i8::try_from(*hour).ok()?, i8::try_from(*minute).ok()?, 0, 0)
                        .to_zoned(TimeZone::UTC)
                        .ok()
                });
                at.map_or(from, |at| Timestamp(at.timestamp().as_microsecond()))
            }
        }
    }
}

fn is_open(day: &Zoned) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn next_day(from: Zoned) -> Option<Zoned> {
    let mut day = from;
    loop {
        day = day.start_of_day().ok()?.checked_add(1.day()).ok()?;
        if is_open(&day) {
            return Some(day);
        }
    }
}

fn business(from: Zoned, days: u32, minutes: i64) -> Option<Zoned> {
    let mut at = from;
    for _ in 0..days {
        let time = at.time();
        at = next_day(at)?.date().to_datetime(time).to_zoned(TimeZone::UTC).ok()?;
    }
    let mut left = minutes;
    loop {
        let minute = i64::from(at.hour()) * 60 + i64::from(at.minute());
        let opens = if is_open(&at) { minute.clamp(OPENS_MIN, CLOSES_MIN) } else { CLOSES_MIN };
        let today = CLOSES_MIN - opens;
        if left == 0 || (left <= today && today > 0) {
            if left == 0 {
                return Some(at);
            }
            return at.start_of_day().ok()?.checked_add((opens + left).minutes()).ok();
        }
        left -= today;
        at = next_day(at)?;
    }
}
