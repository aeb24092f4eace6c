//! The general filters: those of the engine, each charged for what it copies, and bounded ones of our own where
//! the engine's could make more than it is given.

use std::fmt::Write;

use minijinja::value::{Kwargs, Rest, Serde, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value, filters};
use sha2::{Digest, Sha256};

use super::budget::{charge, weight};
use super::operators::invalid;
use super::output;

/// Text of a value as it stands in other text, charged.
pub(super) fn text_of(value: &Value) -> Result<String, Error> {
    charge(weight(value))?;
    output::to_text(value).map_err(|error| invalid(error.message))
}

pub(super) fn register(env: &mut Environment<'static>) {
    for (name, filter) in engine_filters() {
        let lenient = matches!(name, "default" | "d");
        env.add_filter(name, move |state: &mut State, args: Rest<ValueOrKwargs>| {
            let args = args.into_values();
            if !lenient && args.first().is_some_and(Value::is_undefined) {
                return Err(Error::from(ErrorKind::UndefinedError));
            }
            // Nothing here gives more than eight times what it takes: escaping is the worst, six for one.
            let taken: usize = args.iter().map(weight).fold(0, usize::saturating_add);
            charge(if name == "escape" { taken.saturating_mul(6) } else { taken })?;
            filter.call(state, &args)
        });
    }
    env.add_filter("replace", replace);
    env.add_filter("join", join);
    env.add_filter("string", |value: &Value| defined(value).and_then(text_of));
    env.add_filter("tojson", to_json);
    env.add_filter("from_json", from_json);
    env.add_filter("hash", hash);
    env.add_filter("sum", sum);
    env.add_filter("urlencode", urlencode);
    env.add_filter("split", split);
    for name in ["safe", "e", "format", "indent", "pprint", "batch", "slice"] {
        env.remove_filter(name);
    }
}

fn engine_filters() -> Vec<(&'static str, Value)> {
    let default = Value::from_function(filters::default);
    let length = Value::from_function(filters::length);
    vec![
        ("abs", Value::from_function(filters::abs)),
        ("attr", Value::from_function(filters::attr)),
        ("bool", Value::from_function(filters::bool)),
        ("capitalize", Value::from_function(filters::capitalize)),
        ("chain", Value::from_function(filters::chain)),
        ("count", length.clone()),
        ("d", default.clone()),
        ("default", default),
        ("dictsort", Value::from_function(filters::dictsort)),
        ("escape", Value::from_function(filters::escape)),
        ("first", Value::from_function(filters::first)),
        ("float", Value::from_function(filters::float)),
        ("groupby", Value::from_function(filters::groupby)),
        ("int", Value::from_function(filters::int)),
        ("items", Value::from_function(filters::items)),
        ("last", Value::from_function(filters::last)),
        ("length", length),
        ("lines", Value::from_function(filters::lines)),
        ("list", Value::from_function(filters::list)),
        ("lower", Value::from_function(filters::lower)),
        ("map", Value::from_function(filters::map)),
        ("max", Value::from_function(filters::max)),
        ("min", Value::from_function(filters::min)),
        ("reject", Value::from_function(filters::reject)),
        ("rejectattr", Value::from_function(filters::rejectattr)),
        ("reverse", Value::from_function(filters::reverse)),
        ("round", Value::from_function(filters::round)),
        ("select", Value::from_function(filters::select)),
        ("selectattr", Value::from_function(filters::selectattr)),
        ("sort", Value::from_function(filters::sort)),
        ("title", Value::from_function(filters::title)),
        ("trim", Value::from_function(filters::trim)),
        ("unique", Value::from_function(filters::unique)),
        ("upper", Value::from_function(filters::upper)),
        ("zip", Value::from_function(filters::zip)),
    ]
}

pub(super) fn defined(value: &Value) -> Result<&Value, Error> {
    if value.is_undefined() { Err(Error::from(ErrorKind::UndefinedError)) } else { Ok(value) }
}

fn replace(value: &Value, from: &str, to: &str) -> Result<String, Error> {
    let text = text_of(defined(value)?)?;
    if from.is_empty() {
        return Err(invalid("`replace` needs something to replace"));
    }
    charge(text.matches(from).count().saturating_mul(to.len()))?;
    Ok(text.replace(from, to))
}

#[expect(clippy::needless_pass_by_value, reason = "the engine gives keyword arguments by value")]
fn join(value: &Value, separator: Option<&str>, options: Kwargs) -> Result<String, Error> {
    let attribute: Option<&str> = options.get("attribute")?;
    options.assert_all_used()?;
    let separator = separator.unwrap_or_default();
    let mut joined = String::new();
    for (index, item) in defined(value)?.try_iter()?.enumerate() {
        let item = match attribute {
            Some(name) => item.get_attr(name)?,
            None => item,
        };
        let text = text_of(defined(&item)?)?;
        charge(separator.len())?;
        if index > 0 {
            joined.push_str(separator);
        }
        joined.push_str(&text);
    }
    Ok(joined)
}

fn split(value: &Value, separator: Option<&str>) -> Result<Vec<String>, Error> {
    let text = text_of(defined(value)?)?;
    let parts: Vec<&str> = match separator {
        Some("") => return Err(invalid("`split` needs something to split at")),
        Some(separator) => text.split(separator).collect(),
        None => text.split_whitespace().collect(),
    };
    charge(parts.len().saturating_mul(32))?;
    Ok(parts.into_iter().map(ToOwned::to_owned).collect())
}

fn json_of(value: &Value) -> Result<serde_json::Value, Error> {
    let json = output::to_json(defined(value)?).map_err(|error| invalid(error.message))?;
    Ok(json)
}

fn to_json(value: &Value) -> Result<String, Error> {
    let text = json_of(value)?.to_string();
    charge(text.len())?;
    Ok(text)
}

fn from_json(text: &str) -> Result<Value, Error> {
    charge(text.len().saturating_mul(4))?;
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| invalid(format!("`from_json`: {error}")))?;
    Ok(Value::from(Serde(&value)))
}

/// Hex SHA-256 of a text's bytes, or of any other value's RFC 8785 form.
fn hash(value: &Value) -> Result<String, Error> {
    let bytes = match value.as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => crate::json::canonical(&json_of(value)?),
    };
    charge(bytes.len())?;
    Ok(hex::encode(Sha256::digest(bytes)))
}

#[expect(clippy::needless_pass_by_value, reason = "the engine gives keyword arguments by value")]
fn sum(state: &mut State, value: &Value, options: Kwargs) -> Result<Value, Error> {
    let attribute: Option<&str> = options.get("attribute")?;
    options.assert_all_used()?;
    let mut total = Value::from(0);
    for item in defined(value)?.try_iter()? {
        let item = match attribute {
            Some(name) => item.get_attr(name)?,
            None => item,
        };
        if item.kind() == ValueKind::String {
            return Err(invalid("`sum` adds numbers; add money with `| sum_money`"));
        }
        total = state.apply_filter(super::operators::ADD, &[total, item])?;
    }
    Ok(total)
}

fn urlencode(value: &Value) -> Result<String, Error> {
    let text = text_of(defined(value)?)?;
    charge(text.len().saturating_mul(3))?;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    Ok(encoded)
}
