//! What makes two exceptions the same one.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::exception::fingerprint::{Business, Cause, Record, Technical, business, technical};
use crate::workflow::ReasonCode;

fn subject(id: &Value) -> Business<'_> {
    Business {
        workspace: "acme",
        workflow: "invoices",
        record_type: Some("job"),
        record: Record::Source { system: "projects", id },
        reason: ReasonCode::MissingRequired,
        field: None,
    }
}

#[test]
fn every_part_counts_and_none_stands_for_another() {
    let (id, other) = (json!("J-77"), json!("J-78"));
    let base = subject(&id);
    let variants = [
        base,
        Business { workspace: "other", ..base },
        Business { workflow: "other", ..base },
        Business { record_type: None, ..base },
        Business { record: Record::Source { system: "projects", id: &other }, ..base },
        Business { record: Record::Source { system: "crm", id: &id }, ..base },
        Business { record: Record::Entity("J-77"), ..base },
        Business { record: Record::Event("J-77"), ..base },
        Business { record: Record::Input("J-77"), ..base },
        Business { reason: ReasonCode::InvalidValue, ..base },
        Business { field: Some("signature"), ..base },
        Business { field: Some("job"), record_type: None, ..base },
    ];
    let hashes: BTreeSet<String> = variants.iter().map(business).collect();
    assert_eq!(hashes.len(), variants.len());
    assert!(hashes.iter().all(|hash| hash.len() == 64));
    // Keys in another order are the same keys.
    let (one, two) =
        (json!({ "job": 1, "site": "a" }), serde_json::from_str(r#"{"site":"a","job":1}"#).unwrap());
    assert_eq!(business(&subject(&one)), business(&subject(&two)));
}

#[test]
fn a_cause_is_the_connection_where_all_of_it_is_out() {
    let of = |connection, action, reason| {
        let cause = Cause::Connection { connection, connector: "books", action };
        technical(&Technical { workspace: "acme", cause, reason })
    };
    for reason in ReasonCode::ALL {
        let whole = matches!(reason, ReasonCode::AuthFailed | ReasonCode::RateLimited);
        let same = of("books", "create_invoice", reason) == of("books", "get_customer", reason);
        assert_eq!(same, whole, "{reason}");
        assert_ne!(of("books", "create_invoice", reason), of("crm", "create_invoice", reason));
        let cause = Cause::Workflow { workflow: "books", node: "create_invoice" };
        let workflow = technical(&Technical { workspace: "acme", cause, reason });
        assert_ne!(workflow, of("books", "create_invoice", reason));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn two_subjects_have_one_fingerprint_only_if_they_are_one(
        a in ("[a-c]{0,2}", "[a-c]{0,2}", prop::option::of("[a-c]{0,2}"), "[a-c]{0,2}", prop::option::of("[a-c]{0,2}")),
        b in ("[a-c]{0,2}", "[a-c]{0,2}", prop::option::of("[a-c]{0,2}"), "[a-c]{0,2}", prop::option::of("[a-c]{0,2}")),
    ) {
        let hash = |(workspace, workflow, record_type, record, field): &(String, String, Option<String>, String, Option<String>)| {
            business(&Business {
                workspace,
                workflow,
                record_type: record_type.as_deref(),
                record: Record::Entity(record),
                reason: ReasonCode::Drift,
                field: field.as_deref(),
            })
        };
        prop_assert_eq!(hash(&a) == hash(&b), a == b);
    }
}
