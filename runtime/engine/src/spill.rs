//! Values over 64 KiB leave the log for the blob store before the commit that refers to them.

use serde_json::Value;
use throughline_domain::run::event::{Payload, RunEvent};

/// True when the JSON text of a value may be longer than `limit` bytes. Counts without writing it, and stops
/// as soon as it knows; text counts as if nothing in it needed escaping.
pub(crate) fn longer_than(value: &Value, limit: usize) -> bool {
    fn spend(value: &Value, left: &mut usize) -> bool {
        let cost = match value {
            Value::Null | Value::Bool(_) => 5,
            Value::Number(_) => 8,
            Value::String(text) => text.len() + 2,
            Value::Array(items) => {
                return take(2, left) && items.iter().all(|item| take(1, left) && spend(item, left));
            }
            Value::Object(fields) => {
                return take(2, left)
                    && fields.iter().all(|(name, item)| take(name.len() + 4, left) && spend(item, left));
            }
        };
        take(cost, left)
    }
    fn take(cost: usize, left: &mut usize) -> bool {
        match left.checked_sub(cost) {
            Some(rest) => {
                *left = rest;
                true
            }
            None => false,
        }
    }
    !spend(value, &mut { limit })
}

/// The payloads of an event that may have to move. Settled effects and results of children hold theirs deeper.
pub(crate) fn payloads(event: &mut RunEvent) -> Vec<&mut Payload> {
    use throughline_domain::run::event::{EffectOutcome, ProposalOutcome, Resolution};
    match event {
        RunEvent::RunStarted(started) => {
            let copied = started.copied.iter_mut().map(|step| &mut step.output);
            let edited = started.edited.iter_mut().map(|step| &mut step.input);
            std::iter::once(&mut started.input).chain(copied).chain(edited).collect()
        }
        RunEvent::AttemptStarted { input, .. } => vec![input],
        RunEvent::CallSuspended { token, .. } => vec![token],
        RunEvent::CallbackReceived { request, .. } => vec![request],
        RunEvent::StepSucceeded { output, .. } | RunEvent::RunSucceeded { output } => vec![output],
        RunEvent::EffectSettled { outcome: EffectOutcome::Confirmed { receipt, .. }, .. } => vec![receipt],
        RunEvent::WaitMatched { data, .. } => vec![data],
        RunEvent::ChildEnded { result, .. } | RunEvent::ItemEnded { result, .. } => {
            result.iter_mut().collect()
        }
        RunEvent::Answered { answer, .. } => vec![answer],
        RunEvent::ItemsListed { items, .. } => vec![items],
        RunEvent::Replied { body, .. } => vec![body],
        RunEvent::ProposalDecided { outcome, .. } => match outcome {
            ProposalOutcome::Approved { input, .. } => input.iter_mut().collect(),
            ProposalOutcome::Rejected { .. }
            | ProposalOutcome::Expired
            | ProposalOutcome::Superseded { .. }
            | ProposalOutcome::Withdrawn { .. }
            | ProposalOutcome::Replaced { .. } => Vec::new(),
        },
        RunEvent::StepRetried { input, .. } => input.iter_mut().collect(),
        RunEvent::ExceptionResolved { resolution, .. } => match resolution {
            Resolution::EditedAndRetried { input } => vec![input],
            Resolution::CompletedByHand { output } | Resolution::Happened { output, .. } => vec![output],
            Resolution::Retried
            | Resolution::Skipped
            | Resolution::Superseded { .. }
            | Resolution::GaveUp { .. }
            | Resolution::DidNotHappen => Vec::new(),
        },
        RunEvent::EffectSettled {
            outcome: EffectOutcome::NotApplied { .. } | EffectOutcome::InDoubt { .. },
            ..
        }
        | RunEvent::AttemptFailed { .. }
        | RunEvent::CallResumed { .. }
        | RunEvent::CallPutOff { .. }
        | RunEvent::EffectIntended { .. }
        | RunEvent::Proposed { .. }
        | RunEvent::StepFailed { .. }
        | RunEvent::StepParked { .. }
        | RunEvent::WaitStarted { .. }
        | RunEvent::ChildStarted { .. }
        | RunEvent::Asked { .. }
        | RunEvent::SegmentSealed { .. }
        | RunEvent::StepSkipped { .. }
        | RunEvent::CancelRequested { .. }
        | RunEvent::StepCancelled { .. }
        | RunEvent::Quarantined { .. }
        | RunEvent::RunFailed { .. }
        | RunEvent::RunCancelled => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn size_is_counted_without_writing() {
        assert!(!longer_than(&json!({ "a": [1, 2, 3] }), 64));
        assert!(longer_than(&json!("x".repeat(100)), 64));
        assert!(longer_than(&json!(vec![1; 100]), 64));
        assert!(!longer_than(&json!(null), 5));
    }
}
