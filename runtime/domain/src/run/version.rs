//! A workflow version made ready to plan with: nodes by id, where each leads, what can reach it, and its
//! expressions compiled once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::calendar::{Calendar, due_at};
use crate::connector::{ActionManifest, Effect, Undo};
use crate::expression::Compiled;
use crate::run::eval::{Condition, Template};
use crate::run::path::ScopePath;
use crate::time::Timestamp;
use crate::workflow::{Due, Node, NodeKind, Operation, Wait, Workflow};

/// A published workflow version, shared by all its runs.
#[derive(Clone, Debug)]
pub struct Version {
    inner: Arc<Inner>,
    calendar: Arc<Calendar>,
    has_secrets: bool,
}

#[derive(Debug)]
struct Inner {
    workflow: Workflow,
    number: u32,
    nodes: BTreeMap<String, NodeInfo>,
    keys: BTreeMap<String, Template>,
    actions: BTreeMap<Operation, ActionTraits>,
}

/// What planning needs to know of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionTraits {
    /// May we send again?
    pub effect: Effect,
    /// Can it be taken back?
    pub undo: Undo,
}

impl From<&ActionManifest> for ActionTraits {
    fn from(manifest: &ActionManifest) -> Self {
        Self { effect: manifest.effect, undo: manifest.undo.unwrap_or(Undo::Irreversible) }
    }
}

/// Why a version cannot be planned with. Validation finds all of these, with positions, before publishing.
#[derive(Debug, thiserror::Error)]
pub enum VersionError {
    /// An edge leads out of the workflow or out of its body.
    #[error("TL0401: node `{node}` leads to `{next}`, which is not beside it")]
    Edge {
        /// Node.
        node: String,
        /// Where it leads.
        next: String,
    },
    /// Two nodes share an id.
    #[error("TL0402: two nodes have the id `{node}`")]
    Twice {
        /// Node.
        node: String,
    },
}

/// A node and what surrounds it.
#[derive(Debug)]
pub(crate) struct NodeInfo {
    pub(crate) node: Node,
    /// The for-each whose body it stands in.
    pub(crate) body_of: Option<String>,
    pub(crate) predecessors: BTreeSet<String>,
    pub(crate) ancestors: BTreeSet<String>,
    pub(crate) descendants: BTreeSet<String>,
    /// The input, value, list, key, body, sentence, question or output, by kind.
    pub(crate) main: Option<Template>,
    /// A switch's conditions; `None` is `else`.
    pub(crate) cases: Vec<Option<Condition>>,
    /// A raise node's money at risk.
    pub(crate) money: Option<Template>,
    /// A respond node's status.
    pub(crate) status: Option<Template>,
    /// A respond node's headers.
    pub(crate) headers: Vec<(String, Template)>,
}

impl Version {
    /// Compiles and indexes a valid workflow. `actions` holds the traits of the actions it uses; an absent one is
    /// taken as the most careful: written once, never taken back.
    pub fn new(
        workflow: Workflow,
        number: u32,
        actions: BTreeMap<Operation, ActionTraits>,
    ) -> Result<Self, VersionError> {
        let compiled = Compiled::new(&workflow);
        let mut nodes = BTreeMap::new();
        index(&workflow.nodes, None, &compiled, &mut nodes)?;
        let key = |(name, text): (&String, &String)| (name.clone(), Template::text(text, &compiled));
        let keys = workflow.keys.iter().map(key).collect();
        let inner = Arc::new(Inner { workflow, number, nodes, keys, actions });
        Ok(Self { inner, calendar: Arc::new(Calendar::default()), has_secrets: false })
    }

    /// The same version, whose connectors mark values that nobody is to be shown.
    #[must_use]
    pub fn with_secrets(self, has_secrets: bool) -> Self {
        Self { has_secrets, ..self }
    }

    /// Something of its runs is hidden where people look at them: then what leaves the server by mail or a channel says
    /// nothing of what is in them.
    pub fn is_discreet(&self) -> bool {
        self.has_secrets || !self.inner.workflow.log.redact.is_empty()
    }

    /// The same version with the business hours of a workspace; the default is Monday to Friday, 09:00 to 17:00,
    /// UTC. Only planning asks it: what was decided stands in the log as an instant.
    #[must_use]
    pub fn with_calendar(&self, calendar: Arc<Calendar>) -> Self {
        Self { inner: Arc::clone(&self.inner), calendar, has_secrets: self.has_secrets }
    }

    /// When something is due that was begun at `from`.
    pub fn due_at(&self, due: &Due, from: Timestamp) -> Timestamp {
        due_at(due, from, &self.calendar)
    }

    /// The workflow as written.
    pub fn workflow(&self) -> &Workflow {
        &self.inner.workflow
    }

    /// Its number, from 1.
    pub fn number(&self) -> u32 {
        self.inner.number
    }

    /// Traits of an action.
    pub fn action(&self, action: &Operation) -> ActionTraits {
        let careful = ActionTraits { effect: Effect::WriteOnce, undo: Undo::Irreversible };
        self.inner.actions.get(action).copied().unwrap_or(careful)
    }

    /// The node with this id, wherever it stands.
    pub fn find(&self, id: &str) -> Option<&Node> {
        self.inner.nodes.get(id).map(|info| &info.node)
    }

    pub(crate) fn keys(&self) -> &BTreeMap<String, Template> {
        &self.inner.keys
    }

    pub(crate) fn info(&self, id: &str) -> Option<&NodeInfo> {
        self.inner.nodes.get(id)
    }

    /// Where a scope begins.
    pub(crate) fn entry(&self, scope: &ScopePath) -> Option<&str> {
        let nodes = match scope.owner() {
            None => &self.inner.workflow.nodes,
            Some((each, _)) => match &self.inner.nodes.get(each.node())?.node.kind {
                NodeKind::ForEach { body, .. } => body,
                NodeKind::Action { .. }
                | NodeKind::Set { .. }
                | NodeKind::Switch { .. }
                | NodeKind::Join { .. }
                | NodeKind::Wait(_)
                | NodeKind::Call { .. }
                | NodeKind::Code { .. }
                | NodeKind::Respond { .. }
                | NodeKind::Raise(_)
                | NodeKind::Ask(_)
                | NodeKind::End { .. } => return None,
            },
        };
        nodes.first().map(|node| node.id.as_str())
    }

    /// Is this node a for-each?
    pub(crate) fn is_each(&self, node: &str) -> bool {
        self.find(node).is_some_and(|node| matches!(node.kind, NodeKind::ForEach { .. }))
    }

    /// Does this node stand in this scope?
    pub(crate) fn stands_in(&self, node: &str, scope: &ScopePath) -> bool {
        let owner = scope.owner().map(|(each, _)| each.node().to_owned());
        self.info(node).is_some_and(|info| info.body_of == owner)
    }
}

/// Every node a node can lead to, whatever happens.
pub(crate) fn successors(node: &Node) -> Vec<&str> {
    let mut all: Vec<&str> = node.next.iter().chain(&node.on_exception).map(String::as_str).collect();
    match &node.kind {
        NodeKind::Switch { cases, .. } => all.extend(cases.iter().flat_map(|c| &c.next).map(String::as_str)),
        NodeKind::Wait(Wait::Event { on_timeout, .. }) => all.extend(on_timeout.as_deref()),
        NodeKind::Ask(ask) => all.extend(ask.on_expired.as_deref()),
        NodeKind::Wait(Wait::For { .. } | Wait::Until { .. } | Wait::Business { .. })
        | NodeKind::Action { .. }
        | NodeKind::Set { .. }
        | NodeKind::ForEach { .. }
        | NodeKind::Join { .. }
        | NodeKind::Call { .. }
        | NodeKind::Code { .. }
        | NodeKind::Respond { .. }
        | NodeKind::Raise(_)
        | NodeKind::End { .. } => {}
    }
    all
}

fn index(
    nodes: &[Node],
    body_of: Option<&str>,
    compiled: &Arc<Compiled>,
    all: &mut BTreeMap<String, NodeInfo>,
) -> Result<(), VersionError> {
    let edges: BTreeMap<&str, Vec<&str>> =
        nodes.iter().map(|node| (node.id.as_str(), successors(node))).collect();
    for node in nodes {
        if let Some(next) = edges[node.id.as_str()].iter().find(|next| !edges.contains_key(**next)) {
            return Err(VersionError::Edge { node: node.id.clone(), next: (*next).to_owned() });
        }
        let descendants = reach(&node.id, &edges);
        let mut info = compile(node, compiled);
        info.body_of = body_of.map(str::to_owned);
        info.descendants = descendants;
        if all.insert(node.id.clone(), info).is_some() {
            return Err(VersionError::Twice { node: node.id.clone() });
        }
    }
    for (from, to) in &edges {
        for next in to {
            all.entry((*next).to_owned()).and_modify(|info| {
                info.predecessors.insert((*from).to_owned());
            });
        }
        for below in all[*from].descendants.clone() {
            all.entry(below).and_modify(|info| {
                info.ancestors.insert((*from).to_owned());
            });
        }
    }
    for node in nodes {
        if let NodeKind::ForEach { body, .. } = &node.kind {
            index(body, Some(&node.id), compiled, all)?;
        }
    }
    Ok(())
}

fn reach(from: &str, edges: &BTreeMap<&str, Vec<&str>>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = edges[from].clone();
    while let Some(node) = open.pop() {
        if seen.insert(node.to_owned()) {
            open.extend(edges.get(node).into_iter().flatten());
        }
    }
    seen
}

fn compile(node: &Node, compiled: &Arc<Compiled>) -> NodeInfo {
    let value = |source: &Value| Template::value(source, compiled);
    let text = |source: &String| Template::text(source, compiled);
    let main = match &node.kind {
        NodeKind::Action { with: source, .. }
        | NodeKind::Call { with: source, .. }
        | NodeKind::Set { value: source }
        | NodeKind::Code { input: source, .. }
        | NodeKind::End { output: source, .. }
        | NodeKind::Respond { body: source, .. } => Some(value(source)),
        NodeKind::ForEach { items: source, .. }
        | NodeKind::Wait(Wait::Until { until: source } | Wait::Event { key: source, .. }) => {
            Some(text(source))
        }
        NodeKind::Raise(raise) => raise.sentence.as_ref().map(text),
        NodeKind::Ask(ask) => Some(text(&ask.question)),
        NodeKind::Wait(Wait::For { .. } | Wait::Business { .. })
        | NodeKind::Switch { .. }
        | NodeKind::Join { .. } => None,
    };
    let mut info = NodeInfo {
        node: node.clone(),
        body_of: None,
        predecessors: BTreeSet::new(),
        ancestors: BTreeSet::new(),
        descendants: BTreeSet::new(),
        main,
        cases: Vec::new(),
        money: None,
        status: None,
        headers: Vec::new(),
    };
    if let NodeKind::Switch { cases, .. } = &node.kind {
        let condition = |text: &String| Condition::new(text, compiled);
        info.cases = cases.iter().map(|case| case.when.as_ref().map(condition)).collect();
    }
    if let NodeKind::Raise(raise) = &node.kind {
        info.money = raise.money.as_ref().map(text);
    }
    if let NodeKind::Respond { status, headers, .. } = &node.kind {
        info.status = Some(value(status));
        info.headers = headers.iter().map(|(name, source)| (name.clone(), text(source))).collect();
    }
    info
}
