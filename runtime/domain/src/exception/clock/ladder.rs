//! Whom to tell when, in shares of the time allowed.

use serde::{Deserialize, Serialize};

use crate::exception::shown_as_stored;

/// A rung of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// The owner is warned.
    Warn,
    /// It is due: the owner and the lead.
    Due,
    /// The backup takes it.
    Backup,
    /// It goes into the manager's digest.
    Digest,
}

shown_as_stored! { Rung Recipient }

/// Who hears of a rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// Who has it, or everybody of the team or role.
    Owner,
    /// The lead of the owner's team.
    Lead,
    /// Who takes over.
    Backup,
    /// The manager, once a day and not at once.
    ManagersDigest,
}

impl Rung {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Warn, Self::Due, Self::Backup, Self::Digest];

    /// Who hears of it.
    pub const fn recipients(self) -> &'static [Recipient] {
        match self {
            Self::Warn => &[Recipient::Owner],
            Self::Due => &[Recipient::Owner, Recipient::Lead],
            Self::Backup => &[Recipient::Backup, Recipient::Owner],
            Self::Digest => &[Recipient::ManagersDigest],
        }
    }
}

/// The shares of the time allowed, in percent; due is always at 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "[u32; 3]", into = "[u32; 3]")]
pub struct Ladder {
    warn: u32,
    backup: u32,
    digest: u32,
}

/// A ladder whose rungs are not in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a ladder warns before 100 percent, and gives it to the backup and to the digest after, in this order, by 1000"
)]
pub struct BadLadder;

impl BadLadder {
    /// Its page under docs/errors.
    pub const CODE: &'static str = "TL0852";
}

impl Default for Ladder {
    /// 75, 150 and 200 percent.
    fn default() -> Self {
        Self { warn: 75, backup: 150, digest: 200 }
    }
}

impl Ladder {
    /// Warns at `warn`, gives it to the backup at `backup` and to the digest at `digest` percent.
    pub const fn new(warn: u32, backup: u32, digest: u32) -> Result<Self, BadLadder> {
        if 0 < warn && warn < 100 && 100 < backup && backup < digest && digest <= 1_000 {
            Ok(Self { warn, backup, digest })
        } else {
            Err(BadLadder)
        }
    }

    /// Percent of the time allowed at which a rung is reached.
    pub const fn percent(self, rung: Rung) -> u32 {
        match rung {
            Rung::Warn => self.warn,
            Rung::Due => 100,
            Rung::Backup => self.backup,
            Rung::Digest => self.digest,
        }
    }
}

impl TryFrom<[u32; 3]> for Ladder {
    type Error = BadLadder;
    fn try_from([warn, backup, digest]: [u32; 3]) -> Result<Self, BadLadder> {
        Self::new(warn, backup, digest)
    }
}

impl From<Ladder> for [u32; 3] {
    fn from(ladder: Ladder) -> Self {
        [ladder.warn, ladder.backup, ladder.digest]
    }
}
