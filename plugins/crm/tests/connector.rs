//! The CRM connector against recorded answers.

use throughline::serde_json::json;
use throughline::testkit::{Kit, conformance};
use throughline::{FailKind, Landed};
use throughline_plugin_crm::connector;

fn kit() -> Kit {
    Kit::new(connector())
}

#[test]
fn conforms() {
    conformance(&connector()).assert();
}

#[test]
fn reads_customers() {
    let one = kit()
        .run("get_customer", &json!({ "id": "cus_0001" }), include_str!("cassettes/get_customer.json"))
        .unwrap();
    assert_eq!(one["email"], "office@northgatedental.example");
    let input = json!({ "email": "office@northgatedental.example" });
    let found = kit().run("find_customer", &input, include_str!("cassettes/find_customer.json")).unwrap();
    assert_eq!((&found["customer"]["id"], &found["count"]), (&json!("cus_0001"), &json!(1)));
    let found =
        kit().run("find_customer", &input, include_str!("cassettes/find_two_customers.json")).unwrap();
    assert_eq!((&found["customer"], &found["count"]), (&json!(null), &json!(2)));
}

#[test]
fn an_id_cannot_leave_its_place_in_the_path() {
    let fail = kit()
        .run("get_customer", &json!({ "id": "../me?a=1" }), include_str!("cassettes/odd_id.json"))
        .unwrap_err();
    assert_eq!(fail.kind(), &FailKind::NotFound);
}

#[test]
fn creates_a_customer_once() {
    let input = json!({ "name": "Ada Byron", "email": "ada@example.com" });
    let made = kit().run("create_customer", &input, include_str!("cassettes/create_customer.json")).unwrap();
    assert_eq!(made["external_id"], "key-1");
    let again =
        kit().run("create_customer", &input, include_str!("cassettes/create_customer_again.json")).unwrap();
    assert_eq!(again, made);
    let plan = kit().preview("create_customer", &input, include_str!("cassettes/same_email.json")).unwrap();
    assert_eq!(plan.changes()[0].note.as_deref(), Some("Ada Byron (cus_0006) has this address already"));
    let landed =
        kit().reconcile("create_customer", &input, include_str!("cassettes/find_by_key.json")).unwrap();
    assert!(matches!(landed, Landed::Applied(customer) if customer["id"] == "cus_0006"));
}

#[test]
fn changes_a_customer_that_did_not_move() {
    let input = json!({ "id": "cus_0001", "phone": "01632 960099" });
    let plan = kit().preview("update_customer", &input, include_str!("cassettes/get_customer.json")).unwrap();
    assert_eq!(plan.changes()[0].before, Some(json!({ "phone": "01632 960011" })));
    let version = json!("2026-03-01T08:00:00.000000Z");
    kit()
        .run_if("update_customer", &input, &version, include_str!("cassettes/update_customer.json"))
        .unwrap();
    let landed =
        kit().reconcile("update_customer", &input, include_str!("cassettes/get_customer.json")).unwrap();
    assert_eq!(landed, Landed::NotApplied);
}

#[test]
fn tells_changes() {
    let (events, cursor) = kit()
        .poll("customer_changed", &json!({}), None, include_str!("cassettes/list_customers.json"))
        .unwrap();
    assert!(events.is_empty());
    let (events, _) = kit()
        .poll("customer_changed", &json!({}), Some(&cursor), include_str!("cassettes/poll_changes.json"))
        .unwrap();
    assert_eq!(events[0].id, "cus_0001@2026-03-01T09:00:00.000000Z");
}

#[test]
fn reads_and_notices_deals() {
    let deal = kit()
        .run("get_deal", &json!({ "id": "deal_0002" }), include_str!("cassettes/get_deal.json"))
        .unwrap();
    assert_eq!((&deal["stage"], &deal["amount"]), (&json!("quoted"), &json!("8650.00")));
    let filter = json!({ "stage": "quoted" });
    let (events, _) =
        kit().poll("deal_changed", &filter, None, include_str!("cassettes/list_deals.json")).unwrap();
    assert!(events.is_empty(), "what was there before is no change");
}

#[test]
fn customers_are_records() {
    let listing = kit().list("customer", None, include_str!("cassettes/list_customers.json")).unwrap();
    assert_eq!(listing.items[0].version.as_deref(), Some("2026-03-01T08:00:00.000000Z"));
    assert_eq!((listing.cursor, listing.more), (json!({ "next": "dG9rZW4x" }), false));
    let one = kit().get("customer", "cus_0001", include_str!("cassettes/get_customer.json")).unwrap();
    assert_eq!(one.fields["name"], "Priya Nair");
    let fields = json!({ "name": "Ada Byron", "email": "ada@example.com" });
    let made =
        kit().upsert("customer", None, &fields, None, include_str!("cassettes/upsert_new.json")).unwrap();
    assert_eq!(made.id, "cus_0006");
    let fields = json!({ "name": "Ada Byron", "email": "ada@example.com" });
    let moved = kit().upsert(
        "customer",
        Some("cus_0001"),
        &fields,
        Some(&json!("old")),
        include_str!("cassettes/get_customer.json"),
    );
    assert_eq!(moved.unwrap_err().kind(), &FailKind::Conflict);
}

#[test]
fn tests_the_connection() {
    assert_eq!(kit().test(include_str!("cassettes/whoami.json")).unwrap().id(), "acct_crm_demo");
}
