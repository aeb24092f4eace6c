//! Random valid workflows of all node kinds.

use serde_json::{Value, json};

use super::{action, node};
use crate::workflow::{
    Ask, Case, Due, JoinRule, Node, NodeKind, Quorum, Raise, ReasonCode, RetryPolicy, Wait, Weight,
};

/// A small generator: the same numbers for the same seed.
#[derive(Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    pub(super) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }
}

/// Nodes `prefix0…`, edges forward only, so every text is one that validation lets pass.
pub(super) fn nodes(dice: &mut Dice, prefix: &str, depth: u32) -> Vec<Node> {
    let count = 1 + dice.below(if depth == 0 { 7 } else { 3 });
    let ids: Vec<String> = (0..count).map(|i| format!("{prefix}{i}")).collect();
    (0..ids.len()).map(|i| one(dice, &ids, i, depth)).collect()
}

fn targets(dice: &mut Dice, later: &[String], most: u64) -> Vec<String> {
    let mut all = Vec::new();
    if later.is_empty() {
        return all;
    }
    for _ in 0..dice.below(most + 1).max(u64::from(!dice.one_in(4))) {
        let next = if dice.one_in(2) { &later[0] } else { dice.pick(later) };
        if !all.contains(next) {
            all.push(next.clone());
        }
    }
    all
}

fn one(dice: &mut Dice, ids: &[String], i: usize, depth: u32) -> Node {
    let later = &ids[i + 1..];
    let kind = kind(dice, ids, i, depth);
    let mut made = node(&ids[i], kind, &[]);
    made.next = targets(dice, later, 2);
    if matches!(made.kind, NodeKind::End { .. }) {
        made.next.clear();
    }
    if dice.one_in(3) && !later.is_empty() {
        made.on_exception = Some(dice.pick(later).clone());
    }
    if dice.one_in(2) {
        made.retry =
            Some(RetryPolicy { attempts: 1 + u32::try_from(dice.below(3)).unwrap(), over_ms: 60_000 });
    }
    made
}

fn template(dice: &mut Dice, ids: &[String], i: usize) -> Value {
    match dice.below(6) {
        0 => json!("{{ event.n }}"),
        1 => json!({ "a": "{{ event.n + 1 }}", "b": [1, "{{ vars.limit }}"] }),
        2 if i > 0 => json!(format!("{{{{ steps.{} }}}}", dice.pick(&ids[..i]))),
        3 if i > 0 => json!(format!("{{{{ steps.{} is defined }}}}", dice.pick(&ids[..i]))),
        4 if dice.one_in(3) => json!("{{ event.missing }}"),
        _ => json!(i),
    }
}

fn kind(dice: &mut Dice, ids: &[String], i: usize, depth: u32) -> NodeKind {
    let later = &ids[i + 1..];
    match dice.below(22) {
        0..=2 => action("read"),
        3..=4 => action("keyed"),
        5..=7 => action("once"),
        8 => NodeKind::Set { value: template(dice, ids, i) },
        9 => {
            let case = |dice: &mut Dice, when: Option<&str>| Case {
                when: when.map(str::to_owned),
                next: targets(dice, later, 2),
            };
            let first = case(dice, Some("{{ event.n > 3 }}"));
            let second = case(dice, Some("{{ event.n is odd }}"));
            let mut cases = vec![first, second];
            if dice.one_in(2) {
                cases.push(case(dice, None));
            }
            NodeKind::Switch { cases, all: dice.one_in(2) }
        }
        10..=12 if depth < 2 => for_each(dice, &ids[i], depth),
        10..=13 => NodeKind::Join {
            wait_for: *dice.pick(&[JoinRule::All, JoinRule::All, JoinRule::Any, JoinRule::Count(2)]),
        },
        14 | 20 => NodeKind::Wait(match dice.below(7) {
            0 => Wait::For { ms: dice.below(100_000) },
            1 => Wait::Until { until: "2026-03-01T08:00:00Z".into() },
            2 => Wait::Business { due: Due::BusinessTime { days: 1, minutes: 30 } },
            _ => Wait::Event {
                event_type: "paid".into(),
                key: "{{ event.n }}".into(),
                timeout_ms: 50_000,
                on_timeout: targets(dice, later, 1).pop(),
            },
        }),
        15 => NodeKind::Call { workflow: "other".into(), with: template(dice, ids, i) },
        16 => NodeKind::Code { code: "return input".into(), input: template(dice, ids, i) },
        17 => NodeKind::Respond {
            status: json!(201),
            headers: [("x-n".to_owned(), "{{ event.n }}".to_owned())].into(),
            body: template(dice, ids, i),
        },
        18 => NodeKind::Raise(Raise {
            reason: ReasonCode::MissingRequired,
            sentence: (!dice.one_in(3)).then(|| "Order {{ event.n }} lacks what it needs".to_owned()),
            money: dice.one_in(2).then(|| "{{ event.n }}.50".to_owned()),
            updates_after: Vec::new(),
            retry_from: (i > 0 && dice.one_in(2)).then(|| dice.pick(&ids[..i]).clone()),
            weight: Weight::default(),
        }),
        19 => NodeKind::Ask(Ask {
            question: "Is {{ event.n }} right?".into(),
            form: json!({ "type": "object" }),
            on_expired: targets(dice, later, 1).pop(),
        }),
        _ => NodeKind::End { failed: dice.one_in(4), output: template(dice, ids, i) },
    }
}

fn for_each(dice: &mut Dice, id: &str, depth: u32) -> NodeKind {
    NodeKind::ForEach {
        items: ["{{ event.list }}", "{{ [] }}", "{{ range(7) | list }}"]
            [usize::try_from(dice.below(3)).unwrap()]
        .to_owned(),
        body: nodes(dice, &format!("{id}_"), depth + 1),
        parallel: 1 + u32::try_from(dice.below(3)).unwrap(),
        quorum: *dice.pick(&[None, Some(Quorum::All), Some(Quorum::Count(1)), Some(Quorum::Percent(50.0))]),
    }
}
