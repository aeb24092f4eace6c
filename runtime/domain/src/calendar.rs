//! Zones and business time.

use jiff::tz::TimeZone;

/// A zone that the bundled IANA database does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not an IANA zone such as Europe/Berlin")]
pub struct UnknownZone {
    /// What was asked for.
    pub name: String,
}

/// The zone of that name from the bundled database, whatever the machine has.
pub fn zone(name: &str) -> Result<TimeZone, UnknownZone> {
    static BUNDLED: std::sync::LazyLock<jiff::tz::TimeZoneDatabase> =
        std::sync::LazyLock::new(jiff::tz::TimeZoneDatabase::bundled);
    if name == "UTC" {
        return Ok(TimeZone::UTC);
    }
    BUNDLED.get(name).map_err(|_| UnknownZone { name: name.chars().take(60).collect() })
}
