//! Mail through a real SMTP server: sent, tried again, given up.

use throughline_domain::id::MailId;
use throughline_domain::time::Timestamp;
use throughline_host::services::Clock;
use throughline_simulators::{FailureMode, FailureSpec};
use throughline_store::{MailKind, MailRow, MailState, NewMail};

use crate::support::{Ground, MachineClock};
use crate::world::{PATIENCE, World, on_both, on_sqlite};

on_both!(a_queued_mail_arrives_once_and_is_wiped, a_refused_mail_is_noted_and_not_sent_again);

mod while_the_mail_server_is_away {
    use super::*;
    on_sqlite!(mail_waits_and_goes_when_it_is_back);
}

fn mail(now: Timestamp) -> NewMail {
    NewMail {
        mail: MailId::about("exc_0000000001", "to ada"),
        kind: MailKind::Exception,
        about: None,
        to: "ada@example.com".to_owned(),
        name: Some("Ada".to_owned()),
        subject: "One exception waits".to_owned(),
        text: "It says what and why.".to_owned(),
        html: None,
        queued_at: now,
        not_before: now,
        until: now.plus_ms(3_600_000),
    }
}

/// The mail, when it is as it should be.
async fn until(world: &World, new: &NewMail, good: impl Fn(&MailRow) -> bool) -> MailRow {
    let began = tokio::time::Instant::now();
    loop {
        let row = world.store.get_mail(&world.scope, &new.mail).await.unwrap().unwrap();
        if good(&row) {
            return row;
        }
        assert!(began.elapsed() < PATIENCE, "{row:?}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

async fn messages(ground: &Ground) -> Vec<serde_json::Value> {
    let found =
        ground.call(&ground.mail, "GET", "/v1/messages?to=ada@example.com", &serde_json::Value::Null).await;
    found["items"].as_array().unwrap().clone()
}

async fn a_queued_mail_arrives_once_and_is_wiped(ground: Ground) {
    let world = World::start(&ground).await;
    let new = mail(MachineClock.now());
    world.engine.queue_mail(&world.scope, &new).await.unwrap();
    let row = until(&world, &new, |row| row.state == MailState::Sent).await;
    assert_eq!((row.attempts, row.text.as_str()), (1, ""));
    world.engine.queue_mail(&world.scope, &new).await.unwrap();
    let found = messages(&ground).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["subject"], "One exception waits");
    assert_eq!(found[0]["message_id"], format!("{}@example.com", new.mail));
}

async fn a_refused_mail_is_noted_and_not_sent_again(ground: Ground) {
    let world = World::start(&ground).await;
    let reason = Some("no such person".to_owned());
    ground.mail.set_failure(FailureSpec { reason, ..FailureSpec::next(FailureMode::Reject) }).unwrap();
    let new = mail(MachineClock.now());
    world.engine.queue_mail(&world.scope, &new).await.unwrap();
    let row = until(&world, &new, |row| row.state == MailState::Failed).await;
    assert!(row.failure.as_deref().unwrap().contains("no such person"), "{row:?}");
    assert!(messages(&ground).await.is_empty());
}

async fn mail_waits_and_goes_when_it_is_back(ground: Ground) {
    let world = World::start(&ground).await;
    ground.mail.set_failure(FailureSpec::next(FailureMode::Unavailable)).unwrap();
    let new = mail(MachineClock.now());
    world.engine.queue_mail(&world.scope, &new).await.unwrap();
    let row = until(&world, &new, |row| row.failure.is_some()).await;
    assert_eq!((row.state, row.attempts), (MailState::Queued, 1));
    assert_eq!(world.store.failing_mail_all().await.unwrap().unwrap().count, 1);
    let row = until(&world, &new, |row| row.state == MailState::Sent).await;
    assert_eq!(row.attempts, 2);
    assert_eq!(messages(&ground).await.len(), 1);
}
