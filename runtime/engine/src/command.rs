//! What people can ask of the engine. One file a noun; each command says who asked.

mod act;
mod callback;
mod channel;
mod connection;
mod delegation;
mod error;
mod event;
mod exception;
mod held;
mod plugin;
mod preview;
mod proposal;
mod publish_request;
mod queue;
mod run;
mod secret;
mod start_over;
mod try_step;
mod vault;
mod workflow;

pub use act::ExceptionAct;
pub use channel::ChannelChange;
pub use connection::{ConnectionView, NewConnection, Tested};
pub use delegation::{DelegationView, NewDelegation, covers};
pub use error::CommandError;
pub use event::PublishedEvent;
pub use exception::{ResolveRequest, Verb};
pub use plugin::{Consent, Inspected, InstalledPlugin, PluginView, inspected};
pub use proposal::{
    Beside, DecidedOne, DecisionRequest, DecisionTaken, GroupSnapshot, NewComment, ProposalDetail,
    ProposalGroup, Waiting, Wish,
};
pub use publish_request::LookedAt;
pub use queue::{BulkDone, BulkRequest, CalendarChange, ExceptionView, Which};
pub use secret::SecretView;
pub use try_step::{TriedEnd, TriedStep};
pub use vault::{VaultStanding, WorkspaceKeys};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughline_domain::id::{EventId, ExceptionId, PersonId, RunId};
use throughline_domain::workflow::Problem;

/// The longest comment, in characters.
const MAX_COMMENT: usize = 10_000;

/// The account of whoever asks, where a name of records is one: `per_…`. A program has none, nor has the token of the data
/// directory. Callers name the person, also where they came with a token of theirs.
pub(crate) fn person_behind(by: &str) -> Option<PersonId> {
    by.parse().ok()
}

/// What a person writes about an exception or a proposal, without the space around it.
pub(crate) fn comment_text(text: &str) -> Result<&str, CommandError> {
    let text = text.trim();
    if (1..=MAX_COMMENT).contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(CommandError::Invalid("a comment has 1 to 10,000 characters".to_owned()))
}

/// A version was published, or the current one already said the same.
#[derive(Clone, Debug, Serialize)]
pub struct Published {
    /// Workflow id.
    pub workflow: String,
    /// Version number, from 1.
    pub version: u32,
    /// The text was already the current version.
    pub unchanged: bool,
    /// What does not keep it from being published.
    pub warnings: Vec<Problem>,
}

/// A run was started, or an earlier event with the same dedupe key had started it.
#[derive(Clone, Debug, Serialize)]
pub struct Started {
    /// The event.
    pub event_id: EventId,
    /// The run.
    pub run_id: RunId,
    /// The event had been accepted before.
    pub duplicate: bool,
}

/// Which version a retry runs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryVersion {
    /// The run's own, in the run itself.
    #[default]
    Original,
    /// The current one, in a new run that copies what is unchanged.
    Current,
}

/// How to retry a run.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetryRequest {
    /// Step to start over from; the first step that failed, else the first of all.
    pub from: Option<String>,
    /// Input of that step instead of the evaluated one.
    pub input: Option<Value>,
    /// Version.
    pub version: RetryVersion,
    /// Repeat effects that were confirmed: a person's explicit wish.
    pub repeat_effects: bool,
}

/// The run that a retry goes on in.
#[derive(Clone, Debug, Serialize)]
pub struct Retried {
    /// The same run, or the new one.
    pub run_id: RunId,
    /// Effects of the old run that stand and are not repeated.
    pub standing_effects: Vec<String>,
}

/// What a resolution set going.
#[derive(Clone, Debug, Serialize)]
pub struct Resolved {
    /// The exception.
    pub exception_id: ExceptionId,
    /// The run of its latest step.
    pub run_id: RunId,
    /// Where it stands now.
    pub state: &'static str,
    /// Steps that go on.
    pub steps: u32,
}
