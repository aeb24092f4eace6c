//! What people say about a proposal beside deciding it: whom a question reaches, and for how long somebody may put it off.
//! None of it changes what is proposed, who decides, or when silence ends it.

use std::collections::BTreeSet;

use super::people::{People, PersonKind};
use crate::id::PersonId;
use crate::time::Timestamp;
use crate::workflow::Owner;

/// Why a proposal is not put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnoozeRefused {
    /// That time is over.
    #[error("it is put off until a time that is still to come")]
    Past,
    /// It would come back too late to be decided.
    #[error("it ends at {}: put it off until a time before that", .0.to_rfc3339())]
    TooLong(Timestamp),
}

/// May a proposal that ends at `expires_at` be put off until then?
pub const fn check_snooze(
    until: Timestamp,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), SnoozeRefused> {
    if until.0 <= now.0 {
        Err(SnoozeRefused::Past)
    } else if until.0 >= expires_at.0 {
        Err(SnoozeRefused::TooLong(expires_at))
    } else {
        Ok(())
    }
}

impl People {
    /// Those whom a question reaches: who is there and can sign in to answer, but for who asks, by handle.
    pub fn questioned(&self, asks: &Owner, by: &str) -> BTreeSet<PersonId> {
        let there = self.iter().filter(|one| one.active && one.kind == PersonKind::Account);
        let named = there.filter(|one| one.handle != by && one.is_named_by(asks));
        named.map(|one| one.id.clone()).collect()
    }

    /// Is the question put to this person, or to somebody they stand in for now?
    pub fn is_questioned(&self, asks: &Owner, by: &str, person: &PersonId, now: Timestamp) -> bool {
        let asks_themselves = self.get(person).is_some_and(|one| one.handle == by);
        let questioned = self.questioned(asks, by);
        !asks_themselves && self.behind(person, now).iter().any(|one| questioned.contains(one))
    }
}
