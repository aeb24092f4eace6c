//! Money is decimal text, never a float: exact arithmetic on text and whole numbers.

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, Value};
use rust_decimal::{Decimal, RoundingStrategy};

use super::filters::defined;
use super::operators::invalid;

pub(super) fn register(env: &mut Environment<'static>) {
    env.add_filter("decimal", |value: &Value| decimal(value).map(text));
    env.add_filter("add_money", |a: &Value, b: &Value| arithmetic(a, b, Decimal::checked_add));
    env.add_filter("sub_money", |a: &Value, b: &Value| arithmetic(a, b, Decimal::checked_sub));
    env.add_filter("mul_money", |a: &Value, b: &Value| arithmetic(a, b, Decimal::checked_mul));
    env.add_filter("div_money", divide);
    env.add_filter("sum_money", sum);
    env.add_filter("round_money", round);
    env.add_filter("amount_eq", |a: &Value, b: &Value| Ok::<_, Error>(decimal(a)? == decimal(b)?));
    env.add_filter("amount_gt", |a: &Value, b: &Value| Ok::<_, Error>(decimal(a)? > decimal(b)?));
    env.add_filter("amount_ge", |a: &Value, b: &Value| Ok::<_, Error>(decimal(a)? >= decimal(b)?));
    env.add_filter("amount_lt", |a: &Value, b: &Value| Ok::<_, Error>(decimal(a)? < decimal(b)?));
    env.add_filter("amount_le", |a: &Value, b: &Value| Ok::<_, Error>(decimal(a)? <= decimal(b)?));
}

/// The amount a text or a whole number says.
fn decimal(value: &Value) -> Result<Decimal, Error> {
    defined(value)?;
    if value.is_integer() {
        return i128::try_from(value.clone())
            .ok()
            .and_then(|whole| Decimal::try_from_i128_with_scale(whole, 0).ok())
            .ok_or_else(|| invalid(format!("{value} is too large an amount")));
    }
    let Some(text) = value.as_str() else {
        return Err(invalid(format!(
            "{value} is not an amount: an amount is text such as \"12.50\", or a whole number; a float has lost its cents"
        )));
    };
    Decimal::from_str_exact(text.trim())
        .map_err(|_| invalid(format!("\"{}\" is not an amount such as \"12.50\"", shorten(text))))
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

fn text(amount: Decimal) -> String {
    amount.to_string()
}

fn arithmetic(
    left: &Value,
    right: &Value,
    operation: fn(Decimal, Decimal) -> Option<Decimal>,
) -> Result<String, Error> {
    operation(decimal(left)?, decimal(right)?).map(text).ok_or_else(|| invalid("the amount is too large"))
}

/// Divides and rounds half away from zero, as invoices do; two places unless told otherwise.
fn divide(value: &Value, by: &Value, places: Option<u32>) -> Result<String, Error> {
    let quotient = decimal(value)?
        .checked_div(decimal(by)?)
        .ok_or_else(|| invalid("an amount cannot be divided by zero"))?;
    Ok(rounded(quotient, places))
}

fn round(value: &Value, places: Option<u32>) -> Result<String, Error> {
    Ok(rounded(decimal(value)?, places))
}

fn rounded(amount: Decimal, places: Option<u32>) -> String {
    let places = places.unwrap_or(2).min(28);
    let mut amount = amount.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    amount.rescale(places);
    text(amount)
}

#[expect(clippy::needless_pass_by_value, reason = "the engine gives keyword arguments by value")]
fn sum(value: &Value, options: Kwargs) -> Result<String, Error> {
    let attribute: Option<&str> = options.get("attribute")?;
    options.assert_all_used()?;
    let mut total = Decimal::ZERO;
    for item in defined(value)?.try_iter()? {
        let item = match attribute {
            Some(name) => item.get_attr(name)?,
            None => item,
        };
        total = total.checked_add(decimal(&item)?).ok_or_else(|| invalid("the amount is too large"))?;
    }
    Ok(text(total))
}
