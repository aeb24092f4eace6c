//! What a scenario's text may say: what must be so.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use throughline_simulators::Kind;

/// What must be so.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Expect {
    /// Runs by status; a status that is not named has none.
    pub(super) runs: Option<BTreeMap<String, usize>>,
    /// Steps of runs.
    pub(super) steps: Vec<Steps>,
    /// Deliveries that were recognised as one of before.
    pub(super) duplicates: Option<Duplicates>,
    /// Calls that changed a system.
    pub(super) writes: Vec<Writes>,
    /// Records in systems.
    pub(super) records: Vec<Records>,
    /// Exceptions.
    pub(super) exceptions: Vec<Exceptions>,
    /// Proposals.
    pub(super) proposals: Vec<Proposals>,
    /// Messages that were sent: by workflows, and to people.
    pub(super) mails: Vec<Mails>,
    /// Time between two things.
    pub(super) elapsed: Vec<Elapsed>,
}

/// How many deliveries were recognised.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Duplicates {
    /// All.
    All(usize),
    /// By what they were.
    By(Kinds),
}

/// By what they were.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kinds {
    /// The same delivery again.
    #[serde(default)]
    pub(super) redelivery: usize,
    /// Another delivery that says the same.
    #[serde(default)]
    pub(super) content: usize,
}

/// Steps of runs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Steps {
    /// Path.
    pub(super) path: String,
    /// Status.
    pub(super) status: String,
    /// How its exception was resolved.
    pub(super) resolution: Option<String>,
    /// How many.
    #[serde(default = "one")]
    pub(super) count: usize,
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
    /// Only those in this state; `open` for all that are not over.
    pub(super) state: Option<String>,
    /// Who owns each.
    pub(super) owner: Option<String>,
    /// Who has each, by handle.
    pub(super) person: Option<String>,
    /// Until when.
    pub(super) due: Option<String>,
    /// When each was opened.
    pub(super) opened: Option<String>,
    /// When each was over.
    pub(super) resolved: Option<String>,
    /// How sure that is: `evidence`, `read_back`, …
    pub(super) strength: Option<String>,
    /// What the evidence says of the run and the event that it is.
    pub(super) evidence: Option<EvidenceOf>,
    /// Money at risk, decimal text.
    pub(super) money: Option<String>,
    /// How often it happened.
    pub(super) occurrences: Option<usize>,
    /// Part of its sentence.
    pub(super) sentence: Option<String>,
    /// Whole minutes its clock has run, on the wall and in business hours, and stood still.
    pub(super) clock: Option<ClockOf>,
}

/// The run that is the evidence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EvidenceOf {
    /// `later_run`: its event is one that came after the exception was opened.
    pub(super) kind: String,
    /// What the payload of its event has.
    pub(super) event: Option<Value>,
}

/// A clock.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockOf {
    /// Running, on the wall.
    pub(super) calendar: Option<i64>,
    /// Running, in business hours.
    pub(super) business: Option<i64>,
    /// Standing still, in business hours.
    pub(super) paused: Option<i64>,
}

pub(super) fn one() -> usize {
    1
}

/// Proposals.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Proposals {
    /// How many.
    #[serde(default = "one")]
    pub(super) count: usize,
    /// Only those in this state.
    pub(super) state: Option<String>,
    /// Only those of this workflow.
    pub(super) workflow: Option<String>,
    /// Only those whose summary has this in it.
    pub(super) about: Option<String>,
    /// Whose decisions stand about each, by handle, in order.
    pub(super) decided_by: Option<Vec<String>>,
    /// When people were asked.
    pub(super) opened: Option<String>,
    /// When they were no longer asked.
    pub(super) closed: Option<String>,
    /// Money that moves, decimal text.
    pub(super) money: Option<String>,
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

/// Time between two things.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Elapsed {
    /// What it measures, in words.
    pub(super) what: String,
    /// From when.
    pub(super) from: Point,
    /// Until when.
    pub(super) until: Point,
    /// In business hours: `20m`.
    pub(super) business: Option<String>,
    /// On the wall: `19h 45m`.
    pub(super) calendar: Option<String>,
}

/// A moment that is written down somewhere: the first that fits.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Point {
    /// The first event of a workflow.
    Event(String),
    /// A message, by who sent it to whom.
    Message(Between),
    /// A record's field in a system.
    Record(Field),
    /// A proposal: `opened` or `closed`.
    Proposal(OfProposal),
    /// A confirmed write: `connector.action`.
    Effect(String),
}

/// A message.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Between {
    /// Sender.
    pub(super) from: String,
    /// Recipient.
    pub(super) to: String,
}

/// A field of a record.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Field {
    /// Which system.
    pub(super) system: Kind,
    /// The list, with its filter.
    pub(super) get: String,
    /// A field that is a time.
    #[serde(rename = "field")]
    pub(super) name: String,
}

/// A time of a proposal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfProposal {
    /// Part of its summary.
    #[serde(default)]
    pub(super) about: String,
    /// Its state.
    pub(super) state: Option<String>,
    /// `opened` or `closed`.
    pub(super) at: String,
}
