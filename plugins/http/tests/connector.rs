//! The HTTP connector against recorded answers.

use throughline::serde_json::{Value, json};
use throughline::testkit::{Kit, Mock, conformance};
use throughline::{FailKind, HttpReply, Landed, Payload};
use throughline_plugin_http::connector;

fn kit() -> Kit {
    Kit::new(connector())
}

fn once(check: &Value) -> Value {
    json!({ "path": "/v1/things", "body": { "json": { "name": "x" } }, "check": check })
}

#[test]
fn conforms() {
    conformance(&connector())
        .input(
            "write",
            json!({ "method": "PUT", "path": "/v1/things/7", "body": { "json": { "name": "x" } } }),
        )
        .assert();
}

#[test]
fn reads() {
    let input = json!({ "path": "/v1/things", "query": { "page": 2, "tag": ["a", "b"] } });
    let answer = kit().run("read", &input, include_str!("cassettes/read.json")).unwrap();
    assert_eq!(
        (&answer["json"], &answer["headers"]["content-type"]),
        (&json!({ "things": [] }), &json!("application/json"))
    );
}

#[test]
fn an_expected_status_is_an_answer() {
    let cassette = include_str!("cassettes/read_missing.json");
    let fail = kit().run("read", &json!({ "path": "/v1/things/7" }), cassette).unwrap_err();
    assert_eq!(fail.kind(), &FailKind::NotFound);
    let answer = kit().run("read", &json!({ "path": "/v1/things/7", "expect": [404] }), cassette).unwrap();
    assert_eq!(
        (&answer["status"], &answer["text"], &answer["json"]),
        (&json!(404), &json!("no such thing"), &json!(null))
    );
}

#[test]
fn a_path_cannot_leave_the_base_address() {
    for path in ["//evil.example/x", "https://evil.example", "v1", "/a\\b", "/a\nb", "/a#b"] {
        let fail = kit().preview("write_once", &json!({ "path": path }), Mock::offline()).unwrap_err();
        assert!(matches!(fail.kind(), FailKind::InvalidInput(_)), "{path}");
    }
}

#[test]
fn a_repeatable_post_carries_the_key() {
    let mut input = json!({ "method": "POST", "path": "/v1/things", "body": { "json": { "name": "x" } } });
    let fail = kit().run("write", &input, Mock::offline()).unwrap_err();
    assert!(matches!(fail.kind(), FailKind::InvalidInput(issues) if issues[0].path == "/idempotency_header"));
    input["idempotency_header"] = json!("idempotency-key");
    let answer = kit().run("write", &input, include_str!("cassettes/write.json")).unwrap();
    assert_eq!(answer["json"], json!({ "id": 7 }));
}

#[test]
fn deletes() {
    let input = json!({ "method": "DELETE", "path": "/v1/things/7" });
    let answer = kit().run("write", &input, include_str!("cassettes/delete_gone.json")).unwrap();
    assert_eq!((&answer["status"], &answer["text"]), (&json!(204), &json!(null)));
}

#[test]
fn writes_once_and_looks_afterwards() {
    let check = json!({ "path": "/v1/things?reference={key}", "items": "/items" });
    kit().run("write_once", &once(&json!(null)), include_str!("cassettes/write_once.json")).unwrap();
    let landed = kit().reconcile("write_once", &once(&check), include_str!("cassettes/check.json")).unwrap();
    assert!(matches!(landed, Landed::Applied(answer) if answer["json"] == json!({ "id": 7 })));
    let landed =
        kit().reconcile("write_once", &once(&check), include_str!("cassettes/check_none.json")).unwrap();
    assert_eq!(landed, Landed::NotApplied);
    assert_eq!(kit().reconcile("write_once", &once(&json!(null)), Mock::offline()).unwrap(), Landed::Unknown);
    let note =
        json!({ "path": "/v1/notes", "body": { "text": { "media_type": "text/plain", "text": "hello" } } });
    let answer = kit().run("write_once", &note, include_str!("cassettes/write_once_text.json")).unwrap();
    assert_eq!(answer["text"], "ok");
}

#[test]
fn the_connection_says_which_credential() {
    for (auth, slot) in [("none", None), ("bearer", Some("bearer")), ("query", Some("query"))] {
        let mock = Mock::answering(move |request| {
            assert_eq!(request.auth.as_deref(), slot);
            Ok(HttpReply {
                status: 200,
                url: request.url.clone(),
                headers: Vec::new(),
                body: Payload::Bytes(Vec::new()),
            })
        });
        let settings =
            json!({ "base_url": "https://api.example.test/", "auth": auth, "test_path": "/health" });
        assert_eq!(kit().test(mock.connection(settings)).unwrap().label(), "https://api.example.test/");
    }
}
