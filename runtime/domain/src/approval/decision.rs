//! What a person asks for when they decide, and what is kept of it.

use serde::{Deserialize, Serialize};

use super::assurance::{Assurance, Pass};
use crate::id::{DecisionId, PersonId, ProposalId};
use crate::proposal::{Content, ContentHash, Difference};
use crate::time::Timestamp;

/// By which way a decision came. Replies by mail are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// The app's inbox.
    App,
    /// The decision page behind a link.
    Link,
    /// A chat.
    Chat,
    /// The API.
    Api,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Yes.
    Approve,
    /// Yes, with other values: a new proposal.
    ApproveEdited,
    /// No.
    Reject,
}

/// Why it was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// A value is wrong.
    WrongValue,
    /// It is about the wrong record.
    WrongRecord,
    /// It is not what should be done.
    WrongAction,
    /// Right, and not now.
    NotNow,
    /// It is done already, or proposed already.
    Duplicate,
    /// The business has moved on.
    BusinessChanged,
    /// As the note says.
    Other,
}

impl RejectReason {
    /// The workflow erred: counts against it. The others say nothing about it.
    pub const fn is_error(self) -> bool {
        match self {
            Self::WrongValue | Self::WrongRecord | Self::WrongAction => true,
            Self::NotNow | Self::Duplicate | Self::BusinessChanged | Self::Other => false,
        }
    }
}

/// What a person asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Yes.
    Approve,
    /// Yes, with this content.
    ApproveEdited(Box<Content>),
    /// No. A reason must be given.
    Reject {
        /// Why.
        reason: Option<RejectReason>,
    },
}

/// A decision as it arrives.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// About which proposal.
    pub proposal: ProposalId,
    /// Hash of what was shown.
    pub shown: Option<ContentHash>,
    /// For whom; absent: for the person of the pass.
    pub principal: Option<PersonId>,
    /// Who is there, and how sure that is.
    pub pass: Pass,
    /// By which way.
    pub via: Via,
    /// What.
    pub verdict: Verdict,
    /// Words.
    pub note: Option<String>,
    /// When the content was opened; absent: it was not, as in a decision about many.
    pub opened_at: Option<Timestamp>,
}

/// A decision as it is kept. It does not change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Id.
    pub id: DecisionId,
    /// About which proposal.
    pub proposal: ProposalId,
    /// Hash of what was shown.
    pub shown: ContentHash,
    /// Who decided.
    pub party: Party,
    /// By which way.
    pub via: Via,
    /// How sure it is who it was.
    pub assurance: Assurance,
    /// What.
    pub said: Said,
    /// Why, when it is a rejection.
    pub reason: Option<RejectReason>,
    /// Words.
    pub note: Option<String>,
    /// What the edit changed.
    pub edit: Option<Difference>,
    /// When the content was opened; absent: it was not.
    pub opened_at: Option<Timestamp>,
    /// When.
    pub decided_at: Timestamp,
}

/// Who decided, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Whose decision it is.
    pub principal: PersonId,
    /// Who made it.
    pub actor: PersonId,
    /// The stand-ins between the two, in order.
    pub through: Vec<PersonId>,
}

impl Party {
    /// Everybody who had a part in it.
    pub fn people(&self) -> impl Iterator<Item = &PersonId> {
        [&self.principal, &self.actor].into_iter().chain(&self.through)
    }
}

impl Decision {
    /// Milliseconds from opening to deciding; absent where it was not opened.
    pub fn dwell_ms(&self) -> Option<u64> {
        let opened_at = self.opened_at?;
        u64::try_from(self.decided_at.0.saturating_sub(opened_at.0)).ok().map(|micros| micros / 1_000)
    }
}

impl DecisionId {
    /// The decision of a principal about a proposal: there is one at most.
    pub fn derived(proposal: &ProposalId, principal: &PersonId) -> Self {
        Self::derive(proposal.as_str(), &format!("decision\n{principal}"))
    }
}
