//! The help desk: tickets, and when a person first answered.

use std::time::Duration;

use serde_json::json;
use throughline_simulators::Kind;

use crate::support::Bench;

#[tokio::test]
async fn a_ticket_is_opened_once_for_an_external_id() {
    let bench = Bench::new(Kind::Desk).await;
    let ticket = json!({ "subject": "No heat", "requester": "ann@newco.example", "external_id": "form-1" });
    let made = bench.post("/v1/tickets", &ticket).await;
    assert_eq!((made.status, made.body["status"].as_str()), (201, Some("open")));
    let again = bench.post("/v1/tickets", &ticket).await;
    assert_eq!(
        (again.status, again.code(), again.body["id"].as_str()),
        (409, "external_id_taken", made.body["id"].as_str())
    );
    assert_eq!(bench.count("/v1/tickets?external_id=form-1").await, 1);
    let changed =
        bench.patch("/v1/tickets/tic_0001", &json!({ "status": "solved", "assignee": "Sam" })).await;
    assert_eq!(
        (changed.body["status"].as_str(), changed.body["assignee"].as_str()),
        (Some("solved"), Some("Sam"))
    );
    let wrong = bench.post("/v1/tickets", &json!({ "requester": "nobody", "priority": "huge" })).await;
    assert_eq!((wrong.status, wrong.issues()), (422, vec!["subject", "requester", "priority"]));
}

#[tokio::test]
async fn a_machines_acknowledgement_is_no_first_response() {
    let bench = Bench::new(Kind::Desk).await;
    bench.post("/v1/tickets", &json!({ "subject": "No heat", "requester": "ann@newco.example" })).await;
    let path = "/v1/tickets/tic_0001/comments";
    let say = |author: &str, kind: &str, public: bool| json!({ "author": author, "author_kind": kind, "public": public, "text": "words", "marker": author });
    bench.post(path, &say("robot", "automation", true)).await;
    bench.post(path, &say("sam", "person", false)).await;
    bench.post(path, &say("ann@newco.example", "person", true)).await;
    assert!(bench.get("/v1/tickets/tic_0001").await.body["first_response_at"].is_null());
    bench.advance(Duration::from_mins(20));
    let reply = bench.post(path, &say("sam@desk.example", "person", true)).await;
    let ticket = bench.get("/v1/tickets/tic_0001").await;
    assert_eq!(ticket.body["first_response_at"], reply.body["created_at"]);
    assert_eq!(bench.count(&format!("{path}?marker=sam@desk.example")).await, 1);
    assert_eq!(bench.count(path).await, 4);
}

#[tokio::test]
async fn the_demo_ticket_is_there_once() {
    let bench = Bench::new(Kind::Desk).await;
    assert_eq!((bench.sim.seed().await.unwrap(), bench.sim.seed().await.unwrap()), (1, 0));
    assert_eq!(bench.count("/v1/tickets?customer_id=cus_0002").await, 1);
}
