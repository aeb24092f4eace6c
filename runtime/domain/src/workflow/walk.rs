//! Visits every text of a workflow that may hold an expression.

use serde_json::Value;

use super::{Node, NodeKind, Wait, Workflow};

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
    workflow.nodes.iter().for_each(|node| node_texts(node, visit));
}

/// Calls `visit` with each text of the node, its body included.
pub fn node_texts<'w>(node: &'w Node, visit: &mut dyn FnMut(Text<'w>)) {
    match &node.kind {
        NodeKind::Action { with, .. } | NodeKind::Call { with, .. } => value(with, visit),
        NodeKind::Set { value: template } | NodeKind::Code { input: template, .. } => value(template, visit),
        NodeKind::Switch { cases, .. } => {
            cases.iter().filter_map(|case| case.when.as_deref()).for_each(|when| visit(Text::Condition(when)));
        }
        NodeKind::ForEach { items, body, .. } => {
            visit(Text::Template(items));
            body.iter().for_each(|node| node_texts(node, visit));
        }
        NodeKind::Wait(Wait::Until { until }) => visit(Text::Template(until)),
        NodeKind::Wait(Wait::Event { key, .. }) => visit(Text::Template(key)),
        NodeKind::Join { .. } | NodeKind::Wait(Wait::For { .. } | Wait::Business { .. }) => {}
        NodeKind::Respond { status, headers, body } => {
            value(status, visit);
            headers.values().for_each(|header| visit(Text::Template(header)));
            value(body, visit);
        }
        NodeKind::Raise(raise) => {
            raise.sentence.iter().for_each(|sentence| visit(Text::Template(sentence)));
        }
        NodeKind::Ask(ask) => visit(Text::Template(&ask.question)),
        NodeKind::End { output, .. } => value(output, visit),
    }
}

fn value<'w>(template: &'w Value, visit: &mut dyn FnMut(Text<'w>)) {
    match template {
        Value::String(text) => visit(Text::Template(text)),
        Value::Array(items) => items.iter().for_each(|item| value(item, visit)),
        Value::Object(fields) => fields.values().for_each(|field| value(field, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
