//! Who answers the caller: respond nodes, and triggers that wait for a reply.

use serde_json::Value;

use super::Level;
use crate::workflow::problem::Problems;
use crate::workflow::{NodeKind, Stage, Workflow};

/// True if somebody waits for the run's reply: a webhook told to, or a caller.
fn replies(workflow: &Workflow) -> bool {
    let trigger = &workflow.trigger;
    let asked = trigger.with.get("reply").is_some_and(|reply| *reply == Value::Bool(true) || reply == "sync");
    let called = trigger.on.connector == "throughline" && trigger.on.name == "called";
    asked || called || trigger.on.connector.is_empty()
}

pub(super) fn check(workflow: &Workflow, levels: &[Level<'_>], problems: &mut Problems<'_>) {
    let mut answered = false;
    for level in levels {
        for (index, node) in level.nodes.iter().enumerate() {
            if !matches!(node.kind, NodeKind::Respond { .. }) {
                continue;
            }
            answered = true;
            let path = format!("{}/respond", level.node_path(index));
            if level.around.is_some() {
                let problem = problems.error("TL0117", &path, "a reply is given once, not for each item");
                problem.hint("put the respond node behind the for-each");
            } else if !replies(workflow) {
                problems
                    .error("TL0117", &path, "nobody waits for a reply: the trigger does not ask for one")
                    .hint(
                        "on a webhook trigger write `with: { reply: sync }`, or leave the respond node out",
                    );
            }
        }
    }
    let waits = workflow.trigger.with.contains_key("reply") && replies(workflow);
    if waits && !answered && workflow.review.stage != Stage::Draft {
        problems
            .warning(
                "TL0117",
                "/trigger/with/reply",
                "the caller waits for a reply, and no respond node gives one",
            )
            .hint("without one the caller gets the run's output at its end, or 202 after 30 seconds");
    }
}
