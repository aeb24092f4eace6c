//! From the template engine's values back to JSON and to text, exact and bounded.

use minijinja::Value;
use minijinja::value::ValueKind;
use serde_json::{Map, Number};

use super::{ExpressionError, MAX_VALUE_BYTES};

/// Deeper than any value intake accepts, shallow enough for the stack.
const MAX_DEPTH: usize = 128;

/// The value as JSON: integers exact, no NaN, nothing undefined inside.
pub(super) fn to_json(value: &Value) -> Result<serde_json::Value, ExpressionError> {
    let mut left = MAX_VALUE_BYTES;
    convert(value, &mut left, 0)
}

fn spend(left: &mut usize, bytes: usize) -> Result<(), ExpressionError> {
    *left =
        left.checked_sub(bytes).ok_or_else(|| ExpressionError::bound("the value is larger than 16 MiB"))?;
    Ok(())
}

fn convert(value: &Value, left: &mut usize, depth: usize) -> Result<serde_json::Value, ExpressionError> {
    if depth > MAX_DEPTH {
        return Err(ExpressionError::bound("the value is nested deeper than 128 levels"));
    }
    spend(left, 8)?;
    match value.kind() {
        ValueKind::Undefined => Err(ExpressionError::undefined("a part of the value is undefined")),
        ValueKind::None => Ok(serde_json::Value::Null),
        ValueKind::Bool => Ok(value.is_true().into()),
        ValueKind::Number => number(value).map(serde_json::Value::Number),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            spend(left, text.len())?;
            Ok(text.into())
        }
        ValueKind::Seq | ValueKind::Iterable => {
            let mut list = Vec::new();
            for item in elements(value)? {
                list.push(convert(&item, left, depth + 1)?);
            }
            Ok(list.into())
        }
        ValueKind::Map => {
            let mut map = Map::new();
            for key in elements(value)? {
                let item = value.get_item(&key).map_err(|error| ExpressionError::from_evaluation(&error))?;
                let key = key.as_str().map_or_else(|| key.to_string(), ToOwned::to_owned);
                spend(left, key.len())?;
                map.insert(key, convert(&item, left, depth + 1)?);
            }
            Ok(map.into())
        }
        other => Err(ExpressionError::failed(format!("a value of type {other} cannot be JSON"))),
    }
}

fn elements(value: &Value) -> Result<impl Iterator<Item = Value>, ExpressionError> {
    value.try_iter().map_err(|error| ExpressionError::from_evaluation(&error))
}

fn number(value: &Value) -> Result<Number, ExpressionError> {
    if value.is_integer() {
        if let Ok(number) = i64::try_from(value.clone()) {
            return Ok(number.into());
        }
        return u64::try_from(value.clone()).map(Number::from).map_err(|_| {
            ExpressionError::bound(format!("the number {value} does not fit 64 bits"))
                .with_hint("keep numbers this large as text")
        });
    }
    f64::try_from(value.clone())
        .ok()
        .and_then(Number::from_f64)
        .ok_or_else(|| ExpressionError::failed("the result is not a number (a division by zero?)"))
}

/// The value as text inside other text: text as it is, null as nothing, lists and objects as JSON.
pub(super) fn to_text(value: &Value) -> Result<String, ExpressionError> {
    match value.kind() {
        ValueKind::String => Ok(value.as_str().unwrap_or_default().to_owned()),
        ValueKind::None => Ok(String::new()),
        ValueKind::Undefined => Err(ExpressionError::undefined("the value is undefined")),
        _ => Ok(to_json(value)?.to_string()),
    }
}
