//! Customers and deals.

use serde_json::json;
use throughline_simulators::Kind;

use crate::support::Bench;

#[tokio::test]
async fn customers_are_made_found_and_changed() {
    let bench = Bench::new(Kind::Crm).await;
    let body =
        json!({ "name": "Ada", "email": "Ada@Example.org", "phone": "01632 960001", "external_id": "x-1" });
    let made = bench.post("/v1/customers", &body).await;
    assert_eq!((made.status, made.body["id"].as_str()), (201, Some("cus_0001")));
    assert_eq!(bench.get("/v1/customers/cus_0001").await.body, made.body);
    assert_eq!(bench.count("/v1/customers?email=ada@example.org").await, 1);
    assert_eq!(bench.count("/v1/customers?email=eve@example.org").await, 0);
    assert_eq!(bench.count("/v1/customers?external_id=x-1").await, 1);

    let changed = bench.patch("/v1/customers/cus_0001", &json!({ "status": "on_hold", "phone": null })).await;
    assert_eq!(changed.status, 200);
    assert_eq!((&changed.body["status"], &changed.body["phone"]), (&json!("on_hold"), &json!(null)));
    assert_eq!(changed.body["name"], "Ada");
    assert!(changed.body["updated_at"].as_str() > made.body["updated_at"].as_str());
    assert_eq!(bench.patch("/v1/customers/cus_0009", &json!({})).await.status, 404);
}

#[tokio::test]
async fn an_external_id_is_given_once() {
    let bench = Bench::new(Kind::Crm).await;
    let body = json!({ "name": "Ada", "email": "a@example.org", "external_id": "x-1" });
    bench.post("/v1/customers", &body).await;
    let again = bench.post("/v1/customers", &body).await;
    assert_eq!((again.status, again.code()), (409, "external_id_taken"));
    assert_eq!(again.body["id"], "cus_0001");
    // An email may be there twice: duplicates are what a CRM is full of.
    bench.post("/v1/customers", &json!({ "name": "Ada L.", "email": "a@example.org" })).await;
    assert_eq!(bench.count("/v1/customers?email=a@example.org").await, 2);
    let same = bench.patch("/v1/customers/cus_0001", &json!({ "external_id": "x-1" })).await;
    assert_eq!(same.status, 200);
    assert_eq!(bench.patch("/v1/customers/cus_0002", &json!({ "external_id": "x-1" })).await.status, 409);
}

#[tokio::test]
async fn every_bad_field_is_named() {
    let bench = Bench::new(Kind::Crm).await;
    let bad = json!({ "name": " ", "email": "nobody", "phone": 5, "status": "gone" });
    let got = bench.post("/v1/customers", &bad).await;
    assert_eq!((got.status, got.code()), (422, "invalid"));
    assert_eq!(got.issues(), ["name", "email", "phone", "status"]);
    assert_eq!(bench.post("/v1/customers", &json!({})).await.issues(), ["name", "email"]);
    let bad = json!({ "customer_id": "cus_0001", "title": "x".repeat(201), "amount": "-1", "stage": null });
    assert_eq!(bench.post("/v1/deals", &bad).await.issues(), ["customer_id", "title", "stage", "amount"]);
}

#[tokio::test]
async fn deals_belong_to_customers() {
    let bench = Bench::new(Kind::Crm).await;
    bench.sim.seed().await.unwrap();
    let body =
        json!({ "customer_id": "cus_0003", "title": "Oven service", "amount": "250", "external_id": "d" });
    let made = bench.post("/v1/deals", &body).await;
    assert_eq!(
        (made.status, &made.body["amount"], &made.body["stage"]),
        (201, &json!("250.00"), &json!("open"))
    );
    assert_eq!(bench.post("/v1/deals", &body).await.status, 409);
    let path = format!("/v1/deals/{}", made.body["id"].as_str().unwrap());
    assert_eq!(
        bench.patch(&path, &json!({ "stage": "won", "amount": 249.5 })).await.body["amount"],
        "249.50"
    );
    assert_eq!(bench.get(&path).await.body["stage"], "won");
    assert_eq!(bench.count("/v1/deals?customer_id=cus_0003&stage=won").await, 1);
    let bench = bench.restart().await;
    assert_eq!(bench.count("/v1/deals").await, 4);
}

#[tokio::test]
async fn a_deal_knows_when_it_became_quoted_and_whose_it_is() {
    let bench = Bench::new(Kind::Crm).await;
    bench.sim.seed().await.unwrap();
    let deal =
        json!({ "customer_id": "cus_0001", "title": "New boiler", "amount": "18400.00", "owner": "Sam" });
    let made = bench.post("/v1/deals", &deal).await;
    assert_eq!(
        (made.status, &made.body["quoted_at"], &made.body["owner"]),
        (201, &json!(null), &json!("Sam"))
    );
    let path = format!("/v1/deals/{}", made.body["id"].as_str().unwrap());
    let quoted = bench.patch(&path, &json!({ "stage": "quoted" })).await;
    assert_eq!(quoted.body["quoted_at"], quoted.body["updated_at"]);
    let touched = bench.patch(&path, &json!({ "title": "New boiler, second floor" })).await;
    assert_eq!(touched.body["quoted_at"], quoted.body["quoted_at"]);
    assert_ne!(touched.body["updated_at"], quoted.body["updated_at"]);
}
