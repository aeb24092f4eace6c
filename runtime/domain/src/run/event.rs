//! The append-only vocabulary of a run. Stored as JSON; the tags are pinned by a test.

mod outcome;
mod proposal;
mod request;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::connector::{Effect, Undo};
use crate::failure::Failure;
use crate::id::{AskId, EffectId, EventId, ExceptionId, PersonId, ProposalId, RunId};
use crate::time::Timestamp;
use crate::workflow::{Due, Owner};

pub use outcome::{EffectOutcome, Evidence, ExceptionDraft, Resolution};
pub use proposal::ProposalOutcome;

/// Where in a run: `proof`, or `lines[3]/price` inside the fourth item of for-each `lines`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepPath(pub String);

impl fmt::Display for StepPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value in the log: inline, or in the blob store when it is larger than [`Payload::INLINE_MAX`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    /// The value itself.
    Inline(Value),
    /// Where it is.
    Blob(BlobRef),
}

impl Payload {
    /// Bytes of JSON above which a value goes to the blob store.
    pub const INLINE_MAX: usize = 64 * 1024;
}

/// A value in the blob store, addressed by content within its workspace.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlobRef {
    /// Hex SHA-256 of the bytes.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

/// One entry of a run's log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// 1, 2, 3 … without gaps.
    pub seq: u64,
    /// When it was decided, by the clock of the worker.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub event: RunEvent,
}

/// What can happen in a run. Past tense; an entry that does not fit the state is an illegal event, by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum RunEvent {
    /// The first entry of every run.
    RunStarted(Box<RunStarted>),
    /// An attempt at a step that leaves the planner (action, code) began.
    AttemptStarted {
        /// Step.
        path: StepPath,
        /// 1 for the first try of this logical attempt.
        attempt: u32,
        /// The evaluated input.
        input: Payload,
    },
    /// The attempt failed and another follows.
    AttemptFailed {
        /// Step.
        path: StepPath,
        /// Which attempt.
        attempt: u32,
        /// Why.
        failure: Failure,
        /// Not before this time.
        retry_at: Timestamp,
        /// False for a rate limit or an unavailable connector: it burns no attempt.
        counted: bool,
    },
    /// The connector suspended its call: it is called again with the token, at a time or when its callback comes.
    CallSuspended {
        /// Step.
        path: StepPath,
        /// Which attempt.
        attempt: u32,
        /// What the connector wants back.
        token: Payload,
        /// Called again at this time at the latest.
        until: Timestamp,
        /// A request to the step's callback address wakes it too.
        on_callback: bool,
    },
    /// A request came to the step's callback address.
    CallbackReceived {
        /// Step.
        path: StepPath,
        /// The logical attempt whose address it is.
        logical_attempt: u32,
        /// The request.
        request: Payload,
    },
    /// The suspended call goes on.
    CallResumed {
        /// Step.
        path: StepPath,
        /// Which attempt.
        attempt: u32,
    },
    /// The resumed call failed and changed nothing; it is called once more, with the same token.
    CallPutOff {
        /// Step.
        path: StepPath,
        /// Which attempt.
        attempt: u32,
        /// Why.
        failure: Failure,
        /// Not before this time.
        retry_at: Timestamp,
        /// False for a rate limit or an unavailable connector: it burns no attempt.
        counted: bool,
    },
    /// A write is about to leave the host; committed before it does.
    EffectIntended {
        /// Step.
        path: StepPath,
        /// The effect.
        effect: EffectId,
        /// Attempt it belongs to.
        attempt: u32,
        /// The key sent with it.
        idempotency_key: String,
        /// Hex SHA-256 of the canonical input (RFC 8785).
        request_sha256: String,
        /// Its class.
        class: Effect,
        /// Can it be taken back?
        undo: Undo,
        /// Which attempt of the same effect this sending is; a person's *send again* makes a new effect.
        sending: u32,
    },
    /// The effect's outcome is known, or known to be unknown.
    EffectSettled {
        /// Step.
        path: StepPath,
        /// The effect.
        effect: EffectId,
        /// Outcome.
        outcome: EffectOutcome,
    },
    /// A write was previewed, and waits for people: nothing of it was sent.
    Proposed {
        /// Step.
        path: StepPath,
        /// The proposal.
        proposal: ProposalId,
        /// The attempt that made the preview.
        attempt: u32,
        /// The stale one it takes the place of.
        replaces: Option<ProposalId>,
    },
    /// Something became of the proposal.
    ProposalDecided {
        /// Step.
        path: StepPath,
        /// The proposal.
        proposal: ProposalId,
        /// What.
        outcome: ProposalOutcome,
    },
    /// The step is done.
    StepSucceeded {
        /// Step.
        path: StepPath,
        /// Its output.
        output: Payload,
        /// Nodes its taken ports lead to (for a switch: the matching cases').
        next: Vec<String>,
    },
    /// The step failed for good and its exception port was taken.
    StepFailed {
        /// Step.
        path: StepPath,
        /// Why.
        failure: Failure,
        /// The node behind the port.
        next: String,
    },
    /// The step waits on an exception.
    StepParked {
        /// Step.
        path: StepPath,
        /// The exception.
        exception: ExceptionId,
        /// What the exception says.
        draft: Box<ExceptionDraft>,
    },
    /// The step waits for a time or an event.
    WaitStarted {
        /// Step.
        path: StepPath,
        /// Ends by itself at this time.
        until: Timestamp,
        /// The event it waits for, if any: type and key.
        event: Option<Correlation>,
    },
    /// A correlated event arrived.
    WaitMatched {
        /// Step.
        path: StepPath,
        /// The event's data.
        data: Payload,
        /// Who published it, where a person did.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        requested_by: BTreeSet<PersonId>,
    },
    /// The step waits for a child run.
    ChildStarted {
        /// Step.
        path: StepPath,
        /// The child.
        run: RunId,
        /// Its workflow.
        workflow: String,
        /// Its pinned version.
        version: u32,
    },
    /// The child ended.
    ChildEnded {
        /// Step.
        path: StepPath,
        /// The child.
        run: RunId,
        /// How; `Err` holds the child's failure.
        result: Result<Payload, Failure>,
        /// The people who put something into the child.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        requested_by: BTreeSet<PersonId>,
    },
    /// The step waits for a person's answer.
    Asked {
        /// Step.
        path: StepPath,
        /// The question.
        ask: AskId,
        /// What is asked.
        question: String,
        /// JSON Schema of the answer.
        form: Value,
        /// Who.
        owner: Owner,
        /// By when, as written.
        due: Due,
        /// By when, by the calendar of the time it was asked.
        due_at: Timestamp,
    },
    /// A person answered.
    Answered {
        /// Step.
        path: StepPath,
        /// The question.
        ask: AskId,
        /// The answer, valid under the form.
        answer: Payload,
        /// Who.
        by: String,
        /// Whose account that is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
    },
    /// A for-each has its list.
    ItemsListed {
        /// Step.
        path: StepPath,
        /// The list.
        items: Payload,
        /// How many.
        count: u64,
    },
    /// An item's body ended.
    ItemEnded {
        /// The for-each's step.
        path: StepPath,
        /// Which item.
        index: u64,
        /// The output of its last step, or its failure.
        result: Result<Payload, Failure>,
    },
    /// Results of items moved out of the state into a blob; each once, in blocks that do not overlap.
    SegmentSealed {
        /// The for-each's step.
        path: StepPath,
        /// First index in it.
        first: u64,
        /// How many.
        count: u64,
        /// Succeeded ones among them.
        succeeded: u64,
        /// Where.
        segment: BlobRef,
    },
    /// A person resolved an exception.
    ExceptionResolved {
        /// The parked step; empty for the exception of a quarantined run.
        path: StepPath,
        /// The exception.
        exception: ExceptionId,
        /// How.
        resolution: Resolution,
        /// Who.
        by: String,
        /// Whose account that is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
    },
    /// A step and its descendants start over; the log before stays as it was.
    StepRetried {
        /// Step.
        path: StepPath,
        /// One more than before.
        logical_attempt: u32,
        /// Replaces the evaluated input, when a person edited it.
        input: Option<Payload>,
    },
    /// The step will not run: no branch led to it, or a person skipped it.
    StepSkipped {
        /// Step.
        path: StepPath,
    },
    /// The answer to the waiting caller.
    Replied {
        /// Step that answered; `None` when the run ended without one.
        path: Option<StepPath>,
        /// HTTP status.
        status: u16,
        /// Headers.
        headers: Vec<(String, String)>,
        /// Body.
        body: Payload,
    },
    /// Somebody asked to cancel: nothing new starts.
    CancelRequested {
        /// Who.
        by: String,
    },
    /// The step was stopped by a cancel; it has no open intent.
    StepCancelled {
        /// Step.
        path: StepPath,
    },
    /// The run was quarantined: it took its worker down too often.
    Quarantined {
        /// Claims so far.
        claims: u32,
        /// The exception that says so.
        exception: ExceptionId,
    },
    /// The end, well.
    RunSucceeded {
        /// The output of an `end` node, or null.
        output: Payload,
    },
    /// The end, badly.
    RunFailed {
        /// Why.
        failure: Failure,
    },
    /// The end, by a person's wish.
    RunCancelled,
}

/// What a run starts with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// The run.
    pub run: RunId,
    /// Workflow id.
    pub workflow: String,
    /// Pinned version.
    pub version: u32,
    /// The event that started it; a child and a retry have none of their own.
    pub event: Option<EventId>,
    /// The event's data: `event` in expressions.
    pub input: Payload,
    /// Values of `vars` after the workspace's overrides.
    pub vars: Map<String, Value>,
    /// Plugin digests by connector, pinned to the end.
    pub plugins: BTreeMap<String, String>,
    /// The step that called it.
    pub parent: Option<Parent>,
    /// Calls above it; at most 10.
    pub depth: u8,
    /// The run it retries.
    pub retry_of: Option<RunId>,
    /// Outputs copied from `retry_of`: unchanged ancestors that do not run again.
    pub copied: Vec<CopiedStep>,
    /// The input that a person edited for one of its steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<EditedStep>,
    /// A caller waits for a reply.
    pub reply_wanted: bool,
    /// The people who asked for it: who started it, and whose data started it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub requested_by: BTreeSet<PersonId>,
}

/// The step that called a child run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// Calling run.
    pub run: RunId,
    /// Calling step.
    pub path: StepPath,
}

/// A step whose first input is a person's, and not what the workflow makes of its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditedStep {
    /// Step.
    pub path: StepPath,
    /// Its input.
    pub input: Payload,
}

/// A step taken over from the run that is retried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CopiedStep {
    /// Step.
    pub path: StepPath,
    /// Its output.
    pub output: Payload,
    /// Nodes it led to.
    pub next: Vec<String>,
}

/// Which event a wait is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correlation {
    /// Event type.
    pub event_type: String,
    /// Key.
    pub key: String,
}
