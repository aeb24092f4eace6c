//! Sending an approved proposal: its writes one after the other, and taking back what was done.

use serde::{Deserialize, Serialize};

use super::content::{Compensation, Content};
use super::state::ProposalEvent;
use crate::connector::Undo;

/// Where one write of a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Not sent.
    Pending,
    /// It has an intent that is not settled.
    Intended,
    /// Confirmed.
    Applied,
    /// Surely not applied: the system refused.
    Refused,
    /// Surely not applied: the record moved.
    Moved,
    /// Nobody knows.
    InDoubt,
    /// Taken back.
    Compensated,
}

/// Where all of them stand, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Progress(pub Vec<Part>);

/// What follows while a proposal is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Send this one, counted from 0.
    Send(usize),
    /// Wait for the outcome of this one.
    Wait(usize),
    /// Nobody knows the outcome of this one: a person is asked, nothing further leaves, and the proposal stays
    /// `applying`.
    Ask(usize),
    /// This happens to the proposal.
    End(ProposalEvent),
}

impl Progress {
    /// Nothing was sent.
    pub fn none(content: &Content) -> Self {
        Self(vec![Part::Pending; content.operations.len()])
    }

    /// What follows. A write leaves only when all before it are confirmed.
    pub fn next(&self) -> NextStep {
        let mut applied = false;
        for (index, part) in self.0.iter().enumerate() {
            match part {
                Part::Applied => applied = true,
                Part::Pending => return NextStep::Send(index),
                Part::Intended => return NextStep::Wait(index),
                Part::InDoubt => return NextStep::Ask(index),
                Part::Refused | Part::Moved if applied => {
                    return NextStep::End(ProposalEvent::PartlyApplied);
                }
                Part::Refused => return NextStep::End(ProposalEvent::Failed),
                Part::Moved => return NextStep::End(ProposalEvent::WentStale),
                // Once something is taken back, everything is.
                Part::Compensated => {
                    let left = self.0.contains(&Part::Applied);
                    return if left {
                        NextStep::Wait(index)
                    } else {
                        NextStep::End(ProposalEvent::Compensated)
                    };
                }
            }
        }
        NextStep::End(ProposalEvent::Applied)
    }

    /// The rest of a partly applied proposal is sent again, by a person's decision: what was refused becomes pending,
    /// what is done stays done.
    #[must_use]
    pub fn resumed(&self) -> Self {
        let again = |part: &Part| match part {
            Part::Refused | Part::Moved => Part::Pending,
            Part::Pending | Part::Intended | Part::Applied | Part::InDoubt | Part::Compensated => *part,
        };
        Self(self.0.iter().map(again).collect())
    }

    /// How to take back what was done, last write first. Empty where nothing was done. A write in doubt is settled
    /// before anything is taken back.
    pub fn undo(&self, content: &Content) -> Result<Vec<Undoing>, usize> {
        let open = self.0.iter().position(|part| matches!(part, Part::Intended | Part::InDoubt));
        if let Some(index) = open {
            return Err(index);
        }
        let done = self.0.iter().zip(&content.operations).enumerate();
        let done = done.filter(|(_, (part, _))| **part == Part::Applied);
        let undoing = done.map(|(operation, (_, write))| {
            let by = match (&write.compensation, write.undo) {
                (Some(Compensation::Connector), _) => UndoBy::Connector,
                (Some(Compensation::Action { .. }), _) => UndoBy::Action,
                (Some(Compensation::Hand { .. }), _) => UndoBy::Hand,
                (None, Undo::Reversible) => UndoBy::SameAction,
                (None, Undo::Compensable | Undo::Irreversible) => UndoBy::Nothing,
            };
            Undoing { operation, by }
        });
        Ok(undoing.collect::<Vec<_>>().into_iter().rev().collect())
    }
}

/// One write to take back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undoing {
    /// Which, counted from 0.
    pub operation: usize,
    /// How.
    pub by: UndoBy,
}

/// How a write is taken back. Each is a write of its own, and passes the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoBy {
    /// The connector's `compensate`.
    Connector,
    /// The action the content names.
    Action,
    /// The same action, with the values before.
    SameAction,
    /// A person, by the content's words.
    Hand,
    /// It cannot be taken back: an exception says so.
    Nothing,
}
