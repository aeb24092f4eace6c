//! Reminders, others who are asked, and the end; mail and codes.

use serde_json::json;
use throughline_domain::approval::{Pass, Via};
use throughline_domain::proposal::ProposalState;
use throughline_engine::CommandError;
use throughline_engine::command::{DecisionRequest, Wish};
use throughline_store::{MailKind, PageRequest};

use super::page::{get, router, signed_in};
use super::{approver, decide, open, publish, request, state};
use crate::support::Ground;
use crate::world::{PATIENCE, World, invoice, on_both};

on_both!(
    a_proposal_nobody_decides_about_expires,
    those_who_are_asked_get_mail_and_reminders_and_others_are_asked,
    a_code_by_mail_is_enough_for_who_the_policy_names,
);

async fn a_proposal_nobody_decides_about_expires(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    publish(&world, "bill", &invoice(""), "approvals: { who: role:approver, expires: 1s }\n").await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    let exception = world.exception(&run).await;
    assert_eq!(exception.reason, "approval_expired");
    assert_eq!(state(&world, row.proposal.id()).await, ProposalState::Expired);
    let refused = decide(&world, &row, &ada, Wish::Approve).await.unwrap_err();
    assert_eq!(refused.code(), "TL0862", "{refused}");
    assert_eq!(ground.writes("/v1/invoices").await.len(), 0);
    world.stop().await;
}

async fn those_who_are_asked_get_mail_and_reminders_and_others_are_asked(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let (_, boss) = (approver(&world, 1, "ada").await, approver(&world, 2, "boss").await);
    let approvals = "approvals: { who: person:ada, expires: 1h, remind: [ 1s ], \
                     escalate: [ { after: 2s, to: person:boss } ] }\n";
    publish(&world, "bill", &invoice(""), approvals).await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    let refused = decide(&world, &row, &boss, Wish::Approve).await.unwrap_err();
    assert_eq!(refused.code(), "TL0869", "not yet: {refused}");
    let (router, cookie) = (router(&world), signed_in(&world, &boss).await);
    let shown = get(&router, &format!("/api/v1/proposals/{}", row.proposal.id()), Some(&cookie)).await.json();
    let next = |n: usize| (shown["silence"][n]["does"].as_str().unwrap(), &shown["silence"][n]["whom"]);
    assert_eq!(next(0), ("remind", &json!([])));
    assert_eq!(next(1), ("ask", &json!(["person:boss"])));
    assert_eq!(next(2), ("expire", &json!([])));
    let began = tokio::time::Instant::now();
    let mails = loop {
        let mails = world.store.list_mail(&world.scope, false, &PageRequest::first(10)).await.unwrap().items;
        if mails.len() == 3 {
            break mails;
        }
        assert!(began.elapsed() < PATIENCE, "{mails:#?}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert!(mails.iter().all(|mail| mail.kind == MailKind::Proposal));
    let to = |address: &str| mails.iter().filter(|mail| mail.to == address).count();
    assert_eq!((to("ada@example.com"), to("boss@example.com")), (2, 1));
    decide(&world, &row, &boss, Wish::Approve).await.unwrap();
    world.succeeded(&run).await;
    world.stop().await;
}

async fn a_code_by_mail_is_enough_for_who_the_policy_names(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let approvals = "approvals: { who: role:approver, code_alone: [ { person: person:ada, up_to: 50 GBP, irreversible: true } ] }\n";
    publish(&world, "bill", &invoice(""), approvals).await;
    let run = world.run("bill", json!({ "order": "o-1" })).await;
    let row = open(&world, &run).await;
    let (scope, id) = (&world.scope, row.proposal.id());
    world.engine.send_code(scope, id, "stranger@example.com").await.unwrap();
    let none = world.engine.enter_code(scope, id, "ada@example.com", "000000").await.unwrap_err();
    assert_eq!(none.code(), "TL0882", "{none}");
    world.engine.send_code(scope, id, "Ada@example.com ").await.unwrap();
    let code = mailed_code(&ground).await;
    let wrong = if code == "111111" { "222222" } else { "111111" };
    for left in [4, 3] {
        let refused = world.engine.enter_code(scope, id, "ada@example.com", wrong).await.unwrap_err();
        assert!(refused.to_string().contains(&format!("tries left: {left}")), "{refused}");
    }
    let cookie = world.engine.enter_code(scope, id, "ada@example.com", &code).await.unwrap();
    assert_eq!(cookie.person, ada);
    let again = world.engine.enter_code(scope, id, "ada@example.com", &code).await;
    assert!(matches!(again, Err(CommandError::Code(_))), "once");
    for _ in 0..2 {
        world.engine.send_code(scope, id, "ada@example.com").await.unwrap();
    }
    let many = world.engine.send_code(scope, id, "ada@example.com").await.unwrap_err();
    assert_eq!((many.code(), many.status()), ("TL0885", 429), "{many}");
    let decision = DecisionRequest {
        pass: Pass::Code(cookie),
        via: Via::Link,
        ..request(row.proposal.hash(), &ada, Wish::Approve)
    };
    world.engine.decide(scope, id, decision).await.unwrap();
    world.succeeded(&run).await;
    world.stop().await;
}

pub(super) async fn mailed_code(ground: &Ground) -> String {
    let began = tokio::time::Instant::now();
    loop {
        let found = ground
            .call(&ground.mail, "GET", "/v1/messages?to=ada@example.com", &serde_json::Value::Null)
            .await;
        let mut texts = found["items"].as_array().unwrap().iter().filter_map(|mail| mail["text"].as_str());
        if let Some((_, code)) = texts.find_map(|text| text.split_once("Your code:  ")) {
            return code[..6].to_owned();
        }
        assert!(began.elapsed() < PATIENCE, "{found}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
