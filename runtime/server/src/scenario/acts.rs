//! What a scenario's text may say: what happens.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use throughline_simulators::{FailureSpec, Kind};

use super::file::{SystemCall, WorkflowFile};
use super::wanted::Expect;

/// What happens.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    /// A webhook comes in.
    Webhook(Webhook),
    /// Somebody fills in a hosted form.
    Form(Filled),
    /// A mail comes to an address of a workflow.
    Mail(Letter),
    /// Somebody works in a system.
    Call(SystemCall),
    /// A system fails the next calls.
    Fail(Failing),
    /// Somebody decides about a proposal.
    Decide(Decide),
    /// Somebody resolves the open exception of a reason.
    Resolve(Resolve),
    /// Somebody does something else with it: takes it, waits, dismisses it.
    Act(Resolve),
    /// Somebody asks the API for something else: starts a run, lets somebody stand in.
    Api(ApiCall),
    /// Somebody, or something, opens the link of a mail.
    Visit(Visit),
    /// A workflow's text is published, as it is in a file or with parts changed.
    Publish(WorkflowFile),
    /// The server ends without a word and starts again.
    Restart(Nothing),
    /// What must be so at this time.
    Expect(Box<Expect>),
}

/// Nothing more to say: `{}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// A webhook.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Webhook {
    /// Path behind `/hooks/WORKSPACE/`.
    pub(super) path: String,
    /// Headers.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    /// JSON body.
    pub(super) body: Value,
}

/// A hosted form, filled in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filled {
    /// Path behind `/forms/WORKSPACE/`.
    pub(super) path: String,
    /// What is typed.
    pub(super) fields: BTreeMap<String, String>,
}

/// A mail that comes in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Letter {
    /// The workflow's address: what stands before the `@`.
    pub(super) to: String,
    /// Sender.
    pub(super) from: String,
    /// Subject.
    #[serde(default)]
    pub(super) subject: String,
    /// Text.
    #[serde(default)]
    pub(super) text: String,
    /// `Message-ID`; one of its own where absent.
    pub(super) id: Option<String>,
}

/// A failure of a system.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Failing {
    /// Which.
    pub(super) system: Kind,
    /// How.
    pub(super) how: FailureSpec,
}

/// A decision.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decide {
    /// Handle.
    pub(super) person: String,
    /// Only a proposal of this workflow.
    pub(super) workflow: Option<String>,
    /// Only a proposal whose summary has this in it.
    pub(super) about: Option<String>,
    /// How.
    pub(super) verdict: Verdict,
    /// Why, of a no: `wrong_value`, `not_now`, …
    pub(super) reason: Option<String>,
    /// In words.
    pub(super) note: Option<String>,
    /// With a yes: what is to be sent instead, whole.
    pub(super) edit: Option<Value>,
    /// The person they stand in for, by handle.
    pub(super) on_behalf_of: Option<String>,
    /// Where: in the app, or on the page that a mail links to, signed in or by a code that is sent there.
    #[serde(default)]
    pub(super) by: By,
    /// They look at what is shown as it was before anything changed: it names the first proposal's hash.
    #[serde(default)]
    pub(super) shown_first: bool,
    /// It must be refused with this code; `any` for whichever.
    pub(super) refused: Option<String>,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    /// Yes.
    Approve,
    /// No.
    Reject,
}

/// Where somebody decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum By {
    /// As the app does.
    #[default]
    App,
    /// On the page, signed in.
    Link,
    /// On the page, with a code that was sent to them.
    Code,
}

/// What a person does with an exception.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Resolve {
    /// Reason of the exception.
    pub(super) reason: String,
    /// Handle; whoever holds the data directory where absent.
    pub(super) person: Option<String>,
    /// What the API takes.
    pub(super) with: Value,
    /// It must be refused with this code; `any` for whichever.
    pub(super) refused: Option<String>,
}

/// What somebody asks the API for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApiCall {
    /// Handle; whoever holds the data directory where absent.
    pub(super) person: Option<String>,
    /// POST to this path, behind `/api/v1`.
    pub(super) post: String,
    /// What is sent.
    pub(super) body: Value,
    /// It must be refused with this code; `any` for whichever.
    pub(super) refused: Option<String>,
}

/// A visit of the link in the latest mail to somebody.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Visit {
    /// To whom the mail went.
    pub(super) mail: String,
    /// Handle of who opens it, signed in; nobody where absent: a scanner, a stranger.
    pub(super) person: Option<String>,
    /// How often.
    #[serde(default = "once")]
    pub(super) times: u32,
    /// `GET` and `HEAD`, in turn.
    #[serde(default = "get")]
    pub(super) methods: Vec<String>,
    /// What is read there.
    #[serde(default)]
    pub(super) sees: Vec<String>,
    /// What is not.
    #[serde(default)]
    pub(super) sees_not: Vec<String>,
}

fn once() -> u32 {
    1
}

fn get() -> Vec<String> {
    vec!["GET".to_owned()]
}
