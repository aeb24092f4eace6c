//! The rules a workflow must keep, beyond its form. All of them are looked at, whatever the others say.

pub(super) mod calls;
mod connectors;
mod graph;
mod names;
mod reach;
mod reply;
mod schema;

use std::collections::HashMap;

use super::check::CheckEnvironment;
use super::problem::Problems;
use super::{MAX_NODES, Node, NodeKind, Workflow};

/// Nodes that may name each other: the workflow's own, or the body of one for-each.
pub(super) struct Level<'w> {
    pub(super) nodes: &'w [Node],
    /// JSON Pointer of the list.
    pub(super) path: String,
    /// The for-each around it: its level and its place there.
    pub(super) around: Option<(usize, usize)>,
}

impl Level<'_> {
    pub(super) fn node_path(&self, index: usize) -> String {
        format!("{}/{index}", self.path)
    }

    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.id == id && !id.is_empty())
    }
}

/// All levels of a workflow; the first is its own.
pub(super) fn levels(workflow: &Workflow) -> Vec<Level<'_>> {
    let mut levels = vec![Level { nodes: &workflow.nodes, path: "/nodes".to_owned(), around: None }];
    let mut at = 0;
    while at < levels.len() {
        let (nodes, path) = (levels[at].nodes, levels[at].path.clone());
        for (index, node) in nodes.iter().enumerate() {
            if let NodeKind::ForEach { body, .. } = &node.kind {
                levels.push(Level {
                    nodes: body,
                    path: format!("{path}/{index}/do"),
                    around: Some((at, index)),
                });
            }
        }
        at += 1;
    }
    levels
}

/// Every rule.
pub(super) fn workflow(workflow: &Workflow, env: &CheckEnvironment<'_>, problems: &mut Problems<'_>) {
    let levels = levels(workflow);
    let count: usize = levels.iter().map(|level| level.nodes.len()).sum();
    if count > MAX_NODES {
        let message = format!("the workflow has {count} nodes; it may have {MAX_NODES}");
        problems.error("TL0102", "/nodes", message).hint("make several workflows of it, and call them");
        return;
    }
    unique(workflow, &levels, problems);
    let graphs: Vec<_> = levels.iter().map(|level| graph::Graph::of(level)).collect();
    for (level, graph) in levels.iter().zip(&graphs) {
        graph::check(level, graph, &levels, problems);
    }
    names::check(workflow, &levels, &graphs, problems);
    reply::check(workflow, &levels, problems);
    connectors::check(workflow, &levels, env, problems);
    calls::check(workflow, &levels, env, problems);
    reach::check(workflow, env, problems);
}

/// Ids stand once in the whole workflow, bodies included.
fn unique(workflow: &Workflow, levels: &[Level<'_>], problems: &mut Problems<'_>) {
    let mut seen: HashMap<&str, String> = HashMap::new();
    if !workflow.trigger.id.is_empty() {
        seen.insert(&workflow.trigger.id, "/trigger".to_owned());
    }
    for level in levels {
        for (index, node) in level.nodes.iter().enumerate().filter(|(_, node)| !node.id.is_empty()) {
            let path = level.node_path(index);
            if let Some(first) = seen.get(node.id.as_str()) {
                let message = format!("the id `{}` stands twice, first at {first}", node.id);
                problems
                    .error("TL0109", &format!("{path}/id"), message)
                    .hint("each node has an id of its own");
            } else {
                seen.insert(&node.id, path);
            }
        }
    }
}
