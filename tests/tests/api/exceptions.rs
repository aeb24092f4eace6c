//! The exception queue over the API: the fixed forms, and what does not fit.

use std::time::Duration;

use axum::body::Body;
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::support::{ADMIN, Stack, request, text, workflow};

/// A workflow that stops at a record that lacks something.
fn checks() -> String {
    let raise = "  - { id: missing, raise: { reason: missing_required, sentence: \"Order {{ event.order }} has no photos.\", \
                 updates_after: [ { system: ledger, record: order, by: hand } ] } }";
    workflow("check", "{ id: start, on: throughline.manual }", raise, "")
        .replace("who: \"{{ event.who }}\"", "order: \"{{ event.order }}\"")
}

async fn parked(stack: &Stack, order: u32) -> (String, String) {
    let run = stack.post("/api/v1/workflows/check/runs", json!({ "event": { "order": order } })).await;
    let run = run["run_id"].as_str().unwrap().to_owned();
    let detail = stack.until(&run, "waiting").await;
    let id = detail["exceptions"][0]["exception_id"].as_str().unwrap().to_owned();
    (run, id)
}

async fn until(stack: &Stack, id: &str, so: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..500 {
        let row = stack.get(&format!("/api/v1/exceptions/{id}")).await;
        if so(&row) {
            return row;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{}", stack.get(&format!("/api/v1/exceptions/{id}")).await)
}

fn is(answer: &(StatusCode, Value), status: StatusCode, code: &str) {
    assert_eq!((answer.0, answer.1["error"]["code"].as_str()), (status, Some(code)), "{answer:?}");
}

#[tokio::test]
async fn an_exception_has_its_five_answers_and_is_resolved_when_its_systems_were_seen() {
    let stack = Stack::start().await;
    stack.publish(&checks()).await;
    let (run, id) = parked(&stack, 7).await;
    let list = stack.get("/api/v1/exceptions?state=open").await;
    assert_eq!(list["items"][0]["exception_id"], json!(id));
    let row = stack.get(&format!("/api/v1/exceptions/{id}")).await;
    for answer in ["what_changed", "why_stopped", "owner", "due", "updates_after"] {
        assert!(!row[answer].is_null(), "{answer}: {row}");
    }
    assert_eq!(row["why_stopped"]["reason"], json!("missing_required"));
    assert!(row["due"]["due_at"].is_string(), "{row}");
    let actions: Vec<&Value> =
        row["suggested_fixes"].as_array().unwrap().iter().map(|fix| &fix["action"]).collect();
    assert_eq!(actions, ["fix_and_continue", "edit_and_retry"]);
    assert_eq!(list["items"][0]["suggested_fixes"], row["suggested_fixes"]);
    let asked = stack.get(&format!("/api/v1/exceptions/{id}?preview=true")).await;
    assert_eq!(
        asked["suggested_fixes"], row["suggested_fixes"],
        "a raise writes nothing: nothing can be told"
    );
    assert_eq!(row["steps"][0]["sentence"], json!("Order 7 has no photos."));
    assert_eq!(row["steps"][0]["what_changed"]["keys"]["order"], json!(7));
    let inbox = stack.get("/api/v1/inbox").await;
    assert_eq!((&inbox["items"][0]["what"], &inbox["items"][0]["id"]), (&json!("exception"), &json!(id)));
    let path = format!("/api/v1/exceptions/{id}/resolve");
    let done = stack.post(&path, json!({ "action": "skip" })).await;
    assert_eq!((&done["state"], &done["run_id"]), (&json!("verifying"), &json!(run)));
    is(&stack.call("POST", &path, Some(json!({ "action": "skip" }))).await, StatusCode::CONFLICT, "TL0452");
    stack.until(&run, "succeeded").await;
    let row = until(&stack, &id, |row| row["log"][1]["event"]["type"] == "resolution_taken").await;
    assert_eq!(
        row["state"],
        json!("verifying"),
        "somebody must still say that the ledger was updated by hand"
    );
    let act = format!("/api/v1/exceptions/{id}/act");
    let blank = json!({ "act": "attest", "update": 0, "proof": " " });
    is(&stack.call("POST", &act, Some(blank)).await, StatusCode::UNPROCESSABLE_ENTITY, "TL0848");
    stack.post(&act, json!({ "act": "attest", "update": 0, "proof": "entry 4711" })).await;
    let row = until(&stack, &id, |row| row["state"] == "resolved").await;
    assert_eq!(row["suggested_fixes"], json!([]), "it is over");
    assert_eq!((&row["strength"], &row["outcome"]), (&json!("attested"), &json!("no_longer_applies")));
}

#[tokio::test]
async fn what_does_not_fit_an_exception_is_refused_with_its_code() {
    let stack = Stack::start().await;
    stack.publish(&checks()).await;
    let (_, id) = parked(&stack, 1).await;
    let act = format!("/api/v1/exceptions/{id}/act");
    let bad = [
        (json!({ "act": "snooze", "until": "2001-01-01T00:00:00Z" }), "TL0847"),
        (json!({ "act": "wait", "on": "vendor", "until": "2099-01-01T00:00:00Z", "note": "x" }), "TL0847"),
        (json!({ "act": "hand_over", "to": "team:none", "note": " " }), "TL0848"),
        (json!({ "act": "assign", "to": "somebody" }), "TL0453"),
        (json!({ "act": "dismiss", "reason": "" }), "TL0848"),
    ];
    for (body, code) in bad {
        is(&stack.call("POST", &act, Some(body)).await, StatusCode::UNPROCESSABLE_ENTITY, code);
    }
    let late = json!({ "act": "reopen", "why": "it is not over" });
    is(&stack.call("POST", &act, Some(late)).await, StatusCode::CONFLICT, "TL0842");
    let resolve = format!("/api/v1/exceptions/{id}/resolve");
    for (body, code) in [
        (json!({ "action": "skip", "outcome": "edited_and_replayed" }), "TL0843"),
        (json!({ "action": "skip", "proof": "x" }), "TL0453"),
        (json!({ "action": "happened", "proof": "x" }), "TL0453"),
        (json!({ "action": "give_up" }), "TL0453"),
    ] {
        is(&stack.call("POST", &resolve, Some(body)).await, StatusCode::UNPROCESSABLE_ENTITY, code);
    }
    let never = json!({ "zone": "UTC", "hours": {} });
    is(&stack.call("PUT", "/api/v1/calendar", Some(never)).await, StatusCode::UNPROCESSABLE_ENTITY, "TL0840");
    let rules = json!({ "rules": [ { "owner": "billing" } ] });
    is(
        &stack.call("PUT", "/api/v1/routing-rules", Some(rules)).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "TL0852",
    );
    let row = stack.get(&format!("/api/v1/exceptions/{id}")).await;
    assert_eq!((&row["state"], &row["log"]), (&json!("open"), &json!([])), "nothing was changed");
}

#[tokio::test]
async fn many_are_dismissed_only_as_the_set_that_was_seen() {
    let stack = Stack::start().await;
    stack.publish(&checks()).await;
    let mut runs = Vec::new();
    for order in 1..=3 {
        runs.push(parked(&stack, order).await.0);
    }
    let snapshot = stack.get("/api/v1/exceptions/snapshot?reason=missing_required").await;
    assert_eq!(snapshot["count"], json!(3));
    let bulk = |snapshot: &Value| {
        json!({ "which": { "reason": "missing_required" }, "snapshot": snapshot,
            "do": { "act": "dismiss", "reason": "a test order" } })
    };
    let (last, _) = parked(&stack, 4).await;
    let refused = stack.call("POST", "/api/v1/exceptions/bulk", Some(bulk(&snapshot))).await;
    is(&refused, StatusCode::CONFLICT, "TL0851");
    let snapshot = stack.get("/api/v1/exceptions/snapshot?reason=missing_required").await;
    let done = stack.post("/api/v1/exceptions/bulk", bulk(&snapshot)).await;
    assert!(done["items"].as_array().unwrap().iter().all(|one| one["done"] == true), "{done}");
    for run in runs.iter().chain([&last]) {
        stack.until(run, "failed").await;
    }
    assert_eq!(stack.get("/api/v1/exceptions?state=open").await["items"], json!([]));
}

#[tokio::test]
async fn what_is_snoozed_is_left_out_until_it_is_asked_for() {
    let stack = Stack::start().await;
    stack.publish(&checks()).await;
    let ((_, id), (_, other)) = (parked(&stack, 1).await, parked(&stack, 2).await);
    let due = stack.get(&format!("/api/v1/exceptions/{id}")).await["due_at"].clone();
    let act = format!("/api/v1/exceptions/{id}/act");
    let row = stack.post(&act, json!({ "act": "snooze", "until": due })).await;
    assert_eq!(row["snooze_until"], due);
    for (path, all) in [
        ("/api/v1/exceptions", 2),
        ("/api/v1/exceptions?state=open", 2),
        ("/api/v1/exceptions?reason=missing_required&workflow=check&owner=team:ops", 2),
        ("/api/v1/exceptions?reason=drift", 0),
        ("/api/v1/exceptions?workflow=other", 0),
        ("/api/v1/exceptions?connection=ledger", 0),
        ("/api/v1/inbox", 2),
    ] {
        let shown = stack.get(path).await["items"].as_array().unwrap().len();
        let joint = if path.contains('?') { '&' } else { '?' };
        let asked = stack.get(&format!("{path}{joint}snoozed=true")).await["items"].as_array().unwrap().len();
        assert_eq!((shown, asked), (all / 2, all), "{path}");
    }
    let home = request("GET", "/plain").header(header::AUTHORIZATION, format!("Bearer {ADMIN}"));
    let page = text(stack.send(home.body(Body::empty()).unwrap()).await).await;
    assert!(page.contains("Order 2 has") && !page.contains("Order 1 has"), "{page}");
    // A set says which it means, and is what the list shows.
    for (query, count) in [("", 1), ("?snoozed=true", 2)] {
        let snapshot = stack.get(&format!("/api/v1/exceptions/snapshot{query}")).await;
        assert_eq!(snapshot["count"], json!(count), "{query}");
    }
    let closed = "/api/v1/exceptions?state=resolved&reason=drift";
    is(&stack.call("GET", closed, None).await, StatusCode::BAD_REQUEST, "TL0712");
    stack.post(&act, json!({ "act": "wake" })).await;
    let list = stack.get("/api/v1/exceptions?state=open").await;
    let ids: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|row| row["exception_id"].as_str().unwrap()).collect();
    assert_eq!(ids, [other.as_str(), id.as_str()]);
}
