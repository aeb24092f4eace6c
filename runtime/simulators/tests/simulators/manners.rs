//! What all of them do alike: tokens, paths, methods, bodies, pages.

use reqwest::Method;
use serde_json::json;
use throughline_simulators::Kind;

use crate::support::{Bench, TOKEN, read, start_in};

const KINDS: [Kind; 5] = [Kind::Crm, Kind::Projects, Kind::Accounting, Kind::Desk, Kind::Mail];

#[tokio::test]
async fn nothing_is_answered_without_the_token() {
    for kind in KINDS {
        let bench = Bench::new(kind).await;
        for path in ["/v1/me", "/_sim/ledger", "/_sim/failure", "/nowhere"] {
            let url = format!("{}{path}", bench.sim.url());
            let bare = read(bench.client.get(&url).send().await.unwrap()).await;
            assert_eq!((bare.status, bare.code()), (401, "unauthorized"), "{path}");
            assert_eq!(bare.header("www-authenticate"), Some("Bearer"));
            for wrong in ["", "another", "a token for test", "a token for tests "] {
                let wrong = bench.client.get(&url).header("authorization", format!("Bearer {wrong}x"));
                assert_eq!(wrong.send().await.unwrap().status(), 401);
            }
            let basic = bench.client.get(&url).basic_auth("user", Some(TOKEN)).send().await.unwrap();
            assert_eq!(basic.status(), 401);
        }
        let me = bench.get("/v1/me").await;
        assert_eq!((me.status, me.body["service"].as_str()), (200, Some(kind.as_str())));
    }
}

#[tokio::test]
async fn a_refused_caller_changes_nothing_and_is_on_record() {
    let bench = Bench::new(Kind::Crm).await;
    let url = format!("{}/v1/customers", bench.sim.url());
    let body = json!({ "name": "A", "email": "a@b.example" });
    let got = read(bench.client.post(url).json(&body).send().await.unwrap()).await;
    assert_eq!(got.status, 401);
    assert_eq!(bench.count("/v1/customers").await, 0);
    let first = &bench.sim.ledger().await.unwrap()[0];
    assert_eq!((first.status, first.applied, first.method.as_str()), (Some(401), false, "POST"));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused() {
    for kind in KINDS {
        let bench = Bench::new(kind).await;
        for path in ["/", "/v1", "/v1/", "/v2/me", "/v1/me/x", "/v1/nothing", "/_sim/nothing", "//v1/me/"] {
            let got = bench.get(path).await;
            assert_eq!((got.status, got.code()), (404, "not_found"), "{path}");
        }
        let wrong = bench.delete("/v1/me").await;
        assert_eq!((wrong.status, wrong.header("allow")), (405, Some("GET")));
        assert_eq!(bench.delete("/_sim/ledger").await.status, 405);
    }
}

#[tokio::test]
async fn bad_bodies_are_refused_with_words() {
    let targets =
        [(Kind::Crm, "/v1/customers"), (Kind::Projects, "/v1/jobs"), (Kind::Accounting, "/v1/invoices")];
    for (kind, path) in targets {
        let bench = Bench::new(kind).await;
        let deep = "[".repeat(5000);
        for body in ["", "{", "nonsense", "[1]", "\"text\"", "{\"a\":1} trailing", "\u{0}", &deep] {
            let got =
                read(bench.request(Method::POST, path).body(body.to_owned()).send().await.unwrap()).await;
            assert_eq!((got.status, got.code()), (400, "bad_json"), "{body}");
            assert!(!got.body["message"].as_str().unwrap().is_empty());
        }
        let got = read(bench.request(Method::POST, path).body(vec![0xff, 0xfe]).send().await.unwrap()).await;
        assert_eq!(got.status, 400);
        let large = vec![b' '; 1024 * 1024 + 1];
        let got = bench.request(Method::POST, path).body(large).send().await;
        assert!(got.is_err() || got.unwrap().status() == 413);
        let exact = format!("{{}}{}", " ".repeat(1024 * 1024 - 2));
        let got = read(bench.request(Method::POST, path).body(exact).send().await.unwrap()).await;
        assert_eq!(got.status, 422);
        assert_eq!(bench.post(path, &json!({ "surprise": 1 })).await.issues()[0], "surprise");
        assert_eq!(bench.count(path).await, 0);
    }
}

#[tokio::test]
async fn bad_queries_are_refused() {
    let bench = Bench::new(Kind::Crm).await;
    for (query, code) in [
        ("emial=a@b.example", "unknown_parameter"),
        ("limit=0", "bad_limit"),
        ("limit=501", "bad_limit"),
        ("limit=many", "bad_limit"),
        ("since=yesterday", "bad_cursor"),
    ] {
        let got = bench.get(&format!("/v1/customers?{query}")).await;
        assert_eq!((got.status, got.code()), (400, code), "{query}");
    }
}

#[tokio::test]
async fn pollers_miss_nothing_though_the_clock_stands_still() {
    let bench = Bench::new(Kind::Crm).await;
    assert_eq!(bench.get("/v1/customers").await.body["next"], json!(null));
    bench.sim.seed().await.unwrap();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let got = bench.get(&format!("/v1/customers?limit=2{cursor}")).await;
        seen.extend(got.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        cursor = format!("&since={}", got.body["next"].as_str().unwrap());
        if got.body["more"] == false {
            break;
        }
    }
    assert_eq!(seen, ["cus_0001", "cus_0002", "cus_0003", "cus_0004", "cus_0005"]);
    // Nothing new: the cursor stays good.
    let idle = bench.get(&format!("/v1/customers?limit=2{cursor}")).await;
    assert_eq!(
        (idle.items().len(), format!("&since={}", idle.body["next"].as_str().unwrap())),
        (0, cursor.clone())
    );
    bench.patch("/v1/customers/cus_0004", &json!({ "status": "on_hold" })).await;
    bench.patch("/v1/customers/cus_0002", &json!({ "phone": null })).await;
    let got = bench.get(&format!("/v1/customers?{}", &cursor[1..])).await;
    let changed: Vec<_> = got.items().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(changed, ["cus_0004", "cus_0002"]);
}

#[tokio::test]
async fn seeding_twice_adds_nothing_and_overwrites_nothing() {
    for (kind, path, count) in [(Kind::Crm, "/v1/customers", 5), (Kind::Projects, "/v1/jobs", 6)] {
        let bench = Bench::new(kind).await;
        let first = bench.post("/_sim/seed", &json!({})).await;
        assert!(first.body["added"].as_u64().unwrap() >= count as u64);
        if kind == Kind::Crm {
            bench.patch("/v1/customers/cus_0001", &json!({ "name": "Changed" })).await;
        }
        assert_eq!(bench.sim.seed().await.unwrap(), 0);
        let bench = bench.restart().await;
        assert_eq!(bench.sim.seed().await.unwrap(), 0);
        assert_eq!(bench.count(path).await, count);
        if kind == Kind::Crm {
            assert_eq!(bench.get("/v1/customers/cus_0001").await.body["name"], "Changed");
        }
    }
}

#[tokio::test]
async fn a_taken_port_an_empty_token_and_a_file_for_a_folder_are_errors() {
    let bench = Bench::new(Kind::Crm).await;
    let dir = tempfile::tempdir().unwrap();
    let options = |token: &str, dir: std::path::PathBuf| throughline_simulators::SimulatorOptions {
        dir,
        listen: bench.sim.address,
        token: token.to_owned(),
        clock: std::sync::Arc::new(|| 0),
    };
    let error =
        throughline_simulators::start(Kind::Crm, options("t", dir.path().to_owned())).await.unwrap_err();
    assert!(error.to_string().starts_with("cannot listen on 127.0.0.1:"), "{error}");
    let error =
        throughline_simulators::start(Kind::Crm, options("", dir.path().to_owned())).await.unwrap_err();
    assert!(error.to_string().contains("token"), "{error}");
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(start_in(Kind::Crm, &file, &bench.clock).await.is_err());
    assert!(!format!("{:?}", options("very secret", file)).contains("very secret"));
}
