//! Any valid workflow, for property tests.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z ]{1,20}",
        1 => "[^{]{0,24}",
        1 => Just("two\nlines\n".to_owned()),
        1 => Just("- # : null\n".to_owned()),
        1 => Just("007".to_owned()),
        1 => Just("yes".to_owned()),
        1 => Just("{{ event.name | default('x: y') }}".to_owned()),
    ]
}

/// JSON of no great depth; nothing in it opens a tag by accident.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            object(inner).prop_map(Value::Object),
        ]
    })
}

fn object(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let key = prop_oneof![5 => "[a-z]{1,6}", 1 => "[^{]{0,8}", 1 => Just("on".to_owned()), 1 => Just("<".to_owned())];
    prop::collection::btree_map(key, inner, 0..4).prop_map(|map| map.into_iter().collect())
}

fn owner() -> impl Strategy<Value = Owner> {
    "(team|person|role):[a-z_]{1,8}".prop_map(Owner)
}

fn due() -> impl Strategy<Value = Due> {
    prop_oneof![
        (1u64..10_000_000).prop_map(|ms| Due::After { ms }),
        (0u32..9, 0u32..900).prop_map(|(days, minutes)| Due::BusinessTime { days, minutes }),
        (0u8..24, 0u8..60).prop_map(|(hour, minute)| Due::NextBusinessDay { hour, minute }),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    ("[a-z]{1,6}", "[a-z_]{0,6}x")
        .prop_map(|(connector, name)| Operation { connector, name: format!("a{name}") })
}

fn wait() -> impl Strategy<Value = Wait> {
    prop_oneof![
        (1u64..1_000_000_000).prop_map(|ms| Wait::For { ms }),
        Just(Wait::Until { until: "{{ now }}".to_owned() }),
        (1u32..9).prop_map(|days| Wait::Business { due: Due::BusinessTime { days, minutes: 30 } }),
        (1u64..1_000_000_000).prop_map(|timeout_ms| Wait::Event {
            event_type: "order.paid".to_owned(),
            key: "{{ event.id }}".to_owned(),
            timeout_ms,
            on_timeout: None,
        }),
    ]
}

fn raise() -> impl Strategy<Value = Raise> {
    (0..ReasonCode::ALL.len(), any::<bool>(), any::<bool>()).prop_map(|(reason, hand, said)| Raise {
        reason: ReasonCode::ALL[reason],
        sentence: said.then(|| "The order cannot go on: \"{{ event.id }}\"".to_owned()),
        money: hand.then(|| "{{ event.amount }}".to_owned()),
        updates_after: vec![UpdateAfter {
            system: "crm".to_owned(),
            record: hand.then(|| "deal".to_owned()),
            fields: if hand { vec!["stage".to_owned()] } else { Vec::new() },
            by: if hand { UpdateBy::Hand } else { UpdateBy::Automatic },
        }],
        retry_from: None,
        weight: Weight {
            severity: hand.then_some(crate::exception::Severity::High),
            customer_visible: said,
            tags: if said { vec!["delivery".to_owned()] } else { Vec::new() },
        },
    })
}

/// Kinds that name no other node.
fn leaf_kind() -> impl Strategy<Value = NodeKind> {
    prop_oneof![
        (operation(), prop::option::of("[a-z]{1,6}"), object(value())).prop_map(
            |(action, connection, with)| NodeKind::Action { action, connection, with: Value::Object(with) }
        ),
        value().prop_map(|value| NodeKind::Set { value }),
        wait().prop_map(NodeKind::Wait),
        object(value())
            .prop_map(|with| NodeKind::Call { workflow: "other".to_owned(), with: Value::Object(with) }),
        (text().prop_filter("some", |text| !text.is_empty()), value())
            .prop_map(|(code, input)| NodeKind::Code { code, input }),
        raise().prop_map(NodeKind::Raise),
        text().prop_map(|question| NodeKind::Ask(Ask {
            question,
            form: json!({ "type": "object" }),
            on_expired: None
        })),
        (any::<bool>(), value()).prop_map(|(failed, output)| NodeKind::End { failed, output }),
    ]
}

fn node(
    kind: NodeKind,
    title: Option<String>,
    owner: Option<Owner>,
    due: Option<Due>,
    tries: Option<u32>,
) -> Node {
    let attempted = matches!(kind, NodeKind::Action { .. } | NodeKind::Code { .. });
    Node {
        id: String::new(),
        title,
        kind,
        next: Vec::new(),
        on_exception: None,
        retry: tries.filter(|_| attempted).map(|attempts| RetryPolicy { attempts, over_ms: 60_000 }),
        timeout_ms: tries.filter(|_| attempted).map(u64::from),
        owner,
        due,
    }
}

fn leaf() -> impl Strategy<Value = Node> {
    (
        leaf_kind(),
        prop::option::of(text()),
        prop::option::of(owner()),
        prop::option::of(due()),
        prop::option::of(1u32..20),
    )
        .prop_map(|(kind, title, owner, due, tries)| node(kind, title, owner, due, tries))
}

fn quorum() -> impl Strategy<Value = Option<Quorum>> {
    prop_oneof![
        Just(None),
        Just(Some(Quorum::All)),
        (0u32..50).prop_map(|count| Some(Quorum::Count(count))),
        (0u32..=1000).prop_map(|share| Some(Quorum::Percent(f64::from(share) / 10.0))),
    ]
}

/// A node or a for-each, and whether a switch leads on from it.
fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let each =
        (prop::collection::vec(leaf(), 1..3), 1u32..100, quorum()).prop_map(|(body, parallel, quorum)| {
            node(
                NodeKind::ForEach { items: "{{ event.items }}".to_owned(), body, parallel, quorum },
                None,
                None,
                None,
                None,
            )
        });
    let switch = any::<bool>()
        .prop_map(|all| node(NodeKind::Switch { cases: Vec::new(), all }, None, None, None, None));
    prop::collection::vec(prop_oneof![4 => leaf(), 1 => each, 1 => switch], 1..6)
}

/// Gives the nodes ids and edges that go forward.
fn connect(nodes: &mut [Node], prefix: &str) {
    for (index, node) in nodes.iter_mut().enumerate() {
        node.id = format!("{prefix}{index}");
        if let NodeKind::ForEach { body, .. } = &mut node.kind {
            connect(body, &format!("{prefix}{index}_"));
        }
    }
    let ids: Vec<String> = nodes.iter().map(|node| node.id.clone()).collect();
    for (index, node) in nodes.iter_mut().enumerate() {
        let Some(next) = ids.get(index + 1).cloned() else { break };
        match &mut node.kind {
            NodeKind::End { .. } => node.on_exception = Some(next),
            NodeKind::Switch { cases, .. } => {
                cases.push(Case { when: Some("{{ event.a == 'b' }}".to_owned()), next: vec![next] });
                cases.push(Case { when: None, next: Vec::new() });
            }
            _ => node.next = vec![next],
        }
    }
    if let Some(Node { kind: NodeKind::Switch { cases, .. }, .. }) = nodes.last_mut() {
        cases.push(Case { when: None, next: Vec::new() });
    }
}

fn until() -> impl Strategy<Value = String> {
    prop_oneof![Just(UNTIL_GRADUATED.to_owned()), Just("2027-01-31".to_owned())]
}

pub(super) fn workflow() -> impl Strategy<Value = Workflow> {
    let head = ("[a-z][a-z0-9-]{0,12}", prop::option::of(text()), prop::option::of(text()), owner(), text());
    let trigger = (operation(), prop::option::of("[a-z]{1,6}"), any::<bool>(), object(value()));
    let rest = (owner(), prop::option::of(owner()), due(), 1u32..4_000, 5u32..=100, until());
    (
        head,
        trigger,
        rest,
        nodes(),
        object(value()),
        prop::option::of(value().prop_filter("some", |v| !v.is_null())),
    )
        .prop_map(
            |(
                (id, title, description, owner, source),
                (on, connection, dedupe, with),
                rest,
                mut nodes,
                vars,
                notes,
            )| {
                connect(&mut nodes, "n");
                let (exceptions_owner, backup, due, retention_days, error, until) = rest;
                let dedupe = dedupe.then(|| "{{ event.id }}".to_owned());
                let with = if on.connector == "schedule" { Map::new() } else { with };
                Workflow {
                    id,
                    title,
                    description,
                    owner,
                    source,
                    trigger: Trigger { id: "start".to_owned(), on, connection, dedupe, with },
                    keys: BTreeMap::from([("order".to_owned(), "{{ event.order }}".to_owned())]),
                    vars,
                    input: Some(json!({ "type": "object", "properties": { "a": { "type": "string" } } })),
                    output: None,
                    nodes,
                    exceptions: ExceptionPolicy { owner: exceptions_owner, backup, due },
                    log: LogPolicy { retention_days, redact: vec!["event.card".to_owned()] },
                    review: Review {
                        stage: Stage::Shadow,
                        tolerated_error: f64::from(error) / 1000.0,
                        until,
                        bands: BTreeMap::from([("large".to_owned(), "amount > 5".to_owned())]),
                    },
                    approvals: Some(approvals()),
                    notes,
                    layout: None,
                }
            },
        )
}

/// A policy with everything in it.
fn approvals() -> crate::approval::Policy {
    use crate::approval::{
        Assurance, CodeAlone, EscalationStep, OnSilence, Policy, Quorum, Rejection, Rule, SilencePolicy,
    };
    let owner = |text: &str| Owner(text.to_owned());
    let rule = |name: &str, when: Option<&str>, who: &[&str], quorum| Rule {
        name: name.to_owned(),
        when: when.map(str::to_owned),
        who: who.iter().map(|who| owner(who)).collect(),
        quorum,
    };
    Policy {
        name: "office and finance".to_owned(),
        rules: vec![
            rule("office", None, &["team:office"], Quorum::Any),
            rule("all", None, &["role:lead", "person:anna"], Quorum::All),
            rule("finance", Some("{{ amount > 5000 }}"), &["team:finance"], Quorum::Count(2)),
            rule("half", Some("{{ amount > 9000 }}"), &["team:board"], Quorum::Percent(50)),
        ],
        rejection: Rejection::WhenUnreachable,
        silence: SilencePolicy {
            expires: Due::BusinessTime { days: 3, minutes: 0 },
            remind: vec![Due::After { ms: 3_600_000 }],
            on_silence: OnSilence::Escalate(vec![EscalationStep {
                after: Due::BusinessTime { days: 1, minutes: 0 },
                to: vec![owner("person:boss")],
            }]),
        },
        code_alone: vec![CodeAlone {
            person: owner("person:anna"),
            ceiling: crate::proposal::Money::parse("500.00", "EUR").unwrap(),
            irreversible: true,
        }],
        at_least: Assurance::Session,
    }
}
