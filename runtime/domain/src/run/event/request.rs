//! Whose doing is in a run: none of them decides about what it writes.

use super::RunEvent;
use crate::id::PersonId;

impl RunEvent {
    /// The people who put something into the run by this: its start, an answer, data, an edit, an output made by hand.
    pub fn requested_by(&self) -> impl Iterator<Item = &PersonId> {
        let (many, one) = match self {
            Self::RunStarted(start) => (Some(&start.requested_by), None),
            Self::WaitMatched { requested_by, .. } | Self::ChildEnded { requested_by, .. } => {
                (Some(requested_by), None)
            }
            Self::Answered { person, .. } => (None, person.as_ref()),
            Self::ExceptionResolved { resolution, person, .. } if resolution.brings_values() => {
                (None, person.as_ref())
            }
            _ => (None, None),
        };
        many.into_iter().flatten().chain(one)
    }
}
