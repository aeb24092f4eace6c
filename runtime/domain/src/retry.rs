//! When to try again: exponential with full jitter, inside the policy's attempts and time. Random bits and the
//! time are arguments.

use crate::failure::FailureKind;
use crate::time::Timestamp;
use crate::workflow::RetryPolicy;

/// Where a node names no policy: five attempts over ten minutes.
pub const DEFAULT_POLICY: RetryPolicy = RetryPolicy { attempts: 5, over_ms: 600_000 };
/// Longest wait a remote may ask for: 24 hours, in milliseconds.
pub const MAX_RETRY_AFTER_MS: u64 = 86_400_000;
/// Ceiling of the first wait, in milliseconds; it doubles with each attempt.
pub const BASE_MS: u64 = 1_000;
/// Ceiling of every later wait, in milliseconds.
pub const MAX_BACKOFF_MS: u64 = 300_000;
/// Longest a step may be held back by rate limits before a person is told, in milliseconds from its first attempt.
pub const RATE_LIMIT_PATIENCE_MS: u64 = 86_400_000;
/// Shortest wait when the remote gave no hint and the failure burns no attempt, in milliseconds.
const MIN_FREE_WAIT_MS: u64 = 1_000;

/// What a policy has used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// Attempts made so far in this logical attempt, this one included.
    pub attempts: u32,
    /// Failed attempts that counted, this one not included.
    pub counted: u32,
    /// When the first one started.
    pub first_at: Timestamp,
}

/// The next try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Again {
    /// Not before this time.
    pub at: Timestamp,
    /// This failure counts against the policy.
    pub counted: bool,
}

/// Does the kind of failure leave room for another try, if the effect allows it?
pub const fn is_retryable(kind: &FailureKind) -> bool {
    match kind {
        FailureKind::RateLimited { .. }
        | FailureKind::Transient { .. }
        | FailureKind::OutcomeUnknown
        | FailureKind::Cancelled
        | FailureKind::TimedOut
        | FailureKind::Unavailable { .. } => true,
        FailureKind::InvalidInput { .. }
        | FailureKind::AuthExpired
        | FailureKind::PermissionDenied { .. }
        | FailureKind::NotFound
        | FailureKind::Conflict
        | FailureKind::Permanent
        | FailureKind::Unsupported
        | FailureKind::Trap => false,
    }
}

/// When to try again after a failure, or `None` when it is time to stop. `random` is uniform.
pub fn next_try(
    policy: RetryPolicy,
    spent: Spent,
    kind: &FailureKind,
    now: Timestamp,
    random: u64,
) -> Option<Again> {
    match kind {
        FailureKind::Transient { after_ms } => counted_try(policy, spent, *after_ms, now, random),
        FailureKind::TimedOut | FailureKind::OutcomeUnknown => counted_try(policy, spent, None, now, random),
        FailureKind::RateLimited { after_ms } => {
            let patience = policy.over_ms.max(RATE_LIMIT_PATIENCE_MS);
            let at = free_wait(spent.attempts, *after_ms, now, random);
            (at <= spent.first_at.plus_ms(patience)).then_some(Again { at, counted: false })
        }
        FailureKind::Unavailable { after_ms } => {
            Some(Again { at: free_wait(spent.attempts, *after_ms, now, random), counted: false })
        }
        // Somebody else stopped the call; the step itself has had no chance.
        FailureKind::Cancelled => Some(Again { at: now, counted: false }),
        FailureKind::InvalidInput { .. }
        | FailureKind::AuthExpired
        | FailureKind::PermissionDenied { .. }
        | FailureKind::NotFound
        | FailureKind::Conflict
        | FailureKind::Permanent
        | FailureKind::Unsupported
        | FailureKind::Trap => None,
    }
}

/// Full jitter: anything from nothing to a ceiling that doubles.
fn jittered(tries: u32, random: u64) -> u64 {
    let ceiling = BASE_MS.checked_shl(tries.saturating_sub(1).min(32)).unwrap_or(MAX_BACKOFF_MS);
    random % (ceiling.min(MAX_BACKOFF_MS) + 1)
}

fn counted_try(
    policy: RetryPolicy,
    spent: Spent,
    after_ms: Option<u64>,
    now: Timestamp,
    random: u64,
) -> Option<Again> {
    let failed = spent.counted + 1;
    let last = spent.first_at.plus_ms(policy.over_ms);
    if failed >= policy.attempts || now >= last {
        return None;
    }
    let asked = now.plus_ms(after_ms.unwrap_or(0).min(MAX_RETRY_AFTER_MS));
    if asked > last {
        return None;
    }
    // Our own wait is shortened to the policy's end, the remote's never.
    let own = now.plus_ms(jittered(failed, random)).min(last);
    Some(Again { at: asked.max(own), counted: true })
}

fn free_wait(attempts: u32, after_ms: Option<u64>, now: Timestamp, random: u64) -> Timestamp {
    let own = jittered(attempts, random);
    let wait = match after_ms {
        // Spread over a little more than asked: everybody was told the same time.
        Some(asked) => asked.min(MAX_RETRY_AFTER_MS) + own.min(asked / 10 + BASE_MS),
        None => own.max(MIN_FREE_WAIT_MS),
    };
    now.plus_ms(wait.min(MAX_RETRY_AFTER_MS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = Timestamp(1_700_000_000_000_000);

    proptest! {
        #[test]
        fn counted_waits_stay_inside_the_policy(
            attempts in 1u32..20, over_ms in 0u64..3_600_000, counted in 0u32..25, gone in 0u64..4_000_000,
            after in proptest::option::of(0u64..200_000_000), random: u64,
        ) {
            let policy = RetryPolicy { attempts, over_ms };
            let now = START.plus_ms(gone);
            let spent = Spent { attempts: counted + 1, counted, first_at: START };
            let kind = FailureKind::Transient { after_ms: after };
            if let Some(again) = next_try(policy, spent, &kind, now, random) {
                prop_assert!(again.counted && counted + 1 < attempts);
                prop_assert!(again.at >= now && again.at <= START.plus_ms(over_ms));
                prop_assert!(again.at >= now.plus_ms(after.unwrap_or(0).min(MAX_RETRY_AFTER_MS)));
            } else {
                let asked = now.plus_ms(after.unwrap_or(0).min(MAX_RETRY_AFTER_MS));
                let last = START.plus_ms(over_ms);
                prop_assert!(counted + 1 >= attempts || now >= last || asked > last);
            }
        }

        #[test]
        fn limits_burn_no_attempt_and_never_spin(
            counted in 0u32..100, after in proptest::option::of(0u64..200_000_000), random: u64,
        ) {
            let spent = Spent { attempts: counted + 1, counted, first_at: START };
            let policy = RetryPolicy { attempts: 1, over_ms: 0 };
            let kind = FailureKind::Unavailable { after_ms: after };
            let again = next_try(policy, spent, &kind, START, random);
            let again = again.unwrap();
            prop_assert!(!again.counted);
            prop_assert!(again.at >= START.plus_ms(after.unwrap_or(1_000).min(MAX_RETRY_AFTER_MS)));
            prop_assert!(again.at <= START.plus_ms(MAX_RETRY_AFTER_MS));
        }
    }

    #[test]
    fn permanent_kinds_are_never_retried() {
        let spent = Spent { attempts: 1, counted: 0, first_at: START };
        for kind in [
            FailureKind::InvalidInput { issues: vec![] },
            FailureKind::AuthExpired,
            FailureKind::PermissionDenied { missing: None },
            FailureKind::NotFound,
            FailureKind::Conflict,
            FailureKind::Permanent,
            FailureKind::Unsupported,
            FailureKind::Trap,
        ] {
            assert!(!is_retryable(&kind));
            assert_eq!(next_try(DEFAULT_POLICY, spent, &kind, START, 7), None);
        }
    }
}
