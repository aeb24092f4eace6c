//! The hash of a content, and the difference of two.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z~/é ]{0,4}".prop_map(Value::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        leaf(),
        vec(leaf(), 0..3).prop_map(Value::from),
        btree_map("[a-c/~]{1,2}", leaf(), 0..3).prop_map(|fields| json!(fields)),
        leaf().prop_map(|inner| json!([{ "a": { "b": inner } }])),
    ]
}

fn field() -> impl Strategy<Value = FieldChange> {
    let verdict =
        prop_oneof![Just(None), Just(Some(TruthVerdict::AllowOwner)), Just(Some(TruthVerdict::Hold))];
    (prop::option::of(value()), prop::option::of(value()), verdict)
        .prop_map(|(before, after, verdict)| FieldChange { before, after, verdict })
}

fn one_write() -> impl Strategy<Value = PlannedWrite> {
    (btree_map("/[a-c]{1,2}", field(), 0..4), value(), "[a-c]{1}", any::<bool>()).prop_map(
        |(fields, input, record, complete)| PlannedWrite {
            input,
            fields,
            complete,
            ..write_to(&record, "k")
        },
    )
}

pub(super) fn any_content() -> impl Strategy<Value = Content> {
    (vec(one_write(), 1..4), "[a-z ]{1,8}x", prop::option::of(-9_999i64..9_999), 1i64..99).prop_map(
        |(mut operations, summary, cents, hours)| {
            for (index, write) in operations.iter_mut().enumerate() {
                write.idempotency_key = format!("k{index}");
            }
            let money = cents
                .map(|cents| Money { amount: rust_decimal::Decimal::new(cents, 2), currency: "EUR".into() });
            Content { operations, summary, money, expires_at: at(hours) }
        },
    )
}

/// The same JSON, its keys in another order.
fn turned(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(turned).collect(),
        Value::Object(fields) => {
            let turned = fields.iter().rev().map(|(name, field)| (name.clone(), turned(field)));
            Value::Object(turned.collect::<Map<_, _>>())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

type Mutation = fn(&mut Content);

/// Every part of a content, changed.
const MUTATIONS: [(&str, Mutation); 21] = [
    ("summary", |c| c.summary.push('!')),
    ("money", |c| {
        c.money = match &c.money {
            None => Money::parse("1", "EUR"),
            Some(_) => None,
        };
    }),
    ("currency", |c| c.money = Money::parse("7.77", "SEK")),
    ("expiry", |c| c.expires_at = Timestamp(c.expires_at.0 + 1)),
    ("operations", |c| c.operations.push(write("another"))),
    ("system", |c| c.operations[0].system.push('2')),
    ("record", |c| c.operations[0].record = write_to("other", "k").record),
    ("record type", |c| {
        c.operations[0].record = Record::Existing { record_type: "order".into(), id: "INV-7".into() };
    }),
    ("new record", |c| {
        c.operations[0].record = Record::New { record_type: "invoice".into(), key: "INV-7".into() };
    }),
    ("kind", |c| c.operations[0].kind = WriteKind::Delete),
    ("action", |c| c.operations[0].action = Operation::parse("accounting.void_invoice").unwrap()),
    ("connection", |c| c.operations[0].connection = None),
    ("input", |c| c.operations[0].input = json!({ "of": c.operations[0].input })),
    ("another field", |c| {
        c.operations[0].fields.insert("/zz".into(), FieldChange::default());
    }),
    ("null before", |c| {
        let field = FieldChange { before: Some(Value::Null), ..FieldChange::default() };
        c.operations[0].fields.insert("/zz".into(), field);
    }),
    ("null after", |c| {
        let field = FieldChange { after: Some(Value::Null), ..FieldChange::default() };
        c.operations[0].fields.insert("/zz".into(), field);
    }),
    ("verdict", |c| {
        let field = FieldChange { verdict: Some(TruthVerdict::NeedsForce), ..FieldChange::default() };
        c.operations[0].fields.insert("/zz".into(), field);
    }),
    ("precondition", |c| c.operations[0].precondition = Some(Precondition::Etag { value: json!("v1") })),
    ("key", |c| c.operations[0].idempotency_key.push('x')),
    ("undo", |c| c.operations[0].undo = Undo::Irreversible),
    ("compensation", |c| {
        c.operations[0].compensation = Some(Compensation::Hand { words: "call them".into() });
    }),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// The order of fields is nobody's business; bytes come back as they were.
    #[test]
    fn the_same_content_has_the_same_hash(content in any_content()) {
        let json: Value = serde_json::from_slice(&content.to_bytes()).unwrap();
        let again: Content = serde_json::from_value(turned(&json)).unwrap();
        prop_assert_eq!(again.hash(), content.hash());
        prop_assert_eq!(&Content::from_bytes(&content.to_bytes(), &content.hash()).unwrap(), &content);
        prop_assert!(Difference::between(&again, &content).is_empty());
    }

    /// Every part is in the hash, and every change is in the difference.
    #[test]
    fn every_change_changes_the_hash(content in any_content()) {
        let mut hashes = std::collections::BTreeMap::from([(content.hash(), "the content itself")]);
        for (what, mutate) in MUTATIONS {
            let mut other = content.clone();
            mutate(&mut other);
            let before = hashes.insert(other.hash(), what);
            prop_assert!(before.is_none(), "{} is the same as {:?}", what, before);
            prop_assert!(!Difference::between(&content, &other).is_empty(), "{}", what);
        }
    }

    /// The difference is empty exactly where the hashes are equal, whichever way one looks.
    #[test]
    fn no_difference_is_the_same_hash(one in any_content(), two in any_content(), cut in 0usize..3) {
        let mut near = one.clone();
        near.operations.truncate(cut.max(1));
        for other in [&two, &near] {
            let same = one.hash() == other.hash();
            prop_assert_eq!(Difference::between(&one, other).is_empty(), same);
            prop_assert_eq!(Difference::between(other, &one).is_empty(), same);
        }
    }
}

#[test]
fn stored_bytes_that_are_not_those_of_the_hash_are_refused() {
    let proposal = proposal(1, content(vec![write("k1")]));
    let stored = proposal.to_stored();
    assert_eq!(Proposal::from_stored(stored.clone()), Ok(proposal));
    let text = String::from_utf8(stored.content.clone()).unwrap().replace("12.00", "99.00");
    let forged = StoredProposal { content: text.into_bytes(), ..stored };
    let problem = Proposal::from_stored(forged).unwrap_err();
    assert_eq!((problem.code(), problem), ("TL0896", ContentProblem::OtherBytes));
}

#[test]
fn a_difference_reads_as_a_list() {
    let old = content(vec![write("k1")]);
    let mut new = old.clone();
    new.money = Money::parse("2.00", "EUR");
    new.operations[0].fields.get_mut("/price").unwrap().after = Some(json!("11.00"));
    new.operations[0].input["price"] = json!("11.00");
    let difference = Difference::between(&old, &new);
    let words: Vec<String> = difference.changes.iter().map(Change::words).collect();
    assert_eq!(
        words,
        [
            "money.amount: nothing became \"2.00\"",
            "money.currency: nothing became \"EUR\"",
            "operation 1, field price, after: \"12.00\" became \"11.00\"",
            "operation 1, input.price: \"12.00\" became \"11.00\"",
        ]
    );
    assert_eq!(difference.fields(), [(0, "/price".to_owned())].into());
}
