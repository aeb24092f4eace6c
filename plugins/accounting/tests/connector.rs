//! The accounting connector against recorded answers.

use throughline::serde_json::{Value, json};
use throughline::testkit::{Kit, conformance};
use throughline::{FailKind, Landed};
use throughline_plugin_accounting::connector;

fn kit() -> Kit {
    Kit::new(connector())
}

fn invoice() -> Value {
    json!({
        "customer": "cus_0001",
        "lines": [{ "description": "Boiler service", "quantity": "2", "unit_price": "95.00" }],
        "reference": "J-1001",
    })
}

fn payment() -> Value {
    json!({ "invoice": "inv_0001", "amount": "190.00" })
}

#[test]
fn conforms() {
    conformance(&connector()).assert();
}

#[test]
fn creates_an_invoice() {
    let made =
        kit().run("create_invoice", &invoice(), include_str!("cassettes/create_invoice.json")).unwrap();
    assert_eq!((&made["number"], &made["total"]), (&json!("INV-0001"), &json!("190.00")));
}

#[test]
fn names_the_field_that_was_refused() {
    let fail = kit()
        .run("create_invoice", &invoice(), include_str!("cassettes/create_invoice_refused.json"))
        .unwrap_err();
    let FailKind::InvalidInput(issues) = fail.kind() else { panic!("{fail:?}") };
    assert_eq!(
        (issues[0].path.as_str(), issues[0].message.as_str()),
        ("/lines/0/quantity", "must be above zero")
    );
}

#[test]
fn an_invoice_can_be_sent_again_a_payment_cannot() {
    let fail = kit()
        .run("create_invoice", &invoice(), include_str!("cassettes/create_invoice_gateway.json"))
        .unwrap_err();
    assert!(matches!(fail.kind(), FailKind::Transient(_)), "{fail:?}");
    let fail = kit()
        .run("record_payment", &payment(), include_str!("cassettes/record_payment_gateway.json"))
        .unwrap_err();
    assert_eq!(fail.kind(), &FailKind::OutcomeUnknown);
}

#[test]
fn previews_the_total_and_a_double() {
    let plan =
        kit().preview("create_invoice", &invoice(), include_str!("cassettes/no_reference.json")).unwrap();
    assert_eq!(plan.text(), "Create a draft invoice of 190.00 GBP for cus_0001");
    let after = plan.changes()[0].after.as_ref().unwrap();
    assert_eq!((&after["total"], &after["currency"]), (&json!("190.00"), &json!("GBP")));
    let plan =
        kit().preview("create_invoice", &invoice(), include_str!("cassettes/same_reference.json")).unwrap();
    assert_eq!(plan.changes()[0].note.as_deref(), Some("INV-0009 has the reference J-1001 already"));
}

#[test]
fn finds_out_whether_a_write_landed() {
    let landed =
        kit().reconcile("create_invoice", &invoice(), include_str!("cassettes/find_by_key.json")).unwrap();
    assert!(matches!(landed, Landed::Applied(invoice) if invoice["id"] == "inv_0001"));
    let landed = kit()
        .reconcile("create_invoice", &invoice(), include_str!("cassettes/find_none_by_key.json"))
        .unwrap();
    assert_eq!(landed, Landed::NotApplied);
    let landed =
        kit().reconcile("record_payment", &payment(), include_str!("cassettes/find_payment.json")).unwrap();
    assert!(matches!(landed, Landed::Applied(payment) if payment["id"] == "pay_0001"));
    let landed = kit()
        .reconcile("record_payment", &payment(), include_str!("cassettes/find_two_payments.json"))
        .unwrap();
    assert_eq!(landed, Landed::Unknown);
}

#[test]
fn posts_a_draft_that_did_not_move() {
    let input = json!({ "id": "inv_0001" });
    let plan = kit().preview("post_invoice", &input, include_str!("cassettes/get_invoice.json")).unwrap();
    assert_eq!(plan.text(), "Post invoice INV-0001 of 190.00 GBP");
    let version = json!("2026-03-01T09:00:00.000000Z");
    kit().run_if("post_invoice", &input, &version, include_str!("cassettes/post_invoice.json")).unwrap();
    let moved = kit().run_if(
        "post_invoice",
        &input,
        &json!("2026-03-01T08:00:00Z"),
        include_str!("cassettes/get_invoice.json"),
    );
    assert_eq!(moved.unwrap_err().kind(), &FailKind::Conflict);
    let landed =
        kit().reconcile("post_invoice", &input, include_str!("cassettes/posted_invoice.json")).unwrap();
    assert!(matches!(landed, Landed::Applied(_)));
}

#[test]
fn records_a_payment_under_its_key() {
    let made =
        kit().run("record_payment", &payment(), include_str!("cassettes/record_payment.json")).unwrap();
    assert_eq!(made["marker"], "key-1");
    let too_much = json!({ "invoice": "inv_0001", "amount": "200" });
    let plan =
        kit().preview("record_payment", &too_much, include_str!("cassettes/get_invoice.json")).unwrap();
    assert_eq!(plan.changes()[0].note.as_deref(), Some("more than the 190.00 that is open"));
}

#[test]
fn reads_invoices() {
    let one = kit()
        .run("get_invoice", &json!({ "id": "inv_0001" }), include_str!("cassettes/get_invoice.json"))
        .unwrap();
    assert_eq!(one["status"], "draft");
    let found = kit()
        .run("find_invoices", &json!({ "reference": "J-1001" }), include_str!("cassettes/find_invoices.json"))
        .unwrap();
    assert_eq!(found["items"][0]["id"], "inv_0001");
}

#[test]
fn tests_the_connection() {
    let account = kit().test(include_str!("cassettes/whoami.json")).unwrap();
    assert_eq!(account.label(), "Demo Accounting");
}
