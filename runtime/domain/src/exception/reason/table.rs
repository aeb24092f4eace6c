//! The defaults, one entry for each reason, in the order of the codes.

use super::{Button, EvidenceKind, Fix, Reason, Role};
use crate::exception::{Kind, Severity};
use crate::workflow::{Due, ReasonCode};

const HOURS_2: Due = Due::BusinessTime { days: 0, minutes: 120 };
const HOURS_4: Due = Due::BusinessTime { days: 0, minutes: 240 };
const DAY_1: Due = Due::BusinessTime { days: 1, minutes: 0 };
const DAYS_2: Due = Due::BusinessTime { days: 2, minutes: 0 };

/// About a record: the queue's people, within a day.
const BUSINESS: Reason = Reason {
    code: ReasonCode::NeedsJudgement,
    means: "",
    kind: Kind::Business,
    owner: Role::Operator,
    due: DAY_1,
    severity: Severity::Normal,
    fixes: &[],
    cleared_by: &[EvidenceKind::CleanPass],
};

/// About a cause: who builds, within four hours.
const TECHNICAL: Reason = Reason {
    kind: Kind::Technical,
    owner: Role::Builder,
    due: HOURS_4,
    severity: Severity::High,
    ..BUSINESS
};

const fn click(button: Button, words: &'static str) -> Fix {
    Fix { button: Some(button), words }
}

const fn say(words: &'static str) -> Fix {
    Fix { button: None, words }
}

const COUNT: usize = ReasonCode::ALL.len();

pub(super) static TABLE: [Reason; COUNT] = [
    Reason {
        code: ReasonCode::MissingRequired,
        means: "A value that the next step needs is not there.",
        fixes: &[
            click(Button::FixAndContinue, "Fill the value in where the record lives, then continue"),
            click(Button::EditAndRetry, "Add the value to the input of this item only"),
        ],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::InvalidValue,
        means: "A value is there, but the next system does not take it.",
        fixes: &[
            click(Button::FixAndContinue, "Correct the value where the record lives, then continue"),
            click(Button::EditAndRetry, "Correct the input of this item only"),
        ],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::UnmappedValue,
        means: "A value has no counterpart in the other system.",
        fixes: &[
            click(Button::Retry, "Add the value to the mapping, then retry with the current version"),
            click(Button::EditAndRetry, "Choose a value that the other system has, for this item only"),
        ],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::UnmatchedIdentity,
        means: "No record in the other system is known to be the same.",
        fixes: &[
            click(Button::FixAndContinue, "Link the record to the one it belongs to"),
            click(Button::FixAndContinue, "Create the record there, if it really is new"),
        ],
        cleared_by: &[EvidenceKind::CleanPass, EvidenceKind::LinkConfirmed],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::AmbiguousIdentity,
        means: "Several records could be the same one, and none stands out.",
        due: HOURS_4,
        fixes: &[
            click(
                Button::FixAndContinue,
                "Choose the record it belongs to; the others are remembered as not the same",
            ),
            click(Button::FixAndContinue, "Create a new record, if none of them is the same"),
        ],
        cleared_by: &[EvidenceKind::CleanPass, EvidenceKind::LinkConfirmed],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::DuplicateSuspect,
        means: "The record looks like one that exists already.",
        fixes: &[
            click(Button::FixAndContinue, "Link the two, so that both are known to be one"),
            click(Button::FixAndContinue, "Say that they are not the same, and create the new one"),
        ],
        cleared_by: &[EvidenceKind::CleanPass, EvidenceKind::LinkConfirmed],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::AuthorityConflict,
        means: "Two systems claim the value, and the truth map does not let this write pass.",
        severity: Severity::High,
        fixes: &[
            click(Button::FixAndContinue, "Change the value in the system that owns it, then continue"),
            click(Button::Skip, "Leave the value as its owner has it"),
        ],
        cleared_by: &[EvidenceKind::CleanPass, EvidenceKind::ValuesAgree],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::Drift,
        means: "A copy no longer has the value of the system that owns it.",
        fixes: &[
            click(Button::FixAndContinue, "Restore the owner's value in the copy"),
            click(Button::FixAndContinue, "Accept the copy's value into the owner, as a proposal"),
        ],
        cleared_by: &[EvidenceKind::ValuesAgree],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::StalePrecondition,
        means: "The record changed between looking at it and writing to it.",
        due: HOURS_4,
        fixes: &[
            click(Button::Retry, "Retry: the record is read again before anything is written"),
            click(Button::EditAndRetry, "Decide from what the record says now, with another input"),
        ],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::PolicyHold,
        means: "A rule holds this until somebody who may decide has decided.",
        owner: Role::Approver,
        due: HOURS_4,
        severity: Severity::High,
        fixes: &[
            click(Button::FixAndContinue, "Let it pass, with a reason that is recorded"),
            click(Button::Skip, "Hold it back for good and go on without it"),
        ],
        cleared_by: &[EvidenceKind::CleanPass, EvidenceKind::ConditionCleared],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::AmountMismatch,
        means: "Two amounts that must be equal are not, beyond what rounding explains.",
        severity: Severity::High,
        fixes: &[
            click(Button::FixAndContinue, "Correct the document that is wrong, then continue"),
            click(Button::CompleteByHand, "Settle the difference by hand and say how"),
        ],
        cleared_by: &[EvidenceKind::CleanPass, EvidenceKind::ValuesAgree],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::SequenceGap,
        means: "A numbered message is missing; what came after it is held or may be wrong.",
        due: HOURS_4,
        fixes: &[
            say("Wait for the missing message, or ask the sender to send it again"),
            click(Button::Skip, "Go on without it, if a later message says everything"),
        ],
        cleared_by: &[EvidenceKind::CleanPass, EvidenceKind::Arrived],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::DeadlinePassed,
        means: "Something that was expected by now has not happened.",
        due: HOURS_4,
        severity: Severity::High,
        fixes: &[
            say("Ask whoever should have answered, and wait on them"),
            click(Button::CompleteByHand, "Do what should have happened by hand"),
        ],
        cleared_by: &[EvidenceKind::CleanPass, EvidenceKind::Arrived],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::DownstreamReject,
        means: "The other system understood the request and refused it.",
        fixes: &[
            click(Button::FixAndContinue, "Mend what it complains about, then continue"),
            click(Button::EditAndRetry, "Retry with another input"),
            click(Button::CompleteByHand, "Do it in the other system by hand"),
        ],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::UnknownOutcome,
        means: "A write was sent and no answer came: nobody knows yet whether it happened.",
        due: HOURS_2,
        severity: Severity::Critical,
        fixes: &[
            click(Button::Happened, "Look in the other system; if it is there, say so and attach the proof"),
            click(Button::DidNotHappen, "If it is not there, say so, and it is sent again"),
        ],
        cleared_by: &[EvidenceKind::Reconciled],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::ApprovalExpired,
        means: "A proposal waited for a decision until it expired.",
        owner: Role::Approver,
        due: HOURS_4,
        fixes: &[
            click(Button::Retry, "Propose it again, from what the systems say now"),
            click(Button::Skip, "Go on without it, if it is no longer wanted"),
        ],
        cleared_by: &[EvidenceKind::Decided, EvidenceKind::ConditionCleared],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::AuthFailed,
        means: "The connection is no longer allowed in: its credential expired or lacks a right.",
        owner: Role::Admin,
        due: HOURS_2,
        fixes: &[say("Connect the account again; everything that waits goes on by itself")],
        cleared_by: &[EvidenceKind::ConnectionWorks, EvidenceKind::CleanPass],
        ..TECHNICAL
    },
    Reason {
        code: ReasonCode::RateLimited,
        means: "The other system asks for fewer requests than were made.",
        owner: Role::Admin,
        due: DAY_1,
        severity: Severity::Normal,
        fixes: &[
            say("Nothing, if it is a burst: what waits is released as the limit allows"),
            say("Raise the limit with the vendor, or lower the connection's own"),
        ],
        cleared_by: &[EvidenceKind::ConnectionWorks, EvidenceKind::CleanPass],
        ..TECHNICAL
    },
    Reason {
        code: ReasonCode::TransientExhausted,
        means: "The other system did not answer properly, however often it was tried.",
        owner: Role::Operator,
        fixes: &[
            say("Look at the other system's status page, and wait on the vendor if it is down"),
            click(Button::Retry, "Retry once it answers again"),
        ],
        cleared_by: &[EvidenceKind::ConnectionWorks, EvidenceKind::CleanPass],
        ..TECHNICAL
    },
    Reason {
        code: ReasonCode::TooLarge,
        means: "The item is larger than the other system or the runner takes.",
        fixes: &[
            click(Button::EditAndRetry, "Split it, or leave out what is not needed"),
            click(Button::CompleteByHand, "Hand it over by hand"),
        ],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::ParseError,
        means: "What arrived cannot be read in the form that was agreed.",
        fixes: &[
            say("Ask the sender to send it again in the agreed form"),
            click(Button::EditAndRetry, "Mend the text and retry"),
        ],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::SchemaChanged,
        means: "The other system's fields are no longer what the workflow was written for.",
        due: DAY_1,
        fixes: &[click(Button::Retry, "Adapt the workflow, then retry with the current version")],
        ..TECHNICAL
    },
    Reason {
        code: ReasonCode::ApprovalRejected,
        means: "Somebody decided that this must not happen as it was proposed.",
        owner: Role::Operator,
        fixes: &[
            click(Button::EditAndRetry, "Change what was wrong with it and propose it again"),
            click(Button::Skip, "Go on without it, if nothing depends on it"),
        ],
        cleared_by: &[],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::ConnectorFault,
        means: "The connector itself failed; the other system is not to blame.",
        fixes: &[
            say("Update the connector, or go back to the version before"),
            click(Button::Retry, "Retry once it is mended"),
        ],
        ..TECHNICAL
    },
    Reason {
        code: ReasonCode::NeedsJudgement,
        means: "No rule covers this case: a person must decide how to go on.",
        due: DAYS_2,
        fixes: &[
            click(Button::FixAndContinue, "Decide, change what must be changed, and continue"),
            click(Button::Skip, "Go on without it, if nothing depends on it"),
        ],
        cleared_by: &[],
        ..BUSINESS
    },
    Reason {
        code: ReasonCode::WorkflowDefect,
        means: "The workflow itself is wrong: an expression failed or a step does not fit.",
        due: DAY_1,
        fixes: &[
            click(Button::Retry, "Mend and publish the workflow, then retry with the current version"),
            click(Button::CompleteByHand, "Give the step its output by hand"),
        ],
        ..TECHNICAL
    },
];

const _: () = {
    let mut index = 0;
    while index < COUNT {
        assert!(TABLE[index].code as usize == index, "the table is not in the order of the codes");
        index += 1;
    }
};
