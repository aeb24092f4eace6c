//! Times as the runner keeps them: UTC microseconds since the Unix epoch.

use serde::{Deserialize, Serialize};

/// UTC microseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Reads RFC 3339, to the microsecond.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        text.trim().parse::<jiff::Timestamp>().ok().map(|read| Self(read.as_microsecond()))
    }

    /// Later by `ms` milliseconds; saturates.
    #[must_use]
    pub const fn plus_ms(self, ms: u64) -> Self {
        let ms = if ms > i64::MAX as u64 / 1000 { i64::MAX / 1000 } else { ms.cast_signed() };
        Self(self.0.saturating_add(ms * 1000))
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// RFC 3339 text in UTC with microseconds, `2026-01-31T08:15:00.000000Z`.
    pub fn to_rfc3339(self) -> String {
        jiff::Timestamp::from_microsecond(self.0)
            .map_or_else(|_| format!("{}us", self.0), |time| format!("{time:.6}"))
    }

    /// Reads RFC 3339 text, in whatever offset; `None` where it is none.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        text.trim().parse::<jiff::Timestamp>().ok().map(|time| Self(time.as_microsecond()))
    }
}
