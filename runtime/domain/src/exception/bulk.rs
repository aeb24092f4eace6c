//! Doing the same to many: only to the set the person saw, which is stated by its count and its hash.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::life::{Life, Refused, Request, Transition};
use crate::id::ExceptionId;

/// What a filter gave when the person looked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// How many.
    pub count: usize,
    /// Hex SHA-256 of the ids in their order.
    pub sha256: String,
}

impl Snapshot {
    /// The snapshot of these ids, in whatever order, however often each.
    pub fn of<'a>(ids: impl IntoIterator<Item = &'a ExceptionId>) -> Self {
        Self::of_texts(ids.into_iter().map(ExceptionId::as_str))
    }

    /// The same of ids of another kind.
    pub fn of_texts<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        let ids: BTreeSet<&str> = ids.into_iter().collect();
        let mut hash = Sha256::new();
        for id in &ids {
            hash.update(id.as_bytes());
            hash.update(b"\n");
        }
        Self { count: ids.len(), sha256: hex::encode(hash.finalize()) }
    }

    /// That the set is still the one the person saw.
    pub fn check(&self, now: &Self) -> Result<(), SetChanged> {
        if self == now { Ok(()) } else { Err(SetChanged { stated: self.count, now: now.count }) }
    }
}

/// It is another set than the one that was confirmed. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub struct SetChanged {
    /// How many the person saw.
    pub stated: usize,
    /// How many there are now.
    pub now: usize,
}

impl SetChanged {
    /// Its page under docs/errors.
    pub const CODE: &'static str = "TL0851";
}

impl std::fmt::Display for SetChanged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { stated, now } = self;
        write!(f, "you confirmed {stated} of them, and now there are {now}")?;
        if stated == now {
            f.write_str(", and they are not the same ones")?;
        }
        f.write_str(": look again, nothing was changed")
    }
}

/// One result for each: what a guard refuses for one is done for the others all the same.
pub fn each(
    lives: &[Life],
    request: impl Fn(&Life) -> Request,
) -> Vec<(ExceptionId, Result<Transition, Refused>)> {
    lives.iter().map(|life| (life.id.clone(), life.decide(request(life)))).collect()
}
