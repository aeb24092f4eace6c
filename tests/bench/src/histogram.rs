//! Times in microseconds, to three digits.

use std::time::Duration;

use hdrhistogram::Histogram;

/// Two minutes: nothing waits longer.
const LONGEST_US: u64 = 120_000_000;

/// A histogram of times.
#[derive(Clone, Debug)]
pub(crate) struct Times(Histogram<u64>);

impl Times {
    pub(crate) fn new() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST_US, 3).expect("the bounds are good"))
    }

    pub(crate) fn note(&mut self, time: Duration) {
        self.0.saturating_record(u64::try_from(time.as_micros()).unwrap_or(LONGEST_US));
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.0.add(&other.0).expect("the bounds are the same");
    }

    /// The time that this part of all is below, in milliseconds; `None` without any.
    #[expect(clippy::cast_precision_loss, reason = "microseconds of two minutes are exact")]
    pub(crate) fn ms(&self, part: f64) -> Option<f64> {
        (!self.0.is_empty()).then(|| self.0.value_at_quantile(part) as f64 / 1000.0)
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_milliseconds() {
        let mut times = Times::new();
        assert_eq!(times.ms(0.5), None);
        for ms in 1..=100 {
            times.note(Duration::from_millis(ms));
        }
        let mut both = Times::new();
        both.add(&times);
        assert_eq!(both.count(), 100);
        assert!((both.ms(0.5).unwrap() - 50.0).abs() < 0.1, "{:?}", both.ms(0.5));
        assert!((both.ms(0.99).unwrap() - 99.0).abs() < 0.1, "{:?}", both.ms(0.99));
    }
}
