//! Durations and deadlines as people write them: `30m`, `4h`, `2d`, `8 business hours`,
//! `next_business_day 12:00`.

use super::Due;

const UNITS: [(&str, u64); 7] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
    ("w", 7 * 86_400_000),
    ("y", 365 * 86_400_000),
];

/// What a duration looks like, for messages.
pub const DURATION_FORM: &str = "a duration such as 250ms, 90s, 30m, 4h, 2d, 7y, or 1h 30m";
/// What a deadline looks like, for messages.
pub const DUE_FORM: &str =
    "a deadline such as 4h, 2d, 8 business hours, 1 business day, next_business_day 12:00";

/// Milliseconds of `1h 30m`; units ms, s, m, h, d (24 hours), w, y (365 days), each at most once, larger first.
pub fn parse_ms(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{}` is not a duration", shorten(text));
    let mut rest = text.trim();
    let mut total: u64 = 0;
    let mut last = u64::MAX;
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let count: u64 = rest[..digits].parse().map_err(|_| wrong())?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let unit = UNITS.iter().find(|(name, _)| *name == &rest[..letters]).ok_or_else(wrong)?.1;
        if unit >= last {
            return Err(wrong());
        }
        last = unit;
        total = count.checked_mul(unit).and_then(|ms| total.checked_add(ms)).ok_or_else(wrong)?;
        rest = rest[letters..].trim_start();
    }
    // A thousand years: everything computed from it stays within what a timestamp holds.
    if total > 1_000 * 365 * 86_400_000 { Err(wrong()) } else { Ok(total) }
}

/// Milliseconds of `2h` or `-2h`.
pub fn parse_signed_ms(text: &str) -> Result<i64, String> {
    let text = text.trim();
    match text.strip_prefix('-') {
        Some(rest) => parse_ms(rest).map(|ms| -ms.cast_signed()),
        None => parse_ms(text).map(u64::cast_signed),
    }
}

/// The shortest text that means these milliseconds.
pub fn format_ms(ms: u64) -> String {
    // Weeks and years read worse than days in a deadline, and read back the same.
    let plain = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    match plain.iter().find(|(_, unit)| ms != 0 && ms.is_multiple_of(*unit)) {
        Some((name, unit)) => format!("{}{name}", ms / unit),
        None => format!("{ms}ms"),
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

impl Due {
    /// Reads `4h`, `8 business hours`, `1 business day`, `1 business day 2 business hours`,
    /// `next_business_day 12:00`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{}` is not a deadline", shorten(text));
        let text = text.trim();
        if let Some(time) = text.strip_prefix("next_business_day") {
            let (hour, minute) = time.trim().split_once(':').ok_or_else(wrong)?;
            let (hour, minute): (u8, u8) =
                (hour.parse().map_err(|_| wrong())?, minute.parse().map_err(|_| wrong())?);
            if hour > 23 || minute > 59 {
                return Err(wrong());
            }
            return Ok(Self::NextBusinessDay { hour, minute });
        }
        if !text.contains("business") {
            return parse_ms(text).map(|ms| Self::After { ms }).map_err(|_| wrong());
        }
        Self::business(text).ok_or_else(wrong)
    }

    fn business(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (mut days, mut minutes) = (0u32, 0u32);
        let mut seen: Vec<&str> = Vec::new();
        for part in words.chunks(3) {
            let [count, "business", unit] = part else { return None };
            let count: u32 = count.parse().ok().filter(|count| *count <= 10_000)?;
            let unit = unit.trim_end_matches('s');
            if seen.contains(&unit) {
                return None;
            }
            seen.push(unit);
            match unit {
                "day" => days = count,
                "hour" => minutes = minutes.checked_add(count.checked_mul(60)?)?,
                "minute" => minutes = minutes.checked_add(count)?,
                _ => return None,
            }
        }
        Some(Self::BusinessTime { days, minutes })
    }
}

impl std::fmt::Display for Due {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plural = |count: u32| if count == 1 { "" } else { "s" };
        match self {
            Self::After { ms } => f.write_str(&format_ms(*ms)),
            Self::NextBusinessDay { hour, minute } => write!(f, "next_business_day {hour:02}:{minute:02}"),
            Self::BusinessTime { days, minutes } => {
                let mut parts = Vec::new();
                if *days > 0 || *minutes == 0 {
                    parts.push(format!("{days} business day{}", plural(*days)));
                }
                if *minutes > 0 && minutes.is_multiple_of(60) {
                    parts.push(format!("{} business hour{}", minutes / 60, plural(minutes / 60)));
                } else if *minutes > 0 {
                    parts.push(format!("{minutes} business minute{}", plural(*minutes)));
                }
                f.write_str(&parts.join(" "))
            }
        }
    }
}
