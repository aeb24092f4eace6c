//! What a rotation does next, from what is stored and nothing else: a rotation that was interrupted goes on where the
//! rows say it is. The same rule serves root keys (rows are workspace keys) and workspace keys (rows are secrets).

use throughline_domain::time::Timestamp;

use crate::error::{Result, VaultError};

/// One key that was not retired yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// Its version. The newest one wraps what is new; the others are on their way out.
    pub version: u32,
    /// How many rows name it.
    pub rows: u64,
    /// When its last row left it, by the database's clock; `None` while it has rows or nobody has looked.
    pub emptied_at: Option<Timestamp>,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Wrap a batch of its rows with the newest key.
    Rewrap {
        /// The old key.
        from: u32,
        /// The newest.
        to: u32,
    },
    /// Note that it has no row left.
    NoteEmpty {
        /// The old key.
        version: u32,
    },
    /// Nothing, until a backup has begun after this time.
    AwaitBackup {
        /// The old key.
        version: u32,
        /// When its last row left it.
        since: Timestamp,
    },
    /// Destroy it.
    Retire {
        /// The old key.
        version: u32,
    },
    /// One key is left.
    Done,
}

/// The next step: rows first, oldest key first, so that a key which must not be trusted any longer is out of use soon.
/// `backup_at` is when the newest good backup *began*: what was written after that is not in it.
pub fn next_step(keys: &[KeyFacts], backup_at: Option<Timestamp>) -> Result<Step> {
    let mut keys = keys.to_vec();
    keys.sort_by_key(|key| key.version);
    let Some((newest, old)) = keys.split_last() else {
        return Err(VaultError::NoSuchKey { key: "the newest key".to_owned() });
    };
    if let Some(key) = old.iter().find(|key| key.rows > 0) {
        return Ok(Step::Rewrap { from: key.version, to: newest.version });
    }
    let mut awaited = None;
    for key in old {
        match key.emptied_at {
            None => return Ok(Step::NoteEmpty { version: key.version }),
            Some(since) if backup_at.is_some_and(|at| at > since) => {
                return Ok(Step::Retire { version: key.version });
            }
            Some(since) => {
                awaited.get_or_insert(Step::AwaitBackup { version: key.version, since });
            }
        }
    }
    Ok(awaited.unwrap_or(Step::Done))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(version: u32, rows: u64, emptied_at: Option<i64>) -> KeyFacts {
        KeyFacts { version, rows, emptied_at: emptied_at.map(Timestamp) }
    }

    fn next(keys: &[KeyFacts], backup_at: Option<i64>) -> Step {
        next_step(keys, backup_at.map(Timestamp)).unwrap()
    }

    #[test]
    fn rows_leave_the_oldest_key_first() {
        let keys = [key(3, 9, None), key(2, 1, None), key(1, 5, Some(3))];
        assert_eq!(next(&keys, Some(9)), Step::Rewrap { from: 1, to: 3 });
        assert_eq!(next(&keys[..2], None), Step::Rewrap { from: 2, to: 3 });
    }

    #[test]
    fn a_key_is_retired_after_a_backup_that_began_later() {
        let keys = [key(1, 0, None), key(2, 4, None)];
        assert_eq!(next(&keys, Some(99)), Step::NoteEmpty { version: 1 });
        let keys = [key(1, 0, Some(10)), key(2, 4, None)];
        let wait = Step::AwaitBackup { version: 1, since: Timestamp(10) };
        assert_eq!(next(&keys, None), wait);
        assert_eq!(next(&keys, Some(10)), wait, "it may have begun before the last row left");
        assert_eq!(next(&keys, Some(11)), Step::Retire { version: 1 });
    }

    #[test]
    fn one_key_that_waits_holds_no_other_up() {
        let keys = [key(1, 0, Some(20)), key(2, 0, Some(10)), key(3, 0, None)];
        assert_eq!(next(&keys, Some(15)), Step::Retire { version: 2 });
    }

    #[test]
    fn the_newest_key_stays_even_without_rows() {
        assert_eq!(next(&[key(1, 0, Some(1))], Some(9)), Step::Done);
        assert_eq!(next_step(&[], None).unwrap_err().code(), "TL0813");
    }
}
