//! Whom the queue tells: a burst is one mail, whoever is asked hears of it, and whoever watches hears of the end.

use std::time::Duration;

use serde_json::json;
use throughline_domain::access::{Handle, Mail, Role};
use throughline_domain::id::PersonId;
use throughline_domain::time::Timestamp;
use throughline_engine::command::ExceptionAct;
use throughline_host::services::Clock;
use throughline_store::{
    By, ExceptionSave, MailRow, NewAccount, NewMemberKind, NewNotice, NoticeRow, PageRequest, RunStatus,
};

use crate::support::{Ground, MachineClock};
use crate::world::{BY, PATIENCE, World, on_both};

on_both!(a_burst_is_one_mail, whoever_is_asked_hears_of_it, whoever_watches_hears_of_the_end_however_it_came);

/// A member who can be told.
async fn member(world: &World, name: &str) {
    let by = By { who: "admin", at: Timestamp(1_700_000_000_000_000) };
    let person = PersonId::new(1, 7);
    let mail = Mail::try_from(format!("{name}@example.org")).unwrap();
    let account = NewAccount { person: person.clone(), mail, name: name.to_owned(), server_admin: false };
    world.store.create_account(&account, by).await.unwrap();
    let handle = Handle::try_from(name.to_owned()).unwrap();
    let added = world.store.add_member(&world.scope, &person, &handle, &NewMemberKind::Account, by).await;
    assert!(added.unwrap());
    assert!(world.store.set_roles(&world.scope, &person, &[Role::Operator].into(), by).await.unwrap());
}

/// The mail whose subject is so, once it is queued; its text stands only until it is sent.
async fn mail(world: &World, subject: &str) -> MailRow {
    let began = tokio::time::Instant::now();
    loop {
        let all = world.store.list_mail(&world.scope, false, &PageRequest::first(50)).await.unwrap().items;
        if let Some(found) = all.into_iter().find(|mail| mail.subject == subject) {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "no mail `{subject}`");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn sent(ground: &Ground, subject: &str) -> String {
    let began = tokio::time::Instant::now();
    loop {
        let path = "/v1/messages?to=ada@example.org";
        let found = ground.call(&ground.mail, "GET", path, &serde_json::Value::Null).await;
        let mut items = found["items"].as_array().unwrap().iter();
        if let Some(message) = items.find(|message| message["subject"] == subject) {
            return message["text"].as_str().unwrap().to_owned();
        }
        assert!(began.elapsed() < PATIENCE, "{found}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

const RAISE: &str = "- { id: missing, raise: { reason: missing_required, owner: person:ada, \
                     sentence: \"Order {{ event.order }} has no photos.\" } }";

async fn a_burst_is_one_mail(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    member(&world, "ada").await;
    world.publish("check", RAISE).await;
    let run = world.run("check", json!({ "order": 1 })).await;
    let exception = world.exception(&run).await.exception;
    world.engine.tend_exceptions().await.unwrap();
    let long_ago = Timestamp(MachineClock.now().0 - 1_200_000_000);
    let notice = |n: u32| NewNotice {
        id: format!("n{n:04}"),
        exception: exception.clone(),
        recipient: "person:ada".to_owned(),
        what: "opened",
        made_at: long_ago,
    };
    let save = ExceptionSave { notices: (0..250).map(notice).collect(), ..ExceptionSave::default() };
    assert!(world.store.save_exception(&world.scope, &save).await.unwrap());
    world.engine.look_again();
    // With the one that told of its opening.
    let subject = "251 exceptions are waiting";
    assert_eq!(mail(&world, subject).await.to, "ada@example.org");
    let text = sent(&ground, subject).await;
    assert!(text.trim_end().ends_with("and 51 more"), "{text}");
    assert_eq!(text.matches("Order 1 has no photos.").count(), 200);
    let left = world.store.notices_for(&world.scope, "person:ada", false, 500).await.unwrap();
    assert_eq!(left, Vec::<NoticeRow>::new());
    world.stop().await;
}

async fn whoever_is_asked_hears_of_it(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    member(&world, "ada").await;
    let nodes = "- { id: q, ask: { question: \"When may we come to see it?\", form: [ { field: day } ], owner: person:ada, due: 1s } }";
    world.publish("asks", nodes).await;
    let run = world.run("asks", json!({})).await;
    world.until(&run, RunStatus::Waiting).await;
    let ask = world.store.asks_of_run(&world.scope, &run).await.unwrap().remove(0).ask;
    let told = mail(&world, "A question to you is due").await;
    assert_eq!((told.about.as_deref(), told.to.as_str()), (Some(ask.as_str()), "ada@example.org"));
    let text = sent(&ground, "A question to you is due").await;
    assert!(text.contains("When may we come to see it?") && text.contains(ask.as_str()), "{text}");
    world.engine.look_again();
    let due = world.store.asks_due_all(MachineClock.now(), 10).await.unwrap();
    assert!(due.is_empty(), "told once");
    world.stop().await;
}

async fn whoever_watches_hears_of_the_end_however_it_came(ground: Ground) {
    let world = Box::pin(World::start(&ground)).await;
    member(&world, "ada").await;
    world.publish("check", RAISE).await;
    let mut ids = Vec::new();
    for order in 1..=4 {
        let run = world.run("check", json!({ "order": order })).await;
        ids.push((world.exception(&run).await.exception, run));
    }
    let scope = &world.scope;
    world.engine.tend_exceptions().await.unwrap();
    for (id, _) in &ids {
        world.engine.watch_exception(scope, id, true, "ada").await.unwrap();
    }
    let dismiss = ExceptionAct::Dismiss { reason: "a test order".to_owned() };
    world.engine.act_on_exception(scope, &ids[0].0, &dismiss, BY).await.unwrap();
    world.engine.cancel_run(scope, &ids[1].1, BY).await.unwrap();
    world.engine.comment_on_exception(scope, &ids[2].0, "asked by phone", BY).await.unwrap();
    world.engine.merge_exceptions(scope, &ids[2].0, &ids[3].0, BY).await.unwrap();
    let began = tokio::time::Instant::now();
    let told = loop {
        let notices = world.store.notices_for(scope, "person:ada", false, 100).await.unwrap();
        let told: Vec<_> = notices.into_iter().filter(|notice| notice.what == "watched").collect();
        if told.len() >= 3 {
            break told;
        }
        assert!(began.elapsed() < PATIENCE, "{told:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(told.iter().all(|notice| notice.holds), "{told:?}");
    for (id, _) in &ids[..3] {
        assert_eq!(told.iter().filter(|notice| notice.exception == *id).count(), 1);
    }
    // What was written beside the merged one is read beside the other, also what comes now.
    world.engine.comment_on_exception(scope, &ids[2].0, "they call back", BY).await.unwrap();
    let whole = world.engine.exception_detail(scope, &ids[3].0).await.unwrap();
    let comments: Vec<&str> = whole.comments.iter().map(|comment| comment.text.as_str()).collect();
    assert_eq!(comments, ["asked by phone", "they call back"]);
    assert_eq!(whole.watchers.len(), 1);
    world.stop().await;
}
