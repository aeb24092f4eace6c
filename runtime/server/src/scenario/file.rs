//! What a scenario's text may say: what is there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value};
use throughline_simulators::Kind;

use super::acts::What;
use super::wanted::Expect;

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
    /// Business hours of the workspace; Monday to Friday, 09:00 to 17:00, UTC where absent.
    pub(super) calendar: Option<Value>,
    /// Who is there. Where nobody is, whoever a workflow names may own things, and nobody decides.
    #[serde(default)]
    pub(super) people: Vec<Person>,
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

/// Somebody.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    /// What stands in workflows: `office` for `person:office`.
    pub(super) handle: String,
    /// Name.
    pub(super) name: Option<String>,
    /// Address; `HANDLE@people.example` where absent.
    pub(super) mail: Option<String>,
    /// Roles; without one they are from outside, and decide by code where a policy asks them.
    #[serde(default)]
    pub(super) roles: Vec<String>,
    /// What else a workflow may call them.
    #[serde(default)]
    pub(super) duties: Vec<String>,
    /// Teams they are in.
    #[serde(default)]
    pub(super) teams: Vec<String>,
    /// Teams they lead.
    #[serde(default)]
    pub(super) leads: Vec<String>,
}

impl Person {
    /// Their address.
    pub(super) fn address(&self) -> String {
        self.mail.clone().unwrap_or_else(|| format!("{}@people.example", self.handle))
    }

    /// What they are called.
    pub(super) fn shown(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.handle.clone())
    }
}

/// A workflow that is published.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkflowFile {
    /// File, seen from the scenario's folder.
    pub(super) file: PathBuf,
    /// Its stage, if another than the file says.
    pub(super) stage: Option<String>,
    /// Parts of its text, and what stands there instead.
    #[serde(default)]
    pub(super) change: Vec<Change>,
}

/// A part of a text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// What stands there, once.
    pub(super) from: String,
    /// What is to stand there.
    pub(super) to: String,
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
    /// Headers, such as the system's own key against doubles.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    /// What is sent.
    #[serde(default)]
    pub(super) body: Value,
}

/// Something that happens: exactly one thing besides the time.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub(super) struct Happening {
    /// When: `10:00:04`, `Fri 16:00`, `2026-03-06 16:00`, `+4s`.
    pub(super) at: String,
    /// So many times, one right after the other.
    pub(super) times: u32,
    /// What.
    pub(super) what: What,
}

impl TryFrom<Map<String, Value>> for Happening {
    type Error = String;

    fn try_from(mut fields: Map<String, Value>) -> Result<Self, String> {
        let at = fields.remove("at").and_then(|at| Some(at.as_str()?.to_owned()));
        let at = at.ok_or("what happens has a time: `at: \"10:00\"`")?;
        let times = match fields.remove("times") {
            None => 1,
            Some(times) => times
                .as_u64()
                .and_then(|times| u32::try_from(times).ok())
                .ok_or_else(|| format!("`times` of what happens at {at} is no number"))?,
        };
        if fields.len() != 1 {
            let named: Vec<&str> = fields.keys().map(String::as_str).collect();
            return Err(format!(
                "what happens at {at} must be exactly one thing, not {}: {named:?}",
                fields.len()
            ));
        }
        let what = serde_json::from_value(Value::Object(fields));
        Ok(Self { what: what.map_err(|error| format!("what happens at {at}: {error}"))?, at, times })
    }
}
