//! The write gateway: every write of every workflow passes here, and nowhere else.
//!
//! stage → intent (committed) → call → outcome. What cannot be known is settled in [`settle`], never by sending again
//! blindly.

pub(crate) mod content;
pub(crate) mod propose;
pub(crate) mod settle;

use throughline_domain::failure::{Failure, FailureKind};
use throughline_domain::id::{EffectId, RunId};
use throughline_domain::json;
use throughline_domain::run::decision::ActionCall;
use throughline_domain::run::event::RunEvent;
use throughline_domain::run::{ActionTraits, Version};
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::Stage;
use throughline_intake::CatalogError;
use throughline_store::Scope;

use crate::key::idempotency_key;
use crate::shared::Shared;

/// May this write leave?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may.
    Go,
    /// It is looked at first: people decide about it, or have decided.
    Look,
    /// It stops: the workflow writes nothing.
    Hold(Stage),
}

/// The stage decides; but what was approved is looked at once more, and nothing goes by itself to an account that nobody
/// has agreed to. A connection that is not there refuses by itself.
pub(crate) async fn verdict(shared: &Shared, scope: &Scope, version: &Version, call: &ActionCall) -> Verdict {
    match (version.workflow().review.stage, &call.connection) {
        (Stage::Live, _) if call.approved_by.is_some() => Verdict::Look,
        (Stage::Live, Some(name)) => match shared.catalog.is_agreed(scope, name).await {
            Ok(true) | Err(CatalogError::NoConnection(_)) => Verdict::Go,
            // What is not known is not agreed to.
            Ok(false) | Err(_) => Verdict::Look,
        },
        (Stage::Live, None) => Verdict::Go,
        (Stage::Review, _) => Verdict::Look,
        (stage @ (Stage::Draft | Stage::Shadow | Stage::Paused), _) => Verdict::Hold(stage),
    }
}

/// Why a held write stopped, for the exception's sentence.
pub(crate) fn hold_sentence(call: &ActionCall, stage: Stage) -> String {
    let stage = match stage {
        Stage::Draft => "a draft",
        Stage::Shadow => "in shadow",
        Stage::Review => "in review",
        Stage::Live => "live",
        Stage::Paused => "paused",
    };
    format!(
        "The write `{}` was not sent: the workflow is {stage}, and only a live one sends writes by itself",
        call.action
    )
}

/// Why a write stopped about which nobody could decide.
pub(crate) fn nobody_sentence(call: &ActionCall, words: &str) -> String {
    format!("The write `{}` was not sent: {words}", call.action)
}

/// A person put the run in doubt after a restore: what it sends first may have been sent by the data that was lost. Such a
/// sending is treated as one whose answer never came: it is looked up, sent again under the key it has had before, or asked
/// about. A logical attempt that a person began is what that person wants.
pub(crate) fn may_have_happened(since: Option<Timestamp>, call: &ActionCall) -> Option<Failure> {
    let since = since?;
    let settled_since = call.last_intended_at.is_some_and(|at| at >= since);
    (call.logical_attempt <= 1 && !settled_since).then(|| Failure {
        kind: FailureKind::OutcomeUnknown,
        ..Failure::permanent("TL0413", "the run comes from a backup, and this write may have been sent since")
    })
}

/// The intent of one sending, to be committed before the write leaves the host.
pub(crate) fn intent(key: &[u8; 32], run: &RunId, call: &ActionCall, traits: ActionTraits) -> RunEvent {
    let sending = call.sendings + 1;
    RunEvent::EffectIntended {
        path: call.path.clone(),
        effect: EffectId::derived(run, &call.path, call.logical_attempt, sending),
        attempt: call.attempt,
        idempotency_key: idempotency_key(key, run, &call.path, call.logical_attempt),
        request_sha256: json::sha256(&call.input),
        class: traits.effect,
        undo: traits.undo,
        sending,
    }
}
