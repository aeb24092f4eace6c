//! What the log folds to: enough to decide what comes next, and no more. Steps of ended items are gone, results
//! of a for-each leave in segments, so a state stays small however many items a run has.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::expression::Prepared;
use crate::failure::Failure;
use crate::id::{EventId, ExceptionId, PersonId, RunId};
use crate::run::event::{BlobRef, EditedStep, Parent, Payload, StepPath};
use crate::run::path::ScopePath;
use crate::run::step::{Phase, Step};
use crate::time::Timestamp;

/// The state of a run. Serialisable as a snapshot; `fold(snapshot, tail) = fold(all)`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunState {
    pub(crate) seq: u64,
    pub(crate) last_at: Timestamp,
    pub(crate) start: Option<Arc<Start>>,
    /// The people who started the run, or put something into it since.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) requested_by: BTreeSet<PersonId>,
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

    /// What was made ready before.
    pub(crate) fn ready(&self) -> Option<Prepared> {
        self.0.get().cloned()
    }

    pub(crate) fn keep(&self, prepared: Prepared) -> Prepared {
        self.0.get_or_init(|| prepared).clone()
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
    /// The input that a person edited for one of its steps.
    #[serde(default)]
    pub edited: Option<EditedStep>,
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

    /// The people who started the run, or put something into it since: none of them decides about what it writes.
    pub const fn requested_by(&self) -> &BTreeSet<PersonId> {
        &self.requested_by
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

    /// The items of a for-each are in a blob now, as its log says: they leave the state, and with it its snapshots.
    pub fn items_stored(&mut self, path: &StepPath, blob: &BlobRef) {
        let Some(Step { phase: Phase::Iterating(each), .. }) = self.steps.get_mut(path) else { return };
        if let Payload::Inline(items) = std::mem::replace(&mut each.items, Payload::Blob(blob.clone())) {
            self.hydrate(&blob.sha256, items);
        }
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
