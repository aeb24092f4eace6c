//! Calls of other workflows: they are there, they get the input they want, and none calls itself in the end.

use super::{Level, levels, schema};
use crate::hint::did_you_mean;
use crate::workflow::check::{CheckEnvironment, Workflows};
use crate::workflow::problem::Problems;
use crate::workflow::{NodeKind, Workflow};

/// Workflows called by this one, with the place of each call.
fn calls<'w>(levels: &[Level<'w>]) -> Vec<(&'w str, &'w serde_json::Value, String)> {
    let mut calls = Vec::new();
    for level in levels {
        for (index, node) in level.nodes.iter().enumerate() {
            if let NodeKind::Call { workflow, with } = &node.kind {
                calls.push((workflow.as_str(), with, level.node_path(index)));
            }
        }
    }
    calls
}

pub(super) fn check(
    workflow: &Workflow,
    levels: &[Level<'_>],
    env: &CheckEnvironment<'_>,
    problems: &mut Problems<'_>,
) {
    for (callee, with, path) in calls(levels).into_iter().filter(|(callee, ..)| !callee.is_empty()) {
        let at = format!("{path}/call");
        if callee == workflow.id {
            problems
                .error("TL0134", &at, format!("`{callee}` calls itself"))
                .hint("use a for_each, or an event");
            continue;
        }
        let Some(others) = env.workflows else { continue };
        let Some(found) = others.workflow(callee) else {
            let ids = others.ids();
            let close = did_you_mean(callee, ids.iter().map(String::as_str))
                .map(|close| format!("did you mean `{close}`?"));
            problems
                .warning("TL0135", &at, format!("there is no published workflow `{callee}` yet"))
                .hint(close.unwrap_or_else(|| "publish it before a run comes here".to_owned()));
            continue;
        };
        if let Some(circle) = path_to(&workflow.id, found, others) {
            let message = format!("the calls go in a circle: {} → {}", workflow.id, circle.join(" → "));
            problems
                .error("TL0134", &at, message)
                .hint("one of them must go on by an event instead of a call");
        }
        if let Some(input) = &found.input {
            schema::check(with, input, &format!("{path}/with"), &format!("the workflow {callee}"), problems);
        }
    }
}

/// The ids from `from` to `target`, if its calls lead there.
fn path_to(target: &str, from: &Workflow, others: &dyn Workflows) -> Option<Vec<String>> {
    let mut seen = vec![from.id.clone()];
    walk(target, from, others, &mut seen)
}

fn walk(
    target: &str,
    from: &Workflow,
    others: &dyn Workflows,
    seen: &mut Vec<String>,
) -> Option<Vec<String>> {
    for (callee, ..) in calls(&levels(from)) {
        if callee == target {
            return Some(vec![from.id.clone(), target.to_owned()]);
        }
        if seen.iter().any(|id| id == callee) {
            continue;
        }
        seen.push(callee.to_owned());
        if let Some(mut path) = others.workflow(callee).and_then(|next| walk(target, next, others, seen)) {
            path.insert(0, from.id.clone());
            return Some(path);
        }
    }
    None
}

/// The circle the workflow's calls make, if they do: its own id first and last.
pub fn call_cycle(workflow: &Workflow, others: &dyn Workflows) -> Option<Vec<String>> {
    let mut seen = vec![workflow.id.clone()];
    walk(&workflow.id, workflow, others, &mut seen)
}
