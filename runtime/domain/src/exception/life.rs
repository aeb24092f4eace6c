//! The life of an exception, as a fold over its transitions. [`Life::decide`] says whether something may happen and
//! what it becomes; [`Life::apply`] takes it in. The log of transitions is the truth: clocks read it, a row caches
//! what the fold gives.

mod apply;
mod decide;
mod event;
mod merge;
mod refused;
mod way;

use serde::{Deserialize, Serialize};

use super::clock::Rung;
use super::{Kind, Severity};
use crate::id::ExceptionId;
use crate::time::Timestamp;
use crate::workflow::{Owner, ReasonCode, UpdateAfter};

pub use event::{Event, Evidence, Seen, Transition, Verification, WaitingOn, Who};
pub use merge::merge;
pub use refused::Refused;
pub use way::{Ground, InputChoice, Outcome, VersionChoice, Way};

/// Milliseconds of a day.
pub const DAY_MS: u64 = 86_400_000;
/// Days after its end at which an exception is closed: a person no longer reopens it.
pub const CLOSE_DAYS: u64 = 7;
/// Days one wait lasts at most, and all the waits that stop the clock together.
pub const MAX_WAIT_DAYS: u64 = 30;

/// Where an exception stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// No person has it.
    Open,
    /// A person has it.
    Assigned,
    /// The person works on it.
    InProgress,
    /// It waits on somebody else.
    Waiting,
    /// Resolved in word; what must update after is being checked.
    Verifying,
    /// Resolved.
    Resolved,
    /// Not a problem, or given up.
    Dismissed,
    /// Another one took its place, or its step went on without it.
    Superseded,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Assigned,
        Self::InProgress,
        Self::Waiting,
        Self::Verifying,
        Self::Resolved,
        Self::Dismissed,
        Self::Superseded,
    ];

    /// Somebody still has to do something.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Open | Self::Assigned | Self::InProgress | Self::Waiting | Self::Verifying => true,
            Self::Resolved | Self::Dismissed | Self::Superseded => false,
        }
    }
}

super::shown_as_stored! { State }

impl State {
    /// Somebody may still say how it is resolved.
    pub const fn is_in_work(self) -> bool {
        self.is_open() && !matches!(self, Self::Verifying)
    }
}

/// May this person, team or role own an exception now?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The account is not disabled; a team or role has at least one that is not.
    pub active: bool,
    /// It may see and resolve exceptions of this workspace.
    pub access: bool,
}

impl Standing {
    /// May own.
    pub const FIT: Self = Self { active: true, access: true };

    /// May own.
    pub const fn is_fit(self) -> bool {
        self.active && self.access
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What is to happen.
    pub event: Event,
    /// Who asks.
    pub who: Who,
    /// When.
    pub at: Timestamp,
    /// Standing of the owner the event names, or of the person who takes it.
    pub standing: Standing,
    /// When it is due by the clock; `None` while the clock is stopped.
    pub due_at: Option<Timestamp>,
}

/// A system that updates after resolution, and whether that was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Update {
    /// Which, and by whom.
    pub what: UpdateAfter,
    /// The connector can read it back.
    pub readable: bool,
    /// How it was verified.
    pub verified: Option<Verification>,
}

/// How sure a resolution is; the weakest of its verifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Nothing was looked at: handled outside.
    Unverified,
    /// A person says so, with proof; the system cannot be read.
    Attested,
    /// The system acknowledged the write; it cannot be read.
    Receipt,
    /// Shown by evidence, without a person.
    Evidence,
    /// Read back from the system, or nothing had to update.
    ReadBack,
}

super::shown_as_stored! { Strength }

/// A resolution under way or done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resolving {
    /// How.
    pub way: Way,
    /// What came of it.
    pub outcome: Outcome,
    /// In words.
    pub note: Option<String>,
    /// Who.
    pub by: Who,
    /// The run has it in its log.
    pub taken: bool,
}

/// A wait on somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// On whom.
    pub on: WaitingOn,
    /// Since when.
    pub since: Timestamp,
    /// Until when at most; then it is its owner's again.
    pub until: Timestamp,
}

/// A dismissal that needs a second person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissal {
    /// Who asked for it, or did it.
    pub by: Who,
    /// Why it is not a problem.
    pub reason: String,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Ended {
    /// Resolved by a person.
    ByPerson {
        /// Who.
        who: Who,
    },
    /// Resolved by evidence, and shown as such.
    ByEvidence {
        /// Which.
        evidence: Evidence,
    },
    /// Dismissed.
    Dismissed,
    /// Another one goes on with it.
    MergedInto {
        /// Which.
        into: ExceptionId,
    },
    /// Its step went on without it.
    Superseded,
}

/// What an exception opens with.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// Id.
    pub id: ExceptionId,
    /// Kind.
    pub kind: Kind,
    /// Reason.
    pub reason: ReasonCode,
    /// Severity.
    pub severity: Severity,
    /// Owner, fit by routing.
    pub owner: Owner,
    /// Which systems update after; empty with a stated reason.
    pub updates: Vec<Update>,
    /// Hex SHA-256 of its evidence.
    pub evidence: String,
    /// An effect of it is in doubt.
    pub in_doubt: bool,
    /// It stands for a whole run that was set aside.
    pub quarantined: bool,
    /// Steps that wait on it.
    pub items: u32,
    /// When.
    pub at: Timestamp,
}

/// An exception at a moment: the fold of its transitions.
#[derive(Clone, Debug, PartialEq)]
pub struct Life {
    /// Id.
    pub id: ExceptionId,
    /// Kind.
    pub kind: Kind,
    /// Reason.
    pub reason: ReasonCode,
    /// Severity.
    pub severity: Severity,
    /// Where it stands.
    pub state: State,
    /// Who is answerable: person, team or role.
    pub owner: Owner,
    /// The account that has it.
    pub person: Option<String>,
    /// Which systems update after.
    pub updates: Vec<Update>,
    /// Hex SHA-256 of its latest evidence.
    pub evidence: String,
    /// An effect of it is in doubt.
    pub in_doubt: bool,
    /// It stands for a whole run that was set aside.
    pub quarantined: bool,
    /// Steps that wait on it.
    pub items: u32,
    /// How often it was seen.
    pub occurrences: u32,
    /// How often it was over and came back.
    pub reopened: u32,
    /// When it opened.
    pub opened_at: Timestamp,
    /// When it was seen last.
    pub last_seen_at: Timestamp,
    /// When anything last happened; the log's times never go back.
    pub changed_at: Timestamp,
    /// What it waits on.
    pub waiting: Option<Waiting>,
    /// Microseconds its clock stood still before the present wait, since it was opened last.
    pub paused_us: i64,
    /// Hidden until then.
    pub snooze_until: Option<Timestamp>,
    /// The resolution under way or done.
    pub resolving: Option<Resolving>,
    /// The dismissal asked for or done.
    pub dismissal: Option<Dismissal>,
    /// The last rung of the ladder that was reached.
    pub rung: Option<Rung>,
    /// How it ended, and when.
    pub ended: Option<(Ended, Timestamp)>,
}

impl Life {
    /// What of it decides which ways it can be resolved.
    pub const fn ground(&self) -> Ground {
        Ground { in_doubt: self.in_doubt, quarantined: self.quarantined, items: self.items }
    }

    /// A new one.
    pub fn open(opening: Opening) -> Self {
        let Opening { id, kind, reason, severity, owner, updates, evidence, .. } = opening;
        let person = person_of(&owner);
        Self {
            id,
            kind,
            reason,
            severity,
            state: if person.is_some() { State::Assigned } else { State::Open },
            owner,
            person,
            updates,
            evidence,
            in_doubt: opening.in_doubt,
            quarantined: opening.quarantined,
            items: opening.items,
            occurrences: 1,
            reopened: 0,
            opened_at: opening.at,
            last_seen_at: opening.at,
            changed_at: opening.at,
            waiting: None,
            paused_us: 0,
            snooze_until: None,
            resolving: None,
            dismissal: None,
            rung: None,
            ended: None,
        }
    }

    /// When it ended.
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.ended.as_ref().map(|(_, at)| *at)
    }

    /// What it was merged into.
    pub fn merged_into(&self) -> Option<&ExceptionId> {
        match self.ended.as_ref()? {
            (Ended::MergedInto { into }, _) => Some(into),
            (Ended::ByPerson { .. } | Ended::ByEvidence { .. } | Ended::Dismissed | Ended::Superseded, _) => {
                None
            }
        }
    }

    /// When an ended exception is closed.
    pub fn closes_at(&self) -> Option<Timestamp> {
        self.ended_at().map(|ended| ended.plus_ms(CLOSE_DAYS * DAY_MS))
    }

    /// Ended at least seven days ago.
    pub fn is_closed(&self, now: Timestamp) -> bool {
        self.closes_at().is_some_and(|closes| closes <= now)
    }

    /// Hidden from its owner's list at this time.
    pub fn is_snoozed(&self, now: Timestamp) -> bool {
        self.snooze_until.is_some_and(|until| now < until)
    }

    /// How sure the resolution is; `None` until it is resolved.
    pub fn strength(&self) -> Option<Strength> {
        match (self.state, self.ended.as_ref()?) {
            (State::Resolved, (Ended::ByEvidence { .. }, _)) => Some(Strength::Evidence),
            (State::Resolved, (Ended::ByPerson { .. }, _)) => {
                let each = self.updates.iter().map(|update| {
                    update.verified.as_ref().map_or(Strength::Unverified, Verification::strength)
                });
                Some(each.min().unwrap_or(Strength::ReadBack))
            }
            (
                State::Open
                | State::Assigned
                | State::InProgress
                | State::Waiting
                | State::Verifying
                | State::Resolved
                | State::Dismissed
                | State::Superseded,
                _,
            ) => None,
        }
    }

    /// The updates that nobody has seen yet, by their place in the list.
    pub fn unverified(&self) -> impl Iterator<Item = usize> {
        self.updates
            .iter()
            .enumerate()
            .filter(|(_, update)| update.verified.is_none())
            .map(|(index, _)| index)
    }
}

/// The account of `person:…`.
fn person_of(owner: &Owner) -> Option<String> {
    owner.0.strip_prefix("person:").map(str::to_owned)
}

#[cfg(test)]
pub(crate) mod tests;
