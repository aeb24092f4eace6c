//! What the log folds to: enough to decide what comes next, and no more. Steps of ended items are gone, results
//! of a for-each leave in segments, so a state stays small however many items a run has.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::connector::{Effect, Undo};
use crate::expression::Prepared;
use crate::failure::Failure;
use crate::id::{AskId, EffectId, EventId, ExceptionId, RunId};
use crate::run::event::{
    BlobRef, Correlation, EffectOutcome, ExceptionDraft, Parent, Payload, Resolution, StepPath,
};
use crate::run::path::ScopePath;
use crate::time::Timestamp;
use crate::workflow::Owner;

/// The state of a run. Serialisable as a snapshot; `fold(snapshot, tail) = fold(all)`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunState {
    pub(crate) seq: u64,
    pub(crate) last_at: Timestamp,
    pub(crate) start: Option<Arc<Start>>,
    pub(crate) cancel: Option<String>,
    pub(crate) quarantine: Option<ExceptionId>,
    pub(crate) replied: Option<Reply>,
    pub(crate) end: Option<End>,
    pub(crate) scopes: BTreeMap<ScopePath, Scope>,
    pub(crate) steps: BTreeMap<StepPath, Step>,
    /// Steps the planner must look at.
    pub(crate) todo: BTreeSet<StepPath>,
    /// Steps the planner must look at once the time has come.
    pub(crate) timers: BTreeSet<(Timestamp, StepPath)>,
    /// Children whose step started over or was given up before they ended.
    pub(crate) orphans: BTreeSet<RunId>,
    #[serde(skip)]
    pub(crate) loaded: Loaded,
}

/// Values of blobs the driver has read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Loaded(pub(crate) HashMap<String, Arc<(Value, Cached)>>);

/// A value made ready for expressions, once, when the first of them reads it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cached(OnceLock<Prepared>);

impl Cached {
    pub(crate) fn get(&self, value: &Value) -> Prepared {
        self.0.get_or_init(|| Prepared::new(value)).clone()
    }
}

// Caches: two states are equal whatever is in them.
impl PartialEq for Loaded {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl PartialEq for Cached {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What the run started with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// The run.
    pub run: RunId,
    /// Workflow id.
    pub workflow: String,
    /// Pinned version.
    pub version: u32,
    /// The event that started it.
    pub event: Option<EventId>,
    /// The event's data.
    pub input: Payload,
    /// Values of `vars`.
    pub vars: Map<String, Value>,
    /// Plugin digests by connector.
    pub plugins: BTreeMap<String, String>,
    /// The step that called it.
    pub parent: Option<Parent>,
    /// Calls above it.
    pub depth: u8,
    /// The run it retries.
    pub retry_of: Option<RunId>,
    /// A caller waits for a reply.
    pub reply_wanted: bool,
    /// When.
    pub at: Timestamp,
    #[serde(skip)]
    pub(crate) prepared: Cached,
}

/// The reply that was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Payload,
}

/// How and when the run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// When.
    pub at: Timestamp,
    /// How.
    pub how: EndHow,
}

/// How the run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum EndHow {
    /// Well.
    Succeeded {
        /// Output of an `end` node, or null.
        output: Payload,
    },
    /// Badly.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// By a person's wish.
    Cancelled,
}

/// The run itself, or one item in flight.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scope {
    /// Nodes that are not done: ready, running, waiting or parked.
    pub(crate) active: BTreeSet<String>,
    /// The node that succeeded last.
    pub(crate) last: Option<String>,
    /// The `end` node that gave the output.
    pub(crate) ended_by: Option<String>,
    /// The `end: failed` node that was reached.
    pub(crate) failed_by: Option<String>,
    /// A person gave up: nothing new starts here.
    pub(crate) gave_up: Option<Failure>,
    /// Logical attempts of nodes that were reset and are not open again.
    pub(crate) logical: BTreeMap<String, u32>,
}

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
    /// Nodes its taken ports led to.
    pub(crate) next: Vec<String>,
    pub(crate) failure: Option<Failure>,
    /// Effects of this logical attempt, in order of sending.
    pub(crate) effects: Vec<EffectState>,
    /// Taken over from the run that is retried.
    pub(crate) copied: bool,
    /// A for-each: highest logical attempt used in an ended item, so that starting over never repeats one.
    pub(crate) inside: u32,
    /// What stands in `timers` for it.
    pub(crate) timer: Option<Timestamp>,
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
            | Self::Waiting { .. }
            | Self::Child { .. }
            | Self::Asked { .. }
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
            Self::Waiting { .. } => "waiting",
            Self::Child { .. } => "waiting for a child run",
            Self::Asked { .. } => "waiting for an answer",
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
            next: Vec::new(),
            failure: None,
            effects: Vec::new(),
            copied: false,
            inside: 0,
            timer: None,
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

impl RunState {
    /// The state before the first entry.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of the last entry applied; 0 before the first.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// Time of the last entry applied.
    pub const fn last_at(&self) -> Timestamp {
        self.last_at
    }

    /// What the run started with; `None` before the first entry.
    pub fn start(&self) -> Option<&Start> {
        self.start.as_deref()
    }

    /// How the run ended, once it has.
    pub const fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// The reply given to the caller, once it is.
    pub const fn reply(&self) -> Option<&Reply> {
        self.replied.as_ref()
    }

    /// Who asked to cancel, once somebody did.
    pub fn cancelled_by(&self) -> Option<&str> {
        self.cancel.as_deref()
    }

    /// The exception of a quarantined run.
    pub const fn quarantine(&self) -> Option<&ExceptionId> {
        self.quarantine.as_ref()
    }

    /// Gives the state a blob's value the plan asked for.
    pub fn hydrate(&mut self, sha256: &str, value: Value) {
        self.loaded.0.insert(sha256.to_owned(), Arc::new((value, Cached::default())));
    }

    /// Forgets the blobs it was given, to free memory; the plan asks again.
    pub fn dehydrate(&mut self) {
        self.loaded.0.clear();
    }

    /// Nothing new starts in this scope: a cancel was asked for, or a person gave up here or around it.
    pub(crate) fn stopping(&self, scope: &ScopePath) -> bool {
        if self.cancel.is_some() {
            return true;
        }
        let mut at = scope.clone();
        loop {
            if self.scopes.get(&at).is_some_and(|scope| scope.gave_up.is_some()) {
                return true;
            }
            match at.owner() {
                Some((each, _)) => at = each.scope(),
                None => return false,
            }
        }
    }

    /// The steps at and below a path: the step itself, and everything in its items.
    pub(crate) fn subtree<'a>(&'a self, path: &StepPath) -> impl Iterator<Item = (&'a StepPath, &'a Step)> {
        let prefix = path.items_prefix();
        let inside = self
            .steps
            .range(StepPath(prefix.clone())..)
            .take_while(move |(path, _)| path.0.starts_with(&prefix));
        self.steps.get_key_value(path).into_iter().chain(inside)
    }
}
