//! Times and durations as remotes write them: RFC 3339, HTTP dates, `2m`. All in UTC milliseconds.

const DAY: i64 = 86_400;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Reads RFC 3339 (`2026-03-01T10:00:00.5+01:00`) as milliseconds since the epoch; none before 1970.
pub fn parse_rfc3339(text: &str) -> Option<u64> {
    let b = text.as_bytes();
    if b.len() < 20
        || b[4] != b'-'
        || b[7] != b'-'
        || !matches!(b[10], b'T' | b't' | b' ')
        || b[13] != b':'
        || b[16] != b':'
    {
        return None;
    }
    let seconds =
        civil([num(b, 0, 4)?, num(b, 5, 2)?, num(b, 8, 2)?, num(b, 11, 2)?, num(b, 14, 2)?, num(b, 17, 2)?])?;
    let mut at = 19;
    let mut millis = 0;
    if b[at] == b'.' {
        let digits = b[at + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
        for place in 0..3 {
            millis = millis * 10 + if place < digits { i64::from(b[at + 1 + place] - b'0') } else { 0 };
        }
        at += 1 + digits;
    }
    let offset = match b.get(at)? {
        b'Z' | b'z' if at + 1 == b.len() => 0,
        sign @ (b'+' | b'-') if b.len() == at + 6 && b[at + 3] == b':' => {
            let minutes = num(b, at + 1, 2)? * 60 + num(b, at + 4, 2)?;
            if *sign == b'+' { minutes * 60 } else { -minutes * 60 }
        }
        _ => return None,
    };
    u64::try_from((seconds - offset) * 1_000 + millis).ok()
}

/// Writes milliseconds since the epoch as RFC 3339 in UTC, with milliseconds only where there are any.
pub fn format_rfc3339(millis: u64) -> String {
    let seconds = i64::try_from(millis / 1_000).unwrap_or(i64::MAX / 2_000);
    let (year, month, day) = date(seconds.div_euclid(DAY));
    let of_day = seconds.rem_euclid(DAY);
    let (hour, minute, second, frac) = (of_day / 3_600, of_day / 60 % 60, of_day % 60, millis % 1_000);
    let whole = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    if frac == 0 { format!("{whole}Z") } else { format!("{whole}.{frac:03}Z") }
}

/// Reads an HTTP date (`Sun, 06 Nov 1994 08:49:37 GMT`) as milliseconds since the epoch.
pub fn parse_http_date(text: &str) -> Option<u64> {
    let b = text.trim().as_bytes();
    if b.len() != 29 || &b[3..5] != b", " || &b[25..] != b" GMT" {
        return None;
    }
    let name = std::str::from_utf8(&b[8..11]).ok()?;
    let month = i64::try_from(MONTHS.iter().position(|m| *m == name)?).ok()? + 1;
    let seconds =
        civil([num(b, 12, 4)?, month, num(b, 5, 2)?, num(b, 17, 2)?, num(b, 20, 2)?, num(b, 23, 2)?])?;
    u64::try_from(seconds * 1_000).ok()
}

/// Reads `500ms`, `30s`, `2m`, `24h` or `7d` as milliseconds.
pub fn parse_duration(text: &str) -> Option<u64> {
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let count: u64 = text[..split].parse().ok()?;
    let unit = match &text[split..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    count.checked_mul(unit)
}

fn num(b: &[u8], at: usize, len: usize) -> Option<i64> {
    let digits = b.get(at..at + len)?;
    digits.iter().try_fold(0, |n, c| c.is_ascii_digit().then(|| n * 10 + i64::from(c - b'0')))
}

/// Seconds since the epoch of a year, month, day, hour, minute and second.
fn civil([year, month, day, hour, minute, second]: [i64; 6]) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Days since the epoch, with March as the first month so that the leap day comes last.
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day - 1 - 719_468;
    Some(days * DAY + hour * 3_600 + minute * 60 + second)
}

fn date(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let m = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(m <= 2), m, doy - (153 * mp + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3339_both_ways() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2026-02-28T23:59:59Z",
            "2024-02-29T12:00:00.250Z",
            "2100-03-01T00:00:00Z",
        ] {
            assert_eq!(parse_rfc3339(text).map(format_rfc3339).as_deref(), Some(text));
        }
        assert_eq!(parse_rfc3339("2026-03-01T10:00:00+01:00"), parse_rfc3339("2026-03-01T09:00:00Z"));
        assert_eq!(
            parse_rfc3339("2026-03-01T10:00:00.123456-02:30"),
            parse_rfc3339("2026-03-01T12:30:00.123Z")
        );
        for bad in [
            "",
            "2026-03-01",
            "2026-13-01T00:00:00Z",
            "2026-03-01T10:00:00",
            "2026-03-01T10:00:00Zx",
            "x026-03-01T10:00:00Z",
        ] {
            assert_eq!(parse_rfc3339(bad), None, "{bad}");
        }
    }

    #[test]
    fn http_dates_and_durations() {
        assert_eq!(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000));
        assert_eq!(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), None);
        assert_eq!(parse_duration("2m"), Some(120_000));
        assert_eq!(parse_duration("250ms"), Some(250));
        assert_eq!(parse_duration("2"), None);
        assert_eq!(parse_duration("x"), None);
    }
}
