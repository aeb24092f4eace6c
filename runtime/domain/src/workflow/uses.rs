//! What a workflow uses of others.

use std::collections::BTreeSet;

use super::{Node, NodeKind, Operation, Workflow};

/// Connector id of the code step's shell.
pub const CODE_CONNECTOR: &str = "code";

impl Node {
    /// The action it calls and the connection it names; `None` for every kind but an action.
    pub fn called(&self) -> Option<(&Operation, Option<&str>)> {
        match &self.kind {
            NodeKind::Action { action, connection, .. } => Some((action, connection.as_deref())),
            NodeKind::Set { .. }
            | NodeKind::Switch { .. }
            | NodeKind::ForEach { .. }
            | NodeKind::Join { .. }
            | NodeKind::Wait(_)
            | NodeKind::Call { .. }
            | NodeKind::Code { .. }
            | NodeKind::Respond { .. }
            | NodeKind::Raise(_)
            | NodeKind::Ask(_)
            | NodeKind::End { .. } => None,
        }
    }

    /// The system behind it: the connection it names, else its connector; `None` for every kind but an action.
    pub fn system(&self) -> Option<&str> {
        self.called().map(|(action, connection)| connection.unwrap_or(&action.connector))
    }
}

impl Workflow {
    /// Every node, bodies of for-each included, in the order of the text.
    pub fn all_nodes(&self) -> Vec<&Node> {
        fn add<'w>(nodes: &'w [Node], all: &mut Vec<&'w Node>) {
            for node in nodes {
                all.push(node);
                if let NodeKind::ForEach { body, .. } = &node.kind {
                    add(body, all);
                }
            }
        }
        let mut all = Vec::new();
        add(&self.nodes, &mut all);
        all
    }

    /// The actions it calls.
    pub fn actions(&self) -> BTreeSet<Operation> {
        self.all_nodes()
            .into_iter()
            .filter_map(|node| node.called().map(|(action, _)| action.clone()))
            .collect()
    }

    /// The connectors its runs call, and its trigger's.
    pub fn connectors(&self) -> BTreeSet<String> {
        let mut connectors: BTreeSet<String> =
            self.actions().into_iter().map(|operation| operation.connector).collect();
        connectors.insert(self.trigger.on.connector.clone());
        if self.all_nodes().iter().any(|node| matches!(node.kind, NodeKind::Code { .. })) {
            connectors.insert(CODE_CONNECTOR.to_owned());
        }
        connectors
    }
}
