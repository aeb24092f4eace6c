//! What the editor builds with: the catalog, drafts, expressions and steps that are tried.

use http::StatusCode;
use serde_json::json;

use crate::support::{Stack, greet};

#[tokio::test]
async fn the_catalog_has_every_trigger_with_its_schema() {
    let stack = Stack::start().await;
    let catalog = stack.get("/api/v1/catalog").await;
    let connectors = catalog["connectors"].as_array().unwrap();
    let ids: Vec<_> = connectors.iter().map(|one| one["connector"].as_str().unwrap()).collect();
    assert_eq!(ids, ["form", "schedule", "webhook"]);
    let trigger = &connectors[2]["triggers"][0];
    assert_eq!(
        (trigger["trigger"].as_str(), trigger["kind"].as_str()),
        (Some("webhook.received"), Some("native"))
    );
    assert!(trigger["config"].is_object() && connectors[2]["digest"].is_string(), "{trigger}");
}

#[tokio::test]
async fn two_who_write_one_draft_lose_nothing() {
    let stack = Stack::start().await;
    let path = "/api/v1/workflows/billing/draft";
    assert_eq!(stack.call("GET", path, None).await.0, StatusCode::NOT_FOUND);
    let text = "workflow: billing # half\n  written: [";
    let (status, saved) = stack
        .call("PUT", path, Some(json!({ "revision": 0, "text": text, "samples": { "job": { "id": 1 } } })))
        .await;
    assert_eq!(
        (status, saved["revision"].as_u64(), saved["text"].as_str()),
        (StatusCode::OK, Some(1), Some(text))
    );
    let (status, late) = stack.call("PUT", path, Some(json!({ "revision": 0, "text": "other" }))).await;
    assert_eq!((status, late["error"]["code"].as_str()), (StatusCode::CONFLICT, Some("TL0725")));
    let (status, next) =
        stack.call("PUT", path, Some(json!({ "revision": 1, "text": "two", "based_on": 4 }))).await;
    assert_eq!(
        (status, next["revision"].as_u64(), next["based_on"].as_u64()),
        (StatusCode::OK, Some(2), Some(4))
    );
    let listed = stack.get("/api/v1/drafts").await;
    assert_eq!(
        (listed["items"][0]["workflow"].as_str(), listed["items"][0]["saved_by"].as_str()),
        (Some("billing"), Some("admin"))
    );
    assert_eq!(listed["items"][0].get("text"), None, "a list has no texts");
    assert_eq!(stack.call("DELETE", &format!("{path}?revision=1"), None).await.0, StatusCode::CONFLICT);
    assert_eq!(stack.call("DELETE", &format!("{path}?revision=2"), None).await.0, StatusCode::OK);
    assert_eq!(stack.call("DELETE", path, None).await.0, StatusCode::NOT_FOUND);
    let (status, long) = stack
        .call(
            "PUT",
            &format!("/api/v1/workflows/{}/draft", "x".repeat(65)),
            Some(json!({ "revision": 0, "text": "" })),
        )
        .await;
    assert_eq!((status, long["error"]["code"].as_str()), (StatusCode::BAD_REQUEST, Some("TL0712")));
}

#[tokio::test]
async fn an_expression_gives_its_value_or_says_why_not() {
    let stack = Stack::start().await;
    let evaluate = async |template: serde_json::Value, more: serde_json::Value| {
        let mut body = json!({ "template": template, "scope": { "event": { "total": "12.50" }, "steps": { "job": { "lines": [1, 2] } } } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        stack.post("/api/v1/expressions/evaluate", body).await
    };
    let plain = json!({});
    assert_eq!(evaluate(json!("{{ steps.job.lines }}"), plain.clone()).await["value"], json!([1, 2]));
    assert_eq!(
        evaluate(json!({ "a": ["of {{ event.total }}"] }), plain.clone()).await["value"],
        json!({ "a": ["of 12.50"] })
    );
    assert_eq!(
        evaluate(json!("steps.job.lines | length > 1"), json!({ "condition": true })).await["value"],
        json!(true)
    );
    let missing = evaluate(json!("{{ steps.gone.id }}"), plain.clone()).await;
    assert!(missing["value"].is_null() && missing["problem"]["message"].is_string(), "{missing}");
    let endless = evaluate(
        json!("{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}"),
        plain,
    )
    .await;
    assert!(endless["problem"]["code"].is_string(), "{endless}");
}

#[tokio::test]
async fn a_step_of_a_half_written_text_is_tried_without_a_trace() {
    let stack = Stack::start().await;
    stack.publish(&greet()).await;
    let text = "workflow: half\nnodes:\n  - { id: made, set: { total: \"{{ event.a + 1 }}\" } }\n  - { id: asks, ask: { title: Well } }\n  - { id: gone, action: nowhere.call }\n";
    let attempt = async |node: &str| {
        let body = json!({ "text": text, "node": node, "scope": { "event": { "a": 1 } } });
        stack.call("POST", "/api/v1/workflows/test-step", Some(body)).await
    };
    let (status, made) = attempt("made").await;
    assert_eq!(
        (status, made["status"].as_str(), &made["output"]),
        (StatusCode::OK, Some("ran"), &json!({ "total": 2 })),
        "{made}"
    );
    assert_eq!(attempt("asks").await.1["status"], "evaluated");
    let (_, gone) = attempt("gone").await;
    assert_eq!(
        (gone["status"].as_str(), gone["failure"]["code"].as_str()),
        (Some("failed"), Some("TL0441")),
        "{gone}"
    );
    assert_eq!(attempt("nobody").await.0, StatusCode::NOT_FOUND);
    let unreadable = json!({ "text": "[", "node": "made" });
    let (status, said) = stack.call("POST", "/api/v1/workflows/test-step", Some(unreadable)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
    assert!(stack.get("/api/v1/runs").await["items"].as_array().unwrap().is_empty(), "nothing ran");
}
