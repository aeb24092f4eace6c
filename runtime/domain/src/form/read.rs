//! What was typed, as a value of the schema; or everything that does not fit, each in its place.

use jiff::civil;
use jiff::tz::TimeZone;
use serde_json::{Map, Number, Value};

use super::words;
use super::{Choice, Control, Field, Form, Line, Misfits, Typed};

/// Said of a field that must not stay empty.
pub(super) const NEEDED: &str = "This is needed.";
const TWICE: &str = "This was sent more than once.";
const NOT_LISTED: &str = "Choose one of those that are listed.";

impl Form {
    /// Reads what was typed; times are of this zone. Names that begin with `_` are the page's own.
    pub fn read(&self, typed: &Typed, zone: &TimeZone) -> Result<Value, Misfits> {
        let (mut value, mut misfits) = (Map::new(), Misfits::default());
        for field in &self.fields {
            let given = typed.get(&field.name).map_or(&[][..], Vec::as_slice);
            match read(field, given, zone) {
                Ok(Some(read)) => drop(value.insert(field.name.clone(), read)),
                Ok(None) if field.required => misfits.at(&field.name, NEEDED),
                Ok(None) => {}
                Err(words) => misfits.at(&field.name, words),
            }
        }
        let own =
            |name: &String| name.starts_with('_') || self.fields.iter().any(|field| field.name == *name);
        if typed.keys().any(|name| !own(name)) {
            let words =
                "This form was changed after you opened it. Look through it once more, and send it again.";
            misfits.form.push(words.to_owned());
        }
        let value = Value::Object(value);
        words::check(self, &value, &mut misfits);
        if misfits.is_empty() { Ok(value) } else { Err(misfits) }
    }
}

/// `None`: it was left empty.
fn read(field: &Field, given: &[String], zone: &TimeZone) -> Result<Option<Value>, String> {
    let one = || match given {
        [] => Ok(String::new()),
        [one] => plain(one),
        _ => Err(TWICE.to_owned()),
    };
    match &field.control {
        Control::Fixed(value) => Ok(Some(value.clone())),
        Control::Several(choices) => {
            let chosen = given.iter().filter(|key| !key.is_empty()).map(|key| chosen(choices, key));
            let chosen = chosen.collect::<Result<Vec<_>, _>>()?;
            Ok(Some(Value::Array(chosen)).filter(|all| field.required || *all != Value::Array(Vec::new())))
        }
        Control::Tick { must } => match (ticked(&one()?)?, must) {
            (false, true) if field.required => Err("This must be ticked.".to_owned()),
            (false, true) => Ok(None),
            (ticked, _) => Ok(Some(Value::Bool(ticked))),
        },
        Control::One(choices) => {
            let key = one()?;
            if key.is_empty() { Ok(None) } else { chosen(choices, &key).map(Some) }
        }
        Control::Number { whole, .. } => {
            let text = one()?;
            if text.is_empty() { Ok(None) } else { number(&text, *whole).map(Some) }
        }
        Control::Lines { .. } => Ok(Some(one()?).filter(|text| !text.is_empty()).map(Value::String)),
        Control::Line { kind, .. } => {
            let text = one()?;
            if text.is_empty() {
                Ok(None)
            } else {
                line(*kind, text, zone).map(|text| Some(Value::String(text)))
            }
        }
    }
}

/// Without the carriage returns that browsers add, and without space around it.
fn plain(text: &str) -> Result<String, String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err("There are characters in it that cannot be seen. Type it anew.".to_owned());
    }
    Ok(text.trim().to_owned())
}

fn ticked(text: &str) -> Result<bool, String> {
    match text {
        "on" | "true" | "yes" | "1" => Ok(true),
        "" | "off" | "false" | "no" | "0" => Ok(false),
        _ => Err("This is ticked, or it is not.".to_owned()),
    }
}

fn chosen(choices: &[Choice], key: &str) -> Result<Value, String> {
    let choice = choices.iter().find(|choice| choice.key == key.trim());
    choice.map(|choice| choice.value.clone()).ok_or_else(|| NOT_LISTED.to_owned())
}

fn number(text: &str, whole: bool) -> Result<Value, String> {
    if let Ok(number) = text.parse::<i64>() {
        return Ok(Value::Number(number.into()));
    }
    if whole {
        return Err("Write a whole number, such as 12.".to_owned());
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.len() <= 30;
    let number = text.parse::<f64>().ok().filter(|_| plain).and_then(Number::from_f64);
    number.map(Value::Number).ok_or_else(|| "Write a number, such as 12 or 12.50.".to_owned())
}

fn line(kind: Line, text: String, zone: &TimeZone) -> Result<String, String> {
    if text.contains('\n') {
        return Err("Write it on one line.".to_owned());
    }
    match kind {
        Line::Text => Ok(text),
        Line::Email if is_address(&text) => Ok(text),
        Line::Email => Err("Write a mail address, such as name@example.com.".to_owned()),
        Line::Uri if is_web_address(&text) => Ok(text),
        Line::Uri => Err("Write a web address, such as https://example.com.".to_owned()),
        Line::Date => match text.parse::<civil::Date>() {
            Ok(_) if text.len() == 10 => Ok(text),
            _ => Err("Write a day as year-month-day, such as 2026-03-31.".to_owned()),
        },
        Line::Moment => moment(&text, zone),
    }
}

/// A day and a time of the zone, or a moment with an offset of its own; RFC 3339 in UTC.
fn moment(text: &str, zone: &TimeZone) -> Result<String, String> {
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Ok(moment.to_string());
    }
    let local = text.parse::<civil::DateTime>().ok().filter(|_| text.contains(['T', ' ']));
    let moment = local.and_then(|local| local.to_zoned(zone.clone()).ok());
    moment
        .map(|moment| moment.timestamp().to_string())
        .ok_or_else(|| "Write a day and a time, such as 2026-03-31T14:30.".to_owned())
}

/// What most people take for a mail address; whether it is one, only a mail to it tells.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "<>()[],;:\\\"@".contains(c))
    };
    text.len() <= 254
        && plain(local)
        && plain(domain)
        && domain.contains('.')
        && domain
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
}

/// Only addresses that a click may follow: what is typed here is shown to people as a link one day.
fn is_web_address(text: &str) -> bool {
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        let head = text.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    });
    rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with(['/', '?', '#']) && !text.contains(char::is_whitespace)
    })
}
