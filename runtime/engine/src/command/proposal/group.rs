//! Proposals of identical shape: what they are together, and one go over many of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use throughline_domain::exception::bulk::Snapshot;
use throughline_domain::id::ProposalId;
use throughline_domain::proposal::{
    Bulk, MAX_GROUP, Member, Money, Proposal, ProposalState, Shape, bulk, groups,
};
use throughline_domain::time::Timestamp;
use throughline_store::{MAX_PAGE, OpenMember, ProposalRow, Scope};

use super::{DecisionRequest, DecisionTaken};
use crate::Engine;
use crate::command::CommandError;

/// Open proposals that are grouped at most; of more, the oldest.
const MOST: usize = 10_000;

/// The set a person saw: the open proposals of a shape as of a time, by their count and a hash of their ids. What opens later
/// is not in it, so it changes only when one of them is decided or ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSnapshot {
    /// What opened until then, the time itself included.
    pub as_of: Timestamp,
    /// The set.
    #[serde(flatten)]
    pub set: Snapshot,
}

/// Proposals of one shape.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposalGroup {
    /// Their shape.
    pub shape: Shape,
    /// Workflow.
    pub workflow: String,
    /// Its version.
    pub version: u32,
    /// What the one with the nearest deadline would do, in words.
    pub summary: String,
    /// What moves in all of them together.
    pub money: Option<Money>,
    /// Since when the oldest waits.
    pub oldest: Timestamp,
    /// The nearest deadline.
    pub expires_at: Timestamp,
    /// Which, by deadline; at most 1,000.
    pub members: Vec<ProposalId>,
    /// The set as it is.
    pub snapshot: GroupSnapshot,
}

/// What became of one decision of many.
#[derive(Debug)]
pub struct DecidedOne {
    /// The proposal.
    pub proposal: ProposalId,
    /// What became of it, or why nothing.
    pub taken: Result<DecisionTaken, CommandError>,
}

impl Engine {
    /// The groups of a workspace's open proposals, the one with the nearest deadline first.
    pub async fn proposal_groups(&self, scope: &Scope) -> Result<Vec<ProposalGroup>, CommandError> {
        let now = self.shared.clock.now();
        let found = self.members(scope, None, now, MOST).await?;
        Ok(grouped(found, now))
    }

    /// One group, as of now or of the time it was looked at.
    pub async fn proposal_group(
        &self,
        scope: &Scope,
        shape: &Shape,
        as_of: Option<Timestamp>,
    ) -> Result<ProposalGroup, CommandError> {
        let as_of = as_of.unwrap_or_else(|| self.shared.clock.now());
        let found = self.members(scope, Some(shape), as_of, MAX_GROUP).await?;
        let group = grouped(found, as_of).into_iter().next();
        group.ok_or_else(|| CommandError::NotFound { what: "open group", id: shape.as_str().to_owned() })
    }

    /// What opened until a time, the oldest ids first.
    async fn members(
        &self,
        scope: &Scope,
        shape: Option<&Shape>,
        as_of: Timestamp,
        most: usize,
    ) -> Result<Vec<OpenMember>, CommandError> {
        let mut found: Vec<OpenMember> = Vec::new();
        let mut after = None;
        loop {
            let rows = self.shared.store.open_members(scope, shape, after.as_ref(), MAX_PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.member.id.clone());
            found.extend(rows.into_iter().filter(|one| one.member.opened_at <= as_of));
            if found.len() >= most {
                found.truncate(most);
                break;
            }
        }
        Ok(found)
    }

    /// Decides about several of one shape, each by itself: what is refused for one is done for the others all the same.
    /// Nothing is done where the set is not the one that was seen, or nobody has looked at any.
    pub async fn decide_many(
        &self,
        scope: &Scope,
        shape: &Shape,
        stated: &GroupSnapshot,
        wishes: Vec<(ProposalId, DecisionRequest)>,
    ) -> Result<Vec<DecidedOne>, CommandError> {
        let members = self.members(scope, Some(shape), stated.as_of, MAX_GROUP).await?;
        let now = Snapshot::of_texts(members.iter().map(|one| one.member.id.as_str()));
        stated.set.check(&now)?;
        let opened: BTreeSet<ProposalId> =
            wishes.iter().filter(|(_, wish)| wish.opened_at.is_some()).map(|(id, _)| id.clone()).collect();
        let rows = self.open_rows(scope, &wishes).await?;
        let known: Vec<&Proposal> = rows.values().map(|row| &row.proposal).collect();
        // A wrong hash is refused for the one it is about, with the difference.
        let items = wishes.iter().map(|(id, wish)| {
            let real = rows.get(id).map(|row| row.proposal.hash().clone());
            let shown = wish.shown.clone().or(real).ok_or_else(|| unknown(id))?;
            Ok((id.clone(), shown))
        });
        let items = items.collect::<Result<Vec<_>, CommandError>>()?;
        bulk(&Bulk { items, opened }, &known)?;
        if let Some(row) = rows.values().find(|row| row.proposal.shape() != *shape) {
            return Err(unknown(row.proposal.id()));
        }
        let mut all = Vec::with_capacity(wishes.len());
        for (proposal, wish) in wishes {
            let taken = self.decide(scope, &proposal, wish).await;
            all.push(DecidedOne { proposal, taken });
        }
        Ok(all)
    }

    /// The open ones that are named.
    async fn open_rows(
        &self,
        scope: &Scope,
        wishes: &[(ProposalId, DecisionRequest)],
    ) -> Result<BTreeMap<ProposalId, ProposalRow>, CommandError> {
        if wishes.len() > MAX_GROUP {
            return Err(throughline_domain::proposal::BulkRefused::TooMany(wishes.len()).into());
        }
        let mut rows = BTreeMap::new();
        for (id, _) in wishes {
            let row = self.shared.store.get_proposal(scope, id).await?;
            if let Some(row) = row.filter(|row| row.state == ProposalState::Open) {
                rows.insert(id.clone(), row);
            }
        }
        Ok(rows)
    }
}

fn unknown(id: &ProposalId) -> CommandError {
    throughline_domain::proposal::BulkRefused::Unknown(id.clone()).into()
}

fn grouped(found: Vec<OpenMember>, as_of: Timestamp) -> Vec<ProposalGroup> {
    let about: BTreeMap<ProposalId, OpenMember> =
        found.into_iter().map(|one| (one.member.id.clone(), one)).collect();
    let members = about.values().map(|one| one.member.clone());
    groups(members.collect::<Vec<Member>>())
        .into_iter()
        .filter_map(|group| {
            let first = about.get(group.members.first()?)?;
            // The same set as one group by itself gives: its oldest ids.
            let ids: BTreeSet<&str> = group.members.iter().map(ProposalId::as_str).collect();
            let set = Snapshot::of_texts(ids.into_iter().take(MAX_GROUP));
            Some(ProposalGroup {
                workflow: first.workflow.clone(),
                version: first.version,
                summary: first.summary.clone(),
                shape: group.shape,
                money: group.money,
                oldest: group.oldest,
                expires_at: group.expires_at,
                snapshot: GroupSnapshot { as_of, set },
                members: group.members,
            })
        })
        .collect()
}
