//! What its publisher withdraws: nobody is asked any more, nothing is sent, and the step goes by its exception port.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::json;
use throughline_domain::access::Role;
use throughline_domain::proposal::ProposalState;
use throughline_engine::command::Wish;

use super::page::{call, get, router, signed_in};
use super::{approver, by, decide, open, publish, state};
use crate::support::Ground;
use crate::world::{World, invoice, on_both};

on_both!(publishing_leaves_what_is_open_unless_it_withdraws_it, one_proposal_is_withdrawn_by_who_may,);

async fn publishing_leaves_what_is_open_unless_it_withdraws_it(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let port = format!(
        "{}\n- {{ id: told, set: \"{{{{ steps.invoice.error.code }}}}\" }}",
        invoice(", on_exception: told")
    );
    publish(&world, "bill", &port, "title: One\n").await;
    let (one, two) = (
        world.run("bill", json!({ "order": "o-1" })).await,
        world.run("bill", json!({ "order": "o-2" })).await,
    );
    let (first, second) = (open(&world, &one).await, open(&world, &two).await);
    publish(&world, "bill", &port, "title: Two\n").await;
    let three = world.run("bill", json!({ "order": "o-3" })).await;
    let third = open(&world, &three).await;
    // A version later it is as good as before.
    decide(&world, &first, &ada, Wish::Approve).await.unwrap();
    world.succeeded(&one).await;
    let count = world.engine.withdraw_older(&world.scope, "bill", 2, "tester").await.unwrap();
    assert_eq!(count, 1, "the one that is decided and the one of version 2 stay");
    let detail = world.succeeded(&two).await;
    assert_eq!(world.output(&detail, "told").await, json!("TL0458"));
    assert_eq!(state(&world, second.proposal.id()).await, ProposalState::Withdrawn);
    assert_eq!(state(&world, third.proposal.id()).await, ProposalState::Open);
    let refused = decide(&world, &second, &ada, Wish::Approve).await.unwrap_err();
    assert_eq!(refused.code(), "TL0865", "{refused}");
    assert_eq!(world.engine.withdraw_older(&world.scope, "bill", 2, "tester").await.unwrap(), 0);
    // By the API, in one go with publishing.
    let builder = approver(&world, 2, "bob").await;
    let roles = BTreeSet::from([Role::Builder]);
    assert!(world.store.set_roles(&world.scope, &builder, &roles, by()).await.unwrap());
    let (router, cookie) = (router(&world), signed_in(&world, &builder).await);
    let text = get(&router, "/api/v1/workflows/bill", Some(&cookie)).await.json();
    let text = text["text"].as_str().unwrap().replace("title: Two", "title: Three");
    let body = json!({ "text": text, "withdraw_open": true });
    let published = call(&router, "POST", "/api/v1/workflows", &cookie, &body).await;
    assert_eq!(published.status, StatusCode::CREATED, "{}", published.text);
    assert_eq!((&published.json()["version"], &published.json()["withdrawn"]), (&json!(3), &json!(1)));
    let view =
        get(&router, &format!("/api/v1/proposals/{}", third.proposal.id()), Some(&cookie)).await.json();
    let why = json!("bob withdrew it: version 3 was published");
    assert_eq!((&view["state"], &view["closed_why"]), (&json!("withdrawn"), &why));
    world.succeeded(&three).await;
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    world.stop().await;
}

async fn one_proposal_is_withdrawn_by_who_may(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (ada, ben) = (approver(&world, 1, "ada").await, approver(&world, 2, "ben").await);
    publish(&world, "bill", &invoice(""), "").await;
    let event = json!({ "order": "o-1" });
    let run = world.engine.start_run(&world.scope, "bill", event, None, ada.as_str()).await.unwrap().run_id;
    let row = open(&world, &run).await;
    let router = router(&world);
    let (ada, ben) = (signed_in(&world, &ada).await, signed_in(&world, &ben).await);
    let path = format!("/api/v1/proposals/{}/withdraw", row.proposal.id());
    let body = json!({ "reason": "the price was wrong" });
    let refused = call(&router, "POST", &path, &ben, &body).await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (StatusCode::FORBIDDEN, &json!("TL0820")));
    let silent = call(&router, "POST", &path, &ada, &json!({ "reason": " " })).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", silent.text);
    // Who asked for it may not reject it, and may take it back.
    let done = call(&router, "POST", &path, &ada, &body).await;
    assert_eq!((done.status, &done.json()["state"]), (StatusCode::OK, &json!("withdrawn")), "{}", done.text);
    let exception = world.exception(&run).await;
    assert_eq!(exception.reason, "policy_hold");
    assert!(exception.sentence.contains("the price was wrong"), "{}", exception.sentence);
    let again = call(&router, "POST", &path, &ada, &body).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
    let page = get(&router, &format!("/d/{}", row.proposal.id()), Some(&ben)).await;
    assert!(page.text.contains("the price was wrong"), "{}", page.text);
    // The workflow's own version asks again where a person lets it.
    world.resolve(&exception, json!({ "action": "retry" })).await;
    let again = open(&world, &run).await;
    assert_ne!(again.proposal.id(), row.proposal.id());
    world.stop().await;
}
