//! What a workflow uses of others.

use std::collections::BTreeSet;

use super::{Node, NodeKind, Operation, Workflow};

/// Connector id of the code step's shell.
pub const CODE_CONNECTOR: &str = "code";

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
            .filter_map(|node| match &node.kind {
                NodeKind::Action { action, .. } => Some(action.clone()),
                _other => None,
            })
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
