//! Expressions: each can be read, and each name in it is one that can be there.

use super::Level;
use super::graph::Graph;
use crate::expression::{ExpressionError, Form, Reference, form, references, references_of_condition};
use crate::hint::did_you_mean;
use crate::json::escape_pointer;
use crate::workflow::problem::Problems;
use crate::workflow::walk::{Text, node_texts_at};
use crate::workflow::{Node, NodeKind, Wait, Workflow};

/// Who reads the names: what is in scope there.
struct Reader<'c> {
    workflow: &'c Workflow,
    levels: &'c [Level<'c>],
    graphs: &'c [Graph],
    /// The node's level and index; `None` for the trigger, the keys and the redacted paths.
    node: Option<(usize, usize)>,
    roots: &'c [&'static str],
}

const NODE: [&str; 5] = ["event", "steps", "vars", "record", "now"];
const ITEM: [&str; 7] = ["event", "steps", "vars", "record", "now", "item", "index"];
const TRIGGER: [&str; 4] = ["event", "headers", "vars", "now"];
const KEYS: [&str; 3] = ["event", "vars", "now"];

pub(super) fn check(
    workflow: &Workflow,
    levels: &[Level<'_>],
    graphs: &[Graph],
    problems: &mut Problems<'_>,
) {
    let outside = |roots| Reader { workflow, levels, graphs, node: None, roots };
    if let Some(dedupe) = &workflow.trigger.dedupe {
        outside(&TRIGGER).text(Text::Template(dedupe), "/trigger/dedupe", problems);
        if references(dedupe).is_ok_and(|names| names.is_empty()) {
            problems
                .error(
                    "TL0133",
                    "/trigger/dedupe",
                    "the dedupe key is the same for every event: only the first would start a run",
                )
                .expected("what names an event once, such as \"{{ event.delivery_id }}\"");
        }
    }
    for (name, key) in &workflow.keys {
        outside(&KEYS).text(Text::Template(key), &format!("/keys/{}", escape_pointer(name)), problems);
    }
    for (name, band) in &workflow.review.bands {
        // The names of a band are fields of the write's input, known only there.
        if let Err(error) = references_of_condition(band) {
            syntax(&error, &format!("/review/bands/{}", escape_pointer(name)), problems);
        }
    }
    for (at, level) in levels.iter().enumerate() {
        let roots: &[&str] = if level.around.is_some() { &ITEM } else { &NODE };
        for (index, node) in level.nodes.iter().enumerate() {
            let reader = Reader { workflow, levels, graphs, node: Some((at, index)), roots };
            let path = level.node_path(index);
            node_texts_at(node, &path, &mut |text, path| reader.text(text, path, problems));
            forms(node, &path, problems);
        }
    }
    redacted(workflow, levels, problems);
}

/// Texts that must be an expression, or must not be too short.
fn forms(node: &Node, path: &str, problems: &mut Problems<'_>) {
    match &node.kind {
        NodeKind::ForEach { items, .. }
            if !items.is_empty() && form(items).is_ok_and(|form| form != Form::Whole) =>
        {
            problems
                .error("TL0107", &format!("{path}/for_each"), "this text is not one expression")
                .expected("an expression that gives a list, such as \"{{ steps.job.lines }}\"");
        }
        NodeKind::Raise(raise) => {
            let Some(sentence) = &raise.sentence else { return };
            if form(sentence) == Ok(Form::Literal) && sentence.trim().chars().count() < MIN_SENTENCE {
                problems
                    .error(
                        "TL0118",
                        &format!("{path}/raise/sentence"),
                        "the sentence is too short to say why",
                    )
                    .expected("at least 20 characters that tell the owner what is the matter");
            }
        }
        NodeKind::Wait(Wait::Until { until })
            if form(until) == Ok(Form::Literal)
                && until.parse::<jiff::Timestamp>().is_err()
                && !until.contains('[') =>
        {
            problems
                .error("TL0107", &format!("{path}/wait/until"), format!("`{until}` is not a time"))
                .expected("an expression that gives one, or such as 2026-01-31T08:15:00Z");
        }
        _ => {}
    }
}

/// Characters a sentence has at least.
const MIN_SENTENCE: usize = 20;

fn redacted(workflow: &Workflow, levels: &[Level<'_>], problems: &mut Problems<'_>) {
    for (index, hidden) in workflow.log.redact.iter().enumerate() {
        let Some(step) = hidden.strip_prefix("steps.").and_then(|rest| rest.split('.').next()) else {
            continue;
        };
        if levels.iter().all(|level| level.find(step).is_none()) {
            unknown_step(step, levels, &format!("/log/redact/{index}"), problems);
        }
    }
}

fn unknown_step(step: &str, levels: &[Level<'_>], path: &str, problems: &mut Problems<'_>) {
    let ids = levels.iter().flat_map(|level| level.nodes.iter().map(|node| node.id.as_str()));
    problems
        .error("TL0121", path, format!("there is no step `{step}`"))
        .maybe_hint(did_you_mean(step, ids).map(|id| format!("did you mean `steps.{id}`?")));
}

fn syntax(error: &ExpressionError, path: &str, problems: &mut Problems<'_>) {
    let place = error.offset.map(|offset| format!(" (at character {})", offset + 1)).unwrap_or_default();
    problems.error(error.code, path, format!("{}{place}", error.message)).maybe_hint(error.hint.clone());
}

impl Reader<'_> {
    fn text(&self, text: Text<'_>, path: &str, problems: &mut Problems<'_>) {
        let names = match text {
            Text::Template(text) => references(text),
            Text::Condition("") => return,
            Text::Condition(text) => references_of_condition(text),
        };
        match names {
            Err(error) => syntax(&error, path, problems),
            Ok(names) => names.iter().for_each(|name| self.name(name, path, problems)),
        }
    }

    fn name(&self, name: &Reference, path: &str, problems: &mut Problems<'_>) {
        let (root, second) = (name.path[0].as_str(), name.path.get(1).map(String::as_str));
        if !self.roots.contains(&root) {
            self.unknown_root(root, path, problems);
            return;
        }
        match (root, second) {
            ("steps", Some(step)) => self.step(step, path, problems),
            ("vars", Some(var)) if !self.workflow.vars.contains_key(var) && !name.lenient => {
                let vars = self.workflow.vars.keys().map(String::as_str);
                let hint = did_you_mean(var, vars).map(|close| format!("did you mean `vars.{close}`?"));
                problems
                    .error("TL0121", path, format!("there is no `vars.{var}`"))
                    .hint(hint.unwrap_or_else(|| format!("add `{var}` to `vars`")));
            }
            _ => {}
        }
    }

    fn unknown_root(&self, root: &str, path: &str, problems: &mut Problems<'_>) {
        let hint = match root {
            "item" | "index" => Some("`item` and `index` exist only in the body of a for-each".to_owned()),
            "steps" => Some("no step has run here yet".to_owned()),
            _ if self.levels.iter().any(|level| level.find(root).is_some())
                && self.roots.contains(&"steps") =>
            {
                Some(format!("the output of a node is `steps.{root}`"))
            }
            _ if root == self.workflow.trigger.id => Some("what the trigger gave is `event`".to_owned()),
            _ => {
                did_you_mean(root, self.roots.iter().copied()).map(|close| format!("did you mean `{close}`?"))
            }
        };
        problems
            .error("TL0121", path, format!("the name `{root}` is not known here"))
            .expected(format!("one of: {}", self.roots.join(", ")))
            .maybe_hint(hint);
    }

    /// The step must be one that can have run before the reader.
    fn step(&self, step: &str, path: &str, problems: &mut Problems<'_>) {
        let Some((mut at, mut index)) = self.node else {
            unknown_step(step, self.levels, path, problems);
            return;
        };
        let reader = self.levels[at].nodes[index].id.as_str();
        loop {
            if let Some(found) = self.levels[at].find(step) {
                let graph = &self.graphs[at];
                if !graph.broken && !graph.ancestors[index].contains(&found) {
                    never(step, reader, found == index, path, problems);
                }
                return;
            }
            match self.levels[at].around {
                Some(around) => (at, index) = around,
                None => break,
            }
        }
        match self.levels.iter().find(|level| level.find(step).is_some()).and_then(|level| level.around) {
            Some((outer, each)) => {
                let each = &self.levels[outer].nodes[each].id;
                problems
                    .error(
                        "TL0122",
                        path,
                        format!("`{step}` runs inside the for-each `{each}`, once for each item"),
                    )
                    .hint(format!("the results of all items are `steps.{each}`"));
            }
            None if step == self.workflow.trigger.id => {
                let message = format!("`{step}` is the trigger, not a step");
                problems.error("TL0121", path, message).hint("what the trigger gave is `event`");
            }
            None => unknown_step(step, self.levels, path, problems),
        }
    }
}

fn never(step: &str, reader: &str, itself: bool, path: &str, problems: &mut Problems<'_>) {
    let message = if itself {
        format!("`{step}` reads its own output")
    } else {
        format!("`{step}` can never have run before `{reader}`")
    };
    problems.error("TL0122", path, message).hint("read only steps on a path that leads here");
}
