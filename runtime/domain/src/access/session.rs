//! How long a session lasts. What is stored of it are times; whether it lives is said here, at each request.

use crate::time::Timestamp;

/// How long sessions last. Both ends hold: whichever comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "the unit belongs to each name")]
pub struct SessionLife {
    /// Without a request, in milliseconds.
    pub idle_ms: u64,
    /// Since signing in, in milliseconds, however busy.
    pub absolute_ms: u64,
    /// Uses closer together than this are not written down, in milliseconds: a session costs no write a request.
    pub touch_ms: u64,
}

impl Default for SessionLife {
    /// 12 hours idle, 7 days in all, one write a minute.
    fn default() -> Self {
        Self { idle_ms: 12 * 3_600_000, absolute_ms: 7 * 86_400_000, touch_ms: 60_000 }
    }
}

/// What is stored of one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "each is when something happened")]
pub struct SessionTimes {
    /// When they signed in.
    pub created_at: Timestamp,
    /// The last use that was written down.
    pub used_at: Timestamp,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

/// A session that lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alive {
    /// This use is to be written down.
    pub touch: bool,
    /// When it ends if it is not used again.
    pub ends_at: Timestamp,
}

/// Why a session does not live any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionOver {
    /// Signed out, here or from another place.
    #[error("the session was signed out")]
    Revoked,
    /// Not used for too long.
    #[error("the session was not used for too long: sign in again")]
    Idle,
    /// As old as a session gets.
    #[error("the session is as old as a session may get: sign in again")]
    TooOld,
}

impl SessionOver {
    /// The page of it.
    pub const CODE: &'static str = "TL0824";
}

impl SessionLife {
    /// Does it live now?
    pub fn check(&self, times: &SessionTimes, now: Timestamp) -> Result<Alive, SessionOver> {
        if times.revoked_at.is_some() {
            return Err(SessionOver::Revoked);
        }
        let oldest = times.created_at.plus_ms(self.absolute_ms);
        if now >= oldest {
            return Err(SessionOver::TooOld);
        }
        let idle = times.used_at.plus_ms(self.idle_ms);
        if now >= idle {
            return Err(SessionOver::Idle);
        }
        // Where uses are written down less often than a session may be idle, it would end in use.
        let apart = self.touch_ms.min(self.idle_ms / 2);
        let touch = now >= times.used_at.plus_ms(apart);
        Ok(Alive { touch, ends_at: oldest.min(if touch { now.plus_ms(self.idle_ms) } else { idle }) })
    }
}
