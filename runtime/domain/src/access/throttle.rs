//! Guessing passwords takes long: tries are counted before a password is looked at, and too many in a row make a pause
//! that doubles. Who has waited is as free as before; nothing locks an account for good, so nobody can lock out another.

use crate::time::Timestamp;

/// How many tries there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Tries before a pause.
    pub tries: u32,
    /// Tries are forgotten when none came for so long, in milliseconds.
    pub quiet_ms: u64,
    /// The first pause, in milliseconds; each further one is twice the one before.
    pub pause_ms: u64,
    /// The longest, in milliseconds.
    pub longest_ms: u64,
}

/// Of one account from one address.
pub const PAIR: Limit = Limit { tries: 5, quiet_ms: 60_000, pause_ms: 60_000, longest_ms: 15 * 60_000 };
/// Of one address, over all accounts: many people may be behind one.
pub const ADDRESS: Limit = Limit { tries: 50, quiet_ms: 60_000, pause_ms: 60_000, longest_ms: 15 * 60_000 };
/// Of one account, from all addresses. Short pauses: its owner waits as well.
pub const ACCOUNT: Limit =
    Limit { tries: 100, quiet_ms: 10 * 60_000, pause_ms: 60_000, longest_ms: 5 * 60_000 };

/// Pauses are forgotten after a day without a try, in milliseconds.
const FORGET_MS: u64 = 24 * 3_600_000;

/// Tries of one kind, as stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Throttle {
    /// Tries since the last pause or quiet time.
    pub tries: u32,
    /// Pauses in a row.
    pub pauses: u32,
    /// The last try.
    pub tried_at: Timestamp,
    /// No tries before this time.
    pub until: Option<Timestamp>,
}

/// Too many tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many tries: the next one is possible in {} s", .after_ms.div_ceil(1_000))]
pub struct TooMany {
    /// Milliseconds until the next try.
    pub after_ms: u64,
}

impl TooMany {
    /// The page of it.
    pub const CODE: &'static str = "TL0825";
}

impl Throttle {
    /// A try, before the password is looked at. The state changes either way, so it is stored either way. A try during
    /// a pause neither counts nor makes the pause longer.
    pub fn attempt(&mut self, limit: &Limit, now: Timestamp) -> Result<(), TooMany> {
        // A clock that was set back makes no pause longer than the longest there is.
        let until = self.until.map(|until| until.min(now.plus_ms(limit.longest_ms)));
        if let Some(until) = until.filter(|until| *until > now) {
            self.until = Some(until);
            return Err(TooMany { after_ms: millis_between(now, until) });
        }
        self.until = None;
        if now >= self.tried_at.plus_ms(limit.quiet_ms) {
            self.tries = 0;
        }
        if now >= self.tried_at.plus_ms(FORGET_MS) {
            self.pauses = 0;
        }
        self.tried_at = now;
        self.tries = self.tries.saturating_add(1);
        if self.tries > limit.tries {
            let after_ms = limit.pause(self.pauses);
            *self = Self {
                tries: 0,
                pauses: self.pauses.saturating_add(1),
                tried_at: now,
                until: Some(now.plus_ms(after_ms)),
            };
            return Err(TooMany { after_ms });
        }
        Ok(())
    }

    /// The password was right: this try was no guess. What others tried stays counted, else who has an account of their
    /// own could wipe out their guesses at another.
    pub const fn succeeded(&mut self) {
        self.tries = self.tries.saturating_sub(1);
    }

    /// Nothing is left to remember at this time.
    pub fn is_forgotten(&self, now: Timestamp) -> bool {
        now >= self.tried_at.plus_ms(FORGET_MS) && self.until.is_none_or(|until| until <= now)
    }
}

impl Limit {
    fn pause(&self, before: u32) -> u64 {
        self.pause_ms.saturating_mul(1 << before.min(20)).min(self.longest_ms)
    }
}

fn millis_between(now: Timestamp, until: Timestamp) -> u64 {
    u64::try_from(until.0.saturating_sub(now.0)).unwrap_or(0).div_ceil(1_000)
}
