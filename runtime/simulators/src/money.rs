//! Decimal text and whole cents: no amount ever passes through a float.

use serde_json::Value;

/// Digits allowed before the point: amounts stay far inside `i128` when multiplied.
const MAX_WHOLE_DIGITS: usize = 12;

/// A decimal number as digits and a scale: 12.50 is 1250 with scale 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: i128,
    scale: u32,
}

impl Decimal {
    /// Reads decimal text (or a JSON number) with at most `max_scale` digits after the point.
    pub(crate) fn from_json(value: &Value, max_scale: usize) -> Result<Self, String> {
        match value {
            Value::String(text) => Self::parse(text, max_scale),
            Value::Number(number) => Self::parse(&number.to_string(), max_scale),
            _ => Err("must be decimal text, as \"12.50\"".to_owned()),
        }
    }

    /// Reads decimal text: an optional minus, digits, and a point with digits if wanted.
    pub(crate) fn parse(text: &str, max_scale: usize) -> Result<Self, String> {
        let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let digits_only = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits_only(whole) || !digits_only(fraction) {
            return Err("must be decimal text, as \"12.50\"".to_owned());
        }
        if whole.len() > MAX_WHOLE_DIGITS {
            return Err(format!("has more than {MAX_WHOLE_DIGITS} digits before the point"));
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > max_scale {
            return Err(format!("has more than {max_scale} digits after the point"));
        }
        let value: i128 = format!("{whole}{fraction}").parse().map_err(|_| "is too long".to_owned())?;
        let scale = u32::try_from(fraction.len()).map_err(|_| "is too long".to_owned())?;
        Ok(Self { digits: if negative { -value } else { value }, scale })
    }

    /// Whether the number is above zero.
    pub(crate) fn is_positive(self) -> bool {
        self.digits > 0
    }

    /// Whether the number is below zero.
    pub(crate) fn is_negative(self) -> bool {
        self.digits < 0
    }

    /// The number in cents, rounded half away from zero.
    pub(crate) fn cents(self) -> i128 {
        round_to_cents(self.digits, self.scale)
    }

    /// The product in cents, rounded half away from zero once, after multiplying.
    pub(crate) fn times_in_cents(self, other: Self) -> i128 {
        round_to_cents(self.digits * other.digits, self.scale + other.scale)
    }

    /// The number as text, with at least `min_scale` digits after the point.
    pub(crate) fn text(self, min_scale: u32) -> String {
        let scale = self.scale.max(min_scale);
        let digits = self.digits * 10_i128.pow(scale - self.scale);
        let sign = if digits < 0 { "-" } else { "" };
        let magnitude = digits.unsigned_abs();
        if scale == 0 {
            return format!("{sign}{magnitude}");
        }
        let unit = 10_u128.pow(scale);
        format!("{sign}{}.{:0width$}", magnitude / unit, magnitude % unit, width = scale as usize)
    }
}

/// Cents as decimal text: 1250 is "12.50".
pub(crate) fn cents_text(cents: i128) -> String {
    Decimal { digits: cents, scale: 2 }.text(2)
}

fn round_to_cents(digits: i128, scale: u32) -> i128 {
    if scale <= 2 {
        return digits * 10_i128.pow(2 - scale);
    }
    let unit = 10_i128.pow(scale - 2);
    let half = unit / 2;
    let away = if digits < 0 { -half } else { half };
    (digits + away) / unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text, 4).unwrap()
    }

    #[test]
    fn amounts_are_exact() {
        assert_eq!(decimal("3").times_in_cents(decimal("19.99")), 5997);
        assert_eq!(decimal("1.5").times_in_cents(decimal("0.01")), 2);
        assert_eq!(decimal("0.1").times_in_cents(decimal("0.2")), 2);
        assert_eq!(decimal("-1.5").times_in_cents(decimal("0.01")), -2);
        assert_eq!(decimal("0.333").times_in_cents(decimal("10")), 333);
        let most = decimal("999999999999.9999");
        assert_eq!(most.times_in_cents(most), 99_999_999_999_999_980_000_000_000);
    }

    #[test]
    fn text_keeps_its_digits() {
        assert_eq!(decimal("12.5").text(2), "12.50");
        assert_eq!(decimal("-0.05").text(2), "-0.05");
        assert_eq!(decimal("7.000").text(0), "7");
        assert_eq!(decimal("0.1250").text(2), "0.125");
        assert_eq!(cents_text(5), "0.05");
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        for text in ["", "-", ".5", "5.", "1e3", "1,5", " 1", "0x1", "1.2.3", "1.00001", "1234567890123"] {
            assert!(Decimal::parse(text, 4).is_err(), "{text}");
        }
        assert!(Decimal::from_json(&json!(null), 2).is_err());
        assert_eq!(Decimal::from_json(&json!(1.5), 2), Ok(decimal("1.5")));
        assert!(Decimal::from_json(&json!(1e30), 2).is_err());
    }
}
