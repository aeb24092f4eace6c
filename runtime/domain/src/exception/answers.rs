//! The five required answers. One that cannot be derived is made from what is certain, and marks the exception
//! `unrouted`: a failure is never lost, and never looks complete when it is not.

use serde_json::Value;

use super::{reason, route::Routed};
use crate::run::MIN_SENTENCE;
use crate::time::Timestamp;
use crate::workflow::{Owner, ReasonCode, UpdateAfter};

/// What is known.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// Where it stopped, for people: `Invoices stopped at "Create the invoice"`.
    pub place: &'a str,
    /// Record, links, field old and new, event, when: as far as is known.
    pub what_changed: Value,
    /// Reason code.
    pub reason: ReasonCode,
    /// The sentence, as it was given or as the failure says.
    pub sentence: Option<&'a str>,
    /// Owner, backup, whether that was derived.
    pub routed: &'a Routed,
    /// The due time by the calendar.
    pub due_at: Timestamp,
    /// Which systems update after.
    pub updates_after: Vec<UpdateAfter>,
    /// Why none does.
    pub no_update_reason: Option<&'a str>,
}

/// Which system updates, or why none does; never neither.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdatesAfter {
    /// At least one.
    Systems(Vec<UpdateAfter>),
    /// None, because.
    None(String),
}

/// The five answers, each there.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// What changed.
    pub what_changed: Value,
    /// Why the normal path stopped.
    pub reason: ReasonCode,
    /// The same as a sentence, at least 20 characters.
    pub sentence: String,
    /// Who owns the next action.
    pub owner: Owner,
    /// Who takes over.
    pub backup: Option<Owner>,
    /// By when.
    pub due_at: Timestamp,
    /// Which system updates after.
    pub updates_after: UpdatesAfter,
    /// One of them is a default.
    pub unrouted: bool,
}

/// Completes the answers.
pub fn complete(known: Known<'_>) -> Answers {
    let (sentence, replaced) = sentence(known.place, known.sentence, known.reason);
    let why = known.no_update_reason.map(str::trim).filter(|why| !why.is_empty());
    let (updates_after, unknown) = match (known.updates_after, why) {
        (systems, Some(_) | None) if !systems.is_empty() => (UpdatesAfter::Systems(systems), false),
        (_, Some(why)) => (UpdatesAfter::None(why.to_owned()), false),
        (_, None) => (UpdatesAfter::None("nothing says which system updates after".to_owned()), true),
    };
    let nothing_known = match &known.what_changed {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => false,
    };
    Answers {
        what_changed: known.what_changed,
        reason: known.reason,
        sentence,
        owner: known.routed.owner.clone(),
        backup: known.routed.backup.clone(),
        due_at: known.due_at,
        updates_after,
        unrouted: known.routed.unrouted || replaced || unknown || nothing_known,
    }
}

/// A sentence of at least 20 characters, and whether the given one had to be filled up.
pub fn sentence(place: &str, given: Option<&str>, reason: ReasonCode) -> (String, bool) {
    let given = given.map(str::trim).unwrap_or_default();
    if given.chars().count() >= MIN_SENTENCE {
        return (given.to_owned(), false);
    }
    let means = reason::of(reason).means;
    let place = place.trim();
    let words = match (place.is_empty(), given.is_empty()) {
        (true, true) => means.to_owned(),
        (false, true) => format!("{place}: {means}"),
        (true, false) => format!("{given}: {means}"),
        (false, false) => format!("{place}: {given}. {means}"),
    };
    (words, true)
}
