//! From the data of a text to the typed workflow. What is wrong is noted and read over with a stand-in, so that
//! everything else is looked at, too; a workflow with an error is never given out.

mod approvals;
mod fields;
mod flow;
mod node;
mod parts;

use serde_json::Value;

use super::problem::Problems;
use super::{ExceptionPolicy, LogPolicy, Review, Stage, Trigger, Workflow};
use fields::Fields;

/// The keys of a workflow, and what each is for.
const PARTS: [(&str, &str); 5] = [
    ("trigger", "the trigger: what starts a run"),
    ("source", "the source: the system whose record this is about"),
    ("nodes", "the normal path: the nodes"),
    ("log", "the log: how long it is kept and what is hidden in it"),
    ("review", "the review period: the stage and the tolerated share of errors"),
];

/// Reads the workflow; `None` only where there is no mapping at all.
pub(super) fn workflow(value: &Value, problems: &mut Problems<'_>) -> Option<Workflow> {
    let mut fields =
        Fields::of(value, "", "a workflow: `workflow: its-id`, trigger, nodes and the rest", problems)?;
    fields.expect(&["trigger", "source", "nodes", "exceptions", "log", "review"]);
    missing_parts(&fields, problems);
    let id = fields.required_text("workflow", "the workflow's id, such as invoice-readiness", problems);
    if !id.is_empty() && !is_workflow_id(&id) {
        problems
            .error("TL0108", "/workflow", format!("`{id}` is not an id"))
            .expected("small letters, digits, `-` and `_`, beginning with a letter, at most 64");
    }
    let workflow = Workflow {
        id,
        title: fields.text("title", problems),
        description: fields.text("description", problems),
        owner: fields.required_owner("owner", problems),
        source: fields.text("source", problems).unwrap_or_default(),
        trigger: parts::trigger(&mut fields, problems),
        keys: parts::keys(&mut fields, problems),
        vars: fields.map("vars", problems),
        input: fields.schema("input", problems),
        output: fields.schema("output", problems),
        nodes: node::nodes(fields.get("nodes"), "/nodes", problems),
        exceptions: parts::exceptions(&mut fields, problems),
        log: parts::log(&mut fields, problems),
        review: parts::review(&mut fields, problems),
        approvals: approvals::approvals(&mut fields, problems),
        notes: fields.get("notes").cloned(),
        layout: fields.get("layout").cloned(),
    };
    fields.finish(problems);
    Some(workflow)
}

/// One error for each of the seven parts that is not there.
fn missing_parts(fields: &Fields<'_>, problems: &mut Problems<'_>) {
    for (key, what) in PARTS {
        if !fields.has(key) {
            let path = format!("/{key}");
            problems.error("TL0106", &path, format!("`{key}` is missing: {what}")).hint(SEVEN);
        }
    }
    if !fields.has("exceptions") {
        let path_message = "`exceptions` is missing: the exception path, where nothing nearer answers";
        problems
            .error("TL0106", "/exceptions", path_message)
            .expected("exceptions: { owner: team:billing, due: 4h }")
            .hint(SEVEN);
        let owner_message = "`exceptions.owner` is missing: the owner of each exception";
        problems.error("TL0106", "/exceptions/owner", owner_message).hint(SEVEN);
    }
}

const SEVEN: &str = "a workflow is complete with all seven: trigger, source, normal path, exception path, owner of each exception, log, review";

/// `invoice-readiness`.
pub(super) fn is_workflow_id(id: &str) -> bool {
    id.len() <= 64
        && id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

/// `billing_blocked`: usable as `steps.billing_blocked`.
pub(super) fn is_node_id(id: &str) -> bool {
    is_workflow_id(id) && !id.contains('-')
}

fn default_exceptions() -> ExceptionPolicy {
    ExceptionPolicy { owner: super::Owner(String::new()), backup: None, due: super::Due::After { ms: 0 } }
}

fn default_log() -> LogPolicy {
    LogPolicy { retention_days: 1, redact: Vec::new() }
}

fn default_review() -> Review {
    Review {
        stage: Stage::Draft,
        tolerated_error: super::DEFAULT_TOLERATED_ERROR,
        until: super::UNTIL_GRADUATED.to_owned(),
        bands: std::collections::BTreeMap::new(),
    }
}

fn default_trigger() -> Trigger {
    let on = super::Operation { connector: String::new(), name: String::new() };
    Trigger { id: String::new(), on, connection: None, dedupe: None, with: serde_json::Map::new() }
}
