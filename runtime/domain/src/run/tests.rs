//! The planner and the fold against random workflows and a driver that answers, fails, crashes, cancels and
//! resolves at random.

mod cases;
mod doubt;
mod drive;
mod each;
mod generate;
mod graph;
mod outside;
mod past;
mod props;
mod stored;
mod suspend;

use serde_json::{Map, Value, json};

use crate::connector::{Effect, Undo};
use crate::run::version::{ActionTraits, Version};
use crate::workflow::{
    Due, ExceptionPolicy, LogPolicy, Node, NodeKind, Operation, Owner, Review, Stage, Trigger, Workflow,
};

/// `crm.read`, `crm.keyed`, `crm.once`: one action of each class.
fn action(name: &str) -> NodeKind {
    let action = Operation { connector: "crm".into(), name: name.into() };
    NodeKind::Action { action, connection: Some("crm".into()), with: json!({ "n": "{{ event.n }}" }) }
}

fn node(id: &str, kind: NodeKind, next: &[&str]) -> Node {
    Node {
        id: id.into(),
        title: None,
        kind,
        next: next.iter().map(|next| (*next).to_owned()).collect(),
        on_exception: None,
        retry: None,
        timeout_ms: None,
        owner: None,
        due: None,
    }
}

fn set(id: &str, value: Value, next: &[&str]) -> Node {
    node(id, NodeKind::Set { value }, next)
}

fn workflow(nodes: Vec<Node>) -> Workflow {
    Workflow {
        id: "orders".into(),
        title: None,
        description: None,
        owner: Owner("team:ops".into()),
        source: "crm".into(),
        trigger: Trigger {
            id: "start".into(),
            on: Operation { connector: "throughline".into(), name: "manual".into() },
            connection: None,
            dedupe: None,
            with: Map::new(),
        },
        keys: [("order".to_owned(), "{{ event.n }}".to_owned())].into(),
        vars: Map::new(),
        input: None,
        output: None,
        nodes,
        exceptions: ExceptionPolicy {
            owner: Owner("team:ops".into()),
            backup: Some(Owner("person:office".into())),
            due: Due::After { ms: 3_600_000 },
        },
        log: LogPolicy { retention_days: 30, redact: Vec::new() },
        review: Review {
            stage: Stage::Live,
            tolerated_error: 0.01,
            until: "graduated".into(),
            bands: std::collections::BTreeMap::new(),
        },
        approvals: None,
        notes: None,
        layout: None,
    }
}

fn version(nodes: Vec<Node>) -> Version {
    let traits = |effect| ActionTraits { effect, undo: Undo::Irreversible };
    let operation = |name: &str| Operation { connector: "crm".into(), name: name.into() };
    let actions = [
        (operation("read"), traits(Effect::Read)),
        (operation("keyed"), traits(Effect::WriteIdempotent)),
        (operation("once"), traits(Effect::WriteOnce)),
    ];
    Version::new(workflow(nodes), 1, actions.into()).unwrap()
}
