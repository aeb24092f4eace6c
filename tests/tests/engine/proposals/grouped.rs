//! Many of one kind: listed together, decided in one go with a decision each.

use http::{StatusCode, header};
use serde_json::{Value, json};
use throughline_domain::proposal::ProposalState;
use throughline_store::ProposalRow;

use super::page::{Answer, asked, call, get, router, send, signed_in};
use super::{approver, open, publish, state};
use crate::support::Ground;
use crate::world::{World, invoice, on_both};

on_both!(
    several_of_one_shape_are_decided_each_by_itself,
    a_set_that_changed_and_a_set_nobody_looked_at_are_refused,
    the_page_decides_about_several_with_one_form,
);

/// Three of one kind, and one of another.
async fn waiting(world: &World) -> Vec<ProposalRow> {
    publish(world, "bill", &invoice(""), "").await;
    let mut rows = Vec::new();
    for order in ["o-1", "o-2", "o-3"] {
        rows.push(open(world, &world.run("bill", json!({ "order": order })).await).await);
    }
    publish(world, "other", &invoice("").replace("10.00", "20.00"), "").await;
    rows.push(open(world, &world.run("other", json!({ "order": "o-4" })).await).await);
    rows
}

fn one(row: &ProposalRow, verdict: &str) -> Value {
    json!({ "proposal_id": row.proposal.id(), "shown_hash": row.proposal.hash().as_str(), "verdict": verdict })
}

fn opened(row: &ProposalRow) -> Value {
    let mut decision = one(row, "approve");
    decision["opened_at"] = json!(row.proposal.opened_at().to_rfc3339());
    decision
}

async fn several_of_one_shape_are_decided_each_by_itself(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let rows = waiting(&world).await;
    let (router, cookie) = (router(&world), signed_in(&world, &ada).await);
    let groups = get(&router, "/api/v1/proposals/groups", Some(&cookie)).await.json();
    let items = groups["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{groups:#}");
    let group = items.iter().find(|group| group["workflow"] == "bill").unwrap();
    assert_eq!((&group["count"], &group["money"]["amount"]), (&json!(3), &json!("30.00")), "{group:#}");
    assert_eq!(group["oldest"], rows[0].proposal.opened_at().to_rfc3339());
    let shape = group["shape"].as_str().unwrap();
    let path = format!("/api/v1/proposals/groups/{shape}");
    let first = get(&router, &format!("{path}?limit=2"), Some(&cookie)).await.json();
    assert_eq!((first["items"].as_array().unwrap().len(), &first["count"]), (2, &json!(3)), "{first:#}");
    let next = first["next"].as_str().unwrap();
    let second = get(&router, &format!("{path}?limit=2&after={next}"), Some(&cookie)).await.json();
    assert_eq!((second["items"].as_array().unwrap().len(), &second["next"]), (1, &Value::Null));

    // What opens later does not change the set that was seen.
    let later = open(&world, &world.run("bill", json!({ "order": "o-5" })).await).await;
    let mut wrong = one(&rows[2], "approve");
    wrong["shown_hash"] = json!("0".repeat(64));
    let mut no = one(&rows[1], "reject");
    no["reason"] = json!("wrong_value");
    let body = json!({ "snapshot": group["snapshot"], "decisions": [opened(&rows[0]), no, wrong] });
    let answer = call(&router, "POST", &format!("{path}/decisions"), &cookie, &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let answer = answer.json();
    let told: Vec<_> =
        answer["items"].as_array().unwrap().iter().map(|item| (&item["done"], &item["code"])).collect();
    let (yes, not, none) = (&json!(true), &json!(false), &Value::Null);
    assert_eq!(told, [(yes, none), (yes, none), (not, &json!("TL0861"))], "{answer:#}");
    assert_eq!(answer["snapshot"]["count"], 2, "the one that was not taken, and the one that opened since");
    world.succeeded(&rows[0].proposal.origin().run).await;
    assert_eq!(ground.sent_and_applied("/v1/invoices").await, (1, 1));
    for row in [&rows[2], &later] {
        assert_eq!(state(&world, row.proposal.id()).await, ProposalState::Open);
    }
    world.stop().await;
}

async fn a_set_that_changed_and_a_set_nobody_looked_at_are_refused(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let rows = waiting(&world).await;
    let (router, cookie) = (router(&world), signed_in(&world, &ada).await);
    let path = format!("/api/v1/proposals/groups/{}", rows[0].proposal.shape().as_str());
    let snapshot = get(&router, &path, Some(&cookie)).await.json()["snapshot"].clone();
    let go = |snapshot: Value, decisions: Vec<Value>| {
        let (router, cookie, path) = (router.clone(), cookie.clone(), format!("{path}/decisions"));
        async move {
            let body = json!({ "snapshot": snapshot, "decisions": decisions });
            let answer = call(&router, "POST", &path, &cookie, &body).await;
            (answer.status.as_u16(), answer.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
        }
    };
    let refused = |status: u16, code: &str| (status, code.to_owned());
    let unseen = go(snapshot.clone(), vec![one(&rows[0], "approve"), one(&rows[1], "approve")]).await;
    assert_eq!(unseen, refused(422, "TL0888"));
    assert_eq!(go(snapshot.clone(), vec![]).await, refused(422, "TL0888"));
    let mixed = go(snapshot.clone(), vec![opened(&rows[0]), one(&rows[3], "approve")]).await;
    assert_eq!(mixed, refused(422, "TL0888"));
    assert_eq!(
        go(snapshot.clone(), vec![opened(&rows[3])]).await,
        refused(422, "TL0888"),
        "of another shape"
    );
    let twice = go(snapshot.clone(), vec![opened(&rows[0]), opened(&rows[0])]).await;
    assert_eq!(twice, refused(422, "TL0888"));
    let mut other = snapshot.clone();
    other["count"] = json!(2);
    assert_eq!(go(other, vec![opened(&rows[0])]).await, refused(409, "TL0851"));
    // One of them is decided by somebody else meanwhile.
    let yes = json!({ "verdict": "approve", "shown_hash": rows[2].proposal.hash().as_str() });
    let alone = format!("/api/v1/proposals/{}/decision", rows[2].proposal.id());
    assert_eq!(call(&router, "POST", &alone, &cookie, &yes).await.status, StatusCode::OK);
    assert_eq!(go(snapshot, vec![opened(&rows[0]), one(&rows[1], "approve")]).await, refused(409, "TL0851"));
    for row in &rows[..2] {
        assert_eq!(state(&world, row.proposal.id()).await, ProposalState::Open);
    }
    world.stop().await;
}

async fn the_page_decides_about_several_with_one_form(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    let ada = approver(&world, 1, "ada").await;
    let rows = waiting(&world).await;
    let (router, cookie) = (router(&world), signed_in(&world, &ada).await);
    let path = format!("/d/{}", rows[0].proposal.id());
    let page = get(&router, &path, Some(&cookie)).await;
    assert!(page.text.contains("Look through all 3 of this kind"), "{}", page.text);
    let path = format!("{path}/group");
    assert_eq!(get(&router, &path, None).await.status, StatusCode::FORBIDDEN);
    let page = get(&router, &path, Some(&cookie)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("3 of one kind") && page.text.contains("30.00"), "{}", page.text);
    assert!(!page.text.contains("checked"), "nothing is chosen beforehand");
    let fields = |choices: &[(&ProposalRow, &str)]| {
        let mut fields = vec!["reason=not_now".to_owned()];
        for name in ["as_of", "count", "sha256", "seal"] {
            let value: String = url::form_urlencoded::byte_serialize(page.hidden(name).as_bytes()).collect();
            fields.push(format!("{name}={value}"));
        }
        for (row, verdict) in choices {
            let id = row.proposal.id();
            fields.push(format!("verdict.{id}={verdict}&hash.{id}={}", row.proposal.hash().as_str()));
        }
        fields.join("&")
    };
    let nobody_looked = post(&router, &path, &cookie, &fields(&[(&rows[1], "approve")])).await;
    assert_eq!(nobody_looked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody_looked.text.contains("nobody has looked at any"), "{}", nobody_looked.text);
    let forged = fields(&[(&rows[0], "approve")]).replace("seal=", "seal=1");
    assert_eq!(post(&router, &path, &cookie, &forged).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let choices = [(&rows[0], "approve"), (&rows[1], "reject"), (&rows[2], "")];
    let done = post(&router, &path, &cookie, &fields(&choices)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert!(done.text.contains("2 of 2 decisions were taken"), "{}", done.text);
    assert_eq!(state(&world, rows[2].proposal.id()).await, ProposalState::Open);
    let kept = world.store.decisions_about(&world.scope, rows[0].proposal.id()).await.unwrap();
    assert!(kept[0].opened_at.is_some(), "it was shown whole");
    let kept = world.store.decisions_about(&world.scope, rows[1].proposal.id()).await.unwrap();
    assert_eq!(kept[0].opened_at, None, "decided without being opened, and known as such");
    let again = post(&router, &path, &cookie, &fields(&choices)).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "the back button: {}", again.text);
    world.stop().await;
}

async fn post(router: &axum::Router, path: &str, cookie: &str, fields: &str) -> Answer {
    let request = asked("POST", path, Some(cookie))
        .header(header::ORIGIN, "null")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(router, request.body(axum::body::Body::from(fields.to_owned())).unwrap()).await
}
