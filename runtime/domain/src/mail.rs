//! When a mail that did not go is tried again, and whose mail arrives.

pub mod inbound;

/// First pause, in milliseconds: a code is waited for.
const FIRST_MS: u64 = 15_000;
/// Longest pause, in milliseconds.
const LONGEST_MS: u64 = 3_600_000;

/// The pause after so many tries that failed, in milliseconds: doubled each time, at most an hour.
pub const fn pause_ms(tries: u32) -> u64 {
    let doubled = tries.saturating_sub(1);
    // 15 s doubled eight times is over an hour.
    if doubled >= 8 { LONGEST_MS } else { FIRST_MS << doubled }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let pauses: Vec<u64> = (1..=10).map(|tries| pause_ms(tries) / 1_000).collect();
        assert_eq!(pauses, [15, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
        assert_eq!(pause_ms(0), FIRST_MS);
        assert_eq!(pause_ms(u32::MAX), LONGEST_MS);
    }
}
