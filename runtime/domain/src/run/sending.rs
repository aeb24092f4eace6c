//! What an answer says of a write whose request may have left the host.

use crate::connector::Effect;
use crate::failure::FailureKind;
use crate::run::step::Step;

/// What left the host.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// Nothing.
    Unsent,
    /// A request that may change something, perhaps.
    Sent,
    /// One before this attempt, perhaps: this was the same again.
    Again,
    /// Nothing, surely: the connector has looked.
    Absent,
    /// One before this call, perhaps: a suspended call went on, and perhaps sent another.
    Resumed { sent: bool },
}

impl Sending {
    /// Where a suspended call went on, what earlier parts of it sent counts as well.
    pub(crate) const fn of(self, step: &Step) -> Self {
        match self {
            Self::Unsent | Self::Sent if step.resume.is_some() => {
                Self::Resumed { sent: matches!(self, Self::Sent) }
            }
            Self::Unsent | Self::Sent | Self::Again | Self::Absent | Self::Resumed { .. } => self,
        }
    }
}

/// What becomes of an open intent when its attempt failed.
#[derive(PartialEq)]
pub(crate) enum Settled {
    NotApplied,
    InDoubt,
    /// The same key and bytes may be sent again: it stays open until that has an answer.
    StaysOpen,
}

/// What becomes of the open intent after a failure of this kind.
pub(crate) const fn settled(class: Effect, kind: &FailureKind, sending: Sending) -> Settled {
    let unknown = match class {
        Effect::WriteIdempotent => Settled::StaysOpen,
        Effect::WriteOnce | Effect::Read => Settled::InDoubt,
    };
    match sending {
        Sending::Again => return unknown,
        Sending::Absent => return Settled::NotApplied,
        Sending::Resumed { .. } => return settled_late(unknown, kind),
        Sending::Unsent | Sending::Sent => {}
    }
    match kind {
        FailureKind::OutcomeUnknown => unknown,
        FailureKind::Transient { .. }
        | FailureKind::Trap
        | FailureKind::TimedOut
        | FailureKind::Cancelled => {
            if matches!(sending, Sending::Sent) {
                unknown
            } else {
                Settled::NotApplied
            }
        }
        // The remote answered, and said no.
        FailureKind::InvalidInput { .. }
        | FailureKind::AuthExpired
        | FailureKind::PermissionDenied { .. }
        | FailureKind::NotFound
        | FailureKind::Conflict
        | FailureKind::RateLimited { .. }
        | FailureKind::Permanent
        | FailureKind::Unsupported
        | FailureKind::Unavailable { .. } => Settled::NotApplied,
    }
}

/// After a pause: what the connector says of the whole counts, everything else leaves the earlier part unknown.
const fn settled_late(unknown: Settled, kind: &FailureKind) -> Settled {
    match kind {
        FailureKind::InvalidInput { .. }
        | FailureKind::NotFound
        | FailureKind::Conflict
        | FailureKind::Permanent => Settled::NotApplied,
        FailureKind::AuthExpired
        | FailureKind::PermissionDenied { .. }
        | FailureKind::RateLimited { .. }
        | FailureKind::Transient { .. }
        | FailureKind::OutcomeUnknown
        | FailureKind::Unsupported
        | FailureKind::Trap
        | FailureKind::TimedOut
        | FailureKind::Cancelled
        | FailureKind::Unavailable { .. } => unknown,
    }
}

/// The remote, or the host before it, did not take the request and may take it later.
pub(crate) const fn refused_for_now(kind: &FailureKind) -> bool {
    match kind {
        FailureKind::RateLimited { .. } | FailureKind::Unavailable { .. } => true,
        FailureKind::InvalidInput { .. }
        | FailureKind::AuthExpired
        | FailureKind::PermissionDenied { .. }
        | FailureKind::NotFound
        | FailureKind::Conflict
        | FailureKind::Transient { .. }
        | FailureKind::OutcomeUnknown
        | FailureKind::Permanent
        | FailureKind::Unsupported
        | FailureKind::Trap
        | FailureKind::TimedOut
        | FailureKind::Cancelled => false,
    }
}
