//! What a scenario's text may say.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;
use throughline_simulators::{FailureSpec, Kind};

/// A scenario.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    /// What it is called, in a line.
    #[serde(rename = "scenario")]
    pub(super) name: String,
    /// Its times are in this zone.
    #[serde(default = "utc")]
    pub(super) zone: String,
    /// When it begins: `2026-03-03 10:00`.
    pub(super) start: String,
    /// When it ends, if time passes after the last thing that happens.
    pub(super) until: Option<String>,
    /// Workflow files, beside the scenario's.
    pub(super) workflows: Vec<WorkflowFile>,
    /// Systems that are there.
    pub(super) systems: Vec<Kind>,
    /// What is in them before it begins.
    #[serde(default)]
    pub(super) given: Vec<SystemCall>,
    /// What happens.
    pub(super) events: Vec<Happening>,
    /// What must have come of it at the end.
    pub(super) expect: Expect,
}

fn utc() -> String {
    "UTC".to_owned()
}

/// A workflow that is published.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkflowFile {
    /// File, seen from the scenario's folder.
    pub(super) file: PathBuf,
    /// Its stage, if another than the file says.
    pub(super) stage: Option<String>,
}

/// A call that somebody makes to a system.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SystemCall {
    /// Which.
    pub(super) system: Kind,
    /// POST to this path.
    pub(super) post: Option<String>,
    /// PATCH to this path.
    pub(super) patch: Option<String>,
    /// What is sent.
    #[serde(default)]
    pub(super) body: Value,
}

/// Something that happens: exactly one of its parts besides the time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Happening {
    /// When: `10:00:04`, `Fri 16:00`, `2026-03-06 16:00`, `+4s`.
    pub(super) at: String,
    /// So many times, one right after the other.
    #[serde(default = "once")]
    pub(super) times: u32,
    /// A webhook comes in.
    pub(super) webhook: Option<Webhook>,
    /// Somebody works in a system.
    pub(super) call: Option<SystemCall>,
    /// A system fails the next calls.
    pub(super) fail: Option<Failing>,
    /// Somebody resolves the open exception of this reason.
    pub(super) resolve: Option<Resolve>,
    /// What must be so at this time.
    pub(super) expect: Option<Expect>,
}

fn once() -> u32 {
    1
}

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

/// A failure of a system.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Failing {
    /// Which.
    pub(super) system: Kind,
    /// How.
    pub(super) how: FailureSpec,
}

/// A resolution by a person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Resolve {
    /// Reason of the exception.
    pub(super) reason: String,
    /// What the API takes.
    pub(super) with: Value,
}

/// What must be so.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Expect {
    /// Runs by status; a status that is not named has none.
    pub(super) runs: Option<BTreeMap<String, usize>>,
    /// Deliveries that were recognised as one of before.
    pub(super) duplicates: Option<usize>,
    /// Calls that changed a system.
    pub(super) writes: Vec<Writes>,
    /// Records in systems.
    pub(super) records: Vec<Records>,
    /// Exceptions.
    pub(super) exceptions: Vec<Exceptions>,
    /// Messages that were sent.
    pub(super) mails: Vec<Mails>,
}

/// Calls that changed a system.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Writes {
    /// Which.
    pub(super) system: Kind,
    /// What their path begins with.
    pub(super) path: String,
    /// Method.
    #[serde(default = "post")]
    pub(super) method: String,
    /// How many.
    pub(super) count: usize,
}

fn post() -> String {
    "POST".to_owned()
}

/// Records in a system.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Records {
    /// Which.
    pub(super) system: Kind,
    /// The list, with its filter: `/v1/customers?email=ann@newco.example`.
    pub(super) get: String,
    /// How many.
    pub(super) count: Option<usize>,
    /// What each of them has.
    pub(super) each: Option<Value>,
}

/// Exceptions of a reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exceptions {
    /// Reason.
    pub(super) reason: String,
    /// How many.
    #[serde(default = "one")]
    pub(super) count: usize,
    /// Only those in this state.
    pub(super) state: Option<String>,
    /// Who owns each.
    pub(super) owner: Option<String>,
    /// Until when.
    pub(super) due: Option<String>,
    /// When each was opened.
    pub(super) opened: Option<String>,
}

fn one() -> usize {
    1
}

/// Messages to somebody.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mails {
    /// Address.
    pub(super) to: String,
    /// Part of the subject.
    #[serde(default)]
    pub(super) subject: String,
    /// How many.
    pub(super) count: usize,
}
