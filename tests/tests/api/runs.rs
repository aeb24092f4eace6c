//! Runs from start to end, by the API alone.

use http::StatusCode;
use serde_json::json;

use crate::support::{Stack, greet, workflow};

const MANUAL: &str = "{ id: start, on: throughline.manual }";

#[tokio::test]
async fn a_run_is_started_once_per_key_and_shown_with_its_steps() {
    let stack = Stack::start().await;
    stack.publish(&greet()).await;
    let body = json!({ "event": { "who": "Ada" }, "dedupe_key": "k1" });
    let first = stack.post("/api/v1/workflows/greet/runs", body.clone()).await;
    let again = stack.post("/api/v1/workflows/greet/runs", body).await;
    assert_eq!((&again["run_id"], &again["duplicate"]), (&first["run_id"], &json!(true)));
    let run = first["run_id"].as_str().unwrap();
    let detail = stack.until(run, "succeeded").await;
    assert_eq!(
        (&detail["steps"][0]["path"], &detail["steps"][0]["output"]["text"]),
        (&json!("hello"), &json!("Hello Ada"))
    );
    for field in ["run_id", "workflow", "status", "started_at", "ended_at", "effects", "duration_ms"] {
        assert!(!detail[field].is_null(), "{field}: {detail:#}");
    }
    assert_eq!(detail["started_at"].as_str().map(|at| (at.len(), at.ends_with('Z'))), Some((27, true)));
    let listed = stack.get("/api/v1/runs?workflow=greet&status=succeeded&key=who:Ada").await;
    assert_eq!(
        (&listed["items"][0]["run_id"], &listed["items"][0]["keys"]["who"]),
        (&json!(run), &json!("Ada"))
    );
    assert_eq!(stack.get("/api/v1/runs?key=who:Bob").await["items"], json!([]));
    assert_eq!(stack.get("/api/v1/events").await["items"][0]["run_id"], json!(run));
    let (status, body) = stack.call("POST", &format!("/api/v1/runs/{run}/cancel"), Some(json!({}))).await;
    assert_eq!((status, body["error"]["code"].as_str()), (StatusCode::CONFLICT, Some("TL0452")));
    let unknown = stack.call("POST", "/api/v1/workflows/none/runs", Some(json!({}))).await;
    assert_eq!(unknown.0, StatusCode::NOT_FOUND, "{unknown:?}");
}

#[tokio::test]
async fn pages_of_runs_follow_one_another() {
    let stack = Stack::start().await;
    stack.publish(&greet()).await;
    for n in 0..5 {
        stack.post("/api/v1/runs", json!({ "workflow": "greet", "event": { "who": n } })).await;
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = stack.get(&format!("/api/v1/runs?limit=2{after}")).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|row| row["run_id"].to_string()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let mut sorted = seen.clone();
    sorted.sort_by(|a, b| b.cmp(a));
    sorted.dedup();
    assert_eq!((seen.len(), &seen), (5, &sorted));
}

#[tokio::test]
async fn an_exception_is_resolved_once_and_its_run_goes_on() {
    let stack = Stack::start().await;
    let nodes = "  - { id: stop, raise: { reason: needs_judgement, sentence: \"Somebody must look at {{ event.who }} first\" }, next: on }\n  - { id: on, set: { done: true } }";
    stack.publish(&workflow("stops", MANUAL, nodes, "")).await;
    let started = stack.post("/api/v1/workflows/stops/runs", json!({ "event": { "who": "Ada" } })).await;
    let run = started["run_id"].as_str().unwrap();
    let detail = stack.until(run, "waiting").await;
    let open = stack.get("/api/v1/exceptions?state=open").await;
    let exception = &open["items"][0];
    assert_eq!((&exception["run_id"], &exception["owner"]), (&json!(run), &json!("team:ops")));
    assert_eq!(detail["steps"][0]["waits_for"]["what"], "exception");
    let path = format!("/api/v1/exceptions/{}/resolve", exception["exception_id"].as_str().unwrap());
    let (status, body) = stack.call("POST", &path, Some(json!({ "action": "did_not_happen" }))).await;
    assert_eq!((status, body["error"]["code"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("TL0453")));
    let (status, _) = stack.call("POST", &path, Some(json!({ "action": "dance" }))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    stack.post(&path, json!({ "action": "complete_by_hand", "output": { "seen": true } })).await;
    let detail = stack.until(run, "succeeded").await;
    assert_eq!(detail["steps"][0]["resolution"]["resolution"], "completed_by_hand");
    let (status, body) = stack.call("POST", &path, Some(json!({ "action": "skip" }))).await;
    assert_eq!((status, body["error"]["code"].as_str()), (StatusCode::CONFLICT, Some("TL0452")));
}

#[tokio::test]
async fn a_waiting_run_is_cancelled() {
    let stack = Stack::start().await;
    stack.publish(&workflow("waits", MANUAL, "  - { id: nap, wait: { for: 2d } }", "")).await;
    let started = stack.post("/api/v1/runs", json!({ "workflow": "waits", "event": { "who": 1 } })).await;
    let run = started["run_id"].as_str().unwrap();
    stack.until(run, "waiting").await;
    let (status, row) = stack.call("POST", &format!("/api/v1/runs/{run}/cancel"), Some(json!({}))).await;
    assert_eq!((status, row["lifecycle"].as_str()), (StatusCode::ACCEPTED, Some("cancelling")));
    let detail = stack.until(run, "cancelled").await;
    assert_eq!(
        (detail["cancelled_by"].as_str(), detail["steps"][0]["status"].as_str()),
        (Some("admin"), Some("cancelled"))
    );
}

#[tokio::test]
async fn versions_texts_schedules_and_grants_read_back() {
    let stack = Stack::start().await;
    let trigger = "{ id: tick, on: schedule.tick, with: { cron: \"0 7 * * 1-5\", zone: Europe/Berlin } }";
    let text = workflow("daily", trigger, "  - { id: hello, set: { done: true } }", "")
        .replace("event.who", "vars.who")
        .replace("keys:", "vars: { who: x }\nkeys:");
    stack.publish(&text).await;
    let (status, same) = stack.call("POST", "/api/v1/workflows", Some(json!({ "text": text }))).await;
    assert_eq!((status, &same["unchanged"]), (StatusCode::OK, &json!(true)));
    let row = stack.get("/api/v1/workflows/daily").await;
    assert_eq!(
        (row["text"].as_str(), row["stage"].as_str(), row["version"].as_u64()),
        (Some(text.as_str()), Some("live"), Some(1))
    );
    assert_eq!(row["trigger"], "schedule.tick");
    let schedule = stack.get("/api/v1/workflows/daily/schedule").await;
    let fires: Vec<_> =
        schedule["next_fires"].as_array().unwrap().iter().filter_map(|at| at.as_str()).collect();
    assert_eq!(fires.len(), 5);
    let seven = |at: &&str| at.ends_with("T06:00:00.000000Z") || at.ends_with("T05:00:00.000000Z");
    assert!(fires.iter().all(seven), "{fires:?}");
    assert_eq!(
        stack.get("/api/v1/workflows/daily/versions").await["items"].as_array().map(Vec::len),
        Some(1)
    );
    assert_eq!(stack.get("/api/v1/triggers").await["items"][0]["kind"], "schedule");
    assert_eq!(stack.get("/api/v1/misfires").await["items"], json!([]));

    stack.post("/api/v1/grants", json!({ "range": "127.0.0.1/32:41001", "reason": "a test" })).await;
    assert_eq!(stack.get("/api/v1/grants").await["items"][0]["range"], "127.0.0.1/32:41001");
    let (status, _) = stack.call("DELETE", "/api/v1/grants?range=127.0.0.1%2F32:41001", None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(stack.get("/api/v1/grants").await["items"], json!([]));
    stack.engine.drain(std::time::Duration::from_secs(5)).await;
}
