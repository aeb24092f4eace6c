//! The closed list of reasons, each with what holds where neither the workflow nor a routing rule says otherwise.

mod table;

use serde::{Deserialize, Serialize};

use super::life::Ground;
use super::{Kind, Severity};
pub use crate::access::Role;
use crate::workflow::{Due, ReasonCode};

/// What holds for a reason by default.
#[derive(Clone, Debug)]
pub struct Reason {
    /// The reason.
    pub code: ReasonCode,
    /// What it means, a sentence of at least 20 characters.
    pub means: &'static str,
    /// About a record or about a cause.
    pub kind: Kind,
    /// Who owns the next action.
    pub owner: Role,
    /// Time allowed.
    pub due: Due,
    /// How bad it is to leave it.
    pub severity: Severity,
    /// What usually helps, the likeliest first.
    pub fixes: &'static [Fix],
    /// What may resolve it without a person; empty: nothing does.
    pub cleared_by: &'static [EvidenceKind],
}

/// A suggestion: what to do, in words, and the button it belongs to, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The button.
    pub button: Option<Button>,
    /// What to do.
    pub words: &'static str,
}

/// The ways to resolve as buttons; what they carry is in [`super::life::Way`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Button {
    /// Mend the record, then go on.
    FixAndContinue,
    /// The original input again.
    Retry,
    /// Another input.
    EditAndRetry,
    /// A person did it.
    CompleteByHand,
    /// Go on without it.
    Skip,
    /// The run fails.
    GiveUp,
    /// In doubt: it happened.
    Happened,
    /// In doubt: it did not, send again.
    DidNotHappen,
}

/// What can show that an exception is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// The same fingerprint passed clean later.
    CleanPass,
    /// A call on the connection succeeded.
    ConnectionWorks,
    /// What was missing or awaited arrived.
    Arrived,
    /// What held it back no longer holds.
    ConditionCleared,
    /// The systems were read and agree.
    ValuesAgree,
    /// The link was confirmed.
    LinkConfirmed,
    /// The remote was asked and knows the outcome.
    Reconciled,
    /// A later proposal about the same was decided.
    Decided,
}

super::shown_as_stored! { Button EvidenceKind }

/// What usually helps, as far as it may be done now; nothing where nobody works on it any more.
pub fn suggested(code: ReasonCode, in_work: bool, ground: Ground) -> impl Iterator<Item = &'static Fix> {
    let possible = move |fix: &&Fix| in_work && fix.button.is_none_or(|button| ground.allows(button));
    of(code).fixes.iter().filter(possible)
}

/// What holds for a reason by default.
pub fn of(code: ReasonCode) -> &'static Reason {
    // The table is checked at compile time to be in the order of the codes.
    &table::TABLE[code as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::MIN_SENTENCE;
    use crate::workflow::Owner;

    #[test]
    fn every_reason_has_all_its_defaults() {
        for code in ReasonCode::ALL {
            let reason = of(code);
            assert_eq!(reason.code, code);
            assert!(reason.means.chars().count() >= MIN_SENTENCE, "{code}: {}", reason.means);
            assert!(!reason.fixes.is_empty(), "{code} suggests nothing");
            assert!(reason.fixes.iter().all(|fix| fix.words.chars().count() >= MIN_SENTENCE), "{code}");
            assert!(Owner::parse(&reason.owner.owner().0).is_some());
            // A default must not be refused where it is written into a workflow.
            assert_eq!(Due::parse(&reason.due.to_string()).as_ref(), Ok(&reason.due), "{code}");
        }
    }

    #[test]
    fn nothing_in_doubt_is_sent_again_by_suggestion() {
        let doubt = of(ReasonCode::UnknownOutcome);
        assert_eq!(doubt.severity, Severity::Critical);
        assert_eq!(doubt.cleared_by, [EvidenceKind::Reconciled]);
        for code in ReasonCode::ALL {
            for button in of(code).fixes.iter().filter_map(|fix| fix.button) {
                let about_doubt = matches!(button, Button::Happened | Button::DidNotHappen);
                assert_eq!(about_doubt, code == ReasonCode::UnknownOutcome, "{code} suggests {button}");
            }
        }
    }

    #[test]
    fn only_what_the_guards_allow_is_suggested() {
        let one = Ground { in_doubt: false, quarantined: false, items: 1 };
        let buttons = |code, ground| -> Vec<Button> {
            suggested(code, true, ground).filter_map(|fix| fix.button).collect()
        };
        let missing = ReasonCode::MissingRequired;
        assert_eq!(buttons(missing, one), [Button::FixAndContinue, Button::EditAndRetry]);
        // Each of several items needs its own input.
        assert_eq!(buttons(missing, Ground { items: 2, ..one }), [Button::FixAndContinue]);
        assert_eq!(buttons(missing, Ground { quarantined: true, ..one }), []);
        assert_eq!(suggested(missing, false, one).count(), 0, "nobody works on it");
        let doubt = ReasonCode::UnknownOutcome;
        assert_eq!(buttons(doubt, one), [], "nothing of it is in doubt");
        let unsure = buttons(doubt, Ground { in_doubt: true, ..one });
        assert!(unsure.contains(&Button::Happened) && unsure.contains(&Button::DidNotHappen), "{unsure:?}");
        // What is only said is no button, and always fits.
        let auth = suggested(ReasonCode::AuthFailed, true, Ground { items: 400, ..one });
        assert!(auth.count() > 0);
    }

    #[test]
    fn what_a_person_must_judge_is_never_cleared_by_itself() {
        for code in [ReasonCode::NeedsJudgement, ReasonCode::ApprovalRejected] {
            assert_eq!(of(code).cleared_by, [], "{code}");
        }
        let technical = ReasonCode::ALL.iter().filter(|code| of(**code).kind == Kind::Technical);
        assert_eq!(technical.count(), 6);
    }
}
