//! The mail connector against recorded answers.

use throughline::serde_json::{Value, json};
use throughline::testkit::{Kit, conformance};
use throughline::{FailKind, Landed};
use throughline_plugin_mail::connector;

fn kit() -> Kit {
    Kit::new(connector())
}

fn message() -> Value {
    json!({
        "from": "office@example.com",
        "to": ["ada@example.com"],
        "subject": "Thank you for writing to us",
        "text": "We have your request and answer within the hour.",
    })
}

#[test]
fn conforms() {
    conformance(&connector()).assert();
}

#[test]
fn sends_under_its_key() {
    let sent = kit().run("send_message", &message(), include_str!("cassettes/send_message.json")).unwrap();
    assert_eq!((&sent["id"], &sent["marker"]), (&json!("msg_0001"), &json!("key-1")));
    let fail = kit()
        .run("send_message", &message(), include_str!("cassettes/send_message_gateway.json"))
        .unwrap_err();
    assert!(matches!(fail.kind(), FailKind::Transient(_)), "{fail:?}");
}

#[test]
fn previews_what_is_said_to_whom() {
    let plan = kit().preview("send_message", &message(), "[]").unwrap();
    assert_eq!(plan.text(), "Send \u{201c}Thank you for writing to us\u{201d} to ada@example.com");
    assert_eq!(plan.changes()[0].after.as_ref().unwrap()["text"], message()["text"]);
}

#[test]
fn finds_out_whether_a_message_went() {
    let landed =
        kit().reconcile("send_message", &message(), include_str!("cassettes/find_by_key.json")).unwrap();
    assert!(matches!(landed, Landed::Applied(message) if message["id"] == "msg_0001"));
    let landed =
        kit().reconcile("send_message", &message(), include_str!("cassettes/find_none_by_key.json")).unwrap();
    assert_eq!(landed, Landed::NotApplied);
}

#[test]
fn finds_messages() {
    let found = kit()
        .run(
            "find_messages",
            &json!({ "to": "ada@example.com" }),
            include_str!("cassettes/find_messages.json"),
        )
        .unwrap();
    assert_eq!(found["items"][0]["subject"], "Thank you for writing to us");
}

#[test]
fn tests_the_connection() {
    assert_eq!(kit().test(include_str!("cassettes/whoami.json")).unwrap().label(), "Demo Mail");
}
