//! The help desk's connector against recorded answers.

use throughline::serde_json::{Value, json};
use throughline::testkit::{Kit, conformance};
use throughline::{FailKind, Landed};
use throughline_plugin_desk::connector;

fn kit() -> Kit {
    Kit::new(connector())
}

fn ticket() -> Value {
    json!({ "subject": "No heat in the studio", "requester": "ann@newco.example", "customer_id": "cus_0002" })
}

fn reply() -> Value {
    json!({ "ticket": "tic_0001", "author": "sam@desk.example", "text": "We are on our way." })
}

#[test]
fn conforms() {
    conformance(&connector()).assert();
}

#[test]
fn opens_a_ticket_once() {
    for cassette in
        [include_str!("cassettes/create_ticket.json"), include_str!("cassettes/create_ticket_again.json")]
    {
        let made = kit().run("create_ticket", &ticket(), cassette).unwrap();
        assert_eq!((&made["id"], &made["external_id"]), (&json!("tic_0001"), &json!("key-1")));
    }
    let landed =
        kit().reconcile("create_ticket", &ticket(), include_str!("cassettes/find_by_key.json")).unwrap();
    assert!(matches!(landed, Landed::Applied(ticket) if ticket["id"] == "tic_0001"));
}

#[test]
fn reads_a_ticket_or_says_that_there_is_none() {
    let one =
        kit().run("get_ticket", &json!({ "id": "tic_0001" }), include_str!("cassettes/get_ticket.json"));
    assert_eq!(one.unwrap()["requester"], "ann@newco.example");
    let none =
        kit().run("get_ticket", &json!({ "id": "tic_0009" }), include_str!("cassettes/no_ticket.json"));
    assert_eq!(none.unwrap_err().kind(), &FailKind::NotFound);
}

#[test]
fn changes_a_ticket_that_did_not_move() {
    let input = json!({ "id": "tic_0001", "status": "solved" });
    let plan = kit().preview("update_ticket", &input, include_str!("cassettes/get_ticket.json")).unwrap();
    assert_eq!(plan.changes()[0].before, Some(json!({ "status": "open" })));
    kit().run("update_ticket", &input, include_str!("cassettes/update_ticket.json")).unwrap();
    let moved = kit().run_if(
        "update_ticket",
        &input,
        &json!("2026-03-01T01:00:00Z"),
        include_str!("cassettes/get_ticket.json"),
    );
    assert_eq!(moved.unwrap_err().kind(), &FailKind::Conflict);
    let landed =
        kit().reconcile("update_ticket", &input, include_str!("cassettes/solved_ticket.json")).unwrap();
    assert!(matches!(landed, Landed::Applied(_)));
}

#[test]
fn a_reply_is_sent_once_and_looked_up_by_its_marker() {
    let made = kit().run("reply_to_ticket", &reply(), include_str!("cassettes/reply.json")).unwrap();
    assert_eq!(made["marker"], "key-1");
    let fail =
        kit().run("reply_to_ticket", &reply(), include_str!("cassettes/reply_gateway.json")).unwrap_err();
    assert_eq!(fail.kind(), &FailKind::OutcomeUnknown);
    let landed =
        kit().reconcile("reply_to_ticket", &reply(), include_str!("cassettes/find_reply.json")).unwrap();
    assert!(matches!(landed, Landed::Applied(_)));
    let landed =
        kit().reconcile("reply_to_ticket", &reply(), include_str!("cassettes/find_no_reply.json")).unwrap();
    assert_eq!(landed, Landed::NotApplied);
    let plan = kit().preview("reply_to_ticket", &reply(), include_str!("cassettes/get_ticket.json")).unwrap();
    assert_eq!(plan.text(), "Reply on \u{201c}No heat in the studio\u{201d} to ann@newco.example");
}

#[test]
fn tests_the_connection() {
    assert_eq!(kit().test(include_str!("cassettes/whoami.json")).unwrap().label(), "Demo Desk");
}
