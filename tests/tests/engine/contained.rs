//! A connector that reaches where it may not is refused and named, and the run says so.

use serde_json::json;
use throughline_domain::failure::Failure;
use throughline_simulators::{FailureMatch, FailureMode, FailureSpec};

use crate::support::Ground;
use crate::world::{World, on_sqlite};

on_sqlite!(
    a_host_that_is_not_opened_is_refused,
    a_redirect_to_loopback_is_refused,
    a_read_cannot_post,
    a_path_cannot_leave_the_base_address,
);

/// The failure that an `http.read` on a connection parks with.
async fn read(world: &World, connection: &str, with: &str) -> Failure {
    let node = format!("- {{ id: get, action: http.read, connection: {connection}, with: {with} }}");
    world.publish("reads", &node).await;
    let run = world.run("reads", json!({})).await;
    let exception = world.exception(&run).await;
    let failure = exception.failure.clone().unwrap();
    world.resolve(&exception, json!({ "action": "give_up", "note": "as expected" })).await;
    failure
}

async fn a_host_that_is_not_opened_is_refused(ground: Ground) {
    let world = World::start(&ground).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    world.connect(&ground, "closed", "http", &url).await;
    let failure = read(&world, "closed", "{ path: /secret }").await;
    assert!(failure.code.starts_with("TL033"), "{failure:?}");
    assert!(failure.message.contains("127.0.0.1"), "it is named: {failure:?}");
    let nobody = tokio::time::timeout(std::time::Duration::from_millis(50), listener.accept()).await;
    assert!(nobody.is_err(), "somebody came");
    world.stop().await;
}

async fn a_redirect_to_loopback_is_refused(ground: Ground) {
    let world = World::start(&ground).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = format!("http://{}/inside", listener.local_addr().unwrap());
    let spec = FailureSpec {
        matching: FailureMatch { method: None, path_prefix: Some("/v1/invoices".to_owned()) },
        location: Some(target),
        ..FailureSpec::next(FailureMode::Redirect)
    };
    ground.accounting.set_failure(spec).unwrap();
    let failure = read(&world, "any", "{ path: /v1/invoices }").await;
    assert_eq!((failure.code.as_str(), failure.http_status), ("http.redirect", Some(302)), "{failure:?}");
    assert!(
        failure.message.contains(&listener.local_addr().unwrap().to_string()),
        "it is named: {failure:?}"
    );
    let nobody = tokio::time::timeout(std::time::Duration::from_millis(50), listener.accept()).await;
    assert!(nobody.is_err(), "somebody came");
    world.stop().await;
}

async fn a_read_cannot_post(ground: Ground) {
    let world = World::start(&ground).await;
    let node =
        "- { id: get, action: http.read, connection: any, with: { method: POST, path: /v1/invoices } }";
    let text = crate::world::text("reads", "on: throughline.manual", node);
    let refused = world.engine.publish_workflow(&world.scope, &text, crate::world::BY).await;
    assert!(refused.is_err(), "the text is refused when it says so plainly");
    let failure = read(&world, "any", "{ method: \"{{ 'PO' ~ 'ST' }}\", path: /v1/invoices }").await;
    assert!(!failure.message.is_empty());
    assert_eq!(ground.accounting.ledger().await.unwrap().len(), 0, "nothing left the host");
    world.stop().await;
}

async fn a_path_cannot_leave_the_base_address(ground: Ground) {
    let world = World::start(&ground).await;
    for path in ["//127.0.0.1:1/x", "/\\\\127.0.0.1:1/x", "http://127.0.0.1:1/x"] {
        let failure =
            read(&world, "any", &format!("{{ path: \"{{{{ '{}' }}}}\" }}", path.replace('\\', "\\\\\\\\")))
                .await;
        assert!(!failure.message.is_empty(), "{path}: {failure:?}");
    }
    assert_eq!(ground.accounting.ledger().await.unwrap().len(), 0, "nothing left the host");
    world.stop().await;
}
