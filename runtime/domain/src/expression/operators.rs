//! The operators that make data, bounded. They are filters under names no text can write, put in by `rewrite`.

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, ErrorKind, Value};

use super::budget::{charge, weight};
use super::filters::text_of;

pub(super) const ADD: &str = "tl__add";
pub(super) const MULTIPLY: &str = "tl__multiply";
pub(super) const CONCAT: &str = "tl__concat";

pub(super) fn register(env: &mut Environment<'static>) {
    env.add_filter(ADD, add);
    env.add_filter(MULTIPLY, multiply);
    env.add_filter(CONCAT, concat);
}

enum Numbers {
    Integers(i128, i128),
    Floats(f64, f64),
}

fn numbers(left: &Value, right: &Value) -> Option<Numbers> {
    if !left.is_number() || !right.is_number() {
        return None;
    }
    if left.is_integer() && right.is_integer() {
        return Some(Numbers::Integers(
            i128::try_from(left.clone()).ok()?,
            i128::try_from(right.clone()).ok()?,
        ));
    }
    Some(Numbers::Floats(as_float(left)?, as_float(right)?))
}

fn as_float(value: &Value) -> Option<f64> {
    if !value.is_integer() {
        return f64::try_from(value.clone()).ok();
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "beside a float the result is a float, as in every language"
    )]
    i128::try_from(value.clone()).ok().map(|integer| integer as f64)
}

fn integer(value: Option<i128>) -> Result<Value, Error> {
    let value = value.ok_or_else(|| invalid("the result is too large a number"))?;
    Ok(i64::try_from(value).map_or_else(|_| Value::from(value), Value::from))
}

pub(super) fn invalid(words: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, words.into())
}

fn defined(value: &Value) -> Result<(), Error> {
    if value.is_undefined() { Err(Error::from(ErrorKind::UndefinedError)) } else { Ok(()) }
}

fn add(left: &Value, right: &Value) -> Result<Value, Error> {
    defined(left)?;
    defined(right)?;
    match numbers(left, right) {
        Some(Numbers::Integers(a, b)) => return integer(a.checked_add(b)),
        Some(Numbers::Floats(a, b)) => return Ok(Value::from(a + b)),
        None => {}
    }
    let lists = [ValueKind::Seq, ValueKind::Iterable];
    if lists.contains(&left.kind()) && lists.contains(&right.kind()) {
        charge(weight(left).saturating_add(weight(right)))?;
        return Ok(left.try_iter()?.chain(right.try_iter()?).collect());
    }
    if left.kind() == ValueKind::String || right.kind() == ValueKind::String {
        return Err(invalid(
            "`+` adds numbers and lists; join text with `~`, add money with `| add_money(…)`",
        ));
    }
    Err(invalid(format!("`+` cannot add {} and {}", left.kind(), right.kind())))
}

fn multiply(left: &Value, right: &Value) -> Result<Value, Error> {
    defined(left)?;
    defined(right)?;
    match numbers(left, right) {
        Some(Numbers::Integers(a, b)) => integer(a.checked_mul(b)),
        Some(Numbers::Floats(a, b)) => Ok(Value::from(a * b)),
        None if left.kind() == ValueKind::String || right.kind() == ValueKind::String => {
            Err(invalid("`*` multiplies numbers; multiply money with `| mul_money(…)`"))
        }
        None => Err(invalid(format!("`*` cannot multiply {} and {}", left.kind(), right.kind()))),
    }
}

fn concat(left: &Value, right: &Value) -> Result<Value, Error> {
    defined(left)?;
    defined(right)?;
    let (left, right) = (text_of(left)?, text_of(right)?);
    charge(left.len().saturating_add(right.len()))?;
    Ok(Value::from(left + &right))
}
