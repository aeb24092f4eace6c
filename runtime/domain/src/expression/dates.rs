//! Times are RFC 3339 text; zones are named, never the machine's.

use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use minijinja::{Environment, Error, Value};

use super::filters::defined;
use super::operators::invalid;
use crate::workflow::duration::{DURATION_FORM, parse_signed_ms};

pub(super) fn register(env: &mut Environment<'static>) {
    env.add_filter("add", add);
    env.add_filter("to_zone", to_zone);
    env.add_filter("format_date", format_date);
    env.add_filter("parse_date", parse_date);
    env.add_filter("before", |a: &Value, b: &Value| Ok::<_, Error>(moment(a)?.instant < moment(b)?.instant));
    env.add_filter("after", |a: &Value, b: &Value| Ok::<_, Error>(moment(a)?.instant > moment(b)?.instant));
    env.add_filter("unix_ms", |value: &Value| Ok::<_, Error>(moment(value)?.instant.as_millisecond()));
    env.add_filter("from_unix_ms", |ms: i64| {
        Timestamp::from_millisecond(ms)
            .map(|time| time.to_string())
            .map_err(|_| invalid("the time is out of range"))
    });
}

/// An instant and how its text said it.
struct Moment {
    instant: Timestamp,
    zone: TimeZone,
}

impl Moment {
    fn zoned(&self) -> Zoned {
        self.instant.to_zoned(self.zone.clone())
    }
}

/// `2026-01-31T08:15:00Z`, with an offset, or with a zone in brackets; a date alone is its midnight in UTC.
fn moment(value: &Value) -> Result<Moment, Error> {
    defined(value)?;
    let text =
        value.as_str().ok_or_else(|| invalid(format!("{value} is not a time: a time is RFC 3339 text")))?;
    let wrong = || {
        let shown: String = text.chars().take(40).collect();
        invalid(format!("\"{shown}\" is not a time such as \"2026-01-31T08:15:00Z\""))
    };
    if text.contains('[') {
        let zoned: Zoned = text.parse().map_err(|_| wrong())?;
        return Ok(Moment { instant: zoned.timestamp(), zone: zoned.time_zone().clone() });
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        let offset =
            jiff::fmt::temporal::Pieces::parse(text).ok().and_then(|pieces| pieces.to_numeric_offset());
        let zone = offset.map_or(TimeZone::UTC, |offset| {
            if offset.seconds() == 0 { TimeZone::UTC } else { TimeZone::fixed(offset) }
        });
        return Ok(Moment { instant, zone });
    }
    let date: Date = text.parse().map_err(|_| wrong())?;
    if text.parse::<DateTime>().is_ok() && text.len() > 10 {
        return Err(invalid(format!(
            "\"{text}\" has no zone: add `Z` or an offset, or use `| parse_date(…, zone)`"
        )));
    }
    let midnight = date.to_zoned(TimeZone::UTC).map_err(|_| wrong())?;
    Ok(Moment { instant: midnight.timestamp(), zone: TimeZone::UTC })
}

fn zone(name: &str) -> Result<TimeZone, Error> {
    crate::calendar::zone(name).map_err(|error| invalid(error.to_string()))
}

fn show(time: &Zoned) -> String {
    if *time.time_zone() == TimeZone::UTC {
        return time.timestamp().to_string();
    }
    let offset = time.strftime("%:z");
    let local = time.datetime();
    format!("{local}{offset}")
}

/// `now | add("2h")`, `add("-30m")`, `add("1d")`: days are 24 hours.
fn add(value: &Value, duration: &str) -> Result<String, Error> {
    let moment = moment(value)?;
    let ms = parse_signed_ms(duration).map_err(|wrong| invalid(format!("{wrong}; write {DURATION_FORM}")))?;
    let instant = moment
        .instant
        .checked_add(jiff::SignedDuration::from_millis(ms))
        .map_err(|_| invalid("the time is out of range"))?;
    Ok(show(&instant.to_zoned(moment.zone)))
}

/// The same instant on another zone's clock, as RFC 3339 text with that zone's offset.
fn to_zone(value: &Value, name: &str) -> Result<String, Error> {
    Ok(show(&moment(value)?.instant.to_zoned(zone(name)?)))
}

/// `format_date("%d.%m.%Y")`, in the time's own offset or in a named zone.
fn format_date(value: &Value, format: &str, name: Option<&str>) -> Result<String, Error> {
    let moment = moment(value)?;
    let zoned = match name {
        Some(name) => moment.instant.to_zoned(zone(name)?),
        None => moment.zoned(),
    };
    strtime::format(format, &zoned).map_err(|error| invalid(format!("`format_date`: {error}")))
}

/// `"31.01.2026" | parse_date("%d.%m.%Y", "Europe/Berlin")` gives RFC 3339 text.
fn parse_date(text: &str, format: &str, name: Option<&str>) -> Result<String, Error> {
    let parsed = strtime::parse(format, text).map_err(|error| invalid(format!("`parse_date`: {error}")))?;
    if let Ok(instant) = parsed.to_timestamp() {
        return Ok(instant.to_string());
    }
    let date = parsed.to_date().map_err(|error| invalid(format!("`parse_date`: {error}")))?;
    let time = parsed.to_time().unwrap_or_default();
    let local = date.to_datetime(time);
    let zoned =
        local.to_zoned(zone(name.unwrap_or("UTC"))?).map_err(|_| invalid("the time is out of range"))?;
    Ok(show(&zoned))
}
