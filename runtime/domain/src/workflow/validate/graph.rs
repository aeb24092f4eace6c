//! Edges: every target is there, the graph goes forward, and branches meet in joins.

use std::collections::BTreeSet;

use super::Level;
use crate::hint::did_you_mean;
use crate::workflow::problem::Problems;
use crate::workflow::{JoinRule, Node, NodeKind, Wait};

/// What kind of edge leads somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Port {
    Normal,
    Exception,
}

/// One named target, and where it is written.
pub(super) struct Edge<'w> {
    target: &'w str,
    path: String,
    port: Port,
}

/// The edges of a level, by index.
pub(super) struct Graph {
    /// Targets of each node.
    pub(super) out: Vec<Vec<usize>>,
    /// Everything that can have run before each node of this level.
    pub(super) ancestors: Vec<BTreeSet<usize>>,
    /// An edge leads nowhere: what follows from the edges is not known.
    pub(super) broken: bool,
}

fn edges<'w>(node: &'w Node, path: &str) -> Vec<Edge<'w>> {
    let mut edges = Vec::new();
    let mut add = |targets: &'w [String], path: String, port: Port| {
        for (index, target) in targets.iter().enumerate() {
            let path = if targets.len() > 1 { format!("{path}/{index}") } else { path.clone() };
            edges.push(Edge { target, path, port });
        }
    };
    add(&node.next, format!("{path}/next"), Port::Normal);
    if let NodeKind::Switch { cases, .. } = &node.kind {
        for (index, case) in cases.iter().enumerate() {
            add(&case.next, format!("{path}/switch/{index}/next"), Port::Normal);
        }
    }
    let mut one = |target: &'w Option<String>, path: String, port: Port| {
        add(target.as_slice(), path, port);
    };
    one(&node.on_exception, format!("{path}/on_exception"), Port::Exception);
    match &node.kind {
        NodeKind::Wait(Wait::Event { on_timeout, .. }) => {
            one(on_timeout, format!("{path}/wait/on_timeout"), Port::Normal);
        }
        NodeKind::Ask(ask) => one(&ask.on_expired, format!("{path}/ask/on_expired"), Port::Normal),
        _ => {}
    }
    edges
}

impl Graph {
    pub(super) fn of(level: &Level<'_>) -> Self {
        let targets = |(index, node): (usize, &Node)| {
            let edges = edges(node, &level.node_path(index));
            edges
                .iter()
                .filter_map(|edge| level.find(edge.target))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect()
        };
        let out: Vec<Vec<usize>> = level.nodes.iter().enumerate().map(targets).collect();
        let mut ancestors = vec![BTreeSet::new(); out.len()];
        for start in 0..out.len() {
            let mut open = out[start].clone();
            while let Some(node) = open.pop() {
                if ancestors[node].insert(start) {
                    open.extend(&out[node]);
                }
            }
        }
        let broken = level
            .nodes
            .iter()
            .any(|node| edges(node, "").iter().any(|edge| level.find(edge.target).is_none()));
        Self { out, ancestors, broken }
    }
}

pub(super) fn check(level: &Level<'_>, graph: &Graph, levels: &[Level<'_>], problems: &mut Problems<'_>) {
    for (index, node) in level.nodes.iter().enumerate() {
        let path = level.node_path(index);
        for edge in edges(node, &path) {
            target(&edge, level, levels, problems);
        }
        shape(node, &path, level, problems);
    }
    cycles(level, graph, problems);
    if !graph.broken {
        reachable(level, graph, problems);
    }
    meetings(level, problems);
}

fn target(edge: &Edge<'_>, level: &Level<'_>, levels: &[Level<'_>], problems: &mut Problems<'_>) {
    let target = edge.target;
    if target.is_empty() || level.find(target).is_some() {
        return;
    }
    if levels.iter().any(|other| other.find(target).is_some()) {
        problems
            .error("TL0116", &edge.path, format!("`{target}` is on the other side of a for-each"))
            .hint("the body of a for-each stands for itself: no edge leads in or out; what it gives is `steps.<for_each>`");
        return;
    }
    let ids = level.nodes.iter().map(|node| node.id.as_str());
    problems
        .error("TL0110", &edge.path, format!("there is no node `{target}`"))
        .maybe_hint(did_you_mean(target, ids).map(|id| format!("did you mean `{id}`?")));
}

fn shape(node: &Node, path: &str, level: &Level<'_>, problems: &mut Problems<'_>) {
    match &node.kind {
        NodeKind::Switch { cases, .. } => {
            let elses = cases.iter().enumerate().filter(|(_, case)| case.when.is_none());
            for (index, _) in elses.filter(|(index, _)| index + 1 < cases.len()) {
                problems
                    .error("TL0115", &format!("{path}/switch/{index}"), "`else` is not the last case")
                    .hint("cases are looked at in order; put `else` at the end, once");
            }
        }
        NodeKind::End { .. } if !node.next.is_empty() => {
            problems
                .error("TL0107", &format!("{path}/next"), "`end` ends the run; nothing follows it")
                .hint("leave `next` out");
        }
        NodeKind::Raise(raise) => {
            let Some(id) = raise.retry_from.as_deref().filter(|id| level.find(id).is_none()) else { return };
            let ids = level.nodes.iter().map(|node| node.id.as_str());
            problems
                .error("TL0110", &format!("{path}/raise/retry_from"), format!("there is no node `{id}`"))
                .maybe_hint(did_you_mean(id, ids).map(|id| format!("did you mean `{id}`?")));
        }
        _ => {}
    }
}

/// One error for each edge that closes a circle.
fn cycles(level: &Level<'_>, graph: &Graph, problems: &mut Problems<'_>) {
    for (index, node) in level.nodes.iter().enumerate() {
        if !graph.ancestors[index].contains(&index) {
            continue;
        }
        // Of a circle only the edge that leads back is told: to a node that stands before it.
        for edge in edges(node, &level.node_path(index)) {
            let Some(to) = level.find(edge.target) else { continue };
            if to <= index && (to == index || graph.ancestors[index].contains(&to)) {
                let message = format!("`{}` leads back to `{}`", node.id, edge.target);
                problems
                    .error("TL0111", &edge.path, message)
                    .hint("a workflow goes forward: use `retry`, a for_each, a wait for an event, or a call");
            }
        }
    }
}

fn reachable(level: &Level<'_>, graph: &Graph, problems: &mut Problems<'_>) {
    let mut seen = BTreeSet::new();
    let mut open = vec![0];
    while let Some(node) = open.pop() {
        if node < graph.out.len() && seen.insert(node) {
            open.extend(&graph.out[node]);
        }
    }
    for (index, node) in level.nodes.iter().enumerate().filter(|(index, _)| !seen.contains(index)) {
        problems
            .warning("TL0112", &level.node_path(index), format!("nothing leads to `{}`", node.id))
            .hint("the run begins at the first node; name this one in a `next` or an `on_exception`");
    }
}

/// A join has branches to wait for; elsewhere several branches do not meet by accident.
fn meetings(level: &Level<'_>, problems: &mut Problems<'_>) {
    // Which nodes lead to each node, and which of them not only by their exception port.
    let mut all = vec![BTreeSet::new(); level.nodes.len()];
    let mut normal = all.clone();
    for (from, node) in level.nodes.iter().enumerate() {
        for edge in edges(node, "") {
            let Some(to) = level.find(edge.target) else { continue };
            all[to].insert(from);
            if edge.port == Port::Normal {
                normal[to].insert(from);
            }
        }
    }
    for (index, node) in level.nodes.iter().enumerate() {
        let path = level.node_path(index);
        if let NodeKind::Join { wait_for } = &node.kind {
            join(&node.id, *wait_for, all[index].len(), &path, problems);
        } else if !node.id.is_empty() && normal[index].len() > 1 {
            problems
                .warning("TL0113", &path, format!("several branches lead to `{}`, which is no join", node.id))
                .hint("it runs once, for the branch that comes first; put a join before it to wait for the others");
        }
    }
}

fn join(id: &str, wait_for: JoinRule, branches: usize, path: &str, problems: &mut Problems<'_>) {
    if branches < 2 {
        let message = format!("the join `{id}` has {branches} branch leading to it");
        problems.error("TL0114", path, message).expected("at least two").hint("leave the join out");
    } else if let JoinRule::Count(count) = wait_for
        && usize::try_from(count).is_ok_and(|count| count > branches)
    {
        let message = format!("the join waits for {count} branches, and {branches} lead to it");
        problems.error("TL0114", &format!("{path}/join"), message).expected("at most the branches there are");
    }
}
