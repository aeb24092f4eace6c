//! Sources that move.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;

fn seen(version: &str, price: &str) -> Seen {
    let values: BTreeMap<String, Value> =
        [("/price".to_owned(), json!(price)), ("/note".to_owned(), Value::Null)].into();
    Seen { exists: true, version: Some(json!(version)), values }
}

#[test]
fn a_record_that_moved_is_seen_however_its_system_says_so() {
    let by_version = write("k");
    assert_eq!(check(&by_version, &seen("v1", "10.00")), Ok(Held::Checked));
    let moved = check(&by_version, &seen("v2", "11.00")).unwrap_err();
    assert_eq!(moved.why, MovedWhy::Changed);
    assert_eq!(moved.fields, [("/price".to_owned(), Some(json!("10.00")), Some(json!("11.00")))]);
    // Touched, but nothing that was shown.
    assert_eq!(check(&by_version, &seen("v2", "10.00")).unwrap_err().fields, []);
    let gone = Seen { exists: false, version: None, values: BTreeMap::new() };
    assert_eq!(check(&by_version, &gone).unwrap_err().why, MovedWhy::Gone);
    let silent = Seen { version: None, ..seen("v1", "10.00") };
    assert_eq!(check(&by_version, &silent).unwrap_err().why, MovedWhy::NoVersion);
    let etag = PlannedWrite { precondition: Some(Precondition::Etag { value: json!("e1") }), ..write("k") };
    assert_eq!(check(&etag, &seen("e1", "x")), Ok(Held::Checked));

    let sha256 = before_hash(&write("k").fields);
    let by_hash = PlannedWrite { precondition: Some(Precondition::BeforeHash { sha256 }), ..write("k") };
    assert_eq!(check(&by_hash, &seen("whatever", "10.00")), Ok(Held::Checked));
    assert_eq!(check(&by_hash, &seen("whatever", "10.0")).unwrap_err().why, MovedWhy::Changed);
    let mut more = seen("whatever", "10.00");
    more.values.insert("/other".into(), json!(1));
    assert_eq!(check(&by_hash, &more), Ok(Held::Checked), "a field that is not written is not compared");

    let absent = PlannedWrite {
        kind: WriteKind::Create,
        record: Record::New { record_type: "invoice".into(), key: "order 5".into() },
        precondition: Some(Precondition::Absent),
        ..write("k")
    };
    assert_eq!(check(&absent, &gone), Ok(Held::Checked));
    assert_eq!(check(&absent, &seen("v1", "1")).unwrap_err().why, MovedWhy::Appeared);
    let nothing = PlannedWrite { precondition: None, ..write("k") };
    assert_eq!(check(&nothing, &gone), Ok(Held::Unchecked));
}

#[test]
fn our_own_write_does_not_make_our_next_one_stale() {
    let content = content(vec![write("k1"), write("k2"), write_to("INV-8", "k3")]);
    assert_eq!(content.precondition_to_send(0), Some(&json!("v1")));
    assert_eq!(content.precondition_to_send(1), None);
    assert_eq!(content.precondition_to_send(2), Some(&json!("v1")));
    assert_eq!(content.precondition_to_send(3), None);
}

#[test]
fn another_account_or_map_makes_it_stale_and_another_version_does_not() {
    let proposal = proposal(1, content(vec![write("k1")]));
    let then = &proposal.origin().basis;
    assert_eq!(compare_basis(proposal.content(), then, then), []);
    let now = Basis { map_version: Some(2), accounts: [("books".to_owned(), "acc-2".to_owned())].into() };
    assert_eq!(
        compare_basis(proposal.content(), then, &now),
        [StaleReason::MapChanged, StaleReason::AccountChanged { connection: "books".into() }]
    );
    let unused = Basis {
        accounts: [("books", "acc-1"), ("crm", "acc-9")].map(|(a, b)| (a.into(), b.into())).into(),
        ..then.clone()
    };
    assert_eq!(compare_basis(proposal.content(), then, &unused), [], "a connection it does not use");
    let moved = check(&write("k"), &seen("v2", "1")).unwrap_err();
    assert_eq!(
        StaleReason::moved(0, &moved).words(),
        "the record of operation 1 was changed since this was proposed"
    );
}

#[test]
fn both_differences_are_shown() {
    let old = content(vec![write("k1")]);
    let (before, after) =
        (json!({ "price": "11.00", "note": null }), json!({ "price": "13.00", "note": "late" }));
    let fields = changes_between(Some(&before), Some(&after));
    let precondition = Some(Precondition::Version { value: json!("v2") });
    let new = content(vec![PlannedWrite { fields, precondition, ..write("k1") }]);
    let BothDifferences { source, planned } = BothDifferences::between(&old, &new);
    assert_eq!(
        source,
        [FieldMoved {
            operation: 0,
            field: "/price".into(),
            then: Some(json!("10.00")),
            now: Some(json!("11.00")),
        }]
    );
    let words: Vec<String> = planned.iter().map(Change::words).collect();
    assert_eq!(words, ["operation 1, field price, after: \"12.00\" became \"13.00\""]);
}
