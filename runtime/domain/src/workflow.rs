//! The workflow as a definition: what the text says, checked and typed. Identity lives here, content in
//! versions. Reading and writing the text is `text`, its rules `validate`.

pub mod check;
pub mod duration;
pub mod problem;
pub mod reach;
mod read;
pub mod schema;
mod second_person;
mod source;
pub mod uses;
mod validate;
pub mod walk;
mod words;
mod write;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use check::{CheckEnvironment, Checked, Connectors, Workflows, check, check_workflow, sketch};
pub use problem::{Problem, Severity};
pub use second_person::{NoSecondPerson, second_person};
pub use source::{MAX_DEPTH, MAX_TEXT_BYTES, read_data};
pub use validate::calls::call_cycle;

/// Searchable keys a run may have.
pub const MAX_KEYS: usize = 8;
/// Nodes a workflow may have, bodies of for-each included.
pub const MAX_NODES: usize = 1_000;
/// Attempts a retry policy may allow.
pub const MAX_ATTEMPTS: u32 = 20;
/// Items of a for-each in flight at once.
pub const MAX_PARALLEL: u32 = 100;
/// Milliseconds a wait for an event lasts where `timeout` is not said: 30 days.
pub const DEFAULT_EVENT_WAIT_MS: u64 = 30 * 86_400_000;
/// Tolerated share of errors where the review does not say one.
pub const DEFAULT_TOLERATED_ERROR: f64 = 0.01;
/// The review ends when the evidence is there.
pub const UNTIL_GRADUATED: &str = "graduated";

/// One workflow definition, complete with its seven parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow {
    /// Lower-case id, unique in a workspace.
    pub id: String,
    /// Title for people; the id where absent.
    pub title: Option<String>,
    /// A few sentences for people.
    pub description: Option<String>,
    /// Answerable for the workflow: `team:billing`.
    pub owner: Owner,
    /// The system whose record this is about.
    pub source: String,
    /// What starts a run.
    pub trigger: Trigger,
    /// At most 8 searchable keys of a run, as templates over `event` and `vars`.
    pub keys: BTreeMap<String, String>,
    /// Parameters a client workspace may override.
    pub vars: Map<String, Value>,
    /// JSON Schema of the input when another workflow or a person calls it.
    pub input: Option<Value>,
    /// JSON Schema of the output an `end` node gives.
    pub output: Option<Value>,
    /// The nodes in the order of the text; the first is where the normal path begins.
    pub nodes: Vec<Node>,
    /// Where nothing nearer answers.
    pub exceptions: ExceptionPolicy,
    /// How long the log is kept and what is hidden in it.
    pub log: LogPolicy,
    /// The seventh part.
    pub review: Review,
    /// Who must agree before a write leaves, while it is in review; the approvers of the workspace where absent.
    pub approvals: Option<crate::approval::Policy>,
    /// Notes on the canvas, kept as written.
    pub notes: Option<Value>,
    /// Positions on the canvas, kept as written.
    pub layout: Option<Value>,
}

/// Who is answerable: `team:…`, `person:…` or `role:…`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Owner(pub String);

/// What starts a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// The trigger's node id.
    pub id: String,
    /// `projects.job_completed`, `webhook.received`, `schedule.tick`, `throughline.manual`, `throughline.called`,
    /// `throughline.event`.
    pub on: Operation,
    /// The connection, where the trigger's connector has an auth slot.
    pub connection: Option<String>,
    /// Template over `event` (and `headers` for webhooks) that names an event once: the dedupe key.
    pub dedupe: Option<String>,
    /// Configuration: the connector's own, checked against its manifest.
    pub with: Map<String, Value>,
}

/// `connector.operation`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation {
    /// Connector id: `projects`.
    pub connector: String,
    /// Action or trigger id: `get_job`.
    pub name: String,
}

/// One node and where it leads.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Lower-case id, unique in the workflow (bodies of for-each included).
    pub id: String,
    /// Title for people.
    pub title: Option<String>,
    /// What it does.
    pub kind: NodeKind,
    /// Nodes that follow on the normal path; empty ends the branch. A switch names its own in its cases, and
    /// this is then what follows no matching case (absent: the branch ends).
    pub next: Vec<String>,
    /// The node behind the exception port; without it a failure parks the step.
    pub on_exception: Option<String>,
    /// Actions and code: how often and how long to try.
    pub retry: Option<RetryPolicy>,
    /// Actions and code: wall time of one attempt in milliseconds.
    pub timeout_ms: Option<u64>,
    /// Owner of an exception that parks here.
    pub owner: Option<Owner>,
    /// Due of an exception that parks here.
    pub due: Option<Due>,
}

/// What a node does. Templates are JSON values whose strings may hold `{{ … }}`.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// Call a connector's action.
    Action {
        /// Which.
        action: Operation,
        /// Connection name.
        connection: Option<String>,
        /// Input template.
        with: Value,
    },
    /// Build a value: output is the evaluated template.
    Set {
        /// Output template.
        value: Value,
    },
    /// Take the first matching case, or all of them.
    Switch {
        /// The cases in order; an `else` has the condition `None`.
        cases: Vec<Case>,
        /// Every matching case instead of the first (`else` only if none matches).
        all: bool,
    },
    /// Run the body once an item.
    ForEach {
        /// Template that gives the list.
        items: String,
        /// The body: its first node starts each item; names inside see `item` and `index`.
        body: Vec<Node>,
        /// Items in flight at once, 1 to 100.
        parallel: u32,
        /// Share of items that must succeed; `None`: failures are kept in the results and nothing fails.
        quorum: Option<Quorum>,
    },
    /// Wait for the branches that lead here.
    Join {
        /// How many must arrive: all (default), any, or a number.
        wait_for: JoinRule,
    },
    /// Wait for time or for an event.
    Wait(Wait),
    /// Run another workflow and take its output.
    Call {
        /// Workflow id; its published version is pinned at the call.
        workflow: String,
        /// Input template.
        with: Value,
    },
    /// JavaScript in the sandbox: gets `input`, its return value is the output.
    Code {
        /// The body of a function of `input`.
        code: String,
        /// Input template; everything in scope where absent is not given: only what is named.
        input: Value,
    },
    /// Answer the caller that waits on the webhook.
    Respond {
        /// HTTP status template or number.
        status: Value,
        /// Header templates.
        headers: BTreeMap<String, String>,
        /// Body template.
        body: Value,
    },
    /// Stop the normal path and give the item to a person.
    Raise(Raise),
    /// Ask a person to fill a form.
    Ask(Ask),
    /// End the run.
    End {
        /// `failed` ends the run as failed.
        failed: bool,
        /// Output template.
        output: Value,
    },
}

/// One case of a switch.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Condition template; `None` is `else`.
    pub when: Option<String>,
    /// Where it leads.
    pub next: Vec<String>,
}

/// How many items of a for-each must succeed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quorum {
    /// Every item.
    All,
    /// At least so many.
    Count(u32),
    /// At least this share, 0 to 100.
    Percent(f64),
}

/// How many branches a join waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinRule {
    /// Every branch that can still arrive.
    All,
    /// The first.
    Any,
    /// So many.
    Count(u32),
}

/// What a wait node waits for.
#[derive(Clone, Debug, PartialEq)]
pub enum Wait {
    /// A duration in milliseconds from when the step became ready.
    For {
        /// Milliseconds.
        ms: u64,
    },
    /// A template that gives an RFC 3339 time or date-time with zone.
    Until {
        /// Template.
        until: String,
    },
    /// Business time of the workspace's calendar.
    Business {
        /// How long or until when.
        due: Due,
    },
    /// A correlated event.
    Event {
        /// Event type.
        event_type: String,
        /// Template of the correlation key.
        key: String,
        /// Milliseconds until `on_timeout`; the default is 30 days.
        timeout_ms: u64,
        /// Where a timeout leads; absent: the exception port with `deadline_passed`.
        on_timeout: Option<String>,
    },
}

/// A deadline as written; resolved against a calendar when it is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Due {
    /// Wall time: `4h`, `2d`.
    After {
        /// Milliseconds.
        ms: u64,
    },
    /// Business time: `8 business hours`, `1 business day`.
    BusinessTime {
        /// Business days.
        days: u32,
        /// Business minutes beyond the days.
        minutes: u32,
    },
    /// `next_business_day 12:00`.
    NextBusinessDay {
        /// Hour 0 to 23.
        hour: u8,
        /// Minute 0 to 59.
        minute: u8,
    },
}

/// A raise node.
#[derive(Clone, Debug, PartialEq)]
pub struct Raise {
    /// One of the closed list of reason codes.
    pub reason: ReasonCode,
    /// Sentence template, at least 20 characters when evaluated; made from the failure where absent.
    pub sentence: Option<String>,
    /// Money at risk: an amount, decimal text.
    pub money: Option<String>,
    /// Which system updates after resolution.
    pub updates_after: Vec<UpdateAfter>,
    /// Node to run again on *retry*; where absent, the node whose exception port led here, else the nearest
    /// action before it.
    pub retry_from: Option<String>,
    /// How much it weighs.
    pub weight: Weight,
}

/// Most tags of one exception.
pub const MAX_TAGS: usize = 8;
/// Longest tag, in characters.
pub const MAX_TAG_CHARS: usize = 40;

/// How much an exception weighs, beside the money in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Weight {
    /// How bad it is to leave it; the usual one of the reason where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<crate::exception::Severity>,
    /// The customer notices.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub customer_visible: bool,
    /// Words to find it by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// Which system updates after an exception is resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateAfter {
    /// System or connection name.
    pub system: String,
    /// Record type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// Fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// By itself or by a person.
    #[serde(default)]
    pub by: UpdateBy,
}

/// Who makes the update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdateBy {
    /// The runner, when the run goes on.
    #[default]
    Automatic,
    /// A person.
    Hand,
}

/// An ask node.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// Question template.
    pub question: String,
    /// JSON Schema of the answer.
    pub form: Value,
    /// Where an unanswered question leads when due has passed; absent: it stays open and overdue.
    pub on_expired: Option<String>,
}

/// The closed list of reasons an exception may have.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the field's own words; the reference page describes each")]
pub enum ReasonCode {
    MissingRequired,
    InvalidValue,
    UnmappedValue,
    UnmatchedIdentity,
    AmbiguousIdentity,
    DuplicateSuspect,
    AuthorityConflict,
    Drift,
    StalePrecondition,
    PolicyHold,
    AmountMismatch,
    SequenceGap,
    DeadlinePassed,
    DownstreamReject,
    UnknownOutcome,
    ApprovalExpired,
    AuthFailed,
    RateLimited,
    TransientExhausted,
    TooLarge,
    ParseError,
    SchemaChanged,
    ApprovalRejected,
    ConnectorFault,
    NeedsJudgement,
    WorkflowDefect,
}

/// How often and how long to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, 1 to 20.
    pub attempts: u32,
    /// The last attempt starts at most so many milliseconds after the first.
    pub over_ms: u64,
}

/// Where nothing nearer answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionPolicy {
    /// Owner of every exception without a nearer one.
    pub owner: Owner,
    /// Takes over when the owner is away.
    pub backup: Option<Owner>,
    /// Time allowed.
    pub due: Due,
}

/// How long the log is kept and what is hidden in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPolicy {
    /// Days.
    pub retention_days: u32,
    /// Paths that are hidden everywhere: `steps.job.customer.phone`, `event.card`.
    pub redact: Vec<String>,
}

/// The seventh part: the stage, and how it is left.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// Rollout stage.
    pub stage: Stage,
    /// Tolerated share of errors, 0.005 to 0.1.
    pub tolerated_error: f64,
    /// `graduated`, or a date.
    pub until: String,
    /// Risk bands: a name and a condition over the input.
    pub bands: BTreeMap<String, String>,
}

/// Rollout stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the field's own words")]
pub enum Stage {
    Draft,
    Shadow,
    Review,
    Live,
    Paused,
}

#[cfg(test)]
mod tests;
