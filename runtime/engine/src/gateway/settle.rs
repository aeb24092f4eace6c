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

/// Idempotent, within the key's lifetime, and a try left: send again. Else, where the connector can look: look. Else
/// nobody knows. Never sends a `write_once` again.
pub(crate) async fn settle(shared: &Shared, place: &Place, class: Effect, settle: &Settle) -> Found {
    let means = match calls::means(shared, place, &settle.call.action).await {
        Ok(means) => means,
        Err(failure) => return Found::Unknown(unknown(&failure.message)),
    };
    let resend = class == Effect::WriteIdempotent && !settle.look_only;
    #[cfg(feature = "faults")]
    let resend = resend || crate::faults::resends_unknown();
    if resend && key_is_fresh(&means, settle.intended_at, shared.clock.now()) {
        fail::fail_point!("gateway.before_resend", |_| std::process::abort());
        let precondition = match precondition_of(shared, place, &settle.call).await {
            Ok(precondition) => precondition,
            Err(error) => {
                return Found::Unknown(unknown(&format!("its proposal could not be read: {error}")));
            }
        };
        let (call, key) = (&settle.call, &settle.idempotency_key);
        return Found::Resent(calls::run_unless_moved(shared, place, call, key, precondition.as_ref()).await);
    }
    if means.reconcile {
        return look_twice(shared, place, settle, means.settle_ms).await;
    }
    Found::Unknown(unknown("the write was sent, or may have been, and the connector cannot look it up"))
}

/// A write that is idempotent by nature takes no key, and may be sent again at any time.
fn key_is_fresh(means: &Means, intended_at: Timestamp, now: Timestamp) -> bool {
    means.key_lifetime_ms.is_none_or(|lifetime| now < intended_at.plus_ms(lifetime))
}

/// *Not applied* counts only when answered twice, at least `settle_ms` apart.
async fn look_twice(shared: &Shared, place: &Place, settle: &Settle, settle_ms: u64) -> Found {
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
            Err(failure) if is_retryable(&failure.kind) && failures < MAX_FAILED_LOOKS => failures += 1,
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
