//! Proposals on one record are decided in their order. A later one supersedes an earlier one only where it says all that
//! the earlier one said; else it waits.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::content::{Content, PlannedWrite, Record};
use super::state::ProposalState;
use crate::id::{ProposalId, RunId};
use crate::time::Timestamp;

/// What proposals queue on: a record in a system, or the business key of one that is not there yet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Lane {
    /// System.
    pub system: String,
    /// Record.
    pub record: Record,
}

impl Lane {
    /// As the store keys it: one text for one lane.
    pub fn key(&self) -> String {
        let (is, name) = match &self.record {
            Record::Existing { id, .. } => ("id", id),
            Record::New { key, .. } => ("key", key),
        };
        let (system, record_type) = (&self.system, self.record.record_type());
        // Lengths first, so that no name can end where another begins.
        format!("{}:{system}{}:{record_type}{is}:{name}", system.len(), record_type.len())
    }
}

impl PlannedWrite {
    /// The lane it queues in.
    pub fn lane(&self) -> Lane {
        Lane { system: self.system.clone(), record: self.record.clone() }
    }
}

impl Content {
    /// The lanes it queues in: one a record.
    pub fn lanes(&self) -> BTreeSet<Lane> {
        self.operations.iter().map(PlannedWrite::lane).collect()
    }
}

/// A proposal as it stands in its lanes.
#[derive(Clone, Copy, Debug)]
pub struct Queued<'a> {
    /// Which.
    pub id: &'a ProposalId,
    /// Of which run.
    pub run: &'a RunId,
    /// Since when.
    pub since: Timestamp,
    /// Of which workflow.
    pub workflow: &'a str,
    /// Where it is in its life.
    pub state: ProposalState,
    /// What it would write.
    pub content: &'a Content,
}

/// What a new proposal does to those before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// These are superseded: their runs' steps end `skipped` with `superseded_by`.
    pub supersedes: Vec<ProposalId>,
    /// These are decided and applied first.
    pub waits_for: Vec<ProposalId>,
}

impl Queued<'_> {
    /// One order for all lanes, so that proposals on several records never wait in a circle.
    fn is_before(&self, other: &Self) -> bool {
        (self.since, self.id) < (other.since, other.id)
    }

    fn shares_a_lane(&self, other: &Self) -> bool {
        let theirs = &other.content.operations;
        let same = |a: &PlannedWrite, b: &PlannedWrite| a.system == b.system && a.record == b.record;
        self.content.operations.iter().any(|ours| theirs.iter().any(|their| same(ours, their)))
    }

    /// It says all that the older one said: of the same workflow, and for each of its writes one by the same action on
    /// the same record that covers every field. Writes of one run are steps of one path: they follow each other.
    fn covers(&self, older: &Self) -> bool {
        let covered = |theirs: &PlannedWrite| {
            self.content.operations.iter().any(|ours| {
                ours.system == theirs.system
                    && ours.record == theirs.record
                    && ours.action == theirs.action
                    && theirs.fields.keys().all(|field| ours.fields.contains_key(field))
            })
        };
        let other_run = self.run != older.run;
        other_run && self.workflow == older.workflow && older.content.operations.iter().all(covered)
    }
}

/// Places a new proposal among those that hold its records. `others`: any, at least all that share a lane with it. Only
/// an open one is superseded; what is approved is applied.
pub fn place(newer: &Queued<'_>, others: &[Queued<'_>]) -> Placement {
    let mut placement = Placement::default();
    for older in earlier(newer, others) {
        if older.state == ProposalState::Open && newer.covers(older) {
            placement.supersedes.push(older.id.clone());
        } else {
            placement.waits_for.push(older.id.clone());
        }
    }
    placement
}

/// The proposals that are decided and applied before this one, in their order. Empty: it is its turn.
pub fn blockers(proposal: &Queued<'_>, others: &[Queued<'_>]) -> Vec<ProposalId> {
    earlier(proposal, others).into_iter().map(|older| older.id.clone()).collect()
}

fn earlier<'a, 'b>(proposal: &Queued<'_>, others: &'a [Queued<'b>]) -> Vec<&'a Queued<'b>> {
    let mut earlier: Vec<&Queued<'_>> = others
        .iter()
        .filter(|other| other.id != proposal.id && other.state.holds_its_records())
        .filter(|other| other.is_before(proposal) && proposal.shares_a_lane(other))
        .collect();
    earlier.sort_by(|a, b| (a.since, a.id).cmp(&(b.since, b.id)));
    earlier
}
