//! What a failed call means once a write may have left the host. Pure.

use serde_json::json;
use throughline_domain::connector::Effect;
use throughline_domain::failure::{Failure, FailureKind, Origin};

use crate::error::codes;

/// Turns a failure into what may truly be said of it.
///
/// `answers` has one entry for each unsafe request that left: the status of its answer, or nothing if there
/// was none. A guest's own words count only where the answers leave no doubt: a definite refusal
/// (4xx, except 408) was not applied; everything else may have been.
pub fn settle(effect: Effect, answers: &[Option<u16>], failure: Failure) -> Failure {
    let in_doubt = answers.iter().any(|answer| !answer.is_some_and(refused));
    if effect == Effect::Read || !in_doubt || failure.kind == FailureKind::OutcomeUnknown {
        return failure;
    }
    match (effect, &failure.kind) {
        // Sent again with the same key: the remote keeps it from happening twice.
        (Effect::WriteIdempotent, FailureKind::Transient { .. }) => failure,
        // A limit that came as a server error, after a redirect or not at all is no refusal.
        (Effect::WriteIdempotent, FailureKind::RateLimited { after_ms }) => {
            Failure { kind: FailureKind::Transient { after_ms: *after_ms }, ..failure }
        }
        (Effect::WriteIdempotent, FailureKind::TimedOut) => {
            Failure { kind: FailureKind::Transient { after_ms: None }, ..failure }
        }
        _ => unknown(answers, failure),
    }
}

/// Statuses with which a remote says that it did nothing.
const fn refused(status: u16) -> bool {
    status >= 400 && status < 500 && status != 408
}

fn unknown(answers: &[Option<u16>], failure: Failure) -> Failure {
    let last = answers.last().copied().flatten();
    let answer =
        last.map_or_else(|| "there was no answer".to_owned(), |status| format!("the answer was {status}"));
    let said = json!({ "kind": failure.kind, "code": failure.code, "detail": failure.detail });
    Failure {
        kind: FailureKind::OutcomeUnknown,
        code: codes::OUTCOME_UNKNOWN.to_owned(),
        message: format!("a write was sent and may have been applied ({answer}). {}", failure.message),
        origin: if last.is_some() { failure.origin } else { Origin::Remote },
        http_status: failure.http_status.or(last),
        remote_request_id: failure.remote_request_id,
        detail: Some(json!({ "said": said })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_after(effect: Effect, answers: &[Option<u16>], kind: FailureKind) -> FailureKind {
        let failure = Failure { kind, ..Failure::permanent("acme.x", "words") };
        settle(effect, answers, failure).kind
    }

    const TRANSIENT: FailureKind = FailureKind::Transient { after_ms: Some(7) };
    const LIMITED: FailureKind = FailureKind::RateLimited { after_ms: None };

    #[test]
    fn nothing_sent_changes_nothing() {
        for effect in [Effect::Read, Effect::WriteIdempotent, Effect::WriteOnce] {
            for kind in [
                FailureKind::Permanent,
                TRANSIENT,
                FailureKind::Trap,
                FailureKind::TimedOut,
                FailureKind::Cancelled,
            ] {
                assert_eq!(kind_after(effect, &[], kind.clone()), kind);
            }
        }
    }

    #[test]
    fn a_definite_refusal_was_not_applied() {
        for status in [400, 401, 403, 404, 409, 412, 422, 425, 429] {
            for effect in [Effect::WriteIdempotent, Effect::WriteOnce] {
                for kind in [
                    FailureKind::Permanent,
                    FailureKind::Conflict,
                    LIMITED,
                    FailureKind::Trap,
                    FailureKind::TimedOut,
                ] {
                    assert_eq!(kind_after(effect, &[Some(status)], kind.clone()), kind, "{status}");
                }
            }
        }
    }

    #[test]
    fn a_write_once_without_a_definite_answer_is_unknown_whatever_the_guest_says() {
        for answer in [
            None,
            Some(200),
            Some(204),
            Some(302),
            Some(408),
            Some(500),
            Some(502),
            Some(503),
            Some(504),
            Some(520),
        ] {
            for kind in [
                FailureKind::Permanent,
                FailureKind::NotFound,
                FailureKind::InvalidInput { issues: vec![] },
                TRANSIENT,
                LIMITED,
                FailureKind::Trap,
                FailureKind::TimedOut,
                FailureKind::Cancelled,
                FailureKind::OutcomeUnknown,
            ] {
                assert_eq!(
                    kind_after(Effect::WriteOnce, &[answer], kind),
                    FailureKind::OutcomeUnknown,
                    "{answer:?}"
                );
            }
        }
    }

    #[test]
    fn an_idempotent_write_is_retried_or_unknown_never_failed_for_good() {
        use FailureKind::{Cancelled, OutcomeUnknown, Permanent, TimedOut, Trap};
        for answer in [None, Some(200), Some(500), Some(408)] {
            let after = |kind| kind_after(Effect::WriteIdempotent, &[answer], kind);
            assert_eq!(after(TRANSIENT), TRANSIENT);
            assert_eq!(after(LIMITED), FailureKind::Transient { after_ms: None });
            assert_eq!(after(TimedOut), FailureKind::Transient { after_ms: None });
            for kind in [Permanent, Trap, Cancelled] {
                assert_eq!(after(kind), OutcomeUnknown, "{answer:?}");
            }
        }
        assert_eq!(kind_after(Effect::WriteIdempotent, &[Some(404), None], Permanent), OutcomeUnknown);
    }

    #[test]
    fn the_guests_words_are_kept_as_detail() {
        let settled = settle(Effect::WriteOnce, &[None], Failure::permanent("acme.x", "it broke"));
        assert_eq!(settled.code, "TL0323");
        assert!(settled.message.contains("it broke"));
        assert_eq!(settled.detail.unwrap()["said"]["code"], "acme.x");
    }
}
