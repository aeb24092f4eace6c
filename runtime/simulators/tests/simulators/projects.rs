//! Jobs, and the event that says one is completed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use throughline_simulators::{FailureMode, Kind};

use crate::support::Bench;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Takes events down and answers with the statuses it was given, then 204.
struct Receiver {
    url: String,
    heard: Arc<Mutex<Heard>>,
}

#[derive(Default)]
struct Heard {
    answers: Vec<u16>,
    events: Vec<(HeaderMap, String)>,
}

async fn hear(State(heard): State<Arc<Mutex<Heard>>>, headers: HeaderMap, body: String) -> StatusCode {
    let mut heard = heard.lock().unwrap();
    heard.events.push((headers, body));
    let status = if heard.answers.is_empty() { 204 } else { heard.answers.remove(0) };
    StatusCode::from_u16(status).unwrap()
}

impl Receiver {
    async fn new(answers: &[u16]) -> Self {
        let heard = Arc::new(Mutex::new(Heard { answers: answers.to_vec(), events: Vec::new() }));
        let app = axum::Router::new().route("/hook", post(hear)).with_state(Arc::clone(&heard));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, heard }
    }

    async fn wait_for(&self, count: usize) -> Vec<(HeaderMap, String)> {
        for _ in 0..250 {
            if self.heard.lock().unwrap().events.len() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let events = self.heard.lock().unwrap().events.clone();
        assert_eq!(events.len(), count);
        events
    }
}

async fn settled(bench: &Bench, count: usize) -> Vec<Value> {
    for _ in 0..250 {
        let attempts = bench.get("/_sim/deliveries").await.body["attempts"].as_array().unwrap().clone();
        if attempts.iter().filter(|attempt| attempt["state"] != "retrying").count() >= count {
            return attempts;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the deliveries were not settled in time");
}

async fn subscribe(bench: &Bench, url: &str) -> Value {
    let got = bench.post("/v1/webhooks", &json!({ "url": url, "secret": SECRET })).await;
    assert_eq!(got.status, 201);
    got.body
}

fn verify((headers, body): &(HeaderMap, String)) -> Value {
    let header = |name: &str| headers[name].to_str().unwrap();
    let signed = format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp"));
    let key = STANDARD.decode(SECRET.trim_start_matches("whsec_")).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(signed.as_bytes());
    let signature = STANDARD.decode(header("webhook-signature").strip_prefix("v1,").unwrap()).unwrap();
    mac.verify_slice(&signature).unwrap();
    assert_eq!(header("webhook-timestamp"), "1700000000");
    let event: Value = serde_json::from_str(body).unwrap();
    assert_eq!(event["delivery_id"], header("webhook-id"));
    event
}

#[tokio::test]
async fn the_demo_has_jobs_with_and_without_their_proof() {
    let bench = Bench::new(Kind::Projects).await;
    bench.sim.seed().await.unwrap();
    let jobs = bench.get("/v1/jobs?status=in_progress").await;
    let proven = |job: &&Value| job["photos"].as_array().unwrap().len() >= 2 && job["signature"].is_string();
    assert_eq!(jobs.items().iter().filter(proven).count(), 2);
    assert!(jobs.items().iter().any(|job| job["photos"] == json!([])));
    assert!(jobs.items().iter().any(|job| job["signature"].is_null()));
    let job = bench.get("/v1/jobs/job_0001").await.body;
    assert_eq!((&job["number"], &job["customer_id"]), (&json!("J-1001"), &json!("cus_0001")));
    let line = json!({ "description": "Boiler service", "quantity": "2", "unit_price": "95.00" });
    assert_eq!(job["lines"][0], line);
    assert_eq!(bench.count("/v1/jobs?number=J-1004").await, 1);
}

#[tokio::test]
async fn jobs_are_made_changed_and_completed_once() {
    let bench = Bench::new(Kind::Projects).await;
    let body = json!({ "title": "Fix tap", "customer_id": "cus_0005", "lines": [
        { "description": "Labour", "quantity": 1.5, "unit_price": 48 },
    ] });
    let made = bench.post("/v1/jobs", &body).await;
    assert_eq!((made.status, &made.body["lines"][0]["unit_price"]), (201, &json!("48.00")));
    assert_eq!(made.body["lines"][0]["quantity"], "1.5");
    let path = "/v1/jobs/job_0001";
    let change = json!({ "photos": ["a.jpg", "b.jpg"], "signature": "T. W.", "status": "in_progress" });
    assert_eq!(bench.patch(path, &change).await.body["photos"], json!(["a.jpg", "b.jpg"]));
    assert_eq!(bench.patch(path, &json!({ "status": "completed" })).await.issues(), ["status"]);
    let done = bench.post(&format!("{path}/complete"), &json!({})).await;
    assert_eq!((done.status, &done.body["status"]), (200, &json!("completed")));
    assert!(done.body["completed_at"].is_string());
    bench.advance(Duration::from_secs(5));
    assert_eq!(bench.post(&format!("{path}/complete"), &json!({})).await.body, done.body);
    assert_eq!(bench.patch(path, &json!({ "status": "scheduled" })).await.issues(), ["status"]);
    assert_eq!(bench.post("/v1/jobs/job_0009/complete", &json!({})).await.status, 404);
    bench.post("/v1/jobs", &json!({ "title": "x", "customer_id": "c", "status": "cancelled" })).await;
    assert_eq!(bench.post("/v1/jobs/job_0002/complete", &json!({})).await.status, 409);
    let bad = json!({ "title": 1, "photos": "a", "signature": 1, "lines": [{ "quantity": "x" }] });
    let issues = ["title", "customer_id", "photos", "signature", "lines[0].description"];
    assert_eq!(bench.post("/v1/jobs", &bad).await.issues(), issues);
}

#[tokio::test]
async fn a_completed_job_is_announced_with_a_signature_that_verifies() {
    let bench = Bench::new(Kind::Projects).await;
    bench.sim.seed().await.unwrap();
    let receiver = Receiver::new(&[]).await;
    subscribe(&bench, &receiver.url).await;
    let done = bench.post("/v1/jobs/job_0001/complete", &json!({})).await.body;
    let events = receiver.wait_for(1).await;
    let event = verify(&events[0]);
    assert_eq!((&event["type"], &event["job_id"]), (&json!("job_completed"), &json!("job_0001")));
    assert_eq!(event["occurred_at"], done["completed_at"]);
    // Completed already: no second event.
    bench.post("/v1/jobs/job_0001/complete", &json!({})).await;
    let attempts = settled(&bench, 1).await;
    assert_eq!((attempts.len(), &attempts[0]["status"]), (1, &json!(204)));
    receiver.wait_for(1).await;
    // What changes in it afterwards is announced; what changes in another is not.
    bench.patch("/v1/jobs/job_0002", &json!({ "signature": "J. Smith" })).await;
    bench.patch("/v1/jobs/job_0001", &json!({ "signature": "J. Smith" })).await;
    let event = verify(&receiver.wait_for(2).await[1]);
    assert_eq!((&event["type"], &event["job_id"]), (&json!("job_changed"), &json!("job_0001")));
}

#[tokio::test]
async fn an_event_is_sent_until_it_is_taken_and_keeps_its_id() {
    let bench = Bench::new(Kind::Projects).await;
    bench.sim.seed().await.unwrap();
    let receiver = Receiver::new(&[500, 302]).await;
    subscribe(&bench, &receiver.url).await;
    bench.post("/v1/jobs/job_0002/complete", &json!({})).await;
    let events = receiver.wait_for(3).await;
    let ids: Vec<_> = events.iter().map(|event| verify(event)["delivery_id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]));
    let states: Vec<_> = settled(&bench, 1).await.iter().map(|attempt| attempt["state"].clone()).collect();
    assert_eq!(states, ["retrying", "retrying", "delivered"]);
}

#[tokio::test]
async fn an_event_owed_is_delivered_after_a_restart_and_only_once() {
    let bench = Bench::new(Kind::Projects).await;
    bench.sim.seed().await.unwrap();
    let receiver = Receiver::new(&[503]).await;
    subscribe(&bench, &receiver.url).await;
    bench.fail(FailureMode::TimeoutAfterApplying);
    let url = format!("{}/v1/jobs/job_0001/complete", bench.sim.url());
    bench.client.post(url).bearer_auth(crate::support::TOKEN).send().await.unwrap_err();
    receiver.wait_for(1).await;
    let bench = bench.restart().await;
    let events = receiver.wait_for(2).await;
    assert_eq!(verify(&events[0]), verify(&events[1]));
    settled(&bench, 1).await;
    let bench = bench.restart().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    receiver.wait_for(2).await;
    assert_eq!(settled(&bench, 1).await.len(), 2);
}

#[tokio::test]
async fn each_subscriber_hears_until_it_leaves() {
    let bench = Bench::new(Kind::Projects).await;
    bench.sim.seed().await.unwrap();
    let (one, two) = (Receiver::new(&[]).await, Receiver::new(&[]).await);
    let first = subscribe(&bench, &one.url).await;
    subscribe(&bench, &two.url).await;
    let again = bench.post("/v1/webhooks", &json!({ "url": one.url, "secret": SECRET })).await;
    assert_eq!((again.status, &again.body["id"]), (200, &first["id"]));
    bench.post("/v1/jobs/job_0001/complete", &json!({})).await;
    let ids =
        [&one, &two].map(|receiver| async { verify(&receiver.wait_for(1).await[0])["delivery_id"].clone() });
    let [left, right] = ids;
    assert_ne!(left.await, right.await);
    let path = format!("/v1/webhooks/{}", first["id"].as_str().unwrap());
    assert_eq!(bench.delete(&path).await.status, 204);
    assert_eq!(bench.delete(&path).await.status, 404);
    let bench = bench.restart().await;
    assert_eq!(bench.count("/v1/webhooks").await, 1);
    bench.post("/v1/jobs/job_0002/complete", &json!({})).await;
    two.wait_for(2).await;
    one.wait_for(1).await;
    assert_eq!(subscribe(&bench, &one.url).await["id"], "sub_0003");
}

#[tokio::test]
async fn odd_subscriptions_are_refused() {
    let bench = Bench::new(Kind::Projects).await;
    for url in ["", "x", "https://127.0.0.1/", "ftp://127.0.0.1/", "http://user:pw@127.0.0.1/", "http://"] {
        let got = bench.post("/v1/webhooks", &json!({ "url": url, "secret": "short" })).await;
        assert_eq!(got.issues(), ["url", "secret"], "{url}");
    }
}
