//! What the declarations of an action promise, held by the SDK.

use std::cell::Cell;

use throughline::prelude::*;
use throughline::testkit::{Kit, Mock, conformance};
use throughline::{FailKind, HttpError, HttpReply, Payload, RequestBody};

connector! {
    id: "acme",
    name: "Acme",
    version: "1.2.3",
    hosts: ["https://api.acme.example" (GET, POST, DELETE)],
    auth: {
        default: bearer { token: secret("API token", "Settings > API") },
        key: header("X-Key", "{value}") { value: secret("Key"), region: text("Region") } optional,
    },
    test: whoami,
    options: [lists],
    actions: [pay_twice, pay_then_read, said_no, remove, pages, waits, undoable],
    limits: { requests: 20 },
}

#[data]
struct Thing {
    id: String,
}

fn whoami(cx: &Cx) -> Result<Account> {
    let me: Thing = cx.get("/me").auth("key").json()?;
    Ok(Account::new(me.id.clone(), me.id))
}

fn lists(cx: &Cx, query: OptionsQuery) -> Result<Choices> {
    let found: Vec<Thing> = cx.get("/lists").query("q", query.search).json()?;
    Ok(found
        .into_iter()
        .map(|thing| Choice::new(thing.id.as_str(), thing.id.as_str()))
        .collect::<Choices>()
        .next(query.page))
}

/// Breaks its promise
#[action(effect = write_once, undo = irreversible, sample = r#"{"id": "1"}"#)]
fn pay_twice(cx: &Cx, _i: Empty) -> Result<Thing> {
    cx.post("/pay").done()?;
    cx.post("/pay").json()
}

/// Reads after it wrote
#[action(effect = write_once, undo = irreversible, sample = r#"{"id": "1"}"#)]
fn pay_then_read(cx: &Cx, _i: Empty) -> Result<Thing> {
    cx.post("/pay").done()?;
    cx.get("/paid").json()
}

/// Answers 200 for no
#[action(effect = write_once, undo = irreversible, sample = r#"{"id": "1"}"#)]
fn said_no(cx: &Cx, _i: Empty) -> Result<Thing> {
    let answer: Value = cx.post("/pay").json()?;
    if answer["ok"] == false {
        return Err(Fail::permanent("acme.refused", "Acme said no").nothing_written());
    }
    Err(Fail::permanent("acme.odd", "Acme said something else"))
}

/// Removes
#[action(effect = write_idempotent, undo = irreversible, sample = "null")]
fn remove(cx: &Cx, i: Thing) -> Result<()> {
    cx.delete(format!("/things/{}", segment(&i.id))).done()
}

/// Page by page
#[action(effect = read, sample = "[]")]
fn pages(cx: &Cx, _i: Empty) -> Result<Pages<Thing>> {
    let at: u32 = cx.resumption().map_or(Ok(0), Resumption::token)?;
    Ok(Pages::new(vec![Thing { id: at.to_string() }], (at < 2).then_some(at + 1)))
}

/// Waits
#[action(effect = read, sample = r#"{"id": "1"}"#)]
fn waits(_cx: &Cx, i: &Thing) -> Result<Step<Thing>> {
    Ok(if i.id == "1" { Step::Done(i.clone()) } else { Step::After(500, json!({ "job": i.id })) })
}

/// Can be taken back
#[action(effect = write_idempotent, undo = compensable, idempotency = header("Idempotency-Key"), lifetime = "2h", sample = r#"{"id": "1"}"#)]
fn undoable(cx: &Cx, i: Thing) -> Result<Thing> {
    cx.post("/things").body(&i).json()
}

#[compensate(undoable)]
fn undo(cx: &Cx, _i: &Thing, receipt: Thing) -> Result<Thing> {
    cx.delete(format!("/things/{}", segment(&receipt.id))).done()?;
    Ok(receipt)
}

fn reply(status: u16, body: &str) -> HttpReply {
    HttpReply {
        status,
        url: String::new(),
        headers: Vec::new(),
        body: Payload::Bytes(body.as_bytes().to_vec()),
    }
}

fn answers(all: Vec<Result<HttpReply, HttpError>>) -> Mock {
    let all = Cell::new(all.into_iter());
    Mock::answering(move |_| {
        let mut rest = all.replace(Vec::new().into_iter());
        let next = rest.next().unwrap_or(Err(HttpError::BudgetExhausted));
        all.set(rest);
        next
    })
}

fn kit() -> Kit {
    Kit::new(connector())
}

#[test]
fn a_failure_after_a_write_is_in_doubt() {
    let fail = kit()
        .run("pay_then_read", &json!({}), answers(vec![Ok(reply(200, "")), Ok(reply(503, ""))]))
        .unwrap_err();
    assert_eq!((fail.kind(), fail.code()), (&FailKind::OutcomeUnknown, "http.transient"));
    let fail = kit().run("pay_then_read", &json!({}), answers(vec![Ok(reply(503, ""))])).unwrap_err();
    assert!(matches!(fail.kind(), FailKind::Transient(_)), "{fail:?}");
    let lost =
        kit().run("pay_then_read", &json!({}), answers(vec![Err(HttpError::Timeout { maybe_sent: true })]));
    assert_eq!(lost.unwrap_err().kind(), &FailKind::OutcomeUnknown);
}

#[test]
fn a_no_that_comes_with_200_can_be_promised() {
    let fail =
        kit().run("said_no", &json!({}), answers(vec![Ok(reply(200, r#"{"ok": false}"#))])).unwrap_err();
    assert_eq!((fail.kind(), fail.code()), (&FailKind::Permanent, "acme.refused"));
    let fail = kit().run("said_no", &json!({}), answers(vec![Ok(reply(200, "{}"))])).unwrap_err();
    assert_eq!((fail.kind(), fail.code()), (&FailKind::OutcomeUnknown, "acme.odd"));
}

#[test]
fn what_is_gone_is_removed() {
    for status in [200, 204, 404, 410] {
        kit().run("remove", &json!({ "id": "a/b" }), answers(vec![Ok(reply(status, ""))])).unwrap();
    }
    let fail = kit().run("remove", &json!({ "id": "1" }), answers(vec![Ok(reply(409, ""))])).unwrap_err();
    assert_eq!(fail.kind(), &FailKind::Conflict);
}

#[test]
fn the_suite_finds_broken_promises() {
    let findings = conformance(&connector()).findings();
    for expected in [
        "pay_twice: is write_once, but sends more than one unsafe request",
        "pay_twice: a write without a `#[preview]`",
    ] {
        assert!(findings.iter().any(|finding| finding == expected), "{expected} is not in {findings:#?}");
    }
    assert!(!findings.iter().any(|finding| finding.contains("compensable")), "{findings:#?}");
}

#[test]
fn long_reads_and_long_work_give_tokens() {
    let page = kit().outcome("pages", &json!({}), Mock::offline()).unwrap();
    assert_eq!(page, throughline::Outcome::Page { items: json!([{ "id": "0" }]), token: json!(1) });
    let wait = kit().outcome("waits", &json!({ "id": "7" }), Mock::offline()).unwrap();
    assert_eq!(
        wait,
        throughline::Outcome::Suspend {
            token: json!({ "job": "7" }),
            wake_after: Some(500),
            on_callback: false
        }
    );
    assert_eq!(kit().run("waits", &json!({ "id": "1" }), Mock::offline()).unwrap(), json!({ "id": "1" }));
}

#[test]
fn a_write_is_taken_back_with_its_receipt() {
    let mock = Mock::answering(|request| {
        assert_eq!(
            (request.method.as_str(), request.url.as_str()),
            ("DELETE", "https://api.acme.example/things/9")
        );
        Ok(reply(204, ""))
    });
    assert_eq!(
        kit().compensate("undoable", &json!({ "id": "x" }), &json!({ "id": "9" }), mock).unwrap(),
        json!({ "id": "9" })
    );
}

#[test]
fn the_manifest_says_what_is_declared() {
    let manifest = serde_json::to_value(connector().manifest()).unwrap();
    assert_eq!(manifest["version"], "1.2.3");
    assert_eq!(
        manifest["hosts"],
        json!([{ "origin": "https://api.acme.example", "methods": ["GET", "POST", "DELETE"] }])
    );
    assert_eq!(
        manifest["auth"]["key"],
        json!({
            "kind": "header",
            "fields": { "region": { "title": "Region", "secret": false }, "value": { "title": "Key", "secret": true } },
            "name": "X-Key",
            "value": "{value}",
            "optional": true,
        })
    );
    assert_eq!(
        manifest["actions"]["undoable"]["idempotency"],
        json!({ "header": "Idempotency-Key", "lifetime_ms": 7_200_000 })
    );
    assert_eq!(
        (&manifest["actions"]["undoable"]["compensate"], &manifest["actions"]["undoable"]["preview"]),
        (&json!(true), &json!(false))
    );
    assert_eq!((&manifest["options"], &manifest["limits"]), (&json!(["lists"]), &json!({ "requests": 20 })));
}

#[test]
fn the_slot_and_the_query_are_the_authors() {
    let mock = Mock::answering(|request| {
        assert_eq!(request.auth.as_deref(), Some("key"));
        Ok(reply(200, r#"{"id": "me"}"#))
    });
    assert_eq!(kit().test(mock).unwrap().id(), "me");
    let mock = Mock::answering(|request| {
        assert_eq!(request.url, "https://api.acme.example/lists?q=a%20b%26c");
        assert_eq!((request.auth.as_deref(), &request.body), (Some("default"), &RequestBody::None));
        Ok(reply(200, r#"[{"id": "l1"}]"#))
    });
    let query = OptionsQuery { search: Some("a b&c".to_owned()), ..OptionsQuery::default() };
    assert_eq!(kit().options("lists", query, mock).unwrap(), [Choice::new("l1", "l1")].into_iter().collect());
}

#[test]
#[should_panic(expected = "the cassette has no answer for")]
fn a_request_that_is_not_recorded_fails_the_test() {
    let _ = kit().run("remove", &json!({ "id": "1" }), Mock::offline());
}

#[test]
#[should_panic(expected = "recorded, but not asked")]
fn a_recorded_request_that_is_not_made_fails_the_test() {
    let cassette = r#"[{"request": {"method": "GET", "url": "https://api.acme.example/x"}, "response": {"status": 200}}]"#;
    let _ = kit().outcome("waits", &json!({ "id": "7" }), cassette);
}

#[test]
#[should_panic(expected = "holds the header `Authorization`")]
fn a_cassette_with_a_credential_is_refused() {
    let cassette = r#"[{"request": {"method": "GET", "url": "https://x", "headers": {"Authorization": "Bearer x"}}, "response": {"status": 200}}]"#;
    let _ = Mock::cassette(cassette);
}
