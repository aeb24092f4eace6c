//! Proposals: complete writes that were not sent yet. What a person is asked about never changes under their eyes: an
//! edit, a source that moved, a newer run each make a new proposal.
//!
//! Everything here is pure. Who may decide, and what a decision does, is [`crate::approval`].

mod apply;
mod content;
mod difference;
mod group;
mod hash;
mod lane;
mod money;
mod precondition;
mod repeat;
mod stale;
mod state;
mod step;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::{PersonId, ProposalId, RunId};
use crate::run::event::StepPath;
use crate::time::Timestamp;

pub use apply::{NextStep, Part, Progress, UndoBy, Undoing};
pub use content::{
    Compensation, Content, ContentProblem, FieldChange, MAX_OPERATIONS, PlannedWrite, Record, TruthVerdict,
    WriteKind, changes_between,
};
pub use difference::{Change, Difference};
pub use group::{Bulk, BulkItem, BulkRefused, Group, MAX_GROUP, Member, Shape, bulk, groups};
pub use hash::ContentHash;
pub use lane::{Lane, Placement, Queued, blockers, place};
pub use money::Money;
pub use precondition::{Held, Moved, MovedWhy, Precondition, Seen, before_hash, check};
pub use repeat::{REJECTION_MS, Rejected, RequestHash, repeats};
pub use stale::{Basis, BothDifferences, FieldMoved, StaleReason, compare_basis};
pub use state::{IllegalTransition, ProposalEvent, ProposalState};
pub use step::StepFollows;

/// Where a proposal comes from. Kept beside the content, not in it: the same write proposed again is the same content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Workflow id.
    pub workflow: String,
    /// The workflow's version; publishing another one leaves the proposal valid.
    pub version: u32,
    /// The run that waits.
    pub run: RunId,
    /// Its step.
    pub path: StepPath,
    /// The step's logical attempt.
    pub logical_attempt: u32,
    /// The record the workflow is about: system, record type, id.
    pub source: Option<SourceRecord>,
    /// Who asked for it, where a person did: both who stands behind it and who clicked.
    pub requested_by: BTreeSet<PersonId>,
    /// What the content rests on besides the record itself.
    pub basis: Basis,
}

/// The record a workflow is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceRecord {
    /// System.
    pub system: String,
    /// Record type.
    pub record_type: String,
    /// Its id there.
    pub id: String,
}

/// Why there is a proposal after another one on the same step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replacing {
    /// A person edited it.
    Edited,
    /// The source moved: it was previewed again.
    Stale,
}

/// The proposal this one took the place of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaces {
    /// Which.
    pub proposal: ProposalId,
    /// Why.
    pub why: Replacing,
}

/// One proposal. It cannot be changed: everything that would change it makes another.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    id: ProposalId,
    origin: Origin,
    content: Content,
    hash: ContentHash,
    editors: BTreeSet<PersonId>,
    replaces: Option<Replaces>,
    queued_at: Timestamp,
    opened_at: Timestamp,
}

/// A proposal as it is stored: the content as the very bytes that were hashed.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredProposal {
    /// Id.
    pub id: ProposalId,
    /// Where it comes from.
    pub origin: Origin,
    /// RFC 8785 bytes of the content.
    pub content: Vec<u8>,
    /// Their hash.
    pub hash: ContentHash,
    /// Whose edits are in it.
    pub editors: BTreeSet<PersonId>,
    /// What it took the place of.
    pub replaces: Option<Replaces>,
    /// Its place among the proposals on its records: that of the one it took the place of.
    pub queued_at: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
}

impl ProposalId {
    /// The n-th proposal of a step in one logical attempt, from 1: making it again is an upsert.
    pub fn derived(run: &RunId, path: &StepPath, logical_attempt: u32, nth: u32) -> Self {
        Self::derive(run.as_str(), &format!("proposal\n{path}\n{logical_attempt}\n{nth}"))
    }
}

impl Proposal {
    /// Opens a proposal of what a step would write.
    pub fn open(
        id: ProposalId,
        origin: Origin,
        content: Content,
        now: Timestamp,
    ) -> Result<Self, ContentProblem> {
        let hash = checked(&content, now)?;
        let editors = BTreeSet::new();
        Ok(Self { id, origin, content, hash, editors, replaces: None, queued_at: now, opened_at: now })
    }

    /// The one that takes this one's place, in the queue of its records too.
    fn replaced(
        &self,
        id: ProposalId,
        content: Content,
        why: Replacing,
        now: Timestamp,
    ) -> Result<Self, ContentProblem> {
        let hash = checked(&content, now)?;
        let replaces = Some(Replaces { proposal: self.id.clone(), why });
        let (origin, editors) = (self.origin.clone(), self.editors.clone());
        Ok(Self { id, origin, content, hash, editors, replaces, queued_at: self.queued_at, opened_at: now })
    }

    /// The proposal that an edit makes. The people whose edits are in it grow: what an earlier editor wrote may still
    /// stand in it. An edit changes what is written, never where or under which key, and moves no deadline.
    pub fn edited(
        &self,
        id: ProposalId,
        content: Content,
        by: &[PersonId],
        now: Timestamp,
    ) -> Result<Self, ContentProblem> {
        self.content.check_edit(&content)?;
        let mut edited = self.replaced(id, content, Replacing::Edited, now)?;
        edited.editors.extend(by.iter().cloned());
        Ok(edited)
    }

    /// The proposal after this one went stale: previewed again, on what holds now. Whose edits were in it stays known, and
    /// who asked for it; whoever put something into the run meanwhile is added.
    pub fn renewed(
        &self,
        id: ProposalId,
        content: Content,
        (basis, requested_by): (Basis, &BTreeSet<PersonId>),
        now: Timestamp,
    ) -> Result<Self, ContentProblem> {
        let mut renewed = self.replaced(id, content, Replacing::Stale, now)?;
        renewed.origin.basis = basis;
        renewed.origin.requested_by.extend(requested_by.iter().cloned());
        Ok(renewed)
    }

    /// For the store: the content is the bytes that the hash is of.
    pub fn to_stored(&self) -> StoredProposal {
        StoredProposal {
            id: self.id.clone(),
            origin: self.origin.clone(),
            content: self.content.to_bytes(),
            hash: self.hash.clone(),
            editors: self.editors.clone(),
            replaces: self.replaces.clone(),
            queued_at: self.queued_at,
            opened_at: self.opened_at,
        }
    }

    /// From the store. Bytes that are not those of the hash are refused: what was shown cannot be changed behind it.
    pub fn from_stored(stored: StoredProposal) -> Result<Self, ContentProblem> {
        let StoredProposal { id, origin, content, hash, editors, replaces, queued_at, opened_at } = stored;
        let content = Content::from_bytes(&content, &hash)?;
        Ok(Self { id, origin, content, hash, editors, replaces, queued_at, opened_at })
    }

    /// Id.
    pub const fn id(&self) -> &ProposalId {
        &self.id
    }

    /// Where it comes from.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What would be written.
    pub const fn content(&self) -> &Content {
        &self.content
    }

    /// The hash of the content: what a decision is bound to.
    pub const fn hash(&self) -> &ContentHash {
        &self.hash
    }

    /// Whose edits are in the content.
    pub const fn editors(&self) -> &BTreeSet<PersonId> {
        &self.editors
    }

    /// What it took the place of.
    pub const fn replaces(&self) -> Option<&Replaces> {
        self.replaces.as_ref()
    }

    /// When it was opened.
    pub const fn opened_at(&self) -> Timestamp {
        self.opened_at
    }

    /// After this time nobody decides any more.
    pub const fn expires_at(&self) -> Timestamp {
        self.content.expires_at
    }

    /// As it stands among the other proposals on its records.
    pub fn queued(&self, state: ProposalState) -> Queued<'_> {
        Queued {
            id: &self.id,
            run: &self.origin.run,
            since: self.queued_at,
            workflow: &self.origin.workflow,
            state,
            content: &self.content,
        }
    }

    /// What a rejection of it is remembered by.
    pub fn request(&self) -> RequestHash {
        RequestHash::of(&self.origin.workflow, self.origin.source.as_ref(), &self.content)
    }

    /// As its group must know it.
    pub fn member(&self) -> Member {
        Member {
            id: self.id.clone(),
            shape: self.shape(),
            money: self.content.money.clone(),
            opened_at: self.opened_at,
            expires_at: self.expires_at(),
        }
    }

    /// What it has in common with others that may be decided in one go.
    pub fn shape(&self) -> Shape {
        Shape::of(&self.origin.workflow, self.origin.version, &self.content)
    }
}

fn checked(content: &Content, now: Timestamp) -> Result<ContentHash, ContentProblem> {
    content.check()?;
    if content.expires_at <= now { Err(ContentProblem::BornExpired) } else { Ok(content.hash()) }
}

#[cfg(test)]
pub(crate) mod tests;
