//! Decimal text: amounts never pass through a float.

/// A decimal number as an integer of hundred-thousandths of cents: seven places.
const PLACES: u32 = 7;

/// Reads decimal text with at most `max_places` places.
pub(crate) fn parse(text: &str, max_places: u32) -> Option<i128> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let places = u32::try_from(fraction.len()).ok()?;
    let is_number = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty()
        || whole.len() > 12
        || places > max_places
        || (digits.contains('.') && fraction.is_empty())
        || !is_number(whole)
        || !is_number(fraction)
    {
        return None;
    }
    let units: i128 = format!("{whole}{fraction}").parse().ok()?;
    Some(sign * units * 10_i128.pow(PLACES - places))
}

/// `quantity × unit price` in cents, rounded half away from zero.
pub(crate) fn line_cents(quantity: i128, unit_price: i128) -> i128 {
    let scale = 10_i128.pow(2 * PLACES - 2);
    let product = quantity * unit_price;
    (product + product.signum() * scale / 2) / scale
}

/// Seven places to cents.
pub(crate) fn cents(value: i128) -> i128 {
    line_cents(value, 10_i128.pow(PLACES))
}

/// Cents as decimal text.
pub(crate) fn text(cents: i128) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        let amount = |q: &str, p: &str| text(line_cents(parse(q, 3).unwrap(), parse(p, 4).unwrap()));
        assert_eq!(amount("2", "95.00"), "190.00");
        assert_eq!(amount("6.75", "48.00"), "324.00");
        assert_eq!(amount("0.333", "0.015"), "0.00");
        assert_eq!(amount("1", "0.005"), "0.01");
        assert_eq!(text(cents(parse("-12.5", 2).unwrap())), "-12.50");
        for bad in ["", ".", "1.", ".5", "1e3", "1,000", "١", "99999999999999999999", "0.00001", "--1"] {
            assert_eq!(parse(bad, 4), None, "{bad}");
        }
    }
}
