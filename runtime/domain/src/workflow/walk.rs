//! Visits every text of a workflow that may hold an expression.

use serde_json::Value;

use super::{Node, NodeKind, Wait, Workflow};
use crate::json::escape_pointer;

/// A text and how it is read.
#[derive(Clone, Copy, Debug)]
pub enum Text<'w> {
    /// A value: text with or without expressions.
    Template(&'w str),
    /// True or false; the braces may be missing.
    Condition(&'w str),
}

/// Calls `visit` with each text of the workflow: the trigger's dedupe key, keys, bands, and every node's.
pub fn texts<'w>(workflow: &'w Workflow, visit: &mut dyn FnMut(Text<'w>)) {
    if let Some(dedupe) = &workflow.trigger.dedupe {
        visit(Text::Template(dedupe));
    }
    workflow.keys.values().for_each(|key| visit(Text::Template(key)));
    workflow.review.bands.values().for_each(|band| visit(Text::Condition(band)));
    let rules = workflow.approvals.iter().flat_map(|policy| &policy.rules);
    rules.filter_map(|rule| rule.when.as_deref()).for_each(|when| visit(Text::Condition(when)));
    workflow.nodes.iter().for_each(|node| node_texts(node, visit));
}

/// Calls `visit` with each text of the node, its body included.
pub fn node_texts<'w>(node: &'w Node, visit: &mut dyn FnMut(Text<'w>)) {
    node_texts_at(node, "", &mut |text, _| visit(text));
    if let NodeKind::ForEach { body, .. } = &node.kind {
        for node in body {
            node_texts(node, visit);
        }
    }
}

/// Calls `visit` with each text of the node, its body not included, and the JSON Pointer of the text below `path`.
pub fn node_texts_at<'w>(node: &'w Node, path: &str, visit: &mut dyn FnMut(Text<'w>, &str)) {
    let mut template = |text: &'w str, key: &str| visit(Text::Template(text), &format!("{path}/{key}"));
    match &node.kind {
        NodeKind::Action { with, .. } | NodeKind::Call { with, .. } => {
            value(with, &format!("{path}/with"), visit);
        }
        NodeKind::Set { value: template } => value(template, &format!("{path}/set"), visit),
        NodeKind::Code { input, .. } => value(input, &format!("{path}/input"), visit),
        NodeKind::Switch { cases, .. } => {
            for (index, case) in cases.iter().enumerate() {
                if let Some(when) = &case.when {
                    visit(Text::Condition(when), &format!("{path}/switch/{index}/when"));
                }
            }
        }
        NodeKind::ForEach { items, .. } => template(items, "for_each"),
        NodeKind::Wait(Wait::Until { until }) => template(until, "wait/until"),
        NodeKind::Wait(Wait::Event { key, .. }) => template(key, "wait/key"),
        NodeKind::Join { .. } | NodeKind::Wait(Wait::For { .. } | Wait::Business { .. }) => {}
        NodeKind::Respond { status, headers, body } => {
            value(status, &format!("{path}/respond/status"), visit);
            for (name, header) in headers {
                visit(Text::Template(header), &format!("{path}/respond/headers/{}", escape_pointer(name)));
            }
            value(body, &format!("{path}/respond/body"), visit);
        }
        NodeKind::Raise(raise) => {
            raise.sentence.iter().for_each(|sentence| template(sentence, "raise/sentence"));
            raise.money.iter().for_each(|money| template(money, "raise/money"));
        }
        NodeKind::Ask(ask) => template(&ask.question, "ask/question"),
        NodeKind::End { output, .. } => value(output, &format!("{path}/end/output"), visit),
    }
}

fn value<'w>(template: &'w Value, path: &str, visit: &mut dyn FnMut(Text<'w>, &str)) {
    match template {
        Value::String(text) => visit(Text::Template(text), path),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                value(item, &format!("{path}/{index}"), visit);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                value(field, &format!("{path}/{}", escape_pointer(name)), visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
