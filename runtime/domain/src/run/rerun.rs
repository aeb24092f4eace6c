//! A whole run again, on a version that may be newer: unchanged ancestors are copied, everything after them runs.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{EffectId, RunId};
use crate::run::event::{CopiedStep, EditedStep, EffectOutcome, Payload, RunStarted, StepPath};
use crate::run::path::ScopePath;
use crate::run::state::RunState;
use crate::run::step::Phase;
use crate::run::version::Version;
use crate::workflow::{Node, NodeKind, Operation};

/// How to run again.
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPlan {
    /// First event of the new run.
    pub start: Box<RunStarted>,
    /// Effects the old run applied and its state still knows; those of ended items stand in the effect table only.
    pub applied: Vec<AppliedEffect>,
}

/// An effect of the old run.
#[derive(Clone, Debug, PartialEq)]
pub struct AppliedEffect {
    /// Step that sent it.
    pub path: StepPath,
    /// The effect.
    pub effect: EffectId,
    /// Its action.
    pub action: Operation,
    /// What the remote said.
    pub receipt: Payload,
    /// Its step is not copied: the new run may apply it a second time, which needs a person's click.
    pub may_repeat: bool,
}

/// Why a run cannot be retried so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RetryRefused {
    /// The run never began.
    #[error("TL0424: the run has not begun: there is nothing to retry")]
    NotStarted,
    /// It may still change something.
    #[error("TL0425: the run has not ended: cancel it first, or resolve its exception")]
    NotEnded,
    /// What it wrote is not settled.
    #[error("TL0427: a write at `{path}` is under way or in doubt: settle it first, or it may happen twice")]
    Unsettled {
        /// Step.
        path: StepPath,
    },
    /// Another run waits for it.
    #[error(
        "TL0428: another run called this one and waits for it: it goes on in its own version, or is given up"
    )]
    Called,
    /// What was edited is no input of it.
    #[error("TL0429: `{node}` is another kind of step now: the edited input does not fit it")]
    OtherStep {
        /// Node.
        node: String,
    },
    /// Nothing of that name, at the outermost level.
    #[error("TL0426: the workflow has no node `{node}` to start from at its outermost level")]
    NoSuchNode {
        /// Node.
        node: String,
    },
}

/// A node, and the input that a person edited for it, if one did.
pub type RetryFrom<'a> = (&'a str, Option<Payload>);

/// Plans a new run `retry_of` an ended one. `from` is the node to run again, with everything after it; without it
/// nothing is copied. With an input that a person edited, the node takes that one, if it is the same kind of step in both
/// versions. A node counts as unchanged when its definition is the same in both versions and so are all
/// nodes before it.
pub fn retry_plan(
    old: &Version,
    state: &RunState,
    new: &Version,
    from: Option<RetryFrom<'_>>,
    run: RunId,
    plugins: BTreeMap<String, String>,
) -> Result<RetryPlan, RetryRefused> {
    if state.start().is_some() && state.end().is_none() {
        return Err(RetryRefused::NotEnded);
    }
    planned(old, state, new, from, run, plugins)
}

/// The same of a run that is still open and is cancelled in the same moment: nothing of it is under way.
pub fn start_over_plan(
    old: &Version,
    state: &RunState,
    new: &Version,
    from: RetryFrom<'_>,
    run: RunId,
    plugins: BTreeMap<String, String>,
) -> Result<RetryPlan, RetryRefused> {
    if state.start().is_some_and(|start| start.parent.is_some()) {
        return Err(RetryRefused::Called);
    }
    let open = state.steps.iter().find(|(_, step)| step.unsettled().is_some());
    if let Some((path, _)) = open {
        return Err(RetryRefused::Unsettled { path: path.clone() });
    }
    planned(old, state, new, Some(from), run, plugins)
}

fn planned(
    old: &Version,
    state: &RunState,
    new: &Version,
    from: Option<RetryFrom<'_>>,
    run: RunId,
    plugins: BTreeMap<String, String>,
) -> Result<RetryPlan, RetryRefused> {
    let start = state.start().ok_or(RetryRefused::NotStarted)?;
    let root = ScopePath::root();
    let (copied, edited) = match from {
        None => (BTreeSet::new(), None),
        Some((node, input)) if new.stands_in(node, &root) => {
            (unchanged(old, state, new, node), edited(old, new, node, input)?)
        }
        Some((node, _)) => return Err(RetryRefused::NoSuchNode { node: node.to_owned() }),
    };
    let copy = |node: &String| {
        let path = root.step(node);
        let step = state.steps.get(&path)?;
        Some(CopiedStep { path, output: step.output.clone()?, next: step.next.clone() })
    };
    let again = RunStarted {
        run,
        workflow: new.workflow().id.clone(),
        version: new.number(),
        event: None,
        input: start.input.clone(),
        vars: start.vars.clone(),
        plugins,
        parent: None,
        depth: start.depth,
        retry_of: Some(start.run.clone()),
        copied: copied.iter().filter_map(copy).collect(),
        edited,
        reply_wanted: false,
        requested_by: state.requested_by().clone(),
    };
    Ok(RetryPlan { applied: applied(old, state, &copied), start: Box::new(again) })
}

fn edited(
    old: &Version,
    new: &Version,
    node: &str,
    input: Option<Payload>,
) -> Result<Option<EditedStep>, RetryRefused> {
    let kind = |version: &Version| version.find(node).map(|node| std::mem::discriminant(&node.kind));
    if input.is_some() && kind(old) != kind(new) {
        return Err(RetryRefused::OtherStep { node: node.to_owned() });
    }
    Ok(input.map(|input| EditedStep { path: ScopePath::root().step(node), input }))
}

/// Ancestors of `from` that succeeded, mean the same in both versions, and stand behind nothing that runs again.
fn unchanged(old: &Version, state: &RunState, new: &Version, from: &str) -> BTreeSet<String> {
    let root = ScopePath::root();
    let Some(info) = new.info(from) else { return BTreeSet::new() };
    let same = |node: &&String| {
        let done = state.steps.get(&root.step(node)).is_some_and(|step| step.phase == Phase::Succeeded);
        done && meaning(old.find(node)) == meaning(new.find(node)) && *node != from
    };
    let mut copied: BTreeSet<String> = info
        .ancestors
        .iter()
        .filter(same)
        .filter(|node| !info.descendants.contains(*node))
        .cloned()
        .collect();
    loop {
        let behind = copied.iter().find(|node| {
            let before = new.info(node).map(|info| &info.ancestors);
            let ran = |node: &&String| state.steps.contains_key(&root.step(node)) || old.find(node).is_none();
            before.into_iter().flatten().filter(ran).any(|node| !copied.contains(node))
        });
        match behind.cloned() {
            Some(node) => copied.remove(&node),
            None => return copied,
        };
    }
}

/// What a node does, without the words around it.
fn meaning(node: Option<&Node>) -> Option<(&NodeKind, &[String], Option<&str>)> {
    node.map(|node| (&node.kind, node.next.as_slice(), node.on_exception.as_deref()))
}

fn applied(old: &Version, state: &RunState, copied: &BTreeSet<String>) -> Vec<AppliedEffect> {
    let mut all = Vec::new();
    for (path, step) in &state.steps {
        let Some(NodeKind::Action { action, .. }) = old.find(path.node()).map(|node| &node.kind) else {
            continue;
        };
        for effect in &step.effects {
            if let Some(EffectOutcome::Confirmed { receipt, .. }) = &effect.outcome {
                all.push(AppliedEffect {
                    path: path.clone(),
                    effect: effect.effect.clone(),
                    action: action.clone(),
                    receipt: receipt.clone(),
                    may_repeat: path.scope() != ScopePath::root() || !copied.contains(path.node()),
                });
            }
        }
    }
    all
}
