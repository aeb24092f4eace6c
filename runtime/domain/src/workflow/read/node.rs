//! Nodes: which kind it is by the one key that names it, then the keys of that kind.

use serde_json::{Map, Value};

use super::fields::{Fields, kind};
use super::flow;
use super::parts::operation;
use super::{is_node_id, is_workflow_id};
use crate::expression::{Form, form};
use crate::workflow::problem::Problems;
use crate::workflow::{MAX_ATTEMPTS, Node, NodeKind, RetryPolicy};

/// The keys that say what a node is.
const KINDS: [&str; 12] =
    ["action", "set", "switch", "for_each", "join", "wait", "call", "code", "respond", "raise", "ask", "end"];
/// How long attempts go on where `over` is not said: 30 minutes.
const DEFAULT_OVER_MS: u64 = 30 * 60_000;

pub(super) fn nodes(value: Option<&Value>, path: &str, problems: &mut Problems<'_>) -> Vec<Node> {
    match value {
        None => Vec::new(),
        Some(Value::Array(items)) => {
            if items.is_empty() {
                problems.error("TL0106", path, "there are no nodes").expected("at least one node");
            }
            let nodes = items.iter().enumerate();
            nodes.map(|(index, item)| node(item, &format!("{path}/{index}"), problems)).collect()
        }
        Some(value) => {
            problems
                .error("TL0107", path, format!("this is {}", kind(value)))
                .expected("a list of nodes: `- id: …`");
            Vec::new()
        }
    }
}

pub(super) fn bad_id(id: &str, path: &str, problems: &mut Problems<'_>) {
    let better = id.to_lowercase().replace(['-', ' ', '.'], "_");
    problems
        .error("TL0108", path, format!("`{id}` is not an id"))
        .expected("small letters, digits and `_`, beginning with a letter, at most 64")
        .maybe_hint(is_node_id(&better).then(|| format!("write `{better}`")));
}

fn stand_in() -> Node {
    let kind = NodeKind::Set { value: Value::Null };
    let (id, next) = (String::new(), Vec::new());
    Node {
        id,
        title: None,
        kind,
        next,
        on_exception: None,
        retry: None,
        timeout_ms: None,
        owner: None,
        due: None,
    }
}

fn node(value: &Value, path: &str, problems: &mut Problems<'_>) -> Node {
    let Some(mut fields) = Fields::of(value, path, "a node: `id`, what it does, and `next`", problems) else {
        return stand_in();
    };
    let id = fields.required_text("id", "the node's id", problems);
    if !id.is_empty() && !is_node_id(&id) {
        bad_id(&id, &fields.at("id"), problems);
    }
    let title = fields.text("title", problems);
    let what = which(&mut fields, problems);
    let mut node = stand_in();
    (node.id, node.title) = (id, title);
    node.next = fields.next("next", problems);
    node.on_exception = fields.text("on_exception", problems);
    node.owner = fields.owner("owner", problems);
    node.due = fields.due("due", problems);
    if let Some(what) = what {
        if matches!(what, "action" | "code") {
            node.retry = retry(&mut fields, problems);
            node.timeout_ms = fields.duration("timeout", problems);
        }
        body(what, &mut fields, &mut node, problems);
        fields.finish(problems);
    }
    node
}

/// The one key that says what the node is.
fn which(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<&'static str> {
    let found: Vec<&'static str> = KINDS.into_iter().filter(|key| fields.present(key)).collect();
    match found.as_slice() {
        [one] => Some(one),
        [] => {
            let close = fields.unknown_like(&KINDS);
            problems
                .error("TL0106", fields.path(), "the node does not say what it does")
                .expected(format!("one of: {}", KINDS.join(", ")))
                .maybe_hint(close.map(|(key, kind)| format!("did you mean `{kind}` instead of `{key}`?")));
            None
        }
        several => {
            let message = format!("the node is several things at once: {}", several.join(", "));
            problems.error("TL0107", fields.path(), message).hint("make a node of each, joined by `next`");
            None
        }
    }
}

fn retry(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<RetryPolicy> {
    let path = fields.at("retry");
    let value = fields.get("retry")?;
    let mut inner = Fields::of(value, &path, "retry: { attempts: 5, over: 30m }", problems)?;
    let attempts = inner.number("attempts", 1..=MAX_ATTEMPTS, problems);
    if attempts.is_none() && !inner.has("attempts") {
        inner.missing("attempts", &format!("a whole number from 1 to {MAX_ATTEMPTS}"), problems);
    }
    let over_ms = inner.duration("over", problems).unwrap_or(DEFAULT_OVER_MS);
    inner.finish(problems);
    Some(RetryPolicy { attempts: attempts.unwrap_or(1), over_ms })
}

fn body(what: &'static str, fields: &mut Fields<'_>, node: &mut Node, problems: &mut Problems<'_>) {
    let kind = match what {
        "action" => {
            let text = fields.required_text("action", "such as projects.get_job", problems);
            let action = operation(&text, &fields.at("action"), problems);
            let connection = fields.text("connection", problems);
            Some(NodeKind::Action { action, connection, with: with(fields, problems) })
        }
        "call" => {
            let workflow = fields.required_text("call", "the id of a workflow", problems);
            if !workflow.is_empty() && !is_workflow_id(&workflow) {
                let problem = problems.error(
                    "TL0108",
                    &fields.at("call"),
                    format!("`{workflow}` is not a workflow's id"),
                );
                problem.expected("such as invoice-readiness");
            }
            Some(NodeKind::Call { workflow, with: with(fields, problems) })
        }
        "set" => fields.get_even_null("set").map(|value| NodeKind::Set { value: value.clone() }),
        "code" => {
            let code =
                fields.required_text("code", "JavaScript: the body of a function of `input`", problems);
            let input = fields.get("input").cloned().unwrap_or_default();
            Some(NodeKind::Code { code, input })
        }
        "switch" => Some(flow::switch(fields, problems)),
        "for_each" => Some(flow::for_each(fields, problems)),
        "join" => flow::join(fields, problems),
        "wait" => flow::wait(fields, problems).map(NodeKind::Wait),
        "respond" => flow::respond(fields, problems),
        "raise" => flow::raise(fields, node, problems).map(NodeKind::Raise),
        "ask" => flow::ask(fields, node, problems).map(NodeKind::Ask),
        _ => flow::end(fields, problems),
    };
    if let Some(kind) = kind {
        node.kind = kind;
    }
}

/// A mapping of templates, or one expression that gives the whole input.
fn with(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Value {
    let path = fields.at("with");
    match fields.get("with") {
        Some(Value::String(text)) if form(text).is_ok_and(|form| form == Form::Whole) => text.as_str().into(),
        Some(Value::String(text)) if form(text).is_err() => text.as_str().into(),
        Some(Value::String(_)) => {
            let problem = problems.error("TL0107", &path, "`with` is a text");
            problem.expected("a mapping, or one expression that gives it: \"{{ steps.draft }}\"");
            Value::Object(Map::new())
        }
        _ => Value::Object(fields.map("with", problems)),
    }
}
