//! One step of a run, and where it is in its life.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::connector::{Effect, Undo};
use crate::failure::Failure;
use crate::id::{AskId, EffectId, ExceptionId, ProposalId, RunId};
use crate::run::event::{
    BlobRef, Correlation, EffectOutcome, ExceptionDraft, Payload, ProposalOutcome, Resolution,
};
use crate::run::state::Cached;
use crate::time::Timestamp;
use crate::workflow::Owner;

/// One node in one scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) phase: Phase,
    /// Counts a person's retries, from 1.
    pub(crate) logical_attempt: u32,
    /// Tries of this logical attempt so far.
    pub(crate) attempts: u32,
    /// Failed tries that count against the policy.
    pub(crate) counted: u32,
    /// `now` of its expressions.
    pub(crate) ready_at: Timestamp,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    /// A person's input, or the evaluated one once an attempt has started.
    pub(crate) input: Option<Payload>,
    pub(crate) output: Option<Payload>,
    #[serde(skip)]
    pub(crate) prepared: Cached,
    /// A for-each's output with the results of all its segments.
    #[serde(skip)]
    pub(crate) whole: Cached,
    /// Nodes its taken ports led to.
    pub(crate) next: Vec<String>,
    pub(crate) failure: Option<Failure>,
    /// Effects of this logical attempt, in order of sending.
    pub(crate) effects: Vec<EffectState>,
    /// Taken over from the run that is retried.
    pub(crate) copied: bool,
    /// A for-each: highest logical attempt used in an ended item, so that starting over never repeats one.
    pub(crate) inside: u32,
    /// Where a suspended call goes on.
    #[serde(default)]
    pub(crate) resume: Option<Box<Resume>>,
    /// A callback that has come and was not handed over yet.
    #[serde(default)]
    pub(crate) callback: Option<Payload>,
    /// Suspensions of this logical attempt.
    #[serde(default)]
    pub(crate) suspensions: u32,
    /// The proposal its write was approved by, once it is being applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) approval: Option<Box<Approved>>,
    /// What stands in `timers` for it.
    pub(crate) timer: Option<Timestamp>,
}

/// Where a suspended call goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Resume {
    pub(crate) token: Payload,
    /// The callback it was handed.
    pub(crate) callback: Option<Payload>,
    /// When it was first called again: its own tries count from here.
    pub(crate) since: Option<Timestamp>,
}

/// The go that people gave to a write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Approved {
    pub(crate) proposal: ProposalId,
    /// When the step went on: people may have taken days, its own tries count from here.
    pub(crate) at: Timestamp,
}

/// One sending of a write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EffectState {
    /// The effect.
    pub effect: EffectId,
    /// Attempt it belongs to.
    pub attempt: u32,
    /// The key sent with it.
    pub idempotency_key: String,
    /// Hash of the input.
    pub request_sha256: String,
    /// Its class.
    pub class: Effect,
    /// Can it be taken back?
    pub undo: Undo,
    /// When it was intended.
    pub intended_at: Timestamp,
    /// Its outcome; `None` while it is open.
    pub outcome: Option<EffectOutcome>,
}

/// Where a step is in its life. Not tagged inside: a tag there would lose the number keys of [`Each`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// A join, or a step that started over, waits for the branches that lead to it.
    Gathering,
    /// The planner's turn.
    Ready,
    /// An attempt is under way, or was when the worker went down.
    Attempting,
    /// Between two attempts.
    Backoff {
        until: Timestamp,
    },
    /// The connector suspended its call.
    Suspended {
        until: Timestamp,
        on_callback: bool,
    },
    /// Waits for a time or an event.
    Waiting {
        until: Timestamp,
        event: Option<Correlation>,
        data: Option<Payload>,
    },
    /// Waits for a child run.
    Child {
        run: RunId,
        workflow: String,
        version: u32,
        result: Option<Result<Payload, Failure>>,
    },
    /// Waits for a person's answer.
    Asked {
        ask: AskId,
        question: String,
        owner: Owner,
        due_at: Timestamp,
        answer: Option<Payload>,
    },
    /// Waits for people to decide about its write.
    Proposed {
        proposal: ProposalId,
        outcome: Option<Box<ProposalOutcome>>,
    },
    /// Items are in flight.
    Iterating(Box<Each>),
    /// Waits on an exception.
    Parked {
        exception: ExceptionId,
        draft: Box<ExceptionDraft>,
        resolution: Option<Box<Resolution>>,
    },
    Succeeded,
    Failed,
    Skipped,
    Cancelled,
}

/// A for-each under way: counters, what is in flight, and what is not sealed yet; never a map of all items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Each {
    pub(crate) items: Payload,
    pub(crate) count: u64,
    /// First item that has not started.
    pub(crate) next: u64,
    /// Items that hold a parallel slot.
    pub(crate) flying: BTreeSet<u64>,
    /// Items in which everything waits on exceptions: they hold no slot.
    pub(crate) parked: BTreeSet<u64>,
    /// Items whose body is done and whose end is not recorded.
    pub(crate) finished: BTreeSet<u64>,
    pub(crate) succeeded: u64,
    pub(crate) failed: u64,
    /// Results that are not sealed.
    pub(crate) tail: BTreeMap<u64, Result<Payload, Failure>>,
    /// Runs of neighbours in `tail`: first index to length.
    pub(crate) runs: BTreeMap<u64, u64>,
    pub(crate) segments: BTreeMap<u64, Segment>,
}

/// Results that left the state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Segment {
    pub(crate) count: u64,
    pub(crate) succeeded: u64,
    pub(crate) blob: BlobRef,
}

impl Phase {
    /// The step is done, one way or another.
    pub(crate) const fn is_done(&self) -> bool {
        match self {
            Self::Succeeded | Self::Failed | Self::Skipped | Self::Cancelled => true,
            Self::Gathering
            | Self::Ready
            | Self::Attempting
            | Self::Backoff { .. }
            | Self::Suspended { .. }
            | Self::Waiting { .. }
            | Self::Child { .. }
            | Self::Asked { .. }
            | Self::Proposed { .. }
            | Self::Iterating(_)
            | Self::Parked { .. } => false,
        }
    }

    /// In words, for errors.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Gathering => "waiting for its branches",
            Self::Ready => "ready",
            Self::Attempting => "running",
            Self::Backoff { .. } => "between two attempts",
            Self::Suspended { .. } => "suspended by its connector",
            Self::Waiting { .. } => "waiting",
            Self::Child { .. } => "waiting for a child run",
            Self::Asked { .. } => "waiting for an answer",
            Self::Proposed { .. } => "waiting for a decision",
            Self::Iterating(_) => "working through its items",
            Self::Parked { .. } => "parked",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Step {
    pub(crate) fn new(phase: Phase, logical_attempt: u32, at: Timestamp) -> Self {
        Self {
            phase,
            logical_attempt,
            attempts: 0,
            counted: 0,
            ready_at: at,
            started_at: None,
            ended_at: None,
            input: None,
            output: None,
            prepared: Cached::default(),
            whole: Cached::default(),
            next: Vec::new(),
            failure: None,
            effects: Vec::new(),
            copied: false,
            inside: 0,
            resume: None,
            callback: None,
            suspensions: 0,
            approval: None,
            timer: None,
        }
    }

    /// When its own tries began: after a decision they begin anew.
    pub(crate) fn tries_since(&self) -> Option<Timestamp> {
        self.approval.as_ref().map(|approved| approved.at).or(self.started_at)
    }

    /// The proposal by which its write may leave.
    pub(crate) fn approved_by(&self) -> Option<&ProposalId> {
        match &self.phase {
            Phase::Proposed { proposal, outcome: Some(outcome) } => {
                matches!(**outcome, ProposalOutcome::Approved { .. }).then_some(proposal)
            }
            _ => self.approval.as_ref().map(|approved| &approved.proposal),
        }
    }

    /// The intent whose outcome nobody has recorded.
    pub(crate) fn open_effect(&self) -> Option<&EffectState> {
        self.effects.iter().find(|effect| effect.outcome.is_none())
    }

    /// The effect nobody knows the truth of.
    pub(crate) fn doubt(&self) -> Option<&EffectState> {
        self.effects.iter().find(|effect| matches!(effect.outcome, Some(EffectOutcome::InDoubt { .. })))
    }

    /// What must be settled before the step may be reset or cancelled.
    pub(crate) fn unsettled(&self) -> Option<&EffectState> {
        if self.phase.is_done() { None } else { self.open_effect().or_else(|| self.doubt()) }
    }

    /// Logical attempt it has when it starts over.
    pub(crate) fn next_logical(&self) -> u32 {
        self.logical_attempt.max(self.inside) + 1
    }
}
