//! Invoices, which can be sent again, and payments, which cannot.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use throughline_simulators::Kind;

use crate::support::{Bench, read};

fn invoice() -> Value {
    json!({
        "customer": "cus_0001",
        "reference": "J-1001",
        "lines": [
            { "description": "Boiler service", "quantity": "2", "unit_price": "95.00" },
            { "description": "Labour, hours", "quantity": 2.5, "unit_price": "48.01" },
            { "description": "Washers", "quantity": "3", "unit_price": "0.105" },
        ],
    })
}

#[tokio::test]
async fn totals_are_exact_and_rounded_per_line() {
    let bench = Bench::new(Kind::Accounting).await;
    let made = bench.post("/v1/invoices", &invoice()).await;
    assert_eq!(made.status, 201);
    assert_eq!((&made.body["number"], &made.body["status"]), (&json!("INV-0001"), &json!("draft")));
    let amounts: Vec<_> = made.body["lines"].as_array().unwrap().iter().map(|line| &line["amount"]).collect();
    assert_eq!(amounts, ["190.00", "120.03", "0.32"]);
    assert_eq!(made.body["total"], "310.35");
    assert_eq!(bench.get("/v1/invoices/inv_0001").await.body, made.body);
    assert_eq!(bench.count("/v1/invoices?customer=cus_0001&reference=J-1001&status=draft").await, 1);
    assert_eq!(bench.count("/v1/invoices?customer=cus_0002").await, 0);
    assert_eq!(bench.post("/v1/invoices", &invoice()).await.body["number"], "INV-0002");
}

#[tokio::test]
async fn a_key_makes_one_invoice_however_often_it_is_sent() {
    let bench = Bench::new(Kind::Accounting).await;
    let first = bench.post_with_key("/v1/invoices", "key-1", &invoice()).await;
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, None));
    let again = bench.post_with_key("/v1/invoices", "key-1", &invoice()).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, Some("true")));
    assert_eq!(again.body, first.body);

    // The order of fields is not another request; another value is.
    let mut turned = json!({ "reference": "J-1001", "customer": "cus_0001" });
    turned["lines"] = invoice()["lines"].clone();
    assert_eq!(
        bench.post_with_key("/v1/invoices", "key-1", &turned).await.header("idempotent-replayed"),
        Some("true")
    );
    turned["reference"] = json!("J-1002");
    let other = bench.post_with_key("/v1/invoices", "key-1", &turned).await;
    assert_eq!((other.status, other.code()), (422, "idempotency_key_reused"));

    let bench = bench.restart().await;
    let later = bench.post_with_key("/v1/invoices", "key-1", &invoice()).await;
    assert_eq!((later.body, later.headers.contains_key("idempotent-replayed")), (first.body, true));
    assert_eq!(bench.count("/v1/invoices").await, 1);
    assert_eq!(bench.count("/v1/invoices?idempotency_key=key-1").await, 1);
    assert_eq!(bench.count("/v1/invoices?idempotency_key=key-2").await, 0);
    let applied: Vec<bool> = bench.sim.ledger().await.unwrap().iter().map(|entry| entry.applied).collect();
    assert_eq!(applied.iter().filter(|applied| **applied).count(), 1);
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let bench = Bench::new(Kind::Accounting).await;
    bench.post_with_key("/v1/invoices", "key-1", &invoice()).await;
    bench.advance(Duration::from_secs(24 * 3600 - 1));
    assert!(
        bench
            .post_with_key("/v1/invoices", "key-1", &invoice())
            .await
            .headers
            .contains_key("idempotent-replayed")
    );
    bench.advance(Duration::from_secs(1));
    assert_eq!(bench.post_with_key("/v1/invoices", "key-1", &invoice()).await.body["number"], "INV-0002");
    assert_eq!(bench.count("/v1/invoices?idempotency_key=key-1").await, 2);
}

#[tokio::test]
async fn a_refusal_does_not_use_the_key_up() {
    let bench = Bench::new(Kind::Accounting).await;
    let bad = json!({ "customer": "cus_0001", "lines": [] });
    assert_eq!(bench.post_with_key("/v1/invoices", "key-1", &bad).await.issues(), ["lines"]);
    assert_eq!(bench.post_with_key("/v1/invoices", "key-1", &invoice()).await.status, 201);
    for key in ["", &"k".repeat(256)] {
        let got = bench.post_with_key("/v1/invoices", key, &invoice()).await;
        assert_eq!((got.status, got.code()), (400, "bad_idempotency_key"));
    }
}

#[tokio::test]
async fn one_key_at_once_from_many_makes_one_invoice() {
    let bench = Bench::new(Kind::Accounting).await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let request =
            bench.request(Method::POST, "/v1/invoices").header("Idempotency-Key", "k").json(&invoice());
        calls.spawn(async move { read(request.send().await.unwrap()).await.status });
    }
    assert!(calls.join_all().await.into_iter().all(|status| status == 201));
    assert_eq!(bench.count("/v1/invoices").await, 1);
}

#[tokio::test]
async fn every_bad_line_is_named() {
    let bench = Bench::new(Kind::Accounting).await;
    let bad = json!({ "customer": "", "currency": "XXX", "lines": [
        { "description": "ok", "quantity": "0", "unit_price": "-1" },
        { "description": "", "quantity": "1e3", "unit_price": "1.00001", "discount": 1 },
        "text",
        {},
    ] });
    let got = bench.post("/v1/invoices", &bad).await;
    assert_eq!(got.status, 422);
    let expected = [
        "customer",
        "currency",
        "lines[0].quantity",
        "lines[0].unit_price",
        "lines[1].discount",
        "lines[1].description",
        "lines[1].quantity",
        "lines[1].unit_price",
        "lines[2]",
        "lines[3].description",
        "lines[3].quantity",
        "lines[3].unit_price",
    ];
    assert_eq!(got.issues(), expected);
    assert_eq!(bench.post("/v1/invoices", &json!({ "lines": {} })).await.issues(), ["customer", "lines"]);
    assert_eq!(bench.count("/v1/invoices").await, 0);
}

#[tokio::test]
async fn posting_is_idempotent_by_nature() {
    let bench = Bench::new(Kind::Accounting).await;
    bench.post("/v1/invoices", &invoice()).await;
    let posted = bench.post("/v1/invoices/inv_0001/post", &json!({})).await;
    assert_eq!((posted.status, &posted.body["status"]), (200, &json!("posted")));
    assert_eq!(bench.post("/v1/invoices/inv_0001/post", &json!({})).await.body, posted.body);
    assert_eq!(bench.post("/v1/invoices/inv_0002/post", &json!({})).await.status, 404);
}

#[tokio::test]
async fn a_payment_sent_twice_is_two_payments() {
    let bench = Bench::new(Kind::Accounting).await;
    bench.post("/v1/invoices", &invoice()).await;
    let body = json!({ "invoice_id": "inv_0001", "amount": "310.35", "marker": "run-1/pay" });
    for _ in 0..2 {
        assert_eq!(bench.post_with_key("/v1/payments", "same-key", &body).await.status, 201);
    }
    assert_eq!(bench.count("/v1/payments?marker=run-1/pay").await, 2);
    assert_eq!(bench.count("/v1/payments?marker=run-2/pay").await, 0);
    assert_eq!(bench.count("/v1/payments?invoice_id=inv_0001").await, 2);
    assert_eq!(bench.get("/v1/invoices/inv_0001").await.body["amount_paid"], "620.70");
    for (field, value) in [("amount", json!("0")), ("amount", json!("1.001")), ("invoice_id", json!("inv_9"))]
    {
        let mut bad = body.clone();
        bad[field] = value;
        assert_eq!(bench.post("/v1/payments", &bad).await.issues(), [field]);
    }
}
