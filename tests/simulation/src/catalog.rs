//! The published workflows of a simulation: four fixed shapes, and one made up, all through the reader of workflow
//! texts.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Value, json};
use throughline_domain::connector::{Effect, Undo};
use throughline_domain::run::{ActionTraits, Version};
use throughline_domain::workflow::{CheckEnvironment, Operation, check};

use crate::dice::Dice;

/// Where a run may begin; `called` is only called.
const SHAPES: [(&str, &str); 5] = [
    ("linear", include_str!("../workflows/linear.yaml")),
    ("branches", include_str!("../workflows/branches.yaml")),
    ("items", include_str!("../workflows/items.yaml")),
    ("caller", include_str!("../workflows/caller.yaml")),
    ("called", include_str!("../workflows/called.yaml")),
];

/// What the manifest of an action says of settling it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Means {
    pub(crate) effect: Effect,
    pub(crate) reconcile: bool,
}

/// Milliseconds the systems' keys are good for, as their manifest says.
pub(crate) const KEY_LIFETIME_MS: u64 = 600_000;
/// Milliseconds between two looks.
pub(crate) const SETTLE_MS: u64 = 5_000;

const ACTIONS: [(&str, Means); 5] = [
    ("read", Means { effect: Effect::Read, reconcile: false }),
    ("keyed", Means { effect: Effect::WriteIdempotent, reconcile: false }),
    ("put", Means { effect: Effect::WriteIdempotent, reconcile: true }),
    ("once", Means { effect: Effect::WriteOnce, reconcile: false }),
    ("find", Means { effect: Effect::WriteOnce, reconcile: true }),
];

pub(crate) fn means(action: &Operation) -> Means {
    let found = ACTIONS.iter().find(|(name, _)| *name == action.name);
    found.map_or(Means { effect: Effect::WriteOnce, reconcile: false }, |(_, means)| *means)
}

#[derive(Debug)]
pub(crate) struct Catalog {
    versions: BTreeMap<String, Version>,
    /// Workflows that events start.
    pub(crate) starts: Vec<String>,
}

fn fixed() -> &'static BTreeMap<String, Version> {
    static FIXED: OnceLock<BTreeMap<String, Version>> = OnceLock::new();
    FIXED.get_or_init(|| SHAPES.iter().map(|(id, text)| ((*id).to_owned(), read(text))).collect())
}

/// # Panics
/// When the text has an error: then this crate is wrong, not the product.
fn read(text: &str) -> Version {
    let checked = check(text, &CheckEnvironment::default());
    let errors: Vec<String> = checked.errors().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    let Some(workflow) = checked.workflow else { unreachable!("a text without errors reads") };
    let traits = |(name, means): &(&str, Means)| {
        let operation = Operation { connector: "sys".into(), name: (*name).to_owned() };
        (operation, ActionTraits { effect: means.effect, undo: Undo::Irreversible })
    };
    match Version::new(workflow, 1, ACTIONS.iter().map(traits).collect()) {
        Ok(version) => version,
        Err(error) => unreachable!("{error}"),
    }
}

impl Catalog {
    pub(crate) fn new(dice: &mut Dice) -> Self {
        let mut versions = fixed().clone();
        let mut starts: Vec<String> = ["linear", "branches", "items", "caller"].map(str::to_owned).into();
        let shape = starts.swap_remove(dice.index(starts.len()));
        starts = vec![shape];
        if dice.one_in(2) {
            versions.insert("made".to_owned(), read(&made_up(dice).to_string()));
            starts.push("made".to_owned());
        }
        Self { versions, starts }
    }

    pub(crate) fn version(&self, workflow: &str) -> Option<&Version> {
        self.versions.get(workflow)
    }
}

/// A workflow of random nodes: a line, with a fan of branches and a for-each here and there.
fn made_up(dice: &mut Dice) -> Value {
    let mut nodes = Vec::new();
    let length = dice.between(2, 5);
    let mut count = 0;
    line(dice, &mut nodes, &mut count, length, None, true);
    json!({
        "workflow": "made", "owner": "team:ops", "source": "sys",
        "trigger": { "id": "start", "on": "throughline.manual" },
        "nodes": nodes,
        "exceptions": { "owner": "team:ops", "due": "4h" },
        "log": { "retention": "90d" }, "review": { "stage": "live" },
    })
}

/// Nodes in a line to `end`; gives the first one's id.
fn line(
    dice: &mut Dice,
    nodes: &mut Vec<Value>,
    count: &mut u32,
    length: i64,
    end: Option<&str>,
    outer: bool,
) -> String {
    let mut fresh = || {
        *count += 1;
        format!("n{count}")
    };
    let ids: Vec<String> = (0..length).map(|_| fresh()).collect();
    for (index, id) in ids.iter().enumerate() {
        let next = ids.get(index + 1).map(String::as_str).or(end);
        let last = next.is_none();
        match dice.below(12) {
            0 if outer && !last => fan(dice, nodes, count, id, next.unwrap_or_default()),
            1 if outer => items(dice, nodes, count, id, next),
            _ => nodes.push(simple(dice, id, next, outer)),
        }
    }
    ids[0].clone()
}

fn with_next(mut node: Value, next: Option<&str>) -> Value {
    if let Some(next) = next {
        node["next"] = json!(next);
    }
    node
}

fn simple(dice: &mut Dice, id: &str, next: Option<&str>, outer: bool) -> Value {
    let action = |name: &str| json!({ "id": id, "action": format!("sys.{name}"), "connection": "sys", "with": { "id": "{{ event.id }}" } });
    let node = match dice.below(13) {
        0 => action("read"),
        1 | 2 => action("keyed"),
        3 => action("put"),
        4 | 5 => action("once"),
        6 | 7 => action("find"),
        8 => json!({ "id": id, "set": { "n": "{{ event.n }}" } }),
        9 => json!({ "id": id, "wait": { "for": "5s" } }),
        10 => {
            json!({ "id": id, "wait": { "event": "order.paid", "key": "{{ event.id }}", "timeout": "40s" } })
        }
        11 if outer => json!({ "id": id, "call": "called", "with": { "id": "{{ event.id }}", "n": 3 } }),
        11 => json!({ "id": id, "set": "{{ event.missing }}" }),
        _ => {
            json!({ "id": id, "ask": { "question": "Go on?", "form": [ { "field": "go", "type": "yes_no" } ],
            "owner": "team:ops", "due": "4h" } })
        }
    };
    with_next(node, next)
}

/// Two branches that meet again.
fn fan(dice: &mut Dice, nodes: &mut Vec<Value>, count: &mut u32, id: &str, next: &str) {
    let join = format!("{id}j");
    let mut branches = Vec::new();
    let mut inside = Vec::new();
    for _ in 0..2 {
        let length = dice.between(1, 2);
        branches.push(line(dice, &mut inside, count, length, Some(&join), false));
    }
    nodes.push(json!({ "id": id, "set": {}, "next": branches }));
    nodes.append(&mut inside);
    let wanted = if dice.one_in(3) { json!("any") } else { json!("all") };
    nodes.push(json!({ "id": join, "join": wanted, "next": next }));
}

fn items(dice: &mut Dice, nodes: &mut Vec<Value>, count: &mut u32, id: &str, next: Option<&str>) {
    let mut body = Vec::new();
    let length = dice.between(1, 2);
    line(dice, &mut body, count, length, None, false);
    let parallel = dice.between(1, 3);
    let node = json!({ "id": id, "for_each": "{{ event.list }}", "do": body, "parallel": parallel });
    nodes.push(with_next(node, next));
}
