//! Proposals of identical shape, which a person may look through in one go. Each still has a decision of its own.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Proposal;
use super::content::{Content, PlannedWrite};
use super::hash::ContentHash;
use super::money::Money;
use crate::id::ProposalId;
use crate::json;
use crate::time::Timestamp;

/// Decisions of one go at most.
pub const MAX_GROUP: usize = 1_000;

/// Hex SHA-256 of everything about a content that is not a value: the workflow and its version, and of each write the
/// system, record type, kind, action, fields with their verdicts, and whether it can be taken back; and whether money
/// moves, in which currency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shape(String);

impl Shape {
    pub(crate) fn of(workflow: &str, version: u32, content: &Content) -> Self {
        let write = |write: &PlannedWrite| -> Value {
            let fields: Vec<Value> =
                write.fields.iter().map(|(path, change)| json!([path, change.verdict])).collect();
            json!({
                "system": write.system,
                "connection": write.connection,
                "record_type": write.record.record_type(),
                "kind": write.kind,
                "action": write.action.to_string(),
                "fields": fields,
                "undo": write.undo,
                "complete": write.complete,
            })
        };
        let operations: Vec<Value> = content.operations.iter().map(write).collect();
        let currency = content.money.as_ref().map(|money| &money.currency);
        let shape = json!({ "workflow": workflow, "version": version, "operations": operations, "currency": currency });
        Self(json::sha256(&shape))
    }

    /// The hash as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// From what was stored or sent: 64 hexadecimal characters.
    pub fn parse(text: &str) -> Option<Self> {
        let good = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        good.then(|| Self(text.to_owned()))
    }
}

/// An open proposal, as far as its group must know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Which.
    pub id: ProposalId,
    /// Its shape.
    pub shape: Shape,
    /// What moves.
    pub money: Option<Money>,
    /// Since when people are asked.
    pub opened_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Proposals of one shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Their shape.
    pub shape: Shape,
    /// Which, by deadline.
    pub members: Vec<ProposalId>,
    /// What moves in all of them together; absent where none moves, or more than can be counted.
    pub money: Option<Money>,
    /// Since when the oldest waits.
    pub oldest: Timestamp,
    /// The nearest deadline.
    pub expires_at: Timestamp,
}

/// Groups proposals by their shape, the group with the nearest deadline first.
pub fn groups(members: impl IntoIterator<Item = Member>) -> Vec<Group> {
    let mut by_shape: BTreeMap<Shape, Vec<Member>> = BTreeMap::new();
    for member in members {
        by_shape.entry(member.shape.clone()).or_default().push(member);
    }
    let mut groups: Vec<Group> =
        by_shape.into_iter().filter_map(|(shape, members)| group(shape, members)).collect();
    groups.sort_by(|a, b| (a.expires_at, &a.shape).cmp(&(b.expires_at, &b.shape)));
    groups
}

fn group(shape: Shape, mut members: Vec<Member>) -> Option<Group> {
    members.sort_by(|a, b| (a.expires_at, &a.id).cmp(&(b.expires_at, &b.id)));
    Some(Group {
        shape,
        money: total(&members),
        oldest: members.iter().map(|member| member.opened_at).min()?,
        expires_at: members.first()?.expires_at,
        members: members.into_iter().map(|member| member.id).collect(),
    })
}

/// One shape has one currency.
fn total(members: &[Member]) -> Option<Money> {
    let mut amounts = members.iter().filter_map(|member| member.money.clone());
    let first = amounts.next()?;
    amounts.try_fold(first, |sum, money| {
        Some(Money { amount: sum.amount.checked_add(money.amount)?, currency: sum.currency })
    })
}

/// What a person decides in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bulk {
    /// Each with the hash of what was listed.
    pub items: Vec<(ProposalId, ContentHash)>,
    /// Those that were opened and looked at.
    pub opened: BTreeSet<ProposalId>,
}

/// One decision of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkItem {
    /// Which.
    pub proposal: ProposalId,
    /// What was shown.
    pub shown: ContentHash,
    /// It was opened: its decision may count as evidence. One that was not does not.
    pub opened: bool,
}

/// Why nothing is decided in one go.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BulkRefused {
    /// There is nothing to decide.
    #[error("no proposal was chosen")]
    Empty,
    /// Too many at once.
    #[error("at most {MAX_GROUP} proposals are decided in one go, and these are {0}")]
    TooMany(usize),
    /// One of them is not known here.
    #[error("there is no open proposal {0}")]
    Unknown(ProposalId),
    /// They are not alike.
    #[error("{first} and {other} are not of the same shape: decide them one by one")]
    Mixed {
        /// One.
        first: ProposalId,
        /// The other.
        other: ProposalId,
    },
    /// Nobody looked.
    #[error("open at least one of them first: nobody has looked at any")]
    Unseen,
    /// One is named twice.
    #[error("{0} is named twice")]
    Twice(ProposalId),
}

impl BulkRefused {
    /// The page of it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty
            | Self::TooMany(_)
            | Self::Unknown(_)
            | Self::Mixed { .. }
            | Self::Unseen
            | Self::Twice(_) => "TL0888",
        }
    }
}

/// Takes a decision in one go apart into one each. Whether each of them stands is decided one by one.
pub fn bulk(bulk: &Bulk, proposals: &[&Proposal]) -> Result<Vec<BulkItem>, BulkRefused> {
    if bulk.items.is_empty() {
        return Err(BulkRefused::Empty);
    }
    if bulk.items.len() > MAX_GROUP {
        return Err(BulkRefused::TooMany(bulk.items.len()));
    }
    let known: BTreeMap<&ProposalId, &Proposal> = proposals.iter().map(|one| (one.id(), *one)).collect();
    let mut first: Option<(&ProposalId, Shape)> = None;
    let mut named = BTreeSet::new();
    for (id, _) in &bulk.items {
        let proposal = known.get(id).ok_or_else(|| BulkRefused::Unknown(id.clone()))?;
        if !named.insert(id) {
            return Err(BulkRefused::Twice(id.clone()));
        }
        let shape = proposal.shape();
        match &first {
            None => first = Some((id, shape)),
            Some((_, same)) if *same == shape => {}
            Some((one, _)) => return Err(BulkRefused::Mixed { first: (*one).clone(), other: id.clone() }),
        }
    }
    if !bulk.opened.iter().any(|id| named.contains(id)) {
        return Err(BulkRefused::Unseen);
    }
    let item = |(id, shown): &(ProposalId, ContentHash)| BulkItem {
        proposal: id.clone(),
        shown: shown.clone(),
        opened: bulk.opened.contains(id),
    };
    Ok(bulk.items.iter().map(item).collect())
}
