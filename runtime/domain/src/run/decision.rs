//! What the planner decides. The engine carries it out and has no choice left.

use serde_json::Value;

use crate::id::{EffectId, PersonId, ProposalId, RunId};
use crate::run::event::{BlobRef, Parent, RunEvent, StepPath};
use crate::time::Timestamp;
use crate::workflow::Operation;

/// Everything that can be done now. The driver appends `record` first (each stamped with its clock), then
/// plans again; only when `record` is empty does it begin `work`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Pure results to append, in this order.
    pub record: Vec<RunEvent>,
    /// Work that leaves the planner. Already running work is not listed again as long as the driver names it
    /// in `running`.
    pub work: Vec<Work>,
    /// When there is nothing else to do: look again at this time.
    pub wake_at: Option<Timestamp>,
    /// The run ended; nothing follows.
    pub ended: bool,
}

/// One piece of work.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// Call an action. The driver records `AttemptStarted`, for a write `EffectIntended` (committed first), then
    /// the outcome.
    Action(ActionCall),
    /// Call a suspended action again. The driver records `CallResumed`, for a write committed first, then the
    /// outcome.
    Resume(ActionCall),
    /// An effect was intended and never settled: a crash or a lost lease. The gateway decides by class, key
    /// lifetime and reconcile, and records `EffectSettled`.
    Settle(Settle),
    /// Run code in the sandbox.
    Code(CodeCall),
    /// Create the child run (an upsert) and record `ChildStarted` in the same commit.
    Child(ChildCall),
    /// Read blobs and give them to the state; the plan needs them.
    Load(Vec<BlobRef>),
    /// Write these results as a blob, then record `SegmentSealed`.
    Seal(Seal),
    /// Propagate a cancel to a child run.
    CancelChild {
        /// The child.
        run: RunId,
    },
}

/// One attempt at an action.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionCall {
    /// Step.
    pub path: StepPath,
    /// Node id.
    pub node: String,
    /// Action.
    pub action: Operation,
    /// Connection name.
    pub connection: Option<String>,
    /// Evaluated input.
    pub input: Value,
    /// Counts a person's retries; part of the idempotency key.
    pub logical_attempt: u32,
    /// Counts tries of this logical attempt, from 1.
    pub attempt: u32,
    /// When the first attempt of this logical attempt started, if one did: the retry budget counts from here.
    pub first_attempt_at: Option<Timestamp>,
    /// Wall time of one attempt in milliseconds.
    pub timeout_ms: Option<u64>,
    /// Effects of this step so far in this logical attempt; the next one continues the numbering.
    pub sendings: u32,
    /// When the last of them was intended.
    pub last_intended_at: Option<Timestamp>,
    /// Key of the intent that is open, when a call goes on under it.
    pub open_key: Option<String>,
    /// The proposal by which this write may leave, where people decided about it.
    pub approved_by: Option<ProposalId>,
    /// Where the call goes on, when its connector suspended it.
    pub resume: Option<Resume>,
}

/// What a connector gets back when its suspended call goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Resume {
    /// What it gave.
    pub token: Value,
    /// The request to its callback address, if one came.
    pub callback: Option<Value>,
}

/// An open intent to settle.
#[derive(Clone, Debug, PartialEq)]
pub struct Settle {
    /// The call it was made for, with the very same input.
    pub call: ActionCall,
    /// The effect.
    pub effect: EffectId,
    /// Its key.
    pub idempotency_key: String,
    /// When it was intended.
    pub intended_at: Timestamp,
    /// It is not sent again, even where that would be safe: no try is left.
    pub look_only: bool,
}

/// One run of a code node.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeCall {
    /// Step.
    pub path: StepPath,
    /// JavaScript.
    pub code: String,
    /// Evaluated input.
    pub input: Value,
    /// Seed of its random numbers: from run, path and attempt.
    pub seed: u64,
    /// Its `Date.now()`: when the step became ready.
    pub now: Timestamp,
    /// Try, from 1.
    pub attempt: u32,
    /// Counts a person's retries.
    pub logical_attempt: u32,
    /// Wall time in milliseconds.
    pub timeout_ms: Option<u64>,
}

/// A child run to create.
#[derive(Clone, Debug, PartialEq)]
pub struct ChildCall {
    /// Step.
    pub path: StepPath,
    /// Derived from parent, path and logical attempt.
    pub run: RunId,
    /// Workflow to run.
    pub workflow: String,
    /// Evaluated input.
    pub input: Value,
    /// The caller.
    pub parent: Parent,
    /// Its depth.
    pub depth: u8,
    /// The people whose doing is in the input.
    pub requested_by: std::collections::BTreeSet<PersonId>,
}

/// Results of a for-each that leave the state.
#[derive(Clone, Debug, PartialEq)]
pub struct Seal {
    /// The for-each's step.
    pub path: StepPath,
    /// First index.
    pub first: u64,
    /// The results, in order, as a JSON array.
    pub results: Value,
    /// How many of them succeeded.
    pub succeeded: u64,
}
