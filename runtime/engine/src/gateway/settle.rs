//! Settling an intent whose outcome nobody recorded: a crash, a lost lease, or an answer that never came.

use std::time::Duration;

use serde_json::Value;
use throughline_domain::connector::Effect;
use throughline_domain::failure::{Failure, FailureKind};
use throughline_domain::retry::is_retryable;
use throughline_domain::run::decision::Settle;
use throughline_domain::time::Timestamp;
use throughline_host::contract::Reconciliation;

use super::propose::precondition_of;
use crate::calls::{self, Attempted, Means, Place};
use crate::shared::Shared;

/// Looks that may fail before a person is asked.
const MAX_FAILED_LOOKS: u32 = 3;

/// What settling found.
#[derive(Debug)]
pub(crate) enum Found {
    /// It was sent again with the same key and the same bytes; this is the answer.
    Resent(Attempted),
    /// The connector found it at the remote.
    Applied(Value),
    /// The connector looked twice, and it is not there.
    NotApplied(Failure),
    /// Nobody knows: a person is asked.
    Unknown(Failure),
}

/// How an intent is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The remote recognises the key.
    SendAgain,
    /// No key, and twice does no more than once: looked up first, so that it is not done twice where once was enough, and
    /// nobody's later change is undone. Sent again if it is not found.
    LookThenSendAgain,
    Look,
    Ask,
}

impl Way {
    /// `may_resend`: the action is idempotent, and a try is left. `key_is_fresh`: nothing where the remote takes no key.
    const fn of(may_resend: bool, key_is_fresh: Option<bool>, reconcile: bool) -> Self {
        match (may_resend, key_is_fresh, reconcile) {
            (true, None, true) => Self::LookThenSendAgain,
            (true, Some(true), _) | (true, None, false) => Self::SendAgain,
            (true, Some(false), true) | (false, _, true) => Self::Look,
            (true, Some(false), false) | (false, _, false) => Self::Ask,
        }
    }
}

/// Idempotent, within the key's lifetime, and a try left: send again, after a look where there is no key. Else, where the
/// connector can look: look. Else nobody knows. Never sends a `write_once` again.
pub(crate) async fn settle(shared: &Shared, place: &Place, class: Effect, settle: &Settle) -> Found {
    let means = match calls::means(shared, place, &settle.call.action).await {
        Ok(means) => means,
        Err(failure) => return Found::Unknown(unknown(&failure.message)),
    };
    let may_resend = class == Effect::WriteIdempotent && !settle.look_only;
    let key_is_fresh = key_is_fresh(&means, settle.intended_at, shared.clock.now());
    let way = Way::of(may_resend, key_is_fresh, means.reconcile);
    #[cfg(feature = "faults")]
    let way = if crate::faults::resends_unknown() { Way::SendAgain } else { way };
    match way {
        Way::SendAgain => send_again(shared, place, settle).await,
        Way::LookThenSendAgain => match look_twice(shared, place, settle, means.settle_ms, 0).await {
            Found::Applied(output) => Found::Applied(output),
            found if place.cancel.is_cancelled() => found,
            Found::NotApplied(_) | Found::Unknown(_) | Found::Resent(_) => {
                send_again(shared, place, settle).await
            }
        },
        Way::Look => look_twice(shared, place, settle, means.settle_ms, MAX_FAILED_LOOKS).await,
        Way::Ask => Found::Unknown(unknown(
            "the write was sent, or may have been, and the connector cannot look it up",
        )),
    }
}

/// Nothing where the remote takes no key.
fn key_is_fresh(means: &Means, intended_at: Timestamp, now: Timestamp) -> Option<bool> {
    means.key_lifetime_ms.map(|lifetime| now < intended_at.plus_ms(lifetime))
}

async fn send_again(shared: &Shared, place: &Place, settle: &Settle) -> Found {
    fail::fail_point!("gateway.before_resend", |_| std::process::abort());
    let precondition = match precondition_of(shared, place, &settle.call).await {
        Ok(precondition) => precondition,
        Err(error) => {
            return Found::Unknown(unknown(&format!("its proposal could not be read: {error}")));
        }
    };
    let (call, key) = (&settle.call, &settle.idempotency_key);
    Found::Resent(calls::run_unless_moved(shared, place, call, key, precondition.as_ref()).await)
}

/// *Not applied* counts only when answered twice, at least `settle_ms` apart. So many looks may fail on the way.
async fn look_twice(shared: &Shared, place: &Place, settle: &Settle, settle_ms: u64, may_fail: u32) -> Found {
    fail::fail_point!("gateway.before_look", |_| std::process::abort());
    let (mut absent, mut failures) = (false, 0);
    loop {
        match calls::reconcile(shared, place, &settle.call, &settle.idempotency_key).await {
            Ok(Reconciliation::Applied { output }) => return Found::Applied(output),
            Ok(Reconciliation::NotApplied) if absent => {
                let failure = Failure {
                    kind: FailureKind::Transient { after_ms: None },
                    ..Failure::permanent("TL0445", "the connector looked twice: the write did not land")
                };
                return Found::NotApplied(failure);
            }
            Ok(Reconciliation::NotApplied) => absent = true,
            Ok(Reconciliation::Unknown) => {
                return Found::Unknown(unknown(
                    "the connector looked and cannot tell whether the write landed",
                ));
            }
            // The remote may have the same trouble that swallowed the answer: it is asked a few times.
            Err(failure) if is_retryable(&failure.kind) && failures < may_fail => failures += 1,
            Err(failure) => {
                return Found::Unknown(unknown(&format!("looking the write up failed: {}", failure.message)));
            }
        }
        fail::fail_point!("gateway.between_looks", |_| std::process::abort());
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(settle_ms)) => {}
            () = place.cancel.cancelled() => return Found::Unknown(unknown("the look-up was cut short")),
        }
    }
}

fn unknown(words: &str) -> Failure {
    Failure { kind: FailureKind::OutcomeUnknown, ..Failure::permanent("TL0413", words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_has_a_way() {
        let ways = [
            // Idempotent, with a try left: by its key while the remote remembers it, without a key after a look.
            ((true, Some(true), true), Way::SendAgain),
            ((true, Some(true), false), Way::SendAgain),
            ((true, Some(false), true), Way::Look),
            ((true, Some(false), false), Way::Ask),
            ((true, None, true), Way::LookThenSendAgain),
            ((true, None, false), Way::SendAgain),
            // Never sent again, whatever key it has.
            ((false, Some(true), true), Way::Look),
            ((false, Some(true), false), Way::Ask),
            ((false, Some(false), true), Way::Look),
            ((false, Some(false), false), Way::Ask),
            ((false, None, true), Way::Look),
            ((false, None, false), Way::Ask),
        ];
        for ((may_resend, key_is_fresh, reconcile), way) in ways {
            assert_eq!(
                Way::of(may_resend, key_is_fresh, reconcile),
                way,
                "{may_resend} {key_is_fresh:?} {reconcile}"
            );
        }
    }
}
