//! The contract's values as Rust types with JSON parsed, so that no other crate sees the bindings.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughline_domain::connector::{Effect, Undo};

/// What `run` is given.
#[derive(Clone, Copy, Debug)]
pub struct RunInput<'a> {
    /// Input, already mapped; checked against the manifest's schema.
    pub input: &'a Value,
    /// What `preview` gave, when the write must not happen if the record moved since.
    pub precondition: Option<&'a Value>,
    /// Where an earlier `page` or `suspend` left off.
    pub resume: Option<&'a Resumption>,
}

impl<'a> RunInput<'a> {
    /// A first call without precondition.
    pub const fn new(input: &'a Value) -> Self {
        Self { input, precondition: None, resume: None }
    }
}

/// Where an earlier call left off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resumption {
    /// The token that `page` or `suspend` gave.
    pub token: Value,
    /// The callback that woke it, if one did.
    pub callback: Option<Inbound>,
}

/// What `run` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum RunOutcome {
    /// Finished with this output.
    Done {
        /// Checked against the manifest's schema.
        output: Value,
    },
    /// Part of a read; call again with the token.
    Page {
        /// JSON array.
        items: Value,
        /// For [`Resumption::token`].
        token: Value,
    },
    /// Waiting for time or a callback; call again with the token.
    Suspend {
        /// For [`Resumption::token`].
        token: Value,
        /// Milliseconds after which to call again.
        wake_after_ms: Option<u64>,
        /// Call again when the callback URL is called.
        on_callback: bool,
    },
}

/// What an action with this very input is: may it be sent again, can it be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionClass {
    /// May we send again?
    pub effect: Effect,
    /// Can it be taken back? Absent for reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<Undo>,
}

/// What `preview` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// As dangerous as the manifest says, or more.
    pub class: ActionClass,
    /// One sentence.
    pub summary: String,
    /// The changes.
    pub changes: Vec<Change>,
    /// For [`RunInput::precondition`].
    pub precondition: Option<Value>,
    /// Money that moves, if any.
    pub money: Option<Money>,
    /// False: best effort.
    pub complete: bool,
}

/// An amount as text, never a float.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Decimal text, `12.50`.
    pub amount: String,
    /// ISO 4217 code.
    pub currency: String,
}

/// One change of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What happens to the target.
    pub kind: ChangeKind,
    /// What is changed: `invoice`, `contact`.
    pub target: String,
    /// Its id, if it has one yet.
    pub id: Option<String>,
    /// Before, if it could be read.
    pub before: Option<Value>,
    /// After.
    pub after: Option<Value>,
    /// Words.
    pub note: Option<String>,
}

/// What happens to a change's target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Comes to be.
    Create,
    /// Changes.
    Update,
    /// Goes.
    Delete,
    /// A message leaves.
    Send,
    /// Something is set off.
    Call,
}

/// What `reconcile` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "landed")]
pub enum Reconciliation {
    /// It landed; the output `run` would have given.
    Applied {
        /// Checked against the manifest's schema.
        output: Value,
    },
    /// It did not.
    NotApplied,
    /// Cannot be told.
    Unknown,
}

/// What `poll` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PollPage {
    /// At most 1000.
    pub events: Vec<TriggerEvent>,
    /// For the next poll; at most 16 KiB of JSON text.
    pub cursor: Value,
    /// Ask again at once.
    pub more: bool,
    /// Milliseconds to wait before the next poll, if the remote says.
    pub poll_after_ms: Option<u64>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TriggerEvent {
    /// Dedupe key, 1 to 200 bytes.
    pub id: String,
    /// Unix milliseconds.
    pub occurred_at_ms: Option<u64>,
    /// Checked against the manifest's schema.
    pub data: Value,
}

/// A request that came in, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbound {
    /// Method.
    pub method: String,
    /// Path and query as received.
    pub path_and_query: String,
    /// Headers in order.
    pub headers: Vec<(String, String)>,
    /// Exact bytes.
    pub body: Vec<u8>,
}

/// An answer to an inbound request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

/// What `handle` answers: events to accept and an answer to give.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// Accept the events; the host's own answer if there is no reply.
    Accept {
        /// At most 1000.
        events: Vec<TriggerEvent>,
        /// The connector's own answer.
        reply: Option<Reply>,
    },
    /// Only an answer: a handshake.
    Answer {
        /// The answer.
        reply: Reply,
    },
    /// Refused with this status: a bad signature.
    Reject {
        /// 4xx status.
        status: u16,
    },
}

/// A webhook registered at the remote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subscription {
    /// What `renew`, `unsubscribe` and `handle` need.
    pub state: Value,
    /// Unix milliseconds at which it must be renewed.
    pub expires_at_ms: Option<u64>,
}

/// What `test` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Id at the remote.
    pub id: String,
    /// Label for people.
    pub label: String,
    /// Scopes granted.
    pub scopes: Vec<String>,
    /// Anything else.
    pub detail: Option<Value>,
}

/// What `options` is asked.
#[derive(Clone, Debug, Default)]
pub struct OptionsQuery<'a> {
    /// Field or list name.
    pub field: &'a str,
    /// The form as far as it is filled.
    pub partial: Value,
    /// What the person typed.
    pub search: Option<&'a str>,
    /// Page token of an earlier answer.
    pub page: Option<&'a str>,
}

/// What `options` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choices {
    /// The choices.
    pub items: Vec<Choice>,
    /// Token of the next page.
    pub next_page: Option<String>,
}

/// One choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What is stored.
    pub value: Value,
    /// What is shown.
    pub label: String,
    /// Small print.
    pub hint: Option<String>,
    /// Heading.
    pub group: Option<String>,
}

/// Which schema of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaSide {
    /// The input's.
    Input,
    /// The output's.
    Output,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordItem {
    /// Id at the remote.
    pub id: String,
    /// Etag or version for compare-and-swap.
    pub version: Option<String>,
    /// Unix milliseconds.
    pub updated_at_ms: Option<u64>,
    /// Gone at the remote.
    pub deleted: bool,
    /// JSON object.
    pub fields: Value,
}

/// What `list-since` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// At most 1000.
    pub items: Vec<RecordItem>,
    /// For the next call; at most 16 KiB of JSON text.
    pub cursor: Value,
    /// Ask again at once.
    pub more: bool,
}
