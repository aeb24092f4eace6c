//! The life of a proposal.

use serde::{Deserialize, Serialize};

/// Where a proposal is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// People are asked.
    Open,
    /// It may be applied.
    Approved,
    /// Its writes are being sent, or one of them is in doubt.
    Applying,
    /// All of it is done.
    Applied,
    /// Some of it is done, and the rest was refused.
    PartlyApplied,
    /// Nothing of it was done: the system refused.
    Failed,
    /// What was done was taken back.
    Compensated,
    /// A person said no.
    Rejected,
    /// Nobody decided in time.
    Expired,
    /// Another proposal took its place.
    Superseded,
    /// Nobody wants it any more: its run was cancelled, or its publisher withdrew it.
    Withdrawn,
    /// The source moved.
    Stale,
}

/// What happens to a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalEvent {
    /// The policy is satisfied.
    Approved,
    /// A rejection decided it.
    Rejected,
    /// Its time ran out.
    Expired,
    /// Another one takes its place.
    Superseded,
    /// It is not wanted any more.
    Withdrawn,
    /// What it rests on moved before anything was written.
    WentStale,
    /// Its preconditions hold and the first write is about to leave; or the rest of a partly applied one is.
    ApplyingStarted,
    /// The last write is confirmed.
    Applied,
    /// A write was refused after others were confirmed.
    PartlyApplied,
    /// A write was refused, and nothing is confirmed.
    Failed,
    /// Everything that was confirmed is taken back.
    Compensated,
}

/// An event that does not fit the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a proposal that is {} cannot become {}", .state.word(), .event.leads_to().word())]
pub struct IllegalTransition {
    /// The state.
    pub state: ProposalState,
    /// The event.
    pub event: ProposalEvent,
}

impl ProposalState {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Open,
        Self::Approved,
        Self::Applying,
        Self::Applied,
        Self::PartlyApplied,
        Self::Failed,
        Self::Compensated,
        Self::Rejected,
        Self::Expired,
        Self::Superseded,
        Self::Withdrawn,
        Self::Stale,
    ];

    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::PartlyApplied => "partly_applied",
            Self::Failed => "failed",
            Self::Compensated => "compensated",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::Withdrawn => "withdrawn",
            Self::Stale => "stale",
        }
    }

    /// Later proposals on its records wait for it. A partly applied one waits for a person: meanwhile its records are
    /// free, and the rest of it takes its turn again.
    pub const fn holds_its_records(self) -> bool {
        match self {
            Self::Open | Self::Approved | Self::Applying => true,
            Self::Applied
            | Self::PartlyApplied
            | Self::Failed
            | Self::Compensated
            | Self::Rejected
            | Self::Expired
            | Self::Superseded
            | Self::Withdrawn
            | Self::Stale => false,
        }
    }

    /// The state after an event.
    pub fn after(self, event: ProposalEvent) -> Result<Self, IllegalTransition> {
        if event.may_follow().contains(&self) {
            Ok(event.leads_to())
        } else {
            Err(IllegalTransition { state: self, event })
        }
    }
}

impl ProposalEvent {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Approved,
        Self::Rejected,
        Self::Expired,
        Self::Superseded,
        Self::Withdrawn,
        Self::WentStale,
        Self::ApplyingStarted,
        Self::Applied,
        Self::PartlyApplied,
        Self::Failed,
        Self::Compensated,
    ];

    /// In which states it may happen; in every other one it may not.
    const fn may_follow(self) -> &'static [ProposalState] {
        match self {
            // A decision in time stands, however long the system is away: what moved meanwhile makes it stale.
            Self::Approved | Self::Rejected | Self::Expired | Self::Superseded => &[ProposalState::Open],
            Self::Withdrawn => &[ProposalState::Open, ProposalState::Approved],
            // From `applying`: the system itself compared the version, and nothing was written.
            Self::WentStale => &[ProposalState::Open, ProposalState::Approved, ProposalState::Applying],
            Self::ApplyingStarted => &[ProposalState::Approved, ProposalState::PartlyApplied],
            Self::Applied | Self::PartlyApplied | Self::Failed => &[ProposalState::Applying],
            Self::Compensated => &[ProposalState::Applied, ProposalState::PartlyApplied],
        }
    }

    /// The state it leads to.
    pub const fn leads_to(self) -> ProposalState {
        match self {
            Self::Approved => ProposalState::Approved,
            Self::Rejected => ProposalState::Rejected,
            Self::Expired => ProposalState::Expired,
            Self::Superseded => ProposalState::Superseded,
            Self::Withdrawn => ProposalState::Withdrawn,
            Self::WentStale => ProposalState::Stale,
            Self::ApplyingStarted => ProposalState::Applying,
            Self::Applied => ProposalState::Applied,
            Self::PartlyApplied => ProposalState::PartlyApplied,
            Self::Failed => ProposalState::Failed,
            Self::Compensated => ProposalState::Compensated,
        }
    }
}

impl std::fmt::Display for ProposalState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}
